//! A server that writes down what arrives, and requests as they should arrive.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use centerpost::model::multipart_read;
use centerpost::model::request_spec::{RequestSpec, SpecBody, WrittenContent, WrittenPart};

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
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
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
    let ran = run(&address.to_string());
    drop(TcpStream::connect(address).unwrap());
    (server.join().unwrap(), ran)
}

fn read_request(stream: &mut TcpStream) -> Option<Arrived> {
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    let mut bytes = Vec::new();
    let mut buffer = [0; 65536];
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
        if count == 0 {
            break;
        }
        body.extend_from_slice(&buffer[..count]);
    }
    stream.write_all(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{\"id\":4711}").unwrap();
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
