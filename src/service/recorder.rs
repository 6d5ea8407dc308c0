//! Where exchanges are kept as they come.

use crate::diagnosis::{self, Cause};
use crate::model::case::Earlier;
use crate::model::history::HistoryRecord;
use crate::model::{Case, Exchange, Profile};
use crate::store::{History, StoreError};

use super::record::Origin;

/// An exchange that is under way, as it was written down: the number of its row, if there is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Begun(pub Option<i64>);

/// Keeps exchanges, and knows what was kept before.
pub trait Recorder {
    /// Writes an exchange down before it begins, so that it is known however the program ends.
    ///
    /// # Errors
    /// When it cannot be kept, and so must not begin; why, in words.
    fn begin(&self, record: HistoryRecord) -> impl Future<Output = Result<Begun, String>> + Send;

    /// Writes down what came of it; what was not begun is new. `index` is that of an
    /// attachment; a request that is not an upload has none.
    fn complete(&self, begun: Begun, index: Option<usize>, record: HistoryRecord);

    /// Takes a row out that was begun: nothing was sent, or another row has what came of it.
    fn abandon(&self, begun: Begun);

    /// Earlier exchanges that worked, with the endpoint of a profile.
    fn earlier(&self, profile_id: &str) -> Vec<Earlier>;
}

/// Keeps nothing.
impl Recorder for () {
    fn begin(&self, _: HistoryRecord) -> impl Future<Output = Result<Begun, String>> + Send {
        std::future::ready(Ok(Begun::default()))
    }

    fn complete(&self, _: Begun, _: Option<usize>, _: HistoryRecord) {}

    fn abandon(&self, _: Begun) {}

    fn earlier(&self, _: &str) -> Vec<Earlier> {
        Vec::new()
    }
}

/// Writes each exchange to a history at once.
pub struct DirectRecorder<'a, F: Fn(StoreError)> {
    /// The history, or why nothing may be sent because there is none; `Ok(None)` where nothing is to be kept.
    pub history: Result<Option<&'a History>, String>,
    /// Told why what came of an exchange could not be kept.
    pub on_error: F,
}

impl<F: Fn(StoreError)> Recorder for DirectRecorder<'_, F> {
    fn begin(&self, record: HistoryRecord) -> impl Future<Output = Result<Begun, String>> + Send {
        let begin = |history: &History| history.begin(&record).map_err(|error| error.to_string());
        let begun = self.history.clone().and_then(|history| history.map(begin).transpose());
        std::future::ready(begun.map(Begun))
    }

    fn complete(&self, begun: Begun, _: Option<usize>, record: HistoryRecord) {
        let Ok(Some(history)) = &self.history else { return };
        let kept = begun.0.map_or_else(|| history.record(&record), |id| history.complete(id, &record));
        if let Err(error) = kept {
            (self.on_error)(error);
        }
    }

    fn abandon(&self, begun: Begun) {
        if let (Ok(Some(history)), Some(id)) = (&self.history, begun.0)
            && let Err(error) = history.delete(&[id])
        {
            (self.on_error)(error);
        }
    }

    fn earlier(&self, profile_id: &str) -> Vec<Earlier> {
        let history = self.history.as_ref().ok().copied().flatten();
        history.map(|history| history.earlier(profile_id)).unwrap_or_default()
    }
}

/// The causes of a create request's outcome, by what is known of its endpoint besides.
pub(super) fn explain(recorder: &impl Recorder, origin: &Origin, profile: &Profile, exchange: &Exchange) -> Vec<Cause> {
    let case = Case::of(exchange, Some(profile));
    // What worked before explains nothing of a success, and takes a look into the history.
    let earlier = if exchange.is_accepted() { Vec::new() } else { recorder.earlier(&origin.profile_id) };
    let overridden = origin.overridden.clone();
    diagnosis::diagnose(&Case { earlier, overridden, ..case })
}
