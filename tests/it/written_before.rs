//! What is sent is in the history before it goes out: however the program ends, a row is left, and the guard against repeats knows it.

use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use centerpost::model::settings::Proxy;
use centerpost::model::{Network, exchange};
use centerpost::service::order::{Delivery, DeliveryProgress};
use centerpost::service::recorder::DirectRecorder;
use centerpost::service::session::Session;
use centerpost::service::{deliver, prepare, record};
use centerpost::store::Store;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::home::Home;
use crate::support::server::{Server, json_answer};

/// A server that tells when a request arrived, and answers each one after the first but `silent` at once.
fn server(silent: usize) -> (Server, mpsc::Receiver<()>) {
    let (arrived, wait) = mpsc::channel();
    let server = Server::start(move |number, _| {
        let _ = arrived.send(());
        if number < silent {
            std::thread::sleep(Duration::from_secs(3));
        }
        json_answer(201, "", json!({"id": 4711}))
    });
    (server, wait)
}

fn home(base_url: &str) -> Home {
    let home = Home::new();
    let profile = json!({
        "format": "centerpost.profile/1", "name": "Acme", "base_url": base_url, "project_key": "p", "source_key": "s", "api_key": "k3y-4711",
        "default_submitter": "a@b.example", "workflow_status": "New",
        "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
        "file_elements": [{"field": "Log", "parameter": "log"}],
    });
    let file = home.file("acme.profile.json", profile.to_string());
    home.ends(0, &["profiles", "import", &file]);
    home
}

#[cfg(unix)]
fn start(home: &Home, arguments: &[&str]) -> std::process::Child {
    home.command(arguments).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap()
}

fn rows(home: &Home) -> Vec<Value> {
    home.json(0, &["history", "list"]).as_array().unwrap().clone()
}

#[cfg(unix)]
#[test]
fn a_signal_leaves_a_row_and_the_guard_sees_it() {
    for signal in ["KILL", "TERM", "HUP", "INT"] {
        let (server, arrived) = server(1);
        let home = home(&format!("http://{}", server.address));
        let send = ["send", "--profile", "acme", "--set", "summary=x"];
        let mut child = start(&home, &send);
        arrived.recv_timeout(Duration::from_secs(20)).unwrap();
        let killed = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let ended = child.wait().unwrap();
        assert!(!ended.success(), "{signal}: {ended}");
        let rows = rows(&home);
        assert_eq!((rows.len(), &rows[0]["status"], &rows[0]["method"]), (1, &Value::Null, &json!("POST")), "{signal}: {rows:?}");
        let (text, _) = home.both(0, &["history", "list"]);
        assert!(text.contains(if signal == "KILL" { "outcome not known" } else { "no answer" }), "{signal}: {text}");
        let shown = home.json(0, &["history", "show", "1"]).to_string();
        assert!(shown.contains("summary"), "{signal}: {shown}");
        let (_, said) = home.both(0, &send);
        assert!(said.contains("its outcome is not known"), "{signal}: {said}");
    }
}

/// What a process does that panics: sends through the library, as window and command line do, and panics once the request has left.
#[test]
#[ignore = "the next test starts it in a process of its own"]
fn a_sender_that_panics() {
    let store = Store::open().unwrap();
    let found = store.load();
    let profile = found.profiles[0].profile.clone();
    let (history, _) = store.open_history().unwrap();
    let sent_to = profile.endpoint();
    let request = prepare::of_payload(&sent_to, br#"{"summary":"x"}"#.to_vec(), &profile.extra_headers);
    let (confirmed, now) = (std::collections::HashSet::new(), jiff::Timestamp::now());
    let (store, settings) = (Some(&store), &found.settings);
    let session = Session { store, history: Some(&history), settings, settings_trouble: None, confirmed: &confirmed, now };
    let order = session.delivery(request, sent_to, profile, Vec::new(), record::Origin::new("acme"));
    let order = Delivery { network: Network { proxy: Proxy::Direct, ..order.network.clone() }, ..order };
    let recorder = DirectRecorder { history: Ok(Some(&history)), on_error: |error| panic!("{error}") };
    let (progress, cancel) = (DeliveryProgress::new(0), CancellationToken::new());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let sending = deliver::deliver(order, &progress, &cancel, &recorder, |_| {});
        let left = async {
            while progress.create.step() != Some(exchange::Step::Wait) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            report = sending => unreachable!("{}", report.summary()),
            () = left => panic!("the request has left"),
        }
    });
}

#[test]
fn a_panic_after_the_request_left_leaves_a_row_and_the_guard_sees_it() {
    let (server, arrived) = server(1);
    let home = home(&format!("http://{}", server.address));
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "written_before::a_sender_that_panics", "--ignored", "--nocapture"]);
    child.env("CENTERPOST_HOME", home.path("home")).env("CENTERPOST_KEYRING", "off").env_remove("CENTERPOST_API_KEY");
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(101) && said.contains("the request has left"), "{output:?}");
    assert!(!said.contains("k3y-4711"), "{said}");
    arrived.recv_timeout(Duration::from_secs(20)).unwrap();
    let rows = rows(&home);
    assert_eq!((rows.len(), &rows[0]["status"], &rows[0]["error"]), (1, &Value::Null, &Value::Null), "{rows:?}");
    assert!(home.ends(0, &["history", "list"]).contains("outcome not known"));
    let (_, said) = home.both(0, &["send", "--profile", "acme", "--set", "summary=x"]);
    assert!(said.contains("its outcome is not known"), "{said}");
}

#[test]
fn a_history_that_can_only_be_read_stops_every_sender() {
    let (server, _arrived) = server(0);
    let home = home(&format!("http://{}", server.address));
    home.both(0, &["send", "--profile", "acme", "--set", "summary=x"]);
    // As a later version of the program leaves it.
    let history = rusqlite::Connection::open(home.path("home/history.db")).unwrap();
    history.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(history);
    let endpoint = format!("http://{}/api/v1/projects/p/feedback/s/1/files/log", server.address);
    let file = home.file("a.log", "text");
    let suite = home.file("suite.toml", "name = \"a\"\n[[step]]\nsend = { summary = \"a\" }\n");
    let curl = home.file("c.txt", format!("curl 'http://{}/x' --json '{{}}'", server.address));
    for command in [
        &["send", "--profile", "acme", "--set", "summary=y"][..],
        &["upload", "--profile", "acme", "--endpoint", &endpoint, "--file", &file],
        &["rehearse", "--profile", "acme", "--set", "summary=y", "--send"],
        &["bisect", "--profile", "acme", "--set", "summary=y", "--anyway"],
        &["probe", "--profile", "acme"],
        &["run", &suite, "--profile", "acme"],
        &["replay", &curl, "--send"],
        &["history", "resend", "1"],
    ] {
        let said = home.refused(&[command, &["--yes"]].concat());
        assert!(said.contains("a later version") && said.contains("--no-history"), "{command:?}: {said}");
    }
    assert_eq!(server.received().len(), 1);
    home.both(0, &["send", "--profile", "acme", "--set", "summary=y", "--no-history"]);
}

#[test]
fn what_needs_no_history_leaves_it_alone() {
    let home = home("http://127.0.0.1:1");
    std::fs::create_dir_all(home.path("home/history.db/x")).unwrap();
    let payload = home.file("payload.json", "{\"summary\": \"x\"}");
    let output = home.run(&["check", &payload, "--profile", "acme"]);
    assert!(output.status.code() == Some(1) && !String::from_utf8_lossy(&output.stderr).contains("history"), "{output:?}");
}

#[test]
fn what_came_of_it_completes_the_row() {
    let (server, _arrived) = server(0);
    let home = home(&format!("http://{}", server.address));
    let attach = format!("log={}", home.file("a.log", "text"));
    // Larger than what stands in the database itself.
    let noise: String = (0_u64..40_000).map(|n| format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    let payload = home.file("large.json", json!({"summary": noise}).to_string());
    home.both(1, &["send", "--profile", "acme", "--json", &payload, "--attach", &attach]);
    let rows = rows(&home);
    assert_eq!((rows.len(), &rows[0]["ticket"], &rows[0]["status"]), (1, &json!("4711"), &json!(201)), "{rows:?}");
    let bodies = std::fs::read_dir(home.path("home/bodies")).unwrap();
    let names: Vec<_> = bodies.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(home.json(0, &["history", "show", "1"]).to_string().contains(&noise));
}

#[test]
fn a_request_that_cannot_be_sent_leaves_no_row() {
    let (server, _arrived) = server(0);
    let home = home(&format!("http://{}", server.address));
    for url in ["ftp://127.0.0.1/x", "http://127.0.0.1:99999/x"] {
        let command = home.file("c.txt", format!("curl '{url}' --json '{{}}'"));
        home.both(2, &["replay", &command, "--send", "--yes"]);
    }
    assert_eq!((rows(&home).len(), server.received().len()), (0, 0));
}

#[test]
fn without_a_history_nothing_is_sent_unless_that_is_asked_for() {
    let (server, _arrived) = server(0);
    for broken in ["history.db", "bodies"] {
        let home = home(&format!("http://{}", server.address));
        let before = server.received().len();
        match broken {
            // A folder where a file is to be, and a file where a folder is to be.
            "history.db" => std::fs::create_dir_all(home.path("home/history.db/x")).unwrap(),
            _ => drop(home.file("home/bodies", "a file")),
        }
        let endpoint = format!("http://{}/api/v1/projects/p/feedback/s/1/files/log", server.address);
        let file = home.file("a.log", "text");
        for command in [
            &["send", "--profile", "acme", "--set", "summary=x"][..],
            &["upload", "--profile", "acme", "--endpoint", &endpoint, "--file", &file],
        ] {
            for _ in 0..2 {
                let said = home.refused(command);
                assert!(said.contains("--no-history") && said.contains(broken), "{broken}: {said}");
            }
            assert_eq!(server.received().len(), before, "{broken}");
        }
        let (_, said) = home.both(0, &["send", "--profile", "acme", "--set", "summary=x", "--no-history"]);
        assert!(!said.contains("history"), "{broken}: {said}");
        assert_eq!(server.received().len(), before + 1, "{broken}");
    }
}

#[test]
fn an_upload_that_is_broken_off_is_kept() {
    let (server, _arrived) = server(0);
    let home = home(&format!("http://{}", server.address));
    let file = home.file("growing.log", vec![b'x'; 64 << 20]);
    let endpoint = format!("http://{}/api/v1/projects/p/feedback/s/1/files/log", server.address);
    let growing = std::path::PathBuf::from(&file);
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let writer = std::thread::spawn({
        let stop = stop.clone();
        move || {
            let mut file = std::fs::OpenOptions::new().append(true).open(growing).unwrap();
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                std::io::Write::write_all(&mut file, b"more").unwrap();
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    });
    let said = home.refused(&["upload", "--profile", "acme", "--endpoint", &endpoint, "--file", &file]);
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    writer.join().unwrap();
    let rows = rows(&home);
    assert_eq!((rows.len(), &rows[0]["kind"]), (1, &json!("upload")), "{said}: {rows:?}");
}
