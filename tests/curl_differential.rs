//! Real curl beside the import: what arrives at a server is what the import says.
//!
//! `tests/data/curl/commands.txt` holds a command a line; a line that is no beginning of one continues the one before. `BASE` stands for
//! the server's address, `HOST` for the same without a scheme, `USERBASE` with a user and password, `⏎` for a line's end.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails fails its test")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use centerpost::formats::curl::{Shell, read_as};
use centerpost::model::multipart_read;
use centerpost::model::written::{WrittenBody, WrittenContent, WrittenPart, WrittenRequest};

/// A request as it arrived, or as the import says that it would.
#[derive(Debug, PartialEq)]
struct Arrived {
    method: String,
    target: String,
    host: Option<String>,
    headers: Vec<(String, String)>,
    body: Content,
}

#[derive(Debug, PartialEq)]
enum Content {
    Bytes(Vec<u8>),
    Parts(Vec<Part>),
}

#[derive(Debug, PartialEq)]
struct Part {
    name: String,
    filename: Option<String>,
    kind: Option<String>,
    headers: Vec<(String, String)>,
    bytes: Vec<u8>,
}

fn commands() -> Vec<String> {
    let text = include_str!("data/curl/commands.txt");
    let mut commands: Vec<String> = Vec::new();
    for line in text.lines() {
        let begins = ["curl ", "echo ", "cat ", "printf ", "A=1 ", "env ", "command "].iter().any(|word| line.starts_with(word));
        match commands.last_mut().filter(|_| !begins) {
            Some(last) => *last = format!("{last}\n{line}"),
            None => commands.push(line.to_owned()),
        }
    }
    commands.into_iter().map(|command| command.replace('⏎', "\n")).collect()
}

fn files(folder: &Path) {
    std::fs::create_dir(folder.join("sub")).unwrap();
    for (name, bytes) in [
        ("payload.json", b"{\"summary\": \"from a file\"}".as_slice()),
        ("lines.txt", b"one\r\ntwo\n"),
        ("binary.bin", &[0, 255, 13, 10, 1]),
        ("crash.zip", b"PK\x03\x04\x00\xff"),
        ("sp ace.txt", b"x"),
        ("sub/deep.txt", b"deep"),
    ] {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

fn read_request(stream: &mut TcpStream) -> Option<Arrived> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        match stream.read(&mut buffer).unwrap_or(0) {
            0 => return None,
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut request_line = lines.next()?.split(' ');
    let (method, target) = (request_line.next()?.to_owned(), request_line.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let of = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    if of("expect").is_some() {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
    }
    let mut body = bytes.split_off(head_end + 4);
    let length = of("content-length").and_then(|length| length.parse::<usize>().ok()).unwrap_or(0);
    while body.len() < length {
        let count = stream.read(&mut buffer).unwrap();
        body.extend_from_slice(&buffer[..count]);
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    let body = content(of("content-type").as_deref(), body);
    Some(Arrived { method, target, host: of("host"), headers, body })
}

fn content(kind: Option<&str>, body: Vec<u8>) -> Content {
    let boundary = kind.and_then(multipart_read::boundary_of);
    match boundary.and_then(|boundary| multipart_read::read(&boundary, &body)) {
        Some(parts) => Content::Parts(parts.into_iter().map(|part| plain(part, Path::new("/"))).collect()),
        None => Content::Bytes(body),
    }
}

fn plain(part: WrittenPart, folder: &Path) -> Part {
    let is_file = part.filename.is_some();
    let bytes = match part.content {
        WrittenContent::Text(text) => text.into_bytes(),
        WrittenContent::Bytes(bytes) => bytes,
        WrittenContent::File(path) => std::fs::read(folder.join(path)).unwrap(),
    };
    // What curl guesses from a file's name is left open by the import.
    let guessed = |kind: &str| is_file && ["application/octet-stream", "text/plain", "application/xml"].contains(&kind);
    let kind = part.content_type.filter(|kind| !guessed(kind));
    Part { name: part.name, filename: part.filename, kind, headers: part.headers, bytes }
}

/// Runs a command and returns what arrived.
fn arrived(command: &str, folder: &Path) -> (Vec<Arrived>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let text = filled(command, &address.to_string());
    let server = std::thread::spawn(move || {
        let mut found = Vec::new();
        for stream in listener.incoming() {
            match read_request(&mut stream.unwrap()) {
                Some(request) => found.push(request),
                None => break,
            }
        }
        found
    });
    let output = Command::new("bash")
        .args(["-c", &text])
        .current_dir(folder)
        .env("HOME", folder)
        .env("LC_ALL", "C.UTF-8")
        .env("no_proxy", "*")
        .env_remove("http_proxy")
        .env_remove("ALL_PROXY")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(127), "curl is missing: {output:?}");
    drop(TcpStream::connect(address).unwrap());
    (server.join().unwrap(), text)
}

fn filled(command: &str, address: &str) -> String {
    command
        .replace("USERBASE", &format!("http://us%20er:p%40ss@{address}"))
        .replace("BASE", &format!("http://{address}"))
        .replace("HOST/", &format!("{address}/"))
}

fn expected(request: &WrittenRequest, folder: &Path) -> Arrived {
    let rest = request.url.split_once("://").unwrap().1;
    let rest = rest.split('#').next().unwrap();
    let target = &rest[rest.find(['/', '?']).unwrap_or(rest.len())..];
    let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    let body = match &request.body {
        WrittenBody::None => Content::Bytes(Vec::new()),
        WrittenBody::Text(text) | WrittenBody::Urlencoded(text) => Content::Bytes(text.clone().into_bytes()),
        WrittenBody::Bytes(bytes) => Content::Bytes(bytes.clone()),
        WrittenBody::File(path) => Content::Bytes(std::fs::read(folder.join(path)).unwrap()),
        WrittenBody::Multipart(parts) => Content::Parts(parts.iter().map(|part| plain(part.clone(), folder)).collect()),
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
fn comparable(mut arrived: Arrived, named: &[String]) -> Arrived {
    let is_multipart = matches!(arrived.body, Content::Parts(_));
    arrived.headers.retain(|(name, value)| match name.as_str() {
        "host" | "content-length" | "expect" | "accept-encoding" | "connection" | "transfer-encoding" => false,
        "accept" => value != "*/*",
        "user-agent" => !value.starts_with("curl/"),
        "content-type" => !is_multipart,
        _ => true,
    });
    if !named.iter().any(|name| name == "host") {
        arrived.host = None;
    }
    arrived
}

#[test]
fn what_arrives_is_what_the_import_says() {
    let version = Command::new("curl").arg("--version").output();
    assert!(version.is_ok_and(|output| output.status.success()), "curl is missing; tests/run.sh installs it");
    let commands = commands();
    assert!(commands.len() >= 150, "{} commands", commands.len());
    let home = tempfile::tempdir().unwrap();
    files(home.path());
    let mut wrong = Vec::new();
    for command in &commands {
        let (arrived, text) = arrived(command, home.path());
        let imported = read_as(&text, Shell::Bash);
        let wanted: Vec<Arrived> = imported.requests.iter().map(|request| expected(request, home.path())).collect();
        let named: Vec<String> = wanted.iter().flat_map(|request| request.headers.iter().map(|(name, _)| name.clone())).collect();
        let arrived: Vec<Arrived> = arrived.into_iter().map(|request| comparable(request, &named)).collect();
        let wanted: Vec<Arrived> = wanted.into_iter().map(|request| comparable(request, &named)).collect();
        if arrived.is_empty() || arrived != wanted {
            wrong.push(format!("{command}\n  curl:   {arrived:?}\n  import: {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), commands.len(), wrong.join("\n"));
}
