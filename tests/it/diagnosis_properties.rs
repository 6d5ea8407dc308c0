//! What holds for every input: no panic, sane confidences, no secret in a text, and no cause for what the form makes.

use centerpost::diagnosis::{check, diagnose, preflight};
use centerpost::model::draft::{Entry, Input, Presence};
use centerpost::model::exchange::{Answer, FailureKind, NetworkFailure};
use centerpost::model::multipart::Part;
use centerpost::model::profile::{Encoding, Field, FieldKind};
use centerpost::model::request_record::RequestRecord;
use centerpost::model::{Case, Draft, Outcome, Profile, Secret};
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~\u{200b}\u{a0}äßé日\u{430}]{0,40}",
        Just("https://acme.centercode.com/api/v1/projects/beta1/feedback/log?apiKey=k3y-9aa7".to_owned()),
        Just("{\"summary\": \"x\", \"severity\": [\"Major\"]}".to_owned()),
        Just("{\"a\": 1,}".to_owned()),
        Just("<html><body>Sign in <form></form>".to_owned()),
        "\\PC{0,60}",
    ]
}

/// A key, which often is the one of the addresses that are made up.
fn key() -> impl Strategy<Value = String> {
    prop_oneof![Just("k3y-9aa7".to_owned()), "[a-z0-9]{8,20}", Just(String::new())]
}

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![Just("Content-Type".to_owned()), Just("location".to_owned()), Just("SERVER".to_owned()), text()];
    proptest::collection::vec((name, text()), 0..5)
}

fn field() -> impl Strategy<Value = Field> {
    (text(), text(), 0..FieldKind::ALL.len(), any::<bool>(), proptest::collection::vec(text(), 0..4)).prop_map(
        |(field, parameter, kind, required, choices)| Field {
            field,
            parameter,
            kind: FieldKind::ALL[kind],
            required,
            choices,
            ..Field::default()
        },
    )
}

fn profile() -> impl Strategy<Value = Profile> {
    (
        text(),
        text(),
        text(),
        key(),
        proptest::option::of(text()),
        proptest::collection::vec(field(), 0..5),
        proptest::collection::vec(text(), 0..3),
    )
        .prop_map(|(base_url, project_key, source_key, api_key, default_submitter, fields, statuses)| Profile {
            base_url,
            project_key,
            source_key,
            api_key: Secret::new(api_key),
            default_submitter,
            fields,
            known_submitters: statuses.clone(),
            statuses,
            ..Profile::default()
        })
}

fn case() -> impl Strategy<Value = Case> {
    let sent = (text(), text(), pairs(), proptest::option::of(text()), proptest::option::of(text())).prop_map(
        |(method, url, headers, body, part)| RequestRecord {
            method,
            url,
            headers,
            body,
            parts: part.map(|name| vec![Part { filename: Some(name.clone()), name, ..Part::default() }]),
            ..RequestRecord::default()
        },
    );
    let answer = (0..1000u16, pairs(), prop_oneof![text().prop_map(String::into_bytes), any::<Vec<u8>>()])
        .prop_map(|(status, headers, body)| Answer { status, headers, body: body.into(), ..Answer::default() });
    let failure = text().prop_map(|message| NetworkFailure { kind: FailureKind::Other, message, step: None, peer: None });
    (proptest::option::of(profile()), sent, proptest::option::of(answer), proptest::option::of(failure)).prop_map(
        |(profile, sent, answer, failure)| {
            let outcome = Outcome::of(answer, failure);
            Case { profile, sent, outcome, ..Case::default() }
        },
    )
}

/// A profile as somebody would configure it, and values for each of its fields that it allows.
fn filled() -> impl Strategy<Value = (Profile, Draft)> {
    let choices = proptest::collection::btree_set("[A-Za-zäöü][A-Za-z0-9 äöü+/-]{0,12}[A-Za-z0-9]", 1..5);
    let field = (0..FieldKind::ALL.len(), any::<bool>(), choices, any::<u32>(), "[A-Za-z0-9 .,!?äöü日]{1,30}[a-z]");
    proptest::collection::vec(field, 1..8).prop_map(|fields| {
        let mut profile = Profile {
            name: "Acme".into(),
            base_url: "https://acme.centercode.com".into(),
            project_key: "beta1".into(),
            source_key: "log".into(),
            api_key: Secret::new("3f0c9a71d2"),
            default_submitter: Some("bot@acme.example".into()),
            workflow_status: Some("New".into()),
            statuses: vec!["New".into(), "Open".into()],
            ..Profile::default()
        };
        let mut draft = Draft::default();
        for (index, (kind, required, choices, number, words)) in fields.into_iter().enumerate() {
            let kind = FieldKind::ALL[kind];
            // A source has one submitter and one status.
            if matches!(kind, FieldKind::Submitter | FieldKind::Status) && profile.field_of_kind(kind).is_some() {
                continue;
            }
            let parameter = format!("parameter{index}");
            let choices: Vec<String> = if kind.has_choices() { choices.into_iter().collect() } else { Vec::new() };
            let pick = choices.get(number as usize % choices.len().max(1)).cloned().unwrap_or_default();
            let input = match kind {
                FieldKind::Text | FieldKind::LongText => Input::Text(words),
                FieldKind::Number => Input::Text(number.to_string()),
                FieldKind::Date => Input::Text("2026-11-23".into()),
                FieldKind::Checkbox => Input::Json((number % 2 == 0).into()),
                FieldKind::Email | FieldKind::Submitter => Input::Text(format!("user{number}@acme.example")),
                FieldKind::Status => Input::Text("Open".into()),
                FieldKind::SingleChoice | FieldKind::RatingScale => Input::Text(pick),
                FieldKind::MultipleChoice => Input::Json(vec![pick].into()),
            };
            profile.fields.push(Field {
                field: format!("Field {index}"),
                parameter: parameter.clone(),
                kind,
                required,
                choices,
                encoding: (kind == FieldKind::MultipleChoice).then_some(Encoding::Array),
                ..Field::default()
            });
            draft.entries.push(Entry { parameter, presence: Presence::Sent, input });
        }
        // What a file or the JSON tab brings goes through the form as everything does.
        let text = draft.payload_text(&profile);
        let mut draft = Draft::default();
        draft.set_json(&text, &profile);
        draft.leave_json();
        (profile, draft)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_panics_and_causes_are_sane(case in case()) {
        let key = case.profile.as_ref().map(|profile| profile.api_key.reveal().to_owned()).unwrap_or_default();
        let causes = diagnose(&case);
        if case.outcome.is_some() {
            prop_assert!(!causes.is_empty());
        }
        let mut before = 1.0;
        for cause in causes.iter().chain(&preflight(&Case { outcome: None, ..case.clone() })) {
            prop_assert!((0.0..=1.0).contains(&cause.confidence.number()), "{cause:?}");
            prop_assert!(!cause.title.is_empty() && !cause.title.ends_with('.'), "{cause:?}");
        }
        for cause in &causes {
            prop_assert!(cause.confidence.number() <= before, "{causes:?}");
            before = cause.confidence.number();
            if !key.is_empty() {
                let facts: Vec<&str> = cause.evidence.iter().map(|fact| fact.text.as_str()).collect();
                let shown = format!("{} {} {}", cause.title, cause.advice, facts.join(" "));
                prop_assert!(!shown.contains(&key), "{shown}");
            }
        }
        if let Some(profile) = &case.profile {
            check(profile, &case.sent);
        }
    }

    #[test]
    fn what_the_form_makes_has_no_field_cause((profile, draft) in filled()) {
        let sent = RequestRecord::from(&draft.request(&profile));
        let causes = preflight(&Case { profile: Some(profile.clone()), sent: sent.clone(), ..Case::default() });
        prop_assert!(causes.is_empty(), "{causes:#?}\n{sent:?}\n{:?}", sent.body);
        prop_assert!(check::is_fine(&check(&profile, &sent)));
    }
}
