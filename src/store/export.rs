//! Files of the user's choice, written as whole as the store's own and readable by their user alone.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::disk;
use super::error::StoreError;

const WRITING: &str = "Writing";

/// A file that is written piece by piece, and is there when it is finished or not at all.
pub struct Export {
    file: BufWriter<tempfile::NamedTempFile>,
    path: PathBuf,
    replace: bool,
}

impl Export {
    /// Begins a file. Without `replace` an existing one is an error.
    pub fn new(path: &Path, replace: bool) -> Result<Self, StoreError> {
        let begin = || {
            if !replace && disk::is_there(path) {
                return Err(io::Error::from(io::ErrorKind::AlreadyExists));
            }
            disk::begin(path, replace)
        };
        let file = begin().map_err(|error| export_error(path, &error))?;
        Ok(Self { file: BufWriter::new(file), path: path.to_owned(), replace })
    }

    /// Puts the file in its place.
    pub fn finish(self) -> Result<(), StoreError> {
        let Self { file, path, replace } = self;
        let finish = || disk::finish(file.into_inner().map_err(io::IntoInnerError::into_error)?, &path, replace);
        finish().map_err(|error| export_error(&path, &error))
    }

    /// What a piece that could not be written comes to.
    pub fn error(&self, error: &io::Error) -> StoreError {
        export_error(&self.path, error)
    }
}

impl Write for Export {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a text to a file. Without `replace` an existing file is an error.
pub fn write_export(path: &Path, text: &str, replace: bool) -> Result<(), StoreError> {
    write_export_bytes(path, text.as_bytes(), replace)
}

/// As [`write_export`], for what is not text.
pub fn write_export_bytes(path: &Path, bytes: &[u8], replace: bool) -> Result<(), StoreError> {
    let mut file = Export::new(path, replace)?;
    file.write_all(bytes).map_err(|error| file.error(&error))?;
    file.finish()
}

fn export_error(path: &Path, error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            StoreError::said(WRITING, path, "the file exists", "Name another file, or allow replacing it.")
        }
        _ => StoreError::io(WRITING, path, error),
    }
}
