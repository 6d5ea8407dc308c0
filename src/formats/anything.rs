//! Whatever is pasted or dropped: requests as [`recognise`] reads them, an answer alone, a profile.

use super::import::postman::Variables;
use super::import::recognise::{self, Kind, Opened, decode};
use super::pasted::{self, BareBody};
use crate::model::exchange::Outcome;
use crate::model::imported::{Imported, Note, Weight};
use crate::model::{Profile, RequestSpec};

/// Reads bytes of whatever kind they seem to be, or of the kind that is asked for. An answer alone is no request, and may be all that
/// there is.
///
/// # Errors
/// When they are nothing that can be imported, in words.
pub fn open(bytes: &[u8], asked: Option<Kind>, environment: &Variables) -> Result<Opened, String> {
    if let Some(profile) = profile_in(bytes).filter(|_| asked.is_none_or(|kind| kind == Kind::Profile)) {
        let imported = Imported { profile: Some(profile), ..Imported::default() };
        return Ok(Opened { kind: Kind::Profile, imported });
    }
    let failed = match recognise::open(bytes, asked, environment) {
        Ok(opened) if asked.is_none() && opened.kind == Kind::Json && std::str::from_utf8(bytes).is_ok_and(is_answer) => {
            String::new()
        }
        Ok(opened) if !opened.imported.requests.is_empty() => return Ok(opened),
        Ok(opened) => {
            let reasons: Vec<String> = opened.imported.notes.iter().take(3).map(Note::to_string).collect();
            format!("taken for {}, it holds no request. {}", opened.kind.label(), reasons.join(". "))
        }
        Err(error) => error.to_string(),
    };
    let text = std::str::from_utf8(bytes).map_err(|_| failed.clone())?;
    let pasted = pasted::read(text, BareBody::Answer).map_err(|_| failed.clone())?;
    let is_known = |outcome: &Outcome| outcome.answer().is_none_or(|answer| answer.status > 0);
    if pasted.sent.is_none() && !pasted.outcome.as_ref().is_some_and(is_known) {
        return Err(failed);
    }
    let notes = pasted.notes.iter().map(|text| Note { weight: Weight::Taken, place: None, text: text.clone() }).collect();
    let profile = pasted.profile.clone();
    let request = RequestSpec::of_case(&pasted.into_case(None));
    Ok(Opened { kind: Kind::Http, imported: Imported { requests: vec![request], notes, profile } })
}

/// Whether JSON is what Centercode and its like answer with: an object that names its status.
fn is_answer(text: &str) -> bool {
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let status = value.get("status").and_then(serde_json::Value::as_u64);
    status.is_some_and(|status| (400..600).contains(&status))
        && (value.get("description").is_some() || value.get("message").is_some())
}

/// The profile that bytes are, if they are one.
fn profile_in(bytes: &[u8]) -> Option<Profile> {
    let (text, _) = decode(bytes).ok()?;
    if recognise::recognise(&text) != Some(Kind::Profile) {
        return None;
    }
    Profile::from_json(text.trim_start_matches('\u{feff}')).ok()
}
