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
use crate::ui::pages::response::view::{attachments, paint, why};
use crate::ui::{theme, widgets};

pub(in crate::ui) fn show(ui: &mut Ui, own: &mut ResponseState, view: &Shown<'_>, jobs: &Jobs, out: &mut Vec<Command>) {
    ui.label(RichText::new(outcome(view)).family(theme::strong()));
    ui.label(widgets::muted(ui, "One file, sent to an attachment endpoint. No ticket was created"));
    ui.add_space(theme::SPACE_SMALL);
    if view.uploads.is_empty() {
        if view.exchange.is_some_and(Judged::is_accepted) {
            why::outcome(ui, view);
            return why::notes(ui, own, view, out);
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
        _ => format!("The file is not attached to {ticket}"),
    }
}
