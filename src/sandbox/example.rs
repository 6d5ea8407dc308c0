//! The source that a first start shows.

use serde_json::{Map, Value, json};

use crate::model::Profile;
use crate::model::profile::{Colour, Encoding, Field, FieldKind, FileElement};

/// The profile that a first start shows: every kind of field, two file elements. Address and API key are for the sandbox to fill.
pub fn example_profile() -> Profile {
    Profile {
        name: "Sandbox".into(),
        project_key: "beta1".into(),
        source_key: "appcrashlog".into(),
        default_submitter: Some("feedback-bot@acme.example".into()),
        workflow_status: Some("New".into()),
        statuses: texts(&["New", "Open", "Needs info", "Closed"]),
        known_submitters: texts(&["jim@acme.example", "amira@acme.example", "li.wei@beta.example", "feedback-bot@acme.example"]),
        fields: fields(),
        file_elements: vec![element("Crash log", "crashlog"), element("Screenshot", "screenshot")],
        label: "Sandbox".into(),
        colour: Some(Colour::Green),
        ..Profile::default()
    }
}

/// Values for every field of [`example_profile`] that its sandbox accepts.
pub fn example_payload() -> Map<String, Value> {
    let payload = json!({
        "submitter": "jim@acme.example",
        "status": "New",
        "summary": "Crashing on load!",
        "description": "The app closes while the title picture is shown.\nIt happens after every update.",
        "steps": "1. Start the app\n2. Wait for the title picture",
        "severity": "Major",
        "areas": ["Interface", "Start-up"],
        "rating": "2",
        "frequency": 3,
        "seen_on": "2026-03-14",
        "reproducible": true,
        "contact": "jim@acme.example",
    });
    match payload {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn fields() -> Vec<Field> {
    use FieldKind as Kind;
    vec![
        field("Submitter", "submitter", Kind::Submitter),
        field("Status", "status", Kind::Status),
        Field { required: true, ..field("Summary", "summary", Kind::Text) },
        field("Description", "description", Kind::LongText),
        field("Steps to reproduce", "steps", Kind::LongText),
        Field { choices: texts(&["Minor", "Major", "Critical"]), ..field("Severity", "severity", Kind::SingleChoice) },
        Field {
            choices: texts(&["Interface", "Audio", "Network", "Start-up"]),
            encoding: Some(Encoding::Array),
            ..field("Areas", "areas", Kind::MultipleChoice)
        },
        Field { choices: texts(&["1", "2", "3", "4", "5"]), ..field("Rating", "rating", Kind::RatingScale) },
        field("Times seen", "frequency", Kind::Number),
        field("Seen on", "seen_on", Kind::Date),
        field("Reproducible", "reproducible", Kind::Checkbox),
        field("Contact", "contact", Kind::Email),
    ]
}

fn field(name: &str, parameter: &str, kind: FieldKind) -> Field {
    Field { field: name.into(), parameter: parameter.into(), kind, ..Field::default() }
}

fn element(name: &str, parameter: &str) -> FileElement {
    FileElement { field: name.into(), parameter: parameter.into(), ..FileElement::default() }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::contract;

    #[test]
    fn the_example_has_every_kind_and_its_payload_breaks_no_rule() {
        let profile = example_profile();
        for kind in FieldKind::ALL {
            assert!(profile.field_of_kind(kind).is_some(), "{kind:?}");
        }
        let payload = example_payload();
        assert!(profile.fields.iter().all(|field| payload.contains_key(&field.parameter)));
        // As strict as the rules get: neither a default submitter nor a workflow status.
        let strict = Profile { default_submitter: None, workflow_status: None, ..profile };
        assert_eq!(contract::check(&strict, &payload), vec![]);
    }
}
