//! What somebody else wrote down: one place to paste or drop it, what was found in it, and what can be done with that.

mod checked;
mod list;
mod preview;
mod source;

use eframe::egui::Ui;

use crate::jobs::Jobs;
use crate::ui::command::Command;
use crate::ui::navigation::page_head;
use crate::ui::state::State;
use crate::ui::{icons, theme, widgets};

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    page_head(ui, "Import", "The imported data is kept", out, |_| {});
    widgets::scroll(ui, "import", |ui| {
        ui.set_max_width(ui.available_width().min(1100.0));
        source::show(ui, state, out);
        if let Some(trouble) = &state.import.trouble {
            let tokens = theme::tokens(ui);
            widgets::callout(ui, tokens.danger_surface, icons::WARNING, tokens.danger, "Problem", |ui| {
                ui.label(trouble);
            });
        }
        if state.import.found.is_some() {
            list::show(ui, &mut state.import);
            preview::show(ui, state, jobs, out);
        }
    });
}
