//! Finding out what is wrong: tools that ask the twin or the server.

use eframe::egui::{Label, Ui};

use crate::ui::command::Command;
use crate::ui::navigation::page_head;
use crate::ui::pages::diagnostics::runs;
use crate::ui::state::State;
use crate::ui::view::View;
use crate::ui::{theme, widgets};

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    page_head(ui, "Diagnostics", "", out, |ui| {
        let name = state.profile().map_or_else(|| "no profile".to_owned(), |stored| stored.profile.shown_name().to_owned());
        // A line that is wider than the page would widen all that stands below it.
        ui.add(Label::new(widgets::muted(ui, format!("for {name}"))).truncate());
    });
    widgets::scroll(ui, "finding", |ui| {
        ui.set_max_width(ui.available_width().min(980.0));
        runs::show(ui, state, out);
        ui.add_space(theme::SPACE_LARGE);
        ui.horizontal_wrapped(|ui| {
            ui.label(widgets::muted(ui, "To check a request or explain a response from somebody else:"));
            let says = "Opens the Import page for curl commands, raw HTTP, HAR files, collections, logs, bundles and responses";
            if widgets::small_button(ui, "Paste or drop it…", says).clicked() {
                out.push(Command::Show(View::Import));
            }
        });
    });
}
