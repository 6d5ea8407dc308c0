//! `centerpost history`, run as scripts run it, against a server that sets cookies and repeats what it is sent.

use crate::support::home::Home;
use crate::support::server::{Server, json_answer};
use serde_json::{Value, json};

const KEY: &str = "5ecre7/4p1-key";
/// What no output may contain.
const SECRETS: [&str; 3] = [KEY, "5ecre7%2F4p1", "c00kie-value-17"];

/// A server that answers each request with the next status, a cookie and the request line.
fn server(statuses: &'static [u16]) -> Server {
    Server::start(move |number, request| {
        let status = statuses[number.min(statuses.len() - 1)];
        let payload = String::from_utf8_lossy(&request.body);
        let body = json!({"status": status, "id": 4711, "echo": request.request_line(), "payload": payload});
        json_answer(status, "Set-Cookie: session=c00kie-value-17; Path=/\r\n", body)
    })
}

/// A home whose keys last, with the profile "Acme" for a server.
fn home(server: &Server) -> Home {
    let home = Home::new().hiding(&SECRETS);
    home.ends(0, &["keys", "use-file"]);
    let profile = json!({
        "format": "centerpost.profile/1", "name": "Acme", "base_url": format!("http://{}", server.address), "project_key": "beta1",
        "source_key": "log", "api_key": KEY, "default_submitter": "a@b.example", "workflow_status": "New",
        "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
        "file_elements": [{"field": "Log", "parameter": "crashlog"}],
    });
    let file = home.file("acme.profile.json", profile.to_string());
    home.ends(0, &["profiles", "import", &file]);
    home
}

#[test]
fn exchanges_are_listed_found_changed_and_deleted() {
    let server = server(&[201, 404, 201]);
    let home = home(&server);
    home.ends(0, &["send", "--profile", "acme", "--set", "summary=Crash on load"]);
    home.ends(1, &["send", "--profile", "acme", "--set", &format!("summary=Freeze {}", "x")]);
    let ids = |arguments: &[&str]| -> Vec<i64> {
        home.json(0, arguments).as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
    };
    for (arguments, expected) in [
        (&["list"][..], &[2, 1][..]),
        (&["list", "--limit", "1"], &[2]),
        (&["list", "--status", "2xx"], &[1]),
        (&["list", "--status", "none"], &[]),
        (&["list", "--profile", "Acme", "--since", "1h", "--kind", "create", "--without-files"], &[2, 1]),
        (&["list", "--before", "2020-01-01"], &[]),
        (&["list", "--with-files"], &[]),
        (&["list", "--pinned"], &[]),
        (&["search", "crash"], &[1]),
        (&["search", "\"on load\""], &[1]),
        (&["search", "freeze", "--status", "2xx"], &[]),
        // The key is not kept, so it cannot be found.
        (&["search", "5ecre7"], &[]),
    ] {
        assert_eq!(ids(&[&["history"], arguments].concat()), expected, "{arguments:?}");
    }
    let row = home.json(0, &["history", "note", "1", "told the customer"]);
    assert_eq!((&row[0]["note"], &row[0]["ticket"]), (&json!("told the customer"), &json!("4711")));
    assert_eq!(home.json(0, &["history", "tag", "1", "beta  urgent"])[0]["tags"], json!(["beta", "urgent"]));
    assert_eq!(home.json(0, &["history", "pin", "1", "2"]).as_array().unwrap().len(), 2);
    assert_eq!(home.json(0, &["history", "unpin", "2"])[0]["pinned"], false);
    assert_eq!(home.json(0, &["history", "mark", "1"])[0]["works"], true);
    assert!(home.ends(0, &["history", "mark", "1", "--off"]).contains("[pinned]"));
    assert_eq!(ids(&["history", "list", "--tag", "urgent"]), [1]);
    assert_eq!(ids(&["history", "search", "customer"]), [1]);
    let shown = home.json(0, &["history", "show", "1"]);
    assert_eq!(shown["exchange"]["response"]["status"], 201);
    assert!(home.ends(0, &["history", "show", "1"]).contains("Crash on load"));
    let output = home.command(&["history", "show", "1", "--show-secrets"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("5ecre7"), "{output:?}");
    assert_eq!(home.json(0, &["history", "prune", "--count", "1"]), json!({"dropped": 1, "kept": 1}));
    assert_eq!(home.json(0, &["history", "delete", "1"]), json!({"deleted": 1}));
    for arguments in
        [&["show", "1"][..], &["pin", "1"], &["delete", "7"], &["list", "--status", "6xx"], &["list", "--since", "x"]]
    {
        home.refused(&[&["history"], arguments].concat());
    }
}

#[test]
fn a_key_in_a_body_is_in_no_comparison_and_no_export() {
    let server = server(&[201]);
    let home = home(&server);
    home.ends(0, &["send", "--profile", "acme", "--set", "summary=first"]);
    // The key stands in this payload, and nowhere else in the exchange.
    let payload = home.file("p.json", json!({"summary": KEY}).to_string());
    let wrong = format!("http://{}/api/v1/projects/beta1/feedback/log?apiKey=another-key", server.address);
    home.ends(0, &["send", "--profile", "acme", "--endpoint", &wrong, "--json", &payload]);
    let compared = home.json(1, &["history", "compare", "1", "2"]);
    let places: Vec<&str> = compared["request"].as_array().unwrap().iter().filter_map(|one| one["place"].as_str()).collect();
    assert!(places.contains(&"/summary") && places.contains(&"apiKey"), "{places:?}");
    home.ends(1, &["history", "compare", "1", "2"]);
    home.ends(0, &["history", "compare", "2", "2"]);
    home.ends(0, &["history", "show", "2"]);
    home.json(0, &["history", "show", "2"]);

    let one: Value = serde_json::from_str(&home.ends(0, &["history", "export", "2"])).unwrap();
    assert_eq!(one["format"], "centerpost.case/1");
    let to = home.path("all.json").to_str().unwrap().to_owned();
    assert_eq!(home.json(0, &["history", "export", "--all", "--to", &to])["exported"], 2);
    let all: Value = serde_json::from_str(&std::fs::read_to_string(&to).unwrap()).unwrap();
    assert_eq!(all[0], one);
    assert!(!all.to_string().contains("5ecre7"));
    assert_eq!(home.json(0, &["history", "export", "--status", "5xx"]), json!([]));
    let case = home.file("one.case.json", one.to_string());
    home.ends(0, &["diagnose", &case]);
    assert!(!home.run(&["history", "export", "--all", "--to", &to]).status.success(), "the file is there");
    home.ends(0, &["history", "export", "1", "--to", &to, "--force"]);
    home.refused(&["history", "export", "1", "--status", "2xx"]);
}

#[test]
fn an_exchange_that_cannot_be_read_costs_an_export_itself_alone() {
    let server = server(&[201]);
    let home = home(&server);
    for _ in 0..3 {
        home.ends(0, &["send", "--profile", "acme", "--set", "summary=first", "--yes"]);
    }
    let database = home.path("home/history.db");
    rusqlite::Connection::open(database).unwrap().execute("UPDATE exchange SET status = 70000 WHERE id = 2", []).unwrap();
    let (out, errors) = home.both(1, &["history", "export", "--all"]);
    let exported: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(exported.as_array().unwrap().len(), 2);
    assert!(errors.contains("exchange 2 was left out"), "{errors}");
    let to = home.path("all.json").to_str().unwrap().to_owned();
    assert_eq!(home.json(1, &["history", "export", "--all", "--to", &to])["exported"], 2);
}

#[test]
fn requests_go_out_again() {
    let server = server(&[201]);
    let home = home(&server);
    home.ends(0, &["send", "--profile", "acme", "--set", "summary=Crash", "--header", "X-Trace: 7"]);
    // That the answer's cookie is not known any more hinders nothing.
    home.ends(0, &["history", "resend", "1"]);
    let line = |request: &str| request.lines().next().unwrap().to_owned();
    assert_eq!(line(&server.received()[1].text()), "POST /api/v1/projects/beta1/feedback/log?apiKey=5ecre7%2F4p1-key HTTP/1.1");
    let sorted = |request: &str| {
        let mut lines: Vec<String> = request.lines().map(str::to_ascii_lowercase).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&server.received()[1].text()), sorted(&server.received()[0].text()));
    home.ends(0, &["history", "resend", "1", "--profile", "acme"]);
    assert!(
        !server.received()[2].text().to_ascii_lowercase().contains("x-trace") && server.received()[2].text().contains("Crash")
    );
    let key = home.file("key", "other key\n");
    home.ends(0, &["history", "resend", "1", "--api-key-file", &key, "--header", "x-trace: 8"]);
    assert!(line(&server.received()[3].text()).contains("apiKey=other%20key "), "{}", server.received()[3].text());
    let traced: Vec<String> =
        sorted(&server.received()[3].text()).into_iter().filter(|line| line.starts_with("x-trace")).collect();
    assert_eq!(traced, ["x-trace: 8"]);

    // Elsewhere the key of that one is not known.
    let refused = home.refused(&["history", "resend", "4"]);
    assert!(refused.contains("in the URL") && refused.contains("--api-key-file"), "{refused}");
    home.ends(0, &["history", "resend", "4", "--profile", "acme"]);
    assert_eq!(line(&server.received()[4].text()), line(&server.received()[0].text()));
}

#[test]
fn an_upload_goes_out_again_with_its_file() {
    let server = server(&[201]);
    let home = home(&server);
    let file = home.file("a.log", "hello");
    let endpoint = "/api/v1/projects//feedback/log/4711/files/crashlog";
    home.ends(0, &["upload", "--profile", "acme", "--endpoint", endpoint, "--file", &file, "--filename", "sent as.txt"]);
    assert!(home.refused(&["history", "resend", "1"]).contains("--file"));
    home.ends(0, &["history", "resend", "1", "--file", &file]);
    let other = home.file("other.log", "another");
    let output = home.run(&["history", "resend", "1", "--file", &other, "--profile", "acme"]);
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("another file than the one"), "{output:?}");
    for (index, content) in [(0, "hello"), (1, "hello"), (2, "another")] {
        let received = server.received()[index].text();
        assert!(received.starts_with("POST /api/v1/projects/beta1/feedback/log/4711/files/crashlog?apiKey=5ecre7%2F4p1-key "));
        assert!(received.contains("name=\"crashlog\"; filename=\"sent as.txt\""), "{received}");
        assert!(received.contains(content), "{received}");
    }
    home.ends(0, &["send", "--profile", "acme", "--set", "summary=x"]);
    home.refused(&["history", "resend", "4", "--file", &file]);
}

#[test]
fn a_payload_that_was_sent_is_said_to_scripts() {
    let server = server(&[201, 500, 201]);
    let home = home(&server);
    let send = |payload: &str, more: &[&str]| {
        let set = format!("summary={payload}");
        let output = home.run(&[&["send", "--profile", "acme", "--set", &set], more].concat());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(!send("one", &[]).contains("The same payload"));
    let again = send("one", &[]);
    assert!(again.contains("number 1 in the history") && again.contains("created ticket 4711"), "{again}");
    // The server broke down over the second: nobody knows what became of it.
    let unknown = send("one", &[]);
    assert!(unknown.contains("number 2 in the history") && unknown.contains("outcome is not known"), "{unknown}");
    assert!(!send("one", &["--yes"]).contains("The same payload"));
    assert!(!send("two", &[]).contains("The same payload"));
    assert_eq!(server.received().len(), 5, "scripts are told, and not held up");
}

/// Marks the saved profile as production.
fn mark_production(home: &Home) {
    let file = std::fs::read_dir(home.path("home/profiles")).unwrap().next().unwrap().unwrap().path();
    let mut profile: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    profile["production"] = true.into();
    std::fs::write(file, profile.to_string()).unwrap();
}

#[test]
fn sending_from_the_history_is_confirmed_as_a_send_is() {
    let server = server(&[201]);
    let home = home(&server);
    home.ends(0, &["send", "--profile", "acme", "--set", "summary=one"]);
    let says = |arguments: &[&str]| {
        let output = home.run(&[&["history", "resend", "1"], arguments].concat());
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap().to_lowercase()
    };
    let again = "the same payload went to this endpoint";
    let production = "\"acme\" is marked production";
    for arguments in [&[][..], &["--profile", "acme"]] {
        let text = says(arguments);
        assert!(text.contains(again) && text.contains("created ticket 4711") && !text.contains(production), "{text}");
    }
    mark_production(&home);
    // Also a request that was sent when the profile was not marked yet.
    for arguments in [&[][..], &["--profile", "acme"]] {
        let text = says(arguments);
        assert!(text.contains(again) && text.contains(production), "{text}");
    }
    assert!(!says(&["--yes"]).contains(again) && !says(&["--yes"]).contains(production));
}

#[test]
fn whoever_sends_to_production_is_told() {
    let server = server(&[201]);
    let home = home(&server);
    mark_production(&home);
    let file = home.file("a.log", "hello");
    let endpoint = "/api/v1/projects//feedback/log/4711/files/crashlog";
    let upload = ["upload", "--profile", "acme", "--endpoint", endpoint, "--file", &file];
    for arguments in [&["send", "--profile", "acme", "--set", "summary=one"][..], &upload] {
        let told = |more: &[&str]| {
            let output = home.run(&[arguments, more].concat());
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stderr).unwrap().contains("is marked production")
        };
        assert!(told(&[]) && !told(&["--yes"]), "{arguments:?}");
    }
}

#[test]
fn made_up_exchanges_are_the_same_for_the_same_seed() {
    let payloads = |seed: &str| {
        let home = Home::new().hiding(&SECRETS);
        home.ends(0, &["history", "generate", "40", "--seed", seed]);
        let rows = home.json(0, &["history", "list", "--limit", "100"]);
        let profiles: std::collections::HashSet<String> =
            rows.as_array().unwrap().iter().map(|row| row["profile"]["id"].to_string()).collect();
        assert!(rows.as_array().unwrap().len() == 40 && profiles.len() > 5, "{profiles:?}");
        rows.as_array().unwrap().iter().map(|row| row["preview"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(payloads("1"), payloads("1"));
    assert_ne!(payloads("1"), payloads("2"));
}

#[test]
fn only_a_success_in_centercodes_words_counts_as_a_ticket_that_exists() {
    let page = "<html><body><form action=/login>Sign in</form></body></html>";
    for (kind, body, expected) in [
        ("text/html", page, None),
        ("text/plain", "queued", Some("outcome is not known")),
        ("application/json", r#"{"success": false}"#, None),
        ("application/json", r#"{"id": 4711}"#, Some("created ticket 4711")),
    ] {
        let raw = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let server = Server::start(move |_, _| raw.clone());
        let home = home(&server);
        let send = || {
            let output = home.run(&["send", "--profile", "acme", "--set", "summary=once"]);
            String::from_utf8(output.stderr).unwrap()
        };
        send();
        let again = send();
        match expected {
            Some(words) => assert!(again.contains("The same payload") && again.contains(words), "{body}: {again}"),
            None => assert!(!again.contains("The same payload"), "{body}: {again}"),
        }
    }
}

#[test]
fn a_replay_belongs_to_the_profile_that_was_named_and_not_to_one_of_its_name() {
    let server = server(&[201]);
    let home = home(&server);
    let other = home.path("home/profiles");
    let saved = std::fs::read_dir(other).unwrap().next().unwrap().unwrap().path();
    let same_name = home.file("other.profile.json", std::fs::read(saved).unwrap());
    let command = format!("curl -X POST 'http://{}/api/v1/projects/beta1/feedback/log?apiKey=k' -d '{{}}'", server.address);
    let command = home.file("command.txt", command);
    home.ends(0, &["replay", &command, "--send", "--yes", "--profile", &same_name]);
    home.ends(0, &["replay", &command, "--send", "--yes", "--profile", "acme"]);
    let rows = home.json(0, &["history", "list", "--profile", "acme"]);
    let ids: Vec<i64> = rows.as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [2], "{rows}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_no_at_the_terminal_sends_nothing_and_ends_as_the_documents_say() {
    let server = server(&[201]);
    let home = home(&server);
    mark_production(&home);
    let send = home.command(&["send", "--profile", "acme", "--set", "summary=Crash"]);
    let line: Vec<String> =
        std::iter::once(send.get_program()).chain(send.get_args()).map(|word| format!("'{}'", word.to_str().unwrap())).collect();
    for (answer, code, count) in [("n\n", 2, 0), ("\n", 2, 0), ("y\n", 0, 1)] {
        // A terminal of its own, as somebody sits at.
        let mut script = std::process::Command::new("script");
        script.args(["--quiet", "--return", "--command", &line.join(" "), "/dev/null"]);
        script.envs(send.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut running = script.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(running.stdin.as_mut().unwrap(), answer.as_bytes()).unwrap();
        let output = running.wait_with_output().unwrap();
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(shown.contains("Continue?"), "{shown}");
        assert_eq!((output.status.code(), server.received().len()), (Some(code), count), "{answer:?}: {shown}");
    }
}

#[test]
fn what_the_history_exports_is_read_by_every_command_that_reads_cases() {
    let server = server(&[201, 404]);
    let home = home(&server);
    home.ends(0, &["send", "--profile", "acme", "--set", "summary=first"]);
    home.ends(1, &["send", "--profile", "acme", "--set", "summary=second"]);
    let several = home.file("several.json", home.ends(0, &["history", "export", "1", "2"]));
    let one = home.file("one.json", home.ends(0, &["history", "export", "2"]));
    for (file, count) in [(&several, 2), (&one, 1)] {
        let listed = home.json(0, &["import", file, "--output", "json"]);
        assert_eq!(listed.as_array().unwrap().len(), count, "{listed}");
        assert!(listed[count - 1].to_string().contains("second"), "{listed}");
        home.both(0, &["diagnose", file]);
        home.both(0, &["replay", file, "--pick", "1", "--dry-run", "--fill", "apiKey=k"]);
        home.both(0, &["export", "curl", file, "--pick", "1"]);
        home.both(0, &["bundle", file, "--to", &home.at(&format!("bundle-{count}.zip"))]);
    }
}
