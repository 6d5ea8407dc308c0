//! Servers made of a closure: of whole requests, or of connections.

use std::fmt::Display;
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it arrived.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// The request line and the headers, without the blank line.
    pub head: String,
    pub body: Vec<u8>,
}

impl Received {
    pub fn request_line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// Names in lower case, and values.
    pub fn headers(&self) -> Vec<(String, String)> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.map(|(name, value)| (name.to_lowercase(), value.trim().to_owned())).collect()
    }

    /// Head and body as one text.
    pub fn text(&self) -> String {
        format!("{}\r\n\r\n{}", self.head, String::from_utf8_lossy(&self.body))
    }

    fn read(stream: &mut (impl Read + std::io::Write)) -> Self {
        let mut bytes = Vec::new();
        let mut buffer = [0; 65536];
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            match stream.read(&mut buffer).unwrap_or(0) {
                0 => return Self { head: String::from_utf8_lossy(&bytes).into_owned(), body: Vec::new() },
                count => bytes.extend_from_slice(&buffer[..count]),
            }
        };
        let body = bytes.split_off(end + 4);
        let mut found = Self { head: String::from_utf8_lossy(&bytes[..end]).into_owned(), body };
        let headers = found.headers();
        let of = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        if of("expect").is_some() {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        }
        let length = of("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        while found.body.len() < length {
            match stream.read(&mut buffer).unwrap_or(0) {
                0 => break,
                count => found.body.extend_from_slice(&buffer[..count]),
            }
        }
        found
    }
}

/// A server that keeps each request and answers with what a closure makes of it.
pub struct Server {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    /// The closure gets the number of the request, from 0, and the request.
    pub fn start<A: Into<Vec<u8>>>(mut answer: impl FnMut(usize, &Received) -> A + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = received.clone();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                let request = Received::read(&mut stream);
                let answer: Vec<u8> = answer(number, &request).into();
                // Before the answer, so that whoever has it finds the request here.
                kept.lock().unwrap().push(request);
                let _ = stream.write_all(&answer);
            }
        });
        Self { address, received }
    }

    /// All that arrived.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The only request that arrived.
    pub fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received[0].clone()
    }
}

/// An answer in JSON after which the connection is closed; `headers` are whole lines.
pub fn json_answer(status: u16, headers: &str, body: impl Display) -> String {
    let body = body.to_string();
    format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
