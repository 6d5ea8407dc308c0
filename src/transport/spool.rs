//! A body of any length: its beginning in memory, and the whole in a file without a name once it is longer than that.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncBufRead, BufReader};

use crate::model::Network;
use crate::model::exchange::{Seekable, Whole};

/// The most that goes into a file: an endless answer must not fill the disk.
const LARGEST: u64 = 4 << 30;

/// Takes a body piece by piece.
pub(super) struct Sink {
    memory: BytesMut,
    limit: usize,
    folder: Option<PathBuf>,
    file: Option<File>,
    length: u64,
}

/// Whether there is room for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    Left,
    /// What came beyond this many bytes is not kept.
    None(u64),
}

impl Sink {
    pub(super) fn new(network: &Network) -> Self {
        let limit = usize::try_from(network.answer_limit).unwrap_or(usize::MAX);
        Self { memory: BytesMut::new(), limit, folder: network.spool_folder.clone(), file: None, length: 0 }
    }

    /// Takes a piece. Fails when the file cannot be written.
    pub(super) fn write(&mut self, piece: &[u8]) -> io::Result<Room> {
        let fits = piece.len().min(self.limit.saturating_sub(self.memory.len()));
        self.memory.extend_from_slice(&piece[..fits]);
        self.length += piece.len() as u64;
        if let Some(file) = &mut self.file {
            file.write_all(piece)?;
        } else if fits < piece.len() {
            let Some(folder) = &self.folder else {
                self.length = self.memory.len() as u64;
                return Ok(Room::None(self.length));
            };
            std::fs::create_dir_all(folder)?;
            let mut file = tempfile::tempfile_in(folder)?;
            file.write_all(&self.memory)?;
            file.write_all(&piece[fits..])?;
            self.file = Some(file);
        }
        Ok(if self.length >= LARGEST { Room::None(self.length) } else { Room::Left })
    }

    /// What was taken.
    pub(super) fn end(self) -> Stored {
        let whole = self.file.map(|file| Arc::new(Seekable::new(file, self.length)));
        Stored { head: self.memory.freeze(), whole }
    }
}

/// A body that was taken.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) head: Bytes,
    /// Its file, gone when nobody holds it any more.
    whole: Option<Arc<Seekable<File>>>,
}

impl Stored {
    pub(super) fn whole(&self) -> Option<Whole> {
        self.whole.clone().map(|whole| Whole(whole))
    }

    /// Reads it from its beginning.
    pub(super) fn reader(&self) -> io::Result<Box<dyn AsyncBufRead + Send + Unpin>> {
        let Some(whole) = &self.whole else { return Ok(Box::new(io::Cursor::new(self.head.clone()))) };
        let mut file = whole.source().try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Box::new(BufReader::with_capacity(256 << 10, tokio::fs::File::from_std(file))))
    }
}
