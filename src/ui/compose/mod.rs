//! x
use super::command::Command;
use super::state::State;
use crate::jobs::Jobs;
use eframe::egui::Ui;
pub(super) fn show(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    let _ = (ui, state, jobs, out);
}
