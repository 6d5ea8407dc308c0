//! One exchange: the request through one of the engines, and the answer read.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::engine::{Engine as _, Findings, Job};
use super::error::{EngineError, SendError};
use super::hyper_engine::HyperEngine;
use super::progress::{Counters, Progress};
use super::request_head::Target;
use super::reqwest_engine::{self, ReqwestEngine};
use super::{answer, proxy};
use crate::logging;
use crate::model::exchange::{Outcome, Timings};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::collect::{secrets_in, unknown_secrets};
use crate::model::secrets::mask::mask_url;
use crate::model::{Exchange, Network, Request};

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
    let head = RequestRecord { url: request.url.clone(), headers: request.headers.clone(), ..RequestRecord::default() };
    secrets_in(&head, None).iter().chain(&proxy::secrets(&network.proxy)).for_each(logging::learn_for_now);
    let sent = send_quietly(request, network, progress, cancel).await;
    write_down(request, &sent);
    sent
}

async fn send_quietly(
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
            progress.publish(&counters);
        }
    };
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(SendError::Cancelled),
        exchange = exchange(request, network, &counters) => {
            progress.publish(&counters);
            exchange
        }
        () = copy => Err(SendError::Cancelled),
    }
}

/// Puts what came of a request into the log.
fn write_down(request: &Request, sent: &Result<Exchange, SendError>) {
    if !log::log_enabled!(log::Level::Info) {
        return;
    }
    let what = format!("{} {}", request.method, mask_url(&request.url));
    match sent {
        Err(SendError::Cancelled) => log::info!("{what}: cancelled"),
        Err(error) => log::warn!("{what}: not sent: {error}"),
        Ok(exchange) => {
            let (bytes, time) = (exchange.body_bytes_sent, exchange.timings.total.as_millis());
            match &exchange.outcome {
                Some(Outcome::Answer(answer)) => {
                    log::info!("{what}: {} in {time} ms, {bytes} bytes sent", answer.status);
                }
                Some(Outcome::Failure(failure)) => {
                    let step = failure.step.map_or_else(String::new, |step| format!(" while {}", step.label()));
                    let peer = failure.peer.as_ref().map_or_else(String::new, |peer| format!(" ({peer})"));
                    log::warn!("{what}: no answer{step}{peer} after {time} ms, {bytes} bytes sent: {}", failure.message);
                }
                None => log::warn!("{what}: what came of it is not known"),
            }
        }
    }
}

/// A reference in the place of a secret that is not known is not a secret, and tells the server what it is.
fn refuse_references(request: &Request) -> Result<(), SendError> {
    let head = RequestRecord { url: request.url.clone(), headers: request.headers.clone(), ..RequestRecord::default() };
    let places = unknown_secrets(&head);
    if places.is_empty() {
        return Ok(());
    }
    Err(SendError::Unsendable(format!(
        "A secret is not known in {}. Unlock the place where secrets are kept (centerpost keys status says which), or enter it again",
        places.join(", ")
    )))
}

async fn exchange(request: &Request, network: &Network, progress: &Arc<Counters>) -> Result<Exchange, SendError> {
    let started_at = jiff::Timestamp::now();
    refuse_references(request)?;
    let target = Target::read(&request.url)?;
    let route = proxy::route(&target, network)?;
    let mut sent = RequestRecord::from(request);
    let mut job = Job {
        request,
        target,
        route,
        network,
        progress,
        started: Instant::now(),
        timings: Timings::default(),
        findings: Findings::default(),
        shared_tls: None,
    };
    let mut arrived = Err(EngineError::Unreadable);
    if reqwest_engine::can_send(&job) {
        arrived = ReqwestEngine.send(&mut job).await;
    }
    if matches!(arrived, Err(EngineError::Unreadable)) {
        arrived = HyperEngine.send(&mut job).await;
    }
    let findings = std::mem::take(&mut job.findings);
    let outcome = match arrived {
        Ok(arrived) => {
            job.timings.first_byte = Some(arrived.first_byte);
            let answer = answer::read(arrived, network, progress).await;
            findings.into_sent(&mut sent)?;
            Outcome::Answer(answer)
        }
        Err(EngineError::Network(failure)) => {
            findings.into_sent(&mut sent)?;
            Outcome::Failure(failure)
        }
        Err(EngineError::Send(error)) => return Err(error),
        Err(EngineError::Unreadable) => return Err(SendError::Unsendable("The answer could not be read".to_owned())),
    };
    job.timings.total = job.started.elapsed();
    let body_bytes_sent = progress.sent.load(Ordering::Relaxed).min(request.body.len());
    Ok(Exchange { sent, outcome: Some(outcome), timings: job.timings, body_bytes_sent, started_at })
}
