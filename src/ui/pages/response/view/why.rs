//! What the answer means, what caused it, and what fixes it.

use eframe::egui::{self, Label, RichText, Ui, WidgetInfo};

use crate::diagnosis::{Cause, CauseId, Fact, FactPlace, WARNED};
use crate::model::Answer;
use crate::model::secrets::mask::Masked;
use crate::model::secrets::mask::mask_url;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::response::cause_text::cause_text;
use crate::ui::pages::response::shown::Shown;
use crate::ui::pages::response::sign::sign;
use crate::ui::pages::response::state::Judged;
use crate::ui::pages::response::view::panel::{ResponseState, go_to};
use crate::ui::pages::response::view::{head, paint};
use crate::ui::view::View;
use crate::ui::{icons, theme, web_link, widgets};

pub(in crate::ui) fn show(ui: &mut Ui, own: &mut ResponseState, view: &Shown<'_>, out: &mut Vec<Command>) {
    outcome(ui, view);
    let Some(exchange) = view.exchange else { return };
    let causes: Vec<&Cause> = view.causes.iter().filter(|cause| cause.id.is_problem()).collect();
    notes(ui, own, view, out);
    if causes.is_empty() {
        ui.add_space(theme::SPACE);
        let text = if exchange.answer().is_some() {
            "No cause found in the request or the response. See Body for the server's response and Sent for the exact request"
        } else {
            "Check the address and the network, then send again. See Sent for the exact request"
        };
        ui.label(widgets::muted(ui, text));
    }
    if !causes.is_empty() {
        ui.add_space(theme::SPACE_SMALL);
        list(ui, own, None, &causes, view.overridden, out);
        if widgets::copy_findings(ui).clicked() {
            out.push(Command::Copy(text_of(view, &causes)));
        }
    }
}

/// What is to be said of an exchange besides its causes.
pub(in crate::ui) fn notes(ui: &mut Ui, own: &mut ResponseState, view: &Shown<'_>, out: &mut Vec<Command>) {
    let notes = view.causes.iter().filter(|cause| !cause.id.is_problem()).flat_map(|cause| &cause.evidence);
    // The status stands above already.
    for note in notes.filter(|fact| fact.place != Some(FactPlace::AnswerStatus)) {
        evidence(ui, own, note, true, out);
    }
}

/// What came back and what caused it, as text.
fn text_of(view: &Shown<'_>, causes: &[&Cause]) -> String {
    let mut text = format!("{}\n", sign(view).words);
    for (index, cause) in causes.iter().enumerate() {
        text.push_str(&format!("\n{}. {}", index + 1, cause_text(cause, "   ").trim_start()));
    }
    Masked::hide(&text, &view.secrets()).text.into_owned()
}

pub(in crate::ui) fn outcome(ui: &mut Ui, view: &Shown<'_>) {
    let tokens = theme::tokens(ui);
    let is_created = view.exchange.is_some_and(Judged::is_accepted);
    // What a refusal is stands above already.
    let is_refused = view.exchange.and_then(|exchange| exchange.answer()).is_some_and(|answer| !answer.has_success_status());
    if is_refused && !view.uploads.is_empty() {
        ui.label(RichText::new("No ticket was created, so no file was sent").family(theme::strong()));
    } else if let Some(summary) = view.summary.as_ref().filter(|_| !is_created) {
        ui.label(RichText::new(summary).family(theme::strong()));
    }
    match (view.exchange, view.not_sent) {
        (Some(exchange), _) => {
            if let Some(answer) = exchange.answer() {
                // Of a ticket that was created more is said above.
                if !is_created {
                    ui.label(exchange.meaning());
                }
                if answer.early {
                    ui.label(RichText::new("The response came while the request was still being sent").color(tokens.warning));
                }
                redirect(ui, answer, &view.secrets());
            } else if let Some(failure) = exchange.failure() {
                if let Some(place) = head::failure_place(failure) {
                    ui.label(place);
                }
                ui.add(Label::new(RichText::new(&failure.message).monospace()).wrap());
            }
        }
        (None, Some(reason)) => {
            ui.label(if reason == "cancelled" {
                "You cancelled the request. It is not known whether a ticket was created"
            } else {
                reason
            });
        }
        (None, None) => {
            ui.label(widgets::muted(ui, "Waiting for the response"));
        }
    }
}

fn redirect(ui: &mut Ui, answer: &Answer, secrets: &[String]) {
    let Some(location) = answer.header("location").filter(|_| (300..400).contains(&answer.status)) else { return };
    let tokens = theme::tokens(ui);
    widgets::callout(ui, tokens.warning_surface, icons::ARROW_BEND_UP_RIGHT, tokens.warning, "Redirect", |ui| {
        ui.label("It points to this address, which was not followed:");
        let location = mask_url(location);
        paint::marked_label(ui, &Masked::hide(&location, secrets).text, &Vec::new());
    });
}

/// Causes, best first. `upload` is the file that they are about; `warned` what was known beforehand.
pub(in crate::ui) fn list(
    ui: &mut Ui,
    own: &mut ResponseState,
    upload: Option<usize>,
    causes: &[&Cause],
    warned: &[Cause],
    out: &mut Vec<Command>,
) {
    for (index, cause) in causes.iter().enumerate() {
        widgets::stable(ui, ("cause", upload, index), |ui| {
            paint::card(ui, |ui| {
                let is_open = (index == 0) != own.toggled.contains(&(upload, index));
                if title(ui, index + 1, cause, is_open).clicked() && !own.toggled.remove(&(upload, index)) {
                    own.toggled.insert((upload, index));
                }
                if is_open {
                    details(ui, own, cause, warned.iter().any(|known| known.id == cause.id), upload.is_none(), out);
                }
            });
        });
    }
}

fn title(ui: &mut Ui, number: usize, cause: &Cause, is_open: bool) -> egui::Response {
    let tokens = theme::tokens(ui);
    let caret = if is_open { icons::CARET_DOWN } else { icons::CARET_RIGHT };
    let body = egui::TextStyle::Body.resolve(ui.style());
    let strong = egui::FontId::new(body.size, theme::strong());
    let mut job = egui::text::LayoutJob::default();
    let mut add =
        |text: String, font: &egui::FontId, colour| job.append(&text, 0.0, egui::TextFormat::simple(font.clone(), colour));
    add(format!("{number}  {}", cause.title), &strong, tokens.text);
    add(format!("   {}", cause.confidence.certainty().label()), &body, tokens.muted);
    // A long title wraps beside the mark, and not below it.
    let width = ui.available_width();
    job.wrap.max_width = width - MARK;
    let galley = ui.painter().layout_job(job);
    let size = egui::vec2(width, (galley.size().y + 4.0).max(24.0));
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click());
    if response.has_focus() {
        let stroke = egui::Stroke::new(2.0, tokens.accent);
        ui.painter().rect_stroke(rect.expand(2.0), theme::RADIUS, stroke, egui::StrokeKind::Inside);
    }
    let top = rect.center().y - galley.size().y / 2.0;
    let middle = top + body.size * 0.6;
    let shade = if response.hovered() { tokens.accent } else { tokens.muted };
    ui.painter().text(egui::pos2(rect.left(), middle), egui::Align2::LEFT_CENTER, caret, body, shade);
    ui.painter().galley(egui::pos2(rect.left() + MARK, top), galley, tokens.text);
    let name = format!("{number} {}, {}", cause.title, cause.confidence.certainty().label());
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_open, &name));
    let says = if is_open { "Hides the details" } else { "Shows the evidence and what to do" };
    response.on_hover_text(format!("{says}. Confidence: {:.0} %", cause.confidence.number() * 100.0))
}

/// The room for the mark before a title, in points.
const MARK: f32 = 22.0;

fn details(ui: &mut Ui, own: &mut ResponseState, cause: &Cause, was_known: bool, is_create: bool, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    // It is said once, whether the window or the record knows of it.
    let is_warning = |fact: &&Fact| fact.text == WARNED;
    if was_known || cause.evidence.iter().any(|fact| is_warning(&fact)) {
        widgets::icon_line(ui, icons::WARNING, tokens.warning, "Warning", |ui| {
            ui.label(RichText::new("You were warned before sending").color(tokens.warning));
        });
    }
    for fact in cause.evidence.iter().filter(|fact| !is_warning(fact)) {
        evidence(ui, own, fact, is_create, out);
    }
    if !cause.advice.is_empty() {
        widgets::icon_line(ui, icons::LIGHTBULB, tokens.accent, "What to do", |ui| {
            let job = paint::quoted_job(ui, &cause.advice);
            ui.add(Label::new(job).wrap());
        });
    }
    ui.horizontal_wrapped(|ui| {
        for fix in cause.fixes.iter().filter(|_| is_create) {
            let label = fix.label();
            let button = ui.button(format!("{}  {label}", icons::WRENCH));
            button.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &label));
            if button.on_hover_text("Changes the form. You can undo this there. Then send again").clicked() {
                out.push(Command::Compose(ComposeCommand::Fix(Box::new(fix.clone()))));
            }
        }
        let says = "Opens Diagnostics: a probe tests the endpoint by itself, and a bisection leaves out parameters until the culprit is found";
        if cause.id == CauseId::Unknown && is_create && widgets::small_button(ui, "Open Diagnostics", says).clicked() {
            out.push(Command::Show(View::Diagnostics));
        }
        web_link::basis(ui, cause.id);
    });
}

/// A fact, with a link to its place if that is in the create request or its answer, which have pages, or in the profile.
fn evidence(ui: &mut Ui, own: &mut ResponseState, fact: &Fact, is_create: bool, out: &mut Vec<Command>) {
    widgets::bullet_line(ui, |ui| evidence_line(ui, own, fact, is_create, out));
}

fn evidence_line(ui: &mut Ui, own: &mut ResponseState, fact: &Fact, is_create: bool, out: &mut Vec<Command>) {
    let job = paint::quoted_job(ui, &fact.text);
    ui.add(Label::new(job).wrap());
    let has_page = |place: &FactPlace| match place {
        FactPlace::AnswerStatus | FactPlace::Earlier(_) => false,
        FactPlace::Profile(_) => true,
        _ => is_create,
    };
    let Some(place) = fact.place.as_ref().filter(|place| has_page(place)) else { return };
    if paint::link(ui, "Show", &format!("Show where: {}", fact.text), says_of(place)).clicked() {
        go_to(own, place, out);
    }
}

fn says_of(place: &FactPlace) -> &'static str {
    match place {
        FactPlace::Url(_) => "Shows the part of the address that was sent",
        FactPlace::RequestHeader(_) => "Shows the header that was sent",
        FactPlace::Body(_) | FactPlace::Parameter(_) => "Shows the place in the body that was sent",
        FactPlace::Part(_) => "Shows the part that was sent",
        FactPlace::AnswerStatus => "The status of the response",
        FactPlace::AnswerHeader(_) => "Shows the header of the response",
        FactPlace::AnswerBody(_) => "Shows the place in the response's body",
        FactPlace::Profile(_) => "Opens the profile at this rule",
        FactPlace::Earlier(_) => "An earlier exchange with this endpoint that worked",
    }
}
