//! What the settings page shows beside the settings themselves.

use std::path::PathBuf;

use crate::model::{Secret, Settings};
use crate::store::KeyPlace;
use crate::ui::steps::Steps;

/// What the settings page shows.
#[derive(Default)]
pub struct SettingsPage {
    /// Where everything is saved.
    pub data_folder: Option<PathBuf>,
    /// The folder for what belongs to this machine, where that is another one.
    pub local_folder: Option<PathBuf>,
    /// What draws the window, when known.
    pub drawn_by: Option<String>,
    /// The log's file, if there is one.
    pub log_file: Option<PathBuf>,
    /// Whether the licences are shown.
    pub shows_licences: bool,
    /// Where keys are kept; `None` where nothing can be saved.
    pub key_place: Option<KeyPlace>,
    /// What settings are looked for by.
    pub search: String,
    /// A passphrase as it is being typed, twice.
    pub passphrase: [Secret; 2],
    /// The folder for the profiles as it is typed.
    pub typed_folder: Option<String>,
    /// The address of a proxy of one's own, kept while another is picked.
    pub proxy_address: String,
    /// What the settings were before each change on the page.
    pub(in crate::ui) steps: Steps<Settings>,
    /// Whether the user is asked whether to delete the removed profiles for good.
    pub asks_empty_removed: bool,
}
