//! The JSON Schema of a profile takes what the form makes, and refuses what the checks before sending refuse.

use centerpost::formats::contract::{json_schema, openapi};
use centerpost::model::profile::{Encoding, Field, FieldKind};
use centerpost::model::{Draft, Profile, contract, example};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const CHOICES: [&str; 9] = ["Minor", "Major", "1", "2.5", "a.b*", "x (y) [z]", "with, comma", "grün", "A/B|C"];

fn field(index: usize) -> impl Strategy<Value = Field> {
    let kinds = prop::sample::select(FieldKind::ALL[..9].to_vec());
    let choices = prop::collection::vec(prop::sample::select(CHOICES.to_vec()), 0..4);
    let encoding = prop::sample::select(vec![None, Some(Encoding::Array), Some(Encoding::Comma)]);
    (kinds, any::<bool>(), choices, encoding).prop_map(move |(kind, required, choices, encoding)| Field {
        field: format!("Field {index}"),
        parameter: format!("p{index}"),
        kind,
        required,
        choices: choices.into_iter().map(str::to_owned).collect(),
        encoding,
        ..Field::default()
    })
}

fn profile() -> impl Strategy<Value = Profile> {
    let fields = (field(0), field(1), field(2)).prop_map(|(a, b, c)| vec![a, b, c]);
    let statuses = prop::sample::select(vec![vec![], vec!["New".to_owned(), "Open".to_owned()]]);
    (fields, any::<bool>(), any::<bool>(), statuses).prop_map(|(fields, submitter, status, statuses)| Profile {
        base_url: "https://h.example".into(),
        project_key: "p".into(),
        source_key: "s".into(),
        fields,
        default_submitter: submitter.then(|| "bot@h.example".into()),
        workflow_status: status.then(|| "New".into()),
        statuses,
        ..Profile::default()
    })
}

fn value() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(vec![
        "",
        " ",
        "Minor",
        "Major",
        "minor",
        "1",
        "2.5",
        "1e5",
        " 7 ",
        "-.5",
        "1.2.3",
        "inf",
        "true",
        "FALSE",
        "yes",
        "a.b*",
        "axbb",
        "with, comma",
        "Minor,Major",
        "Minor , Major",
        "Minor,",
        "New",
        "jim@h.example",
        "jim@h",
        "a..b@h.example",
        ".a@h.example",
        "a@-h.example",
        "a b@h.example",
        "A/B|C",
        "A/B",
        "x (y) [z]",
        "grün",
    ]);
    let text = text.prop_map(|text| json!(text)).boxed();
    prop_oneof![
        8 => text.clone(),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => (-3_i64..5).prop_map(Value::from),
        1 => Just(json!(2.5)),
        2 => prop::collection::vec(text, 0..3).prop_map(Value::from),
        1 => Just(json!({"a": 1})),
        1 => Just(json!([1])),
    ]
}

fn payload() -> impl Strategy<Value = Map<String, Value>> {
    let names = prop::sample::select(vec!["p0", "p1", "p2", "submitter", "status", "other"]);
    prop::collection::vec((names, value()), 0..7)
        .prop_map(|pairs| pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_schema_and_the_checks_agree(profile in profile(), payload in payload()) {
        let schema = json_schema(&profile);
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let violations = contract::check(&profile, &payload);
        let is_valid = validator.is_valid(&Value::Object(payload.clone()));
        prop_assert_eq!(is_valid, violations.is_empty(), "{} {} {:?}", schema, json!(payload), violations);
    }

    #[test]
    fn what_the_form_makes_is_valid(profile in profile()) {
        let mut draft = Draft::default();
        let mut values = example::example_values(&profile);
        values.insert("submitter".into(), json!("jim@h.example"));
        values.insert("status".into(), json!("New"));
        draft.fill(&values, &profile);
        let payload: Value = serde_json::from_str(&draft.payload_text(&profile)).unwrap();
        let validator = jsonschema::draft202012::new(&json_schema(&profile)).unwrap();
        // A required choice without choices has nothing that could be sent.
        let has_none = |field: &Field| field.required && field.kind.has_choices() && field.choices.is_empty();
        if !profile.fields.iter().any(has_none) {
            prop_assert!(validator.is_valid(&payload), "{payload}");
        }
    }

    #[test]
    fn the_openapi_document_holds_the_same_schema(profile in profile()) {
        let document = openapi(&profile);
        let schema = &document["components"]["schemas"]["Payload"];
        prop_assert_eq!(&schema["properties"], &json_schema(&profile)["properties"]);
        let path = "/api/v1/projects/p/feedback/s";
        let example = &document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"];
        prop_assert!(example.is_object());
    }
}
