//! A damaged database: noticed, set aside whole, and read row by row into a sound one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, types::Value};

use super::detail::{BodyPlace, Head};
use super::numbers::class_number;
use super::sqlite::{create_private, in_transaction, is_damage, store_error, words};
use super::words::KeptTexts;
use super::{bodies, pages, schema};
use crate::model::exchange::{Outcome, Timings};
use crate::model::history::StatusClass;
use crate::model::request_record::RequestRecord;
use crate::model::{Answer, Exchange, Redaction};
use crate::store::disk;
use crate::store::error::{Notice, StoreError};

const MENDING: &str = "Repairing the history";

/// Takes part in using the database. `None` where the place knows no locks, or cannot be written to.
pub(super) fn lock(root: &Path) -> Option<File> {
    let file = lock_file(root)?;
    // Whoever mends holds it alone, for a moment.
    file.lock_shared().ok().map(|()| file)
}

/// Keeps everybody else from the database, which is about to be moved.
///
/// # Errors
/// When somebody has it open.
pub(in crate::store) fn lock_alone(root: &Path) -> Result<Option<File>, TryLockError> {
    let Some(file) = lock_file(root) else { return Ok(None) };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
        // The place knows no locks.
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Puts what stands in the -wal into the database, which leaves it in one file. What is damaged stays as it is.
pub(in crate::store) fn checkpoint(path: &Path) {
    if disk::is_there(path)
        && let Ok(connection) = Connection::open(path)
    {
        let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
}

fn lock_file(root: &Path) -> Option<File> {
    let mut options = disk::private();
    options.read(true).append(true).create(true);
    options.open(root.join("history.lock")).ok()
}

fn marker(path: &Path) -> PathBuf {
    path.with_extension("damaged")
}

/// Remembers that the database is damaged, so that it is mended at the next start.
pub(super) fn mark(path: &Path) {
    let _ = fs::write(marker(path), "");
}

/// Whether something damaged was met since it was opened; the next start mends it.
pub(super) fn is_marked(path: &Path) -> bool {
    marker(path).exists()
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
        schema::has_its_tables(&connection)?;
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
    let Salvaged { count, patched, lost } = salvaged.map_err(|error| store_error(MENDING, path, &error))?;
    fs::rename(&new, path).map_err(io)?;
    let _ = fs::remove_file(marker(path));
    let lost = match lost {
        0 => "No exchange is known to be lost.".to_owned(),
        lost => format!("At least {lost} could not be read."),
    };
    let patched = match patched {
        0 => String::new(),
        patched => format!(" {patched} of them are not whole: what is lost of them was made up from the rest."),
    };
    Ok(Notice(format!(
        "The history was damaged: {reason}. It was set aside as {}, and {count} exchanges were read back from it.{patched} {lost}",
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
    let time = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
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

/// What became of the rows of a damaged database.
#[derive(Default)]
struct Salvaged {
    /// How many were read back.
    count: usize,
    /// How many of these are not whole: a part of them was made of what else is known.
    patched: usize,
    /// How many are known to have been there, and could not be read.
    lost: usize,
}

/// Copies every row that can be read.
fn salvage(work: &Path, new: &Path) -> rusqlite::Result<Salvaged> {
    create_private(new)?;
    let schema::Opened::Ready(mut target) = schema::open(new)? else { return Ok(Salvaged::default()) };
    let source = readable(work);
    if let Some(source) = &source {
        // What was not yet written into it belongs to its pages.
        let _ = source.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    let pages = Rows::of(&fs::read(work).unwrap_or_default());
    let mut ids = pages.ids();
    ids.extend(source.iter().flat_map(ids_of));
    let mut salvaged = Salvaged::default();
    // The newest first: a full disk then costs the oldest.
    let newest_first: Vec<i64> = ids.into_iter().rev().collect();
    for some in newest_first.chunks(1000) {
        let copied = in_transaction(&mut target, |transaction| {
            some.iter().map(|id| copy_row(source.as_ref(), &pages, transaction, *id)).collect::<rusqlite::Result<Vec<_>>>()
        })?;
        salvaged.count += copied.iter().filter(|copied| **copied != Copied::Nothing).count();
        salvaged.patched += copied.iter().filter(|copied| **copied == Copied::Patched).count();
    }
    salvaged.lost = newest_first.len() - salvaged.count;
    target.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;")?;
    Ok(salvaged)
}

/// The rows of each table, by their numbers.
#[derive(Default)]
struct Rows {
    exchange: BTreeMap<i64, Vec<Value>>,
    detail: BTreeMap<i64, Vec<Value>>,
    words: BTreeMap<i64, Vec<Value>>,
    snapshot: BTreeMap<i64, Vec<Value>>,
}

impl Rows {
    /// The rows in a file's pages, each told by its columns.
    fn of(file: &[u8]) -> Self {
        use Value::{Blob, Integer, Null, Text};
        let mut found = Self::default();
        for (id, mut columns) in pages::rows(file) {
            let table = match columns.as_slice() {
                [Null, Integer(_), Integer(_), Integer(_), Text(_), Text(_), _, Text(_), ..] if columns.len() == 22 => {
                    &mut found.exchange
                }
                [Null, Blob(head), Null | Blob(_), Null | Blob(_)] if bodies::read_head(head).is_ok() => &mut found.detail,
                [Null, Text(_), Text(_), Text(_), Text(_)] => &mut found.words,
                [Null, Blob(hash), Text(_)] if hash.len() == 32 => &mut found.snapshot,
                _ => continue,
            };
            columns[0] = Integer(id);
            table.entry(id).or_insert(columns);
        }
        found
    }

    fn ids(&self) -> BTreeSet<i64> {
        self.exchange.keys().chain(self.detail.keys()).chain(self.words.keys()).copied().collect()
    }

    fn table(&self, name: &str) -> &BTreeMap<i64, Vec<Value>> {
        match name {
            "exchange" => &self.exchange,
            "detail" => &self.detail,
            "words" => &self.words,
            _ => &self.snapshot,
        }
    }
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
fn ids_of(source: &Connection) -> BTreeSet<i64> {
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

/// What was copied of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copied {
    Nothing,
    /// A part of it was made of what else is known.
    Patched,
    Whole,
}

/// Copies one row with all that belongs to it. Of its line, its detail and its words each is made anew of the others where it is lost, as
/// far as they tell it; the words alone are no exchange without a line.
fn copy_row(source: Option<&Connection>, pages: &Rows, target: &Connection, id: i64) -> rusqlite::Result<Copied> {
    let find = |table: &str, id: i64| {
        let in_pages = pages.table(table).get(&id).cloned();
        in_pages.or_else(|| source.and_then(|source| whole(source, table, id)))
    };
    let (line, detail, words) = (find("exchange", id), find("detail", id), find("words", id));
    let is_whole = line.is_some() && detail.is_some() && words.is_some();
    let (line, mut detail) = match (line, detail) {
        (Some(line), Some(detail)) => (line, detail),
        (None, Some(detail)) => (line_of(id, &detail, pages), detail),
        (Some(line), None) => {
            let Some(detail) = words.as_deref().and_then(|words| detail_of(id, &line, words)) else { return Ok(Copied::Nothing) };
            (line, detail)
        }
        (None, None) => return Ok(Copied::Nothing),
    };
    let is_whole = !mend_bodies(&mut detail, words.as_deref()) && is_whole;
    let words = words.unwrap_or_else(|| words_of(id, &detail));
    if let Some(Value::Integer(snapshot)) = line.get(6)
        && let Some(profile) = find("snapshot", *snapshot)
    {
        put(target, "snapshot", &profile)?;
    }
    put(target, "exchange", &line)?;
    put(target, "detail", &detail)?;
    put(target, "words", &words)?;
    Ok(if is_whole { Copied::Whole } else { Copied::Patched })
}

/// What a list shows of an exchange, from its detail. When it was is taken from the one before it, or else from the one behind it: a time
/// that is far too early would have it deleted for its age.
fn line_of(id: i64, detail: &[Value], pages: &Rows) -> Vec<Value> {
    let head = head_of(detail);
    let status = head.as_ref().and_then(Head::status);
    let is_upload = head.as_ref().is_some_and(Head::has_parts);
    let is_beside =
        head.is_some_and(|head| [&head.sent, &head.answered].iter().any(|place| matches!(place, BodyPlace::Beside { .. })));
    let number = |number: i64| Value::Integer(number);
    let text = |text: &str| Value::Text(text.to_owned());
    let time_of = |line: &Vec<Value>| match line.get(1) {
        Some(Value::Integer(time)) if *time > 0 => Some(Value::Integer(*time)),
        _ => None,
    };
    let before = pages.exchange.range(..id).rev().find_map(|(_, line)| time_of(line));
    let time = before.or_else(|| pages.exchange.range(id..).find_map(|(_, line)| time_of(line)));
    let time = time.unwrap_or_else(|| Value::Integer(Timestamp::now().as_microsecond()));
    let class = class_number(StatusClass::of(status));
    let status = status.map_or(Value::Null, |status| number(status.into()));
    let mut line = vec![number(id), time, number(is_upload.into()), number(0), text(""), text(""), Value::Null];
    line.extend([text("POST"), status, number(class), Value::Null, text(""), text(""), Value::Null, number(0), number(0)]);
    line.extend([Value::Null, number(0), text(""), number(0), number(0), number(is_beside.into())]);
    line
}

/// The detail of an exchange, from its line and what is searched of it.
fn detail_of(id: i64, line: &[Value], words: &[Value]) -> Option<Vec<Value>> {
    let text = |column: usize| match words.get(column) {
        Some(Value::Text(text)) => text.as_str(),
        _ => "",
    };
    let answer = match line.get(8) {
        Some(Value::Integer(status)) => Some(Answer { status: u16::try_from(*status).ok()?, ..Answer::default() }),
        _ => None,
    };
    let exchange = Exchange {
        sent: RequestRecord { url: text(1).to_owned(), ..RequestRecord::default() },
        outcome: answer.map(Outcome::Answer),
        timings: Timings::default(),
        body_bytes_sent: 0,
        started_at: Timestamp::UNIX_EPOCH,
    };
    let mut head = Head::of(&exchange, &[], &Redaction::default());
    (head.sent, head.answered) = (BodyPlace::Inside, BodyPlace::Inside);
    let packed = |text: &[u8]| bodies::squeeze(text).ok().map(Value::Blob);
    let head = serde_json::to_vec(&head).ok()?;
    Some(vec![Value::Integer(id), packed(&head)?, packed(text(2).as_bytes())?, packed(text(3).as_bytes())?])
}

/// Puts what is searched of a body in the place of one that cannot be unpacked; tells whether there was one.
fn mend_bodies(detail: &mut [Value], words: Option<&[Value]>) -> bool {
    let mut is_mended = false;
    for column in [2, 3] {
        let is_broken = matches!(detail.get(column), Some(Value::Blob(packed)) if bodies::unsqueeze(packed).is_err());
        let text = match words.and_then(|words| words.get(column)) {
            Some(Value::Text(text)) => text.as_str(),
            _ => "",
        };
        if is_broken && let Ok(packed) = bodies::squeeze(text.as_bytes()) {
            detail[column] = Value::Blob(packed);
            is_mended = true;
        }
    }
    is_mended
}

fn head_of(detail: &[Value]) -> Option<Head> {
    let Some(Value::Blob(packed)) = detail.get(1) else { return None };
    bodies::read_head(packed).ok()
}

/// What is searched of an exchange, from its detail.
fn words_of(id: i64, detail: &[Value]) -> Vec<Value> {
    let blob = |column: usize| match detail.get(column) {
        Some(Value::Blob(packed)) => Some(packed.clone()),
        _ => None,
    };
    let kept = KeptTexts { head: blob(1).unwrap_or_default(), sent: blob(2), answer: blob(3) };
    let texts = [kept.url(), kept.payload(), kept.answer(), String::new()];
    std::iter::once(Value::Integer(id)).chain(texts.map(Value::Text)).collect()
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
