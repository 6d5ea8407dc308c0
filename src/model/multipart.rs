//! A multipart/form-data body: its parts, written to the byte without ever holding a file, and read from what somebody else wrote.
//!
//! Written here because the HTTP library's own writes names in ways that RFC 7578 forbids or that inject headers: browsers, and so the
//! HTML standard, send UTF-8 as it is, `"` as `%22`, CR and LF as `%0D` and `%0A`, and no `filename*`.

use std::path::PathBuf;
use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serialize};

use super::secrets::mask::mask_headers;

/// More parts than anybody sends on purpose.
const MAX_PARTS: usize = 10_000;

/// A body of type multipart/form-data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multipart {
    /// The text between the parts, without its dashes.
    pub boundary: String,
    /// The parts in order.
    pub parts: Vec<Part<SendContent>>,
}

/// One part of a multipart body. What it holds depends on what is known: a [`PartContent`] in a request that somebody asks for or that
/// is to be sent, a [`Recorded`] in the record of one that was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Part<C = PartContent> {
    /// The form-data name.
    #[serde(deserialize_with = "null_as_empty")]
    pub name: String,
    /// The file name; a part without one is a text field.
    pub filename: Option<String>,
    /// The part's own Content-Type; `None` is left to whoever sends.
    pub content_type: Option<String>,
    /// Further headers of the part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// What the part holds.
    #[serde(flatten)]
    pub content: C,
}

/// What a part holds: texts of type `T`, and files of type `F`, which is a path as it was written down or a file that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartContent<T = String, F = String> {
    /// Text, sent as UTF-8.
    Text(T),
    /// Bytes that are not UTF-8.
    Bytes(Vec<u8>),
    /// The bytes of a file, read while it is sent.
    File(F),
}

/// What a part that can be sent holds: its files were looked at.
pub type SendContent = PartContent<String, FileRef>;

/// What is known of a part's content that nobody kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recorded {
    /// Its length in bytes, when known.
    pub size: Option<u64>,
    /// SHA-256 of it as it was sent, in lower-case hex, when all of it was read.
    pub sha256: Option<String>,
}

impl<T: Default, F> Default for PartContent<T, F> {
    fn default() -> Self {
        Self::Text(T::default())
    }
}

impl<F> From<Vec<u8>> for PartContent<String, F> {
    fn from(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Bytes(error.into_bytes()),
        }
    }
}

impl<F> PartContent<String, F> {
    /// The bytes, unless a file holds them.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text.as_bytes()),
            Self::Bytes(bytes) => Some(bytes),
            Self::File(_) => None,
        }
    }
}

/// A file as it was when it was picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRef {
    /// Where it lies.
    pub path: PathBuf,
    /// Its length in bytes.
    pub size: u64,
    /// When it was last changed.
    pub modified: Option<SystemTime>,
}

impl<C> Part<C> {
    /// The same part with another content.
    pub fn with_content<D>(&self, content: D) -> Part<D> {
        Part {
            name: self.name.clone(),
            filename: self.filename.clone(),
            content_type: self.content_type.clone(),
            headers: self.headers.clone(),
            content,
        }
    }

    /// The part's headers in order.
    pub fn head_lines(&self) -> Vec<(String, String)> {
        let mut disposition = format!("form-data; name=\"{}\"", escape_name(&self.name));
        if let Some(filename) = &self.filename {
            disposition.push_str(&format!("; filename=\"{}\"", escape_name(filename)));
        }
        let has_own = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-disposition"));
        let mut lines = if has_own { Vec::new() } else { vec![("Content-Disposition".to_owned(), disposition)] };
        lines.extend(self.content_type.iter().map(|kind| ("Content-Type".to_owned(), one_line(kind))));
        lines.extend(self.headers.iter().map(|(name, value)| (one_line(name), one_line(value))));
        lines
    }

    /// The part's headers with the blank line behind them.
    pub fn head(&self) -> String {
        let lines: String = self.head_lines().iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        lines + "\r\n"
    }
}

impl<F> Part<PartContent<String, F>> {
    /// What is known of the part once it was sent. Of a file nothing is known but what it says of itself.
    pub fn recorded(&self) -> Part<Recorded> {
        let size = self.content.bytes().map(|bytes| bytes.len() as u64);
        self.with_content(Recorded { size, sha256: None })
    }
}

impl Part<SendContent> {
    /// The content's length in bytes.
    pub fn size(&self) -> u64 {
        match &self.content {
            PartContent::Text(text) => text.len() as u64,
            PartContent::Bytes(bytes) => bytes.len() as u64,
            PartContent::File(file) => file.size,
        }
    }
}

impl Multipart {
    /// A body with a fresh boundary made of the given random bytes.
    pub fn new(random: [u8; 12], parts: Vec<Part<SendContent>>) -> Self {
        let hex = super::hex::hex(&random);
        Self { boundary: format!("----CenterpostFormBoundary{hex}"), parts }
    }

    /// The request's Content-Type.
    pub fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The body for eyes: secrets in the headers of its parts masked.
    pub fn with_masked_headers(&self) -> Self {
        let mut masked = self.clone();
        masked.parts.iter_mut().for_each(|part| part.headers = mask_headers(&part.headers));
        masked
    }

    /// What goes before the content of part `index`: the line that ends the part before, the boundary, the part's headers.
    pub fn before(&self, index: usize) -> String {
        let lead = if index == 0 { "" } else { "\r\n" };
        format!("{lead}--{}\r\n{}", self.boundary, self.parts[index].head())
    }

    /// What ends the body.
    pub fn tail(&self) -> String {
        let lead = if self.parts.is_empty() { "" } else { "\r\n" };
        format!("{lead}--{}--\r\n", self.boundary)
    }

    /// The body's length in bytes.
    pub fn content_length(&self) -> u64 {
        let parts: u64 = (0..self.parts.len()).map(|index| self.before(index).len() as u64 + self.parts[index].size()).sum();
        parts + self.tail().len() as u64
    }
}

fn null_as_empty<'de, D: Deserializer<'de>>(reader: D) -> Result<String, D::Error> {
    Option::deserialize(reader).map(Option::unwrap_or_default)
}

/// A name or file name between the quotes of a Content-Disposition, as the HTML standard has it.
pub fn escape_name(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

/// The boundary that a Content-Type names, if it is a multipart one.
pub fn boundary_of(content_type: &str) -> Option<String> {
    let mut pieces = content_type.split(';');
    if !pieces.next()?.trim().to_ascii_lowercase().starts_with("multipart/") {
        return None;
    }
    pieces.find_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim().eq_ignore_ascii_case("boundary") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The parts of a body; `None` when it does not hold together. Line ends may be bare LF, as a paste has them.
pub fn read(boundary: &str, body: &[u8]) -> Option<Vec<Part>> {
    let delimiter = format!("--{boundary}");
    let mut rest = skip_to(body, delimiter.as_bytes())?;
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        rest = after_line_end(rest)?;
        let end = find_delimiter(rest, delimiter.as_bytes())?;
        parts.push(part(&rest[..end])?);
        if parts.len() > MAX_PARTS {
            return None;
        }
        rest = skip_to(&rest[end..], delimiter.as_bytes())?;
    }
}

/// What follows the first occurrence of the delimiter.
fn skip_to<'a>(bytes: &'a [u8], delimiter: &[u8]) -> Option<&'a [u8]> {
    find(bytes, delimiter).map(|at| &bytes[at + delimiter.len()..])
}

/// Where the content before the next delimiter ends, which is before the line end that belongs to the delimiter.
fn find_delimiter(bytes: &[u8], delimiter: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + find(&bytes[from..], delimiter)?;
        if at == 0 {
            return Some(0);
        }
        if bytes[at - 1] == b'\n' {
            return Some(if at >= 2 && bytes[at - 2] == b'\r' { at - 2 } else { at - 1 });
        }
        from = at + delimiter.len();
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    // The first byte sieves: most of a body is none.
    let first = *what.first()?;
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(what) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn after_line_end(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    bytes[..end].iter().all(u8::is_ascii_whitespace).then(|| &bytes[end + 1..])
}

fn part(bytes: &[u8]) -> Option<Part> {
    let mut part = Part::default();
    let mut rest = bytes;
    loop {
        let (line, behind) = match rest.iter().position(|byte| *byte == b'\n') {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            // A part without content may lack the blank line's end.
            None => (rest, &rest[rest.len()..]),
        };
        rest = behind;
        let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        match name.trim().to_ascii_lowercase().as_str() {
            "content-disposition" => {
                part.name = parameter(value, "name").unwrap_or_default();
                part.filename = parameter(value, "filename");
                // Servers look for form-data alone: another disposition is kept as it is.
                let kind = value.split(';').next().unwrap_or("").trim();
                if !kind.eq_ignore_ascii_case("form-data") {
                    part.headers.push((name.trim().to_owned(), value.trim().to_owned()));
                }
            }
            "content-type" => part.content_type = Some(value.trim().to_owned()),
            "content-length" => {}
            _ => part.headers.push((name.trim().to_owned(), value.trim().to_owned())),
        }
    }
    part.content = PartContent::from(rest.to_vec());
    Some(part)
}

/// A parameter of a Content-Disposition, in quotes or without; what browsers and curl escape is put back.
pub fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut rest = value;
    while let Some((_, behind)) = rest.split_once(';') {
        rest = behind.trim_start();
        let (name, after) = rest.split_once('=')?;
        let (text, behind) = quoted(after.trim_start());
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(text);
        }
        rest = behind;
    }
    None
}

fn quoted(text: &str) -> (String, &str) {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut out = String::new();
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (unescaped(&out), &inside[at + 1..]),
            '\\' => match chars.clone().next() {
                Some((_, next @ ('"' | '\\'))) => {
                    out.push(next);
                    chars.next();
                }
                _ => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    (unescaped(&out), "")
}

fn unescaped(text: &str) -> String {
    text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_travel_as_browsers_send_them() {
        for (name, expected) in [
            ("a.zip", "a.zip"),
            ("q\"uote.txt", "q%22uote.txt"),
            ("a\r\nX-Evil: 1.txt", "a%0D%0AX-Evil: 1.txt"),
            ("back\\slash.txt", "back\\slash.txt"),
            ("100%.txt", "100%.txt"),
            ("日本 🎉.png", "日本 🎉.png"),
        ] {
            assert_eq!(escape_name(name), expected);
        }
    }

    #[test]
    fn the_length_is_that_of_the_bytes() {
        let part = |name: &str, content: &[u8]| Part {
            name: name.into(),
            filename: Some("ü.bin".into()),
            content_type: Some("application/octet-stream".into()),
            headers: vec![("X-A".into(), "1".into())],
            content: PartContent::Bytes(content.to_vec()),
        };
        for parts in [vec![], vec![part("a", b"")], vec![part("a", b"12"), part("b\n", b"3")]] {
            let multipart = Multipart::new([7; 12], parts);
            let mut body = String::new();
            for (index, part) in multipart.parts.iter().enumerate() {
                body.push_str(&multipart.before(index));
                body.push_str(std::str::from_utf8(part.content.bytes().unwrap()).unwrap());
            }
            body.push_str(&multipart.tail());
            assert_eq!(body.len() as u64, multipart.content_length());
            assert!(multipart.boundary.len() <= 70);
            let read = read(&multipart.boundary, body.as_bytes()).unwrap();
            let plain = |part: &Part<SendContent>| part.with_content(PartContent::from(part.content.bytes().unwrap().to_vec()));
            assert_eq!(read, multipart.parts.iter().map(plain).collect::<Vec<Part>>());
        }
    }

    #[test]
    fn boundaries_by_table() {
        for (kind, expected) in [
            ("multipart/form-data; boundary=abc", Some("abc")),
            ("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\"", Some("a b")),
            ("multipart/form-data", None),
            ("application/json; boundary=abc", None),
        ] {
            assert_eq!(boundary_of(kind).as_deref(), expected, "{kind}");
        }
    }

    #[test]
    fn parts_with_any_line_end() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\n--xy\r\n--x\r\nContent-Disposition: form-data; name=\"f\\\"\"; filename=\"a;b.zip\"\r\nContent-Type: application/zip\r\nX-A: 1\r\n\r\nPK\r\n--x--\r\n";
        for body in [body.to_owned(), body.replace("\r\n", "\n")] {
            let parts = read("x", body.as_bytes());
            // A line that only begins like the delimiter ends a part: no writer picks such a boundary.
            assert!(parts.is_none(), "{body:?}");
            let parts = read("x", body.replace("--xy", "-xy").as_bytes()).unwrap();
            assert_eq!((parts[0].name.as_str(), parts[1].name.as_str()), ("a", "f\""));
            assert_eq!(parts[1].filename.as_deref(), Some("a;b.zip"));
            assert_eq!(parts[1].headers, [("X-A".to_owned(), "1".to_owned())]);
            assert_eq!(parts[1].content, PartContent::Text("PK".into()));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_body_panics(body in "(--x|\r\n|\n|a|:|--|Content-Disposition: form-data; name=\"|\"|;){0,30}") {
            let _ = read("x", body.as_bytes());
            let _ = parameter(&body, "name");
        }
    }
}
