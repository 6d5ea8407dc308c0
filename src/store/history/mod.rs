//! Every exchange that was made, in an SQLite database that several windows and command lines use at once.
//!
//! ```text
//! history.db       the database, with its -wal and -shm while it is open
//! history.lock     held shared by everybody who has the database open
//! bodies/NAME.zst  bodies that are too large for it, compressed
//! ```
//!
//! No secret is in any of them: a reference such as `{{k-8f3a0c}}` stands in its place.

mod bodies;
mod detail;
mod keep;
mod query;
mod read;
mod salvage;
mod schema;
mod write;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode};

use super::{Notice, StoreError, disk};
use crate::model::Secret;

/// Names for secrets, and the secrets of names, as far as they are known.
pub trait Vault: Send + Sync {
    /// The name of a secret; an unknown one gets a name.
    fn name(&self, secret: &Secret) -> String;
    /// The secret of a name, if it is known.
    fn secret(&self, name: &str) -> Option<Secret>;
    /// Every secret that is known in this sitting, with its name.
    fn known(&self) -> Vec<(Secret, String)>;
}

/// The history. Copies share one database.
#[derive(Clone)]
pub struct History {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    bodies: PathBuf,
    vault: Arc<dyn Vault>,
    /// Closed before the writer: whoever closes last puts what is in the -wal into the database, and a reader cannot.
    reader: Mutex<Connection>,
    /// For lists of any length, so that nobody who wants one line waits for them.
    scanner: Mutex<Connection>,
    /// `None` when the database can only be read; why, is in `read_only`.
    writer: Option<Mutex<Connection>>,
    read_only: Option<String>,
    /// Counts what was written through this handle.
    revision: AtomicU64,
    /// Held until the last copy is gone, so that nobody mends the file under our feet.
    _lock: Option<File>,
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("History").field("path", &self.inner.path).finish_non_exhaustive()
    }
}

const READING: &str = "Reading the history";
const WRITING: &str = "Writing the history";

impl History {
    /// Opens the history in a folder, or makes it. A damaged one is set aside, and what can be read of it is taken over; the notices
    /// say so.
    pub fn open(root: &Path, vault: Arc<dyn Vault>) -> Result<(Self, Vec<Notice>), StoreError> {
        let path = root.join("history.db");
        let bodies = root.join("bodies");
        let mut notices = Vec::new();
        let lock = salvage::lock(root);
        let damaged = salvage::damage(&path);
        let history = match damaged {
            Some(reason) => {
                drop(lock);
                notices.push(salvage::mend(root, &path, &reason)?);
                Self::connect(&path, &bodies, vault, salvage::lock(root))?
            }
            None => Self::connect(&path, &bodies, vault, lock)?,
        };
        if let Some(reason) = &history.inner.read_only {
            notices.push(Notice(format!("The history {} can be read and not written: {reason}.", path.display())));
        } else {
            disk::make_folder(&bodies).map_err(|error| StoreError::io(WRITING, &bodies, &error))?;
        }
        Ok((history, notices))
    }

    fn connect(path: &Path, bodies: &Path, vault: Arc<dyn Vault>, lock: Option<File>) -> Result<Self, StoreError> {
        let (writer, read_only) = match create_private(path).and_then(|()| schema::open(path)) {
            Ok(schema::Opened::Ready(connection)) => (Some(connection), None),
            Ok(schema::Opened::Newer(version)) => {
                (None, Some(format!("a later version of Centerpost made it (its version is {version})")))
            }
            Err(error) if path.exists() && is_refused(&error) => (None, Some(words(&error))),
            Err(error) => return Err(trouble("Opening the history", path, &error)),
        };
        let read = || schema::open_to_read(path).map_err(|error| trouble("Opening the history", path, &error));
        let (reader, scanner) = (read()?, read()?);
        let inner = Inner {
            path: path.to_owned(),
            bodies: bodies.to_owned(),
            vault,
            reader: Mutex::new(reader),
            scanner: Mutex::new(scanner),
            writer: writer.map(Mutex::new),
            read_only,
            revision: AtomicU64::new(0),
            _lock: lock,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// A number that changes with everything that is written by this process or another.
    pub fn revision(&self) -> u64 {
        let others = self.reader().query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)).unwrap_or_default();
        (others.unsigned_abs() << 32) ^ self.inner.revision.load(Ordering::Relaxed)
    }

    /// Why it can only be read, if so.
    pub fn read_only(&self) -> Option<&str> {
        self.inner.read_only.as_deref()
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        self.inner.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        let Some(writer) = &self.inner.writer else {
            let reason = self.inner.read_only.clone().unwrap_or_default();
            let advice = "Use the later version, or set CENTERPOST_HOME to another folder.";
            return Err(StoreError::said(WRITING, &self.inner.path, &reason, advice));
        };
        Ok(writer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn failed(&self, doing: &'static str, error: &rusqlite::Error) -> StoreError {
        if is_damage(error) {
            salvage::mark(&self.inner.path);
        }
        trouble(doing, &self.inner.path, error)
    }

    fn changed(&self) {
        self.inner.revision.fetch_add(1, Ordering::Relaxed);
    }
}

/// SQLite makes its files as the umask has it; a file that is there keeps its mode, and the -wal and -shm take theirs from it.
fn create_private(path: &Path) -> rusqlite::Result<()> {
    if !disk::is_there(path) {
        let mut options = std::fs::OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // What is wrong with the place, SQLite says better.
        let _ = options.open(path);
    }
    Ok(())
}

fn code(error: &rusqlite::Error) -> Option<ErrorCode> {
    error.sqlite_error_code()
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(code(error), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

fn is_refused(error: &rusqlite::Error) -> bool {
    matches!(code(error), Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen))
}

fn words(error: &rusqlite::Error) -> String {
    match code(error) {
        Some(ErrorCode::DiskFull) => "the disk is full".into(),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => "writing there is not allowed".into(),
        Some(ErrorCode::CannotOpen) => "the file cannot be opened".into(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "another program writes to it for too long".into(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => "the file is damaged".into(),
        Some(ErrorCode::SystemIoFailure) => "the disk reports an error".into(),
        _ => error.to_string(),
    }
}

fn trouble(doing: &'static str, path: &Path, error: &rusqlite::Error) -> StoreError {
    let advice = match code(error) {
        Some(ErrorCode::DiskFull) => "Free some space and try again.",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            "Check that you may write there, or set CENTERPOST_HOME to another folder."
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            "Close every Centerpost and start it again: what can be read is then taken over into a sound file."
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "Try again when it is done.",
        _ => "Try again, or set CENTERPOST_HOME to another folder.",
    };
    StoreError::said(doing, path, &words(error), advice)
}
