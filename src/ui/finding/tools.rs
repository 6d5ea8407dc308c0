//! Tools that ask the twin or the server, and what they found.

use eframe::egui::{RichText, Ui};

use super::{Tool, ToolRun};
use crate::model::request_record::RequestRecord;
use crate::service::tools::lines::{Line, Sign};
use crate::ui::command::{Command, FindingCommand};
use crate::ui::question::{Answer, Question};
use crate::ui::state::State;
use crate::ui::{icons, theme, widgets};

pub(super) fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    ui.label(RichText::new("Ask the server or its twin").family(theme::strong()));
    ui.label(widgets::muted(
        ui,
        "The twin is this profile played by the sandbox inside Centerpost: what it refuses, the profile explains. These take what stands in the form.",
    ));
    let has_profile = state.selected.is_some();
    let runs = state.open().is_some_and(|(_, session)| session.finding.job.is_some());
    ui.horizontal_wrapped(|ui| {
        for (tool, says) in [
            (Tool::Health, "Proxy, DNS, connections, TLS and certificates, redirects, clock, and the answer to an empty POST, each with its time"),
            (Tool::Rehearse, "Sends the form's request to the twin, and holds its answer against the last real one. Where they differ, the profile no longer matches Centercode"),
            (Tool::BisectTwin, "For a 400: sends the required parameters alone, then all, then halves, until it is known which one is refused. The twin makes no real ticket"),
            (Tool::BisectServer, "The same on the real server. Asks first, and says how many requests it may take; each that is taken makes a real ticket"),
            (Tool::Probe, "For a 404: tells host, path, project key, source key and API key apart by requests of which no ticket can be made. Asks first"),
        ] {
            let button = ui.add_enabled(!runs && has_profile, eframe::egui::Button::new(tool.label()));
            let button = button.on_hover_text(says);
            if button.on_disabled_hover_text("Open a profile first, and let what runs come to its end").clicked() {
                out.push(Command::Finding(FindingCommand::Start(tool)));
            }
        }
        if runs && widgets::small_button(ui, "Stop", "Sends nothing more; what has been found stays").clicked() {
            out.push(Command::Finding(FindingCommand::Stop));
        }
    });
    let Some((stored, session)) = state.open() else { return };
    question(ui, &session.finding, out);
    let now = RequestRecord::from(&session.draft.request(&stored.profile));
    if session.finding.made_for.as_ref().is_some_and(|made_for| *made_for != now) {
        ui.add_space(theme::SPACE);
        ui.horizontal_wrapped(|ui| {
            widgets::icon(ui, icons::INFO, theme::tokens(ui).warning, "Note");
            ui.label(widgets::muted(ui, "The form was changed since. This result is for what stood in it before"));
        });
    }
    found(ui, &session.finding);
}

fn question(ui: &mut Ui, page: &ToolRun, out: &mut Vec<Command>) {
    let Some((tool, text)) = &page.question else { return };
    let question = Question {
        text,
        yes: "Go on",
        yes_says: "Sends the requests; they can be stopped at any time",
        no: "Not now",
        no_says: "Sends nothing",
    };
    out.extend(question.ask(ui).map(|answer| match answer {
        Answer::Yes => Command::Finding(FindingCommand::Agree(*tool)),
        Answer::No => Command::Finding(FindingCommand::Decline),
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
            ui.label(RichText::new(format!("It ended early: {reason}")).color(theme::tokens(ui).danger));
        }
    }
}

fn row(ui: &mut Ui, line: &Line) {
    let tokens = theme::tokens(ui);
    let wide = ui.available_width();
    let what = (wide * 0.32).clamp(120.0, 300.0);
    ui.horizontal_top(|ui| {
        match line.sign {
            Sign::Good => widgets::icon(ui, icons::CHECK_CIRCLE, tokens.success, "As it should be"),
            Sign::Odd => widgets::icon(ui, icons::WARNING, tokens.warning, "Worth a look"),
            Sign::Bad => widgets::icon(ui, icons::X_CIRCLE, tokens.danger, "Not as it should be"),
            Sign::Plain => widgets::icon(ui, icons::INFO, tokens.muted, "Found"),
        };
        widgets::cell(ui, what, &line.what);
        widgets::cell(ui, (wide - what - 130.0).max(120.0), &line.words);
        ui.label(widgets::muted(ui, line.time.map(widgets::duration_text).unwrap_or_default()));
    });
}
