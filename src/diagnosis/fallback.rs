//! Where nothing is proven: what is possible, and how to tell it apart. Nothing here ever counts as a fact.

use serde_json::{Map, Value};

use super::cause::{Cause, FactPlace};
use super::context::{Purpose, RuleContext};
use super::other_product::OtherProduct;
use super::rules::endpoint;
use super::{history, text};
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Possible, Proven};
use crate::diagnosis::certainty::Confidence;
use crate::model::Profile;
use crate::model::address::Shape;
use crate::model::contract::{is_absent, parameter_of};
use crate::model::profile::{Field, FieldKind, SourceSetting};
use crate::model::status::status_text;

/// The causes that the status leaves open, given those that were found.
pub(super) fn check(context: &RuleContext<'_>, causes: &[Cause]) -> Vec<Cause> {
    unknown_before_guesses(context, causes, open(context, causes))
}

fn open(context: &RuleContext<'_>, causes: &[Cause]) -> Vec<Cause> {
    let status = context.status();
    let mut found = Vec::new();
    if let Some(product) = &context.other_product {
        return vec![answered_by(product, status)];
    }
    let equal = endpoint::equals_profile(context);
    let profile = context.profile;
    let key_known = profile.is_some_and(|profile| !profile.api_key.is_empty());
    if status == 404 {
        if let Some((index, earlier)) =
            history::same_address(context).filter(|_| context.purpose == Purpose::Create && context.sent.knows_host())
        {
            found.push(
                keys_changed(context, if context.answer_is_documented_404() { Proven.plain() } else { Likely.strong() })
                    .fact(format!("the same address worked {}", history::when(earlier)), FactPlace::Earlier(index)),
            );
        } else if equal == Some(true) {
            let is_documented = context.answer_is_documented_404();
            // Another port or scheme may lead to another server.
            let is_whole = context.sent.knows_port() && !context.sent.not_recorded.scheme;
            let confidence = match (is_documented, key_known, context.purpose) {
                (true, true, Purpose::Create) if is_whole => Proven.weak(),
                (true, _, Purpose::Create) => Likely.strong(),
                _ => Likely.weak(),
            };
            if names_element(context) {
                // What the profile cannot tell is the ticket.
                let id = CauseId::UploadTicketGone;
                found.push(
                    Cause::new(id, Likely.plain(), "The ticket of this attachment endpoint may not exist, or not any more")
                        .fact(
                            "host, keys and file element are the profile's, and the ticket's number is what is left",
                            FactPlace::Url(context.address.path.clone()),
                        )
                        .fact("documented: a 404 means that the endpoint is invalid", FactPlace::AnswerStatus)
                        .advice(id.advice()),
                );
            }
            found.push(keys_changed(context, confidence));
        } else if !context.case.knows_request()
            || profile.is_none() && (context.keys().is_some() || context.sent.url.trim().is_empty())
        {
            for (id, what, words, confidence) in [
                (
                    CauseId::EndpointSourceKeyMismatch,
                    "External Source key",
                    &["external source", "source"][..],
                    Possible.strong(),
                ),
                (CauseId::EndpointProjectKeyMismatch, "project key", &["project"][..], Possible.plain()),
                (CauseId::EndpointApiKeyMismatch, "API key", &["api key", "apikey", "api-key"][..], Possible.weak()),
            ] {
                // An answer that names the part speaks for it, but for the word "resource", which names none.
                let is_named =
                    context.answer_says(words).is_some() && !context.answer_lower.contains("requested resource could not");
                let confidence = if is_named { Likely.strong() } else { confidence };
                found.push(
                    Cause::new(id, confidence, format!("The {what} may not be one that Centercode knows"))
                        .fact("documented: a 404 means that the endpoint is invalid", FactPlace::AnswerStatus)
                        .advice(format!("Compare the {what} with the endpoint that Centercode shows; with a profile of this source it can be told which part differs")),
                );
            }
        }
    } else if !context.case.knows_request() {
        found.extend(documented_reasons(status));
    } else if !matches!(status, 400 | 422) {
        // Others are not about the payload.
        return found;
    } else if context.purpose == Purpose::Create && context.payload().is_some() && context.sent.knows_body() {
        found.extend(possible_fields(context, causes));
        // Where nothing at all is doubted, that no rule explains it is the answer.
        if equal == Some(true) && causes.is_empty() && !found.is_empty() {
            found.push(
                Cause::new(CauseId::EndpointKeysChanged, Possible.weak(), "A key may have been changed in Centercode since")
                    .fact("documented: a 400 can come from an invalid endpoint, too", FactPlace::AnswerStatus)
                    .advice("Compare the keys with Centercode, and correct the profile"),
            );
        }
    }
    found
}

/// Whether an attachment endpoint names a file element of the profile.
fn names_element(context: &RuleContext<'_>) -> bool {
    let Shape::Attachment { rest, .. } = context.address.shape() else { return false };
    let is_known = |name: &str| context.profile.is_some_and(|profile| profile.file_element(name).is_some());
    rest.iter().any(|span| is_known(&context.address.decoded(span)))
}

/// Without a profile nothing can be compared: where no sign speaks for a cause, that none is known comes before the guesses.
fn unknown_before_guesses(context: &RuleContext<'_>, causes: &[Cause], guesses: Vec<Cause>) -> Vec<Cause> {
    let is_seen = |cause: &Cause| cause.confidence > Likely.weak();
    if context.profile.is_some() || guesses.is_empty() || causes.iter().chain(&guesses).any(is_seen) {
        return guesses;
    }
    let (fact, advice) = if context.case.knows_request() {
        (
            "nothing in the request can be compared without a profile",
            "Add a profile of this External Source: with it each part of the request can be compared. What follows is only possible",
        )
    } else {
        (
            "nothing is known of the request",
            "Ask for the request as it was sent: its method, its address without the key, its headers and its body. What follows is only possible",
        )
    };
    let title = format!("{}: nothing that is known tells the cause", status_text(context.status()));
    let unknown = Cause::new(CauseId::Unknown, Possible.strong(), title).fact(fact, FactPlace::AnswerStatus).advice(advice);
    let lowered = guesses.into_iter().map(|cause| Cause { confidence: cause.confidence.min(Possible.plain()), ..cause });
    std::iter::once(unknown).chain(lowered).collect()
}

/// Another product answered: what it did not pass on, Centercode did not judge.
fn answered_by(product: &OtherProduct, status: u16) -> Cause {
    let (fact, place) = product.fact.clone();
    Cause::new(CauseId::Unknown, Likely.plain(), format!("{} answered in place of Centercode, and does not say why", product.name))
        .fact(fact, place)
        .fact(
            format!("{}: it says nothing of the keys and the payload, which this product does not know", status_text(status)),
            FactPlace::AnswerStatus,
        )
        .advice("Find out why this product stands before Centercode: compare host, port and path with the endpoint that Centercode shows, and ask whoever runs it. Its own log says more")
}

fn keys_changed(context: &RuleContext<'_>, confidence: Confidence) -> Cause {
    let title = if context.profile.is_some() {
        "The address is just what the profile says: a key was probably changed in Centercode since"
    } else {
        "The address has worked before: a key was probably changed in Centercode since"
    };
    let mut cause = Cause::new(CauseId::EndpointKeysChanged, confidence, title);
    if endpoint::equals_profile(context) == Some(true) {
        cause = cause.fact("host and keys are the profile's", FactPlace::Url(context.address.path.clone()));
    }
    cause
        .fact("documented: a 404 means that the endpoint is invalid; endpoints change if keys are adjusted", FactPlace::AnswerStatus)
        .advice("Compare project key, source key and API key with Centercode (Management > Project configuration > Feedback types > External sources), and correct the profile")
}

/// What an answer alone may mean, where nothing is known of its request.
fn documented_reasons(status: u16) -> Vec<Cause> {
    if status != 400 {
        return Vec::new();
    }
    const FIX: &str = "Look at the request too: with it, and a profile of this source, it can be told which rule it breaks";
    let documented = "documented: most 400s come from an invalid endpoint or an invalid submitter";
    vec![
        Cause::new(CauseId::FieldSubmitterUnknown, Possible.plain(), "The submitter may not be an existing user of the project")
            .fact(documented, FactPlace::AnswerStatus)
            .advice(FIX),
        Cause::new(CauseId::EndpointKeysChanged, Possible.weak(), "The endpoint may not be valid any more")
            .fact(documented, FactPlace::AnswerStatus)
            .advice(FIX),
        Cause::new(CauseId::FieldChoiceMismatch, Possible.weak(), "A value may not be exactly one of its field's choices")
            .advice(FIX),
    ]
}

/// The guide's most common reason for a 400 is the submitter.
fn possible_fields(context: &RuleContext<'_>, causes: &[Cause]) -> Vec<Cause> {
    let mut found = Vec::new();
    let Some(payload) = context.payload() else { return found };
    let parameter = context.submitter_parameter();
    // Without a profile it is as little known as in one that was never told.
    let default = context.profile.map_or(SourceSetting::NotKnown, Profile::default_submitter_setting);
    let place = FactPlace::Parameter(parameter.to_owned());
    let confidence = |base: Confidence| if causes.is_empty() { base } else { base.min(Possible.plain()) };
    match payload.get(parameter).and_then(Value::as_str) {
        // Nobody can tell whose address was crossed out.
        Some(sent) if text::is_masked_value(sent) => {}
        Some(sent) if !sent.trim().is_empty() && !crate::model::contract::is_email(sent) && context.profile.is_none() => found.push(
            Cause::new(CauseId::FieldSubmitterMalformed, confidence(Likely.strong()), "The submitter is not an e-mail address")
                .fact(format!("sent \"{}\"", text::short(sent)), place)
                .advice("Send the bare e-mail address of an existing user of the project"),
        ),
        // Who is known to be in the project is not doubted.
        Some(sent) if context.profile.is_some_and(|profile| profile.knows_submitter(sent.trim())) => {}
        Some(sent) if !sent.trim().is_empty() => found.push(
            Cause::new(CauseId::FieldSubmitterUnknown, confidence(match (context.profile, default) {
                (Some(_), SourceSetting::NotSet) => Likely.plain(),
                (Some(_), _) => Possible.strong(),
                // The most common reason, which nothing here speaks for.
                (None, _) => Possible.plain(),
            }), "The submitter may not be an existing user of the project")
                .fact(format!("sent \"{}\"", text::short(sent)), place)
                .fact("documented: an invalid submitter is one of the most common reasons of a 400", FactPlace::AnswerStatus)
                .advice("Look the address up among the project's users. To tell it apart, send the same without a submitter to a source with a default submitter"),
        ),
        _ if default == SourceSetting::NotKnown => found.push(
            Cause::new(CauseId::FieldSubmitterMissing, confidence(Likely.weak()), "No submitter was sent; a source without a default submitter wants one")
                .fact(format!("\"{parameter}\" is absent or empty"), place)
                .advice("Send the e-mail address of an existing user, or set a default submitter in the External Source"),
        ),
        _ => {}
    }
    if let Some(profile) = context.profile {
        found.extend(status_not_known(profile, payload, confidence(Possible.plain())));
        found.extend(choice_not_known(profile, payload, confidence(Possible.plain())));
    } else {
        found.extend(nested(payload));
        found.push(
            Cause::new(CauseId::FieldChoiceMismatch, Possible.weak(), "A value may not be exactly one of its field's choices")
                .advice("Compare the values with the choices of the feedback form; with a profile of this source it can be told which one"),
        );
    }
    found
}

/// No status was sent, and whether the source sets its own is not known.
fn status_not_known(profile: &Profile, payload: &Map<String, Value>, confidence: Confidence) -> Option<Cause> {
    let parameter = parameter_of(profile, FieldKind::Status, "status");
    if profile.workflow_status_setting() != SourceSetting::NotKnown || !is_absent(payload.get(parameter)) {
        return None;
    }
    let title = "No status was sent; a source whose workflow is \"No Selection\" wants one";
    Some(
        Cause::new(CauseId::FieldStatusMissing, confidence, title)
            .fact(format!("\"{parameter}\" is absent or empty"), FactPlace::Parameter(parameter.to_owned()))
            .fact("the profile does not know the workflow status", FactPlace::Profile("workflow_status".into()))
            .advice("Look the workflow status up in the External Source, and put it into the profile"),
    )
}

/// Values of choice fields whose choices the profile does not list: any of them may be none.
fn choice_not_known(profile: &Profile, payload: &Map<String, Value>, confidence: Confidence) -> Option<Cause> {
    let sent: Vec<&Field> = profile.unlisted_choices().filter(|field| !is_absent(payload.get(&field.parameter))).collect();
    let first = sent.first()?;
    let names: Vec<String> = sent.iter().take(3).map(|field| format!("\"{}\"", text::short(&field.parameter))).collect();
    let title = format!("The value of {} may not be exactly one of the field's choices", names.join(" or "));
    let mut cause = Cause::new(CauseId::FieldChoiceMismatch, confidence, title);
    for field in sent.iter().take(3) {
        let value = payload.get(&field.parameter).map(Value::to_string).unwrap_or_default();
        cause = cause.fact(format!("sent {}", text::short(&value)), FactPlace::Parameter(field.parameter.clone()));
    }
    Some(
        cause
            .fact("the profile does not list its choices", FactPlace::Profile(format!("fields/{}/choices", first.parameter)))
            .advice(
                "Put the field's choices into the profile, just as the feedback form has them: then each value can be compared",
            ),
    )
}

/// Fields take texts, numbers and lists; an object among them was probably meant for another system.
fn nested(payload: &Map<String, Value>) -> Option<Cause> {
    let (name, _) = payload.iter().find(|(_, value)| match value {
        Value::Object(_) => true,
        Value::Array(items) => items.iter().any(|item| item.is_object() || item.is_array()),
        _ => false,
    })?;
    if payload.len() == 1 && !payload[name].is_array() {
        return Some(
            Cause::new(
                CauseId::RequestEnveloped,
                Likely.plain(),
                format!("The parameters may be inside \"{}\", and not at the top of the body", text::short(name)),
            )
            .fact("it is all that the body holds, and fields take plain values", FactPlace::Parameter(name.clone()))
            .advice("Send the inner object alone, if the External Source maps the names in it"),
        );
    }
    Some(
        Cause::new(
            CauseId::FieldType,
            Likely.plain(),
            format!("The value of \"{}\" may have the wrong JSON type", text::short(name)),
        )
        .fact("it holds an object, and fields take plain values", FactPlace::Parameter(name.clone()))
        .advice("Send a text, a number, true or false, or a list of texts"),
    )
}
