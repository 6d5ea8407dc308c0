//! SQLite: its files, its transactions, and its errors in words.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::store::disk;
use crate::store::error::StoreError;

pub(super) fn in_transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    // Without IMMEDIATE two readers that both begin to write would each wait for the other.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let result = work(&transaction)?;
    transaction.commit()?;
    Ok(result)
}

/// SQLite makes its files as the umask has it; a file that is there keeps its mode, and the -wal and -shm take theirs from it.
pub(super) fn create_private(path: &Path) -> rusqlite::Result<()> {
    if !disk::is_there(path) {
        let mut options = disk::private();
        options.append(true).create(true);
        // What is wrong with the place, SQLite says better.
        let _ = options.open(path);
    }
    Ok(())
}

pub(super) fn code(error: &rusqlite::Error) -> Option<ErrorCode> {
    error.sqlite_error_code()
}

pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(code(error), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

pub(super) fn is_refused(error: &rusqlite::Error) -> bool {
    matches!(code(error), Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen))
}

/// Whether there is no room left, as far as SQLite tells: for its shared memory it calls that an error of the disk.
pub(super) fn is_full(error: &rusqlite::Error) -> bool {
    matches!(code(error), Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure))
}

pub(super) fn words(error: &rusqlite::Error) -> String {
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

pub(super) fn store_error(doing: &'static str, path: &Path, error: &rusqlite::Error) -> StoreError {
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
