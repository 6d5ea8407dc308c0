//! Reading the history: the list, one exchange, and earlier ones that are the same.

use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row as Line, params, params_from_iter};

use super::database::{History, READING};
use super::sqlite::is_damage;
use super::words::KeptTexts;
use super::{bodies, query, salvage};
use crate::model::attachment::ticket_in;
use crate::model::case::Earlier;
use crate::model::exchange::Outcome;
use crate::model::history::{ExchangeKind, Filter, Fingerprint, HistoryRecord, HistoryRow};
use crate::model::secrets::email::beginning;
use crate::model::secrets::placeholder::{mask_references, references_in};
use crate::model::{Profile, Redaction};
use crate::store::error::StoreError;

/// What a line of the list is made of.
const LINE: &str = "SELECT exchange.id, started_us, kind, delivery, profile_id, profile_name, method, words.url, status, failure, \
    cause, cause_title, ticket, attachments, total_us, note, tags, pinned, works, substr(words.payload, 1, 1200), \
    CASE WHEN words.id IS NULL THEN (SELECT head FROM detail WHERE detail.id = exchange.id) END, \
    CASE WHEN words.id IS NULL THEN (SELECT sent FROM detail WHERE detail.id = exchange.id) END \
    FROM exchange LEFT JOIN words ON words.id = exchange.id";

impl History {
    /// The numbers of the exchanges that a filter lets through, newest first: those before a number, if one is given, and no more
    /// than so many.
    pub fn ids(&self, filter: &Filter, before: Option<i64>, limit: Option<usize>) -> Result<Vec<i64>, StoreError> {
        let query = query::ids(filter, before, limit);
        let scanner = self.inner.scanner.lock().unwrap_or_else(PoisonError::into_inner);
        let scan = || -> rusqlite::Result<Vec<i64>> {
            let mut statement = scanner.prepare_cached(&query.sql)?;
            let mut lines = statement.query(params_from_iter(query.parameters))?;
            let mut ids = Vec::new();
            loop {
                match lines.next() {
                    Ok(Some(line)) => ids.push(line.get(0)?),
                    Ok(None) => return Ok(ids),
                    // What was read so far is sound; the next start mends the rest.
                    Err(error) if is_damage(&error) && !ids.is_empty() => {
                        salvage::mark(&self.inner.path);
                        return Ok(ids);
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        scan().map_err(|error| self.failed(READING, &error))
    }

    /// Whether something damaged was met, so that what is read may not be all there is. The next start mends it.
    pub fn is_damaged(&self) -> bool {
        salvage::is_marked(&self.inner.path)
    }

    /// The lines of these numbers, in their order. Those that are gone are left out; one that is damaged is there, and says so.
    pub fn rows(&self, ids: &[i64]) -> Result<Vec<HistoryRow>, StoreError> {
        self.read(|reader| {
            let mut statement = reader.prepare_cached(&format!("{LINE} WHERE exchange.id = ?1"))?;
            let mut rows = Vec::with_capacity(ids.len());
            for id in ids {
                match statement.query_row([id], row).optional() {
                    Ok(row) => rows.extend(row),
                    Err(error) if is_damage(&error) => {
                        salvage::mark(&self.inner.path);
                        rows.push(HistoryRow::damaged(*id));
                    }
                    Err(rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::Utf8Error(..)) => {
                        rows.push(HistoryRow::damaged(*id));
                    }
                    Err(rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::IntegralValueOutOfRange(..)) => {
                        rows.push(HistoryRow::damaged(*id));
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(rows)
        })
    }

    /// The first lines that a filter lets through, newest first.
    pub fn list(&self, filter: &Filter, limit: usize) -> Result<Vec<HistoryRow>, StoreError> {
        self.rows(&self.ids(filter, None, Some(limit))?)
    }

    /// Whether the whole database is sound. Reads all of it.
    pub fn is_sound(&self) -> Result<bool, StoreError> {
        self.read(|reader| reader.query_row("PRAGMA integrity_check(1)", [], |line| line.get::<_, String>(0)))
            .map(|said| said == "ok")
    }

    /// How many exchanges there are.
    pub fn count(&self) -> Result<u64, StoreError> {
        self.read(|reader| reader.query_row("SELECT count(*) FROM exchange", [], |line| line.get::<_, i64>(0)))
            .map(i64::unsigned_abs)
    }

    /// Every profile that occurs: its name on disk and the latest of its names.
    pub fn profiles(&self) -> Result<Vec<(String, String)>, StoreError> {
        const NEXT: &str =
            "SELECT profile_id, profile_name FROM exchange WHERE profile_id > ?1 ORDER BY profile_id, id DESC LIMIT 1";
        self.read(|reader| {
            let mut statement = reader.prepare_cached(NEXT)?;
            let mut found: Vec<(String, String)> = Vec::new();
            let mut after = String::new();
            // One step of the index for each profile; DISTINCT would walk over every row.
            while let Some(next) = statement.query_row([&after], |line| Ok((line.get(0)?, line.get(1)?))).optional()? {
                after.clone_from(&next.0);
                found.push(next);
            }
            Ok(found)
        })
    }

    /// An exchange as it was, with its secrets as far as they are known.
    pub fn open_record(&self, id: i64) -> Result<HistoryRecord, StoreError> {
        let found = self.read(|reader| raw(reader, id))?;
        let Some(raw) = found else {
            let advice = "It was deleted, or dropped by the limits in the settings; the list shows those that are kept.";
            return Err(StoreError::said(READING, &self.inner.path, &format!("there is no exchange {id}"), advice));
        };
        self.assemble(raw, true)
    }

    /// An exchange as it was, with references in the place of its secrets.
    pub fn open_record_sealed(&self, id: i64) -> Result<HistoryRecord, StoreError> {
        let found = self.read(|reader| raw(reader, id))?;
        found.map_or_else(|| self.open_record(id), |raw| self.assemble(raw, false))
    }

    /// The exchanges of one delivery: the create request and its uploads, oldest first.
    pub fn delivery(&self, delivery: u64) -> Result<Vec<HistoryRow>, StoreError> {
        self.read(|reader| {
            let mut statement = reader.prepare_cached(&format!("{LINE} WHERE delivery = ?1 ORDER BY exchange.id"))?;
            statement.query_map([delivery.cast_signed()], row)?.collect()
        })
    }

    /// An earlier request that a request of this fingerprint would repeat: one that created its ticket since a time, or the latest
    /// one if nobody knows what became of it. Returns whether it is the latter.
    pub fn repeats(&self, fingerprint: &Fingerprint, since: Timestamp) -> Result<Option<(HistoryRow, bool)>, StoreError> {
        const LATEST: &str = "SELECT id, outcome_unknown FROM exchange WHERE fingerprint = ?1 ORDER BY id DESC LIMIT 1";
        // As `HistoryRow::is_success`: a page with a success status created nothing.
        const CREATED: &str = "SELECT id FROM exchange WHERE fingerprint = ?1 AND class = 2 AND cause IN ('', 'none') AND started_us >= ?2 \
            ORDER BY id DESC LIMIT 1";
        let found = self.read(|reader| {
            let latest =
                reader.prepare_cached(LATEST)?.query_row([fingerprint.0], |line| Ok((line.get(0)?, line.get(1)?))).optional()?;
            if let Some((id, true)) = latest {
                return Ok(Some((id, true)));
            }
            let parameters = params![fingerprint.0, since.as_microsecond()];
            let created = reader.prepare_cached(CREATED)?.query_row(parameters, |line| line.get::<_, i64>(0)).optional()?;
            Ok(created.map(|id| (id, false)))
        })?;
        let Some((id, unknown)) = found else { return Ok(None) };
        Ok(self.rows(&[id])?.pop().map(|row| (row, unknown)))
    }

    /// The exchange of a profile that the user marked as the one that works, or else the latest that did.
    pub fn working(&self, profile_id: &str, kind: ExchangeKind) -> Result<Option<HistoryRow>, StoreError> {
        // As `HistoryRow::is_success`.
        let latest = format!(
            "{LINE} WHERE profile_id = ?1 AND class = 2 AND cause IN ('', 'none') AND kind = ?2 ORDER BY exchange.id DESC LIMIT 1"
        );
        self.read(|reader| {
            let marked = format!("{LINE} WHERE (pinned OR works) AND works AND profile_id = ?1 AND kind = ?2 LIMIT 1");
            let kind = super::numbers::kind_number(kind);
            let found = reader.prepare_cached(&marked)?.query_row(params![profile_id, kind], row).optional()?;
            if found.is_some() {
                return Ok(found);
            }
            reader.prepare_cached(&latest)?.query_row(params![profile_id, kind], row).optional()
        })
    }

    /// What worked at a profile's endpoint before, as far as it is evidence: the marked exchange, or else the latest that succeeded. What
    /// cannot be read is none.
    pub fn earlier(&self, profile_id: &str) -> Vec<Earlier> {
        let found = if profile_id.is_empty() { None } else { self.working(profile_id, ExchangeKind::Create).ok().flatten() };
        let kept = found.and_then(|row| self.open_record(row.id).ok());
        let earlier = kept.map(|kept| Earlier {
            url: kept.exchange.sent.url.clone(),
            status: kept.row.status.unwrap_or_default(),
            when: kept.row.started_at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        });
        earlier.into_iter().collect()
    }

    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let result = work(&self.reader());
        result.map_err(|error| self.failed(READING, &error))
    }

    pub(super) fn assemble(&self, raw: Raw, with_secrets: bool) -> Result<HistoryRecord, StoreError> {
        let Raw { row, head, sent, answer, profile, fingerprint } = raw;
        let broken = |reason: String| {
            let advice = "The rest of the history can be read; delete this exchange if you do not need it.";
            StoreError::said(READING, &self.inner.path, &format!("exchange {}: {reason}", row.id), advice)
        };
        let head = bodies::read_head(&head).map_err(|error| broken(error.to_string()))?;
        let unpack = |place, inside| bodies::unpack(&self.inner.bodies, place, inside);
        let is_sent = head.sent != super::detail::BodyPlace::Nowhere;
        let (sent, sent_cut) = unpack(&head.sent, sent).map_err(|error| broken(format!("its payload: {error}")))?;
        let (answer, answer_cut) = unpack(&head.answered, answer).map_err(|error| broken(format!("its answer: {error}")))?;
        let whole =
            bodies::unpack_whole(&self.inner.bodies, &head.answered).map_err(|error| broken(format!("its answer: {error}")))?;
        let mut names: Vec<String> = head.texts().flat_map(references_in).collect();
        names.extend(references_in(&String::from_utf8_lossy(&sent)));
        names.extend(references_in(&String::from_utf8_lossy(&answer)));
        names.sort();
        names.dedup();
        let known: Vec<_> = names
            .iter()
            .filter(|_| with_secrets)
            .filter_map(|name| Some((self.inner.vault.secret(name)?, name.clone())))
            .collect();
        let missing_secrets = names.len() - known.len();
        let redaction = Redaction::new(known);
        let sent = is_sent.then_some(sent);
        let (mut exchange, causes) = head.exchange(row.method.clone(), row.started_at, sent, &answer, &redaction);
        if let Some(Outcome::Answer(answer)) = &mut exchange.outcome {
            answer.whole = whole;
        }
        let profile = profile.and_then(|text| Profile::from_json(&text).ok());
        Ok(HistoryRecord {
            row,
            profile,
            exchange,
            causes,
            fingerprint,
            secrets: Vec::new(),
            missing_secrets,
            sent_cut,
            answer_cut,
        })
    }
}

/// An exchange as it lies in the database.
pub(super) struct Raw {
    pub(super) row: HistoryRow,
    pub(super) head: Vec<u8>,
    pub(super) sent: Option<Vec<u8>>,
    pub(super) answer: Option<Vec<u8>>,
    pub(super) profile: Option<String>,
    pub(super) fingerprint: Option<Fingerprint>,
}

pub(super) fn raw(reader: &Connection, id: i64) -> rusqlite::Result<Option<Raw>> {
    let found = reader.prepare_cached(&format!("{LINE} WHERE exchange.id = ?1"))?.query_row([id], row).optional()?;
    let Some(row) = found else { return Ok(None) };
    let (head, sent, answer) = reader
        .prepare_cached("SELECT head, sent, answer FROM detail WHERE id = ?1")?
        .query_row([id], |line| Ok((line.get(0)?, line.get(1)?, line.get(2)?)))?;
    let (profile, fingerprint) = reader
        .prepare_cached(
            "SELECT profile, fingerprint FROM exchange LEFT JOIN snapshot ON snapshot.id = snapshot WHERE exchange.id = ?1",
        )?
        .query_row([id], |line| Ok((line.get(0)?, line.get::<_, Option<[u8; 32]>>(1)?)))?;
    Ok(Some(Raw { row, head, sent, answer, profile, fingerprint: fingerprint.map(Fingerprint) }))
}

/// The beginning of a payload. More of it is read than is shown: what follows tells whether it would end inside an address.
fn preview(payload: &str) -> String {
    mask_references(&one_line(beginning(payload, 160)))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn row(line: &Line<'_>) -> rusqlite::Result<HistoryRow> {
    let failure: Option<String> = line.get(9)?;
    let kind: usize = line.get::<_, u8>(2)?.into();
    // One that is under way has no words yet.
    let under_way = match line.get::<_, Option<Vec<u8>>>(20)? {
        Some(head) => Some(KeptTexts { head, sent: line.get(21)?, answer: None }),
        None => None,
    };
    let text = |column: usize| line.get::<_, Option<String>>(column).map(Option::unwrap_or_default);
    let (url, payload) = match &under_way {
        Some(kept) => (kept.url(), kept.payload()),
        None => (text(7)?, text(19)?),
    };
    let kind = ExchangeKind::ALL.get(kind).copied().unwrap_or_default();
    let ticket: Option<String> = line.get(12)?;
    Ok(HistoryRow {
        id: line.get(0)?,
        started_at: Timestamp::from_microsecond(line.get(1)?).unwrap_or_default(),
        kind,
        delivery: line.get::<_, i64>(3)?.cast_unsigned(),
        profile_id: line.get(4)?,
        profile_name: line.get(5)?,
        method: line.get(6)?,
        // The ticket that a file went to stands in its address.
        ticket: ticket.or_else(|| if kind == ExchangeKind::Upload { ticket_in(&url) } else { None }),
        url: mask_references(&url),
        status: line.get(8)?,
        failure: failure.and_then(|kind| serde_json::from_value(kind.into()).ok()),
        cause: (line.get(10)?, line.get(11)?),
        attachments: line.get(13)?,
        total: Duration::from_micros(line.get::<_, i64>(14)?.unsigned_abs()),
        note: text(15)?,
        tags: line.get(16)?,
        pinned: line.get(17)?,
        works: line.get(18)?,
        preview: preview(&payload),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_does_not_end_inside_an_address() {
        let payload = format!("{{\"summary\": \"{}\", \"submitter\": \"jim.doe@acme.com\"}}", "x".repeat(125));
        let shown = preview(&payload);
        assert!(shown.ends_with("submitter\": \"") && shown.len() < 160, "{shown}");
        assert_eq!(preview("a\n b"), "a b");
    }
}
