//! The file attachment elements of the feedback form.

use eframe::egui::Ui;

use crate::model::profile::FileElement;
use crate::ui::pages::profile_editor::state::EditorState;
use crate::ui::pages::profile_editor::view::parts::{arrive, named_edit, section, wire_edit};
use crate::ui::{icons, theme, widgets};

/// Draws the table of file elements.
pub(in crate::ui) fn show(ui: &mut Ui, editor: &mut EditorState) {
    section(ui, "File elements");
    ui.label(widgets::muted(ui, "The response to a ticket names an endpoint for each; files are sent to it as form-data."));
    let mut removed = None;
    for (index, element) in editor.profile.file_elements.iter_mut().enumerate() {
        widgets::stable(ui, ("file-element", index), |ui| {
            let number = index + 1;
            ui.horizontal_wrapped(|ui| {
                named_edit(
                    ui,
                    &format!("Element {number}"),
                    &mut element.field,
                    150.0,
                    "Crash log",
                    "The element's name in Centercode",
                );
                wire_edit(
                    ui,
                    &format!("Element parameter {number}"),
                    &mut element.parameter,
                    130.0,
                    "crashlog",
                    "The parameter that the External Source gives it",
                );
                let mut part = element.part_name.clone().unwrap_or_default();
                let says =
                    "The form-data name that its file is sent under. Centercode does not document it; empty means the parameter";
                if wire_edit(ui, &format!("Part name {number}"), &mut part, 130.0, &element.parameter, says).changed() {
                    element.part_name = (!part.is_empty()).then_some(part);
                }
                let name = format!("Remove file element {number}");
                let says = "Removes the element. You can undo this above";
                widgets::column(ui, 36.0, |ui| {
                    // In line with the inputs, which have their names above them.
                    widgets::name_room(ui);
                    if widgets::icon_button(ui, icons::TRASH, &name, says).clicked() {
                        removed = Some(index);
                    }
                });
            });
        });
    }
    if let Some(index) = removed {
        editor.profile.file_elements.remove(index);
    }
    ui.add_space(theme::SPACE_SMALL);
    let add = ui.button("Add file element").on_hover_text("Adds an empty row. The form then accepts files for it");
    arrive(ui, "file_elements", &add);
    if add.clicked() {
        editor.profile.file_elements.push(FileElement::default());
    }
}
