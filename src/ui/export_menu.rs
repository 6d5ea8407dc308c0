//! The menu of everything that a request can be written as.

use eframe::egui::{self, Ui, WidgetInfo};

use super::command::{Command, ExportCommand, ExportSource};
use crate::formats::write::Tool;

/// Draws the menu. `is_evidence` is whether there is an answer that a support bundle could explain.
pub fn show(ui: &mut Ui, source: &ExportSource, is_evidence: bool, out: &mut Vec<Command>) {
    let mut say = |command| out.push(Command::Export(command));
    let menu = ui.menu_button("Export", |ui| {
        let copy = ui.menu_button("Copy as", |ui| {
            for tool in Tool::ALL {
                if ui
                    .button(tool.label())
                    .on_hover_text("Puts it on the clipboard; API keys and logins are variables in it")
                    .clicked()
                {
                    say(ExportCommand::Copy(source.clone(), tool));
                    ui.close();
                }
            }
        });
        copy.response.on_hover_text("For a terminal, an editor or another tool");
        let save = ui.menu_button("Save as", |ui| {
            for tool in Tool::ALL {
                if ui.button(tool.label()).on_hover_text("Asks for a file; API keys and logins are variables in it").clicked() {
                    say(ExportCommand::Pick(source.clone(), tool));
                    ui.close();
                }
            }
        });
        save.response.on_hover_text("The same as a file");
        if is_evidence
            && ui
                .button("Support bundle…")
                .on_hover_text("Shows what a zip with report, HAR, case and curl command would hold, and what is hidden in it")
                .clicked()
        {
            say(ExportCommand::Bundle(source.clone()));
            ui.close();
        }
    });
    let name = match source {
        ExportSource::Draft => "Export the draft",
        ExportSource::Delivery => "Export what was sent",
        ExportSource::History(_) => "Export from the history",
        ExportSource::Import => "Export the request",
    };
    menu.response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, name));
    menu.response.on_hover_text("Writes it for others: curl, HTTP, HAR, Postman, Hurl, code, or a support bundle");
}
