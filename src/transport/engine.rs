//! What sends a request and waits for the head of its answer, and what such engines share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;

use super::answer_head::AnswerHead;
use super::error::{EngineError, SendError};
use super::progress::{Counters, stalled};
use super::proxy::{ProxyKind, ProxyRoute};
use super::request_head::Target;
use super::{failure, tls};
use crate::model::exchange::{FailureKind, NetworkFailure, Step, Timings};
use crate::model::request_record::RequestRecord;
use crate::model::{Network, Request};

/// An HTTP client as this program needs one.
pub(super) trait Engine {
    /// Sends the job's request and waits for the head of the answer.
    async fn send(&self, job: &mut Job<'_>) -> Result<Arrived, EngineError>;
}

pub(super) type WireBody = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

/// The head of an answer and the stream of its body, whichever engine brought it.
pub(super) struct Arrived {
    pub(super) head: AnswerHead,
    pub(super) body: WireBody,
    /// Whether it came while the request's body was still being sent.
    pub(super) early: bool,
    pub(super) first_byte: Duration,
}

/// What both engines share while they work.
pub(super) struct Job<'a> {
    pub(super) request: &'a Request,
    pub(super) target: Target,
    /// The proxy on the way, if there is one.
    pub(super) route: Option<ProxyRoute>,
    pub(super) network: &'a Network,
    pub(super) progress: &'a Arc<Counters>,
    pub(super) started: Instant,
    pub(super) timings: Timings,
    pub(super) findings: Findings,
    /// A TLS configuration that was made before, where there is one.
    pub(super) shared_tls: Option<Arc<rustls::ClientConfig>>,
}

impl Job<'_> {
    /// The TLS configuration; a plain one where no stage of the way uses TLS.
    pub(super) async fn tls(&self) -> Result<Arc<rustls::ClientConfig>, SendError> {
        if let Some(shared) = &self.shared_tls {
            return Ok(Arc::clone(shared));
        }
        let is_needed = self.target.is_tls || self.route.as_ref().is_some_and(|route| route.kind == ProxyKind::Https);
        tls::config_if(is_needed, self.network).await.map(Arc::new)
    }

    pub(super) fn network_failure(&self, error: &(dyn std::error::Error + 'static), step: Step) -> EngineError {
        EngineError::Network(failure::failure(error, step, self.target.peer()))
    }

    /// Ends when nothing has moved for the idle timeout.
    pub(super) async fn stalls(&self, step: impl Fn() -> Step) -> EngineError {
        let idle = self.network.idle_timeout;
        stalled(self.progress, idle).await;
        let step = step();
        EngineError::Network(NetworkFailure {
            kind: FailureKind::Timeout,
            message: format!("nothing moved for {} s while {}", idle.as_secs_f64(), step.label()),
            step: Some(step),
            peer: Some(self.target.peer()),
        })
    }

    /// Ends when the answer's head has not come within its limit, counted from the end of the request.
    pub(super) async fn takes_too_long(&self) -> EngineError {
        const GLANCE: Duration = Duration::from_millis(50);
        while !self.is_sent() {
            tokio::time::sleep(GLANCE).await;
        }
        let limit = self.network.answer_timeout;
        tokio::time::sleep(limit).await;
        EngineError::Network(NetworkFailure {
            kind: FailureKind::Timeout,
            message: format!("no answer within {} s, which is the limit in the settings", limit.as_secs_f64()),
            step: Some(Step::Wait),
            peer: Some(self.target.peer()),
        })
    }

    pub(super) fn is_sent(&self) -> bool {
        self.progress.sent.load(Ordering::Relaxed) >= self.request.body.len()
    }
}

/// A body of an engine, as one type.
pub(super) fn wire_body<B>(body: B) -> WireBody
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    body.map_err(Into::into).boxed_unsync()
}

/// What was found out while the body was read, and whether to go on with it.
#[derive(Clone, Default)]
pub(super) struct Findings {
    found: Arc<Mutex<BodyFindings>>,
    pub(super) is_refused: Arc<AtomicBool>,
}

#[derive(Default)]
pub(super) struct BodyFindings {
    /// Why the body could not be completed.
    pub(super) trouble: Option<String>,
    /// The SHA-256 of each part that was read to its end, by its index.
    pub(super) hashes: Vec<(usize, String)>,
}

impl Findings {
    pub(super) fn change(&self, change: impl FnOnce(&mut BodyFindings)) {
        change(&mut self.found.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Writes the hashes down.
    ///
    /// # Errors
    /// When the body was broken off because of a file: what the server says of that is no answer to the request.
    pub(super) fn into_sent(self, sent: &mut RequestRecord) -> Result<(), SendError> {
        let found = std::mem::take(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner));
        for (index, hash) in found.hashes {
            if let Some(part) = sent.parts.as_mut().and_then(|parts| parts.get_mut(index)) {
                part.content.sha256 = Some(hash);
            }
        }
        found.trouble.map_or(Ok(()), |trouble| Err(SendError::File(trouble)))
    }
}
