//! What is kept of an exchange besides its line and its bodies: headers, parts, timings, causes.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::model::exchange::{Answer, FailureKind, NetworkFailure, Outcome, Step, Timings};
use crate::model::history::KeptCause;
use crate::model::multipart::{Part, Recorded};
use crate::model::request_record::{NotRecorded, RequestRecord};
use crate::model::{Exchange, Redaction};

/// Bytes of a payload or an answer that are searched.
const SEARCHED: usize = 16 << 10;

/// The beginning of a text, as far as it is searched.
pub(super) fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(SEARCHED)]
}

/// The rest of an exchange, as JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct Head {
    url: String,
    headers: Vec<(String, String)>,
    #[serde(default)]
    parts: Option<Vec<Part<Recorded>>>,
    #[serde(default)]
    answer: Option<AnswerHead>,
    #[serde(default)]
    failure: Option<Failure>,
    timings: [Option<u64>; 5],
    body_bytes_sent: u64,
    causes: Vec<KeptCause>,
    /// Where the sent body lies.
    pub(super) sent: BodyPlace,
    /// Where the answer's body lies.
    pub(super) answered: BodyPlace,
}

/// Where a body lies.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
pub(super) enum BodyPlace {
    /// There is none.
    #[default]
    Nowhere,
    /// Compressed in the database.
    Inside,
    /// Compressed in a file of this name, which holds so many bytes.
    Beside {
        /// The file's name.
        name: String,
        /// Bytes of the body.
        size: u64,
    },
}

#[derive(Serialize, Deserialize)]
struct AnswerHead {
    status: u16,
    version: String,
    headers: Vec<(String, String)>,
    wire_size: u64,
    trouble: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_cut_off: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    oddities: Vec<String>,
    early: bool,
}

#[derive(Serialize, Deserialize)]
struct Failure {
    kind: FailureKind,
    message: String,
    step: Option<usize>,
    peer: Option<String>,
}

impl Head {
    /// The status of its answer, if one came.
    pub(super) fn status(&self) -> Option<u16> {
        self.answer.as_ref().map(|answer| answer.status)
    }

    /// Whether it sent parts, as an upload does.
    pub(super) fn has_parts(&self) -> bool {
        self.parts.is_some()
    }

    pub(super) fn of(exchange: &Exchange, causes: &[KeptCause], redaction: &Redaction) -> Self {
        let sent = &exchange.sent;
        let part = |part: &Part<Recorded>| Part {
            name: redaction.hide(&part.name),
            filename: part.filename.as_deref().map(|name| redaction.hide(name)),
            headers: redaction.hide_headers(&part.headers),
            ..part.clone()
        };
        let answer = exchange.answer().map(|answer| AnswerHead {
            status: answer.status,
            version: redaction.hide(&answer.version),
            headers: redaction.hide_headers(&answer.headers),
            wire_size: answer.wire_size,
            trouble: answer.body_trouble.as_deref().map(|trouble| redaction.hide_said(trouble)),
            is_cut_off: answer.is_cut_off,
            oddities: answer.oddities.iter().map(|oddity| redaction.hide_said(oddity)).collect(),
            early: answer.early,
        });
        let failure = exchange.failure().map(|failure| Failure {
            kind: failure.kind,
            message: redaction.hide_said(&failure.message),
            step: failure.step.and_then(|step| Step::ALL.iter().position(|known| *known == step)),
            peer: failure.peer.clone(),
        });
        Self {
            url: redaction.hide_url(&sent.url),
            headers: redaction.hide_headers(&sent.headers),
            parts: sent.parts.as_ref().map(|parts| parts.iter().map(part).collect()),
            answer,
            failure,
            timings: timings(&exchange.timings),
            body_bytes_sent: exchange.body_bytes_sent,
            causes: causes.iter().map(|cause| hide(cause, redaction)).collect(),
            sent: BodyPlace::Nowhere,
            answered: BodyPlace::Nowhere,
        }
    }

    /// The address as it is kept, with references in place of secrets.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Every text in which references may stand.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let answer = self.answer.iter().flat_map(|answer| &answer.headers);
        let values = self.headers.iter().chain(answer).map(|(_, value)| value.as_str());
        std::iter::once(self.url.as_str()).chain(values)
    }

    /// The exchange again, with these bodies.
    pub(super) fn exchange(
        self,
        method: String,
        started_at: jiff::Timestamp,
        sent: Option<Vec<u8>>,
        answered: &[u8],
        redaction: &Redaction,
    ) -> (Exchange, Vec<KeptCause>) {
        let restore = |headers: Vec<(String, String)>| -> Vec<(String, String)> {
            headers.into_iter().map(|(name, value)| (redaction.restore(&name), redaction.restore(&value))).collect()
        };
        let part = |part: Part<Recorded>| Part {
            name: redaction.restore(&part.name),
            filename: part.filename.as_deref().map(|name| redaction.restore(name)),
            headers: restore(part.headers),
            ..part
        };
        let outcome = match (self.answer, self.failure) {
            (Some(answer), _) => Some(Outcome::Answer(Answer {
                status: answer.status,
                // Only a log tells it, and a log's exchange is none of the history's.
                sub_status: None,
                version: answer.version,
                headers: restore(answer.headers),
                body: Bytes::from(redaction.restore_bytes(answered)),
                wire_size: answer.wire_size,
                body_trouble: answer.trouble,
                is_cut_off: answer.is_cut_off,
                oddities: answer.oddities,
                early: answer.early,
                whole: None,
            })),
            (None, failure) => failure.map(|failure| Outcome::Failure(failed(failure))),
        };
        let body = sent.map(|body| String::from_utf8_lossy(&redaction.restore_bytes(&body)).into_owned());
        let exchange = Exchange {
            sent: RequestRecord {
                method,
                url: redaction.restore(&self.url),
                headers: restore(self.headers),
                body,
                parts: self.parts.map(|parts| parts.into_iter().map(part).collect()),
                not_recorded: NotRecorded::default(),
            },
            outcome,
            timings: read_timings(&self.timings),
            body_bytes_sent: self.body_bytes_sent,
            started_at,
        };
        (exchange, self.causes)
    }
}

fn failed(failure: Failure) -> NetworkFailure {
    NetworkFailure {
        kind: failure.kind,
        message: failure.message,
        step: failure.step.and_then(|step| Step::ALL.get(step).copied()),
        peer: failure.peer,
    }
}

fn hide(cause: &KeptCause, redaction: &Redaction) -> KeptCause {
    KeptCause {
        id: cause.id.clone(),
        confidence: cause.confidence,
        title: redaction.hide_said(&cause.title),
        evidence: cause.evidence.iter().map(|fact| redaction.hide_said(fact)).collect(),
        fix: redaction.hide_said(&cause.fix),
    }
}

fn timings(timings: &Timings) -> [Option<u64>; 5] {
    [timings.resolve, timings.connect, timings.tls, timings.first_byte, Some(timings.total)]
        .map(|duration| duration.map(|duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)))
}

fn read_timings(kept: &[Option<u64>; 5]) -> Timings {
    let [resolve, connect, tls, first_byte, total] = kept.map(|micros| micros.map(Duration::from_micros));
    Timings { resolve, connect, tls, first_byte, total: total.unwrap_or_default() }
}
