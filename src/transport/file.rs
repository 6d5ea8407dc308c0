//! Files: looked at when they are picked and again when they are sent, and read in chunks with their hash.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::path::Path;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use super::error::SendError;
use crate::model::hex::hex;
use crate::model::multipart::FileRef;
use crate::model::system_words;

/// Bytes read at once. Against `curl -F` over loopback, 64 KiB took nearly twice its time for 2 GB, this about the same.
const CHUNK: usize = 256 * 1024;

/// Looks at a file that was picked.
///
/// # Errors
/// [`SendError::File`] when it is gone, a folder, or may not be read.
pub fn inspect_file(path: &Path) -> Result<FileRef, SendError> {
    let found = open(path)?.1;
    Ok(FileRef { path: path.to_owned(), size: found.len(), modified: found.modified().ok() })
}

/// Looks again at a file that is about to be sent.
pub(super) fn look_again(file: &FileRef) -> Result<(), SendError> {
    let found = open(&file.path)?.1;
    compare(file, &found).map_err(SendError::File)
}

/// The most that is read of a file into memory, in bytes.
pub const LARGEST_READ: u64 = 1 << 30;

/// The bytes of a file that was named; why not, in words. A pipe is not waited for, and of what grows without an end no more is read than
/// [`LARGEST_READ`].
pub fn read_regular(path: &Path) -> Result<Vec<u8>, String> {
    let found = std::fs::metadata(path).map_err(|error| system_words(&error))?;
    if found.is_dir() {
        return Err("it is a folder".to_owned());
    }
    if !found.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST_READ + 1).read_to_end(&mut bytes));
    read.map_err(|error| system_words(&error))?;
    if bytes.len() as u64 > LARGEST_READ {
        return Err(format!("it is larger than {} MiB", LARGEST_READ >> 20));
    }
    Ok(bytes)
}

fn open(path: &Path) -> Result<(File, Metadata), SendError> {
    let trouble = |reason: &str, advice: &str| SendError::File(format!("{} cannot be sent: {reason}. {advice}", path.display()));
    // Opening a pipe would wait for somebody to write to it, so what it is comes first.
    let read = std::fs::metadata(path).and_then(|found| match found.is_file() {
        true => File::open(path).and_then(|file| file.metadata().map(|found| (Some(file), found))),
        false => Ok((None, found)),
    });
    match read {
        Ok((Some(file), found)) => Ok((file, found)),
        Ok((None, found)) if found.is_dir() => Err(trouble("it is a folder", "Pick the files in it, or zip it")),
        Ok(_) => Err(trouble("it is not a regular file", "Copy its content to a file first")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(trouble("it is gone", "Pick it again where it lies now"))
        }
        Err(error) => Err(trouble(&system_words(&error), "Check that you may read it and that no other program has locked it")),
    }
}

fn compare(file: &FileRef, found: &Metadata) -> Result<(), String> {
    let path = file.path.display();
    if found.len() != file.size {
        return Err(format!(
            "{path} has {} bytes, and had {} when it was picked. Pick it again once it is complete",
            found.len(),
            file.size
        ));
    }
    match (file.modified, found.modified()) {
        (Some(then), Ok(now)) if then != now => Err(format!("{path} was changed since it was picked. Pick it again")),
        _ => Ok(()),
    }
}

/// Reads a file into a channel and returns its SHA-256 in hex. The last bytes are held until the file has been looked at once more:
/// a file that grew would otherwise arrive cut off and look whole.
pub(super) fn read_into(file: &FileRef, channel: &mpsc::Sender<Result<Bytes, String>>) -> Option<String> {
    match try_read(file, channel) {
        Ok(hash) => hash,
        Err(reason) => {
            // Nobody reads any more once the connection is given up.
            let _ = channel.blocking_send(Err(reason));
            None
        }
    }
}

fn try_read(file: &FileRef, channel: &mpsc::Sender<Result<Bytes, String>>) -> Result<Option<String>, String> {
    let (mut source, found) = open(&file.path).map_err(|error| error.to_string())?;
    compare(file, &found)?;
    let path = file.path.display();
    let mut hash = Sha256::new();
    let mut left = file.size;
    let mut held: Option<Bytes> = None;
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        let mut chunk = vec![0; wanted];
        let mut filled = 0;
        while filled < wanted {
            let count = source.read(&mut chunk[filled..]).map_err(|error| format!("Reading {path}: {error}"))?;
            if count == 0 {
                let sent = file.size - left + filled as u64;
                return Err(format!(
                    "{path} ended after {sent} of {} bytes while it was being sent. Send it again once it is complete",
                    file.size
                ));
            }
            filled += count;
        }
        hash.update(&chunk);
        left -= wanted as u64;
        if let Some(ready) = held.replace(Bytes::from(chunk))
            && channel.blocking_send(Ok(ready)).is_err()
        {
            return Ok(None);
        }
    }
    let now = source.metadata().map_err(|error| format!("Reading {path}: {error}"))?;
    if now.len() != file.size {
        return Err(format!(
            "{path} changed its length from {} to {} bytes while it was being sent. Send it again once it is complete",
            file.size,
            now.len()
        ));
    }
    compare(file, &now)?;
    if let Some(ready) = held
        && channel.blocking_send(Ok(ready)).is_err()
    {
        return Ok(None);
    }
    Ok(Some(hex(&hash.finalize())))
}
