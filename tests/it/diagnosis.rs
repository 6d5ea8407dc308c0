//! The worked cases, each of which must come out first and right, however the same thing is written.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use centerpost::diagnosis::{Cause, CauseId, FactPlace, diagnose, preflight};
use centerpost::formats::case;
use centerpost::model::{Address, Case, Endpoint, NotRecorded, Outcome, Profile, RequestRecord};

/// Each case with its name and the ids that are right for it.
fn cases() -> Vec<(String, Vec<String>, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cases");
    let expected = fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: BTreeMap<String, Vec<String>> = serde_json::from_str(&expected).unwrap();
    assert!(expected.len() > 600, "{} cases", expected.len());
    expected
        .into_iter()
        .map(|(name, ids)| {
            let text = fs::read_to_string(folder.join(format!("{name}.case.json"))).unwrap();
            (name, ids, case::read(&text).unwrap())
        })
        .collect()
}

fn described(causes: &[Cause]) -> Vec<String> {
    causes.iter().map(|cause| format!("{} {:.2}", cause.id, cause.confidence.number())).collect()
}

fn is_right(ids: &[String], causes: &[Cause]) -> bool {
    // A narrower id is right wherever the id behind it is. Where nothing is proven, "unsure" allows any cause that is not told as a fact.
    let found = causes[0].id;
    ids.iter().any(|id| id == "unsure" && !causes[0].confidence.is_sure())
        || ids.iter().any(|id| *id == found.as_str() || found.narrower_than().iter().any(|broader| *id == broader.as_str()))
}

#[test]
fn the_worked_cases_come_out_first_and_right() {
    let wrong: Vec<_> = cases()
        .into_iter()
        .filter_map(|(name, ids, case)| {
            let causes = diagnose(&case);
            (!is_right(&ids, &causes)).then(|| format!("{name}: expected {ids:?}, found {:?}", described(&causes)))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_cause_says_what_shows_it_and_what_to_do() {
    for (name, _, case) in cases() {
        let causes = diagnose(&case);
        for (index, cause) in causes.iter().enumerate() {
            assert!(!cause.title.is_empty(), "{name}: {cause:?}");
            assert!(!cause.id.is_problem() || !cause.advice.is_empty(), "{name}: {cause:?}");
            // What is only possible may have nothing that shows it.
            assert!(cause.confidence.number() < 0.5 || !cause.evidence.is_empty(), "{name}: {cause:?}");
            assert!(
                index == 0 || !cause.confidence.is_sure(),
                "{name}: only the first counts as proven, {:?}",
                described(&causes)
            );
        }
    }
}

#[test]
fn no_cause_shows_an_api_key() {
    for (name, _, case) in cases() {
        let Some(key) = case.profile.as_ref().map(|profile| profile.api_key.reveal().to_owned()).filter(|key| !key.is_empty())
        else {
            continue;
        };
        for cause in diagnose(&case) {
            let facts: Vec<_> = cause.evidence.iter().map(|fact| fact.text.as_str()).collect();
            let shown = format!("{} {} {}", cause.title, cause.advice, facts.join(" "));
            assert!(!shown.contains(&key), "{name}: {shown}");
        }
    }
}

/// The same case written otherwise: header names in capitals among other headers.
fn other_headers(case: &Case) -> Case {
    let mut case = case.clone();
    for (name, _) in &mut case.sent.headers {
        *name = name.to_uppercase();
    }
    case.sent.headers.push(("USER-AGENT".into(), "PostmanRuntime/7.39.0".into()));
    case.sent.headers.push(("Accept".into(), "*/*".into()));
    if let Some(answer) = case.outcome.as_mut().and_then(Outcome::answer_mut) {
        for (name, _) in &mut answer.headers {
            *name = name.to_lowercase();
        }
        answer.headers.insert(0, ("Strict-Transport-Security".into(), "max-age=31536000".into()));
    }
    case
}

/// The same case with its payload's members in reverse, on many lines.
fn other_layout(case: &Case) -> Option<Case> {
    let mut case = case.clone();
    let body = case.sent.body.as_deref()?;
    let payload: serde_json::Map<String, serde_json::Value> = serde_json::from_str(body).ok()?;
    let reversed: serde_json::Map<_, _> = payload.into_iter().rev().collect();
    case.sent.body = Some(serde_json::to_string_pretty(&reversed).unwrap() + "\r\n");
    Some(case)
}

/// The same case with an answer that says no more than its status.
fn other_answer(case: &Case, kind: &str, body: &str) -> Option<Case> {
    const BARE: [&str; 2] = [
        r#"{"status":400,"description":"Bad Request"}"#,
        r#"{"status":404,"description":"The requested resource could not be found."}"#,
    ];
    let mut case = case.clone();
    let answer = case
        .outcome
        .as_mut()?
        .answer_mut()
        .filter(|answer| !answer.has_success_status() && BARE.contains(&answer.text().as_ref()))?;
    answer.headers = vec![("Content-Type".into(), kind.into())];
    answer.body = body.to_owned().into();
    Some(case)
}

#[test]
fn what_means_the_same_is_explained_the_same() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (name, ids, case) in cases() {
        let variants = [
            Some(other_headers(&case)),
            other_layout(&case),
            other_answer(&case, "", ""),
            other_answer(
                &case,
                "text/html",
                "<!DOCTYPE html><html><head><title>Error</title></head><body><h2>Error</h2></body></html>",
            ),
            other_answer(&case, "application/problem+json", r#"{"type": "about:blank", "title": "Fehler"}"#),
        ];
        for (index, variant) in variants.into_iter().enumerate() {
            let Some(variant) = variant else { continue };
            count += 1;
            let causes = diagnose(&variant);
            if !is_right(&ids, &causes) {
                wrong.push(format!("{name}, variant {index}: expected {ids:?}, found {:?}", described(&causes)));
            }
        }
    }
    assert!(count > 500, "{count} variants");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The same case from a source that did not record a part: the word for it, and the case without it.
fn without_a_part(case: &Case) -> Vec<(&'static str, Case)> {
    let without = |word: &'static str, change: fn(&mut RequestRecord)| {
        let mut case = case.clone();
        change(&mut case.sent);
        let words: Vec<&str> = case.sent.not_recorded.words().into_iter().chain([word]).collect();
        case.sent.not_recorded = NotRecorded::from_words(words);
        (word, case)
    };
    vec![
        without("method", |sent| sent.method = "GET".into()),
        without("headers", |sent| sent.headers.clear()),
        without("body", |sent| (sent.body, sent.parts) = (None, None)),
        without("file-bytes", |sent| sent.parts.iter_mut().flatten().for_each(|part| part.content.size = Some(0))),
        without("host", |sent| {
            let address = Address::parse(&sent.url);
            sent.url = format!("https://{{{{host}}}}{}", address.behind_base());
        }),
    ]
}

/// Whether a cause rests on a part, and on nothing that the answer or the error says.
fn rests_on(cause: &Cause, part: &str, case: &Case) -> bool {
    if cause.id.family() == "transport" {
        return false;
    }
    let places = || cause.evidence.iter().filter_map(|fact| fact.place.as_ref());
    if places().any(|place| matches!(place, FactPlace::AnswerBody(_) | FactPlace::AnswerHeader(_))) {
        return false;
    }
    let host_end = Address::parse(&case.sent.url).authority.end;
    let is_in_part = |place: &FactPlace| match place {
        FactPlace::RequestHeader(_) => part == "headers",
        FactPlace::Body(_) | FactPlace::Parameter(_) | FactPlace::Part(_) => part == "body",
        FactPlace::Url(span) => part == "host" && !span.is_empty() && span.end <= host_end,
        _ => false,
    };
    let is_by_name = match part {
        "method" => cause.id == CauseId::RequestMethod,
        "body" => matches!(cause.id, CauseId::RequestBodyEmpty | CauseId::UploadNoFile | CauseId::UploadEmptyFile),
        "file-bytes" => cause.id == CauseId::UploadEmptyFile,
        "headers" => matches!(cause.id, CauseId::UploadBoundaryMissing | CauseId::UploadNotMultipart),
        _ => false,
    };
    // That the server does not take a method is in its answer.
    is_by_name && case.answer().is_none_or(|answer| answer.status != 405) || places().any(is_in_part)
}

#[test]
fn what_is_not_recorded_proves_nothing() {
    let mut wrong = Vec::new();
    for (name, _, case) in cases() {
        for (part, case) in without_a_part(&case) {
            let sure = diagnose(&case).into_iter().find(|cause| cause.confidence.is_sure() && rests_on(cause, part, &case));
            wrong.extend(sure.map(|cause| format!("{name} without {part}: {} {:?}", cause.id, cause.evidence)));
            let warned = preflight(&case).into_iter().find(|cause| cause.confidence.is_sure() && rests_on(cause, part, &case));
            wrong.extend(warned.map(|cause| format!("{name} without {part}, before: {} {:?}", cause.id, cause.evidence)));
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
}

/// A profile of which only the address and an example are known, as a pasted endpoint makes one.
#[test]
fn a_400_with_a_profile_that_was_told_nothing_is_only_guessed_at() {
    let endpoint = "https://acme.centercode.com/api/v1/projects/beta1/feedback/log?apiKey=k3y4711";
    let body = r#"{"summary": "Crash", "severity": "High"}"#;
    let sample = serde_json::from_str(body).unwrap();
    let profile = Profile {
        fields: centerpost::model::mapping::fields_from_sample(&sample),
        ..Profile::new(Endpoint::from_pasted(endpoint).unwrap())
    };
    let case = serde_json::json!({
        "format": "centerpost.case/1", "profile": profile.to_value(),
        "request": {"method": "POST", "url": endpoint, "headers": [["Content-Type", "application/json"]], "body": body},
        "response": {"status": 400, "headers": [["Content-Type", "application/json"]], "body": r#"{"status":400,"description":"Bad request"}"#}
    });
    let causes = diagnose(&case::read(&case.to_string()).unwrap());
    assert!(causes.iter().all(|cause| !cause.confidence.is_sure()), "{causes:#?}");
    for id in [CauseId::FieldSubmitterMissing, CauseId::FieldStatusMissing, CauseId::FieldChoiceMismatch] {
        assert!(causes.iter().any(|cause| cause.id == id), "{id}: {causes:#?}");
    }
}

#[test]
fn what_was_cancelled_here_is_no_fault_of_the_network() {
    let request = centerpost::model::Request::post_json("https://acme.example/x".into(), "{}", &[]);
    let exchange = centerpost::service::record::cancelled(&request, jiff::Timestamp::UNIX_EPOCH, 12_500_000);
    let causes = diagnose(&Case::of(&exchange, None));
    assert_eq!(causes[0].id, CauseId::TransportCancelled, "{causes:#?}");
    assert!(causes[0].title.starts_with("You cancelled it here"), "{causes:#?}");
    assert!(causes[0].evidence.iter().any(|fact| fact.text.contains("after 12.5 MB of its body")), "{causes:#?}");
}
