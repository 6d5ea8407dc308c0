//! `check` and `diagnose` as they are run: pasted texts in, tables and causes out.

use std::process::Output;

use crate::support::home::Home;
use serde_json::Value;

const KEY: &str = "5ecre7-4p1-key";

/// A home with the file of one profile.
struct Checks(Home);

impl Checks {
    fn new() -> Self {
        let home = Home::new().hiding(&[KEY, "other-s3cret"]);
        let profile = format!(
            r#"{{"format": "centerpost.profile/1", "name": "Acme", "base_url": "https://acme.centercode.com", "project_key": "beta1",
            "source_key": "log", "api_key": "{KEY}", "default_submitter": null, "workflow_status": "New",
            "fields": [{{"field": "Submitter", "parameter": "submitter", "kind": "submitter"}},
            {{"field": "Summary", "parameter": "summary", "kind": "text", "required": true}}]}}"#
        );
        home.file("acme.profile.json", profile);
        Self(home)
    }

    fn profile(&self) -> String {
        self.0.at("acme.profile.json")
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        self.0.run_with(arguments, input)
    }

    fn check(&self, input: &str) -> (i32, Value) {
        let output = self.run(&["check", "--profile", &self.profile(), "--output", "json"], input);
        (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap_or_default())
    }
}

/// The ids of the problems by row name.
fn problems(json: &Value) -> Vec<String> {
    let rows = json["rows"].as_array().unwrap().iter();
    rows.flat_map(|row| {
        let name = row["name"].as_str().unwrap().to_owned();
        row["problems"].as_array().unwrap().iter().map(move |cause| format!("{name} {}", cause["id"].as_str().unwrap()))
    })
    .collect()
}

#[test]
fn requests_in_every_form_are_held_against_the_profile() {
    let home = Checks::new();
    let path = format!("/api/v1/projects/beta1/feedback/log?apiKey={KEY}");
    let good = r#"{"submitter": "a@b.example", "summary": "x"}"#;
    let json = "Content-Type: application/json";
    for (input, code, expected) in [
        (format!("POST {path} HTTP/1.1\r\nHost: acme.centercode.com\r\n{json}\r\n\r\n{good}"), 0, vec![]),
        (format!("https://acme.centercode.com{path}\n{good}"), 0, vec![]),
        (good.to_owned(), 0, vec![]),
        (
            format!("https://acme.centercode.com{}\n{json}\n\n{good}", path.replace("/log", "/logs")),
            1,
            vec!["Source key endpoint.source-key-mismatch"],
        ),
        (
            format!("https://acme.centercode.com{}\n{good}", path.replace(KEY, "other-s3cret")),
            1,
            vec!["API key endpoint.api-key-mismatch"],
        ),
        (format!("https://acme.centercode.com{}\n{good}", path.replace('?', "&")), 1, vec!["API key endpoint.api-key-missing"]),
        (r#"{"submitter": "jim"}"#.to_owned(), 1, vec!["submitter field.submitter-malformed", "summary field.required-missing"]),
        (
            format!("POST {path} HTTP/1.1\nHost: acme.centercode.com\nContent-Type: text/plain\n\n{good}"),
            1,
            vec!["Content-Type request.content-type"],
        ),
        (
            format!(
                r#"{{"format": "centerpost.case/1", "request": {{"method": "GET", "url": "https://acme.centercode.com{path}"}}}}"#
            ),
            1,
            vec!["Method request.method"],
        ),
    ] {
        let (found, json) = home.check(&input);
        assert_eq!((found, problems(&json)), (code, expected.into_iter().map(str::to_owned).collect()), "{input}");
        assert_eq!(json["fine"], code == 0);
    }
}

#[test]
fn what_cannot_be_checked_is_bad_input() {
    let home = Checks::new();
    for input in ["", "just some words", "HTTP/1.1 404 Not Found\n\n", r#"{"format": "centerpost.profile/1"}"#] {
        assert_eq!(home.check(input).0, 2, "{input}");
    }
    let output = home.run(&["check", "-"], "{}");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--profile"));
}

#[test]
fn the_table_is_for_people() {
    let home = Checks::new();
    let output = home.run(&["check", "--profile", &home.profile(), "-"], r#"{"Summary": "x", "zebra": 1}"#);
    let text = String::from_utf8(output.stdout).unwrap();
    for words in ["Sent", "Expected", "wrong    submitter", "What to do:", "ignored  zebra", "3 rows are wrong"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn pasted_answers_are_explained() {
    let home = Checks::new();
    let url = format!("https://acme.centercode.com/api/v1/projects/beta1/feedback/logs?apiKey={KEY}");
    let not_found = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n{\"status\":404,\"description\":\"The requested resource could not be found.\"}";
    let profile = home.profile();
    for (arguments, input, first) in [
        (
            &["--profile", profile.as_str()][..],
            format!("{url}\n{{\"summary\": \"x\"}}\n\n{not_found}"),
            "endpoint.source-key-mismatch",
        ),
        (
            &[],
            format!("POST {} HTTP/1.1\nHost: h\n\n{not_found}", "/api/v1/projects/<YourKey>/feedback/s?apiKey=k1"),
            "endpoint.placeholder",
        ),
        (&[], not_found.to_owned(), "unknown"),
        (&[], "HTTP/2 503\nretry-after: 120\n\nService Unavailable".to_owned(), "server.maintenance"),
        (&[], "HTTP/1.1 429 Too Many Requests\n\n".to_owned(), "server.rate-limited"),
        (&[], r#"{"status": 404, "description": "The requested resource could not be found."}"#.to_owned(), "unknown"),
        (
            &[],
            "<html><head><title>Sign in</title></head><body><form action=/login><input type=password></form></body></html>"
                .to_owned(),
            "auth.login-page",
        ),
    ] {
        let all: Vec<&str> = ["diagnose", "-", "--output", "json"].iter().chain(arguments).copied().collect();
        let output = home.run(&all, &input);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["causes"][0]["id"], first, "{input}: {json:#}");
    }
}
