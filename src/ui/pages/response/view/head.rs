//! The head of the response: what came back, how long it took, or what is going on.

use std::time::{Duration, Instant};

use eframe::egui::{Label, RichText, Ui};

use crate::jobs::Jobs;
use crate::model::exchange::NetworkFailure;
use crate::model::exchange::Step;
use crate::model::{Address, Answer, Exchange};
use crate::ui::command::Command;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::response::shown::Shown;
use crate::ui::pages::response::sign::sign;
use crate::ui::pages::response::state::UploadStage;
use crate::ui::widgets::{duration_text, exact_size_text, muted, size_text};
use crate::ui::{icons, theme, widgets};

pub(in crate::ui) fn show(ui: &mut Ui, view: &Shown<'_>, jobs: &Jobs, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    let sign = sign(view);
    ui.horizontal_wrapped(|ui| {
        let colour = sign.kind.colour(tokens);
        widgets::icon(ui, sign.icon, colour, sign.name);
        ui.label(RichText::new(&sign.words).size(18.0).family(theme::strong()).color(colour));
        if let Some(exchange) = view.exchange {
            ui.add_space(theme::SPACE);
            metrics(ui, exchange);
        }
        if view.exchange.is_none() && view.not_sent.is_none() {
            going_on(ui, view, jobs, out);
        }
    });
    if view.exchange.is_some() && !view.is_over {
        ui.horizontal_wrapped(|ui| going_on(ui, view, jobs, out));
    }
}

fn metrics(ui: &mut Ui, exchange: &Exchange) {
    let timings = &exchange.timings;
    // Nobody measured what others wrote down.
    if !timings.total.is_zero() {
        let total = muted(ui, duration_text(timings.total));
        ui.add(Label::new(total).extend()).on_hover_ui(|ui| {
            ui.label("From start to end");
            for (name, duration) in [
                ("looking the name up", timings.resolve),
                ("connecting", timings.connect),
                ("TLS", timings.tls),
                ("first byte of the response", timings.first_byte),
                ("in all", Some(timings.total)),
            ] {
                ui.label(format!("{name}: {}", duration.map_or_else(|| "not seen".into(), duration_text)));
            }
        });
    }
    if let Some(first) = timings.first_byte {
        let text = muted(ui, format!("first byte {}", duration_text(first)));
        ui.add(Label::new(text).extend()).on_hover_text("From the start of sending to the first byte of the response");
    }
    let Some(answer) = exchange.answer() else { return };
    let text = muted(ui, sizes(answer));
    ui.add(Label::new(text).extend()).on_hover_text(format!(
        "The body: {} decoded, {} on the wire\nThe request's body: {} went out",
        exact_size_text(answer.body.len() as u64),
        exact_size_text(answer.wire_size),
        exact_size_text(exchange.body_bytes_sent),
    ));
    if answer.early {
        let text = RichText::new("came early").color(theme::tokens(ui).warning);
        ui.add(Label::new(text).extend()).on_hover_text("The response came while the request was still being sent");
    }
}

/// The size of an answer's body, and that on the wire where it differs.
fn sizes(answer: &Answer) -> String {
    let decoded = answer.body.len() as u64;
    if decoded == answer.wire_size {
        size_text(decoded)
    } else {
        format!("{}, {} on the wire", size_text(decoded), size_text(answer.wire_size))
    }
}

fn going_on(ui: &mut Ui, view: &Shown<'_>, jobs: &Jobs, out: &mut Vec<Command>) {
    let label = if view.exchange.is_none() {
        let address = Address::parse(view.planned.map_or("", |request| &request.url));
        let host = address.raw(&address.authority).to_owned();
        let progress = match view.uploads.first().filter(|_| view.is_upload) {
            Some(upload) => jobs.upload_progress(upload.job.0, upload.job.1),
            None => jobs.create_progress(view.key.0),
        };
        let stage = progress.map_or_else(
            || format!("Connecting to {host}"),
            |progress| stage_text(&host, progress.step(), progress.sent(), progress.total(), progress.received()),
        );
        format!("{stage}, {}", view.started.map(elapsed_text).unwrap_or_default())
    } else {
        let over = view.uploads.iter().filter(|upload| matches!(upload.stage, UploadStage::Ended { .. })).count();
        format!("Attaching files: {over} of {} done", view.uploads.len())
    };
    ui.add(Label::new(label).extend());
    let cancel = ui.button(format!("{}  Cancel", icons::STOP));
    cancel.widget_info(|| eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Button, true, "Cancel"));
    if cancel.on_hover_text("Closes the connection. The server keeps what it has received").clicked() {
        out.push(Command::Compose(ComposeCommand::Cancel));
    }
    // The elapsed time and the counters move.
    ui.ctx().request_repaint_after(Duration::from_millis(100));
}

fn elapsed_text(started: Instant) -> String {
    let seconds = started.elapsed().as_secs();
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {} s", seconds / 60, seconds % 60) }
}

/// What a request is at.
fn stage_text(host: &str, step: Option<Step>, sent: u64, total: u64, received: u64) -> String {
    match step {
        Some(Step::Resolve) => format!("Looking up {host}"),
        Some(Step::Connect) => format!("Connecting to {host}"),
        Some(Step::Proxy) => format!("Connecting to {host} through the proxy"),
        Some(Step::Tls) => format!("Securing the connection to {host}"),
        Some(Step::Send) => format!("Sending {} of {}", size_text(sent), size_text(total)),
        Some(Step::Receive) => format!("Reading the response: {} so far", size_text(received)),
        Some(Step::Wait) => "Sent; waiting for the response".to_owned(),
        None => format!("Waiting for {host}"),
    }
}

/// Where a network failure happened, in a line.
pub(in crate::ui) fn failure_place(failure: &NetworkFailure) -> Option<String> {
    match (failure.step, &failure.peer) {
        (Some(step), Some(peer)) => Some(format!("While {}, at {peer}", step.label())),
        (Some(step), None) => Some(format!("While {}", step.label())),
        (None, Some(peer)) => Some(format!("At {peer}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_by_table() {
        for (step, expected) in [
            (None, "Waiting for h:1"),
            (Some(Step::Resolve), "Looking up h:1"),
            (Some(Step::Connect), "Connecting to h:1"),
            (Some(Step::Proxy), "Connecting to h:1 through the proxy"),
            (Some(Step::Tls), "Securing the connection to h:1"),
            (Some(Step::Send), "Sending 1.00 KB of 2.00 KB"),
            (Some(Step::Wait), "Sent; waiting for the response"),
            (Some(Step::Receive), "Reading the response: 78 B so far"),
        ] {
            assert_eq!(stage_text("h:1", step, 1000, 2000, 78), expected);
        }
    }
}
