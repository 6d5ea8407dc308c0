//! The history: its connections, and how it is opened.

use std::collections::VecDeque;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::detail::BodyPlace;
use super::sqlite::{create_private, is_damage, is_refused, store_error, words};
use super::{salvage, schema, sqlite};
use crate::model::{Redaction, Secret};
use crate::store::disk;
use crate::store::error::{Notice, StoreError, io_advice, io_reason};
use crate::store::vault::Vault;

/// The history. Copies share one database.
#[derive(Clone)]
pub struct History {
    pub(super) inner: Arc<Inner>,
}

/// Secrets with their names, and what hides them.
type LastRedaction = (Vec<(Secret, String)>, Arc<Redaction>);

pub(super) struct Inner {
    pub(super) path: PathBuf,
    pub(super) bodies: PathBuf,
    pub(super) vault: Arc<dyn Vault>,
    /// Closed before the writer: whoever closes last puts what is in the -wal into the database, and a reader cannot.
    reader: Mutex<Connection>,
    /// For lists of any length, so that nobody who wants one line waits for them.
    pub(super) scanner: Mutex<Connection>,
    /// `None` when the database can only be read; why, is in `read_only`.
    writer: Option<Mutex<Connection>>,
    read_only: Option<Refusal>,
    /// Whether that is because the disk is full.
    pub(super) is_full: bool,
    /// What hides the secrets of the exchange that was written last, and which these are.
    pub(super) redaction: Mutex<Option<LastRedaction>>,
    /// Where the request's bodies of the exchanges lie that were begun last: the numbers of their rows, the places, and the bytes of files.
    pub(super) begun: Mutex<VecDeque<(i64, BodyPlace, u64)>>,
    /// Whether the writer does not wait for the disk; changed while the writer is held.
    pub(super) is_hasty: AtomicBool,
    /// Counts what was written through this handle.
    revision: AtomicU64,
    /// Held until the last copy is gone, so that nobody mends the file under our feet.
    _lock: Option<File>,
}

/// Why a database can only be read, and what to try.
pub(super) struct Refusal {
    reason: String,
    advice: &'static str,
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("History").field("path", &self.inner.path).finish_non_exhaustive()
    }
}

pub(super) const READING: &str = "Reading the history";
pub(super) const WRITING: &str = "Writing the history";

impl History {
    /// Opens the history in a folder, or makes it. A damaged one is set aside, and what can be read of it is taken over; the notices
    /// say so.
    pub fn open(root: &Path, vault: Arc<dyn Vault>) -> Result<(Self, Vec<Notice>), StoreError> {
        let path = root.join("history.db");
        let bodies = root.join("bodies");
        let mut notices = Vec::new();
        // SQLite would wait for a pipe's other end.
        if disk::is_there(&path) {
            disk::regular(&path).map_err(|error| StoreError::io("Opening the history", &path, &error))?;
        }
        // A new one gets its folder of bodies only once it is no longer empty.
        let was_emptied = bodies.is_dir() && std::fs::metadata(&path).is_ok_and(|file| file.len() == 0);
        if was_emptied {
            let advice = "If it held exchanges before, bring the file back from a backup.";
            notices.push(Notice(format!("The history {} was an empty file and starts anew. {advice}", path.display())));
        }
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
        if let Some(refusal) = &history.inner.read_only {
            let reason = &refusal.reason;
            notices.push(Notice(format!("The history {} can be read and not written: {reason}.", path.display())));
            if history.inner.is_full {
                notices.push(Notice("Exchanges can still be deleted, which makes room: centerpost history prune.".to_owned()));
            }
        } else {
            disk::make_folder(&bodies).map_err(|error| StoreError::io(WRITING, &bodies, &error))?;
            history.sweep_daily();
            history.index_what_never_ended();
        }
        Ok((history, notices))
    }

    fn connect(path: &Path, bodies: &Path, vault: Arc<dyn Vault>, lock: Option<File>) -> Result<Self, StoreError> {
        let mut is_full = false;
        let (writer, read_only) = match create_private(path).and_then(|()| schema::open(path)) {
            Ok(schema::Opened::Ready(connection)) => (Some(connection), None),
            Ok(schema::Opened::Newer(version)) => {
                let reason = format!("a later version of Centerpost made it (its version is {version})");
                (None, Some(Refusal { reason, advice: "Use the later version, or set CENTERPOST_HOME to another folder." }))
            }
            Err(error) if path.exists() && is_refused(&error) => (None, Some(refusal(path, &error))),
            Err(error) if path.exists() && sqlite::is_full(&error) => {
                is_full = true;
                let advice = "Free some space, for example with centerpost history prune, and try again.";
                (None, Some(Refusal { reason: "the disk is full".to_owned(), advice }))
            }
            Err(error) => return Err(store_error("Opening the history", path, &error)),
        };
        let read = || schema::open_to_read(path).map_err(|error| store_error("Opening the history", path, &error));
        let (reader, scanner) = (read()?, read()?);
        let inner = Inner {
            path: path.to_owned(),
            bodies: bodies.to_owned(),
            vault,
            reader: Mutex::new(reader),
            scanner: Mutex::new(scanner),
            writer: writer.map(Mutex::new),
            read_only,
            is_full,
            redaction: Mutex::default(),
            begun: Mutex::default(),
            is_hasty: AtomicBool::new(false),
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
        self.inner.read_only.as_ref().map(|refusal| refusal.reason.as_str())
    }

    /// Whether exchanges can be kept here; why not, otherwise.
    pub fn may_write(&self) -> Result<(), StoreError> {
        self.writer().map(drop)
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    pub(super) fn reader(&self) -> MutexGuard<'_, Connection> {
        self.inner.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn writer(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        let Some(writer) = &self.inner.writer else {
            let (reason, advice) = self.inner.read_only.as_ref().map_or(("", ""), |found| (&found.reason, found.advice));
            return Err(StoreError::said(WRITING, &self.inner.path, reason, advice));
        };
        Ok(writer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn failed(&self, doing: &'static str, error: &rusqlite::Error) -> StoreError {
        if is_damage(error) {
            salvage::mark(&self.inner.path);
        }
        store_error(doing, &self.inner.path, error)
    }

    pub(super) fn changed(&self) {
        self.inner.revision.fetch_add(1, Ordering::Relaxed);
    }
}

/// The system tells better than SQLite why a file is not written: SQLite needs its folder too, and only says that it cannot open.
fn refusal(path: &Path, error: &rusqlite::Error) -> Refusal {
    let folder = path.parent().unwrap_or(path);
    let tried = std::fs::OpenOptions::new().append(true).open(path).and_then(|_| tempfile::tempfile_in(folder));
    match tried {
        Err(error) => Refusal { reason: io_reason(&error), advice: io_advice(&error) },
        Ok(_) => {
            Refusal { reason: words(error), advice: "Check that you may write there, or set CENTERPOST_HOME to another folder." }
        }
    }
}
