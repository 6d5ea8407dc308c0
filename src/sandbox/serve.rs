//! Connections: how many there are, how long they may take, and how they end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::connection::{Cut, Io};
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
        async move { Ok::<_, Infallible>(handle(state, cut, request.map(|body| body.map_err(Into::into).boxed_unsync())).await) }
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
