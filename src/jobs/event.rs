//! What jobs tell.

use std::sync::Arc;

use crate::model::compare::Comparison;
use crate::model::history::{HistoryRecord, HistoryRow};
use crate::model::{Profile, Settings};
use crate::runner::result::{RowResult, RunResult, StepResult};
use crate::sandbox::Sandbox;
use crate::service::deliver::DeliveryEvent;
use crate::service::order::DeliveryProgress;
use crate::service::relay::RelayNews;
use crate::service::tools::lines::Line;
use crate::store::{Changes, KeyPlace, Notice, ProfileId, SaveError, SaveOutcome, StoreError, StoredProfile};

use super::prepared_run::PreparedRun;

/// A job's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub(super) u64);

impl JobId {
    /// The number of no job, for what was read back and is not under way.
    pub const NONE: Self = Self(0);
}

/// Something that a job tells.
#[derive(Debug)]
pub struct Event {
    /// The job that tells it.
    pub job: JobId,
    /// What it tells.
    pub what: JobEvent,
}

/// What jobs tell.
#[derive(Debug)]
pub enum JobEvent {
    /// Something of a delivery, or of a single upload.
    Delivery(DeliveryEvent),
    /// The sandbox runs, or cannot.
    SandboxStarted(Result<Sandbox, String>),
    /// What became of saving, or what others saved.
    Saved(SaveEvent),
    /// Something could not be saved; why, and what to try.
    SaveFailed(String),
    /// An exchange of the job is in the history under this number: an upload's, by its index, or another request's.
    Recorded(Option<usize>, i64),
    /// Something that a tool found.
    Tool(ToolEvent),
    /// Something of the history.
    History(HistoryEvent),
    /// Something of the relay.
    Relay(RelayJobEvent),
    /// Something of a suite.
    Run(RunJobEvent),
}

/// What a run tells of a row.
#[derive(Debug)]
pub enum RowTold {
    /// A step begins: the row's number, the step's index, and the counters of what it sends.
    Begun(usize, usize, DeliveryProgress),
    /// A step is over.
    Done(usize, Box<StepResult>),
    /// The row is over.
    Over(Box<RowResult>),
}

/// What a suite's run tells.
#[derive(Debug)]
pub enum RunJobEvent {
    /// The suite was read and checked, or cannot be.
    Prepared(Result<Box<PreparedRun>, String>),
    /// Something of a row.
    Row(RowTold),
    /// The run is over, or could not begin; why.
    Ended(Result<Box<RunResult>, String>),
}

/// What a relay tells.
#[derive(Debug)]
pub enum RelayJobEvent {
    /// It listens.
    Listening {
        /// Scheme, host and port.
        url: String,
        /// The endpoint for those who post there, its key masked.
        endpoint: String,
    },
    /// What passed.
    News(Vec<RelayNews>),
    /// It has stopped, or could not start; why.
    Ended(Result<(), String>),
}

/// What was read.
#[derive(Debug)]
pub enum HistoryEvent {
    /// The numbers that a filter lets through, newest first; the first of them, or all.
    Numbers {
        /// The numbers.
        ids: Vec<i64>,
        /// Whether these are all.
        complete: bool,
    },
    /// Lines of the list.
    Rows(Vec<HistoryRow>),
    /// One exchange, and the others of its delivery: the create request and the files of a ticket, oldest first.
    Opened(Box<(HistoryRecord, Vec<HistoryRow>)>),
    /// Two exchanges, older first, and where they differ.
    Compared(Box<(HistoryRow, HistoryRow, Comparison)>),
    /// Profiles that occur: their names on disk, and their names.
    Profiles(Vec<(String, String)>),
    /// Exchanges were changed or deleted; how many.
    Changed(usize),
    /// Nothing could be read; why, and what to try.
    Failed(String),
}

/// What became of something that was to be saved, or what others saved.
#[derive(Debug)]
pub enum SaveEvent {
    /// A profile was saved, or not.
    Profile {
        /// Which.
        id: ProfileId,
        /// What was to be saved.
        given: Box<Profile>,
        /// How it went.
        result: Result<SaveOutcome<Profile>, SaveError>,
    },
    /// A draft could not be saved.
    DraftFailed {
        /// The profile that it is for.
        id: ProfileId,
        /// Why.
        error: StoreError,
    },
    /// The settings were saved, or not.
    Settings {
        /// What was to be saved.
        given: Box<Settings>,
        /// How it went.
        result: Result<SaveOutcome<Settings>, SaveError>,
    },
    /// Others changed something.
    Changes(Box<Changes>),
    /// Keys are kept elsewhere, or were unlocked, or not.
    Keys {
        /// How it went; the notices say what could not be moved.
        result: Result<Vec<Notice>, StoreError>,
        /// Where they are kept.
        place: KeyPlace,
        /// The profiles with what is known of their keys.
        profiles: Vec<StoredProfile>,
    },
}

/// What a tool tells.
#[derive(Clone, Debug)]
pub enum ToolEvent {
    /// One thing was found.
    Line(Line),
    /// It is over: everything in one sentence, or why it ended without.
    Ended(Result<String, String>),
}

/// Wakes whoever collects what jobs tell.
pub(super) type Wake = Arc<dyn Fn() + Send + Sync>;
