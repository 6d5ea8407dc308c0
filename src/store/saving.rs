//! Saving under the lock, and what is asked when two have changed the same.

use std::path::Path;

use serde_json::Value;

use super::error::{Notice, SaveError, StoreError};
use super::kinds::{FileKind, PROFILE, SETTINGS, SETTINGS_FORMAT, pretty, profile_of, read_marked};
use super::profile_id::{ProfileId, check};
use super::root::Store;
use super::save_outcome::{RemoteVersion, SaveOutcome};
use super::{disk, merge};
use crate::model::{Profile, Settings};

impl Store {
    /// Saves a profile. What somebody else changed since it was read or saved is merged; where both changed the same, nothing is
    /// saved, and [`Store::keep_profile`] or [`Store::drop_profile`] settles it.
    pub fn put_profile(&self, id: &ProfileId, profile: &Profile) -> Result<SaveOutcome<Profile>, SaveError> {
        let path = self.profile_path(check(id)?);
        Ok(match self.save(&PROFILE, &path, self.profile_value(&path, profile)?, true)? {
            SaveOutcome::AsGiven => SaveOutcome::AsGiven,
            SaveOutcome::Merged(value) => SaveOutcome::Merged(Box::new(
                self.profile_from(*value).map_err(|error| error.error_untouched(PROFILE.saving, &path))?,
            )),
        })
    }

    /// Saves the settings, as [`Store::put_profile`] saves a profile.
    pub fn put_settings(&self, settings: &Settings) -> Result<SaveOutcome<Settings>, SaveError> {
        let path = self.settings();
        Ok(match self.save(&SETTINGS, &path, self.settings_value(settings, &path)?, true)? {
            SaveOutcome::AsGiven => SaveOutcome::AsGiven,
            SaveOutcome::Merged(value) => {
                let settings = read_marked(Ok(Some(*value)), SETTINGS_FORMAT);
                let settings: Settings = settings.map_err(|error| error.error_untouched(SETTINGS.saving, &path))?;
                SaveOutcome::Merged(Box::new(self.keys.open_settings(settings)))
            }
        })
    }

    /// Saves a profile whatever somebody else has made of it; their version is kept beside it.
    pub fn keep_profile(&self, id: &ProfileId, profile: &Profile) -> Result<(), StoreError> {
        let path = self.profile_path(check(id)?);
        let _lock = self.lock(PROFILE.saving, &self.profiles())?;
        self.files.keep_mine(&PROFILE, &path, self.profile_value(&path, profile)?)
    }

    /// Saves the settings whatever somebody else has made of them; their version is kept beside them.
    pub fn keep_settings(&self, settings: &Settings) -> Result<(), StoreError> {
        let path = self.settings();
        let _lock = self.lock(SETTINGS.saving, &self.root)?;
        self.files.keep_mine(&SETTINGS, &path, self.settings_value(settings, &path)?)
    }

    /// Takes what somebody else made of a profile; `mine` is kept beside it.
    pub fn drop_profile(&self, id: &ProfileId, mine: &Profile) -> Result<RemoteVersion<Profile>, StoreError> {
        let path = self.profile_path(check(id)?);
        let _lock = self.lock(PROFILE.saving, &self.profiles())?;
        let kept = self.keep_beside(&PROFILE, &path, &self.profile_value(&path, mine)?)?;
        let read = self.files.read(&path).and_then(|value| value.map(|value| self.profile_from(value)).transpose());
        let value = read.map_err(|error| error.error_untouched("Reading the profile", &path))?;
        if value.is_none() {
            self.files.forget(&path);
        }
        Ok(RemoteVersion { value, kept })
    }

    /// Takes what somebody else made of the settings; `mine` are kept beside them.
    pub fn drop_settings(&self, mine: &Settings) -> Result<RemoteVersion<Settings>, StoreError> {
        let path = self.settings();
        let _lock = self.lock(SETTINGS.saving, &self.root)?;
        let kept = self.keep_beside(&SETTINGS, &path, &self.settings_value(mine, &path)?)?;
        let read = read_marked(self.files.read(&path), SETTINGS_FORMAT);
        let settings: Settings = read.map_err(|error| error.error_untouched("Reading the settings", &path))?;
        Ok(RemoteVersion { value: Some(self.keys.open_settings(settings)), kept })
    }

    /// What happened to files during saves that the user should know, since the last call.
    pub fn take_notices(&self) -> Vec<Notice> {
        self.files.take_notices()
    }

    /// How long a save waits for another process that is saving; ten seconds unless set.
    #[must_use]
    pub fn with_patience(self, patience: std::time::Duration) -> Self {
        self.files.set_patience(patience);
        self
    }

    fn keep_beside(&self, kind: &FileKind, path: &Path, value: &Value) -> Result<Notice, StoreError> {
        let aside = disk::write_beside(path, "mine", pretty(value).as_bytes());
        let aside = aside.map_err(|error| StoreError::io(kind.saving, path, &error))?;
        Ok(Notice(format!("Your version of the {} was kept as {}", kind.what, aside.display())))
    }
}

/// Puts one's own newer changes onto a profile that holds somebody else's too. Both came from `base`; one's own win.
pub fn merge_profile(base: &Profile, mine: &Profile, theirs: &Profile) -> Profile {
    let merged = merge::merge(&base.to_value_revealing_key(), &mine.to_value_revealing_key(), &theirs.to_value_revealing_key());
    profile_of(merged.value).unwrap_or_else(|_| mine.clone())
}

/// Puts one's own newer changes onto settings that hold somebody else's too. Both came from `base`; one's own win.
pub fn merge_settings(base: &Settings, mine: &Settings, theirs: &Settings) -> Settings {
    let (Ok(base), Ok(own), Ok(theirs)) = (serde_json::to_value(base), serde_json::to_value(mine), serde_json::to_value(theirs))
    else {
        return mine.clone();
    };
    serde_json::from_value(merge::merge(&base, &own, &theirs).value).unwrap_or_else(|_| mine.clone())
}
