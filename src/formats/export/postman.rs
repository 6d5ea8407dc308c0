//! Requests as a Postman collection of version 2.1, and their secrets as an environment to be filled in.

use serde_json::{Value, json};

use super::template::{Call, CallPart, Script};
use super::written::{Written, own_name};
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;

/// What the environment's file name ends in.
const ENVIRONMENT: &str = "postman_environment.json";

/// The collection, with the environment as its companion when there are secrets.
pub fn write(script: &Script) -> Written {
    let mut written = Written::default();
    let items: Vec<Value> = script.calls.iter().enumerate().map(|(index, call)| item(index, call, &mut written.notes)).collect();
    let collection = json!({
        "info": {
            "name": script.calls.first().map_or("Centerpost", |call| name(0, call)).to_owned(),
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "item": items,
    });
    written.text = format!("{collection:#}\n");
    if !script.variables.is_empty() {
        let values: Vec<Value> = script
            .variables
            .iter()
            .map(|variable| json!({"key": variable.name, "value": "", "type": "secret", "enabled": true}))
            .collect();
        let environment = json!({"name": "Centerpost", "values": values, "_postman_variable_scope": "environment"});
        written.companion = Some((ENVIRONMENT.to_owned(), format!("{environment:#}\n")));
    }
    written
}

fn name(index: usize, call: &Call) -> &str {
    match (call.label.as_str(), index) {
        ("", 0) => "Request",
        ("", _) => "Another request",
        (label, _) => label,
    }
}

fn item(index: usize, call: &Call, notes: &mut Vec<String>) -> Value {
    let headers: Vec<Value> = call.headers.iter().map(|(name, value)| json!({"key": name, "value": value.braced()})).collect();
    let mut request = json!({"method": call.method, "header": headers, "url": call.url.braced()});
    if let Some(body) = body(call, notes) {
        request["body"] = body;
    }
    // A redirect that is followed turns a POST into a GET.
    let mut behaviour = json!({"followRedirects": false});
    if !matches!(call.body, SpecBody::None) && matches!(call.method.as_str(), "GET" | "HEAD") {
        behaviour["disableBodyPruning"] = true.into();
    }
    if call.accept_invalid_certificates {
        behaviour["strictSSL"] = false.into();
    }
    json!({"name": name(index, call), "protocolProfileBehavior": behaviour, "request": request, "response": []})
}

fn body(call: &Call, notes: &mut Vec<String>) -> Option<Value> {
    let content_type = call.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    match &call.body {
        SpecBody::None => None,
        SpecBody::Text(text) | SpecBody::Urlencoded(text) => {
            let mut body = json!({"mode": "raw", "raw": text.braced()});
            match content_type {
                Some((_, kind)) if kind.braced().contains("json") => body["options"] = json!({"raw": {"language": "json"}}),
                Some(_) => {}
                None => notes.push("Postman adds a Content-Type of text/plain, which the request does not have".into()),
            }
            Some(body)
        }
        SpecBody::Bytes(bytes) => {
            notes.push(format!("The body's {} bytes are not text: save them as body.bin and pick it in Postman", bytes.len()));
            Some(json!({"mode": "file", "file": {"src": "body.bin"}}))
        }
        SpecBody::File(path) => Some(json!({"mode": "file", "file": {"src": path}})),
        SpecBody::Multipart(parts) => {
            Some(json!({"mode": "formdata", "formdata": parts.iter().map(|part| form_part(part, notes)).collect::<Vec<_>>()}))
        }
    }
}

fn form_part(part: &CallPart, notes: &mut Vec<String>) -> Value {
    let mut entry = json!({"key": part.name});
    match &part.content {
        PartContent::Text(text) => {
            entry["type"] = "text".into();
            entry["value"] = text.braced().into();
            if part.filename.is_some() {
                notes.push(format!("Postman sends the part \"{}\" without its file name", part.name));
            }
        }
        PartContent::File(path) => {
            entry["type"] = "file".into();
            entry["src"] = path.as_str().into();
            if let Some(filename) = part.filename.as_deref().filter(|name| own_name(path) != *name) {
                entry["fileName"] = filename.into();
            }
        }
        PartContent::Bytes(bytes) => {
            notes.push(format!("The {} bytes of the part \"{}\" are not text: save them as part.bin", bytes.len(), part.name));
            entry["type"] = "file".into();
            entry["src"] = "part.bin".into();
        }
    }
    if let Some(kind) = &part.content_type {
        entry["contentType"] = kind.as_str().into();
    }
    if !part.headers.is_empty() {
        notes.push(format!("Postman has no place for the own headers of the part \"{}\"", part.name));
    }
    entry
}
