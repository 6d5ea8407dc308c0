//! The database's tables, and how an older database becomes today's.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

/// One step for each version; the version is the number of steps that were taken. A step that was released is never changed.
const STEPS: [&str; 1] = ["
CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    profile TEXT NOT NULL
);
CREATE TABLE exchange (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started_us INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    delivery INTEGER NOT NULL,
    profile_id TEXT NOT NULL,
    profile_name TEXT NOT NULL,
    snapshot INTEGER,
    method TEXT NOT NULL,
    status INTEGER,
    class INTEGER NOT NULL,
    failure TEXT,
    cause TEXT NOT NULL,
    cause_title TEXT NOT NULL,
    ticket TEXT,
    attachments INTEGER NOT NULL,
    total_us INTEGER NOT NULL,
    fingerprint BLOB,
    outcome_unknown INTEGER NOT NULL,
    tags TEXT NOT NULL DEFAULT '',
    pinned INTEGER NOT NULL DEFAULT 0,
    works INTEGER NOT NULL DEFAULT 0,
    beside INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX exchange_by_profile ON exchange (profile_id, id);
CREATE INDEX exchange_by_class ON exchange (class, id);
CREATE INDEX exchange_by_cause ON exchange (cause, id);
CREATE INDEX exchange_by_start ON exchange (started_us, id);
CREATE INDEX exchange_by_delivery ON exchange (delivery);
CREATE INDEX exchange_by_fingerprint ON exchange (fingerprint, id) WHERE fingerprint IS NOT NULL;
CREATE INDEX exchange_kept ON exchange (id) WHERE pinned OR works;
CREATE INDEX exchange_with_files ON exchange (id) WHERE attachments > 0;
CREATE INDEX exchange_tagged ON exchange (id) WHERE tags <> '';
CREATE TABLE detail (
    id INTEGER PRIMARY KEY,
    head BLOB NOT NULL,
    sent BLOB,
    answer BLOB
);
CREATE TABLE words (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    payload TEXT NOT NULL,
    answer TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE VIRTUAL TABLE found USING fts5 (
    url, payload, answer, note,
    content = 'words', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
INSERT INTO found (found, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER words_added AFTER INSERT ON words BEGIN
    INSERT INTO found (rowid, url, payload, answer, note) VALUES (new.id, new.url, new.payload, new.answer, new.note);
END;
CREATE TRIGGER words_gone AFTER DELETE ON words BEGIN
    INSERT INTO found (found, rowid, url, payload, answer, note)
    VALUES ('delete', old.id, old.url, old.payload, old.answer, old.note);
END;
CREATE TRIGGER words_changed AFTER UPDATE ON words BEGIN
    INSERT INTO found (found, rowid, url, payload, answer, note)
    VALUES ('delete', old.id, old.url, old.payload, old.answer, old.note);
    INSERT INTO found (rowid, url, payload, answer, note) VALUES (new.id, new.url, new.payload, new.answer, new.note);
END;
CREATE TRIGGER exchange_gone AFTER DELETE ON exchange BEGIN
    DELETE FROM detail WHERE id = old.id;
    DELETE FROM words WHERE id = old.id;
END;
"];

/// Milliseconds to wait for another process that writes.
pub(super) const BUSY_MS: u32 = 20_000;

/// What came of opening a database.
pub(super) enum Opened {
    /// It can be written to.
    Ready(Connection),
    /// A later version of the program made it; its number.
    Newer(i64),
}

/// Opens a database for writing, and makes or upgrades its tables.
pub(super) fn open(path: &Path) -> rusqlite::Result<Opened> {
    open_with(path, &STEPS)
}

fn open_with(path: &Path, steps: &[&str]) -> rusqlite::Result<Opened> {
    let mut connection = Connection::open(path)?;
    prepare(&connection)?;
    // Vacuuming by steps can only be chosen before the first table is made.
    connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    connection.execute_batch("PRAGMA secure_delete = ON; PRAGMA foreign_keys = OFF; PRAGMA journal_size_limit = 67108864;")?;
    let version = version(&connection)?;
    let newest = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    if version > newest {
        return Ok(Opened::Newer(version));
    }
    if version < newest {
        upgrade(&mut connection, path, steps)?;
    }
    Ok(Opened::Ready(connection))
}

/// Opens a database so that rows can be deleted from it where the disk has no room for a journal: it is in memory, and nobody else has
/// the file meanwhile. Whoever stops the program now damages the database, which the next start mends.
pub(super) fn open_without_room(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    // Before anything is read: whoever has the file alone needs no shared memory, which would be a file.
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; PRAGMA secure_delete = ON;")?;
    prepare(&connection)?;
    Ok(connection)
}

/// Opens a database for reading.
pub(super) fn open_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    match prepare(&connection).and_then(|()| version(&connection)).map_err(|error| (error.sqlite_error_code(), error)) {
        // Where nothing can be written, nobody else writes either, and the files that readers share are not needed.
        Err((Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::SystemIoFailure | ErrorCode::DiskFull), _)) => {
            let path =
                percent_encoding::utf8_percent_encode(&path.to_string_lossy(), percent_encoding::NON_ALPHANUMERIC).to_string();
            let url = format!("file:{}?immutable=1", path.replace("%2F", "/"));
            let connection = Connection::open_with_flags(url, flags | OpenFlags::SQLITE_OPEN_URI)?;
            prepare(&connection)?;
            Ok(connection)
        }
        _ => Ok(connection),
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .execute_batch(&format!("PRAGMA busy_timeout = {BUSY_MS}; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;"))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Whether the tables of today's version are there; one that is not is damage.
pub(super) fn has_its_tables(connection: &Connection) -> rusqlite::Result<()> {
    const TABLES: &str = "SELECT count(*) FROM sqlite_schema WHERE name IN ('snapshot', 'exchange', 'detail', 'words', 'found')";
    let is_todays = version(connection)? == i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let count: i64 = connection.query_row(TABLES, [], |row| row.get(0))?;
    if is_todays && count < 5 {
        let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
        return Err(rusqlite::Error::SqliteFailure(corrupt, Some("a table is missing".to_owned())));
    }
    Ok(())
}

/// Takes the missing steps in one transaction. A copy of what was there is kept before.
fn upgrade(connection: &mut Connection, path: &Path, steps: &[&str]) -> rusqlite::Result<()> {
    let before = version(connection)?;
    if before > 0 {
        let copy = path.with_extension(format!("before-{}-{}.db", steps.len(), jiff::Timestamp::now().as_millisecond()));
        connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
        crate::store::disk::keep_private(&copy);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it while this one waited.
    let reached = usize::try_from(version(&transaction)?).unwrap_or_default();
    for step in steps.iter().skip(reached) {
        transaction.execute_batch(step)?;
    }
    if reached < steps.len() {
        transaction.execute_batch(&format!("PRAGMA user_version = {}", steps.len()))?;
    }
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_database_is_copied_and_brought_up_to_date() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let Opened::Ready(connection) = open(&path).unwrap() else { panic!() };
        connection.execute("INSERT INTO snapshot (hash, profile) VALUES (x'00', 'kept')", []).unwrap();
        drop(connection);
        let steps = [STEPS[0], "ALTER TABLE snapshot ADD COLUMN extra TEXT DEFAULT 'new'"];
        let Opened::Ready(connection) = open_with(&path, &steps).unwrap() else { panic!() };
        let read = |connection: &Connection, sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0));
        assert_eq!(read(&connection, "SELECT profile || extra FROM snapshot").unwrap(), "keptnew");
        let copies: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().contains("before-2"))
            .collect();
        let copy = open_to_read(&copies[0]).unwrap();
        assert_eq!(read(&copy, "SELECT profile FROM snapshot").unwrap(), "kept");
        assert!(read(&copy, "SELECT extra FROM snapshot").is_err());
        // What a later version made is left as it is.
        assert!(matches!(open(&path).unwrap(), Opened::Newer(2)));
    }

    #[test]
    fn a_step_that_fails_leaves_the_database_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        drop(open(&path).unwrap());
        assert!(open_with(&path, &[STEPS[0], "ALTER TABLE snapshot ADD COLUMN extra TEXT; SELECT nonsense"]).is_err());
        let Opened::Ready(connection) = open(&path).unwrap() else { panic!() };
        assert_eq!(version(&connection).unwrap(), 1);
        assert!(connection.prepare("SELECT extra FROM snapshot").is_err());
    }
}
