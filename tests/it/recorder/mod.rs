//! A server that writes down what arrives, and requests as they should arrive.

use std::path::Path;

use crate::support::server::{Received, Server, json_answer};
use centerpost::model::multipart;
use centerpost::model::multipart::PartContent;
use centerpost::model::request_spec::{RequestSpec, SpecBody};

/// A request as it arrived, or as the import says that it would.
#[derive(Debug, PartialEq)]
pub struct Arrived {
    pub method: String,
    pub target: String,
    pub host: Option<String>,
    pub headers: Vec<(String, String)>,
    pub body: Content,
}

#[derive(Debug, PartialEq)]
pub enum Content {
    Bytes(Vec<u8>),
    Parts(Vec<Part>),
}

#[derive(Debug, PartialEq)]
pub struct Part {
    pub name: String,
    pub filename: Option<String>,
    pub kind: Option<String>,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

/// What arrives while something runs that is given the server's address.
pub fn record<T>(run: impl FnOnce(&str) -> T) -> (Vec<Arrived>, T) {
    let server = Server::start(|_, _| json_answer(201, "", r#"{"id":4711}"#));
    let ran = run(&server.address.to_string());
    (server.received().into_iter().map(arrived).collect(), ran)
}

fn arrived(request: Received) -> Arrived {
    let mut words = request.request_line().split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let headers = request.headers();
    let of = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let (host, kind) = (of("host"), of("content-type"));
    Arrived { method, target, host, headers, body: content(kind.as_deref(), request.body) }
}

fn content(kind: Option<&str>, body: Vec<u8>) -> Content {
    let boundary = kind.and_then(multipart::boundary_of);
    match boundary.and_then(|boundary| multipart::read(&boundary, &body)) {
        Some(parts) => Content::Parts(parts.into_iter().map(|part| plain(part, Path::new("/"))).collect()),
        None => Content::Bytes(body),
    }
}

fn plain(part: multipart::Part, folder: &Path) -> Part {
    let is_file = part.filename.is_some();
    let bytes = match part.content {
        PartContent::Text(text) => text.into_bytes(),
        PartContent::Bytes(bytes) => bytes,
        PartContent::File(path) => std::fs::read(folder.join(path)).unwrap(),
    };
    // What curl guesses from a file's name is left open by the import.
    let guessed = |kind: &str| is_file && ["application/octet-stream", "text/plain", "application/xml"].contains(&kind);
    let kind = part.content_type.filter(|kind| !guessed(kind));
    Part { name: part.name, filename: part.filename, kind, headers: part.headers, bytes }
}

pub fn expected(request: &RequestSpec, folder: &Path) -> Arrived {
    let rest = request.url.split_once("://").unwrap().1;
    let rest = rest.split('#').next().unwrap();
    let target = &rest[rest.find(['/', '?']).unwrap_or(rest.len())..];
    let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    let body = match &request.body {
        SpecBody::None => Content::Bytes(Vec::new()),
        SpecBody::Text(text) | SpecBody::Urlencoded(text) => Content::Bytes(text.clone().into_bytes()),
        SpecBody::Bytes(bytes) => Content::Bytes(bytes.clone()),
        SpecBody::File(path) => Content::Bytes(std::fs::read(folder.join(path)).unwrap()),
        SpecBody::Multipart(parts) => Content::Parts(parts.iter().map(|part| plain(part.clone(), folder)).collect()),
    };
    Arrived {
        method: request.method.clone(),
        target,
        host: request.header("host").map(str::to_owned),
        headers: request.headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone())).collect(),
        body,
    }
}

/// Leaves out what each client adds by itself.
pub fn comparable(mut arrived: Arrived, named: &[String]) -> Arrived {
    let is_multipart = matches!(arrived.body, Content::Parts(_));
    let by_itself = ["user-agent", "accept", "accept-language", "sec-fetch-mode", "cache-control", "pragma"];
    arrived.headers.retain(|(name, _)| match name.as_str() {
        "host" | "content-length" | "expect" | "accept-encoding" | "connection" | "transfer-encoding" => false,
        "content-type" => !is_multipart,
        name if by_itself.contains(&name) => named.iter().any(|known| known == name),
        _ => true,
    });
    if !named.iter().any(|name| name == "host") {
        arrived.host = None;
    }
    arrived
}
