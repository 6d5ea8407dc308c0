//! A suite for k6. What is written is run by node, in which `tests/it/support/k6.mjs` stands in for k6.

use std::process::{Command, Output, Stdio};

use super::{suite, tickets};
use crate::support::home::Home;
use crate::support::sandbox::ServedSandbox;
use serde_json::{Value, json};

/// Runs the script in a folder, for a sandbox.
fn run(home: &Home, folder: &str, served: &ServedSandbox, more: &[&str]) -> Output {
    let shim = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/k6.mjs");
    let mut command = Command::new("node");
    command.args(["--no-warnings", "--experimental-vm-modules", shim, &format!("{folder}/suite.js")]).args(more);
    command.current_dir(home.folder()).stdin(Stdio::null());
    command.env("CENTERPOST_API_KEY", &served.key).env("CENTERPOST_HOST", &served.base_url);
    command.env("SUITE_TOKEN", "t0ken-of-suite").env("SUITE_PIN", "p1n-of-rows");
    command.output().unwrap_or_else(|error| panic!("node is missing ({error}); tests/run.sh installs it"))
}

fn results(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn script(home: &Home, folder: &str) -> String {
    std::fs::read_to_string(home.path(folder).join("suite.js")).unwrap()
}

/// The files that a sandbox received: their parts' names, their own names, types and sums. A run sends those of a ticket side by side.
fn files(served: &ServedSandbox) -> Vec<String> {
    let parts = |entry: &Value| entry["parts"].as_array().cloned().unwrap_or_default();
    let mut files: Vec<String> = super::log(served).iter().flat_map(parts).map(|part| part.to_string()).collect();
    files.sort();
    files
}

const STEPS: &str = r#"
secrets = ["pin", "token"]

[variables]
token = "t0ken-of-suite"
release = "4.2"
title = "{{row:title}} in {{release}}"

[data]
file = "rows.csv"

[[step]]
name = "Create"
send = { summary = "{{title}}", description = "{{token}} {{pin}} {{counter:100}} {{row}} {{literal:x}} {{env:NOBODY|none}} {{now:%Y %%}}" }
attach = [
  { element = "crashlog", file = "crash.log" },
  { element = "screenshot", generate = { size = "5 kB", content = "png" }, name = "shot \"{{row}}\".png" },
]
capture = { ticket = "/id" }
[[step.expect]]
status = [200, 201]
[[step.expect]]
header = "content-type"
matches = "(?i)JSON"
[[step.expect]]
pointer = "/id"
[[step.expect]]
pointer = "/id"
matches = "^[0-9]+$"
[[step.expect]]
pointer = "/nothing/0"
exists = false

[[step]]
wait = "20 ms"

[[step]]
name = "Upload"
upload = { element = "crashlog", file = "crash.log", name = "second.log", content_type = "text/x-log" }
[[step.expect]]
status = "2xx"

[[step]]
name = "Follow"
send = { summary = "after {{ticket}}", severity = "{{choice:Minor}}" }
capture = { second = "/id" }

[[step]]
name = "Refused"
send = { summary = "", severity = "Nonsense" }
expect = [{ status = "4xx" }]
"#;

const ROWS: &str = "title,severity,pin\n\"a \"\"b\"\" {{, ü\",Major,p1n-of-rows\nc,Minor,p1n-of-rows\nd,,p1n-of-rows\n";

/// The script, run by two virtual users, sends what `centerpost run` sends.
#[test]
fn a_script_of_k6_sends_what_a_run_sends() {
    let home = Home::new();
    let own = ServedSandbox::start(&home, &[]);
    home.file("rows.csv", ROWS);
    home.file("crash.log", "hello\r\n\0\u{ff}");
    let path = suite(&home, &own, STEPS);
    let (_, errors) = home.both(0, &["export", "k6", &path, "--to", &home.at("load")]);
    assert_eq!(errors, "");
    home.ends(0, &["run", &path, "--yes"]);

    let other_home = Home::new();
    let other = ServedSandbox::start(&other_home, &[]);
    let seen = results(&run(&home, "load", &other, &["2", "3"]));
    assert_eq!(seen["iterations"], 3);
    assert_eq!(seen["unexpected"], 0, "{seen}");
    for (name, count) in
        [("Create (create)", 3), ("Create (upload)", 6), ("Upload (upload)", 3), ("Follow (create)", 3), ("Refused (create)", 3)]
    {
        assert_eq!(seen["requests"][name], count, "{name}: {seen}");
    }
    assert_eq!(seen["checks"]["Create (create): status 200 or 201"], json!({"passes": 3, "fails": 0}), "{seen}");
    let (sent, wanted) = (tickets(&other), tickets(&own));
    assert_eq!(sent.len(), 6);
    assert_eq!(sent, wanted);
    let (sent, wanted) = (files(&other), files(&own));
    assert_eq!(sent.len(), 9);
    assert_eq!(sent, wanted);
}

#[test]
fn a_suite_is_written_for_k6_without_its_secrets() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    home.file("rows.csv", ROWS);
    home.file("crash.log", "hello");
    let text = STEPS
        .replace("generate = { size = \"5 kB\", content = \"png\" }", "generate = { size = \"2 GiB\" }")
        .replace("pointer = \"/nothing/0\"\nexists = false", "endpoint = \"crashlog\"")
        .replace("(?i)JSON", "\\\\pL");
    let path = suite(&home, &served, &text);
    let folder = home.at("load");
    let (_, errors) = home.both(0, &["export", "k6", &path, "--to", &folder]);
    let script = script(&home, "load");
    for note in [
        r#"Create: k6 does not check "attachment endpoint for crashlog""#,
        r#"Create: k6 does not check "header content-type matches \pL""#,
        "Create: k6 sends files of 100 MB at most, so generated.bin with 2 GiB is left out",
    ] {
        assert!(errors.contains(note), "{note}: {errors}");
        assert!(script.contains(&format!("// {note}.\n")), "{note}: {script}");
    }
    assert!(!home.path("load/files/2-generated.bin").exists());
    for name in ["suite.js", "suite.json", "rows.ndjson", "README.md"] {
        let text = std::fs::read_to_string(home.path("load").join(name)).unwrap();
        for secret in [&served.key, "p1n-of-rows", "t0ken-of-suite"] {
            assert!(!text.contains(secret), "{name} holds {secret}: {text}");
        }
    }
    let readme = std::fs::read_to_string(home.path("load/README.md")).unwrap();
    assert!(readme.contains("SUITE_PIN=…") && readme.contains("SUITE_TOKEN=…"), "{readme}");
    // What is left out is not sent, and the rest is.
    let seen = results(&run(&home, "load", &served, &[]));
    assert_eq!(seen["requests"]["Create (upload)"], 3, "{seen}");
    assert_eq!(tickets(&served).len(), 6);
    home.refused(&["export", "k6", &path, "--to", &folder]);
    home.refused(&["export", "k6", &path]);
}

#[test]
fn what_fails_in_k6_fails_its_run_and_tells_no_key() {
    let home = Home::new();
    let mut served = ServedSandbox::start(&home, &[]);
    let text = "repeat = 2\n[[step]]\nname = \"Create:::\"\nsend = { summary = \"{{uuid}} {{lorem:4}}\" }\nexpect = [{ pointer = \"/id\", equals = \"none\" }]\n\
        [[step]]\nname = \"Never\"\nsend = { summary = \"never\" }\n";
    let path = suite(&home, &served, text);
    home.both(0, &["export", "k6", &path, "--to", &home.at("load")]);
    let output = run(&home, "load", &served, &[]);
    assert_eq!(output.status.code(), Some(99), "{output:?}");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("Row 2, status 201: Create: : : (create): /id is \"none\"\n"), "{errors}");
    let sent = tickets(&served);
    assert_eq!(sent.len(), 2, "a row goes on after what failed");
    let summary = sent[0]["summary"].as_str().unwrap();
    assert_eq!((summary.len() > 40, summary.split(' ').count()), (true, 5), "{summary}");
    assert_ne!(sent[0], sent[1]);

    served.process.kill().unwrap();
    served.process.wait().unwrap();
    let output = run(&home, "load", &served, &[]);
    assert_eq!(output.status.code(), Some(99), "{output:?}");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("Row 1, Create::: (create): Error: Post \"…\": connect ECONNREFUSED"), "{errors}");
    assert!(!format!("{output:?}").contains(&served.key));
}
