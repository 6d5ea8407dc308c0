//! The field mapping as a table: a row for each incoming field, moved by dragging or with its arrows.

use eframe::egui::{self, ComboBox, Frame, RichText, TextEdit, Ui, WidgetInfo};
use serde_json::Value;

use crate::model::mapping::{fields_from_sample, odd_rows};
use crate::model::profile::{Encoding, Field, FieldKind};
use crate::ui::pages::profile_editor::state::{EditorState, Way};
use crate::ui::pages::profile_editor::view::parts::{left_out, lines, named_edit, section, wire_edit};
use crate::ui::{icons, theme, widgets};

/// The width of a row in points whose field name has its least width.
const FULL_ROW: f32 = 835.0;
/// The width in points of what stands behind the inputs of a row.
const ROW_END: f32 = 350.0;

/// What a row asks for.
#[derive(Clone, Copy)]
enum Ask {
    Up(usize),
    Down(usize),
    Remove(usize),
    Choices(usize),
}

/// Draws the table.
pub(in crate::ui) fn show(ui: &mut Ui, editor: &mut EditorState) {
    section(ui, "Incoming fields");
    ui.label(widgets::muted(
        ui,
        "Which parameter of the JSON fills which field of the feedback form, as mapped in the External Source.",
    ));
    let odd = odd_rows(&editor.profile);
    let mut order: Vec<usize> = (0..editor.profile.fields.len()).collect();
    let mut ask = None;
    let count = order.len();
    let before = order.clone();
    egui_dnd::dnd(ui, egui::Id::unique(("mapping", &editor.id.0))).show_vec(&mut order, |ui, index, handle, _| {
        let index = *index;
        Frame::new().stroke(egui::Stroke::new(1.0, theme::tokens(ui).border)).corner_radius(theme::RADIUS).inner_margin(6).show(
            ui,
            |ui| {
                ui.set_width(ui.available_width());
                ui.horizontal_wrapped(|ui| {
                    handle.ui(ui, |ui| {
                        let tokens = theme::tokens(ui);
                        widgets::icon(ui, icons::DOTS_SIX_VERTICAL, tokens.muted, "Drag to move")
                            .on_hover_text("Drag to move the row; the arrows at its end do the same");
                    });
                    let focus = editor.moved.filter(|(row, _)| *row == index).map(|(_, way)| way);
                    row(ui, &mut editor.profile.fields[index], (index, count), focus, &mut ask);
                });
                if editor.open_choices == Some(index) && editor.profile.fields[index].kind.has_choices() {
                    choices(ui, &mut editor.profile.fields[index], &mut editor.choices);
                }
                for (_, words) in odd.iter().filter(|(row, _)| *row == index) {
                    let tokens = theme::tokens(ui);
                    ui.horizontal_wrapped(|ui| {
                        widgets::icon(ui, icons::WARNING, tokens.warning, "Problem");
                        ui.label(RichText::new(words).color(tokens.warning));
                    });
                }
            },
        );
    });
    editor.moved = None;
    if order != before {
        let fields = &editor.profile.fields;
        editor.profile.fields = order.iter().map(|index| fields[*index].clone()).collect();
        editor.open_choices = None;
    }
    carry_out(editor, ask);
    tools(ui, editor);
}

fn carry_out(editor: &mut EditorState, ask: Option<Ask>) {
    let count = editor.profile.fields.len();
    match ask {
        Some(Ask::Up(index)) if index > 0 => {
            swap(editor, index, index - 1, Way::Up);
        }
        Some(Ask::Down(index)) if index + 1 < count => {
            swap(editor, index, index + 1, Way::Down);
        }
        Some(Ask::Remove(index)) => {
            editor.profile.fields.remove(index);
            editor.open_choices = None;
        }
        Some(Ask::Choices(index)) => {
            let is_open = editor.open_choices == Some(index);
            editor.open_choices = (!is_open).then_some(index);
            editor.choices = editor.profile.fields[index].choices.join("\n");
        }
        _ => {}
    }
}

/// The keyboard stays with the row that was moved, so that the same key moves it on.
fn swap(editor: &mut EditorState, from: usize, to: usize, way: Way) {
    editor.profile.fields.swap(from, to);
    editor.open_choices = None;
    editor.moved = Some((to, way));
}

/// How much wider than its least a field's name may be, so that every row stays one line.
fn spare_width(ui: &Ui) -> f32 {
    (ui.available_width() - FULL_ROW).clamp(0.0, 130.0)
}

fn name_edit(ui: &mut Ui, number: usize, text: &mut String) {
    let width = 130.0 + spare_width(ui);
    let says = "The field's name in Centercode. The form shows it; it is not sent";
    named_edit(ui, &format!("Field {number}"), text, width, "Summary", says);
}

fn row(ui: &mut Ui, field: &mut Field, place: (usize, usize), focus: Option<Way>, ask: &mut Option<Ask>) {
    let (index, count) = place;
    let number = index + 1;
    name_edit(ui, number, &mut field.field);
    let says = "The key in the JSON, exactly as the other system sends it. It is case-sensitive";
    wire_edit(ui, &format!("Parameter {number}"), &mut field.parameter, 120.0, "summary", says);
    widgets::column(ui, 140.0, |ui| {
        ui.label(widgets::muted(ui, "Kind").small());
        let response = ComboBox::from_id_salt(("kind", index))
            .width(130.0)
            .selected_text(field.kind.label())
            .height(400.0)
            .show_ui(ui, |ui| {
                for kind in FieldKind::ALL {
                    ui.selectable_value(&mut field.kind, kind, kind.label());
                }
            });
        let label = field.kind.label();
        response.response.widget_info(|| {
            let mut info = WidgetInfo::labeled(egui::Role::ComboBox, true, format!("Kind {number}"));
            info.current_text_value = Some(label.to_owned());
            info
        });
        response.response.on_hover_text("The kind of the field in the feedback form. It determines the input and the rules");
    });
    let is_beside = ui.available_size_before_wrap().x >= ROW_END;
    widgets::column(ui, ROW_END, |ui| {
        if is_beside {
            // In line with the inputs, which have their names above them.
            widgets::name_room(ui);
        }
        ui.horizontal(|ui| {
            let required = ui.checkbox(&mut field.required, "Required");
            let is_required = field.required;
            required.widget_info(|| WidgetInfo::selected(egui::Role::CheckBox, true, is_required, format!("Required {number}")));
            required.on_hover_text("The feedback form requires this field");
            if field.kind.has_choices() {
                let label = format!("Choices ({})", field.choices.len());
                let button = widgets::small_button(ui, &label, "Shows the choices, one per line, to edit or paste");
                button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("{label} of row {number}")));
                if button.clicked() {
                    *ask = Some(Ask::Choices(index));
                }
            }
            let ways = [(Way::Up, index > 0, Ask::Up(index)), (Way::Down, index + 1 < count, Ask::Down(index))];
            for (way, is_free, asks) in ways {
                let (icon, word) = if way == Way::Up { (icons::ARROW_UP, "up") } else { (icons::ARROW_DOWN, "down") };
                let name = format!("Move row {number} {word}");
                let says = "The form shows the fields in this order";
                let button = widgets::icon_button_enabled(ui, is_free, icon, &name, says);
                // At an end of the table only the other way is left.
                if is_free && focus.is_some_and(|wanted| wanted == way || index == 0 || index + 1 == count) {
                    button.request_focus();
                }
                if button.clicked() {
                    *ask = Some(asks);
                }
            }
            let name = format!("Remove row {number}");
            if widgets::icon_button(ui, icons::TRASH, &name, "Removes the field from the mapping. You can undo this above")
                .clicked()
            {
                *ask = Some(Ask::Remove(index));
            }
        });
    });
}

fn choices(ui: &mut Ui, field: &mut Field, text: &mut String) {
    let label = ui.label("Choices, one per line");
    let edit = TextEdit::multiline(text).id_salt("choices").desired_rows(5).desired_width(f32::INFINITY);
    if ui
        .add(edit)
        .labelled_by(label.id)
        .on_hover_text("Exactly as in the feedback form, including case, spaces and punctuation")
        .changed()
    {
        field.choices = lines(text);
    }
    if field.kind == FieldKind::MultipleChoice {
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
}

fn tools(ui: &mut Ui, editor: &mut EditorState) {
    ui.horizontal_wrapped(|ui| {
        if ui.button("Add field").on_hover_text("Adds an empty row at the end").clicked() {
            editor.profile.fields.push(Field::default());
        }
        let says = "Adds rows for the unmapped parameters of an example payload";
        if ui.button("From sample JSON…").on_hover_text(says).clicked() {
            editor.shows_sample = !editor.shows_sample;
        }
    });
    if !editor.shows_sample {
        return;
    }
    let label = ui.label("Example payload (JSON)");
    ui.add(
        TextEdit::multiline(&mut editor.sample)
            .id_salt("sample")
            .code_editor()
            .desired_rows(5)
            .desired_width(f32::INFINITY)
            .lock_focus(false),
    )
    .labelled_by(label.id)
    .on_hover_text("A JSON object as the other system sends it. Its values are used to guess the kinds and are not stored");
    let known: Vec<String> = editor.profile.fields.iter().map(|field| field.parameter.clone()).collect();
    let mut added = match serde_json::from_str::<Value>(&editor.sample) {
        Ok(Value::Object(members)) => {
            left_out(ui, &members);
            Ok(fields_from_sample(&members))
        }
        _ if editor.sample.trim().is_empty() => Err("Paste a JSON object first"),
        _ => Err("This is not a JSON object"),
    };
    if let Ok(fields) = &mut added {
        fields.retain(|field| !known.contains(&field.parameter));
        if fields.is_empty() {
            added = Err("All of its parameters are mapped already");
        }
    }
    if let Err(why) = added {
        ui.label(widgets::muted(ui, why));
    }
    let button = ui.add_enabled(added.is_ok(), egui::Button::new("Add its parameters"));
    let says = "Kinds are guessed from names and values. Please review them";
    if button.on_hover_text(says).on_disabled_hover_text(added.as_ref().err().copied().unwrap_or_default()).clicked()
        && let Ok(added) = added
    {
        editor.profile.fields.extend(added);
        editor.sample.clear();
        editor.shows_sample = false;
    }
}
