//! The folder of the profiles: the store's, or one of the user's own such as a git repository; and the folder of removed ones.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::disk;
use super::error::{self, StoreError};
use super::held::patiently;
use super::keys;
use super::kinds::{DRAFT_END, PROFILE_END, pretty};
use super::root::Store;

const DOING: &str = "Using the folder of profiles";

/// What came of moving profiles to another folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// How many were moved.
    pub moved: usize,
    /// A sentence for each that was left where it is.
    pub left: Vec<String>,
}

impl Store {
    /// The folder that holds the profiles.
    pub fn profiles_folder(&self) -> PathBuf {
        self.profiles()
    }

    /// The folder that holds the profiles when the user has named none.
    pub fn default_profiles_folder(&self) -> PathBuf {
        self.default_profiles()
    }

    /// Checks a folder of the user's own for profiles: an absolute path, in UTF-8 as the settings are, that can be listed.
    pub fn check_profiles_folder(folder: &Path) -> Result<(), StoreError> {
        let refused = |reason: &str, advice: &str| Err(StoreError::said(DOING, folder, reason, advice));
        if folder.to_str().is_none() {
            return refused("its path is not UTF-8 text, so the settings cannot hold it", "Rename the folder, or use another.");
        }
        if !folder.is_absolute() {
            return refused("it is not an absolute path", "Give the whole path, from the root on.");
        }
        match std::fs::read_dir(folder) {
            Ok(_) => Ok(()),
            Err(error) => refused(&error::io_reason(&error), "Make the folder, or name one that is there and that you may read."),
        }
    }

    /// How many profiles lie in a folder.
    pub fn count_profiles(folder: &Path) -> usize {
        disk::list(folder, PROFILE_END, &mut Vec::new()).len()
    }

    /// Moves the profiles of another folder to the one in use. One whose name is taken there is left.
    pub fn move_profiles_from(&self, from: &Path) -> Result<Moved, StoreError> {
        let to = self.profiles();
        let _lock = self.lock(DOING, &to)?;
        let mut moved = Moved::default();
        for (_, path) in disk::list(from, PROFILE_END, &mut Vec::new()) {
            let target = to.join(path.file_name().unwrap_or_default());
            let done =
                if disk::is_there(&target) { Err(ErrorKind::AlreadyExists.into()) } else { self.move_profile(&path, &target) };
            match done {
                Ok(()) => moved.moved += 1,
                Err(error) => {
                    let reason = match error.kind() {
                        ErrorKind::AlreadyExists => "a file of that name is there already".to_owned(),
                        _ => error::io_reason(&error),
                    };
                    moved.left.push(format!("{} was left where it is: {reason}.", path.display()));
                }
            }
        }
        Ok(moved)
    }

    /// Moves a profile's file, without what does not belong into a folder of the user's own.
    fn move_profile(&self, from: &Path, to: &Path) -> io::Result<()> {
        if !self.is_own() {
            return disk::move_file(from, to);
        }
        let read = disk::read_json(from);
        if !self.keys.place().lasts() && read.as_ref().is_ok_and(keys::holds_key) {
            return Err(io::Error::other("it holds its API key in clear, and there is no other place for the key yet"));
        }
        let profile = read.and_then(|value| self.profile_from(value));
        let profile = profile.map_err(|error| io::Error::other(error.reason()))?;
        let value = self.profile_value(to, &profile).map_err(|error| io::Error::other(error.reason))?;
        // The new file is whole on its disk before the old one goes.
        disk::write_new(to, pretty(&value).as_bytes())?;
        patiently(|| std::fs::remove_file(from))
    }

    /// How many removed profiles can be brought back.
    pub fn count_removed(&self) -> usize {
        Self::count_profiles(&self.removed())
    }

    /// Deletes the removed profiles and their drafts for good; returns how many profiles there were.
    pub fn empty_removed(&self) -> Result<usize, StoreError> {
        let (doing, folder) = ("Emptying", self.removed());
        let _lock = self.lock(doing, &folder)?;
        let failed = |path: &Path, error: &io::Error| StoreError::io(doing, path, error);
        let mut count = 0;
        for entry in std::fs::read_dir(&folder).map_err(|error| failed(&folder, &error))?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            // Those that gave their name to a younger one are called NAME.profile.json.older-TIME.
            if name.contains(PROFILE_END) || name.contains(DRAFT_END) {
                patiently(|| std::fs::remove_file(entry.path())).map_err(|error| failed(&entry.path(), &error))?;
                count += usize::from(name.contains(PROFILE_END));
            }
        }
        Ok(count)
    }
}
