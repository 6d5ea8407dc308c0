//! A server for each way in which an answer can go wrong, and what is to be said of it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// What a server does once a request has come.
#[derive(Clone)]
pub enum Play {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Sends these bytes, then nothing more, and holds the connection.
    Stall(Vec<u8>),
    /// Sends these bytes, then one byte after the other for ever.
    Drip(Vec<u8>),
    /// Closes before the request was read, so that the system resets the connection.
    Reset,
}

/// One fault.
pub struct Fault {
    pub name: &'static str,
    pub play: Play,
    /// The exit code of `centerpost send`.
    pub exit: i32,
    /// The first cause, if there is one.
    pub cause: &'static str,
}

/// Every fault that is tried.
pub fn all() -> Vec<Fault> {
    let many: String = (0..101).map(|number| format!("X-{number}: y\r\n")).collect();
    let created = |lines: &str| {
        let body = r#"{"id": 4711}"#;
        format!("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n{lines}Content-Length: {}\r\n\r\n{body}", body.len())
    };
    let latin1 = created("X-Name: caf?\r\n").replace('?', "\u{e9}").chars().map(|c| c as u8).collect();
    let text = |text: String| Play::Bytes(text.into_bytes());
    let bytes = |bytes: &[u8]| Play::Bytes(bytes.to_vec());
    let status =
        |status: u16| text(format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"));
    let fault = |name, play, exit, cause| Fault { name, play, exit, cause };
    vec![
        fault("sound", text(created("")), 0, ""),
        fault("101 headers", text(created(&many)), 0, "response.malformed"),
        fault("folded line", text(created("X-A: one\r\n two\r\n")), 0, "response.malformed"),
        fault("blank before the colon", text(created("X-A : b\r\n")), 0, "response.malformed"),
        fault("blank in a name", text(created("X A: b\r\n")), 0, "response.malformed"),
        fault("Latin-1 in a header", Play::Bytes(latin1), 0, "response.malformed"),
        fault("LF alone", text(created("X-A: b\r\n").replace("\r\n", "\n")), 0, "response.malformed"),
        fault("HTTP/1.0 without a length", text("HTTP/1.0 201 Created\r\n\r\n{\"id\": 4711}".into()), 0, ""),
        fault("HTTP/0.9", bytes(b"<html>hello</html>"), 3, "transport.protocol"),
        fault("HTTP/2 preface", bytes(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80"), 3, "transport.protocol"),
        fault("SSH banner", bytes(b"SSH-2.0-OpenSSH_9.2\r\n"), 3, "transport.protocol"),
        fault("TLS alert", bytes(b"\x15\x03\x01\x00\x02\x02\x46"), 3, "transport.protocol"),
        fault("cut off by length", text(created("").replace("Length: 12", "Length: 100")), 1, "response.cut-off"),
        fault(
            "cut off in a chunk",
            text("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n{\"id\":\r\n".into()),
            1,
            "response.cut-off",
        ),
        fault("nothing at all", bytes(b""), 3, "transport.reset"),
        fault("half a head", bytes(b"HTTP/1.1 201 Cre"), 3, "transport.protocol"),
        fault("reset", Play::Reset, 3, "transport.reset"),
        fault("silence", Play::Stall(Vec::new()), 3, "transport.timeout"),
        fault(
            "silence in the body",
            Play::Stall(created("").replace("Length: 12", "Length: 100").into_bytes()),
            1,
            "response.cut-off",
        ),
        fault("drip without an end", Play::Drip(b"HTTP/1.1 201 Created\r\n\r\n".to_vec()), 1, "response.cut-off"),
        fault("409", status(409), 1, ""),
        fault("410", status(410), 1, ""),
        fault("414", status(414), 1, ""),
        fault("426", status(426), 1, ""),
        fault("431", status(431), 1, ""),
    ]
}

/// Starts the server of a fault; it plays it for every connection.
pub fn serve(play: &Play) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let play = play.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, play) = (stream.unwrap(), play.clone());
            std::thread::spawn(move || act(stream, &play));
        }
    });
    address
}

fn act(mut stream: TcpStream, play: &Play) {
    let mut request = [0; 64 * 1024];
    if matches!(play, Play::Reset) {
        // What was not read when the connection is closed makes a reset of it.
        std::thread::sleep(Duration::from_millis(100));
        return;
    }
    let _ = stream.read(&mut request);
    let (Play::Bytes(bytes) | Play::Stall(bytes) | Play::Drip(bytes)) = play else { return };
    let _ = stream.write_all(bytes);
    match play {
        Play::Stall(_) => {
            let _ = stream.read(&mut request);
        }
        Play::Drip(_) => {
            while stream.write_all(b"x").is_ok() {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Play::Bytes(_) | Play::Reset => {}
    }
}
