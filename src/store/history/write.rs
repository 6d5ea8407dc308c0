//! Keeping exchanges, and what the user says of them.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::bodies::{self, Packed};
use super::database::{History, WRITING};
use super::detail::{Head, cut};
use super::rows::{Ready, Stage, complete, insert};
use super::schema;
use super::sqlite::in_transaction;
use super::words::{self, Waiting};
use crate::model::exchange::{Answer, Outcome};
use crate::model::history::HistoryRecord;
use crate::model::secrets::body_values::{BodyValue, secret_values};
use crate::model::secrets::collect::secrets_in;
use crate::model::secrets::mask::Masked;
use crate::model::secrets::placeholder::mask_references;
use crate::model::{Profile, Redaction, RequestRecord, Secret};
use crate::store::disk;
use crate::store::error::StoreError;

/// Something that is written with others.
pub enum Write {
    /// An exchange that is about to begin.
    Begin(HistoryRecord),
    /// What came of the exchange in this row.
    Complete(i64, HistoryRecord),
    /// An exchange that is over and was not begun here. If it has a row, that was written before its body was known.
    Whole(Option<i64>, HistoryRecord),
}

impl Write {
    /// The row that it completes.
    pub fn row(&self) -> Option<i64> {
        match self {
            Self::Begin(_) => None,
            Self::Complete(id, _) => Some(*id),
            Self::Whole(id, _) => *id,
        }
    }

    fn stage(&self) -> Stage {
        match self {
            Self::Begin(_) => Stage::Begun,
            Self::Complete(..) | Self::Whole(..) => Stage::Over,
        }
    }

    fn record(&self) -> &HistoryRecord {
        match self {
            Self::Begin(record) | Self::Complete(_, record) | Self::Whole(_, record) => record,
        }
    }
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
            Waiting::within(transaction, |words| {
                let one = |(record, ready)| insert(transaction, words, record, ready, Stage::Over);
                records.iter().zip(&ready).map(one).collect::<rusqlite::Result<Vec<_>>>()
            })
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
        let insert = |transaction: &Transaction<'_>| insert(transaction, &mut Waiting::default(), record, &ready, Stage::Begun);
        let written = self.write_without_waiting(insert);
        written.inspect(|id| self.remember_begun(*id, &ready)).inspect_err(|_| self.drop_bodies(&ready))
    }

    /// So that [`History::begun`] need not read it.
    fn remember_begun(&self, id: i64, ready: &Ready) {
        /// More than are under way at once.
        const REMEMBERED: usize = 256;
        let mut begun = self.inner.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.truncate(REMEMBERED - 1);
        begun.push_front((id, ready.sent.place.clone(), ready.sent.beside));
    }

    /// Writes in one transaction that outlives the program, whatever ends that; only a loss of power would lose it.
    fn write_without_waiting<T>(&self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let written = self.writer().and_then(|mut writer| {
            self.wait_for_disk(&writer, false);
            in_transaction(&mut writer, work).map_err(|error| self.failed(WRITING, &error))
        });
        self.changed();
        written
    }

    /// Whether the end of a transaction waits until it is on disk. It is asked for with each; SQLite is told where it changes.
    fn wait_for_disk(&self, writer: &Connection, waits: bool) {
        let is_told = self.inner.is_hasty.load(Ordering::Relaxed) != waits;
        if !is_told && writer.pragma_update(None, "synchronous", if waits { "FULL" } else { "NORMAL" }).is_ok() {
            self.inner.is_hasty.store(!waits, Ordering::Relaxed);
        }
    }

    /// Keeps exchanges that are about to begin, and what came of others, all of it in one transaction. What is kept outlives the
    /// program, whatever ends that; a loss of power takes it until [`History::settle`] returns. The numbers are the rows'.
    pub fn write_all(&self, writes: &[Write]) -> Result<Vec<i64>, StoreError> {
        self.is_writable()?;
        let mut ready = Vec::with_capacity(writes.len());
        let prepared = writes.iter().try_for_each(|write| self.ready_to_write(write).map(|one| ready.push(one)));
        let written: Result<Vec<i64>, StoreError> = prepared.and_then(|()| {
            self.write_without_waiting(|transaction| {
                Waiting::within(transaction, |words| {
                    let one = |(write, (id, ready)): (&Write, &(Option<i64>, Ready))| match id {
                        Some(id) if complete(transaction, words, *id, write.record(), ready)? => Ok(*id),
                        Some(_) if ready.owns_sent => insert(transaction, words, write.record(), ready, write.stage()),
                        // Somebody deleted it meanwhile, its body too.
                        Some(_) => {
                            let anew = self.ready(write.record(), None, Stage::Over);
                            let anew = anew.map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
                            insert(transaction, words, write.record(), &anew, Stage::Over)
                        }
                        None => insert(transaction, words, write.record(), ready, write.stage()),
                    };
                    writes.iter().zip(&ready).map(one).collect()
                })
            })
        });
        if let Ok(ids) = &written {
            for ((write, id), (_, ready)) in writes.iter().zip(ids).zip(&ready) {
                if write.stage() == Stage::Begun {
                    self.remember_begun(*id, ready);
                }
            }
        }
        written.inspect_err(|_| ready.iter().for_each(|(_, ready)| self.drop_bodies(ready)))
    }

    /// What is to be written, with the row that it completes.
    fn ready_to_write(&self, write: &Write) -> Result<(Option<i64>, Ready), StoreError> {
        let (id, kept) = match write {
            Write::Begin(_) => (None, None),
            Write::Whole(id, _) => (*id, None),
            // Where nothing of it is left, it is a new row.
            Write::Complete(id, _) => self.begun(*id)?.map_or((None, None), |kept| (Some(*id), Some(kept))),
        };
        let ready = self.ready(write.record(), kept, write.stage());
        Ok((id, ready.map_err(|error| StoreError::io(WRITING, &self.inner.bodies, &error))?))
    }

    /// Prepares for many exchanges: what was written goes into the database less often, until [`History::settle`] is called.
    pub fn expect_many(&self) {
        /// Pages of the -wal. A page that changes with every exchange is then copied once for hundreds of them.
        const SELDOM: u32 = 8000;
        if let Ok(writer) = self.writer() {
            // Where that is refused, all is written as before.
            let _ = writer.pragma_update(None, "wal_autocheckpoint", SELDOM);
        }
    }

    /// Waits until everything that was written is on disk.
    pub fn settle(&self) -> Result<(), StoreError> {
        /// Pages, as SQLite has it by itself.
        const USUAL: u32 = 1000;
        let writer = self.writer()?;
        let settled = writer.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        settled.map_err(|error| self.failed(WRITING, &error))?;
        if writer.pragma_update(None, "wal_autocheckpoint", USUAL).is_ok() {
            // Whoever opens the history next reads the -wal from its beginning. Nobody is waited for: it only saves time.
            let _ = writer.execute_batch("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE);");
            let _ = writer.busy_timeout(Duration::from_millis(schema::BUSY_MS.into()));
        }
        Ok(())
    }

    /// Where the request's body of an exchange that was begun is kept; `None` where there is none.
    fn begun(&self, id: i64) -> Result<Option<Packed>, StoreError> {
        const BEGUN: &str = "SELECT head, beside FROM detail JOIN exchange ON exchange.id = detail.id WHERE detail.id = ?1";
        let remembered = self.inner.begun.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|one| one.0 == id).cloned();
        if let Some((_, place, beside)) = remembered {
            return Ok(Some(Packed { place, inside: None, beside }));
        }
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
        let written =
            self.write(|transaction| Waiting::within(transaction, |words| complete(transaction, words, id, record, &ready)));
        if written.inspect_err(|_| self.drop_bodies(&ready))? {
            return Ok(id);
        }
        self.drop_bodies(&ready);
        self.record(record)
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
            let mut writer = self.writer()?;
            self.wait_for_disk(&writer, true);
            in_transaction(&mut writer, work)
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
                if let Some(whole) = &answer.whole {
                    // Of a large body only the beginning is searched.
                    let words = redaction.hide_piece(cut(&answer.text()));
                    bodies::pack_whole(&self.inner.bodies, whole, answer.is_cut_off, &redaction).map(|packed| (packed, words))
                } else {
                    let hidden = HiddenAnswer::of(answer, &redaction);
                    bodies::pack(&self.inner.bodies, &hidden.bytes).map(|packed| (packed, hidden.words))
                }
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
        let head = serde_json::to_vec(&head)?;
        let head = match stage {
            Stage::Begun => bodies::squeeze_for_now(&head)?,
            Stage::Over => bodies::squeeze(&head)?,
        };
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

/// The body of an answer without its secrets.
struct HiddenAnswer {
    bytes: Vec<u8>,
    /// The words by which it is found.
    words: String,
}

impl HiddenAnswer {
    /// What the answer says in its own charset is read as its readers read it: bytes alone do not show a key that is written in signs of
    /// another charset.
    fn of(answer: &Answer, redaction: &Redaction) -> Self {
        let (text, charset, _) = answer.charset().decode(&answer.body);
        let hidden = if answer.is_piece() { redaction.hide_piece(&text) } else { redaction.hide(&text) };
        // A secret is hidden before the words are cut to length, so that no part of it is left.
        let words = cut(&hidden).to_owned();
        let hide = |bytes: &[u8]| if answer.is_piece() { redaction.hide_piece_bytes(bytes) } else { redaction.hide_bytes(bytes) };
        let bytes = if text.as_bytes() == &answer.body[..] {
            hidden.into_bytes()
        } else if charset == UTF_8 || hidden == text {
            hide(&answer.body)
        } else if charset == UTF_16LE || charset == UTF_16BE {
            utf16(&hidden, charset == UTF_16LE, &answer.body)
        } else {
            hide(&charset.encode(&hidden).0)
        };
        Self { bytes, words }
    }
}

/// A text in UTF-16, with a byte-order mark if the bytes have one that it was read from.
fn utf16(text: &str, is_little: bool, from: &[u8]) -> Vec<u8> {
    let mark = from.get(..2).filter(|mark| matches!(mark, [0xff, 0xfe] | [0xfe, 0xff])).map(|_| 0xfeff);
    let units = mark.into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

/// The words by which a request's body is found; `body` is without its secrets.
fn payload_words(sent: &RequestRecord, body: Option<&str>, redaction: &Redaction) -> String {
    let mut payload = body.map(cut).unwrap_or_default().to_owned();
    for part in sent.parts.iter().flatten() {
        payload.push_str(&redaction.hide(&format!("{} {}\n", part.name, part.filename.as_deref().unwrap_or_default())));
    }
    payload
}

fn nothing() -> Packed {
    Packed { place: super::detail::BodyPlace::Nowhere, inside: None, beside: 0 }
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
