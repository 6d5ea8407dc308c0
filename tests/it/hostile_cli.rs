//! What the command line says of answers that are malformed, cut off, endless or not HTTP.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};

use crate::support::faults;
use crate::support::home::Home;
use crate::support::server::Server;

/// Answers each connection with these bytes, repeated for as long as somebody reads them if `is_endless`.
fn serve(bytes: Vec<u8>, is_endless: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, bytes) = (stream.unwrap(), bytes.clone());
            std::thread::spawn(move || {
                let mut request = [0; 64 * 1024];
                let _ = stream.read(&mut request);
                let _ = stream.write_all(&bytes);
                let zeros = vec![b'0'; 1 << 20];
                while is_endless && stream.write_all(&zeros).is_ok() {}
            });
        }
    });
    address
}

fn profile(home: &Home, address: SocketAddr) -> String {
    let profile = format!(
        r#"{{"name": "Acme", "base_url": "http://{address}", "project_key": "p", "source_key": "s", "api_key": "k-3f0c9a71d2"}}"#
    );
    home.file("acme.profile.json", profile)
}

#[test]
fn what_is_odd_about_an_answer_is_said_and_counts_for_the_exit_code() {
    let ok = |lines: &str, length: usize| {
        format!(
            "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n{lines}Content-Length: {length}\r\n\r\n{{\"ticket\": 4711}}"
        )
    };
    for (bytes, code, cause) in [
        (ok("", 16), 0, None),
        (ok("X-A : b\r\n", 16), 0, Some("response.malformed")),
        (ok("", 100), 1, Some("response.cut-off")),
        ("SSH-2.0-OpenSSH_9.2\r\n".to_owned(), 3, Some("transport.protocol")),
        ("\x15\x03\x01\x00\x02\x02\x46".to_owned(), 3, Some("transport.protocol")),
    ] {
        let home = Home::new().hiding(&["k-3f0c9a71d2"]);
        let profile = profile(&home, serve(bytes.clone().into_bytes(), false));
        let payload = home.file("payload.json", "{}");
        let found = home.json(code, &["send", "--profile", &profile, "--json", &payload]);
        let ids: Vec<&str> = found["causes"].as_array().unwrap().iter().map(|cause| cause["id"].as_str().unwrap()).collect();
        assert_eq!(ids.first().copied(), cause, "{bytes:?}: {ids:?}");
        let text = String::from_utf8(home.run(&["send", "--profile", &profile, "--json", &payload, "--yes"]).stdout).unwrap();
        assert_eq!(text.contains("The answer is malformed: A blank stands"), cause == Some("response.malformed"), "{text}");
    }
}

#[test]
fn an_endless_answer_ends_what_only_looks_at_it() {
    let head = b"HTTP/1.1 200 OK\r\nDate: Sun, 29 Nov 2026 20:00:00 GMT\r\n\r\n".to_vec();
    let home = Home::new();
    let profile = profile(&home, serve(head, true));
    home.json(0, &["doctor", "--profile", &profile]);
    home.run(&["probe", "--profile", &profile, "--yes"]);
    let bodies = home.path("home").join("bodies");
    let kept: u64 = std::fs::read_dir(bodies).into_iter().flatten().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    assert!(kept < 16 << 20, "{kept} bytes are kept");
}

#[test]
fn nothing_foreign_moves_a_terminal() {
    const TRICKS: &str = "\u{1b}]0;title\u{7}\u{1b}[2Jdone\rfake\u{9b}31m gpj\u{202e}exe\u{2066}";
    let is_trick = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    let body = serde_json::json!({"id": TRICKS, "log": format!("http://h.example/{TRICKS}")}).to_string();
    let plain = format!("<p>{TRICKS}</p>");
    for (body, code) in [(body, 0), (plain, 1)] {
        let head =
            format!("HTTP/1.1 201 Created\r\nX-Trick: {TRICKS}\r\nLocation: /{TRICKS}\r\nContent-Length: {}\r\n\r\n", body.len());
        let head = head.replace("done\rfake", "done fake");
        let home = Home::new();
        let profile = profile(&home, serve(format!("{head}{body}").into_bytes(), false));
        let payload = home.file("payload.json", "{}");
        for (number, arguments) in [
            &["send", "--profile", &profile, "--json", &payload, "--yes"][..],
            &["send", "--profile", &profile, "--json", &payload, "--yes", "--output", "json"],
            &["history", "show", "1"],
            &["history", "list"],
            &["history", "show", "1", "--output", "json"],
        ]
        .into_iter()
        .enumerate()
        {
            let output = home.run(arguments);
            for text in [String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap()] {
                let found = text.replace("\r\n", "\n").chars().find(|c| is_trick(*c));
                assert_eq!(found, None, "{arguments:?}: {text:?}");
            }
            assert!(number > 1 || output.status.code() == Some(code), "{arguments:?}: {:?}", output.status);
        }
        let raw = home.run(&["history", "show", "1", "--raw"]).stdout;
        assert!(String::from_utf8(raw).unwrap().contains("\u{202e}exe"));
    }
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused_at_once() {
    let home = Home::new();
    let profile = profile(&home, serve(Vec::new(), false));
    let (fifo, as_profile) = (home.at("fifo"), home.at("fifo.profile.json"));
    assert!(std::process::Command::new("mkfifo").args([&fifo, &as_profile]).status().unwrap().success());
    let attach = format!("log={fifo}");
    let form = home.file("c.txt", "curl http://127.0.0.1:1/x -F log=@fifo");
    let folder = home.folder().to_str().unwrap().to_owned();
    for arguments in [
        &["send", "--profile", &profile, "--json", &fifo][..],
        &["send", "--profile", &profile, "--json", "/dev/zero"],
        &["send", "--profile", &profile, "--attach", &attach],
        &["send", "--profile", &profile, "--api-key-file", &fifo],
        &["send", "--profile", &as_profile],
        &["upload", "--profile", &profile, "--endpoint", "/x/files/log", "--file", &fifo],
        &["upload", "--profile", &profile, "--endpoint", "/x/files/log", "--file", "/dev/zero"],
        &["replay", &fifo],
        &["replay", &form, "--files-from", &folder],
        &["import", &fifo],
        &["check", "--profile", &profile, &fifo],
        &["bundle", &fifo, "--preview"],
        &["profiles", "import", &fifo],
    ] {
        let said = home.refused(arguments);
        assert!(said.contains("regular file") || said.contains("not a file"), "{arguments:?}: {said}");
    }
    let step = "name = \"a\"\n[[step]]\nsend = { summary = \"a\" }\n";
    let schema = home.file("schema.toml", format!("{step}expect = [{{ schema = \"fifo\" }}]\n"));
    let rows = home.file("rows.toml", step);
    for arguments in [
        &["profiles", "export", &profile, "--to", &fifo, "--force"][..],
        &["profiles", "export", &profile, "--to", "/dev/null", "--force"],
        &["relay", "--profile", &profile, "--listen", "127.0.0.1:0", "--cert", &fifo, "--key", &fifo, "--yes"],
        &["run", &schema, "--profile", &profile],
        &["run", &rows, "--profile", &profile, "--data", &fifo],
    ] {
        let said = home.refused(arguments);
        assert!(said.contains("regular file"), "{arguments:?}: {said}");
    }
    // Nor is one waited for in the place of a file of its own.
    for (name, arguments) in [
        ("keys.age", &["profiles", "list"][..]),
        ("history.db", &["history", "list"]),
        ("history.db", &["send", "--profile", &profile, "--set", "a=b"]),
        ("settings.json", &["send", "--profile", &profile, "--set", "a=b"]),
    ] {
        let path = home.at(&format!("home/{name}"));
        let _ = std::fs::remove_file(&path);
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        home.run(arguments);
        let is_pipe = std::os::unix::fs::FileTypeExt::is_fifo(&std::fs::metadata(&path).unwrap().file_type());
        assert!(is_pipe, "{name} was replaced");
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn what_a_file_is_instead_is_said() {
    let home = Home::new();
    let profile = profile(&home, serve(Vec::new(), false));
    let folder = home.at("folder");
    std::fs::create_dir(&folder).unwrap();
    let utf16: Vec<u8> = "\u{feff}{\"a\": \"b\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16 = home.file("utf16.json", utf16);
    for (arguments, expected) in [
        (&["send", "--profile", &profile, "--json", &folder][..], "it is a folder"),
        (&["send", "--profile", &profile, "--json", &utf16, "--set", "a=c"], "in UTF-16"),
        (&["send", "--profile", &profile, "--set", "a=b", "--api-key-file", &folder], "it is a folder"),
        (&["send", "--profile", &profile, "--set", "a=b", "--api-key-file", &utf16], "in UTF-16"),
        (&["import", &folder], "it is a folder"),
        (&["check", "--profile", &profile, &folder], "it is a folder"),
        (&["profiles", "import", &folder], "it is a folder"),
        (&["profiles", "import", &utf16], "in UTF-16"),
        (&["run", &folder, "--profile", &profile], "it is a folder"),
        (&["import", &home.at("gone/none.txt")], "none.txt: "),
    ] {
        let said = home.refused(arguments);
        assert!(said.contains(expected) && !said.contains("os error") && !said.contains(".."), "{arguments:?}: {said}");
    }
    // A payload on its own goes out to the byte, which is said.
    let output = home.run(&["send", "--profile", &profile, "--json", &utf16, "--dry-run"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("in UTF-16"), "{output:?}");
}

#[test]
fn a_file_over_the_limit_is_warned_of() {
    let home = Home::new();
    let profile = profile(&home, serve(Vec::new(), false));
    let large = home.file("large.bin", "");
    std::fs::File::options().write(true).open(&large).unwrap().set_len((2 << 30) + 1).unwrap();
    let attach = format!("log={large}");
    let output = home.run(&["send", "--profile", &profile, "--set", "a=b", "--attach", &attach, "--dry-run"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("large.bin is over Centercode's limit of 2 GB"), "{said}");
    let small = home.file("empty.bin", "");
    let said = home.run(&["send", "--profile", &profile, "--attach", &format!("log={small}"), "--dry-run"]).stderr;
    assert!(String::from_utf8(said).unwrap().contains("empty.bin is empty"));
}

#[test]
fn broken_settings_are_asked_about() {
    let home = Home::new();
    let address = serve(b"HTTP/1.1 201 Created\r\nContent-Length: 8\r\n\r\n{\"id\":1}".to_vec(), false);
    let profile = profile(&home, address);
    home.file("home/settings.json", "{ \"proxy\": {\"own\": \"http://127.0.0.1:9\"}, ");
    let send = ["send", "--profile", &profile, "--set", "a=b"];
    // Again and again, and not the first time alone.
    for _ in 0..3 {
        let said = home.refused(&send);
        assert!(said.contains("Your settings are not used") && said.contains("--yes"), "{said}");
    }
    home.both(0, &[&send[..], &["--yes"]].concat());
    home.file("home/settings.json", "{\"format\": \"centerpost.settings/1\"}");
    home.both(0, &[&send[..], &["--set", "a=c"]].concat());
}

#[test]
fn every_fault_of_a_server_is_told_as_what_it_is() {
    let home = Home::new();
    // The limits of the settings, so that nothing is waited for longer than the test needs.
    let settings = r#"{"format": "centerpost.settings/1", "answer_timeout_secs": 2, "idle_timeout_secs": 2}"#;
    home.file("home/settings.json", settings);
    let mut wrong = Vec::new();
    for fault in faults::all() {
        let profile = profile(&home, faults::serve(&fault.play));
        let payload = home.file("payload.json", "{}");
        let output = home.run(&["send", "--profile", &profile, "--json", &payload, "--output", "json", "--yes"]);
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let first = found["causes"][0]["id"].as_str().unwrap_or_default().to_owned();
        // A status alone can have any cause but a choice of the mapping.
        let is_status = fault.name.parse::<u16>().is_ok();
        let fits = if is_status { !first.contains("choice") } else { first == fault.cause };
        if output.status.code() != Some(fault.exit) || !fits {
            wrong.push(format!(
                "{}: {:?} {first}, {}",
                fault.name,
                output.status.code(),
                String::from_utf8_lossy(&output.stderr)
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(home.json(0, &["history", "list"]).as_array().unwrap().len(), faults::all().len());
}

#[test]
fn a_secret_header_of_blanks_ends_nothing() {
    let home = Home::new();
    for blank in [" ", "\u{a0}", "\u{3000}"] {
        let raw = format!(
            "HTTP/1.1 201 Created\r\nX-Authorization: {blank}\r\nAuthorization: {blank}\r\nContent-Type: application/json\r\n\
             Content-Length: 8\r\nConnection: close\r\n\r\n{{\"id\":1}}"
        );
        let server = Server::start(move |_, _| raw.clone());
        let profile = serde_json::json!({
            "format": "centerpost.profile/1", "name": "Acme", "base_url": format!("http://{}", server.address), "project_key": "p",
            "source_key": "s", "api_key": "k", "default_submitter": "a@b.example", "workflow_status": "New",
            "extra_headers": [["Authorization", blank]], "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
            "file_elements": [],
        });
        let profile = home.file("acme.profile.json", profile.to_string());
        for command in [
            &["send", "--profile", &profile, "--set", "summary=a", "--yes"][..],
            &["history", "list"],
            &["history", "show", "1"],
            &["history", "export", "1"],
            &["send", "--profile", &profile, "--set", "summary=a", "--dry-run"],
        ] {
            let output = home.run(command);
            assert_ne!(output.status.code(), Some(101), "{blank:?} {command:?}: {output:?}");
        }
        let curl = home.file("c.txt", format!("curl 'https://h/x?apiKey=k' -H 'Authorization: {blank}' -d '{{}}'"));
        for command in [
            &["import", &curl][..],
            &["check", &curl, "--profile", &profile],
            &["export", "har", &curl],
            &["replay", &curl, "--dry-run"],
        ] {
            let output = home.run(command);
            assert_ne!(output.status.code(), Some(101), "{blank:?} {command:?}: {output:?}");
        }
    }
}
