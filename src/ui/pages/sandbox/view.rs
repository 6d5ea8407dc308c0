//! The sandbox: what it plays, how it misbehaves, and what it received.

use eframe::egui::{self, Frame, RichText, Ui};

use crate::model::status::status_text;
use crate::sandbox::{Fault, LogEntry, Sandbox, Shape};
use crate::ui::command::Command;
use crate::ui::navigation::page_head;
use crate::ui::pages::sandbox::command::SandboxCommand;
use crate::ui::state::State;
use crate::ui::{icons, theme, widgets};

/// The page's name in the sidebar, with a word on what is out of the ordinary about it.
pub fn label(state: &State) -> &'static str {
    match (&state.sandbox.running, &state.sandbox.failed) {
        (Some(_), _) if state.sandbox.fault.is_some() => "Sandbox (fault active)",
        (Some(_), _) => "Sandbox",
        (None, Some(_)) => "Sandbox (not running)",
        (None, None) => "Sandbox (starting)",
    }
}

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    page_head(ui, "Sandbox", "", out, |_| {});
    ui.label(widgets::muted(
        ui,
        "A local server that simulates the External Sources of your sandbox profiles: the same rules, the same short responses, and faults on demand.",
    ));
    let Some(sandbox) = state.sandbox.running.clone() else {
        not_running(ui, state, out);
        return;
    };
    widgets::icon_row(ui, icons::CHECK_CIRCLE, theme::tokens(ui).success, "Running", |ui| {
        ui.label("Running at");
        ui.monospace(sandbox.base_url());
        if widgets::icon_button(ui, icons::COPY, "Copy the sandbox's address", "Copies its scheme, host and port").clicked() {
            out.push(Command::Copy(sandbox.base_url()));
        }
        let playing: Vec<String> =
            sandbox.profiles().iter().map(|profile| format!("{} / {}", profile.project_key, profile.source_key)).collect();
        ui.label(widgets::muted(ui, format!("playing {}", playing.join(", "))));
    });
    controls(ui, state, out);
    ui.separator();
    ui.label(RichText::new("Received").family(theme::strong()));
    log(ui, state, &sandbox);
}

fn not_running(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    match &state.sandbox.failed {
        Some(reason) => {
            widgets::callout(ui, tokens.danger_surface, icons::WARNING, tokens.danger, "Problem", |ui| {
                ui.label(reason);
                if ui.button("Start again").on_hover_text("Tries to start the sandbox at another port").clicked() {
                    out.push(Command::Sandbox(SandboxCommand::Start));
                }
            });
        }
        None => {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label("The sandbox is starting…");
            });
        }
    }
}

fn named_combo(ui: &mut Ui, name: &str, shown: &str, says: &str, add: impl FnOnce(&mut Ui)) {
    widgets::named_row(ui, NAMES, name, says, |ui, _| {
        let combo = widgets::combo(name).truncate().width(300.0).selected_text(shown.to_owned()).height(420.0);
        let response = combo.show_ui(ui, add).response;
        widgets::name_combo(&response, name, shown);
        response.on_hover_text(says);
    });
}

/// How wide the names of what can be set are, in points.
const NAMES: f32 = 210.0;

fn controls(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let shape = state.sandbox.shape;
    let says = "Centercode does not document the format of its success response. Centerpost reads each of these";
    named_combo(ui, "Shape of success responses", shape.label(), says, |ui| {
        for other in Shape::ALL {
            if ui.selectable_label(other == shape, other.label()).clicked() {
                out.push(Command::Sandbox(SandboxCommand::Shape(other)));
            }
        }
    });
    let fault = state.sandbox.fault;
    let shown = fault.map_or("No fault", Fault::label);
    named_combo(ui, "Fault", shown, "Makes the sandbox fail as servers, proxies and firewalls do", |ui| {
        if ui.selectable_label(fault.is_none(), "No fault").clicked() {
            out.push(Command::Sandbox(SandboxCommand::Fault(None)));
        }
        for other in Fault::ALL {
            if ui.selectable_label(fault == Some(*other), other.label()).clicked() {
                out.push(Command::Sandbox(SandboxCommand::Fault(Some(*other))));
            }
        }
    });
    if state.sandbox.fault.is_some() {
        let tokens = theme::tokens(ui);
        widgets::icon_row(ui, icons::WARNING, tokens.warning, "Warning", |ui| {
            ui.label(RichText::new("Every POST fails in this way until you remove the fault").color(tokens.warning));
            if widgets::small_button(ui, "Remove the fault", "The sandbox responds normally again").clicked() {
                out.push(Command::Sandbox(SandboxCommand::Fault(None)));
            }
        });
    }
}

/// The log, copied only when it grew.
fn entries(state: &mut State, sandbox: &Sandbox) -> std::sync::Arc<Vec<LogEntry>> {
    let revision = sandbox.revision();
    match &state.sandbox.log {
        Some((seen, entries)) if *seen == revision => entries.clone(),
        _ => {
            let entries = std::sync::Arc::new(sandbox.log());
            state.sandbox.log = Some((revision, entries.clone()));
            entries
        }
    }
}

fn log(ui: &mut Ui, state: &mut State, sandbox: &Sandbox) {
    let entries = entries(state, sandbox);
    if entries.is_empty() {
        let text = "No requests yet. Send one from a sandbox profile: its parts, sizes, hashes and the rule that was applied are listed here.";
        widgets::nothing(ui, icons::TRAY, text);
        return;
    }
    widgets::scroll(ui, "sandbox-log", |ui| {
        for entry in entries.iter().rev() {
            widgets::stable(ui, ("entry", entry.number), |ui| row(ui, state, entry));
        }
    });
}

fn row(ui: &mut Ui, state: &mut State, entry: &LogEntry) {
    let tokens = theme::tokens(ui);
    let is_open = state.sandbox.open_record == Some(entry.number);
    ui.horizontal_wrapped(|ui| {
        let what = format!("request {}", entry.number);
        if widgets::expand_button(ui, is_open, &what, "Shows its headers, parts and body").clicked() {
            state.sandbox.open_record = (!is_open).then_some(entry.number);
        }
        let (colour, words) = match entry.status {
            0 => (tokens.danger, "no response".to_owned()),
            status @ 200..=299 => (tokens.success, status_text(status)),
            status => (tokens.warning, status_text(status)),
        };
        ui.label(widgets::muted(ui, entry.number.to_string())).on_hover_text("Requests are numbered in the order received");
        ui.label(RichText::new(words).color(colour).family(theme::strong()));
        ui.label(&entry.rule);
        let at = entry.at.parse().map_or_else(|_| entry.at.clone(), |at| widgets::ago_text(state.now, at));
        ui.label(widgets::muted(ui, format!("{at}, {}", widgets::size_text(entry.body_size)))).on_hover_text(format!(
            "{}\n{}",
            entry.at,
            widgets::exact_size_text(entry.body_size)
        ));
    });
    request_line(ui, entry, is_open);
    if is_open {
        details(ui, entry);
    }
    ui.add_space(theme::SPACE_SMALL);
}

/// Method and target, cut where the row ends unless the entry is unfolded; egui shows a cut one whole on hover.
fn request_line(ui: &mut Ui, entry: &LogEntry, is_open: bool) {
    let line = format!("{} {}", entry.method, entry.target);
    let label = egui::Label::new(RichText::new(line).monospace().color(theme::tokens(ui).muted));
    ui.add(if is_open { label.wrap() } else { label.truncate() });
}

fn details(ui: &mut Ui, entry: &LogEntry) {
    Frame::new().fill(theme::tokens(ui).code_surface).corner_radius(theme::RADIUS).inner_margin(8).show(ui, |ui| {
        ui.set_width(ui.available_width());
        for (name, value) in &entry.headers {
            ui.monospace(format!("{name}: {value}"));
        }
        for part in &entry.parts {
            ui.add_space(theme::SPACE_SMALL);
            let filename = part.filename.as_ref().map_or_else(String::new, |name| format!(", file name \"{name}\""));
            ui.monospace(format!(
                "Part \"{}\"{filename}, {}",
                part.name,
                part.content_type.as_deref().unwrap_or("no Content-Type")
            ));
            let size = widgets::exact_size_text(part.content.size.unwrap_or_default());
            ui.monospace(format!("{size}, SHA-256 {}", part.content.sha256.as_deref().unwrap_or_default()));
        }
        if !entry.body_text.is_empty() {
            ui.add_space(theme::SPACE_SMALL);
            ui.monospace(&entry.body_text);
        }
        ui.add_space(theme::SPACE_SMALL);
        ui.label(widgets::muted(ui, format!("SHA-256 of the body: {}", entry.body_sha256)).small());
    });
}
