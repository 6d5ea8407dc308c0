//! A text of any length as rows to be drawn: where each begins, never a copy of it.

use std::ops::Range;

/// The widest row, in characters; longer lines go on in further rows.
pub const WIDEST: usize = 400;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    start: u32,
    line: u32,
}

/// The rows of a text. The text itself is handed to each call, so that it can be shared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextRows {
    rows: Vec<Row>,
    /// Where the last row ends; text behind the first 4 GiB has no rows.
    end: usize,
}

impl TextRows {
    /// Cuts a text into its lines, and lines longer than `columns` characters into pieces.
    pub fn new(text: &str, columns: usize) -> Self {
        let columns = columns.max(1);
        let mut rows = Vec::new();
        let mut start = 0_usize;
        for (line, whole) in text.split_inclusive('\n').enumerate() {
            let (Ok(line), Ok(_)) = (u32::try_from(line), u32::try_from(start + whole.len())) else { break };
            let content = trim_line_end(whole);
            rows.push(Row { start: start as u32, line });
            // A line of no more bytes than columns cannot be too long, and most lines are such.
            if content.len() > columns {
                let pieces = content.char_indices().map(|(at, _)| at).step_by(columns).skip(1);
                rows.extend(pieces.map(|at| Row { start: (start + at) as u32, line }));
            }
            start += whole.len();
        }
        Self { rows, end: start }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the text has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Where a row stands in its text, in bytes and without its line end. Empty behind the last row.
    pub fn span(&self, text: &str, index: usize) -> Range<usize> {
        let Some(row) = self.rows.get(index) else { return self.end..self.end };
        let start = row.start as usize;
        let end = self.rows.get(index + 1).map_or(self.end, |next| next.start as usize);
        let whole = text.get(start..end).unwrap_or("");
        start..start + trim_line_end(whole).len()
    }

    /// The number of a row's line, from 1.
    pub fn line(&self, index: usize) -> usize {
        self.rows.get(index).map_or(0, |row| row.line as usize + 1)
    }

    /// Whether a row goes on with the line of the row above.
    pub fn continues(&self, index: usize) -> bool {
        index > 0 && self.line(index) == self.line(index - 1)
    }

    /// The row that holds a byte of the text.
    pub fn row_at(&self, offset: usize) -> usize {
        self.rows.partition_point(|row| row.start as usize <= offset).saturating_sub(1)
    }
}

fn trim_line_end(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// Where a needle stands in a text, at most `limit` times, whatever the case of ASCII letters. Occurrences do not overlap.
pub fn find(text: &str, needle: &str, limit: usize) -> Vec<Range<usize>> {
    let (bytes, needle) = (text.as_bytes(), needle.as_bytes());
    let Some(first) = needle.first() else { return Vec::new() };
    let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    let mut found = Vec::new();
    let mut at = 0;
    while found.len() < limit && at + needle.len() <= bytes.len() {
        let last = bytes.len() - needle.len() + 1;
        let Some(step) = bytes[at..last].iter().position(|byte| *byte == lower || *byte == upper) else { break };
        at += step;
        if bytes[at..at + needle.len()].eq_ignore_ascii_case(needle) {
            found.push(at..at + needle.len());
            at += needle.len();
        } else {
            at += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_by_table() {
        for (text, columns, expected) in [
            ("", 5, vec![]),
            ("\n", 5, vec![(1, "")]),
            ("a\nb", 5, vec![(1, "a"), (2, "b")]),
            ("a\r\n\r\nb\n", 5, vec![(1, "a"), (2, ""), (3, "b")]),
            ("abcdefgh\nij", 3, vec![(1, "abc"), (1, "def"), (1, "gh"), (2, "ij")]),
            ("äöüß", 3, vec![(1, "äöü"), (1, "ß")]),
            ("abc\r\nd", 3, vec![(1, "abc"), (2, "d")]),
        ] {
            let rows = TextRows::new(text, columns);
            let found: Vec<_> = (0..rows.len()).map(|index| (rows.line(index), &text[rows.span(text, index)])).collect();
            assert_eq!(found, expected, "{text:?}");
            for (offset, _) in text.char_indices().filter(|(_, c)| *c != '\n' && *c != '\r') {
                assert!(rows.span(text, rows.row_at(offset)).contains(&offset), "{text:?} at {offset}");
            }
        }
        let rows = TextRows::new("abcdef\ng", 3);
        assert_eq!((0..3).map(|index| rows.continues(index)).collect::<Vec<_>>(), [false, true, false]);
    }

    #[test]
    fn searches_by_table() {
        for (text, needle, limit, expected) in [
            ("abcABC", "bc", 9, vec![1..3, 4..6]),
            ("aaaa", "aa", 9, vec![0..2, 2..4]),
            ("aaaa", "a", 2, vec![0..1, 1..2]),
            ("grün GRüN", "ün", 9, vec![2..5, 8..11]),
            ("x", "", 9, vec![]),
            ("x", "xyz", 9, vec![]),
            ("xxyxy", "xy", 9, vec![1..3, 3..5]),
        ] {
            assert_eq!(find(text, needle, limit), expected, "{needle:?} in {text:?}");
        }
    }
}
