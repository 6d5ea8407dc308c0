//! Connections: how many there are, how long they may take, and how they end.

use std::convert::Infallible;
use std::io::IoSlice;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::handle::handle;
use super::state::State;

/// Connections at once; more wait to be accepted.
const CONNECTIONS: usize = 512;
/// How long a client may take over its headers.
const HEADERS_WITHIN: Duration = Duration::from_secs(30);
/// How long answers under way may take once the sandbox stops.
const GRACE: Duration = Duration::from_secs(2);
/// What a connection may buffer, and so the most that headers may take.
const BUFFER: usize = 64 * 1024;

/// Lets a handler end its connection without an answer.
#[derive(Debug, Default)]
pub(super) struct Cut {
    now: CancellationToken,
    reset: AtomicBool,
}

impl Cut {
    /// Ends the connection with a TCP reset, as a server does that died.
    pub fn reset(&self) {
        self.reset.store(true, Ordering::Relaxed);
        self.now.cancel();
    }
}

/// Accepts connections until told to stop.
pub(super) async fn accept(listener: TcpListener, state: Arc<State>, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let slot = tokio::select! {
            () = stop.cancelled() => return,
            slot = Arc::clone(&slots).acquire_owned() => slot,
        };
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors, most likely: others must close before another try makes sense.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (state, stop) = (Arc::clone(&state), stop.clone());
        tokio::spawn(async move {
            connection(stream, state, stop).await;
            drop(slot);
        });
    }
}

async fn connection(stream: TcpStream, state: Arc<State>, stop: CancellationToken) {
    let _ = stream.set_nodelay(true);
    let cut = Arc::new(Cut::default());
    let io = TokioIo::new(Io { stream, cut: Arc::clone(&cut) });
    let for_handler = Arc::clone(&cut);
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let (state, cut) = (Arc::clone(&state), Arc::clone(&for_handler));
        async move { Ok::<_, Infallible>(handle(state, cut, request.map(Body::new)).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(BUFFER)
        .serve_connection(io, service);
    tokio::pin!(served);
    // A connection that fails has nobody left to be told.
    tokio::select! {
        _ = served.as_mut() => {}
        () = cut.now.cancelled() => {}
        () = stop.cancelled() => {
            served.as_mut().graceful_shutdown();
            let _ = tokio::time::timeout(GRACE, served.as_mut()).await;
        }
    }
}

/// A connection that is reset instead of closed when a handler asked for it.
struct Io {
    stream: TcpStream,
    cut: Arc<Cut>,
}

impl Drop for Io {
    fn drop(&mut self) {
        if self.cut.reset.load(Ordering::Relaxed) {
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Io {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Io {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[IoSlice<'_>]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
