//! Variables in the place of a profile's secrets, for suites that are written for other tools.

use crate::model::request::Secrets;
use crate::model::secrets::masker::Masker;
use crate::model::secrets::names::is_secret_name;
use crate::model::secrets::secret::SHORTEST_SECRET;
use crate::model::{Profile, Secret};

/// Takes a profile's secrets out of texts.
pub(super) struct ProfileVariables {
    /// Each secret, and the name of its variable.
    named: Vec<(Secret, String)>,
    /// How the tool writes a variable.
    written: fn(&str) -> String,
    /// For what holds a secret in another form, or where no variable can stand.
    pub masker: Masker,
}

impl ProfileVariables {
    /// The variables of a profile: `key` for its API key, and for each secret header one of the header's name.
    pub fn new(profile: &Profile, key: &str, written: fn(&str) -> String) -> Self {
        let mut masker = Masker::new(Secrets::Masked);
        masker.learn_profile(profile);
        let headers = profile.extra_headers.iter().filter(|(name, _)| is_secret_name(name));
        let mut named = vec![(profile.api_key.clone(), key.to_owned())];
        named.extend(headers.map(|(name, value)| (Secret::new(value), name.clone())));
        named.retain(|(secret, _)| secret.reveal().len() >= SHORTEST_SECRET);
        Self { named, written, masker }
    }

    /// A text with a variable in the place of each secret: a data row may hold one.
    pub fn put_into(&self, text: &str) -> String {
        let put = |text: String, (secret, name): &(Secret, String)| text.replace(secret.reveal(), &(self.written)(name));
        self.masker.text(&self.named.iter().fold(text.to_owned(), put))
    }

    /// The names of those that stand in a text.
    pub fn names_in(&self, text: &str) -> impl Iterator<Item = &str> {
        self.named.iter().map(|(_, name)| name.as_str()).filter(move |name| text.contains(&(self.written)(name)))
    }
}
