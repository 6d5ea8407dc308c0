//! An exchange as a proxy or a test keeps it, and the request that it is read as.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::error::{ImportError, note};
use super::{answer, failure, har};
use crate::model::exchange::Outcome;
use crate::model::imported::{Imported, Severity};
use crate::model::request_record::NotRecorded;

/// An exchange as such a program keeps it.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorded {
    pub(super) label: String,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) not_recorded: NotRecorded,
    pub(super) outcome: Option<Outcome>,
}

/// Reads the bodies as those of a HAR file are read, which has them in the same form.
pub(super) fn imported(recorded: Vec<Recorded>, said: &str) -> Result<Imported, ImportError> {
    let recorded: Vec<Recorded> = recorded.into_iter().filter(|one| !one.url.is_empty()).collect();
    let entry = |one: &Recorded| {
        let headers: Vec<Value> = one.headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let mut request = json!({"method": one.method, "url": one.url, "headers": headers});
        let has_body = !one.body.is_empty() || !one.not_recorded.body;
        if has_body {
            request["bodySize"] = one.body.len().into();
        }
        if !one.body.is_empty() {
            request["postData"] = json!({"text": STANDARD.encode(&one.body), "encoding": "base64"});
        }
        json!({"request": request})
    };
    let entries: Vec<Value> = recorded.iter().map(entry).collect();
    let mut imported = har::read(&json!({"log": {"entries": entries}}).to_string())?;
    if imported.requests.len() != recorded.len() {
        return Err(ImportError::new("some of its exchanges could not be read"));
    }
    for (request, one) in imported.requests.iter_mut().zip(recorded) {
        let unknown = &mut request.not_recorded;
        unknown.method |= one.not_recorded.method;
        unknown.host |= one.not_recorded.host;
        unknown.scheme |= one.not_recorded.scheme;
        unknown.port |= one.not_recorded.port;
        unknown.headers |= one.not_recorded.headers;
        unknown.body |= one.not_recorded.body;
        unknown.file_bytes |= one.not_recorded.file_bytes || one.not_recorded.body;
        (request.label, request.outcome) = (one.label, one.outcome);
    }
    imported.notes.insert(0, note(Severity::Taken, said));
    Ok(imported)
}

/// What came of a request by JMeter's words: a status, or the error of its client in the status' place.
pub(super) fn of_code(code: &str, said: &str, body: String) -> Option<Outcome> {
    if let Ok(status) = code.trim().parse::<u16>() {
        return (100..600).contains(&status).then(|| answer::logged(status, body));
    }
    let is_error = code.contains("Non HTTP response");
    is_error.then(|| failure::certain(&format!("{code}: {said}")))
}
