//! The first page of a ticket that was created: the ticket, what became of each file, and what to do next.

use eframe::egui::{self, RichText, Ui, WidgetInfo};

use crate::jobs::Jobs;
use crate::model::Address;
use crate::model::attachment::{AttachmentEndpoint, element_in};
use crate::model::history::{ExchangeKind, HistoryRow};
use crate::model::secrets::mask::Masked;
use crate::model::status::status_text;
use crate::ui::command::Command;
use crate::ui::pages::history::command::HistoryCommand;
use crate::ui::pages::profile_editor::command::ProfileCommand;
use crate::ui::pages::response::command::ResponseCommand;
use crate::ui::pages::response::shown::Shown;
use crate::ui::pages::response::state::{Judged, UploadStage};
use crate::ui::pages::response::view::panel::{ResponseState, Tab};
use crate::ui::pages::response::view::{attachments, paint, why};
use crate::ui::{icons, theme, web_link, widgets};

/// How wide the names of what is known are, in points.
const NAMES: f32 = 76.0;

pub(in crate::ui) fn show(
    ui: &mut Ui,
    own: &mut ResponseState,
    view: &Shown<'_>,
    exchange: &Judged,
    jobs: &Jobs,
    out: &mut Vec<Command>,
) {
    paint::card(ui, |ui| {
        ticket(ui, view, exchange, out);
        why::outcome(ui, view);
        why::notes(ui, own, view, out);
        next(ui, view, exchange);
    });
    files(ui, own, view, jobs, out);
}

/// Which ticket it is, when it was made, and the way to it.
fn ticket(ui: &mut Ui, view: &Shown<'_>, exchange: &Judged, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(view.summary.as_deref().unwrap_or("Ticket created")).family(theme::strong()));
        if let Some(ticket) = view.ticket {
            let says = "Copies the number, to search for it in Centercode";
            if widgets::icon_button(ui, icons::COPY, &format!("Copy the ticket's number {ticket}"), says).clicked() {
                out.push(Command::Copy(ticket.to_owned()));
            }
        }
    });
    let secrets = view.secrets();
    let holds_secret = |link: &str| Masked::hide(link, &secrets).text != link;
    if let Some(link) = exchange.ticket_link().filter(|link| !holds_secret(link)) {
        let name = widgets::muted(ui, "Page");
        paint::named_row(
            ui,
            NAMES,
            |ui| ui.label(name),
            |ui| {
                web_link::web_link(ui, "Open the ticket in the browser", link);
            },
        );
    }
    // What was read back has its time above it.
    if view.planned.is_some() {
        let name = widgets::muted(ui, "Created");
        let at = exchange.started_at;
        paint::named_row(ui, NAMES, |ui| ui.label(name), |ui| drop(ui.label(widgets::exact_time_text(at))));
    }
}

/// What is left to be done, once nothing is under way.
fn next(ui: &mut Ui, view: &Shown<'_>, exchange: &Judged) {
    if !view.is_over {
        return;
    }
    let address = Address::parse(&exchange.sent.url);
    let is_here = matches!(address.raw(&address.host), "127.0.0.1" | "localhost" | "[::1]");
    let is_failed = |stage: &UploadStage| matches!(stage, UploadStage::Ended { is_attached: false, .. });
    let has_kept_failure = view.others.iter().any(|row| row.kind == ExchangeKind::Upload && !row.is_success());
    let text = if view.uploads.iter().any(|upload| is_failed(&upload.stage)) || has_kept_failure {
        "Send the files again that failed. The ticket is not created a second time"
    } else if is_here {
        "It went to this computer, so no community has this ticket. The page Sandbox lists what the sandbox received"
    } else {
        "Open the ticket in Centercode and see whether each field holds what was sent: the response does not say so"
    };
    widgets::icon_line(ui, icons::LIGHTBULB, theme::tokens(ui).accent, "What to do", |ui| drop(ui.label(text)));
}

/// The files, and the attachment endpoints that no file was sent to.
fn files(ui: &mut Ui, own: &mut ResponseState, view: &Shown<'_>, jobs: &Jobs, out: &mut Vec<Command>) {
    if view.uploads.is_empty() && view.endpoints.is_empty() && view.files == 0 && view.others.is_empty() {
        if view.is_over {
            ui.label(widgets::muted(ui, "The response names no attachment endpoint"));
        }
        return;
    }
    ui.add_space(theme::SPACE_SMALL);
    ui.horizontal_wrapped(|ui| {
        paint::heading(ui, "Files and attachment endpoints");
        let says = "Opens Attachments: each endpoint as it was returned, and as it was completed";
        if !view.endpoints.is_empty() && paint::link(ui, "Show addresses", "Show the attachment endpoints", says).clicked() {
            own.tab = Some(Tab::Attachments);
        }
    });
    for index in 0..view.uploads.len() {
        widgets::stable(ui, ("upload", index), |ui| paint::card(ui, |ui| attachments::file(ui, own, view, index, jobs, out)));
    }
    if view.planned.is_none() {
        kept_files(ui, view, out);
        // What others sent, and what was sent before this session, may have got files since.
        for (index, endpoint) in view.endpoints.iter().enumerate() {
            widgets::stable(ui, ("named", index), |ui| paint::card(ui, |ui| named(ui, view, endpoint, out)));
        }
        return;
    }
    let is_used = |endpoint: &&AttachmentEndpoint| {
        view.uploads.iter().any(|upload| Some(&upload.attachment.parameter) == endpoint.parameter.as_ref())
    };
    for (index, endpoint) in view.endpoints.iter().enumerate().filter(|(_, endpoint)| !is_used(endpoint)) {
        widgets::stable(ui, ("unused", index), |ui| paint::card(ui, |ui| unused(ui, view, endpoint, out)));
    }
}

/// An endpoint of something that was sent before.
fn named(ui: &mut Ui, view: &Shown<'_>, endpoint: &AttachmentEndpoint, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        widgets::icon(ui, icons::PAPERCLIP, theme::tokens(ui).muted, "Attachment endpoint");
        match &endpoint.parameter {
            Some(parameter) => drop(ui.label(RichText::new(parameter).family(theme::strong()))),
            None => no_element(ui, view, endpoint, out),
        }
        attachments::add_to_ticket(ui, view, endpoint, out);
    });
}

fn unused(ui: &mut Ui, view: &Shown<'_>, endpoint: &AttachmentEndpoint, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        widgets::icon(ui, icons::PAPERCLIP, theme::tokens(ui).muted, "Attachment endpoint");
        let Some(parameter) = &endpoint.parameter else {
            return no_element(ui, view, endpoint, out);
        };
        ui.label(RichText::new(parameter).family(theme::strong()));
        ui.label(widgets::muted(ui, "no file sent"));
        let button = ui.button("Attach a file…");
        let name = format!("Attach a file to {parameter}");
        button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &name));
        if button.on_hover_text("Uploads a file to this ticket. The ticket is not created again").clicked() {
            out.push(Command::Response(ResponseCommand::PickMore { parameter: parameter.clone() }));
        }
    });
}

/// An endpoint that the profile has no file element for, and the way to one.
fn no_element(ui: &mut Ui, view: &Shown<'_>, endpoint: &AttachmentEndpoint, out: &mut Vec<Command>) {
    let Some(name) = element_in(&endpoint.completed).map(|name| Masked::hide(&name, &view.secrets()).text.into_owned()) else {
        ui.label(widgets::muted(ui, "An endpoint that belongs to no file element of the profile"));
        return;
    };
    ui.label(RichText::new(&name).family(theme::strong()));
    ui.label(widgets::muted(ui, "no file element of the profile"));
    let button = ui.button("Add to the profile");
    button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("Add {name} to the profile")));
    let says = "Adds a file element of this parameter to the profile. Its files then go here";
    if button.on_hover_text(says).clicked() {
        out.push(Command::Profile(ProfileCommand::AddElement(name)));
    }
}

/// What the history has of the ticket's files: each file that was sent, what became of it, and the way to its exchange.
fn kept_files(ui: &mut Ui, view: &Shown<'_>, out: &mut Vec<Command>) {
    let sent: Vec<&HistoryRow> = view.others.iter().filter(|row| row.kind == ExchangeKind::Upload).collect();
    for row in &sent {
        widgets::stable(ui, ("kept", row.id), |ui| paint::card(ui, |ui| kept_file(ui, row, out)));
    }
    let never_sent = view.files.saturating_sub(sent.len());
    if never_sent > 0 {
        let tokens = theme::tokens(ui);
        let text = match never_sent {
            1 => "1 more file was picked for this ticket and not sent".to_owned(),
            count => format!("{count} more files were picked for this ticket and not sent"),
        };
        widgets::icon_line(ui, icons::WARNING, tokens.warning, "Warning", |ui| drop(ui.label(text)));
    }
}

fn kept_file(ui: &mut Ui, row: &HistoryRow, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    let (icon, colour, word) = match row.status {
        _ if row.is_success() => (icons::CHECK_CIRCLE, tokens.success, "Attached"),
        None if row.is_open() => (icons::WARNING_CIRCLE, tokens.warning, "Not known"),
        Some(200..=399) => (icons::WARNING_CIRCLE, tokens.warning, "Not known"),
        _ => (icons::X_CIRCLE, tokens.danger, "Failed"),
    };
    ui.horizontal_wrapped(|ui| {
        widgets::icon(ui, icon, colour, word);
        ui.label(RichText::new(row.preview.trim()).family(theme::strong()));
        let status = row.status.map_or_else(|| "no response".to_owned(), status_text);
        ui.label(widgets::muted(ui, format!("{word}, {status}")));
        let name = format!("Open the upload of {}", row.preview.trim());
        let says = "Opens its exchange in the history, with what was sent and what came back";
        if paint::link(ui, "Open", &name, says).clicked() {
            out.push(Command::History(HistoryCommand::Open(row.id)));
        }
    });
    if !row.is_success() && !row.cause.1.is_empty() {
        ui.label(widgets::muted(ui, &row.cause.1));
    }
}
