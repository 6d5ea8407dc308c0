//! Disk: profiles, drafts and settings. The only user of `directories`.
//!
//! Every file is written whole to a temporary file beside it, synced, renamed over the old one, and the folder synced.
//! So a file is either its old self or its new self, whenever the program or the machine stops.
//!
//! ```text
//! profiles/NAME.profile.json   one External Source each, a reference in its API key's place; the stem is its id
//!                              (or in a folder of the user's own, which the settings name)
//! drafts/NAME.draft.json       what was typed for the profile of that id
//! removed/                     removed profiles and their drafts, under the names that they had
//! keys.age                     secrets under a passphrase, if they are not in the system's keyring
//! history.db, bodies/          every exchange
//! settings.json
//! .lock                        locked while something is saved
//! ```
//!
//! Several processes may work on one store: each save is made under the lock and merged with what others changed since
//! ([`Store::put_profile`]), and [`Store::changes`] tells what they did.

mod disk;
mod export;
mod files;
mod folder;
pub mod history;
mod keys;
mod lock;
mod merge;
mod names;
mod saving;
mod sitting;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value};

use crate::model::profile::PROFILE_FORMAT;
use crate::model::{Draft, Profile, Secret, Settings};
use disk::Trouble;
pub use export::{Export, write_export, write_export_bytes};
use files::Files;
pub use files::{Conflict, SaveError};
pub use folder::Moved;
pub use history::History;
pub use keys::{KeyPlace, Keys};
pub use saving::{Saved, Theirs, merge_profile, merge_settings};
pub use sitting::Sitting;
pub use watch::{Changes, Outside};

const PROFILE_END: &str = ".profile.json";
const DRAFT_END: &str = ".draft.json";
const DRAFT_FORMAT: &str = "centerpost.draft/1";
const SETTINGS_FORMAT: &str = "centerpost.settings/1";

/// The folder that holds everything, made on first use with access for its user alone.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    /// What is known of the files; shared by all copies of this store.
    files: Arc<Files>,
    /// A folder of the user's own that holds the profiles.
    own: Arc<Mutex<Option<PathBuf>>>,
    keys: Keys,
}

/// A profile's stable name on disk: the stem of its file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProfileId(pub String);

/// A profile and its name on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredProfile {
    /// Its name on disk.
    pub id: ProfileId,
    /// The profile.
    pub profile: Profile,
}

/// Something that the user should know about the files, such as one that could not be read and was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice(pub String);

/// Why something could not be read or saved: what was being done, to which file, why, and what to try.
#[derive(Debug, thiserror::Error)]
#[error("{doing} {path}: {reason}. {advice}")]
pub struct StoreError {
    /// What was being done, as in "Saving the profile".
    pub doing: &'static str,
    /// The file or folder.
    pub path: String,
    /// What the system said.
    pub reason: String,
    /// What to try.
    pub advice: String,
}

/// What was found on disk at the start.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Every profile that could be read: favourites first, then by name.
    pub profiles: Vec<StoredProfile>,
    /// The settings, or the defaults.
    pub settings: Settings,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

impl Store {
    /// The store in `CENTERPOST_HOME`, or else in the user's own data folder.
    pub fn open() -> Result<Self, StoreError> {
        if let Some(home) = std::env::var_os("CENTERPOST_HOME").filter(|home| !home.is_empty()) {
            return Self::open_at(home.into());
        }
        let Some(folders) = directories::ProjectDirs::from("", "", "Centerpost") else {
            return Err(StoreError {
                doing: "Looking for the folder of",
                path: "profiles and settings".into(),
                reason: "the system names no home folder for this user".into(),
                advice: "Set CENTERPOST_HOME to a folder.".into(),
            });
        };
        Self::open_at(folders.data_dir().to_owned())
    }

    /// The store in a given folder. Fails if a folder cannot be made; an existing folder that cannot be written to can
    /// still be read from, and each save fails.
    pub fn open_at(root: PathBuf) -> Result<Self, StoreError> {
        let keys = Keys::at(&root);
        let store = Self { root, files: Arc::default(), own: Arc::default(), keys };
        for folder in [store.root.clone(), store.default_profiles(), store.drafts(), store.removed()] {
            disk::make_folder(&folder).map_err(|error| StoreError::io("Making the folder", &folder, &error))?;
        }
        store.find_profiles_folder();
        Ok(store)
    }

    /// Its secrets.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Keeps secrets in a file under a passphrase from here on, and moves there what stands in clear in profile files. The notices
    /// say what could not be moved.
    pub fn keep_keys_in_file(&self, passphrase: &Secret) -> Result<Vec<Notice>, StoreError> {
        // What is known only after it was read must not be left behind in the keyring.
        self.load();
        self.keys.use_file(passphrase)?;
        Ok(self.load().notices)
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads everything. A file that makes no sense is set aside under a name that says so, one that the system does not let
    /// us read stays where it is, and the notices name both.
    pub fn load(&self) -> Found {
        let mut found = Found::default();
        self.files.forget_profiles();
        self.find_profiles_folder();
        for folder in [self.root.clone(), self.profiles(), self.drafts(), self.removed()] {
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
                Err(trouble) if self.is_own() => {
                    self.files.is_news(&path);
                    found.notices.push(trouble.notice_untouched("profile", &path));
                }
                Err(trouble) => found.notices.extend(self.set_right(trouble, "profile", &path)),
            }
        }
        found.profiles.sort_by_cached_key(|stored| {
            let name = &stored.profile.name;
            (!stored.profile.favourite, name.to_lowercase(), name.clone(), stored.id.clone())
        });
        for (_, path) in disk::list(&self.drafts(), DRAFT_END, &mut found.notices) {
            let mut read = disk::read_json(&path).map(Some);
            if let Ok(Some(value)) = &mut read {
                self.keys.open_draft(value);
            }
            if let Err(trouble) = read_marked::<Draft>(read, DRAFT_FORMAT) {
                found.notices.extend(self.set_right(trouble, "draft", &path));
            }
        }
        let path = self.settings();
        match read_marked(self.files.read(&path), SETTINGS_FORMAT) {
            Ok(settings) => found.settings = self.keys.open_settings(settings),
            Err(trouble) => found.notices.extend(self.set_right(trouble, "settings", &path)),
        }
        found.notices.extend(self.take_notices());
        found
    }

    /// Saves a new profile under a name of its own.
    pub fn create_profile(&self, profile: &Profile) -> Result<ProfileId, StoreError> {
        let doing = saving::PROFILE.saving;
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
                    self.files.know(&path, Some(value), files::Stamp::of(&path));
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
        self.save(&saving::PROFILE, &path, self.profile_value(&path, profile)?, false)
            .map(|_| ())
            .map_err(|error| error.plain(saving::PROFILE.saving))
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
            folder::move_file(&from, &to).map_err(|error| StoreError::io(doing, &from, &error))?;
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
        folder::move_file(&removed(&profile), &profile).map_err(|error| StoreError::io(doing, &removed(&profile), &error))?;
        let profile = self.read_profile(&profile).map_err(|trouble| trouble.error(doing, &profile))?;
        Ok(StoredProfile { id: id.clone(), profile })
    }

    /// The draft of a profile; an empty one when there is none. A draft that makes no sense is set aside, and the error says so.
    pub fn draft(&self, id: &ProfileId) -> Result<Draft, StoreError> {
        let path = self.draft_path(check(id)?);
        let mut read = self.files.read(&path);
        let key = read.as_mut().ok().and_then(Option::as_mut).and_then(|value| self.keys.open_draft(value));
        let draft: Result<Draft, Trouble> = read_marked(read, DRAFT_FORMAT);
        let mut draft = draft.map_err(|trouble| trouble.error("Reading the draft", &path))?;
        if let (Some(address), Some(key)) = (&mut draft.address, key) {
            address.api_key = Some(key);
        }
        Ok(draft)
    }

    /// Saves the draft of a profile. An attachment whose path is no text is left out.
    pub fn save_draft(&self, id: &ProfileId, draft: &Draft) -> Result<(), StoreError> {
        let path = self.draft_path(check(id)?);
        let mut draft = draft.clone();
        draft.attachments.retain(|attachment| attachment.path.to_str().is_some());
        for attachment in &mut draft.attachments {
            // JSON has no form for a time before 1970, and one odd file must not keep the draft from being saved.
            attachment.picked_modified = attachment.picked_modified.filter(|time| *time >= std::time::UNIX_EPOCH);
        }
        let mut value = marked(DRAFT_FORMAT, serde_json::to_value(&draft), saving::DRAFT.saving, &path)?;
        self.keys.seal_draft(&draft, &mut value)?;
        self.save(&saving::DRAFT, &path, value, false).map(|_| ()).map_err(|error| error.plain(saving::DRAFT.saving))
    }

    /// Saves the settings, as [`Store::save_profile`] saves a profile.
    pub fn save_settings(&self, settings: &Settings) -> Result<(), StoreError> {
        let path = self.settings();
        let value = self.settings_value(settings, &path)?;
        self.save(&saving::SETTINGS, &path, value, false).map(|_| ()).map_err(|error| error.plain(saving::SETTINGS.saving))
    }

    /// The folder for answers that are too large for memory, in files without a name.
    pub fn spool_folder(&self) -> PathBuf {
        self.root.join("bodies")
    }

    /// Opens the history, which is in this store's folder. The notices say what was wrong with it and what was done about it.
    pub fn open_history(&self) -> Result<(History, Vec<Notice>), StoreError> {
        History::open(&self.root, Arc::new(self.keys.clone()))
    }

    /// What is to be written to a profile's file.
    fn profile_value(&self, path: &Path, profile: &Profile) -> Result<Value, StoreError> {
        let before = self.files.known(path).flatten();
        self.keys.seal_profile(profile, before.as_ref())
    }

    /// The profile that a file's JSON holds, with its secrets as far as they are known.
    fn profile_from(&self, value: Value) -> Result<Profile, Trouble> {
        check_profile(&value)?;
        self.keys.open_profile(value).map_err(|error| Trouble::Content(error.to_string()))
    }

    fn settings_value(&self, settings: &Settings, path: &Path) -> Result<Value, StoreError> {
        let sealed = self.keys.seal_settings(settings)?;
        marked(SETTINGS_FORMAT, serde_json::to_value(sealed), saving::SETTINGS.saving, path)
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
                "The API key of \"{}\" stands in clear in {}, and keys are kept {}. Keep them in a file under a passphrase (in the settings, or with centerpost keys use-file), and the key moves there.",
                profile.name,
                path.display(),
                place.words()
            )));
        }
        self.save_profile(id, profile).err().map(|error| Notice(error.to_string()))
    }

    /// Reads a profile's file and remembers it as what is known of it.
    fn read_profile(&self, path: &Path) -> Result<Profile, Trouble> {
        let value = self.files.read(path)?.ok_or_else(|| Trouble::System("it is gone".into()))?;
        // What makes no sense is nothing that a save could be merged with.
        self.profile_from(value).inspect_err(|_| self.files.forget(path))
    }

    fn default_profiles(&self) -> PathBuf {
        self.root.join("profiles")
    }

    fn drafts(&self) -> PathBuf {
        self.root.join("drafts")
    }

    fn removed(&self) -> PathBuf {
        self.root.join("removed")
    }

    fn settings(&self) -> PathBuf {
        self.root.join("settings.json")
    }

    fn profile_path(&self, id: &str) -> PathBuf {
        self.profiles().join(format!("{id}{PROFILE_END}"))
    }

    fn draft_path(&self, id: &str) -> PathBuf {
        self.drafts().join(format!("{id}{DRAFT_END}"))
    }
}

/// Reads a profile file that need not lie in a store. Neither the file nor anything beside it is touched.
pub fn read_profile_file(path: &Path) -> Result<Profile, StoreError> {
    read_profile(path).map_err(|trouble| trouble.error_untouched("Reading the profile", path))
}

/// The name that a profile's file would have in a store: `NAME.profile.json`.
pub fn file_name(profile: &Profile) -> String {
    format!("{}{PROFILE_END}", names::candidates(&profile.name).next().unwrap_or_default())
}

/// An id comes from a file's name, but may be typed too, and must not lead out of the folder.
fn check(id: &ProfileId) -> Result<&str, StoreError> {
    let id_text = id.0.as_str();
    if id_text.is_empty() || id_text.starts_with('.') || id_text.contains(['/', '\\', ':', '\0']) {
        return Err(StoreError {
            doing: "Looking for the profile",
            path: format!("{id_text:?}"),
            reason: "this cannot be a profile's id".into(),
            advice: "Use an id that the list of profiles shows.".into(),
        });
    }
    Ok(id_text)
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn marked(format: &str, value: serde_json::Result<Value>, doing: &'static str, path: &Path) -> Result<Value, StoreError> {
    let value = value.map_err(|error| {
        StoreError::said(doing, path, &error.to_string(), "Change the value that the message names and try again.")
    })?;
    let mut map = Map::new();
    map.insert("format".into(), format.into());
    if let Value::Object(members) = value {
        map.extend(members);
    }
    Ok(Value::Object(map))
}

fn read_profile(path: &Path) -> Result<Profile, Trouble> {
    profile_of(disk::read_json(path)?)
}

/// The profile that a file's JSON holds.
fn profile_of(value: Value) -> Result<Profile, Trouble> {
    check_profile(&value)?;
    Profile::from_value(value).map_err(|error| Trouble::Content(error.to_string()))
}

fn check_profile(value: &Value) -> Result<(), Trouble> {
    files::check_format(value, PROFILE_FORMAT)?;
    // The message for a key of the wrong type would quote it.
    if value.get("api_key").is_some_and(|key| !key.is_string() && !key.is_null()) {
        return Err(Trouble::Content("its \"api_key\" is no text".into()));
    }
    Ok(())
}

/// What a file's JSON holds; the file may be absent and may lack its format.
fn read_marked<T: Default + serde::de::DeserializeOwned>(
    read: Result<Option<Value>, Trouble>,
    format: &str,
) -> Result<T, Trouble> {
    let Some(mut value) = read? else { return Ok(T::default()) };
    files::check_format(&value, format)?;
    if let Some(map) = value.as_object_mut() {
        map.shift_remove("format");
    }
    serde_json::from_value(value).map_err(|error| Trouble::Content(error.to_string()))
}

impl StoreError {
    fn io(doing: &'static str, path: &Path, error: &std::io::Error) -> Self {
        Self::said(doing, path, &disk::reason(error), disk::advice(error))
    }

    fn said(doing: &'static str, path: &Path, reason: &str, advice: &str) -> Self {
        Self { doing, path: path.display().to_string(), reason: reason.to_owned(), advice: advice.to_owned() }
    }
}
