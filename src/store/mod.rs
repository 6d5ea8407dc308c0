//! Disk: profiles, drafts and settings. The only user of `directories`.
//!
//! Every file is written whole to a temporary file beside it, synced, renamed over the old one, and the folder synced.

mod files;
mod names;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

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

/// Where the files lie below the root.
const PROFILES: &str = "profiles";
const DRAFTS: &str = "drafts";
const REMOVED: &str = "removed";
const SETTINGS: &str = "settings.json";
const PROFILE_ENDING: &str = ".profile.json";
const DRAFT_ENDING: &str = ".draft.json";

/// Reads a profile from any file, such as one that somebody sent. The file is left as it is.
pub fn read_profile_file(path: &Path) -> Result<Profile, StoreError> {
    let doing = "Reading the profile";
    let bytes = fs::read(path).map_err(|error| files::trouble(doing, path, &error))?;
    parse_profile(&bytes).map_err(|reason| StoreError {
        doing,
        path: path.display().to_string(),
        reason,
        advice: "Check that it is a *.profile.json as Centerpost exports it".to_owned(),
    })
}

/// Writes an export to any file, readable by its user alone.
pub fn write_export(path: &Path, text: &str) -> Result<(), StoreError> {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    files::write(&whole, text.as_bytes()).map_err(|error| files::trouble("Saving", path, &error))
}

impl Store {
    /// The store in `CENTERPOST_HOME`, or else in the user's own data folder.
    pub fn open() -> Result<Self, StoreError> {
        Self::open_at(std::env::var_os("CENTERPOST_HOME").map(PathBuf::from).unwrap_or_default())
    }

    /// The store in a given folder; an empty path is the user's own data folder. Makes the folder when there is none, and
    /// fails when nothing can be written there.
    pub fn open_at(root: PathBuf) -> Result<Self, StoreError> {
        let doing = "Opening the folder for profiles and settings";
        let root = if root.as_os_str().is_empty() { own_folder()? } else { root };
        let root = std::path::absolute(&root).map_err(|error| files::trouble(doing, &root, &error))?;
        for folder in [root.clone(), root.join(PROFILES), root.join(DRAFTS), root.join(REMOVED)] {
            files::make_folder(&folder).map_err(|error| files::trouble(doing, &folder, &error))?;
            if folder != root {
                files::keep_private(&folder);
            }
            // Better now than when the first edit is to be saved.
            tempfile::tempfile_in(&folder).map_err(|error| files::trouble(doing, &folder, &error))?;
        }
        Ok(Self { root })
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads everything. A file that cannot be read is set aside under a name that says so, and named in the notices.
    pub fn load(&self) -> Found {
        let mut found = Found::default();
        for folder in [self.root.clone(), self.root.join(PROFILES), self.root.join(DRAFTS)] {
            files::clean(&folder);
        }
        self.load_settings(&mut found);
        self.load_profiles(&mut found);
        found.profiles.sort_by_cached_key(|stored| {
            let profile = &stored.profile;
            (!profile.favourite, profile.name.to_lowercase(), profile.name.clone(), stored.id.clone())
        });
        found
    }

    /// Saves a new profile under a name of its own.
    pub fn create_profile(&self, profile: &Profile) -> Result<ProfileId, StoreError> {
        let slug = names::slug(&profile.name);
        let bytes = profile_bytes(profile);
        for number in 1_u32.. {
            let id = ProfileId(if number == 1 { slug.clone() } else { format!("{slug}-{number}") });
            let path = self.profile_path(&id);
            // A draft or a removed profile of this id belongs to another profile, which may come back.
            let taken = [self.draft_path(&id), self.removed(&path), self.removed(&self.draft_path(&id))];
            if taken.iter().any(|path| path.exists()) {
                continue;
            }
            match files::write_new(&path, &bytes) {
                Ok(()) => return Ok(id),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.exists() => {}
                Err(error) => return Err(files::trouble("Saving the profile", &path, &error)),
            }
        }
        let path = self.profile_path(&ProfileId(slug));
        Err(files::trouble("Saving the profile", &path, &io::Error::from(io::ErrorKind::AlreadyExists)))
    }

    /// Saves a profile over its old self.
    pub fn save_profile(&self, id: &ProfileId, profile: &Profile) -> Result<(), StoreError> {
        let path = self.checked("Saving the profile", id, Self::profile_path)?;
        files::write(&path, &profile_bytes(profile)).map_err(|error| files::trouble("Saving the profile", &path, &error))
    }

    /// Moves a profile and its draft to the removed ones, from where [`Store::restore_profile`] brings them back.
    pub fn remove_profile(&self, id: &ProfileId) -> Result<(), StoreError> {
        let doing = "Removing the profile";
        let profile = self.checked(doing, id, Self::profile_path)?;
        if !profile.exists() {
            return Err(files::trouble(doing, &profile, &io::Error::from(io::ErrorKind::NotFound)));
        }
        let draft = self.draft_path(id);
        self.bury(&draft).map_err(|error| files::trouble(doing, &draft, &error))?;
        self.bury(&profile).map_err(|error| {
            // Half removed would be a profile without its draft.
            let _ = files::rename(&self.removed(&draft), &draft);
            files::trouble(doing, &profile, &error)
        })
    }

    /// Brings a removed profile and its draft back, under the id that they had.
    pub fn restore_profile(&self, id: &ProfileId) -> Result<StoredProfile, StoreError> {
        let doing = "Restoring the profile";
        let path = self.checked(doing, id, Self::profile_path)?;
        let removed = self.removed(&path);
        if path.exists() {
            return Err(StoreError {
                doing,
                path: path.display().to_string(),
                reason: "another profile has its place".to_owned(),
                advice: format!("Rename one of the two files; the removed one is {}", removed.display()),
            });
        }
        let bytes = fs::read(&removed).map_err(|error| files::trouble(doing, &removed, &error))?;
        let profile = parse_profile(&bytes).map_err(|reason| StoreError {
            doing,
            path: removed.display().to_string(),
            reason,
            advice: "Mend the file and move it back by hand".to_owned(),
        })?;
        let draft = self.draft_path(id);
        if self.removed(&draft).exists() && !draft.exists() {
            files::rename(&self.removed(&draft), &draft).map_err(|error| files::trouble(doing, &draft, &error))?;
        }
        files::rename(&removed, &path).map_err(|error| files::trouble(doing, &path, &error))?;
        Ok(StoredProfile { id: id.clone(), profile })
    }

    /// The draft of a profile; an empty one when there is none. One that cannot be read is set aside, and the error says where.
    pub fn draft(&self, id: &ProfileId) -> Result<Draft, StoreError> {
        let doing = "Reading the draft";
        let path = self.checked(doing, id, Self::draft_path)?;
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Draft::default()),
            Err(error) => return Err(files::trouble(doing, &path, &error)),
        };
        serde_json::from_slice(&bytes).map_err(|error| {
            let advice = match files::set_aside(&path, "corrupt") {
                Ok(kept) => format!("It is kept as {}, and the form starts empty", kept.display()),
                Err(trouble) => format!("It could not be set aside ({trouble}), so move it away by hand"),
            };
            StoreError { doing, path: path.display().to_string(), reason: error.to_string(), advice }
        })
    }

    /// Saves the draft of a profile. The API key of an edited address is not saved.
    pub fn save_draft(&self, id: &ProfileId, draft: &Draft) -> Result<(), StoreError> {
        let doing = "Saving the draft";
        let path = self.checked(doing, id, Self::draft_path)?;
        let mut kept = draft.clone();
        // JSON cannot hold such a path, nor a time before 1970; the rest of the draft must not be lost over it.
        kept.attachments.retain(|attachment| attachment.path.to_str().is_some());
        for attachment in &mut kept.attachments {
            attachment.picked_modified = attachment.picked_modified.filter(|time| *time >= std::time::UNIX_EPOCH);
        }
        let bytes = serde_json::to_vec_pretty(&kept).map_err(|error| files::trouble(doing, &path, &error.into()))?;
        files::write(&path, &bytes).map_err(|error| files::trouble(doing, &path, &error))
    }

    /// Saves the settings.
    pub fn save_settings(&self, settings: &Settings) -> Result<(), StoreError> {
        let path = self.root.join(SETTINGS);
        let doing = "Saving the settings";
        let bytes = serde_json::to_vec_pretty(settings).map_err(|error| files::trouble(doing, &path, &error.into()))?;
        files::write(&path, &bytes).map_err(|error| files::trouble(doing, &path, &error))
    }

    fn load_settings(&self, found: &mut Found) {
        let path = self.root.join(SETTINGS);
        match fs::read(&path) {
            Ok(bytes) => match serde_json::from_slice(without_mark(&bytes)) {
                Ok(settings) => found.settings = settings,
                Err(error) => found.notices.push(set_aside(&path, "The settings", &error.to_string())),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => found.notices.push(left_in_place(&path, "The settings", &error)),
        }
    }

    fn load_profiles(&self, found: &mut Found) {
        let folder = self.root.join(PROFILES);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                found.notices.push(left_in_place(&folder, "The folder of profiles", &error));
                return;
            }
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let Some(stem) = name.strip_suffix(PROFILE_ENDING) else { continue };
            if !names::is_plain(stem) || path.file_name().is_some_and(|name| name.to_str().is_none()) {
                found
                    .notices
                    .push(Notice(format!("The profile {} was not loaded: rename its file to plain letters", path.display())));
                continue;
            }
            match fs::read(&path) {
                Err(error) => found.notices.push(left_in_place(&path, "The profile", &error)),
                Ok(bytes) => match parse_profile(&bytes) {
                    Ok(profile) => {
                        files::keep_private(&path);
                        found.profiles.push(StoredProfile { id: ProfileId(stem.to_owned()), profile });
                    }
                    Err(reason) => found.notices.push(set_aside(&path, "The profile", &reason)),
                },
            }
        }
    }

    fn profile_path(&self, id: &ProfileId) -> PathBuf {
        self.root.join(PROFILES).join(format!("{}{PROFILE_ENDING}", id.0))
    }

    fn draft_path(&self, id: &ProfileId) -> PathBuf {
        self.root.join(DRAFTS).join(format!("{}{DRAFT_ENDING}", id.0))
    }

    /// The place of a file among the removed ones.
    fn removed(&self, path: &Path) -> PathBuf {
        self.root.join(REMOVED).join(path.file_name().unwrap_or_default())
    }

    /// Moves a file to the removed ones, if there is one; an earlier one of the same name gives way, but is kept.
    fn bury(&self, path: &Path) -> io::Result<()> {
        let target = self.removed(path);
        if target.exists() {
            files::set_aside(&target, "older")?;
        }
        if path.exists() { files::rename(path, &target) } else { Ok(()) }
    }

    fn checked(
        &self,
        doing: &'static str,
        id: &ProfileId,
        path: fn(&Self, &ProfileId) -> PathBuf,
    ) -> Result<PathBuf, StoreError> {
        if names::is_plain(&id.0) {
            return Ok(path(self, id));
        }
        Err(StoreError {
            doing,
            path: id.0.clone(),
            reason: "that is no profile's name on disk".to_owned(),
            advice: "Use one that the list of profiles shows".to_owned(),
        })
    }
}

fn own_folder() -> Result<PathBuf, StoreError> {
    match directories::ProjectDirs::from("", "", "Centerpost") {
        Some(folders) => Ok(folders.data_dir().to_owned()),
        None => Err(StoreError {
            doing: "Finding",
            path: "the user's data folder".to_owned(),
            reason: "the system names no home folder".to_owned(),
            advice: "Name a folder in CENTERPOST_HOME".to_owned(),
        }),
    }
}

fn profile_bytes(profile: &Profile) -> Vec<u8> {
    format!("{:#}\n", profile.to_value_revealing_key()).into_bytes()
}

/// Editors on Windows put a byte-order mark before JSON.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Reads a profile; the reason that it cannot be read holds no API key.
fn parse_profile(bytes: &[u8]) -> Result<Profile, String> {
    let text =
        std::str::from_utf8(without_mark(bytes)).map_err(|error| format!("it is not UTF-8 (byte {})", error.valid_up_to()))?;
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let Some(members) = value.as_object() else { return Err("it is JSON, but not an object".to_owned()) };
    // The reader's own message would quote the value.
    if members.get("api_key").is_some_and(|key| !key.is_string() && !key.is_null()) {
        return Err("its api_key is not a text".to_owned());
    }
    Profile::from_value(value).map_err(|error| error.to_string())
}

fn set_aside(path: &Path, what: &str, reason: &str) -> Notice {
    match files::set_aside(path, "corrupt") {
        Ok(kept) => Notice(format!(
            "{what} {} could not be read: {reason}. It is kept as {}; mend it and give it its old name to have it back",
            path.display(),
            kept.display()
        )),
        Err(error) => Notice(format!(
            "{what} {} could not be read: {reason}. It could not be set aside either ({error}) and is left in place",
            path.display()
        )),
    }
}

fn left_in_place(path: &Path, what: &str, error: &io::Error) -> Notice {
    Notice(format!(
        "{what} {} could not be read: {error}. It is left in place; check who may read it and start again",
        path.display()
    ))
}
