//! Faults of the body and its values.

use super::*;

pub(super) fn bodies() -> Vec<(&'static str, &'static str, Made)> {
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
            "request.json-syntax",
            "read by a source that the profile does not know",
            post(&path("/api/v1/projects/spring-26/feedback/zendesk-ideas"), "{\"title\": \"x\" \"state\": \"Open\"}")
                .strict()
                .json(400, r#"{"message": "JSON parse error: Unexpected character ('\"')"}"#),
        ),
        (
            "field.choice-mismatch",
            "named by a source that the profile does not know",
            post(
                &path("/api/v1/projects/spring-26/feedback/zendesk-ideas"),
                r#"{"title": "x", "reporter": "ana@lumen.example", "state": "Open", "frequency": "often"}"#,
            )
            .strict()
            .json(400, r#"{"message": "frequency: 'often' is not one of the allowed values"}"#),
        ),
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

pub(super) fn payloads() -> Vec<(&'static str, &'static str, Made)> {
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
