//! Saving a file that another process may be saving too: under a lock, merged with what changed meanwhile, nothing overwritten
//! that nobody has seen.
//!
//! For each file it is kept what its reader was given, or what its writer last saved: the *base*. A file that is no longer its base
//! was changed by somebody else, and is merged with what is to be saved.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};

use super::disk::{self, ReadError};
use super::error::{Conflict, Notice, SaveError, StoreError};
use super::kinds::{FileKind, PROFILE_END, check_format, pretty};
use super::lock::{self, Lock};
use super::merge::{self, Merged};
use super::save_outcome::SaveOutcome;
use super::stamp::Stamp;

/// What a file's reader was given.
#[derive(Clone)]
struct Base {
    /// `None` when there was no file.
    value: Option<Value>,
    stamp: Option<Stamp>,
}

/// The files of a store, as its user knows them.
pub(super) struct Files {
    bases: Mutex<HashMap<PathBuf, Base>>,
    notices: Mutex<Vec<Notice>>,
    /// What was last said about a file that makes no sense, so that it is said once.
    said: Mutex<HashMap<PathBuf, Option<Stamp>>>,
    patience: Mutex<Duration>,
}

impl Default for Files {
    fn default() -> Self {
        Self { bases: Mutex::default(), notices: Mutex::default(), said: Mutex::default(), patience: Mutex::new(lock::PATIENCE) }
    }
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The bases hold what the files hold.
        write!(f, "{} known files", held(&self.bases).len())
    }
}

/// What stands on disk.
enum Disk {
    Nothing,
    Whole(Value),
    Senseless(String),
}

impl Files {
    /// Reads a file and remembers it as what the caller knows. `None` when it is not there.
    pub(super) fn read(&self, path: &Path) -> Result<Option<Value>, ReadError> {
        // The stamp first: a change between the two shows as one.
        let stamp = Stamp::of(path);
        let value = if disk::is_there(path) { Some(disk::read_json(path)?) } else { None };
        self.know(path, value.clone(), stamp);
        Ok(value)
    }

    /// Remembers what the caller knows of a file.
    pub(super) fn know(&self, path: &Path, value: Option<Value>, stamp: Option<Stamp>) {
        held(&self.bases).insert(path.to_owned(), Base { value, stamp });
    }

    /// Forgets every profile, before they are read again. Drafts stay known: whoever reads the profiles again has them open.
    pub(super) fn forget_profiles(&self) {
        held(&self.bases).retain(|path, _| !path.to_string_lossy().ends_with(PROFILE_END));
        held(&self.said).clear();
    }

    /// Forgets a file that was moved away.
    pub(super) fn forget(&self, path: &Path) {
        held(&self.bases).remove(path);
    }

    /// Whether the file is as the caller knows it, by its time and length.
    pub(super) fn is_as_known(&self, path: &Path, stamp: Option<Stamp>) -> bool {
        held(&self.bases).get(path).is_some_and(|base| base.stamp == stamp)
    }

    /// What the caller knows of a file: `None` for nothing, `Some(None)` for a file that was not there.
    pub(super) fn known(&self, path: &Path) -> Option<Option<Value>> {
        held(&self.bases).get(path).map(|base| base.value.clone())
    }

    /// The known files with a certain end of their names in a folder.
    pub(super) fn known_in(&self, folder: &Path, end: &str) -> Vec<PathBuf> {
        let is_there = |(path, base): &(&PathBuf, &Base)| {
            base.value.is_some() && path.parent() == Some(folder) && path.to_string_lossy().ends_with(end)
        };
        held(&self.bases).iter().filter(is_there).map(|(path, _)| path.clone()).collect()
    }

    /// Keeps a sentence for whoever asks for them next.
    pub(super) fn tell(&self, text: String) {
        held(&self.notices).push(Notice(text));
    }

    /// The sentences since the last call.
    pub(super) fn take_notices(&self) -> Vec<Notice> {
        std::mem::take(&mut *held(&self.notices))
    }

    /// Whether a file's trouble is still to be said: once for each state of the file.
    pub(super) fn is_news(&self, path: &Path) -> bool {
        let stamp = Stamp::of(path);
        held(&self.said).insert(path.to_owned(), stamp) != Some(stamp)
    }

    pub(super) fn set_patience(&self, patience: Duration) {
        *held(&self.patience) = patience;
    }

    /// The lock of a folder of the store.
    pub(super) fn lock(&self, folder: &Path) -> std::io::Result<Lock> {
        lock::take(folder, *held(&self.patience))
    }

    /// The lock of a folder of the user's own.
    pub(super) fn lock_own(&self, folder: &Path) -> std::io::Result<Lock> {
        lock::take_by_handle(folder, *held(&self.patience))
    }

    /// Saves a file; the caller holds the lock. With `takes` the caller goes on with what was merged, otherwise with what it gave.
    pub(super) fn save(&self, kind: &FileKind, path: &Path, mine: Value, takes: bool) -> Result<SaveOutcome<Value>, SaveError> {
        let known = self.known(path);
        let theirs = match self.look(kind, path)? {
            Disk::Whole(theirs) => theirs,
            Disk::Senseless(reason) => {
                self.set_aside(kind, path, &reason)?;
                return self.put(kind, path, mine);
            }
            Disk::Nothing if kind.asks_when_gone && matches!(known, Some(Some(_))) => {
                return Err(SaveError::Conflict(Conflict { path: path.to_owned(), places: Vec::new(), is_gone: true }));
            }
            Disk::Nothing => return self.put(kind, path, mine),
        };
        let Some(known) = known else {
            if !same(kind, &theirs, &mine) {
                self.keep_beside(kind, path, "theirs")?;
            }
            return self.put(kind, path, with_unknown(kind, &theirs, mine));
        };
        if known.as_ref() == Some(&theirs) {
            return self.put(kind, path, with_unknown(kind, &theirs, mine));
        }
        let Merged { value, conflicts } = merged(kind, known.as_ref(), &mine, &theirs);
        if !conflicts.is_empty() {
            if kind.asks {
                return Err(SaveError::Conflict(Conflict { path: path.to_owned(), places: conflicts, is_gone: false }));
            }
            self.keep_beside(kind, path, "theirs")?;
        }
        let value = with_unknown(kind, &theirs, (kind.normal)(&value).unwrap_or(value));
        self.put(kind, path, value.clone())?;
        if same(kind, &value, &mine) {
            return Ok(SaveOutcome::AsGiven);
        }
        if !takes {
            // The next change is the difference to what the caller has, not to what it never saw.
            self.know(path, Some(mine), None);
        }
        Ok(SaveOutcome::Merged(Box::new(value)))
    }

    /// Writes a file over whatever is there, which is kept beside it. The caller holds the lock.
    pub(super) fn keep_mine(&self, kind: &FileKind, path: &Path, mine: Value) -> Result<(), StoreError> {
        let mine = match self.look(kind, path)? {
            Disk::Whole(theirs) => {
                self.keep_beside(kind, path, "theirs")?;
                with_unknown(kind, &theirs, mine)
            }
            Disk::Senseless(reason) => {
                self.set_aside(kind, path, &reason)?;
                mine
            }
            Disk::Nothing => mine,
        };
        self.put(kind, path, mine).map(|_| ()).map_err(|error| match error {
            SaveError::Failed(error) => error,
            SaveError::Conflict(conflict) => conflict.error(kind.saving),
        })
    }

    fn keep_beside(&self, kind: &FileKind, path: &Path, word: &str) -> Result<(), StoreError> {
        let bytes = fs::read(path).map_err(|error| StoreError::io(kind.saving, path, &error))?;
        let aside = disk::write_beside(path, word, &bytes).map_err(|error| StoreError::io(kind.saving, path, &error))?;
        let shown = path.display();
        self.tell(format!(
            "The {} file {shown} had been changed by another program. That version was kept as {}.",
            kind.what,
            aside.display()
        ));
        Ok(())
    }

    fn set_aside(&self, kind: &FileKind, path: &Path, reason: &str) -> Result<(), StoreError> {
        let aside = disk::move_aside(path, "corrupt").map_err(|error| StoreError::io(kind.saving, path, &error))?;
        let (what, shown) = (kind.what, path.display());
        self.tell(format!("The {what} file {shown} could not be read: {reason}. It was set aside as {}.", aside.display()));
        Ok(())
    }

    /// What stands on disk now. A file that must not be overwritten is an error.
    fn look(&self, kind: &FileKind, path: &Path) -> Result<Disk, StoreError> {
        if !disk::is_there(path) {
            return Ok(Disk::Nothing);
        }
        let refused = |reason: &str, advice: &str| Err(StoreError::said(kind.saving, path, reason, advice));
        match disk::read_json(path).and_then(|value| check_format(&value, kind.format).map(|()| value)) {
            Ok(value) if (kind.normal)(&value).is_some() => Ok(Disk::Whole(value)),
            Ok(_) => Ok(Disk::Senseless(format!("it makes no sense as a {} file", kind.what))),
            Err(ReadError::Content(reason)) => Ok(Disk::Senseless(reason)),
            Err(ReadError::Newer(reason)) => {
                refused(&reason, "It was left as it is. Use the newer version, or move the file away.")
            }
            // A link that leads nowhere yet is a file to be made.
            Err(ReadError::System(_)) if fs::metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) => {
                Ok(Disk::Nothing)
            }
            Err(ReadError::System(reason)) => {
                refused(&reason, "It was left as it is. Move it away, or give it back its permissions.")
            }
        }
    }

    fn put(&self, kind: &FileKind, path: &Path, value: Value) -> Result<SaveOutcome<Value>, SaveError> {
        disk::write_over(path, pretty(&value).as_bytes()).map_err(|error| StoreError::io(kind.saving, path, &error))?;
        self.know(path, Some(value), Stamp::of(path));
        Ok(SaveOutcome::AsGiven)
    }
}

/// Both sides' changes, with those that win without a question settled.
fn merged(kind: &FileKind, known: Option<&Value>, mine: &Value, theirs: &Value) -> Merged {
    let nothing = Value::Object(Map::new());
    let base = (kind.normal)(known.unwrap_or(&nothing)).unwrap_or(nothing);
    let theirs = (kind.normal)(theirs).unwrap_or_else(|| theirs.clone());
    let mut merged = merge::merge(&base, mine, &theirs);
    let settled = (kind.mine_wins)(mine);
    merged.conflicts.retain(|place| !settled.iter().any(|key| place.starts_with(key)));
    merged
}

fn with_unknown(kind: &FileKind, raw: &Value, mut mine: Value) -> Value {
    if let Some(known) = (kind.normal)(raw) {
        merge::keep_unknown(raw, &known, &mut mine);
    }
    mine
}

/// Whether two versions say the same to this version of the program.
fn same(kind: &FileKind, one: &Value, other: &Value) -> bool {
    one == other || (kind.normal)(one).is_some_and(|one| Some(one) == (kind.normal)(other))
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No panic can leave what is inside half changed: each change is one call.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
