//! The words by which an exchange is found, made anew from what is kept of it: it was never completed, or they were lost.

use rusqlite::{OptionalExtension as _, ToSql, Transaction};

use super::bodies;
use super::detail::{Head, cut};
use crate::model::secrets::placeholder::mask_references;

/// What is kept of an exchange, packed as it lies in the database.
#[derive(Clone, Debug, Default)]
pub(super) struct KeptTexts {
    pub(super) head: Vec<u8>,
    pub(super) sent: Option<Vec<u8>>,
    pub(super) answer: Option<Vec<u8>>,
}

impl KeptTexts {
    /// The URL without its secrets; empty where it cannot be read.
    pub(super) fn url(&self) -> String {
        bodies::read_head(&self.head).as_ref().map(Head::url).map(mask_references).unwrap_or_default()
    }

    /// What is searched of the request's body.
    pub(super) fn payload(&self) -> String {
        searched(self.sent.as_deref())
    }

    /// What is searched of the answer.
    pub(super) fn answer(&self) -> String {
        searched(self.answer.as_deref())
    }
}

fn searched(packed: Option<&[u8]>) -> String {
    let text = packed.and_then(|packed| bodies::unsqueeze(packed).ok()).unwrap_or_default();
    cut(&String::from_utf8_lossy(&text)).to_owned()
}

/// The words by which an exchange is found.
pub(super) struct Words {
    pub(super) id: i64,
    pub(super) url: String,
    pub(super) payload: String,
    pub(super) answer: String,
}

/// Words that are to be written in a transaction. The index is written with each statement, so that one has the words of several exchanges.
#[derive(Default)]
pub(super) struct Waiting(Vec<Words>);

impl Waiting {
    /// Exchanges of one statement.
    const AT_ONCE: usize = 16;

    pub(super) fn push(&mut self, transaction: &Transaction<'_>, words: Words) -> rusqlite::Result<()> {
        self.0.push(words);
        if self.0.len() < Self::AT_ONCE { Ok(()) } else { self.write(transaction) }
    }

    /// Does work that writes exchanges, and writes the words that are left of it.
    pub(super) fn within<T>(
        transaction: &Transaction<'_>,
        work: impl FnOnce(&mut Self) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let mut waiting = Self::default();
        let done = work(&mut waiting)?;
        waiting.write(transaction).map(|()| done)
    }

    /// Writes those that are left. An exchange may have words already, with a note.
    fn write(&mut self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let rows = vec!["(?, ?, ?, ?, '')"; self.0.len()].join(", ");
        let sql = format!(
            "INSERT INTO words (id, url, payload, answer, note) VALUES {rows} \
             ON CONFLICT (id) DO UPDATE SET answer = excluded.answer"
        );
        let values = self.0.iter().flat_map(|one| [&one.id as &dyn ToSql, &one.url, &one.payload, &one.answer]);
        transaction.prepare_cached(&sql)?.execute(rusqlite::params_from_iter(values))?;
        self.0.clear();
        Ok(())
    }
}

/// Gives an exchange its words if it has none.
pub(super) fn add(transaction: &Transaction<'_>, id: i64) -> rusqlite::Result<()> {
    if transaction.prepare_cached("SELECT 1 FROM words WHERE id = ?1")?.exists([id])? {
        return Ok(());
    }
    let kept = transaction
        .prepare_cached("SELECT head, sent, answer FROM detail WHERE id = ?1")?
        .query_row([id], |line| Ok(KeptTexts { head: line.get(0)?, sent: line.get(1)?, answer: line.get(2)? }))
        .optional()?;
    let Some(kept) = kept else { return Ok(()) };
    Waiting(vec![Words { id, url: kept.url(), payload: kept.payload(), answer: kept.answer() }]).write(transaction)
}
