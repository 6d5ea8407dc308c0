//! Puts a job's exchanges into the history, on the thread that writes to disk.

use std::sync::mpsc;

use super::save_queue::SaveHandle;
use super::{Event, JobEvent, JobId, Wake};
use crate::diagnosis::{self, Cause};
use crate::model::history::Entry;
use crate::model::{Case, Exchange, Profile};
use crate::service::deliver::{UploadOutcome, UploadResult};
use crate::service::record::{self, Origin};
use crate::store::History;

/// What is needed to keep the exchanges of one job.
pub(super) struct HistoryWriter {
    pub(super) job: JobId,
    /// `None` where nothing can be kept.
    pub(super) history: Option<History>,
    pub(super) queue: SaveHandle,
    pub(super) sender: mpsc::Sender<Event>,
    pub(super) wake: Wake,
    pub(super) origin: Origin,
    pub(super) profile: Profile,
}

impl HistoryWriter {
    /// The causes of an exchange, by what is known of its endpoint besides.
    pub(super) fn explain(&self, exchange: &Exchange) -> Vec<Cause> {
        let case = Case::of(exchange, Some(&self.profile));
        let earlier = self.history.as_ref().map(|history| history.earlier(&self.origin.profile_id)).unwrap_or_default();
        diagnosis::diagnose(&Case { earlier, overridden: self.origin.overridden.clone(), ..case })
    }

    pub(super) fn created(&self, files: usize, exchange: &Exchange, causes: &[Cause]) {
        if self.history.is_some() {
            self.keep(None, record::created(&self.origin, &self.profile, files, exchange, causes));
        }
    }

    pub(super) fn uploaded(&self, index: usize, result: &UploadResult, causes: &[Cause]) {
        if let (Some(_), UploadOutcome::Answered(exchange)) = (&self.history, &result.outcome) {
            self.keep(Some(index), record::uploaded(&self.origin, &self.profile, exchange, causes));
        }
    }

    pub(super) fn probed(&self, exchange: &Exchange) {
        if self.history.is_some() {
            self.keep(None, record::probed(&self.origin, &self.profile, exchange, &[]));
        }
    }

    fn keep(&self, index: Option<usize>, entry: Entry) {
        let Some(history) = self.history.clone() else { return };
        let (job, sender, wake) = (self.job, self.sender.clone(), self.wake.clone());
        self.queue.run(move || {
            let what = match history.record(&entry) {
                Ok(id) => JobEvent::Kept(index, id),
                Err(error) => JobEvent::SaveFailed(error.to_string()),
            };
            // Nobody listens any more once the window is gone.
            let _ = sender.send(Event { job, what });
            wake();
        });
    }
}
