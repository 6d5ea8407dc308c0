//! What a server's own text says: the field or the submitter it names, and what it says of it.

use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::Proven;
use serde_json::{Map, Value};

use super::answer_text::{AnswerSentence, has_word, says, sentences};
use super::cause::{Cause, FactPlace, Fix};
use super::context::RuleContext;
use super::phrases::fields::{API_KEY, FORMAT, INVALID, MALFORMED, MISSING, TOO_LONG, TYPE, UNKNOWN, UNREADABLE};
use super::text::short;

/// So many parameters are looked for in each sentence at most.
const MOST_NAMES: usize = 200;

/// The causes that the answer's text names.
pub(super) fn named_by_answer(context: &RuleContext<'_>, payload: &Map<String, Value>) -> Vec<Cause> {
    let mut found: Vec<Cause> = Vec::new();
    for said in sentences(context) {
        let Some(cause) = cause_of(context, payload, &said) else { continue };
        if !found.iter().any(|other| other.id == cause.id) {
            found.push(cause);
        }
    }
    found
}

fn cause_of(context: &RuleContext<'_>, payload: &Map<String, Value>, said: &AnswerSentence) -> Option<Cause> {
    let text = said.text.to_lowercase();
    // A stack trace holds the names of a program, not those of a form.
    if text.contains("exception") && (text.contains(" at ") || text.contains("\n")) {
        return None;
    }
    let names: Vec<String> = said.names.iter().map(|name| name.to_lowercase()).collect();
    let about = |words: &[&str]| words.iter().any(|word| has_word(&text, word) || names.iter().any(|name| has_word(name, word)));
    let is_missing = says(&text, MISSING);
    let is_unknown = says(&text, UNKNOWN);
    let is_invalid = says(&text, INVALID);
    let is_type = says(&text, TYPE);
    let is_malformed = says(&text, MALFORMED);
    let is_too_long = says(&text, TOO_LONG);
    let is_format = says(&text, FORMAT);
    if !(is_missing || is_unknown || is_invalid || is_type || is_malformed || is_too_long || is_format) {
        return None;
    }
    // Who could not read the body as JSON says where it stopped, and nothing of the field that stands there.
    if says(&text, UNREADABLE) && !context.body().trim().is_empty() && context.json.is_none() {
        return None;
    }
    let parameter = parameter_named(context, payload, &text, &names);
    use crate::model::profile::FieldKind as Kind;
    let kind = parameter.as_deref().and_then(|parameter| match (context.profile, parameter) {
        (Some(profile), parameter) => Some(profile.field(parameter)?.kind),
        // What the guide calls them.
        (None, "submitter") => Some(Kind::Submitter),
        (None, "status") => Some(Kind::Status),
        (None, _) => None,
    });
    // Only people have addresses, whatever the sentence calls them.
    let is_nobody = is_unknown
        && parameter.is_none()
        && !context.sent.knows_body()
        && matches!(context.status(), 400 | 409 | 422)
        && !says(&text, &["contact", "support", "help", "mail to", "wenden"])
        && text.split_whitespace().any(is_address);
    // What is said of the API key is not about a user.
    let is_of_key = parameter.is_none() && says(&text, API_KEY);
    let is_submitter = kind == Some(Kind::Submitter)
        || is_nobody
        || (kind.is_none()
            && !is_of_key
            && about(&[
                "submitter",
                "user",
                "tester",
                "e-mail",
                "email",
                "benutzer",
                "utilisateur",
                "usuario",
                "soumetteur",
                "einreicher",
                "reporter",
                "remitente",
                "absender",
                "expéditeur",
                "gebruiker",
                "usuário",
                "utente",
                "mittente",
                "ユーザー",
                "提交者",
                "用户",
                "пользовател",
            ]));
    let is_status = kind == Some(Kind::Status)
        || (kind.is_none() && about(&["status", "workflow", "statut", "estado", "stav", "ステータス"]));
    let id = if is_submitter {
        match () {
            () if is_missing && !is_unknown => CauseId::FieldSubmitterMissing,
            () if is_malformed => CauseId::FieldSubmitterMalformed,
            () if is_type => CauseId::FieldType,
            () => submitter_id(context, payload, parameter.as_deref(), is_unknown),
        }
    } else if is_status {
        if is_missing && !is_unknown {
            CauseId::FieldStatusMissing
        } else if is_type {
            CauseId::FieldType
        } else {
            CauseId::FieldStatusUnknown
        }
    } else if parameter.is_none() {
        return None;
    } else if is_too_long {
        CauseId::FieldTooLong
    } else if is_format && !kind.is_some_and(Kind::has_choices) {
        CauseId::FieldFormat
    } else if is_type {
        CauseId::FieldType
    } else if is_missing && !is_invalid {
        CauseId::FieldRequiredMissing
    } else {
        CauseId::FieldChoiceMismatch
    };
    // A field without choices cannot miss one, and a number or a date in a text has a form of its own.
    let sent = parameter.as_ref().and_then(|parameter| payload.get(parameter)).and_then(Value::as_str);
    let id = match (id, kind) {
        (CauseId::FieldChoiceMismatch, Some(kind)) if !kind.has_choices() => CauseId::FieldType,
        (CauseId::FieldChoiceMismatch, None) if sent.is_some_and(is_measure) => CauseId::FieldFormat,
        (id, _) => id,
    };
    let shown = parameter
        .clone()
        .or_else(|| is_submitter.then(|| "submitter".to_owned()))
        .or_else(|| is_status.then(|| "status".to_owned()))
        .unwrap_or_default();
    let place = context
        .answer_text
        .find(&said.text)
        .map_or(FactPlace::AnswerStatus, |at| FactPlace::AnswerBody(at..at + said.text.len()));
    let mut cause = Cause::new(id, Proven.plain(), format!("The server names \"{}\" as the culprit", short(&shown)))
        .fact(format!("the answer says \"{}\"", short(&said.text)), place);
    if !shown.is_empty() {
        cause = cause.fact("it is about this parameter", FactPlace::Parameter(shown.clone())).fix(Fix::FocusParameter(shown));
    }
    Some(cause)
}

/// Whether a word is an e-mail address, with whatever signs stand around it.
fn is_address(word: &str) -> bool {
    crate::model::contract::is_email(word.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// An address that the server refuses: no address at all, or nobody's.
fn submitter_id(context: &RuleContext<'_>, payload: &Map<String, Value>, parameter: Option<&str>, is_unknown: bool) -> CauseId {
    let parameter = parameter.unwrap_or_else(|| context.submitter_parameter());
    // What is refused as a value was sent, where the record does not hold what was.
    let may_be_absent = !payload.is_empty() || context.has_known_body();
    match payload.get(parameter) {
        None if !is_unknown && may_be_absent => CauseId::FieldSubmitterMissing,
        Some(Value::String(sent)) if sent.trim().is_empty() => CauseId::FieldSubmitterMissing,
        Some(Value::String(sent)) if !crate::model::contract::is_email(sent) => CauseId::FieldSubmitterMalformed,
        _ => CauseId::FieldSubmitterUnknown,
    }
}

/// The parameter that a sentence names: by the JSON key above it, by its name, or by its field's.
fn parameter_named(context: &RuleContext<'_>, payload: &Map<String, Value>, text: &str, names: &[String]) -> Option<String> {
    let mapped = context.profile.into_iter().flat_map(|profile| &profile.fields);
    let known: Vec<(String, String)> = mapped
        .flat_map(|field| {
            [(field.parameter.to_lowercase(), field.parameter.clone()), (field.field.to_lowercase(), field.parameter.clone())]
        })
        .chain(payload.keys().take(MOST_NAMES).map(|key| (key.to_lowercase(), key.clone())))
        .filter(|(name, _)| name.len() > 1)
        .collect();
    let by_key = names.iter().rev().find_map(|name| {
        let last = name.trim_start_matches("$.").rsplit(['.', '/']).next().unwrap_or(name);
        known.iter().find(|(known, _)| known == last)
    });
    let in_text = || known.iter().filter(|(name, _)| has_word(text, name)).max_by_key(|(name, _)| name.len());
    by_key
        .or_else(in_text)
        .map(|(_, parameter)| parameter.clone())
        .or_else(|| by_value(payload, text))
        .or_else(|| if context.answer_is_html() { None } else { unsent(text, names) })
}

/// Whether a text is written in the signs of numbers, dates and times, with more than digits alone.
fn is_measure(text: &str) -> bool {
    let text = text.trim();
    let fits = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ':' | '/' | '-' | '+' | ' ' | 'T' | 'Z');
    text.contains(|c: char| c.is_ascii_digit()) && text.contains(|c: char| !c.is_ascii_digit()) && text.chars().all(fits)
}

/// The parameter whose value the sentence quotes.
fn by_value(payload: &Map<String, Value>, text: &str) -> Option<String> {
    let is_quoted = |value: &Value| {
        value.as_str().filter(|value| value.len() > 1 && value.len() < 200).is_some_and(|value| {
            let value = value.to_lowercase();
            [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('«', '»'), ('„', '“'), ('「', '」'), ('[', ']')]
                .iter()
                .any(|(open, close)| text.contains(&format!("{open}{value}{close}")))
                || value.contains('@') && text.contains(&value)
        })
    };
    payload.iter().take(MOST_NAMES).find_map(|(name, value)| match value {
        Value::Array(items) if items.iter().any(is_quoted) => Some(name.clone()),
        value if is_quoted(value) => Some(name.clone()),
        _ => None,
    })
}

/// A parameter that was not sent and that no profile knows, by how the sentence speaks of it.
fn unsent(text: &str, names: &[String]) -> Option<String> {
    let is_name = |name: &str| {
        (2..60).contains(&name.len())
            && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    let by_key = names.last().map(|name| name.trim_start_matches("$.").rsplit(['.', '/']).next().unwrap_or(name));
    if let Some(name) = by_key.filter(|name| is_name(name)) {
        return Some(name.to_owned());
    }
    if !says(text, MISSING) {
        return None;
    }
    let trim = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '_').to_owned();
    let words: Vec<&str> = text.split_whitespace().collect();
    let quoted = words.iter().find(|word| word.len() > 3 && word.starts_with(['"', '\'', '`', '“', '«', '„', '「']));
    let marks = |word: &str| matches!(word, "field" | "parameter" | "property" | "feld" | "champ" | "campo" | "pole" | "veld");
    // "missing field: subject", "the subject field is required", "subject is required".
    let beside = words.iter().position(|word| marks(&trim(word))).and_then(|at| {
        let after = words.get(at + 1).filter(|word| !matches!(**word, "is" | "was" | "must" | "ist" | "est" | "es" | "cannot"));
        after.or_else(|| words.get(at.checked_sub(1)?))
    });
    let subject = words.windows(2).find(|pair| matches!(pair[1], "is" | "ist" | "est" | "es")).map(|pair| &pair[0]);
    let name = quoted.or(beside).or(subject).map(|word| trim(word))?;
    (is_name(&name)
        && !matches!(name.as_str(), "required" | "missing" | "it" | "this" | "that" | "body" | "request" | "value" | "file"))
    .then_some(name)
}
