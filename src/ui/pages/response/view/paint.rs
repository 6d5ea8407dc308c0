//! What the pages of the response panel draw alike: rows of any number, texts with marked spans, tags.

use std::ops::Range;

use crate::ui::theme;
use crate::ui::theme::Tokens;
use eframe::egui::text::LayoutJob;
use eframe::egui::{
    self, Align, Color32, FontId, Frame, Label, Rect, Response, RichText, TextFormat, TextStyle, Ui, UiBuilder, WidgetInfo,
};

/// Spans of a text and the colour behind each.
pub(in crate::ui) type Backgrounds = Vec<(Range<usize>, Color32)>;

/// Draws the rows of a list that are in sight. Positions are reckoned in 64 bits, for millions of rows are more points than 32 bits keep apart.
pub(in crate::ui) fn virtual_rows(
    ui: &mut Ui,
    count: usize,
    height: f32,
    width: f32,
    scroll_to: Option<usize>,
    mut add: impl FnMut(&mut Ui, usize, Rect),
) {
    let (whole, _) = ui.allocate_exact_size(egui::vec2(width, (count as f64 * f64::from(height)) as f32), egui::Sense::hover());
    let (top, step) = (f64::from(whole.top()), f64::from(height));
    let row_rect = |row: usize| {
        let y = (top + row as f64 * step) as f32;
        Rect::from_min_size(egui::pos2(whole.left(), y), egui::vec2(width, height))
    };
    if let Some(row) = scroll_to {
        let target = row_rect(row);
        // Sideways it stays where it is.
        let seen = ui.clip_rect();
        let target = Rect::from_x_y_ranges(seen.left()..=seen.left() + 1.0, target.y_range());
        ui.scroll_to_rect_animation(target, Some(Align::Center), egui::style::ScrollAnimation::none());
    }
    let clip = ui.clip_rect();
    let first = ((f64::from(clip.top()) - top) / step).floor().max(0.0) as usize;
    let last = (((f64::from(clip.bottom()) - top) / step).ceil().max(0.0) as usize).min(count);
    for row in first..last {
        let rect = row_rect(row);
        ui.scope_builder(UiBuilder::new().max_rect(rect).id_salt(row).layout(egui::Layout::left_to_right(Align::Center)), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            add(ui, row, rect);
        });
    }
}

/// The height of a row of monospaced text.
pub(in crate::ui) fn row_height(ui: &Ui) -> f32 {
    (ui.text_style_height(&TextStyle::Monospace) + 2.0).ceil()
}

/// The width of a monospaced character.
pub(in crate::ui) fn char_width(ui: &Ui) -> f32 {
    let font = mono(ui);
    ui.ctx().fonts_mut(|fonts| fonts.glyph_width(&font, '0')).max(1.0)
}

/// The monospaced font.
pub(in crate::ui) fn mono(ui: &Ui) -> FontId {
    TextStyle::Monospace.resolve(ui.style())
}

/// Appends a span of a text in one colour, with what lies under parts of it.
pub(in crate::ui) fn append_marked(
    job: &mut LayoutJob,
    text: &str,
    span: Range<usize>,
    font: &FontId,
    colour: Color32,
    under: &Backgrounds,
) {
    let mut edges = vec![span.start, span.end];
    for (range, _) in under {
        edges.extend([range.start, range.end].into_iter().filter(|edge| span.contains(edge) && text.is_char_boundary(*edge)));
    }
    edges.sort_unstable();
    edges.dedup();
    for pair in edges.windows(2) {
        let background =
            under.iter().rev().find(|(range, _)| range.start <= pair[0] && pair[1] <= range.end).map(|(_, colour)| *colour);
        let mut format = TextFormat::simple(font.clone(), colour);
        format.background = background.unwrap_or(Color32::TRANSPARENT);
        job.append(text.get(pair[0]..pair[1]).unwrap_or(""), 0.0, format);
    }
}

/// A whole text in monospace, with marked spans, wrapped where it is too wide.
pub(in crate::ui) fn marked_label(ui: &mut Ui, text: &str, under: &Backgrounds) -> Response {
    let mut job = LayoutJob::default();
    append_marked(&mut job, text, 0..text.len(), &mono(ui), theme::tokens(ui).text, under);
    // Addresses and values have few spaces to break at.
    job.wrap.break_anywhere = true;
    job.wrap.max_width = ui.available_width();
    ui.add(Label::new(job).wrap())
}

/// A sentence in which what stands between double quotes travelled on the wire.
pub(in crate::ui) fn quoted_job(ui: &Ui, text: &str) -> LayoutJob {
    let tokens = theme::tokens(ui);
    let body = TextStyle::Body.resolve(ui.style());
    let mut job = LayoutJob::default();
    let mut pieces = text.split('"').peekable();
    let mut is_quoted = false;
    while let Some(piece) = pieces.next() {
        // A quote that never ends quotes nothing.
        let is_last = pieces.peek().is_none();
        if is_quoted && !is_last {
            let mut format = TextFormat::simple(mono(ui), tokens.text);
            format.background = tokens.code_surface;
            format.valign = Align::Center;
            job.append(&format!("\"{piece}\""), 0.0, format);
        } else {
            let lead = if is_quoted { "\"" } else { "" };
            let mut format = TextFormat::simple(body.clone(), tokens.text);
            format.valign = Align::Center;
            job.append(&format!("{lead}{piece}"), 0.0, format);
        }
        is_quoted = !is_quoted;
    }
    job
}

/// A heading inside a page.
pub(in crate::ui) fn heading(ui: &mut Ui, text: &str) {
    ui.add_space(theme::SPACE_SMALL);
    ui.label(RichText::new(text).family(theme::strong()));
}

/// A card around one thing of several.
pub(in crate::ui) fn card(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let tokens: &Tokens = theme::tokens(ui);
    Frame::new()
        .fill(tokens.panel)
        .stroke(egui::Stroke::new(1.0, tokens.border))
        .corner_radius(theme::RADIUS)
        .inner_margin(theme::SPACE)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            add(ui);
        });
}

/// A row of two columns: a name of a fixed width, and what it names.
pub(in crate::ui) fn named_row(
    ui: &mut Ui,
    width: f32,
    name: impl FnOnce(&mut Ui) -> Response,
    value: impl FnOnce(&mut Ui),
) -> Response {
    ui.horizontal_top(|ui| {
        let layout = egui::Layout::top_down(Align::LEFT);
        let name = ui.allocate_ui_with_layout(egui::vec2(width, 0.0), layout, |ui| {
            ui.set_width(width);
            name(ui)
        });
        ui.vertical(value);
        name.inner
    })
    .inner
}

/// A word that can be clicked and leads elsewhere in the panel.
pub(in crate::ui) fn link(ui: &mut Ui, label: &str, name: &str, says: &str) -> Response {
    let response = ui.link(RichText::new(label));
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Link, true, name));
    response.on_hover_text(says)
}
