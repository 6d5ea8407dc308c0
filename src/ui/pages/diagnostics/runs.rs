//! Tools that ask the twin or the server, and what they found.

use eframe::egui::{RichText, Ui};

use crate::model::request_record::RequestRecord;
use crate::service::tools::lines::{Line, Sign};
use crate::ui::command::Command;
use crate::ui::pages::diagnostics::command::DiagnosticsCommand;
use crate::ui::pages::diagnostics::state::{Tool, ToolRun};
use crate::ui::question::{Answer, Question};
use crate::ui::state::State;
use crate::ui::{icons, theme, widgets};

pub(in crate::ui) fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    ui.label(RichText::new("Check the server or its twin").family(theme::strong()));
    ui.label(widgets::muted(
        ui,
        "The twin is a copy of this profile that runs in Centerpost's sandbox. If the twin rejects a request, the profile explains why. All tools use the current content of the form.",
    ));
    let has_profile = state.selected.is_some();
    let runs = state.open().is_some_and(|(_, session)| session.diagnostics.job.is_some());
    ui.horizontal_wrapped(|ui| {
        for (tool, says) in [
            (Tool::Health, "Proxy, DNS, connections, TLS and certificates, redirects, clock, and the answer to an empty POST, each with its time"),
            (Tool::Rehearse, "Sends the form's request to the twin and compares its response with the last real one. If they differ, the profile no longer matches Centercode"),
            (Tool::BisectTwin, "For a 400: sends parts of the payload until the rejected parameter is found. The twin creates no real ticket"),
            (Tool::BisectServer, "The same on the real server. Asks first and shows the number of requests. Each accepted request creates a real ticket"),
            (Tool::Probe, "For a 404: finds the wrong part of the address with requests that cannot create a ticket. Asks first"),
        ] {
            let button = ui.add_enabled(!runs && has_profile, eframe::egui::Button::new(tool.label()));
            let button = button.on_hover_text(says);
            if button.on_disabled_hover_text("Open a profile first, and wait until the current tool has finished").clicked() {
                out.push(Command::Diagnostics(DiagnosticsCommand::Start(tool)));
            }
        }
        if runs && widgets::small_button(ui, "Stop", "Stops sending. Results so far are kept").clicked() {
            out.push(Command::Diagnostics(DiagnosticsCommand::Stop));
        }
    });
    let Some((stored, session)) = state.open() else { return };
    question(ui, &session.diagnostics, out);
    let now = RequestRecord::from(&session.draft.request(&stored.profile));
    if session.diagnostics.made_for.as_ref().is_some_and(|made_for| *made_for != now) {
        ui.add_space(theme::SPACE);
        ui.horizontal_wrapped(|ui| {
            widgets::icon(ui, icons::INFO, theme::tokens(ui).warning, "Note");
            ui.label(widgets::muted(ui, "The form has changed since. This result is for its earlier content"));
        });
    }
    found(ui, &session.diagnostics);
}

fn question(ui: &mut Ui, page: &ToolRun, out: &mut Vec<Command>) {
    let Some((tool, text)) = &page.question else { return };
    let question = Question {
        text,
        yes: "Go on",
        yes_says: "Sends the requests. You can stop them at any time",
        no: "Not now",
        no_says: "Sends nothing",
    };
    out.extend(question.ask(ui).map(|answer| match answer {
        Answer::Yes => Command::Diagnostics(DiagnosticsCommand::Agree(*tool)),
        Answer::No => Command::Diagnostics(DiagnosticsCommand::Decline),
    }));
}

pub(in crate::ui) fn found(ui: &mut Ui, page: &ToolRun) {
    let Some(tool) = page.tool else { return };
    ui.add_space(theme::SPACE);
    ui.horizontal(|ui| {
        ui.label(RichText::new(tool.label()).family(theme::strong()));
        if page.job.is_some() {
            ui.spinner();
        }
    });
    for (index, line) in page.lines.iter().enumerate() {
        widgets::stable(ui, ("found", index), |ui| row(ui, line));
    }
    match &page.ended {
        None => {}
        Some(Ok(summary)) => {
            ui.add_space(theme::SPACE_SMALL);
            ui.label(RichText::new(summary).family(theme::strong()));
        }
        Some(Err(reason)) => {
            ui.label(RichText::new(format!("Stopped early: {reason}")).color(theme::tokens(ui).danger));
        }
    }
}

fn row(ui: &mut Ui, line: &Line) {
    let tokens = theme::tokens(ui);
    let wide = ui.available_width();
    let what = (wide * 0.32).clamp(120.0, 300.0);
    ui.horizontal_top(|ui| {
        match line.sign {
            Sign::Good => widgets::icon(ui, icons::CHECK_CIRCLE, tokens.success, "OK"),
            Sign::Odd => widgets::icon(ui, icons::WARNING, tokens.warning, "Warning"),
            Sign::Bad => widgets::icon(ui, icons::X_CIRCLE, tokens.danger, "Error"),
            Sign::Plain => widgets::icon(ui, icons::INFO, tokens.muted, "Found"),
        };
        widgets::cell(ui, what, &line.what);
        widgets::cell(ui, (wide - what - 130.0).max(120.0), &line.words);
        ui.label(widgets::muted(ui, line.time.map(widgets::duration_text).unwrap_or_default()));
    });
}
