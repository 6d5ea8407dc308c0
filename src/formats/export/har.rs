//! Requests and answers as a HAR 1.2 file, as browsers' developer tools open it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::template::{Call, CallPart, Script};
use super::written::Written;
use crate::model::Address;
use crate::model::exchange::{Answer, Timings};
use crate::model::status::status_name;

use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;

/// The file.
pub fn write(script: &Script) -> Written {
    let mut written = Written::default();
    let calls = script.calls.iter().enumerate();
    let entries: Vec<Value> = calls.map(|(index, call)| entry(call, script.times_of(index), &mut written.notes)).collect();
    let har = json!({
        "log": {
            "version": "1.2",
            "creator": {"name": "Centerpost", "version": env!("CARGO_PKG_VERSION")},
            "entries": entries,
        }
    });
    written.text = format!("{har:#}\n");
    written
}

fn entry(call: &Call, (started_at, timings): (Timestamp, Timings), notes: &mut Vec<String>) -> Value {
    let mut entry = json!({
        "startedDateTime": started_at.to_string(),
        "time": milliseconds(timings.total),
        "request": request(call, notes),
        "response": call.answer().map_or_else(no_answer, response),
        "cache": {},
        "timings": phases(&timings),
    });
    if !call.label.is_empty() {
        entry["comment"] = call.label.as_str().into();
    }
    entry
}

fn milliseconds(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1000.0
}

/// The phases; -1 where one was not seen.
fn phases(timings: &Timings) -> Value {
    let phase = |duration: Option<std::time::Duration>| duration.map_or(-1.0, milliseconds);
    let before = [timings.resolve, timings.connect, timings.tls].into_iter().flatten().sum::<std::time::Duration>();
    let waited = timings.first_byte.unwrap_or(timings.total.saturating_sub(before));
    json!({
        "blocked": -1,
        "dns": phase(timings.resolve),
        // The specification counts the handshake with the connection.
        "connect": phase(timings.connect.map(|connect| connect + timings.tls.unwrap_or_default())),
        "ssl": phase(timings.tls),
        "send": 0,
        "wait": milliseconds(waited),
        "receive": milliseconds(timings.total.saturating_sub(before + waited)),
    })
}

fn request(call: &Call, notes: &mut Vec<String>) -> Value {
    let url = call.url.braced();
    let address = Address::parse(&url);
    let query: Vec<Value> = address
        .query
        .iter()
        .map(|pair| json!({"name": address.decoded(&pair.name), "value": address.decoded(&pair.value)}))
        .collect();
    let headers: Vec<(String, String)> = call.headers.iter().map(|(name, value)| (name.clone(), value.braced())).collect();
    let mut request = json!({
        "method": call.method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": pairs(&headers),
        "queryString": query,
        "headersSize": -1,
        "bodySize": -1,
    });
    let kind = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type")).map_or("", |(_, value)| value);
    match &call.body {
        SpecBody::None => request["bodySize"] = 0.into(),
        SpecBody::Text(text) | SpecBody::Urlencoded(text) => {
            let text = text.braced();
            request["bodySize"] = text.len().into();
            request["postData"] = json!({"mimeType": kind, "text": text});
        }
        SpecBody::Bytes(bytes) => {
            request["bodySize"] = bytes.len().into();
            request["postData"] = json!({"mimeType": kind, "text": STANDARD.encode(bytes), "_encoding": "base64"});
        }
        SpecBody::File(path) => {
            notes.push(format!("HAR holds no files: the body is the file {path}"));
            request["postData"] = json!({"mimeType": kind, "text": "", "comment": format!("The file {path}")});
        }
        SpecBody::Multipart(parts) => {
            let params: Vec<Value> = parts.iter().map(|part| param(part, notes)).collect();
            request["postData"] = json!({"mimeType": "multipart/form-data", "params": params, "text": ""});
        }
    }
    request
}

fn param(part: &CallPart, notes: &mut Vec<String>) -> Value {
    let mut param = json!({"name": part.name});
    if let Some(filename) = &part.filename {
        param["fileName"] = filename.as_str().into();
    }
    if let Some(kind) = &part.content_type {
        param["contentType"] = kind.as_str().into();
    }
    if !part.headers.is_empty() {
        notes.push(format!("HAR has no place for the own headers of the part \"{}\"", part.name));
    }
    match &part.content {
        PartContent::Text(text) => param["value"] = text.braced().into(),
        PartContent::File(path) => param["comment"] = format!("The file {path}").into(),
        PartContent::Bytes(bytes) => {
            notes.push(format!("HAR has no place for the {} bytes of the part \"{}\"", bytes.len(), part.name));
        }
    }
    param
}

fn pairs(headers: &[(String, String)]) -> Vec<Value> {
    headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

fn response(answer: &Answer) -> Value {
    let kind = answer.header("content-type").unwrap_or_default();
    let mut content = json!({"size": answer.body.len(), "mimeType": kind});
    match std::str::from_utf8(&answer.body) {
        Ok(text) => content["text"] = text.into(),
        Err(_) => {
            content["text"] = STANDARD.encode(&answer.body).into();
            content["encoding"] = "base64".into();
        }
    }
    if let Some(trouble) = &answer.body_trouble {
        content["comment"] = trouble.as_str().into();
    }
    let version = if answer.version.is_empty() { "HTTP/1.1" } else { &answer.version };
    json!({
        "status": answer.status,
        "statusText": status_name(answer.status),
        "httpVersion": version,
        "cookies": [],
        "headers": pairs(&answer.headers),
        "content": content,
        "redirectURL": answer.header("location").unwrap_or_default(),
        "headersSize": -1,
        "bodySize": answer.wire_size,
    })
}

/// What browsers write for a request that got no answer.
fn no_answer() -> Value {
    json!({
        "status": 0,
        "statusText": "",
        "httpVersion": "",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": ""},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    })
}
