//! The commands that find out what is wrong at a server: `doctor` and `probe`, against the sandbox and against TLS of all kinds.

use crate::support::connections::serve_tls;
use crate::support::home::Home;
use crate::support::server::{Server, json_answer};
use centerpost::model::Profile;
use centerpost::model::{Endpoint, Network, Secret};
use centerpost::sandbox::{Options, Sandbox};
use centerpost::service::record::Origin;
use centerpost::service::recorder::DirectRecorder;
use centerpost::service::tools::health;
use centerpost::transport::health::{Health, Stage};
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// A home with the file of a profile whose server is a sandbox.
struct Finding {
    home: Home,
    profile: String,
    _sandbox: (tokio::runtime::Runtime, Sandbox),
}

fn home(source_key: Option<&str>) -> Finding {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sandbox = runtime.block_on(Sandbox::start(Options::default())).unwrap();
    let mut profile = sandbox.profiles()[0].clone();
    if let Some(source_key) = source_key {
        profile.source_key = source_key.to_owned();
    }
    let home = Home::new().hiding(&[profile.api_key.reveal()]);
    let profile = home.file("acme.profile.json", profile.to_value_revealing_key().to_string());
    Finding { home, profile, _sandbox: (runtime, sandbox) }
}

#[test]
fn a_sound_endpoint_is_said_to_be() {
    let Finding { home, profile, _sandbox } = home(None);
    let found = home.json(0, &["doctor", "--profile", &profile, "--output", "json"]);
    let stages = found["stages"].as_array().unwrap();
    let names: Vec<_> = stages.iter().map(|stage| stage["what"].as_str().unwrap()).collect();
    assert_eq!(names, ["Proxy", "DNS", "TCP", "TLS", "Clock", "HTTP", "Empty POST"]);
    assert!(stages.iter().all(|stage| stage["health"] == "ok"), "{found}");
}

#[test]
fn a_wrong_source_key_and_a_dead_host_are_told_apart() {
    let Finding { home, profile, _sandbox } = home(Some("appcrashlogs"));
    let found = home.json(1, &["doctor", "--profile", &profile, "--output", "json"]);
    let last = found["stages"].as_array().unwrap().last().unwrap();
    assert_eq!((last["what"].as_str(), last["health"].as_str()), (Some("Empty POST"), Some("failed")));
    let dead = home.file(
        "dead.profile.json",
        r#"{"name": "Dead", "base_url": "http://127.0.0.1:1", "project_key": "p", "source_key": "s"}"#,
    );
    let found = home.json(3, &["doctor", "--profile", &dead, "--output", "json"]);
    assert!(found["stages"].as_array().unwrap().iter().any(|stage| stage["what"] == "TCP" && stage["health"] == "failed"));
}

#[test]
fn probing_wants_a_yes_and_tells_the_parts_apart() {
    let Finding { home, profile, _sandbox } = home(Some("appcrashlogs"));
    assert_eq!(home.run(&["probe", "--profile", &profile]).status.code(), Some(2));
    let found = home.json(1, &["probe", "--profile", &profile, "--yes", "--output", "json"]);
    let verdict = |part: &str| {
        let parts = found["parts"].as_array().unwrap();
        parts.iter().find(|one| one["part"] == part).map(|one| one["verdict"].as_str().unwrap().to_owned()).unwrap()
    };
    assert_eq!(verdict("host"), "right");
    assert_ne!(verdict("source key"), "right", "{found}");
    let list = home.json(0, &["history", "list", "--kind", "probe", "--output", "json"]);
    assert_eq!(list.as_array().unwrap().len(), found["probes"].as_array().unwrap().len(), "each probe is in the history");
    assert!(list.as_array().unwrap().iter().all(|row| row["ticket"].is_null()));
}

async fn look(port: u16, network: &Network) -> Vec<Stage> {
    let endpoint = Endpoint {
        base_url: format!("https://localhost:{port}"),
        project_key: "p".into(),
        source_key: "s".into(),
        api_key: Secret::new("secret-key-1"),
    };
    gathered(endpoint, network).await
}

/// What is found at an endpoint, kept nowhere.
async fn gathered(endpoint: Endpoint, network: &Network) -> Vec<Stage> {
    let mut profile = Profile::default();
    profile.set_endpoint(endpoint);
    let recorder = DirectRecorder { history: Ok(None), on_error: |error| panic!("{error}") };
    health::gather(&profile, network, &CancellationToken::new(), &Origin::default(), &recorder, |_| {}).await
}

/// A server with a certificate that nobody vouches for; it answers each request with 400 and a date long gone.
async fn serve_until(not_after: (i32, u8, u8)) -> (u16, Vec<u8>) {
    let mut parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned(), "other.example".to_owned()]).unwrap();
    parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(not_after.0, not_after.1, not_after.2);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    let pem = certificate.pem().into_bytes();
    let answer =
        b"HTTP/1.1 400 Bad Request\r\nDate: Tue, 01 Jan 2019 00:00:00 GMT\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let address = serve_tls((certificate.der().clone(), key), answer).await;
    (address.port(), pem)
}

fn of<'a>(stages: &'a [Stage], what: &str) -> &'a Stage {
    stages.iter().find(|stage| stage.what == what).unwrap_or_else(|| panic!("no {what}: {stages:#?}"))
}

#[tokio::test]
async fn certificates_are_shown_whether_they_check_out_or_not() {
    let (port, pem) = serve_until((2400, 1, 1)).await;
    let stages = look(port, &Network::default()).await;
    assert_eq!(of(&stages, "TLS").health, Health::Bad);
    let certificate = of(&stages, "Certificate");
    assert!(
        certificate.words.contains("for localhost, other.example") && certificate.words.contains("2400-01-01"),
        "{certificate:?}"
    );
    assert_eq!(certificate.health, Health::Good);

    let folder = tempfile::tempdir().unwrap();
    let ca_file = folder.path().join("ca.pem");
    std::fs::write(&ca_file, pem).unwrap();
    let stages = look(port, &Network { ca_file: Some(ca_file), ..Network::default() }).await;
    assert!(of(&stages, "TLS").words.starts_with("TLS 1.3"), "{stages:#?}");
    assert_eq!(of(&stages, "TLS").health, Health::Good);
    assert_eq!(of(&stages, "Clock").health, Health::Odd);
    assert!(of(&stages, "Clock").words.contains("behind"), "{stages:#?}");
    assert_eq!(of(&stages, "Empty POST").health, Health::Good);
    assert!(!format!("{stages:?}").contains("secret-key-1"));

    let (port, _) = serve_until((2021, 1, 1)).await;
    let stages = look(port, &Network::default()).await;
    assert_eq!(of(&stages, "Certificate").health, Health::Bad);
    assert!(of(&stages, "Certificate").words.contains("ended"), "{stages:#?}");
    let stages = look(port, &Network { accept_invalid_certificates: true, ..Network::default() }).await;
    assert_eq!(of(&stages, "TLS").health, Health::Odd);
}

#[tokio::test]
async fn another_host_gets_no_request_at_all() {
    let other = Server::start(|_, _| "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let other_port = other.address.port();
    let redirect = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://localhost:{other_port}/in\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let own = Server::start(move |_, _| redirect.clone());
    let endpoint = Endpoint {
        base_url: format!("http://{}", own.address),
        project_key: "p".into(),
        source_key: "s".into(),
        api_key: Secret::new("secret-key-1"),
    };
    let stages = gathered(endpoint, &Network::default()).await;
    let redirect = of(&stages, "Redirect");
    assert!(redirect.health == Health::Odd && redirect.words.contains(&format!("localhost:{other_port}/in")), "{redirect:?}");
    assert_eq!(of(&stages, "Empty POST").health, Health::Bad);
    assert!(!format!("{stages:?}").contains("secret-key-1"));
    let at_own: Vec<_> = own.received().into_iter().map(|request| request.head).collect();
    assert!(at_own.iter().any(|head| head.starts_with("POST ") && head.contains("apiKey=secret-key-1")), "{at_own:#?}");
    assert_eq!(other.received().len(), 0, "another origin is not asked");
}

#[test]
fn rehearse_sends_the_very_request_that_replay_sends() {
    let server = Server::start(|_, _| json_answer(201, "", json!({"id": 1})));
    let home = Home::new();
    let address = format!("http://{}/api/v1/projects/beta1/feedback/log", server.address);
    let profile = json!({
        "format": "centerpost.profile/1", "name": "Acme", "base_url": format!("http://{}", server.address), "project_key": "beta1",
        "source_key": "log", "api_key": "k", "default_submitter": "a@b.example", "workflow_status": "New",
        "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
        "file_elements": [{"field": "Log", "parameter": "crashlog"}],
    });
    let profile = home.file("acme.profile.json", profile.to_string());
    home.file("body.json", b"{\"summary\": \"caf\xe9\"}");
    home.file("crash.zip", "PK");
    for (what, command, more) in [
        (
            "bytes of a file",
            format!("curl '{address}?apiKey=k' -H 'Content-Type: application/json' --data-binary @body.json"),
            &[][..],
        ),
        ("a form's type", format!("curl '{address}?apiKey=k' -d 'summary=a&b=c'"), &[]),
        ("a value for a name", format!("curl '{address}?apiKey={{{{apiKey}}}}' -d '{{}}'"), &["--fill", "apiKey=filled"]),
        ("an upload", format!("curl '{address}/4711/crashlog?apiKey=k' -F 'crashlog=@crash.zip'"), &[]),
    ] {
        let file = home.file("command.txt", command);
        let folder = home.folder().to_str().unwrap().to_owned();
        let both = |first: &[&str]| {
            let before = server.received().len();
            let fixed = ["--profile", &profile, "--files-from", &folder, "--send", "--yes", "--no-history"];
            let output = home.run(&[first, &fixed, more].concat());
            let received = server.received();
            assert_eq!(received.len(), before + 1, "{what}: {output:?}");
            let request = received.last().unwrap();
            let is_ours = |text: &str| text.strip_prefix("multipart/form-data; boundary=").map(str::to_owned);
            let boundary = request.headers().iter().find_map(|(_, value)| is_ours(value)).unwrap_or("none".into());
            let body = String::from_utf8_lossy(&request.body).replace(&boundary, "BOUNDARY");
            let headers: Vec<_> =
                request.headers().into_iter().map(|(name, value)| (name, value.replace(&boundary, "BOUNDARY"))).collect();
            (request.request_line().to_owned(), headers, body)
        };
        let replayed = both(&["replay", &file]);
        let rehearsed = both(&["rehearse", "--request", &file]);
        assert_eq!(replayed, rehearsed, "{what}");
        assert!(!replayed.2.is_empty() && !replayed.0.contains("{{"), "{what}: {replayed:?}");
    }
    let command = home.file("command.txt", format!("curl '{address}?apiKey={{{{apiKey}}}}' --data-binary @body.json"));
    for (more, expected) in [(&[][..], "--fill"), (&["--fill", "apiKey=k"], "--files-from")] {
        let refused = home.refused(&[&["rehearse", "--profile", &profile, "--request", &command], more].concat());
        assert!(refused.contains(expected), "{refused}");
    }
}

#[test]
fn the_request_of_doctor_is_in_the_history_and_lost_settings_stop_it() {
    let server = Server::start(|_, _| json_answer(400, "", json!({"status": 400})));
    let home = Home::new();
    let profile = json!({
        "format": "centerpost.profile/1", "name": "Acme", "base_url": format!("http://{}", server.address), "project_key": "beta1",
        "source_key": "log", "api_key": "k3y-of-the-source", "fields": [], "file_elements": [],
    });
    let profile = home.file("acme.profile.json", profile.to_string());
    home.both(0, &["doctor", "--profile", &profile]);
    let rows = home.json(0, &["history", "list"]);
    assert_eq!(
        (rows.as_array().unwrap().len(), &rows[0]["kind"], &rows[0]["status"]),
        (1, &json!("probe"), &json!(400)),
        "{rows}"
    );
    home.both(0, &["doctor", "--profile", &profile, "--no-history"]);
    assert_eq!(home.json(0, &["history", "list"]).as_array().unwrap().len(), 1);
    let before = server.received().len();
    home.file("home/settings.json", "{broken");
    let refused = home.refused(&["doctor", "--profile", &profile]);
    assert!(refused.contains("proxy") && server.received().len() == before, "{refused}");
}
