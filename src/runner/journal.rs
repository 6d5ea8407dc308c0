//! What a run has done so far, kept on disk before and after each request, so that a run that was cut off is continued where it stood.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::result::{RowResult, StepResult};

/// The journal of one run. Its file is locked while the run is under way, and gone once it is over.
pub struct Journal {
    file: Mutex<File>,
    path: PathBuf,
}

/// What has to be the same for a run to go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunKey {
    /// A hash of the suite, its data and its profile.
    pub fingerprint: String,
    /// Where random values begin.
    pub seed: u64,
    /// How many rows there are.
    pub rows: usize,
    /// When it began.
    pub started_at: jiff::Timestamp,
    /// The rows that it does, where it does not do them all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Vec<usize>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// The first line.
    Run(RunKey),
    /// A request is about to go out.
    Begin { row: usize, step: usize, delivery: u64 },
    /// A step is over.
    Step { row: usize, delivery: u64, result: Box<StepResult>, captured: Map<String, Value> },
    /// A row is over.
    Row(Box<RowResult>),
}

/// What a run had done when it was cut off.
#[derive(Clone, Debug, Default)]
pub struct Done {
    /// Rows that are over, by their numbers.
    pub rows: BTreeMap<usize, RowResult>,
    /// Rows that were begun.
    pub begun: BTreeMap<usize, Begun>,
}

impl Done {
    /// Whether nothing was done yet.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.begun.is_empty()
    }
}

/// A row that was begun.
#[derive(Clone, Debug, Default)]
pub struct Begun {
    /// Its steps that are over.
    pub steps: Vec<StepResult>,
    /// What was captured.
    pub captured: Map<String, Value>,
    /// The delivery of its last ticket.
    pub delivery: Option<u64>,
    /// The step whose request went out, or was about to, and its delivery.
    pub open: Option<(usize, u64)>,
}

/// A journal that was found.
pub enum OpenedJournal {
    /// None, or one that nobody needs: a new one is begun.
    Nothing(Journal),
    /// One of a run that was cut off.
    CutOff(Journal, RunKey, Done),
    /// One of a run that is under way in another process.
    UnderWay,
}

/// Why a journal cannot be kept.
#[derive(Debug, thiserror::Error)]
#[error("Keeping the journal of the run, {}: {reason}", path.display())]
pub struct JournalError {
    path: PathBuf,
    reason: std::io::Error,
}

impl Journal {
    /// Opens the journal of a suite, and locks it.
    ///
    /// # Errors
    /// When the file cannot be made or read.
    pub fn open(path: &Path) -> Result<OpenedJournal, JournalError> {
        let trouble = |reason| JournalError { path: path.to_owned(), reason };
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(trouble)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(OpenedJournal::UnderWay),
            Err(TryLockError::Error(error)) => return Err(trouble(error)),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(trouble)?;
        // What was cut off in the middle of a line was not written.
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        file.set_len(whole as u64).map_err(trouble)?;
        file.seek(SeekFrom::End(0)).map_err(trouble)?;
        let journal = Self { file: Mutex::new(file), path: path.to_owned() };
        Ok(match read(&bytes[..whole]) {
            Some((key, done)) => OpenedJournal::CutOff(journal, key, done),
            None => OpenedJournal::Nothing(journal),
        })
    }

    /// Begins anew.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn begin(&self, key: &RunKey) -> Result<(), JournalError> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let cleared = file.set_len(0).and_then(|()| (&*file).seek(SeekFrom::Start(0)));
        drop(file);
        cleared.map_err(|reason| JournalError { path: self.path.clone(), reason })?;
        self.write(&Line::Run(key.clone()))
    }

    /// Notes that the request of a step is about to go out.
    ///
    /// # Errors
    /// When the disk does not take it: the request must not go out then.
    pub fn sending(&self, row: usize, step: usize, delivery: u64) -> Result<(), JournalError> {
        self.write(&Line::Begin { row, step, delivery })
    }

    /// Notes that a step is over.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn step(&self, row: usize, delivery: u64, result: &StepResult, captured: Map<String, Value>) -> Result<(), JournalError> {
        self.write(&Line::Step { row, delivery, result: Box::new(result.clone()), captured })
    }

    /// Notes that a row is over.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn row(&self, result: &RowResult) -> Result<(), JournalError> {
        self.write(&Line::Row(Box::new(result.clone())))
    }

    /// Removes the journal of a run that is over.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn remove(self) -> Result<(), JournalError> {
        std::fs::remove_file(&self.path).map_err(|reason| JournalError { path: self.path, reason })
    }

    /// In one call, so that a process that dies leaves whole lines.
    fn write(&self, line: &Line) -> Result<(), JournalError> {
        let mut bytes = serde_json::to_vec(line).unwrap_or_default();
        bytes.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&bytes).map_err(|reason| JournalError { path: self.path.clone(), reason })
    }
}

fn read(bytes: &[u8]) -> Option<(RunKey, Done)> {
    let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let Ok(Line::Run(key)) = serde_json::from_slice(lines.next()?) else { return None };
    let mut done = Done::default();
    for line in lines {
        match serde_json::from_slice(line) {
            Ok(Line::Begin { row, step, delivery }) => done.begun.entry(row).or_default().open = Some((step, delivery)),
            Ok(Line::Step { row, delivery, result, captured }) => {
                let begun = done.begun.entry(row).or_default();
                // Only a step that creates a ticket makes one that others go on with.
                if result.ticket.is_some() || result.kind == "send" {
                    begun.delivery = Some(delivery);
                }
                begun.steps.push(*result);
                begun.captured = captured;
                begun.open = None;
            }
            Ok(Line::Row(result)) => {
                done.begun.remove(&result.number);
                done.rows.insert(result.number, *result);
            }
            Ok(Line::Run(_)) | Err(_) => {}
        }
    }
    Some((key, done))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use super::*;

    fn step(kind: &str) -> StepResult {
        StepResult { kind: kind.into(), ..StepResult::default() }
    }

    #[test]
    fn what_was_done_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.ndjson");
        let key = RunKey { fingerprint: "f".into(), seed: 7, rows: 3, ..RunKey::default() };
        let OpenedJournal::Nothing(journal) = Journal::open(&path).unwrap() else { panic!() };
        journal.begin(&key).unwrap();
        journal.sending(1, 0, 11).unwrap();
        journal.step(1, 11, &step("send"), Map::new()).unwrap();
        journal.row(&RowResult { number: 1, ..RowResult::default() }).unwrap();
        journal.sending(2, 0, 12).unwrap();
        journal.step(2, 12, &step("send"), Map::from_iter([("ticket".to_owned(), 4711.into())])).unwrap();
        journal.sending(2, 1, 12).unwrap();
        assert!(matches!(Journal::open(&path).unwrap(), OpenedJournal::UnderWay));
        drop(journal);
        // The last line was cut off in its middle.
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"row\":{\"num").unwrap();

        let OpenedJournal::CutOff(journal, found, done) = Journal::open(&path).unwrap() else { panic!() };
        assert_eq!(found, key);
        assert_eq!(done.rows.keys().collect::<Vec<_>>(), [&1]);
        let begun = &done.begun[&2];
        assert_eq!((begun.steps.len(), begun.delivery, begun.open), (1, Some(12), Some((1, 12))));
        assert_eq!(begun.captured["ticket"], 4711);
        journal.row(&RowResult { number: 2, ..RowResult::default() }).unwrap();
        drop(journal);

        let OpenedJournal::CutOff(journal, _, done) = Journal::open(&path).unwrap() else { panic!() };
        assert_eq!((done.rows.len(), done.begun.len()), (2, 0));
        journal.begin(&key).unwrap();
        drop(journal);
        let OpenedJournal::CutOff(journal, _, done) = Journal::open(&path).unwrap() else { panic!() };
        assert_eq!(done.rows.len(), 0);
        journal.remove().unwrap();
        assert!(!path.exists());
    }
}
