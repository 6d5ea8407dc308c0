//! The field mapping as a table: a row for each incoming field, moved by dragging or with its arrows.

use eframe::egui::{self, Frame, RichText, TextEdit, TextStyle, Ui, WidgetInfo};
use serde_json::Value;

use crate::model::mapping::{fields_from_sample, odd_rows};
use crate::model::profile::{Field, FieldKind};
use crate::model::secrets::url_values::secret_spans;
use crate::ui::pages::profile_editor::state::{EditorState, Way};
use crate::ui::pages::profile_editor::view::choices;
use crate::ui::pages::profile_editor::view::parts::{arrive, left_out, named_edit, section, wire_edit};
use crate::ui::{icons, theme, widgets};

/// The widths of the columns, in points, that do not grow.
const KIND: f32 = 138.0;
const REQUIRED: f32 = 72.0;
const CHOICES: f32 = 104.0;
const BUTTONS: f32 = 108.0;
const HANDLE: f32 = 22.0;
/// How high choices are below a row, in points.
const CHOICES_BELOW: f32 = 300.0;
/// The least width of a text.
const TEXT: f32 = 116.0;

/// The widths of the two columns of text. `None` where a table does not fit: then each row has its names and wraps.
fn text_widths(ui: &Ui) -> Option<[f32; 2]> {
    let fixed = HANDLE + KIND + REQUIRED + CHOICES + BUTTONS + 7.0 * ui.spacing().item_spacing.x + 12.0;
    let room = ui.available_width() - fixed;
    (room >= 2.0 * TEXT).then_some([room * 0.55, room * 0.45])
}

/// The names of the columns.
fn heads(ui: &mut Ui, texts: [f32; 2]) {
    ui.horizontal(|ui| {
        ui.add_space(6.0);
        for (width, head) in [HANDLE, texts[0], texts[1], KIND, REQUIRED, CHOICES].into_iter().zip([
            "",
            "Field",
            "Parameter",
            "Kind",
            "Required",
            "Choices",
        ]) {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(width, 18.0), egui::Sense::hover());
            let font = TextStyle::Small.resolve(ui.style());
            ui.painter().text(rect.left_center(), egui::Align2::LEFT_CENTER, head, font, theme::tokens(ui).muted);
        }
    });
}

/// What a row asks for.
#[derive(Clone, Copy)]
enum Ask {
    Up(usize),
    Down(usize),
    Remove(usize),
    Choices(usize),
}

/// Draws the table.
pub(in crate::ui) fn show(ui: &mut Ui, editor: &mut EditorState, has_sheet: bool) {
    section(ui, "Incoming fields");
    ui.label(widgets::muted(
        ui,
        "Which parameter of the JSON fills which field of the feedback form, as mapped in the External Source.",
    ));
    let odd = odd_rows(&editor.profile);
    let texts = text_widths(ui);
    if let Some(texts) = texts.filter(|_| !editor.profile.fields.is_empty()) {
        heads(ui, texts);
    }
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
                let align = if texts.is_some() { egui::Align::Center } else { egui::Align::TOP };
                let layout = egui::Layout::left_to_right(align).with_main_wrap(texts.is_none());
                let size = egui::vec2(ui.available_width(), theme::ROW_HEIGHT);
                ui.allocate_ui_with_layout(size, layout, |ui| {
                    handle.ui(ui, |ui| {
                        let tokens = theme::tokens(ui);
                        widgets::icon(ui, icons::DOTS_SIX_VERTICAL, tokens.muted, "Drag to move")
                            .on_hover_text("Drag to move the row; the arrows at its end do the same");
                    });
                    let focus = editor.moved.filter(|(row, _)| *row == index).map(|(_, way)| way);
                    row(ui, &mut editor.profile.fields[index], texts, (index, count), focus, &mut ask);
                });
                if !has_sheet && editor.open_choices == Some(index) && editor.profile.fields[index].kind.has_choices() {
                    let edit =
                        |ui: &mut Ui| choices::edit(ui, &mut editor.profile.fields[index], &mut editor.choices, CHOICES_BELOW);
                    let rect = ui.scope(edit).response.rect;
                    if std::mem::take(&mut editor.shows_choices) {
                        ui.scroll_to_rect(rect, None);
                    }
                }
                for (_, words) in odd.iter().filter(|(row, _)| *row == index) {
                    let tokens = theme::tokens(ui);
                    widgets::icon_line(ui, icons::WARNING, tokens.warning, "Problem", |ui| {
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
            editor.shows_choices = !is_open;
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

/// A text of a row: below the head of its column, or with its name above it.
fn text_cell(
    ui: &mut Ui,
    width: Option<f32>,
    name: &str,
    text: &mut String,
    hint: &str,
    says: &str,
    is_wire: bool,
) -> egui::Response {
    let Some(width) = width else {
        return if is_wire { wire_edit(ui, name, text, TEXT, hint, says) } else { named_edit(ui, name, text, 150.0, hint, says) };
    };
    let hides = is_wire && !secret_spans(text).is_empty();
    let mut edit = TextEdit::singleline(text).id_salt(name).hint_text(hint).desired_width(width).password(hides);
    if is_wire {
        edit = edit.font(TextStyle::Monospace);
    }
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::TextInput, true, name));
    response.on_hover_text(says)
}

/// A part of a row that is as wide as its column, where there are columns.
fn cell(ui: &mut Ui, is_table: bool, width: f32, add: impl FnOnce(&mut Ui)) {
    if !is_table {
        return add(ui);
    }
    let size = egui::vec2(width, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.set_min_width(width);
        add(ui);
    });
}

fn row(
    ui: &mut Ui,
    field: &mut Field,
    texts: Option<[f32; 2]>,
    place: (usize, usize),
    focus: Option<Way>,
    ask: &mut Option<Ask>,
) {
    let (index, _) = place;
    let (number, is_table) = (index + 1, texts.is_some());
    let says = "The field's name in Centercode. The form shows it; it is not sent";
    text_cell(ui, texts.map(|widths| widths[0]), &format!("Field {number}"), &mut field.field, "Summary", says, false);
    let says = "The key in the JSON, exactly as the other system sends it. It is case-sensitive";
    let name = format!("Parameter {number}");
    let parameter = field.parameter.clone();
    let edit = text_cell(ui, texts.map(|widths| widths[1]), &name, &mut field.parameter, "summary", says, true);
    for part in ["", "/kind", "/required"] {
        arrive(ui, &format!("fields/{parameter}{part}"), &edit);
    }
    cell(ui, is_table, KIND, |ui| kind(ui, field, index));
    cell(ui, is_table, REQUIRED, |ui| {
        let label = if is_table { "" } else { "Required" };
        let required = ui.checkbox(&mut field.required, label);
        let is_required = field.required;
        required.widget_info(|| WidgetInfo::selected(egui::Role::CheckBox, true, is_required, format!("Required {number}")));
        required.on_hover_text("The feedback form requires this field");
    });
    cell(ui, is_table, CHOICES, |ui| {
        if !field.kind.has_choices() {
            return;
        }
        let label = format!("Choices ({})", field.choices.len());
        let button = widgets::small_button(ui, &label, "Shows the choices, one per line, to edit or paste");
        button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("{label} of row {number}")));
        if button.clicked() {
            *ask = Some(Ask::Choices(index));
        }
    });
    moves(ui, place, focus, ask);
}

fn kind(ui: &mut Ui, field: &mut Field, index: usize) {
    let response =
        widgets::combo(("kind", index)).truncate().width(KIND - 8.0).selected_text(field.kind.label()).height(400.0).show_ui(
            ui,
            |ui| {
                for kind in FieldKind::ALL {
                    ui.selectable_value(&mut field.kind, kind, kind.label());
                }
            },
        );
    let label = field.kind.label();
    widgets::name_combo(&response.response, &format!("Kind {}", index + 1), label);
    response.response.on_hover_text("The kind of the field in the feedback form. It determines the input and the rules");
}

/// The buttons at the end of a row.
fn moves(ui: &mut Ui, (index, count): (usize, usize), focus: Option<Way>, ask: &mut Option<Ask>) {
    let number = index + 1;
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
    if widgets::icon_button(ui, icons::TRASH, &name, "Removes the field from the mapping. You can undo this above").clicked() {
        *ask = Some(Ask::Remove(index));
    }
}

fn tools(ui: &mut Ui, editor: &mut EditorState) {
    ui.horizontal_wrapped(|ui| {
        let add = ui.button("Add field").on_hover_text("Adds an empty row at the end");
        arrive(ui, "fields", &add);
        if add.clicked() {
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
