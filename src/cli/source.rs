//! Where what is exported or packed comes from.

use std::path::Path;

use super::{Failure, output};
use crate::formats::pasted::{self, BareBody};
use crate::formats::{postman, recognise};
use crate::model::{Case, Profile};

/// The exchanges of a file, each with its name there. A profile given here takes the place of the file's own.
pub(super) fn cases(path: &Path, profile: Option<&Profile>) -> Result<Vec<(String, Case)>, Failure> {
    output::hint_at_input(path, "what was sent and came back");
    let bytes = super::read_input(path, "Reading")?;
    let reading = |reason: &dyn std::fmt::Display| Failure::input(format!("Reading {}: {reason}", output::input_name(path)));
    let opened = recognise::open(&bytes, None, &postman::Variables::new());
    let imported = match opened {
        Ok(opened) if !opened.imported.requests.is_empty() => opened.imported,
        Ok(_) | Err(_) if std::str::from_utf8(&bytes).is_ok() => {
            // An answer alone is no request, and may be all that there is.
            let text = String::from_utf8_lossy(&bytes);
            let pasted = pasted::read(&text, BareBody::Answer).map_err(|error| reading(&error))?;
            return Ok(vec![(String::new(), pasted.into_case(profile.cloned()))]);
        }
        Ok(_) => return Err(reading(&"it holds no request")),
        Err(error) => return Err(reading(&error)),
    };
    for note in imported.notes.iter().filter(|note| note.weight != crate::model::imported::Weight::NoEffect) {
        output::complain("note", &note.to_string());
    }
    let profile = profile.or(imported.profile.as_ref());
    Ok(imported.requests.iter().map(|request| (request.label.clone(), request.case(profile))).collect())
}
