//! A connection that does not let a broken write hide an answer.
//!
//! A server that refuses an upload answers and closes while the client still writes. The write then fails with a reset or a
//! broken pipe before the client has read the answer, and an HTTP library that stops at the first error never reads it. Here such an
//! error is held back until reading has come to an end too.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::progress::Counters;

/// Any connected stream.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The connection itself, below TLS. Every byte that it moves counts as life.
pub(super) struct DeferWriteErrors {
    inner: Box<dyn Stream>,
    counters: Arc<Counters>,
    held: Option<io::Error>,
    has_read: bool,
}

impl DeferWriteErrors {
    pub(super) fn new(inner: Box<dyn Stream>, counters: Arc<Counters>) -> Self {
        Self { inner, counters, held: None, has_read: false }
    }

    fn hold<T>(&mut self, cx: &Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match result {
            Poll::Ready(Err(error)) if is_broken(&error) => {
                self.held.get_or_insert(error);
                // So that whoever writes looks at the read side again.
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            result => result,
        }
    }

    fn wrote(&mut self, cx: &Context<'_>, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(count)) = &result {
            self.counters.moved.fetch_add(*count as u64, Ordering::Relaxed);
        }
        self.hold(cx, result)
    }
}

fn is_broken(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted)
}

impl AsyncRead for DeferWriteErrors {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let result = Pin::new(&mut this.inner).poll_read(cx, buf);
        let Poll::Ready(result) = result else { return Poll::Pending };
        let count = (buf.filled().len() - before) as u64;
        if count > 0 {
            this.has_read = true;
            this.counters.moved.fetch_add(count, Ordering::Relaxed);
            return Poll::Ready(Ok(()));
        }
        // The end: with no answer before it, the broken write is what happened.
        match this.held.take() {
            Some(held) if !this.has_read => Poll::Ready(Err(held)),
            _ => Poll::Ready(result),
        }
    }
}

impl AsyncWrite for DeferWriteErrors {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.held.is_some() {
            return Poll::Pending;
        }
        let result = Pin::new(&mut this.inner).poll_write(cx, bytes);
        this.wrote(cx, result)
    }

    fn poll_write_vectored(self: Pin<&mut Self>, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.held.is_some() {
            return Poll::Pending;
        }
        let result = Pin::new(&mut this.inner).poll_write_vectored(cx, slices);
        this.wrote(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.held.is_some() {
            return Poll::Pending;
        }
        let result = Pin::new(&mut this.inner).poll_flush(cx);
        this.hold(cx, result)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.held.is_some() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut this.inner).poll_shutdown(cx)
    }
}
