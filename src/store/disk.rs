//! Files: written whole or not at all, never lost.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::error::{Notice, StoreError, io_reason};
use super::held::{busy, patiently};
use crate::formats::import::utf8;
use crate::model::json_text;

/// What temporary files are called. Hidden, so that nobody takes one for a profile.
const TEMPORARY: (&str, &str) = (".saving-", ".tmp");

/// A temporary file this old belongs to nobody who is still writing.
const ABANDONED: Duration = Duration::from_secs(3600);

/// More than any profile, draft or settings file holds; a larger file is something else.
const LARGEST: u64 = 64 << 20;

/// Why a file could not be read.
pub(super) enum ReadError {
    /// The system does not let us read it; it may be whole.
    System(String),
    /// What stands in it makes no sense.
    Content(String),
    /// It was written by a newer version.
    Newer(String),
}

impl ReadError {
    /// Why, in words.
    pub(super) fn reason(self) -> String {
        match self {
            Self::System(reason) | Self::Content(reason) | Self::Newer(reason) => reason,
        }
    }

    /// Sets a file without sense aside and says what happened. Nothing to say if somebody else has done so.
    pub(super) fn notice(self, what: &str, path: &Path) -> Option<Notice> {
        let shown = path.display();
        Some(Notice(match self {
            Self::System(reason) => format!("The {what} file {shown} could not be read: {reason}. It was left where it is."),
            Self::Newer(reason) => format!(
                "The {what} file {shown} was written by a newer version: {reason}. It was left as it is, and nothing will be saved over it."
            ),
            Self::Content(reason) => match set_aside(path) {
                Ok(aside) => {
                    format!("The {what} file {shown} could not be read: {reason}. It was set aside as {}.", aside.display())
                }
                Err(error) if error.kind() == ErrorKind::NotFound => return None,
                Err(error) => format!(
                    "The {what} file {shown} could not be read: {reason}. It was left where it is, because renaming it failed: {}.",
                    io_reason(&error)
                ),
            },
        }))
    }

    /// Sets a file without sense aside, as an error.
    pub(super) fn error(self, doing: &'static str, path: &Path) -> StoreError {
        match self {
            Self::Content(reason) => {
                let advice = match set_aside(path) {
                    Ok(aside) => format!("It was set aside as {}.", aside.display()),
                    Err(error) => format!("It was left where it is, because renaming it failed: {}.", io_reason(&error)),
                };
                StoreError::said(doing, path, &reason, &advice)
            }
            trouble @ (Self::System(_) | Self::Newer(_)) => trouble.error_untouched(doing, path),
        }
    }

    /// The trouble as an error, the file left alone.
    pub(super) fn error_untouched(self, doing: &'static str, path: &Path) -> StoreError {
        match self {
            Self::System(reason) => StoreError::said(doing, path, &reason, "Check that the file is there and may be read."),
            Self::Content(reason) => StoreError::said(doing, path, &reason, "Check the file's content."),
            Self::Newer(reason) => StoreError::said(doing, path, &reason, "Open it with the newer version that wrote it."),
        }
    }

    /// What happened to a file that stays where it is whatever stands in it.
    pub(super) fn notice_untouched(self, what: &str, path: &Path) -> Notice {
        match self {
            Self::Content(reason) | Self::System(reason) => Self::System(reason),
            newer @ Self::Newer(_) => newer,
        }
        .notice(what, path)
        .unwrap_or_else(|| Notice(format!("The {what} file {} could not be read.", path.display())))
    }
}

/// Reads a JSON file.
pub(super) fn read_json(path: &Path) -> Result<Value, ReadError> {
    let system = |error: io::Error| ReadError::System(io_reason(&error));
    let metadata = fs::metadata(path).map_err(system)?;
    if !metadata.is_file() {
        return Err(ReadError::System("it is not a file".into()));
    }
    if metadata.len() > LARGEST {
        return Err(ReadError::System(format!("it is {} MiB large, so it is hardly ours", metadata.len() >> 20)));
    }
    let bytes = patiently(|| fs::read(path)).map_err(system)?;
    if bytes.is_empty() {
        return Err(ReadError::Content("it is empty (0 bytes)".into()));
    }
    let text = utf8(bytes).map_err(ReadError::Content)?;
    // Editors on Windows put a byte-order mark before JSON.
    match json_text::read(&text) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(ReadError::Content("it is not a JSON object".into())),
        Err(error) => Err(ReadError::Content(error.to_string())),
    }
}

/// Files of a folder with a certain end of their names: what stands before the end, and the path. Hidden ones are nobody's.
pub(super) fn list(folder: &Path, end: &str, notices: &mut Vec<Notice>) -> Vec<(String, PathBuf)> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            notices.push(Notice(format!("The folder {} could not be read: {}.", folder.display(), io_reason(&error))));
            return Vec::new();
        }
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(text) = name.to_str() else {
            if name.to_string_lossy().ends_with(end) {
                let path = entry.path();
                notices.push(Notice(format!("The file {} was left alone: its name is not UTF-8 text.", path.display())));
            }
            continue;
        };
        if let Some(stem) = text.strip_suffix(end).filter(|stem| !stem.is_empty() && !stem.starts_with('.')) {
            found.push((stem.to_owned(), entry.path()));
        }
    }
    found.sort();
    found
}

/// Whether a name is taken, be it by a link that leads nowhere. Where the system cannot tell, it counts as taken.
pub(super) fn is_there(path: &Path) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound};
    !fs::symlink_metadata(path).is_err_and(|error| matches!(error.kind(), NotFound | NotADirectory))
}

/// Makes a folder, and those above it, for its user alone. One that is there stays as it is.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
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
            let mode = found.permissions().mode() & 0o700;
            // On a disk without modes, or in somebody else's file, there is nothing to take away.
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Writes a file that must not be there yet.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_as(path, bytes, false)
}

/// Writes a file over its old self. Behind a link it is the link's target that is written.
pub(super) fn write_over(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_as(path, bytes, true)
}

fn write_as(path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    let mut file = begin(path, replace)?;
    file.write_all(bytes).map_err(bare)?;
    finish(file, path, replace)
}

/// Refuses what is not a regular file: opening a named pipe would wait for somebody at its other end, and a device may have no end.
pub(super) fn regular(path: &Path) -> io::Result<()> {
    match fs::metadata(path)? {
        found if found.is_file() => Ok(()),
        found if found.is_dir() => Err(io::Error::other("it is a folder")),
        _ => Err(io::Error::other("it is not a regular file")),
    }
}

/// How a file is opened that only its owner may read, should it be made.
pub(super) fn private() -> fs::OpenOptions {
    // On Windows the folder's access list says who may read it.
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there is no mode to set"))]
    let mut options = fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Begins a file that [`finish`] puts in its place.
pub(super) fn begin(path: &Path, replace: bool) -> io::Result<tempfile::NamedTempFile> {
    let target = target_of(path, replace);
    // Renaming would replace even a file that we may not read, and with it what nobody has seen; and a device like any file.
    if replace
        && let Err(error) = regular(&target).and_then(|()| patiently(|| fs::File::open(&target)).map(drop))
        && error.kind() != ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut options = private();
    options.read(true).write(true).create_new(true);
    // Not as tempfile makes one: on Windows that is marked as temporary, and keeps the mark when it is renamed.
    let make = |path: &Path| options.open(path);
    tempfile::Builder::new().prefix(TEMPORARY.0).suffix(TEMPORARY.1).make_in(folder_of(&target), make).map_err(bare)
}

/// Puts a file in its place, once its bytes are on disk.
pub(super) fn finish(file: tempfile::NamedTempFile, path: &Path, replace: bool) -> io::Result<()> {
    file.as_file().sync_all()?;
    let target = target_of(path, replace);
    let mut temporary = file.into_temp_path();
    if replace {
        // std's renaming replaces what others read where Windows can do that; tempfile's never does.
        patiently(|| fs::rename(&temporary, &target)).map_err(|error| as_held(error, &target))?;
        temporary.disable_cleanup(true);
    } else {
        let mut left = Some(temporary);
        patiently(|| match left.take().map(|temporary| temporary.persist_noclobber(&target)) {
            Some(Err(refused)) => {
                left = Some(refused.path);
                Err(refused.error)
            }
            Some(Ok(())) | None => Ok(()),
        })?;
    }
    sync_folder(folder_of(&target))
}

/// Where a file may be written and not be replaced, another program has it open.
fn as_held(error: io::Error, target: &Path) -> io::Error {
    let may_be_written = || fs::metadata(target).is_ok_and(|found| found.is_file() && !found.permissions().readonly());
    if cfg!(windows) && error.kind() == ErrorKind::PermissionDenied && may_be_written() { busy() } else { error }
}

fn target_of(path: &Path, replace: bool) -> PathBuf {
    let behind_link = if replace { fs::canonicalize(path).ok() } else { None };
    behind_link.unwrap_or_else(|| path.to_owned())
}

/// The system's own error: tempfile adds the path of the temporary file, which says nothing to anybody.
fn bare(error: io::Error) -> io::Error {
    match error.get_ref().and_then(|inner| inner.source()).and_then(|source| source.downcast_ref::<io::Error>()) {
        Some(inner) => match inner.raw_os_error() {
            Some(code) => io::Error::from_raw_os_error(code),
            None => io::Error::new(inner.kind(), inner.to_string()),
        },
        None => error,
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a rename last over a power cut.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        // Some network file systems cannot sync a folder; the rename has happened all the same.
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
            Ok(())
        }
        result => result,
    }
}

/// Renames a file and makes that last.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    patiently(|| fs::rename(from, to))?;
    sync_folder(folder_of(to))?;
    if folder_of(from) == folder_of(to) { Ok(()) } else { sync_folder(folder_of(from)) }
}

/// Renames a file to `NAME.corrupt-TIME`, which never is a name that is taken.
fn set_aside(path: &Path) -> io::Result<PathBuf> {
    move_aside(path, "corrupt")
}

/// The latest of the files that were set aside for one that is not there any more.
pub(super) fn set_aside_earlier(path: &Path) -> Option<PathBuf> {
    if is_there(path) {
        return None;
    }
    let mut start = path.file_name()?.to_owned();
    start.push(".corrupt-");
    let start = start.to_string_lossy().into_owned();
    let entries = fs::read_dir(folder_of(path)).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&start)))
        .max()
}

/// Renames a file; one that has the new name already gets `NAME.older-TIME`.
pub(super) fn move_over_older(from: &Path, to: &Path) -> io::Result<()> {
    if is_there(from) && is_there(to) {
        move_aside(to, "older")?;
    }
    rename(from, to)
}

/// Moves a file, to another disk too; one that has the new name already is kept as `NAME.older-TIME`.
pub(super) fn move_file(from: &Path, to: &Path) -> io::Result<()> {
    match move_over_older(from, to) {
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            // The copy is whole on its disk before the original goes.
            write_new(to, &fs::read(from)?)?;
            patiently(|| fs::remove_file(from))
        }
        result => result,
    }
}

/// Writes bytes to `NAME.WORD-TIME`, which never is a name that is taken.
pub(super) fn write_beside(path: &Path, word: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    for aside in names_beside(path, word) {
        match write_new(&aside, bytes) {
            Ok(()) => return Ok(aside),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// `NAME.WORD-TIME`, then the same with a number: the clock may stand still or jump back.
fn names_beside(path: &Path, word: &str) -> impl Iterator<Item = PathBuf> {
    let time = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let mut first = path.file_name().unwrap_or_default().to_owned();
    first.push(format!(".{word}-{time}"));
    (1..10_000).map(move |number| {
        let mut name = first.clone();
        if number > 1 {
            name.push(format!("-{number}"));
        }
        path.with_file_name(name)
    })
}

/// Renames a file to `NAME.WORD-TIME`, which never is a name that is taken.
pub(super) fn move_aside(path: &Path, word: &str) -> io::Result<PathBuf> {
    if !is_there(path) {
        return Err(ErrorKind::NotFound.into());
    }
    for aside in names_beside(path, word) {
        // An empty file of that name, made only if there is none, keeps others from it until the rename replaces it.
        match fs::OpenOptions::new().write(true).create_new(true).open(&aside) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        }
        if let Err(error) = rename(path, &aside) {
            let _ = fs::remove_file(&aside);
            return Err(error);
        }
        return Ok(aside);
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Deletes temporary files that a stopped program left behind. Young ones may be somebody's who is just writing.
pub(super) fn clean(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let age = entry.metadata().and_then(|metadata| metadata.modified()).ok().and_then(|time| time.elapsed().ok());
        if name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1) && age.is_some_and(|age| age > ABANDONED) {
            // If it cannot be deleted, it does no harm where it is.
            let _ = fs::remove_file(entry.path());
        }
    }
}
