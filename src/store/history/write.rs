//! Keeping exchanges, and what the user says of them.

use std::sync::{Arc, PoisonError};

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};
use rusqlite::{OptionalExtension as _, Transaction, params};
use sha2::{Digest as _, Sha256};

use super::bodies::{self, Packed};
use super::database::{History, WRITING};
use super::detail::{Head, cut};
use super::numbers::{class_number, kind_number};
use super::sqlite::in_transaction;
use super::{schema, words};
use crate::model::exchange::{Answer, Outcome};
use crate::model::history::{HistoryRecord, StatusClass, is_outcome_unknown};
use crate::model::secrets::body_values::{BodyValue, secret_values};
use crate::model::secrets::collect::secrets_in;
use crate::model::secrets::mask::Masked;
use crate::model::secrets::placeholder::mask_references;
use crate::model::{Exchange, Profile, Redaction, RequestRecord, Secret};
use crate::store::disk;
use crate::store::error::StoreError;

/// Something that is written with others.
pub enum Write {
    /// An exchange that is about to begin.
    Begin(HistoryRecord),
    /// What came of the exchange in this row.
    Complete(i64, HistoryRecord),
}

/// How far an exchange is when it is written. Its words are indexed once it is over: an index is slow to change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Begun,
    Over,
}

impl Write {
    fn stage(&self) -> Stage {
        match self {
            Self::Begin(_) => Stage::Begun,
            Self::Complete(..) => Stage::Over,
        }
    }

    fn record(&self) -> &HistoryRecord {
        match self {
            Self::Begin(record) | Self::Complete(_, record) => record,
        }
    }
}

/// A record without secrets, ready to be written.
struct Ready {
    head: Vec<u8>,
    url: String,
    sent: Packed,
    /// Whether the request's body was packed for this; else it belongs to the row that was begun.
    owns_sent: bool,
    answered: Packed,
    words: [String; 2],
    cause: (String, String),
    /// The ticket's number, as far as it is not a secret.
    ticket: Option<String>,
}

impl History {
    /// Keeps an exchange. When this returns, it is on disk. The number is the row's.
    pub fn record(&self, record: &HistoryRecord) -> Result<i64, StoreError> {
        self.record_all(std::slice::from_ref(record)).map(|ids| ids.first().copied().unwrap_or_default())
    }

    /// Keeps several exchanges at once: all of them, or none.
    pub fn record_all(&self, records: &[HistoryRecord]) -> Result<Vec<i64>, StoreError> {
        self.is_writable()?;
        let mut ready = Vec::with_capacity(records.len());
        for record in records {
            match self.ready(record, None, Stage::Over) {
                Ok(one) => ready.push(one),
                Err(error) => {
                    ready.iter().for_each(|ready| self.drop_bodies(ready));
                    return Err(StoreError::io(WRITING, &self.inner.bodies, &error));
                }
            }
        }
        let ids = self.write(|transaction| {
            records
                .iter()
                .zip(&ready)
                .map(|(record, ready)| insert(transaction, record, ready, Stage::Over))
                .collect::<rusqlite::Result<Vec<_>>>()
        });
        if ids.is_err() {
            ready.iter().for_each(|ready| self.drop_bodies(ready));
        }
        ids
    }

    /// Keeps an exchange that is about to begin. It outlives the program, whatever ends that; [`History::complete`] writes what came of it.
    pub fn begin(&self, record: &HistoryRecord) -> Result<i64, StoreError> {
        self.is_writable()?;
        let ready =
            self.ready(record, None, Stage::Begun).map_err(|error| StoreError::io(WRITING, &self.inner.bodies, &error))?;
        // The disk is waited for once, when the exchange is complete.
        let written = self.write_without_waiting(|transaction| insert(transaction, record, &ready, Stage::Begun));
        written.inspect_err(|_| self.drop_bodies(&ready))
    }

    /// Writes in one transaction that outlives the program, whatever ends that; only a loss of power would lose it.
    fn write_without_waiting<T>(&self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let written = self.writer().and_then(|mut writer| {
            let _ = writer.execute_batch("PRAGMA synchronous = NORMAL");
            let written = in_transaction(&mut writer, work);
            let _ = writer.execute_batch("PRAGMA synchronous = FULL");
            written.map_err(|error| self.failed(WRITING, &error))
        });
        self.changed();
        written
    }

    /// Keeps exchanges that are about to begin, and what came of others, all of it in one transaction. What is kept outlives the
    /// program, whatever ends that; a loss of power takes it until [`History::settle`] returns. The numbers are the rows'.
    pub fn write_all(&self, writes: &[Write]) -> Result<Vec<i64>, StoreError> {
        self.is_writable()?;
        let mut ready = Vec::with_capacity(writes.len());
        let written = writes.iter().try_for_each(|write| self.ready_to_write(write).map(|one| ready.push(one))).and_then(|()| {
            self.write_without_waiting(|transaction| {
                let one = |(write, (id, ready)): (&Write, &(Option<i64>, Ready))| match id {
                    Some(id) => complete(transaction, *id, write.record(), ready).map(|()| *id),
                    None => insert(transaction, write.record(), ready, write.stage()),
                };
                writes.iter().zip(&ready).map(one).collect()
            })
        });
        written.inspect_err(|_| ready.iter().for_each(|(_, ready)| self.drop_bodies(ready)))
    }

    /// What is to be written, with the row that it completes.
    fn ready_to_write(&self, write: &Write) -> Result<(Option<i64>, Ready), StoreError> {
        let (id, kept) = match write {
            Write::Begin(_) => (None, None),
            // Somebody may have deleted it meanwhile; then it is a new row.
            Write::Complete(id, _) => self.begun(*id)?.map_or((None, None), |kept| (Some(*id), Some(kept))),
        };
        let ready = self.ready(write.record(), kept, write.stage());
        Ok((id, ready.map_err(|error| StoreError::io(WRITING, &self.inner.bodies, &error))?))
    }

    /// Waits until everything that was written is on disk.
    pub fn settle(&self) -> Result<(), StoreError> {
        let settled = self.writer()?.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        settled.map_err(|error| self.failed(WRITING, &error))
    }

    /// Where the request's body of an exchange that was begun is kept; `None` where there is no such row any more.
    fn begun(&self, id: i64) -> Result<Option<Packed>, StoreError> {
        const BEGUN: &str = "SELECT head, beside FROM detail JOIN exchange ON exchange.id = detail.id WHERE detail.id = ?1";
        let begun = self.read(|reader| {
            let read = |line: &rusqlite::Row<'_>| Ok((line.get::<_, Vec<u8>>(0)?, line.get::<_, i64>(1)?));
            reader.prepare_cached(BEGUN)?.query_row([id], read).optional()
        })?;
        let place = begun.and_then(|(head, beside)| Some((bodies::read_head(&head).ok()?.sent, beside.unsigned_abs())));
        Ok(place.map(|(place, beside)| Packed { place, inside: None, beside }))
    }

    /// Writes what came of an exchange that was begun. When this returns, it is on disk. The number is the row's.
    pub fn complete(&self, id: i64, record: &HistoryRecord) -> Result<i64, StoreError> {
        let Some(sent) = self.begun(id)? else {
            // Somebody deleted it meanwhile.
            return self.record(record);
        };
        let ready = self.ready(record, Some(sent), Stage::Over);
        let ready = ready.map_err(|error| StoreError::io(WRITING, &self.inner.bodies, &error))?;
        let written = self.write(|transaction| complete(transaction, id, record, &ready));
        written.inspect_err(|_| self.drop_bodies(&ready))?;
        Ok(id)
    }

    /// Whether anything can be written at all, which is asked before bodies are put beside the database.
    fn is_writable(&self) -> Result<(), StoreError> {
        if self.inner.is_full { Ok(()) } else { self.writer().map(drop) }
    }

    /// What the user writes to an exchange, without the secrets of that and of all others that are known. Of what cannot be unlocked,
    /// nothing is known.
    fn without_secrets(&self, id: i64, text: &str) -> String {
        if text.trim().is_empty() {
            return text.to_owned();
        }
        // Reading the exchange looks its secrets up.
        let own = self.open_record(id).map(|kept| secrets_in(&kept.exchange.sent, kept.exchange.answer())).unwrap_or_default();
        let known = self.inner.vault.known().into_iter().map(|(secret, _)| secret);
        let secrets: Vec<String> = own.into_iter().chain(known).map(|secret| secret.reveal().to_owned()).collect();
        Masked::hide(text, &secrets).text.into_owned()
    }

    /// Sets the user's note of an exchange.
    pub fn set_note(&self, id: i64, note: &str) -> Result<(), StoreError> {
        let note = self.without_secrets(id, note);
        self.write(|transaction| {
            words::add(transaction, id)?;
            transaction.execute("UPDATE words SET note = ?2 WHERE id = ?1", params![id, note]).map(drop)
        })
    }

    /// Sets the user's tags of an exchange, separated by spaces.
    pub fn set_tags(&self, id: i64, tags: &str) -> Result<(), StoreError> {
        let tags = self.without_secrets(id, tags).split_whitespace().collect::<Vec<_>>().join(" ");
        self.write(|transaction| transaction.execute("UPDATE exchange SET tags = ?2 WHERE id = ?1", params![id, tags])).map(drop)
    }

    /// Pins exchanges, so that they are never dropped by themselves, or lets them go.
    pub fn set_pinned(&self, ids: &[i64], pinned: bool) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut update = transaction.prepare_cached("UPDATE exchange SET pinned = ?2 WHERE id = ?1")?;
            ids.iter().try_for_each(|id| update.execute(params![id, pinned]).map(drop))
        })
    }

    /// Marks an exchange as the one that works, or takes the mark off. A profile has one of each kind.
    pub fn set_works(&self, id: i64, works: bool) -> Result<(), StoreError> {
        const OTHERS: &str = "UPDATE exchange SET works = 0 WHERE works AND (profile_id, kind) = \
            (SELECT profile_id, kind FROM exchange WHERE id = ?1)";
        self.write(|transaction| {
            if works {
                transaction.execute(OTHERS, [id])?;
            }
            transaction.execute("UPDATE exchange SET works = ?2 WHERE id = ?1", params![id, works]).map(drop)
        })
    }

    /// Writes in one transaction, which other processes see whole or not at all.
    pub(super) fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let result = if self.inner.is_full {
            schema::open_without_room(&self.inner.path).and_then(|mut writer| in_transaction(&mut writer, work))
        } else {
            in_transaction(&mut *self.writer()?, work)
        };
        self.changed();
        result.map_err(|error| self.failed(WRITING, &error))
    }

    /// Lets those exchanges be found that nobody completed, because the program was ended meanwhile.
    pub(super) fn index_what_never_ended(&self) {
        const MISSED: &str = "SELECT exchange.id FROM exchange LEFT JOIN words ON words.id = exchange.id \
            WHERE exchange.class = 0 AND exchange.id > (SELECT ifnull(max(id), 0) - 20000 FROM exchange) AND words.id IS NULL";
        let missed = self.read(|reader| {
            let ids: rusqlite::Result<Vec<i64>> = reader.prepare_cached(MISSED)?.query_map([], |line| line.get(0))?.collect();
            ids
        });
        if let Ok(missed) = missed
            && !missed.is_empty()
        {
            // Until then they are listed all the same.
            let _ = self.write(|transaction| missed.iter().try_for_each(|id| words::add(transaction, *id)));
        }
    }

    /// The record without its secrets. `kept` is the request's body where it is kept already.
    fn ready(&self, record: &HistoryRecord, kept: Option<Packed>, stage: Stage) -> std::io::Result<Ready> {
        let exchange = &record.exchange;
        let redaction = self.redaction(record);
        let mut head = Head::of(exchange, &record.causes, &redaction);
        let owns_sent = kept.is_none();
        let body = exchange.sent.body.as_deref().map(|body| redaction.hide_body(body, &|name| is_feedback(record, name)));
        let sent = match (kept, &body) {
            (Some(kept), _) => kept,
            (None, Some(body)) => bodies::pack(&self.inner.bodies, body.as_bytes())?,
            (None, None) => nothing(),
        };
        let payload = match stage {
            Stage::Begun => String::new(),
            Stage::Over => payload_words(&exchange.sent, body.as_deref(), &redaction),
        };
        let answered = match &exchange.outcome {
            Some(Outcome::Answer(answer)) => {
                // What it is found by is cut to length, wherever that is.
                let words = redaction.hide_piece(cut(&answer.text()));
                let packed = match &answer.whole {
                    Some(whole) => bodies::pack_whole(&self.inner.bodies, whole, answer.is_cut_off, &redaction),
                    None => bodies::pack(&self.inner.bodies, &hidden_body(answer, &redaction)),
                };
                packed.map(|packed| (packed, words))
            }
            Some(Outcome::Failure(failure)) => Ok((nothing(), redaction.hide_said(&failure.message))),
            None => Ok((nothing(), String::new())),
        };
        let (answered, answer_words) = answered.inspect_err(|_| {
            if owns_sent {
                self.drop_body(&sent);
            }
        })?;
        head.sent = sent.place.clone();
        head.answered = answered.place.clone();
        let url = head.url().to_owned();
        let head = bodies::squeeze(&serde_json::to_vec(&head)?)?;
        let cause = record.causes.first().map(|cause| (cause.id.clone(), redaction.hide_said(&cause.title))).unwrap_or_default();
        let ticket = record.row.ticket.as_deref().map(|ticket| mask_references(&redaction.hide(ticket)));
        Ok(Ready { head, url, sent, owns_sent, answered, words: [payload, answer_words], cause, ticket })
    }

    /// What hides the secrets of an exchange. Most have the same as the one before, and making it anew takes longer than to write.
    fn redaction(&self, record: &HistoryRecord) -> Arc<Redaction> {
        let vault = &self.inner.vault;
        let body = record.exchange.sent.body.as_deref().unwrap_or_default();
        let values = secret_values(body, &|name| is_feedback(record, name)).into_iter();
        let (no_words, words): (Vec<_>, Vec<_>) = values.partition(BodyValue::is_no_word);
        let secret = |one: BodyValue<'_>| Secret::new(one.value);
        let mut secrets = secrets_in(&record.exchange.sent, record.exchange.answer());
        secrets.extend(no_words.into_iter().map(secret));
        secrets.extend(record.secrets.iter().cloned());
        secrets.extend(record.profile.iter().flat_map(Profile::secrets));
        let mut named: Vec<_> = secrets.into_iter().map(|secret| (secret.clone(), vault.name(&secret))).collect();
        named.extend(vault.known());
        // A value that may be a word is hidden where it stands and nowhere else.
        let words = words.into_iter().map(secret).filter(|value| named.iter().all(|(known, _)| known != value));
        let placed: Vec<_> = words.map(|value| (value.clone(), vault.name(&value))).collect();
        // Each change is one assignment, so that a panic leaves nothing half done.
        let mut last = self.inner.redaction.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, redaction)) = &*last
            && *known == named
            && placed.is_empty()
        {
            return Arc::clone(redaction);
        }
        let mut redaction = Redaction::new(named.clone());
        if !placed.is_empty() {
            placed.iter().for_each(|(secret, name)| redaction.place(secret, name));
            return Arc::new(redaction);
        }
        let redaction = Arc::new(redaction);
        *last = Some((named, Arc::clone(&redaction)));
        redaction
    }

    fn drop_bodies(&self, ready: &Ready) {
        if ready.owns_sent {
            self.drop_body(&ready.sent);
        }
        self.drop_body(&ready.answered);
    }

    fn drop_body(&self, packed: &Packed) {
        if let super::detail::BodyPlace::Beside { name, .. } = &packed.place {
            // What stays behind is swept away at a later start.
            let _ = std::fs::remove_file(self.inner.bodies.join(name));
        }
    }
}

/// Whether a name is a parameter of the profile that an exchange was sent with.
fn is_feedback(record: &HistoryRecord, name: &str) -> bool {
    record.profile.as_ref().is_some_and(|profile| profile.is_parameter(name))
}

/// The body of an answer without its secrets. What it says in its own charset is read as its readers read it: bytes alone do not show a
/// key that is written in signs of another charset.
fn hidden_body(answer: &Answer, redaction: &Redaction) -> Vec<u8> {
    let (text, charset, _) = answer.charset().decode(&answer.body);
    let bytes = |bytes: &[u8]| if answer.is_piece() { redaction.hide_piece_bytes(bytes) } else { redaction.hide_bytes(bytes) };
    let hidden = if answer.is_piece() { redaction.hide_piece(&text) } else { redaction.hide(&text) };
    if charset == UTF_8 || hidden == text {
        return bytes(&answer.body);
    }
    if charset != UTF_16LE && charset != UTF_16BE {
        return bytes(&charset.encode(&hidden).0);
    }
    let mark = answer.body.get(..2).filter(|mark| matches!(mark, [0xff, 0xfe] | [0xfe, 0xff])).map(|_| 0xfeff);
    let units = mark.into_iter().chain(hidden.encode_utf16());
    units.flat_map(|unit| if charset == UTF_16LE { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

/// The words by which a request's body is found.
fn payload_words(sent: &RequestRecord, body: Option<&str>, redaction: &Redaction) -> String {
    let mut payload = body.map(cut).unwrap_or_default().to_owned();
    for part in sent.parts.iter().flatten() {
        payload.push_str(&format!("{} {}\n", part.name, part.filename.as_deref().unwrap_or_default()));
    }
    redaction.hide_piece(&payload)
}

fn nothing() -> Packed {
    Packed { place: super::detail::BodyPlace::Nowhere, inside: None, beside: 0 }
}

fn insert(transaction: &Transaction<'_>, record: &HistoryRecord, ready: &Ready, stage: Stage) -> rusqlite::Result<i64> {
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
        put_words(transaction, id, ready)?;
    }
    Ok(id)
}

/// Writes what came of an exchange into the row that it was begun with.
fn complete(transaction: &Transaction<'_>, id: i64, record: &HistoryRecord, ready: &Ready) -> rusqlite::Result<()> {
    const LINE: &str = "UPDATE exchange SET started_us = ?2, status = ?3, class = ?4, failure = ?5, cause = ?6, cause_title = ?7, \
        ticket = ?8, total_us = ?9, outcome_unknown = ?10, beside = ?11 WHERE id = ?1";
    let exchange = &record.exchange;
    let status = exchange.answer().map(|answer| answer.status);
    transaction.prepare_cached(LINE)?.execute(params![
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
    transaction.prepare_cached("UPDATE detail SET head = ?2, answer = ?3 WHERE id = ?1")?.execute(params![
        id,
        ready.head,
        ready.answered.inside
    ])?;
    put_words(transaction, id, ready)
}

/// Writes the words by which an exchange is found. It may have some already, with a note.
fn put_words(transaction: &Transaction<'_>, id: i64, ready: &Ready) -> rusqlite::Result<()> {
    const WORDS: &str = "INSERT INTO words (id, url, payload, answer, note) VALUES (?1, ?2, ?3, ?4, '') \
        ON CONFLICT (id) DO UPDATE SET answer = excluded.answer";
    let url = mask_references(&ready.url);
    transaction.prepare_cached(WORDS)?.execute(params![id, url, ready.words[0], ready.words[1]]).map(drop)
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

/// Deletes files whose rows are gone, as far as that can be done.
pub(super) fn delete_files(folder: &std::path::Path, names: &[String]) {
    for name in names {
        let path = folder.join(name);
        if disk::is_there(&path) {
            let _ = std::fs::remove_file(path);
        }
    }
}
