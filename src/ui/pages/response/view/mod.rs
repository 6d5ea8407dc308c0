//! The response: what came back, why, and what became of the files.

mod attachments;
mod body;
mod created;
mod head;
mod headers;
mod paint;
pub(in crate::ui) mod panel;
mod search;
mod sent;
mod strip;
mod text_pane;
mod tree;
mod uploaded;
mod why;

use eframe::egui::{self, RichText, Ui};

use crate::jobs::Jobs;
use crate::model::history::ExchangeKind;
use crate::ui::command::Command;
use crate::ui::key_names::with_keys;
use crate::ui::navigation::intro_link;
use crate::ui::pages::export::command::ExportSource;
use crate::ui::pages::export::view as export_menu;
use crate::ui::pages::response::shown::Shown;
use crate::ui::pages::response::view::panel::{ResponseState, Tab};
use crate::ui::state::State;
use crate::ui::{icons, privacy, theme, widgets};

/// The least height that head and page need, in points; a lower panel scrolls as a whole.
const LOWEST: f32 = 180.0;

/// The longest line of a text that is read, in points.
const LINE: f32 = 520.0;

/// Draws the response to what the open profile's draft was last sent as, or to an earlier delivery that was picked.
pub fn show(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    let now = state.now;
    let Some((_, session)) = state.open() else { return };
    strip::show(ui, session, now, out);
    let Some(job) = session.shown_delivery().map(|view| view.job) else {
        let Some((at, last)) = &mut session.last else { return nothing_yet(ui, out) };
        let text = format!("Sent before this session, {}", widgets::ago_text(now, *at));
        ui.label(widgets::muted(ui, text)).on_hover_text(widgets::exact_time_text(*at));
        let (shown, panel) = last.shown();
        return show_exchange(ui, &shown, panel, jobs, None, out);
    };
    let mut panel = session.panels.remove(&job).unwrap_or_default();
    if let Some(view) = session.shown_delivery() {
        let export = view.exchange.is_some().then_some(&ExportSource::Delivery);
        show_exchange(ui, &Shown::of(view), &mut panel, jobs, export, out);
    }
    session.panels.insert(job, panel);
}

/// Draws an exchange: of this session, or one that was read back. `export` is what it is to the menu of exports, if that stands here.
pub fn show_exchange(
    ui: &mut Ui,
    view: &Shown<'_>,
    own: &mut ResponseState,
    jobs: &Jobs,
    export: Option<&ExportSource>,
    out: &mut Vec<Command>,
) {
    let hides = privacy::is_sharing(ui);
    if own.hides_addresses != hides {
        // A row may hold a half of an address: texts are made ready anew, with or without them.
        own.body.forget();
        own.sent = sent::SentState::default();
        own.hides_addresses = hides;
    }
    widgets::stable(ui, ("delivery", view.key), |ui| {
        if ui.available_height() >= LOWEST {
            delivery(ui, own, view, jobs, export, out);
            return;
        }
        // Head and page scroll together: two bars beside each other are one too many.
        widgets::scroll(ui, "low", |ui| {
            ui.set_max_width(ui.available_width() - 12.0);
            match head_and_tabs(ui, own, view, jobs, export, out) {
                Tab::Body => {
                    let size = egui::vec2(ui.available_width(), LOWEST);
                    ui.allocate_ui_with_layout(size, egui::Layout::top_down(egui::Align::LEFT), |ui| {
                        body::show(ui, &mut own.body, view, out);
                    });
                }
                tab => page(ui, own, tab, view, jobs, out),
            }
        });
    });
}

/// The place before anything was sent.
fn nothing_yet(ui: &mut Ui, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.25).min(120.0));
        widgets::decoration(ui, icons::TRAY, 32.0, tokens.muted);
        ui.label(RichText::new("No response yet").family(theme::strong()));
        let text = "Fill in the form and press Send, or Ctrl+Enter. The response appears here: its status and what it means, the causes of a \
            failure with their fixes, the attachment endpoints, and the exact request and response.";
        let size = egui::vec2(ui.available_width().min(LINE), 0.0);
        ui.allocate_ui_with_layout(size, egui::Layout::top_down(egui::Align::Center), |ui| {
            ui.label(widgets::muted(ui, with_keys(text)));
        });
        ui.add_space(theme::SPACE);
        intro_link(ui, out);
    });
}

fn delivery(
    ui: &mut Ui,
    own: &mut ResponseState,
    view: &Shown<'_>,
    jobs: &Jobs,
    export: Option<&ExportSource>,
    out: &mut Vec<Command>,
) {
    match head_and_tabs(ui, own, view, jobs, export, out) {
        Tab::Body => body::show(ui, &mut own.body, view, out),
        tab => widgets::scroll(ui, ("page", tab), |ui| page(ui, own, tab, view, jobs, out)),
    }
}

/// What stands above the page; returns the page that is open.
fn head_and_tabs(
    ui: &mut Ui,
    own: &mut ResponseState,
    view: &Shown<'_>,
    jobs: &Jobs,
    export: Option<&ExportSource>,
    out: &mut Vec<Command>,
) -> Tab {
    head(ui, view, jobs, export, out);
    let current = own.tab.unwrap_or(Tab::Summary);
    tabs(ui, own, current, view);
    ui.separator();
    own.tab.unwrap_or(current)
}

/// What came back, and at the end of its line the menu of exports.
fn head(ui: &mut Ui, view: &Shown<'_>, jobs: &Jobs, export: Option<&ExportSource>, out: &mut Vec<Command>) {
    let Some(export) = export else { return head::show(ui, view, jobs, out) };
    ui.with_layout(egui::Layout::right_to_left(egui::Align::TOP), |ui| {
        export_menu::show(ui, export, true, out);
        export_menu::copy_curl(ui, export, out);
        ui.with_layout(egui::Layout::top_down(egui::Align::LEFT), |ui| head::show(ui, view, jobs, out));
    });
}

/// Draws a page as high as it is. The body is none: it draws its own rows as far as they are in sight.
fn page(ui: &mut Ui, own: &mut ResponseState, tab: Tab, view: &Shown<'_>, jobs: &Jobs, out: &mut Vec<Command>) {
    match tab {
        Tab::Summary if view.is_upload => uploaded::show(ui, own, view, jobs, out),
        Tab::Summary => match view.exchange.filter(|exchange| exchange.is_accepted()) {
            Some(exchange) => created::show(ui, own, view, exchange, jobs, out),
            None => why::show(ui, own, view, out),
        },
        Tab::Attachments => attachments::show(ui, own, view, jobs, out),
        Tab::Body => {}
        Tab::Headers => headers::show(ui, &mut own.header, view, out),
        Tab::Sent => sent::show(ui, &mut own.sent, view, out),
    }
    ui.add_space(theme::SPACE);
}

fn tabs(ui: &mut Ui, own: &mut ResponseState, current: Tab, view: &Shown<'_>) {
    let failed = view.causes.iter().any(|cause| cause.id.is_problem());
    // The files, and not the endpoints that the answer names.
    let files = view.uploads.len().max(view.others.iter().filter(|row| row.kind == ExchangeKind::Upload).count());
    let attachments = if files == 0 { "Attachments".to_owned() } else { format!("Attachments {files}") };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::SPACE_SMALL;
        if ui.available_width() < theme::SLIM {
            ui.spacing_mut().button_padding.x = 5.0;
        }
        for (tab, label, says) in [
            (Tab::Summary, if failed { "Why" } else { "Summary" }, "What it means, what caused it, and what to do"),
            (Tab::Attachments, attachments.as_str(), "The attachment endpoints in the response and the files uploaded to them"),
            (Tab::Body, "Body", "The body of the response as a tree, formatted, or raw"),
            (Tab::Headers, "Headers", "The headers of the response"),
            (Tab::Sent, "Sent", "The exact request that was sent"),
        ] {
            if widgets::tab(ui, tab == current, label, says).clicked() {
                own.tab = Some(tab);
            }
        }
    });
}
