//! Rules of the payload: the profile's contract, with what was probably meant, and what the server's own text names.

use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Possible, Proven};
use crate::diagnosis::certainty::Confidence;
use serde_json::{Map, Value};

use super::encoding;
use super::envelope::Envelope;
use super::json_syntax;
use crate::diagnosis::answer_fields;
use crate::diagnosis::cause::{Cause, FactPlace, Fix};
use crate::diagnosis::context::{Purpose, RuleContext};
use crate::diagnosis::text::{self, short};
use crate::model::contract::{self, Rule, Violation, is_absent, type_name};
use crate::model::profile::{Field, FieldKind, SourceSetting};
use crate::model::{Profile, contract::parameter_of};

/// What is wrong with the payload.
pub(crate) fn check(context: &RuleContext<'_>) -> Vec<Cause> {
    if context.purpose == Purpose::Upload {
        return Vec::new();
    }
    let mut found = match (context.profile, context.payload()) {
        (Some(profile), Some(payload)) => by_profile(context, profile, payload),
        _ => Vec::new(),
    };
    // What was sent may not be known; what the server says of it is.
    // Pages of web servers and filters speak of certificates, users and requirements of their own.
    let is_foreign = context.answer_is_html() && context.status() != 400
        || context
            .other_product
            .as_ref()
            .is_some_and(|product| !product.reads_payload || matches!(context.status(), 401 | 403 | 404));
    if context.status() < 400 || is_foreign {
        return found;
    }
    if let Some(payload) = context.payload() {
        let named = answer_fields::named_by_answer(context, payload);
        let outside = outside_envelope(context, payload, named, &mut found);
        found.extend(outside);
    } else if !context.has_known_body() {
        found.extend(answer_fields::named_by_answer(context, &Map::new()));
    } else if let Some(Value::Object(payload)) = mended(context) {
        // A lenient server reads what is not quite JSON; then it knows what is in it.
        let named = answer_fields::named_by_answer(context, &payload);
        found.extend(named.into_iter().filter(|cause| is_true_of(cause, &payload)));
    }
    found
}

/// What the answer names, without that which lies in an envelope: there it speaks for the envelope's cause.
fn outside_envelope(
    context: &RuleContext<'_>,
    payload: &Map<String, Value>,
    named: Vec<Cause>,
    found: &mut Vec<Cause>,
) -> Vec<Cause> {
    let parameter_of_cause = |cause: &Cause| match cause.id {
        CauseId::FieldSubmitterMissing => Some(context.submitter_parameter().to_owned()),
        CauseId::FieldStatusMissing => {
            let status = |profile| parameter_of(profile, FieldKind::Status, "status");
            Some(context.profile.map_or("status", status).to_owned())
        }
        _ => cause.evidence.iter().find_map(|fact| match &fact.place {
            Some(FactPlace::Parameter(name)) => Some(name.clone()),
            _ => None,
        }),
    };
    let says_missing = |cause: &Cause| {
        matches!(cause.id, CauseId::FieldSubmitterMissing | CauseId::FieldStatusMissing | CauseId::FieldRequiredMissing)
    };
    let missed: Vec<String> = named.iter().filter(|cause| says_missing(cause)).filter_map(parameter_of_cause).collect();
    let envelope = match context.profile {
        Some(profile) => Envelope::find(payload, &|name| profile.field(name).is_some()),
        None => Envelope::find(payload, &|name| missed.iter().any(|missed| missed == name)),
    };
    let Some(envelope) = envelope else { return named };
    if !missed.iter().any(|missed| envelope.holds(missed)) && envelope.may_be_chance() {
        return named;
    }
    let is_told = |cause: &Cause| cause.id == CauseId::RequestEnveloped;
    let (inside, outside): (Vec<Cause>, Vec<Cause>) = named.into_iter().partition(|cause| {
        parameter_of_cause(cause).is_some_and(|name| says_missing(cause) && envelope.holds(&name) || name == envelope.outer())
    });
    if !found.iter().any(is_told) && !inside.is_empty() {
        found.insert(0, envelope.cause(Proven.weak()));
    }
    if let Some(told) = found.iter_mut().find(|cause| is_told(cause)) {
        if !inside.is_empty() {
            // The server misses what lies in it: that is no chance.
            told.confidence = told.confidence.max(Proven.weak());
        }
        let said = inside.into_iter().flat_map(|cause| cause.evidence);
        told.evidence.extend(said.filter(|fact| matches!(fact.place, Some(FactPlace::AnswerBody(_)))));
    }
    outside
}

/// The body as a lenient server may have read it.
fn mended(context: &RuleContext<'_>) -> Option<Value> {
    serde_json::from_str(&json_syntax::find(context.body())?.mended?).ok()
}

/// Whether what a server says of a parameter fits a payload: it did not miss what is there, nor refuse what is not.
pub(crate) fn is_true_of(cause: &Cause, payload: &Map<String, Value>) -> bool {
    let named = cause.evidence.iter().find_map(|fact| match &fact.place {
        Some(FactPlace::Parameter(name)) => Some(name),
        _ => None,
    });
    let says_missing =
        matches!(cause.id, CauseId::FieldSubmitterMissing | CauseId::FieldStatusMissing | CauseId::FieldRequiredMissing);
    named.is_some_and(|name| is_absent(payload.get(name)) == says_missing)
}

fn by_profile(context: &RuleContext<'_>, profile: &Profile, payload: &Map<String, Value>) -> Vec<Cause> {
    let mut found = Vec::new();
    let misnamed = misnamed(profile, payload);
    let envelope = Envelope::find(payload, &|name| profile.field(name).is_some());
    found.extend(envelope.as_ref().map(Envelope::proven));
    let envelope = envelope.filter(|envelope| !envelope.may_be_chance());
    for violation in contract::check(profile, payload) {
        let value = payload.get(&violation.parameter);
        // A variable that was never filled in is the cause of whatever rule it breaks.
        if value.and_then(Value::as_str).is_some_and(|value| text::unresolved(value).is_some()) {
            continue;
        }
        // What was crossed out before it was passed on breaks no rule.
        if is_masked(value) {
            continue;
        }
        let is_of_envelope = envelope.as_ref().is_some_and(|envelope| {
            let is_inside = is_missing(&violation.rule) && envelope.holds(&violation.parameter);
            is_inside || envelope.outer() == violation.parameter
        });
        if is_of_envelope {
            continue;
        }
        if let Some(garbled) = garbled(profile, &violation) {
            found.push(garbled);
            continue;
        }
        let named = misnamed.iter().find(|(_, meant)| *meant == violation.parameter);
        found.push(match (named, is_missing(&violation.rule)) {
            (Some((sent, meant)), true) => parameter_name(sent, meant, Proven.plain()),
            _ => violated(profile, &violation),
        });
    }
    for (sent, meant) in &misnamed {
        if !found.iter().any(|cause| {
            cause.id == CauseId::FieldParameterName
                && cause.fixes.iter().any(|mend| matches!(mend, Fix::RenameParameter { from, .. } if from == sent))
        }) {
            found.push(parameter_name(sent, meant, Possible.strong()));
        }
    }
    if !context.is_before() {
        let mut shown = std::borrow::Cow::Borrowed(payload);
        if payload.values().any(|value| is_masked(Some(value))) {
            shown.to_mut().retain(|_, value| !is_masked(Some(value)));
        }
        found.extend(soft(profile, &shown));
    }
    found
}

/// Whether a value is not the one that was sent.
fn is_masked(value: Option<&Value>) -> bool {
    value.and_then(Value::as_str).is_some_and(text::is_masked_value)
}

/// A value that would be right, had it not been encoded wrongly.
fn garbled(profile: &Profile, violation: &Violation) -> Option<Cause> {
    let parameter = violation.parameter.as_str();
    let (sent, known): (&str, &[String]) = match &violation.rule {
        Rule::SubmitterMalformed(sent) | Rule::SubmitterUnknown(sent) => (sent, &profile.known_submitters),
        Rule::StatusUnknown(sent) => (sent, &profile.statuses),
        Rule::NotAChoice(sent) => (sent, &profile.field(parameter)?.choices),
        _ => return None,
    };
    let (meant, how) = encoding::meant(sent, known.iter().map(String::as_str))?;
    let cause = encoding::cause_of_value(parameter, sent, meant, how);
    let is_single = profile.field(parameter).is_none_or(|field| field.kind != FieldKind::MultipleChoice);
    Some(match is_single {
        true => cause.fix(Fix::SetParameter { parameter: parameter.to_owned(), value: Value::String(meant.to_owned()) }),
        false => cause.fix(Fix::FocusParameter(parameter.to_owned())),
    })
}

fn is_missing(rule: &Rule) -> bool {
    matches!(rule, Rule::SubmitterMissing | Rule::StatusMissing | Rule::RequiredMissing)
}

/// So many names are compared at most: who sends more of them has not mistyped one.
const MOST_NAMES: usize = 200;

/// Parameters that are not mapped but near to one that is and was not sent: what was sent, what was meant.
fn misnamed<'a>(profile: &'a Profile, payload: &'a Map<String, Value>) -> Vec<(&'a str, &'a str)> {
    payload
        .iter()
        .filter(|(name, value)| profile.field(name).is_none() && profile.file_element(name).is_none() && !is_absent(Some(value)))
        .take(MOST_NAMES)
        .filter_map(|(name, _)| {
            let open = || profile.fields.iter().filter(|field| !payload.contains_key(&field.parameter));
            let by_parameter = text::nearest(name, open().map(|field| field.parameter.as_str())).map(|(meant, _)| meant);
            let meant = by_parameter
                .or_else(|| {
                    open()
                        .find(|field| *name == field.field || text::miss(name, &field.field).is_some())
                        .map(|field| field.parameter.as_str())
                })
                .or_else(|| stem_of(name, open()).map(|field| field.parameter.as_str()))?;
            Some((name.as_str(), meant))
        })
        .collect()
}

/// `submitterEmail` for `submitter`, `user.summary` for `summary`: the mapped name as one of the words of what was sent.
fn stem_of<'a>(name: &str, mut open: impl Iterator<Item = &'a Field>) -> Option<&'a Field> {
    let words = words_of(name);
    open.find(|field| words.len() > 1 && words_of(&field.parameter).iter().all(|word| word.len() > 3 && words.contains(word)))
}

fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn parameter_name(sent: &str, meant: &str, confidence: Confidence) -> Cause {
    let how = text::miss(sent, meant).map(|miss| format!("; {}", miss.words())).unwrap_or_default();
    let title = if confidence > Likely.weak() {
        format!("The parameter \"{}\" is not mapped; \"{}\" is", short(sent), short(meant))
    } else {
        format!("The parameter \"{}\" is ignored: it is not mapped, and may have been meant as \"{}\"", short(sent), short(meant))
    };
    Cause::new(CauseId::FieldParameterName, confidence, title)
        .fact(format!("sent \"{}\"", short(sent)), FactPlace::Parameter(sent.to_owned()))
        .fact(format!("the profile maps \"{}\"{how}", short(meant)), FactPlace::Parameter(meant.to_owned()))
        .advice("Name the parameter just as the External Source maps it; case counts")
        .fix(Fix::RenameParameter { from: sent.to_owned(), to: meant.to_owned() })
}

fn field_name<'a>(profile: &'a Profile, parameter: &'a str) -> &'a str {
    profile.field(parameter).map(|field| field.field.as_str()).filter(|name| !name.is_empty()).unwrap_or(parameter)
}

/// A broken rule of the contract, in words, with what was probably meant.
fn violated(profile: &Profile, violation: &Violation) -> Cause {
    let parameter = violation.parameter.as_str();
    let place = FactPlace::Parameter(parameter.to_owned());
    let focus = Fix::FocusParameter(parameter.to_owned());

    match &violation.rule {
        Rule::SubmitterMissing => Cause::new(
            CauseId::FieldSubmitterMissing,
            Proven.plain(),
            "No submitter was sent, and the source has no default submitter",
        )
        .fact(format!("\"{parameter}\" is absent or empty"), place)
        .fact("the profile has no default submitter", FactPlace::Profile("default_submitter".into()))
        .advice("Send the e-mail address of an existing user of the project, or set a default submitter in the External Source")
        .fix(focus),
        Rule::SubmitterMalformed(sent) => {
            let near = text::nearest(sent, profile.known_submitters.iter().map(String::as_str));
            // An unseen character in a known address is both no address and nobody's.
            let confidence = if matches!(near, Some((_, text::Miss::Invisible(_)))) { Likely.strong() } else { Proven.plain() };
            let cause = Cause::new(CauseId::FieldSubmitterMalformed, confidence, "The submitter is not an e-mail address")
                .fact(format!("sent \"{}\"", short(sent)), place)
                .fact(
                    "documented: the submitter is matched on the e-mail address",
                    FactPlace::Profile("default_submitter".into()),
                )
                .advice("Send the bare address, such as jim@example.com, without a name or brackets around it");
            let cause = match text::hidden(sent) {
                Some(c) => cause.fact(format!("it holds {}, which cannot be seen", text::char_name(c)), None),
                None => cause,
            };
            with_choice(cause, parameter, near, focus)
        }
        Rule::SubmitterUnknown(sent) => {
            let near = text::nearest(sent, profile.known_submitters.iter().map(String::as_str));
            let cause = Cause::new(CauseId::FieldSubmitterUnknown, Proven.plain(), "The submitter is not an existing user of the project")
                .fact(format!("sent \"{}\"", short(sent)), place)
                .fact("it is not among the profile's known submitters, and there is no default submitter", FactPlace::Profile("known_submitters".into()))
                .advice("Send an existing user's address, add this user to the project, or set a default submitter in the External Source");
            with_choice(cause, parameter, near, focus)
        }
        Rule::StatusMissing => Cause::new(
            CauseId::FieldStatusMissing,
            Proven.plain(),
            "No status was sent, and the source's workflow is \"No Selection\"",
        )
        .fact(format!("\"{parameter}\" is absent or empty"), place)
        .fact("the profile's workflow status is \"No Selection\"", FactPlace::Profile("workflow_status".into()))
        .advice("Send one of the workflow's statuses, or select a workflow state in the External Source")
        .fix(focus),
        Rule::StatusUnknown(sent) => {
            let near = text::nearest(sent, profile.statuses.iter().map(String::as_str));
            let cause = Cause::new(CauseId::FieldStatusUnknown, Proven.plain(), "The status is not one of the workflow's")
                .fact(format!("sent \"{}\"", short(sent)), place)
                .fact(format!("the workflow has {}", listed(&profile.statuses)), FactPlace::Profile("statuses".into()))
                .advice("Send a status just as the workflow names it");
            with_choice(cause, parameter, near, focus)
        }
        Rule::RequiredMissing => Cause::new(
            CauseId::FieldRequiredMissing,
            Proven.plain(),
            format!("The required field \"{}\" was not sent", field_name(profile, parameter)),
        )
        .fact(format!("\"{parameter}\" is absent or empty"), place)
        .fact("the profile marks it as required", FactPlace::Profile(format!("fields/{parameter}/required")))
        .advice("Send a value for it")
        .fix(focus),
        Rule::NotAChoice(sent) => {
            let choices: &[String] = profile.field(parameter).map_or(&[], |field| &field.choices);
            let near = text::nearest(sent, choices.iter().map(String::as_str));
            let is_single = profile.field(parameter).is_some_and(|field| field.kind != FieldKind::MultipleChoice);
            let cause = Cause::new(
                CauseId::FieldChoiceMismatch,
                Proven.plain(),
                format!("The value of \"{}\" is not exactly one of its choices", field_name(profile, parameter)),
            )
            .fact(format!("sent \"{}\"", short(sent)), place)
            .fact(format!("the choices are {}", listed(choices)), FactPlace::Profile(format!("fields/{parameter}/choices")))
            .advice("Send a choice just as the feedback form has it: case, spaces and punctuation count");
            if is_single { with_choice(cause, parameter, near, focus) } else { with_near(cause, near).fix(focus) }
        }
        Rule::WrongType { expected, found: "a string" } if has_form(profile, parameter) => Cause::new(
            CauseId::FieldFormat,
            Proven.plain(),
            format!("The text of \"{}\" cannot be read as {expected}", field_name(profile, parameter)),
        )
        .fact(format!("sent a string that is not {expected}"), FactPlace::Parameter(parameter.to_owned()))
        .fact(format!("the field takes {expected}"), FactPlace::Profile(format!("fields/{parameter}/kind")))
        .advice(format!("Send {expected}, without units or other text"))
        .fix(focus),
        Rule::WrongType { expected, found } => wrong_type(profile, parameter, expected, found, Proven.plain()).fix(focus),
    }
}

/// Whether a field takes texts of a certain form.
fn has_form(profile: &Profile, parameter: &str) -> bool {
    profile.field(parameter).is_some_and(|field| matches!(field.kind, FieldKind::Number | FieldKind::Checkbox))
}

fn wrong_type(profile: &Profile, parameter: &str, expected: &str, found: &str, confidence: Confidence) -> Cause {
    Cause::new(
        CauseId::FieldType,
        confidence,
        format!("The value of \"{}\" has the wrong JSON type", field_name(profile, parameter)),
    )
    .fact(format!("sent {found}"), FactPlace::Parameter(parameter.to_owned()))
    .fact(format!("the field takes {expected}"), FactPlace::Profile(format!("fields/{parameter}/kind")))
    .advice(format!("Send {expected}"))
}

fn with_near(cause: Cause, near: Option<(&str, text::Miss)>) -> Cause {
    match near {
        Some((meant, miss)) => cause.fact(format!("\"{}\" was probably meant; {}", short(meant), miss.words()), None),
        None => cause,
    }
}

fn with_choice(cause: Cause, parameter: &str, near: Option<(&str, text::Miss)>, focus: Fix) -> Cause {
    let meant = near.as_ref().map(|(meant, _)| (*meant).to_owned());
    let cause = with_near(cause, near);
    match meant {
        Some(meant) => cause.fix(Fix::SetParameter { parameter: parameter.to_owned(), value: Value::String(meant) }),
        None => cause.fix(focus),
    }
}

fn listed(values: &[String]) -> String {
    const MOST: usize = 8;
    let shown: Vec<String> = values.iter().take(MOST).map(|value| format!("\"{}\"", short(value))).collect();
    let more = if values.len() > MOST { format!(" and {} more", values.len() - MOST) } else { String::new() };
    if shown.is_empty() { "not known".to_owned() } else { shown.join(", ") + &more }
}

/// What a server may refuse although the documented rules allow it: only ever possible.
fn soft(profile: &Profile, payload: &Map<String, Value>) -> Vec<Cause> {
    let mut found = Vec::new();
    // Where the source demands one, the contract's own rule says more.
    let submitter = parameter_of(profile, FieldKind::Submitter, "submitter");
    if !profile.default_submitter_setting().is_demanded()
        && let Some(value) = payload.get(submitter).filter(|value| !is_absent(Some(value)))
    {
        found.extend(soft_submitter(profile, submitter, value));
    }
    let status = parameter_of(profile, FieldKind::Status, "status");
    if !profile.workflow_status_setting().is_demanded()
        && let Some(value) = payload.get(status).filter(|value| !is_absent(Some(value)))
    {
        match value.as_str() {
            Some(sent) if !profile.statuses.is_empty() && !profile.statuses.iter().any(|status| status == sent) => {
                let near = text::nearest(sent, profile.statuses.iter().map(String::as_str));
                let cause = Cause::new(
                    CauseId::FieldStatusUnknown,
                    Likely.plain(),
                    "The status is not one of the workflow's, and may be refused",
                )
                .fact(format!("sent \"{}\"", short(sent)), FactPlace::Parameter(status.to_owned()))
                .fact(format!("the workflow has {}", listed(&profile.statuses)), FactPlace::Profile("statuses".into()))
                .advice(match profile.workflow_status_setting() {
                    SourceSetting::Set(_) => "Send a status just as the workflow names it, or none: the source sets its own",
                    _ => "Send a status just as the workflow names it",
                });
                found.push(with_choice(cause, status, near, Fix::FocusParameter(status.to_owned())));
            }
            Some(_) => {}
            None => found.push(wrong_type(profile, status, "a string", type_name(value), Likely.plain())),
        }
    }
    for field in &profile.fields {
        let Some(value) = payload.get(&field.parameter) else { continue };
        found.extend(soft_value(profile, field, value));
    }
    found
}

fn soft_submitter(profile: &Profile, parameter: &str, value: &Value) -> Option<Cause> {
    let Some(sent) = value.as_str() else {
        return Some(wrong_type(profile, parameter, "a string", type_name(value), Likely.strong()));
    };
    if text::unresolved(sent).is_some() {
        return None;
    }
    let place = FactPlace::Parameter(parameter.to_owned());
    if !contract::is_email(sent) {
        return Some(
            Cause::new(
                CauseId::FieldSubmitterMalformed,
                Likely.strong(),
                "The submitter is not an e-mail address, and may be refused for it",
            )
            .fact(format!("sent \"{}\"", short(sent)), place)
            .fact("documented: the submitter is matched on the e-mail address", None)
            .advice(match profile.default_submitter_setting() {
                SourceSetting::Set(_) => {
                    "Send the bare address of a user, or leave the parameter out: the source has a default submitter"
                }
                _ => "Send the bare address of a user",
            }),
        );
    }
    (!profile.known_submitters.is_empty() && !profile.known_submitters.iter().any(|known| known.eq_ignore_ascii_case(sent))).then(|| {
        let near = text::nearest(sent, profile.known_submitters.iter().map(String::as_str));
        let cause = Cause::new(CauseId::FieldSubmitterUnknown, Likely.plain(), "The submitter may not be an existing user of the project")
            .fact(format!("sent \"{}\"", short(sent)), place)
            .fact("it is not among the profile's known submitters", FactPlace::Profile("known_submitters".into()))
            .advice(match profile.default_submitter_setting() {
                SourceSetting::Set(_) => "Send an existing user's address. By the guide the default submitter steps in for an unknown one, so if this is refused, the source may have none any more",
                _ => "Send an existing user's address, or set a default submitter in the External Source",
            });
        with_choice(cause, parameter, near, Fix::FocusParameter(parameter.to_owned()))
    })
}

fn soft_value(profile: &Profile, field: &Field, value: &Value) -> Option<Cause> {
    let expected = match (field.kind, value) {
        (FieldKind::Text | FieldKind::LongText | FieldKind::Email | FieldKind::Date, Value::Number(_) | Value::Bool(_)) => {
            "a string"
        }
        (FieldKind::RatingScale, Value::Number(_)) => "a string",
        (FieldKind::Number, Value::String(_)) => "a number",
        (FieldKind::Checkbox, Value::String(_)) => "true or false",
        (FieldKind::Email, Value::String(text)) if !text.is_empty() && !contract::is_email(text) => {
            return Some(
                Cause::new(
                    CauseId::FieldFormat,
                    Likely.weak(),
                    format!("The value of \"{}\" is not an e-mail address", field_name(profile, &field.parameter)),
                )
                .fact(format!("sent \"{}\"", short(text)), FactPlace::Parameter(field.parameter.clone()))
                .advice("Send a bare e-mail address"),
            );
        }
        (FieldKind::Date, Value::String(text)) if !text.is_empty() && !looks_like_date(text) => {
            return Some(
                Cause::new(
                    CauseId::FieldFormat,
                    Likely.weak(),
                    format!("The value of \"{}\" may not be read as a date", field_name(profile, &field.parameter)),
                )
                .fact(format!("sent \"{}\"", short(text)), FactPlace::Parameter(field.parameter.clone()))
                .advice("Send it as YYYY-MM-DD"),
            );
        }
        _ => return None,
    };
    Some(wrong_type(profile, &field.parameter, expected, type_name(value), Likely.plain()))
}

fn looks_like_date(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok()
        || text.parse::<jiff::Timestamp>().is_ok()
        || text.parse::<jiff::civil::DateTime>().is_ok()
}
