//! The reading side of a connection, with what was read ahead.

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;

pub(super) struct Wire<R> {
    reader: R,
    pub(super) buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> Wire<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, buffer: BytesMut::new() }
    }

    /// The reading side alone; what was read ahead is to be taken before.
    pub(super) fn into_reader(self) -> R {
        self.reader
    }

    /// Reads what comes next, to be found in the buffer; 0 at the end.
    pub(super) async fn fill(&mut self) -> io::Result<usize> {
        self.buffer.reserve(PIECE);
        self.reader.read_buf(&mut self.buffer).await
    }
}
