//! Every command reads the same input in the same way.

use std::path::Path;

use serde_json::Value;

use crate::support::home::Home;

fn home() -> Home {
    let home = Home::new();
    let profile = r#"{"format": "centerpost.profile/1", "name": "Acme", "base_url": "https://acme.centercode.com",
        "project_key": "beta1", "source_key": "log", "api_key": "k3y", "default_submitter": "a@b.example", "workflow_status": "New",
        "fields": [{"field": "Summary", "parameter": "summary", "kind": "text", "required": true}]}"#;
    home.file("acme.profile.json", profile);
    home
}

fn json(home: &Home, arguments: &[&str], input: &[u8]) -> Option<Value> {
    let output = home.run_with(arguments, input);
    assert!(matches!(output.status.code(), Some(0..=2)), "{arguments:?}: {output:?}");
    (output.status.code() != Some(2)).then(|| serde_json::from_slice(&output.stdout).unwrap())
}

/// The request that `check` looks at, and all that `import --check` lists; nothing where they refuse the input.
fn requests(home: &Home, input: &[u8]) -> (Option<Value>, Option<Vec<Value>>) {
    let profile = ["--profile", "acme.profile.json", "--output", "json", "-"];
    let checked = json(home, &[&["check"][..], &profile].concat(), input);
    let imported = json(home, &[&["import", "--check"][..], &profile].concat(), input);
    let listed = |json: Value| json.as_array().unwrap().iter().map(|one| one["request"].clone()).collect();
    (checked.map(|json| json["request"].clone()), imported.map(listed))
}

const ADDRESS: &str = "https://acme.centercode.com/api/v1/projects/beta1/feedback/log";

#[test]
fn check_and_import_read_the_same_request() {
    let home = home();
    let body = r#"{"summary": "Grün"}"#;
    let json = "Content-Type: application/json";
    let raw = format!("POST {ADDRESS}?apiKey=k3y\n{json}\n\n{body}");
    let utf16: Vec<u8> = raw.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let whole = |text: String| text.into_bytes();
    for (what, input) in [
        (
            "a transcript of curl -v",
            whole(format!(
                "* Connected to acme.centercode.com\n> POST /api/v1/projects/beta1/feedback/log?apiKey=k3y HTTP/1.1\n\
                 > Host: acme.centercode.com\n> {json}\n>\n< HTTP/1.1 404 Not Found\n< {json}\n<\n{{\"status\": 404}}\n* Closing"
            )),
        ),
        (
            "a .http file with variables",
            whole(format!(
                "@host = acme.centercode.com\n@key = k3y\n\nPOST https://{{{{host}}}}/api/v1/projects/beta1/feedback/log?apiKey={{{{key}}}}\n{json}\n\n{body}"
            )),
        ),
        ("two requests", whole(format!("{raw}\n\n### second\nGET https://acme.centercode.com/other\n"))),
        ("Latin-1", raw.chars().map(|c| u8::try_from(c).unwrap()).collect()),
        ("UTF-16", [&[0xff, 0xfe], utf16.as_slice()].concat()),
        ("UTF-16 without its mark", utf16),
        ("a URL over several lines", whole(format!("POST {ADDRESS}\n  ?apiKey=k3y\n  &x=1\n{json}\n\n{body}"))),
        (
            "a case",
            whole(format!(
                r#"{{"request": {{"method": "POST", "url": "{ADDRESS}", "body": {body}}}, "format": "centerpost.case/1"}}"#
            )),
        ),
    ] {
        let (checked, imported) = requests(&home, &input);
        let checked = checked.unwrap_or_else(|| panic!("{what} is not read"));
        assert_eq!(Some(&checked), imported.unwrap().first(), "{what}");
        assert_eq!(checked["method"], "POST", "{what}");
        assert!(checked["url"].as_str().unwrap().starts_with(ADDRESS), "{what}: {checked}");
    }
}

#[test]
fn a_case_is_read_by_every_command() {
    let home = home();
    let case = format!(
        r#"{{"request": {{"method": "POST", "url": "{ADDRESS}?apiKey=k3y", "headers": [["Content-Type", "application/json"]],
        "body": "{{\"summary\": \"x\"}}"}}, "response": {{"status": 404, "headers": [], "body": "{{}}"}},
        "profile": {{"format": "centerpost.profile/1", "name": "Acme", "base_url": "https://acme.centercode.com", "project_key": "beta1",
        "source_key": "log", "workflow_status": "New", "default_submitter": "a@b.example", "fields": []}}, "format": "centerpost.case/1"}}"#
    );
    for (arguments, codes) in [
        (&["import", "-"][..], [0, 0]),
        (&["replay", "-"], [0, 1]),
        (&["export", "curl", "-"], [0, 0]),
        (&["bundle", "--to", "evidence.zip", "-"], [0, 0]),
        (&["diagnose", "-"], [0, 0]),
        (&["check", "-"], [0, 1]),
    ] {
        let output = home.run_with(arguments, &case);
        assert!(codes.contains(&output.status.code().unwrap()), "{arguments:?}: {output:?}");
    }
}

#[test]
fn every_given_file_is_read_alike() {
    let home = home();
    let mut compared = 0;
    for folder in ["cases", "curl", "contract"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_file() {
                continue;
            }
            let (checked, imported) = requests(&home, &std::fs::read(&path).unwrap());
            // Of several, `check` looks at the one that matters.
            let is_listed = |checked: &Value| imported.iter().flatten().any(|one| one == checked);
            assert_eq!(checked.is_some(), imported.is_some(), "{}", path.display());
            assert!(checked.as_ref().is_none_or(is_listed), "{}: {checked:?} {imported:?}", path.display());
            compared += 1;
        }
    }
    assert!(compared > 50, "{compared} files were compared");
}
