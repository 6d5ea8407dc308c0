//! Puts a job's exchanges into the history, on the thread that writes to disk.

use std::sync::mpsc;

use super::event::{Event, JobEvent, JobId, Wake};
use super::save_queue::SaveHandle;
use crate::model::case::Earlier;
use crate::model::history::HistoryRecord;
use crate::service::recorder::Recorder;
use crate::store::History;

/// What is needed to record the exchanges of one job.
pub(super) struct HistoryWriter {
    pub(super) job: JobId,
    /// `None` where nothing can be recorded.
    pub(super) history: Option<History>,
    pub(super) queue: SaveHandle,
    pub(super) sender: mpsc::Sender<Event>,
    pub(super) wake: Wake,
}

impl Recorder for HistoryWriter {
    fn record(&self, index: Option<usize>, record: HistoryRecord) {
        let Some(history) = self.history.clone() else { return };
        let (job, sender, wake) = (self.job, self.sender.clone(), self.wake.clone());
        self.queue.run(move || {
            let what = match history.record(&record) {
                Ok(id) => JobEvent::Recorded(index, id),
                Err(error) => JobEvent::SaveFailed(error.to_string()),
            };
            // Nobody listens any more once the window is gone.
            let _ = sender.send(Event { job, what });
            wake();
        });
    }

    fn earlier(&self, profile_id: &str) -> Vec<Earlier> {
        self.history.as_ref().map(|history| history.earlier(profile_id)).unwrap_or_default()
    }
}
