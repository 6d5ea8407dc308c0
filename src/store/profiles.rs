//! Profiles, drafts and settings: read, saved, removed and brought back.

use std::path::Path;

use super::disk::{self, ReadError};
use super::error::{Notice, StoreError};
use super::keys;
use super::kinds::{self, DRAFT_END, DRAFT_FORMAT, PROFILE_END, SETTINGS_FORMAT, marked, pretty, read_marked};
use super::names;
use super::profile_id::{ProfileId, StoredProfile, check};
use super::root::Store;
use super::stamp::Stamp;
use crate::model::{Drafts, Profile, Secret, Settings};

/// What was found on disk at the start.
#[derive(Clone, Debug, Default)]
pub struct StoreContents {
    /// Every profile that could be read: favourites first, then by name.
    pub profiles: Vec<StoredProfile>,
    /// The settings, or the defaults.
    pub settings: Settings,
    /// Why the settings that somebody made are not used, if so: with their proxy and authorities left out, nothing is sent unasked.
    pub settings_trouble: Option<String>,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

impl Store {
    /// Keeps secrets in a file under a passphrase from here on, and moves there what stands in clear in profile files. The notices
    /// say what could not be moved.
    pub fn keep_keys_in_file(&self, passphrase: &Secret) -> Result<Vec<Notice>, StoreError> {
        // What is known only after it was read must not be left behind in the keyring.
        self.load();
        self.keys.use_file(passphrase)?;
        Ok(self.load().notices)
    }

    /// Reads everything. A file that makes no sense is set aside under a name that says so, one that the system does not let
    /// us read stays where it is, and the notices name both.
    pub fn load(&self) -> StoreContents {
        let mut found = StoreContents::default();
        self.files.forget_profiles();
        self.find_profiles_folder();
        for folder in [self.root.clone(), self.profiles(), self.drafts_folder(), self.removed()] {
            disk::clean(&folder);
        }
        for (id, path) in disk::list(&self.profiles(), PROFILE_END, &mut found.notices) {
            // A file copied here by hand has whatever mode the copy gave it, and may hold an API key.
            disk::keep_private(&path);
            match self.read_profile(&path) {
                Ok(profile) => {
                    let id = ProfileId(id);
                    found.notices.extend(self.move_key_out(&id, &path, &profile));
                    found.profiles.push(StoredProfile { id, profile });
                }
                // In a folder under version control a file may be half merged, and is for its owner to mend.
                Err(error) if self.is_own() => {
                    self.files.is_news(&path);
                    found.notices.push(error.notice_untouched("profile", &path));
                }
                Err(error) => found.notices.extend(self.set_right(error, "profile", &path)),
            }
        }
        found.profiles.sort_by_cached_key(|stored| {
            let name = &stored.profile.name;
            (!stored.profile.favourite, name.to_lowercase(), name.clone(), stored.id.clone())
        });
        for (_, path) in disk::list(&self.drafts_folder(), DRAFT_END, &mut found.notices) {
            let mut read = disk::read_json(&path).map(Some);
            if let Ok(Some(value)) = &mut read {
                self.keys.open_drafts(value);
            }
            if let Err(error) = read_marked::<Drafts>(read, DRAFT_FORMAT) {
                found.notices.extend(self.set_right(error, "draft", &path));
            }
        }
        let path = self.settings();
        match read_marked(self.files.read(&path), SETTINGS_FORMAT) {
            Ok(settings) => {
                found.settings = self.keys.open_settings(settings);
                found.settings_trouble = disk::set_aside_earlier(&path)
                    .map(|aside| format!("they were set aside as {}, and none were saved since", aside.display()));
            }
            Err(error) => {
                let notice = self.set_right(error, "settings", &path);
                let said =
                    notice.as_ref().map_or("another program set their file aside", |notice| notice.0.trim_end_matches('.'));
                found.settings_trouble = Some(said.to_owned());
                found.notices.extend(notice);
            }
        }
        found.notices.extend(self.take_notices());
        found
    }

    /// Saves a new profile under a name of its own.
    pub fn create_profile(&self, profile: &Profile) -> Result<ProfileId, StoreError> {
        let doing = kinds::PROFILE.saving;
        let _lock = self.lock(doing, &self.profiles())?;
        for id in names::candidates(&profile.name) {
            // A removed profile, or the draft of one that is gone, must not be taken for this one's.
            let taken = [self.draft_path(&id), self.removed().join(format!("{id}{PROFILE_END}"))];
            if taken.iter().any(|path| disk::is_there(path)) {
                continue;
            }
            let path = self.profile_path(&id);
            if disk::is_there(&path) {
                continue;
            }
            let value = self.profile_value(&path, profile)?;
            match disk::write_new(&path, pretty(&value).as_bytes()) {
                Ok(()) => {
                    self.files.know(&path, Some(value), Stamp::of(&path));
                    return Ok(ProfileId(id));
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(StoreError::io(doing, &path, &error)),
            }
        }
        Err(StoreError::said(doing, &self.profiles(), "every name for it is taken", "Give the profile another name."))
    }

    /// Saves a profile over its old self. What somebody else changed in the file meanwhile stays; the same value changed by both is
    /// an error, and the file stays as it is. [`Store::put_profile`] tells more.
    pub fn save_profile(&self, id: &ProfileId, profile: &Profile) -> Result<(), StoreError> {
        let path = self.profile_path(check(id)?);
        self.save(&kinds::PROFILE, &path, self.profile_value(&path, profile)?, false)
            .map(|_| ())
            .map_err(|error| error.plain(kinds::PROFILE.saving))
    }

    /// Moves a profile and its draft to the removed ones, from where [`Store::restore_profile`] brings them back.
    pub fn remove_profile(&self, id: &ProfileId) -> Result<(), StoreError> {
        let doing = "Removing the profile";
        let id = check(id)?;
        let (profile, draft) = (self.profile_path(id), self.draft_path(id));
        let _lock = self.lock(doing, &self.profiles())?;
        // The profile first: if the second step fails, its draft still lies where a restored profile looks for it.
        for (from, needed) in [(profile, true), (draft, false)] {
            if !needed && !disk::is_there(&from) {
                continue;
            }
            let to = self.removed().join(from.file_name().unwrap_or_default());
            disk::move_file(&from, &to).map_err(|error| StoreError::io(doing, &from, &error))?;
            self.files.forget(&from);
        }
        Ok(())
    }

    /// Brings a removed profile and its draft back.
    pub fn restore_profile(&self, id: &ProfileId) -> Result<StoredProfile, StoreError> {
        let doing = "Restoring the profile";
        let name = check(id)?;
        let (profile, draft) = (self.profile_path(name), self.draft_path(name));
        let _lock = self.lock(doing, &self.profiles())?;
        if disk::is_there(&profile) {
            return Err(StoreError::said(doing, &profile, "a profile of that id exists", "Remove or rename that one first."));
        }
        let removed = |path: &Path| self.removed().join(path.file_name().unwrap_or_default());
        // The draft first: if the second step fails, the profile can still be restored.
        if disk::is_there(&removed(&draft)) && !disk::is_there(&draft) {
            disk::rename(&removed(&draft), &draft).map_err(|error| StoreError::io(doing, &draft, &error))?;
        }
        disk::move_file(&removed(&profile), &profile).map_err(|error| StoreError::io(doing, &removed(&profile), &error))?;
        let profile = self.read_profile(&profile).map_err(|error| error.error(doing, &profile))?;
        Ok(StoredProfile { id: id.clone(), profile })
    }

    /// The drafts of a profile; an empty one when there is none. A file that makes no sense is set aside, and the error says so.
    pub fn drafts(&self, id: &ProfileId) -> Result<Drafts, StoreError> {
        let path = self.draft_path(check(id)?);
        let mut read = self.files.read(&path);
        let keys = match &mut read {
            Ok(Some(value)) => self.keys.open_drafts(value),
            _ => Vec::new(),
        };
        let drafts: Result<Drafts, ReadError> = read_marked(read, DRAFT_FORMAT);
        let mut drafts = drafts.map_err(|error| error.error("Reading the draft", &path))?;
        for (named, key) in drafts.all_mut().zip(keys) {
            if let (Some(address), Some(key)) = (&mut named.draft.address, key) {
                address.api_key = Some(key);
            }
        }
        Ok(drafts)
    }

    /// Saves the drafts of a profile. An attachment whose path is not text is left out.
    pub fn save_drafts(&self, id: &ProfileId, drafts: &Drafts) -> Result<(), StoreError> {
        let path = self.draft_path(check(id)?);
        let mut drafts = drafts.clone();
        for named in drafts.all_mut() {
            named.draft.attachments.retain(|attachment| attachment.path.to_str().is_some());
            for attachment in &mut named.draft.attachments {
                // JSON has no form for a time before 1970, and one odd file must not keep the draft from being saved.
                attachment.picked_modified = attachment.picked_modified.filter(|time| *time >= std::time::UNIX_EPOCH);
            }
        }
        let mut value = marked(DRAFT_FORMAT, serde_json::to_value(&drafts), kinds::DRAFT.saving, &path)?;
        self.keys.seal_drafts(&drafts, &mut value)?;
        self.save(&kinds::DRAFT, &path, value, false).map(|_| ()).map_err(|error| error.plain(kinds::DRAFT.saving))
    }

    /// Saves the settings, as [`Store::save_profile`] saves a profile.
    pub fn save_settings(&self, settings: &Settings) -> Result<(), StoreError> {
        let path = self.settings();
        let value = self.settings_value(settings, &path)?;
        self.save(&kinds::SETTINGS, &path, value, false).map(|_| ()).map_err(|error| error.plain(kinds::SETTINGS.saving))
    }

    /// Moves an API key that stands in clear in a profile's file to where keys are kept. Where nothing lasts, it stays: it may be the
    /// only copy.
    fn move_key_out(&self, id: &ProfileId, path: &Path, profile: &Profile) -> Option<Notice> {
        let in_clear = self.files.known(path).flatten().is_some_and(|value| keys::holds_key(&value));
        if !in_clear {
            return None;
        }
        let place = self.keys.place();
        if !place.lasts() {
            return Some(Notice(format!(
                "The API key of \"{}\" is in clear in {}, and keys are stored {}. Keep them in a file under a passphrase (in the settings, or with centerpost keys use-file), and the key moves there.",
                profile.name,
                path.display(),
                place.words()
            )));
        }
        self.save_profile(id, profile).err().map(|error| Notice(error.to_string()))
    }

    /// Says what is wrong with a file, and sets one without sense aside, unless somebody has mended it meanwhile.
    pub(super) fn set_right(&self, error: ReadError, what: &str, path: &Path) -> Option<Notice> {
        if !matches!(error, ReadError::Content(_)) {
            return error.notice(what, path);
        }
        let before = Stamp::of(path);
        // Without the lock it is set aside all the same: the name that it gets is nobody's, so nothing is lost.
        let _lock = self.files.lock(&self.root).ok();
        if Stamp::of(path) == before { error.notice(what, path) } else { None }
    }
}

/// Reads a profile file that need not lie in a store. Neither the file nor anything beside it is touched.
pub fn read_profile_file(path: &Path) -> Result<Profile, StoreError> {
    kinds::read_profile(path).map_err(|error| error.error_untouched("Reading the profile", path))
}

/// The name that a profile's file would have in a store: `NAME.profile.json`.
pub fn file_name(profile: &Profile) -> String {
    format!("{}{PROFILE_END}", names::candidates(&profile.name).next().unwrap_or_default())
}
