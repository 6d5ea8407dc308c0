//! What profiles are called where they are listed.

use crate::model::Profile;

/// What sets a profile apart from others of its name.
pub(in crate::ui) fn words(profile: &Profile) -> &str {
    if profile.production { "Production" } else { &profile.label }
}

/// A profile's name with the word that sets it apart.
pub(in crate::ui) fn full_name(profile: &Profile) -> String {
    let words = words(profile);
    if words.is_empty() { profile.shown_name().to_owned() } else { format!("{}, {words}", profile.shown_name()) }
}
