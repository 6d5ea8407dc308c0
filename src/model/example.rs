//! Values that fit a field mapping, to start from.

use serde_json::{Map, Value, json};

use super::profile::{Encoding, Field, FieldKind, Profile};

/// A payload that breaks no rule of the profile, with a value for every field.
pub fn example_values(profile: &Profile) -> Map<String, Value> {
    profile.fields.iter().filter_map(|field| Some((field.parameter.clone(), example(profile, field)?))).collect()
}

fn example(profile: &Profile, field: &Field) -> Option<Value> {
    let name = if field.field.is_empty() { &field.parameter } else { &field.field };
    let first = || profile.choices_of(field).first().cloned();
    Some(match field.kind {
        FieldKind::Text => json!(format!("Example {}", name.to_lowercase())),
        FieldKind::LongText => json!(format!("Example {}\nwith a second line", name.to_lowercase())),
        FieldKind::Number => json!(1),
        FieldKind::Date => json!("2026-01-31"),
        FieldKind::Checkbox => json!(true),
        FieldKind::Email => json!("tester@example.com"),
        FieldKind::SingleChoice | FieldKind::RatingScale => json!(first()?),
        FieldKind::Status => json!(profile.workflow_status.clone().or_else(first)?),
        FieldKind::MultipleChoice if field.encoding == Some(Encoding::Comma) => json!(first()?),
        FieldKind::MultipleChoice => json!([first()?]),
        // Without a known address, a made-up one would be refused; with a default submitter none is needed.
        FieldKind::Submitter => json!(profile.known_submitters.first().or(profile.default_submitter.as_ref())?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::contract;

    #[test]
    fn examples_break_no_rule() {
        let profile = Profile::from_json(
            r#"{"default_submitter": null, "workflow_status": null, "statuses": ["New"], "known_submitters": ["jim@centercode.com"],
            "fields": [{"parameter": "a", "kind": "submitter"}, {"parameter": "b", "kind": "status"}, {"parameter": "c", "kind": "text", "required": true},
            {"parameter": "d", "kind": "number"}, {"parameter": "e", "kind": "checkbox"}, {"parameter": "f", "kind": "single_choice", "choices": ["x"]},
            {"parameter": "g", "kind": "multiple_choice", "choices": ["x"], "encoding": "comma"}, {"parameter": "h", "kind": "rating_scale", "choices": ["1"]},
            {"parameter": "i", "kind": "date"}, {"parameter": "j", "kind": "multiple_choice", "choices": ["x"]}, {"parameter": "k", "kind": "long_text"}]}"#,
        )
        .unwrap();
        let values = example_values(&profile);
        assert_eq!(values.len(), profile.fields.len());
        assert_eq!(contract::check(&profile, &values), vec![]);
    }
}
