//! Suites, run by the program against the sandbox and against servers that misbehave.

mod canary;
mod cut_off;
mod data;
mod hurl;
mod k6;
mod locust;
mod matrix;
mod reports;
mod steps;
mod watch;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use crate::support::home::Home;
use crate::support::sandbox::ServedSandbox;
use crate::support::server::Server;
use serde_json::Value;

/// A suite in a home's folder, for a sandbox.
fn suite(home: &Home, served: &ServedSandbox, text: &str) -> String {
    let name = Path::new(&served.profile).strip_prefix(home.folder()).unwrap();
    home.file("suite.toml", format!("name = \"Nightly\"\nprofile = '{}'\n{text}", name.display()))
}

/// A profile in a home's folder, for a server that is no sandbox.
fn profile_of(home: &Home, server: &Server) -> String {
    let profile = format!(
        r#"{{"name": "P", "base_url": "http://{}", "project_key": "p", "source_key": "s", "api_key": "k3y-0f-p", "default_submitter": "a@b.example",
            "workflow_status": "New", "fields": [{{"field": "Summary", "parameter": "summary", "kind": "text"}}]}}"#,
        server.address
    );
    home.file("p.profile.json", profile)
}

/// What a sandbox wrote down of the latest requests, oldest first.
fn log(served: &ServedSandbox) -> Vec<Value> {
    let host = served.base_url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /__sandbox/log HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    // The body may come in chunks.
    let (start, end) = (body.find('[').unwrap(), body.rfind(']').unwrap());
    let mut entries: Vec<Value> = serde_json::from_str(&body[start..=end]).unwrap();
    entries.sort_by_key(|entry| entry["number"].as_u64());
    entries
}

/// The payloads of the tickets that a sandbox created.
fn tickets(served: &ServedSandbox) -> Vec<Value> {
    let is_ticket = |entry: &&Value| entry["rule"].as_str().is_some_and(|rule| rule.starts_with("ticket "));
    let bodies: Vec<Value> = log(served).iter().filter(is_ticket).map(|entry| entry["body_text"].clone()).collect();
    bodies.iter().map(|body| serde_json::from_str(body.as_str().unwrap()).unwrap()).collect()
}
