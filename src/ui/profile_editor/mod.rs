//! x
use super::command::Command;
use super::state::State;
use eframe::egui::Ui;
/// What is being typed in the profile editor.
#[derive(Default)]
pub struct EditorState {}
pub(super) fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    let _ = (ui, state, out);
}
pub(super) fn show_new(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    let _ = (ui, state, out);
}
