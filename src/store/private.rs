//! What stays out of a folder of the user's own: values of headers that hold something secret. They lie in the store, and the file
//! in that folder holds the header's name alone.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::disk::{self, Trouble};
use super::saving::PROFILE;
use super::{PROFILE_END, Store, StoreError, marked, pretty, profile_of};
use crate::model::Profile;
use crate::model::endpoint::is_secret_name;

const FORMAT: &str = "centerpost.private/1";

impl Store {
    /// What is to be written to a profile's file.
    pub(super) fn profile_value(&self, path: &Path, profile: &Profile) -> Result<Value, StoreError> {
        if !self.is_own() {
            return Ok(profile.to_value_revealing_key());
        }
        let (bare, secrets) = set_apart(profile);
        let private = self.private(path);
        if secrets != self.secrets(path) {
            disk::make_folder(private.parent().unwrap_or(&private))
                .map_err(|error| StoreError::io(PROFILE.saving, &private, &error))?;
            let value = marked(FORMAT, Ok(Value::Object(secrets)), PROFILE.saving, &private)?;
            disk::write_over(&private, pretty(&value).as_bytes())
                .map_err(|error| StoreError::io(PROFILE.saving, &private, &error))?;
        }
        Ok(bare.to_value_revealing_key())
    }

    /// What is to be written beside a profile's file: what is kept there is nobody's to send.
    pub(super) fn bare_profile_value(&self, profile: &Profile) -> Value {
        let profile = if self.is_own() { set_apart(profile).0 } else { profile.clone() };
        profile.to_value_revealing_key()
    }

    /// The profile that a file's JSON holds, with what stayed out of it.
    pub(super) fn profile_from(&self, path: &Path, value: Value) -> Result<Profile, Trouble> {
        let mut profile = profile_of(value)?;
        let is_apart = |(name, value): &(String, String)| value.is_empty() && is_secret_name(name);
        if profile.extra_headers.iter().any(is_apart) {
            let secrets = self.secrets(path);
            for (name, value) in &mut profile.extra_headers {
                if let Some(Value::String(secret)) = secrets.get(&name.to_lowercase()).filter(|_| value.is_empty()) {
                    value.clone_from(secret);
                }
            }
        }
        Ok(profile)
    }

    fn private(&self, path: &Path) -> PathBuf {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let id = name.strip_suffix(PROFILE_END).unwrap_or(&name);
        self.root.join("private").join(format!("{id}.private.json"))
    }

    fn secrets(&self, path: &Path) -> Map<String, Value> {
        let mut secrets = match disk::read_json(&self.private(path)) {
            Ok(Value::Object(secrets)) => secrets,
            _ => Map::new(),
        };
        secrets.shift_remove("format");
        secrets
    }
}

/// A profile without the values of its secret headers, and those values by the headers' names in lower case.
fn set_apart(profile: &Profile) -> (Profile, Map<String, Value>) {
    let (mut bare, mut secrets) = (profile.clone(), Map::new());
    for (name, value) in &mut bare.extra_headers {
        if is_secret_name(name) && !value.is_empty() {
            secrets.insert(name.to_lowercase(), Value::String(std::mem::take(value)));
        }
    }
    (bare, secrets)
}
