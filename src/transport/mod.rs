//! Sends requests and uploads. The only user of reqwest.
//!
//! Small requests go through reqwest. Multipart and large ones go through hyper over a connection of our own, because
//! with reqwest most answers that come before the upload is over are lost to a broken pipe. Both use one TLS configuration
//! and the same proxies, follow no redirect, send no `Referer`, keep no connection and try nothing twice: a POST that failed may
//! have been carried out.

mod answer;
mod direct;
mod failure;
mod file;
mod hold;
mod proxy;
mod small;
mod tls;
mod upload;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http_body_util::BodyExt as _;
use tokio_util::sync::CancellationToken;

use crate::model::exchange::{NetworkFailure, Outcome, Sent, Timings};
use crate::model::request::{AUTOMATIC_HEADERS, Body};
use crate::model::{Exchange, Network, Request};

pub use file::inspect_file;

/// In-memory bodies up to this many bytes go out in one write, so that no answer can come before they are sent.
const SMALL: usize = 64 * 1024;

/// Counters that a sender writes and a window reads.
#[derive(Debug, Default)]
pub struct Progress {
    sent: AtomicU64,
    total: AtomicU64,
    received: AtomicU64,
}

impl Progress {
    /// Bytes of the request's body that went out.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Bytes of the request's body in all.
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// Bytes of the answer's body that came.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    fn start(&self, total: u64) {
        self.sent.store(0, Ordering::Relaxed);
        self.received.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }
}

/// Why nothing, or not all, was sent, apart from the network's failures, which are part of an [`Exchange`].
/// No text holds the API key.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The user stopped it.
    #[error("cancelled")]
    Cancelled,
    /// The address, a header or the method cannot be put on the wire.
    #[error("{0}")]
    Unsendable(String),
    /// A setting cannot be used: the CA file, the proxy's address.
    #[error("{0}")]
    Setting(String),
    /// A file is not, or no longer, what was picked.
    #[error("{0}")]
    File(String),
}

/// What a stage of sending can end with instead of going on.
enum Trouble {
    /// An outcome of the exchange.
    Network(NetworkFailure),
    /// No exchange at all.
    Send(SendError),
}

impl From<SendError> for Trouble {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}

/// The head of an answer and the stream of its body, whichever engine brought it.
struct Arrived {
    head: http::response::Parts,
    body: answer::WireBody,
    /// Whether it came while the request's body was still being sent.
    early: bool,
    first_byte: Duration,
}

/// What both engines share while they work.
struct Job<'a> {
    request: &'a Request,
    target: Target,
    network: &'a Network,
    progress: &'a Arc<Counters>,
    started: Instant,
    timings: Timings,
}

/// The progress of this exchange, shared with the tasks that work for it. `moved` also counts bytes that are no body's.
#[derive(Debug, Default)]
struct Counters {
    sent: AtomicU64,
    received: AtomicU64,
    moved: AtomicU64,
}

/// Where a request goes.
#[derive(Clone)]
struct Target {
    uri: http::Uri,
    host: String,
    port: u16,
    is_tls: bool,
}

impl Target {
    fn peer(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// Sends a request and reads its answer. A network failure is an outcome, not an error.
///
/// # Errors
/// When the request cannot be put on the wire, a file is not what was picked, a setting cannot be used, or `cancel` was called.
pub async fn send(
    request: &Request,
    network: &Network,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Exchange, SendError> {
    progress.start(request.body.len());
    let counters = Arc::new(Counters::default());
    let copy = async {
        // The window reads `progress`, which lives no longer than this call; the tasks write to the counters.
        loop {
            tokio::time::sleep(Duration::from_millis(40)).await;
            publish(progress, &counters);
        }
    };
    tokio::select! {
        () = cancel.cancelled() => Err(SendError::Cancelled),
        exchange = exchange(request, network, &counters) => {
            publish(progress, &counters);
            exchange
        }
        () = copy => Err(SendError::Cancelled),
    }
}

fn publish(progress: &Progress, counters: &Counters) {
    progress.sent.store(counters.sent.load(Ordering::Relaxed), Ordering::Relaxed);
    progress.received.store(counters.received.load(Ordering::Relaxed), Ordering::Relaxed);
}

async fn exchange(request: &Request, network: &Network, progress: &Arc<Counters>) -> Result<Exchange, SendError> {
    let started_at = jiff::Timestamp::now();
    let target = target_of(&request.url)?;
    let mut sent = Sent::from(request);
    let mut job = Job { request, target, network, progress, started: Instant::now(), timings: Timings::default() };
    let is_small = match &request.body {
        Body::None => true,
        Body::Bytes(bytes) => bytes.len() <= SMALL,
        Body::Multipart(_) => false,
    };
    let arrived = if is_small { small::send(&mut job).await } else { upload::send(&mut job, &mut sent).await };
    let outcome = match arrived {
        Ok(arrived) => {
            job.timings.first_byte = Some(arrived.first_byte);
            Outcome::Answer(answer::read(arrived, network, progress).await)
        }
        Err(Trouble::Network(failure)) => Outcome::Failure(failure),
        Err(Trouble::Send(error)) => return Err(error),
    };
    job.timings.total = job.started.elapsed();
    let body_bytes_sent = progress.sent.load(Ordering::Relaxed);
    Ok(Exchange { sent, outcome, timings: job.timings, body_bytes_sent, started_at })
}

/// Reads the address as it was typed: what is legal goes out unchanged, the rest is percent-encoded.
fn target_of(url: &str) -> Result<Target, SendError> {
    let url = url.trim();
    let unsendable = |reason: &str| {
        let shown = crate::model::endpoint::mask_url(url);
        SendError::Unsendable(format!("Sending to {shown}: {reason}. Check the address"))
    };
    let encoded = percent_encoding::utf8_percent_encode(url.split('#').next().unwrap_or(""), UNSENDABLE).to_string();
    let uri: http::Uri = encoded.parse().map_err(|error| unsendable(&format!("this is no address ({error})")))?;
    let is_tls = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => false,
        Some(_) => return Err(unsendable("only http and https can be sent to")),
        None => return Err(unsendable("it has no https:// in front")),
    };
    let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(|| unsendable("it names no host"))?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let written_port =
        uri.authority().and_then(|authority| authority.as_str().rsplit('@').next()?.rsplit(']').next()?.split_once(':'));
    if written_port.is_some_and(|(_, port)| !port.is_empty()) && uri.port_u16().is_none() {
        return Err(unsendable("its port is no number up to 65535"));
    }
    let port = uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
    Ok(Target { uri, host, port, is_tls })
}

/// Bytes that the request line cannot hold; everything else goes out as typed.
const UNSENDABLE: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The request's headers for the wire, as [`Request::wire_text`] shows them: the host, its own in order, then what every
/// request carries unless it names it itself.
fn header_map(request: &Request, uri: &http::Uri) -> Result<http::HeaderMap, SendError> {
    let mut map = http::HeaderMap::new();
    let host = uri.authority().and_then(|authority| authority.as_str().rsplit('@').next());
    if let Some(host) = host.filter(|_| request.header("host").is_none()).and_then(|host| http::HeaderValue::from_str(host).ok())
    {
        map.insert(http::header::HOST, host);
    }
    for (name, value) in &request.headers {
        let unsendable = |what: &str| {
            SendError::Unsendable(format!(
                "The header {name:?} cannot be sent: its {what} has a character that HTTP does not allow"
            ))
        };
        let parsed_name = http::HeaderName::from_bytes(name.as_bytes()).map_err(|_| unsendable("name"))?;
        let mut parsed_value = http::HeaderValue::from_bytes(value.as_bytes()).map_err(|_| unsendable("value"))?;
        parsed_value.set_sensitive(crate::model::endpoint::is_secret_name(name));
        map.append(parsed_name, parsed_value);
    }
    for (name, value) in AUTOMATIC_HEADERS {
        if request.header(name).is_none()
            && let (Ok(name), Ok(value)) = (http::HeaderName::from_bytes(name.as_bytes()), http::HeaderValue::from_str(value))
        {
            map.insert(name, value);
        }
    }
    Ok(map)
}

fn method_of(request: &Request) -> Result<http::Method, SendError> {
    http::Method::from_bytes(request.method.as_bytes()).map_err(|_| {
        SendError::Unsendable(format!("The method {:?} cannot be sent: a method is one word, such as POST", request.method))
    })
}

/// Waits until nothing has moved for the idle timeout.
async fn stalled(counters: &Counters, idle: Duration) {
    const TICKS: u32 = 20;
    let mut seen = counters.moved.load(Ordering::Relaxed);
    let mut still = 0;
    while still < TICKS {
        tokio::time::sleep(idle / TICKS).await;
        let now = counters.moved.load(Ordering::Relaxed);
        still = if now == seen { still + 1 } else { 0 };
        seen = now;
    }
}

fn idle_failure(job_peer: String, step: crate::model::exchange::Step, idle: Duration) -> NetworkFailure {
    NetworkFailure {
        kind: crate::model::exchange::FailureKind::Timeout,
        message: format!("nothing moved for {} s while {}", idle.as_secs_f64(), step.label()),
        step: Some(step),
        peer: Some(job_peer),
    }
}

/// A body of an engine, as one type.
fn wire_body<B>(body: B) -> answer::WireBody
where
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    body.map_err(Into::into).boxed_unsync()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_go_out_as_typed() {
        for (url, expected) in [
            ("https://h/api/v1/projects//feedback/s?apiKey=a%2fb", "/api/v1/projects//feedback/s?apiKey=a%2fb"),
            ("http://h:81/a b/ü?x={y}#top", "/a%20b/%C3%BC?x=%7By%7D"),
            ("http://h/a/../b/./c", "/a/../b/./c"),
        ] {
            let target = target_of(url).unwrap();
            assert_eq!(target.uri.path_and_query().map(ToString::to_string).as_deref(), Some(expected), "{url}");
        }
        for url in
            ["", "h/a?apiKey=SECRET", "ftp://h/?apiKey=SECRET", "https:///a?apiKey=SECRET", "https://h:99999/?apiKey=SECRET"]
        {
            let Err(error) = target_of(url) else { panic!("{url} was taken") };
            assert!(!error.to_string().contains("SECRET"), "{error}");
        }
    }

    #[test]
    fn bad_headers_are_named() {
        let request = Request { headers: vec![("X Y".into(), "1".into())], ..Request::default() };
        assert!(header_map(&request, &http::Uri::default()).unwrap_err().to_string().contains("X Y"));
        let request = Request { headers: vec![("X".into(), "a\nb".into())], ..Request::default() };
        assert!(header_map(&request, &http::Uri::default()).unwrap_err().to_string().contains("value"));
    }
}
