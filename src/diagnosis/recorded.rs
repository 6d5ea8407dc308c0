//! What a source did not record was not "not sent": no cause is told that only the missing part could show.

use super::cause::{Cause, FactPlace};
use super::cause_id::CauseId;
use super::certainty::Certainty::{Likely, Possible};
use super::context::RuleContext;
use super::text;
use crate::model::secrets::placeholder;

/// Keeps the causes that the recorded parts can show.
pub(super) fn keep(context: &RuleContext<'_>, causes: Vec<Cause>) -> Vec<Cause> {
    if context.sent.not_recorded.is_empty() {
        return causes;
    }
    let mut kept: Vec<Cause> = causes.into_iter().filter(|cause| is_shown(context, cause)).collect();
    // What a cut-off text does not show may have stood behind its end.
    for cause in kept.iter_mut().filter(|cause| context.is_before() && is_about_end(context, cause)) {
        cause.confidence = cause.confidence.min(Likely.strong());
    }
    // An answer shows no more of an address whose end the record lacks.
    for cause in kept.iter_mut().filter(|cause| context.sent.not_recorded.address_end && is_about_path(cause.id)) {
        // The shape is that of the whole.
        let most = if cause.id == CauseId::EndpointPathShape { Possible.strong() } else { Likely.strong() };
        cause.confidence = cause.confidence.min(most);
    }
    // The log of a server has no host, and many leave out the query, where keys stand.
    let is_bare = !context.sent.knows_host() && context.address.query.is_empty();
    let most = if context.sent.not_recorded.address_end { Possible.strong() } else { Likely.weak() };
    let is_open = is_bare || context.sent.not_recorded.address_end;
    for cause in kept.iter_mut().filter(|cause| is_open && cause.id == CauseId::EndpointApiKeyMissing) {
        cause.confidence = cause.confidence.min(most);
    }
    kept
}

/// Whether a cause is about something that is missing, or is not whole, where the source may have been cut off.
fn is_about_end(context: &RuleContext<'_>, cause: &Cause) -> bool {
    let sent = context.sent;
    match cause.id {
        CauseId::RequestBodyEmpty
        | CauseId::UploadNoFile
        | CauseId::UploadBoundaryMismatch
        | CauseId::RequestMultipartTicket
        | CauseId::EndpointApiKeyMissing => sent.not_recorded.rest || sent.not_recorded.address_end,
        CauseId::RequestFormEncoded => sent.not_recorded.rest && !context.body().contains('='),
        CauseId::RequestMethod => sent.not_recorded.rest && context.body().is_empty(),
        CauseId::UploadNotMultipart | CauseId::UploadBoundaryMissing => sent.not_recorded.rest,
        CauseId::RequestContentType => {
            let is_own = context.media_type().is_none_or(|kind| kind == "application/x-www-form-urlencoded");
            sent.not_recorded.rest && is_own
        }
        CauseId::RequestJsonSyntax => {
            let body = context.body();
            let last = body.rsplit('\n').next().unwrap_or("").len();
            let at_end = |error: serde_json::Error| {
                error.is_eof() || error.line() > body.matches('\n').count() && error.column() + 1 >= last
            };
            // A word at the end is the beginning of a longer one.
            let is_word = body.trim_start_matches(['[', '<', '`']).chars().all(char::is_alphanumeric);
            // What stands behind a whole body may be the beginning of what a file has behind it.
            let before = body.trim_end().rsplit_once('\n').map_or("", |(before, _)| before.trim());
            let is_whole_before = || !before.is_empty() && serde_json::from_str::<serde::de::IgnoredAny>(before).is_ok();
            sent.not_recorded.rest
                && (is_word || is_whole_before() || serde_json::from_str::<serde::de::IgnoredAny>(body).err().is_some_and(at_end))
        }
        CauseId::UploadElementUnknown | CauseId::UploadToTicketEndpoint => sent.not_recorded.address_end,
        id => sent.not_recorded.address_end && id.family() == "endpoint",
    }
}

fn is_shown(context: &RuleContext<'_>, cause: &Cause) -> bool {
    let sent = context.sent;
    // The server's own words need no record of the request.
    let is_said =
        cause.evidence.iter().any(|fact| matches!(fact.place, Some(FactPlace::AnswerBody(_) | FactPlace::AnswerHeader(_))));
    let places = || cause.evidence.iter().filter_map(|fact| fact.place.as_ref());
    // A header that the record shows was sent, whatever others it leaves out; the last of a text that is cut off may not be whole.
    let shows = |place: &FactPlace| {
        !sent.not_recorded.rest && matches!(place, FactPlace::RequestHeader(name) if sent.header(name).is_some())
    };
    let is_in_header = places().any(|place| matches!(place, FactPlace::RequestHeader(_)) && !shows(place));
    let shows_header = places().any(shows);
    let is_in_body = places().any(|place| matches!(place, FactPlace::Body(_) | FactPlace::Parameter(_) | FactPlace::Part(_)));
    let is_in_authority =
        places().any(|place| matches!(place, FactPlace::Url(span) if span.start < context.address.authority.end.max(1)));
    let holds = |needs: bool, knows: bool| !needs || knows;
    is_said
        || (holds(is_about_variable(context, cause), sent.knows_variables())
            && holds(needs_method(cause.id), sent.knows_method())
            && holds(needs_scheme(cause.id), sent.knows_scheme())
            && holds(needs_host(cause.id) || is_in_authority, sent.knows_host())
            && holds(needs_headers(cause.id) && !shows_header || is_in_header, sent.knows_headers())
            && holds(needs_body(cause.id) && !names_two_boundaries(context) || is_in_body, sent.knows_body())
            && holds(cause.id == CauseId::UploadEmptyFile, sent.knows_file_bytes()))
}

/// Whether Content-Type names a boundary twice, which is wrong whatever the body uses.
fn names_two_boundaries(context: &RuleContext<'_>) -> bool {
    context.sent.header("content-type").is_some_and(|value| value.to_ascii_lowercase().matches("boundary=").count() > 1)
}

/// Whether a cause is about a place where the name of a variable stands, which the sender's shell, program or client fills.
fn is_about_variable(context: &RuleContext<'_>, cause: &Cause) -> bool {
    let sent = context.sent;
    // That a body is a form is seen from its names and signs, whatever stands for a value.
    if cause.id == CauseId::RequestFormEncoded {
        return !context.body().contains('=');
    }
    let names_one = names_variable;
    cause.evidence.iter().filter_map(|fact| fact.place.as_ref()).any(|place| match place {
        FactPlace::Url(span) => sent.url.get(span.clone()).is_some_and(names_one),
        FactPlace::RequestHeader(name) => sent.header(name).is_some_and(names_one),
        FactPlace::Parameter(name) => {
            context.payload().and_then(|payload| payload.get(name)).is_some_and(|value| names_one(&value.to_string()))
        }
        FactPlace::Body(span) => context.body().get(span.start..).is_some_and(|rest| {
            let head: String = rest.chars().take(40).collect();
            text::shell_variable(&head).is_some()
                // A parser stumbles over the first brace or the second.
                || rest.starts_with("{{")
                || rest.starts_with('{') && context.body()[..span.start].ends_with('{')
        }),
        _ => false,
    })
}

/// Whether a text holds the name of a variable.
pub(super) fn names_variable(text: &str) -> bool {
    text::shell_variable(text).is_some() || placeholder::names_in(text).next().is_some()
}

fn is_about_path(id: CauseId) -> bool {
    matches!(
        id,
        CauseId::EndpointPathShape
            | CauseId::EndpointProjectKeyMissing
            | CauseId::EndpointProjectKeyMismatch
            | CauseId::EndpointSourceKeyMismatch
            | CauseId::EndpointKeyCase
    )
}

fn needs_method(id: CauseId) -> bool {
    id == CauseId::RequestMethod
}

fn needs_scheme(id: CauseId) -> bool {
    matches!(id, CauseId::EndpointScheme | CauseId::EndpointNoScheme)
}

fn needs_host(id: CauseId) -> bool {
    matches!(id, CauseId::EndpointHostMismatch | CauseId::EndpointNoScheme)
}

fn needs_headers(id: CauseId) -> bool {
    matches!(
        id,
        CauseId::RequestContentType
            | CauseId::RequestContentEncoding
            | CauseId::UploadNotMultipart
            | CauseId::UploadBoundaryMissing
            | CauseId::UploadBoundaryMismatch
    )
}

fn needs_body(id: CauseId) -> bool {
    id.family() == "field"
        || matches!(
            id,
            CauseId::RequestBodyEmpty
                | CauseId::RequestJsonSyntax
                | CauseId::RequestEncoding
                | CauseId::RequestUnresolvedVariable
                | CauseId::RequestDoubleEncoded
                | CauseId::RequestFormEncoded
                | CauseId::RequestMultipartTicket
                | CauseId::RequestNotAnObject
                | CauseId::RequestEnveloped
                | CauseId::UploadNoFile
                | CauseId::UploadPartName
                | CauseId::UploadSeveralFiles
                | CauseId::UploadEmptyFile
                | CauseId::UploadBoundaryMismatch
        )
}

#[cfg(test)]
mod tests {
    use crate::diagnosis::{CauseId, diagnose, preflight};
    use crate::model::request_record::{NotRecorded, RequestRecord};
    use crate::model::{Answer, Case, Outcome, Profile};

    #[test]
    fn a_form_is_seen_through_its_variables() {
        for (body, is_form) in [("summary={{n}}&level=High", true), ("a=$TITLE", true), ("{{payload}}", false)] {
            let not_recorded = NotRecorded { variables: true, ..NotRecorded::default() };
            let sent = RequestRecord {
                method: "POST".into(),
                url: "https://acme.example/api/v1/projects/beta1/feedback/log?apiKey=3f0c9a71".into(),
                headers: vec![("Content-Type".into(), "application/x-www-form-urlencoded".into())],
                body: Some(body.into()),
                not_recorded,
                ..RequestRecord::default()
            };
            let found = preflight(&Case { sent, ..Case::default() });
            assert_eq!(found.iter().any(|cause| cause.id == CauseId::RequestFormEncoded), is_form, "{body}: {found:?}");
        }
    }

    #[test]
    fn a_type_that_is_shown_counts_without_the_body() {
        for (kind, status, is_told) in [
            ("text/plain", 400, true),
            ("application/x-www-form-urlencoded", 415, true),
            ("multipart/form-data; boundary=b", 400, true),
            ("application/json; charset=utf-8", 400, false),
            ("text/plain", 404, false),
            ("{{type}}", 400, false),
        ] {
            let sent = RequestRecord {
                method: "POST".into(),
                url: "https://acme.example/api/v1/projects/beta1/feedback/log?apiKey=3f0c9a71".into(),
                headers: vec![("Content-Type".into(), kind.into())],
                not_recorded: NotRecorded { headers: true, body: true, ..NotRecorded::default() },
                ..RequestRecord::default()
            };
            let outcome = Some(Outcome::Answer(Answer { status, ..Answer::default() }));
            let found = diagnose(&Case { sent, outcome, ..Case::default() });
            let told: Vec<_> = found.iter().filter(|cause| cause.id == CauseId::RequestContentType).collect();
            assert_eq!(told.len(), usize::from(is_told), "{kind}: {found:?}");
            assert!(told.iter().all(|cause| !cause.confidence.is_sure()), "{kind}: {found:?}");
        }
    }

    #[test]
    fn two_boundaries_are_wrong_whatever_the_body_uses() {
        for (kind, is_told) in [("multipart/form-data; boundary=a; boundary=b", true), ("multipart/form-data; boundary=a", false)]
        {
            let sent = RequestRecord {
                method: "POST".into(),
                url: "https://acme.example/api/v1/projects/beta1/feedback/log/4711/files/trace?apiKey=3f0c9a71".into(),
                headers: vec![("Content-Type".into(), kind.into())],
                not_recorded: NotRecorded { body: true, file_bytes: true, ..NotRecorded::default() },
                ..RequestRecord::default()
            };
            let outcome = Some(Outcome::Answer(Answer { status: 400, ..Answer::default() }));
            let found = diagnose(&Case { sent, outcome, ..Case::default() });
            assert_eq!(found[0].id == CauseId::UploadBoundaryMismatch, is_told, "{kind}: {found:?}");
        }
    }

    #[test]
    fn an_address_without_its_end_proves_nothing_of_its_path() {
        for url in
            ["https://acme.example/api/v1/projects/beta1/feedb", "https://acme.example/api/v1/pro", "https://acme.example/api"]
        {
            let sent = RequestRecord {
                method: "POST".into(),
                url: url.into(),
                not_recorded: NotRecorded { address_end: true, headers: true, body: true, ..NotRecorded::default() },
                ..RequestRecord::default()
            };
            let outcome = Some(Outcome::Answer(Answer { status: 404, ..Answer::default() }));
            let found = diagnose(&Case { sent, outcome, ..Case::default() });
            let sure: Vec<_> =
                found.iter().filter(|cause| cause.id.family() == "endpoint" && cause.confidence.is_sure()).collect();
            assert!(sure.is_empty(), "{url}: {sure:?}");
        }
    }

    #[test]
    fn a_part_that_is_not_recorded_shows_nothing() {
        let profile = Profile {
            base_url: "https://acme.example".into(),
            project_key: "beta1".into(),
            source_key: "log".into(),
            ..Profile::default()
        };
        let whole = RequestRecord {
            method: "GET".into(),
            url: "http://other.example/api/v1/projects/beta1/feedback/log?apiKey=3f0c9a71".into(),
            ..RequestRecord::default()
        };
        for (word, id) in [
            ("method", CauseId::RequestMethod),
            ("host", CauseId::EndpointHostMismatch),
            ("scheme", CauseId::EndpointScheme),
            ("body", CauseId::FieldSubmitterMissing),
            ("body", CauseId::RequestBodyEmpty),
            ("headers", CauseId::RequestContentType),
        ] {
            for status in [400, 404, 415] {
                let not_recorded = NotRecorded::from_words([word]);
                let answer = Answer { status, body: "{}".into(), ..Answer::default() };
                let sent = RequestRecord { not_recorded, ..whole.clone() };
                let case =
                    Case { profile: Some(profile.clone()), sent, outcome: Some(Outcome::Answer(answer)), ..Case::default() };
                let is_sure = |cause: &crate::diagnosis::Cause| cause.id == id && cause.confidence.is_sure();
                assert!(!diagnose(&case).iter().any(is_sure), "{word} {status}");
                assert!(!preflight(&case).iter().any(|cause| cause.id == id), "{word} {status}");
            }
        }
        let before = preflight(&Case { profile: Some(profile), sent: whole, ..Case::default() });
        for id in [CauseId::RequestMethod, CauseId::EndpointHostMismatch, CauseId::EndpointScheme] {
            assert!(before.iter().any(|cause| cause.id == id), "{id}");
        }
    }
}
