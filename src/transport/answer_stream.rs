//! The stream that hyper reads an answer from: its head is read here first, see [`super::answer_head`].

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::answer_head::{self, AnswerHead, Reading};
use super::deferred_write_error::Stream;

/// Bytes of a head that are read at once.
const PIECE: usize = 16 * 1024;

/// The head that was read, for whoever holds a copy.
#[derive(Clone, Default)]
pub(super) struct SeenHead(Arc<Mutex<Option<AnswerHead>>>);

impl SeenHead {
    /// The head of the answer, once.
    pub(super) fn take(&self) -> Option<AnswerHead> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set(&self, head: AnswerHead) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
    }
}

pub(super) struct AnswerStream<S> {
    inner: S,
    seen: SeenHead,
    /// What came and is not read as a head yet.
    held: BytesMut,
    /// What hyper is still to be given before the rest of the connection.
    ready: Bytes,
    is_head_over: bool,
}

impl<S: Stream> AnswerStream<S> {
    pub(super) fn new(inner: S, seen: SeenHead) -> Self {
        Self { inner, seen, held: BytesMut::new(), ready: Bytes::new(), is_head_over: false }
    }

    /// Reads a head from what came so far. `false` when more must come first.
    fn take_head(&mut self, is_end: bool) -> io::Result<bool> {
        let read = answer_head::read(&self.held, is_end).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let Reading::Head(mut head, end) = read else { return Ok(false) };
        self.held.advance(end);
        let mut given = BytesMut::from(head.framing().as_slice());
        // After an interim answer comes another head.
        self.is_head_over = head.status >= 200 || head.status == 101;
        if self.is_head_over {
            given.unsplit(self.held.split());
            self.seen.set(head);
        }
        self.ready = given.freeze();
        Ok(true)
    }

    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut is_new = !self.held.is_empty();
        loop {
            if is_new && self.take_head(false)? {
                return Poll::Ready(Ok(()));
            }
            let mut piece = [0; PIECE];
            let mut buf = ReadBuf::new(&mut piece);
            ready!(Pin::new(&mut self.inner).poll_read(cx, &mut buf))?;
            if buf.filled().is_empty() {
                // A connection that ends without a byte is hyper's to tell of.
                if !self.held.is_empty() {
                    self.take_head(true)?;
                }
                self.is_head_over = true;
                return Poll::Ready(Ok(()));
            }
            // A piece without a line end completes nothing, and the longest head is looked at all the same.
            is_new = buf.filled().contains(&b'\n') || self.held.len() < PIECE || self.held.len() > answer_head::LARGEST;
            self.held.extend_from_slice(buf.filled());
        }
    }
}

impl<S: Stream> AsyncRead for AnswerStream<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.ready.is_empty() && !this.is_head_over {
            ready!(this.poll_head(cx))?;
        }
        if !this.ready.is_empty() {
            let piece = this.ready.split_to(this.ready.len().min(buf.remaining()));
            buf.put_slice(&piece);
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut this.inner).poll_read(cx, buf)
    }
}

impl<S: Stream> AsyncWrite for AnswerStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
