//! What the window shows. Panels draw from it and change only what is being typed; everything else is a [`Command`].

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use crate::diagnosis::Cause;
use crate::jobs::JobId;
use crate::model::attachment::AttachmentEndpoint;
use crate::model::draft::Attachment;
use crate::model::{Draft, Exchange, Profile, Secret, Settings};
use crate::sandbox::{Fault, Sandbox, Shape};
use crate::service::confirm::ConfirmReason;
use crate::service::order::Delivery;
use crate::service::report::{DeliveryReport, UploadResult};
use crate::store::{Conflict, KeyPlace, ProfileId, StoredProfile};

use super::bundle_page::BundlePage;
use super::command::{Command, Contested};
use super::draft_undo::DraftUndo;
use super::finding::ToolRun;
use super::history::HistoryPage;
use super::import::ImportPage;
use super::profile_editor::{EditorState, NewProfile};
use super::response::ResponseState;

/// Everything that the window shows.
#[derive(Default)]
pub struct State {
    /// The profiles, in the order of the list.
    pub profiles: Vec<StoredProfile>,
    /// The open profile.
    pub selected: Option<ProfileId>,
    /// What goes on in each profile that was opened in this session.
    pub sessions: HashMap<ProfileId, Session>,
    /// The user's settings.
    pub settings: Settings,
    /// The page in the middle.
    pub view: View,
    /// What the list of profiles is filtered by.
    pub filter: String,
    /// What the user should know, newest last.
    pub notes: Vec<Note>,
    /// The sandbox.
    pub sandbox: SandboxState,
    /// Where keys are kept; `None` where nothing can be saved.
    pub key_place: Option<KeyPlace>,
    /// A passphrase as it is being typed, twice.
    pub passphrase: [Secret; 2],
    /// The import page.
    pub import: ImportPage,
    /// What a support bundle would hold.
    pub bundle: BundlePage,
    /// The history's page.
    pub history: HistoryPage,
    /// What is being typed in the profile editor.
    pub editor: Option<EditorState>,
    /// What is being typed on the page for a new profile.
    pub new_profile: NewProfile,
    /// Production profiles that the user has confirmed in this session.
    pub confirmed: HashSet<ProfileId>,
    /// The time of this frame.
    pub now: jiff::Timestamp,
    /// The address of a proxy of one's own, kept while another is picked.
    pub proxy_address: String,
    /// Profiles that were changed and are not saved yet.
    pub unsaved_profiles: HashSet<ProfileId>,
    /// Whether the settings were changed and are not saved yet.
    pub unsaved_settings: bool,
    /// When the first of them was changed.
    pub unsaved_since: Option<Instant>,
    /// Where everything is saved.
    pub data_folder: Option<std::path::PathBuf>,
    /// What is shared with other windows and programs.
    pub sharing: Sharing,
    /// The folder for the profiles as it is typed.
    pub typed_folder: Option<String>,
    /// The number of the newest note.
    pub next_note: u64,
}

/// What is shared with other windows and programs: saves that are under way, questions, looks at the files.
#[derive(Default)]
pub struct Sharing {
    /// How many saves of a profile are under way; none has no entry.
    pub saving: HashMap<ProfileId, usize>,
    /// How many saves of the settings are under way.
    pub saving_settings: usize,
    /// What the user is asked about: the note that asks, and what it is about.
    pub asked: HashMap<Contested, (u64, Conflict)>,
    /// The job that looks at the files.
    pub looking: Option<JobId>,
    /// When they were looked at last.
    pub looked: Option<Instant>,
    /// Whether the window had the keyboard in the last frame.
    pub is_used: bool,
    /// How many removed profiles can be brought back.
    pub removed: usize,
    /// Whether the user is asked whether to delete them for good.
    pub asks_empty_removed: bool,
}

impl Sharing {
    /// Counts a save of a profile that is over.
    pub fn saved(&mut self, id: &ProfileId) {
        if let Some(count) = self.saving.get_mut(id) {
            *count -= 1;
            if *count == 0 {
                self.saving.remove(id);
            }
        }
    }
}

/// The pages in the middle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// The form and its response.
    #[default]
    Compose,
    /// The open profile's configuration.
    Profile,
    /// Making a profile: paste an endpoint, import, by hand.
    NewProfile,
    /// The sandbox: what it plays and what it received.
    Sandbox,
    /// What somebody else wrote down: paste or drop it.
    Import,
    /// What a support bundle would hold.
    Bundle,
    /// Finding out what is wrong.
    Finding,
    /// Every exchange that was made.
    History,
    /// The settings.
    Settings,
}

/// A note to the user, shown in the window until it is dismissed.
#[derive(Clone, Debug)]
pub struct Note {
    /// Its number.
    pub id: u64,
    /// What it says.
    pub text: String,
    /// How serious it is.
    pub kind: NoteKind,
    /// A button that it offers: the label and what it does.
    pub action: Option<(String, Command)>,
    /// Another one, where there is a choice.
    pub second: Option<(String, Command)>,
}

/// How serious a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// Good to know.
    Info,
    /// Something went wrong.
    Problem,
}

/// What goes on in one profile.
#[derive(Default)]
pub struct Session {
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
    /// Files that were dropped where no file element was.
    pub dropped: Vec<std::path::PathBuf>,
    /// What the user is asked before something is sent.
    pub question: Option<Question>,
    /// What was found out about what stands in the form.
    pub finding: ToolRun,
    /// What was sent in this session, oldest first.
    pub deliveries: Vec<DeliveryView>,
    /// Which of them is shown; the newest when `None`.
    pub shown: Option<usize>,
    /// When the draft was last changed and not yet saved.
    pub unsaved_since: Option<Instant>,
}

/// What the user is asked before something is sent.
pub struct Question {
    /// What waits for the answer.
    pub delivery: Delivery,
    /// What is asked.
    pub reason: ConfirmReason,
    /// What is asked after it.
    pub further: Vec<ConfirmReason>,
}

/// The pages of the compose panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ComposeTab {
    /// One widget per parameter.
    #[default]
    Form,
    /// The JSON.
    Json,
    /// Extra headers.
    Headers,
    /// The request to the byte.
    Request,
}

/// Something that was sent: a ticket, and the files attached to it.
pub struct DeliveryView {
    /// The job that sends it.
    pub job: JobId,
    /// What was ordered, to send parts of it again.
    pub delivery: Delivery,
    /// When it was started.
    pub started_at: jiff::Timestamp,
    /// When it was started, for durations.
    pub started: Instant,
    /// The create request's exchange, once it is over.
    pub exchange: Option<Exchange>,
    /// Its causes, best first.
    pub causes: Vec<Cause>,
    /// The attachment endpoints that the answer named.
    pub endpoints: Vec<AttachmentEndpoint>,
    /// The files.
    pub uploads: Vec<UploadView>,
    /// How it ended.
    pub report: Option<DeliveryReport>,
    /// Problems that were known when it was sent all the same.
    pub overridden: Vec<Cause>,
    /// What the response panel remembers of it: page, folds, search.
    pub response: ResponseState,
    /// Its number in the history, once the create request is in it.
    pub kept: Option<i64>,
}

/// A file of a delivery.
pub struct UploadView {
    /// The file.
    pub attachment: Attachment,
    /// The job that sends it, and its number in that job.
    pub job: (JobId, usize),
    /// How far it is.
    pub stage: UploadStage,
    /// Speed and stalls, measured while it runs.
    pub pace: Pace,
}

/// How far an upload is.
#[derive(Debug)]
pub enum UploadStage {
    /// It has not begun.
    Waiting,
    /// Bytes go out.
    Running,
    /// It is over.
    Ended {
        /// What came of it.
        result: Box<UploadResult>,
        /// The causes of a failure, best first.
        causes: Vec<Cause>,
    },
}

/// The speed of an upload, over the last few seconds.
#[derive(Debug, Default)]
pub struct Pace {
    /// Times and bytes sent by then, oldest first.
    pub samples: std::collections::VecDeque<(Instant, u64)>,
}

/// The sandbox as the window knows it.
#[derive(Default)]
pub struct SandboxState {
    /// The running sandbox.
    pub running: Option<Sandbox>,
    /// The job that starts it.
    pub starting: Option<JobId>,
    /// Why it does not run.
    pub failed: Option<String>,
    /// The shape of its success answers.
    pub shape: Shape,
    /// The fault that it has.
    pub fault: Option<Fault>,
    /// What it received, and the revision at which that was read.
    pub log: Option<(u64, std::sync::Arc<Vec<crate::sandbox::LogEntry>>)>,
    /// The entry of its log that is unfolded, by number.
    pub open_entry: Option<u64>,
}

impl State {
    /// The open profile.
    pub fn profile(&self) -> Option<&StoredProfile> {
        let id = self.selected.as_ref()?;
        self.profiles.iter().find(|stored| stored.id == *id)
    }

    /// A profile by its name on disk.
    pub fn profile_of(&self, id: &ProfileId) -> Option<&Profile> {
        self.profiles.iter().find(|stored| stored.id == *id).map(|stored| &stored.profile)
    }

    /// The open profile and what goes on in it.
    pub fn open(&mut self) -> Option<(&StoredProfile, &mut Session)> {
        let id = self.selected.as_ref()?;
        let stored = self.profiles.iter().find(|stored| stored.id == *id)?;
        Some((stored, self.sessions.get_mut(id)?))
    }

    /// Tells the user something.
    pub fn note(&mut self, kind: NoteKind, text: impl Into<String>, action: Option<(String, Command)>) {
        self.next_note += 1;
        self.notes.push(Note { id: self.next_note, text: text.into(), kind, action, second: None });
    }
}

impl Session {
    /// The delivery that the response panel shows.
    pub fn shown_delivery(&mut self) -> Option<&mut DeliveryView> {
        let index = self.shown.unwrap_or(self.deliveries.len().wrapping_sub(1));
        self.deliveries.get_mut(index)
    }

    /// Makes a change of the draft that can be taken back; returns the change's number, and what the change returns.
    pub(super) fn change<R>(&mut self, change: impl FnOnce(&mut Draft) -> R) -> (u64, R) {
        let before = self.draft.clone();
        let answer = change(&mut self.draft);
        (self.undo.remember(before, &self.draft), answer)
    }

    /// The delivery that is under way.
    pub fn sending(&self) -> Option<&DeliveryView> {
        self.deliveries.iter().rev().find(|delivery| !delivery.is_over())
    }
}

impl DeliveryView {
    /// Whether nothing more will happen to it by itself.
    pub fn is_over(&self) -> bool {
        self.report.is_some() && self.uploads.iter().all(|upload| matches!(upload.stage, UploadStage::Ended { .. }))
    }
}

impl Pace {
    /// Takes a reading. Only the last five seconds count.
    pub fn sample(&mut self, now: Instant, sent: u64) {
        self.samples.push_back((now, sent));
        while self.samples.front().is_some_and(|(at, _)| now.duration_since(*at).as_secs_f64() > 5.0) {
            self.samples.pop_front();
        }
    }

    /// Bytes per second; `None` before there is enough to tell.
    pub fn bytes_per_second(&self) -> Option<f64> {
        let ((first, from), (last, to)) = (self.samples.front()?, self.samples.back()?);
        let seconds = last.duration_since(*first).as_secs_f64();
        (seconds > 0.25).then(|| to.saturating_sub(*from) as f64 / seconds)
    }

    /// Whether nothing has moved for so long that it is worth saying.
    pub fn is_stalled(&self) -> bool {
        match (self.samples.front(), self.samples.back()) {
            (Some((first, from)), Some((last, to))) => from == to && last.duration_since(*first).as_secs_f64() > 3.0,
            _ => false,
        }
    }
}
