//! A JSON text of any length as the rows of a tree: one small record for each value, which points into the text.

use std::collections::HashSet;
use std::ops::Range;

use serde::de::{Error as _, IgnoredAny};

const NO_KEY: u32 = u32::MAX;
/// Deeper levels are drawn and set no further in.
const DEEPEST_INDENT: usize = 64;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// An object.
    Object,
    /// An array.
    Array,
    /// A string.
    String,
    /// A number.
    Number,
    /// `true`, `false` or `null`.
    Word,
}

impl JsonKind {
    /// Whether it holds further values.
    pub fn is_container(self) -> bool {
        matches!(self, Self::Object | Self::Array)
    }
}

#[derive(Clone, Copy, Debug)]
struct Row {
    key: u32,
    value: u32,
    /// The row behind the last of its descendants.
    end: u32,
    depth: u16,
    kind: JsonKind,
}

/// The values of a JSON text in the order in which they stand there. The text itself is handed to each call, so that it can be shared.
#[derive(Clone, Debug, Default)]
pub struct JsonRows {
    rows: Vec<Row>,
    /// How many values each container holds itself, by its row: most rows are none, and there are many.
    counts: Vec<(u32, u32)>,
}

/// Which containers are open: all above a depth, but for those that were toggled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folds {
    /// Containers at a smaller depth are open.
    pub open_depth: u16,
    /// Containers for which it is the other way round, by row.
    pub toggled: HashSet<usize>,
}

impl JsonRows {
    /// Reads a JSON text. serde_json judges whether it is one; its error says what is wrong and where.
    pub fn new(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str::<IgnoredAny>(text)?;
        if u32::try_from(text.len()).is_err() {
            return Err(serde_json::Error::custom("a text over 4 GiB is not shown as a tree"));
        }
        Ok(Builder::default().build(text.as_bytes()))
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none, as in the rows of no text.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How deep a value lies; 0 is the outermost.
    pub fn depth(&self, row: usize) -> usize {
        self.rows.get(row).map_or(0, |row| usize::from(row.depth))
    }

    /// What a value is.
    pub fn kind(&self, row: usize) -> JsonKind {
        self.rows.get(row).map_or(JsonKind::Word, |row| row.kind)
    }

    /// How many values a container holds itself.
    pub fn children(&self, row: usize) -> usize {
        let found = u32::try_from(row).ok().and_then(|row| self.counts.binary_search_by_key(&row, |(own, _)| *own).ok());
        found.map_or(0, |at| self.counts[at].1 as usize)
    }

    /// Where a member's key stands, with its quotes.
    pub fn key(&self, text: &str, row: usize) -> Option<Range<usize>> {
        let key = self.rows.get(row)?.key;
        (key != NO_KEY).then(|| key as usize..string_end(text.as_bytes(), key as usize + 1))
    }

    /// Where a value stands, whole.
    pub fn value(&self, text: &str, row: usize) -> Range<usize> {
        let Some(found) = self.rows.get(row) else { return 0..0 };
        let (start, bytes) = (found.value as usize, text.as_bytes());
        start..if found.kind.is_container() { container_end(bytes, start) } else { scalar_end(bytes, start) }
    }

    /// The beginning of a value that is not a container, at most so many bytes of it, and whether more follows.
    pub fn preview<'t>(&self, text: &'t str, row: usize, bytes: usize) -> (&'t str, bool) {
        let Some(found) = self.rows.get(row) else { return ("", false) };
        let start = found.value as usize;
        let mut limit = (start + bytes).min(text.len());
        while !text.is_char_boundary(limit) {
            limit -= 1;
        }
        // Only as much as is shown is looked at: a string may be a hundred megabytes long.
        let end = scalar_end(&text.as_bytes()[..limit], start).min(limit);
        let is_whole =
            end < limit || limit == text.len() || scalar_end(&text.as_bytes()[..(limit + 1).min(text.len())], start) == end;
        (text.get(start..end).unwrap_or(""), !is_whole)
    }

    /// The row above in the tree.
    pub fn parent(&self, row: usize) -> Option<usize> {
        let depth = self.rows.get(row)?.depth;
        (0..row).rev().find(|above| self.rows[*above].depth < depth)
    }

    /// The JSON pointer of a value.
    pub fn pointer(&self, text: &str, row: usize) -> String {
        let mut steps = Vec::new();
        let mut at = row;
        while let Some(parent) = self.parent(at) {
            steps.push(match self.key(text, at) {
                Some(key) => {
                    let key: String = serde_json::from_str(&text[key.clone()]).unwrap_or_else(|_| text[key].to_owned());
                    key.replace('~', "~0").replace('/', "~1")
                }
                None => self.position(parent, at).to_string(),
            });
            at = parent;
        }
        steps.iter().rev().map(|step| format!("/{step}")).collect()
    }

    fn position(&self, parent: usize, row: usize) -> usize {
        let (mut at, mut position) = (parent + 1, 0);
        while at < row {
            at = self.rows[at].end as usize;
            position += 1;
        }
        position
    }

    /// The row in which a byte of the text stands; of a container's brackets and the space in it, the value before.
    pub fn row_at(&self, offset: usize) -> usize {
        let start = |row: &Row| if row.key == NO_KEY { row.value } else { row.key } as usize;
        self.rows.partition_point(|row| start(row) <= offset).saturating_sub(1)
    }

    /// The rows that are to be seen.
    pub fn visible(&self, folds: &Folds) -> Vec<u32> {
        let mut visible = Vec::new();
        let mut at = 0;
        while let Some(row) = self.rows.get(at) {
            visible.push(at as u32);
            at = if row.kind.is_container() && !self.is_open(folds, at) { row.end as usize } else { at + 1 };
        }
        visible
    }

    /// Whether a container shows what it holds.
    pub fn is_open(&self, folds: &Folds, row: usize) -> bool {
        (self.depth(row) < usize::from(folds.open_depth)) != folds.toggled.contains(&row)
    }

    /// Opens everything that a row lies in.
    pub fn reveal(&self, folds: &mut Folds, row: usize) {
        let mut at = row;
        while let Some(parent) = self.parent(at) {
            if !self.is_open(folds, parent) {
                folds.toggle(parent);
            }
            at = parent;
        }
    }

    /// What is open at first: everything of a small text, the outermost of a large one.
    pub fn first_folds(&self) -> Folds {
        Folds { open_depth: if self.len() <= 2000 { u16::MAX } else { 1 }, toggled: HashSet::new() }
    }
}

impl Folds {
    /// Opens a container or closes it.
    pub fn toggle(&mut self, row: usize) {
        if !self.toggled.remove(&row) {
            self.toggled.insert(row);
        }
    }
}

#[derive(Default)]
struct Builder {
    rows: Vec<Row>,
    counts: Vec<(u32, u32)>,
    /// The containers that are open, by their row and their count.
    open: Vec<(usize, usize)>,
    key: Option<u32>,
}

impl Builder {
    fn build(mut self, bytes: &[u8]) -> JsonRows {
        // Room for all at once: what a growing list leaves behind is not given back to the system.
        let containers = bytes.iter().filter(|byte| matches!(byte, b'{' | b'[')).count();
        self.counts.reserve_exact(containers);
        self.rows.reserve_exact(containers + bytes.iter().filter(|byte| **byte == b',').count() + 1);
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            at = match byte {
                b'{' => self.begin(at, JsonKind::Object),
                b'[' => self.begin(at, JsonKind::Array),
                b'}' | b']' => self.close(at),
                b'"' if self.awaits_key() => {
                    self.key = Some(at as u32);
                    string_end(bytes, at + 1)
                }
                b'"' => {
                    self.push(at, JsonKind::String);
                    string_end(bytes, at + 1)
                }
                b'-' | b'0'..=b'9' => {
                    self.push(at, JsonKind::Number);
                    scalar_end(bytes, at)
                }
                b't' | b'f' | b'n' => {
                    self.push(at, JsonKind::Word);
                    scalar_end(bytes, at)
                }
                _ => at + 1,
            };
        }
        // Texts hold such signs, too.
        self.rows.shrink_to_fit();
        self.counts.shrink_to_fit();
        JsonRows { rows: self.rows, counts: self.counts }
    }

    fn awaits_key(&self) -> bool {
        self.key.is_none() && self.open.last().is_some_and(|(row, _)| self.rows[*row].kind == JsonKind::Object)
    }

    fn begin(&mut self, at: usize, kind: JsonKind) -> usize {
        self.push(at, kind);
        let row = self.rows.len() - 1;
        self.open.push((row, self.counts.len()));
        self.counts.push((row as u32, 0));
        at + 1
    }

    fn close(&mut self, at: usize) -> usize {
        if let Some((row, _)) = self.open.pop() {
            self.rows[row].end = self.rows.len() as u32;
        }
        at + 1
    }

    fn push(&mut self, at: usize, kind: JsonKind) {
        if let Some((_, count)) = self.open.last() {
            self.counts[*count].1 += 1;
        }
        let depth = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
        let end = self.rows.len() as u32 + 1;
        self.rows.push(Row { key: self.key.take().unwrap_or(NO_KEY), value: at as u32, end, depth, kind });
    }
}

/// Behind the quote that ends a string whose content begins at `start`.
pub(crate) fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn scalar_end(bytes: &[u8], start: usize) -> usize {
    if bytes.get(start) == Some(&b'"') {
        return string_end(bytes, start + 1);
    }
    let rest = bytes.get(start..).unwrap_or(&[]);
    let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace());
    start + length.unwrap_or(rest.len())
}

fn container_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = string_end(bytes, at + 1) - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// A JSON text with one value a line, set in by two spaces a level. Numbers and strings stay as they were written.
pub fn pretty(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b'{' | b'[' => {
                out.push(char::from(*byte));
                let next = at + 1 + bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                if let Some(close @ (b'}' | b']')) = bytes.get(next) {
                    out.push(char::from(*close));
                    next + 1
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                    at + 1
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(char::from(*byte));
                at + 1
            }
            b',' => {
                out.push(',');
                new_line(&mut out, depth);
                at + 1
            }
            b':' => {
                out.push_str(": ");
                at + 1
            }
            byte if byte.is_ascii_whitespace() => at + 1,
            _ => {
                let end = scalar_end(bytes, at).max(at + 1);
                // Outside of strings, a colon ends a key's quote, so a scalar never runs over one.
                out.push_str(text.get(at..end).unwrap_or(""));
                end
            }
        };
        at = end;
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth.min(DEEPEST_INDENT) {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#" {"a": 1, "list": [true, {"x/y": "q\", ]"}, []], "ü": null} "#;

    fn describe(text: &str, rows: &JsonRows, row: usize) -> String {
        let key = rows.key(text, row).map_or("", |span| &text[span]);
        format!("{} {key} {}", rows.depth(row), &text[rows.value(text, row)])
    }

    #[test]
    fn every_value_has_its_row() {
        let rows = JsonRows::new(TEXT).unwrap();
        let found: Vec<_> = (0..rows.len()).map(|row| describe(TEXT, &rows, row)).collect();
        assert_eq!(
            found,
            [
                format!("0  {}", TEXT.trim()),
                "1 \"a\" 1".into(),
                "1 \"list\" [true, {\"x/y\": \"q\\\", ]\"}, []]".into(),
                "2  true".into(),
                "2  {\"x/y\": \"q\\\", ]\"}".into(),
                "3 \"x/y\" \"q\\\", ]\"".into(),
                "2  []".into(),
                "1 \"ü\" null".into(),
            ]
        );
        assert_eq!((rows.children(0), rows.children(2), rows.children(6)), (3, 3, 0));
        assert_eq!(rows.kind(2), JsonKind::Array);
    }

    #[test]
    fn pointers_lead_to_their_values() {
        let rows = JsonRows::new(TEXT).unwrap();
        let value: serde_json::Value = serde_json::from_str(TEXT).unwrap();
        let pointers: Vec<_> = (0..rows.len()).map(|row| rows.pointer(TEXT, row)).collect();
        assert_eq!(pointers, ["", "/a", "/list", "/list/0", "/list/1", "/list/1/x~1y", "/list/2", "/ü"]);
        for (row, pointer) in pointers.iter().enumerate() {
            let own: serde_json::Value = serde_json::from_str(&TEXT[rows.value(TEXT, row)]).unwrap();
            assert_eq!(value.pointer(pointer), Some(&own), "{pointer}");
        }
    }

    #[test]
    fn folding_hides_what_lies_inside() {
        let rows = JsonRows::new(TEXT).unwrap();
        let mut folds = rows.first_folds();
        assert_eq!(rows.visible(&folds).len(), 8);
        folds.toggle(2);
        assert_eq!(rows.visible(&folds), [0, 1, 2, 7]);
        folds = Folds { open_depth: 1, ..Folds::default() };
        assert_eq!(rows.visible(&folds), [0, 1, 2, 7]);
        rows.reveal(&mut folds, 5);
        assert_eq!(rows.visible(&folds), [0, 1, 2, 3, 4, 5, 6, 7]);
        folds = Folds::default();
        assert_eq!(rows.visible(&folds), [0]);
    }

    #[test]
    fn a_byte_leads_to_its_row() {
        let rows = JsonRows::new(TEXT).unwrap();
        for (part, row) in [("\"a\"", 1), ("1,", 1), ("true", 3), ("x/y", 5), ("]\"", 5), ("null", 7)] {
            assert_eq!(rows.row_at(TEXT.find(part).unwrap()), row, "{part}");
        }
    }

    #[test]
    fn previews_by_table() {
        for (text, bytes, expected) in [
            (r#""abcdef""#, 20, (r#""abcdef""#, false)),
            (r#""abcdef""#, 8, (r#""abcdef""#, false)),
            (r#""abcdef""#, 4, (r#""abc"#, true)),
            (r#""aüb""#, 3, (r#""a"#, true)),
            ("12345", 3, ("123", true)),
            ("123", 3, ("123", false)),
        ] {
            let rows = JsonRows::new(text).unwrap();
            assert_eq!(rows.preview(text, 0, bytes), expected, "{text} to {bytes}");
        }
        let rows = JsonRows::new("[12,3]").unwrap();
        assert_eq!(rows.preview("[12,3]", 1, 2), ("12", false));
    }

    #[test]
    fn pretty_keeps_every_value() {
        assert_eq!(
            pretty(r#"{"a":1.50,"b":[ ],"c":[{"d":"x: {,"}]}"#),
            "{\n  \"a\": 1.50,\n  \"b\": [],\n  \"c\": [\n    {\n      \"d\": \"x: {,\"\n    }\n  ]\n}"
        );
        let value: serde_json::Value = serde_json::from_str(TEXT).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&pretty(TEXT)).unwrap(), value);
    }

    #[test]
    fn what_is_no_json_is_said_and_depth_is_no_matter() {
        for text in ["", "{", "{\"a\":}", "[1,]", "<html>"] {
            assert!(JsonRows::new(text).is_err(), "{text}");
        }
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(JsonRows::new(&deep).unwrap().len(), 100_000);
        assert!(pretty(&deep).len() < 40_000_000);
    }

    proptest::proptest! {
        #[test]
        fn rows_agree_with_serde(value in "[a-c\\[\\]{}\",: 0-9\\\\]{0,24}") {
            if let Ok(parsed) = serde_json::from_str::<serde_json::Value>(&value) {
                let rows = JsonRows::new(&value).unwrap();
                proptest::prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&pretty(&value)).unwrap(), parsed);
                for row in 0..rows.len() {
                    proptest::prop_assert!(serde_json::from_str::<serde_json::Value>(&value[rows.value(&value, row)]).is_ok());
                }
            } else {
                proptest::prop_assert!(JsonRows::new(&value).is_err());
            }
        }
    }
}
