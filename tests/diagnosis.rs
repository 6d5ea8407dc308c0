//! The worked cases, each of which must come out first and right.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its data fails")]

use std::fs;
use std::path::Path;

use centerpost::diagnosis::diagnose;
use centerpost::formats::case;

#[test]
fn the_worked_cases_come_out_first_and_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cases");
    let expected = fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&expected).unwrap();
    assert_eq!(expected.len(), 24);
    let mut wrong = Vec::new();
    for (name, ids) in &expected {
        let text = fs::read_to_string(folder.join(format!("{name}.case.json"))).unwrap();
        let causes = diagnose(&case::read(&text).unwrap());
        let first = &causes[0];
        let is_right = ids.as_array().unwrap().iter().any(|id| id == first.id);
        if !is_right || first.confidence < 0.6 {
            let found: Vec<_> = causes.iter().map(|cause| format!("{} {:.2}", cause.id, cause.confidence)).collect();
            wrong.push(format!("{name}: expected {ids}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
