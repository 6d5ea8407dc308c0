//! `centerpost relay` and the session behind it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::canary_echo;
use crate::support::connections::Authority;
use crate::support::home::Home;
use crate::support::sandbox::ServedSandbox;
use crate::support::server::Server;

/// A relay in a process of its own that prints JSON.
struct ServedRelay {
    process: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    url: String,
}

impl ServedRelay {
    fn start(home: &Home, arguments: &[&str]) -> Self {
        let all = [&["relay", "--listen", "127.0.0.1:0", "--output", "json"], arguments].concat();
        let mut process = home.command(&all).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let url = first["listening"].as_str().unwrap().to_owned();
        Self { process, lines, url }
    }

    fn next(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }

    /// The answer to a request, which is closed afterwards.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let host = self.url.split("://").nth(1).unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        let length = body.len();
        let text = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Ends it as Ctrl-C does, and yields its exit code.
    fn stop(mut self) -> i32 {
        let id = self.process.id().to_string();
        assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        self.process.wait().unwrap().code().unwrap()
    }
}

const JSON: &str = "Content-Type: application/json\r\n";

#[test]
fn exchanges_are_passed_explained_and_kept() {
    let home = Home::new();
    let sandbox = ServedSandbox::start(&home, &[]);
    let home = home.hiding(&[&sandbox.key]);
    let mut relay = ServedRelay::start(&home, &["--profile", &sandbox.profile, "--rewrite"]);
    let good = r#"{"submitter": "jim@example.com", "summary": "Crash on load", "severity": "Major"}"#;
    let path = |source: &str| format!("/api/v1/projects/beta1/feedback/{source}?apiKey={}", sandbox.key);

    let answer = relay.ask("POST", &path("appcrashlog"), JSON, good);
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    let host = relay.url.clone();
    let upload = answer.split('"').find(|text| text.starts_with(&host)).expect("an endpoint at the relay").to_owned();
    let line = relay.next();
    assert_eq!((line["number"].as_u64(), line["exchange"]["response"]["status"].as_u64()), (Some(1), Some(201)), "{line}");
    assert!(line["remarks"][0].as_str().unwrap().contains("rewritten"), "{line}");
    assert!(!line.to_string().contains(&sandbox.key), "{line}");

    let body = "--b\r\nContent-Disposition: form-data; name=\"crashlog\"; filename=\"a.txt\"\r\n\r\nhello\r\n--b--\r\n";
    let at = upload[host.len()..].replacen("projects//", "projects/beta1/", 1);
    let at = if at.contains("apiKey=") { at } else { format!("{at}?apiKey={}", sandbox.key) };
    let answer = relay.ask("POST", &at, "Content-Type: multipart/form-data; boundary=b\r\n", body);
    assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
    relay.next();

    let answer = relay.ask("POST", &path("appcrashlogs"), JSON, good);
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert_eq!(relay.next()["causes"][0]["id"], "endpoint.source-key-mismatch");

    relay.ask("POST", &path("appcrashlog"), JSON, good);
    assert!(relay.next()["alerts"][0].as_str().unwrap().contains("second one"));
    assert_eq!(relay.stop(), 1, "one exchange was not accepted");

    let kept = home.json(0, &["history", "list", "--output", "json"]);
    let kinds: Vec<_> = kept.as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["create", "create", "upload", "create"], "{kept}");
    assert_eq!(kept[2]["delivery"], kept[3]["delivery"]);
}

/// Of a request that is passed on and whose answer never came, a row stays, whatever ended the relay.
#[test]
fn a_relay_that_is_killed_leaves_what_was_under_way() {
    let home = Home::new();
    let sandbox = ServedSandbox::start(&home, &[]);
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("http://{}", silent.local_addr().unwrap());
    let mut relay = ServedRelay::start(&home, &["--profile", &sandbox.profile, "--to", &to]);
    let mut client = TcpStream::connect(relay.url.split("://").nth(1).unwrap()).unwrap();
    client.write_all(b"POST /api/v1/projects/beta1/feedback/s HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}").unwrap();
    let (mut server, _) = silent.accept().unwrap();
    server.read_exact(&mut [0; 4]).unwrap();
    let list = || home.json(0, &["history", "list", "--output", "json"]).as_array().unwrap().clone();
    let begun = Instant::now();
    while list().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "no row of a request that is under way");
        std::thread::sleep(Duration::from_millis(50));
    }
    relay.process.kill().unwrap();
    relay.process.wait().unwrap();
    let rows = list();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((rows[0]["kind"].as_str(), rows[0]["status"].as_u64()), (Some("create"), None), "{rows:?}");
}

#[test]
fn a_parameter_that_every_ticket_had_is_missed_by_a_later_relay() {
    let home = Home::new();
    let sandbox = ServedSandbox::start(&home, &[]);
    let id = home.ends(0, &["profiles", "import", &sandbox.profile]).trim().to_owned();
    let path = format!("/api/v1/projects/beta1/feedback/appcrashlog?apiKey={}", sandbox.key);
    let send = |relay: &mut ServedRelay, number: usize, more: &str| {
        let payload = format!(r#"{{"submitter": "jim@example.com", "summary": "crash {number}", "severity": "Major"{more}}}"#);
        let answer = relay.ask("POST", &path, JSON, &payload);
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
        relay.next()["alerts"].to_string()
    };
    let mut relay = ServedRelay::start(&home, &["--profile", &id]);
    for number in 0..3 {
        assert_eq!(send(&mut relay, number, r#", "description": "d""#), "[]");
    }
    relay.stop();
    let mut relay = ServedRelay::start(&home, &["--profile", &id]);
    let alerts = send(&mut relay, 3, "");
    assert!(alerts.contains("description") && alerts.contains("is not sent any more"), "{alerts}");
    assert_eq!(send(&mut relay, 4, ""), "[]");
    relay.stop();
}

#[test]
fn a_twin_or_nobody_answers_in_place_of_the_server() {
    let home = Home::new();
    let sandbox = ServedSandbox::start(&home, &[]);
    let path = format!("/api/v1/projects/beta1/feedback/appcrashlog?apiKey={}", sandbox.key);
    let payload = r#"{"submitter": "jim@example.com", "summary": "x", "severity": "Major"}"#;
    for (arguments, status) in [(&["--to", "sandbox"][..], "201"), (&["--capture", "--status", "202"], "202")] {
        let mut relay = ServedRelay::start(&home, &[&["--profile", &sandbox.profile], arguments].concat());
        let answer = relay.ask("POST", &path, JSON, payload);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        let line = relay.next();
        assert_eq!(line["causes"], Value::Array(Vec::new()), "{line}");
        relay.stop();
    }
}

#[test]
fn what_cannot_be_started_is_said() {
    let home = Home::new();
    let profile =
        home.file("acme.profile.json", r#"{"format": "centerpost.profile/1", "name": "Acme", "base_url": "https://h"}"#);
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = busy.local_addr().unwrap().to_string();
    for (arguments, expected) in [
        (vec!["--profile", &profile, "--listen", &address], "listening at"),
        (vec!["--listen", "127.0.0.1:0"], "name the profile"),
        (vec!["--profile", &profile, "--to", "acme"], "--to takes"),
        (vec!["--profile", &profile, "--cert", &profile, "--key", &profile, "--listen", "127.0.0.1:0"], "no certificate"),
    ] {
        let said = home.refused(&[&["relay"], arguments.as_slice()].concat());
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}

#[test]
fn it_listens_with_a_certificate_of_the_users() {
    let home = Home::new();
    let sandbox = ServedSandbox::start(&home, &[]);
    let authority = Authority::new("relay");
    let (certificate, key) = authority.certificate(&rcgen::CertificateParams::new(vec!["localhost".into()]).unwrap());
    let pem = |label: &str, der: &[u8]| {
        let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
        format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
    };
    let certificate = home.file("relay.pem", pem("CERTIFICATE", &certificate));
    let key = home.file("relay.key", key.serialize_pem());
    let mut relay = ServedRelay::start(&home, &["--profile", &sandbox.profile, "--cert", &certificate, "--key", &key]);
    assert!(relay.url.starts_with("https://"), "{}", relay.url);
    let port = relay.url.rsplit(':').next().unwrap().to_owned();
    let url = format!("https://localhost:{port}/api/v1/projects/beta1/feedback/none?apiKey=x");
    let output = std::process::Command::new("curl")
        .args(["-sS", "--noproxy", "*", "--cacert", authority.file().to_str().unwrap(), "-d", "{}", &url])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("404"), "{output:?}");
    assert_eq!(relay.next()["exchange"]["response"]["status"], 404);
    relay.stop();
}

#[test]
fn a_key_that_passes_and_is_echoed_stands_nowhere() {
    for key in canary_echo::KEYS {
        for (name, charset, body) in canary_echo::echoes(key) {
            let answer = canary_echo::refusal(charset, &body);
            let server = Server::start(move |_, _| answer.clone()).address.to_string();
            for output in ["text", "json"] {
                let home = Home::new();
                let profile = serde_json::json!({
                    "format": "centerpost.profile/1", "name": "Acme", "base_url": format!("http://{server}"), "project_key": "beta1",
                    "source_key": "log", "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
                });
                let profile = home.file("given/bare.profile.json", profile.to_string());
                let arguments = ["relay", "--listen", "127.0.0.1:0", "--profile", &profile, "--output", output];
                let mut process = home.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
                let mut reader = BufReader::new(process.stdout.take().unwrap());
                let mut printed = String::new();
                reader.read_line(&mut printed).unwrap();
                let host = printed.split("http://").nth(1).unwrap().split([';', '"']).next().unwrap().to_owned();
                let query = percent_encoding::utf8_percent_encode(key, percent_encoding::NON_ALPHANUMERIC);
                let request = format!(
                    "POST /api/v1/projects/beta1/feedback/log?apiKey={query} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
                    X-Api-Key: {key}\r\nContent-Length: 2\r\n\r\n{{}}"
                );
                let mut stream = TcpStream::connect(&host).unwrap();
                stream.write_all(request.as_bytes()).unwrap();
                stream.read_to_end(&mut Vec::new()).unwrap();
                while !printed.contains(" 400 ") && !printed.contains("\"status\":400") {
                    assert!(reader.read_line(&mut printed).unwrap() > 0, "{printed}");
                }
                process.kill().unwrap();
                reader.read_to_string(&mut printed).unwrap();
                let mut said = String::new();
                process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
                process.wait().unwrap();
                canary_echo::find(key, &format!("relay, {output}, {name}"), format!("{printed}{said}").as_bytes());
                assert!(canary_echo::look_into(key, &home.path("home")) > 0);
            }
        }
    }
}
