//! Keeps the exchanges of a run: what comes at once is written at once, on a thread of its own.
//!
//! An exchange is written down before it goes out, as everywhere; many rows that wait for that at the same time wait for one transaction.
//! What came of exchanges is written with others, a moment later: nobody waits for it.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::recorder::{Begun, Recorder};
use crate::model::case::Earlier;
use crate::model::history::HistoryRecord;
use crate::store::{History, StoreError, Write};

/// How many exchanges are written in one transaction at most.
const AT_ONCE: usize = 256;

/// So many exchanges that are over are written without waiting for others.
const ENOUGH: usize = 32;

/// How long what came of an exchange waits for others. Whoever ends the program within that time leaves it as one whose outcome is unknown.
const LONGEST_WAIT: Duration = Duration::from_millis(20);

/// How long an exchange that is about to begin waits for others, while more are under way than wait.
const WAIT_TO_BEGIN: Duration = Duration::from_millis(1);

/// What is to be written, and whoever waits for it.
struct Job {
    write: Write,
    done: Option<oneshot::Sender<Result<i64, String>>>,
    /// Given back once it is written.
    room: Option<OwnedSemaphorePermit>,
}

impl Job {
    /// Whether an exchange waits for this to begin.
    fn begins(&self) -> bool {
        self.done.is_some()
    }
}

/// Keeps exchanges in groups. What is left is written when it is dropped.
pub struct GroupRecorder {
    history: Option<History>,
    sender: Option<mpsc::Sender<Job>>,
    writer: Option<JoinHandle<()>>,
    /// For exchanges that others made, however quickly they come.
    room: Arc<Semaphore>,
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
        let room = Arc::new(Semaphore::new(AT_ONCE));
        let Some(own) = history.clone() else { return Ok(Self { history, sender: None, writer: None, room }) };
        own.expect_many();
        let write = move || {
            let mut waiting = Waiting { receiver, jobs: Vec::new(), since: None, under_way: 0 };
            while let Some(group) = waiting.next() {
                write_group(&own, group, &on_kept, &on_error);
            }
            if let Err(error) = own.settle() {
                on_error(error);
            }
        };
        let writer = std::thread::Builder::new().name("history of a run".to_owned()).spawn(write)?;
        Ok(Self { history, sender: Some(sender), writer: Some(writer), room })
    }

    fn hand_over(&self, write: Write, done: Option<oneshot::Sender<Result<i64, String>>>, room: Option<OwnedSemaphorePermit>) {
        if let Some(sender) = &self.sender {
            // The thread is there until this is dropped.
            let _ = sender.send(Job { write, done, room });
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

/// What is to be written next.
struct Waiting {
    receiver: Receiver<Job>,
    /// In the order in which they came.
    jobs: Vec<Job>,
    /// Since when the first of those that are over waits.
    since: Option<Instant>,
    /// How many have begun and are not over.
    under_way: usize,
}

impl Waiting {
    /// What is to be written in one transaction; `None` once nothing will come any more.
    fn next(&mut self) -> Option<Vec<Job>> {
        let mut begins_since = None;
        loop {
            while self.jobs.len() < AT_ONCE
                && let Ok(job) = self.receiver.try_recv()
            {
                self.take(job);
            }
            let begins = self.begins();
            if begins > 0 {
                begins_since.get_or_insert_with(Instant::now);
            }
            if self.is_enough() || begins > 0 && begins >= self.under_way {
                return Some(self.group());
            }
            let left = |since: Option<Instant>, most: Duration| since.map(|since| most.saturating_sub(since.elapsed()));
            let wait = [left(begins_since, WAIT_TO_BEGIN), left(self.since, LONGEST_WAIT)].into_iter().flatten().min();
            let came = match wait {
                None => self.receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(wait) => self.receiver.recv_timeout(wait),
            };
            match came {
                Ok(job) => self.take(job),
                Err(RecvTimeoutError::Disconnected) if self.jobs.is_empty() => return None,
                Err(_) => return Some(self.group()),
            }
        }
    }

    fn take(&mut self, job: Job) {
        if !job.begins() {
            self.under_way = self.under_way.saturating_sub(usize::from(job.write.row().is_some()));
            self.since.get_or_insert_with(Instant::now);
        }
        self.jobs.push(job);
    }

    /// How many wait to begin.
    fn begins(&self) -> usize {
        self.jobs.iter().filter(|job| job.begins()).count()
    }

    /// Whether those that are over need not wait for others any more.
    fn is_enough(&self) -> bool {
        self.jobs.len() - self.begins() >= ENOUGH || self.since.is_some_and(|since| since.elapsed() >= LONGEST_WAIT)
    }

    /// All that waits, or those alone that wait to begin while the others need not be written yet. What gets a row of its own is not
    /// overtaken: the rows have the order in which exchanges began.
    fn group(&mut self) -> Vec<Job> {
        let begins = self.begins();
        self.under_way += begins;
        let has_new_row = self.jobs.iter().any(|job| !job.begins() && job.write.row().is_none());
        let takes_all = begins == 0 || has_new_row || self.is_enough();
        let jobs = std::mem::take(&mut self.jobs);
        if takes_all {
            self.since = None;
            return jobs;
        }
        let (group, rest) = jobs.into_iter().partition(Job::begins);
        self.jobs = rest;
        group
    }
}

fn write_group(history: &History, group: Vec<Job>, on_kept: &impl Fn(i64), on_error: &impl Fn(StoreError)) {
    let (writes, waiting): (Vec<Write>, Vec<_>) = group.into_iter().map(|job| (job.write, (job.done, job.room))).unzip();
    let tell = |write: &Write, done: Option<oneshot::Sender<Result<i64, String>>>, written: Result<i64, StoreError>| match done {
        // Nobody waits any more for a row that was cancelled.
        Some(done) => drop(done.send(written.map_err(|error| error.to_string()))),
        None => match written {
            Ok(id) if !matches!(write, Write::Begin(_)) => on_kept(id),
            Ok(_) => {}
            Err(error) => on_error(error),
        },
    };
    match history.write_all(&writes) {
        Ok(ids) => writes.iter().zip(waiting).zip(ids).for_each(|((write, (done, _)), id)| tell(write, done, Ok(id))),
        // One that cannot be written does not take the others with it.
        Err(_) => {
            for (write, (done, _)) in writes.into_iter().zip(waiting) {
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
        self.hand_over(Write::Begin(record), Some(done), None);
        let id = wait.await.map_err(|_| "The history is not written any more".to_owned())??;
        Ok(Begun(Some(id)))
    }

    fn complete(&self, begun: Begun, _: Option<usize>, record: HistoryRecord) {
        let write = match begun.0 {
            Some(id) => Write::Complete(id, record),
            None => Write::Whole(None, record),
        };
        self.hand_over(write, None, None);
    }

    fn abandon(&self, begun: Begun) {
        if let (Some(history), Some(id)) = (&self.history, begun.0) {
            // What stays says that its outcome is not known, which is not so; but nothing was lost.
            let _ = history.delete(&[id]);
        }
    }

    async fn keep(&self, records: Vec<(Begun, HistoryRecord)>) {
        for (begun, record) in records {
            // It is never closed.
            let room = Arc::clone(&self.room).acquire_owned().await.ok();
            self.hand_over(Write::Whole(begun.0, record), None, room);
        }
    }

    fn earlier(&self, profile_id: &str) -> Vec<Earlier> {
        self.history.as_ref().map(|history| history.earlier(profile_id)).unwrap_or_default()
    }
}
