//! Further cases, at least three for each cause, as they turn up in the field. Each must come out first, and no wrong one as proven.

use centerpost::diagnosis::{Cause, diagnose, preflight};
use centerpost::model::exchange::{FailureKind, NetworkFailure};
use centerpost::model::multipart::{Part, Recorded};
use centerpost::model::request_record::RequestRecord;
use centerpost::model::{Answer, Case, Outcome, Profile};

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

fn addresses() -> Vec<(&'static str, &'static str, Made)> {
    let create = |rest: &str| post(&path(rest), GOOD);
    vec![
        ("endpoint.placeholder", "angle", create("/api/v1/projects/<YourProjectKey>/feedback/zendesk-bugs").strict().missing()),
        (
            "endpoint.placeholder",
            "encoded braces",
            create("/api/v1/projects/%7BprojectKey%7D/feedback/zendesk-bugs").strict().missing(),
        ),
        ("endpoint.placeholder", "postman", create("/api/v1/projects/spring-26/feedback/{{sourceKey}}").strict().missing()),
        ("endpoint.placeholder", "colon", create("/api/v1/projects/:projectKey/feedback/zendesk-bugs").missing()),
        (
            "endpoint.placeholder",
            "key",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=YOUR_API_KEY", GOOD)
                .strict()
                .missing(),
        ),
        (
            "endpoint.placeholder",
            "host",
            post("https://<YourCentercodeURL>/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=Zk81-aa90-Qq", GOOD)
                .strict()
                .failed(FailureKind::Dns, "getaddrinfo ENOTFOUND <yourcentercodeurl>"),
        ),
        ("endpoint.placeholder", "undefined", create("/api/v1/projects/undefined/feedback/zendesk-bugs").strict().missing()),
        ("endpoint.whitespace", "trailing", post(&format!("{CREATE} "), GOOD).strict().missing()),
        ("endpoint.whitespace", "encoded", create("/api/v1/projects/spring-26%20/feedback/zendesk-bugs").strict().missing()),
        (
            "endpoint.whitespace",
            "zero width",
            create("/api/v1/projects/spring-26/feedback/zendesk\u{200b}-bugs").strict().missing(),
        ),
        ("endpoint.whitespace", "newline", post(&format!("{CREATE}%0A"), GOOD).strict().missing()),
        ("endpoint.whitespace", "nbsp", create("/api/v1/projects/spring-26/feedback/%C2%A0zendesk-bugs").missing()),
        ("endpoint.whitespace", "leading tab", post(&format!("\t{CREATE}"), GOOD).strict().missing()),
        (
            "endpoint.html-escaped",
            "amp",
            post(
                "https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?v=1&amp;apiKey=Zk81-aa90-Qq",
                GOOD,
            )
            .strict()
            .missing(),
        ),
        (
            "endpoint.html-escaped",
            "numeric",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey&#61;Zk81-aa90-Qq", GOOD)
                .strict()
                .missing(),
        ),
        (
            "endpoint.html-escaped",
            "twice",
            post(
                "https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?src=a&#38;apiKey=Zk81-aa90-Qq",
                GOOD,
            )
            .missing(),
        ),
        ("endpoint.path-shape", "slash", create("/api/v1/projects/spring-26/feedback/zendesk-bugs/").strict().missing()),
        ("endpoint.path-shape", "no version", create("/api/projects/spring-26/feedback/zendesk-bugs").strict().missing()),
        ("endpoint.path-shape", "singular", create("/api/v1/project/spring-26/feedback/zendesk-bugs").strict().missing()),
        ("endpoint.path-shape", "doubled", create("/api/v1/api/v1/projects/spring-26/feedback/zendesk-bugs").strict().missing()),
        (
            "endpoint.path-shape",
            "page",
            create("/p/spring-26/issues/list").strict().answer(404, "text/html", "<html><body>Not here</body></html>"),
        ),
        ("endpoint.path-shape", "order", create("/api/v1/feedback/zendesk-bugs/projects/spring-26").strict().missing()),
        ("endpoint.path-shape", "plural", create("/api/v1/projects/spring-26/feedbacks/zendesk-bugs").missing()),
        ("endpoint.path-shape", "v2", create("/api/v2/projects/spring-26/feedback/zendesk-bugs").missing()),
        (
            "endpoint.host-mismatch",
            "other",
            post(
                "https://lumen-staging.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=Zk81-aa90-Qq",
                GOOD,
            )
            .strict()
            .missing(),
        ),
        (
            "endpoint.host-mismatch",
            "typo",
            post("https://lumen.centrecode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=Zk81-aa90-Qq", GOOD)
                .strict()
                .answer(404, "text/html", "<html><title>Parked</title></html>"),
        ),
        (
            "endpoint.host-mismatch",
            "port",
            post("https://lumen.centercode.com:8443/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=Zk81-aa90-Qq", GOOD)
                .strict()
                .missing(),
        ),
        ("endpoint.scheme", "404", post(&CREATE.replace("https", "http"), GOOD).strict().missing()),
        (
            "endpoint.scheme",
            "301",
            post(&CREATE.replace("https", "http"), GOOD).strict().answer_with(301, &[("Location", CREATE)], ""),
        ),
        (
            "endpoint.scheme",
            "308 alone",
            post(&CREATE.replace("https", "http"), GOOD).answer_with(308, &[("location", CREATE)], ""),
        ),
        (
            "endpoint.scheme",
            "403.4",
            post(&CREATE.replace("https", "http"), GOOD).strict().answer(
                403,
                "text/html",
                "<h2>403.4 - SSL is required to view this resource</h2>",
            ),
        ),
        ("endpoint.project-key-missing", "empty", create("/api/v1/projects//feedback/zendesk-bugs").strict().missing()),
        ("endpoint.project-key-missing", "segment", create("/api/v1/projects/feedback/zendesk-bugs").missing()),
        (
            "endpoint.project-key-missing",
            "upload",
            upload(&path("/api/v1/projects/feedback/zendesk-bugs/90210/files/logfile"), 100).strict().missing(),
        ),
        ("endpoint.project-key-mismatch", "older", create("/api/v1/projects/spring-25/feedback/zendesk-bugs").strict().missing()),
        ("endpoint.project-key-mismatch", "other", create("/api/v1/projects/internal/feedback/zendesk-bugs").easy().missing()),
        (
            "endpoint.project-key-mismatch",
            "swapped",
            create("/api/v1/projects/zendesk-bugs/feedback/spring-26").strict().missing(),
        ),
        ("endpoint.source-key-mismatch", "other", create("/api/v1/projects/spring-26/feedback/jira-bugs").strict().missing()),
        (
            "endpoint.source-key-mismatch",
            "punctuation",
            create("/api/v1/projects/spring-26/feedback/zendesk_bugs").strict().missing(),
        ),
        ("endpoint.source-key-mismatch", "400", create("/api/v1/projects/spring-26/feedback/zendesk-ideas").strict().bad()),
        ("endpoint.key-case", "project", create("/api/v1/projects/Spring-26/feedback/zendesk-bugs").strict().missing()),
        ("endpoint.key-case", "source", create("/api/v1/projects/spring-26/feedback/Zendesk-Bugs").strict().missing()),
        (
            "endpoint.key-case",
            "api key",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=zk81-aa90-qq", GOOD)
                .strict()
                .missing(),
        ),
        (
            "endpoint.api-key-missing",
            "none",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs", GOOD).strict().missing(),
        ),
        (
            "endpoint.api-key-missing",
            "empty",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=", GOOD).missing(),
        ),
        (
            "endpoint.api-key-missing",
            "401",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs", GOOD)
                .strict()
                .json(401, r#"{"message": "Unauthorized"}"#),
        ),
        (
            "endpoint.api-key-name",
            "snake",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?api_key=Zk81-aa90-Qq", GOOD)
                .strict()
                .missing(),
        ),
        (
            "endpoint.api-key-name",
            "key",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?key=Zk81-aa90-Qq", GOOD).missing(),
        ),
        (
            "endpoint.api-key-name",
            "lower",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apikey=Zk81-aa90-Qq", GOOD)
                .missing(),
        ),
        (
            "endpoint.api-key-header",
            "own name",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs", GOOD)
                .header("apiKey", "Zk81-aa90-Qq")
                .strict()
                .missing(),
        ),
        (
            "endpoint.api-key-header",
            "header",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs", GOOD)
                .header("X-API-Key", "Zk81-aa90-Qq")
                .strict()
                .missing(),
        ),
        (
            "endpoint.api-key-header",
            "bearer",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs", GOOD)
                .header("Authorization", "Bearer Zk81-aa90-Qq")
                .strict()
                .json(401, "{}"),
        ),
        (
            "endpoint.api-key-mismatch",
            "other",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=77b2c0ffee", GOOD)
                .strict()
                .missing(),
        ),
        (
            "endpoint.api-key-mismatch",
            "cut",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=Zk81-aa90", GOOD)
                .strict()
                .missing(),
        ),
        (
            "endpoint.api-key-mismatch",
            "403",
            post("https://lumen.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?apiKey=0000-1111", GOOD)
                .strict()
                .json(403, r#"{"message":"Forbidden"}"#),
        ),
        ("endpoint.keys-changed", "strict", post(CREATE, GOOD).strict().missing()),
        (
            "endpoint.keys-changed",
            "order",
            post("https://LUMEN.centercode.com/api/v1/projects/spring-26/feedback/zendesk-bugs?x=1&apiKey=Zk81-aa90-Qq", GOOD)
                .strict()
                .missing(),
        ),
        ("endpoint.keys-changed", "easy", post(CREATE, r#"{"title": "Hi"}"#).easy().missing()),
    ]
}

fn bodies() -> Vec<(&'static str, &'static str, Made)> {
    let body = |text: &str| post(CREATE, text).strict().bad();
    vec![
        ("request.method", "get", post(CREATE, "").no_body().method("GET").strict().missing()),
        ("request.method", "put", post(CREATE, GOOD).method("PUT").strict().json(405, "")),
        ("request.method", "get 200", post(CREATE, "").no_body().method("GET").json(200, "[]")),
        ("request.content-type", "absent", post(CREATE, GOOD).no_headers().strict().bad()),
        (
            "request.content-type",
            "urlencoded",
            post(CREATE, GOOD).header("Content-Type", "application/x-www-form-urlencoded").strict().bad(),
        ),
        (
            "request.content-type",
            "415",
            post(CREATE, GOOD).header("CONTENT-TYPE", "text/xml").easy().json(415, r#"{"title":"Unsupported Media Type"}"#),
        ),
        ("request.json-syntax", "trailing", body("{\"title\": \"x\",\n}")),
        ("request.json-syntax", "single", body("{'title': 'x'}")),
        ("request.json-syntax", "curly", body("{“title”: “x”}")),
        ("request.json-syntax", "break", body("{\"title\": \"line one\nline two\"}")),
        ("request.json-syntax", "comment", body("{\"title\": \"x\" /* why */}")),
        ("request.json-syntax", "cut", body("{\"title\": \"x\", \"details\": \"and th")),
        ("request.json-syntax", "bom", body("\u{feff}{\"title\": \"x\"}")),
        ("request.json-syntax", "python", body("{\"title\": \"x\", \"beta\": True}")),
        ("request.json-syntax", "500", post(CREATE, "{title: \"x\"}").easy().json(500, r#"{"message":"Internal Server Error"}"#)),
        ("request.json-syntax", "plain", body("Sync stalls on start")),
        (
            "request.unresolved-variable",
            "handlebars",
            body(r#"{"title": "{{ticket.title}}", "reporter": "ana@lumen.example", "state": "Open"}"#),
        ),
        (
            "request.unresolved-variable",
            "submitter",
            body(r#"{"title": "x", "reporter": "${requester.email}", "state": "Open"}"#),
        ),
        (
            "request.unresolved-variable",
            "unquoted",
            body(r#"{"title": "x", "crashes": {{count}}, "reporter": "ana@lumen.example", "state": "Open"}"#),
        ),
        ("request.unresolved-variable", "percent", body(r#"{"title": "x", "reporter": "%USER_EMAIL%", "state": "Open"}"#)),
        (
            "request.unresolved-variable",
            "choice",
            body(r#"{"title": "x", "reporter": "ana@lumen.example", "state": "Open", "frequency": "<%= freq %>"}"#),
        ),
        ("request.double-encoded", "string", body(&serde_json::to_string(GOOD).unwrap())),
        ("request.double-encoded", "easy", post(CREATE, r#""{\"title\":\"x\"}""#).easy().bad()),
        ("request.double-encoded", "500", post(CREATE, r#""{\"title\":\"x\"}""#).easy().json(500, "{}")),
        (
            "request.form-encoded",
            "declared",
            body("title=Sync+stalls&state=Open").clone_with_type("application/x-www-form-urlencoded"),
        ),
        ("request.form-encoded", "as json", body("title=Sync%20stalls&reporter=ana%40lumen.example")),
        ("request.form-encoded", "payload", post(CREATE, "payload=%7B%22title%22%3A%22x%22%7D").easy().bad()),
        ("request.not-an-object", "array", body("[{\"title\": \"x\"}]")),
        ("request.not-an-object", "string", body("\"Sync stalls\"")),
        ("request.not-an-object", "number", body("42")),
        ("request.not-an-object", "null", body("null")),
        ("request.body-empty", "none", post(CREATE, "").no_body().strict().bad()),
        ("request.body-empty", "blank", body(" \r\n")),
        ("request.body-empty", "500", post(CREATE, "").easy().bad()),
    ]
}

impl Made {
    fn clone_with_type(self, kind: &str) -> Self {
        self.header("Content-Type", kind)
    }
}

fn payloads() -> Vec<(&'static str, &'static str, Made)> {
    let with = |extra: &str| {
        post(CREATE, &format!(r#"{{"title": "Sync stalls", "reporter": "ana@lumen.example", "state": "Open"{extra}}}"#))
            .strict()
            .bad()
    };
    let body = |text: &str| post(CREATE, text).strict().bad();
    vec![
        ("field.submitter-missing", "absent", body(r#"{"title": "x", "state": "Open"}"#)),
        ("field.submitter-missing", "null", body(r#"{"title": "x", "reporter": null, "state": "Open"}"#)),
        (
            "field.submitter-missing",
            "said",
            post(CREATE, r#"{"title": "x"}"#).json(400, r#"{"errors": ["Submitter is required."]}"#),
        ),
        ("field.submitter-malformed", "name", body(r#"{"title": "x", "reporter": "Ana Lopez", "state": "Open"}"#)),
        ("field.submitter-malformed", "angle", body(r#"{"title": "x", "reporter": "Ana <ana@lumen.example>", "state": "Open"}"#)),
        ("field.submitter-malformed", "at", body(r#"{"title": "x", "reporter": "ana(at)lumen.example", "state": "Open"}"#)),
        (
            "field.submitter-malformed",
            "said",
            post(CREATE, r#"{"title": "x", "reporter": "ana"}"#)
                .easy()
                .json(400, r#"{"message": "reporter is not a valid email address"}"#),
        ),
        ("field.submitter-unknown", "typo", body(r#"{"title": "x", "reporter": "anna@lumen.example", "state": "Open"}"#)),
        (
            "field.submitter-unknown",
            "said",
            post(CREATE, GOOD)
                .with(Profile { known_submitters: vec![], ..strict() })
                .json(400, r#"{"status":400,"description":"User not found"}"#),
        ),
        (
            "field.submitter-unknown",
            "german",
            post(CREATE, GOOD)
                .with(Profile { known_submitters: vec![], ..strict() })
                .json(400, r#"{"fehler": "Der Benutzer ana@lumen.example wurde nicht gefunden."}"#),
        ),
        ("field.submitter-unknown", "japanese", post(CREATE, GOOD).easy().json(400, r#"{"error": "ユーザーが見つかりません"}"#)),
        (
            "field.submitter-unknown",
            "french page",
            post(CREATE, GOOD).easy().answer(400, "text/html", "<html><body><p>L'utilisateur est introuvable.</p></body></html>"),
        ),
        ("field.submitter-unknown", "likely", post(CREATE, GOOD).with(Profile { known_submitters: vec![], ..strict() }).bad()),
        ("field.status-missing", "absent", body(r#"{"title": "x", "reporter": "ana@lumen.example"}"#)),
        ("field.status-missing", "empty", body(r#"{"title": "x", "reporter": "ana@lumen.example", "state": ""}"#)),
        (
            "field.status-missing",
            "said",
            body(r#"{"title": "x", "reporter": "ana@lumen.example"}"#)
                .json(422, r#"{"errors":{"state":["The Status field is required."]}}"#),
        ),
        ("field.status-unknown", "other", body(r#"{"title": "x", "reporter": "ana@lumen.example", "state": "Triaged"}"#)),
        ("field.status-unknown", "case", body(r#"{"title": "x", "reporter": "ana@lumen.example", "state": "in progress"}"#)),
        ("field.status-unknown", "quote", body(r#"{"title": "x", "reporter": "ana@lumen.example", "state": "Won’t fix"}"#)),
        ("field.status-unknown", "fixed", post(CREATE, r#"{"title": "x", "state": "Nope"}"#).easy().bad()),
        ("field.choice-mismatch", "case", with(r#", "frequency": "sometimes""#)),
        ("field.choice-mismatch", "punctuation", with(r#", "frequency": "Every time (100 %)""#)),
        ("field.choice-mismatch", "list", with(r#", "platforms": ["iOS", "Windows"]"#)),
        ("field.choice-mismatch", "comma", with(r#", "tags": "sync,upload""#)),
        ("field.choice-mismatch", "rating", with(r#", "score": "5""#)),
        ("field.required-missing", "absent", body(r#"{"reporter": "ana@lumen.example", "state": "Open", "details": "y"}"#)),
        ("field.required-missing", "empty", body(r#"{"title": "", "reporter": "ana@lumen.example", "state": "Open"}"#)),
        ("field.required-missing", "blank", post(CREATE, r#"{"title": "  "}"#).easy().bad()),
        ("field.parameter-name", "case", body(r#"{"Title": "x", "reporter": "ana@lumen.example", "state": "Open"}"#)),
        ("field.parameter-name", "typo", body(r#"{"title": "x", "reportr": "ana@lumen.example", "state": "Open"}"#)),
        ("field.parameter-name", "words", body(r#"{"title": "x", "reporter_email": "ana@lumen.example", "state": "Open"}"#)),
        ("field.parameter-name", "label", body(r#"{"title": "x", "reporter": "ana@lumen.example", "Status": "Open"}"#)),
        ("field.type", "object", body(r#"{"title": {"text": "x"}, "reporter": "ana@lumen.example", "state": "Open"}"#)),
        ("field.type", "string for list", with(r#", "platforms": "iOS""#)),
        ("field.type", "list for string", with(r#", "tags": ["sync"]"#)),
        ("field.format", "words for number", with(r#", "crashes": "a lot""#)),
        ("field.type", "number for choice", with(r#", "frequency": 2"#)),
        ("field.type", "number for text", post(CREATE, r#"{"title": 17}"#).easy().bad()),
        (
            "field.format",
            "date said",
            post(CREATE, r#"{"title": "x", "seen": "31.12.2026"}"#)
                .easy()
                .json(400, r#"{"errors":{"seen":["The value '31.12.2026' is not a valid date."]}}"#),
        ),
        (
            "field.format",
            "date said, another",
            post(CREATE, r#"{"title": "x", "seen": "soon"}"#)
                .easy()
                .json(400, r#"{"message": "seen: String was not recognized as a valid DateTime."}"#),
        ),
        (
            "field.format",
            "number said",
            post(CREATE, r#"{"title": "x", "weight": "1,5"}"#).easy().json(422, r#"{"weight": ["A valid number is required."]}"#),
        ),
        (
            "field.too-long",
            "said",
            post(CREATE, GOOD).easy().json(400, r#"{"errors":{"title":["must be at most 10 characters"]}}"#),
        ),
        (
            "field.too-long",
            "dotnet",
            post(CREATE, GOOD).easy().json(400, r#"{"title": "The field title must be a string with a maximum length of 10."}"#),
        ),
        ("field.too-long", "german", post(CREATE, GOOD).easy().json(400, r#"{"fehler": "Der Wert von title ist zu lang."}"#)),
        ("none", "ok", post(CREATE, GOOD).strict().json(201, r#"{"id": 1}"#)),
        ("none", "200", post(CREATE, r#"{"title": "x", "extra": 1}"#).easy().json(200, r#"{"ticketId": 88}"#)),
        ("none", "upload 204", upload(FILE, 10).strict().answer_with(204, &[], "")),
    ]
}

/// A multipart body as text, whose header names a boundary.
fn form_text(named: &str, used: &str) -> Made {
    form_text_as(&format!("multipart/form-data; boundary={named}"), used)
}

fn form_text_as(kind: &str, used: &str) -> Made {
    let part = "Content-Disposition: form-data; name=\"file\"; filename=\"a.log\"\r\nContent-Type: text/plain\r\n\r\nhello";
    post(FILE, &format!("--{used}\r\n{part}\r\n--{used}--\r\n")).header("Content-Type", kind).strict().bad()
}

fn uploads() -> Vec<(&'static str, &'static str, Made)> {
    const GIB: u64 = 1 << 30;
    let plain_iis = "<html><head><title>404 - File or directory not found.</title></head><body>The resource you are looking for might have been removed.</body></html>";
    vec![
        ("upload.too-large", "3 GiB", upload(FILE, 3 * GIB).strict().json(400, BAD)),
        ("upload.too-large", "reset", upload(FILE, 2 * GIB + 1).strict().failed(FailureKind::Reset, "connection reset by peer")),
        ("upload.too-large", "404", upload(FILE, 5 * GIB).easy().answer(404, "text/html", plain_iis)),
        (
            "upload.server-limit",
            "nginx",
            upload(FILE, 5_000_000).strict().answer(
                413,
                "text/html",
                "<html><h1>413 Request Entity Too Large</h1><hr>nginx/1.22.1</html>",
            ),
        ),
        ("upload.server-limit", "iis plain", upload(FILE, 41_000_000).strict().answer(404, "text/html", plain_iis)),
        (
            "upload.server-limit",
            "500",
            upload(FILE, 200_000_000).strict().answer(
                500,
                "text/plain",
                "System.IO.InvalidDataException: Multipart body length limit 134217728 exceeded.",
            ),
        ),
        (
            "upload.server-limit",
            "kestrel",
            upload(FILE, 31_000_000)
                .json(400, r#"{"title":"Request body too large. The max request body size is 30000000 bytes."}"#),
        ),
        (
            "upload.not-multipart",
            "octet",
            post(FILE, "\u{1}\u{2}binary").header("Content-Type", "application/octet-stream").strict().bad(),
        ),
        ("upload.not-multipart", "json", post(FILE, r#"{"file": "aGVsbG8="}"#).strict().bad()),
        ("upload.not-multipart", "forced", upload(FILE, 100).header("Content-Type", "application/json").strict().json(415, "{}")),
        ("upload.boundary-mismatch", "other", form_text("AAA111", "BBB222")),
        ("upload.boundary-mismatch", "dashes", form_text("--AAA111", "AAA111")),
        ("upload.boundary-mismatch", "case", form_text("aaa111", "AAA111")),
        ("upload.boundary-missing", "no semicolon", form_text_as("multipart/form-data boundary=AAA111", "AAA111")),
        ("upload.boundary-missing", "bare", upload(FILE, 100).header("content-type", "multipart/form-data").strict().bad()),
        (
            "upload.boundary-missing",
            "charset",
            upload(FILE, 100).header("Content-Type", "multipart/form-data; charset=utf-8").bad(),
        ),
        (
            "upload.boundary-missing",
            "500",
            upload(FILE, 100).header("Content-Type", "multipart/form-data").strict().answer(
                500,
                "text/plain",
                "Missing content-type boundary.",
            ),
        ),
        ("upload.no-file", "text", upload(FILE, 100).part(|part| part.filename = None).strict().bad()),
        (
            "upload.no-file",
            "path",
            upload(FILE, 14)
                .part(|part| {
                    part.filename = None;
                    part.content_type = None;
                })
                .bad(),
        ),
        ("upload.no-file", "422", upload(FILE, 3).part(|part| part.filename = None).easy().json(422, "{}")),
        (
            "upload.element-unknown",
            "typo",
            upload(&path("/api/v1/projects/spring-26/feedback/zendesk-bugs/90210/files/logfiles"), 10).strict().missing(),
        ),
        (
            "upload.element-unknown",
            "other",
            upload(&path("/api/v1/projects/spring-26/feedback/zendesk-bugs/90210/files/screenshot"), 10).strict().missing(),
        ),
        (
            "upload.element-unknown",
            "400",
            upload(&path("/api/v1/projects/spring-26/feedback/zendesk-bugs/90210/files/Log%20file"), 10).easy().bad(),
        ),
        ("upload.empty-file", "zero", upload(FILE, 0).strict().bad()),
        ("upload.empty-file", "alone", upload(FILE, 0).bad()),
        ("upload.empty-file", "422", upload(FILE, 0).easy().json(422, "{}")),
    ]
}

fn pages() -> Vec<(&'static str, &'static str, Made)> {
    let good = || post(CREATE, GOOD).strict();
    let html = |status: u16, page: &str| good().answer(status, "text/html; charset=utf-8", page);
    vec![
        ("auth.rejected", "401", good().json(401, r#"{"status":401}"#)),
        ("auth.rejected", "403", good().json(403, r#"{"message":"API key disabled"}"#)),
        ("auth.rejected", "iis", html(403, "<html><title>403 - Forbidden: Access is denied.</title></html>")),
        ("auth.login-page", "redirect", good().answer_with(302, &[("Location", "/login?ReturnUrl=%2Fapi%2Fv1")], "")),
        (
            "auth.login-page",
            "page",
            html(200, "<!DOCTYPE html><html><title>Log in to Lumen</title><form><input type=\"password\"></form></html>"),
        ),
        (
            "auth.login-page",
            "french",
            html(
                200,
                "<html><head><title>Connexion</title></head><body><form action=\"/x\"><input type='password'></form></body></html>",
            ),
        ),
        (
            "auth.login-page",
            "sso",
            good().answer_with(302, &[("location", "https://login.microsoftonline.com/common/oauth2/authorize?client_id=1")], ""),
        ),
        (
            "transport.intercepted",
            "zscaler",
            html(
                403,
                "<html><title>Internet Security by Zscaler</title>Your organization has selected Zscaler to protect you</html>",
            ),
        ),
        (
            "transport.intercepted",
            "fortiguard",
            html(200, "<html><title>Web Page Blocked!</title>FortiGuard Intrusion Prevention</html>"),
        ),
        (
            "transport.intercepted",
            "cloudflare",
            html(403, "<html><title>Attention Required! | Cloudflare</title>Sorry, you have been blocked</html>"),
        ),
        (
            "transport.intercepted",
            "portal",
            html(200, "<html><title>Guest WiFi</title>Welcome to our hotspot. Accept the terms to continue</html>"),
        ),
        (
            "transport.intercepted",
            "f5",
            html(
                200,
                "<html><body>The requested URL was rejected. Please consult with your administrator. Your support ID is: 123</body></html>",
            ),
        ),
        ("server.rate-limited", "json", good().answer_with(429, &[("Retry-After", "30")], "{}")),
        ("server.rate-limited", "html", html(429, "<h1>Too many requests</h1>")),
        ("server.rate-limited", "upload", upload(FILE, 10).strict().json(429, "")),
        ("server.maintenance", "503", html(503, "<h1>Service Unavailable</h1>")),
        ("server.maintenance", "upload", upload(FILE, 10).strict().json(503, "")),
        ("server.maintenance", "retry", good().answer_with(503, &[("Retry-After", "600")], "down for maintenance")),
        ("server.gateway", "502", html(502, "<center>nginx</center>")),
        ("server.gateway", "504", good().answer_with(504, &[("Server", "awselb/2.0")], "")),
        ("server.gateway", "nginx 504", html(504, "<h1>504 Gateway Time-out</h1><hr><center>nginx</center>")),
        ("transport.origin", "522", html(522, "<title>Connection timed out</title> Cloudflare Ray ID")),
        ("transport.origin", "525", html(525, "<title>SSL handshake failed</title>")),
        ("transport.origin", "530", good().answer_with(530, &[("Server", "cloudflare")], "error code: 1033")),
        ("request.length-required", "nginx", html(411, "<h1>411 Length Required</h1><hr><center>nginx</center>")),
        ("request.length-required", "iis", html(411, "<title>Length Required</title>")),
        ("request.length-required", "json", good().json(411, r#"{"status": 411}"#)),
        ("request.expect-refused", "lighttpd", html(417, "<h1>417 Expectation Failed</h1>")),
        ("request.expect-refused", "empty", good().answer_with(417, &[], "")),
        ("request.expect-refused", "squid", good().answer(417, "text/plain", "Expectation failed")),
        ("request.headers-too-large", "431", good().answer_with(431, &[], "")),
        (
            "request.headers-too-large",
            "nginx",
            html(400, "<h1>400 Bad Request</h1><center>Request Header Or Cookie Too Large</center>"),
        ),
        ("request.headers-too-large", "http.sys", html(400, "<h2>Bad Request - Request Too Long</h2><p>HTTP Error 400.</p>")),
        (
            "transport.intercepted",
            "robots in json",
            good().json(403, r#"{"url":"https://geo.captcha-delivery.com/captcha/?initialCid=AH"}"#),
        ),
        (
            "transport.intercepted",
            "robots in json, another",
            good().json(403, r#"{"appId":"PXa1","jsClientSrc":"/a1/init.js","blockScript":"/a1/captcha.js"}"#),
        ),
        (
            "transport.intercepted",
            "gateway's firewall",
            good().answer_with(
                403,
                &[("Server", "Microsoft-Azure-Application-Gateway/v2")],
                "<html><title>403 Forbidden</title></html>",
            ),
        ),
        (
            "transport.proxy",
            "network error page",
            html(
                503,
                "<TITLE>Network Error</TITLE><big>Network Error (tcp_error)</big>A communication error occurred: \"Operation timed out\"",
            ),
        ),
        ("endpoint.scheme", "plain on tls port", html(400, "<center>The plain HTTP request was sent to HTTPS port</center>")),
        ("server.rate-limited", "inside a success", good().json(200, r#"{"status":429,"description":"Too many requests"}"#)),
        ("endpoint.keys-changed", "410", good().json(410, r#"{"description":"This endpoint no longer exists."}"#)),
        ("server.error", "500", good().json(500, r#"{"message":"An error has occurred."}"#)),
        ("server.error", "iis", html(500, "<title>500 - Internal server error.</title>")),
        ("server.error", "507", good().answer_with(507, &[], "")),
        ("response.not-json", "text", good().answer(200, "text/plain", "OK")),
        ("response.not-json", "empty", good().answer_with(200, &[], "")),
        ("response.not-json", "cut", good().json(201, r#"{"id": 47"#)),
        ("response.not-json", "page", html(200, "<html><title>Lumen beta</title><body>Welcome</body></html>")),
        ("transport.proxy", "407", html(407, "<h1>Proxy Authentication Required</h1>")),
        (
            "endpoint.path-shape",
            "redirected slash",
            good().answer_with(301, &[("Location", "/api/v1/projects/spring-26/feedback/zendesk-bugs/?apiKey=Zk81-aa90-Qq")], ""),
        ),
    ]
}

/// What libraries, systems and browsers write of a connection that failed: id, kind of the failure, message.
const FAILURES: &str = include_str!("../data/failures.txt");

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
