//! Files and folders: whole writes, names that never overwrite, and errors in words.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::StoreError;

const TEMP_PREFIX: &str = ".centerpost-";
const TEMP_SUFFIX: &str = ".tmp";

/// How old a temporary file is before it counts as left over: a younger one may be another process's, in mid-write.
const LEFTOVER_AGE: Duration = Duration::from_secs(600);

/// An error in the words of its reader.
pub(super) fn trouble(doing: &'static str, path: &Path, error: &io::Error) -> StoreError {
    let advice = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Check who may read and write there, or name another folder in CENTERPOST_HOME"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "Free some space on the disk and try again",
        io::ErrorKind::NotFound => "Check whether it was moved or removed",
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            "A file stands where a folder is needed. Move it away, or name another folder in CENTERPOST_HOME"
        }
        _ => "Check the disk and the folder, or name another folder in CENTERPOST_HOME",
    };
    StoreError { doing, path: path.display().to_string(), reason: error.to_string(), advice: advice.to_owned() }
}

/// Makes a folder, and those above it, for its user alone.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Takes access to a file or folder of ours away from everybody but its user. A link's target is somebody else's business.
pub(super) fn keep_private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if let Ok(found) = fs::symlink_metadata(path)
            && !found.file_type().is_symlink()
            && found.permissions().mode() & 0o077 != 0
        {
            let mode = if found.is_dir() { 0o700 } else { 0o600 };
            // On a disk without modes there is nothing to take away.
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// A synced temporary file beside `target`; readable by its user alone.
fn write_beside(target: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let folder = target.parent().unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::Builder::new().prefix(TEMP_PREFIX).suffix(TEMP_SUFFIX).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Writes a whole file over its old self.
pub(super) fn write(target: &Path, bytes: &[u8]) -> io::Result<()> {
    write_beside(target, bytes)?.persist(target).map_err(|error| error.error)?;
    sync_parent(target)
}

/// Writes a whole file that must not exist yet.
pub(super) fn write_new(target: &Path, bytes: &[u8]) -> io::Result<()> {
    write_beside(target, bytes)?.persist_noclobber(target).map_err(|error| error.error)?;
    sync_parent(target)
}

/// Moves a file, so that both folders know of it after a power cut.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_parent(to)?;
    sync_parent(from)
}

fn sync_parent(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Renames a file to its name, `.WORD-` and the time; a name that is taken is never used. Returns where it is then.
pub(super) fn set_aside(path: &Path, word: &str) -> io::Result<PathBuf> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let time = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    for number in 1..10_000_u32 {
        let again = if number == 1 { String::new() } else { format!("-{number}") };
        let target = path.with_file_name(format!("{name}.{word}-{time}{again}"));
        // Taking the name first leaves nobody the time to put a file there that the rename would overwrite.
        match File::options().write(true).create_new(true).open(&target) {
            Ok(_) => {
                let moved = rename(path, &target);
                if moved.is_err() && path.exists() {
                    let _ = fs::remove_file(&target);
                }
                return moved.map(|()| target);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

/// Removes the temporary files that a crash left in a folder.
pub(super) fn clean(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let age = entry.metadata().and_then(|found| found.modified()).ok().and_then(|time| time.elapsed().ok());
        if name.starts_with(TEMP_PREFIX) && name.ends_with(TEMP_SUFFIX) && age.is_some_and(|age| age >= LEFTOVER_AGE) {
            // Left over or not, it is in nobody's way.
            let _ = fs::remove_file(entry.path());
        }
    }
}
