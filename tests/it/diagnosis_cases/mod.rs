//! Further cases, at least three for each cause, as they turn up in the field. Each must come out first, and no wrong one as proven.

mod addresses;
mod bodies;
mod pages;
mod uploads;

use centerpost::diagnosis::{Cause, diagnose, preflight};
use centerpost::model::exchange::{FailureKind, NetworkFailure};
use centerpost::model::multipart::{Part, Recorded};
use centerpost::model::request_record::RequestRecord;
use centerpost::model::{Answer, Case, Outcome, Profile};

use self::addresses::addresses;
use self::bodies::{bodies, payloads};
use self::pages::pages;
use self::uploads::uploads;

const HOST: &str = "https://lumen.centercode.com";
const CREATE: &str = "https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=Zk81-aa90-Qq";
const FILE: &str =
    "https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs/90210/files/logfile?apiKey=Zk81-aa90-Qq";
const GOOD: &str = r#"{"title": "Sync stalls", "reporter": "ana@lumen.example", "state": "Open"}"#;
const NOT_FOUND: &str = r#"{"status":404,"description":"The requested resource could not be found."}"#;
const BAD: &str = r#"{"status":400,"description":"Bad Request"}"#;
const FORM: &str = "multipart/form-data; boundary=XyZ123";

/// "No Selection", no default submitter.
fn strict() -> Profile {
    Profile::from_json(
        r#"{"name": "Lumen", "base_url": "https://lumen.centercode.com", "project_key": "spring-26", "source_key": "zendesk-bugs", "api_key": "Zk81-aa90-Qq",
        "default_submitter": null, "workflow_status": null, "statuses": ["Open", "In progress", "Won't fix"], "known_submitters": ["ana@lumen.example", "raj.p@lumen.example"],
        "fields": [
          {"field": "Submitter", "parameter": "reporter", "kind": "submitter"}, {"field": "Status", "parameter": "state", "kind": "status"},
          {"field": "Title", "parameter": "title", "kind": "text", "required": true}, {"field": "Details", "parameter": "details", "kind": "long_text"},
          {"field": "How often", "parameter": "frequency", "kind": "single_choice", "choices": ["Once", "Sometimes", "Every time (100%)"]},
          {"field": "Platforms", "parameter": "platforms", "kind": "multiple_choice", "choices": ["iOS", "Android", "Web"], "encoding": "array"},
          {"field": "Tags", "parameter": "tags", "kind": "multiple_choice", "choices": ["sync", "login"], "encoding": "comma"},
          {"field": "Score", "parameter": "score", "kind": "rating_scale", "choices": ["1", "2", "3"]},
          {"field": "Crashes", "parameter": "crashes", "kind": "number"}, {"field": "Beta", "parameter": "beta", "kind": "checkbox"}],
        "file_elements": [{"field": "Log file", "parameter": "logfile"}, {"field": "Screen recording", "parameter": "recording"}]}"#,
    )
    .unwrap()
}

/// A default submitter and a workflow state.
fn easy() -> Profile {
    Profile { default_submitter: Some("bot@lumen.example".into()), workflow_status: Some("Open".into()), ..strict() }
}

#[derive(Clone)]
struct Made(Case);

fn post(url: &str, body: &str) -> Made {
    let headers = vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())];
    let sent =
        RequestRecord { method: "POST".into(), url: url.into(), headers, body: Some(body.into()), ..RequestRecord::default() };
    Made(Case { sent, ..Case::default() })
}

fn upload(url: &str, size: u64) -> Made {
    let part = Part {
        name: "logfile".into(),
        filename: Some("sync.log".into()),
        content_type: Some("text/plain".into()),
        headers: Vec::new(),
        content: Recorded { size: Some(size), sha256: None },
    };
    let sent = RequestRecord {
        method: "POST".into(),
        url: url.into(),
        headers: vec![("Content-Type".into(), FORM.into())],
        body: None,
        parts: Some(vec![part]),
        ..RequestRecord::default()
    };
    Made(Case { sent, ..Case::default() })
}

impl Made {
    fn with(mut self, profile: Profile) -> Self {
        self.0.profile = Some(profile);
        self
    }
    fn strict(self) -> Self {
        self.with(strict())
    }
    fn easy(self) -> Self {
        self.with(easy())
    }
    fn method(mut self, method: &str) -> Self {
        self.0.sent.method = method.into();
        self
    }
    fn header(mut self, name: &str, value: &str) -> Self {
        self.0.sent.headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
        self.0.sent.headers.push((name.into(), value.into()));
        self
    }
    fn no_headers(mut self) -> Self {
        self.0.sent.headers.clear();
        self
    }
    fn no_body(mut self) -> Self {
        self.0.sent.body = None;
        self
    }
    fn part(mut self, change: impl FnOnce(&mut Part<Recorded>)) -> Self {
        change(&mut self.0.sent.parts.as_mut().unwrap()[0]);
        self
    }
    fn answer(self, status: u16, kind: &str, body: &str) -> Self {
        self.answer_with(status, &[("Content-Type", kind)], body)
    }
    fn answer_with(mut self, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.0.outcome = Some(Outcome::Answer(Answer { status, headers, body: body.to_owned().into(), ..Answer::default() }));
        self
    }
    fn json(self, status: u16, body: &str) -> Self {
        self.answer(status, "application/json", body)
    }
    fn bad(self) -> Self {
        self.json(400, BAD)
    }
    fn missing(self) -> Self {
        self.json(404, NOT_FOUND)
    }
    fn failed(mut self, kind: FailureKind, message: &str) -> Self {
        // An answer that came all the same says more than the write that failed beside it.
        let failure = NetworkFailure { kind, message: message.into(), step: None, peer: None };
        self.0.outcome.get_or_insert(Outcome::Failure(failure));
        self
    }
}

fn path(rest: &str) -> String {
    format!("{HOST}{rest}?apiKey=Zk81-aa90-Qq")
}

fn cases() -> Vec<(&'static str, &'static str, Made)> {
    let mut all = addresses();
    all.extend(bodies());
    all.extend(payloads());
    all.extend(uploads());
    all.extend(pages());
    all.extend(failures());
    all
}

/// What libraries, systems and browsers write of a connection that failed: id, kind of the failure, message.
const FAILURES: &str = include_str!("../../data/failures.txt");

fn failures() -> Vec<(&'static str, &'static str, Made)> {
    let row = |line: &'static str| {
        let mut cells = line.splitn(3, '\t');
        let (id, kind, message) = (cells.next().unwrap(), cells.next().unwrap(), cells.next().unwrap());
        let kind = serde_json::from_value(serde_json::Value::from(kind)).unwrap();
        (id, message, post(CREATE, GOOD).strict().failed(kind, message))
    };
    let mut all: Vec<_> = FAILURES.lines().filter(|line| !line.starts_with('#')).map(row).collect();
    all.push((
        "upload.server-limit",
        "answer beside a broken pipe",
        upload(FILE, 40_000_000).strict().answer(413, "text/html", "").failed(FailureKind::Reset, "write EPIPE"),
    ));
    let cut = upload(FILE, 90_000_000).strict().failed(FailureKind::Reset, "Broken pipe (os error 32)");
    all.push(("transport.reset", "upload", cut));
    all
}

fn described(causes: &[Cause]) -> String {
    causes.iter().map(|cause| format!("{} {:.2}", cause.id, cause.confidence.number())).collect::<Vec<_>>().join(", ")
}

#[test]
fn every_case_comes_out_first() {
    let mut wrong = Vec::new();
    for (expected, name, Made(case)) in cases() {
        let causes = diagnose(&case);
        if causes[0].id.as_str() != expected {
            wrong.push(format!("{expected} ({name}): {}", described(&causes)));
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
}

#[test]
fn each_cause_has_three_cases() {
    let mut counts = std::collections::BTreeMap::new();
    for (id, _, _) in cases() {
        *counts.entry(id).or_insert(0) += 1;
    }
    assert!(counts.len() >= 54, "{} causes have cases", counts.len());
    let few: Vec<_> = counts.iter().filter(|(_, count)| **count < 3).collect();
    assert!(few.is_empty(), "{few:?}");
}

#[test]
fn no_text_holds_the_api_key() {
    for (id, name, Made(case)) in cases() {
        for cause in diagnose(&case).into_iter().chain(preflight(&case)) {
            let all = format!("{cause:?}");
            assert!(!all.contains("Zk81-aa90-Qq") && !all.contains("77b2c0ffee"), "{id} ({name}): {all}");
        }
    }
}

#[test]
fn a_valid_request_gets_no_problem() {
    for profile in [strict(), easy()] {
        let Made(case) = post(CREATE, GOOD).with(profile);
        assert_eq!(preflight(&case), vec![]);
    }
    let Made(case) = upload(FILE, 1000).strict();
    assert_eq!(preflight(&case), vec![]);
}

#[test]
fn what_explains_a_failure_warns_before_it() {
    for (id, name, Made(case)) in cases() {
        let is_request = id.starts_with("endpoint.") || id.starts_with("request.") || id.starts_with("field.");
        let by_answer = [
            "endpoint.keys-changed",
            "field.submitter-unknown",
            "field.type",
            "field.format",
            "field.too-long",
            "request.length-required",
            "request.expect-refused",
            "request.headers-too-large",
        ]
        .contains(&id)
            || ["said", "fixed", "308 alone", "redirected slash", "plain on tls port"].contains(&name);
        if is_request && !by_answer {
            assert!(
                preflight(&case).iter().any(|cause| cause.id.as_str() == id),
                "{id} ({name}): {}",
                described(&preflight(&case))
            );
        }
    }
}

#[test]
fn several_faults_are_all_found_the_first_to_trip_over_first() {
    let url = path("/api/v1/projects/spring-26/feedback/jira-bugs");
    let Made(case) =
        post(&url, r#"{"title": "", "frequency": "sometimes", "state": "open", "reporter": "x"}"#).strict().missing();
    let causes = diagnose(&case);
    assert_eq!(causes[0].id.as_str(), "endpoint.source-key-mismatch", "{}", described(&causes));
    for id in ["field.submitter-malformed", "field.status-unknown", "field.required-missing", "field.choice-mismatch"] {
        assert!(causes.iter().any(|cause| cause.id.as_str() == id), "{id} not in {}", described(&causes));
    }
}

proptest::proptest! {
    #[test]
    fn nothing_panics(url in "\\PC{0,80}|https://[a-z.<>{}%0-9/&;=?]{0,80}", body in "\\PC{0,80}|[{}\\[\\]\":,a-z0-9 \\\\]{0,60}", status in 0u16..700, answer in "\\PC{0,80}|<html>[a-z <>/\"=]{0,60}", kind in "\\PC{0,30}") {
        for made in [post(&url, &body).strict(), post(&url, &body), upload(&url, 7).easy()] {
            let Made(case) = made.header("Content-Type", &kind).answer(status, &kind, &answer);
            let causes = diagnose(&case);
            proptest::prop_assert!(!causes.is_empty());
            proptest::prop_assert!(causes.iter().all(|cause| (0.0..=1.0).contains(&cause.confidence.number())));
        }
    }
}
