//! Why something could not be read or saved, and what the user should know besides.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::model::system_words;

/// Something that the user should know about the files, such as one that could not be read and was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice(pub String);

/// Why something could not be read or saved: what was being done, to which file, why, and what to try.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{doing} {path}: {reason}. {advice}")]
pub struct StoreError {
    /// What was being done, as in "Saving the profile".
    pub doing: &'static str,
    /// The file or folder.
    pub path: String,
    /// What the system said.
    pub reason: String,
    /// What to try.
    pub advice: String,
}

impl StoreError {
    pub(super) fn io(doing: &'static str, path: &Path, error: &io::Error) -> Self {
        Self::said(doing, path, &io_reason(error), io_advice(error))
    }

    pub(super) fn said(doing: &'static str, path: &Path, reason: &str, advice: &str) -> Self {
        Self { doing, path: path.display().to_string(), reason: reason.to_owned(), advice: advice.to_owned() }
    }
}

/// Two versions of one file of which neither may be overwritten without a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The file.
    pub path: PathBuf,
    /// The places that both changed, as `label` or `fields / severity / choices`. Empty when the file is gone.
    pub places: Vec<String>,
    /// Whether somebody else removed the file.
    pub is_gone: bool,
}

/// Why something was not saved.
#[derive(Debug)]
pub enum SaveError {
    /// Somebody else changed the same.
    Conflict(Conflict),
    /// It could not be read or written.
    Failed(StoreError),
}

impl From<StoreError> for SaveError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl Conflict {
    /// What both changed, in words.
    pub fn differences(&self) -> String {
        match self.places.as_slice() {
            [] if self.is_gone => "it was removed".to_owned(),
            places if places.len() > 6 => format!("both changed {} and {} more", places[..5].join(", "), places.len() - 5),
            places => format!("both changed {}", places.join(", ")),
        }
    }

    /// The conflict as an error, for callers that cannot ask.
    pub(super) fn error(&self, doing: &'static str) -> StoreError {
        let reason = format!("another program changed the file meanwhile, and {}", self.differences());
        StoreError::said(doing, &self.path, &reason, "Neither version is lost: read it again, and make the change once more.")
    }
}

impl SaveError {
    /// The error for callers that cannot ask.
    pub fn plain(self, doing: &'static str) -> StoreError {
        match self {
            Self::Failed(error) => error,
            Self::Conflict(conflict) => conflict.error(doing),
        }
    }
}

/// What the system said, without its error number.
pub(super) fn io_reason(error: &io::Error) -> String {
    system_words(error)
}

/// What to try.
pub(super) fn io_advice(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "Check that you may write there, or set CENTERPOST_HOME to another folder."
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "Free some space and try again.",
        ErrorKind::NotFound => "Check that it is still there.",
        ErrorKind::ResourceBusy => {
            "Close that program, or wait until it is done; it may be a virus scanner, a backup or a file sync. Then try again."
        }
        ErrorKind::WouldBlock => "Close the other one, or wait until it is done, and try again.",
        ErrorKind::FileTooLarge => "The system allows no larger files to this program; ask who set that limit.",
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "A file stands where a folder belongs; move it, or set CENTERPOST_HOME to another folder."
        }
        _ => "Try again, or set CENTERPOST_HOME to another folder.",
    }
}
