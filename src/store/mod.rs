//! Disk: profiles, drafts and settings. The only user of `directories`.
//!
//! Every file is written whole to a temporary file beside it, synced, renamed over the old one, and the folder synced.
//! So a file is either its old self or its new self, whenever the program or the machine stops.
//!
//! ```text
//! profiles/NAME.profile.json   one External Source each, its API key among it; the stem is its id
//! drafts/NAME.draft.json       what was typed for the profile of that id
//! removed/                     removed profiles and their drafts, under the names that they had
//! settings.json
//! ```

mod disk;
pub mod history;
mod keys;
mod names;
mod sitting;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::model::{Draft, Profile, Settings};
use disk::Trouble;
pub use history::History;
pub use keys::{KeyPlace, Keys};
pub use sitting::Sitting;

const PROFILE_END: &str = ".profile.json";
const DRAFT_END: &str = ".draft.json";
const DRAFT_FORMAT: &str = "centerpost.draft/1";
const SETTINGS_FORMAT: &str = "centerpost.settings/1";

/// The folder that holds everything, made on first use with access for its user alone.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    vault: Arc<Sitting>,
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
        let store = Self { root, vault: Arc::default() };
        for folder in [store.root.clone(), store.profiles(), store.drafts(), store.removed()] {
            disk::make_folder(&folder).map_err(|error| StoreError::io("Making the folder", &folder, &error))?;
        }
        Ok(store)
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads everything. A file that makes no sense is set aside under a name that says so, one that the system does not let
    /// us read stays where it is, and the notices name both.
    pub fn load(&self) -> Found {
        let mut found = Found::default();
        for folder in [self.root.clone(), self.profiles(), self.drafts(), self.removed()] {
            disk::clean(&folder);
        }
        for (id, path) in disk::list(&self.profiles(), PROFILE_END, &mut found.notices) {
            // A file copied here by hand has whatever mode the copy gave it, and may hold an API key.
            disk::keep_private(&path);
            match read_profile(&path) {
                Ok(profile) => found.profiles.push(StoredProfile { id: ProfileId(id), profile }),
                Err(trouble) => found.notices.extend(trouble.notice("profile", &path)),
            }
        }
        found.profiles.sort_by_cached_key(|stored| {
            let name = &stored.profile.name;
            (!stored.profile.favourite, name.to_lowercase(), name.clone(), stored.id.clone())
        });
        for (_, path) in disk::list(&self.drafts(), DRAFT_END, &mut found.notices) {
            if let Err(trouble) = read_draft(&path) {
                found.notices.extend(trouble.notice("draft", &path));
            }
        }
        let path = self.settings();
        match read_settings(&path) {
            Ok(settings) => found.settings = settings,
            Err(trouble) => found.notices.extend(trouble.notice("settings", &path)),
        }
        found
    }

    /// Saves a new profile under a name of its own.
    pub fn create_profile(&self, profile: &Profile) -> Result<ProfileId, StoreError> {
        let doing = "Saving the profile";
        let text = pretty(&profile.to_value_revealing_key());
        for id in names::candidates(&profile.name) {
            // A removed profile, or the draft of one that is gone, must not be taken for this one's.
            let taken = [self.draft_path(&id), self.removed().join(format!("{id}{PROFILE_END}"))];
            if taken.iter().any(|path| disk::is_there(path)) {
                continue;
            }
            let path = self.profile_path(&id);
            match disk::write_new(&path, text.as_bytes()) {
                Ok(()) => return Ok(ProfileId(id)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(StoreError::io(doing, &path, &error)),
            }
        }
        Err(StoreError::said(doing, &self.profiles(), "every name for it is taken", "Give the profile another name."))
    }

    /// Saves a profile over its old self.
    pub fn save_profile(&self, id: &ProfileId, profile: &Profile) -> Result<(), StoreError> {
        let path = self.profile_path(check(id)?);
        write("Saving the profile", &path, &profile.to_value_revealing_key())
    }

    /// Moves a profile and its draft to the removed ones, from where [`Store::restore_profile`] brings them back.
    pub fn remove_profile(&self, id: &ProfileId) -> Result<(), StoreError> {
        let doing = "Removing the profile";
        let id = check(id)?;
        let (profile, draft) = (self.profile_path(id), self.draft_path(id));
        // The profile first: if the second step fails, its draft still lies where a restored profile looks for it.
        for (from, needed) in [(profile, true), (draft, false)] {
            if !needed && !disk::is_there(&from) {
                continue;
            }
            let to = self.removed().join(from.file_name().unwrap_or_default());
            disk::move_over_older(&from, &to).map_err(|error| StoreError::io(doing, &from, &error))?;
        }
        Ok(())
    }

    /// Brings a removed profile and its draft back.
    pub fn restore_profile(&self, id: &ProfileId) -> Result<StoredProfile, StoreError> {
        let doing = "Restoring the profile";
        let name = check(id)?;
        let (profile, draft) = (self.profile_path(name), self.draft_path(name));
        if disk::is_there(&profile) {
            return Err(StoreError::said(doing, &profile, "a profile of that id exists", "Remove or rename that one first."));
        }
        let removed = |path: &Path| self.removed().join(path.file_name().unwrap_or_default());
        // The draft first: if the second step fails, the profile can still be restored.
        if disk::is_there(&removed(&draft)) && !disk::is_there(&draft) {
            disk::rename(&removed(&draft), &draft).map_err(|error| StoreError::io(doing, &draft, &error))?;
        }
        disk::rename(&removed(&profile), &profile).map_err(|error| StoreError::io(doing, &removed(&profile), &error))?;
        let profile = read_profile(&profile).map_err(|trouble| trouble.error(doing, &profile))?;
        Ok(StoredProfile { id: id.clone(), profile })
    }

    /// The draft of a profile; an empty one when there is none. A draft that makes no sense is set aside, and the error says so.
    pub fn draft(&self, id: &ProfileId) -> Result<Draft, StoreError> {
        let path = self.draft_path(check(id)?);
        read_draft(&path).map_err(|trouble| trouble.error("Reading the draft", &path))
    }

    /// Saves the draft of a profile. The API key of an edited address is not saved, nor is an attachment whose path is no text.
    pub fn save_draft(&self, id: &ProfileId, draft: &Draft) -> Result<(), StoreError> {
        let path = self.draft_path(check(id)?);
        let mut draft = draft.clone();
        draft.attachments.retain(|attachment| attachment.path.to_str().is_some());
        for attachment in &mut draft.attachments {
            // JSON has no form for a time before 1970, and one odd file must not keep the draft from being saved.
            attachment.picked_modified = attachment.picked_modified.filter(|time| *time >= std::time::UNIX_EPOCH);
        }
        let value = marked(DRAFT_FORMAT, serde_json::to_value(&draft), "Saving the draft", &path)?;
        write("Saving the draft", &path, &value)
    }

    /// Saves the settings.
    pub fn save_settings(&self, settings: &Settings) -> Result<(), StoreError> {
        let path = self.settings();
        let value = marked(SETTINGS_FORMAT, serde_json::to_value(settings), "Saving the settings", &path)?;
        write("Saving the settings", &path, &value)
    }

    /// The folder for answers that are too large for memory, in files without a name.
    pub fn spool_folder(&self) -> PathBuf {
        self.root.join("bodies")
    }

    /// Opens the history, which is in this store's folder. The notices say what was wrong with it and what was done about it.
    pub fn open_history(&self) -> Result<(History, Vec<Notice>), StoreError> {
        History::open(&self.root, self.vault.clone())
    }

    fn profiles(&self) -> PathBuf {
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

/// Writes a text to a file of the user's choice as whole as the store writes its own, readable by its user alone.
/// Without `replace` an existing file is an error.
pub fn write_export(path: &Path, text: &str, replace: bool) -> Result<(), StoreError> {
    let write = if replace { disk::write_over } else { disk::write_new };
    write(path, text.as_bytes()).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            StoreError::said("Writing", path, "the file exists", "Name another file, or allow replacing it.")
        }
        _ => StoreError::io("Writing", path, &error),
    })
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

fn write(doing: &'static str, path: &Path, value: &Value) -> Result<(), StoreError> {
    disk::write_over(path, pretty(value).as_bytes()).map_err(|error| StoreError::io(doing, path, &error))
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
    let value = disk::read_json(path)?;
    // The message for a key of the wrong type would quote it.
    if value.get("api_key").is_some_and(|key| !key.is_string() && !key.is_null()) {
        return Err(Trouble::Content("its \"api_key\" is no text".into()));
    }
    Profile::from_value(value).map_err(|error| Trouble::Content(error.to_string()))
}

fn read_draft(path: &Path) -> Result<Draft, Trouble> {
    read_marked(path, DRAFT_FORMAT)
}

fn read_settings(path: &Path) -> Result<Settings, Trouble> {
    read_marked(path, SETTINGS_FORMAT)
}

/// Reads a file that may be absent and may lack its format.
fn read_marked<T: Default + serde::de::DeserializeOwned>(path: &Path, format: &str) -> Result<T, Trouble> {
    if !disk::is_there(path) {
        return Ok(T::default());
    }
    let mut value = disk::read_json(path)?;
    if let Some(found) = value.as_object_mut().and_then(|map| map.shift_remove("format"))
        && found != format
    {
        return Err(Trouble::Content(format!("its format is {found}, and this version reads \"{format}\"")));
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
