//! Reading what a command is given: a file, or standard input.

use std::io::Read as _;
use std::path::Path;

use crate::cli::exit::CommandError;
use crate::cli::output;
use crate::formats::import::utf8;
use crate::model::system_words;
use crate::transport::LARGEST_READ;

/// The bytes of a file, or of standard input for `-`.
pub(in crate::cli) fn read_input(path: &Path, doing: &str) -> Result<Vec<u8>, CommandError> {
    let trouble = |reason: &dyn std::fmt::Display| CommandError::input(format!("{doing} {}: {reason}", output::input_name(path)));
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(LARGEST_READ + 1).read_to_end(&mut bytes)
    } else {
        refuse_endless(path).map_err(|reason| trouble(&reason))?;
        std::fs::File::open(path).and_then(|file| file.take(LARGEST_READ + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| trouble(&system_words(&error)))?;
    if bytes.len() as u64 > LARGEST_READ {
        return Err(trouble(&format!("it is larger than {} MiB", LARGEST_READ >> 20)));
    }
    Ok(bytes)
}

/// Refuses what has no end or waits for a writer: a named pipe, a socket, a device. What the shell has opened already is fine.
fn refuse_endless(path: &Path) -> Result<(), &'static str> {
    let is_open = ["/dev/stdin", "/dev/null", "/dev/fd", "/proc"].iter().any(|open| path.starts_with(open));
    match std::fs::metadata(path) {
        // Windows would say that access is denied.
        Ok(found) if found.is_dir() => Err("it is a folder. Name a file in it"),
        Ok(found) if !is_open && !found.is_file() => {
            Err("it is not a regular file. Copy its content to a file first, or pass it on standard input with -")
        }
        _ => Ok(()),
    }
}

/// The text of a file, or of standard input for `-`.
pub(in crate::cli) fn read_input_text(path: &Path, doing: &str) -> Result<String, CommandError> {
    utf8(read_input(path, doing)?)
        .map_err(|reason| CommandError::input(format!("{doing} {}: {reason}", output::input_name(path))))
}
