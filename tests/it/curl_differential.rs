//! Real curl beside the import: what arrives at a server is what the import says.
//!
//! `tests/data/curl/commands.txt` holds a command a line; a line that is not a beginning of one continues the one before. `BASE` stands for
//! the server's address, `HOST` for the same without a scheme, `USERBASE` with a user and password, `⏎` for a line's end.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::recorder::{Arrived, comparable, expected};
use centerpost::formats::import::curl::{Shell, read_as};

fn commands() -> Vec<String> {
    let text = include_str!("../data/curl/commands.txt");
    let mut commands: Vec<String> = Vec::new();
    for line in text.lines() {
        let begins = ["curl ", "echo ", "cat ", "printf ", "A=1 ", "env ", "command "].iter().any(|word| line.starts_with(word));
        match commands.last_mut().filter(|_| !begins) {
            Some(last) => *last = format!("{last}\n{line}"),
            None => commands.push(line.to_owned()),
        }
    }
    commands.into_iter().map(|command| command.replace('⏎', "\n")).collect()
}

fn files(folder: &Path) {
    std::fs::create_dir(folder.join("sub")).unwrap();
    for (name, bytes) in [
        ("payload.json", b"{\"summary\": \"from a file\"}".as_slice()),
        ("lines.txt", b"one\r\ntwo\n"),
        ("binary.bin", &[0, 255, 13, 10, 1]),
        ("crash.zip", b"PK\x03\x04\x00\xff"),
        ("sp ace.txt", b"x"),
        ("sub/deep.txt", b"deep"),
    ] {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

/// Runs a command and returns what arrived.
fn arrived(command: &str, folder: &Path) -> (Vec<Arrived>, String) {
    crate::recorder::record(|address| run(command, address, folder))
}

fn run(command: &str, address: &str, folder: &Path) -> String {
    let text = filled(command, address);
    let output = Command::new("bash")
        .args(["-c", &text])
        .current_dir(folder)
        .env("HOME", folder)
        .env("LC_ALL", "C.UTF-8")
        .env("no_proxy", "*")
        .env_remove("http_proxy")
        .env_remove("ALL_PROXY")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(127), "curl is missing: {output:?}");
    text
}

fn filled(command: &str, address: &str) -> String {
    command
        .replace("USERBASE", &format!("http://us%20er:p%40ss@{address}"))
        .replace("BASE", &format!("http://{address}"))
        .replace("HOST/", &format!("{address}/"))
}

#[test]
fn what_arrives_is_what_the_import_says() {
    let version = Command::new("curl").arg("--version").output();
    assert!(version.is_ok_and(|output| output.status.success()), "curl is missing; tests/run.sh installs it");
    let commands = commands();
    assert!(commands.len() >= 150, "{} commands", commands.len());
    let home = tempfile::tempdir().unwrap();
    files(home.path());
    let mut wrong = Vec::new();
    for command in &commands {
        let (arrived, text) = arrived(command, home.path());
        let imported = read_as(&text, Shell::Bash);
        let wanted: Vec<Arrived> = imported.requests.iter().map(|request| expected(request, home.path())).collect();
        let named: Vec<String> = wanted.iter().flat_map(|request| request.headers.iter().map(|(name, _)| name.clone())).collect();
        let arrived: Vec<Arrived> = arrived.into_iter().map(|request| comparable(request, &named)).collect();
        let wanted: Vec<Arrived> = wanted.into_iter().map(|request| comparable(request, &named)).collect();
        if arrived.is_empty() || arrived != wanted {
            wrong.push(format!("{command}\n  curl:   {arrived:?}\n  import: {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), commands.len(), wrong.join("\n"));
}
