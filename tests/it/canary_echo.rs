//! Servers that echo the API key in an encoding of their own: the key stands in no output, no export, no bundle and no file afterwards.

use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use centerpost::model::secrets::finder::SecretFinder;

use crate::support::files_below;
use crate::support::home::Home;
use crate::support::server::Server;

pub const KEYS: [&str; 2] = ["c4n4ry+k3y/9&x\"y", "q7#Zk<\u{e9}>%41/w+2\u{fc}&v"];

/// A way in which a server writes a text, its charset, and the bytes.
pub fn echoes(key: &str) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let unit = |c: char| {
        let mut units = [0; 2];
        c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04X}")).collect::<String>()
    };
    let each = |plain: &dyn Fn(char) -> bool, write: &dyn Fn(char) -> String| -> String {
        key.chars().map(|c| if plain(c) { c.to_string() } else { write(c) }).collect()
    };
    let letter = |c: char| c.is_ascii_alphanumeric();
    let json = serde_json::to_string(key).unwrap();
    let json = &json[1..json.len() - 1];
    let texts = [
        ("base64", STANDARD.encode(format!("key={key};"))),
        ("base64url", URL_SAFE_NO_PAD.encode(format!("k={key}."))),
        ("dotnet", each(&letter, &unit)),
        ("php", json.replace('/', "\\/")),
        ("go", json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")),
        ("html", each(&letter, &|c| format!("&#{};", u32::from(c)))),
        ("percent", key.bytes().map(|byte| format!("%{byte:02x}")).collect()),
        ("hex", key.bytes().map(|byte| format!("{byte:02x}")).collect()),
    ];
    let mut echoes: Vec<_> =
        texts.into_iter().map(|(name, text)| (name, "utf-8", format!("{{\"sent\": \"{text}\"}}").into_bytes())).collect();
    let units = format!("{{\"sent\": \"{key}\"}}");
    echoes.push(("utf-16", "utf-16le", units.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    echoes.push(("latin-1", "iso-8859-1", units.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()));
    echoes
}

/// A refusal with this body.
pub fn refusal(charset: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset={charset}\r\nContent-Length: {}\r\n\
        Connection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

pub fn find(key: &str, what: &str, bytes: &[u8]) {
    if let Some(found) = SecretFinder::new([key]).find(bytes).first() {
        panic!("{what} holds the key as {:?}", String::from_utf8_lossy(&bytes[found.span.clone()]));
    }
    for (name, _, echo) in echoes(key) {
        let inner = echo.strip_prefix(b"{\"sent\": \"").and_then(|rest| rest.strip_suffix(b"\"}"));
        if let Some(inner) = inner {
            assert!(!bytes.windows(inner.len()).any(|window| window == inner), "{what} holds the key as {name}");
        }
    }
}

pub fn look_into(key: &str, folder: &Path) -> usize {
    let files = files_below(folder);
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        find(key, &path.display().to_string(), &bytes);
        if bytes.starts_with(b"PK") {
            let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
            for index in 0..zip.len() {
                let mut file = zip.by_index(index).unwrap();
                let mut content = Vec::new();
                file.read_to_end(&mut content).unwrap();
                find(key, &format!("{} in the bundle", file.name().unwrap().into_owned()), &content);
            }
        }
    }
    files.len()
}

#[test]
fn an_echoed_key_stands_nowhere() {
    for key in KEYS {
        let home = Home::new();
        for (name, charset, body) in echoes(key) {
            let answer = refusal(charset, &body);
            let address = Server::start(move |_, _| answer.clone()).address;
            let profile = serde_json::json!({
                "format": "centerpost.profile/1", "name": "Acme", "base_url": format!("http://{address}"), "project_key": "beta1",
                "source_key": "log", "default_submitter": "a@b.example", "workflow_status": "New",
                "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
            });
            let profile = home.file("given/bare.profile.json", profile.to_string());
            let key_file = home.file("given/key.txt", key);
            for output in ["text", "json"] {
                let arguments =
                    ["send", "--profile", &profile, "--api-key-file", &key_file, "--set", "summary=x", "--output", output];
                let sent = home.run(&arguments);
                assert_eq!(sent.status.code(), Some(1), "{name}: {sent:?}");
                find(key, &format!("send, {output}, {name}"), &[sent.stdout, sent.stderr].concat());
            }
        }
        let count = 2 * echoes(key).len();
        std::fs::create_dir(home.path("out")).unwrap();
        for number in (1..=count).step_by(2).map(|number| number.to_string()) {
            for arguments in [
                vec!["history", "show", &number],
                vec!["history", "show", &number, "--output", "json"],
                vec!["history", "export", &number],
                vec!["export", "har", "--history", &number],
                vec!["bundle", "--history", &number, "--to", &home.at(&format!("out/{number}.zip"))],
            ] {
                let output = home.run(&arguments);
                assert!(output.status.success(), "{arguments:?}: {output:?}");
                find(key, &format!("{arguments:?}"), &[output.stdout, output.stderr].concat());
            }
        }
        assert!(look_into(key, &home.path("home")) > 0);
        assert_eq!(look_into(key, &home.path("out")), count / 2);
    }
}

/// A key that was pasted without being encoded: what stands behind its `#` or `&` is the key's too.
#[test]
fn a_key_that_was_not_encoded_is_hidden_to_its_end() {
    for (key, tail) in
        [("c4n4ry#t41l/9", "t41l"), ("c4n4ry&t41l+9", "t41l"), ("c4n4ry&t41l#9==", "t41l"), ("c4n4ry+<t41l>%", "t41l")]
    {
        let home = Home::new();
        let command = format!(
            "curl 'https://acme.example.com/api/v1/projects/beta1/feedback/log?apiKey={key}' -H 'Content-Type: application/json' -d '{{\"summary\": \"x\"}}'"
        );
        let file = home.file("given.txt", command);
        std::fs::create_dir(home.path("out")).unwrap();
        for arguments in [
            vec!["import", &file],
            vec!["replay", &file, "--dry-run"],
            vec!["replay", &file],
            vec!["export", "curl", &file],
            vec!["export", "har", &file],
            vec!["export", "http", &file],
            vec!["export", "python", &file],
        ] {
            let output = home.run(&arguments);
            let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert!(!text.contains(tail), "{key}: {arguments:?} shows {tail}: {text}");
        }
        let case = serde_json::json!({
            "format": "centerpost.case/1",
            "request": {"method": "POST", "url": format!("https://acme.example.com/api/v1/projects/beta1/feedback/log?apiKey={key}")},
            "response": {"status": 404, "headers": [], "body": format!("no such source: {key}")},
        });
        let case = home.file("one.case.json", case.to_string());
        let zip = home.at("out/one.zip");
        let output = home.run(&["bundle", &case, "--to", &zip]);
        assert!(output.status.success(), "{output:?}");
        let mut zip = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
        for index in 0..zip.len() {
            let mut file = zip.by_index(index).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            assert!(!text.contains(tail), "{key}: {} holds {tail}: {text}", file.name().unwrap());
        }
    }
}

/// The commands that the canary tests walk. A command that is added has to be walked too.
#[test]
fn every_command_is_walked() {
    let walked = [
        include_str!("canary.rs"),
        include_str!("canary_echo.rs"),
        include_str!("support/sandbox.rs"),
        include_str!("relay/command.rs"),
        include_str!("run/canary.rs"),
    ]
    .concat();
    let help = Home::new().ends(0, &["--help"]);
    let commands = help.split("Commands:").nth(1).unwrap().lines().skip(1).take_while(|line| line.starts_with("  "));
    // What is longer than a line goes on further to the right.
    let commands = commands.filter(|line| !line.starts_with("   "));
    let names: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 15, "{help}");
    for name in names {
        // `open` is the window, which has tests of its own.
        let is_walked = ["help", "completions", "manual", "open"].contains(&name) || walked.contains(&format!("\"{name}\""));
        assert!(is_walked, "the command {name} is not under the canary");
    }
}

#[test]
fn the_demo_shows_no_key() {
    let output = Home::new().run(&["demo"]);
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success() && text.contains("apiKey=••••"), "{text}");
}
