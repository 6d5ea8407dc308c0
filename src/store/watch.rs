//! What others changed in the files: another window, the command line, git.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::disk::{self, ReadError};
use super::error::Notice;
use super::kinds::{PROFILE, PROFILE_END, SETTINGS, SETTINGS_FORMAT, read_marked};
use super::profile_id::{ProfileId, StoredProfile, check};
use super::root::Store;
use super::stamp::Stamp;
use crate::model::Settings;

/// What others changed since the files were read or saved.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Profiles that were changed or added.
    pub profiles: Vec<Outside<StoredProfile>>,
    /// Profiles whose files are gone.
    pub gone: Vec<ProfileId>,
    /// The settings, if they were changed.
    pub settings: Option<Outside<Settings>>,
    /// What the user should know; each is told once.
    pub notices: Vec<Notice>,
    /// How many removed profiles can be brought back.
    pub removed: usize,
}

/// Something that somebody else saved. It is not taken over until [`Store::take`] says so.
#[derive(Clone, Debug)]
pub struct Outside<T> {
    /// What stands in the file.
    pub value: T,
    /// Whether there was no such file before.
    pub is_new: bool,
    seen: Seen,
}

/// The file as it was seen. `Debug` says nothing of what stands in it.
#[derive(Clone)]
struct Seen {
    path: PathBuf,
    value: Value,
    stamp: Option<Stamp>,
    before: Option<Option<Value>>,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.path.display())
    }
}

impl Changes {
    /// Whether there is nothing to take over and nothing to say.
    pub fn is_empty(&self) -> bool {
        self.profiles.is_empty() && self.gone.is_empty() && self.settings.is_none() && self.notices.is_empty()
    }
}

impl Store {
    /// What others changed. Files that look as they were, by time and length, are not read; nothing is changed, and no lock is taken.
    pub fn changes(&self) -> Changes {
        let mut changes = Changes { removed: self.count_removed(), ..Changes::default() };
        self.look_at_profiles(&mut changes);
        self.look_at_settings(&mut changes);
        changes.notices.extend(self.take_notices());
        changes
    }

    /// Goes on from what somebody else saved. `false` if it is out of date: the file was read or saved again meanwhile.
    pub fn take<T>(&self, outside: &Outside<T>) -> bool {
        let Seen { path, value, stamp, before } = &outside.seen;
        let is_current = self.files.known(path) == *before;
        if is_current {
            self.files.know(path, Some(value.clone()), *stamp);
        }
        is_current
    }

    /// Forgets a profile whose file is gone: saving it makes a new file.
    pub fn forget(&self, id: &ProfileId) {
        if let Ok(name) = check(id) {
            self.files.forget(&self.profile_path(name));
        }
    }

    fn look_at_profiles(&self, changes: &mut Changes) {
        let folder = self.profiles();
        let mut notices = Vec::new();
        let found = disk::list(&folder, PROFILE_END, &mut notices);
        if found.is_empty() && std::fs::read_dir(&folder).is_err() {
            // A disk that is not there just now has lost no profile.
            if self.files.is_news(&folder) {
                changes.notices.extend(notices);
            }
            return;
        }
        let there: HashSet<_> = found.iter().map(|(_, path)| path.clone()).collect();
        for (id, path) in found {
            match self.look(PROFILE.what, &path, |value| {
                self.profile_from(value).map(|profile| StoredProfile { id: ProfileId(id), profile })
            }) {
                Some(Ok(outside)) if !self.is_same(PROFILE.normal, &outside.seen) => changes.profiles.push(outside),
                Some(Err(notice)) => changes.notices.push(notice),
                _ => {}
            }
        }
        for path in self.files.known_in(&folder, PROFILE_END) {
            let id = path.file_name().and_then(|name| name.to_str()?.strip_suffix(PROFILE_END));
            if let Some(id) = id.filter(|_| !there.contains(&path)) {
                changes.gone.push(ProfileId(id.to_owned()));
            }
        }
    }

    fn look_at_settings(&self, changes: &mut Changes) {
        let path = self.settings();
        if !disk::is_there(&path) {
            return;
        }
        match self.look(SETTINGS.what, &path, |value| {
            read_marked(Ok(Some(value)), SETTINGS_FORMAT).map(|settings| self.keys.open_settings(settings))
        }) {
            Some(Ok(outside)) if !self.is_same(SETTINGS.normal, &outside.seen) => changes.settings = Some(outside),
            Some(Err(notice)) => changes.notices.push(notice),
            _ => {}
        }
    }

    /// A file that is not as it is known; `None` for one that is, or whose trouble was told before.
    fn look<T>(
        &self,
        what: &str,
        path: &Path,
        read: impl FnOnce(Value) -> Result<T, ReadError>,
    ) -> Option<Result<Outside<T>, Notice>> {
        let stamp = Stamp::of(path);
        if self.files.is_as_known(path, stamp) {
            return None;
        }
        let before = self.files.known(path);
        match disk::read_json(path).and_then(|value| Ok((read(value.clone())?, value))) {
            Ok((_, value)) if before.as_ref().is_some_and(|before| before.as_ref() == Some(&value)) => {
                self.files.know(path, Some(value), stamp);
                None
            }
            Ok((read, value)) => {
                let is_new = !matches!(before, Some(Some(_)));
                Some(Ok(Outside { value: read, is_new, seen: Seen { path: path.to_owned(), value, stamp, before } }))
            }
            Err(error) if self.files.is_news(path) => Some(Err(error.notice_untouched(what, path))),
            Err(_) => None,
        }
    }

    /// Whether a file says the same as before, if in another order or layout; it is then known as it is.
    fn is_same(&self, normal: fn(&Value) -> Option<Value>, seen: &Seen) -> bool {
        let Some(Some(before)) = &seen.before else { return false };
        let same = normal(before).is_some_and(|before| Some(before) == normal(&seen.value));
        if same {
            self.files.know(&seen.path, Some(seen.value.clone()), seen.stamp);
        }
        same
    }
}
