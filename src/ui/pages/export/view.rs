//! The menu of everything that a request can be written as.

use eframe::egui::containers::menu::{MenuButton, MenuConfig};
use eframe::egui::{self, PopupCloseBehavior, ScrollArea, Ui, WidgetInfo};

use crate::formats::export::Tool;
use crate::ui::command::Command;
use crate::ui::pages::bundle::command::BundleCommand;
use crate::ui::pages::export::command::{ExportCommand, ExportSource, Reveal};
use crate::ui::{icons, privacy, widgets};

/// Draws the menu. `is_evidence` is whether there is an answer that a support bundle could explain.
pub fn show(ui: &mut Ui, source: &ExportSource, is_evidence: bool, out: &mut Vec<Command>) {
    // The box for secrets is ticked before something is picked: the menu stays open.
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let menu = MenuButton::new("Export").config(config).ui(ui, |ui| entries(ui, source, is_evidence, out)).0;
    let name = match source {
        ExportSource::Draft => "Export the draft",
        ExportSource::Delivery => "Export what was sent",
        ExportSource::History(_) => "Export from the history",
        ExportSource::Import => "Export the request",
    };
    menu.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, name));
    menu.on_hover_text(if is_evidence {
        "Exports the request as curl, HTTP, HAR, Postman, Hurl, code or a support bundle"
    } else {
        "Exports the request as curl, HTTP, HAR, Postman, Hurl or code"
    });
}

/// A button that copies the request as a curl command at once, without secrets.
pub fn copy_curl(ui: &mut Ui, source: &ExportSource, out: &mut Vec<Command>) {
    let says = "Copies a curl command for bash. API keys and logins are variables in it (Ctrl+Shift+C copies the draft)";
    let name = match source {
        ExportSource::Delivery => "Copy what was sent as curl",
        _ => "Copy as curl",
    };
    if widgets::icon_button(ui, icons::TERMINAL, name, says).clicked() {
        out.push(Command::Export(ExportCommand::Copy(source.clone(), Tool::CurlBash, Reveal::Variables)));
    }
}

fn entries(ui: &mut Ui, source: &ExportSource, is_evidence: bool, out: &mut Vec<Command>) {
    // Holds for one export of one request: the next hides secrets again, and so does this menu once it was closed.
    let (kept, pass) = (ui.scope_id().with("export-secrets"), ui.ctx().cumulative_pass_nr());
    let ticked = ui.data(|data| data.get_temp::<(bool, u64)>(kept)).is_some_and(|(ticked, last)| ticked && last + 1 >= pass);
    let mut in_clear = !privacy::is_sharing(ui) && ticked;
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
        widgets::menu_checkbox(ui, &mut in_clear, "Include secrets in this export").on_hover_text(
            "Writes API keys and logins as plain text instead of variables, this once. Share the result only with people who may have them",
        );
    }
    ui.data_mut(|data| data.insert_temp(kept, (in_clear && out.len() == before, pass)));
    let suite = ui.menu_button("Add to suite", |ui| {
        let says = "Adds it as a step to a suite file. The suite is run on the page Runs";
        for (label, is_new) in [("A suite that exists…", false), ("A new suite…", true)] {
            if ui.button(label).on_hover_text(says).clicked() {
                out.push(Command::Export(ExportCommand::PickSuite { source: source.clone(), is_new }));
                ui.close();
            }
        }
    });
    suite.response.on_hover_text("What was sent by hand becomes a step that can be repeated, with checks and data rows");
    let says = "Makes a profile of what was sent: address, parameters, kinds and file elements";
    if matches!(source, ExportSource::History(_)) && ui.button("Learn a profile").on_hover_text(says).clicked() {
        out.push(Command::Export(ExportCommand::Learn(source.clone())));
        ui.close();
    }
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
