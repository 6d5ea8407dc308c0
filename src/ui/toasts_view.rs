//! What the user should know, along the bottom of the window until it is dismissed; no dialog stands in the way.

use crate::ui::command::Command;
use crate::ui::state::State;
use crate::ui::toasts::NoteKind;
use crate::ui::{icons, theme, widgets};
use eframe::egui::{Frame, Id, Panel, Ui};

/// Draws them; returns how high they are.
pub(in crate::ui) fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) -> Option<f32> {
    if state.toasts.notes.is_empty() {
        return None;
    }
    let frame = Frame::new().fill(theme::tokens(ui).panel).inner_margin(6);
    let notes = Panel::bottom("notes").frame(frame).show(ui, |ui| {
        for note in state.toasts.notes.iter().rev().take(3) {
            widgets::stable(ui, ("note", note.id), |ui| {
                let tokens = theme::tokens(ui);
                // A note comes by itself, maybe under a click that was meant for something else.
                let is_settled = widgets::is_settled(ui, Id::unique(("note", note.id)));
                let (icon, colour, kind) = match note.kind {
                    NoteKind::Info => (icons::INFO, tokens.accent, "Note"),
                    NoteKind::Problem => (icons::WARNING, tokens.danger, "Problem"),
                };
                ui.horizontal_wrapped(|ui| {
                    widgets::icon(ui, icon, colour, kind);
                    ui.label(&note.text);
                    for (label, command) in note.action.iter().chain(&note.second) {
                        if ui.button(label).clicked() && is_settled {
                            out.push(command.clone());
                            out.push(Command::DismissNote(note.id));
                        }
                    }
                    if widgets::icon_button(ui, icons::X, "Dismiss", "Closes this note").clicked() {
                        out.push(Command::DismissNote(note.id));
                    }
                });
            });
        }
    });
    Some(notes.response.rect.height())
}
