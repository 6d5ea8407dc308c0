//! The program itself, run as scripts run it.

use crate::support::home::Home;
use crate::support::sandbox::ServedSandbox;
use serde_json::Value;

const KEY: &str = "5ecre7-4p1-key";

fn profile(home: &Home, name: &str) -> String {
    let text = format!(
        r#"{{"format": "centerpost.profile/1", "name": "{name}", "base_url": "http://127.0.0.1:1", "project_key": "beta1",
            "source_key": "log", "api_key": "{KEY}", "default_submitter": "a@b.example", "workflow_status": "New",
            "fields": [{{"field": "Summary", "parameter": "summary", "kind": "text", "required": true}}],
            "file_elements": [{{"field": "Log", "parameter": "log"}}], "owner": "QA"}}"#
    );
    home.file("given.profile.json", text)
}

#[test]
fn help_and_completions() {
    let home = Home::new();
    let help = home.ends(0, &["--help"]);
    for word in ["send", "upload", "diagnose", "profiles", "sandbox", "demo", "completions", "Exit codes", "CENTERPOST_API_KEY"] {
        assert!(help.contains(word), "{word}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(home.ends(0, &["completions", shell]).contains("dry-run"), "{shell}");
    }
    assert!(!home.path("home").exists(), "help needs no folder");
}

#[test]
fn a_wrong_command_line_or_input_ends_with_2() {
    let home = Home::new();
    let profile = profile(&home, "Acme");
    let broken = home.file("broken.profile.json", "{");
    let cases: [&[&str]; 16] = [
        &["nonsense"],
        &["send"],
        &["send", "--profile", "nobody"],
        &["send", "--profile", &broken],
        &["send", "--profile", "missing.profile.json"],
        &["send", "--profile", &profile, "--set", "summary"],
        &["send", "--profile", &profile, "--set-json", "summary={"],
        &["send", "--profile", &profile, "--json", "/nonexistent"],
        &["send", "--profile", &profile, "--attach", "log=/nonexistent"],
        &["send", "--profile", &profile, "--timeout", "0"],
        &["send", "--profile", &profile, "--header", "no colon"],
        &["upload", "--profile", &profile, "--endpoint", "/x", "--file", "/nonexistent"],
        &["diagnose", "/nonexistent"],
        &["diagnose", &broken],
        &["profiles", "import", &broken],
        &["profiles", "export", "nobody"],
    ];
    for arguments in cases {
        let output = home.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}: {output:?}");
    }
}

#[test]
fn an_api_key_in_a_refused_argument_is_not_repeated() {
    let home = Home::new();
    for arguments in [
        vec!["nonsense".to_owned(), format!("https://h/x?apiKey={KEY}")],
        vec!["send".to_owned(), "--endpoint".to_owned(), format!("https://h/x?apiKey={KEY}")],
        vec!["send".to_owned(), format!("https://h/x?apiKey={KEY}")],
        vec!["send".to_owned(), "--profile".to_owned(), "x".to_owned(), "--header".to_owned(), format!("Authorization {KEY}")],
    ] {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let output = home.run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains(KEY), "{output:?}");
    }
}

#[test]
fn profiles_come_in_and_go_out() {
    let home = Home::new();
    let file = profile(&home, "Acme beta");
    // Without a keyring, keys last in a file under a passphrase.
    let passphrase = home.file("passphrase.txt", "correct horse\n");
    home.ends(0, &["keys", "use-file", "--passphrase-file", &passphrase]);
    assert_eq!(home.ends(0, &["profiles", "import", &file]), "acme-beta\n");
    assert_eq!(home.ends(0, &["profiles", "import", &file]), "acme-beta-2\n");
    let list = home.json(0, &["profiles", "list", "--output", "json"]);
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_eq!(list[0]["id"], "acme-beta");
    assert!(home.ends(0, &["profiles", "list"]).contains("Acme beta"));
    home.ends(2, &["profiles", "show", "Acme beta"]);
    assert!(home.ends(0, &["profiles", "remove", "acme-beta-2"]).contains("profiles restore acme-beta-2"));

    for arguments in [&["profiles", "show", "acme BETA"][..], &["profiles", "export", "acme-beta"], &["profiles", "list"]] {
        assert!(!home.ends(0, arguments).contains(KEY), "{arguments:?}");
    }
    let out = home.path("out.profile.json");
    let out = out.to_str().unwrap();
    home.ends(0, &["profiles", "export", "acme-beta", "--to", out, "--with-key"]);
    home.ends(2, &["profiles", "export", "acme-beta", "--to", out]);
    let given: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let exported: Value = serde_json::from_str(&std::fs::read_to_string(out).unwrap()).unwrap();
    for (name, value) in given.as_object().unwrap() {
        if name != "fields" && name != "file_elements" {
            assert_eq!(&exported[name], value, "{name}");
        }
    }
    home.ends(0, &["profiles", "export", "acme-beta", "--to", out, "--force"]);
    assert!(!std::fs::read_to_string(out).unwrap().contains(KEY));
    assert!(home.ends(0, &["profiles", "restore", "acme-beta-2"]).contains("Acme beta"));
}

#[test]
fn a_profile_file_works_without_a_store() {
    let home = Home::new();
    let profile = profile(&home, "Acme");
    home.file("home", "a file where the folder belongs");
    home.ends(0, &["profiles", "show", &profile]);
    let output = home.run(&["profiles", "list"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("CENTERPOST_HOME"), "{output:?}");
}

#[test]
fn a_dry_run_shows_the_exact_request() {
    let home = Home::new();
    let profile = profile(&home, "Acme");
    let payload = home.file("p.json", "{ \"summary\":  \"a\" }\n");
    let text = home.ends(0, &["send", "--profile", &profile, "--json", &payload, "--header", "X-Trace: 7", "--dry-run"]);
    assert!(text.starts_with("POST /api/v1/projects/beta1/feedback/log?apiKey=•••• HTTP/1.1\nHost: 127.0.0.1:1\n"), "{text}");
    assert!(text.contains("X-Trace: 7\n") && text.ends_with("\n\n{ \"summary\":  \"a\" }\n"), "{text}");
    assert!(!text.contains(KEY));
    assert!(home.ends(0, &["send", "--profile", &profile, "--dry-run", "--show-secrets"]).contains(KEY));

    let arguments = ["send", "--profile", &profile, "--json", "-", "--set", "n=1", "--dry-run", "--output", "json"];
    let output = home.run_with(&arguments, format!("{{\"summary\": \"{KEY}\"}}"));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let body: Value = serde_json::from_str(found["request"]["body"].as_str().unwrap()).unwrap();
    assert_eq!((&body["summary"], &body["n"]), (&Value::from("••••"), &Value::from("1")));
}

#[test]
fn the_api_key_comes_from_the_environment_or_a_file() {
    let home = Home::new();
    let profile = profile(&home, "Acme");
    let key_file = home.file("key", "from-file\n");
    let arguments = ["send", "--profile", &profile, "--dry-run", "--show-secrets"];
    let mut command = home.command(&arguments);
    let output = command.env("CENTERPOST_API_KEY", "from-environment").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("apiKey=from-environment "), "{output:?}");
    let mut command = home.command(&arguments);
    let output = command.args(["--api-key-file", &key_file]).env("CENTERPOST_API_KEY", "other").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("apiKey=from-file "), "{output:?}");
}

#[test]
fn a_case_is_diagnosed() {
    let home = Home::new();
    let case = format!(
        r#"{{"format": "centerpost.case/1", "profile": {},
        "request": {{"method": "POST", "url": "http://127.0.0.1:1/api/v1/projects/beta1/feedback/logs?apiKey={KEY}",
        "headers": [["Content-Type", "application/json"]], "body": "{{\"summary\": \"a\"}}"}},
        "response": {{"status": 404, "headers": [], "body": "{{\"status\":404,\"description\":\"The requested resource could not be found.\"}}"}}}}"#,
        std::fs::read_to_string(profile(&home, "Acme")).unwrap()
    );
    let file = home.file("a.case.json", &case);
    let found = home.json(0, &["diagnose", &file, "--output", "json"]);
    assert_eq!(found["causes"][0]["id"], "endpoint.source-key-mismatch");
    assert!(found["causes"][0]["evidence"].as_array().is_some_and(|evidence| !evidence.is_empty()));
    assert!(!found.to_string().contains(KEY));
    assert!(home.ends(0, &["diagnose", &file]).contains("endpoint.source-key-mismatch"));
}

#[test]
fn the_key_of_a_case_is_not_repeated() {
    let home = Home::new();
    // Another key than the profile's, under another name, in a header, and without any profile.
    let profile = std::fs::read_to_string(profile(&home, "Acme")).unwrap().replace(KEY, "another-key");
    for profile in [format!(r#""profile": {profile},"#), String::new()] {
        for (query, header) in [("apiKey", "X-Api-Key"), ("apikey", "Authorization"), ("api_key", "X-Trace")] {
            let value = if header == "X-Trace" { "1" } else { KEY };
            let case = format!(
                r#"{{"format": "centerpost.case/1", {profile}
                "request": {{"method": "POST", "url": "http://127.0.0.1:1/api/v1/projects/beta1/feedback/log?{query}={KEY}",
                "headers": [["Content-Type", "application/json"], ["{header}", "{value}"]], "body": "{{\"summary\": \"{KEY}\"}}"}},
                "response": {{"status": 404, "headers": [], "body": "no {KEY}"}}}}"#
            );
            let file = home.file("a.case.json", &case);
            for format in ["text", "json"] {
                let output = home.run(&["diagnose", &file, "--output", format]);
                assert_eq!(output.status.code(), Some(0), "{output:?}");
                assert!(!format!("{output:?}").contains(KEY), "{query} {header}: {output:?}");
            }
        }
    }
}

#[test]
fn no_answer_ends_with_3() {
    let home = Home::new();
    let profile = profile(&home, "Acme");
    let found = home.json(3, &["send", "--profile", &profile, "--set", "summary=a", "--timeout", "5", "--output", "json"]);
    assert_eq!(found["exchange"]["response"], Value::Null);
    assert_eq!(found["error"]["kind"], "refused");
    assert!(!found.to_string().contains(KEY));
    let file = home.file("a.log", "x");
    home.ends(3, &["upload", "--profile", &profile, "--endpoint", "/api/v1/projects//feedback/log/1/files/log", "--file", &file]);
}

#[test]
fn a_ticket_with_files_over_the_sandbox_in_every_shape() {
    let home = Home::new();
    let payload: Value = Value::Object(centerpost::sandbox::example_payload());
    let payload = home.file("p.json", payload.to_string());
    let file = home.file("a \"log\".txt", "hello");
    for shape in centerpost::sandbox::Shape::ALL {
        let served = ServedSandbox::start(&home, &["--shape", shape.name()]);
        let attach = format!("crashlog={file}");
        let found =
            home.json(0, &["send", "--profile", &served.profile, "--json", &payload, "--attach", &attach, "--output", "json"]);
        let upload = &found["uploads"][0];
        assert_eq!(upload["status"].as_u64().map(|status| status / 100), Some(2), "{}: {found:#}", shape.name());
        assert_eq!(upload["sha256"], "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        assert_eq!(found["causes"], Value::Array(vec![]));
        assert!(!found.to_string().contains(&served.key), "{}", shape.name());
        let completed = found["attachments"][0]["completed"].as_str().unwrap();
        assert!(completed.contains("/projects/beta1/feedback/") && completed.ends_with("apiKey=••••"), "{completed}");

        let returned = found["attachments"][0]["returned"].as_str().unwrap().split('?').next().unwrap();
        home.ends(0, &["upload", "--profile", &served.profile, "--endpoint", returned, "--file", &file]);
    }
}

#[test]
fn what_the_server_refuses_ends_with_1_and_is_explained() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    let found = home
        .json(1, &["send", "--profile", &served.profile, "--set", "severity=Nonsense", "--set", "summary=a", "--output", "json"]);
    assert_eq!(found["exchange"]["response"]["status"], 400);
    assert_eq!(found["causes"][0]["id"], "field.choice-mismatch");
    // A key in the payload is masked wherever it is printed.
    let echo = format!("summary={}", served.key);
    for format in ["text", "json"] {
        let output = home.run(&["send", "--profile", &served.profile, "--set", &echo, "--output", format]);
        let all = [output.stdout, output.stderr].concat();
        assert!(!String::from_utf8_lossy(&all).contains(&served.key), "{format}");
    }
    let shown = home.run(&["send", "--profile", &served.profile, "--set", &echo, "--output", "json", "--show-secrets"]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains(&served.key));
}

#[test]
fn the_demo_goes_as_it_should() {
    let home = Home::new();
    let text = home.ends(0, &["demo"]);
    assert!(!text.contains("FAILED") && text.contains("endpoint.source-key-mismatch"), "{text}");
    assert!(!home.path("home").exists(), "the demo leaves nothing behind");
}
