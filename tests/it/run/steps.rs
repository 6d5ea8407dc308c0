//! Steps, variables, attachments, assertions and retries.

use super::{log, profile_of, suite, tickets};
use crate::support::home::Home;
use crate::support::sandbox::ServedSandbox;
use crate::support::server::{Server, json_answer};
use serde_json::json;

#[test]
fn steps_variables_files_and_assertions() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    home.file("crash.log", "hello");
    home.file("logs/a.txt", "a");
    home.file("logs/b.txt", "bb");
    home.file("answer.schema.json", r#"{"type": "object", "required": ["id"]}"#);
    let suite = suite(
        &home,
        &served,
        r#"
[variables]
release = "4.2"
title = "Crash in {{release}}"

[[step]]
name = "Create"
send = { summary = "{{title}} ({{env:BUILD|local}})", severity = "{{choice:Major}}", frequency = "{{counter:7}}", description = "{{literal:x}}" }
attach = [
  { element = "crashlog", file = "crash.log", name = "from {{release}}.log" },
  { element = "screenshot", generate = { size = "64 KiB + 1", content = "png" }, name = "shot.png" },
]
expect = [
  { status = 201 },
  { header = "content-type", matches = "json" },
  { pointer = "/id", exists = true },
  { schema = "answer.schema.json" },
  { endpoint = "crashlog" },
  { sha256 = "crashlog" },
  { sha256 = "screenshot" },
  { below = "20 s", fail = true },
  { below = "0 ms" },
]
capture = { ticket = "/id" }

[[step]]
name = "Upload"
upload = { element = "crashlog", glob = "logs/*.txt" }
expect = [{ pointer = "/ticket", equals = "{{ticket}}" }]

[[step]]
wait = "20 ms"

[[step]]
name = "Refused"
send = { summary = "a", severity = "Nonsense" }
expect = [{ status = "4xx" }, { cause = "field.choice-mismatch" }]

[[step]]
name = "Broken"
send = '{"summary": '
expect = [{ status = 400 }]
"#,
    );
    let (out, errors) = home.both(0, &["run", &suite, "--yes", "--report", &format!("json={}", home.at("r.json"))]);
    assert!(out.contains("Nightly: 1 of 1 row passed, 1 passed with a warning, 1 ticket"), "{out}{errors}");
    let sent = tickets(&served);
    let expected = json!({"summary": "Crash in 4.2 (local)", "severity": "Major", "frequency": 7, "description": "{{x}}"});
    assert_eq!(sent, [expected]);
    let files: Vec<_> =
        log(&served).iter().filter_map(|entry| entry["parts"][0]["filename"].as_str().map(str::to_owned)).collect();
    let mut sorted = files.clone();
    sorted.sort();
    assert_eq!(sorted, ["a.txt", "b.txt", "from 4.2.log", "shot.png"]);
    let report: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(home.path("r.json")).unwrap()).unwrap();
    let steps = report["rows"][0]["steps"].as_array().unwrap();
    assert_eq!((steps.len(), &steps[0]["files"][1]["reported_size"], &steps[0]["verdict"]), (5, &json!(65537), &json!("warned")));
    assert_eq!(steps[3]["status"], 400);
    assert!(!report.to_string().contains(&served.key) && !out.contains(&served.key));
    // Everything is in the history.
    let listed = home.json(0, &["history", "list", "--output", "json"]);
    assert_eq!(listed.as_array().unwrap().len(), 1 + 2 + 2 + 2);
}

#[test]
fn a_failed_assertion_ends_with_1_and_no_answer_with_3() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    let wrong = suite(
        &home,
        &served,
        "[[step]]\nname = \"Create\"\nsend = { summary = \"a\" }\nexpect = [{ pointer = \"/id\", equals = 1 }]\n\
         [[step]]\nname = \"Again\"\nsend = { summary = \"b\" }\n",
    );
    let reports = ["json", "junit"].map(|kind| format!("{kind}={}", home.at(kind)));
    let out = home.ends(1, &["run", &wrong, "--yes", "--report", &reports[0], "--report", &reports[1]]);
    assert!(out.contains("Create: /id is 1: it is 4711") && out.contains("1 failed"), "{out}");
    // A report tells the step too that was not reached.
    let report: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(home.path("json")).unwrap()).unwrap();
    let again = &report["rows"][0]["steps"][1];
    assert_eq!((&again["name"], &again["kind"], &again["verdict"]), (&json!("Again"), &json!("send"), &json!("not_run")));
    let junit = std::fs::read_to_string(home.path("junit")).unwrap();
    assert!(junit.contains("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\""), "{junit}");
    assert_eq!(tickets(&served).len(), 1);
    let profile = std::fs::read_to_string(&served.profile).unwrap().replace(&served.base_url, "http://127.0.0.1:1");
    let away = home.file("away.profile.json", profile);
    let text = "name = \"Away\"\n[retry]\nattempts = 2\nwait = \"10 ms\"\n[[step]]\nsend = { summary = \"a\" }\n";
    let suite = home.file("away.toml", text);
    let found = home.json(3, &["run", &suite, "--profile", &away, "--yes", "--timeout", "5"]);
    assert_eq!((&found["rows"][0]["steps"][0]["attempts"], &found["verdict"]), (&json!(2), &json!("failed")));
}

#[test]
fn what_is_wrong_is_said_before_anything_is_sent() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    for (text, expected) in [
        ("[[step]]\nsend = { severity = \"Major\" }\n", "The required field \"Summary\""),
        ("[[step]]\nsend = { summary = \"{{nobody}}\" }\n", "{{nobody}} stands for nothing"),
        (
            "[[step]]\nsend = { summary = \"a\" }\nattach = [{ element = \"nothing\", file = \"suite.toml\" }]\n",
            "no file element \"nothing\"",
        ),
        ("[[step]]\nsend = { summary = \"a\" }\nattach = [{ element = \"crashlog\", file = \"gone.zip\" }]\n", "gone.zip"),
        ("[[step]]\nsend = { summary = \"a\" }\nattach = [{ element = \"crashlog\", glob = \"*.none\" }]\n", "no file fits"),
        ("[[step]]\nupload = { element = \"crashlog\", file = \"suite.toml\" }\n", "no ticket to upload to"),
        ("[[step]]\nsend = { summary = \"a\" }\nexpcet = []\n", "line 5: unknown field `expcet`"),
        ("[[step]]\nsend = { summary = \"a\" }\nexpect = [{ schema = \"gone.json\" }]\n", "Reading the schema"),
    ] {
        let suite = suite(&home, &served, text);
        let error = home.refused(&["run", &suite, "--yes"]);
        assert!(error.contains(expected), "{text}: {error}");
    }
    assert_eq!(log(&served).len(), 0);
}

#[test]
fn it_asks_once_and_says_how_many_tickets_on_which_profile() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    let text = std::fs::read_to_string(&served.profile).unwrap();
    let mut profile: serde_json::Value = serde_json::from_str(&text).unwrap();
    profile["name"] = "Acme".into();
    profile.as_object_mut().unwrap().remove("sandbox");
    let real = home.file("real.profile.json", profile.to_string());
    let suite = home.file(
        "s.toml",
        "name = \"N\"\nrepeat = 12\n[[step]]\nsend = { summary = \"a\" }\nattach = [{ element = \"crashlog\", generate = {} }]\n",
    );
    let error = home.refused(&["run", &suite, "--profile", &real]);
    assert!(
        error.contains("up to 12 real tickets with the profile \"Acme\" on 127.0.0.1") && error.contains("12 files"),
        "{error}"
    );
    assert_eq!(log(&served).len(), 0);
    let shown = home.ends(0, &["run", &suite, "--profile", &real, "--dry-run"]);
    assert!(shown.contains("12 rows") && shown.contains("\"summary\": \"a\""), "{shown}");
    assert_eq!(log(&served).len(), 0);
    home.ends(0, &["run", &suite, "--profile", &real, "--yes"]);
    assert_eq!(tickets(&served).len(), 12);
}

#[test]
fn a_create_whose_outcome_is_unknown_is_sent_again_only_when_told() {
    for (told, expected) in [("false", 1), ("true", 3)] {
        let home = Home::new();
        let server = Server::start(|_, _| json_answer(500, "", "{}"));
        let profile = profile_of(&home, &server);
        let text = format!(
            "name = \"N\"\n[retry]\nattempts = 3\nwait = \"1 ms\"\nunknown_outcome = {told}\n[[step]]\nsend = {{ summary = \"a\" }}\n"
        );
        let suite = home.file("s.toml", text);
        let found = home.json(1, &["run", &suite, "--profile", &profile, "--yes"]);
        assert_eq!((server.received().len(), &found["verdict"]), (expected, &json!("unknown")), "{found:#}");
    }
}

#[test]
fn what_was_refused_for_its_pace_is_sent_again() {
    let home = Home::new();
    let server =
        Server::start(|number, _| if number < 2 { json_answer(429, "", "{}") } else { json_answer(201, "", r#"{"id": 4711}"#) });
    let profile = profile_of(&home, &server);
    let suite =
        home.file("s.toml", "name = \"N\"\n[retry]\nattempts = 3\nwait = \"1 ms\"\n[[step]]\nsend = { summary = \"a\" }\n");
    let found = home.json(0, &["run", &suite, "--profile", &profile, "--yes"]);
    assert_eq!((&found["rows"][0]["steps"][0]["attempts"], &found["rows"][0]["steps"][0]["ticket"]), (&json!(3), &json!("4711")));
}

#[test]
fn secrets_of_a_suite_are_in_no_report() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    let suite = suite(
        &home,
        &served,
        "secrets = [\"pin\"]\n[variables]\npin = \"p1n-0f-suite\"\n[[step]]\nname = \"{{pin}} p1n-0f-suite\"\nsend = { summary = \"{{pin}}\", severity = \"p1n-0f-suite\" }\nexpect = [{ pointer = \"/id\", equals = \"{{pin}}\" }]\n",
    );
    let kinds = ["junit", "html", "json", "markdown"];
    let reports: Vec<String> = kinds.iter().map(|kind| format!("{kind}={}", home.at(kind))).collect();
    let mut arguments = vec!["run", suite.as_str(), "--yes"];
    reports.iter().for_each(|report| arguments.extend(["--report", report]));
    // The severity is refused in advance unless a refusal is wanted, so the text names it.
    let error = home.refused(&arguments);
    assert!(!error.contains("p1n-0f-suite") && error.contains("••••"), "{error}");
    let text = std::fs::read_to_string(&suite).unwrap();
    std::fs::write(&suite, text.replace(", severity = \"p1n-0f-suite\"", "")).unwrap();
    let (out, errors) = home.both(1, &arguments);
    for text in kinds.iter().map(|kind| std::fs::read_to_string(home.path(kind)).unwrap()).chain([out, errors]) {
        assert!(!text.contains("p1n-0f-suite") && !text.contains(&served.key), "{text}");
    }
}

#[test]
fn the_schema_is_printed() {
    let home = Home::new();
    let schema: serde_json::Value = serde_json::from_str(&home.ends(0, &["run", "--schema"])).unwrap();
    assert_eq!(schema["required"], json!(["name"]));
}

/// A server that creates tickets and answers uploads with a status.
fn uploads_answered(status: u16) -> Server {
    Server::start(move |_, request| {
        if request.request_line().contains("/files/") {
            return json_answer(status, "", json!({"status": status}));
        }
        let endpoint = "/api/v1/projects/beta1/feedback/log/1/files/crashlog";
        json_answer(201, "", json!({"id": 1, "attachments": {"crashlog": endpoint}}))
    })
}

fn profile_for(home: &Home, server: &Server) -> String {
    let profile = json!({
        "format": "centerpost.profile/1", "name": "Acme", "base_url": format!("http://{}", server.address), "project_key": "beta1",
        "source_key": "log", "api_key": "k3y-of-the-source", "default_submitter": "a@b.example", "workflow_status": "New",
        "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
        "file_elements": [{"field": "Log", "parameter": "crashlog"}],
    });
    home.file("acme.profile.json", profile.to_string())
}

#[test]
fn a_status_that_is_expected_of_the_ticket_says_nothing_of_its_files() {
    let home = Home::new();
    home.file("crash.log", "hello");
    for (upload, expect, code) in [
        (201, "{ status = 201 }", 0),
        (500, "{ status = 201 }", 1),
        (413, "{ status = \"2xx\" }, { pointer = \"/id\", exists = true }", 1),
        // A step that wants a refusal gets one.
        (413, "{ cause = \"upload.server-limit\" }", 0),
    ] {
        let server = uploads_answered(upload);
        profile_for(&home, &server);
        let suite = format!(
            "name = \"Files\"\nprofile = \"acme.profile.json\"\n[[step]]\nsend = {{ summary = \"a\" }}\n\
             attach = [{{ element = \"crashlog\", file = \"crash.log\" }}]\nexpect = [{expect}]\n"
        );
        let suite = home.file("files.toml", suite);
        let out = home.ends(code, &["run", &suite, "--yes", "--no-history"]);
        assert_eq!(out.contains("every file arrives: 1 of 1 did not"), code == 1, "{upload} {expect}: {out}");
    }
}

#[test]
fn files_may_come_from_the_rows_and_the_folder_may_have_any_name() {
    let home = Home::new();
    let server = uploads_answered(201);
    let profile = profile_for(&home, &server);
    let folder = "QA [beta] {1}";
    home.file(&format!("{folder}/logs/one.log"), "1");
    home.file(&format!("{folder}/logs/two.log"), "22");
    home.file(&format!("{folder}/rows.csv"), "Summary,file,severty\nfirst,one.log,x\nsecond,two.log,y\n");
    let text = format!(
        "name = \"Rows\"\nprofile = '{profile}'\n[data]\nfile = \"rows.csv\"\n[[step]]\nname = \"Create\"\nsend = {{ other = \"1\" }}\n\
         attach = [{{ element = \"crashlog\", file = \"logs/{{{{file}}}}\" }}, {{ element = \"crashlog\", glob = \"logs/*.log\" }}]\n"
    );
    let suite = home.file(&format!("{folder}/suite.toml"), &text);
    let plan = home.ends(0, &["run", &suite, "--dry-run"]);
    for expected in
        ["column Summary fills summary", "Nothing uses the column \"severty\"", "the profile has no parameter \"other\""]
    {
        assert!(plan.contains(expected), "{expected}: {plan}");
    }
    assert!(!plan.contains("column \"file\""), "{plan}");
    home.ends(0, &["run", &suite, "--yes", "--no-history"]);
    let received = server.received();
    let names = |request: &crate::support::server::Received| {
        let text = String::from_utf8_lossy(&request.body).into_owned();
        ["one.log", "two.log"].into_iter().find(|name| text.contains(&format!("filename=\"{name}\"")))
    };
    let files: Vec<_> = received.iter().filter_map(names).collect();
    assert_eq!(files.len(), 6, "{files:?}");
    assert_eq!(files.iter().filter(|name| **name == "one.log").count(), 3, "{files:?}");
    home.file(&format!("{folder}/rows.csv"), "Summary,file\nfirst,one.log\nsecond,gone.log\nthird,also-gone.log\n");
    let refused = home.refused(&["run", &suite, "--yes", "--no-history"]);
    assert!(refused.contains("Row 2, Create: ") && refused.contains("also-gone.log") && !refused.contains("Row 1,"), "{refused}");
}

#[test]
fn what_differs_from_row_to_row_is_told_row_by_row_and_the_rest_once() {
    let home = Home::new();
    let served = ServedSandbox::start(&home, &[]);
    home.file("rows.csv", "summary,severity\na,bad\nb,Major\nc,bad\nd,worse\n");
    let suite = suite(
        &home,
        &served,
        "[data]\nfile = \"rows.csv\"\n[[step]]\nname = \"Create\"\nsend = { description = \"{{nothing}}\" }\n",
    );
    let refused = home.refused(&["run", &suite, "--yes"]);
    assert_eq!(refused.matches("{{nothing}}").count(), 1, "{refused}");
    let plain = std::fs::read_to_string(home.path("suite.toml")).unwrap().replace("description = \"{{nothing}}\"", "");
    home.file("suite.toml", plain);
    let refused = home.refused(&["run", &suite, "--yes"]);
    let rows: Vec<bool> = (1..=4).map(|row| refused.contains(&format!("Row {row}, "))).collect();
    assert_eq!(rows, [true, false, true, true], "{refused}");
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_is_sent() {
    let home = Home::new();
    let server = uploads_answered(201);
    profile_for(&home, &server);
    let suite = home.file("one.toml", "name = \"One\"\nprofile = \"acme.profile.json\"\n[[step]]\nsend = { summary = \"a\" }\n");
    for place in [home.at("no/such/folder/r.xml"), home.folder().to_str().unwrap().to_owned()] {
        let refused = home.refused(&["run", &suite, "--yes", "--no-history", "--report", &format!("junit={place}")]);
        assert!(refused.contains("Nothing was sent"), "{refused}");
    }
    assert_eq!(server.received().len(), 0);
}

#[test]
fn a_run_without_answers_ends_with_3_whatever_it_expects() {
    let home = Home::new();
    // It takes the request and ends the connection.
    let server = Server::start(|_, _| Vec::new());
    profile_for(&home, &server);
    for expect in ["", "expect = [{ status = 201 }]\n"] {
        let text = format!("name = \"One\"\nprofile = \"acme.profile.json\"\n[[step]]\nsend = {{ summary = \"a\" }}\n{expect}");
        let suite = home.file("one.toml", text);
        let (out, errors) = home.both(3, &["run", &suite, "--yes", "--no-history"]);
        assert!(out.contains("1 not known"), "{expect}: {out}{errors}");
    }
}

#[test]
fn columns_and_answers_that_hold_secrets_are_in_no_report() {
    let home = Home::new();
    let server = Server::start(|_, _| {
        json_answer(201, "X-Session-Token: t0ken-of-answer\r\n", json!({"id": 1, "access_token": "t0ken-in-answer"}))
    });
    profile_for(&home, &server);
    home.file("rows.csv", "summary,password\na,p4ss-of-row-1\n");
    let suite = home.file(
        "secret.toml",
        "name = \"Secret\"\nprofile = \"acme.profile.json\"\nsecrets = [\"pasword\"]\n[data]\nfile = \"rows.csv\"\n[[step]]\n\
         send = { summary = \"{{password}}\" }\nexpect = [{ pointer = \"/access_token\", equals = \"x\" }, \
         { header = \"X-Session-Token\", equals = \"y\" }]\n",
    );
    let reports: Vec<String> =
        ["json", "junit", "html", "markdown"].iter().map(|kind| format!("{kind}={}", home.at(kind))).collect();
    let mut arguments = vec!["run", &suite, "--yes", "--no-history"];
    reports.iter().for_each(|report| arguments.extend(["--report", report.as_str()]));
    let (out, errors) = home.both(1, &arguments);
    let mut texts = vec![out, errors];
    texts.extend(["json", "junit", "html", "markdown"].iter().map(|kind| std::fs::read_to_string(home.path(kind)).unwrap()));
    for text in texts {
        for secret in ["p4ss-of-row-1", "t0ken-of-answer", "t0ken-in-answer"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
    let plan = home.ends(0, &["run", &suite, "--dry-run"]);
    assert!(plan.contains("secrets names \"pasword\""), "{plan}");
}

#[test]
fn a_suite_learned_from_traffic_accepts_that_traffic() {
    let home = Home::new();
    let server = uploads_answered(201);
    let address = format!("http://{}/api/v1/projects/beta1/feedback/log", server.address);
    let entry = |summary: &str| {
        json!({"startedDateTime": "2026-01-02T03:04:05Z", "time": 3, "request": {"method": "POST", "url": format!("{address}?apiKey=k"),
            "httpVersion": "HTTP/1.1", "headers": [{"name": "Content-Type", "value": "application/json"}], "queryString": [], "cookies": [],
            "headersSize": -1, "bodySize": -1, "postData": {"mimeType": "application/json", "text": json!({"summary": summary}).to_string()}},
            "response": {"status": 201, "statusText": "Created", "httpVersion": "HTTP/1.1", "headers": [], "cookies": [], "redirectURL": "",
            "headersSize": -1, "bodySize": -1, "content": {"size": 8, "mimeType": "application/json", "text": "{\"id\":1}"}},
            "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0}})
    };
    let har = json!({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [entry("a"), entry("b")]}});
    let har = home.file("capture.har", har.to_string());
    let key = home.file("key.txt", "k");
    let suite = home.at("nightly.toml");
    home.ends(0, &["export", "suite", &har, "--to", &suite]);
    home.ends(0, &["run", &suite, "--api-key-file", &key, "--yes", "--no-history"]);
    assert_eq!(server.received().len(), 2);
    let mut learned = std::fs::read_dir(home.folder()).unwrap().map(|entry| entry.unwrap().path());
    let learned = learned.find(|path| path.to_string_lossy().ends_with(".profile.json")).unwrap();
    home.ends(0, &["import", &har, "--check", "--profile", learned.to_str().unwrap()]);
}
