//! What somebody pastes: a request, an answer, or both, in whichever form it came.
//!
//! [`read`] is the one place that recognises it. It takes a case file, raw HTTP (request, answer, or one behind the other), a URL with
//! headers and a body behind it, what other tools write (curl commands, HAR files, Postman collections, logs), and a bare body.

use serde_json::Value;

use super::import::postman;
use super::import::recognise::{self, Kind};
use super::{case, http_text};
use crate::model::exchange::{Outcome, RequestRecord};
use crate::model::imported::Weight;
use crate::model::{Answer, Case, Profile};

/// What was recognised in a pasted text.
#[derive(Clone, Debug)]
pub struct Pasted {
    /// What it was taken for.
    pub what: Recognised,
    /// The profile, where the text holds one.
    pub profile: Option<Profile>,
    /// The request, where the text holds one. Its URL is empty where only a body was pasted.
    pub sent: Option<RequestRecord>,
    /// What came of it, where the text says so. An answer's status is 0 where it could not be told.
    pub outcome: Option<Outcome>,
    /// What was assumed or could not be taken over, in sentences without a full stop and without secrets.
    pub notes: Vec<String>,
}

/// The forms that are recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// A `*.case.json` file.
    Case,
    /// Raw HTTP.
    Http,
    /// A URL, with headers and a body behind it.
    UrlAndBody,
    /// What another tool wrote, such as a curl command or a HAR file.
    Other(Kind),
    /// A body alone.
    Body,
}

impl Recognised {
    /// What it is called in a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Case => "a case file",
            Self::Http => "raw HTTP",
            Self::UrlAndBody => "a URL and what follows it",
            Self::Other(kind) => kind.label(),
            Self::Body => "a body alone",
        }
    }
}

/// What a body without anything around it is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BareBody {
    /// A request's payload.
    Request,
    /// An answer.
    Answer,
}

/// Why a text could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PastedError {
    /// There is nothing in it.
    #[error("there is nothing in it")]
    Empty,
    /// It is JSON that says that it is a case file, and is none.
    #[error("it is no case file: {0}")]
    Case(#[from] case::CaseError),
    /// It is of no known form.
    #[error(
        "it is neither raw HTTP, nor a URL with a body, nor a curl command, a HAR file, a Postman collection, a log or a case file"
    )]
    Unknown,
    /// It is what another tool wrote, and cannot be read.
    #[error("it is {}, and {reason}", .kind.label())]
    Other {
        /// What it is.
        kind: Kind,
        /// Why it cannot be read.
        reason: String,
    },
}

/// Recognises and reads a pasted text.
///
/// # Errors
/// When it is empty, of no known form, or a case file that cannot be read.
pub fn read(text: &str, bare: BareBody) -> Result<Pasted, PastedError> {
    let text = text.trim_start_matches('\u{feff}');
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(PastedError::Empty);
    }
    if is_case(trimmed) {
        return Ok(of_case(case::read(trimmed)?));
    }
    if let Some(found) = http_text::read(text) {
        return Ok(found);
    }
    if let Some(kind) = recognise::recognise(text).filter(|kind| is_of_another_tool(*kind)) {
        match of_another_tool(text, kind) {
            // An answer that merely mentions an address.
            Err(_) if bare == BareBody::Answer && kind == Kind::Log => {}
            read => return read,
        }
    }
    match bare {
        BareBody::Answer => Ok(bare_answer(text)),
        BareBody::Request if looks_like_body(trimmed) => Ok(bare_request(trimmed)),
        BareBody::Request => Err(PastedError::Unknown),
    }
}

fn is_of_another_tool(kind: Kind) -> bool {
    matches!(kind, Kind::CurlBash | Kind::CurlCmd | Kind::CurlPowerShell | Kind::Har | Kind::Postman | Kind::Log)
}

/// The first request of what another tool wrote.
fn of_another_tool(text: &str, kind: Kind) -> Result<Pasted, PastedError> {
    let failed = |reason: String| PastedError::Other { kind, reason };
    let imported = recognise::import(text, kind, &postman::Variables::default()).map_err(|error| failed(error.to_string()))?;
    let mut notes: Vec<String> =
        imported.notes.iter().filter(|note| note.weight != Weight::NoEffect).map(|note| note.text.clone()).collect();
    let count = imported.requests.len();
    let first = imported.requests.into_iter().next().ok_or_else(|| failed("it holds no request".to_owned()))?;
    if count > 1 {
        notes.insert(0, format!("It holds {count} requests; this is about the first"));
    }
    let case = first.case(None);
    Ok(Pasted { what: Recognised::Other(kind), profile: None, sent: Some(case.sent), outcome: case.outcome, notes })
}

/// JSON that names its format, or that has the parts of a case file.
fn is_case(text: &str) -> bool {
    let Ok(Value::Object(members)) = serde_json::from_str(text) else { return false };
    let format = members.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("centerpost."));
    let is_part = |name: &str, within: &[&str]| {
        members.get(name).and_then(Value::as_object).is_some_and(|part| within.iter().any(|key| part.contains_key(*key)))
    };
    format || is_part("request", &["url", "method", "headers"]) || is_part("response", &["status", "headers"])
}

fn of_case(case: Case) -> Pasted {
    let is_known = case.sent != RequestRecord { method: "POST".into(), ..RequestRecord::default() };
    Pasted {
        what: Recognised::Case,
        profile: case.profile,
        sent: is_known.then_some(case.sent),
        outcome: case.outcome,
        notes: Vec::new(),
    }
}

fn looks_like_body(text: &str) -> bool {
    text.starts_with(['{', '[', '"', '<']) || (text.contains('=') && !text.contains(char::is_whitespace))
}

fn bare_request(body: &str) -> Pasted {
    let sent = RequestRecord {
        method: "POST".into(),
        headers: vec![("Content-Type".into(), "application/json".into())],
        body: Some(body.to_owned()),
        ..RequestRecord::default()
    };
    let notes = vec!["Only a body was given, so method and Content-Type are taken to be right".to_owned()];
    Pasted { what: Recognised::Body, profile: None, sent: Some(sent), outcome: None, notes }
}

fn bare_answer(body: &str) -> Pasted {
    let (status, note) = match http_text::status_in(body) {
        Some(status) => (status, format!("Only a body was given; its text names the status {status}")),
        None => (0, "Only a body was given, and its status is not known; with the status line more can be said".to_owned()),
    };
    let answer = Answer { status, wire_size: body.len() as u64, body: body.to_owned().into(), ..Answer::default() };
    Pasted { what: Recognised::Body, profile: None, sent: None, outcome: Some(Outcome::Answer(answer)), notes: vec![note] }
}

impl Pasted {
    /// The case that it makes. A profile given here takes the place of its own.
    pub fn into_case(self, profile: Option<Profile>) -> Case {
        let sent = self.sent.unwrap_or_default();
        Case { profile: profile.or(self.profile), sent, outcome: self.outcome, ..Case::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was read, in a line: form, method and URL, header count, body, status.
    fn told(text: &str, bare: BareBody) -> String {
        match read(text, bare) {
            Err(error) => format!("error: {error}"),
            Ok(found) => {
                let sent = found.sent.map_or_else(
                    || "no request".to_owned(),
                    |sent| format!("{} {} {} {:?}", sent.method, sent.url, sent.headers.len(), sent.body.unwrap_or_default()),
                );
                let answer = found
                    .outcome
                    .as_ref()
                    .and_then(Outcome::answer)
                    .map_or_else(String::new, |answer| format!(" -> {} {:?}", answer.status, answer.text()));
                format!("{:?} {sent}{answer}", found.what)
            }
        }
    }

    #[test]
    fn requests_by_table() {
        for (text, expected) in [
            (
                "POST /api/v1/x?apiKey=k HTTP/1.1\r\nHost: h.example\r\nContent-Type: application/json\r\n\r\n{\"a\": 1}\r\n",
                "Http POST https://h.example/api/v1/x?apiKey=k 2 \"{\\\"a\\\": 1}\"",
            ),
            ("POST https://h/x\nA: 1\n\nbody\nmore\n", "Http POST https://h/x 1 \"body\\nmore\""),
            ("\n\nGET /x HTTP/1.1\nHost: http.example:81\n", "Http GET https://http.example:81/x 1 \"\""),
            (
                "POST http://h/x HTTP/1.1\nContent-Length: 2\n\n{}\n\nHTTP/1.1 404 Not Found\nContent-Type: text/html\n\n<p>no</p>\n",
                "Http POST http://h/x 1 \"{}\" -> 404 \"<p>no</p>\"",
            ),
            ("https://h/x?apiKey=k\n{\"a\": 1}", "UrlAndBody POST https://h/x?apiKey=k 1 \"{\\\"a\\\": 1}\""),
            ("https://h/x\nContent-Type: text/plain\nX-A: b\n\n{\"a\": 1}", "UrlAndBody POST https://h/x 2 \"{\\\"a\\\": 1}\""),
            ("h.example/api/v1/projects/p/feedback/s", "UrlAndBody POST https://h.example/api/v1/projects/p/feedback/s 1 \"\""),
            ("{\"a\": 1}", "Body POST  1 \"{\\\"a\\\": 1}\""),
            ("a=1&b=2", "Body POST  1 \"a=1&b=2\""),
            (r#"{"request": {"method": "PUT", "url": "https://h"}}"#, "Case PUT https://h 0 \"\""),
            (r#"{"request": "I have a request"}"#, "Body POST  1 \"{\\\"request\\\": \\\"I have a request\\\"}\""),
            ("just words", "error: it is neither"),
            ("  \n", "error: there is nothing"),
            ("curl -X POST https://h", "Other(CurlBash) POST https://h 0 \"\""),
            (r#"{"format": "centerpost.profile/1"}"#, "error: it is no case file"),
        ] {
            let found = told(text, BareBody::Request);
            assert!(found.starts_with(expected), "{text:?}\n  {found}\n  {expected}");
        }
    }

    #[test]
    fn answers_by_table() {
        for (text, expected) in [
            (
                "HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{\"status\":404}",
                "Http no request -> 404 \"{\\\"status\\\":404}\"",
            ),
            ("HTTP/2 201 \r\nserver: x\r\n\r\n{}\r\n", "Http no request -> 201 \"{}\""),
            ("HTTP/1.1 100 Continue\n\nHTTP/1.1 413 Content Too Large\nA: b\n\nno", "Http no request -> 413 \"no\""),
            ("{\"status\": 404, \"description\": \"x\"}", "Body no request -> 404"),
            ("<html><title>403 - Forbidden</title></html>", "Body no request -> 403"),
            ("Internal trouble", "Body no request -> 0"),
            ("<a href=\"https://h/x\">Internal trouble</a>", "Body no request -> 0"),
            (r#"{"response": {"status": 500, "body": "x"}}"#, "Case no request -> 500 \"x\""),
        ] {
            let found = told(text, BareBody::Answer);
            assert!(found.starts_with(expected), "{text:?}\n  {found}\n  {expected}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(POST|GET|HTTP/1.1|https?://|\\{)?[ /a-z0-9:{}\"\r\n]{0,60}|\\PC{0,60}") {
            let _ = read(&text, BareBody::Request);
            let _ = read(&text, BareBody::Answer);
        }
    }
}
