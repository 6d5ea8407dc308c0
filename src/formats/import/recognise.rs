//! What a paste or a file is, and reading it as that.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde_json::Value;

use super::curl::{self, Shell};
use super::imported::{ImportError, note};
use super::{har, http, log, postman};
use crate::formats::bundle::{self, Bundle};
use crate::formats::case;
use crate::model::exchange::RequestRecord;
use crate::model::imported::{Imported, Note, Weight};
use crate::model::request_spec::{RequestSpec, SpecBody};

/// The largest file that is read at all, in bytes.
const MAX_INPUT: usize = 1 << 30;

/// The largest text that is read as something other than HAR, in bytes.
const MAX_TEXT: usize = 64 << 20;

/// What is parsed whole to see what JSON it is, in bytes.
const MAX_PEEK: usize = 1 << 20;

/// The kinds of text that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    CurlBash,
    CurlCmd,
    CurlPowerShell,
    Http,
    Har,
    Postman,
    PostmanEnvironment,
    Log,
    Profile,
    Case,
    Bundle,
    Url,
    Json,
}

impl Kind {
    /// Every kind, in the order of a pick list.
    pub const ALL: [Self; 13] = [
        Self::CurlBash,
        Self::CurlCmd,
        Self::CurlPowerShell,
        Self::Http,
        Self::Har,
        Self::Postman,
        Self::PostmanEnvironment,
        Self::Log,
        Self::Profile,
        Self::Case,
        Self::Bundle,
        Self::Url,
        Self::Json,
    ];

    /// Its name as people read it, as in "This is …".
    pub fn label(self) -> &'static str {
        match self {
            Self::CurlBash => "a curl command for bash",
            Self::CurlCmd => "a curl command for cmd.exe",
            Self::CurlPowerShell => "a curl command for PowerShell",
            Self::Http => "raw HTTP",
            Self::Har => "a HAR file",
            Self::Postman => "a Postman collection",
            Self::PostmanEnvironment => "a Postman environment",
            Self::Log => "a log",
            Self::Profile => "a profile",
            Self::Case => "a case",
            Self::Bundle => "a support bundle",
            Self::Url => "an address",
            Self::Json => "a JSON payload",
        }
    }
}

/// What bytes were taken for, and what was found in them.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What they are.
    pub kind: Kind,
    /// The requests, and what is to be said about them.
    pub imported: Imported,
}

/// Reads bytes of whatever kind they seem to be, or of the kind that is asked for.
///
/// # Errors
/// When they are nothing that can be imported, or cannot be read as what they are.
pub fn open(bytes: &[u8], asked: Option<Kind>, environment: &postman::Variables) -> Result<Opened, ImportError> {
    if bundle::is_zip(bytes) && asked.is_none_or(|kind| kind == Kind::Bundle) {
        let bundle = bundle::read(bytes).map_err(|error| ImportError::new(error.to_string()))?;
        return Ok(Opened { kind: Kind::Bundle, imported: from_bundle(bundle) });
    }
    let (text, guess) = decode(bytes)?;
    let Some(kind) = asked.or_else(|| recognise(&text)) else {
        return Err(ImportError::new(if text.trim().is_empty() {
            "there is nothing in it"
        } else {
            "it is nothing that can be imported: no curl command, raw HTTP, HAR file, Postman collection, log, case file or support bundle"
        }));
    };
    let mut imported = import(&text, kind, environment)?;
    if let Some(said) = guess {
        imported.notes.insert(0, note(Weight::Taken, said));
    }
    Ok(Opened { kind, imported })
}

/// Bytes as text, and in words how they were read if that is a guess.
///
/// # Errors
/// When they are no text, or more than can be read.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<String>), ImportError> {
    if bytes.len() > MAX_INPUT {
        return Err(ImportError::new(format!("it is larger than {} MB", MAX_INPUT >> 20)));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\x1f\x8b") {
        return Err(ImportError::new("it is packed; unpack it first"));
    }
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return Ok((encoding.decode_without_bom_handling(&bytes[length..]).0, None));
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        let said = format!("It has no byte-order mark and was read as {}", encoding.name());
        return Ok((encoding.decode_without_bom_handling(bytes).0, Some(said)));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((Cow::Borrowed(text), None));
    }
    if bytes.contains(&0) {
        return Err(ImportError::new("it is no text"));
    }
    Ok((WINDOWS_1252.decode_without_bom_handling(bytes).0, Some("It is no UTF-8 and was read as Latin-1 (Windows-1252)".into())))
}

/// Mostly ASCII in UTF-16 has a zero in every second byte.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(512)];
    let zeros = |start: usize| head.iter().skip(start).step_by(2).filter(|byte| **byte == 0).count();
    let half = head.len() / 2;
    match (zeros(0), zeros(1)) {
        _ if half < 2 => None,
        (0, odd) if odd * 10 >= half * 7 => Some(UTF_16LE),
        (even, 0) if even * 10 >= half * 7 => Some(UTF_16BE),
        _ => None,
    }
}

/// What a text most likely is; `None` when it is nothing that can be imported.
pub fn recognise(text: &str) -> Option<Kind> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with(['{', '[']) {
        return Some(json_kind(text));
    }
    let head = &text[..floor(text, MAX_PEEK)];
    let first =
        head.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with(['#', '@']) && !line.starts_with("//"));
    if first.is_some_and(|line| http::is_request_line(line) || http::is_status_line(line)) {
        return Some(Kind::Http);
    }
    if has_curl(head) || head.contains("Invoke-WebRequest") || head.contains("Invoke-RestMethod") {
        return Some(match curl::guess_shell(head) {
            Shell::Bash => Kind::CurlBash,
            Shell::Cmd => Kind::CurlCmd,
            Shell::PowerShell => Kind::CurlPowerShell,
        });
    }
    if http::is_verbose(head) {
        return Some(Kind::Http);
    }
    let one_word = !text.contains(char::is_whitespace);
    if one_word && (text.starts_with("http://") || text.starts_with("https://") || text.contains("/feedback/")) {
        return Some(Kind::Url);
    }
    (head.contains("://") || head.contains(" HTTP/") || head.contains("#Fields:")).then_some(Kind::Log)
}

fn floor(text: &str, most: usize) -> usize {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// `curl` as a word with something behind it; a log's `curl/8.1` is none.
fn has_curl(text: &str) -> bool {
    text.match_indices("curl").any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = &text[at + 4..];
        let after = after.strip_prefix(".exe").unwrap_or(after).trim_start_matches('"');
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'))
            && after.starts_with(char::is_whitespace)
    })
}

fn json_kind(text: &str) -> Kind {
    let head = &text[..floor(text, 4096)];
    if head.contains("\"centerpost.profile/") {
        return Kind::Profile;
    }
    if head.contains("\"centerpost.case/") {
        return Kind::Case;
    }
    if head[1..].trim_start().starts_with("\"log\"") {
        return Kind::Har;
    }
    if head.contains("\"_postman_id\"") || head.contains("schema.getpostman.com") || head.contains("schema.postman.com") {
        return Kind::Postman;
    }
    let Ok(value) = (if text.len() <= MAX_PEEK { serde_json::from_str(text) } else { Ok(Value::Null) }) else {
        return Kind::Json;
    };
    let has = |name: &str| value.get(name).is_some();
    if value.pointer("/log/entries").is_some() {
        Kind::Har
    } else if (has("item") && has("info")) || value.pointer("/collection/item").is_some() {
        Kind::Postman
    } else if has("values") && (has("name") || has("_postman_variable_scope")) {
        Kind::PostmanEnvironment
    } else if has("source_key") && has("fields") {
        Kind::Profile
    } else if has("request") && (has("response") || has("profile") || has("error")) {
        Kind::Case
    } else if !log::read(text).requests.is_empty()
        && (has("inputs") || has("uri") || has("url") || has("request") || value.is_array())
    {
        Kind::Log
    } else {
        Kind::Json
    }
}

/// The requests of a text that is of this kind. `environment` fills the variables of a Postman collection.
///
/// # Errors
/// When the text is too large, cannot be read as this kind, or is of a kind that holds no request.
pub fn import(text: &str, kind: Kind, environment: &postman::Variables) -> Result<Imported, ImportError> {
    if kind != Kind::Har && text.len() > if kind == Kind::Log { log::MAX_LOG } else { MAX_TEXT } {
        return Err(ImportError::new(format!("it is too large for {}", kind.label())));
    }
    match kind {
        Kind::CurlBash => Ok(curl::read_as(text, Shell::Bash)),
        Kind::CurlCmd => Ok(curl::read_as(text, Shell::Cmd)),
        Kind::CurlPowerShell => Ok(curl::read_as(text, Shell::PowerShell)),
        Kind::Http => Ok(http::read(text)),
        Kind::Har => har::read(text),
        Kind::Postman => postman::read(text, environment),
        Kind::Log => Ok(log::read(text)),
        Kind::Url => {
            Ok(alone(RequestSpec { method: "POST".into(), url: text.trim().to_owned(), ..RequestSpec::default() }, "an address"))
        }
        Kind::Json => Ok(alone(
            RequestSpec {
                method: "POST".into(),
                headers: vec![("Content-Type".into(), "application/json".into())],
                body: SpecBody::Text(text.trim_start_matches('\u{feff}').to_owned()),
                ..RequestSpec::default()
            },
            "a payload",
        )),
        Kind::Case => from_case(text),
        Kind::Bundle => Err(ImportError::new("it is no zip, and a support bundle is one")),
        Kind::Profile => Err(ImportError::new("it is a profile; import it with: centerpost profiles import FILE")),
        Kind::PostmanEnvironment => Err(ImportError::new("it is a Postman environment, which holds no requests")),
    }
}

fn alone(request: RequestSpec, what: &str) -> Imported {
    let text = format!("This is {what} alone; method and the rest are those of an External Source");
    Imported { requests: vec![request], notes: vec![note(Weight::Taken, text)], profile: None }
}

fn from_case(text: &str) -> Result<Imported, ImportError> {
    let case =
        case::read(text).map_err(|error| ImportError::new(format!("it cannot be read as a case: {}", without_quotes(&error))))?;
    let notes = notes_on_files(&case.sent).into_iter().collect();
    let profile = case.profile.clone();
    Ok(Imported { requests: vec![RequestSpec::of_case(&case)], notes, profile })
}

/// Why a case cannot be read. What the JSON reader says of it may quote a secret.
fn without_quotes(error: &case::CaseError) -> String {
    match error {
        case::CaseError::Json(error) => ImportError::json(error).to_string(),
        other => other.to_string(),
    }
}

fn notes_on_files(sent: &RequestRecord) -> Option<Note> {
    let said = "A case holds no content of files: each stands by its name, to be put beside it before it is sent";
    sent.parts.is_some().then(|| note(Weight::Taken, said))
}

fn from_bundle(bundle: Bundle) -> Imported {
    let mut imported = Imported::default();
    if !bundle.summary.is_empty() {
        imported.notes.push(note(Weight::Taken, format!("Its sender says: {}", bundle.summary)));
    }
    for (label, case, causes) in bundle.exchanges {
        if let Some(cause) = causes.first() {
            imported.notes.push(note(Weight::Taken, format!("{label}, as it was explained then: {cause}")));
        }
        imported.notes.extend(notes_on_files(&case.sent));
        imported.profile = imported.profile.or_else(|| case.profile.clone());
        imported.requests.push(RequestSpec { label, ..RequestSpec::of_case(&case) });
    }
    let used: Vec<String> = imported.requests.iter().flat_map(RequestSpec::placeholders).collect();
    let needed = bundle.placeholders.iter().filter(|(name, _)| used.contains(name));
    let names: Vec<String> = needed.map(|(name, what)| format!("{{{{{name}}}}} ({what})")).collect();
    if !names.is_empty() {
        imported.notes.push(note(Weight::Taken, format!("To be filled in before it is replayed: {}", names.join(", "))));
    }
    imported
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_table() {
        for (text, kind) in [
            ("curl https://h", Some(Kind::CurlBash)),
            ("$ curl \\\n https://h", Some(Kind::CurlBash)),
            ("curl ^\"https://h^\"", Some(Kind::CurlCmd)),
            ("curl.exe `\n https://h", Some(Kind::CurlPowerShell)),
            ("Invoke-WebRequest -Uri 'https://h'", Some(Kind::CurlPowerShell)),
            ("POST /x HTTP/1.1\r\nHost: h", Some(Kind::Http)),
            ("* Trying\n> POST /x HTTP/1.1\n> Host: h", Some(Kind::Http)),
            ("### a\n@x = 1\nGET https://h", Some(Kind::Http)),
            ("\u{feff}{\"log\": {\"entries\": []}}", Some(Kind::Har)),
            ("{\"x\": 1, \"log\": {\"entries\": []}}", Some(Kind::Har)),
            ("{\"info\": {}, \"item\": []}", Some(Kind::Postman)),
            ("{\"name\": \"e\", \"values\": []}", Some(Kind::PostmanEnvironment)),
            ("{\"format\": \"centerpost.profile/1\"}", Some(Kind::Profile)),
            ("{\"format\": \"centerpost.case/1\"}", Some(Kind::Case)),
            ("{\"summary\": \"x\"}", Some(Kind::Json)),
            ("{broken", Some(Kind::Json)),
            ("{\"inputs\": {\"uri\": \"https://h\", \"method\": \"POST\"}}", Some(Kind::Log)),
            ("https://h/api/v1/projects/p/feedback/s", Some(Kind::Url)),
            ("1.1.1.1 - - \"POST /x HTTP/1.1\" 404 0 \"-\" \"curl/8.1 x\"", Some(Kind::Log)),
            ("hello", None),
            ("", None),
        ] {
            assert_eq!(recognise(text), kind, "{text}");
        }
    }

    #[test]
    fn encodings_by_table() {
        let utf16: Vec<u8> = "curl h/ü".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "curl h/ü".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            "curl h/ü".as_bytes().to_vec(),
            "\u{feff}curl h/ü".as_bytes().to_vec(),
            [&[0xff, 0xfe], utf16.as_slice()].concat(),
            utf16.clone(),
            big,
            b"curl h/\xfc".to_vec(),
        ] {
            assert_eq!(decode(&bytes).unwrap().0, "curl h/ü", "{bytes:?}");
        }
        assert!(decode(b"PK\x03\x04").is_err() && decode(b"\xff\x00\x01\x00\x00\xfe").is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80)) {
            if let Ok((text, _)) = decode(&bytes) {
                for kind in Kind::ALL.into_iter().chain(recognise(&text)) {
                    let _ = import(&text, kind, &Vec::new());
                }
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,60}|[{\\[]\\PC{0,40}") {
            for kind in Kind::ALL.into_iter().chain(recognise(&text)) {
                let _ = import(&text, kind, &Vec::new());
            }
        }
    }
}
