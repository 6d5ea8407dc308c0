//! What the settings page asks for.

use std::path::PathBuf;

use crate::model::{Secret, Settings};

/// One thing that is done on the settings page.
#[derive(Clone, Debug)]
pub enum SettingsCommand {
    /// Use and save other settings.
    Save(Box<Settings>),
    /// Ask for a folder for the profiles.
    PickProfilesFolder,
    /// Keep the profiles in another folder; `None` is the one among the other data.
    UseProfilesFolder(Option<PathBuf>),
    /// Move the profiles of this folder to the one in use.
    MoveProfiles(PathBuf),
    /// Delete the removed profiles for good.
    EmptyRemoved,
    /// Open the file of keys.
    UnlockKeys(Secret),
    /// Keep keys in a file under this passphrase.
    KeepKeysInFile(Secret),
    /// Put what helps with a fault on the clipboard.
    CopyDiagnostics,
    /// Move the keys from their file to the system's keyring.
    LeaveKeyFile,
}
