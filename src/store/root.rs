//! A store: where its folders are, its keys, and how its files are read and saved.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::disk::{self, ReadError};
use super::error::{Notice, SaveError, StoreError};
use super::files::Files;
use super::history::History;
use super::keys::Keys;
use super::kinds::{self, DRAFT_END, FileKind, PROFILE_END, SETTINGS_FORMAT, marked};
use super::local;
use super::lock::Lock;
use super::save_outcome::SaveOutcome;
use crate::logging;
use crate::model::secrets::own_names;
use crate::model::{Profile, Settings};

/// Learns the names that the user's settings call secret, for what needs no store. A file that cannot be read teaches nothing.
pub fn learn_secret_names() {
    let Some((root, _)) = own_folders() else { return };
    let value = disk::read_json(&root.join("settings.json")).unwrap_or_default();
    if let Some(names) = value.get("secret_names").and_then(Value::as_array) {
        own_names::set(names.iter().filter_map(Value::as_str));
    }
}

/// `CENTERPOST_HOME`, or else the user's own data folder; and the one for what belongs to this machine.
fn own_folders() -> Option<(PathBuf, PathBuf)> {
    if let Some(home) = std::env::var_os("CENTERPOST_HOME").filter(|home| !home.is_empty()).map(PathBuf::from) {
        return Some((home.clone(), home));
    }
    let folders = directories::ProjectDirs::from("", "", "Centerpost")?;
    Some((folders.data_dir().to_owned(), folders.data_local_dir().to_owned()))
}

/// The folders that hold everything, made on first use with access for their user alone.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) root: PathBuf,
    /// The folder for what belongs to this machine.
    local: PathBuf,
    /// What is known of the files; shared by all copies of this store.
    pub(super) files: Arc<Files>,
    /// A folder of the user's own that holds the profiles.
    own: Arc<Mutex<Option<PathBuf>>>,
    pub(super) keys: Keys,
}

impl Store {
    /// The store in `CENTERPOST_HOME`, or else in the user's own data folder.
    pub fn open() -> Result<Self, StoreError> {
        let Some((root, local)) = own_folders() else {
            return Err(StoreError {
                doing: "Looking for the folder of",
                path: "profiles and settings".into(),
                reason: "the system names no home folder for this user".into(),
                advice: "Set CENTERPOST_HOME to a folder.".into(),
            });
        };
        let store = Self::open_in(root, local)?;
        logging::start(&store.logs_folder().map_err(|error| error.to_string()));
        Ok(store)
    }

    /// The store in a given folder.
    ///
    /// # Errors
    /// As [`Store::open_in`].
    pub fn open_at(root: PathBuf) -> Result<Self, StoreError> {
        Self::open_in(root.clone(), root)
    }

    /// The store in two given folders: one for what its user has made, and one for what belongs to this machine. Fails if a folder
    /// cannot be made; an existing folder that cannot be written to can still be read from, and each save fails.
    pub fn open_in(root: PathBuf, local: PathBuf) -> Result<Self, StoreError> {
        let keys = Keys::at(&root);
        let mut store = Self { root, local, files: Arc::default(), own: Arc::default(), keys };
        let (local, said) = local::settle(&store.root, &store.local);
        said.into_iter().for_each(|said| store.files.tell(said));
        store.local = local;
        for folder in [store.root.clone(), store.local.clone(), store.default_profiles(), store.drafts_folder(), store.removed()]
        {
            disk::make_folder(&folder).map_err(|error| StoreError::io("Making the folder", &folder, &error))?;
        }
        store.find_profiles_folder();
        Ok(store)
    }

    /// Its secrets.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder for what belongs to this machine: the history, the log, the window's place. Mostly the same one.
    pub fn local(&self) -> &Path {
        &self.local
    }

    /// The folder for the log; made if it is not there.
    fn logs_folder(&self) -> Result<PathBuf, StoreError> {
        let folder = self.local.join("logs");
        disk::make_folder(&folder).map_err(|error| StoreError::io("Making the folder", &folder, &error))?;
        disk::keep_private(&folder);
        Ok(folder)
    }

    /// Uses the folder that the settings name. [`Store::load`] does the same.
    pub fn find_profiles_folder(&self) {
        let value = disk::read_json(&self.settings()).unwrap_or_default();
        let named = value.get("profiles_folder").and_then(|path| path.as_str()).filter(|path| !path.is_empty());
        let own = named.map(PathBuf::from).filter(|path| path.is_absolute());
        if let (Some(named), None) = (named, &own) {
            self.files
                .tell(format!("The folder of profiles in the settings, {named}, is not an absolute path, so it is not used."));
        }
        *self.own.lock().unwrap_or_else(PoisonError::into_inner) = own;
    }

    /// The folder for answers that are too large for memory, in files without a name.
    pub fn spool_folder(&self) -> PathBuf {
        self.local.join("bodies")
    }

    /// The folder for the journals of runs that are under way; made if it is not there.
    pub fn runs_folder(&self) -> Result<PathBuf, StoreError> {
        let folder = self.local.join("runs");
        disk::make_folder(&folder).map_err(|error| StoreError::io("Making the folder", &folder, &error))?;
        Ok(folder)
    }

    /// Opens the history, which is in this store's folder for what belongs to this machine. The notices say what was wrong with it and what was done about it.
    pub fn open_history(&self) -> Result<(History, Vec<Notice>), StoreError> {
        History::open(&self.local, Arc::new(self.keys.clone()))
    }

    /// What is to be written to a profile's file.
    pub(super) fn profile_value(&self, path: &Path, profile: &Profile) -> Result<Value, StoreError> {
        let before = self.files.known(path).flatten();
        self.keys.seal_profile(profile, before.as_ref())
    }

    /// The profile that a file's JSON holds, with its secrets as far as they are known.
    pub(super) fn profile_from(&self, value: Value) -> Result<Profile, ReadError> {
        kinds::check_profile(&value)?;
        self.keys.open_profile(value).map_err(|error| ReadError::Content(error.to_string()))
    }

    pub(super) fn settings_value(&self, settings: &Settings, path: &Path) -> Result<Value, StoreError> {
        let sealed = self.keys.seal_settings(settings)?;
        marked(SETTINGS_FORMAT, serde_json::to_value(sealed), kinds::SETTINGS.saving, path)
    }

    /// Reads a profile's file and remembers it as what is known of it.
    pub(super) fn read_profile(&self, path: &Path) -> Result<Profile, ReadError> {
        let value = self.files.read(path)?.ok_or_else(|| ReadError::System("it is gone".into()))?;
        // What makes no sense is nothing that a save could be merged with.
        self.profile_from(value).inspect_err(|_| self.files.forget(path))
    }

    pub(super) fn default_profiles(&self) -> PathBuf {
        self.root.join("profiles")
    }

    pub(super) fn drafts_folder(&self) -> PathBuf {
        self.root.join("drafts")
    }

    pub(super) fn removed(&self) -> PathBuf {
        self.root.join("removed")
    }

    pub(super) fn settings(&self) -> PathBuf {
        self.root.join("settings.json")
    }

    pub(super) fn profile_path(&self, id: &str) -> PathBuf {
        self.profiles().join(format!("{id}{PROFILE_END}"))
    }

    pub(super) fn draft_path(&self, id: &str) -> PathBuf {
        self.drafts_folder().join(format!("{id}{DRAFT_END}"))
    }

    pub(super) fn save(&self, kind: &FileKind, path: &Path, value: Value, takes: bool) -> Result<SaveOutcome<Value>, SaveError> {
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

    pub(super) fn profiles(&self) -> PathBuf {
        self.own.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_else(|| self.default_profiles())
    }

    /// Whether the profiles lie in a folder of the user's own.
    pub(super) fn is_own(&self) -> bool {
        self.profiles() != self.default_profiles()
    }
}
