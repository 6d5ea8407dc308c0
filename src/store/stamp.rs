//! What shows that a file may have changed.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// When a file was changed, how long it is and, where there is one, its number on disk: enough to see that it may have changed.
/// Two saves can fall into one tick of the file system's clock, but a file that was replaced has another number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp(Option<SystemTime>, u64, u64);

impl Stamp {
    pub(super) fn of(path: &Path) -> Option<Self> {
        let found = fs::metadata(path).ok()?;
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(&found);
        #[cfg(not(unix))]
        let number = 0;
        Some(Self(found.modified().ok(), found.len(), number))
    }
}
