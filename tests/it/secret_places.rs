//! Places in which a secret stands otherwise than as the key of an address: cut, in a ticket's id, in a login, in a suite, in a file's
//! name, in a body, and in the environment of another command.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::files_below;
use crate::support::home::Home;
use crate::support::server::{Received, Server, json_answer};

const KEY: &str = "QwZ7rTy9PlMk3NbV8cXzAs5DfGhJ2eUi";

/// So much of the key tells it.
const BEGINNING: &str = "QwZ7";

const PASSWORD: &str = "BASICpw7zCC9k";

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

/// Answers each connection with bytes that need not be HTTP, and closes it.
fn serve(bytes: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 64 * 1024]);
            let _ = stream.write_all(&bytes);
        }
    });
    address
}

/// All that a command says.
fn said(home: &Home, arguments: &[&str]) -> String {
    let output = home.run(arguments);
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// All that the history has to say of its exchanges.
fn told_by_history(home: &Home) -> String {
    let mut told = said(home, &["history", "export", "--all"]) + &said(home, &["history", "list", "--output", "json"]);
    for number in ["1", "2", "3"] {
        told += &said(home, &["history", "show", number]);
        told += &said(home, &["export", "har", "--history", number]);
    }
    told
}

/// The texts of the log files.
fn log(home: &Home) -> String {
    let files = files_below(&home.path("home")).into_iter().filter(|path| path.extension().is_some_and(|end| end == "log"));
    files.map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()).collect()
}

#[test]
fn a_secret_is_hidden_where_an_excerpt_is_cut_within_it() {
    let before = "p".repeat(22);
    let base64 = STANDARD.encode(format!("12{KEY}"));
    for answer in [
        format!("<html>{before} {KEY}</html>"),
        format!("SSH-2.0-{before}{KEY}\r\n"),
        format!("220 {before}{before}{KEY}\r\n"),
        format!("HTTP/1.1 4o4 {before} {KEY}\r\n\r\n"),
        format!("HTTP/1.1 404 X\r\nContent-Length: ppppppppppp{before}{KEY}\r\n\r\nhi"),
        // What came so far ends within it.
        format!("<html>{}", &KEY[..20]),
        format!("HTTP/1.1 200 {}", &KEY[..20]),
        format!("\u{1}{KEY}"),
        format!("<html>{before} {base64}</html>"),
        // So does a body that was cut off, of text and of JSON.
        format!("HTTP/1.1 404 X\r\nContent-Length: 900\r\n\r\nno such key: {}", &KEY[..20]),
        format!("HTTP/1.1 404 X\r\nContent-Length: 900\r\n\r\n{{\"error\": \"no key {}", &KEY[..7]),
        format!("HTTP/1.1 404 X\r\nContent-Length: 900\r\n\r\n{}", &base64[..30]),
    ] {
        let home = Home::new().hiding(&[BEGINNING]);
        let profile = profile(&home, serve(answer.clone().into_bytes()));
        let told = [
            said(&home, &["send", "--profile", &profile, "--set", "summary=x", "--yes"]),
            said(&home, &["send", "--profile", &profile, "--set", "summary=x", "--yes", "--output", "json"]),
            told_by_history(&home),
            log(&home),
        ];
        for text in told {
            let hex = "51775a377254";
            assert!(!text.contains(BEGINNING) && !text.contains(&base64[4..16]) && !text.contains(hex), "{answer}: {text}");
        }
    }
}

#[test]
fn a_ticket_id_that_is_the_key_is_hidden() {
    let server = Server::start(|_, _| json_answer(201, "", format!(r#"{{"id": "{KEY}"}}"#)));
    let home = Home::new().hiding(&[BEGINNING]);
    let profile = profile(&home, server.address);
    let sent = home.json(0, &["send", "--profile", &profile, "--set", "summary=x", "--yes"]);
    assert_eq!(sent["ticket"], "••••");
    home.run(&["history", "resend", "1", "--profile", &profile, "--yes", "--output", "json"]);
    home.run(&["bisect", "--profile", &profile, "--set", "summary=x", "--yes", "--anyway"]);
    let found = home.json(1, &["bisect", "--profile", &profile, "--set", "summary=x", "--yes", "--anyway"]);
    assert_eq!(found["server"]["tickets"][0], "••••", "{found:#}");
    told_by_history(&home);
}

#[test]
fn doctor_asks_no_other_origin() {
    let asked = Server::start(|_, _| json_answer(200, "", "{}"));
    let other = asked.address;
    for to in [
        format!("http://{other}/x?apiKey={KEY}"),
        format!("//{other}/x/{KEY}"),
        format!("http://{other}/x?k=BEARtok99xyz"),
        format!("http://{other}/"),
    ] {
        let to_them = format!("HTTP/1.1 307 T\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let own = Server::start(move |_, _| to_them.clone());
        let home = Home::new().hiding(&[BEGINNING, "BEARtok99"]);
        let profile = profile(&home, own.address);
        let header = "Authorization: Bearer BEARtok99xyz";
        let told = home.ends(1, &["doctor", "--profile", &profile, "--header", header]);
        assert!(told.contains(&format!("leads to http://{other}/")) && told.contains("was not asked"), "{to}: {told}");
        home.run(&["doctor", "--profile", &profile, "--header", header, "--output", "json"]);
    }
    assert_eq!(asked.received().len(), 0);
}

#[test]
fn the_password_of_a_login_is_hidden_where_an_answer_names_it() {
    let server =
        Server::start(|_, _| json_answer(404, "", format!(r#"{{"description": "login failed for bob with {PASSWORD}"}}"#)));
    let address = server.address;
    let basic = format!("Authorization: Basic {}", STANDARD.encode(format!("bob:{PASSWORD}")));
    let url = format!("http://bob:{PASSWORD}@{address}/api/v1/projects/beta1/feedback/log?apiKey={KEY}");
    let home = Home::new().hiding(&[PASSWORD]);
    let profile = profile(&home, address);
    let curl =
        home.file("c.txt", format!("curl -X POST '{url}' -H 'Content-Type: application/json' -d '{{\"summary\": \"a\"}}'"));
    for arguments in [
        &["send", "--profile", &profile, "--set", "summary=x", "--yes", "--header", &basic][..],
        &["replay", &curl, "--profile", &profile, "--send", "--yes"],
    ] {
        let told = said(&home, arguments);
        assert!(told.contains("login failed for bob with ••••"), "{told}");
    }
    told_by_history(&home);
    home.ends(0, &["bundle", "--history", "1", "--to", &home.at("b.zip")]);
    let mut archive = zip::ZipArchive::new(std::fs::File::open(home.path("b.zip")).unwrap()).unwrap();
    for index in 0..archive.len() {
        let mut text = Vec::new();
        archive.by_index(index).unwrap().read_to_end(&mut text).unwrap();
        assert!(!String::from_utf8_lossy(&text).contains(PASSWORD));
    }
    // The same from a proxy that answers in the place of a server.
    let home = Home::new();
    let profile = home.file("p.profile.json", profile_with("example.invalid", KEY, ""));
    let mut command = home.command(&["send", "--profile", &profile, "--set", "summary=x", "--yes"]);
    command.env_remove("NO_PROXY").env("http_proxy", format!("http://bob:{PASSWORD}@{address}"));
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("login failed for bob with ••••") && !told.contains(PASSWORD), "{told}");
    let kept = told_by_history(&home);
    assert!(kept.contains("login failed for bob with") && !kept.contains(PASSWORD), "{kept}");
}

const SUITE: &str = r#"
name = "nightly QwZ7rTy9PlMk3NbV8cXzAs5DfGhJ2eUi"
profile = "p.profile.json"
secrets = ["tok", "pin"]
[data]
file = "r.csv"
[[step]]
name = "a"
send = { summary = "{{pin}}" }
capture = { tok = "/tok" }
[[step]]
name = "b"
send = { summary = "use {{tok}}" }
[[step.expect]]
pointer = "/tok"
matches = "^zzz"
"#;

#[test]
fn what_a_suite_says_is_secret_stands_in_no_report_history_or_export() {
    let server = Server::start(|_, _| json_answer(201, "", r#"{"id": 1, "tok": "CAPTUREDtok88zz"}"#));
    let secrets = [BEGINNING, "PINsecret8811", "CAPTUREDtok88zz"];
    let home = Home::new().hiding(&secrets);
    profile(&home, server.address);
    let suite = home.file("s.toml", SUITE);
    home.file("r.csv", format!("pin,summary\nPINsecret8811,{KEY}\n"));
    let reports = ["junit", "html", "json", "markdown"].map(|kind| format!("{kind}={}", home.at(kind)));
    let mut arguments = vec!["run", &suite, "--yes"];
    reports.iter().for_each(|report| arguments.extend(["--report", report]));
    assert_eq!(home.run(&arguments).status.code(), Some(1));
    let bodies: Vec<String> = server.received().iter().map(Received::text).collect();
    assert!(bodies[0].contains("PINsecret8811") && bodies[1].contains("use CAPTUREDtok88zz"), "{bodies:?}");
    for kind in ["junit", "html", "json", "markdown"] {
        let report = std::fs::read_to_string(home.path(kind)).unwrap();
        assert!(secrets.iter().all(|secret| !report.contains(secret)), "{kind}: {report}");
    }
    told_by_history(&home);
    assert_eq!(home.json(0, &["history", "search", "PINsecret8811"]), serde_json::json!([]));
    home.ends(0, &["export", "curl", "--history", "1"]);
    for tool in ["locust", "k6", "hurl"] {
        home.ends(0, &["export", tool, &suite, "--to", &home.at(tool)]);
        for entry in std::fs::read_dir(home.path(tool)).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(secrets.iter().all(|secret| !text.contains(secret)), "{}: {text}", path.display());
        }
    }
    // What is written still sends the key, out of the environment.
    let rows = std::fs::read_to_string(home.path("locust/rows.ndjson")).unwrap();
    let written = std::fs::read_to_string(home.path("locust/suite.json")).unwrap();
    assert!(rows.contains("{{apiKey}}") && rows.contains(r#""open_values":["summary"]"#), "{rows}");
    assert!(written.contains(r#""apiKey": "CENTERPOST_API_KEY""#), "{written}");
}

#[test]
fn a_file_name_that_is_the_key_is_hidden() {
    let place = Arc::new(Mutex::new(String::new()));
    let known = place.clone();
    let server = Server::start(move |_, request| {
        let url = format!("{}/api/v1/projects/beta1/feedback/log/1/files/crashlog", known.lock().unwrap());
        let is_create = !request.request_line().contains("/files/");
        json_answer(
            201,
            "",
            if is_create { format!(r#"{{"id": 1, "files": {{"crashlog": "{url}"}}}}"#) } else { "{}".to_owned() },
        )
    });
    *place.lock().unwrap() = format!("http://{}", server.address);
    let home = Home::new().hiding(&[BEGINNING]);
    let profile = profile(&home, server.address);
    home.file(&format!("{KEY}.log"), "x");
    let attach = format!("crashlog={}", home.at(&format!("{KEY}.log")));
    let send = ["send", "--profile", &profile, "--set", "summary=x", "--yes", "--attach", &attach];
    assert!(home.ends(0, &send).contains("••••.log"));
    let sent = home.json(0, &send);
    assert!(sent["uploads"][0]["path"].as_str().unwrap().ends_with("••••.log"), "{sent:#}");
    let endpoint = format!("http://{}/api/v1/projects/beta1/feedback/log/1/files/crashlog?apiKey={KEY}", server.address);
    home.run(&["upload", "--profile", &profile, "--endpoint", &endpoint, "--file", &format!("{KEY}.log")]);
    home.run(&["upload", "--profile", &profile, "--endpoint", &endpoint, "--file", &format!("{KEY}.txt")]);
    told_by_history(&home);
    let named = profile_with(server.address, KEY, "").replace("Acme", &format!("Acme {KEY}"));
    let named = home.file("named.profile.json", named);
    home.run(&["send", "--profile", &named, "--set", "summary=x"]);
    home.run(&["check", "--profile", &named, &home.file("c.txt", "curl -d '{}' https://h.example/")]);
}

#[test]
fn what_a_body_holds_under_the_name_of_a_secret_is_hidden_where_the_request_is_shown() {
    let server = Server::start(|_, _| json_answer(201, "", r#"{"id": 1}"#));
    let url = format!("http://{}/api/v1/projects/beta1/feedback/log?apiKey={KEY}", server.address);
    for (secret, command) in [
        ("PWsecret77zz", r#"-H 'Content-Type: application/json' -d '{"summary": "a", "password": "PWsecret77zz"}'"#),
        ("pw7", r#"-H 'Content-Type: application/json' -d '{"summary": "a", "list": [{"client_secret": "pw7"}]}'"#),
        ("PWsecret77zz", "-d 'summary=a&password=PWsecret77zz'"),
        ("PWsecret77zz", "-F summary=a -F accessToken=PWsecret77zz"),
    ] {
        let home = Home::new().hiding(&[secret]);
        let profile = profile(&home, server.address);
        let curl = home.file("c.txt", format!("curl -X POST '{url}' {command}"));
        for arguments in [
            &["check", &curl, "--profile", &profile][..],
            &["check", &curl, "--profile", &profile, "--output", "json"],
            &["replay", &curl, "--profile", &profile, "--dry-run"],
            &["replay", &curl, "--profile", &profile, "--output", "json"],
            &["replay", &curl, "--profile", &profile, "--send", "--yes"],
            &["export", "curl", &curl],
            &["export", "har", &curl],
        ] {
            home.run(arguments);
        }
        told_by_history(&home);
        let last = server.received().last().unwrap().text();
        assert!(last.contains(secret), "what is sent is unchanged: {last}");
    }
    // What the source maps is feedback, whatever it is called.
    let home = Home::new();
    let mapped = profile_with(server.address, KEY, "").replace("\"parameter\": \"summary\"", "\"parameter\": \"password\"");
    let profile = home.file("m.profile.json", mapped);
    let sent = home.json(0, &["send", "--profile", &profile, "--set", "password=PWsecret77zz", "--yes"]);
    assert!(sent["exchange"]["request"]["body"].as_str().unwrap().contains("PWsecret77zz"), "{sent:#}");
    assert!(home.ends(0, &["history", "show", "1"]).contains("PWsecret77zz"));
}

#[test]
fn a_note_and_a_tag_hold_no_secret_that_is_known() {
    let server = Server::start(|_, _| json_answer(201, "", r#"{"id": 1}"#));
    let home = Home::new().hiding(&[BEGINNING]);
    home.ends(0, &["keys", "use-file"]);
    let given = home.file("given/p.profile.json", profile_with(server.address, KEY, ""));
    home.ends(0, &["profiles", "import", &given]);
    home.ends(0, &["send", "--profile", "acme", "--set", "summary=x", "--yes"]);
    for arguments in [["history", "note", "1", &format!("with {KEY}")], ["history", "tag", "1", KEY]] {
        let output = home.command(&arguments).env("CENTERPOST_PASSPHRASE", "correct horse").output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(!String::from_utf8_lossy(&output.stdout).contains(BEGINNING), "{output:?}");
    }
    let row = home.json(0, &["history", "list"])[0].clone();
    assert_eq!((row["note"].as_str(), row["tags"][0].as_str()), (Some("with ••••"), Some("••••")));
}

#[cfg(unix)]
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

#[test]
fn an_answer_that_is_packed_without_saying_so_is_looked_through() {
    let text = format!("Denied {KEY} end");
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    let gzip = packer.finish().unwrap();
    let zstd = zstd::encode_all(text.as_bytes(), 3).unwrap();
    let broken = [&gzip[..10], &[0xff; 40]].concat();
    let with = |head: &str, body: &[u8]| [format!("HTTP/1.1 404 X\r\n{head}\r\n\r\n").as_bytes(), body].concat();
    let sized = |body: &[u8]| with(&format!("Content-Type: application/gzip\r\nContent-Length: {}", body.len()), body);
    let chunked = [format!("{:x}\r\n", gzip.len()).as_bytes(), &gzip, b"\r\n0\r\n\r\n"].concat();
    for (answer, is_read) in [
        (sized(&gzip), true),
        (sized(&zstd), true),
        (with("Transfer-Encoding: gzip, chunked", &chunked), true),
        (sized(&broken), false),
    ] {
        let home = Home::new().hiding(&[BEGINNING]);
        let profile = profile(&home, serve(answer));
        let told = said(&home, &["send", "--profile", &profile, "--set", "summary=x", "--yes"]);
        assert_eq!(told.contains("Denied •••• end"), is_read, "{told}");
        let kept = told_by_history(&home);
        assert!(!kept.contains(&STANDARD.encode(&gzip)), "{kept}");
    }
}
