//! A run that is killed is continued where it stood, and makes no ticket twice.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{log, suite, tickets};
use crate::support::home::Home;
use crate::support::sandbox::ServedSandbox;
use serde_json::Value;

/// Starts a run, and kills it once so many tickets are there.
fn kill_after(home: &Home, served: &ServedSandbox, arguments: &[&str], count: usize) {
    kill_when(home, arguments, || tickets(served).len() >= count);
}

/// Starts a run, and kills it once something is so.
fn kill_when(home: &Home, arguments: &[&str], is_so: impl Fn() -> bool) {
    let mut process = home.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    while !is_so() {
        assert!(process.try_wait().unwrap().is_none(), "it ended before it could be killed");
        assert!(began.elapsed() < Duration::from_secs(60), "it sends nothing");
        std::thread::sleep(Duration::from_millis(5));
    }
    process.kill().unwrap();
    process.wait().unwrap();
}

fn summaries(served: &ServedSandbox) -> Vec<String> {
    let mut found: Vec<_> = tickets(served).iter().map(|ticket| ticket["summary"].as_str().unwrap().to_owned()).collect();
    found.sort();
    found
}

#[test]
fn a_killed_run_is_continued_and_makes_no_ticket_twice() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    let rows: String = (1..=100).map(|number| format!("row {number}\n")).collect();
    home.file("rows.csv", format!("summary\n{rows}"));
    let suite = suite(
        &home,
        &served,
        "concurrency = 6\nrate = \"200/s\"\n[data]\nfile = \"rows.csv\"\n[[step]]\nsend = { description = \"{{uuid}}\" }\n",
    );
    kill_after(&home, &served, &["run", &suite, "--yes"], 20);
    let error = home.refused(&["run", &suite, "--yes"]);
    assert!(error.contains("was cut off") && error.contains("--continue"), "{error}");
    kill_after(&home, &served, &["run", &suite, "--yes", "--continue"], 55);
    let output = home.run(&["run", &suite, "--yes", "--continue", "--output", "json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = summaries(&served);
    let mut distinct = all.clone();
    distinct.dedup();
    assert_eq!(all, distinct, "a ticket was made twice");
    // At most as many as were under way when it was killed, twice, were perhaps never sent.
    let unknown = found["rows"].as_array().unwrap().iter().filter(|row| row["verdict"] == "unknown").count();
    let passed = found["rows"].as_array().unwrap().iter().filter(|row| row["verdict"] == "passed").count();
    assert_eq!(unknown + passed, 100, "{found:#}");
    assert!(unknown <= 12 && all.len() >= passed && all.len() <= 100, "{unknown} {passed} {}", all.len());
    assert!(found["continued"].as_u64().unwrap() >= 40, "{}", found["continued"]);
    assert_eq!(output.status.code(), Some(if unknown > 0 { 1 } else { 0 }));
    // It is over, so there is nothing to go on with.
    let left: Vec<_> = std::fs::read_dir(home.path("home/runs")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_row_that_was_killed_between_ticket_and_file_keeps_its_ticket() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    let text = "[[step]]\nname = \"Create\"\nsend = { summary = \"only one\" }\nattach = [{ element = \"crashlog\", generate = { size = \"1 kB\" } }]\ncapture = { ticket = \"/id\" }\n\
        [[step]]\nwait = \"3 s\"\n[[step]]\nname = \"Upload\"\nupload = { element = \"screenshot\", generate = { size = \"2 kB\" }, name = \"{{ticket}}.png\" }\n";
    let suite = suite(&home, &served, text);
    kill_when(&home, &["run", &suite, "--yes"], || {
        let has_file = log(&served).iter().any(|entry| entry["parts"][0]["filename"].is_string());
        // Time enough to note it, and less than the wait that follows.
        std::thread::sleep(Duration::from_millis(if has_file { 700 } else { 5 }));
        has_file
    });
    let found = home.json(0, &["run", &suite, "--yes", "--continue"]);
    assert_eq!(tickets(&served).len(), 1);
    let steps = found["rows"][0]["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 3, "{found:#}");
    assert_eq!(steps[2]["files"][0]["name"], "4711.png");
    let names: Vec<_> =
        log(&served).iter().filter_map(|entry| entry["parts"][0]["filename"].as_str().map(str::to_owned)).collect();
    assert!(names.contains(&"4711.png".to_owned()), "{names:?}");
}

#[test]
fn another_suite_or_other_data_are_not_gone_on_with() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    let slow = "repeat = 50\nrate = \"20/s\"\n[[step]]\nsend = { summary = \"a\" }\n";
    let path = suite(&home, &served, slow);
    kill_after(&home, &served, &["run", &path, "--yes"], 2);
    suite(&home, &served, &slow.replace("\"a\"", "\"b\""));
    let error = home.refused(&["run", &path, "--yes", "--continue"]);
    assert!(error.contains("changed since the run was cut off"), "{error}");
    suite(&home, &served, "[[step]]\nsend = { summary = \"c\" }\n");
    home.ends(0, &["run", &path, "--yes", "--restart"]);
    let (_, errors) = home.both(0, &["run", &path, "--yes", "--continue"]);
    assert!(errors.contains("it begins anew"), "{errors}");
}

#[cfg(unix)]
#[test]
fn after_ctrl_c_no_row_is_begun_and_the_rest_goes_on_later() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    let text = "repeat = 30\nconcurrency = 3\n[[step]]\nsend = { summary = \"row {{row}}\" }\n[[step]]\nwait = \"300 ms\"\n";
    let suite = suite(&home, &served, text);
    let mut command = home.command(&["run", &suite, "--yes", "--output", "json"]);
    let process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    while tickets(&served).len() < 5 {
        assert!(began.elapsed() < Duration::from_secs(60), "it sends nothing");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::process::Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap();
    let output = process.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["stopped"], "It was stopped");
    let sent = tickets(&served).len();
    assert!(sent < 15, "{sent}");
    let found = home.json(0, &["run", &suite, "--yes", "--continue"]);
    assert_eq!((found["rows"].as_array().unwrap().len(), &found["verdict"]), (30, &Value::from("passed")));
    let mut distinct = summaries(&served);
    distinct.dedup();
    assert_eq!((distinct.len(), tickets(&served).len()), (30, 30));
}
