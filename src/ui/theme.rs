//! The window's look: colours, type scale, spacing and fonts. No other room names a colour or a size.

use std::sync::Arc;

use eframe::egui::{
    self, Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke, TextStyle, Theme, Ui,
    Visuals,
};

use crate::model::Settings;
use crate::model::profile::Colour;
use crate::model::settings::{Density, ThemeChoice};

/// Space between things that belong together.
pub const SPACE_SMALL: f32 = 4.0;
/// Space between things of one group.
pub const SPACE: f32 = 8.0;
/// Space between groups.
pub const SPACE_LARGE: f32 = 16.0;
/// The height of a row that can be clicked.
pub const ROW_HEIGHT: f32 = 28.0;
/// [`ROW_HEIGHT`] where controls stand close.
const COMPACT_ROW_HEIGHT: f32 = 22.0;
/// The radius of corners.
pub const RADIUS: u8 = 6;
/// Below this width in points, the response goes under the form.
pub const NARROW: f32 = 1000.0;
/// Below this height in points, form and response have the room in turn where they do not stand side by side.
pub const LOW: f32 = 520.0;
/// Below this width in points, the sidebar becomes a menu.
pub const VERY_NARROW: f32 = 700.0;

/// The width of a form at most, in points: longer lines are hard to read.
pub const FORM_WIDTH: f32 = 760.0;

/// Below this width in points, a panel draws its tabs closer together.
pub const SLIM: f32 = 400.0;

/// How opaque the handle of a scroll bar is, in the colour of the text.
const SCROLL_HANDLE: f32 = 0.5;
/// The same while it is used.
const SCROLL_HANDLE_USED: f32 = 0.8;
/// How opaque what cannot be used at present is.
const DISABLED: f32 = 0.7;

/// The colours of one theme.
#[derive(Debug)]
pub struct Tokens {
    /// Behind forms and texts.
    pub surface: Color32,
    /// Behind sidebars and bars.
    pub panel: Color32,
    /// Behind what travels on the wire.
    pub code_surface: Color32,
    /// Behind a selected row.
    pub selected: Color32,
    /// Behind a row under the pointer.
    pub hovered: Color32,
    /// Lines between things.
    pub border: Color32,
    /// Lines around inputs; stands out 3:1 from the surface.
    pub input_border: Color32,
    /// Text.
    pub text: Color32,
    /// Text that matters less; still 4.5:1 on every surface.
    pub muted: Color32,
    /// Links, focus, what is active.
    pub accent: Color32,
    /// The primary button.
    pub primary: Color32,
    /// Text on the primary button.
    pub on_primary: Color32,
    /// It went well.
    pub success: Color32,
    /// Behind good news.
    pub success_surface: Color32,
    /// Look at this.
    pub warning: Color32,
    /// Behind a warning.
    pub warning_surface: Color32,
    /// It failed.
    pub danger: Color32,
    /// Behind a failure.
    pub danger_surface: Color32,
    /// JSON: keys.
    pub json_key: Color32,
    /// JSON: strings.
    pub json_string: Color32,
    /// JSON: numbers.
    pub json_number: Color32,
    /// JSON: true, false and null.
    pub json_word: Color32,
    /// Behind a span that a cause points at.
    pub marked: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

static LIGHT: Tokens = Tokens {
    surface: rgb(0xff_ff_ff),
    panel: rgb(0xf5_f6_f8),
    code_surface: rgb(0xf8_f9_fb),
    selected: rgb(0xdc_e8_fd),
    hovered: rgb(0xe9_ec_f1),
    border: rgb(0xdd_e1_e7),
    input_border: rgb(0x7f_89_97),
    text: rgb(0x1b_22_2d),
    muted: rgb(0x57_61_6f),
    accent: rgb(0x1a_56_c4),
    primary: rgb(0x1d_5f_d6),
    on_primary: rgb(0xff_ff_ff),
    success: rgb(0x12_6b_3e),
    success_surface: rgb(0xe2_f5_ea),
    warning: rgb(0x85_4f_00),
    warning_surface: rgb(0xfd_f1_d8),
    danger: rgb(0xb0_20_18),
    danger_surface: rgb(0xfd_e8_e6),
    json_key: rgb(0x1a_56_c4),
    json_string: rgb(0x12_6b_3e),
    json_number: rgb(0x9a_44_00),
    json_word: rgb(0x7a_2a_a8),
    marked: rgb(0xff_e3_8f),
};

static DARK: Tokens = Tokens {
    surface: rgb(0x17_1a_20),
    panel: rgb(0x1e_22_2a),
    code_surface: rgb(0x12_15_1a),
    selected: rgb(0x26_3a_5c),
    hovered: rgb(0x2a_2f_39),
    border: rgb(0x33_3a_46),
    input_border: rgb(0x6c_77_87),
    text: rgb(0xe6_e9_ee),
    muted: rgb(0xa3_ad_ba),
    accent: rgb(0x83_b3_ff),
    primary: rgb(0x2f_6d_de),
    on_primary: rgb(0xff_ff_ff),
    success: rgb(0x79_d7_a2),
    success_surface: rgb(0x17_35_27),
    warning: rgb(0xf3_c2_6c),
    warning_surface: rgb(0x3a_2d_12),
    danger: rgb(0xff_94_8a),
    danger_surface: rgb(0x43_1d_1b),
    json_key: rgb(0x83_b3_ff),
    json_string: rgb(0x79_d7_a2),
    json_number: rgb(0xff_b1_73),
    json_word: rgb(0xd4_a3_ff),
    marked: rgb(0x6b_50_00),
};

/// The frame of a box above the window that asks for something.
pub fn dialog(ui: &Ui) -> egui::Frame {
    egui::Frame::popup(ui.style()).inner_margin(SPACE_LARGE)
}

/// The colours of the theme that is shown.
pub fn tokens(ui: &Ui) -> &'static Tokens {
    of(ui.visuals().dark_mode)
}

/// The colours of one theme.
pub fn of(dark: bool) -> &'static Tokens {
    if dark { &DARK } else { &LIGHT }
}

/// The handle of a scroll bar that is drawn by hand, as all others look.
pub fn scroll_handle(ui: &Ui, is_used: bool) -> Color32 {
    tokens(ui).text.gamma_multiply(if is_used { SCROLL_HANDLE_USED } else { SCROLL_HANDLE })
}

/// A profile's colour, in the theme that is shown.
pub fn profile_colour(colour: Colour, dark: bool) -> Color32 {
    let (light_form, dark_form) = match colour {
        Colour::Red => (0xc8_2a_20, 0xff_7a_70),
        Colour::Orange => (0xc2_5a_00, 0xff_a3_55),
        Colour::Yellow => (0x9a_74_00, 0xf0_cf_4f),
        Colour::Green => (0x1c_83_4d, 0x66_cf_95),
        Colour::Teal => (0x0b_7c_86, 0x57_cd_d6),
        Colour::Blue => (0x1d_5f_d6, 0x7a_ad_ff),
        Colour::Purple => (0x7a_3f_c4, 0xc0_95_ff),
        Colour::Grey => (0x5f_69_77, 0xa9_b3_c0),
    };
    rgb(if dark { dark_form } else { light_form })
}

/// Text that is heavier than the rest: headings and names.
pub fn strong() -> FontFamily {
    FontFamily::Name("strong".into())
}

/// The style of headings inside a panel.
pub fn heading() -> TextStyle {
    TextStyle::Heading
}

/// Puts fonts and both themes in place; called once, and by each panel's test.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    // The size is one of the settings, and its keys are in the list of shortcuts.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    for theme in [Theme::Light, Theme::Dark] {
        ctx.style_mut_of(theme, |style| {
            style.visuals = visuals(theme == Theme::Dark);
            style.text_styles = [
                (TextStyle::Small, FontId::new(12.0, FontFamily::Proportional)),
                (TextStyle::Body, FontId::new(14.0, FontFamily::Proportional)),
                (TextStyle::Button, FontId::new(14.0, FontFamily::Proportional)),
                (TextStyle::Heading, FontId::new(16.0, strong())),
                (TextStyle::Monospace, FontId::new(13.0, FontFamily::Monospace)),
            ]
            .into();
            style.spacing.menu_margin = Margin::same(6);
            style.spacing.tooltip_width = 360.0;
            style.spacing.scroll = egui::style::ScrollStyle {
                // The text's colour, thinned: the ground of buttons cannot be told from what lies under it.
                foreground_color: true,
                bar_width: 8.0,
                floating_width: 8.0,
                floating_allocated_width: 10.0,
                dormant_background_opacity: 1.0,
                dormant_handle_opacity: SCROLL_HANDLE,
                active_background_opacity: 1.0,
                active_handle_opacity: SCROLL_HANDLE,
                interact_background_opacity: 1.0,
                interact_handle_opacity: SCROLL_HANDLE_USED,
                ..egui::style::ScrollStyle::thin()
            };
        });
    }
    choose(ctx, &Settings::default());
}

/// Follows the user's choice of theme, size and density.
pub fn choose(ctx: &Context, settings: &Settings) {
    ctx.set_zoom_factor(settings.zoom());
    let (space, padding, row) = match settings.density {
        Density::Comfortable => (egui::vec2(SPACE, 6.0), egui::vec2(10.0, 5.0), ROW_HEIGHT),
        Density::Compact => (egui::vec2(6.0, 3.0), egui::vec2(8.0, 2.0), COMPACT_ROW_HEIGHT),
    };
    ctx.all_styles_mut(|style| {
        (style.spacing.item_spacing, style.spacing.button_padding, style.spacing.interact_size.y) = (space, padding, row);
    });
    ctx.set_theme(match settings.theme {
        ThemeChoice::System => egui::ThemePreference::System,
        ThemeChoice::Light => egui::ThemePreference::Light,
        ThemeChoice::Dark => egui::ThemePreference::Dark,
    });
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    };
    add("inter", include_bytes!("../../assets/fonts/Inter-Regular.ttf"));
    add("inter-strong", include_bytes!("../../assets/fonts/Inter-SemiBold.ttf"));
    add("mono", include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf"));
    add("phosphor", include_bytes!("../../assets/fonts/Phosphor.ttf"));
    // Ours first, then icons, then egui's own for emoji and what else is lacking.
    for (family, own) in [(FontFamily::Proportional, "inter"), (FontFamily::Monospace, "mono")] {
        let list = fonts.families.entry(family).or_default();
        list.insert(0, "phosphor".to_owned());
        list.insert(0, own.to_owned());
    }
    let mut list = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    list.insert(0, "inter-strong".to_owned());
    fonts.families.insert(strong(), list);
    fonts
}

fn visuals(dark: bool) -> Visuals {
    let tokens = of(dark);
    let mut visuals = if dark { Visuals::dark() } else { Visuals::light() };
    visuals.panel_fill = tokens.surface;
    visuals.window_fill = tokens.panel;
    visuals.window_stroke = Stroke::new(1.0, tokens.border);
    visuals.extreme_bg_color = tokens.code_surface;
    visuals.text_edit_bg_color = Some(tokens.surface);
    visuals.faint_bg_color = tokens.panel;
    visuals.hyperlink_color = tokens.accent;
    visuals.warn_fg_color = tokens.warning;
    visuals.error_fg_color = tokens.danger;
    visuals.weak_text_color = Some(tokens.muted);
    visuals.selection.bg_fill = tokens.selected;
    visuals.selection.stroke = Stroke::new(1.0, tokens.text);
    visuals.disabled_alpha = DISABLED;
    visuals.window_corner_radius = CornerRadius::same(RADIUS);
    visuals.menu_corner_radius = CornerRadius::same(RADIUS);
    let corner = CornerRadius::same(RADIUS);
    let widgets = &mut visuals.widgets;
    for (widget, fill, stroke) in [
        (&mut widgets.noninteractive, tokens.surface, tokens.border),
        (&mut widgets.inactive, tokens.panel, tokens.input_border),
        (&mut widgets.hovered, tokens.hovered, tokens.accent),
        (&mut widgets.active, tokens.selected, tokens.accent),
        (&mut widgets.open, tokens.hovered, tokens.accent),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, stroke);
        widget.fg_stroke = Stroke::new(1.0, tokens.text);
        widget.corner_radius = corner;
        widget.expansion = 0.0;
    }
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: Color32) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(colour.r()) + 0.7152 * channel(colour.g()) + 0.0722 * channel(colour.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// A colour that is drawn thinned over another.
    fn over(colour: Color32, opacity: f32, under: Color32) -> Color32 {
        let mix = |a: u8, b: u8| (f32::from(a) * opacity + f32::from(b) * (1.0 - opacity)).round() as u8;
        Color32::from_rgb(mix(colour.r(), under.r()), mix(colour.g(), under.g()), mix(colour.b(), under.b()))
    }

    #[test]
    fn texts_can_be_read() {
        for dark in [false, true] {
            let t = of(dark);
            for surface in [t.surface, t.panel, t.code_surface] {
                for (name, text) in [
                    ("text", t.text),
                    ("muted", t.muted),
                    ("accent", t.accent),
                    ("success", t.success),
                    ("warning", t.warning),
                    ("danger", t.danger),
                    ("key", t.json_key),
                    ("string", t.json_string),
                    ("number", t.json_number),
                    ("word", t.json_word),
                ] {
                    assert!(
                        contrast(text, surface) >= 4.5,
                        "{name} on {surface:?}, dark: {dark}: {:.2}",
                        contrast(text, surface)
                    );
                }
                assert!(contrast(t.input_border, surface) >= 3.0, "input border on {surface:?}, dark: {dark}");
            }
            for (text, surface) in [
                (t.success, t.success_surface),
                (t.warning, t.warning_surface),
                (t.danger, t.danger_surface),
                (t.on_primary, t.primary),
                (t.text, t.selected),
                (t.text, t.marked),
                (t.text, t.hovered),
                (t.muted, t.selected),
                (t.muted, t.hovered),
                (t.warning, t.hovered),
                (t.text, t.success_surface),
                (t.text, t.warning_surface),
                (t.text, t.danger_surface),
                (t.muted, t.warning_surface),
            ] {
                assert!(contrast(text, surface) >= 4.5, "{text:?} on {surface:?}, dark: {dark}: {:.2}", contrast(text, surface));
            }
            for surface in [t.surface, t.panel, t.code_surface] {
                let disabled = contrast(over(t.text, DISABLED, surface), surface);
                assert!(disabled >= 4.5, "disabled text on {surface:?}, dark: {dark}: {disabled:.2}");
                let handle = contrast(over(t.text, SCROLL_HANDLE, t.code_surface), surface);
                assert!(handle >= 3.0, "scroll bar on {surface:?}, dark: {dark}: {handle:.2}");
                assert!(contrast(t.accent, surface) >= 3.0, "focus on {surface:?}, dark: {dark}");
            }
            for colour in Colour::ALL {
                assert!(contrast(profile_colour(colour, dark), t.panel) >= 3.0, "{colour:?}, dark: {dark}");
            }
        }
    }
}
