//! Places in which a secret stands otherwise than as the key of an address: cut, in a ticket's id, in a login, in a suite, in a file's
//! name, in a body, and in the environment of another command.

#![cfg(unix)]

use crate::support::home::Home;
use crate::support::server::{Server, json_answer};

const KEY: &str = "QwZ7rTy9PlMk3NbV8cXzAs5DfGhJ2eUi";

fn profile_with(address: impl std::fmt::Display, key: &str, more: &str) -> String {
    format!(
        r#"{{"name": "Acme", "base_url": "http://{address}", "project_key": "beta1", "source_key": "log", "api_key": "{key}",
        "default_submitter": "a@b.example", "workflow_status": "New",
        "fields": [{{"field": "Summary", "parameter": "summary", "kind": "text"}}],
        "file_elements": [{{"field": "Log", "parameter": "crashlog"}}]{more}}}"#
    )
}

fn profile(home: &Home, address: impl std::fmt::Display) -> String {
    home.file("p.profile.json", profile_with(address, KEY, ""))
}

#[test]
fn the_command_of_a_change_gets_no_secret_of_ours() {
    let server = Server::start(|_, _| json_answer(200, "", r#"{"id": 1}"#));
    let home = Home::new();
    profile(&home, server.address);
    let suite = home.file(
        "s.toml",
        "name = \"f\"\nprofile = \"p.profile.json\"\n[[step]]\nsend = { summary = \"a\" }\n[[step.expect]]\nstatus = 404\n",
    );
    let arguments = ["watch", &suite, "--every", "1s", "--times", "1", "--yes", "--on-change", "env > child"];
    let mut command = home.command(&arguments);
    command.env("CENTERPOST_API_KEY", "ENVkey77zz").env("CENTERPOST_PASSPHRASE", "PASS88zz").env("OTHER", "stays");
    command.env("CENTERPOST_RELAY_TOKEN", "TOKEN99zz").output().unwrap();
    let child = std::fs::read_to_string(home.path("child")).unwrap();
    assert!(child.contains("OTHER=stays") && child.contains("CENTERPOST_VERDICT=failed"), "{child}");
    assert!(["ENVkey77zz", "PASS88zz", "TOKEN99zz"].iter().all(|secret| !child.contains(secret)), "{child}");
}
