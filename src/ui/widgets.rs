//! Small things that several panels use.

use crate::model::secrets::email;
pub use crate::model::size::size_text;
use crate::ui::key_names::with_keys;
use crate::ui::{icons, privacy, theme};
use eframe::egui::{self, Button, Color32, Id, Response, RichText, Ui, WidgetInfo};

/// A button that shows an icon alone. `name` is its accessible name and the first line of its tooltip; `says` is the rest, which says more.
pub fn icon_button(ui: &mut Ui, icon: &str, name: &str, says: &str) -> Response {
    icon_button_enabled(ui, true, icon, name, says)
}

/// [`icon_button`], greyed out when not enabled.
pub fn icon_button_enabled(ui: &mut Ui, enabled: bool, icon: &str, name: &str, says: &str) -> Response {
    let button = Button::new(RichText::new(icon).size(16.0)).frame_when_inactive(false).min_size(egui::vec2(28.0, 28.0));
    let response = ui.add_enabled(enabled, button);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, enabled, name));
    let tip = format!("{name}\n{}", with_keys(says));
    response.on_hover_text(tip.clone()).on_disabled_hover_text(tip)
}

/// Whether the button of [`hold_to_show`] with this id is held down. Never while the screen is shared.
pub fn is_held(ui: &Ui, id: Id) -> bool {
    // A button that is no longer drawn cannot be let go of: only the last frame's word counts.
    let pass = ui.ctx().cumulative_pass_nr();
    let was_held = ui.data(|data| data.get_temp::<u64>(id)).is_some_and(|at| at + 1 >= pass);
    was_held && !privacy::is_sharing(ui) && ui.input(holds)
}

/// A button that shows something secret for as long as it is held down, by pointer, or by Space or Enter while it has the keyboard.
/// `what` is its name in a sentence, as in "the API key"; [`is_held`] tells whether to show it.
pub fn hold_to_show(ui: &mut Ui, id: Id, what: &str) {
    let can = !privacy::is_sharing(ui);
    let (icon, says) = if can {
        (icons::EYE, "Shows the value while you hold the button, or Space or Enter on it")
    } else {
        (icons::EYE_SLASH, "Not while the screen is shared (Ctrl+Shift+H)")
    };
    let name = format!("Hold to show {what}");
    let response = icon_button_enabled(ui, can, icon, &name, says);
    let by_keyboard = response.has_focus() && ui.input(holds_key);
    let by_pointer = response.is_pointer_button_down_on() && ui.input(|input| input.pointer.primary_down());
    let pass = ui.ctx().cumulative_pass_nr();
    let before = ui.data(|data| data.get_temp::<u64>(id)).is_some_and(|at| at + 1 >= pass);
    let is_held = can && (by_keyboard || by_pointer);
    if is_held {
        ui.data_mut(|data| data.insert_temp(id, pass));
    } else {
        ui.data_mut(|data| data.remove_temp::<u64>(id));
    }
    if is_held != before {
        ui.ctx().request_repaint();
    }
}

fn holds(input: &egui::InputState) -> bool {
    input.focused && (input.pointer.primary_down() || holds_key(input))
}

fn holds_key(input: &egui::InputState) -> bool {
    input.focused && (input.key_down(egui::Key::Space) || input.key_down(egui::Key::Enter))
}

/// An icon that says something; `name` is what a screen reader reads.
pub fn icon(ui: &mut Ui, icon: &str, colour: Color32, name: &str) -> Response {
    let response = ui.label(RichText::new(icon).size(16.0).color(colour));
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, name));
    response
}

/// An icon that only decorates: it is painted, and a screen reader does not meet it.
pub fn decoration(ui: &mut Ui, icon: &str, size: f32, colour: Color32) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(size, size), egui::Sense::hover());
    ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, icon, egui::FontId::proportional(size), colour);
}

/// What stands where there is nothing yet: a sign, and what will come here.
pub fn nothing(ui: &mut Ui, sign: &str, says: &str) {
    ui.vertical_centered(|ui| {
        ui.add_space(32.0);
        decoration(ui, sign, 28.0, theme::tokens(ui).muted);
        let size = egui::vec2(ui.available_width().min(520.0), 0.0);
        ui.allocate_ui_with_layout(size, egui::Layout::top_down(egui::Align::Center), |ui| ui.label(muted(ui, with_keys(says))));
    });
}

/// The one primary button of a view.
pub fn primary_button(ui: &mut Ui, enabled: bool, icon: &str, label: &str, says: &str) -> Response {
    primary_button_of_width(ui, enabled, (icon, label), says, 0.0)
}

/// [`primary_button`] that is at least so wide, in points: one whose label changes keeps its size.
pub fn primary_button_of_width(ui: &mut Ui, enabled: bool, (icon, label): (&str, &str), says: &str, width: f32) -> Response {
    let tokens = theme::tokens(ui);
    let text = RichText::new(format!("{icon}  {label}")).color(tokens.on_primary).family(theme::strong());
    let response = ui.add_enabled(enabled, Button::new(text).fill(tokens.primary).min_size(egui::vec2(width, 32.0)));
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, enabled, label));
    let says = with_keys(says);
    response.on_hover_text(says.as_ref()).on_disabled_hover_text(says)
}

/// How wide [`primary_button`] is.
pub fn primary_width(ui: &Ui, icon: &str, label: &str) -> f32 {
    let font = egui::FontId::new(egui::TextStyle::Button.resolve(ui.style()).size, theme::strong());
    let text = ui.painter().layout_no_wrap(format!("{icon}  {label}"), font, Color32::PLACEHOLDER);
    text.size().x + 2.0 * ui.spacing().button_padding.x
}

/// A body, and below it a foot that is as high as what it holds. Drawn in this order, so that the Tab key goes that way too.
pub fn with_foot<S, R>(
    ui: &mut Ui,
    state: &mut S,
    body: impl FnOnce(&mut Ui, &mut S) -> R,
    foot: impl FnOnce(&mut Ui, &mut S),
) -> R {
    let id = ui.scope_id().with("foot");
    let whole = ui.available_rect_before_wrap();
    let known = ui.data(|data| data.get_temp::<f32>(id));
    let top = (whole.bottom() - known.unwrap_or(theme::ROW_HEIGHT)).max(whole.top());
    let (above, below) = whole.split_top_bottom_at_y(top);
    let mut child = ui.new_child(egui::UiBuilder::new().id_salt("body").max_rect(above.with_max_y(top - theme::SPACE)));
    child.shrink_clip_rect(above);
    let answer = body(&mut child, state);
    let mut child = ui.new_child(egui::UiBuilder::new().id_salt("foot").max_rect(below));
    foot(&mut child, state);
    let height = child.min_rect().height().min(whole.height() * 0.6);
    if known.is_none_or(|known| (known - height).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(id, height));
        ui.ctx().request_discard("the foot has another height");
    }
    ui.allocate_rect(whole, egui::Sense::hover());
    answer
}

/// What is drawn in all the room that there is, and never takes more of it: a panel that grew with its content would not shrink again.
pub fn contained<R>(ui: &mut Ui, salt: impl egui::AsIdSalt, add: impl FnOnce(&mut Ui) -> R) -> R {
    let whole = ui.available_rect_before_wrap();
    let id = ui.scope_id().with(salt);
    let mut child = ui.new_child(egui::UiBuilder::new().scope_id(id).max_rect(whole));
    let answer = add(&mut child);
    ui.allocate_rect(whole, egui::Sense::hover());
    answer
}

/// All the room that there is, scrolled up and down. What gets the keyboard is scrolled into sight.
pub fn scroll<R>(ui: &mut Ui, id: impl egui::AsIdSalt, add: impl FnOnce(&mut Ui) -> R) -> R {
    let area = egui::ScrollArea::vertical().id_salt(id).auto_shrink(false).min_scrolled_height(0.0);
    let with_focus = |ui: &mut Ui| {
        let answer = add(ui);
        follow_focus(ui);
        answer
    };
    area.show(ui, with_focus).inner
}

/// Whether what has the keyboard stands in what was drawn so far.
pub fn holds_focus(ui: &Ui) -> bool {
    focus_in(ui, ui.min_rect()).is_some()
}

/// What has the keyboard, if it stands in this part of the area that is drawn. What is scrolled out of sight has a place in the window
/// all the same, and something else may be seen there, which does not stand in this area.
pub fn focus_in(ui: &Ui, part: egui::Rect) -> Option<Response> {
    let focused = ui.memory(egui::Memory::focused).and_then(|id| ui.ctx().read_response(id))?;
    let seen = focused.interact_rect;
    let is_elsewhere = seen.is_positive() && !ui.clip_rect().contains(seen.center());
    let is_here = focused.layer_id == ui.layer_id() && part.contains(focused.rect.center()) && !is_elsewhere;
    is_here.then_some(focused)
}

/// Scrolls to what has got the keyboard since the last frame, if that stands in this area.
pub fn follow_focus(ui: &Ui) {
    let key = ui.scope_id().with("followed");
    let Some(focused) = focus_in(ui, ui.min_rect()) else {
        return ui.data_mut(|data| data.remove::<Id>(key));
    };
    if ui.data(|data| data.get_temp::<Id>(key)) != Some(focused.id) {
        ui.data_mut(|data| data.insert_temp(key, focused.id));
        ui.scroll_to_rect(focused.rect.expand(theme::SPACE), None);
    }
}

/// A column in the middle of the room, as wide as `most` at most.
pub fn centred<R>(ui: &mut Ui, most: f32, add: impl FnOnce(&mut Ui) -> R) -> R {
    let room = ui.available_width();
    // The border of what fills it lies on its edge.
    let width = room.min(most) - 2.0;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space((room - width) / 2.0);
        ui.spacing_mut().item_spacing.x = theme::SPACE;
        ui.vertical(|ui| {
            ui.set_width(width);
            add(ui)
        })
        .inner
    })
    .inner
}

/// Things whose ids depend on `salt` alone, and not on what stands above them: a notice that comes or goes must not take the keyboard
/// from a field that is typed into. `salt` must be unique among its neighbours.
pub fn stable<R>(ui: &mut Ui, salt: impl egui::AsIdSalt, add: impl FnOnce(&mut Ui) -> R) -> R {
    let id = ui.scope_id().with(salt);
    ui.scope_builder(egui::UiBuilder::new().scope_id(id), add).inner
}

/// Whether something was clicked, and not by the second click of a double click, be the first on it or on what stood there before. `id`
/// names it.
pub fn is_clicked_anew(ui: &Ui, id: Id, response: &Response) -> bool {
    let is_settled = is_settled(ui, id);
    let is_second = response.double_clicked() || response.triple_clicked();
    // In a slow frame both clicks come at once, and the first of them counts.
    let is_release = |event: &egui::Event| {
        matches!(event, egui::Event::PointerButton { button: egui::PointerButton::Primary, pressed: false, .. })
    };
    let has_both = || ui.input(|input| input.events.iter().filter(|event| is_release(event)).count() > 1);
    response.clicked() && (!is_second || is_settled && has_both())
}

/// How long something is deaf to clicks after it has appeared, in seconds: the second click of a double click was not meant for it.
pub const DEAF: f64 = 0.5;

/// Whether what `id` names has been in sight for so long that a click is meant for it. Asked in each frame in which it is drawn.
pub fn is_settled(ui: &Ui, id: Id) -> bool {
    let id = id.with("since");
    let (now, pass) = (ui.input(|input| input.time), ui.ctx().cumulative_pass_nr());
    let seen = ui.data(|data| data.get_temp::<(f64, u64)>(id)).filter(|(_, last)| last + 1 >= pass);
    let since = seen.map_or(now, |(since, _)| since);
    ui.data_mut(|data| data.insert_temp(id, (since, pass)));
    let left = DEAF - (now - since);
    if left > 0.0 {
        ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(left));
    }
    left <= 0.0
}

/// Whether undo or redo was asked for by keyboard, and not in a text, which has an undo of its own.
pub fn undo_keys(ui: &Ui) -> (bool, bool) {
    if ui.ctx().text_edit_focused() {
        return (false, false);
    }
    let shift = egui::Modifiers::COMMAND | egui::Modifiers::SHIFT;
    ui.input_mut(|input| {
        // Redo first: with Shift held, undo would match as well.
        let redo = input.consume_key(shift, egui::Key::Z) || input.consume_key(egui::Modifiers::COMMAND, egui::Key::Y);
        (input.consume_key(egui::Modifiers::COMMAND, egui::Key::Z), redo)
    })
}

/// Whether a text was pasted in this frame, as against typed.
pub fn was_pasted(ui: &Ui) -> bool {
    ui.input(|input| input.events.iter().any(|event| matches!(event, egui::Event::Paste(_))))
}

/// The title of a page, cut where its room ends; then its tooltip says the whole.
pub fn heading(ui: &mut Ui, title: &str, most: f32) {
    let text = RichText::new(title).text_style(theme::heading());
    let font = theme::heading().resolve(ui.style());
    let wide = ui.painter().layout_no_wrap(title.to_owned(), font, Color32::PLACEHOLDER).size().x;
    let width = wide.min(most).min(ui.available_width());
    let size = egui::vec2(width + 1.0, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.add(egui::Label::new(text).truncate());
    });
}

/// An icon, and beside it a text; where that wraps, its lines begin below each other and not below the icon.
pub fn icon_line(ui: &mut Ui, icon_text: &str, colour: Color32, name: &str, add: impl FnOnce(&mut Ui)) {
    hanging(ui, egui::vec2(18.0, LINE), |ui| drop(icon(ui, icon_text, colour, name)), add);
}

/// [`icon_line`] whose text stands in line with buttons behind it.
pub fn icon_row(ui: &mut Ui, icon_text: &str, colour: Color32, name: &str, add: impl FnOnce(&mut Ui)) {
    let size = egui::vec2(18.0, ui.spacing().interact_size.y);
    hanging(ui, size, |ui| drop(icon(ui, icon_text, colour, name)), add);
}

/// One line of several, after a dot.
pub fn bullet_line(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let dot = |ui: &mut Ui| {
        let text = muted(ui, "•");
        ui.label(text);
    };
    hanging(ui, egui::vec2(8.0, LINE), dot, add);
}

/// Things that wrap beside a mark of this size, in lines of its height.
fn hanging(ui: &mut Ui, size: egui::Vec2, mark: impl FnOnce(&mut Ui), add: impl FnOnce(&mut Ui)) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().interact_size.y = size.y;
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), mark);
        ui.horizontal_wrapped(add);
    });
}

/// One line of several that stand closer than buttons.
pub fn text_line(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = LINE;
        ui.horizontal_wrapped(add);
    });
}

/// The height of a line of text among others, in points.
const LINE: f32 = 20.0;

/// Text that matters less.
pub fn muted(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text).color(theme::tokens(ui).muted)
}

/// A small word on a ground of its own, beside a name. It is no higher than its text, so that nobody takes it for a button.
pub fn chip(ui: &mut Ui, text: &str, colour: Color32, ground: Color32) -> Response {
    let font = egui::TextStyle::Small.resolve(ui.style());
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width((ui.available_width() - 12.0).max(20.0));
    let galley = ui.painter().layout_job(job);
    let (rect, response) = ui.allocate_exact_size(galley.size() + egui::vec2(12.0, 4.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, theme::RADIUS, ground);
    ui.painter().galley(rect.min + egui::vec2(6.0, 2.0), galley, colour);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, text));
    response
}

/// A dot in a profile's colour; the colour only repeats what the name and label say.
pub fn dot(ui: &mut Ui, colour: Color32) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(12.0, ui.spacing().interact_size.y), egui::Sense::hover());
    ui.painter().circle_filled(rect.center(), 5.0, colour);
}

/// A tab of a row of tabs.
pub fn tab(ui: &mut Ui, is_open: bool, label: &str, says: &str) -> Response {
    named_tab(ui, is_open, label, label, says)
}

/// [`tab`] whose label stands elsewhere in the window, too; its name tells them apart.
pub fn named_tab(ui: &mut Ui, is_open: bool, label: &str, name: &str, says: &str) -> Response {
    let tokens = theme::tokens(ui);
    let mut text = RichText::new(label);
    if is_open {
        text = text.family(theme::strong()).color(tokens.accent);
    }
    let response = ui.add(Button::new(text).frame_when_inactive(false));
    if is_open {
        let rect = response.rect;
        ui.painter().hline(rect.x_range().shrink(6.0), rect.bottom(), egui::Stroke::new(2.0, tokens.accent));
    }
    tab_info(&response, is_open, name);
    response.on_hover_text(with_keys(says))
}

/// What a screen reader reads of a tab: its name, and whether it is the open one.
pub fn tab_info(response: &Response, is_open: bool, name: &str) {
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Tab, true, name));
    response.ctx.accesskit_node_builder(response.id, |node| node.set_selected(is_open));
}

/// Things under each other in a column of a known width, which wraps with its neighbours when a row is full.
pub fn column<R>(ui: &mut Ui, width: f32, add: impl FnOnce(&mut Ui) -> R) -> R {
    let width = width.min(ui.max_rect().width());
    let height = ui.spacing().interact_size.y + ui.text_style_height(&egui::TextStyle::Small) + ui.spacing().item_spacing.y;
    let layout = egui::Layout::top_down(egui::Align::LEFT);
    ui.allocate_ui_with_layout(egui::vec2(width, height), layout, |ui| {
        ui.set_width(width);
        add(ui)
    })
    .inner
}

/// Room as high as the name above an input, so that what follows stands in line with the inputs.
pub fn name_room(ui: &mut Ui) {
    let height = ui.text_style_height(&egui::TextStyle::Small);
    ui.allocate_exact_size(egui::vec2(1.0, height), egui::Sense::hover());
}

/// What can be set, beside its name, and below it what it does. The name, whose id `add` is told, is `width` wide; where the room does not
/// do for that, it stands in the same line.
pub fn named_row(ui: &mut Ui, width: f32, name: &str, says: &str, add: impl FnOnce(&mut Ui, Id)) {
    let is_wide = ui.available_width() >= width + 310.0;
    ui.horizontal_top(|ui| {
        let mut label = is_wide.then(|| {
            let size = egui::vec2(width, ui.spacing().interact_size.y);
            let layout = egui::Layout::left_to_right(egui::Align::Center);
            let named = ui.allocate_ui_with_layout(size, layout, |ui| {
                ui.set_width(width);
                ui.label(name).id
            });
            named.inner
        });
        ui.vertical(|ui| {
            ui.horizontal_wrapped(|ui| {
                let label = *label.get_or_insert_with(|| ui.label(name).id);
                add(ui, label);
            });
            if !says.is_empty() {
                ui.label(muted(ui, with_keys(says)).small());
                ui.add_space(theme::SPACE_SMALL);
            }
        });
    });
}

/// A text in a column of a table, wrapped.
pub fn cell(ui: &mut Ui, width: f32, text: &str) {
    column(ui, width, |ui| {
        ui.set_min_width(width);
        ui.add(egui::Label::new(text).wrap());
    });
}

/// What a button does, beside it: its first line stands as high as the button's.
pub fn beside_button(ui: &mut Ui, says: &str) {
    ui.vertical(|ui| {
        ui.add_space((theme::ROW_HEIGHT - ui.text_style_height(&egui::TextStyle::Body)) / 2.0);
        ui.add(egui::Label::new(muted(ui, says)).wrap());
    });
}

/// A small button beside others that matter as little.
pub fn small_button(ui: &mut Ui, label: &str, says: &str) -> Response {
    ui.add(Button::new(RichText::new(label).small()).min_size(egui::vec2(0.0, 24.0))).on_hover_text(with_keys(says))
}

/// A box that says something, on a ground of its own. `name` is what a screen reader reads for the icon.
pub fn callout(ui: &mut Ui, surface: Color32, icon_text: &str, colour: Color32, name: &str, add: impl FnOnce(&mut Ui)) {
    egui::Frame::new().fill(surface).corner_radius(theme::RADIUS).inner_margin(theme::SPACE).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            icon(ui, icon_text, colour, name);
            ui.vertical(add);
        });
    });
}

/// A pick list with a quiet mark, as all of them have.
pub fn combo(salt: impl egui::AsIdSalt) -> egui::ComboBox<'static> {
    egui::ComboBox::from_id_salt(salt).icon(|ui, rect, visuals, _| {
        let font = egui::FontId::proportional(12.0);
        ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, icons::CARET_DOWN, font, visuals.text_color());
    })
}

/// A tick box in a menu: there, buttons have no frame, and a box without one would not be seen until it is ticked.
pub fn menu_checkbox(ui: &mut Ui, ticked: &mut bool, label: &str) -> Response {
    ui.scope(|ui| {
        let (border, accent) = (theme::tokens(ui).input_border, theme::tokens(ui).accent);
        let widgets = &mut ui.visuals_mut().widgets;
        widgets.inactive.bg_stroke = egui::Stroke::new(1.0, border);
        widgets.hovered.bg_stroke = egui::Stroke::new(1.0, accent);
        widgets.active.bg_stroke = egui::Stroke::new(1.0, accent);
        ui.checkbox(ticked, label)
    })
    .inner
}

/// What a screen reader reads of a pick list: its name, and what is picked.
pub fn name_combo(response: &Response, name: &str, shown: &str) {
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(egui::Role::ComboBox, true, name);
        info.current_text_value = Some(shown.to_owned());
        info
    });
}

/// A button that expands or collapses what stands below it. `what` is its name in a sentence, as in "request 3".
pub fn expand_button(ui: &mut Ui, is_open: bool, what: &str, says: &str) -> Response {
    let (icon, verb) = if is_open { (icons::CARET_DOWN, "Collapse") } else { (icons::CARET_RIGHT, "Expand") };
    icon_button(ui, icon, &format!("{verb} {what}"), says)
}

/// A button that copies what was found as text.
pub fn copy_findings(ui: &mut Ui) -> Response {
    small_button(ui, "Copy findings", "Copies what was found as text, without secrets")
}

/// Why something is hidden or cannot be edited at present.
pub fn why_hidden(ui: &mut Ui, text: &str) {
    ui.horizontal_wrapped(|ui| {
        icon(ui, icons::EYE_SLASH, theme::tokens(ui).accent, "Note");
        ui.label(muted(ui, text));
    });
}

/// What a widget senses, with or without being a stop of the Tab key. A list has one stop, from which the arrows go on.
pub fn stop(sense: egui::Sense, is_stop: bool) -> egui::Sense {
    if is_stop { sense } else { sense - egui::Sense::FOCUSABLE }
}

/// The beginning of a text that is longer than `most` letters, with an ellipsis. It does not end inside an e-mail address, which could
/// not be hidden any more.
pub fn shortened(text: &str, most: usize) -> String {
    let beginning = email::beginning(text, most);
    if beginning.len() < text.len() { format!("{}…", beginning.trim_end()) } else { text.to_owned() }
}

/// The exact number of bytes, with thin spaces between thousands.
pub fn exact_size_text(bytes: u64) -> String {
    let digits = bytes.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text + " bytes"
}

/// A duration as people read it.
pub fn duration_text(duration: std::time::Duration) -> String {
    let millis = duration.as_secs_f64() * 1000.0;
    if millis < 10.0 {
        format!("{millis:.1} ms")
    } else if millis < 1000.0 {
        format!("{millis:.0} ms")
    } else if millis < 60_000.0 {
        format!("{:.1} s", millis / 1000.0)
    } else {
        let seconds = duration.as_secs();
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

/// How long something will still take, by a guess in seconds: tenths of one would only flicker.
pub fn time_left_text(seconds: f64) -> String {
    let seconds = seconds.ceil().clamp(0.0, 359_999.0);
    if seconds < 60.0 { format!("{seconds:.0} s") } else { duration_text(std::time::Duration::from_secs_f64(seconds)) }
}

/// How long ago something was, in words. What lies ahead, by clocks that disagree, was just now.
pub fn ago_text(now: jiff::Timestamp, then: jiff::Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(then.as_second());
    match seconds {
        ..5 => "just now".to_owned(),
        5..60 => format!("{seconds} s ago"),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86_400 => format!("{} h ago", seconds / 3600),
        86_400..172_800 => "yesterday".to_owned(),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

/// The exact time, in this computer's time zone.
pub fn exact_time_text(then: jiff::Timestamp) -> String {
    then.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn sizes_by_table() {
        for (bytes, expected) in
            [(0, "0 B"), (999, "999 B"), (1000, "1.00 KB"), (40_213, "40.2 KB"), (999_960, "1.00 MB"), (2_147_483_648, "2.15 GB")]
        {
            assert_eq!(size_text(bytes), expected);
        }
        assert_eq!(exact_size_text(2_147_483_648), "2\u{202f}147\u{202f}483\u{202f}648 bytes");
    }

    #[test]
    fn durations_by_table() {
        for (millis, expected) in [(3, "3.0 ms"), (212, "212 ms"), (1500, "1.5 s"), (61_000, "1 min 1 s")] {
            assert_eq!(duration_text(Duration::from_millis(millis)), expected);
        }
    }

    #[test]
    fn times_by_table() {
        let then = jiff::Timestamp::from_second(1_000_000).unwrap();
        for (seconds, expected) in [
            (-30, "just now"),
            (4, "just now"),
            (59, "59 s ago"),
            (60, "1 min ago"),
            (7199, "1 h ago"),
            (90_000, "yesterday"),
            (864_000, "10 days ago"),
        ] {
            let now = jiff::Timestamp::from_second(1_000_000 + seconds).unwrap();
            assert_eq!(ago_text(now, then), expected);
        }
    }
}
