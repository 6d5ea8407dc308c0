//! A suite that is watched.

use super::profile_of;
use crate::support::home::Home;
use crate::support::server::{Server, json_answer};
use serde_json::Value;

#[test]
fn a_change_is_told_to_a_command_and_an_address() {
    let home = Home::new();
    // Fine, fine, broken, broken, fine.
    let server = Server::start(|number, _| {
        if (2..4).contains(&number) { json_answer(400, "", "{}") } else { json_answer(201, "", r#"{"id": 4711}"#) }
    });
    let told = Server::start(|_, _| json_answer(200, "", "{}"));
    let profile = profile_of(&home, &server);
    let suite = home.file("s.toml", "name = \"Live\"\n[[step]]\nname = \"Create\"\nsend = { summary = \"a\" }\n");
    let command = "echo \"$CENTERPOST_VERDICT: $CENTERPOST_CHANGES\" >> told.txt";
    let post = format!("http://{}/hook?token=h00k-t0ken", told.address);
    let arguments = [
        "watch",
        &suite,
        "--profile",
        &profile,
        "--yes",
        "--every",
        "50 ms",
        "--times",
        "5",
        "--on-change",
        command,
        "--post",
        &post,
    ];
    let out = home.ends(0, &arguments);
    assert_eq!(out.lines().filter(|line| line.contains("Live: ")).count(), 5, "{out}");
    let lines = std::fs::read_to_string(home.path("told.txt")).unwrap();
    let verdicts: Vec<_> =
        lines.lines().filter_map(|line| line.split_once(": ")).map(|(verdict, _)| verdict.to_owned()).collect();
    assert_eq!((verdicts.first().map(String::as_str), lines.matches("passed: ").count()), (Some("failed"), 1), "{lines}");
    let posted: Vec<Value> = told.received().iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect();
    assert_eq!(posted.iter().map(|body| body["verdict"].as_str().unwrap()).collect::<Vec<_>>(), ["failed", "passed"]);
    assert_eq!(posted[0]["changes"][0], "Row 1: failed, and passed before");

    // What came of it is known the next time.
    let once = [
        "watch",
        &suite,
        "--profile",
        &profile,
        "--yes",
        "--every",
        "1h",
        "--times",
        "1",
        "--on-change",
        "echo again >> told.txt",
    ];
    home.ends(0, &once);
    assert!(!std::fs::read_to_string(home.path("told.txt")).unwrap().contains("again"));
    home.refused(&["watch", &suite, "--profile", &profile, "--every", "0 s"]);

    let past = home.ends(0, &["watch", &suite, "--profile", &profile, "--past"]);
    assert_eq!(past.lines().filter(|line| line.contains("Live: ")).count(), 6, "{past}");
    assert_eq!(past.matches("passed, and failed before").count(), 1, "{past}");
    home.refused(&["watch", &suite, "--profile", &profile]);
}

#[test]
fn a_suite_that_cannot_be_run_any_more_is_told_once_and_what_was_not_told_is_told_again() {
    let home = Home::new();
    let server = Server::start(|_, _| json_answer(400, "", "{}"));
    let profile = profile_of(&home, &server);
    let suite = home.file("s.toml", "name = \"Live\"\n[[step]]\nname = \"Create\"\nsend = { summary = \"a\" }\n");
    // The first time the command fails, and takes the suite away.
    let command = "echo \"$CENTERPOST_VERDICT: $CENTERPOST_CHANGES\" >> told.txt; test ! -e s.toml || { rm s.toml; exit 1; }";
    home.both(2, &["watch", &suite, "--profile", &profile, "--yes", "--every", "50 ms", "--times", "4", "--on-change", command]);
    let lines = std::fs::read_to_string(home.path("told.txt")).unwrap();
    assert_eq!(lines.matches("It could not be run").count(), 1, "{lines}");
    assert_eq!(lines.matches("The first time: failed").count(), 2, "{lines}");
    assert!(lines.contains("not_run: The first time: failed"), "{lines}");
}
