//! The menu of everything that a request can be written as.

use eframe::egui::{self, Id, ScrollArea, Ui, WidgetInfo};

use crate::formats::export::Tool;
use crate::ui::command::Command;
use crate::ui::pages::bundle::command::BundleCommand;
use crate::ui::pages::export::command::{ExportCommand, ExportSource, Reveal};
use crate::ui::privacy;

/// Draws the menu. `is_evidence` is whether there is an answer that a support bundle could explain.
pub fn show(ui: &mut Ui, source: &ExportSource, is_evidence: bool, out: &mut Vec<Command>) {
    let menu = ui.menu_button("Export", |ui| entries(ui, source, is_evidence, out));
    let name = match source {
        ExportSource::Draft => "Export the draft",
        ExportSource::Delivery => "Export what was sent",
        ExportSource::History(_) => "Export from the history",
        ExportSource::Import => "Export the request",
    };
    menu.response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, name));
    menu.response.on_hover_text("Exports the request as curl, HTTP, HAR, Postman, Hurl, code or a support bundle");
}

fn entries(ui: &mut Ui, source: &ExportSource, is_evidence: bool, out: &mut Vec<Command>) {
    // Holds for one export: the next hides secrets again.
    let kept = Id::unique("export-secrets");
    let mut in_clear = !privacy::is_sharing(ui) && ui.data(|data| data.get_temp::<bool>(kept)).unwrap_or(false);
    let before = out.len();
    let reveal = if in_clear { Reveal::InClear } else { Reveal::Variables };
    let copy = ui.menu_button("Copy as", |ui| {
        if let Some(tool) = picked(ui, "Copies it to the clipboard", reveal) {
            out.push(Command::Export(ExportCommand::Copy(source.clone(), tool, reveal)));
            ui.close();
        }
    });
    copy.response.on_hover_text("For a terminal, an editor or another tool");
    let save = ui.menu_button("Save as", |ui| {
        if let Some(tool) = picked(ui, "Asks for a file", reveal) {
            out.push(Command::Export(ExportCommand::Pick(source.clone(), tool, reveal)));
            ui.close();
        }
    });
    save.response.on_hover_text("The same as a file");
    if !privacy::is_sharing(ui) {
        ui.checkbox(&mut in_clear, "Include secrets as plain text").on_hover_text(
            "Writes API keys and logins as plain text instead of variables. Share the result only with people who may have them",
        );
    }
    ui.data_mut(|data| data.insert_temp(kept, in_clear && out.len() == before));
    let says = "Previews a zip with report, HAR file, case file and curl command, and shows what is hidden in it";
    if is_evidence && ui.button("Support bundle…").on_hover_text(says).clicked() {
        out.push(Command::Bundle(BundleCommand::Open(source.clone())));
        ui.close();
    }
}

/// The tool that was picked.
fn picked(ui: &mut Ui, does: &str, reveal: Reveal) -> Option<Tool> {
    let secrets = match reveal {
        Reveal::Variables => "API keys and logins are variables",
        Reveal::InClear => "API keys and logins are included as plain text",
    };
    let says = format!("{does}; {secrets}");
    let height = ui.ctx().content_rect().height() * 0.8;
    let draw = |ui: &mut Ui| Tool::ALL.into_iter().filter(|tool| ui.button(tool.label()).on_hover_text(&says).clicked()).last();
    ScrollArea::vertical().max_height(height).show(ui, draw).inner
}
