//! What a run needs, for all of its rows.

use std::path::PathBuf;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::gate::Gate;
use super::journal::Journal;
use super::pace::Pace;
use super::plan::{Environment, Plan};
use super::turns::Turns;
use crate::model::Network;
use crate::model::secrets::masker::Masker;
use crate::store::History;

/// A run, with all that it needs.
pub struct Run<'a, R> {
    /// What is to be done.
    pub plan: &'a Plan,
    /// How to reach the server.
    pub network: Network,
    /// How many files of a ticket go at once.
    pub uploads_at_once: usize,
    /// The profile's name on disk; empty when it is not saved.
    pub profile_id: String,
    /// Keeps the exchanges.
    pub recorder: &'a R,
    /// What knows exchanges of a run that was cut off.
    pub history: Option<&'a History>,
    /// Notes what was done; `None` where nothing can be kept.
    pub journal: Option<&'a Journal>,
    /// Takes secrets out of every text.
    pub masker: &'a Masker,
    /// The secrets that the suite sends of the environment.
    pub secrets: Vec<String>,
    /// Where random values begin.
    pub seed: u64,
    /// Where environment variables come from.
    pub environment: Environment<'a>,
    /// Where files are made.
    pub folder: PathBuf,
    /// How many requests go out in a second at most.
    pub pace: Pace,
    /// Holds requests back while it is paused.
    pub gate: &'a Gate,
    /// Begins no further row.
    pub stop: CancellationToken,
    /// Gives up what is under way.
    pub cancel: CancellationToken,
}

impl<R> Run<'_, R> {
    /// Keeps the exchanges, each in its turn.
    pub(super) fn turns(&self) -> Turns<'_, R> {
        Turns { recorder: self.recorder, pace: &self.pace, gate: self.gate, cancel: &self.cancel }
    }
}

/// A time in milliseconds, to the microsecond.
pub(super) fn ms(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
