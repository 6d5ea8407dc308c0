//! When a request goes out: at the rate of its suite, and not while the run is paused.

use tokio_util::sync::CancellationToken;

use super::gate::Gate;
use super::pace::Pace;
use crate::model::case::Earlier;
use crate::model::history::HistoryRecord;
use crate::service::recorder::{Begun, Recorder};

/// Writes down what goes out once its turn has come. Every request is written down before it goes out, so none goes out of turn: a
/// ticket, a file, and either once more.
pub(super) struct Turns<'a, R> {
    pub(super) recorder: &'a R,
    pub(super) pace: &'a Pace,
    pub(super) gate: &'a Gate,
    /// Ends the waiting: what was cancelled does not go out anyway.
    pub(super) cancel: &'a CancellationToken,
}

impl<R: Recorder + Sync> Recorder for Turns<'_, R> {
    async fn begin(&self, record: HistoryRecord) -> Result<Begun, String> {
        let turn = async {
            self.gate.pass().await;
            self.pace.turn().await;
            // It may have been closed while this one waited.
            self.gate.pass().await;
        };
        tokio::select! {
            () = turn => {}
            () = self.cancel.cancelled() => {}
        }
        self.recorder.begin(record).await
    }

    fn complete(&self, begun: Begun, index: Option<usize>, record: HistoryRecord) {
        self.recorder.complete(begun, index, record);
    }

    fn abandon(&self, begun: Begun) {
        self.recorder.abandon(begun);
    }

    fn earlier(&self, profile_id: &str) -> Vec<Earlier> {
        self.recorder.earlier(profile_id)
    }
}
