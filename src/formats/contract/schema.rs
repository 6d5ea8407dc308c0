//! The payload as JSON Schema 2020-12: it takes what the form makes, and refuses what the checks before sending call refused.

use serde_json::{Map, Value, json};

use super::terms::{example_payload, needs_status, needs_submitter};
use crate::model::contract::parameter_of;
use crate::model::profile::{Encoding, Field, FieldKind, Profile, SourceSetting};
use crate::model::unseen::UNSEEN;

/// What is not between the dots of an address' name: spaces, control and invisible characters, and the signs that addresses are
/// written between. Beyond U+FFFF the dialects of patterns differ, so such characters are left out.
fn address_signs() -> String {
    let unseen = UNSEEN.iter().filter(|range| *range.end() <= '\u{ffff}');
    let unseen: String =
        unseen.map(|range| format!("\\u{:04x}-\\u{:04x}", u32::from(*range.start()), u32::from(*range.end()))).collect();
    format!(r#"\s\u0000-\u001f\u007f-\u009f{unseen}@,;:<>()\[\]"\\."#)
}

/// What Rust and most languages read as a number.
const NUMBER: &str =
    r"^\s*[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|[iI][nN][fF]([iI][nN][iI][tT][yY])?|[nN][aA][nN])\s*$";

/// The schema of a profile's payload.
pub fn json_schema(profile: &Profile) -> Value {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("Payload of {}", profile.shown_name()),
        "$comment": "Parameters that are not mapped are ignored by Centercode, so others are allowed. Whether a submitter exists cannot be said in a schema.",
    });
    let object = object(profile);
    schema["examples"] = json!([example_payload(profile)]);
    if let (Value::Object(schema), Value::Object(object)) = (&mut schema, object) {
        schema.extend(object);
    }
    schema
}

/// The schema without its head, as other documents hold it.
pub(super) fn object(profile: &Profile) -> Value {
    let mut rules: Vec<(String, Value, bool)> = Vec::new();
    let submitter = parameter_of(profile, FieldKind::Submitter, "submitter");
    let status = parameter_of(profile, FieldKind::Status, "status");
    if needs_submitter(profile) {
        rules.push((submitter.to_owned(), email("The e-mail address of an existing user"), true));
    }
    if needs_status(profile) {
        rules.push((status.to_owned(), choice(&profile.statuses, "A status of the workflow"), true));
    }
    for field in &profile.fields {
        match field.kind {
            FieldKind::Submitter if needs_submitter(profile) => {}
            FieldKind::Status if needs_status(profile) => {}
            FieldKind::Submitter => rules.push((field.parameter.clone(), json!({"description": match profile.default_submitter_setting() {
                SourceSetting::Set(_) => "The e-mail address of an existing user; without one the source's default submitter is taken",
                _ => "The e-mail address of an existing user; required if the source has no default submitter",
            }}), false)),
            FieldKind::Status => rules.push((field.parameter.clone(), json!({"description": match profile.workflow_status_setting() {
                SourceSetting::Set(_) => "A status of the workflow; without one the source sets its own",
                _ => "A status of the workflow; required if the source sets none itself",
            }}), false)),
            _ => rules.push((field.parameter.clone(), rule(field), field.required)),
        }
    }
    let required: Vec<&str> = rules.iter().filter(|(_, _, required)| *required).map(|(name, ..)| name.as_str()).collect();
    let mut seen: Vec<&str> = Vec::new();
    let required: Vec<&str> = required
        .into_iter()
        .filter(|name| {
            !seen.contains(name) && {
                seen.push(name);
                true
            }
        })
        .collect();
    let mut properties: Map<String, Value> = Map::new();
    for (name, rule, _) in &rules {
        let both = match properties.remove(name) {
            // A parameter that fills two fields has to fit both.
            Some(first) => json!({"allOf": [first, rule]}),
            None => rule.clone(),
        };
        properties.insert(name.clone(), both);
    }
    json!({"type": "object", "properties": properties, "required": required})
}

fn rule(field: &Field) -> Value {
    let value = value(field);
    let mut rule =
        if field.required { json!({"allOf": [{"not": absent()}, value]}) } else { json!({"anyOf": [absent(), value]}) };
    let name = if field.field.is_empty() { &field.parameter } else { &field.field };
    rule["description"] = format!("{name} ({})", field.kind.label().to_lowercase()).into();
    rule
}

/// What counts as not sent.
fn absent() -> Value {
    json!({"anyOf": [{"type": "null"}, {"type": "string", "pattern": "^\\s*$"}, {"type": "array", "maxItems": 0}]})
}

fn value(field: &Field) -> Value {
    let choices = &field.choices;
    match field.kind {
        FieldKind::SingleChoice => strings(choices),
        FieldKind::RatingScale if choices.is_empty() => json!({"type": ["string", "number"]}),
        FieldKind::RatingScale => {
            let numbers = choices.iter().filter_map(|choice| number(choice));
            json!({"enum": choices.iter().map(|choice| json!(choice)).chain(numbers).collect::<Vec<_>>()})
        }
        FieldKind::MultipleChoice if field.encoding.unwrap_or_default() == Encoding::Array => {
            json!({"type": "array", "items": strings(choices)})
        }
        FieldKind::MultipleChoice => separated(choices),
        FieldKind::Number => json!({"anyOf": [{"type": "number"}, {"type": "string", "pattern": NUMBER}]}),
        FieldKind::Checkbox => json!({"anyOf": [
            {"type": "boolean"},
            {"type": "string", "pattern": "^([tT][rR][uU][eE]|[fF][aA][lL][sS][eE])$"},
        ]}),
        _ => json!({"type": ["string", "number", "boolean"]}),
    }
}

fn strings(choices: &[String]) -> Value {
    if choices.is_empty() { json!({"type": "string"}) } else { json!({"enum": choices}) }
}

/// A choice that a JSON number says with the same digits.
fn number(choice: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(choice).ok()?;
    let digits = value.as_number()?.to_string();
    (digits == choice).then_some(value)
}

/// One text with commas between the choices.
fn separated(choices: &[String]) -> Value {
    if choices.is_empty() {
        return json!({"type": "string"});
    }
    let one: Vec<String> =
        choices.iter().filter(|choice| !choice.contains(',') && choice.trim() == *choice).map(|choice| escape(choice)).collect();
    let list = format!("^\\s*({0})\\s*(,\\s*({0})\\s*)*$", one.join("|"));
    let mut ways = vec![json!({"enum": choices})];
    if !one.is_empty() {
        ways.push(json!({"type": "string", "pattern": list}));
    }
    json!({"anyOf": ways})
}

/// A text as a pattern that matches it alone.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if "\\^$.|?*+()[]{}/".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn email(description: &str) -> Value {
    let sign = address_signs();
    let label = format!("[^-{sign}]([^{sign}]*[^-{sign}])?");
    let pattern = format!("^[^{sign}]+(\\.[^{sign}]+)*@{label}(\\.{label})+$");
    json!({"type": "string", "pattern": pattern, "description": description})
}

fn choice(choices: &[String], description: &str) -> Value {
    let known: Vec<&String> = choices.iter().filter(|choice| !choice.trim().is_empty()).collect();
    if choices.is_empty() {
        return json!({"type": "string", "pattern": "\\S", "description": description});
    }
    json!({"enum": known, "description": description})
}
