//! Readers that others wrote see a file as they see it from a browser. Here are those that `tests/run.sh` installs; `tests/receivers.py`
//! tries more, and holds the recorded names against Chromium.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use centerpost::model::Request;
use centerpost::model::multipart::{Multipart, Part, PartContent, SendContent};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::support::*;

/// A hostile file name, and how Chromium wrote it into the Content-Disposition.
#[derive(Deserialize)]
struct Name {
    what: String,
    name: String,
    chromium: String,
}

fn names() -> Vec<Name> {
    serde_json::from_str(include_str!("../../data/receivers/names.json")).unwrap()
}

/// Every name with a content of its own: empty, looking like a boundary, and large.
fn parts() -> Vec<Part<SendContent>> {
    let contents = [&b""[..], b"\r\n", b"a\r\n--\r\n------CenterpostFormBoundary\r\n", &[0xff; 70_000]];
    let part = |(index, (name, content)): (usize, (Name, &&[u8]))| Part {
        name: format!("f{index}"),
        filename: Some(name.name),
        content_type: Some("text/x-log".into()),
        headers: Vec::new(),
        content: PartContent::Bytes(content.to_vec()),
    };
    names().into_iter().zip(contents.iter().cycle()).enumerate().map(part).collect()
}

/// What Chromium sends of these parts, with its own boundary.
fn as_chromium(parts: &[Part<SendContent>]) -> Vec<u8> {
    let boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW0";
    let mut body = Vec::new();
    for (part, name) in parts.iter().zip(names()) {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: text/x-log\r\n\r\n",
            part.name, name.chromium
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(part.content.bytes().unwrap());
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    let head = format!(
        "POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary={boundary}\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

#[test]
fn names_are_written_as_chromium_writes_them() {
    for name in names() {
        let part = Part::<PartContent> { name: "log".into(), filename: Some(name.name), ..Part::default() };
        let expected = format!("form-data; name=\"log\"; filename=\"{}\"", name.chromium);
        assert_eq!(part.head_lines(), [("Content-Disposition".to_owned(), expected)], "{}", name.what);
    }
}

/// Some readers see no file in a part without a file name, or do not find the end of a name with a backslash before its quote.
fn is_taken(part: &Part<SendContent>) -> bool {
    part.filename.as_deref().is_some_and(|name| !name.is_empty() && !name.ends_with(['/', '\\']))
}

/// A server that is ended with the test.
struct Receiver {
    child: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Receiver {
    async fn start(program: &str, arguments: impl Fn(u16, &Path) -> Vec<String>) -> Self {
        let address = closed_port().await;
        let sources = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/receivers"));
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(program);
        command.args(arguments(address.port(), &sources)).current_dir(folder.path()).env("LC_ALL", "C.UTF-8");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap_or_else(|error| panic!("{program} is missing ({error}); tests/run.sh installs it"));
        let mut started = Self { child, address, _folder: folder };
        for _ in 0..600 {
            if TcpStream::connect(address).await.is_ok() {
                return started;
            }
            assert_eq!(started.child.try_wait().unwrap(), None, "{program} ended");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{program} did not start");
    }

    /// What it sees of the bytes of a whole request.
    async fn of_bytes(&self, request: &[u8]) -> Value {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let text = String::from_utf8(answer).unwrap();
        // The body may come in chunks, with line ends between them that the JSON has not.
        let (start, end) = (text.find('[').unwrap_or_else(|| panic!("{text}")), text.rfind(']').unwrap());
        serde_json::from_str(&text[start..=end]).unwrap()
    }

    async fn sees_what_a_browser_shows(&self) {
        let parts = parts();
        let request = Request::post_multipart(url(self.address), Multipart::new([7; 12], parts.clone()), &[]);
        let answer = answer(&request).await;
        let seen: Value = serde_json::from_str(&answer.text()).unwrap_or_else(|error| panic!("{error}: {}", answer.text()));
        let from_chromium = self.of_bytes(&as_chromium(&parts)).await;
        let (seen, from_chromium) = (seen.as_array().unwrap(), from_chromium.as_array().unwrap());
        assert_eq!(seen.len(), from_chromium.len());
        for (row, theirs) in seen.iter().zip(from_chromium) {
            assert_eq!(row, theirs);
            let part = parts.iter().find(|part| row["name"] == part.name.as_str()).unwrap();
            if is_taken(part) {
                let content = part.content.bytes().unwrap();
                let hash: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
                let found = (row["size"].as_u64(), row["sha256"].as_str());
                assert_eq!(found, (Some(content.len() as u64), Some(hash.as_str())), "{row}");
            }
        }
        let wanted = parts.iter().filter(|part| is_taken(part)).count();
        assert!(seen.len() >= wanted, "{} files arrived, and not {wanted}", seen.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn php_sees_what_a_browser_shows() {
    let receiver = Receiver::start("php", |port, sources| {
        let limits = ["-d", "max_file_uploads=1000", "-d", "display_errors=0", "-S"].map(str::to_owned);
        limits.into_iter().chain([format!("127.0.0.1:{port}"), sources.join("receiver.php").display().to_string()]).collect()
    });
    receiver.await.sees_what_a_browser_shows().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn python_sees_what_a_browser_shows() {
    let receiver = Receiver::start("python3", |port, sources| {
        vec![sources.join("python_servers.py").display().to_string(), "email".into(), port.to_string()]
    });
    receiver.await.sees_what_a_browser_shows().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn node_sees_what_a_browser_shows() {
    let receiver = Receiver::start("node", |port, sources| {
        vec![sources.join("node_servers.js").display().to_string(), "fetch".into(), port.to_string(), ".".into()]
    });
    receiver.await.sees_what_a_browser_shows().await;
}
