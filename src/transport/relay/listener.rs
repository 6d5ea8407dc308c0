//! Listens, and serves each connection on a task of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::connection::Connection;
use super::event::{RelayEvent, RelayEvents};
use super::options::{RelayError, RelayOptions};
use super::shared::{Shared, WAITING_KIB};
use super::tls;
use super::upstream::Dialer;
use super::wire::Wire;
use crate::model::system_words;
use crate::transport::deferred_write_error::Stream;

/// Connections at once; more wait to be accepted.
const CONNECTIONS: usize = 8192;
/// Events that may wait to be taken; then connections wait.
const EVENTS: usize = 8192;
/// How long a client may take over its TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(30);

/// A running relay; it stops when it is dropped.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    _stop: DropGuard,
}

impl Relay {
    /// Starts to listen. What happens is told by the events.
    ///
    /// # Errors
    /// When the address cannot be listened at, or the certificate or a setting of the network cannot be used.
    pub async fn start(options: RelayOptions) -> Result<(Self, RelayEvents), RelayError> {
        let listen = options.listen;
        let trouble = |error: std::io::Error| {
            let reason = system_words(&error);
            RelayError(format!("listening at {listen}: {reason}. Give another address with --listen, such as 127.0.0.1:0"))
        };
        let acceptor = options.tls.as_ref().map(tls::acceptor).transpose()?;
        let dialer = Dialer::new(options.network.clone()).await.map_err(RelayError)?;
        let listener = TcpListener::bind(listen).await.map_err(trouble)?;
        let address = listener.local_addr().map_err(trouble)?;
        let (events, receiver) = mpsc::channel(EVENTS);
        let stop = CancellationToken::new();
        let room = Arc::new(Semaphore::new(WAITING_KIB as usize));
        let shared = Arc::new(Shared { options, dialer, events, room, count: AtomicU64::new(0), stop: stop.clone() });
        tokio::spawn(accept(listener, acceptor, shared));
        Ok((Self { address, _stop: stop.drop_guard() }, RelayEvents(receiver)))
    }

    /// The address that it listens at.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let slot = tokio::select! {
            () = shared.stop.cancelled() => return,
            slot = Arc::clone(&slots).acquire_owned() => slot,
        };
        let accepted = tokio::select! {
            () = shared.stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, client)) = accepted else {
            // Out of file descriptors, most likely: others must close before another try makes sense.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (acceptor, shared) = (acceptor.clone(), Arc::clone(&shared));
        tokio::spawn(async move {
            welcome(stream, client, acceptor, shared).await;
            drop(slot);
        });
    }
}

async fn welcome(stream: TcpStream, client: SocketAddr, acceptor: Option<TlsAcceptor>, shared: Arc<Shared>) {
    // Without it small answers only wait.
    let _ = stream.set_nodelay(true);
    let Some(acceptor) = acceptor else { return serve(stream, client, shared).await };
    match tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => serve(stream, client, shared).await,
        Ok(Err(error)) => {
            let reason = format!("the TLS handshake failed: {error}");
            shared.tell(RelayEvent::Refused { client, reason }).await;
        }
        Err(_) => {}
    }
}

async fn serve<S: Stream>(stream: S, client: SocketAddr, shared: Arc<Shared>) {
    let (reader, writer) = tokio::io::split(stream);
    Connection { wire: Wire::new(reader), writer, client, shared }.serve().await;
}
