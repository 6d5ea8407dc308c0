//! The compose panel: to whom, what, and the button that sends it.

mod address;
mod attachments;
mod exact;
mod field;
mod footer;
mod form;
mod headers;
mod json_editor;

use eframe::egui::{self, Frame, Panel, RichText, ScrollArea, Ui};

use crate::diagnosis::{Cause, Place};
use crate::jobs::Jobs;
use crate::model::Profile;

use super::command::{Command, ExportSource};
use super::state::{ComposeTab, Session, State, View};
use super::{export_menu, icons, theme, widgets};

/// Draws the open profile's draft.
pub fn show(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    let sandbox_starts = state.sandbox.starting.is_some();
    let Some((stored, session)) = state.open() else {
        empty(ui, sandbox_starts, out);
        return;
    };
    let profile = &stored.profile;
    let frame = Frame::new().fill(theme::tokens(ui).surface).inner_margin(egui::Margin { top: 8, ..egui::Margin::ZERO });
    Panel::bottom("compose-footer").frame(frame).show(ui, |ui| footer::show(ui, profile, session, jobs, out));
    if session.tab != ComposeTab::Form && ui.ctx().input(|input| !input.raw.dropped_files.is_empty()) {
        // The form takes them in this very frame.
        session.tab = ComposeTab::Form;
    }
    header(ui, profile, out);
    let changed = address::show(ui, profile, session);
    tabs(ui, profile, session);
    let changed = changed
        | match session.tab {
            ComposeTab::Form => scroll(ui, "form", |ui| {
                let changed = form::show(ui, profile, session, out);
                ui.add_space(theme::SPACE);
                changed | attachments::show(ui, profile, session, out)
            }),
            ComposeTab::Json => json_editor::show(ui, profile, session, out),
            ComposeTab::Headers => scroll(ui, "headers", |ui| {
                headers::show(ui, stored, session, out);
                false
            }),
            ComposeTab::Request => {
                exact::show(ui, profile, session, out);
                false
            }
        };
    if changed {
        out.push(Command::DraftChanged);
    }
}

fn scroll(ui: &mut Ui, id: &str, add: impl FnOnce(&mut Ui) -> bool) -> bool {
    ScrollArea::vertical().id_salt(id).auto_shrink(false).min_scrolled_height(0.0).show(ui, add).inner
}

fn header(ui: &mut Ui, profile: &Profile, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    ui.horizontal_wrapped(|ui| {
        if let Some(colour) = profile.colour {
            let colour = theme::profile_colour(colour, ui.visuals().dark_mode);
            widgets::dot(ui, colour);
        }
        ui.label(RichText::new(profile.shown_name()).text_style(theme::heading()));
        if !profile.label.is_empty() {
            widgets::chip(ui, &profile.label, tokens.muted);
        }
        if profile.production {
            widgets::chip(ui, "Production", tokens.danger)
                .on_hover_text("Real people read what is sent here. The first send of a session asks first");
        }
        let edit = "Opens the profile's configuration: keys, field mapping, rules, file elements";
        if widgets::icon_button(ui, icons::PENCIL_SIMPLE, "Edit profile", edit).clicked() {
            out.push(Command::Show(View::Profile));
        }
        export_menu::show(ui, &ExportSource::Draft, false, out);
    });
    if profile.accept_invalid_certificates {
        ui.horizontal_wrapped(|ui| {
            widgets::icon(ui, icons::SHIELD_WARNING, tokens.warning, "Warning");
            ui.label(
                RichText::new("Invalid certificates are accepted for this profile: whoever is in between can read the API key")
                    .color(tokens.warning),
            );
        });
    }
}

fn tabs(ui: &mut Ui, profile: &Profile, session: &mut Session) {
    ui.add_space(theme::SPACE_SMALL);
    ui.horizontal_wrapped(|ui| {
        for (tab, label, says) in [
            (ComposeTab::Form, "Form", "One widget for each parameter of the field mapping, and the files"),
            (ComposeTab::Json, "JSON", "The payload as text; editing it fills the form"),
            (ComposeTab::Headers, "Headers", "Headers that are sent with every request of this profile"),
            (ComposeTab::Request, "Exact request", "The request as it goes over the wire, to the byte"),
        ] {
            let label = if tab == ComposeTab::Headers && !profile.extra_headers.is_empty() {
                format!("{label} ({})", profile.extra_headers.len())
            } else {
                label.to_owned()
            };
            if widgets::tab(ui, session.tab == tab, &label, says).clicked() {
                session.tab = tab;
            }
        }
    });
    ui.separator();
}

fn empty(ui: &mut Ui, sandbox_starts: bool, out: &mut Vec<Command>) {
    ui.add_space(40.0);
    ui.vertical_centered(|ui| {
        ui.set_max_width(420.0);
        ui.label(RichText::new("No External Source yet").text_style(theme::heading()));
        ui.label(widgets::muted(
            ui,
            "A profile holds one External Source: its endpoint and its field mapping. Its form will stand here, with the response beside it.",
        ));
        ui.add_space(theme::SPACE);
        if widgets::primary_button(ui, true, icons::PLUS, "New profile…", "Paste the endpoint URL that Centercode shows, or start by hand (Ctrl+N)").clicked() {
            out.push(Command::Show(View::NewProfile));
        }
        if ui.button("Import…").on_hover_text("Takes over *.profile.json files that somebody exported").clicked() {
            out.push(Command::PickImport);
        }
        let label = if sandbox_starts { "The sandbox is starting…" } else { "Start with the sandbox" };
        let says = "Plays an External Source on this machine alone, with nothing to set up";
        if ui.add_enabled(!sandbox_starts, egui::Button::new(label)).on_hover_text(says).clicked() {
            out.push(Command::Show(View::Sandbox));
            out.push(Command::StartSandbox);
        }
    });
}

/// The problems of a parameter.
fn problems_of<'a>(problems: &'a [Cause], parameter: &'a str) -> impl Iterator<Item = &'a Cause> {
    problems.iter().filter(move |cause| parameter_of(cause) == Some(parameter))
}

/// The parameter that a cause is about.
fn parameter_of(cause: &Cause) -> Option<&str> {
    cause.evidence.iter().find_map(|fact| match &fact.place {
        Some(Place::Parameter(parameter)) => Some(parameter.as_str()),
        _ => None,
    })
}

/// A problem in one line, with the mends that the app can make.
fn problem_line(ui: &mut Ui, cause: &Cause, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    ui.horizontal_wrapped(|ui| {
        widgets::icon(ui, icons::WARNING, tokens.warning, "Problem");
        let evidence: Vec<&str> = cause.evidence.iter().map(|fact| fact.text.as_str()).collect();
        let label = ui.label(RichText::new(&cause.title).color(tokens.warning));
        label.on_hover_text(format!("{}\n\n{} ({})", evidence.join("\n"), cause.advice, cause.id.basis().label()));
        for mend in &cause.fixes {
            if matches!(mend, crate::diagnosis::Fix::FocusParameter(_)) {
                continue;
            }
            if widgets::small_button(ui, &mend.label(), &cause.advice).clicked() {
                out.push(Command::Mend(Box::new(mend.clone())));
            }
        }
    });
}
