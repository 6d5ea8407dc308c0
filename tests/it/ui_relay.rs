//! The relay in the window: another system posts to it, and each exchange is explained as it comes.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use centerpost::ui::view::View;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use crate::support::server::{Server, json_answer};
use crate::support::window::{Beside, Driven, beside_a_sandbox};

/// Posts to the relay that runs, and yields the answer.
fn post(window: &mut Beside, path: &str, body: &str) -> String {
    let url = window.harness.state_mut().state().relay.running.as_ref().unwrap().url.clone();
    post_to(url.strip_prefix("http://").unwrap(), path, body)
}

fn post_to(address: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head = "Host: h\r\nConnection: close\r\nContent-Type: application/json\r\n";
    stream.write_all(format!("POST {path} HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn pick(window: &mut Beside, target: &str) {
    window.harness.get_by_role_and_label(Role::ComboBox, "Requests go to").click();
    window.harness.run_steps(3);
    window.press(target);
}

fn start(window: &mut Beside) {
    window.type_into("Port", "0");
    window.press("Start for Acme");
    window.until_mut("the relay", |window| {
        let page = &window.harness.state_mut().state().relay;
        assert_eq!(page.failed, None);
        page.running.as_ref().is_some_and(|running| !running.url.is_empty())
    });
    assert!(window.has("Running for Acme"));
}

#[test]
fn what_passes_is_explained_as_it_comes() {
    let mut window = beside_a_sandbox(View::Relay, |_| {});
    pick(&mut window, "The profile's server");
    start(&mut window);
    let key = window.key();
    let path = |source: &str| format!("/api/v1/projects/beta1/feedback/{source}?apiKey={key}");
    let payload = r#"{"submitter": "jim@example.com", "summary": "Crash on load", "severity": "Major"}"#;
    assert!(post(&mut window, &path("appcrashlog"), payload).starts_with("HTTP/1.1 201 "));
    window.until("the exchange", |window| window.has("201 Created"));
    assert!(post(&mut window, &path("appcrashlogs"), payload).starts_with("HTTP/1.1 404 "));
    window.until("its cause", |window| window.has("endpoint.source-key-mismatch"));
    assert!(!window.has(&key));
    window.press("Expand exchange 2");
    assert!(window.has("Crash on load") && !window.has(&key));
    window.press("Stop the relay");
    window.until("its end", |window| window.has("Start for Acme"));
    window.press("Show in the history");
    window.until("the history", |window| window.harness.query_all_by_label_contains("404 Not Found").count() > 0);
}

#[test]
fn a_production_profile_is_asked_about_and_a_wrong_port_is_named() {
    let mut window = beside_a_sandbox(View::Relay, |profile| profile.production = true);
    pick(&mut window, "The profile's server");
    window.type_into("Port", "80a");
    window.press("Start for Acme");
    window.until("the question", |window| window.has("marked production"));
    window.press("Do not start");
    assert!(window.harness.state_mut().state().relay.running.is_none());
    pick(&mut window, "Local twin");
    window.press("Start for Acme");
    window.until("the reason", |window| window.has("is not a port"));
    start(&mut window);
    assert!(window.sandbox.log().is_empty());
}

#[test]
fn a_server_that_echoes_the_key_does_not_show_it_on_the_page() {
    let server = Server::start(|_, received| {
        let line = received.request_line().to_owned();
        json_answer(400, &format!("X-Echo: {line}\r\n"), serde_json::json!({ "message": line }))
    });
    let base = format!("http://{}", server.address);
    let mut window = beside_a_sandbox(View::Relay, move |profile| profile.base_url.clone_from(&base));
    pick(&mut window, "The profile's server");
    start(&mut window);
    let key = window.key();
    let path = format!("/api/v1/projects/beta1/feedback/appcrashlog?apiKey={key}");
    assert!(post(&mut window, &path, r#"{"summary": "Crash on load"}"#).contains(&key));
    window.until("the exchange", |window| window.has("400 "));
    window.press("Expand exchange 1");
    assert!(window.has("message"));
    assert!(!window.has(&key));
}

#[test]
fn other_computers_need_the_access_token() {
    let mut window = beside_a_sandbox(View::Relay, |_| {});
    window.harness.get_by_role_and_label(Role::CheckBox, "Allow other computers").click();
    window.harness.run_steps(3);
    assert!(window.has("without encryption"));
    window.type_into("Certificate", "relay.pem");
    window.type_into("Port", "0");
    window.press("Start for Acme");
    window.until("the reason", |window| window.has("Name the certificate's private key, too"));
    window.harness.state_mut().state().relay.certificate.clear();
    start(&mut window);
    assert!(window.has("In place of 0.0.0.0"));
    let url = window.harness.state_mut().state().relay.running.as_ref().unwrap().url.clone();
    let (address, token) = url.strip_prefix("http://0.0.0.0:").unwrap().split_once('/').unwrap();
    let key = window.key();
    let path = format!("/api/v1/projects/beta1/feedback/appcrashlog?apiKey={key}");
    let payload = r#"{"submitter": "jim@example.com", "summary": "Crash on load", "severity": "Major"}"#;
    let address = format!("127.0.0.1:{address}");
    assert!(post_to(&address, &path, payload).starts_with("HTTP/1.1 40"));
    assert!(post_to(&address, &format!("/{token}{path}"), payload).starts_with("HTTP/1.1 201 "));
    window.until("the exchange", |window| window.has("201 Created"));
}
