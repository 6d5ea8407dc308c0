//! Saving under the lock, and what is asked when two have changed the same.

use std::path::Path;

use serde_json::{Map, Value};

use super::disk::Trouble;
use super::files::{Kind, SaveError, Stamp, Written};
use super::lock::Lock;
use super::{DRAFT_FORMAT, Notice, PROFILE_FORMAT, ProfileId, SETTINGS_FORMAT, Store, StoreError};
use super::{check, disk, merge, profile_of, read_marked};
use crate::model::{Draft, Profile, Settings};

pub(super) const PROFILE: Kind = Kind {
    what: "profile",
    saving: "Saving the profile",
    format: PROFILE_FORMAT,
    normal: normal_profile,
    // A profile that the sandbox plays has another address at each start of each window.
    mine_wins: |mine| if mine["sandbox"] == true { &["base_url", "api_key", "api_key_ref"] } else { &[] },
    asks: true,
    asks_when_gone: true,
};

pub(super) const DRAFT: Kind = Kind {
    what: "draft",
    saving: "Saving the draft",
    format: DRAFT_FORMAT,
    normal: |value| normal::<Draft>(value, DRAFT_FORMAT),
    mine_wins: |_| &[],
    asks: false,
    asks_when_gone: false,
};

pub(super) const SETTINGS: Kind = Kind {
    what: "settings",
    saving: "Saving the settings",
    format: SETTINGS_FORMAT,
    normal: |value| normal::<Settings>(value, SETTINGS_FORMAT),
    // Which profile was open last is each window's own.
    mine_wins: |_| &["last_profile"],
    asks: true,
    asks_when_gone: false,
};

/// How a save went.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved<T> {
    /// What was given is saved.
    AsGiven,
    /// Somebody else had changed other parts of it. This, which holds both changes, is saved; go on with it.
    Merged(Box<T>),
}

/// What somebody else saved, taken in place of one's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Theirs<T> {
    /// It; `None` when the file was removed.
    pub value: Option<T>,
    /// Where one's own version was kept.
    pub kept: Notice,
}

impl SaveError {
    /// The error for callers that cannot ask.
    pub fn plain(self, doing: &'static str) -> StoreError {
        match self {
            Self::Failed(error) => error,
            Self::Conflict(conflict) => conflict.error(doing),
        }
    }
}

impl Store {
    /// Saves a profile. What somebody else changed since it was read or saved is merged; where both changed the same, nothing is
    /// saved, and [`Store::keep_profile`] or [`Store::drop_profile`] settles it.
    pub fn put_profile(&self, id: &ProfileId, profile: &Profile) -> Result<Saved<Profile>, SaveError> {
        let path = self.profile_path(check(id)?);
        Ok(match self.save(&PROFILE, &path, self.profile_value(&path, profile)?, true)? {
            Written::AsGiven => Saved::AsGiven,
            Written::Merged(value) => Saved::Merged(Box::new(
                self.profile_from(value).map_err(|trouble| trouble.error_untouched(PROFILE.saving, &path))?,
            )),
        })
    }

    /// Saves the settings, as [`Store::put_profile`] saves a profile.
    pub fn put_settings(&self, settings: &Settings) -> Result<Saved<Settings>, SaveError> {
        let path = self.settings();
        Ok(match self.save(&SETTINGS, &path, self.settings_value(settings, &path)?, true)? {
            Written::AsGiven => Saved::AsGiven,
            Written::Merged(value) => {
                let settings = read_marked(Ok(Some(value)), SETTINGS_FORMAT);
                let settings: Settings = settings.map_err(|trouble| trouble.error_untouched(SETTINGS.saving, &path))?;
                Saved::Merged(Box::new(self.keys.open_settings(settings)))
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
    pub fn drop_profile(&self, id: &ProfileId, mine: &Profile) -> Result<Theirs<Profile>, StoreError> {
        let path = self.profile_path(check(id)?);
        let _lock = self.lock(PROFILE.saving, &self.profiles())?;
        let kept = self.keep_beside(&PROFILE, &path, &self.profile_value(&path, mine)?)?;
        let read = self.files.read(&path).and_then(|value| value.map(|value| self.profile_from(value)).transpose());
        let value = read.map_err(|trouble| trouble.error_untouched("Reading the profile", &path))?;
        if value.is_none() {
            self.files.forget(&path);
        }
        Ok(Theirs { value, kept })
    }

    /// Takes what somebody else made of the settings; `mine` are kept beside them.
    pub fn drop_settings(&self, mine: &Settings) -> Result<Theirs<Settings>, StoreError> {
        let path = self.settings();
        let _lock = self.lock(SETTINGS.saving, &self.root)?;
        let kept = self.keep_beside(&SETTINGS, &path, &self.settings_value(mine, &path)?)?;
        let read = read_marked(self.files.read(&path), SETTINGS_FORMAT);
        let settings: Settings = read.map_err(|trouble| trouble.error_untouched("Reading the settings", &path))?;
        Ok(Theirs { value: Some(self.keys.open_settings(settings)), kept })
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

    pub(super) fn save(&self, kind: &Kind, path: &Path, value: Value, takes: bool) -> Result<Written, SaveError> {
        let folder = path.parent().unwrap_or(&self.root);
        let _lock = self.lock(kind.saving, folder)?;
        self.files.save(kind, path, value, takes)
    }

    /// The lock for writing to a folder: the store's, and that of a folder of the user's own.
    pub(super) fn lock(&self, doing: &'static str, folder: &Path) -> Result<[Option<Lock>; 2], StoreError> {
        let failed = |error: std::io::Error| StoreError::io(doing, folder, &error);
        let own = if folder.starts_with(&self.root) { None } else { Some(self.files.lock_own(folder).map_err(failed)?) };
        Ok([own, Some(self.files.lock(&self.root).map_err(failed)?)])
    }

    /// Says what is wrong with a file, and sets one without sense aside, unless somebody has mended it meanwhile.
    pub(super) fn set_right(&self, trouble: Trouble, what: &str, path: &Path) -> Option<Notice> {
        if !matches!(trouble, Trouble::Content(_)) {
            return trouble.notice(what, path);
        }
        let before = Stamp::of(path);
        // Without the lock it is set aside all the same: the name that it gets is nobody's, so nothing is lost.
        let _lock = self.files.lock(&self.root).ok();
        if Stamp::of(path) == before { trouble.notice(what, path) } else { None }
    }

    fn keep_beside(&self, kind: &Kind, path: &Path, value: &Value) -> Result<Notice, StoreError> {
        let aside = disk::write_beside(path, "mine", super::pretty(value).as_bytes());
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

fn normal_profile(value: &Value) -> Option<Value> {
    let mut normal = profile_of(value.clone()).ok()?.to_value_revealing_key();
    if let (Some(normal), Some(value)) = (normal.as_object_mut(), value.as_object()) {
        let keys = value
            .iter()
            .filter(|(name, value): &(&String, &Value)| name.starts_with("api_key") && !value.is_null() && *value != "");
        for (name, value) in keys {
            let at = normal.keys().position(|key| key == "source_key").map_or(normal.len(), |at| at + 1);
            normal.shift_insert(at, name.clone(), value.clone());
        }
    }
    Some(normal)
}

fn normal<T: Default + serde::Serialize + serde::de::DeserializeOwned>(value: &Value, format: &str) -> Option<Value> {
    let read: T = read_marked(Ok(Some(value.clone())), format).ok()?;
    let Ok(Value::Object(members)) = serde_json::to_value(read) else { return None };
    let mut map = Map::new();
    map.insert("format".into(), format.into());
    map.extend(members);
    Some(Value::Object(map))
}
