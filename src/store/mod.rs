//! Disk: profiles, drafts and settings. The only user of `directories`.
//!
//! Every file is written whole to a temporary file beside it, synced, renamed over the old one, and the folder synced.

use std::path::{Path, PathBuf};

use crate::model::{Draft, Profile, Settings};

/// The folder that holds everything, made on first use with access for its user alone.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
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
        Self::open_at(std::env::var_os("CENTERPOST_HOME").map(PathBuf::from).unwrap_or_default())
    }

    /// The store in a given folder.
    pub fn open_at(root: PathBuf) -> Result<Self, StoreError> {
        Ok(Self { root })
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads everything. A file that cannot be read is set aside under a name that says so, and named in the notices.
    pub fn load(&self) -> Found {
        Found::default()
    }

    /// Saves a new profile under a name of its own.
    pub fn create_profile(&self, profile: &Profile) -> Result<ProfileId, StoreError> {
        let _ = profile;
        Ok(ProfileId(String::new()))
    }

    /// Saves a profile over its old self.
    pub fn save_profile(&self, id: &ProfileId, profile: &Profile) -> Result<(), StoreError> {
        let _ = (id, profile);
        Ok(())
    }

    /// Moves a profile and its draft to the removed ones, from where [`Store::restore_profile`] brings them back.
    pub fn remove_profile(&self, id: &ProfileId) -> Result<(), StoreError> {
        let _ = id;
        Ok(())
    }

    /// Brings a removed profile and its draft back.
    pub fn restore_profile(&self, id: &ProfileId) -> Result<StoredProfile, StoreError> {
        Ok(StoredProfile { id: id.clone(), profile: Profile::default() })
    }

    /// The draft of a profile; an empty one when there is none.
    pub fn draft(&self, id: &ProfileId) -> Result<Draft, StoreError> {
        let _ = id;
        Ok(Draft::default())
    }

    /// Saves the draft of a profile. The API key of an edited address is not saved.
    pub fn save_draft(&self, id: &ProfileId, draft: &Draft) -> Result<(), StoreError> {
        let _ = (id, draft);
        Ok(())
    }

    /// Saves the settings.
    pub fn save_settings(&self, settings: &Settings) -> Result<(), StoreError> {
        let _ = settings;
        Ok(())
    }
}
