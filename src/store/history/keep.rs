//! How much is kept: deleting, dropping what is too old or too much, and sweeping up files that nobody owns.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use super::database::History;
use super::detail::BodyPlace;
use super::{bodies, schema, write};
use crate::model::history::Retention;
use crate::store::disk;
use crate::store::error::StoreError;

/// Rows that are dropped in one transaction: others want to write too.
const AT_ONCE: usize = 500;

/// A file this young may belong to a row that is just being written.
const YOUNG: Duration = Duration::from_secs(3600);

/// What may be dropped.
const FREE: &str = "NOT pinned AND NOT works";

impl History {
    /// Deletes exchanges, pinned or not, and wipes them from the file. Returns how many there were.
    pub fn delete(&self, ids: &[i64]) -> Result<usize, StoreError> {
        let mut deleted = 0;
        for some in ids.chunks(AT_ONCE) {
            let (count, files) = self.write(|transaction| drop_rows(transaction, some))?;
            deleted += count;
            write::delete_files(&self.inner.bodies, &files);
        }
        self.give_back();
        Ok(deleted)
    }

    /// Drops what the limits do not allow, oldest first, and never what is pinned or marked as working. Returns how many rows went.
    pub fn prune(&self, keep: &Retention, now: Timestamp) -> Result<usize, StoreError> {
        let mut dropped = 0;
        if keep.days > 0 {
            let days = jiff::SignedDuration::from_hours(24 * i64::from(keep.days));
            let oldest = now.checked_sub(days).unwrap_or(Timestamp::MIN).as_microsecond();
            let sql = format!("SELECT id FROM exchange WHERE started_us < ?1 AND {FREE} ORDER BY started_us LIMIT {AT_ONCE}");
            dropped += self.drop_while(|transaction| numbers(transaction, &sql, oldest))?;
        }
        if keep.count > 0 {
            let count = keep.count.cast_signed();
            let over = "SELECT max(0, count(*) - ?1) FROM exchange";
            let sql = format!("SELECT id FROM exchange WHERE {FREE} ORDER BY id LIMIT min({AT_ONCE}, ({over}))");
            dropped += self.drop_while(|transaction| numbers(transaction, &sql, count))?;
        }
        if keep.mib > 0 {
            let sql = format!("SELECT id FROM exchange WHERE {FREE} AND ?1 ORDER BY id LIMIT 100");
            let limit = keep.mib.saturating_mul(1 << 20);
            dropped += self.drop_while(|transaction| match size(transaction)? > limit {
                true => numbers(transaction, &sql, 1),
                false => Ok(Vec::new()),
            })?;
        }
        if dropped > 0 {
            self.give_back();
        }
        self.sweep()?;
        Ok(dropped)
    }

    /// Bytes on disk that rows and bodies take.
    pub fn size(&self) -> Result<u64, StoreError> {
        self.read(size)
    }

    /// As [`History::sweep`], once a day: it looks at every row that has a file.
    pub(super) fn sweep_daily(&self) {
        const DAY: Duration = Duration::from_secs(24 * 3600);
        let marker = self.inner.path.with_extension("swept");
        let last = std::fs::metadata(&marker).and_then(|metadata| metadata.modified()).ok();
        let is_due = last.is_none_or(|last| last.elapsed().is_ok_and(|age| age > DAY));
        // Where nothing can be written, nothing can be swept.
        if is_due && disk::write_over(&marker, b"").is_ok() {
            let _ = self.sweep();
        }
    }

    /// Deletes files of bodies whose row is gone, such as those of a program that was stopped while it wrote. Young ones may be somebody's.
    pub fn sweep(&self) -> Result<usize, StoreError> {
        disk::clean(&self.inner.bodies);
        let Ok(entries) = std::fs::read_dir(&self.inner.bodies) else { return Ok(0) };
        let old = |entry: &std::fs::DirEntry| {
            let modified = entry.metadata().and_then(|metadata| metadata.modified()).ok();
            modified.and_then(|time| SystemTime::now().duration_since(time).ok()).is_some_and(|age| age > YOUNG)
        };
        let names: Vec<String> = entries.flatten().filter(old).filter_map(|entry| entry.file_name().into_string().ok()).collect();
        if names.is_empty() {
            return Ok(0);
        }
        let owned = self.read(owned_files)?;
        let orphans: Vec<String> = names.into_iter().filter(|name| name.ends_with(".zst") && !owned.contains(name)).collect();
        write::delete_files(&self.inner.bodies, &orphans);
        Ok(orphans.len())
    }

    fn drop_while(&self, next: impl Fn(&Transaction<'_>) -> rusqlite::Result<Vec<i64>>) -> Result<usize, StoreError> {
        let mut dropped = 0;
        loop {
            let (count, files) = self.write(|transaction| {
                let ids = next(transaction)?;
                drop_rows(transaction, &ids)
            })?;
            write::delete_files(&self.inner.bodies, &files);
            dropped += count;
            if count == 0 {
                return Ok(dropped);
            }
        }
    }

    /// Gives free pages back to the system. Until the next writer does it they only wait for it.
    fn give_back(&self) {
        if self.inner.is_full {
            if let Ok(writer) = schema::open_without_room(&self.inner.path) {
                let _ = writer.execute_batch("PRAGMA incremental_vacuum(4096); PRAGMA journal_mode = WAL;");
            }
        } else if let Ok(writer) = self.writer() {
            let _ = writer.execute_batch("PRAGMA incremental_vacuum(4096); PRAGMA wal_checkpoint(PASSIVE);");
        }
    }
}

fn numbers(transaction: &Transaction<'_>, sql: &str, parameter: i64) -> rusqlite::Result<Vec<i64>> {
    transaction.prepare_cached(sql)?.query_map([parameter], |line| line.get(0))?.collect()
}

/// Deletes rows; returns how many there were, and the files of their bodies.
fn drop_rows(transaction: &Transaction<'_>, ids: &[i64]) -> rusqlite::Result<(usize, Vec<String>)> {
    let mut files = Vec::new();
    let mut count = 0;
    for id in ids {
        let beside: Option<i64> = rusqlite::OptionalExtension::optional(
            transaction.prepare_cached("SELECT beside FROM exchange WHERE id = ?1")?.query_row([id], |line| line.get(0)),
        )?;
        if beside.is_some_and(|bytes| bytes > 0) {
            files.extend(files_of(transaction, *id)?);
        }
        count += transaction.prepare_cached("DELETE FROM exchange WHERE id = ?1")?.execute(params![id])?;
    }
    Ok((count, files))
}

fn files_of(connection: &Connection, id: i64) -> rusqlite::Result<Vec<String>> {
    let head: Vec<u8> =
        connection.prepare_cached("SELECT head FROM detail WHERE id = ?1")?.query_row([id], |line| line.get(0))?;
    let places = bodies::read_head(&head).ok().map(|head| [head.sent, head.answered]).into_iter().flatten();
    Ok(places.filter_map(|place| if let BodyPlace::Beside { name, .. } = place { Some(name) } else { None }).collect())
}

fn owned_files(connection: &Connection) -> rusqlite::Result<HashSet<String>> {
    let ids: Vec<i64> = connection
        .prepare("SELECT id FROM exchange WHERE beside > 0")?
        .query_map([], |line| line.get(0))?
        .collect::<Result<_, _>>()?;
    let mut names = HashSet::new();
    for id in ids {
        names.extend(files_of(connection, id)?);
    }
    Ok(names)
}

fn size(connection: &Connection) -> rusqlite::Result<u64> {
    const PAGES: &str =
        "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
    let pages: i64 = connection.query_row(PAGES, [], |line| line.get(0))?;
    let beside: i64 =
        connection.query_row("SELECT coalesce(sum(beside), 0) FROM exchange WHERE beside > 0", [], |line| line.get(0))?;
    Ok(pages.unsigned_abs() + beside.unsigned_abs())
}
