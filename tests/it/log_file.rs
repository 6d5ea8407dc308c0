//! The log file: what is in it, how much, and what is never in it.

use std::path::PathBuf;

use crate::support::home::Home;

/// The log's files with their texts, oldest first.
fn files(home: &Home) -> Vec<(PathBuf, String)> {
    let folder = home.path("home/logs");
    let mut paths: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

fn text(home: &Home) -> String {
    files(home).into_iter().map(|(_, text)| text).collect()
}

/// Sends to a port on which nobody listens.
const NOBODY: &str = "http://127.0.0.1:9/api/v1/projects/p/feedback/s?apiKey=l0g-k3y%2Fsecret&x=1";

fn send(home: &Home, more: &[&str]) {
    let payload = home.file("payload.json", r#"{"summary": "not for the log"}"#);
    let header = ["--header", "X-Auth-Token: t0ken-of-the-header"];
    home.ends(3, &[&["send", "--endpoint", NOBODY, "--json", &payload, "--yes"], &header[..], more].concat());
}

#[test]
fn it_tells_what_was_sent_and_no_secret() {
    let home = Home::new();
    send(&home, &[]);
    let log = text(&home);
    for expected in
        [": centerpost send\n", "POST http://127.0.0.1:9/api/v1/projects/p/feedback/s?apiKey=••••", "no answer", "exit code 3"]
    {
        assert!(log.contains(expected), "{expected}: {log}");
    }
    for secret in ["l0g-k3y", "t0ken-of", "not for the log", "correct horse"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
    let level = |line: &str| line.split_whitespace().nth(1).unwrap().to_owned();
    assert!(log.lines().all(|line| line.starts_with("20") && ["INFO", "WARN", "ERROR"].contains(&level(line).as_str())), "{log}");
    let about = home.json(0, &["about"]);
    assert_eq!(about["log"], files(&home)[0].0.to_str().unwrap());
}

#[test]
fn the_level_says_how_much() {
    for (arguments, variable, has_info, has_file) in [
        (&["--log-level", "off"][..], None, false, false),
        (&[], Some("off"), false, false),
        (&["--log-level", "info"], Some("off"), true, true),
        (&["--log-level", "warn"], None, false, true),
    ] {
        let home = Home::new();
        let mut command = home.command(&[&["history", "show", "4711"], arguments].concat());
        if let Some(level) = variable {
            command.env("CENTERPOST_LOG_LEVEL", level);
        }
        assert!(!command.output().unwrap().status.success());
        let log = text(&home);
        assert_eq!((log.contains(" INFO "), log.contains(" ERROR ")), (has_info, has_file), "{arguments:?} {variable:?}: {log}");
    }
    let refused = Home::new().refused(&["about", "--log-level", "loud"]);
    assert!(refused.contains("off") && refused.contains("debug"), "{refused}");
}

#[test]
fn files_take_turns_and_old_ones_go() {
    let home = Home::new();
    for number in 0..9 {
        home.file(&format!("home/logs/centerpost_r{number:05}.log"), vec![b'x'; (1 << 20) + 1]);
    }
    home.ends(0, &["keys", "status"]);
    let files = files(&home);
    let (last, text) = files.last().unwrap();
    assert!(
        files.len() <= 6 && last.ends_with("centerpost_r00009.log"),
        "{:?}",
        files.iter().map(|(path, _)| path).collect::<Vec<_>>()
    );
    assert!(text.contains("centerpost keys status"), "{text}");
}

#[test]
fn several_processes_write_whole_lines() {
    const COUNT: usize = 6;
    let home = Home::new();
    let children: Vec<_> =
        (0..COUNT).map(|_| home.command(&["keys", "status"]).stdout(std::process::Stdio::null()).spawn().unwrap()).collect();
    children.into_iter().for_each(|mut child| assert!(child.wait().unwrap().success()));
    let log = text(&home);
    assert_eq!(log.matches("exit code 0\n").count(), COUNT, "{log}");
    assert!(log.lines().all(|line| line.starts_with("20") && line.matches("Z INFO").count() == 1), "{log}");
}

#[test]
fn a_folder_that_cannot_be_made_stops_nothing() {
    let home = Home::new();
    home.file("home/logs", "a file in its place");
    let about = home.json(0, &["about"]);
    assert!(about["log"].as_str().unwrap().starts_with("none: "), "{about}");
}
