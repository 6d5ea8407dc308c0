//! What goes to disk in a secret's place, and what comes back for it.

use serde_json::{Map, Value};

use super::key_store::Keys;
use crate::model::profile::ProfileError;
use crate::model::secrets::collect::holds_secret;
use crate::model::secrets::own_names;
use crate::model::secrets::placeholder::{REFERENCE, references_in};
use crate::model::secrets::url_values::secret_spans;
use crate::model::settings::Proxy;
use crate::model::{Drafts, Profile, Redaction, Secret, Settings};
use crate::store::error::StoreError;

/// The member of a file that names the API key.
const KEY_REFERENCE: &str = "api_key_ref";

/// Whether a profile file's content holds its API key in clear.
pub(in crate::store) fn holds_key(value: &Value) -> bool {
    value.get("api_key").and_then(Value::as_str).is_some_and(|key| !key.is_empty())
}

/// The edited address of each draft of a file's content, in the order of [`Drafts::all`]; `None` for one that has none.
fn drafts_in(value: &mut Value) -> Vec<Option<&mut Map<String, Value>>> {
    let mut addresses = vec![None];
    let Some(members) = value.as_object_mut() else { return addresses };
    let mut lists = [Vec::new(), Vec::new()];
    for (name, member) in members {
        match name.as_str() {
            "address" => addresses[0] = member.as_object_mut(),
            "more" | "closed" => {
                let drafts = member.as_array_mut().into_iter().flatten();
                lists[usize::from(name == "closed")] =
                    drafts.map(|draft| draft.get_mut("address").and_then(Value::as_object_mut)).collect();
            }
            _ => {}
        }
    }
    addresses.extend(lists.into_iter().flatten());
    addresses
}

impl Keys {
    /// A profile as its file holds it: references in place of the API key and of secret headers. Where nothing lasts, a key that
    /// stood in clear in the file stays there, because it may be the only copy; `before` is the file's content.
    pub(in crate::store) fn seal_profile(&self, profile: &Profile, before: Option<&Value>) -> Result<Value, StoreError> {
        let mut sealed = profile.clone();
        for (name, value) in &mut sealed.extra_headers {
            if holds_secret(name, value, &profile.api_key) && !value.is_empty() {
                *value = self.placeholder(value)?;
            }
        }
        sealed.api_key = Secret::default();
        let mut value = sealed.to_value_revealing_key();
        if let Some(map) = value.as_object_mut() {
            let before = |name: &str| before.and_then(|before| before.get(name)).cloned();
            let key = &profile.api_key;
            if profile.sandbox {
                // The sandbox gives it another key at each start.
            } else if !key.is_empty() {
                let reference = self.keep(key)?;
                if let Some(old) = before(KEY_REFERENCE).as_ref().and_then(Value::as_str).filter(|old| *old != reference) {
                    self.replaced(old);
                }
                map.insert(KEY_REFERENCE.into(), reference.into());
                let in_clear = before("api_key").filter(|plain| plain.as_str() == Some(key.reveal()));
                if let Some(plain) = in_clear.filter(|_| !self.place().lasts()) {
                    map.insert("api_key".into(), plain);
                }
            } else if let Some(reference) = before(KEY_REFERENCE) {
                // A key that could not be read is not one that was taken out.
                map.insert(KEY_REFERENCE.into(), reference);
            }
        }
        Ok(value)
    }

    /// The profile of a file's content.
    pub(in crate::store) fn open_profile(&self, mut value: Value) -> Result<Profile, ProfileError> {
        let reference = value.as_object_mut().and_then(|map| map.shift_remove(KEY_REFERENCE));
        let mut profile = Profile::from_value(value)?;
        let known = || self.get(reference.as_ref()?.as_str()?);
        if profile.api_key.is_empty()
            && let Some(secret) = known()
        {
            profile.api_key = secret;
        }
        profile.extra_headers.iter_mut().for_each(|(_, value)| *value = self.restore(value));
        Ok(profile)
    }

    /// Drafts as their file holds them, with a reference to the API key of each edited address.
    pub(in crate::store) fn seal_drafts(&self, drafts: &Drafts, value: &mut Value) -> Result<(), StoreError> {
        for (named, value) in drafts.all().zip(drafts_in(value)) {
            let key = named.draft.address.as_ref().and_then(|address| address.api_key.as_ref()).filter(|key| !key.is_empty());
            if let (Some(key), Some(address)) = (key, value) {
                address.insert(KEY_REFERENCE.into(), self.keep(key)?.into());
            }
        }
        Ok(())
    }

    /// Takes the references out of a draft file's content: for each draft in it, the secret of its edited address.
    pub(in crate::store) fn open_drafts(&self, value: &mut Value) -> Vec<Option<Secret>> {
        let addresses = drafts_in(value).into_iter();
        addresses.map(|address| self.get(address?.shift_remove(KEY_REFERENCE)?.as_str()?)).collect()
    }

    /// Settings as their file holds them: a reference in place of a proxy's user and password.
    pub(in crate::store) fn seal_settings(&self, settings: &Settings) -> Result<Settings, StoreError> {
        own_names::set(&settings.secret_names);
        let mut sealed = settings.clone();
        if let Proxy::Own(url) = &mut sealed.proxy {
            for span in secret_spans(url).into_iter().rev() {
                let placeholder = self.placeholder(&url[span.clone()])?;
                url.replace_range(span, &placeholder);
            }
        }
        Ok(sealed)
    }

    /// Settings with their secrets back.
    pub(in crate::store) fn open_settings(&self, mut settings: Settings) -> Settings {
        if let Proxy::Own(url) = &mut settings.proxy {
            *url = self.restore(url);
        }
        own_names::set(&settings.secret_names);
        settings
    }

    fn placeholder(&self, text: &str) -> Result<String, StoreError> {
        if text.starts_with(&format!("{{{{{REFERENCE}")) {
            // One that could not be put back when it was read.
            return Ok(text.to_owned());
        }
        Ok(format!("{{{{{}}}}}", self.keep(&Secret::new(text))?))
    }

    fn restore(&self, text: &str) -> String {
        let known = references_in(text).into_iter().filter_map(|name| Some((self.get(&name)?, name)));
        Redaction::new(known.collect::<Vec<_>>()).restore(text)
    }
}
