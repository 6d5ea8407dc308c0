//! Explaining one case, and one with a body of 10 MB, each as a ratio to reading the same payload as JSON.
//!
//! ```text
//! cargo bench --bench diagnosis
//! ```
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot be made says so")]

mod common;

use std::hint::black_box;
use std::time::Duration;

use centerpost::diagnosis::{diagnose, preflight};
use centerpost::formats::case;
use centerpost::model::{Case, Outcome};
use common::median;

fn tell(what: &str, case: &Case, runs: usize) {
    let body = case.sent.body.clone().unwrap_or_default();
    let peer = median(runs, || drop(black_box(serde_json::from_str::<serde_json::Value>(black_box(&body)))));
    let explained = median(runs, || drop(black_box(diagnose(black_box(case)))));
    let before = Case { outcome: None, ..case.clone() };
    let warned = median(runs, || drop(black_box(preflight(black_box(&before)))));
    let ratio = |time: Duration| time.as_secs_f64() / peer.as_secs_f64().max(1e-9);
    println!(
        "{what}: explained in {explained:.2?} ({:.1} times reading its JSON, {peer:.2?}), checked before sending in {warned:.2?} ({:.1} times)",
        ratio(explained),
        ratio(warned)
    );
}

fn main() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/cases");
    let mut slowest: Option<(Duration, String)> = None;
    let (mut count, mut all) = (0, Duration::ZERO);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".case.json")) else {
            continue;
        };
        let case = case::read(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let time = median(15, || drop(black_box(diagnose(black_box(&case)))));
        count += 1;
        all += time;
        if slowest.as_ref().is_none_or(|(most, _)| time > *most) {
            slowest = Some((time, name.to_owned()));
        }
    }
    let (most, name) = slowest.unwrap();
    println!("{count} cases: {:.2?} on average, the slowest {most:.2?} ({name})", all / count);

    let text = r#"{"profile": {"name": "A", "base_url": "https://acme.centercode.com", "project_key": "beta1", "source_key": "log",
        "default_submitter": "a@b.example", "workflow_status": "New",
        "fields": [{"field": "Summary", "parameter": "summary", "kind": "text", "required": true},
                   {"field": "Severity", "parameter": "severity", "kind": "single_choice", "choices": ["Minor", "Major"]}]},
        "request": {"method": "POST", "url": "https://acme.centercode.com/api/v1/projects/beta1/feedback/log?apiKey=3f0c",
                    "headers": [["Content-Type", "application/json"]], "body": "{\"summary\": \"x\", \"severity\": \"major\"}"},
        "response": {"status": 400, "headers": [["Content-Type", "application/json"]], "body": "{\"status\":400,\"description\":\"Bad Request\"}"}}"#;
    let mut case = case::read(text).unwrap();
    tell("One case", &case, 201);
    case.sent.body = Some(format!("{{\"summary\": \"{}\", \"severity\": \"major\"}}", "lorem ipsum ".repeat(850_000)));
    tell("A payload of 10 MB", &case, 9);
    case.sent.body = Some(format!("{{\"summary\": \"{}\" \"severity\": \"major\"}}", "lorem ipsum ".repeat(850_000)));
    tell("A payload of 10 MB that is not JSON", &case, 9);
    let members: Vec<String> = (0..200_000).map(|n| format!("\"parameter_{n:07}\": \"a value of its own\"")).collect();
    case.sent.body = Some(format!("{{{}}}", members.join(", ")));
    tell("A payload of 9 MB in 200,000 parameters", &case, 9);
    case.sent.body = Some("{\"summary\": \"x\", \"severity\": \"Major\"}".into());
    if let Some(answer) = case.outcome.as_mut().and_then(Outcome::answer_mut) {
        answer.body = format!("<html><body>{}</body></html>", "<p>lorem ipsum</p>".repeat(560_000)).into();
    }
    tell("An answer of 10 MB", &case, 9);
}
