//! A field mapping made from an example payload, and what is odd about a mapping.

use serde_json::{Map, Value};

use super::contract::is_email;
use super::profile::{Field, FieldKind, Profile};

/// A row for each parameter of an example payload, its kind guessed from name and value. Objects are left out: no field takes one.
/// The values of one example are not the choices of a field, so none are listed.
pub fn fields_from_sample(sample: &Map<String, Value>) -> Vec<Field> {
    sample
        .iter()
        .filter(|(_, value)| !value.is_object())
        .map(|(name, value)| {
            let kind = kind_of(name, value);
            Field { field: label_of(name), parameter: name.clone(), kind, choices: choices_of(kind), ..Field::default() }
        })
        .collect()
}

fn kind_of(name: &str, value: &Value) -> FieldKind {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    match value {
        _ if matches!(plain.as_str(), "submitter" | "submitteremail" | "reporter") => FieldKind::Submitter,
        _ if matches!(plain.as_str(), "status" | "workflowstatus") => FieldKind::Status,
        Value::Bool(_) => FieldKind::Checkbox,
        Value::Number(_) if plain.contains("rating") || plain.contains("stars") => FieldKind::RatingScale,
        Value::Number(_) => FieldKind::Number,
        Value::Array(_) => FieldKind::MultipleChoice,
        Value::String(text) if is_email(text) => FieldKind::Email,
        Value::String(text) if is_date(text) => FieldKind::Date,
        Value::String(text) if text.contains('\n') || text.chars().count() > 80 || plain.contains("description") => {
            FieldKind::LongText
        }
        Value::String(_) if matches!(plain.as_str(), "severity" | "priority" | "category" | "type") => FieldKind::SingleChoice,
        _ => FieldKind::Text,
    }
}

fn is_date(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok() || text.parse::<jiff::Timestamp>().is_ok()
}

fn choices_of(kind: FieldKind) -> Vec<String> {
    if kind == FieldKind::RatingScale { (1..=5).map(|number| number.to_string()).collect() } else { Vec::new() }
}

/// The parameters of an example payload that no field can take.
pub fn unmappable(sample: &Map<String, Value>) -> Vec<&str> {
    sample.iter().filter(|(_, value)| value.is_object()).map(|(name, _)| name.as_str()).collect()
}

/// `crashCount` and `crash_count` as a field's name: "Crash count".
fn label_of(parameter: &str) -> String {
    let mut label = String::new();
    let mut was_lower = false;
    for c in parameter.chars() {
        let is_break = !c.is_alphanumeric();
        if (is_break || (c.is_uppercase() && was_lower)) && !label.ends_with(' ') && !label.is_empty() {
            label.push(' ');
        }
        if !is_break {
            if label.is_empty() { label.extend(c.to_uppercase()) } else { label.extend(c.to_lowercase()) }
        }
        was_lower = c.is_lowercase();
    }
    label.trim_end().to_owned()
}

/// What is odd about each row of the mapping, by its index, in words.
pub fn odd_rows(profile: &Profile) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, field) in profile.fields.iter().enumerate() {
        let mut say = |words: String| found.push((index, words));
        if field.parameter.trim().is_empty() {
            say("It has no parameter, so nothing can fill it".to_owned());
        } else if field.parameter.trim() != field.parameter {
            say("Its parameter begins or ends with a space".to_owned());
        } else if profile.fields[..index].iter().any(|other| other.parameter == field.parameter) {
            say(format!("\"{}\" is mapped twice; the first row counts", field.parameter));
        }
        if field.kind.has_choices() && field.choices.is_empty() {
            say("It has no choices, so no value can be checked".to_owned());
        }
        if let Some(choice) = field.choices.iter().find(|choice| choice.trim() != choice.as_str()) {
            say(format!("The choice \"{choice}\" begins or ends with a space; spaces count"));
        }
        if let Some((_, choice)) = field.choices.iter().enumerate().find(|(at, choice)| field.choices[..*at].contains(choice)) {
            say(format!("The choice \"{choice}\" stands twice"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds_by_table() {
        let sample = json!({"submitter": "jim@centercode.com", "status": "New", "summary": "Crash", "crashCount": 3, "is_beta": true, "areas": ["UI", "Audio"],
            "found_on": "2026-01-31", "contact": "a@b.example", "steps": "1. Open\n2. Crash", "severity": "Major", "rating": 4, "device": {"os": "x"}, "other": null});
        let rows: Vec<_> =
            fields_from_sample(sample.as_object().unwrap()).into_iter().map(|field| (field.field, field.kind)).collect();
        let expected = [
            ("Submitter", FieldKind::Submitter),
            ("Status", FieldKind::Status),
            ("Summary", FieldKind::Text),
            ("Crash count", FieldKind::Number),
            ("Is beta", FieldKind::Checkbox),
            ("Areas", FieldKind::MultipleChoice),
            ("Found on", FieldKind::Date),
            ("Contact", FieldKind::Email),
            ("Steps", FieldKind::LongText),
            ("Severity", FieldKind::SingleChoice),
            ("Rating", FieldKind::RatingScale),
            ("Other", FieldKind::Text),
        ];
        assert_eq!(rows, expected.map(|(name, kind)| (name.to_owned(), kind)));
    }

    #[test]
    fn odd_rows_by_table() {
        let profile = Profile::from_json(
            r#"{"fields": [{"parameter": "a"}, {"parameter": "a"}, {"parameter": ""}, {"parameter": "b ", "kind": "single_choice"},
            {"parameter": "c", "kind": "single_choice", "choices": ["x", "x ", "x"]}]}"#,
        )
        .unwrap();
        let found: Vec<_> = odd_rows(&profile)
            .into_iter()
            .map(|(index, words)| (index, words.split(' ').take(3).collect::<Vec<_>>().join(" ")))
            .collect();
        let expected = [
            (1, "\"a\" is mapped"),
            (2, "It has no"),
            (3, "Its parameter begins"),
            (3, "It has no"),
            (4, "The choice \"x"),
            (4, "The choice \"x\""),
        ];
        assert_eq!(found, expected.map(|(index, words)| (index, words.to_owned())));
    }
}
