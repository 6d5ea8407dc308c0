//! The choices of a field: in a sheet beside the table, or below its row where there is no room for one.

use eframe::egui::{Frame, Key, Modifiers, Panel, RichText, TextEdit, Ui};

use crate::model::profile::{Encoding, Field, FieldKind};
use crate::ui::pages::profile_editor::state::EditorState;
use crate::ui::pages::profile_editor::view::parts::lines;
use crate::ui::{icons, theme, widgets};

/// From this width of the page on there is room for a sheet, in points.
const SHEET_FROM: f32 = 820.0;

/// How wide the sheet is at most, in points.
pub(in crate::ui) const SHEET_MOST: f32 = 480.0;

/// Whether the choices stand in a sheet.
pub(in crate::ui) fn has_sheet(ui: &Ui) -> bool {
    ui.available_width() >= SHEET_FROM
}

/// Draws the sheet, if choices are open.
pub(in crate::ui) fn sheet(ui: &mut Ui, editor: &mut EditorState) {
    let Some(index) = editor.open_choices else { return };
    let Some(field) = editor.profile.fields.get_mut(index).filter(|field| field.kind.has_choices()) else { return };
    let text = &mut editor.choices;
    let frame = Frame::new().fill(theme::tokens(ui).panel).corner_radius(theme::RADIUS).inner_margin(theme::SPACE);
    let mut closes = false;
    Panel::right("choices-sheet").frame(frame).default_size(320.0).size_range(240.0..=SHEET_MOST).show(ui, |ui| {
        widgets::stable(ui, ("choices of", index), |ui| {
            closes = head(ui, index, field);
            edit(ui, field, text, ui.available_height());
        });
    });
    if closes {
        editor.open_choices = None;
    }
}

fn head(ui: &mut Ui, index: usize, field: &Field) -> bool {
    let mut closes = false;
    ui.horizontal(|ui| {
        let name = if field.field.is_empty() { &field.parameter } else { &field.field };
        let title = if name.is_empty() { format!("Choices of row {}", index + 1) } else { format!("Choices of {name}") };
        ui.with_layout(eframe::egui::Layout::right_to_left(eframe::egui::Align::Center), |ui| {
            closes = widgets::icon_button(ui, icons::X, "Close the choices", "They are saved (Escape)").clicked();
            ui.with_layout(eframe::egui::Layout::left_to_right(eframe::egui::Align::Center), |ui| {
                ui.add(eframe::egui::Label::new(RichText::new(title).family(theme::strong())).truncate());
            });
        });
    });
    closes || (ui.ctx().text_edit_focused() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)))
}

/// Draws the choices, in so much height.
pub(in crate::ui) fn edit(ui: &mut Ui, field: &mut Field, text: &mut String, height: f32) {
    let label = ui
        .horizontal_wrapped(|ui| {
            let label = ui.label("Choices, one per line");
            ui.label(widgets::muted(ui, format!("{} in all", field.choices.len())));
            label
        })
        .inner;
    encoding(ui, field);
    let room = (height - 110.0).max(100.0);
    eframe::egui::ScrollArea::vertical().id_salt("choices-scroll").max_height(room).show(ui, |ui| {
        let edit = TextEdit::multiline(text).id_salt("choices").desired_rows(5).desired_width(f32::INFINITY);
        let response = ui.add(edit);
        let says = "Exactly as in the feedback form, including case, spaces and punctuation";
        if response.labelled_by(label.id).on_hover_text(says).changed() {
            field.choices = lines(text);
        }
    });
}

fn encoding(ui: &mut Ui, field: &mut Field) {
    if field.kind != FieldKind::MultipleChoice {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.label("Sent as");
        let mut encoding = field.encoding.unwrap_or_default();
        ui.radio_value(&mut encoding, Encoding::Array, "a list").on_hover_text("[\"UI\", \"Audio\"]");
        ui.radio_value(&mut encoding, Encoding::Comma, "one text with commas").on_hover_text("\"UI,Audio\"");
        if encoding != field.encoding.unwrap_or_default() {
            field.encoding = Some(encoding);
        }
    });
}
