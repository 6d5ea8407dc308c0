//! The lock under which files are saved: one process at a time writes to a store.
//!
//! It is the system's lock on an open file, so it falls with its process, however that ends. Whoever only reads takes no lock:
//! every file is replaced whole, so there is nothing half written to be met.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::{Duration, Instant};

/// The lock file of a folder. Hidden, empty, and left in place: deleting it would let two processes hold two of them.
const NAME: &str = ".lock";

/// Longer than any save takes, on any disk that works.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The first pause between two tries; each is twice the one before, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// A held lock; dropping it lets go.
#[derive(Debug)]
pub(super) struct Lock {
    _file: Option<File>,
}

/// Takes the lock of a folder, waiting for whoever holds it.
///
/// A folder in which no lock file can be made is locked by its own handle where the system can do that. Where it cannot, and on
/// file systems without locks, there is none: refusing to save would lose more than a second writer at the same moment.
pub(super) fn take(folder: &Path, patience: Duration) -> io::Result<Lock> {
    let Some(file) = lock_file(folder, NAME).or_else(|| handle(folder)) else { return Ok(Lock { _file: None }) };
    wait_for(file, patience)
}

/// Takes the lock of a folder's keys. It is another than the folder's, because keys are kept while files are saved.
pub(super) fn take_for_keys(folder: &Path) -> io::Result<Lock> {
    match lock_file(folder, ".keys.lock") {
        Some(file) => wait_for(file, PATIENCE),
        None => Ok(Lock { _file: None }),
    }
}

/// Takes the lock of a folder of the user's own by its handle, so that no lock file lies among what they keep under version
/// control. Two stores that share such a folder do not write to it at once.
pub(super) fn take_by_handle(folder: &Path, patience: Duration) -> io::Result<Lock> {
    match handle(folder) {
        Some(file) => wait_for(file, patience),
        None => Ok(Lock { _file: None }),
    }
}

fn wait_for(file: File, patience: Duration) -> io::Result<Lock> {
    let since = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock { _file: Some(file) }),
            Err(TryLockError::WouldBlock) if since.elapsed() >= patience => {
                return Err(io::Error::new(ErrorKind::WouldBlock, "another Centerpost has been saving there for too long"));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(pause),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
            Err(TryLockError::Error(_)) => return Ok(Lock { _file: None }),
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn lock_file(folder: &Path, name: &str) -> Option<File> {
    let mut options = super::disk::private();
    options.read(true).write(true).create(true).truncate(false);
    options.open(folder.join(name)).ok()
}

/// The folder itself, open. Windows opens no folder this way.
fn handle(folder: &Path) -> Option<File> {
    File::open(folder).ok().filter(|_| cfg!(unix))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(20);

    #[test]
    fn one_holds_it_and_the_next_waits() {
        let folder = tempfile::tempdir().unwrap();
        let held = take(folder.path(), SHORT).unwrap();
        let error = take(folder.path(), SHORT).unwrap_err();
        assert!(error.to_string().contains("another Centerpost"), "{error}");
        let (sender, receiver) = std::sync::mpsc::channel();
        let path = folder.path().to_owned();
        let waiting = std::thread::spawn(move || {
            sender.send(()).unwrap();
            take(&path, PATIENCE).is_ok()
        });
        receiver.recv().unwrap();
        drop(held);
        assert!(waiting.join().unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn a_folders_handle_is_locked_without_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let held = take_by_handle(folder.path(), SHORT).unwrap();
        assert!(take_by_handle(folder.path(), SHORT).is_err());
        drop(held);
        take_by_handle(folder.path(), SHORT).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn where_no_file_can_be_made_the_folder_is_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        // A folder in the lock file's place, which nobody may open for writing.
        std::fs::create_dir(folder.path().join(NAME)).unwrap();
        let _held = take(folder.path(), SHORT).unwrap();
        assert!(take(folder.path(), SHORT).is_err());
    }
}
