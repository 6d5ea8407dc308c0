//! What holds for every case: each place lies in its text, no key is quoted from anywhere, not even its beginning, and what is
//! listed as a choice is never taken for something else.

use centerpost::diagnosis::{Cause, CauseId, FactPlace, diagnose, preflight};
use centerpost::model::draft::{Draft, Entry, Input, Presence};
use centerpost::model::exchange::{FailureKind, NetworkFailure};
use centerpost::model::multipart::{Part, Recorded};
use centerpost::model::profile::{Encoding, Field, FieldKind};
use centerpost::model::request_record::{NotRecorded, RequestRecord};
use centerpost::model::{Answer, Case, Earlier, Outcome, Profile};
use proptest::prelude::*;

const KEY: &str = "s3cr3t-Canary-91f7c0de";

/// A text that a person, a library or an attacker might send.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        proptest::collection::vec(any::<u8>(), 0..60).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        "[{}\\[\\]\":,a-z0-9 \\\\/\n'%<>&#;=$é\u{200b}]{0,60}",
        "<html><title>[a-z ]{0,20}</title>[a-z <>/\"=!-]{0,60}",
        "(\\{\"status\":[0-9]{1,4},\"[a-z]{1,9}\":\"[a-z' ]{0,40}\"\\})",
        Just(format!("Error at https://h/api/v1/projects/p/feedback/s?apiKey={KEY}: key '{KEY}' is not valid")),
    ]
}

fn url() -> impl Strategy<Value = String> {
    prop_oneof![
        text(),
        "https?://[a-z.<>{}%0-9&;:@]{0,30}/[a-z/0-9%<>{}]{0,40}\\??[a-zA-Z=&;%]{0,20}",
        "https://h.example/api/v1/projects/[a-z0-9%.]{0,6}/feedback/[a-z0-9%.]{0,6}(/[0-9a-z]{0,4}){0,3}"
            .prop_map(|url| format!("{url}?apiKey={KEY}")),
        Just(format!("https://h.example/api/v1/projects/p/feedback/s&apiKey={KEY}")),
        Just(format!("https://h.example/api/v1/projects/p/feedback/s?apiKey&#x3D;{KEY}")),
    ]
}

fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        Just("Content-Type".to_owned()),
        Just("Location".to_owned()),
        Just("Server".to_owned()),
        Just("Content-Length".to_owned()),
        text(),
    ];
    let value =
        prop_oneof![Just("application/json".to_owned()), Just("multipart/form-data; boundary=x".to_owned()), url(), text()];
    proptest::collection::vec((name, value), 0..4)
}

fn field() -> impl Strategy<Value = Field> {
    let kind = proptest::sample::select(FieldKind::ALL.to_vec());
    (text(), "[a-z_]{1,8}", kind, any::<bool>(), proptest::collection::vec("\\PC{1,12}", 0..4), any::<bool>()).prop_map(
        |(field, parameter, kind, required, choices, is_comma)| Field {
            field,
            parameter,
            kind,
            required,
            choices,
            encoding: is_comma.then_some(Encoding::Comma),
            ..Field::default()
        },
    )
}

fn profile() -> impl Strategy<Value = Profile> {
    let people = proptest::option::of("[a-z]{1,6}@[a-z]{1,6}\\.example");
    let state = proptest::option::of("[A-Z][a-z]{1,6}");
    (people, state, proptest::collection::vec("[A-Z][a-z]{1,8}", 0..4), proptest::collection::vec(field(), 0..6)).prop_map(
        |(default_submitter, workflow_status, statuses, fields)| {
            let mut profile = Profile::from_json(&format!(
                r#"{{"name": "p", "base_url": "https://h.example", "project_key": "p", "source_key": "s", "api_key": "{KEY}",
                "file_elements": [{{"field": "Log", "parameter": "log"}}]}}"#
            ))
            .unwrap();
            profile.default_submitter = default_submitter;
            profile.workflow_status = workflow_status;
            profile.statuses = statuses;
            profile.fields = fields;
            profile
        },
    )
}

fn parts() -> impl Strategy<Value = Option<Vec<Part<Recorded>>>> {
    let part = (text(), proptest::option::of(text()), proptest::option::of(any::<u64>())).prop_map(|(name, filename, size)| {
        // The sizes of one request add up to what a disk can hold.
        Part { name, filename, content: Recorded { size: size.map(|size| size >> 4), sha256: None }, ..Part::default() }
    });
    proptest::option::weighted(0.3, proptest::collection::vec(part, 0..3))
}

fn outcome() -> impl Strategy<Value = Option<Outcome>> {
    let kinds = vec![
        FailureKind::Dns,
        FailureKind::Refused,
        FailureKind::Tls,
        FailureKind::Timeout,
        FailureKind::Reset,
        FailureKind::Proxy,
        FailureKind::Other,
    ];
    let status = prop_oneof![
        proptest::sample::select(vec![
            200u16, 201, 204, 301, 302, 307, 400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 502, 503
        ]),
        any::<u16>(),
    ];
    prop_oneof![
        3 => (status, headers(), text()).prop_map(|(status, headers, body)| {
            Some(Outcome::Answer(Answer { status, headers, body: body.into(), ..Answer::default() }))
        }),
        1 => (proptest::sample::select(kinds), text()).prop_map(|(kind, message)| {
            Some(Outcome::Failure(NetworkFailure { kind, message, step: None, peer: None }))
        }),
        1 => Just(None),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let not_recorded =
        any::<[bool; 10]>().prop_map(|[method, scheme, host, port, headers, body, file_bytes, variables, rest, address_end]| {
            NotRecorded { method, scheme, host, port, headers, body, file_bytes, variables, rest, address_end }
        });
    let sent = ("POST|GET|\\PC{0,6}", url(), headers(), proptest::option::of(text()), parts(), not_recorded).prop_map(
        |(method, url, headers, body, parts, not_recorded)| RequestRecord { method, url, headers, body, parts, not_recorded },
    );
    let earlier = proptest::collection::vec(
        (url(), 100u16..600, text()).prop_map(|(url, status, when)| Earlier { url, status, when }),
        0..2,
    );
    (proptest::option::of(profile()), sent, outcome(), earlier).prop_map(|(profile, sent, outcome, earlier)| Case {
        profile,
        sent,
        outcome,
        earlier,
        overridden: vec!["endpoint.placeholder".into(), "field.choice-mismatch".into()],
        redacted: Vec::new(),
    })
}

fn shown(cause: &Cause) -> String {
    let facts: Vec<_> = cause.evidence.iter().map(|fact| fact.text.as_str()).collect();
    format!("{}\n{}\n{}", cause.title, cause.advice, facts.join("\n"))
}

/// Whether each place lies in the text that it is a place of, at the boundaries of characters.
fn places_fit(case: &Case, cause: &Cause) -> bool {
    let answer = case.answer().map_or_else(String::new, |answer| answer.text().into_owned());
    cause.evidence.iter().filter_map(|fact| fact.place.as_ref()).all(|place| match place {
        FactPlace::Url(span) => case.sent.url.get(span.clone()).is_some(),
        FactPlace::Body(span) => case.sent.body.as_deref().unwrap_or("").get(span.clone()).is_some(),
        FactPlace::AnswerBody(span) => answer.get(span.clone()).is_some(),
        FactPlace::Earlier(index) => *index < case.earlier.len(),
        _ => true,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happened_is_explained(case in case()) {
        let causes = diagnose(&case);
        prop_assert!(!causes.is_empty());
        prop_assert!(causes.iter().all(|cause| (0.0..=1.0).contains(&cause.confidence.number())), "{causes:?}");
        prop_assert!(causes.is_sorted_by(|a, b| a.confidence >= b.confidence), "{causes:?}");
        for cause in causes.iter().chain(&preflight(&case)) {
            // A key that is longer than what a sentence shows must not show its beginning either.
            prop_assert!(!shown(cause).contains(&KEY[..12]), "{}", shown(cause));
            prop_assert!(places_fit(&case, cause), "{cause:?}");
        }
    }
}

/// A value that a field takes, as its widget holds it.
fn valid(profile: &Profile, field: &Field, pick: usize) -> Input {
    let choice = || field.choices.get(pick % field.choices.len().max(1)).cloned().unwrap_or_else(|| "any".into());
    match field.kind {
        FieldKind::Submitter | FieldKind::Email => {
            Input::Text(profile.known_submitters.first().cloned().unwrap_or_else(|| "ana@lumen.example".into()))
        }
        FieldKind::Status => Input::Text(profile.statuses.first().cloned().unwrap_or_else(|| "New".into())),
        FieldKind::SingleChoice | FieldKind::RatingScale => Input::Text(choice()),
        FieldKind::MultipleChoice => Input::Choices(vec![choice()]),
        FieldKind::Number => Input::Text(pick.to_string()),
        FieldKind::Checkbox => Input::Flag(pick.is_multiple_of(2)),
        FieldKind::Date => Input::Text("2026-03-01".into()),
        FieldKind::Text | FieldKind::LongText => Input::Text(format!("It stops, \"always\" <{pick}> 100 %")),
    }
}

/// A profile whose parameters are all different, with the fields that the contract speaks of.
fn sound_profile() -> impl Strategy<Value = Profile> {
    profile().prop_map(|mut profile| {
        for (index, field) in profile.fields.iter_mut().enumerate() {
            field.parameter = format!("{}_{index}", field.parameter);
            // A choice with a comma cannot be told apart where commas part the choices.
            for choice in &mut field.choices {
                *choice = choice.replace(',', ";").trim().to_owned();
            }
            field.choices.retain(|choice| !choice.is_empty());
        }
        let mut seen = Vec::new();
        profile.fields.retain(|field| {
            let is_single = matches!(field.kind, FieldKind::Submitter | FieldKind::Status);
            let is_new = !is_single || !seen.contains(&field.kind);
            seen.push(field.kind);
            is_new
        });
        for (kind, parameter) in [(FieldKind::Submitter, "submitter"), (FieldKind::Status, "status")] {
            if !profile.fields.iter().any(|field| field.kind == kind) {
                profile.fields.push(Field { field: parameter.into(), parameter: parameter.into(), kind, ..Field::default() });
            }
        }
        profile
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_valid_request_from_the_form_is_never_blamed(profile in sound_profile(), pick in 0usize..7) {
        let entries = profile.fields.iter().map(|field| Entry {
            parameter: field.parameter.clone(),
            presence: Presence::Sent,
            input: valid(&profile, field, pick),
        });
        let draft = Draft { entries: entries.collect(), ..Draft::default() };
        let sent = RequestRecord::from(&draft.request(&profile));
        let unsent = Case { profile: Some(profile), sent, ..Case::default() };
        prop_assert_eq!(preflight(&unsent), vec![]);
        for (status, id) in [(201, "none"), (404, "endpoint.keys-changed"), (401, "auth.rejected"), (500, "server.error")] {
            let answer = Answer { status, body: "{}".into(), ..Answer::default() };
            let causes = diagnose(&Case { outcome: Some(Outcome::Answer(answer)), ..unsent.clone() });
            prop_assert_eq!(causes[0].id.as_str(), id);
        }
    }
}

#[test]
fn a_key_that_may_have_been_crossed_out_is_no_sure_placeholder() {
    let causes = |path: &str| {
        let url = format!("https://h.example/api/v1/projects/{path}");
        let sent = RequestRecord { method: "POST".into(), url, ..RequestRecord::default() };
        let answer = Answer { status: 401, version: "HTTP/1.1".into(), ..Answer::default() };
        diagnose(&Case { sent, outcome: Some(Outcome::Answer(answer)), ..Case::default() })
    };
    let is_placeholder = |cause: &Cause| cause.id == CauseId::EndpointPlaceholder && cause.confidence.is_sure();
    let sure = |causes: &[Cause]| causes.iter().any(is_placeholder);
    for key in ["XXXXXXXX", "xxxx-xxxx", "...", "********", "<api-key>", "YOUR_API_KEY", "[hidden]", "3f0c...71d2"] {
        assert!(!sure(&causes(&format!("p/feedback/s?apiKey={key}"))), "{key}");
    }
    assert!(sure(&causes("<YourProjectKey>/feedback/s?apiKey=3f0c71d2")));
}
