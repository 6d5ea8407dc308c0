//! Sends requests and uploads. The only user of reqwest.
//!
//! Small requests go through reqwest. Multipart and large ones go through hyper over a connection of our own, because
//! with reqwest most answers that come before the upload is over are lost to a broken pipe. Both use one TLS configuration
//! and the same proxies, follow no redirect, send no `Referer`, keep no connection and try nothing twice: a POST that failed may
//! have been carried out.
//!
//! An address goes out as it was typed as far as HTTP allows: empty and dotted segments, percent-encodings and quotes stay; spaces
//! and other bytes that no request line can hold are percent-encoded, and what follows `#` stays here.

mod answer;
mod direct;
mod failure;
mod file;
mod head;
pub mod health;
mod hold;
mod proxy;
mod small;
mod spool;
mod talk;
mod tls;
mod upload;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http_body_util::BodyExt as _;
use tokio_util::sync::CancellationToken;

use self::head::Target;
use self::proxy::{Hop, HopKind};
use crate::model::exchange::{FailureKind, NetworkFailure, Outcome, RequestRecord, Step, Timings};
use crate::model::{Exchange, Network, Request};

pub use file::inspect_file;

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
    /// The proxy on the way, if there is one.
    hop: Option<Hop>,
    network: &'a Network,
    progress: &'a Arc<Counters>,
    started: Instant,
    timings: Timings,
}

impl Job<'_> {
    /// The TLS configuration; a plain one where no stage of the way uses TLS.
    async fn tls(&self) -> Result<rustls::ClientConfig, SendError> {
        let is_needed = self.target.is_tls || self.hop.as_ref().is_some_and(|hop| hop.kind == HopKind::Https);
        tls::config_if(is_needed, self.network).await
    }

    fn network_failure(&self, error: &(dyn std::error::Error + 'static), step: Step) -> Trouble {
        Trouble::Network(failure::failure(error, step, self.target.peer()))
    }

    /// Ends when nothing has moved for the idle timeout.
    async fn stalls(&self, step: impl Fn() -> Step) -> Trouble {
        let idle = self.network.idle_timeout;
        stalled(self.progress, idle).await;
        let step = step();
        Trouble::Network(NetworkFailure {
            kind: FailureKind::Timeout,
            message: format!("nothing moved for {} s while {}", idle.as_secs_f64(), step.label()),
            step: Some(step),
            peer: Some(self.target.peer()),
        })
    }

    fn is_sent(&self) -> bool {
        self.progress.sent.load(Ordering::Relaxed) >= self.request.body.len()
    }
}

/// The progress of this exchange, shared with the tasks that work for it. `moved` also counts bytes that are no body's.
#[derive(Debug, Default)]
struct Counters {
    sent: AtomicU64,
    received: AtomicU64,
    moved: AtomicU64,
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
        biased;
        () = cancel.cancelled() => Err(SendError::Cancelled),
        exchange = exchange(request, network, &counters) => {
            publish(progress, &counters);
            exchange
        }
        () = copy => Err(SendError::Cancelled),
    }
}

fn publish(progress: &Progress, counters: &Counters) {
    // A body that the user has sent in chunks has more bytes on the wire than it has itself.
    progress.sent.store(counters.sent.load(Ordering::Relaxed).min(progress.total()), Ordering::Relaxed);
    progress.received.store(counters.received.load(Ordering::Relaxed), Ordering::Relaxed);
}

async fn exchange(request: &Request, network: &Network, progress: &Arc<Counters>) -> Result<Exchange, SendError> {
    let started_at = jiff::Timestamp::now();
    let target = Target::read(&request.url)?;
    let hop = proxy::hop(&target, network)?;
    let mut sent = RequestRecord::from(request);
    let mut job = Job { request, target, hop, network, progress, started: Instant::now(), timings: Timings::default() };
    let findings = upload::Findings::default();
    let arrived = if small::can_send(&job) { small::send(&mut job).await } else { upload::send(&mut job, &findings).await };
    let outcome = match arrived {
        Ok(arrived) => {
            job.timings.first_byte = Some(arrived.first_byte);
            let answer = answer::read(arrived, network, progress).await;
            findings.into_sent(&mut sent)?;
            Outcome::Answer(answer)
        }
        Err(Trouble::Network(failure)) => {
            findings.into_sent(&mut sent)?;
            Outcome::Failure(failure)
        }
        Err(Trouble::Send(error)) => return Err(error),
    };
    job.timings.total = job.started.elapsed();
    let body_bytes_sent = progress.sent.load(Ordering::Relaxed).min(request.body.len());
    Ok(Exchange { sent, outcome, timings: job.timings, body_bytes_sent, started_at })
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

/// A body of an engine, as one type.
fn wire_body<B>(body: B) -> answer::WireBody
where
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    body.map_err(Into::into).boxed_unsync()
}
