//! A damaged database: noticed, set aside whole, and read row by row into a sound one.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, types::Value};

use super::detail::{Head, cut};
use super::sqlite::{create_private, in_transaction, is_damage, store_error, words};
use super::{bodies, schema};
use crate::model::secrets::placeholder::mask_references;
use crate::store::disk;
use crate::store::error::{Notice, StoreError};

const MENDING: &str = "Mending the history";

/// Takes part in using the database. `None` where the place knows no locks, or cannot be written to.
pub(super) fn lock(root: &Path) -> Option<File> {
    let file = lock_file(root)?;
    // Whoever mends holds it alone, for a moment.
    file.lock_shared().ok().map(|()| file)
}

fn lock_file(root: &Path) -> Option<File> {
    let mut options = fs::OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(root.join("history.lock")).ok()
}

fn marker(path: &Path) -> PathBuf {
    path.with_extension("damaged")
}

/// Remembers that the database is damaged, so that it is mended at the next start.
pub(super) fn mark(path: &Path) {
    let _ = fs::write(marker(path), "");
}

/// Why the database is to be mended, if it is. Looks at little, so that a large one opens at once.
pub(super) fn damage(path: &Path) -> Option<String> {
    if !path.exists() {
        return None;
    }
    if marker(path).exists() {
        return Some("reading it failed".into());
    }
    look(path).err().filter(is_damage).map(|error| words(&error))
}

fn look(path: &Path) -> rusqlite::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0) {
        return Ok(());
    }
    let connection = schema::open_to_read(path)?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |line| line.get(0))?;
    if tables > 0 {
        let mut newest = connection.prepare("SELECT exchange.id, url, length(head) FROM exchange JOIN words USING (id) JOIN detail USING (id) ORDER BY id DESC LIMIT 20")?;
        let mut lines = newest.query([])?;
        while lines.next()?.is_some() {}
    }
    Ok(())
}

/// Sets the damaged database aside and reads what can be read into a sound one.
pub(super) fn mend(root: &Path, path: &Path, reason: &str) -> Result<Notice, StoreError> {
    let io = |error: std::io::Error| StoreError::io(MENDING, path, &error);
    if let Some(file) = lock_file(root)
        && file.try_lock().is_err()
    {
        return Err(StoreError::said(MENDING, path, "another Centerpost has it open", "Close that one and start again."));
    }
    let aside = set_aside(path).map_err(io)?;
    let work = path.with_extension("mending");
    copy(&aside, &work).map_err(io)?;
    let new = path.with_extension("mended");
    remove_all(&new);
    let salvaged = salvage(&work, &new);
    remove_all(&work);
    let (count, lost) = salvaged.map_err(|error| store_error(MENDING, path, &error))?;
    fs::rename(&new, path).map_err(io)?;
    let _ = fs::remove_file(marker(path));
    let lost = match lost {
        0 => "No exchange is known to be lost.".to_owned(),
        lost => format!("At least {lost} could not be read."),
    };
    Ok(Notice(format!(
        "The history was damaged: {reason}. It was set aside as {}, and {count} exchanges were read back from it. {lost}",
        aside.display()
    )))
}

/// The files of a database: itself, and what was not yet written into it.
fn files(path: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    })
}

fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
    let time = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let mut number = 1;
    let aside = loop {
        let aside = path.with_extension(format!("corrupt-{time}-{number}.db"));
        if !disk::is_there(&aside) {
            break aside;
        }
        number += 1;
    };
    for (from, to) in files(path).iter().zip(files(&aside)) {
        if disk::is_there(from) {
            disk::rename(from, &to)?;
        }
    }
    Ok(aside)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    remove_all(to);
    // The -shm is an index of the -wal, which SQLite makes anew.
    for (from, to) in files(from).iter().zip(files(to)).take(2) {
        if disk::is_there(from) {
            fs::copy(from, to)?;
        }
    }
    Ok(())
}

fn remove_all(path: &Path) {
    for file in files(path) {
        let _ = fs::remove_file(file);
    }
}

/// Copies every row that can be read; returns how many, and how many are known to be lost.
fn salvage(work: &Path, new: &Path) -> rusqlite::Result<(usize, usize)> {
    create_private(new)?;
    let schema::Opened::Ready(mut target) = schema::open(new)? else { return Ok((0, 0)) };
    let Some(source) = readable(work) else { return Ok((0, 0)) };
    // The newest first: a full disk then costs the oldest.
    let ids: Vec<i64> = ids(&source).into_iter().rev().collect();
    let mut count = 0;
    for some in ids.chunks(1000) {
        count += in_transaction(&mut target, |transaction| {
            let mut copied = 0;
            for id in some {
                copied += usize::from(copy_row(&source, transaction, *id)?);
            }
            Ok(copied)
        })?;
    }
    target.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;")?;
    Ok((count, ids.len() - count))
}

/// Opens the copy, and if its first page makes no sense, with the first page of an empty database: the tables of both lie alike.
fn readable(work: &Path) -> Option<Connection> {
    let open = || {
        let connection = Connection::open(work).ok()?;
        let tables: rusqlite::Result<i64> =
            connection.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'exchange'", [], |line| line.get(0));
        tables.is_ok_and(|tables| tables == 1).then_some(connection)
    };
    open().or_else(|| {
        replace_first_page(work).ok()?;
        open()
    })
}

fn replace_first_page(work: &Path) -> std::io::Result<()> {
    const PAGE: u64 = 4096;
    let folder = tempfile::tempdir_in(work.parent().unwrap_or(Path::new(".")))?;
    let empty = folder.path().join("empty.db");
    if let Ok(schema::Opened::Ready(connection)) = schema::open(&empty) {
        let _ = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;");
    }
    let mut page = vec![0; usize::try_from(PAGE).unwrap_or_default()];
    File::open(&empty)?.read_exact(&mut page)?;
    let mut file = fs::OpenOptions::new().read(true).write(true).open(work)?;
    let pages = u32::try_from(file.metadata()?.len() / PAGE).unwrap_or(u32::MAX);
    // Bytes 28 to 31 of the header are the number of pages, which counts because bytes 24 to 27 and 92 to 95 agree.
    page[28..32].copy_from_slice(&pages.to_be_bytes());
    // Bytes 32 to 39 lead to the free pages, which are the empty database's.
    page[32..40].fill(0);
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&page)?;
    file.sync_all()
}

/// The numbers of the rows, as far as any table tells them: from its beginning and from its end, since a walk stops where a page is
/// damaged.
fn ids(source: &Connection) -> BTreeSet<i64> {
    let mut ids = BTreeSet::new();
    for table in ["exchange", "detail", "words"] {
        for order in ["ASC", "DESC"] {
            let Ok(mut statement) = source.prepare(&format!("SELECT id FROM {table} NOT INDEXED ORDER BY id {order}")) else {
                continue;
            };
            let Ok(mut lines) = statement.query([]) else { continue };
            while let Ok(Some(line)) = lines.next() {
                if let Ok(id) = line.get(0) {
                    ids.insert(id);
                }
            }
        }
    }
    ids
}

/// Copies one row with all that belongs to it. Without its line or its detail it is no exchange; its words are made anew, but for the
/// user's note.
fn copy_row(source: &Connection, target: &Connection, id: i64) -> rusqlite::Result<bool> {
    let Some(line) = whole(source, "exchange", id) else { return Ok(false) };
    let Some(detail) = whole(source, "detail", id) else { return Ok(false) };
    let words = whole(source, "words", id).unwrap_or_else(|| words_of(id, &detail));
    if let Some(Value::Integer(snapshot)) = line.get(6)
        && let Some(profile) = whole(source, "snapshot", *snapshot)
    {
        put(target, "snapshot", &profile)?;
    }
    put(target, "exchange", &line)?;
    put(target, "detail", &detail)?;
    put(target, "words", &words)?;
    Ok(true)
}

/// What is searched of an exchange, from its detail.
fn words_of(id: i64, detail: &[Value]) -> Vec<Value> {
    let unpacked = |column: usize| match detail.get(column) {
        Some(Value::Blob(packed)) => bodies::unsqueeze(packed).unwrap_or_default(),
        _ => Vec::new(),
    };
    let url = serde_json::from_slice::<Head>(&unpacked(1)).map(|head| mask_references(head.url())).unwrap_or_default();
    let text = |column| Value::Text(cut(&String::from_utf8_lossy(&unpacked(column))).to_owned());
    vec![Value::Integer(id), Value::Text(url), text(2), text(3), Value::Text(String::new())]
}

fn whole(source: &Connection, table: &str, id: i64) -> Option<Vec<Value>> {
    let mut statement = source.prepare_cached(&format!("SELECT * FROM {table} NOT INDEXED WHERE id = ?1")).ok()?;
    let columns = statement.column_count();
    statement.query_row([id], |line| (0..columns).map(|column| line.get(column)).collect()).optional().ok().flatten()
}

fn put(target: &Connection, table: &str, values: &[Value]) -> rusqlite::Result<()> {
    let places: Vec<String> = (1..=values.len()).map(|number| format!("?{number}")).collect();
    let sql = format!("INSERT OR IGNORE INTO {table} VALUES ({})", places.join(", "));
    target.prepare_cached(&sql)?.execute(rusqlite::params_from_iter(values)).map(drop)
}
