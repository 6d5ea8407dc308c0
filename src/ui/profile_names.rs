//! What profiles are called where they are listed.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::model::Profile;

/// What sets a profile apart from others of its name.
fn words(profile: &Profile) -> &str {
    if profile.production { "Production" } else { &profile.label }
}

/// A profile's name with the word that sets it apart.
pub(in crate::ui) fn full_name(profile: &Profile) -> String {
    joined(profile.shown_name(), words(profile))
}

fn joined(name: &str, words: &str) -> String {
    if words.is_empty() { name.to_owned() } else { format!("{name}, {words}") }
}

/// The names of profiles that are listed together.
pub(in crate::ui) struct ProfileNames<'a> {
    /// How many profiles have a name and a word.
    counts: HashMap<(&'a str, &'a str), usize>,
}

impl<'a> ProfileNames<'a> {
    /// The names of these.
    pub(in crate::ui) fn of(profiles: impl Iterator<Item = &'a Profile>) -> Self {
        let mut counts = HashMap::new();
        for profile in profiles {
            *counts.entry((profile.shown_name(), words(profile))).or_default() += 1;
        }
        Self { counts }
    }

    /// Whether another one is called the same.
    pub(in crate::ui) fn is_shared(&self, profile: &Profile) -> bool {
        self.counts.get(&(profile.shown_name(), words(profile))).is_some_and(|count| *count > 1)
    }

    /// What stands beside the name: the word that sets it apart, and the keys where that is not enough.
    pub(in crate::ui) fn beside<'b>(&self, profile: &'b Profile) -> Cow<'b, str> {
        let words = words(profile);
        if !self.is_shared(profile) {
            return words.into();
        }
        format!("{words} {}/{}", profile.project_key, profile.source_key).trim_start().to_owned().into()
    }

    /// The name with what sets it apart.
    pub(in crate::ui) fn full(&self, profile: &Profile) -> String {
        joined(profile.shown_name(), &self.beside(profile))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_of_one_name_are_told_apart_by_their_keys() {
        let profile = |name: &str, label: &str, source: &str| Profile {
            name: name.into(),
            label: label.into(),
            project_key: "beta1".into(),
            source_key: source.into(),
            ..Profile::default()
        };
        let all = [profile("A", "", "log"), profile("A", "", "issues"), profile("A", "Staging", "log"), profile("B", "", "log")];
        let names = ProfileNames::of(all.iter());
        let full: Vec<String> = all.iter().map(|profile| names.full(profile)).collect();
        assert_eq!(full, ["A, beta1/log", "A, beta1/issues", "A, Staging", "B"]);
    }
}
