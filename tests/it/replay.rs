//! `centerpost replay`, run as scripts run it, against a server that writes down what arrives and repeats its secrets.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::support::home::Home;
use crate::support::server::{Received, Server, json_answer};
use centerpost::model::multipart;
use centerpost::model::multipart::PartContent;

const KEY: &str = "5ecre7-4p1-key";
const TOKEN: &str = "t0ken-in-a-header";

/// A server that answers everything with one status and repeats what it was sent.
fn server(status: u16) -> Server {
    Server::start(move |_, request| json_answer(status, "", json!({"id": 4711, "echo": request.text()})))
}

fn url(server: &Server) -> String {
    format!("http://{}/api/v1/projects/p/feedback/s?apiKey={KEY}", server.address)
}

#[test]
fn a_command_arrives_as_it_was_written() {
    let (home, server) = (Home::new(), server(201));
    let body = "{\"summary\": \"Größe\",\r\n  \"list\" : [1.0, 2e3], \"summary\": \"twice\" }\n";
    home.file("body.json", body);
    let command = home.file(
        "command.txt",
        format!(
            "curl -X PUT '{}&x=a%2fb+c' -H 'X-Twice: 1' -H 'Content-Type: text/plain;Charset=UTF-8' -H 'x-twice: 2' \
             -H 'Host: other.example' -H 'User-Agent: theirs' --data-binary @body.json",
            url(&server)
        ),
    );
    let files = home.folder().to_str().unwrap();
    home.both(0, &["replay", &command, "--files-from", files, "--send", "--yes"]);
    let Received { head, body: arrived } = server.only();
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
    let (home, server) = (Home::new(), server(201));
    let bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    let command = format!("curl '{}' -H 'Content-Type: multipart/mixed' -F 'crashlog=@a b.zip' -F note=hello", url(&server));
    let command = home.file("command.txt", command);
    let files = home.folder().to_str().unwrap();
    let all = ["replay", &command, "--files-from", files, "--send", "--yes"];
    let (_, said) = home.both(2, &all);
    assert!(said.contains("a b.zip") && said.contains("folder"), "{said}");
    assert_eq!(server.received().len(), 0);

    home.file("a b.zip", &bytes);
    home.both(0, &all);
    let Received { head, body } = server.only();
    let kind =
        head.split("\r\n").find_map(|line| line.to_ascii_lowercase().starts_with("content-type:").then(|| &line[14..])).unwrap();
    assert!(kind.starts_with("multipart/mixed; boundary="), "{kind}");
    let parts = multipart::read(&multipart::boundary_of(kind).unwrap(), &body).unwrap();
    let found: Vec<_> =
        parts.iter().map(|part| (part.name.as_str(), part.filename.as_deref(), part.content_type.as_deref())).collect();
    assert_eq!(found, [("crashlog", Some("a b.zip"), Some("application/zip")), ("note", None, None)]);
    assert_eq!(parts[0].content, PartContent::Bytes(bytes));
}

#[test]
fn nothing_reaches_the_host_unless_asked_for() {
    let (home, server) = (Home::new(), server(201));
    let json = r#"{"summary": "x", "submitter": "a@b.example", "status": "New"}"#;
    let command = home.file("c.txt", format!("curl '{}' --json '{json}'", url(&server)));
    let (text, said) = home.both(0, &["replay", &command]);
    assert!(text.starts_with("Twin    201 Created") && said.contains("no profile is known"), "{text}{said}");
    let (text, _) = home.both(0, &["replay", &command, "--dry-run"]);
    assert!(text.starts_with("POST /api/v1/projects/p/feedback/s?apiKey=••••") && text.contains(json), "{text}");
    // Nobody is there to be asked.
    let (_, said) = home.both(2, &["replay", &command, "--send"]);
    assert!(said.contains("--yes") && said.contains(&server.address.to_string()), "{said}");
    home.both(2, &["replay", &command, "--send", "--dry-run"]);
    assert_eq!((server.received().len(), home.both(0, &["history", "list"]).0.contains("201")), (0, false));

    home.both(0, &["replay", &command, "--send", "--yes"]);
    assert_eq!((server.received().len(), home.both(0, &["history", "list"]).0.contains("201")), (1, true));
}

#[test]
fn the_twin_plays_the_profile_that_fits() {
    let (home, server) = (Home::new(), server(201));
    let profile = json!({
        "format": "centerpost.profile/1", "name": "Acme", "base_url": format!("http://{}", server.address),
        "project_key": "p", "source_key": "s", "default_submitter": "a@b.example", "workflow_status": "New",
        "fields": [{"field": "Summary", "parameter": "summary", "kind": "text", "required": true}],
    });
    let file = home.file("acme.profile.json", profile.to_string());
    let right = home.file("right.txt", format!("curl '{}' --json '{{\"summary\": \"x\"}}'", url(&server)));
    let wrong = home.file("wrong.txt", format!("curl '{}' --json '{{\"sumary\": \"x\"}}'", url(&server)));
    home.both(0, &["replay", &right, "--profile", &file]);
    home.both(0, &["profiles", "import", &file]);
    let (_, said) = home.both(0, &["replay", &right]);
    assert!(said.contains("meant for the profile \"Acme\""), "{said}");
    let (text, _) = home.both(1, &["replay", &wrong]);
    assert!(text.contains("400"), "{text}");
    assert_eq!(server.received().len(), 0);
}

#[test]
fn one_of_many_is_picked() {
    let (home, server) = (Home::new(), server(201));
    let entry = |name: &str| {
        json!({"request": {"method": "POST", "url": url(&server), "headers": [{"name": "Content-Length", "value": "999"}],
            "postData": {"mimeType": "application/json", "text": format!("{{\"summary\":\"{name}\"}}")}}})
    };
    let har = home.file("a.har", json!({"log": {"entries": [entry("one"), entry("two"), entry("three")]}}).to_string());
    let (_, said) = home.both(2, &["replay", &har]);
    assert!(said.contains("3 requests") && said.contains("--pick"), "{said}");
    home.both(2, &["replay", &har, "--pick", "4"]);
    home.both(2, &["replay", &har, "--pick", "0"]);
    home.both(0, &["replay", &har, "--pick", "2", "--send", "--yes"]);
    assert_eq!(server.only().body, br#"{"summary":"two"}"#);
}

#[test]
fn placeholders_want_values() {
    let (home, server) = (Home::new(), server(201));
    let url = url(&server).replace(KEY, "{{apiKey}}");
    let command = format!("curl '{url}' --json '{{\"summary\": \"{{{{what:json}}}}\", \"by\": \"{{{{email-1}}}}\"}}'");
    let command = home.file("c.txt", command);
    let (_, said) = home.both(2, &["replay", &command, "--send", "--yes", "--fill", "what=x"]);
    assert!(said.contains("{{apiKey}}, {{email-1}}") && !said.contains("{{what") && said.contains("--fill"), "{said}");
    assert_eq!(server.received().len(), 0);

    let values = home.file("values.txt", "email-1=a@b.example\n\nwhat=a \"quote\" = b\n");
    let mut command = home.command(&["replay", &command, "--send", "--yes", "--fill-from", &values]);
    let output = command.env("CENTERCODE_API_KEY", KEY).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let Received { head, body } = server.only();
    assert!(head.contains(&format!("?apiKey={KEY} ")), "{head}");
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), json!({"summary": "a \"quote\" = b", "by": "a@b.example"}));
}

#[test]
fn a_bundle_is_replayed_with_its_values_filled_in() {
    let (home, server) = (Home::new(), server(201));
    let entry = json!({
        "request": {"method": "POST", "url": url(&server), "headers": [],
            "postData": {"mimeType": "application/json", "text": r#"{"by": "jim@acme.example"}"#}},
        "response": {"status": 404, "headers": [], "content": {"mimeType": "application/json", "text": "{}"}},
    });
    let har = home.file("a.har", json!({"log": {"entries": vec![entry; 201]}}).to_string());
    let bundle = home.path("b.zip").to_str().unwrap().to_owned();
    assert!(home.both(2, &["bundle", &har, "--preview"]).1.contains("--pick"));
    home.both(2, &["bundle", &har, "--preview", "--pick", "202"]);
    home.both(0, &["bundle", &har, "--to", &bundle, "--pick", "201"]);
    for arguments in [&["import", &bundle][..], &["replay", &bundle]] {
        let output = home.command(arguments).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(said.contains("{{apiKey}}") && !said.contains(KEY), "{arguments:?}: {said}");
    }
    let api_key = format!("apiKey={KEY}");
    home.both(0, &["replay", &bundle, "--fill", &api_key, "--fill", "email-1=jim@acme.example", "--send", "--yes"]);
    let Received { head, body } = server.only();
    assert!(head.contains(&api_key), "{head}");
    assert_eq!(body, br#"{"by": "jim@acme.example"}"#);
}

#[test]
fn exit_codes_tell_what_came_of_it() {
    let home = Home::new();
    let refusing = server(404);
    let command = home.file("c.txt", format!("curl '{}' --json '{{}}'", url(&refusing)));
    home.both(1, &["replay", &command, "--send", "--yes"]);
    assert_eq!(refusing.received().len(), 1);
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = home.file("n.txt", format!("curl 'http://{free}/x' --json '{{}}'"));
    let (text, _) = home.both(3, &["replay", &nobody, "--send", "--yes", "--output", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["error"]["kind"], "refused");
    let bare = home.file("b.txt", "POST /x HTTP/1.1\r\n\r\n{}");
    for arguments in [&["replay", "/nonexistent"][..], &["replay", &bare], &["replay", home.folder().to_str().unwrap()]] {
        home.both(2, arguments);
    }
}

#[test]
fn secrets_are_masked_though_the_server_repeats_them() {
    let (home, server) = (Home::new(), server(400));
    let command = home.file(
        "c.txt",
        format!(
            "curl '{}' -H 'Authorization: Bearer {TOKEN}' -H 'Cookie: session={TOKEN}' --json '{{\"summary\": \"{KEY}\"}}'",
            url(&server)
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
    assert_eq!(server.received().len(), 2);
    let (text, _) = home.both(1, &["replay", &command, "--send", "--yes", "--show-secrets"]);
    assert!(text.contains(KEY) && text.contains(TOKEN), "{text}");
}
