//! The rows that an exchange has in the database's tables.

use rusqlite::{Transaction, params};
use sha2::{Digest as _, Sha256};

use super::bodies::Packed;
use super::numbers::{class_number, kind_number};
use super::words::{Waiting, Words};
use crate::model::history::{HistoryRecord, StatusClass, is_outcome_unknown};
use crate::model::secrets::placeholder::mask_references;
use crate::model::{Exchange, Profile};

/// How far an exchange is when it is written. Its words are indexed once it is over: an index is slow to change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Begun,
    Over,
}

/// A record without secrets, ready to be written.
pub(super) struct Ready {
    pub(super) head: Vec<u8>,
    pub(super) url: String,
    pub(super) sent: Packed,
    /// Whether the request's body was packed for this; else it belongs to the row that was begun.
    pub(super) owns_sent: bool,
    pub(super) answered: Packed,
    pub(super) words: [String; 2],
    pub(super) cause: (String, String),
    /// The ticket's number, as far as it is not a secret.
    pub(super) ticket: Option<String>,
}

impl Ready {
    pub(super) fn words(&self, id: i64) -> Words {
        let [payload, answer] = self.words.clone();
        Words { id, url: mask_references(&self.url), payload, answer }
    }
}

/// Writes an exchange into a new row. Its words are put to those that are to be written.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    words: &mut Waiting,
    record: &HistoryRecord,
    ready: &Ready,
    stage: Stage,
) -> rusqlite::Result<i64> {
    const LINE: &str = "INSERT INTO exchange (started_us, kind, delivery, profile_id, profile_name, snapshot, method, status, class, \
        failure, cause, cause_title, ticket, attachments, total_us, fingerprint, outcome_unknown, beside) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
    let exchange = &record.exchange;
    let status = exchange.answer().map(|answer| answer.status);
    transaction.prepare_cached(LINE)?.execute(params![
        exchange.started_at.as_microsecond(),
        kind_number(record.row.kind),
        record.row.delivery.cast_signed(),
        record.row.profile_id,
        record.profile.as_ref().map(|profile| profile.name.as_str()).unwrap_or_default(),
        snapshot(transaction, record.profile.as_ref())?,
        exchange.sent.method,
        status,
        class_number(StatusClass::of(status)),
        failure_name(exchange),
        ready.cause.0,
        ready.cause.1,
        ready.ticket,
        record.row.attachments,
        i64::try_from(exchange.timings.total.as_micros()).unwrap_or(i64::MAX),
        record.fingerprint.map(|fingerprint| fingerprint.0),
        is_outcome_unknown(exchange),
        (ready.sent.beside + ready.answered.beside).cast_signed(),
    ])?;
    let id = transaction.last_insert_rowid();
    transaction.prepare_cached("INSERT INTO detail (id, head, sent, answer) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        id,
        ready.head,
        ready.sent.inside,
        ready.answered.inside
    ])?;
    if stage == Stage::Over {
        words.push(transaction, ready.words(id))?;
    }
    Ok(id)
}

/// Writes what came of an exchange into the row that it was begun with. Returns whether there is such a row. Its words are put to those
/// that are to be written.
pub(super) fn complete(
    transaction: &Transaction<'_>,
    words: &mut Waiting,
    id: i64,
    record: &HistoryRecord,
    ready: &Ready,
) -> rusqlite::Result<bool> {
    const LINE: &str = "UPDATE exchange SET started_us = ?2, status = ?3, class = ?4, failure = ?5, cause = ?6, cause_title = ?7, \
        ticket = ?8, total_us = ?9, outcome_unknown = ?10, beside = ?11 WHERE id = ?1";
    let exchange = &record.exchange;
    let status = exchange.answer().map(|answer| answer.status);
    let changed = transaction.prepare_cached(LINE)?.execute(params![
        id,
        exchange.started_at.as_microsecond(),
        status,
        class_number(StatusClass::of(status)),
        failure_name(exchange),
        ready.cause.0,
        ready.cause.1,
        ready.ticket,
        i64::try_from(exchange.timings.total.as_micros()).unwrap_or(i64::MAX),
        is_outcome_unknown(exchange),
        (ready.sent.beside + ready.answered.beside).cast_signed(),
    ])?;
    if changed == 0 {
        return Ok(false);
    }
    if ready.owns_sent {
        put_sent(transaction, id, record, ready)?;
    }
    transaction.prepare_cached("UPDATE detail SET head = ?2, answer = ?3 WHERE id = ?1")?.execute(params![
        id,
        ready.head,
        ready.answered.inside
    ])?;
    words.push(transaction, ready.words(id))?;
    Ok(true)
}

/// Writes what the request turned out to be into a row that was begun without its body.
fn put_sent(transaction: &Transaction<'_>, id: i64, record: &HistoryRecord, ready: &Ready) -> rusqlite::Result<()> {
    const LINE: &str = "UPDATE exchange SET kind = ?2, delivery = ?3, attachments = ?4, fingerprint = ?5 WHERE id = ?1";
    transaction.prepare_cached(LINE)?.execute(params![
        id,
        kind_number(record.row.kind),
        record.row.delivery.cast_signed(),
        record.row.attachments,
        record.fingerprint.map(|fingerprint| fingerprint.0),
    ])?;
    transaction.prepare_cached("UPDATE detail SET sent = ?2 WHERE id = ?1")?.execute(params![id, ready.sent.inside]).map(drop)
}

/// What kind of failure it was, as the database has it.
fn failure_name(exchange: &Exchange) -> Option<String> {
    let failure = exchange.failure().and_then(|failure| serde_json::to_value(failure.kind).ok());
    failure.as_ref().and_then(|kind| kind.as_str()).map(str::to_owned)
}

/// The number of a profile as it is; equal ones share it.
fn snapshot(transaction: &Transaction<'_>, profile: Option<&Profile>) -> rusqlite::Result<Option<i64>> {
    let Some(profile) = profile else { return Ok(None) };
    let mut profile = profile.clone();
    // Names and values of secret headers stay out: the exchange has those that were sent.
    profile.extra_headers.clear();
    let text = profile.to_value().to_string();
    let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    transaction
        .prepare_cached("INSERT INTO snapshot (hash, profile) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING")?
        .execute(params![hash, text])?;
    transaction.prepare_cached("SELECT id FROM snapshot WHERE hash = ?1")?.query_row([hash], |row| row.get(0)).map(Some)
}
