//! Reading the history for the window, on threads that may wait for the disk.

use crate::model::compare::compare;
use crate::model::history::{ExchangeKind, Filter};
use crate::service::order::DeliveryProgress;
use crate::store::{History, StoreError};

use super::event::{HistoryEvent, JobEvent, JobId};
use super::runtime::Jobs;

/// Lines that are read at once, before the numbers of all are known.
const FIRST: usize = 200;

impl Jobs {
    /// Lists what a filter lets through: the first lines, then the numbers of all.
    pub fn list_history(&mut self, history: &History, filter: Filter) -> JobId {
        self.read_history(history, move |history, tell| {
            let first = history.ids(&filter, None, Some(FIRST))?;
            tell(HistoryEvent::Rows(history.rows(&first)?));
            let complete = first.len() < FIRST;
            tell(HistoryEvent::Numbers { ids: first, complete });
            if complete {
                return Ok(None);
            }
            Ok(Some(HistoryEvent::Numbers { ids: history.ids(&filter, None, None)?, complete: true }))
        })
    }

    /// Reads lines of the list.
    pub fn read_rows(&mut self, history: &History, ids: Vec<i64>) -> JobId {
        self.read_history(history, move |history, _| Ok(Some(HistoryEvent::Rows(history.rows(&ids)?))))
    }

    /// Reads one exchange.
    pub fn open_record(&mut self, history: &History, id: i64) -> JobId {
        self.read_history(history, move |history, _| opened(history, id).map(Some))
    }

    /// Reads the newest ticket that was sent with a profile, if there is one.
    pub fn open_newest_record(&mut self, history: &History, profile_id: String) -> JobId {
        let filter = Filter { profile: Some(profile_id), kind: Some(ExchangeKind::Create), ..Filter::default() };
        self.read_history(history, move |history, _| {
            let newest = history.ids(&filter, None, Some(1))?;
            newest.first().map(|id| opened(history, *id)).transpose()
        })
    }

    /// Reads two exchanges and compares them.
    pub fn compare_records(&mut self, history: &History, one: i64, other: i64) -> JobId {
        self.read_history(history, move |history, _| {
            let (older, newer) = (history.open_record(one.min(other))?, history.open_record(one.max(other))?);
            let comparison = compare(&older.exchange, &newer.exchange);
            Ok(Some(HistoryEvent::Compared(Box::new((older.row, newer.row, comparison)))))
        })
    }

    /// Reads which profiles occur.
    pub fn list_history_profiles(&mut self, history: &History) -> JobId {
        self.read_history(history, |history, _| Ok(Some(HistoryEvent::Profiles(history.profiles()?))))
    }

    /// Changes the history: marks, notes, deletes.
    pub fn change_history(
        &mut self,
        history: &History,
        change: impl FnOnce(&History) -> Result<usize, StoreError> + Send + 'static,
    ) -> JobId {
        self.read_history(history, move |history, _| Ok(Some(HistoryEvent::Changed(change(history)?))))
    }

    fn read_history(
        &mut self,
        history: &History,
        work: impl FnOnce(&History, &dyn Fn(HistoryEvent)) -> Result<Option<HistoryEvent>, StoreError> + Send + 'static,
    ) -> JobId {
        let (events, _) = self.start(&DeliveryProgress::new(0));
        let (job, history) = (events.job, history.clone());
        self.runtime.spawn_blocking(move || {
            let tell = |event| events.send(JobEvent::History(event));
            match work(&history, &tell) {
                Ok(Some(read)) => tell(read),
                Ok(None) => {}
                Err(error) => tell(HistoryEvent::Failed(error.to_string())),
            }
        });
        job
    }
}

fn opened(history: &History, id: i64) -> Result<HistoryEvent, StoreError> {
    let kept = history.open_record(id)?;
    // Without a number it is of no delivery.
    let mut others = if kept.row.delivery == 0 { Vec::new() } else { history.delivery(kept.row.delivery)? };
    others.retain(|row| row.id != id);
    Ok(HistoryEvent::Opened(Box::new((kept, others))))
}
