//! What the history gets of a delivery.

use crate::diagnosis::Cause;
use crate::model::exchange::{CANCELLED_HERE, FailureKind, MAY_HAVE_GONE_OUT, NetworkFailure, Outcome, Step, Timings};
use crate::model::history::{ExchangeKind, Fingerprint, HistoryRecord, HistoryRow};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::collect::secrets_at;
use crate::model::size::size_text;
use crate::model::{Answer, Exchange, Profile, Request, Secret, attachment};

/// Where an exchange comes from, as the history has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// A number that a ticket's create request and its uploads share.
    pub delivery: u64,
    /// The profile's name on disk; empty when it is not saved.
    pub profile_id: String,
    /// The fingerprint of the request as its user made it, before a correlation id was put in.
    pub fingerprint: Option<Fingerprint>,
    /// The ids of warnings that were shown before sending, and overridden.
    pub overridden: Vec<String>,
    /// Secrets that the request does not show by its structure: values that a suite says are secret.
    pub secrets: Vec<Secret>,
    /// JSON pointers to what is secret in the answer.
    pub secret_pointers: Vec<String>,
}

impl Origin {
    /// The origin of a new delivery.
    pub fn new(profile_id: &str) -> Self {
        let mut random = [0; 8];
        // Without randomness its exchanges are only shown apart.
        let _ = getrandom::fill(&mut random);
        Self {
            delivery: u64::from_le_bytes(random),
            profile_id: profile_id.to_owned(),
            fingerprint: None,
            overridden: Vec::new(),
            secrets: Vec::new(),
            secret_pointers: Vec::new(),
        }
    }
}

/// The record of a create request.
pub fn created(origin: &Origin, profile: &Profile, attachments: usize, exchange: &Exchange, causes: &[Cause]) -> HistoryRecord {
    let ticket = exchange.answer().filter(|_| exchange.is_accepted()).and_then(|answer| {
        let json = answer.json()?;
        attachment::ticket_id(&json)
    });
    let fingerprint = origin.fingerprint.unwrap_or_else(|| Fingerprint::of(&exchange.sent));
    let mut record = record(ExchangeKind::Create, origin, profile, exchange, causes);
    record.row.ticket = ticket;
    record.row.attachments = u32::try_from(attachments).unwrap_or(u32::MAX);
    record.fingerprint = Some(fingerprint);
    record
}

/// The record of an upload.
pub fn uploaded(origin: &Origin, profile: &Profile, exchange: &Exchange, causes: &[Cause]) -> HistoryRecord {
    let mut record = record(ExchangeKind::Upload, origin, profile, exchange, causes);
    record.row.attachments = 1;
    record.fingerprint = Some(Fingerprint::of(&exchange.sent));
    record
}

/// The record of a request that asks why something fails.
pub fn probed(origin: &Origin, profile: &Profile, exchange: &Exchange, causes: &[Cause]) -> HistoryRecord {
    record(ExchangeKind::Probe, origin, profile, exchange, causes)
}

fn record(kind: ExchangeKind, origin: &Origin, profile: &Profile, exchange: &Exchange, causes: &[Cause]) -> HistoryRecord {
    let row = HistoryRow { kind, delivery: origin.delivery, profile_id: origin.profile_id.clone(), ..HistoryRow::default() };
    // Without a name it is none, but the empty one that a request without a profile is sent with.
    let profile = (!profile.name.is_empty()).then(|| profile.clone());
    let causes = causes.iter().map(Into::into).collect();
    let mut secrets = origin.secrets.clone();
    if !origin.secret_pointers.is_empty()
        && let Some(json) = exchange.answer().and_then(Answer::json)
    {
        secrets.extend(secrets_at(&json, &origin.secret_pointers));
    }
    HistoryRecord { causes, secrets, ..HistoryRecord::new(row, profile, exchange.clone()) }
}

/// The exchange of a request that is about to go out: nothing is known of its outcome.
pub fn under_way(request: &Request, started_at: jiff::Timestamp) -> Exchange {
    Exchange { sent: RequestRecord::from(request), outcome: None, timings: Timings::default(), body_bytes_sent: 0, started_at }
}

/// The exchange of a request that was stopped here, after so many bytes of its body: it may have gone out, so it is kept.
pub fn cancelled(request: &Request, started_at: jiff::Timestamp, sent: u64) -> Exchange {
    let mut reason = CANCELLED_HERE.to_owned();
    if sent > 0 {
        reason.push_str(&format!(" after {} of its body", size_text(sent)));
    }
    broken_off(Exchange { body_bytes_sent: sent, ..under_way(request, started_at) }, &reason)
}

/// The exchange of a request that was broken off here, for a reason: it may have gone out, so it is kept.
pub(super) fn broken_off(begun: Exchange, reason: &str) -> Exchange {
    let failure = NetworkFailure {
        kind: FailureKind::Other,
        message: format!("{reason}; {MAY_HAVE_GONE_OUT}"),
        step: Some(Step::Send),
        peer: None,
    };
    Exchange { outcome: Some(Outcome::Failure(failure)), ..begun }
}
