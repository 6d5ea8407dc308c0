//! The response: what came back, why, and what became of the files.

mod attachments;
mod body;
mod head;
mod headers;
mod paint;
mod save;
mod search;
mod sent;
mod strip;
mod text_pane;
mod tree;
mod why;

use std::collections::HashSet;

use eframe::egui::{self, RichText, ScrollArea, Ui};

use crate::diagnosis::Place;
use crate::jobs::Jobs;
use crate::model::secrets::collect::{secrets_in_headers, secrets_in_url};
use crate::service::order::Delivery;

use super::command::{Command, ExportSource};
use super::state::{DeliveryView, State, View};
use super::{export_menu, icons, privacy, theme, widgets};

/// What the response panel remembers of a delivery: page, folds, search.
#[derive(Default)]
pub struct ResponseState {
    /// The page that was picked; until then the one that says most.
    tab: Option<Tab>,
    /// Causes that were folded or unfolded against their first state, by where they are listed and their number there.
    toggled: HashSet<(Option<usize>, usize)>,
    body: body::BodyState,
    sent: sent::SentState,
    /// A header of the answer to be scrolled to.
    header: Option<String>,
    /// Whether the pages' texts were made ready without addresses.
    hides_addresses: bool,
}

/// The least height that head and page need, in points; a lower panel scrolls as a whole.
const LOWEST: f32 = 180.0;

/// The pages of the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Summary,
    Attachments,
    Body,
    Headers,
    Sent,
}

/// Draws the response to what the open profile's draft was last sent as, or to an earlier delivery that was picked.
pub fn show(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    let now = state.now;
    let Some((_, session)) = state.open() else { return };
    if let Some(view) = session.shown_delivery() {
        let is_evidence = view.exchange.is_some();
        ui.horizontal(|ui| {
            if is_evidence {
                export_menu::show(ui, &ExportSource::Delivery, true, out);
            }
            strip::show(ui, session, now, out);
        });
    }
    let Some(view) = session.shown_delivery() else {
        nothing_yet(ui);
        return;
    };
    show_view(ui, view, jobs, out);
}

/// Draws a delivery: of this session, or read back from the history.
pub fn show_view(ui: &mut Ui, view: &mut DeliveryView, jobs: &Jobs, out: &mut Vec<Command>) {
    let mut own = std::mem::take(&mut view.response);
    let hides = privacy::is_sharing(ui);
    if own.hides_addresses != hides {
        // A row may hold a half of an address: texts are made ready anew, with or without them.
        own.body.forget();
        own.sent = sent::SentState::default();
        own.hides_addresses = hides;
    }
    widgets::stable(ui, ("delivery", view.job), |ui| {
        if ui.available_height() >= LOWEST {
            delivery(ui, &mut own, view, jobs, out);
            return;
        }
        let size = egui::vec2(ui.available_width() - 12.0, LOWEST);
        ScrollArea::vertical().id_salt("low").auto_shrink(false).show(ui, |ui| {
            ui.allocate_ui_with_layout(size, egui::Layout::top_down(egui::Align::LEFT), |ui| {
                delivery(ui, &mut own, view, jobs, out);
            });
        });
    });
    view.response = own;
}

/// The place before anything was sent.
fn nothing_yet(ui: &mut Ui) {
    let tokens = theme::tokens(ui);
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.25).min(120.0));
        widgets::decoration(ui, icons::TRAY, 32.0, tokens.muted);
        ui.label(RichText::new("The response will stand here").family(theme::strong()));
        let text = "Fill the form in and press Send, or Ctrl+Enter. You will see the status and what it means, the causes of a \
            failure with what mends them, the attachment endpoints, and all that travelled in both directions.";
        ui.label(widgets::muted(ui, text));
    });
}

fn delivery(ui: &mut Ui, own: &mut ResponseState, view: &DeliveryView, jobs: &Jobs, out: &mut Vec<Command>) {
    head::show(ui, view, jobs, out);
    let current = own.tab.unwrap_or_else(|| first_tab(view));
    tabs(ui, own, current, view);
    ui.separator();
    match own.tab.unwrap_or(current) {
        Tab::Summary => page(ui, "summary", |ui| why::show(ui, own, view, out)),
        Tab::Attachments => page(ui, "attachments", |ui| attachments::show(ui, own, view, jobs, out)),
        Tab::Body => body::show(ui, &mut own.body, view, out),
        Tab::Headers => page(ui, "headers", |ui| headers::show(ui, own, view, out)),
        Tab::Sent => page(ui, "sent", |ui| sent::show(ui, &mut own.sent, view, out)),
    }
}

fn page(ui: &mut Ui, name: &str, add: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().id_salt(name).auto_shrink(false).show(ui, |ui| {
        add(ui);
        ui.add_space(theme::SPACE);
    });
}

/// Files are watched where they are; everything else begins with the summary.
fn first_tab(view: &DeliveryView) -> Tab {
    let created = view.exchange.as_ref().is_some_and(crate::model::Exchange::is_accepted);
    if created && !view.uploads.is_empty() { Tab::Attachments } else { Tab::Summary }
}

fn tabs(ui: &mut Ui, own: &mut ResponseState, current: Tab, view: &DeliveryView) {
    let failed = view.causes.iter().any(|cause| cause.id.is_problem());
    let files = view.uploads.len().max(view.endpoints.len());
    let attachments = if files == 0 { "Attachments".to_owned() } else { format!("Attachments {files}") };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::SPACE_SMALL;
        if ui.available_width() < theme::SLIM {
            ui.spacing_mut().button_padding.x = 5.0;
        }
        for (tab, label, says) in [
            (Tab::Summary, if failed { "Why" } else { "Summary" }, "What it means, what caused it, and what to do"),
            (Tab::Attachments, attachments.as_str(), "The attachment endpoints in the answer and the files that go there"),
            (Tab::Body, "Body", "The answer's body as a tree, set out, or as it came"),
            (Tab::Headers, "Headers", "The answer's headers"),
            (Tab::Sent, "Sent", "The exact request that was sent"),
        ] {
            if widgets::tab(ui, tab == current, label, says).clicked() {
                own.tab = Some(tab);
            }
        }
    });
}

/// Leads to where a fact is to be seen.
fn go_to(own: &mut ResponseState, place: &Place, out: &mut Vec<Command>) {
    match place {
        Place::Url(_) | Place::RequestHeader(_) | Place::Body(_) | Place::Parameter(_) | Place::Part(_) => {
            own.tab = Some(Tab::Sent);
            own.sent.go_to(place.clone());
        }
        Place::AnswerHeader(name) => {
            own.tab = Some(Tab::Headers);
            own.header = Some(name.clone());
        }
        Place::AnswerBody(span) => {
            own.tab = Some(Tab::Body);
            own.body.go_to(span.clone());
        }
        Place::Profile(_) => out.push(Command::Show(View::Profile)),
        // The status stands above every page.
        Place::AnswerStatus | Place::Earlier(_) => {}
    }
}

/// What must not be shown, in whatever form an answer may echo it: the API key and the values of secret headers.
fn secrets_of(delivery: &Delivery) -> Vec<String> {
    let mut secrets = secrets_in_headers(&delivery.request.headers);
    secrets.extend(secrets_in_url(&delivery.request.url));
    secrets.push(delivery.sent_to.api_key.clone());
    secrets.iter().map(|secret| secret.reveal().to_owned()).collect()
}
