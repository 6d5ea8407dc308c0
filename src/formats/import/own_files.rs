//! The files that this program writes itself: profiles, cases and support bundles.

use super::error::{ImportError, note};
use crate::formats::bundle::Bundle;
use crate::formats::case;
use crate::model::Profile;
use crate::model::imported::{Imported, Note, Severity};
use crate::model::request_record::RequestRecord;
use crate::model::request_spec::RequestSpec;

/// A profile alone.
pub(super) fn from_profile(text: &str) -> Result<Imported, ImportError> {
    let read = Profile::from_json(text);
    let profile = read.map_err(|error| ImportError::new(format!("it cannot be read as a profile: {error}")))?;
    Ok(Imported { profile: Some(profile), ..Imported::default() })
}

/// One case, or several in an array.
pub(super) fn from_case(text: &str) -> Result<Imported, ImportError> {
    let read = |text: &str| {
        case::read(text).map_err(|error| ImportError::new(format!("it cannot be read as a case: {}", without_quotes(&error))))
    };
    let cases = if text.trim_start().starts_with('[') {
        let several: Vec<serde_json::Value> = serde_json::from_str(text).map_err(|error| ImportError::json(&error))?;
        several.iter().map(|case| read(&case.to_string())).collect::<Result<Vec<_>, _>>()?
    } else {
        vec![read(text)?]
    };
    Ok(Imported {
        requests: cases.iter().map(RequestSpec::of_case).collect(),
        notes: cases.iter().find_map(|case| notes_on_files(&case.sent)).into_iter().collect(),
        profile: cases.iter().find_map(|case| case.profile.clone()),
        cases,
    })
}

/// Why a case cannot be read. What the JSON reader says of it may quote a secret.
fn without_quotes(error: &case::CaseError) -> String {
    match error {
        case::CaseError::Json(error) => ImportError::json(error).to_string(),
        other => other.to_string(),
    }
}

fn notes_on_files(sent: &RequestRecord) -> Option<Note> {
    let said = "A case does not contain files, only their names. Put the files beside the case before you send it";
    sent.parts.is_some().then(|| note(Severity::Taken, said))
}

/// The exchanges of a support bundle.
pub(super) fn from_bundle(bundle: Bundle) -> Imported {
    let mut imported = Imported::default();
    if !bundle.summary.is_empty() {
        imported.notes.push(note(Severity::Taken, format!("Its sender says: {}", bundle.summary)));
    }
    for (label, case, causes) in bundle.exchanges {
        if let Some(cause) = causes.first() {
            imported.notes.push(note(Severity::Taken, format!("{label}, as it was explained then: {cause}")));
        }
        imported.notes.extend(notes_on_files(&case.sent));
        imported.profile = imported.profile.or_else(|| case.profile.clone());
        imported.requests.push(RequestSpec { label, ..RequestSpec::of_case(&case) });
        imported.cases.push(case);
    }
    let used: Vec<String> = imported.requests.iter().flat_map(RequestSpec::placeholders).collect();
    let needed = bundle.placeholders.iter().filter(|(name, _)| used.contains(name));
    let names: Vec<String> = needed.map(|(name, what)| format!("{{{{{name}}}}} ({what})")).collect();
    if !names.is_empty() {
        imported.notes.push(note(Severity::Taken, format!("To be filled in before it is replayed: {}", names.join(", "))));
    }
    imported
}
