//! Finding out what is wrong without the form: a pasted request held against the profile, a pasted answer explained, and tools that ask
//! the twin or the server.

mod pasted;
mod tools;

use eframe::egui::{RichText, ScrollArea, Ui};

use crate::diagnosis::CheckRow;
use crate::jobs::finding::Line;
use crate::jobs::{JobId, Jobs};

use super::command::Command;
use super::state::{DeliveryView, State, View};
use super::{icons, theme, widgets};

/// What the page shows.
#[derive(Default)]
pub struct FindingPage {
    /// The text that was pasted.
    pub pasted: String,
    /// Whether it is edited in clear although it holds secrets.
    pub in_clear: bool,
    /// What was made of the text.
    pub made: Made,
    /// What was assumed, or could not be taken over.
    pub notes: Vec<String>,
    /// The tool that runs or ran last.
    pub tool: Option<Tool>,
    /// The job that runs it.
    pub job: Option<JobId>,
    /// What it found.
    pub lines: Vec<Line>,
    /// How it ended.
    pub ended: Option<Result<String, String>>,
    /// What is asked before a tool reaches the server.
    pub question: Option<(Tool, String)>,
}

/// What was made of a pasted text.
#[derive(Default)]
pub enum Made {
    /// Nothing yet.
    #[default]
    Nothing,
    /// It cannot be read; why.
    Unreadable(String),
    /// The request, held against the profile.
    Checked(Vec<CheckRow>),
    /// The answer, explained.
    Explained(Box<DeliveryView>),
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
pub fn show(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
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
        ui.separator();
        pasted::show(ui, state, jobs, out);
    });
}
