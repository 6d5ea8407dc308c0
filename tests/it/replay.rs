//! `centerpost replay`, run as scripts run it, against a server that writes down what arrives and repeats its secrets.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use centerpost::model::multipart_read;
use centerpost::model::request_spec::WrittenContent;
use serde_json::{Value, json};

const KEY: &str = "5ecre7-4p1-key";
const TOKEN: &str = "t0ken-in-a-header";

struct Server {
    port: u16,
    received: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Server {
    fn start(status: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = received.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), status, &kept);
            }
        });
        Self { port, received }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/api/v1/projects/p/feedback/s?apiKey={KEY}", self.port)
    }

    fn count(&self) -> usize {
        self.received.lock().unwrap().len()
    }

    /// The only request that arrived: its head and its body.
    fn only(&self) -> (String, Vec<u8>) {
        let received = self.received.lock().unwrap();
        assert_eq!(received.len(), 1);
        let end = received[0].windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        (String::from_utf8(received[0][..end].to_vec()).unwrap(), received[0][end + 4..].to_vec())
    }
}

fn answer(mut stream: TcpStream, status: u16, kept: &Mutex<Vec<Vec<u8>>>) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = head {
            let text = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                break;
            }
        }
        match stream.read(&mut buffer).unwrap() {
            0 => break,
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    }
    // Before the answer, so that whoever has it finds the request here.
    kept.lock().unwrap().push(bytes.clone());
    let said = json!({"id": 4711, "echo": String::from_utf8_lossy(&bytes)}).to_string();
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        said.len()
    );
    stream.write_all(format!("{head}{said}").as_bytes()).unwrap();
}

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), content).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_centerpost"));
        command.args(arguments).env("CENTERPOST_HOME", self.path("home")).stdin(std::process::Stdio::null());
        command
    }

    fn ends(&self, code: i32, arguments: &[&str]) -> (String, String) {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
        assert_eq!(status.code(), Some(code), "{arguments:?}: {stdout}{stderr}");
        (stdout, stderr)
    }
}

#[test]
fn a_command_arrives_as_it_was_written() {
    let (home, server) = (Home::new(), Server::start(201));
    let body = "{\"summary\": \"Größe\",\r\n  \"list\" : [1.0, 2e3], \"summary\": \"twice\" }\n";
    home.file("body.json", body);
    let command = home.file(
        "command.txt",
        format!(
            "curl -X PUT '{}&x=a%2fb+c' -H 'X-Twice: 1' -H 'Content-Type: text/plain;Charset=UTF-8' -H 'x-twice: 2' \
             -H 'Host: other.example' -H 'User-Agent: theirs' --data-binary @body.json",
            server.url()
        ),
    );
    let files = home.0.path().to_str().unwrap();
    home.ends(0, &["replay", &command, "--files-from", files, "--send", "--yes"]);
    let (head, arrived) = server.only();
    assert_eq!(arrived, body.as_bytes());
    let own = |line: &&str| {
        !["accept:", "accept-encoding:", "content-length:"].iter().any(|name| line.to_lowercase().starts_with(name))
    };
    let lines: Vec<String> = head.split("\r\n").filter(own).map(str::to_ascii_lowercase).collect();
    let target = format!("put /api/v1/projects/p/feedback/s?apikey={KEY}&x=a%2fb+c http/1.1");
    assert_eq!(
        lines,
        [
            target.as_str(),
            // Repeats of a name travel together, in their order.
            "x-twice: 1",
            "x-twice: 2",
            "content-type: text/plain;charset=utf-8",
            "host: other.example",
            "user-agent: theirs",
        ]
    );
}

#[test]
fn a_form_takes_its_files_along() {
    let (home, server) = (Home::new(), Server::start(201));
    let bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    let command = format!("curl '{}' -H 'Content-Type: multipart/mixed' -F 'crashlog=@a b.zip' -F note=hello", server.url());
    let command = home.file("command.txt", command);
    let files = home.0.path().to_str().unwrap();
    let all = ["replay", &command, "--files-from", files, "--send", "--yes"];
    let (_, said) = home.ends(2, &all);
    assert!(said.contains("a b.zip") && said.contains("folder"), "{said}");
    assert_eq!(server.count(), 0);

    home.file("a b.zip", &bytes);
    home.ends(0, &all);
    let (head, body) = server.only();
    let kind =
        head.split("\r\n").find_map(|line| line.to_ascii_lowercase().starts_with("content-type:").then(|| &line[14..])).unwrap();
    assert!(kind.starts_with("multipart/mixed; boundary="), "{kind}");
    let parts = multipart_read::read(&multipart_read::boundary_of(kind).unwrap(), &body).unwrap();
    let found: Vec<_> =
        parts.iter().map(|part| (part.name.as_str(), part.filename.as_deref(), part.content_type.as_deref())).collect();
    assert_eq!(found, [("crashlog", Some("a b.zip"), Some("application/zip")), ("note", None, None)]);
    assert_eq!(parts[0].content, WrittenContent::Bytes(bytes));
}

#[test]
fn nothing_reaches_the_host_unless_asked_for() {
    let (home, server) = (Home::new(), Server::start(201));
    let json = r#"{"summary": "x", "submitter": "a@b.example", "status": "New"}"#;
    let command = home.file("c.txt", format!("curl '{}' --json '{json}'", server.url()));
    let (text, said) = home.ends(0, &["replay", &command]);
    assert!(text.starts_with("Twin    201 Created") && said.contains("no profile is known"), "{text}{said}");
    let (text, _) = home.ends(0, &["replay", &command, "--dry-run"]);
    assert!(text.starts_with("POST /api/v1/projects/p/feedback/s?apiKey=••••") && text.contains(json), "{text}");
    // Nobody is there to be asked.
    let (_, said) = home.ends(2, &["replay", &command, "--send"]);
    assert!(said.contains("--yes") && said.contains(&format!("127.0.0.1:{}", server.port)), "{said}");
    home.ends(2, &["replay", &command, "--send", "--dry-run"]);
    assert_eq!((server.count(), home.ends(0, &["history", "list"]).0.contains("201")), (0, false));

    home.ends(0, &["replay", &command, "--send", "--yes"]);
    assert_eq!((server.count(), home.ends(0, &["history", "list"]).0.contains("201")), (1, true));
}

#[test]
fn the_twin_plays_the_profile_that_fits() {
    let (home, server) = (Home::new(), Server::start(201));
    let profile = json!({
        "format": "centerpost.profile/1", "name": "Acme", "base_url": format!("http://127.0.0.1:{}", server.port),
        "project_key": "p", "source_key": "s", "default_submitter": "a@b.example", "workflow_status": "New",
        "fields": [{"field": "Summary", "parameter": "summary", "kind": "text", "required": true}],
    });
    let file = home.file("acme.profile.json", profile.to_string());
    let right = home.file("right.txt", format!("curl '{}' --json '{{\"summary\": \"x\"}}'", server.url()));
    let wrong = home.file("wrong.txt", format!("curl '{}' --json '{{\"sumary\": \"x\"}}'", server.url()));
    home.ends(0, &["replay", &right, "--profile", &file]);
    home.ends(0, &["profiles", "import", &file]);
    let (_, said) = home.ends(0, &["replay", &right]);
    assert!(said.contains("meant for the profile \"Acme\""), "{said}");
    let (text, _) = home.ends(1, &["replay", &wrong]);
    assert!(text.contains("400"), "{text}");
    assert_eq!(server.count(), 0);
}

#[test]
fn one_of_many_is_picked() {
    let (home, server) = (Home::new(), Server::start(201));
    let entry = |name: &str| {
        json!({"request": {"method": "POST", "url": server.url(), "headers": [{"name": "Content-Length", "value": "999"}],
            "postData": {"mimeType": "application/json", "text": format!("{{\"summary\":\"{name}\"}}")}}})
    };
    let har = home.file("a.har", json!({"log": {"entries": [entry("one"), entry("two"), entry("three")]}}).to_string());
    let (_, said) = home.ends(2, &["replay", &har]);
    assert!(said.contains("3 requests") && said.contains("--pick"), "{said}");
    home.ends(2, &["replay", &har, "--pick", "4"]);
    home.ends(2, &["replay", &har, "--pick", "0"]);
    home.ends(0, &["replay", &har, "--pick", "2", "--send", "--yes"]);
    assert_eq!(server.only().1, br#"{"summary":"two"}"#);
}

#[test]
fn placeholders_want_values() {
    let (home, server) = (Home::new(), Server::start(201));
    let url = server.url().replace(KEY, "{{apiKey}}");
    let command = format!("curl '{url}' --json '{{\"summary\": \"{{{{what:json}}}}\", \"by\": \"{{{{email-1}}}}\"}}'");
    let command = home.file("c.txt", command);
    let (_, said) = home.ends(2, &["replay", &command, "--send", "--yes", "--fill", "what=x"]);
    assert!(said.contains("{{apiKey}}, {{email-1}}") && !said.contains("{{what") && said.contains("--fill"), "{said}");
    assert_eq!(server.count(), 0);

    let values = home.file("values.txt", "email-1=a@b.example\n\nwhat=a \"quote\" = b\n");
    let mut command = home.command(&["replay", &command, "--send", "--yes", "--fill-from", &values]);
    let output = command.env("CENTERCODE_API_KEY", KEY).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let (head, body) = server.only();
    assert!(head.contains(&format!("?apiKey={KEY} ")), "{head}");
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), json!({"summary": "a \"quote\" = b", "by": "a@b.example"}));
}

#[test]
fn a_bundle_is_replayed_with_its_values_filled_in() {
    let (home, server) = (Home::new(), Server::start(201));
    let entry = json!({
        "request": {"method": "POST", "url": server.url(), "headers": [],
            "postData": {"mimeType": "application/json", "text": r#"{"by": "jim@acme.example"}"#}},
        "response": {"status": 404, "headers": [], "content": {"mimeType": "application/json", "text": "{}"}},
    });
    let har = home.file("a.har", json!({"log": {"entries": vec![entry; 201]}}).to_string());
    let bundle = home.path("b.zip").to_str().unwrap().to_owned();
    assert!(home.ends(2, &["bundle", &har, "--preview"]).1.contains("--pick"));
    home.ends(2, &["bundle", &har, "--preview", "--pick", "202"]);
    home.ends(0, &["bundle", &har, "--to", &bundle, "--pick", "201"]);
    for arguments in [&["import", &bundle][..], &["replay", &bundle]] {
        let output = home.command(arguments).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(said.contains("{{apiKey}}") && !said.contains(KEY), "{arguments:?}: {said}");
    }
    let api_key = format!("apiKey={KEY}");
    home.ends(0, &["replay", &bundle, "--fill", &api_key, "--fill", "email-1=jim@acme.example", "--send", "--yes"]);
    let (head, body) = server.only();
    assert!(head.contains(&api_key), "{head}");
    assert_eq!(body, br#"{"by": "jim@acme.example"}"#);
}

#[test]
fn exit_codes_tell_what_came_of_it() {
    let home = Home::new();
    let refusing = Server::start(404);
    let command = home.file("c.txt", format!("curl '{}' --json '{{}}'", refusing.url()));
    home.ends(1, &["replay", &command, "--send", "--yes"]);
    assert_eq!(refusing.count(), 1);
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = home.file("n.txt", format!("curl 'http://{free}/x' --json '{{}}'"));
    let (text, _) = home.ends(3, &["replay", &nobody, "--send", "--yes", "--output", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["error"]["kind"], "refused");
    let bare = home.file("b.txt", "POST /x HTTP/1.1\r\n\r\n{}");
    for arguments in [&["replay", "/nonexistent"][..], &["replay", &bare], &["replay", home.0.path().to_str().unwrap()]] {
        home.ends(2, arguments);
    }
}

#[test]
fn secrets_are_masked_though_the_server_repeats_them() {
    let (home, server) = (Home::new(), Server::start(400));
    let command = home.file(
        "c.txt",
        format!(
            "curl '{}' -H 'Authorization: Bearer {TOKEN}' -H 'Cookie: session={TOKEN}' --json '{{\"summary\": \"{KEY}\"}}'",
            server.url()
        ),
    );
    for more in [&["--send", "--yes"][..], &["--dry-run"], &[]] {
        for format in ["text", "json"] {
            let mut all = vec!["replay", command.as_str(), "--output", format];
            all.extend(more);
            let output = home.command(&all).output().unwrap();
            assert_ne!(output.status.code(), Some(2), "{output:?}");
            let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert!(!text.contains(KEY) && !text.contains(TOKEN), "{all:?}: {text}");
        }
    }
    assert_eq!(server.count(), 2);
    let (text, _) = home.ends(1, &["replay", &command, "--send", "--yes", "--show-secrets"]);
    assert!(text.contains(KEY) && text.contains(TOKEN), "{text}");
}
