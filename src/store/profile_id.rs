//! Profiles by their names on disk.

use super::error::StoreError;
use crate::model::Profile;

/// A profile's stable name on disk: the stem of its file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProfileId(pub String);

/// A profile and its name on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredProfile {
    /// Its name on disk.
    pub id: ProfileId,
    /// The profile.
    pub profile: Profile,
}

/// An id comes from a file's name, but may be typed too, and must not lead out of the folder.
pub(super) fn check(id: &ProfileId) -> Result<&str, StoreError> {
    let id_text = id.0.as_str();
    if id_text.is_empty() || id_text.starts_with('.') || id_text.contains(['/', '\\', ':', '\0']) {
        return Err(StoreError {
            doing: "Looking for the profile",
            path: format!("{id_text:?}"),
            reason: "this cannot be a profile's id".into(),
            advice: "Use an id that the list of profiles shows.".into(),
        });
    }
    Ok(id_text)
}
