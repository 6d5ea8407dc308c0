//! Keeps the exchanges of a run or a relay: what comes at once is written at once, on a thread of its own.
//!
//! An exchange is written down before it goes out, as everywhere; many rows that wait for that at the same time wait for one transaction.
//! What came of exchanges is written with others, a moment later: nobody waits for it.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
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

/// The row of an exchange that others made and that was announced: its number once it is written. Without an announcement there is none.
#[derive(Clone, Debug, Default)]
pub struct Announced(Option<Arc<OnceLock<i64>>>);

impl Announced {
    fn row(&self) -> Option<i64> {
        self.0.as_ref()?.get().copied()
    }

    fn is(&self, other: &Self) -> bool {
        matches!((&self.0, &other.0), (Some(one), Some(other)) if Arc::ptr_eq(one, other))
    }
}

/// Who is told the number of a row.
enum Told {
    Nobody,
    /// The exchange waits for it.
    Begin(oneshot::Sender<Result<i64, String>>),
    Announced(Announced),
}

/// What is to be written.
struct Job {
    write: Write,
    told: Told,
    /// Given back once it is written.
    room: Option<OwnedSemaphorePermit>,
}

impl Job {
    /// Whether this writes down that an exchange begins.
    fn begins(&self) -> bool {
        matches!(self.write, Write::Begin(_))
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

    fn hand_over(&self, write: Write, told: Told, room: Option<OwnedSemaphorePermit>) {
        if let Some(sender) = &self.sender {
            // The thread is there until this is dropped.
            let _ = sender.send(Job { write, told, room });
        }
    }

    /// Writes down that an exchange of others goes on its way, soon: nobody waits for it. What came of it goes to
    /// [`GroupRecorder::keep`].
    pub fn announce(&self, record: HistoryRecord) -> Announced {
        let announced = Announced(Some(Arc::default()));
        self.hand_over(Write::Begin(record), Told::Announced(announced.clone()), None);
        announced
    }

    /// Keeps an exchange that others made, in the row that it was announced with, if there is one. It outlives the program once it is
    /// written; a loss of power may take it.
    pub fn keep(&self, announced: Announced, record: HistoryRecord) {
        let room = Arc::clone(&self.room).try_acquire_owned().ok();
        self.hand_over(Write::Whole(None, record), Told::Announced(announced), room);
    }

    /// Waits while too many exchanges of others are still to be written.
    pub async fn has_room(&self) {
        // It is never closed.
        drop(self.room.acquire().await);
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
            begins_since = (begins > 0).then(|| begins_since.unwrap_or_else(Instant::now));
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

    fn take(&mut self, mut job: Job) {
        if let (Write::Whole(row, _), Told::Announced(announced)) = (&mut job.write, &job.told) {
            *row = announced.row();
            let is_its = |waiting: &&mut Job| matches!(&waiting.told, Told::Announced(own) if own.is(announced));
            if row.is_none()
                && let Some(waiting) = self.jobs.iter_mut().find(is_its)
            {
                // It was over before it was written down that it began.
                self.since.get_or_insert_with(Instant::now);
                *waiting = job;
                return;
            }
        }
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
    let (writes, waiting): (Vec<Write>, Vec<_>) = group.into_iter().map(|job| (job.write, (job.told, job.room))).unzip();
    let tell = |write: &Write, told: Told, written: Result<i64, StoreError>| match (write, told) {
        // Nobody waits any more for a row that was cancelled.
        (_, Told::Begin(done)) => drop(done.send(written.map_err(|error| error.to_string()))),
        // Where it cannot be kept, what comes of it says so.
        (Write::Begin(_), Told::Announced(Announced(Some(row)))) => drop(written.map(|id| row.set(id))),
        (Write::Begin(_), _) => {}
        (Write::Complete(..) | Write::Whole(..), _) => match written {
            Ok(id) => on_kept(id),
            Err(error) => on_error(error),
        },
    };
    match history.write_all(&writes) {
        Ok(ids) => writes.iter().zip(waiting).zip(ids).for_each(|((write, (told, _)), id)| tell(write, told, Ok(id))),
        // One that cannot be written does not take the others with it.
        Err(_) => {
            for (write, (told, _)) in writes.into_iter().zip(waiting) {
                let alone = [write];
                let written = history.write_all(&alone).map(|ids| ids.first().copied().unwrap_or_default());
                let [write] = &alone;
                tell(write, told, written);
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
        self.hand_over(Write::Begin(record), Told::Begin(done), None);
        let id = wait.await.map_err(|_| "The history is not written any more".to_owned())??;
        Ok(Begun(Some(id)))
    }

    fn complete(&self, begun: Begun, _: Option<usize>, record: HistoryRecord) {
        let write = match begun.0 {
            Some(id) => Write::Complete(id, record),
            None => Write::Whole(None, record),
        };
        self.hand_over(write, Told::Nobody, None);
    }

    fn abandon(&self, begun: Begun) {
        if let (Some(history), Some(id)) = (&self.history, begun.0) {
            // What stays says that its outcome is not known, which is not so; but nothing was lost.
            let _ = history.delete(&[id]);
        }
    }

    fn earlier(&self, profile_id: &str) -> Vec<Earlier> {
        self.history.as_ref().map(|history| history.earlier(profile_id)).unwrap_or_default()
    }
}
