//! An answer's body made ready to be looked at. It takes as long as the body is large, so it is done aside of the window's thread.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;
use bytestring::ByteString;

use super::exchange::Answer;
use super::json_rows::JsonRows;
use super::secrets::finder::SecretFinder;
use super::secrets::mask::{Masked, map_span};
use super::text_rows::{TextRows, WIDEST};

/// What a body is, by its bytes first and its Content-Type second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// There is none.
    Empty,
    /// JSON.
    Json,
    /// HTML, shown as text.
    Html,
    /// Other text.
    Text,
    /// No text.
    Binary,
}

impl BodyKind {
    /// Its name as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Json => "JSON",
            Self::Html => "HTML",
            Self::Text => "text",
            Self::Binary => "no text",
        }
    }
}

/// A text and its rows.
#[derive(Clone, Debug, Default)]
pub struct TextView {
    /// The text; that of a body is the body's own bytes, where nothing in them had to be hidden.
    pub text: ByteString,
    /// Its rows.
    pub rows: TextRows,
}

impl TextView {
    /// A text with its rows of at most [`WIDEST`] characters.
    pub fn new(text: impl Into<ByteString>) -> Self {
        let text = text.into();
        Self { rows: TextRows::new(&text, WIDEST), text }
    }
}

/// A body made ready.
#[derive(Clone, Debug)]
pub struct BodyView {
    /// What it is.
    pub kind: BodyKind,
    /// The body as text, the API key masked; empty when it is not text.
    pub raw: TextView,
    /// Its values, when it is JSON.
    pub json: Option<JsonRows>,
    /// Why it is not JSON although it says so.
    pub trouble: Option<String>,
    /// The bytes, for what is not text; secrets in them are masked.
    pub bytes: Bytes,
    cuts: Vec<Range<usize>>,
}

impl BodyView {
    /// Reads an answer's body. `secrets` are masked wherever they stand in it.
    pub fn new(answer: &Answer, secrets: &[String]) -> Self {
        Self::new_with(answer, secrets, false)
    }

    /// As [`BodyView::new`], with e-mail addresses masked as well if `addresses` says so.
    pub fn new_with(answer: &Answer, secrets: &[String], addresses: bool) -> Self {
        let blank = |kind| Self {
            kind,
            raw: TextView::default(),
            json: None,
            trouble: None,
            bytes: answer.body.clone(),
            cuts: Vec::new(),
        };
        if answer.body.is_empty() {
            return blank(BodyKind::Empty);
        }
        let content_type = answer.header("content-type").unwrap_or("").to_ascii_lowercase();
        if looks_binary(&answer.body, &content_type) {
            return Self { bytes: blot_out(answer, secrets), ..blank(BodyKind::Binary) };
        }
        let text = answer.text();
        let (text, cuts) = Masked::hide_answer(&text, secrets, addresses, answer.is_piece()).into_parts();
        let raw = TextView::new(shared(answer, text));
        let says_json = content_type.contains("json");
        let begins_as_json = raw.text.trim_start().starts_with(['{', '[']);
        let (json, trouble) = match JsonRows::new(&raw.text) {
            Ok(rows) if says_json || begins_as_json => (Some(rows), None),
            Err(error) if says_json => (None, Some(format!("This is said to be JSON and is not: {error}"))),
            _ => (None, None),
        };
        let begins: String = raw.text.trim_start().chars().take(9).collect::<String>().to_ascii_lowercase();
        let kind = if json.is_some() {
            BodyKind::Json
        } else if content_type.contains("html") || begins.starts_with("<!doctype") || begins.starts_with("<html") {
            BodyKind::Html
        } else {
            BodyKind::Text
        };
        Self { kind, raw, json, trouble, bytes: answer.body.clone(), cuts }
    }

    /// Where a span of the answer's text stands in the text that is shown.
    pub fn span(&self, original: &Range<usize>) -> Range<usize> {
        map_span(&self.cuts, original)
    }
}

/// A text as one that is shared: a body that is shown as it came is not copied.
fn shared(answer: &Answer, text: Cow<'_, str>) -> ByteString {
    match text {
        Cow::Borrowed(text) if text.len() == answer.body.len() => {
            ByteString::try_from(answer.body.clone()).unwrap_or_else(|_| text.into())
        }
        Cow::Borrowed(text) => text.into(),
        Cow::Owned(text) => text.into(),
    }
}

/// Bytes with asterisks in the place of secrets, so that everything else keeps its offset.
fn blot_out(answer: &Answer, secrets: &[String]) -> Bytes {
    let bytes = &answer.body;
    let finder = SecretFinder::new(secrets);
    let mut found: Vec<Range<usize>> = finder.find(bytes).into_iter().map(|found| found.span).collect();
    found.extend(answer.is_piece().then(|| finder.beginning(bytes)).flatten());
    if found.is_empty() {
        return bytes.clone();
    }
    let mut blotted = bytes.to_vec();
    found.into_iter().for_each(|found| blotted[found].fill(b'*'));
    blotted.into()
}

/// Whether bytes are not text: a look at the first of them.
fn looks_binary(body: &[u8], content_type: &str) -> bool {
    let is_wide = body.starts_with(&[0xff, 0xfe]) || body.starts_with(&[0xfe, 0xff]) || content_type.contains("utf-16");
    if is_wide {
        return false;
    }
    let head = &body[..body.len().min(4096)];
    let odd = head.iter().filter(|byte| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)).count();
    head.contains(&0) || odd * 10 > head.len()
}

/// A row of bytes as offset, hexadecimal and characters: `00000010  48 65 …  He…`.
pub fn hex_row(bytes: &[u8], row: usize) -> String {
    let start = row * HEX_COLUMNS;
    let part = bytes.get(start..(start + HEX_COLUMNS).min(bytes.len())).unwrap_or(&[]);
    let hex: String =
        (0..HEX_COLUMNS).map(|column| part.get(column).map_or("   ".into(), |byte| format!("{byte:02x} "))).collect();
    let shown: String =
        part.iter().map(|byte| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '.' }).collect();
    format!("{start:08x}  {hex} {shown}")
}

/// How many bytes a row of [`hex_row`] shows.
pub const HEX_COLUMNS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn view(content_type: &str, body: &'static [u8]) -> BodyView {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        BodyView::new(&Answer { headers, body: Bytes::from_static(body), ..Answer::default() }, &["3f0c9a71".to_owned()])
    }

    #[test]
    fn kinds_by_table() {
        for (content_type, body, kind, has_trouble) in [
            ("application/json", &b""[..], BodyKind::Empty, false),
            ("application/json", b"{\"a\": 1}", BodyKind::Json, false),
            ("application/problem+json", b"\"x\"", BodyKind::Json, false),
            ("text/plain", b" [1]", BodyKind::Json, false),
            ("text/plain", b"12", BodyKind::Text, false),
            ("application/json", b"{\"a\": 1", BodyKind::Text, true),
            ("application/json", b"<!DOCTYPE html><p>", BodyKind::Html, true),
            ("text/html", b"hello", BodyKind::Html, false),
            ("", b"<HTML>", BodyKind::Html, false),
            ("application/zip", b"PK\x03\x04\x00\x00", BodyKind::Binary, false),
            ("text/plain", b"\xff\xfeg\x00", BodyKind::Text, false),
            ("text/plain", "ü — ñ".as_bytes(), BodyKind::Text, false),
        ] {
            let view = view(content_type, body);
            assert_eq!((view.kind, view.trouble.is_some()), (kind, has_trouble), "{content_type}: {body:?}");
        }
    }

    #[test]
    fn the_key_is_masked_and_spans_still_fit() {
        let body = br#"{"url": "/x?apiKey=3f0c9a71", "error": "gone"}"#;
        let view = view("application/json", body);
        assert!(!view.raw.text.contains("3f0c9a71"));
        let start = body.windows(4).position(|window| window == b"gone").unwrap();
        assert_eq!(&view.raw.text[view.span(&(start..start + 4))], "gone");
        assert!(view.json.is_some());
    }

    #[test]
    fn bytes_as_hex() {
        assert_eq!(
            hex_row(b"0123456789abcdefg\x00", 0),
            "00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef"
        );
        assert!(hex_row(b"0123456789abcdefg\x00", 1).starts_with("00000010  67 00 "));
        assert!(hex_row(b"0123456789abcdefg\x00", 1).ends_with(" g."));
    }

    #[test]
    fn a_secret_is_blotted_out_of_bytes_in_every_form() {
        let key = "k+3y/CANARY";
        for echo in crate::model::secrets::forms::echoes_of(key) {
            let body = format!("\0\0{echo}\0end");
            let answer = Answer { body: body.clone().into(), ..Answer::default() };
            let view = BodyView::new(&answer, &[key.to_owned()]);
            assert_eq!((view.kind, view.bytes.len()), (BodyKind::Binary, body.len()), "{echo}");
            assert!(!String::from_utf8_lossy(&view.bytes).contains(&echo), "{echo}");
            assert!(view.bytes.starts_with(b"\0\0*") && view.bytes.ends_with(b"\0end"), "{echo}: {:?}", view.bytes);
        }
    }
}
