//! What a face knows around a request: the store, the history, the settings, and which questions were answered already.

use std::collections::HashSet;

use crate::model::draft::Attachment;
use crate::model::{Endpoint, Network, Profile, Request, Settings};
use crate::service::order::Delivery;
use crate::service::record::Origin;
use crate::store::{History, ProfileId, Store, StoredProfile};

/// The surroundings of whatever is prepared and sent.
#[derive(Clone, Copy, Debug)]
pub struct Session<'a> {
    /// Where profiles, keys and large answers are kept; `None` where no store can be opened.
    pub store: Option<&'a Store>,
    /// Where exchanges are kept; `None` where none can be opened.
    pub history: Option<&'a History>,
    /// The settings.
    pub settings: &'a Settings,
    /// Why these are not the settings that the user made, if so.
    pub settings_trouble: Option<&'a str>,
    /// Production profiles that the user has confirmed since the program started.
    pub confirmed: &'a HashSet<ProfileId>,
    /// The present time.
    pub now: jiff::Timestamp,
}

impl Session<'_> {
    /// How to reach a profile's server.
    pub fn network(&self, profile: &Profile) -> Network {
        network(self.store, self.settings, profile)
    }

    /// An order to send a request with a profile.
    pub fn delivery(
        &self,
        request: Request,
        sent_to: Endpoint,
        profile: Profile,
        attachments: Vec<Attachment>,
        origin: Origin,
    ) -> Delivery {
        let (network, uploads_at_once) = (self.network(&profile), self.settings.uploads_at_once);
        Delivery { request, sent_to, profile, attachments, network, uploads_at_once, origin }
    }
}

/// How to reach a profile's server, for what needs no history.
pub fn network(store: Option<&Store>, settings: &Settings, profile: &Profile) -> Network {
    Network { spool_folder: store.map(Store::spool_folder), ..settings.network(profile) }
}

/// The saved profile whose endpoint fits an address best. `None` where no project or source key is the same. Of those that fit alike
/// the preferred one is taken.
pub fn closest_profile<'a>(
    profiles: impl IntoIterator<Item = &'a StoredProfile>,
    url: &str,
    preferred: Option<&ProfileId>,
) -> Option<&'a StoredProfile> {
    let endpoint = Endpoint::from_pasted(url)?;
    let likeness = |stored: &StoredProfile| stored.profile.endpoint().likeness(&endpoint);
    let fitting = profiles.into_iter().filter(|stored| likeness(stored) > 1);
    fitting.max_by_key(|stored| (likeness(stored), preferred == Some(&stored.id)))
}

/// The saved profile that a name means: by name, by name whatever its case if that is unique, or by id.
///
/// # Errors
/// When there is none, or several; the text says which there are.
pub fn named_profile<'a>(profiles: &'a [StoredProfile], what: &str) -> Result<&'a StoredProfile, String> {
    let by_id = profiles.iter().find(|stored| stored.id == ProfileId(what.to_owned()));
    let exact: Vec<_> = profiles.iter().filter(|stored| stored.profile.name == what).collect();
    let folded: Vec<_> = profiles.iter().filter(|stored| stored.profile.name.to_lowercase() == what.to_lowercase()).collect();
    let named = if exact.is_empty() { folded } else { exact };
    match (named.as_slice(), by_id) {
        (&[stored], _) | (_, Some(stored)) => Ok(stored),
        ([], None) if profiles.is_empty() => {
            Err(format!("Looking for the profile \"{what}\": none is saved. Import one, or name a *.profile.json file."))
        }
        ([], None) => {
            let names: Vec<_> = profiles.iter().map(|stored| format!("\"{}\"", stored.profile.name)).collect();
            Err(format!(
                "Looking for the profile \"{what}\": there is no profile with that name. There are {}.",
                names.join(", ")
            ))
        }
        (several, None) => {
            let ids: Vec<_> = several.iter().map(|stored| stored.id.0.as_str()).collect();
            Err(format!("Looking for the profile \"{what}\": several have that name. Use an id: {}.", ids.join(", ")))
        }
    }
}

/// How a suite names a saved profile: by its name where that means it alone, and by its id otherwise.
pub fn suite_name(profiles: &[StoredProfile], stored: &StoredProfile) -> String {
    let by_name = named_profile(profiles, &stored.profile.name).is_ok_and(|found| found.id == stored.id);
    if by_name { stored.profile.name.clone() } else { stored.id.0.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_picked_by_table() {
        let profiles: Vec<_> =
            [("a1", "Acme"), ("acme", "acme"), ("twin", "Twin"), ("twin-2", "Twin"), ("big", "BETA"), ("big-2", "Beta")]
                .map(|(id, name)| StoredProfile {
                    id: ProfileId(id.into()),
                    profile: Profile { name: name.into(), ..Profile::default() },
                })
                .into();
        for (what, expected) in [
            ("Acme", Ok("a1")),
            ("acme", Ok("acme")),
            ("a1", Ok("a1")),
            ("ACME", Err("several")),
            ("twin", Ok("twin")),
            ("Twin", Err("twin, twin-2")),
            ("twin-2", Ok("twin-2")),
            ("BETA", Ok("big")),
            ("bEtA", Err("big, big-2")),
            ("nobody", Err("There are \"Acme\"")),
        ] {
            match (named_profile(&profiles, what), expected) {
                (Ok(stored), Ok(id)) => assert_eq!(stored.id.0, id, "{what}"),
                (Err(error), Err(text)) => assert!(error.contains(text), "{what}: {error}"),
                (found, _) => panic!("{what}: {found:?}"),
            }
        }
    }

    #[test]
    fn the_closest_profile_by_table() {
        let saved = |id: &str, project: &str, source: &str| StoredProfile {
            id: ProfileId(id.into()),
            profile: Profile {
                base_url: "https://acme.example".into(),
                project_key: project.into(),
                source_key: source.into(),
                ..Profile::default()
            },
        };
        let profiles = [saved("one", "p", "a"), saved("two", "p", "b"), saved("copy", "p", "b")];
        for (path, preferred, expected) in [
            ("p/feedback/a", None, Some("one")),
            ("p/feedback/b", Some("two"), Some("two")),
            ("p/feedback/b", Some("one"), Some("copy")),
            ("other/feedback/a", None, Some("one")),
            ("other/feedback/c", Some("one"), None),
        ] {
            let url = format!("https://acme.example/api/v1/projects/{path}?apiKey=k");
            let preferred = preferred.map(|id| ProfileId(id.into()));
            let found = closest_profile(&profiles, &url, preferred.as_ref());
            assert_eq!(found.map(|stored| stored.id.0.as_str()), expected, "{path}");
        }
        assert_eq!(closest_profile(&profiles, "https://acme.example/", None), None);
    }
}
