#![allow(clippy::unwrap_used, reason = "a test that cannot make its profile fails")]

use super::*;
use crate::model::multipart::{Part, Recorded};
use crate::model::request_record::NotRecorded;

const KEY: &str = "5ecre7-4p1-key";

fn profile() -> Profile {
    Profile::from_json(&format!(
        r#"{{"base_url": "https://acme.centercode.com", "project_key": "beta1", "source_key": "appcrashlog", "api_key": "{KEY}",
        "default_submitter": null, "workflow_status": "New", "fields": [
          {{"field": "Submitter", "parameter": "submitter", "kind": "submitter"}},
          {{"field": "Summary", "parameter": "summary", "kind": "text", "required": true}},
          {{"field": "Severity", "parameter": "severity", "kind": "single_choice", "choices": ["Minor", "Major"]}},
          {{"field": "Count", "parameter": "count", "kind": "number"}}],
        "file_elements": [{{"field": "Crash log", "parameter": "crashlog"}}]}}"#
    ))
    .unwrap()
}

fn sent(url: &str, body: &str) -> RequestRecord {
    RequestRecord {
        method: "POST".into(),
        url: url.into(),
        headers: vec![("Content-Type".into(), "application/json".into())],
        body: Some(body.into()),
        ..RequestRecord::default()
    }
}

fn good_url() -> String {
    format!("https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlog?apiKey={KEY}")
}

const GOOD: &str = r#"{"submitter": "jim@centercode.com", "summary": "x"}"#;

/// The rows with problems, as `part name: ids`.
fn wrong(rows: &[CheckRow]) -> Vec<String> {
    rows.iter()
        .filter(|row| !row.problems.is_empty())
        .map(|row| {
            let ids: Vec<&str> = row.problems.iter().map(|cause| cause.id.as_str()).collect();
            format!("{} {}: {} ({})", row.part.id(), row.name, ids.join(" "), row.status.label())
        })
        .collect()
}

#[test]
fn a_good_request_has_rows_and_no_problem() {
    let rows = check(&profile(), &sent(&good_url(), GOOD));
    assert_eq!(wrong(&rows), Vec::<String>::new());
    assert!(is_fine(&rows));
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Method",
            "Scheme",
            "Host",
            "Port",
            "Path",
            "Project key",
            "Source key",
            "API key",
            "Content-Type",
            "Body",
            "submitter",
            "summary",
            "severity",
            "count"
        ]
    );
    let severity = rows.iter().find(|row| row.name == "severity").unwrap();
    assert_eq!((severity.sent.as_deref(), severity.expected.as_deref()), (None, Some("\"Minor\" or \"Major\", optional")));
}

#[test]
fn address_problems_stand_in_their_rows() {
    for (url, expected) in [
        (good_url().replace("https", "http"), "scheme Scheme: endpoint.scheme (wrong)"),
        (good_url().replace("acme.", "acne."), "host Host: endpoint.host-mismatch (wrong)"),
        (good_url().replace(".com/", ".com:8443/"), "port Port: endpoint.host-mismatch (wrong)"),
        (good_url().replace("beta1", "beta2"), "project_key Project key: endpoint.project-key-mismatch (wrong)"),
        (good_url().replace("beta1", "Beta1"), "project_key Project key: endpoint.key-case (wrong)"),
        (good_url().replace("/beta1", "/"), "project_key Project key: endpoint.project-key-missing (wrong)"),
        (good_url().replace("/beta1", ""), "project_key Project key: endpoint.project-key-missing (wrong)"),
        (good_url().replace("appcrashlog", "appcrashlogs"), "source_key Source key: endpoint.source-key-mismatch (wrong)"),
        (good_url().replace("appcrashlog", "%20appcrashlog"), "source_key Source key: endpoint.whitespace"),
        (good_url().replace("appcrashlog", "<YourSourceKey>"), "source_key Source key: endpoint.placeholder (wrong)"),
        (good_url().replace("/projects/", "/project/"), "path Path: endpoint.path-shape (wrong)"),
        (good_url().replace("?apiKey", "/?apiKey"), "path Path: endpoint.path-shape (wrong)"),
        (good_url().replace(KEY, ""), "api_key API key: endpoint.api-key-missing (wrong)"),
        (good_url().replace("apiKey", "api_key"), "api_key API key: endpoint.api-key-name (wrong)"),
        (good_url().replace(KEY, "another-key-here"), "api_key API key: endpoint.api-key-mismatch (wrong)"),
        (good_url().replace('?', "&"), "api_key API key: endpoint.api-key-missing (wrong)"),
        (good_url().replace('?', "?x=1&amp;"), "query amp;apiKey: endpoint.html-escaped (wrong)"),
    ] {
        let rows = check(&profile(), &sent(&url, GOOD));
        let found = wrong(&rows);
        assert!(found.iter().any(|line| line.starts_with(expected)), "{url}: {found:#?}");
        assert!(!is_fine(&rows));
    }
}

#[test]
fn payload_problems_stand_in_their_rows() {
    for (body, expected) in [
        (r#"{"summary": "x"}"#, vec!["parameter submitter: field.submitter-missing (wrong)"]),
        (r#"{"submitter": "jim", "summary": "x"}"#, vec!["parameter submitter: field.submitter-malformed (wrong)"]),
        (r#"{"submitter": "a@b.example"}"#, vec!["parameter summary: field.required-missing (wrong)"]),
        (
            r#"{"submitter": "a@b.example", "Summary": "x"}"#,
            vec!["parameter summary: field.parameter-name (wrong)", "parameter Summary: field.parameter-name (wrong)"],
        ),
        (
            r#"{"submitter": "a@b.example", "summary": "x", "severity": "major"}"#,
            vec!["parameter severity: field.choice-mismatch (wrong)"],
        ),
        (r#"{"submitter": "a@b.example", "summary": "x", "count": [1]}"#, vec!["parameter count: field.type (wrong)"]),
        (r#"{"submitter": "a@b.example", "summary": "x",}"#, vec!["body Body: request.json-syntax (wrong)"]),
        ("[]", vec!["body Body: request.not-an-object (wrong)"]),
        ("", vec!["body Body: request.body-empty (wrong)"]),
        ("summary=x&severity=Major", vec!["body Body: request.form-encoded (wrong)"]),
    ] {
        assert_eq!(wrong(&check(&profile(), &sent(&good_url(), body))), expected, "{body}");
    }
}

#[test]
fn what_the_profile_does_not_map_is_ignored_and_no_problem() {
    let body = r#"{"submitter": "a@b.example", "summary": "x", "zebra": {"a": 1}}"#;
    let rows = check(&profile(), &sent(&good_url(), body));
    let row = rows.last().unwrap();
    assert_eq!((row.name.as_str(), row.status, row.sent.as_deref()), ("zebra", CheckStatus::Ignored, Some(r#"{"a":1}"#)));
    assert!(is_fine(&rows));
}

#[test]
fn headers_and_method() {
    let mut request = sent(&good_url(), GOOD);
    request.headers = vec![("X-Trace".into(), "17".into()), ("Authorization".into(), "Bearer t0ken".into())];
    request.method = "PUT".into();
    let rows = check(&profile(), &request);
    let found = wrong(&rows);
    assert!(found.contains(&"method Method: request.method (wrong)".to_owned()), "{found:?}");
    assert!(found.contains(&"header Content-Type: request.content-type (wrong)".to_owned()), "{found:?}");
    assert!(!format!("{rows:?}").contains("t0ken"));
}

#[test]
fn what_a_record_leaves_out_is_neither_right_nor_wrong() {
    let mut request = sent(&good_url(), GOOD);
    request.headers.clear();
    request.body = None;
    request.not_recorded =
        NotRecorded { method: true, scheme: true, host: true, port: true, headers: true, body: true, ..NotRecorded::default() };
    let rows = check(&profile(), &request);
    assert!(is_fine(&rows));
    let left_out: Vec<&str> = rows.iter().filter(|row| row.is_left_out()).map(|row| row.name.as_str()).collect();
    let unknown = ["Method", "Scheme", "Host", "Port", "Content-Type", "Body", "submitter", "summary"];
    assert!(unknown.iter().all(|name| left_out.contains(name)), "{left_out:?}");
    assert!(rows.iter().all(|row| row.status != CheckStatus::Fine || row.sent.is_some()), "{rows:#?}");
    // What was not sent, and is known not to have been, is as it was.
    request.not_recorded = NotRecorded::default();
    request.body = Some(GOOD.into());
    assert!(check(&profile(), &request).iter().all(|row| !row.is_left_out()));
}

#[test]
fn an_upload_is_checked_as_one() {
    let mut request = sent("https://acme.centercode.com/api/v1/projects//feedback/appcrashlog/4711/files/crashlogs?apiKey=k", "");
    request.headers.clear();
    request.body = None;
    request.parts = Some(vec![Part {
        name: "f".into(),
        filename: Some("a.zip".into()),
        content: Recorded { size: Some(0), sha256: None },
        ..Part::default()
    }]);
    let found = wrong(&check(&profile(), &request));
    for expected in [
        "project_key Project key: endpoint.project-key-missing (wrong)",
        "segment File element: upload.element-unknown (wrong)",
        "form_part f: upload.empty-file (wrong)",
    ] {
        assert!(found.iter().any(|line| line == expected), "{found:#?}");
    }
}

#[test]
fn no_key_is_shown_wherever_it_stands() {
    for url in [
        good_url(),
        good_url().replace('?', "&"),
        good_url().replace('?', "%3F"),
        good_url().replace("apiKey", "api_key"),
        format!("https://acme.centercode.com/page&apiKey={KEY}"),
    ] {
        let mut rows = check(&profile(), &sent(&url, GOOD));
        // What the rules say is masked where it is printed; here only the rows' own texts are looked at.
        rows.iter_mut().for_each(|row| row.problems.clear());
        assert!(!format!("{rows:?}").contains(KEY), "{url}");
    }
}

proptest::proptest! {
    #[test]
    fn every_cause_has_a_row(url in "https?://acme.centercode.com(:8443)?/(api/v1/projects?/[a-z1 <]{0,6}/feedback/[a-zA-Z]{0,12}/?|\\PC{0,20})([?&]apiKey=[a-z0-9-]{0,6})?", body in "\\{\"(summary|Summary|submitter|count)\": (\"x\"|\\[1\\]|7)\\}|\\PC{0,10}", method in "POST|GET") {
        let mut request = sent(&url, &body);
        request.method = method;
        let rows = check(&profile(), &request);
        let case = Case { profile: Some(profile()), sent: request, ..Case::default() };
        for cause in preflight(&case) {
            proptest::prop_assert!(rows.iter().any(|row| row.problems.contains(&cause)), "{}", cause.id);
        }
    }
}

#[test]
fn a_variable_is_left_open() {
    let url = "https://acme.centercode.com/api/v1/projects/{{project}}/feedback/appcrashlog?apiKey=";
    for (key, shown) in [("{{$dotenv KEY}}", "apiKey={{$dotenv KEY}}, a variable"), ("$KEY", "apiKey=••••, a variable")] {
        let mut record = sent(&format!("{url}{key}"), GOOD);
        record.not_recorded.variables = true;
        let rows = check(&profile(), &record);
        let of = |part: CheckPart| rows.iter().find(|row| row.part == part).unwrap();
        assert_eq!(of(CheckPart::ApiKey).status, CheckStatus::NotChecked, "{rows:?}");
        assert!(of(CheckPart::ApiKey).sent.as_deref().unwrap().starts_with(shown), "{rows:?}");
        assert_eq!(of(CheckPart::ProjectKey).status, CheckStatus::NotChecked, "{rows:?}");
        assert_eq!(of(CheckPart::SourceKey).status, CheckStatus::Fine, "{rows:?}");
    }
}

#[test]
fn what_the_profile_does_not_know_is_neither_right_nor_wrong() {
    let mut profile = profile();
    profile.set_default_submitter(None);
    profile.set_workflow_status(None);
    profile.fields[2].choices.clear();
    let body = r#"{"submitter": "jim@centercode.com", "summary": "x", "severity": "High", "status": "Odd"}"#;
    let rows = check(&profile, &sent(&good_url(), body));
    assert!(is_fine(&rows), "{:?}", wrong(&rows));
    let of = |name: &str| rows.iter().find(|row| row.name == name).unwrap();
    for name in ["submitter", "severity", "status"] {
        assert_eq!(of(name).status, CheckStatus::NotChecked, "{name}");
    }
    assert_eq!(of("summary").status, CheckStatus::Fine);
    assert!(of("status").expected.as_deref().unwrap().ends_with("the profile does not map it"));
    assert!(nothing_found(&rows).starts_with("No problem found in what can be compared"));
    // Without them nothing is missing, as far as is known.
    assert!(is_fine(&check(&profile, &sent(&good_url(), r#"{"summary": "x"}"#))));
}
