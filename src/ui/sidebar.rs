//! x
use super::command::Command;
use super::state::State;
use eframe::egui::Ui;
pub(super) fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    let _ = (ui, state, out);
}
pub(super) fn show_as_menu(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    let _ = (ui, state, out);
}
