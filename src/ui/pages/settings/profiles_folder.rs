//! The folder of profiles: another one, back to the store's, and what lies in the old one; and the removed profiles.

use std::path::{Path, PathBuf};

use crate::store::Store;
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::settings::command::SettingsCommand;
use crate::ui::toasts::NoteKind;

impl App {
    /// Uses another folder for the profiles; `None` is the store's own. What lies in the old one is moved only if the user says so.
    pub(in crate::ui) fn use_profiles_folder(&mut self, folder: Option<PathBuf>) {
        let Some(store) = self.store.clone() else { return };
        if let Some(Err(error)) = folder.as_deref().map(Store::check_profiles_folder) {
            self.state.note(NoteKind::Problem, error.to_string(), None);
            return;
        }
        let old = store.profiles_folder();
        self.state.settings.profiles_folder = folder;
        self.state.settings_page.typed_folder = None;
        self.state.settings.is_edited = true;
        self.save_all_drafts();
        self.settle();
        self.read_profiles_again();
        let left = if store.profiles_folder() == old { 0 } else { Store::count_profiles(&old) };
        if left > 0 {
            let profiles = if left == 1 { "1 profile is".to_owned() } else { format!("{left} profiles are") };
            let text = format!("{profiles} in the old folder, {}, and not in the list", old.display());
            self.state.note(
                NoteKind::Info,
                text,
                Some(("Move to the new folder".into(), Command::Settings(SettingsCommand::MoveProfiles(old)))),
            );
        }
    }

    /// Moves the profiles of another folder to the one in use.
    pub(in crate::ui) fn move_profiles(&mut self, from: &Path) {
        let Some(store) = self.store.clone() else { return };
        self.settle();
        match store.move_profiles_from(from) {
            Ok(moved) => {
                for left in moved.left {
                    self.say_once(NoteKind::Problem, left);
                }
                self.read_profiles_again();
            }
            Err(error) => self.state.note(NoteKind::Problem, error.to_string(), None),
        }
    }

    /// Reads the profiles of the folder in use in place of those in the list.
    pub(in crate::ui) fn read_profiles_again(&mut self) {
        let Some(store) = self.store.clone() else { return };
        let found = store.load();
        for notice in found.notices {
            self.say_once(NoteKind::Problem, notice.0);
        }
        self.state.profiles = found.profiles.into_iter().map(Into::into).collect();
        let known: Vec<_> = self.state.profiles.iter().map(|stored| stored.id.clone()).collect();
        self.state.drafts.retain(|id, drafts| known.contains(id) || drafts.is_sending());
        self.select_what_is_there();
        self.play_profiles();
    }

    pub(in crate::ui) fn empty_removed(&mut self) {
        let Some(store) = self.store.clone() else { return };
        match store.empty_removed() {
            Ok(count) => {
                self.state.sharing.removed = 0;
                self.state.note(NoteKind::Info, format!("Deleted {count} removed profiles"), None);
            }
            Err(error) => self.state.note(NoteKind::Problem, error.to_string(), None),
        }
    }
}
