//! Where the secrets of a profile go: to its own origin (scheme, host, port), and elsewhere only what was typed for it.

use serde_json::json;

use crate::support::files_below;
use crate::support::home::Home;
use crate::support::sandbox::ServedSandbox;
use crate::support::server::{Server, json_answer};

const KEY: &str = "5ecre7-key-of-acme";
const TOKEN: &str = "t0ken-of-acme";

fn server() -> Server {
    Server::start(|_, _| json_answer(201, "", json!({"id": 4711})))
}

/// A home, and the file of a profile at a server, with secret headers and a harmless one.
fn home(base_url: &str) -> (Home, String) {
    let home = Home::new().hiding(&[KEY, TOKEN]);
    let profile = json!({
        "format": "centerpost.profile/1", "name": "Acme", "base_url": base_url, "project_key": "p", "source_key": "s", "api_key": KEY,
        "default_submitter": "a@b.example", "workflow_status": "New",
        "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
        "file_elements": [{"field": "Log", "parameter": "log"}],
        "extra_headers": [["Authorization", format!("Bearer {TOKEN}")], ["X-Echo", KEY], ["X-Trace", "17"]],
    });
    let file = home.file("acme.profile.json", profile.to_string());
    home.file("crash.log", "nothing secret");
    (home, file)
}

/// That what arrived at a server has the harmless header and no secret, or all of it.
fn looked_at(what: &str, server: &Server, has_secrets: bool) {
    let received = server.received();
    assert!(!received.is_empty(), "{what}: nothing arrived");
    for request in received {
        let text = request.text();
        let found = (text.contains(KEY), text.contains(TOKEN), text.contains("17"));
        assert_eq!(found, (has_secrets, has_secrets, true), "{what}: {text}");
    }
}

#[test]
fn every_command_keeps_a_profiles_secrets_from_another_origin() {
    let own = server();
    let (home, acme) = home(&format!("http://{}", own.address));
    let create = "/api/v1/projects/p/feedback/s";
    let set = ["--set", "summary=x"];
    for command in ["send", "rehearse --send", "bisect --anyway"] {
        for (other, has_secrets) in [(server(), false), (server(), true)] {
            let base = format!("http://{}", other.address);
            let endpoint = format!("{base}{create}");
            let typed =
                ["--header".to_owned(), format!("authorization: {TOKEN}"), "--header".to_owned(), format!("X-Echo: {KEY}")];
            let mut arguments: Vec<&str> = command.split(' ').collect();
            arguments.extend(["--profile", &acme, "--endpoint", &endpoint, "--yes"]);
            arguments.extend(set);
            if has_secrets {
                arguments.extend(typed.iter().map(String::as_str));
            }
            let output = home.run(&arguments);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            looked_at(command, &other, has_secrets);
            assert_eq!(said.contains(&format!("not sent to {base}")), !has_secrets, "{command}: {said}");
        }
    }
    let other = server();
    let base = format!("http://{}", other.address);
    let endpoint = format!("{base}{create}/4711/files/log");
    let file = home.at("crash.log");
    let (_, said) = home.both(0, &["upload", "--profile", &acme, "--endpoint", &endpoint, "--file", &file, "--yes"]);
    assert!(said.contains("not put in") && said.contains("Authorization, X-Echo"), "{said}");
    looked_at("upload", &other, false);
    let other = server();
    home.run(&["probe", "--profile", &acme, "--endpoint", &format!("http://{}{create}", other.address), "--yes"]);
    for request in other.received() {
        assert!(!request.text().contains(KEY) && !request.text().contains(TOKEN), "probe: {}", request.text());
    }
    assert_eq!(own.received().len(), 0);
    // At the profile's own address, written in another way, everything goes.
    let same = format!("HTTP://{}{create}", own.address);
    home.both(0, &["send", "--profile", &acme, "--endpoint", &same, "--set", "summary=x"]);
    looked_at("send", &own, true);
}

#[test]
fn an_attachment_endpoint_at_another_port_gets_nothing() {
    let other = server();
    let named = format!("http://{}/api/v1/projects//feedback/s/4711/files/log", other.address);
    let answer = json!({"id": 4711, "log": named});
    let own = Server::start(move |_, _| json_answer(201, "", &answer));
    let (home, acme) = home(&format!("http://{}", own.address));
    let attach = format!("log={}", home.at("crash.log"));
    let (text, said) = home.both(1, &["send", "--profile", &acme, "--set", "summary=x", "--attach", &attach]);
    assert!(text.contains(&format!("http://{}", other.address)) && text.contains("not where the ticket was created"), "{text}");
    assert!(said.contains("0 of 1 file attached"), "{said}");
    assert_eq!((own.received().len(), other.received().len()), (1, 0));
    // By hand it is asked about, and no secret goes along.
    let (_, said) = home.both(0, &["upload", "--profile", &acme, "--endpoint", &named, "--file", &home.at("crash.log")]);
    assert!(said.contains(&format!("This goes to http://{}", other.address)), "{said}");
    looked_at("upload", &other, false);
    // With the profile's key in it nothing goes there, whoever agrees.
    let with_key = format!("{named}?apiKey={KEY}");
    let arguments = ["upload", "--profile", &acme, "--endpoint", &with_key, "--file", &home.at("crash.log"), "--yes"];
    let (_, said) = home.both(2, &arguments);
    assert!(said.contains("Take the key out"), "{said}");
    assert_eq!(other.received().len(), 1);
}

#[test]
fn a_sandbox_tells_no_key_of_a_profile() {
    let (home, acme) = home("http://127.0.0.1:1");
    let served = ServedSandbox::start(&home, &["--profile", &acme]);
    let written = std::fs::read_to_string(&served.profile).unwrap();
    assert!(!written.contains(KEY) && !written.contains(TOKEN) && written.contains("X-Trace"), "{written}");
    assert!(served.key != KEY && written.contains(&served.key), "{written}");
    home.both(0, &["send", "--profile", &served.profile, "--set", "summary=x"]);
    // Whoever has the real key may use it too.
    let endpoint = format!("{}/api/v1/projects/p/feedback/s", served.base_url);
    let key = home.file("key.txt", KEY);
    home.both(0, &["send", "--endpoint", &endpoint, "--api-key-file", &key, "--set", "summary=x"]);
    let key = home.file("key.txt", "another");
    home.both(1, &["send", "--endpoint", &endpoint, "--api-key-file", &key, "--set", "summary=x"]);
}

#[cfg(unix)]
#[test]
fn a_pasted_request_reads_no_file_outside_its_folder() {
    let server = server();
    let home = Home::new();
    home.file("files/a.log", "inside");
    home.file("outside.log", "outside");
    std::os::unix::fs::symlink(home.path("outside.log"), home.path("files/link.log")).unwrap();
    let url = format!("http://{}/api/v1/projects/p/feedback/s?apiKey={KEY}", server.address);
    let folder = home.at("files");
    for file in ["../outside.log", "/etc/passwd", "link.log"] {
        for form in [format!("-F log=@{file}"), format!("--data-binary @{file}"), format!("-F 'log=<{file}'")] {
            let command = home.file("c.txt", format!("curl '{url}' {form}"));
            for more in [&["--send", "--yes"][..], &["--dry-run"], &[]] {
                let said = home.refused(&[&["replay", &command, "--files-from", &folder], more].concat());
                assert!(said.contains("outside the folder") && said.contains(file), "{form}: {said}");
            }
        }
    }
    let command = home.file("c.txt", format!("curl '{url}' -F log=@a.log"));
    let said = home.refused(&["replay", &command, "--send", "--yes"]);
    assert!(said.contains("No file is read") && said.contains("--files-from"), "{said}");
    let said = home.refused(&["replay", &command, "--send", "--files-from", &folder]);
    assert!(said.contains("files/a.log (6 bytes)"), "{said}");
    assert_eq!(server.received().len(), 0);
    home.both(0, &["replay", &command, "--send", "--files-from", &folder, "--yes"]);
    assert!(server.only().text().contains("inside"));
    // What lies beside the input is read for the twin, where nothing leaves this computer; nothing hidden, and no folder below it.
    home.file("files/.netrc", "hidden");
    home.file("files/below/b.log", "below");
    for (file, is_read) in [("a.log", true), (".netrc", false), ("below/b.log", false), ("link.log", false)] {
        let command = home.file("files/c.txt", format!("curl '{url}' -F log=@{file}"));
        let code = home.run(&["replay", &command]).status.code();
        assert_eq!(code != Some(2), is_read, "{file}: {code:?}");
    }
}

#[test]
fn names_of_the_users_own_bind_every_sender_and_export() {
    const PIN: &str = "p1n-of-the-user";
    let (own, other) = (server(), server());
    let base = format!("http://{}", own.address);
    let (home, _) = home(&base);
    let profile = json!({
        "format": "centerpost.profile/1", "name": "Pinned", "base_url": base, "project_key": "p", "source_key": "s", "api_key": KEY,
        "default_submitter": "a@b.example", "workflow_status": "New",
        "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
        "file_elements": [{"field": "Log", "parameter": "log"}], "extra_headers": [["X-Acme-Pin", PIN]],
    });
    let pinned = home.file("pinned.profile.json", profile.to_string());
    let home = home.hiding(&[PIN]);
    home.file(
        "home/settings.json",
        json!({"format": "centerpost.settings/1", "secret_names": ["acmePin", "x_acme_pin"]}).to_string(),
    );
    // What shows, exports and explains it.
    home.ends(0, &["keys", "use-file"]);
    home.ends(0, &["profiles", "import", &pinned]);
    for format in ["text", "json"] {
        home.ends(0, &["profiles", "show", "pinned", "--output", format]);
    }
    assert!(home.ends(0, &["profiles", "export", "pinned"]).contains("X-Acme-Pin"));
    let curl = format!("curl '{base}/api/v1/projects/p/feedback/s?acmePin={PIN}' -H 'x-acme-pin: {PIN}' --json '{{}}'");
    let curl = home.file("curl.txt", curl);
    home.ends(0, &["import", &curl]);
    let echoed = json!({"format": "centerpost.case/1",
        "request": {"method": "POST", "url": format!("{base}/api/v1/projects/p/feedback/s?acmePin={PIN}"), "headers": [["X-Acme-Pin", PIN]]},
        "response": {"status": 400, "headers": [["X-Echo", PIN]], "body": format!("{{\"description\": \"{PIN} is wrong\"}}")}});
    let case = home.file("c.case.json", echoed.to_string());
    for more in [&[][..], &["--output", "json"]] {
        home.ends(0, &[&["diagnose", &case], more].concat());
    }
    // What sends it.
    let elsewhere = format!("http://{}/api/v1/projects/p/feedback/s", other.address);
    let file = home.file("crash.log", "text");
    for command in [
        &["send", "--profile", "pinned", "--endpoint", &elsewhere, "--set", "summary=x", "--yes"][..],
        &["rehearse", "--profile", "pinned", "--endpoint", &elsewhere, "--set", "summary=x", "--send", "--yes"],
        &["bisect", "--profile", "pinned", "--endpoint", &elsewhere, "--set", "summary=x", "--yes"],
        &["probe", "--profile", "pinned", "--endpoint", &elsewhere, "--yes"],
        &["upload", "--profile", "pinned", "--endpoint", &format!("{elsewhere}/4711/files/log"), "--file", &file, "--yes"],
    ] {
        home.run(command);
    }
    assert!(!other.received().is_empty());
    for request in other.received() {
        assert!(!request.text().contains(PIN), "{}", request.text());
    }
    home.both(0, &["send", "--profile", "pinned", "--set", "summary=x"]);
    assert!(own.received().iter().any(|request| request.text().contains(PIN)));
}

#[test]
fn names_of_the_users_own_and_values_that_are_the_key_stay_out_of_files() {
    const PIN: &str = "p1n-of-the-user";
    let server = Server::start(|_, _| json_answer(201, "X-Acme-Pin: p1n-of-the-server\r\n", json!({"id": 4711})));
    let (home, acme) = home(&format!("http://{}", server.address));
    let home = home.hiding(&[PIN, "p1n-of-the-server"]);
    home.file(
        "home/settings.json",
        json!({"format": "centerpost.settings/1", "secret_names": ["x-acme-pin", "pinCode"]}).to_string(),
    );
    home.ends(0, &["keys", "use-file"]);
    home.ends(0, &["profiles", "import", &acme]);
    let pin = format!("X-Acme-Pin: {PIN}");
    let payload = format!("{{\"summary\": \"{PIN}\", \"pinCode\": \"{PIN}\"}}");
    let payload = home.file("given/payload.json", payload);
    for format in ["text", "json"] {
        let all = ["send", "--profile", "acme", "--header", &pin, "--json", &payload, "--yes", "--output", format];
        home.both(0, &all);
    }
    home.both(0, &["history", "show", "1"]);
    home.ends(0, &["bundle", "--history", "1", "--to", &home.at("home/b.zip")]);
    std::fs::remove_dir_all(home.path("given")).unwrap();
    std::fs::remove_file(home.path("acme.profile.json")).unwrap();
    for path in files_below(&home.path("home")) {
        let bytes = std::fs::read(&path).unwrap();
        for secret in [KEY, TOKEN, PIN, "p1n-of-the-server"] {
            let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_there, "{} holds {secret}", path.display());
        }
    }
}

#[test]
fn the_key_of_the_environment_goes_to_the_profiles_own_origin_alone() {
    let server = Server::start(|_, _| json_answer(201, "", json!({"id": 1})));
    let home = Home::new();
    let profile = json!({
        "format": "centerpost.profile/1", "name": "Acme", "base_url": "https://acme.example", "project_key": "beta1", "source_key": "log",
        "default_submitter": "a@b.example", "workflow_status": "New", "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
        "file_elements": [],
    });
    let profile = home.file("acme.profile.json", profile.to_string());
    let key = home.file("key.txt", "k3y-of-the-file");
    let elsewhere = format!("http://{}/api/v1/projects/beta1/feedback/log", server.address);
    let typed = format!("{elsewhere}?apiKey=k3y-that-was-typed");
    for (url, more, expected) in [
        (&elsewhere, &[][..], None),
        (&typed, &[], Some("k3y-that-was-typed")),
        (&elsewhere, &["--api-key-file", key.as_str()], Some("k3y-of-the-file")),
    ] {
        for command in [&["send", "--yes"][..], &["rehearse", "--send", "--yes"]] {
            let set = ["--profile", &profile, "--endpoint", url, "--set", "summary=a", "--no-history"];
            let mut run = home.command(&[command, &set, more].concat());
            let output = run.env("CENTERPOST_API_KEY", "k3y-of-the-environment").output().unwrap();
            let received = server.received();
            let line = received.last().unwrap_or_else(|| panic!("{output:?}")).request_line().to_owned();
            assert!(!line.contains("environment"), "{command:?}: {line}");
            assert_eq!(expected.is_some(), line.contains("k3y"), "{command:?}: {line}");
            assert!(expected.is_none_or(|key| line.contains(key)), "{command:?}: {line}");
        }
    }
}

#[test]
fn a_reference_to_a_secret_that_is_not_known_is_never_sent() {
    let server = Server::start(|_, _| json_answer(201, "", json!({"id": 1})));
    let home = Home::new();
    let profile = json!({
        "format": "centerpost.profile/1", "name": "Acme", "base_url": format!("http://{}", server.address), "project_key": "beta1",
        "source_key": "log", "api_key": "k", "default_submitter": "a@b.example", "workflow_status": "New",
        "extra_headers": [["X-Api-Key", "{{k-13ec0d5a4b7c8f90}}"]], "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
        "file_elements": [],
    });
    let profile = home.file("acme.profile.json", profile.to_string());
    let refused = home.both(2, &["send", "--profile", &profile, "--set", "summary=a", "--yes"]).1;
    assert!(refused.contains("X-Api-Key") && !refused.contains("{{k-"), "{refused}");
    assert_eq!(server.received().len(), 0);
}
