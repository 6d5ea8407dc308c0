//! What the program is: its version, what helps with a fault, and the licences of what it is made of.

use std::sync::LazyLock;

use eframe::egui::{RichText, ScrollArea, TextStyle, TextWrapMode, Ui};

use crate::service::about;
use crate::ui::command::Command;
use crate::ui::pages::settings::command::SettingsCommand;
use crate::ui::pages::settings::parts::Found;
use crate::ui::state::State;
use crate::ui::{icons, widgets};

/// The lines of the licences, of which only those in sight are laid out.
static LINES: LazyLock<Vec<&str>> = LazyLock::new(|| about::LICENCES.lines().collect());

/// How much of the licences is in sight.
const HEIGHT: f32 = 320.0;

pub(super) fn show(ui: &mut Ui, found: &mut Found, state: &mut State, out: &mut Vec<Command>) {
    found.group("About", "This version, its log and its licences");
    let says = "Puts versions, system, display, keyring, proxy, folders and the path of the log on the clipboard. No secrets";
    found.setting(ui, "Centerpost", says, |ui, _| {
        ui.label(about::VERSION);
        if ui.button(format!("{}  Copy diagnostics", icons::COPY)).on_hover_text("For a report of a fault").clicked() {
            out.push(Command::Settings(SettingsCommand::CopyDiagnostics));
        }
    });
    if let Some(file) = &state.settings_page.log_file {
        let shown = file.display().to_string();
        found.setting(ui, "Log", "What was sent and what failed, without secrets. --log-level says how much", |ui, _| {
            ui.monospace(&shown);
            if widgets::icon_button(ui, icons::COPY, "Copy the log's path", "Copies it to the clipboard").clicked() {
                out.push(Command::Copy(shown.clone()));
            }
        });
    }
    let shows = &mut state.settings_page.shows_licences;
    found.setting(ui, "Licences", "The licences of everything that Centerpost is made of", |ui, _| {
        let says = "Shows the text of all licences below";
        if widgets::expand_button(ui, *shows, "licences", says).clicked() {
            *shows = !*shows;
        }
        if *shows {
            licences(ui);
        }
    });
}

fn licences(ui: &mut Ui) {
    let row = ui.text_style_height(&TextStyle::Monospace);
    ScrollArea::both().id_salt("licences").max_height(HEIGHT).min_scrolled_height(HEIGHT).auto_shrink([false, true]).show_rows(
        ui,
        row,
        LINES.len(),
        |ui, rows| {
            ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
            for line in &LINES[rows] {
                ui.label(RichText::new(*line).monospace());
            }
        },
    );
}
