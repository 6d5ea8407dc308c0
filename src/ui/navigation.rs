//! The ways between pages that stand on several of them.

use eframe::egui::Ui;

use crate::ui::command::Command;
use crate::ui::view::View;
use crate::ui::{icons, widgets};

/// The first line of a page: the way back to the form, the page's title, and what stands `beside` it. `keeps` says what becomes of what
/// was done on the page.
pub(in crate::ui) fn page_head(ui: &mut Ui, title: &str, keeps: &str, out: &mut Vec<Command>, beside: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let says = if keeps.is_empty() { "Returns to the form".to_owned() } else { format!("Returns to the form. {keeps}") };
        if widgets::icon_button(ui, icons::CARET_LEFT, "Back", &says).clicked() {
            out.push(Command::Show(View::Compose));
        }
        let most = ui.available_width();
        widgets::heading(ui, title, most);
        beside(ui);
    });
}

/// A link to the page for newcomers; tells whether it was followed.
pub(in crate::ui) fn intro_link(ui: &mut Ui, out: &mut Vec<Command>) -> bool {
    let says = "Explains what is sent where, and opens failures to try out in the sandbox";
    let is_followed = ui.link("What is an External Source?").on_hover_text(says).clicked();
    if is_followed {
        out.push(Command::Show(View::Intro));
    }
    is_followed
}
