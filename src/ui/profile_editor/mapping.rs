//! The field mapping as a table: a row for each incoming field, moved by dragging or with its arrows.

use eframe::egui::{self, ComboBox, Frame, RichText, TextEdit, Ui, WidgetInfo};
use serde_json::Value;

use crate::model::mapping::{fields_from_sample, odd_rows};
use crate::model::profile::{Encoding, Field, FieldKind};
use crate::ui::{icons, theme, widgets};

use super::{EditorState, Undo, lines, section};

/// What a row asks for.
#[derive(Clone, Copy)]
enum Ask {
    Up(usize),
    Down(usize),
    Remove(usize),
    Choices(usize),
}

/// Draws the table.
pub(super) fn show(ui: &mut Ui, editor: &mut EditorState) {
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
                    row(ui, &mut editor.profile.fields[index], index, count, &mut ask);
                });
                if editor.open_choices == Some(index) {
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
            editor.profile.fields.swap(index, index - 1);
            editor.open_choices = None;
        }
        Some(Ask::Down(index)) if index + 1 < count => {
            editor.profile.fields.swap(index, index + 1);
            editor.open_choices = None;
        }
        Some(Ask::Remove(index)) => {
            let field = editor.profile.fields.remove(index);
            editor.remember(Undo::Field(index, field));
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

fn small_edit(ui: &mut Ui, name: &str, text: &mut String, width: f32, hint: &str, mono: bool) {
    let mut edit = TextEdit::singleline(text).desired_width(width).hint_text(hint);
    if mono {
        edit = edit.font(egui::TextStyle::Monospace);
    }
    widgets::column(ui, width + 18.0, |ui| {
        let label = ui.label(widgets::muted(ui, name).small());
        ui.add(edit).labelled_by(label.id);
    });
}

fn row(ui: &mut Ui, field: &mut Field, index: usize, count: usize, ask: &mut Option<Ask>) {
    let number = index + 1;
    small_edit(ui, &format!("Field {number}"), &mut field.field, 130.0, "Summary", false);
    small_edit(ui, &format!("Parameter {number}"), &mut field.parameter, 120.0, "summary", true);
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
        response.response.on_hover_text("The kind of the field in the feedback form; it decides the widget and the rules");
    });
    widgets::column(ui, 350.0, |ui| {
        ui.label(widgets::muted(ui, " ").small());
        ui.horizontal(|ui| {
            let required = ui.checkbox(&mut field.required, "Required");
            let is_required = field.required;
            required.widget_info(|| WidgetInfo::selected(egui::Role::CheckBox, true, is_required, format!("Required {number}")));
            required.on_hover_text("The feedback form requires this field");
            if field.kind.has_choices() {
                let label = format!("Choices ({})", field.choices.len());
                let button = widgets::small_button(ui, &label, "Shows the choices, one a line, to be typed or pasted");
                button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("{label} of row {number}")));
                if button.clicked() {
                    *ask = Some(Ask::Choices(index));
                }
            }
            let name = format!("Move row {number} up");
            if widgets::icon_button_enabled(ui, index > 0, icons::ARROW_UP, &name, "The form shows the fields in this order")
                .clicked()
            {
                *ask = Some(Ask::Up(index));
            }
            let name = format!("Move row {number} down");
            if widgets::icon_button_enabled(
                ui,
                index + 1 < count,
                icons::ARROW_DOWN,
                &name,
                "The form shows the fields in this order",
            )
            .clicked()
            {
                *ask = Some(Ask::Down(index));
            }
            let name = format!("Remove row {number}");
            if widgets::icon_button(ui, icons::TRASH, &name, "Takes the field out of the mapping; Undo above brings it back")
                .clicked()
            {
                *ask = Some(Ask::Remove(index));
            }
        });
    });
}

fn choices(ui: &mut Ui, field: &mut Field, text: &mut String) {
    let label = ui.label("Choices, one a line");
    let edit = TextEdit::multiline(text).desired_rows(5).desired_width(f32::INFINITY);
    if ui
        .add(edit)
        .labelled_by(label.id)
        .on_hover_text("Just as the feedback form has them: case, spaces and punctuation count")
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
        let says = "Makes rows from an example payload, for parameters that are not mapped yet";
        if ui.button("From sample JSON…").on_hover_text(says).clicked() {
            editor.shows_sample = !editor.shows_sample;
        }
    });
    if !editor.shows_sample {
        return;
    }
    let label = ui.label("Example payload (JSON)");
    ui.add(TextEdit::multiline(&mut editor.sample).code_editor().desired_rows(5).desired_width(f32::INFINITY).lock_focus(false))
        .labelled_by(label.id);
    let sample = match serde_json::from_str::<Value>(&editor.sample) {
        Ok(Value::Object(members)) => Some(members),
        _ => None,
    };
    let says_not = if editor.sample.trim().is_empty() { "Paste a JSON object first" } else { "This is no JSON object" };
    let button = ui.add_enabled(sample.is_some(), egui::Button::new("Add its parameters"));
    if button
        .on_hover_text("The kinds are guessed from names and values; look them over")
        .on_disabled_hover_text(says_not)
        .clicked()
        && let Some(sample) = sample
    {
        let known: Vec<String> = editor.profile.fields.iter().map(|field| field.parameter.clone()).collect();
        let added: Vec<Field> =
            fields_from_sample(&sample).into_iter().filter(|field| !known.contains(&field.parameter)).collect();
        editor.remember(Undo::Added(added.iter().map(|field| field.parameter.clone()).collect()));
        editor.profile.fields.extend(added);
        editor.sample.clear();
        editor.shows_sample = false;
    }
}
