//! What Centercode checks in a payload, and how it refuses, as far as it is documented. One set of rules: the sandbox answers by it, and the diagnosis explains by it.

use serde_json::{Map, Value};

use super::profile::{Encoding, Field, FieldKind, Profile};
use super::unseen::is_invisible;

/// A rule that a payload breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The parameter it is about, whether sent or missing.
    pub parameter: String,
    /// The rule.
    pub rule: Rule,
}

/// The rules of External Sources.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// No default submitter, and no submitter sent.
    SubmitterMissing,
    /// No default submitter, and what was sent is not an e-mail address.
    SubmitterMalformed(String),
    /// No default submitter, and nobody in the project has this address.
    SubmitterUnknown(String),
    /// "No Selection", and no status sent.
    StatusMissing,
    /// "No Selection", and the workflow does not have this status.
    StatusUnknown(String),
    /// A required field's parameter is absent or empty.
    RequiredMissing,
    /// A value that is not exactly one of the choices.
    NotAChoice(String),
    /// A value of a JSON type that the field cannot take.
    WrongType {
        /// What the field takes, as in "a string".
        expected: &'static str,
        /// What was sent.
        found: &'static str,
    },
}

/// The rules that a payload breaks, in the order in which a server would trip over them: submitter, status, then the fields as mapped.
pub fn check(profile: &Profile, payload: &Map<String, Value>) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut add = |parameter: &str, rule: Rule| violations.push(Violation { parameter: parameter.to_owned(), rule });

    let submitter = parameter_of(profile, FieldKind::Submitter, "submitter");
    if profile.default_submitter_setting().is_demanded()
        && let Some(rule) = submitter_rule(profile, payload.get(submitter))
    {
        add(submitter, rule);
    }
    let status = parameter_of(profile, FieldKind::Status, "status");
    if profile.workflow_status_setting().is_demanded()
        && let Some(rule) = status_rule(profile, payload.get(status))
    {
        add(status, rule);
    }
    for field in &profile.fields {
        if matches!(field.kind, FieldKind::Submitter | FieldKind::Status) {
            continue;
        }
        if let Some(rule) = field_rule(field, payload.get(&field.parameter)) {
            add(&field.parameter, rule);
        }
    }
    violations
}

/// The parameter mapped to the field of a kind, or the name that Centercode's guide uses.
pub fn parameter_of<'a>(profile: &'a Profile, kind: FieldKind, documented: &'a str) -> &'a str {
    profile.field_of_kind(kind).map_or(documented, |field| field.parameter.as_str())
}

/// Whether a parameter counts as not sent: absent, null, an empty string or an empty list.
pub fn is_absent(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(_) => false,
    }
}

/// What a JSON value is called in a sentence.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Whether a text has the form of an e-mail address: something, one `@`, a host with no space in either.
pub fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let clean = |part: &str| {
        !part.is_empty()
            && !part.contains(|c: char| {
                is_invisible(c) || matches!(c, '@' | ',' | ';' | ':' | '<' | '>' | '(' | ')' | '[' | ']' | '"' | '\\')
            })
    };
    clean(local)
        && clean(host)
        && host.contains('.')
        && host.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

fn submitter_rule(profile: &Profile, value: Option<&Value>) -> Option<Rule> {
    if is_absent(value) {
        return Some(Rule::SubmitterMissing);
    }
    let value = value?;
    let Some(text) = value.as_str() else {
        return Some(Rule::WrongType { expected: "a string", found: type_name(value) });
    };
    if !is_email(text) {
        Some(Rule::SubmitterMalformed(text.to_owned()))
    } else if !profile.known_submitters.is_empty() && !profile.knows_submitter(text) {
        // Addresses match whatever their case; the known ones are what the user has listed.
        Some(Rule::SubmitterUnknown(text.to_owned()))
    } else {
        None
    }
}

fn status_rule(profile: &Profile, value: Option<&Value>) -> Option<Rule> {
    if is_absent(value) {
        return Some(Rule::StatusMissing);
    }
    let value = value?;
    let Some(text) = value.as_str() else {
        return Some(Rule::WrongType { expected: "a string", found: type_name(value) });
    };
    (!profile.statuses.is_empty() && !profile.statuses.iter().any(|status| status == text))
        .then(|| Rule::StatusUnknown(text.to_owned()))
}

fn field_rule(field: &Field, value: Option<&Value>) -> Option<Rule> {
    if is_absent(value) {
        return field.required.then_some(Rule::RequiredMissing);
    }
    let value = value?;
    let wrong = |expected| Some(Rule::WrongType { expected, found: type_name(value) });
    match field.kind {
        FieldKind::SingleChoice => match value {
            Value::String(text) => not_a_choice(field, [text.as_str()]),
            _ => wrong("a string"),
        },
        FieldKind::RatingScale => match value {
            Value::String(text) => not_a_choice(field, [text.as_str()]),
            // A rating's choices are mostly digits; whether a number is taken is not documented, so its digits are compared.
            Value::Number(number) => not_a_choice(field, [number.to_string().as_str()]),
            _ => wrong("a string"),
        },
        FieldKind::MultipleChoice => match (field.encoding.unwrap_or_default(), value) {
            (Encoding::Array, Value::Array(items)) => {
                if let Some(item) = items.iter().find(|item| !item.is_string()) {
                    return Some(Rule::WrongType { expected: "a list of strings", found: type_name(item) });
                }
                not_a_choice(field, items.iter().filter_map(Value::as_str))
            }
            (Encoding::Array, _) => wrong("a list of strings"),
            (Encoding::Comma, Value::String(text)) => {
                if field.choices.contains(text) {
                    return None;
                }
                not_a_choice(field, text.split(',').map(str::trim))
            }
            (Encoding::Comma, _) => wrong("a string with commas between the choices"),
        },
        FieldKind::Number => match value {
            Value::Number(_) => None,
            Value::String(text) if text.trim().parse::<f64>().is_ok() => None,
            _ => wrong("a number"),
        },
        FieldKind::Checkbox => match value {
            Value::Bool(_) => None,
            Value::String(text) if matches!(text.to_ascii_lowercase().as_str(), "true" | "false") => None,
            _ => wrong("true or false"),
        },
        _ => match value {
            Value::Array(_) | Value::Object(_) => wrong("a string"),
            _ => None,
        },
    }
}

fn not_a_choice<'a>(field: &Field, values: impl IntoIterator<Item = &'a str>) -> Option<Rule> {
    if field.choices.is_empty() {
        return None;
    }
    values
        .into_iter()
        .find(|value| !field.choices.iter().any(|choice| choice == value))
        .map(|value| Rule::NotAChoice(value.to_owned()))
}

/// Whether an answer's JSON is as Centercode documents it for a refusal: a description, and beside it the status if anything.
pub fn is_documented_refusal(answer: &Value) -> bool {
    let Some(members) = answer.as_object() else { return false };
    let has = |wanted: &str| members.keys().any(|name| name.eq_ignore_ascii_case(wanted));
    has("description") && (has("status") || members.len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile::from_json(
            r#"{"default_submitter": null, "workflow_status": null, "statuses": ["New", "Open"], "known_submitters": ["jim@centercode.com"],
            "fields": [
              {"parameter": "who", "kind": "submitter"}, {"parameter": "state", "kind": "status"},
              {"parameter": "summary", "kind": "text", "required": true},
              {"parameter": "severity", "kind": "single_choice", "choices": ["Minor", "Major"]},
              {"parameter": "areas", "kind": "multiple_choice", "choices": ["UI", "Audio, video"]},
              {"parameter": "tags", "kind": "multiple_choice", "choices": ["a", "b"], "encoding": "comma"},
              {"parameter": "rating", "kind": "rating_scale", "choices": ["1", "2"]},
              {"parameter": "count", "kind": "number"}, {"parameter": "done", "kind": "checkbox"}]}"#,
        )
        .unwrap()
    }

    #[test]
    fn rules_by_table() {
        let good = r#""who": "jim@centercode.com", "state": "New", "summary": "x""#;
        for (payload, expected) in [
            (format!("{{{good}}}"), vec![]),
            (
                format!(
                    r#"{{{good}, "areas": ["UI", "Audio, video"], "tags": "a, b", "rating": 2, "count": "3.5", "done": false, "other": {{}}}}"#
                ),
                vec![],
            ),
            (r#"{"summary": "x"}"#.into(), vec![("who", Rule::SubmitterMissing), ("state", Rule::StatusMissing)]),
            (
                r#"{"who": "jim", "state": "new", "summary": " "}"#.into(),
                vec![
                    ("who", Rule::SubmitterMalformed("jim".into())),
                    ("state", Rule::StatusUnknown("new".into())),
                    ("summary", Rule::RequiredMissing),
                ],
            ),
            (
                r#"{"who": "bob@acme.example", "state": "Open", "summary": "x"}"#.into(),
                vec![("who", Rule::SubmitterUnknown("bob@acme.example".into()))],
            ),
            (
                format!(r#"{{{good}, "severity": "major", "areas": ["UI", "ui"], "tags": "a,c", "rating": "3"}}"#),
                vec![
                    ("severity", Rule::NotAChoice("major".into())),
                    ("areas", Rule::NotAChoice("ui".into())),
                    ("tags", Rule::NotAChoice("c".into())),
                    ("rating", Rule::NotAChoice("3".into())),
                ],
            ),
            (
                format!(r#"{{{good}, "severity": ["Major"], "areas": "UI", "tags": ["a"], "count": "many", "done": 1}}"#),
                vec![
                    ("severity", Rule::WrongType { expected: "a string", found: "a list" }),
                    ("areas", Rule::WrongType { expected: "a list of strings", found: "a string" }),
                    ("tags", Rule::WrongType { expected: "a string with commas between the choices", found: "a list" }),
                    ("count", Rule::WrongType { expected: "a number", found: "a string" }),
                    ("done", Rule::WrongType { expected: "true or false", found: "a number" }),
                ],
            ),
        ] {
            let payload: Map<String, Value> = serde_json::from_str(&payload).unwrap();
            let found: Vec<_> = check(&profile(), &payload).into_iter().map(|v| (v.parameter, v.rule)).collect();
            let expected: Vec<_> = expected.into_iter().map(|(p, r)| (p.to_owned(), r)).collect();
            assert_eq!(found, expected, "{payload:?}");
        }
    }

    #[test]
    fn a_default_submitter_and_a_workflow_status_ask_for_nothing() {
        let mut profile = profile();
        profile.default_submitter = Some("bot@acme.example".into());
        profile.workflow_status = Some("New".into());
        let payload = serde_json::from_str(r#"{"who": "nobody@acme.example", "state": "Odd", "summary": "x"}"#).unwrap();
        assert_eq!(check(&profile, &payload), vec![]);
    }

    #[test]
    fn refusals_by_table() {
        for (answer, expected) in [
            (r#"{"status": 404, "description": "The requested resource could not be found."}"#, true),
            (r#"{"Status": 404, "Description": "x", "traceId": "1"}"#, true),
            (r#"{"description": "x"}"#, true),
            (r#"{"code": "404", "type": "Status report", "message": "Not Found", "description": "x"}"#, false),
            (r#"{"status": 404}"#, false),
            (r#"["description", "status"]"#, false),
        ] {
            assert_eq!(is_documented_refusal(&serde_json::from_str(answer).unwrap()), expected, "{answer}");
        }
    }

    #[test]
    fn addresses_by_table() {
        for (text, expected) in [
            ("jim@centercode.com", true),
            ("jim+tag@mail.acme.example", true),
            ("jim", false),
            ("jim@acme", false),
            ("jim@@acme.example", false),
            ("jim @acme.example", false),
            ("Jim <jim@acme.example>", false),
            ("jim@acme..example", false),
            ("a@b.c, d@e.f", false),
        ] {
            assert_eq!(is_email(text), expected, "{text}");
        }
    }
}
