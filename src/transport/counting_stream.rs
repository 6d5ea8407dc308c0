//! The stream that HTTP speaks on, above TLS: it counts the request's body and lets nobody listen before speaking.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::deferred_write_error::Stream;
use super::progress::Counters;

/// What ends the request's head.
const HEAD_END: &[u8] = b"\r\n\r\n";

pub(super) struct CountingStream {
    inner: Box<dyn Stream>,
    counters: Arc<Counters>,
    /// How many bytes of [`HEAD_END`] were seen last.
    matched: usize,
    has_spoken: bool,
    listener: Option<Waker>,
}

impl CountingStream {
    pub(super) fn new(inner: Box<dyn Stream>, counters: Arc<Counters>) -> Self {
        Self { inner, counters, matched: 0, has_spoken: false, listener: None }
    }

    fn speak(&mut self) {
        self.has_spoken = true;
        if let Some(listener) = self.listener.take() {
            listener.wake();
        }
    }

    /// Counts what of these bytes, the first `left` of which went out, belongs to the body.
    fn count<'a>(&mut self, slices: impl Iterator<Item = &'a [u8]>, mut left: usize) {
        let mut of_body = 0;
        for slice in slices {
            let slice = &slice[..slice.len().min(left)];
            left -= slice.len();
            of_body += slice.len() - self.head_part(slice);
        }
        self.counters.sent.fetch_add(of_body as u64, Ordering::Relaxed);
    }

    /// How many of these bytes are still the head's.
    fn head_part(&mut self, bytes: &[u8]) -> usize {
        for (at, byte) in bytes.iter().enumerate() {
            if self.matched == HEAD_END.len() {
                return at;
            }
            self.matched = match *byte == HEAD_END[self.matched] {
                true => self.matched + 1,
                false => usize::from(*byte == HEAD_END[0]),
            };
        }
        bytes.len()
    }
}

impl AsyncRead for CountingStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.has_spoken {
            // To hyper an answer before the request is an error, although a server may refuse a connection with one.
            self.listener = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for CountingStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.speak();
        let result = Pin::new(&mut self.inner).poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = &result {
            self.count(std::iter::once(bytes), *count);
        }
        result
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.speak();
        let result = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        if let Poll::Ready(Ok(count)) = &result {
            self.count(slices.iter().map(|slice| &**slice), *count);
        }
        result
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_body_is_counted() {
        for (writes, expected) in [
            (&["POST / HTTP/1.1\r\nA: b\r\n\r\nbody"][..], 4),
            (&["POST / HTTP/1.1\r\nA: b\r", "\n\r", "\n", "body\r\n\r\n"], 8),
            (&["POST / HTTP/1.1\r\r\n\r\n", "", "b"], 1),
            (&["POST / HTTP/1.1\r\n"], 0),
        ] {
            let counters = Arc::new(Counters::default());
            let mut stream = CountingStream::new(Box::new(tokio::io::empty()), counters.clone());
            for write in writes {
                stream.count(std::iter::once(write.as_bytes()), write.len());
            }
            assert_eq!(counters.sent.load(Ordering::Relaxed), expected, "{writes:?}");
            let counters = Arc::new(Counters::default());
            let mut stream = CountingStream::new(Box::new(tokio::io::empty()), counters.clone());
            stream.count(writes.iter().map(|write| write.as_bytes()), writes.concat().len());
            assert_eq!(counters.sent.load(Ordering::Relaxed), expected, "{writes:?} at once");
        }
        let counters = Arc::new(Counters::default());
        let mut stream = CountingStream::new(Box::new(tokio::io::empty()), counters.clone());
        stream.count([&b"A\r\n\r\n12"[..], b"345"].into_iter(), 8);
        assert_eq!(counters.sent.load(Ordering::Relaxed), 3, "what did not go out is not counted");
    }
}
