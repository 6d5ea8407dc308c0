//! What follows from a draft.

use crate::diagnosis::{self, Cause, FactPlace, Fix};
use crate::model::request_record::RequestRecord;
use crate::model::{Case, Profile};
use crate::ui::pages::compose::state::Session;

/// Brings what follows from the draft up to date: the JSON beside the form, and the problems.
pub(in crate::ui) fn refresh(session: &mut Session, profile: &Profile) {
    if session.draft.json.is_none() {
        session.json_text = session.draft.payload_text(profile);
        session.json_notes.clear();
    }
    let sent = RequestRecord::from(&session.draft.request(profile));
    session.problems = diagnosis::preflight(&Case { profile: Some(profile.clone()), sent, ..Case::default() });
    keep_possible_fixes(&mut session.problems, profile);
}

/// Drops the fixes that a profile has nothing for: a button that changes nothing is worse than none.
pub(in crate::ui) fn keep_possible_fixes(causes: &mut [Cause], profile: &Profile) {
    if profile.api_key.is_empty() {
        causes.iter_mut().for_each(|cause| cause.fixes.retain(|fix| *fix != Fix::UseProfileApiKey));
    }
}

/// The parameter that a cause is about.
pub(in crate::ui) fn parameter_of(cause: &Cause) -> Option<&str> {
    cause.evidence.iter().find_map(|fact| match &fact.place {
        Some(FactPlace::Parameter(parameter)) => Some(parameter.as_str()),
        _ => None,
    })
}
