//! The attachment endpoints of the answer, completed, and the queue of files that go to them.

use std::time::Duration;

use eframe::egui::{self, Color32, ProgressBar, RichText, Ui, WidgetInfo};

use crate::diagnosis::{Cause, FactPlace};
use crate::jobs::Jobs;
use crate::model::attachment::AttachmentEndpoint;
use crate::model::secrets::mask::Masked;
use crate::model::secrets::mask::mask_headers;
use crate::model::status::status_text;
use crate::model::{Answer, Exchange};
use crate::service::report::{UploadOutcome, UploadResult};
use crate::ui::command::Command;
use crate::ui::pages::compose::command::{ComposeCommand, ExistingCommand};
use crate::ui::pages::response::command::ResponseCommand;
use crate::ui::pages::response::shown::Shown;
use crate::ui::pages::response::state::{Judged, Pace, UploadStage, UploadView};
use crate::ui::pages::response::view::paint::Backgrounds;
use crate::ui::pages::response::view::panel::ResponseState;
use crate::ui::pages::response::view::{headers, paint, sent, why};
use crate::ui::widgets::{duration_text, exact_size_text, muted, size_text, time_left_text};
use crate::ui::{icons, theme, widgets};

pub(in crate::ui) fn show(ui: &mut Ui, own: &mut ResponseState, view: &Shown<'_>, jobs: &Jobs, out: &mut Vec<Command>) {
    if let Some(summary) = view.summary.as_ref().filter(|_| !view.uploads.is_empty()) {
        ui.label(RichText::new(summary).family(theme::strong()));
    }
    if !view.uploads.is_empty() {
        paint::heading(ui, "Files");
        for index in 0..view.uploads.len() {
            widgets::stable(ui, ("upload", index), |ui| paint::card(ui, |ui| file(ui, own, view, index, jobs, out)));
        }
    }
    paint::heading(ui, "Attachment endpoints");
    if view.endpoints.is_empty() {
        let text = if view.exchange.is_some_and(Judged::is_accepted) {
            "Centerpost found no attachment endpoint in the response. See Body for the full response"
        } else {
            "A successful response returns one for each file element. They are listed here, with missing parts filled in"
        };
        ui.label(muted(ui, text));
        return;
    }
    let secrets = view.secrets();
    for (index, endpoint) in view.endpoints.iter().enumerate() {
        widgets::stable(ui, ("endpoint", index), |ui| {
            paint::card(ui, |ui| {
                address(ui, endpoint, &secrets, out);
                if let Some(parameter) = endpoint.parameter.as_ref().filter(|_| view.planned.is_some()) {
                    attach_more(ui, parameter, out);
                }
                add_to_ticket(ui, view, endpoint, out);
            });
        });
    }
}

fn address(ui: &mut Ui, endpoint: &AttachmentEndpoint, secrets: &[String], out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    let completed = Masked::url_without(&endpoint.completed, secrets);
    let element = endpoint.parameter.as_deref().unwrap_or("no file element");
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(element).family(theme::strong()));
        if !endpoint.pointer.is_empty() {
            ui.label(muted(ui, format!("at {}", endpoint.pointer)).monospace()).on_hover_text("Its position in the response");
        }
        let says = "Copies the completed address with the API key masked";
        if widgets::icon_button(ui, icons::COPY, &format!("Copy the address for {element}"), says).clicked() {
            out.push(Command::Copy(completed.text.to_string()));
        }
        let says = "Copies the completed address with the API key as plain text. Anyone who has it can post to this project";
        if widgets::icon_button(ui, icons::KEY, &format!("Copy with API key: {element}"), says).clicked() {
            out.push(Command::Copy(endpoint.completed.clone()));
        }
    });
    if endpoint.parameter.is_none() {
        let text = "No file element of the profile matches it. Add one to the profile to attach files here";
        ui.label(RichText::new(text).color(tokens.warning));
    }
    // One that was typed stands nowhere in a response.
    let origin = if endpoint.pointer.is_empty() { "Typed" } else { "Returned" };
    line(ui, origin, &Masked::url_without(&endpoint.returned, secrets).text, &Vec::new());
    let under: Backgrounds = endpoint.completions.iter().map(|c| (completed.span(&c.span), tokens.marked)).collect();
    line(ui, "Completed", &completed.text, &under);
    let mut names: Vec<&str> = endpoint.completions.iter().map(|completion| completion.what.label()).collect();
    names.dedup();
    let text = if names.is_empty() { "It was complete".to_owned() } else { format!("Filled in: {}", names.join(", ")) };
    ui.label(muted(ui, text));
    if endpoint.is_elsewhere {
        widgets::callout(ui, tokens.warning_surface, icons::SHIELD_WARNING, tokens.warning, "Warning", |ui| {
            ui.label("It is not at the address that responded (scheme, host and port), so no file is sent there by itself, and never a secret");
        });
    }
}

/// Another file for the same ticket: picked, or by its path.
fn attach_more(ui: &mut Ui, parameter: &str, out: &mut Vec<Command>) {
    let button = ui.button(format!("{}  Attach another file…", icons::PAPERCLIP));
    let name = format!("Attach another file to {parameter}");
    button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &name));
    if button.on_hover_text("Uploads a file to this ticket. The ticket is not created again").clicked() {
        out.push(Command::Response(ResponseCommand::PickMore { parameter: parameter.to_owned() }));
    }
}

/// The way to add a file to the ticket of something that was sent before: to the place where that is done, filled in.
pub(in crate::ui) fn add_to_ticket(ui: &mut Ui, view: &Shown<'_>, endpoint: &AttachmentEndpoint, out: &mut Vec<Command>) {
    let Some(profile) = view.adds_with else { return };
    let element = endpoint.parameter.as_deref().unwrap_or(&endpoint.pointer);
    let button = ui.button(format!("{}  Add a file…", icons::PAPERCLIP));
    let name = format!("Add a file to {element}");
    button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &name));
    let says =
        "Opens Attachments with this endpoint filled in, where the file is picked and sent. The ticket is not created again";
    if button.on_hover_text(says).clicked() {
        let command = ExistingCommand::OpenAt { profile: profile.clone(), endpoint: endpoint.without_key() };
        out.push(Command::Compose(ComposeCommand::Existing(command)));
    }
}

fn line(ui: &mut Ui, name: &str, text: &str, under: &Backgrounds) {
    let name = muted(ui, name);
    paint::named_row(ui, 76.0, |ui| ui.label(name), |ui| drop(paint::marked_label(ui, text, under)));
}

pub(in crate::ui) fn file(
    ui: &mut Ui,
    own: &mut ResponseState,
    view: &Shown<'_>,
    index: usize,
    jobs: &Jobs,
    out: &mut Vec<Command>,
) {
    let tokens = theme::tokens(ui);
    let upload = &view.uploads[index];
    let name = upload.attachment.filename();
    let (icon, colour, word) = sign(&upload.stage, tokens);
    ui.horizontal_wrapped(|ui| {
        widgets::icon(ui, icon, colour, word);
        ui.label(RichText::new(&name).family(theme::strong())).on_hover_text(upload.attachment.path.display().to_string());
        ui.label(muted(ui, format!("for {}", upload.attachment.parameter)));
        if let Some(size) = size_of(upload) {
            ui.label(muted(ui, size_text(size))).on_hover_text(exact_size_text(size));
        }
        button(ui, view, index, &name, out);
    });
    match &upload.stage {
        UploadStage::Waiting => {
            ui.label(muted(ui, "Waiting for its turn"));
        }
        UploadStage::Running => running(ui, upload, &name, jobs),
        UploadStage::Ended { result, causes, .. } => {
            ended(ui, result, colour, out);
            let causes: Vec<_> = causes.iter().filter(|cause| cause.id.is_problem()).collect();
            why::list(ui, own, Some(index), &causes, &[], out);
            if let UploadOutcome::Answered(exchange) = &result.outcome {
                upload_exchange(ui, exchange, &causes, &view.secrets(), out);
            }
        }
    }
}

fn sign(stage: &UploadStage, tokens: &theme::Tokens) -> (&'static str, Color32, &'static str) {
    match stage {
        UploadStage::Waiting => (icons::CLOCK, tokens.muted, "Waiting"),
        UploadStage::Running => (icons::UPLOAD_SIMPLE, tokens.accent, "Uploading"),
        UploadStage::Ended { is_attached: true, .. } => (icons::CHECK_CIRCLE, tokens.success, "Attached"),
        UploadStage::Ended { .. } => (icons::X_CIRCLE, tokens.danger, "Failed"),
    }
}

fn size_of(upload: &UploadView) -> Option<u64> {
    match &upload.stage {
        UploadStage::Ended { result, .. } => result.size.or(upload.attachment.picked_size),
        _ => upload.attachment.picked_size,
    }
}

fn button(ui: &mut Ui, view: &Shown<'_>, index: usize, name: &str, out: &mut Vec<Command>) {
    // Without a ticket there is nothing to attach to.
    let has_ticket = view.is_upload || view.exchange.is_some_and(Judged::is_accepted);
    let (icon, label, says, command) = match &view.uploads[index].stage {
        UploadStage::Ended { .. } if !has_ticket => return,
        UploadStage::Ended { is_attached: true, .. } => return,
        UploadStage::Ended { .. } => {
            let says = "Sends this file again to the same ticket. The file is read again";
            (icons::ARROWS_CLOCKWISE, "Retry", says, Command::Response(ResponseCommand::RetryUpload { index }))
        }
        _ => (
            icons::STOP,
            "Cancel",
            "Stops this file. The others continue",
            Command::Response(ResponseCommand::CancelUpload { index }),
        ),
    };
    let button = ui.button(format!("{icon}  {label}"));
    button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("{label} {name}")));
    // Retry takes the place of Cancel.
    let id = egui::Id::unique(("upload-button", view.key, index, label));
    if widgets::is_clicked_anew(ui, id, &button.on_hover_text(says)) {
        out.push(command);
    }
}

fn running(ui: &mut Ui, upload: &UploadView, name: &str, jobs: &Jobs) {
    let progress = jobs.upload_progress(upload.job.0, upload.job.1);
    // Before the job's own counters are there, the pace and the size when picked say as much.
    let sampled = upload.pace.samples.back().map_or(0, |(_, sent)| *sent);
    let sent = progress.as_ref().map_or(sampled, |progress| progress.sent());
    let total =
        progress.map(|progress| progress.total()).filter(|total| *total > 0).or(upload.attachment.picked_size).unwrap_or(0);
    let fraction = if total == 0 { 0.0 } else { (sent as f64 / total as f64).min(1.0) as f32 };
    let tokens = theme::tokens(ui);
    let bar = ui.add(ProgressBar::new(fraction).desired_height(6.0).fill(tokens.accent));
    bar.widget_info(|| WidgetInfo::labeled(egui::Role::ProgressIndicator, true, format!("{name}: {:.0} %", fraction * 100.0)));
    ui.horizontal_wrapped(|ui| {
        ui.label(progress_text(sent, total, &upload.pace));
        if upload.pace.is_stalled() {
            widgets::icon(ui, icons::WARNING, tokens.warning, "Warning");
            let text = RichText::new("stalled").color(tokens.warning);
            ui.label(text)
                .on_hover_text("No data for some seconds. The upload continues automatically or fails after the idle timeout");
        }
    });
    ui.ctx().request_repaint_after(Duration::from_millis(100));
}

/// Bytes, percent, rate and time left, as far as they are known.
fn progress_text(sent: u64, total: u64, pace: &Pace) -> String {
    let mut text = if total > 0 {
        let percent = (sent as f64 / total as f64 * 100.0).min(100.0).floor();
        format!("{} of {}, {percent} %", size_text(sent), size_text(total))
    } else {
        size_text(sent)
    };
    if total > 0 && sent >= total {
        return text + "; all sent, waiting for the response";
    }
    if let Some(rate) = pace.bytes_per_second().filter(|rate| *rate >= 1.0) {
        text.push_str(&format!(", {}/s", size_text(rate as u64)));
        if total > sent {
            text.push_str(&format!(", {} left", time_left_text((total - sent) as f64 / rate)));
        }
    }
    text
}

fn ended(ui: &mut Ui, result: &UploadResult, colour: Color32, out: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        let words = result.trouble().unwrap_or_else(|| match &result.outcome {
            UploadOutcome::Answered(exchange) => exchange.answer().map_or_else(String::new, |answer| status_text(answer.status)),
            UploadOutcome::NotSent(reason) => reason.clone(),
        });
        ui.label(RichText::new(words).color(colour));
        if let UploadOutcome::Answered(exchange) = &result.outcome {
            ui.label(muted(ui, format!("in {}", duration_text(exchange.timings.total))));
            if exchange.answer().is_some_and(|answer| answer.early) {
                ui.label(muted(ui, "the response came while the file was still being sent"));
            }
        }
        if let Some(hash) = &result.sha256 {
            sent::hash_line(ui, hash, out);
        }
    });
}

/// What was sent for a file and what came back, folded away.
fn upload_exchange(ui: &mut Ui, exchange: &Exchange, causes: &[&Cause], secrets: &[String], out: &mut Vec<Command>) {
    egui::CollapsingHeader::new("Request and response").id_salt("exchange").show(ui, |ui| {
        let places: Vec<&FactPlace> =
            causes.iter().flat_map(|cause| &cause.evidence).filter_map(|fact| fact.place.as_ref()).collect();
        sent::request_line(ui, &exchange.sent, secrets, &places, None, out);
        let request_headers = headers::hide_in_values(&mask_headers(&exchange.sent.headers), secrets);
        headers::table(ui, "request-headers", &request_headers, &mut None, &[]);
        for (index, part) in exchange.sent.parts.iter().flatten().enumerate() {
            widgets::stable(ui, ("part", index), |ui| {
                sent::part_row(ui, part, places.contains(&&FactPlace::Part(index)), false, out);
            });
        }
        let Some(answer) = exchange.answer() else { return };
        ui.separator();
        ui.label(RichText::new(status_text(answer.status)).monospace());
        let answer_headers = headers::hide_in_values(&mask_headers(&answer.headers), secrets);
        headers::table(ui, "answer-headers", &answer_headers, &mut None, &[]);
        let text = body_beginning(answer, secrets);
        if !text.is_empty() {
            paint::marked_label(ui, &text, &Vec::new());
        }
    });
}

/// The beginning of an answer's body: enough for an error page to say what it has to say.
fn body_beginning(answer: &Answer, secrets: &[String]) -> String {
    const SHOWN: usize = 4096;
    // More than is shown is searched, so that no secret is cut in two and missed.
    let beginning = Answer { body: answer.body.slice(..answer.body.len().min(2 * SHOWN)), ..answer.clone() };
    let text = beginning.text();
    let mut text = Masked::hide(&text, secrets).text.into_owned();
    let shown = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= SHOWN).last().unwrap_or(0);
    if text.len() > SHOWN {
        text.truncate(shown);
    }
    if answer.body.len() > SHOWN {
        text.push_str(&format!("\n… {} in all", size_text(answer.body.len() as u64)));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn progress_by_table() {
        let start = Instant::now();
        let at = |seconds: u64, sent: u64| (start + Duration::from_secs(seconds), sent);
        for (sent, total, samples, expected) in [
            (0, 0, vec![], "0 B"),
            (0, 100, vec![], "0 B of 100 B, 0 %"),
            (5_000, 10_000, vec![at(0, 0), at(1, 5_000)], "5.00 KB of 10.0 KB, 50 %, 5.00 KB/s, 1 s left"),
            (5_000, 1_000_000, vec![at(0, 0), at(1, 5_000)], "5.00 KB of 1.00 MB, 0 %, 5.00 KB/s, 3 min 19 s left"),
            (5_000, 10_000, vec![at(0, 5_000), at(4, 5_000)], "5.00 KB of 10.0 KB, 50 %"),
            (10_000, 10_000, vec![at(0, 0), at(1, 10_000)], "10.0 KB of 10.0 KB, 100 %; all sent, waiting for the response"),
        ] {
            let pace = Pace { samples: samples.into() };
            assert_eq!(progress_text(sent, total, &pace), expected);
        }
    }
}
