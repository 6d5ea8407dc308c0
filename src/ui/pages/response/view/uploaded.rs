//! The first page of a file that was sent to a ticket which existed before: the file, what became of it, and why.

use eframe::egui::{Label, RichText, Ui};

use crate::jobs::Jobs;
use crate::model::Answer;
use crate::model::attachment::ticket_in;
use crate::model::history::is_outcome_unknown;
use crate::ui::command::Command;
use crate::ui::pages::response::shown::Shown;
use crate::ui::pages::response::state::Judged;
use crate::ui::pages::response::view::panel::ResponseState;
use crate::ui::pages::response::view::{attachments, paint, sent, why};
use crate::ui::{theme, widgets};

pub(in crate::ui) fn show(ui: &mut Ui, own: &mut ResponseState, view: &Shown<'_>, jobs: &Jobs, out: &mut Vec<Command>) {
    ui.label(RichText::new(outcome(view)).family(theme::strong()));
    ui.label(widgets::muted(ui, "One file, sent to an attachment endpoint. No ticket was created"));
    ui.add_space(theme::SPACE_SMALL);
    if view.uploads.is_empty() {
        if view.exchange.is_some_and(Judged::is_accepted) {
            why::outcome(ui, view);
            why::notes(ui, own, view, out);
            return parts(ui, view, out);
        }
        return why::show(ui, own, view, out);
    }
    if let Some(exchange) = view.exchange.filter(|exchange| !exchange.is_accepted() && exchange.answer().is_some()) {
        ui.add(Label::new(exchange.meaning()).wrap());
    }
    for index in 0..view.uploads.len() {
        widgets::stable(ui, ("upload", index), |ui| paint::card(ui, |ui| attachments::file(ui, own, view, index, jobs, out)));
    }
}

/// The file of something that is over: its name, its size and its SHA-256.
fn parts(ui: &mut Ui, view: &Shown<'_>, out: &mut Vec<Command>) {
    for (index, part) in view.exchange.iter().flat_map(|exchange| exchange.sent.parts.iter().flatten()).enumerate() {
        widgets::stable(ui, ("part", index), |ui| paint::card(ui, |ui| sent::part_row(ui, part, false, false, out)));
    }
}

/// What became of the file, in a line.
fn outcome(view: &Shown<'_>) -> String {
    let url = view.planned.map(|request| &request.url).or(view.exchange.map(|exchange| &exchange.sent.url));
    let ticket = url.and_then(|url| ticket_in(url)).map_or_else(|| "the ticket".to_owned(), |ticket| format!("ticket {ticket}"));
    match view.exchange {
        _ if !view.is_over => format!("Uploading to {ticket}"),
        Some(exchange) if Judged::is_accepted(exchange) => format!("The file is attached to {ticket}"),
        Some(exchange) if is_outcome_unknown(exchange) || exchange.answer().is_some_and(Answer::has_success_status) => {
            format!("It is not known whether the file is attached to {ticket}")
        }
        None if view.not_sent == Some("cancelled") => format!("Cancelled: whether the file is attached to {ticket} is not known"),
        _ => format!("The file is not attached to {ticket}"),
    }
}
