//! Case files (`*.case.json`): one exchange to be explained, and the causes that are printed for it.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::import::text::without_charset;
use crate::model::exchange::{FailureKind, NetworkFailure, Outcome};
use crate::model::json_text;
use crate::model::multipart::{Part, Recorded};
use crate::model::profile::ProfileError;
use crate::model::request_record::{NotRecorded, RequestRecord};
use crate::model::{Answer, Case, Earlier, Profile};

/// The `format` of a case file that this version reads.
pub const CASE_FORMAT: &str = "centerpost.case/1";

/// Why a text is not a case.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The text is not JSON, or a value has the wrong type.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// The file says that it is something else, or a newer version.
    #[error("its format is {found}, and this version reads \"{CASE_FORMAT}\"")]
    Format {
        /// What stands in its `format`.
        found: String,
    },
    /// Its profile is not one.
    #[error("its profile cannot be read: {0}")]
    Profile(#[from] ProfileError),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    request: Option<Request>,
    response: Option<Response>,
    error: Option<Failure>,
    earlier: Vec<EarlierEntry>,
    overridden: Vec<String>,
    redacted: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EarlierEntry {
    url: String,
    status: u16,
    when: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Request {
    method: Option<String>,
    url: Option<String>,
    headers: Option<Headers>,
    body: Option<Value>,
    parts: Option<Vec<Part<Recorded>>>,
    not_recorded: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Response {
    status: u16,
    headers: Option<Headers>,
    body: Option<Value>,
    cut_off: bool,
    sub_status: Option<u16>,
}

#[derive(Deserialize)]
struct Failure {
    kind: Option<String>,
    message: Option<String>,
}

/// Pairs keep order and repeats; a plain object is taken too.
#[derive(Deserialize)]
#[serde(untagged)]
enum Headers {
    Pairs(Vec<(String, String)>),
    Members(Map<String, Value>),
}

impl Headers {
    fn into_pairs(self) -> Vec<(String, String)> {
        match self {
            Self::Pairs(pairs) => pairs,
            Self::Members(members) => members.into_iter().map(|(name, value)| (name, text_of(value))).collect(),
        }
    }
}

/// A body is text; one that was written as JSON into the file is that JSON's text.
fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Reads a case file. Every part of it may be absent.
///
/// # Errors
/// When it is not JSON, of another format, or holds a profile that cannot be read.
pub fn read(text: &str) -> Result<Case, CaseError> {
    let mut value: Value = json_text::read(text)?;
    match value.get("format") {
        Some(format) if format != CASE_FORMAT => return Err(CaseError::Format { found: format.to_string() }),
        _ => {}
    }
    let profile = match value.as_object_mut().and_then(|members| members.remove("profile")) {
        Some(Value::Object(members)) if !members.is_empty() => Some(Profile::from_value(Value::Object(members))?),
        _ => None,
    };
    let file: File = serde_json::from_value(value)?;
    let request = file.request.unwrap_or_default();
    let sent = RequestRecord {
        method: request.method.unwrap_or_else(|| "POST".to_owned()),
        url: request.url.unwrap_or_default(),
        headers: request.headers.map(Headers::into_pairs).unwrap_or_default(),
        body: request.body.filter(|body| !body.is_null()).map(text_of),
        parts: request.parts,
        not_recorded: NotRecorded::from_words(request.not_recorded.iter().flatten().map(String::as_str)),
    };
    let answer = file.response.map(|response| {
        let has_body = response.body.is_some();
        let body = text_of(response.body.filter(|body| !body.is_null()).unwrap_or_else(|| Value::String(String::new())));
        Answer {
            status: response.status,
            headers: response.headers.map(Headers::into_pairs).unwrap_or_default(),
            wire_size: body.len() as u64,
            sub_status: response.sub_status,
            is_cut_off: response.cut_off,
            // What a record leaves out may have been anything.
            body_trouble: (!has_body).then(|| "it was not recorded".to_owned()),
            body: body.into(),
            ..Answer::default()
        }
    });
    let answer = answer.map(|mut answer| {
        // The file holds text, whatever charset the answer once had.
        without_charset(&mut answer.headers);
        answer
    });
    let failure = file.error.map(|failure| NetworkFailure {
        kind: failure
            .kind
            .and_then(|kind| serde_json::from_value(Value::String(kind.to_lowercase())).ok())
            .unwrap_or(FailureKind::Other),
        message: failure.message.unwrap_or_default(),
        step: None,
        peer: None,
    });
    let earlier =
        file.earlier.into_iter().map(|entry| Earlier { url: entry.url, status: entry.status, when: entry.when }).collect();
    Ok(Case {
        profile,
        sent,
        outcome: Outcome::of(answer, failure),
        earlier,
        overridden: file.overridden,
        redacted: file.redacted,
    })
}

/// A case as a file holds it, with the exchange's secrets as they stand in it; the profile's API key is left out.
pub fn write(case: &Case) -> Value {
    let sent = &case.sent;
    let method = sent.knows_method().then_some(&sent.method);
    let mut request = json!({"method": method, "url": sent.url, "headers": sent.headers});
    if !sent.not_recorded.is_empty() {
        request["not_recorded"] = json!(sent.not_recorded.all_words());
    }
    if let Some(body) = &sent.body {
        request["body"] = body.as_str().into();
    }
    if let Some(parts) = &sent.parts {
        request["parts"] = json!(parts);
    }
    let mut file = json!({"format": CASE_FORMAT});
    if let Some(profile) = &case.profile {
        file["profile"] = profile.to_value();
    }
    file["request"] = request;
    if let Some(answer) = case.answer() {
        file["response"] = json!({"status": answer.status, "headers": answer.headers, "body": answer.text()});
        if let Some(sub_status) = answer.sub_status {
            file["response"]["sub_status"] = sub_status.into();
        }
        if answer.is_cut_off {
            file["response"]["cut_off"] = true.into();
        }
    }
    if let Some(failure) = case.failure() {
        file["error"] = json!({"kind": failure.kind, "message": failure.message});
    }
    if !case.redacted.is_empty() {
        file["redacted"] = case.redacted.as_slice().into();
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_may_be_absent() {
        for text in [
            "{}",
            r#"{"format": "centerpost.case/1"}"#,
            r#"{"profile": {}, "request": {}, "response": {"status": 404}}"#,
            r#"{"profile": null, "request": null}"#,
        ] {
            let case = read(text).unwrap();
            assert!(case.profile.is_none(), "{text}");
            assert_eq!(case.sent.method, "POST");
        }
    }

    #[test]
    fn the_whole_case_is_read() {
        let case = read(
            r#"{"format": "centerpost.case/1", "profile": {"source_key": "s"},
            "request": {"method": "PUT", "url": "https://h", "headers": [["A", "1"], ["A", "2"]], "body": {"a": 1},
              "parts": [{"name": null, "filename": "a.zip", "size": 7, "extra": true}]},
            "response": {"status": 400, "headers": {"Content-Type": "text/html; charset=iso-8859-1"}, "body": "grün"},
            "error": {"kind": "DNS", "message": "no"},
            "earlier": [{"url": "https://h", "status": 201, "when": "1 March"}], "overridden": ["request.method"]}"#,
        )
        .unwrap();
        assert_eq!((case.earlier[0].status, case.overridden.as_slice()), (201, &["request.method".to_owned()][..]));
        assert_eq!(case.profile.as_ref().unwrap().source_key, "s");
        assert_eq!(
            (case.sent.method.as_str(), case.sent.headers.len(), case.sent.body.as_deref()),
            ("PUT", 2, Some(r#"{"a":1}"#))
        );
        assert_eq!(case.sent.parts.as_ref().unwrap()[0].content.size, Some(7));
        assert_eq!(case.answer().unwrap().text(), "grün");
        let failed = read(r#"{"error": {"kind": "DNS", "message": "no"}}"#).unwrap();
        assert_eq!(failed.failure().unwrap().kind, FailureKind::Dns);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = r#"{"format": "centerpost.case/1", "profile": {"source_key": "s"},
            "request": {"method": "PUT", "url": "https://h", "headers": [["A", "1"], ["A", "2"]], "body": "{\"a\": 1}",
              "parts": [{"name": "f", "filename": "a.zip", "size": 7}]},
            "response": {"status": 400, "headers": [["Content-Type", "text/html; charset=iso-8859-1"]], "body": "grün"}}"#;
        let case = read(text).unwrap();
        let again = read(&write(&case).to_string()).unwrap();
        assert_eq!((&again.sent, &again.outcome, &again.profile), (&case.sent, &case.outcome, &case.profile));
        let failed = read(r#"{"error": {"kind": "dns", "message": "no such host"}}"#).unwrap();
        assert_eq!(read(&write(&failed).to_string()).unwrap().outcome, failed.outcome);
    }

    #[test]
    fn what_was_not_recorded_stays_so() {
        let request = r#"{"method": null, "url": "/x", "headers": [], "not_recorded": ["method", "host", "headers", "body", "file-bytes", "variables", "rest", "address-end"]}"#;
        let case = read(&format!(r#"{{"request": {request}}}"#)).unwrap();
        assert!(!case.sent.knows_method() && !case.sent.knows_host() && !case.sent.knows_body() && case.sent.knows_port());
        let written: Value = serde_json::from_str(request).unwrap();
        assert_eq!(write(&case)["request"], written);
    }

    #[test]
    fn another_format_is_refused_by_name() {
        let error = read(r#"{"format": "centerpost.profile/1"}"#).unwrap_err();
        assert!(error.to_string().contains("centerpost.profile/1"), "{error}");
    }
}
