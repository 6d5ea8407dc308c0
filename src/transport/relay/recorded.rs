//! Exchanges as a relay records them.

use std::sync::Arc;
use std::time::Duration;

use super::capture::Capture;
use super::head::RequestHead;
use super::pump::{Incoming, Outgoing};
use super::shared::{End, Shared};
use crate::model::exchange::{FailureKind, NetworkFailure, Outcome, Step, Timings};
use crate::model::request_record::RequestRecord;
use crate::model::request_spec::{RequestSpec, SpecBody};
use crate::model::{Answer, Exchange, multipart};
use crate::transport::answer_head::AnswerHead;
use crate::transport::engine::{Arrived, wire_body};
use crate::transport::progress::Counters;
use crate::transport::{answer, failure};

/// A request whose head alone is known, because its body is still to come.
pub(super) fn begun(head: &RequestHead, url: String, started_at: jiff::Timestamp) -> Exchange {
    let mut sent = sent(head, url, Capture::default());
    (sent.not_recorded.body, sent.not_recorded.file_bytes) = (true, true);
    Exchange { sent, outcome: None, timings: Timings::default(), body_bytes_sent: 0, started_at }
}

/// A request as it is recorded. Of a body that is not kept whole, what is missing is said.
pub(super) fn sent(head: &RequestHead, url: String, content: Capture) -> RequestRecord {
    let is_whole = content.is_whole();
    let mut bytes = content.bytes;
    let boundary = head.header("content-type").and_then(multipart::boundary_of);
    if let Some(boundary) = boundary.as_ref().filter(|_| !is_whole) {
        bytes.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    }
    let body = if content.size == 0 { SpecBody::None } else { SpecBody::from(bytes) };
    let is_passed =
        |name: &str| !["host", "proxy-connection", "proxy-authorization"].iter().any(|own| name.eq_ignore_ascii_case(own));
    let headers = head.headers.iter().filter(|(name, _)| is_passed(name)).cloned().collect();
    let mut sent = RequestSpec { method: head.method.clone(), url, headers, body, ..RequestSpec::default() }.sent();
    if !is_whole {
        sent.not_recorded.body = true;
        sent.not_recorded.file_bytes = true;
        if let Some(last) = sent.parts.as_mut().and_then(|parts| parts.last_mut()) {
            (last.content.size, last.content.sha256) = (None, None);
        }
    }
    sent
}

pub(super) async fn outcome(end: End, out: &Outgoing, back: Incoming, peer: &str, shared: &Shared) -> Outcome {
    let failed = |kind, message: String| {
        let step = Some(if out.body.is_over() { Step::Wait } else { Step::Send });
        Outcome::Failure(NetworkFailure { kind, message, step, peer: Some(peer.to_owned()) })
    };
    if let Some(reason) = back.foreign {
        return failed(FailureKind::Protocol, reason);
    }
    if let Some(head) = back.head {
        return Outcome::Answer(answer_of(head, back.content, back.is_whole, !out.body.is_over(), shared).await);
    }
    match end {
        End::Server(error) => {
            let step = if out.body.is_over() { Step::Wait } else { Step::Send };
            Outcome::Failure(failure::failure(&error, step, peer.to_owned()))
        }
        End::Client => failed(FailureKind::Other, "the client ended the connection before an answer came".to_owned()),
        End::Over | End::Stopped => failed(FailureKind::Other, "the relay was stopped before an answer came".to_owned()),
    }
}

async fn answer_of(head: AnswerHead, content: Capture, is_whole: bool, early: bool, shared: &Shared) -> Answer {
    let (size, is_kept) = (content.size, content.is_whole());
    let body = wire_body(http_body_util::Full::new(bytes::Bytes::from(content.bytes)));
    let arrived = Arrived { head, body, early, first_byte: Duration::ZERO };
    let mut answer = answer::read(arrived, &shared.options.network, &Arc::new(Counters::default())).await;
    answer.wire_size = size;
    if !is_kept {
        answer.body_trouble = Some("Only the first 2 MiB are recorded".to_owned());
    }
    if !is_whole {
        answer.is_cut_off = true;
        answer.body_trouble.get_or_insert_with(|| "The rest did not come".to_owned());
    }
    answer
}
