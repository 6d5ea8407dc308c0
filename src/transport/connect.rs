//! Opens a connection step by step, so that a failure can be told by its step: name, TCP, proxy, TLS.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::BufMut as _;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use http::Uri;
use hyper_util::client::legacy::connect::proxy::SocksV5;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tower_service::Service;

use super::answer_head::{self, Reading};
use super::counting_stream::CountingStream;
use super::deferred_write_error::{DeferWriteErrors, Stream};
use super::engine::Job;
use super::error::{EngineError, SendError};
use super::failure::failure;
use super::proxy::{ProxyKind, ProxyRoute};
use crate::model::exchange::{FailureKind, NetworkFailure, Step};
use crate::model::status::status_text;

/// How long one address is waited for before the next is tried beside it.
const PATIENCE: Duration = Duration::from_millis(250);

/// A stream that is ready for HTTP, and whether requests on it name the whole URL, as a proxy for plain HTTP wants.
pub(super) struct Connection {
    pub(super) stream: Box<dyn Stream>,
    pub(super) absolute_form: bool,
    pub(super) proxy_auth: Option<http::HeaderValue>,
}

/// Connects to the job's target within the connect timeout.
pub(super) async fn connect(job: &mut Job<'_>) -> Result<Connection, EngineError> {
    let limit = job.network.connect_timeout;
    let peer = job.target.peer();
    let mut step = Step::Resolve;
    match tokio::time::timeout(limit, connect_steps(job, &mut step)).await {
        Ok(connected) => connected,
        Err(_) => Err(EngineError::Network(NetworkFailure {
            kind: FailureKind::Timeout,
            message: format!("no connection within {} s, while {}", limit.as_secs_f64(), step.label()),
            step: Some(step),
            peer: Some(peer),
        })),
    }
}

async fn connect_steps(job: &mut Job<'_>, step: &mut Step) -> Result<Connection, EngineError> {
    let route = job.route.clone();
    let config = job.tls().await?;
    let (host, port, peer) = match &route {
        Some(route) => (route.host.clone(), route.port, route.peer()),
        None => (job.target.host.clone(), job.target.port, job.target.peer()),
    };
    job.progress.enter(Step::Resolve);
    let started = Instant::now();
    let addresses = resolve(&host, port).await;
    job.timings.resolve = Some(started.elapsed());
    let trouble = |error: &io::Error, step| EngineError::Network(failure(error, step, peer.clone()));
    // Whatever keeps us from a proxy is the proxy's trouble.
    let addresses = addresses.map_err(|error| trouble(&error, if route.is_some() { Step::Proxy } else { Step::Resolve }))?;
    *step = if route.is_some() { Step::Proxy } else { Step::Connect };
    job.progress.enter(*step);
    let started = Instant::now();
    let tcp = open(&addresses).await.map_err(|error| trouble(&error, *step))?;
    job.timings.connect = Some(started.elapsed());
    let mut stream: Box<dyn Stream> = Box::new(DeferWriteErrors::new(Box::new(tcp), job.progress.clone()));
    let mut absolute_form = false;
    let mut proxy_auth = None;
    if let Some(route) = route {
        if route.kind == ProxyKind::Https {
            stream = Box::new(handshake(stream, &config, &route.host, &route.peer()).await?);
        }
        if !job.target.is_tls && route.takes_whole_address() {
            absolute_form = true;
            proxy_auth = route.basic.clone();
        } else {
            stream = through(stream, &route, &job.target.with_port()).await.map_err(|error| {
                let found = failure(error.as_ref(), Step::Proxy, route.peer());
                EngineError::Network(NetworkFailure { kind: FailureKind::Proxy, ..found })
            })?;
        }
    }
    if job.target.is_tls {
        *step = Step::Tls;
        job.progress.enter(*step);
        let started = Instant::now();
        stream = Box::new(handshake(stream, &config, &job.target.host, &job.target.peer()).await?);
        job.timings.tls = Some(started.elapsed());
    }
    job.progress.enter(Step::Send);
    let stream = Box::new(CountingStream::new(stream, job.progress.clone()));
    Ok(Connection { stream, absolute_form, proxy_auth })
}

/// The host's addresses, the kinds taking turns in the order that the system prefers.
pub(super) async fn resolve(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let found: Vec<_> = tokio::net::lookup_host((host, port)).await?.collect();
    let is_first = found.first().map(SocketAddr::is_ipv6);
    let (mut first, mut second): (VecDeque<_>, VecDeque<_>) =
        found.into_iter().partition(|address| Some(address.is_ipv6()) == is_first);
    let mut addresses = Vec::new();
    while !first.is_empty() || !second.is_empty() {
        addresses.extend(first.pop_front());
        addresses.extend(second.pop_front());
    }
    if addresses.is_empty() { Err(io::Error::other("the name has no address")) } else { Ok(addresses) }
}

/// Tries the addresses in turn without waiting long for one that does not answer, and takes the first that does.
pub(super) async fn open(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let mut waiting = addresses.iter().copied();
    let mut tries = FuturesUnordered::new();
    let mut last = io::Error::other("the name has no address");
    loop {
        let next = waiting.next();
        tries.extend(next.map(TcpStream::connect));
        let patience = async {
            match next {
                Some(_) => tokio::time::sleep(PATIENCE).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            tried = tries.next() => match tried {
                Some(Ok(stream)) => {
                    // Small writes, such as a request's head, go out at once; without this they only wait.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Some(Err(error)) => last = error,
                None => return Err(last),
            },
            () = patience => {}
        }
    }
}

/// Agrees on TLS over an open connection.
pub(super) async fn handshake<S: Stream>(
    stream: S,
    config: &Arc<rustls::ClientConfig>,
    host: &str,
    peer: &str,
) -> Result<TlsStream<S>, EngineError> {
    let name = rustls::pki_types::ServerName::try_from(host.to_owned()).map_err(|_| {
        SendError::Unsendable(format!("The host {host:?} is not a name that a certificate can be checked for. Check the address"))
    })?;
    let connected = TlsConnector::from(config.clone()).connect(name, stream).await;
    connected.map_err(|error| EngineError::Network(failure(&error, Step::Tls, peer.to_owned())))
}

/// Asks a proxy for a tunnel to the target.
async fn through(mut stream: Box<dyn Stream>, route: &ProxyRoute, target: &Uri) -> Result<Box<dyn Stream>, BoxError> {
    let ProxyKind::Socks { remote_dns } = route.kind else {
        tunnel(&mut stream, route, target).await?;
        return Ok(stream);
    };
    let mut socks = SocksV5::new(route.uri.clone(), Given(Some(TokioIo::new(stream)))).local_dns(!remote_dns);
    if let Some((user, password)) = &route.login {
        socks = socks.with_auth(user.clone(), password.clone());
    }
    Ok(socks.call(target.clone()).await.map_err(|error| error.to_string())?.into_inner())
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Opens a tunnel with CONNECT. A refusal names the proxy's status.
async fn tunnel(stream: &mut Box<dyn Stream>, route: &ProxyRoute, target: &Uri) -> Result<(), BoxError> {
    let target = target.authority().map_or("", http::uri::Authority::as_str);
    let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
    if let Some(basic) = &route.basic {
        request.extend_from_slice(&[b"Proxy-Authorization: ", basic.as_bytes(), b"\r\n"].concat());
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request).await?;
    stream.flush().await?;
    let mut answer = Vec::new();
    loop {
        // One byte at a time: what follows the head is the target's already.
        let is_end = stream.read_buf(&mut (&mut answer).limit(1)).await? == 0;
        if is_end && answer.is_empty() {
            return Err("the proxy closed the connection without an answer".into());
        }
        if !(is_end || answer.ends_with(b"\n")) {
            continue;
        }
        match answer_head::read(&answer, is_end)? {
            Reading::Head(head, _) if head.status == 407 => {
                return Err(
                    "the proxy refused with 407 Proxy Authentication Required; it wants authorization by user and password"
                        .into(),
                );
            }
            Reading::Head(head, _) if (200..300).contains(&head.status) => return Ok(()),
            Reading::Head(head, _) if head.status < 200 => answer.clear(),
            Reading::Head(head, _) => {
                return Err(format!("the proxy refused with {}", status_text(head.status)).into());
            }
            Reading::More => {}
        }
    }
}

/// A connector that hands out the one connection that is open already.
struct Given(Option<TokioIo<Box<dyn Stream>>>);

impl Service<Uri> for Given {
    type Response = TokioIo<Box<dyn Stream>>;
    type Error = io::Error;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _target: Uri) -> Self::Future {
        std::future::ready(self.0.take().ok_or_else(|| io::Error::other("the connection is in use")))
    }
}
