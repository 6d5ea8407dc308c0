//! Finding out what is wrong: tools that ask the twin or the server.

pub(in crate::ui) mod tools;

use eframe::egui::{RichText, ScrollArea, Ui};

use crate::jobs::JobId;
use crate::jobs::tool_jobs::ToolEvent;
use crate::model::request_record::RequestRecord;
use crate::service::tools::lines::Line;

use super::command::Command;
use super::state::{State, View};
use super::{icons, theme, widgets};

/// A run of a tool and what it found. It belongs to the profile, or to the imported request, that it was made for.
#[derive(Default)]
pub struct ToolRun {
    /// The tool that runs or ran last.
    pub tool: Option<Tool>,
    /// The request that it was made for.
    pub made_for: Option<RequestRecord>,
    /// The job that runs it.
    pub job: Option<JobId>,
    /// What it found.
    pub lines: Vec<Line>,
    /// How it ended.
    pub ended: Option<Result<String, String>>,
    /// What is asked before a tool reaches the server.
    pub question: Option<(Tool, String)>,
}

impl ToolRun {
    /// A run that was just started, or that ends at once with a reason.
    pub(super) fn start(&mut self, tool: Tool, made_for: RequestRecord, started: Result<JobId, String>) {
        *self = Self { tool: Some(tool), made_for: Some(made_for), ..Self::default() };
        match started {
            Ok(job) => self.job = Some(job),
            Err(reason) => self.ended = Some(Err(reason)),
        }
    }

    /// Takes in what a job told, if it is the job of this run.
    pub(super) fn take(&mut self, job: JobId, event: &ToolEvent) {
        if self.job != Some(job) {
            return;
        }
        match event {
            ToolEvent::Line(line) => self.lines.push(line.clone()),
            ToolEvent::Ended(ended) => {
                self.ended = Some(ended.clone());
                self.job = None;
            }
        }
    }
}

/// The tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// How the endpoint can be reached.
    Health,
    /// The form's request to the twin, beside the real answer.
    Rehearse,
    /// The form's payload taken apart by the twin.
    BisectTwin,
    /// The form's payload taken apart by the real server.
    BisectServer,
    /// The form's address taken apart by harmless requests.
    Probe,
}

impl Tool {
    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Health => "Endpoint health",
            Self::Rehearse => "Rehearse",
            Self::BisectTwin => "Bisect on the twin",
            Self::BisectServer => "Bisect on the server",
            Self::Probe => "Probe the address",
        }
    }
}

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        if widgets::icon_button(ui, icons::CARET_LEFT, "Back", "Goes back to the form").clicked() {
            out.push(Command::Show(View::Compose));
        }
        ui.label(RichText::new("Find out").text_style(theme::heading()));
        let name = state.profile().map_or_else(|| "no profile".to_owned(), |stored| stored.profile.shown_name().to_owned());
        ui.label(widgets::muted(ui, format!("for {name}")));
    });
    ScrollArea::vertical().id_salt("finding").auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width().min(980.0));
        tools::show(ui, state, out);
        ui.add_space(theme::SPACE_LARGE);
        ui.horizontal_wrapped(|ui| {
            ui.label(widgets::muted(ui, "To check a request or explain an answer that somebody else sent:"));
            let says =
                "Shows the page that takes curl commands, raw HTTP, HAR files, Postman collections, logs, bundles and answers";
            if widgets::small_button(ui, "Paste or drop it…", says).clicked() {
                out.push(Command::Show(View::Import));
            }
        });
    });
}
