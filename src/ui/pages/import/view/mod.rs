//! What somebody else wrote down: one place to paste or drop it, what was found in it, and what can be done with that.

mod checked;
mod list;
mod preview;
mod source;

use eframe::egui::{RichText, Ui};

use crate::jobs::Jobs;
use crate::ui::command::Command;
use crate::ui::state::State;
use crate::ui::view::View;
use crate::ui::{icons, theme, widgets};

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        if widgets::icon_button(ui, icons::CARET_LEFT, "Back", "Returns to the form. The imported data is kept").clicked() {
            out.push(Command::Show(View::Compose));
        }
        ui.label(RichText::new("Import").text_style(theme::heading()));
    });
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
