//! `centerpost import`, run as scripts run it.

use std::process::Output;

use crate::support::home::Home;
use serde_json::{Value, json};

const KEY: &str = "5ecre7-4p1-key";

fn import(kind: &str, input: &[u8]) -> Value {
    let home = Home::new();
    let output = home.run_with(&["import", kind, "-", "--output", "json"], input);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains(KEY));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn each_format_as_json() {
    let expected = json!([{"method": "POST", "url": "https://h/x", "headers": [["Content-Type", "application/json"]], "body": {"kind": "text", "text": "{\"a\":1}"}}]);
    let postman = json!({"info": {"name": "c"}, "item": [{"name": "", "request": {"method": "POST", "url": "https://h/x",
        "header": [{"key": "Content-Type", "value": "application/json"}], "body": {"mode": "raw", "raw": "{\"a\":1}"}}}]});
    let har = json!({"log": {"entries": [{"request": {"method": "POST", "url": "https://h/x", "headers": [{"name": "Content-Type", "value": "application/json"}],
        "postData": {"mimeType": "application/json", "text": "{\"a\":1}"}}}]}});
    let curl = "curl https://h/x -H 'Content-Type: application/json' -d '{\"a\":1}' -sS";
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(curl.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (kind, input) in [
        ("curl", curl.as_bytes().to_vec()),
        ("curl", utf16),
        ("curl-cmd", b"curl https://h/x ^\r\n -H \"Content-Type: application/json\" -d \"{\\\"a\\\":1}\"".to_vec()),
        ("curl-powershell", b"curl.exe https://h/x `\n -H 'Content-Type: application/json' -d '{\\\"a\\\":1}'".to_vec()),
        ("http", b"POST https://h/x HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"a\":1}".to_vec()),
        ("har", har.to_string().into_bytes()),
        ("postman", postman.to_string().into_bytes()),
        ("log", b"POST https://h/x {\"a\":1}".to_vec()),
    ] {
        let mut expected = expected.clone();
        if kind == "log" {
            // A line of a log shows that there was a body, not all that was sent with it.
            expected[0]["not_recorded"] = json!(["headers", "file-bytes"]);
        }
        assert_eq!(import(kind, &input), expected, "{kind}");
        assert_eq!(import("auto", &input), expected, "auto for {kind}");
    }
}

#[test]
fn text_for_people_masks_secrets_and_names_what_is_lost() {
    let home = Home::new();
    let command = format!("curl 'https://h/x?apiKey={KEY}' -u me:{KEY} --frobnicate -d x={KEY} --next -s https://h/y");
    let output = home.run_with(&["import", "-"], command.as_bytes());
    let text = String::from_utf8(output.stdout).unwrap();
    for words in ["a curl command for bash: 2 requests", "--frobnicate is not understood", "-s has no effect", "line 1, column"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains(KEY), "{text}");
    let picked = home.run_with(&["import", "-", "--pick", "2", "--output", "json"], command.as_bytes());
    assert_eq!(serde_json::from_slice::<Value>(&picked.stdout).unwrap()[0]["url"], "https://h/y");
}

#[test]
fn a_profile_is_made_from_a_request() {
    let home = Home::new();
    let command =
        format!("curl 'https://acme.centercode.com/api/v1/projects/p/feedback/s?apiKey={KEY}' --json '{{\"summary\": \"x\"}}'");
    let made = home.run_with(&["import", "-", "--to-profile", "From Acme"], command.as_bytes());
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let shown = home.run_with(&["profiles", "show", "From Acme", "--output", "json"], b"");
    let profile: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!((&profile["project_key"], &profile["fields"][0]["parameter"]), (&json!("p"), &json!("summary")));
}

#[test]
fn what_cannot_be_read_ends_with_2() {
    let home = Home::new();
    let deep = format!("{{\"item\": {}", "[{\"item\": ".repeat(100_000));
    for (arguments, input) in [
        (vec!["import", "curl", "-"], "hello"),
        (vec!["import", "-"], "hello"),
        (vec!["import", "-"], ""),
        (vec!["import", "har", "-"], "{"),
        (vec!["import", "postman", "-"], deep.as_str()),
        (vec!["import", "postman", "-"], "{\"values\": []}"),
        (vec!["import", "curl", "/nonexistent"], ""),
        (vec!["import", "nonsense", "-"], ""),
        (vec!["import", "-", "--pick", "9"], "curl h"),
        (vec!["import", "-", "--to-profile", "x"], "curl h"),
        (vec!["import", "-"], "PK\u{3}\u{4}"),
    ] {
        let output = home.run_with(&arguments, input.as_bytes());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}: {output:?}");
    }
}

#[test]
fn each_request_is_held_against_its_profile() {
    let home = Home::new();
    let profile = json!({
        "format": "centerpost.profile/1", "name": "Acme", "base_url": "https://acme.centercode.com", "project_key": "p", "source_key": "s",
        "api_key": KEY, "default_submitter": "a@b.example", "workflow_status": "New",
        "fields": [{"field": "Severity", "parameter": "severity", "kind": "single_choice", "choices": ["Minor", "Major"]}],
    });
    let path = home.path("acme.profile.json");
    std::fs::write(&path, profile.to_string()).unwrap();
    let file = path.to_str().unwrap();
    let command = |severity: &str| {
        let url = format!("https://acme.centercode.com/api/v1/projects/p/feedback/s?apiKey={KEY}");
        format!("curl '{url}' --json '{{\"severity\": \"{severity}\"}}'\n")
    };
    let both = command("Minor") + &command("minor");
    let check = |more: &[&str]| home.run_with(&[&["import", "-", "--check"], more].concat(), both.as_bytes());
    let told = |output: &Output| String::from_utf8([&output.stdout[..], &output.stderr].concat()).unwrap();

    let nothing_fits = check(&[]);
    assert_eq!(nothing_fits.status.code(), Some(2), "{nothing_fits:?}");
    assert!(told(&nothing_fits).contains("--profile"));
    assert_eq!(check(&["--profile", file, "--pick", "1"]).status.code(), Some(0));
    let wrong = check(&["--profile", file]);
    assert_eq!(wrong.status.code(), Some(1));
    let text = told(&wrong);
    for words in ["1. POST https://acme", "No problem found", "2. POST https://acme", "1 row is wrong", "Major"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains(KEY), "{text}");

    // A saved profile is taken for its address, and named once.
    assert_eq!(home.run_with(&["profiles", "import", file], b"").status.code(), Some(0));
    let found = check(&["--output", "json"]);
    assert_eq!(String::from_utf8_lossy(&found.stderr).matches("\"Acme\"").count(), 1, "{found:?}");
    let json: Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(
        (json[0]["fine"].as_bool(), json[1]["fine"].as_bool(), &json[1]["profile"]),
        (Some(true), Some(false), &json!("Acme"))
    );
    let row = json[1]["rows"].as_array().unwrap().iter().find(|row| row["name"] == "severity").unwrap();
    assert_eq!((&row["sent"], row["problems"].as_array().unwrap().len()), (&json!("\"minor\""), 1));
    assert!(!told(&found).contains(KEY));
    assert!(told(&check(&["--show-secrets"])).contains(KEY));
}

#[test]
fn what_is_in_the_place_of_placeholders_is_seen() {
    let command = "curl 'https://h/x?apiKey={{apiKey}}' -d '{{who:json}} {{left}}'";
    let home = Home::new();
    let values = home.path("values.txt");
    std::fs::write(&values, format!("apiKey={KEY}\nwho=a\"b\n")).unwrap();
    let all = ["import", "-", "--output", "json", "--fill-from", values.to_str().unwrap()];
    let json: Value = serde_json::from_slice(&home.run_with(&all, command.as_bytes()).stdout).unwrap();
    assert_eq!(json[0]["url"], format!("https://h/x?apiKey={KEY}"));
    assert_eq!(json[0]["body"]["text"], "a\\\"b {{left}}");
    for wrong in [["import", "-", "--fill", "nothing"], ["import", "-", "--fill-from", "/nonexistent"]] {
        assert_eq!(home.run_with(&wrong, command.as_bytes()).status.code(), Some(2), "{wrong:?}");
    }
    std::fs::write(&values, format!("{KEY}\n")).unwrap();
    let refused = home.run_with(&all, command.as_bytes());
    assert_eq!(refused.status.code(), Some(2));
    assert!(!String::from_utf8_lossy(&refused.stderr).contains(KEY), "{refused:?}");
}

#[test]
fn files_that_are_nothing_to_import_are_said_to_be() {
    let home = Home::new();
    let write = |name: &str, bytes: &[u8]| {
        let path = home.path(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("a.txt", zip::write::SimpleFileOptions::default()).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    let noise: Vec<u8> = (0..=255).cycle().take(5000).collect();
    for (path, words) in [
        (home.folder().to_str().unwrap().to_owned(), "it is a folder"),
        (write("a.zip", &zip), "no support bundle"),
        (write("noise", &noise), "not text"),
        (write("empty", b""), "nothing in it"),
        (
            write("deep.har", format!("{{\"log\":{{\"entries\":{}", "[".repeat(1_000_000)).as_bytes()),
            "a value is of another type",
        ),
    ] {
        let output = home.run_with(&["import", &path], b"");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{path}: {said}");
        assert!(said.contains(words), "{path}: {said}");
    }
}

#[test]
fn long_texts_of_signs_are_read_to_their_end() {
    const LENGTH: usize = 640_000;
    let repeated = |text: &str| text.repeat(LENGTH / text.len());
    for (what, text) in [
        ("backticks", format!("curl http://h/x -d {}", repeated("`"))),
        ("backticks in quotes", format!("curl http://h/x -d '{}'", repeated("`"))),
        ("substitutions", format!("curl http://h/x -d {}", repeated("$("))),
        ("substitutions in quotes", format!("curl http://h/x -d \"{}\"", repeated("$("))),
        ("variables", format!("curl http://h/x -d \"{}\"", repeated("%A%"))),
        ("addresses", format!("curl {}", repeated("http://h/x "))),
        ("addresses in a body", format!("curl http://h/x -d '{}'", repeated("http://h/x?a=b "))),
    ] {
        // What takes the square of the length would not end within an hour.
        let read = centerpost::formats::import::open(text.as_bytes(), &centerpost::formats::import::Hints::default());
        assert!(read.is_ok_and(|opened| !opened.imported.requests.is_empty()), "{what}");
    }
}
