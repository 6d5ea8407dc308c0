//! A success status alone creates no ticket: whoever says "created" looks at what the answer says.

use serde_json::json;

use crate::support::home::Home;
use crate::support::server::{Server, json_answer};

fn answer(kind: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

#[test]
fn send_takes_a_success_status_for_a_ticket_only_if_the_answer_says_so() {
    let sign_in = "<html><head><title>Sign in</title></head><body><form action=/login><input type=password></form></body></html>";
    let blocked = "<html><head><title>Blocked</title></head><body>Web Page Blocked. Your support ID is 17.</body></html>";
    for (name, code, raw) in [
        ("created", 0, json_answer(201, "", json!({"id": 4711}))),
        ("status", 1, json_answer(200, "", json!({"status": "error", "message": "no"}))),
        ("success", 1, json_answer(200, "", json!({"success": false}))),
        ("number", 1, json_answer(200, "", json!({"status": 404, "description": "not found"}))),
        ("sign-in", 1, answer("text/html", sign_in)),
        ("firewall", 1, answer("text/html; charset=utf-8", blocked)),
        ("plain page", 1, answer("text/html", "<html><body><h1>It works!</h1></body></html>")),
        ("text", 1, answer("text/plain", "OK")),
    ] {
        let home = Home::new();
        let server = Server::start(move |_, _| raw.clone());
        let profile = json!({
            "format": "centerpost.profile/1",
            "name": "Acme",
            "base_url": format!("http://{}", server.address),
            "project_key": "beta1",
            "source_key": "appcrashlog",
            "api_key": "3f0c9a71d2",
            "default_submitter": "bot@acme.example",
            "workflow_status": "New",
            "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
            "file_elements": []
        });
        let profile = home.file("acme.profile.json", profile.to_string());
        let (out, errors) = home.both(code, &["send", "--profile", &profile, "--set", "summary=Crash"]);
        let shown = format!("{out}{errors}").to_lowercase();
        let claims = shown.replace("no ticket created", "");
        if code == 0 {
            assert!(shown.contains("ticket 4711 created"), "{name}: {shown}");
        } else {
            assert!(!claims.contains("ticket created"), "{name}: {shown}");
            assert!(shown.contains("no ticket created") || shown.contains("not known"), "{name}: {shown}");
        }
    }
}
