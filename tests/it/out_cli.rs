//! What goes out on the command line: exports, bundles, contracts, and requests that are replayed; run as scripts run them.

use crate::recorder::{Arrived, Content, record};
use crate::support::home::Home;
use centerpost::formats::export::Tool;
use serde_json::{Value, json};

const KEY: &str = "c4nary/k3y+17";
const URL_KEY: &str = "c4nary%2Fk3y%2B17";

fn home() -> Home {
    Home::new().hiding_in_errors(&[KEY, URL_KEY])
}

fn url(host: &str) -> String {
    format!("http://{host}/api/v1/projects/beta1/feedback/appcrashlog?apiKey={URL_KEY}")
}

fn command(host: &str) -> String {
    format!(
        "curl '{}' -H 'Content-Type: application/json' -H 'X-Mail: jim@canary.example' -d '{{\"summary\": \"it'\\''s ü\"}}'",
        url(host)
    )
}

fn profile(home: &Home, host: &str) -> String {
    let profile = json!({
        "format": "centerpost.profile/1", "name": "Acme", "base_url": format!("http://{host}"), "project_key": "beta1", "source_key": "appcrashlog",
        "api_key": KEY, "default_submitter": "bot@canary.example", "workflow_status": "New",
        "fields": [{"field": "Summary", "parameter": "summary", "kind": "text", "required": true},
          {"field": "Severity", "parameter": "severity", "kind": "single_choice", "choices": ["Minor", "Major"]}],
    });
    home.file("acme.profile.json", profile.to_string())
}

fn body(arrived: &Arrived) -> Value {
    let Content::Bytes(bytes) = &arrived.body else { return Value::Null };
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn a_replay_stays_with_the_twin_until_it_is_told_to_send() {
    let home = home();
    let (arrived, ()) = record(|host| {
        let file = home.file("c.txt", command(host));
        let profile = profile(&home, host);
        let (out, _) = home.both(0, &["replay", &file, "--profile", &profile]);
        assert!(out.contains("Twin    201"), "{out}");
    });
    assert!(arrived.is_empty(), "{arrived:?}");
    let (arrived, ()) = record(|host| {
        let file = home.file("c.txt", command(host));
        let (_, error) = home.both(2, &["replay", &file, "--send"]);
        assert!(error.contains("--yes"), "{error}");
        let (out, _) = home.both(0, &["replay", &file, "--send", "--yes"]);
        assert!(out.contains("201 Created") && !out.contains(URL_KEY), "{out}");
    });
    assert_eq!((arrived.len(), arrived[0].method.as_str()), (1, "POST"));
    assert_eq!(arrived[0].target, format!("/api/v1/projects/beta1/feedback/appcrashlog?apiKey={URL_KEY}"));
    assert_eq!(body(&arrived[0]), json!({"summary": "it's ü"}));
    assert!(arrived[0].headers.contains(&("x-mail".into(), "jim@canary.example".into())), "{:?}", arrived[0].headers);
    let (list, _) = home.both(0, &["history", "list"]);
    assert!(list.contains("201"), "{list}");
}

#[test]
fn files_of_a_replayed_upload_come_from_their_folder() {
    let home = home();
    std::fs::create_dir(home.folder().join("files")).unwrap();
    home.file("files/a.zip", "PK-content");
    let (arrived, ()) = record(|host| {
        let file = home.file(
            "c.txt",
            format!("curl 'http://{host}/up?apiKey={URL_KEY}' -F 'crashlog=@a.zip;type=application/zip' -F note=hello"),
        );
        let (_, error) = home.both(2, &["replay", &file, "--send", "--yes"]);
        assert!(error.contains("a.zip") && error.contains("in which folder"), "{error}");
        home.both(0, &["replay", &file, "--send", "--yes", "--files-from", &home.at("files")]);
    });
    let Content::Parts(parts) = &arrived[0].body else { panic!("{:?}", arrived[0]) };
    assert_eq!((parts[0].filename.as_deref(), parts[0].bytes.as_slice()), (Some("a.zip"), b"PK-content".as_slice()));
    assert_eq!((parts[1].name.as_str(), parts[1].bytes.as_slice()), ("note", b"hello".as_slice()));
}

#[test]
fn every_tool_gets_a_variable_for_the_key_unless_asked_otherwise() {
    let home = home();
    let file = home.file("c.txt", command("h.example"));
    for tool in Tool::ALL {
        let (out, _) = home.both(0, &["export", tool.id(), &file]);
        assert!(out.contains("h.example") && !out.contains("c4nary"), "{tool:?}: {out}");
        let (out, _) = home.both(0, &["export", tool.id(), &file, "--with-secrets"]);
        assert!(out.contains("c4nary"), "{tool:?}: {out}");
    }
    let to = home.at("acme.postman_collection.json");
    home.both(0, &["export", "postman", &file, "--to", &to]);
    let environment = std::fs::read_to_string(home.at("acme.postman_environment.json")).unwrap();
    assert!(environment.contains("\"apiKey-url\"") && !environment.contains(URL_KEY), "{environment}");
    home.both(2, &["export", "postman", &file, "--to", &to]);
    home.both(0, &["export", "postman", &file, "--to", &to, "--force"]);
    home.both(2, &["export", "cobol", &file]);
    let profile = profile(&home, "h.example");
    let (out, _) = home.both(0, &["export", "curl", "--profile", &profile, "--set", "summary=from a draft"]);
    assert!(out.contains("from a draft") && !out.contains(URL_KEY), "{out}");
}

#[test]
fn a_bundle_says_what_it_hides_and_is_opened_filled_in_and_replayed() {
    let home = home();
    let http = |host: &str| {
        format!(
            "POST {} HTTP/1.1\nContent-Type: application/json\nAuthorization: Bearer t0ken-canary\n\n{{\"summary\": \"Falcon by jim@canary.example\"}}\n\nHTTP/1.1 404 Not Found\n\nno {KEY} here, 10.1.2.3",
            url(host)
        )
    };
    let (arrived, ()) = record(|host| {
        let file = home.file("x.http", http(host));
        let zip = home.at("b.zip");
        let (out, _) = home.both(0, &["bundle", &file, "--preview"]);
        for part in ["{{apiKey}}  the API key, 2 times", "{{email-1}}", "{{authorization}}", "10.1.2.3  an IP address"] {
            assert!(out.contains(part), "{part}: {out}");
        }
        let (out, _) =
            home.both(0, &["bundle", &file, "--to", &zip, "--mark", "Falcon", "--mark", "10.1.2.3", "--output", "json"]);
        let said: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&said["left"], said["replaced"].as_array().unwrap().len()), (&json!([]), 5), "{said}");
        for name in ["report.html", "report.md", "exchange.case.json", "curl.sh", "exchange.har", "bundle.json"] {
            assert!(said["files"].as_array().unwrap().contains(&json!(name)), "{name}: {said}");
        }
        let (_, error) = home.both(2, &["replay", &zip, "--send", "--yes"]);
        assert!(error.contains("have no value yet: {{apiKey}}"), "{error}");
        let values = format!("apiKey={KEY}\nauthorization=t0ken-canary\nemail-1=jim@canary.example\nmarked-1=Falcon\n");
        let values = home.file("values.txt", &values);
        home.both(0, &["replay", &zip, "--fill-from", &values, "--send", "--yes"]);
    });
    assert_eq!(arrived[0].target, format!("/api/v1/projects/beta1/feedback/appcrashlog?apiKey={URL_KEY}"));
    assert_eq!(body(&arrived[0]), json!({"summary": "Falcon by jim@canary.example"}));
    assert!(arrived[0].headers.contains(&("authorization".into(), "Bearer t0ken-canary".into())));
    let bytes = std::fs::read(home.at("b.zip")).unwrap();
    let opened = centerpost::formats::bundle::read(&bytes).unwrap();
    assert_eq!(opened.exchanges[0].2.len(), opened.exchanges[0].2.iter().filter(|title| !title.contains(KEY)).count());
    home.both(2, &["bundle", &home.file("empty.har", r#"{"log": {"entries": []}}"#), "--preview"]);
}

/// A customer may send nothing but the command.
#[test]
fn a_bundle_of_a_request_without_a_response_says_what_is_wrong_with_it() {
    let home = home();
    let alone = command("h.example").replace("appcrashlog", "appcrashlogs");
    let report = |source: &str, text: &str| {
        let zip = home.at("b.zip");
        home.both(0, &["bundle", &home.file(source, text), "--profile", &profile(&home, "h.example"), "--to", &zip, "--force"]);
        let opened = centerpost::formats::bundle::read(&std::fs::read(zip).unwrap()).unwrap();
        opened.exchanges.into_iter().map(|(_, case, causes)| (case.outcome.is_some(), causes.concat())).collect::<Vec<_>>()
    };
    let (has_outcome, cause) = &report("only.txt", &alone)[0];
    assert!(!has_outcome && cause.contains("source key"), "{cause}");
    let with_answer = format!("{alone}\n\nHTTP/1.1 404 Not Found\n\n");
    let both = format!("```\n{alone}\n```\n\n```\n{with_answer}\n```\n");
    let both: Vec<bool> = report("both.txt", &both).into_iter().map(|(has_outcome, _)| has_outcome).collect();
    assert_eq!(both, [true]);
}

#[test]
fn an_exchange_of_the_history_becomes_a_bundle_and_a_har_with_its_times() {
    let home = home();
    let (_, ()) = record(|host| {
        let file = home.file("c.txt", command(host));
        home.both(0, &["replay", &file, "--send", "--yes"]);
    });
    let (har, _) = home.both(0, &["export", "har", "--history", "1"]);
    let har: Value = serde_json::from_str(&har).unwrap();
    let entry = &har["log"]["entries"][0];
    assert!(entry["startedDateTime"].as_str().unwrap() > "2026" && entry["response"]["status"] == 201, "{entry}");
    let (out, _) = home.both(0, &["bundle", "--history", "1", "--preview"]);
    assert!(out.contains("{{email-1}}"), "{out}");
    home.both(2, &["bundle", "--history", "99", "--preview"]);
    home.both(2, &["export", "har", "--history", "99"]);
}

#[test]
fn what_is_imported_is_held_against_its_profile() {
    let home = home();
    let profile = profile(&home, "h.example");
    let good = home.file("good.txt", command("h.example"));
    let (out, _) = home.both(0, &["import", &good, "--check", "--profile", &profile]);
    assert!(out.contains("No problem found") && !out.contains(URL_KEY), "{out}");
    let wrong = home.file("wrong.txt", command("h.example").replace("appcrashlog", "appcrashlogs"));
    let (out, _) = home.both(1, &["import", &wrong, "--check", "--profile", &profile, "--output", "json"]);
    let said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((said[0]["fine"].as_bool(), said[0]["profile"].as_str()), (Some(false), Some("Acme")));
    // The profile whose endpoint fits is found among those that are saved.
    home.both(0, &["profiles", "import", &profile]);
    let (_, error) = home.both(1, &["import", &wrong, "--check"]);
    assert!(error.contains("meant for the profile \"Acme\""), "{error}");
    let other = home.file("other.txt", "curl https://elsewhere.example/x -d '{}'");
    home.both(2, &["import", &other, "--check"]);
}

#[test]
fn a_check_of_what_is_imported_shows_no_secret_header_of_the_profile() {
    let home = home();
    let token = "t0k3n";
    let mut value: Value = serde_json::from_slice(&std::fs::read(profile(&home, "h.example")).unwrap()).unwrap();
    value["extra_headers"] = json!([["X-Auth-Token", token]]);
    let profile = home.file("acme.profile.json", value.to_string());
    let repeated = home.file("repeated.txt", command("h.example").replace("jim@canary.example", token));
    let (out, _) = home.both(0, &["import", &repeated, "--check", "--profile", &profile, "--output", "json"]);
    assert!(out.contains("X-Mail") && !out.contains(token), "{out}");
}

#[test]
fn a_contract_is_written_in_each_form_without_secrets() {
    let home = home();
    let profile = profile(&home, "h.example");
    for (form, part) in
        [("markdown", "| severity |"), ("html", "<td>severity</td>"), ("json-schema", "\"severity\""), ("openapi", "\"3.1.0\"")]
    {
        let (out, _) = home.both(0, &["profiles", "contract", &profile, "--as", form]);
        assert!(out.contains(part) && !out.contains(KEY) && !out.contains("canary.example"), "{form}: {out}");
    }
    home.both(2, &["profiles", "contract", &profile, "--as", "pdf"]);
}
