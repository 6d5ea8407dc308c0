//! What goes on in one draft of a profile: the draft itself, what it was last sent as, and what is asked.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Instant;

use crate::diagnosis::Cause;
use crate::jobs::JobId;
use crate::model::drafts::UNNAMED;
use crate::model::{Draft, Profile};
use crate::service::confirm::ConfirmReason;
use crate::service::existing::FileOrder;
use crate::service::order::{Delivery, UploadOrder};
use crate::ui::pages::compose::compose_tab::ComposeTab;
use crate::ui::pages::compose::undo::DraftUndo;
use crate::ui::pages::diagnostics::state::ToolRun;
use crate::ui::pages::response::recorded::RecordedView;
use crate::ui::pages::response::state::DeliveryView;
use crate::ui::pages::response::view::panel::ResponseState;
use crate::ui::steps::Steps;

/// What goes on in one draft of a profile.
#[derive(Default)]
pub struct Session {
    /// Its number among the drafts of its profile.
    pub number: u64,
    /// The name on its tab; empty while it is the only one.
    pub name: String,
    /// What it sent last, by its number in the history.
    pub sent: Option<i64>,
    /// The draft.
    pub draft: Draft,
    /// What stands in the JSON editor.
    pub json_text: String,
    /// What the form cannot show of the JSON, in words.
    pub json_notes: Vec<String>,
    /// What would go wrong if the draft were sent.
    pub problems: Vec<Cause>,
    /// The page of the compose panel.
    pub tab: ComposeTab,
    /// The changes of the draft that can be taken back.
    pub undo: DraftUndo,
    /// Whether the list of problems is unfolded.
    pub show_problems: bool,
    /// A parameter whose widget takes the keyboard at the next frame.
    pub focus: Option<String>,
    /// The parameter whose row had the keyboard in the last frame.
    pub near: Option<String>,
    /// The parameters whose rows had the keyboard before: what is missing there is said.
    pub left: HashSet<String>,
    /// Whether Send was pressed: then everything that is missing is said.
    pub was_sent: bool,
    /// Whether the address takes the keyboard at the next frame.
    pub focus_address: bool,
    /// The file element whose button takes the keyboard at the next frame, which scrolls to it.
    pub focus_files: Option<String>,
    /// What the name is being changed to.
    pub renaming: Option<String>,
    /// Files that were dropped where no file element was.
    pub dropped: Vec<std::path::PathBuf>,
    /// A file for a ticket that exists, as it is being put together.
    pub existing: ExistingTicket,
    /// Files for a ticket that existed before, which wait for the one that is being sent.
    pub waiting_files: VecDeque<FileOrder>,
    /// What the user is asked before something is sent.
    pub question: Option<Question>,
    /// Whether it is being found out if the send has to be confirmed.
    pub is_looking: bool,
    /// Tells an answer to that from one that nobody waits for any more.
    pub looking: u64,
    /// What was found out about what stands in the form.
    pub diagnostics: ToolRun,
    /// The job that reads what was sent last.
    pub recalling: Option<JobId>,
    /// What was sent last before this session, and when.
    pub last: Option<(jiff::Timestamp, Box<RecordedView>)>,
    /// What was sent in this session, oldest first.
    pub deliveries: Vec<DeliveryView>,
    /// What the response panel remembers of each of them: page, folds, search.
    pub panels: HashMap<JobId, ResponseState>,
    /// How many of them had been begun when the draft was drawn last.
    pub seen_deliveries: usize,
    /// Which of them is shown; the newest when `None`.
    pub shown: Option<usize>,
    /// What the profile's headers were before each change of them here.
    pub(in crate::ui) header_steps: Steps<Vec<(String, String)>>,
    /// When the draft was last changed and not yet saved.
    pub unsaved_since: Option<Instant>,
}

/// What is sent once a question is answered.
pub enum Waiting {
    /// A ticket and its files.
    Delivery(Box<Delivery>),
    /// One file of the delivery that is shown, by its number, to an endpoint.
    Upload(usize, Box<UploadOrder>),
    /// Files for a ticket that existed before.
    Files(Vec<FileOrder>),
}

/// A file for a ticket that exists, as it is being put together.
#[derive(Default)]
pub struct ExistingTicket {
    /// Whether the place for it is open.
    pub is_open: bool,
    /// The attachment endpoint, as it was typed or pasted; it may have a key in it.
    pub endpoint: String,
    /// The paths of the files, one a line.
    pub paths: String,
    /// The control that takes the keyboard at the next frame, which scrolls to it.
    pub focus: Option<ExistingPart>,
    /// In how many frames it is scrolled into sight as a whole; 0 when that is done.
    pub frames_to_scroll: u8,
}

/// The parts of that place that take the keyboard by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExistingPart {
    /// The button that opens it.
    Opener,
    /// The endpoint.
    Endpoint,
    /// The button that asks for a file.
    File,
}

/// What the user is asked before something is sent.
pub struct Question {
    /// What waits for the answer.
    pub waiting: Waiting,
    /// What is asked.
    pub reason: ConfirmReason,
    /// What is asked after it.
    pub further: Vec<ConfirmReason>,
}

impl Session {
    /// Its name, or what it is called without one.
    pub fn shown_name(&self) -> &str {
        if self.name.is_empty() { UNNAMED } else { &self.name }
    }

    /// The delivery that the response panel shows.
    pub fn shown_delivery(&mut self) -> Option<&mut DeliveryView> {
        let index = self.shown.unwrap_or(self.deliveries.len().wrapping_sub(1));
        self.deliveries.get_mut(index)
    }

    /// Makes a change of the draft that can be taken back; returns the change's number, and what the change returns.
    pub(in crate::ui) fn change<R>(&mut self, change: impl FnOnce(&mut Draft) -> R) -> (u64, R) {
        let before = self.draft.clone();
        let answer = change(&mut self.draft);
        (self.undo.remember(before, &self.draft), answer)
    }

    /// A send that is about to be confirmed or started is dropped.
    pub(in crate::ui) fn stop_looking(&mut self) {
        self.is_looking = false;
        self.looking += 1;
    }

    /// Opens the page of the files, at a file element or at the first.
    pub(in crate::ui) fn show_files(&mut self, profile: &Profile, parameter: Option<&str>) {
        self.tab = ComposeTab::Attachments;
        let element = parameter.and_then(|parameter| profile.file_element(parameter)).or(profile.file_elements.first());
        self.focus_files = element.map(|element| element.parameter.clone());
    }

    /// The delivery that is under way.
    pub fn sending(&self) -> Option<&DeliveryView> {
        self.deliveries.iter().rev().find(|delivery| !delivery.is_over())
    }
}
