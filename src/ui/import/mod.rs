//! What somebody else wrote down: one place to paste or drop it, what was found in it, and what can be done with that.

mod checked;
mod list;
mod preview;
mod source;

use std::sync::Arc;

use eframe::egui::{RichText, ScrollArea, Ui};
use poll_promise::Promise;

use crate::diagnosis::CheckRow;
use crate::formats::import::postman::Variables;
use crate::formats::import::{Kind, Opened};
use crate::jobs::Jobs;
use crate::model::{RequestSpec, Secret};
use crate::store::ProfileId;

use super::command::Command;
use super::finding::ToolRun;
use super::state::{DeliveryView, State, View};
use super::{icons, theme, widgets};

/// What the page shows.
#[derive(Default)]
pub struct ImportPage {
    /// The text that was pasted.
    pub pasted: String,
    /// The text that was read last.
    pub read: String,
    /// Whether the text is edited in clear although it holds secrets.
    pub in_clear: bool,
    /// The file that was opened in place of a text: its name and its bytes.
    pub file: Option<(String, Arc<Vec<u8>>)>,
    /// The folder of that file, in which the files lie that a request names.
    pub folder: Option<std::path::PathBuf>,
    /// What it is to be taken for; `None` is whatever it seems to be.
    pub taken_for: Option<Kind>,
    /// A Postman environment: its name and its variables.
    pub environment: Option<(String, Variables)>,
    /// What is being read.
    pub reading: Option<Reading>,
    /// What was found.
    pub found: Option<Opened>,
    /// Why nothing was found.
    pub trouble: Option<String>,
    /// The picked request.
    pub picked: usize,
    /// What is drawn of the picked request, made once: its body may be large.
    drawn: Option<Drawn>,
    /// What the list is filtered by.
    pub filter: String,
    /// Whether only requests to External Sources are listed.
    pub only_sources: bool,
    /// The requests that are listed, and by what: there may be very many.
    pub listed: Option<(String, bool, Vec<usize>)>,
    /// The profile that the request is held against.
    pub profile: Option<ProfileId>,
    /// What stands in the place of placeholders.
    pub values: Vec<(String, Secret)>,
    /// What was made of the picked request.
    pub made: Made,
    /// What the twin of the profile said of it.
    pub rehearsal: ToolRun,
    /// What was assumed on the way.
    pub notes: Vec<String>,
    /// What is asked before the request goes out.
    pub question: Option<String>,
}

/// Bytes that are being read: their name and bytes if they are a file's, and what was found in them.
pub type Reading = Promise<(Option<(String, Arc<Vec<u8>>)>, Result<Opened, String>)>;

/// What is drawn of a request.
struct Drawn {
    /// The request's number in the list.
    picked: usize,
    /// The request and its answer, shortened and masked.
    text: String,
    /// The placeholders that stand in it.
    placeholders: Vec<String>,
    /// Whether it has an address or a body.
    has_request: bool,
    /// Whether it has an answer, or a reason why none came.
    has_answer: bool,
    /// Whether its address is one of an External Source.
    is_source: bool,
    /// Whether its address names a host.
    has_host: bool,
}

/// What was made of a request.
#[derive(Default)]
pub enum Made {
    /// Nothing yet.
    #[default]
    Nothing,
    /// It cannot be done; why.
    Trouble(String),
    /// The request, held against the profile.
    Checked(Vec<CheckRow>),
    /// The answer, explained.
    Explained(Box<DeliveryView>),
    /// What the twin said stands among the findings.
    Rehearsed,
}

impl ImportPage {
    /// Takes over what was found in a text or a file, or why nothing was. What was made of the requests before is gone.
    pub(super) fn take(&mut self, found: Result<Opened, String>) {
        (self.picked, self.made, self.question, self.listed, self.drawn) = (0, Made::Nothing, None, None, None);
        self.notes.clear();
        (self.found, self.trouble) = match found {
            Ok(opened) => (Some(opened), None),
            Err(reason) => (None, Some(reason)),
        };
    }

    /// The picked request, with values in the place of its placeholders.
    pub fn request(&self) -> Option<RequestSpec> {
        let written = self.found.as_ref()?.imported.requests.get(self.picked)?;
        let given: Vec<(String, Secret)> = self.values.iter().filter(|(_, value)| !value.is_empty()).cloned().collect();
        Some(written.filled(&given))
    }
}

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, jobs: &Jobs, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        if widgets::icon_button(ui, icons::CARET_LEFT, "Back", "Goes back to the form; what was read stays").clicked() {
            out.push(Command::Show(View::Compose));
        }
        ui.label(RichText::new("Import").text_style(theme::heading()));
    });
    ScrollArea::vertical().id_salt("import").auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width().min(1100.0));
        source::show(ui, state, out);
        if let Some(trouble) = &state.import.trouble {
            let tokens = theme::tokens(ui);
            widgets::callout(ui, tokens.danger_surface, icons::WARNING, tokens.danger, "Problem", |ui| {
                ui.label(trouble);
            });
        }
        if state.import.found.is_some() {
            list::show(ui, &mut state.import);
            preview::show(ui, state, jobs, out);
        }
    });
}
