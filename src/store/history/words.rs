//! The words by which an exchange is found, made anew from what is kept of it: it was never completed, or they were lost.

use rusqlite::{OptionalExtension as _, Transaction, params};

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
    transaction
        .prepare_cached("INSERT INTO words (id, url, payload, answer, note) VALUES (?1, ?2, ?3, ?4, '')")?
        .execute(params![id, kept.url(), kept.payload(), kept.answer()])
        .map(drop)
}
