//! A rehearsal's answer beside the real one: where the sandbox twin of a profile and Centercode differ, the profile no longer says what
//! Centercode is configured to.

use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::Likely;
use std::collections::BTreeSet;

use serde_json::Value;

use super::cause::Cause;
use super::diagnose::diagnose;
use super::text::short;
use crate::model::attachment;
use crate::model::status::status_text;
use crate::model::{Answer, Case, Endpoint, Profile};

/// What came of comparing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Whether they agree.
    pub agreement: Agreement,
    /// What that means, in one sentence without a full stop.
    pub finding: String,
    /// Each difference, the weightiest first.
    pub differences: Vec<Difference>,
}

/// Whether twin and server agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Both took it.
    BothTake,
    /// Both refused it, as far as can be told for the same reason.
    BothRefuse,
    /// They differ, and that is the finding.
    Differ,
    /// There is no answer of the server to compare with, or one that is not Centercode's.
    NotComparable,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs.
    pub what: Compared,
    /// What the twin does.
    pub twin: String,
    /// What the server does.
    pub real: String,
    /// What follows from it, in words without a full stop.
    pub meaning: String,
    /// Whether it speaks against the profile, or is only worth knowing.
    pub counts: bool,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Compared {
    Status,
    Causes,
    FileElements,
    Shape,
}

impl Compared {
    /// Its name as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Status => "Status",
            Self::Causes => "Causes",
            Self::FileElements => "File elements",
            Self::Shape => "Form of the answer",
        }
    }
}

/// Compares what the twin answered with what the server did. Each case holds the profile that its answer is explained by.
pub fn compare(twin: &Case, real: &Case) -> Comparison {
    let (Some(twin_answer), Some(real_answer)) = (twin.answer(), real.answer()) else {
        let finding = match real.failure().or(twin.failure()) {
            Some(failure) => format!("There is nothing to compare: {}", failure.kind.words()),
            None => "There is nothing to compare: no answer came".to_owned(),
        };
        return Comparison { agreement: Agreement::NotComparable, finding, differences: Vec::new() };
    };
    let mut differences = Vec::new();
    let is_status_same = group(twin_answer.status) == group(real_answer.status);
    if twin_answer.status != real_answer.status {
        differences.push(Difference {
            what: Compared::Status,
            twin: status_words(twin_answer.status),
            real: status_words(real_answer.status),
            meaning: status_meaning(twin_answer.status, real_answer.status).to_owned(),
            counts: !is_status_same,
        });
    }
    if twin_answer.judgement().is_created() && real_answer.judgement().is_created() {
        differences.extend(elements(twin, twin_answer, real, real_answer));
        differences.extend(shape(twin_answer, real_answer));
    } else if is_status_same {
        differences.extend(causes(twin, real));
    }
    summed_up(twin_answer, real_answer, real, differences)
}

fn summed_up(twin: &Answer, real: &Answer, case: &Case, differences: Vec<Difference>) -> Comparison {
    let foreign = diagnose(case).into_iter().find(is_foreign);
    if let Some(cause) = foreign {
        let finding = format!("The real answer is not Centercode's, so it says nothing of the profile: {}", cause.title);
        return Comparison { agreement: Agreement::NotComparable, finding, differences };
    }
    let counting = differences.iter().find(|difference| difference.counts);
    let (agreement, finding) = match counting {
        Some(difference) => (Agreement::Differ, difference.meaning.clone()),
        None if twin.judgement().is_created() && real.judgement().is_created() => {
            (Agreement::BothTake, "The twin and Centercode both take this request: the profile fits".to_owned())
        }
        None => (
            Agreement::BothRefuse,
            format!("The twin and Centercode both refuse this request with {}: the profile explains it", real.status),
        ),
    };
    Comparison { agreement, finding, differences }
}

/// Whether something in between answered.
fn is_foreign(cause: &Cause) -> bool {
    cause.confidence.is_sure()
        && matches!(
            cause.id,
            CauseId::AuthLoginPage
                | CauseId::TransportIntercepted
                | CauseId::TransportProxy
                | CauseId::ServerGateway
                | CauseId::ServerMaintenance
                | CauseId::ServerRateLimited
                | CauseId::ServerError
                | CauseId::UploadServerLimit
        )
}

/// Statuses that mean the same: any success, and each refusal for itself.
fn group(status: u16) -> u16 {
    if (200..300).contains(&status) { 200 } else { status }
}

fn status_words(status: u16) -> String {
    status_text(status)
}

fn status_meaning(twin: u16, real: u16) -> &'static str {
    match (group(twin), group(real)) {
        (200, 200) => "Both are successes; Centercode does not document which one it sends",
        (200, 400 | 422) => {
            "By the profile this payload is right, and Centercode refuses it: a required field, a choice, the submitter or the status differs in Centercode from the profile"
        }
        (200, 404) => {
            "By the profile the address is right, and Centercode does not know it: a key was changed in Centercode since, or the profile never had it right"
        }
        (200, 401 | 403) => "By the profile the API key is right, and the server does not accept it",
        (200, 300..=399) => "The server sends the request on to another address, which the profile knows nothing of",
        (200, _) => "The server fails at a request that the profile allows; this need not be the profile's fault",
        (400, 200) => "Centercode takes what the profile forbids: a rule of the profile is stricter than Centercode's",
        (404, 200) => "Centercode takes an address that the profile does not have: the profile's keys are out of date",
        (400, 404) => {
            "The twin rejects the payload, and Centercode rejects the URL: a key in Centercode differs from the profile, and the payload is also wrong"
        }
        (404, 400) => {
            "Centercode knows the address and refuses the payload, the twin does not know the address: a key of the profile is out of date"
        }
        _ => "Both refuse it, for different reasons",
    }
}

/// Where both refuse with the same status: whether for the same reason.
fn causes(twin: &Case, real: &Case) -> Option<Difference> {
    let first = |case: &Case| {
        diagnose(case).into_iter().find(|cause| cause.id != CauseId::NoProblem && cause.confidence.certainty() >= Likely)
    };
    let (twin, real) = (first(twin), first(real));
    let id = |cause: &Option<Cause>| cause.as_ref().map(|cause| cause.id);
    if id(&twin) == id(&real) {
        return None;
    }
    let title = |cause: Option<Cause>| cause.map_or_else(|| "no known cause".to_owned(), |cause| cause.title);
    Some(Difference {
        what: Compared::Causes,
        twin: title(twin),
        real: title(real),
        meaning: "Both refuse it, for different reasons: a rule differs in Centercode from the profile".to_owned(),
        counts: true,
    })
}

/// The file elements that the answers name endpoints for.
fn elements(twin: &Case, twin_answer: &Answer, real: &Case, real_answer: &Answer) -> Option<Difference> {
    let named = |case: &Case, answer: &Answer| -> BTreeSet<String> {
        let Some(json) = answer.json() else { return BTreeSet::new() };
        let sent_to = Endpoint::from_pasted(&case.sent.url).unwrap_or_default();
        let found = attachment::find(&json, &sent_to, case.profile.as_ref());
        found.into_iter().map(|endpoint| endpoint.parameter.unwrap_or_else(|| last_segment(&endpoint.returned))).collect()
    };
    let (twin_names, real_names) = (named(twin, twin_answer), named(real, real_answer));
    let profile_has = |name: &String| real.profile.as_ref().and_then(|profile: &Profile| profile.file_element(name)).is_some();
    let missing: Vec<&String> = twin_names.iter().filter(|name| !real_names.contains(*name)).collect();
    let more: Vec<&String> = real_names.iter().filter(|name| !profile_has(name)).collect();
    if missing.is_empty() && more.is_empty() {
        return None;
    }
    let meaning = match (missing.as_slice(), more.as_slice()) {
        ([], more) => format!("The answer names an endpoint for {}, which the profile has no file element for", joined(more)),
        (missing, []) => {
            format!("The answer names no endpoint for {}, which the profile has a file element for", joined(missing))
        }
        (missing, more) => format!(
            "The answer names an endpoint for {}, which the profile does not have, and none for {}, which it has",
            joined(more),
            joined(missing)
        ),
    };
    let listed =
        |names: &BTreeSet<String>| if names.is_empty() { "none".into() } else { joined(&names.iter().collect::<Vec<_>>()) };
    Some(Difference { what: Compared::FileElements, twin: listed(&twin_names), real: listed(&real_names), meaning, counts: true })
}

fn last_segment(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or("");
    short(path.trim_end_matches('/').rsplit('/').next().unwrap_or(""))
}

fn joined(names: &[&String]) -> String {
    names.iter().map(|name| format!("\"{}\"", short(name))).collect::<Vec<_>>().join(", ")
}

/// The form of two successes. Centercode does not document its own, so a difference is worth knowing and no fault.
fn shape(twin: &Answer, real: &Answer) -> Option<Difference> {
    let words = |answer: &Answer| match answer.json() {
        Some(Value::Object(members)) => {
            let keys: Vec<String> = members.keys().take(8).map(|key| short(key)).collect();
            format!("an object with {}", if keys.is_empty() { "nothing in it".into() } else { keys.join(", ") })
        }
        Some(other) => crate::model::contract::type_name(&other).to_owned(),
        None if answer.body.is_empty() => "nothing".to_owned(),
        None => "no JSON".to_owned(),
    };
    let (twin_words, real_words) = (words(twin), words(real));
    (twin_words != real_words).then(|| Difference {
        what: Compared::Shape,
        twin: twin_words,
        real: real_words,
        meaning: "Centercode does not document the form of its success response, so this proves nothing".to_owned(),
        counts: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Outcome;
    use crate::model::exchange::{FailureKind, NetworkFailure};
    use crate::model::request_record::RequestRecord;

    fn case(answered: Option<(u16, &str)>) -> Case {
        let profile = Profile::from_json(
            r#"{"base_url": "https://h.example", "project_key": "p", "source_key": "s", "api_key": "k1", "default_submitter": "a@b.example",
            "workflow_status": "New", "fields": [{"parameter": "summary", "kind": "text", "required": true}],
            "file_elements": [{"field": "Log", "parameter": "log"}]}"#,
        )
        .unwrap();
        let sent = RequestRecord {
            method: "POST".into(),
            url: "https://h.example/api/v1/projects/p/feedback/s?apiKey=k1".into(),
            headers: vec![("Content-Type".into(), "application/json".into())],
            body: Some(r#"{"summary": "x"}"#.into()),
            ..RequestRecord::default()
        };
        let answer = |(status, body): (u16, &str)| Answer { status, body: body.to_owned().into(), ..Answer::default() };
        let outcome = answered.map(answer).map(Outcome::Answer);
        Case { profile: Some(profile), sent, outcome, ..Case::default() }
    }

    const TAKEN: &str = r#"{"id": 1, "attachments": {"log": "https://h.example/api/v1/projects//feedback/s/1/files/log"}}"#;

    #[test]
    fn findings_by_table() {
        let more = TAKEN.replace("}}", ", \"trace\": \"https://h.example/api/v1/projects//feedback/s/1/files/trace\"}}");
        let nested = format!(r#"{{"data": {TAKEN}}}"#);
        for (twin, real, agreement, words) in [
            ((201, TAKEN), (201, TAKEN), Agreement::BothTake, "the profile fits"),
            ((201, TAKEN), (200, nested.as_str()), Agreement::BothTake, "the profile fits"),
            ((201, TAKEN), (201, more.as_str()), Agreement::Differ, "\"trace\", which the profile has no file element for"),
            ((201, TAKEN), (201, "{\"id\": 1}"), Agreement::Differ, "no endpoint for \"log\""),
            ((201, TAKEN), (400, "{\"status\": 400}"), Agreement::Differ, "Centercode refuses it"),
            ((201, TAKEN), (404, "{\"status\": 404, \"description\": \"x\"}"), Agreement::Differ, "a key was changed"),
            ((400, ""), (201, TAKEN), Agreement::Differ, "stricter"),
            ((404, ""), (201, TAKEN), Agreement::Differ, "out of date"),
            ((400, ""), (404, ""), Agreement::Differ, "rejects the URL"),
            ((404, "{\"description\": \"\"}"), (404, "{\"description\": \"\"}"), Agreement::BothRefuse, "both refuse"),
            ((201, TAKEN), (503, "Service Unavailable"), Agreement::NotComparable, "not Centercode's"),
        ] {
            let found = compare(&case(Some(twin)), &case(Some(real)));
            assert!(found.agreement == agreement && found.finding.contains(words), "{twin:?} {real:?}: {found:#?}");
        }
    }

    #[test]
    fn refusals_for_different_reasons_differ() {
        let mut twin = case(Some((400, "{}")));
        twin.sent.body = Some("{}".into());
        let mut real = case(Some((400, "{}")));
        real.sent.body = Some("{\"summary\": \"x\",}".into());
        let found = compare(&twin, &real);
        assert_eq!((found.agreement, found.differences[0].what), (Agreement::Differ, Compared::Causes));
    }

    #[test]
    fn without_an_answer_there_is_nothing_to_compare() {
        let mut real = case(None);
        real.outcome =
            Some(Outcome::Failure(NetworkFailure { kind: FailureKind::Dns, message: "x".into(), step: None, peer: None }));
        let found = compare(&case(Some((201, TAKEN))), &real);
        assert_eq!(found.agreement, Agreement::NotComparable);
        assert!(found.finding.contains("does not resolve"), "{}", found.finding);
    }
}
