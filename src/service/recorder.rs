//! Where exchanges are kept as they come.

use crate::diagnosis::{self, Cause};
use crate::model::case::Earlier;
use crate::model::history::HistoryRecord;
use crate::model::{Case, Exchange, Profile};
use crate::store::{History, StoreError};

use super::record::Origin;

/// Keeps exchanges, and knows what was kept before.
pub trait Recorder {
    /// Keeps an exchange. `index` is that of an attachment; a request that is no upload has none.
    fn record(&self, index: Option<usize>, record: HistoryRecord);

    /// Earlier exchanges that worked, with the endpoint of a profile.
    fn earlier(&self, profile_id: &str) -> Vec<Earlier>;
}

/// Keeps nothing.
impl Recorder for () {
    fn record(&self, _: Option<usize>, _: HistoryRecord) {}

    fn earlier(&self, _: &str) -> Vec<Earlier> {
        Vec::new()
    }
}

/// Writes each exchange to a history at once.
pub struct DirectRecorder<'a, F: Fn(StoreError)> {
    /// The history; `None` where nothing can be kept.
    pub history: Option<&'a History>,
    /// Told why an exchange could not be kept.
    pub on_error: F,
}

impl<F: Fn(StoreError)> Recorder for DirectRecorder<'_, F> {
    fn record(&self, _: Option<usize>, record: HistoryRecord) {
        if let Some(Err(error)) = self.history.map(|history| history.record(&record)) {
            (self.on_error)(error);
        }
    }

    fn earlier(&self, profile_id: &str) -> Vec<Earlier> {
        self.history.map(|history| history.earlier(profile_id)).unwrap_or_default()
    }
}

/// The causes of a create request's outcome, by what is known of its endpoint besides.
pub(super) fn explain(recorder: &impl Recorder, origin: &Origin, profile: &Profile, exchange: &Exchange) -> Vec<Cause> {
    let case = Case::of(exchange, Some(profile));
    let (earlier, overridden) = (recorder.earlier(&origin.profile_id), origin.overridden.clone());
    diagnosis::diagnose(&Case { earlier, overridden, ..case })
}
