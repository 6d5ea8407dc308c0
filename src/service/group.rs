//! Keeps the exchanges of a run: what comes at once is written at once, on a thread of its own.
//!
//! An exchange is written down before it goes out, as everywhere; many rows that wait for that at the same time wait for one transaction.

use std::sync::mpsc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::recorder::{Begun, Recorder};
use crate::model::case::Earlier;
use crate::model::history::HistoryRecord;
use crate::store::{History, StoreError, Write};

/// How many exchanges are written in one transaction at most.
const AT_ONCE: usize = 256;

/// What is to be written, and whoever waits for it.
struct Job {
    write: Write,
    done: Option<oneshot::Sender<Result<i64, String>>>,
}

/// Keeps exchanges in groups. What is left is written when it is dropped.
pub struct GroupRecorder {
    history: Option<History>,
    sender: Option<mpsc::Sender<Job>>,
    writer: Option<JoinHandle<()>>,
}

impl GroupRecorder {
    /// Keeps exchanges in a history; `None` keeps none. `on_kept` is told the number of each row that is complete, `on_error` why
    /// what came of an exchange could not be kept.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        history: Option<History>,
        on_kept: impl Fn(i64) + Send + 'static,
        on_error: impl Fn(StoreError) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let Some(own) = history.clone() else { return Ok(Self { history, sender: None, writer: None }) };
        let write = move || {
            while let Ok(first) = receiver.recv() {
                let group: Vec<Job> = std::iter::once(first).chain(receiver.try_iter().take(AT_ONCE - 1)).collect();
                write_group(&own, group, &on_kept, &on_error);
            }
            if let Err(error) = own.settle() {
                on_error(error);
            }
        };
        let writer = std::thread::Builder::new().name("history of a run".to_owned()).spawn(write)?;
        Ok(Self { history, sender: Some(sender), writer: Some(writer) })
    }

    fn hand_over(&self, write: Write, done: Option<oneshot::Sender<Result<i64, String>>>) {
        if let Some(sender) = &self.sender {
            // The thread is there until this is dropped.
            let _ = sender.send(Job { write, done });
        }
    }
}

impl Drop for GroupRecorder {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(writer) = self.writer.take() {
            // A thread that panicked has nothing left to write.
            let _ = writer.join();
        }
    }
}

fn write_group(history: &History, group: Vec<Job>, on_kept: &impl Fn(i64), on_error: &impl Fn(StoreError)) {
    let (writes, waiting): (Vec<Write>, Vec<_>) = group.into_iter().map(|job| (job.write, job.done)).unzip();
    let tell = |write: &Write, done: Option<oneshot::Sender<Result<i64, String>>>, written: Result<i64, StoreError>| match done {
        // Nobody waits any more for a row that was cancelled.
        Some(done) => drop(done.send(written.map_err(|error| error.to_string()))),
        None => match written {
            Ok(id) if matches!(write, Write::Complete(..)) => on_kept(id),
            Ok(_) => {}
            Err(error) => on_error(error),
        },
    };
    match history.write_all(&writes) {
        Ok(ids) => writes.iter().zip(waiting).zip(ids).for_each(|((write, done), id)| tell(write, done, Ok(id))),
        // One that cannot be written does not take the others with it.
        Err(_) => {
            for (write, done) in writes.into_iter().zip(waiting) {
                let alone = [write];
                let written = history.write_all(&alone).map(|ids| ids.first().copied().unwrap_or_default());
                let [write] = &alone;
                tell(write, done, written);
            }
        }
    }
}

impl Recorder for GroupRecorder {
    async fn begin(&self, record: HistoryRecord) -> Result<Begun, String> {
        if self.history.is_none() {
            return Ok(Begun::default());
        }
        let (done, wait) = oneshot::channel();
        self.hand_over(Write::Begin(record), Some(done));
        let id = wait.await.map_err(|_| "The history is not written any more".to_owned())??;
        Ok(Begun(Some(id)))
    }

    fn complete(&self, begun: Begun, _: Option<usize>, record: HistoryRecord) {
        let write = match begun.0 {
            Some(id) => Write::Complete(id, record),
            None => Write::Begin(record),
        };
        self.hand_over(write, None);
    }

    fn abandon(&self, begun: Begun) {
        if let (Some(history), Some(id)) = (&self.history, begun.0) {
            // What stays says that its outcome is not known, which is not so; but nothing was lost.
            let _ = history.delete(&[id]);
        }
    }

    async fn keep(&self, records: Vec<HistoryRecord>) {
        records.into_iter().for_each(|record| self.hand_over(Write::Begin(record), None));
    }

    fn earlier(&self, profile_id: &str) -> Vec<Earlier> {
        self.history.as_ref().map(|history| history.earlier(profile_id)).unwrap_or_default()
    }
}
