//! Rows read straight from the pages of a database's file, whatever leads to them: a page that is lost takes its own rows along, and no
//! others.

use rusqlite::types::Value;

/// A row of some table: its number, and its columns.
pub(super) type PageRow = (i64, Vec<Value>);

/// The first byte of a page that holds rows of a table.
const LEAF: u8 = 0x0d;

/// No row is longer: larger bodies lie in files beside the database.
const LONGEST: u64 = 256 << 20;

/// Every row that stands whole in the file.
pub(super) fn rows(file: &[u8]) -> Vec<PageRow> {
    let size = page_size(file);
    let reserved = file.get(20).copied().filter(|reserved| *reserved < 64).map_or(0, usize::from);
    let pages = Pages { file, size, usable: size - reserved };
    (0..file.len() / size).flat_map(|number| pages.rows_of(number)).collect()
}

/// The size of a page as the file's head tells it, or the usual one.
fn page_size(file: &[u8]) -> usize {
    let named = file.get(16..18).map_or(0, |two| usize::from(u16::from_be_bytes([two[0], two[1]])));
    match named {
        1 => 65536,
        size if size.is_power_of_two() && (512..=32768).contains(&size) && file.starts_with(b"SQLite format 3\0") => size,
        _ => 4096,
    }
}

struct Pages<'a> {
    file: &'a [u8],
    size: usize,
    /// The bytes of a page that hold anything.
    usable: usize,
}

impl Pages<'_> {
    fn page(&self, number: usize) -> Option<&[u8]> {
        let start = number.checked_mul(self.size)?;
        self.file.get(start..start.checked_add(self.size)?)
    }

    fn rows_of(&self, number: usize) -> Vec<PageRow> {
        let Some(page) = self.page(number) else { return Vec::new() };
        let head = if number == 0 { 100 } else { 0 };
        if page.get(head) != Some(&LEAF) {
            return Vec::new();
        }
        let count = short(page, head + 3).unwrap_or_default();
        let cells = (0..count).filter_map(|index| short(page, head + 8 + 2 * index));
        cells.filter_map(|at| self.row(page, at)).collect()
    }

    /// The row of a cell, if all of it is there and makes sense.
    fn row(&self, page: &[u8], at: usize) -> Option<PageRow> {
        let (length, at) = varint(page, at)?;
        let (id, at) = varint(page, at)?;
        if length > LONGEST {
            return None;
        }
        let length = usize::try_from(length).ok()?;
        let inside = self.inside(length);
        let mut record = page.get(at..at.checked_add(inside)?)?.to_vec();
        if inside < length {
            self.overflow(long(page, at + inside)?, length, &mut record)?;
        }
        Some((id.cast_signed(), columns(&record)?))
    }

    /// How much of a record stands in its cell, by the file format's rule.
    fn inside(&self, length: usize) -> usize {
        let most = self.usable - 35;
        if length <= most {
            return length;
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let wanted = least + (length - least) % (self.usable - 4);
        if wanted <= most { wanted } else { least }
    }

    /// The rest of a record, from page to page.
    fn overflow(&self, first: usize, length: usize, record: &mut Vec<u8>) -> Option<()> {
        let mut next = first;
        while record.len() < length {
            let page = self.page(next.checked_sub(1)?)?;
            let count = (length - record.len()).min(self.usable - 4);
            record.extend_from_slice(page.get(4..4 + count)?);
            next = long(page, 0)?;
        }
        // A page that was lost leads nowhere, and the last one says that it is the last.
        (next == 0).then_some(())
    }
}

/// The columns of a record.
fn columns(record: &[u8]) -> Option<Vec<Value>> {
    let (head, mut at) = varint(record, 0)?;
    let head = usize::try_from(head).ok().filter(|head| *head <= record.len())?;
    let mut data = head;
    let mut columns = Vec::new();
    while at < head {
        let (kind, next) = varint(record, at)?;
        at = next;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => usize::try_from(kind).ok()?,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            kind => usize::try_from((kind - 12) / 2).ok()?,
        };
        let bytes = record.get(data..data.checked_add(length)?)?;
        data += length;
        columns.push(match kind {
            0 => Value::Null,
            1..=6 => Value::Integer(integer(bytes)),
            7 => Value::Real(f64::from_be_bytes(bytes.try_into().ok()?)),
            8 => Value::Integer(0),
            9 => Value::Integer(1),
            kind if kind % 2 == 0 => Value::Blob(bytes.to_vec()),
            _ => Value::Text(String::from_utf8(bytes.to_vec()).ok()?),
        });
    }
    (at == head && data == record.len()).then_some(columns)
}

fn integer(bytes: &[u8]) -> i64 {
    let sign = bytes.first().map_or(0, |first| i64::from(first.cast_signed() >> 7));
    bytes.iter().fold(sign, |number, byte| (number << 8) | i64::from(*byte))
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()
}

/// A number of one to nine bytes, and where it ends.
fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut number = 0_u64;
    for index in 0..8 {
        let byte = *bytes.get(at + index)?;
        number = (number << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, at + index + 1));
        }
    }
    Some(((number << 8) | u64::from(*bytes.get(at + 8)?), at + 9))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn what_sqlite_wrote_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL; CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, c)").unwrap();
        let mut expected = Vec::new();
        for number in 1..=300_i64 {
            let values = [
                Value::Integer((number - 150) * 1_000_003_i64.pow(u32::try_from(number % 3).unwrap())),
                Value::Text("ü".repeat(usize::try_from(number * 40).unwrap())),
                Value::Blob(vec![7; usize::try_from(number % 5).unwrap() * 9000]),
            ];
            connection
                .execute("INSERT INTO t VALUES (?1, ?2, ?3, ?4)", rusqlite::params![number, values[0], values[1], values[2]])
                .unwrap();
            expected.push((number, [vec![Value::Null], values.to_vec()].concat()));
        }
        drop(connection);
        let file = std::fs::read(&path).unwrap();
        let mut found: Vec<_> = rows(&file).into_iter().filter(|(_, columns)| columns.len() == 4).collect();
        found.sort_by_key(|(id, _)| *id);
        assert_eq!(found, expected);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(mut bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..9000), at in 0usize..9000) {
            for page in (0..bytes.len()).step_by(4096) {
                bytes[page] = LEAF;
            }
            let _ = (rows(&bytes), varint(&bytes, at), columns(&bytes));
        }
    }
}
