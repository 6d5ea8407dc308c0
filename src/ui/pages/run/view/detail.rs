//! What is known of one row: its steps, checks, files and causes, and the way to its exchanges.

use eframe::egui::{Layout, RichText, Ui};

use crate::model::unseen::drawn_on_one_line;
use crate::runner::result::{FileResult, StepResult, Verdict};
use crate::ui::command::Command;
use crate::ui::pages::run::command::RunCommand;
use crate::ui::pages::run::state::{Row, RunPage};
use crate::ui::pages::run::view::table;
use crate::ui::{icons, theme, widgets};

pub(super) fn show(ui: &mut Ui, page: &mut RunPage, out: &mut Vec<Command>) {
    let Some(at) = page.open else { return };
    if row(ui, &page.rows()[at], out) {
        page.open = None;
    }
}

/// Draws a row; tells whether it is to be closed.
fn row(ui: &mut Ui, row: &Row, out: &mut Vec<Command>) -> bool {
    let mut is_closed = false;
    ui.horizontal(|ui| {
        ui.label(RichText::new(format!("Row {}", row.number)).family(theme::strong()));
        ui.with_layout(Layout::right_to_left(eframe::egui::Align::Center), |ui| {
            if widgets::icon_button(ui, icons::X, "Close the row", "Returns to the list").clicked() {
                is_closed = true;
            }
            ui.add(eframe::egui::Label::new(widgets::muted(ui, &row.label)).truncate());
        });
    });
    let Some(result) = &row.result else {
        let text = if row.doing.is_some() { "It is under way." } else { "It was not sent yet." };
        ui.label(widgets::muted(ui, text));
        return is_closed;
    };
    widgets::scroll(ui, "run-detail-steps", |ui| {
        if result.steps.is_empty() {
            ui.label(widgets::muted(ui, "None of its steps was done."));
        }
        for (index, step) in result.steps.iter().enumerate() {
            widgets::stable(ui, ("run-step", index), |ui| show_step(ui, index, step, out));
        }
    });
    is_closed
}

fn show_step(ui: &mut Ui, index: usize, step: &StepResult, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    let (icon, colour) = table::sign_of(step.verdict, tokens);
    widgets::icon_row(ui, icon, colour, step.verdict.label(), |ui| {
        ui.label(RichText::new(&step.name).family(theme::strong()));
        ui.label(widgets::muted(ui, measures(step)));
        if let Some(delivery) = step.delivery.filter(|_| step.kind == "send") {
            let says = "Shows request, response and causes in the history";
            if widgets::small_button(ui, &format!("Open exchange of step {}", index + 1), says).clicked() {
                out.push(Command::Run(RunCommand::Exchange(delivery)));
            }
        }
    });
    if let Some(cause) = &step.cause {
        widgets::icon_line(ui, icons::LIGHTBULB, tokens.accent, "Likely cause", |ui| {
            ui.label(&cause.title);
            ui.label(RichText::new(&cause.id).monospace().color(tokens.muted));
        });
    }
    if let Some(error) = step.error.as_ref().filter(|_| !step.verdict.is_good()) {
        ui.label(RichText::new(error).color(tokens.danger));
    }
    for check in &step.checks {
        let (icon, colour, name) = match (&check.objection, check.is_fatal) {
            (None, _) => (icons::CHECK, tokens.success, "Holds"),
            (Some(_), true) => (icons::X, tokens.danger, "Does not hold"),
            (Some(_), false) => (icons::WARNING, tokens.warning, "Warning"),
        };
        widgets::icon_line(ui, icon, colour, name, |ui| {
            ui.label(match &check.objection {
                Some(objection) => format!("{}: {objection}", check.what),
                None => check.what.clone(),
            });
        });
    }
    for (at, file) in step.files.iter().enumerate() {
        let place = step.files[..at].iter().filter(|earlier| earlier.element == file.element).count();
        widgets::stable(ui, ("run-step-file", at), |ui| show_file(ui, (at, place), file, step.delivery, out));
    }
    ui.add_space(theme::SPACE);
}

fn measures(step: &StepResult) -> String {
    let status = step.status.map_or_else(String::new, |status| format!("{status}, "));
    let ticket = step.ticket.as_ref().map_or_else(String::new, |ticket| format!(", ticket {ticket}"));
    let tries = if step.attempts > 1 { format!(", {} tries", step.attempts) } else { String::new() };
    let took = widgets::duration_text(std::time::Duration::from_secs_f64(step.took_ms / 1000.0));
    match step.verdict {
        Verdict::NotRun => step.verdict.label().to_owned(),
        _ => format!("{status}{took}{ticket}{tries}"),
    }
}

fn show_file(ui: &mut Ui, (at, place): (usize, usize), file: &FileResult, delivery: Option<u64>, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    ui.horizontal_wrapped(|ui| {
        let (icon, colour, name) = if file.arrived {
            (icons::PAPERCLIP, tokens.success, "Arrived")
        } else {
            (icons::X, tokens.danger, "Did not arrive")
        };
        widgets::icon(ui, icon, colour, name);
        let size = file.size.map_or_else(String::new, |size| format!(", {}", widgets::size_text(size)));
        let status = file.status.map_or_else(String::new, |status| format!(", {status}"));
        ui.label(format!("{} to {}{size}{status}", drawn_on_one_line(&file.name), file.element));
        if let Some(delivery) = delivery {
            let says = "Shows request, response and causes of this upload in the history";
            if widgets::small_button(ui, &format!("Open upload {}", at + 1), says).clicked() {
                let element = file.element.clone();
                out.push(Command::Run(RunCommand::Upload { delivery, element, place }));
            }
        }
    });
    let hashes = match (&file.sha256, &file.reported_sha256) {
        (Some(sent), Some(reported)) if !sent.eq_ignore_ascii_case(reported) => {
            Some(format!("SHA-256 sent {sent}, and the server reports {reported}"))
        }
        (Some(_), Some(_)) => Some("The server reports the same SHA-256".to_owned()),
        _ => None,
    };
    let reported = file.reported_size.filter(|reported| Some(*reported) != file.size);
    let sizes = reported.map(|reported| format!("The server reports {}", widgets::exact_size_text(reported)));
    for text in hashes.into_iter().chain(sizes) {
        ui.label(widgets::muted(ui, text));
    }
    if let Some(error) = file.error.as_ref().filter(|_| !file.arrived) {
        ui.label(RichText::new(error).color(tokens.danger));
    }
    if let Some(cause) = &file.cause {
        ui.label(format!("{} ({})", cause.title, cause.id));
    }
}
