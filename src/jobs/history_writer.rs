//! Puts a job's exchanges into the history, on the thread that writes to disk.

use std::sync::mpsc;

use tokio::sync::oneshot;

use super::event::{Event, JobEvent, JobId, Wake};
use super::save_queue::SaveHandle;
use crate::model::case::Earlier;
use crate::model::history::HistoryRecord;
use crate::service::recorder::{Begun, Recorder};
use crate::store::{History, StoreError};

/// What is needed to record the exchanges of one job.
pub(super) struct HistoryWriter {
    pub(super) job: JobId,
    /// `None` where nothing can be recorded.
    pub(super) history: Option<History>,
    pub(super) queue: SaveHandle,
    pub(super) sender: mpsc::Sender<Event>,
    pub(super) wake: Wake,
}

impl HistoryWriter {
    /// Writes on the thread that does, and tells the number of the row, or why there is none.
    fn write(&self, work: impl FnOnce(&History) -> Result<Option<JobEvent>, StoreError> + Send + 'static) {
        let Some(history) = self.history.clone() else { return };
        let (job, sender, wake) = (self.job, self.sender.clone(), self.wake.clone());
        self.queue.run(move || {
            let what = work(&history).unwrap_or_else(|error| Some(JobEvent::SaveFailed(error.to_string())));
            let Some(what) = what else { return };
            // Nobody listens any more once the window is gone.
            let _ = sender.send(Event { job, what });
            wake();
        });
    }
}

impl Recorder for HistoryWriter {
    /// The window goes on without a history, and says so each time.
    fn begin(&self, record: HistoryRecord) -> impl Future<Output = Result<Begun, String>> + Send {
        let (done, wait) = oneshot::channel();
        self.write(move |history| {
            let begun = history.begin(&record);
            // Nobody waits any more for a job that was dropped.
            let _ = done.send(begun.as_ref().ok().copied());
            begun.map(|_| None)
        });
        async { Ok(Begun(wait.await.unwrap_or_default())) }
    }

    fn complete(&self, begun: Begun, index: Option<usize>, record: HistoryRecord) {
        self.write(move |history| {
            let id = begun.0.map_or_else(|| history.record(&record), |id| history.complete(id, &record))?;
            Ok(Some(JobEvent::Recorded(index, id)))
        });
    }

    fn abandon(&self, begun: Begun) {
        if let Some(id) = begun.0 {
            self.write(move |history| history.delete(&[id]).map(|_| None));
        }
    }

    fn earlier(&self, profile_id: &str) -> Vec<Earlier> {
        self.history.as_ref().map(|history| history.earlier(profile_id)).unwrap_or_default()
    }
}
