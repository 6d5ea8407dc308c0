//! Tools that ask the twin or the server, and what they found.

use eframe::egui::{Button, Frame, Label, RichText, Stroke, Ui};

use crate::model::request_record::RequestRecord;
use crate::service::tools::lines::{Line, Sign};
use crate::ui::command::Command;
use crate::ui::pages::diagnostics::command::DiagnosticsCommand;
use crate::ui::pages::diagnostics::state::{Tool, ToolRun};
use crate::ui::question::{Answer, Question};
use crate::ui::state::State;
use crate::ui::{icons, theme, widgets};

/// A tool as the page shows it.
struct Card {
    tool: Tool,
    /// What it finds.
    finds: &'static str,
    /// What is sent for that, and where it goes.
    sends: &'static str,
    /// What it leaves behind.
    costs: &'static str,
}

const TOOLS: [Card; 5] = [
    Card {
        tool: Tool::Health,
        finds: "Proxy, DNS, connections, TLS and certificates, redirects and clock, each with its time",
        sends: "An empty POST to the server",
        costs: "No ticket",
    },
    Card {
        tool: Tool::Rehearse,
        finds: "Whether the twin answers as Centercode did last. If not, the profile no longer matches Centercode",
        sends: "The form's request to the twin. Nothing leaves this computer",
        costs: "No ticket",
    },
    Card {
        tool: Tool::BisectTwin,
        finds: "For a 400: the parameter that is refused",
        sends: "Parts of the payload to the twin. Nothing leaves this computer",
        costs: "No ticket",
    },
    Card {
        tool: Tool::BisectServer,
        finds: "For a 400: the parameter that is refused, by the real server",
        sends: "Parts of the payload to the server. Asks first and shows the number of requests",
        costs: "A real ticket for each request that is accepted",
    },
    Card {
        tool: Tool::Probe,
        finds: "For a 404: the part of the address that is wrong",
        sends: "Requests to the server that cannot create a ticket. Asks first",
        costs: "No ticket",
    },
];

fn card(ui: &mut Ui, card: &Card, can: bool, out: &mut Vec<Command>) {
    let tokens = theme::tokens(ui);
    let frame = Frame::new().stroke(Stroke::new(1.0, tokens.border)).corner_radius(theme::RADIUS).inner_margin(theme::SPACE);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            let size = eframe::egui::vec2(170.0, theme::ROW_HEIGHT);
            let button = ui.add_enabled(can, Button::new(card.tool.label()).min_size(size));
            let button = button.on_hover_text(format!("{}. Sends: {}", card.finds, card.sends));
            let cannot = "Open a profile first, and wait until the current tool has finished";
            if button.on_disabled_hover_text(cannot).clicked() {
                out.push(Command::Diagnostics(DiagnosticsCommand::Start(card.tool)));
            }
            ui.vertical(|ui| {
                ui.add(Label::new(card.finds).wrap());
                let text = format!("Sends: {}. Leaves: {}", lower(card.sends), lower(card.costs));
                ui.add(Label::new(widgets::muted(ui, text).small()).wrap());
            });
        });
    });
}

/// A sentence as it stands behind a colon.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

pub(in crate::ui) fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    ui.label(RichText::new("Check the server or its twin").family(theme::strong()));
    ui.label(widgets::muted(
        ui,
        "The twin is a copy of this profile that runs in Centerpost's sandbox. If the twin rejects a request, the profile explains why. All tools use the current content of the form.",
    ));
    let has_profile = state.selected.is_some();
    let runs = state.open().is_some_and(|(_, session)| session.diagnostics.job.is_some());
    ui.add_space(theme::SPACE);
    for tool in &TOOLS {
        widgets::stable(ui, ("tool", tool.tool.label()), |ui| card(ui, tool, !runs && has_profile, out));
        ui.add_space(theme::SPACE_SMALL);
    }
    if runs && widgets::small_button(ui, "Stop", "Stops sending. Results so far are kept").clicked() {
        out.push(Command::Diagnostics(DiagnosticsCommand::Stop));
    }
    let Some((stored, session)) = state.open() else { return };
    question(ui, &session.diagnostics, out);
    let now = RequestRecord::from(&session.draft.request(&stored.profile));
    if session.diagnostics.made_for.as_ref().is_some_and(|made_for| *made_for != now) {
        ui.add_space(theme::SPACE);
        widgets::icon_line(ui, icons::INFO, theme::tokens(ui).warning, "Note", |ui| {
            ui.label(widgets::muted(ui, "The form has changed since. This result is for its earlier content"));
        });
    }
    found(ui, &session.diagnostics, out);
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

/// Draws what a tool found: the verdict first, and below it how it was found.
pub(in crate::ui) fn found(ui: &mut Ui, page: &ToolRun, out: &mut Vec<Command>) {
    let Some(tool) = page.tool else { return };
    ui.add_space(theme::SPACE);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(tool.label()).text_style(theme::heading()));
        if page.job.is_some() {
            ui.spinner();
        } else if widgets::small_button(ui, "Copy as text", "Copies what was found, without secrets").clicked() {
            out.push(Command::Copy(text_of(tool, page)));
        }
    });
    match &page.ended {
        None => {}
        Some(Ok(summary)) => {
            ui.add(Label::new(RichText::new(summary).family(theme::strong())).wrap());
        }
        Some(Err(reason)) => {
            ui.label(RichText::new(format!("Stopped early: {reason}")).color(theme::tokens(ui).danger));
        }
    }
    ui.add_space(theme::SPACE_SMALL);
    for (index, line) in page.lines.iter().enumerate() {
        widgets::stable(ui, ("found", index), |ui| row(ui, line));
    }
}

/// What a tool found, as text.
fn text_of(tool: Tool, page: &ToolRun) -> String {
    let mut text = format!("{}\n", tool.label());
    match &page.ended {
        None => {}
        Some(Ok(summary)) => text.push_str(&format!("{summary}\n")),
        Some(Err(reason)) => text.push_str(&format!("Stopped early: {reason}\n")),
    }
    for line in &page.lines {
        let time = line.time.map(widgets::duration_text).unwrap_or_default();
        text.push_str(format!("- {}: {} {time}", line.what, line.words).trim_end());
        text.push('\n');
    }
    text
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
