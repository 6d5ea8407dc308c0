//! The folder of profiles: another one, back to the store's, and what lies in the old one; and the removed profiles.
//!
//! A folder may lie on a network drive: whatever looks into one is done aside.

use std::path::PathBuf;

use crate::store::{Store, StoreContents};
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::settings::command::SettingsCommand;
use crate::ui::toasts::NoteKind;

impl App {
    /// Uses another folder for the profiles; `None` is the store's own. What lies in the old one is moved only if the user says so.
    pub(in crate::ui) fn use_profiles_folder(&mut self, folder: Option<PathBuf>) {
        let Some(looked_at) = folder.clone() else { return self.change_profiles_folder(None) };
        let promise = self.jobs.read(move || Store::check_profiles_folder(&looked_at));
        self.soon("Looking at the folder", promise, |app, checked| match checked {
            Ok(()) => app.change_profiles_folder(folder),
            Err(error) => app.state.note(NoteKind::Problem, error.to_string(), None),
        });
    }

    fn change_profiles_folder(&mut self, folder: Option<PathBuf>) {
        let Some(store) = self.store.clone() else { return };
        let old = store.profiles_folder();
        self.state.settings.profiles_folder = folder;
        self.state.settings_page.typed_folder = None;
        self.state.settings.is_edited = true;
        self.save_all_drafts();
        self.save_changes();
        let promise = self.jobs.write(move || {
            let found = store.load();
            let left = if store.profiles_folder() == old { 0 } else { Store::count_profiles(&old) };
            (found, left, old)
        });
        self.soon_written("Reading the profiles", promise, |app, (found, left, old)| {
            app.take_profiles(found);
            if left == 0 {
                return;
            }
            let profiles = if left == 1 { "1 profile is".to_owned() } else { format!("{left} profiles are") };
            let text = format!("{profiles} in the old folder, {}, and not in the list", old.display());
            let moves = Command::Settings(SettingsCommand::MoveProfiles(old));
            app.state.note(NoteKind::Info, text, Some(("Move to the new folder".into(), moves)));
        });
    }

    /// Moves the profiles of another folder to the one in use.
    pub(in crate::ui) fn move_profiles(&mut self, from: PathBuf) {
        const WHAT: &str = "Moving the profiles";
        let Some(store) = self.store.clone().filter(|_| !self.is_waiting_for(WHAT)) else { return };
        self.save_changes();
        let promise = self.jobs.write(move || Ok((store.move_profiles_from(&from)?, store.load())));
        self.soon_written(WHAT, promise, |app, moved: Result<_, crate::store::StoreError>| match moved {
            Ok((moved, found)) => {
                for left in moved.left {
                    app.state.say_once(NoteKind::Problem, left);
                }
                app.take_profiles(found);
            }
            Err(error) => app.state.note(NoteKind::Problem, error.to_string(), None),
        });
    }

    /// Reads the profiles of the folder in use in place of those in the list.
    pub(in crate::ui) fn read_profiles_again(&mut self) {
        let Some(store) = self.store.clone() else { return };
        let promise = self.jobs.write(move || store.load());
        self.soon_written("Reading the profiles", promise, Self::take_profiles);
    }

    /// Lists what was read in place of what was listed.
    fn take_profiles(&mut self, found: StoreContents) {
        for notice in found.notices {
            self.state.say_once(NoteKind::Problem, notice.0);
        }
        self.state.profiles = found.profiles.into_iter().map(Into::into).collect();
        let known: Vec<_> = self.state.profiles.iter().map(|stored| stored.id.clone()).collect();
        self.state.drafts.retain(|id, drafts| known.contains(id) || drafts.is_sending());
        self.select_what_is_there();
        self.play_profiles();
    }

    pub(in crate::ui) fn empty_removed(&mut self) {
        let Some(store) = self.store.clone() else { return };
        let promise = self.jobs.write(move || store.empty_removed());
        self.soon_written("Deleting the removed profiles", promise, |app, emptied| match emptied {
            Ok(count) => {
                app.state.sharing.removed = 0;
                app.state.note(NoteKind::Info, format!("Deleted {count} removed profiles"), None);
            }
            Err(error) => app.state.note(NoteKind::Problem, error.to_string(), None),
        });
    }
}
