//! Where API keys are kept.

use crate::store::{KeyPlace, Notice, Store, StoreError, StoredProfile};
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::toasts::NoteKind;
use crate::ui::view::View;

impl App {
    /// Sees where keys are kept, and says so when they are locked up.
    pub(in crate::ui) fn look_at_keys(&mut self) {
        let Some(store) = &self.store else { return };
        let place = store.keys().place();
        if matches!(place, KeyPlace::LockedFile { .. }) {
            let text = "Your API keys are locked in their file. Enter its passphrase in the settings to use them";
            self.state.note(NoteKind::Info, text, Some(("Open the settings".into(), Command::Show(View::Settings))));
        }
        self.state.settings_page.key_place = Some(place);
    }

    pub(in crate::ui) fn change_keys(&mut self, change: impl FnOnce(&Store) -> Result<Vec<Notice>, StoreError> + Send + 'static) {
        let Some(store) = self.store.clone() else { return };
        // What was typed and is not on disk yet must not be overtaken.
        self.save_changes();
        self.jobs.change_keys(&store, change);
    }

    pub(in crate::ui) fn keys_changed(
        &mut self,
        result: Result<Vec<Notice>, StoreError>,
        place: KeyPlace,
        profiles: Vec<StoredProfile>,
    ) {
        match result {
            Ok(notices) => {
                for notice in notices {
                    self.state.note(NoteKind::Problem, notice.0, None);
                }
                self.state.note(NoteKind::Info, format!("API keys are kept {}", place.words()), None);
            }
            Err(error) => self.state.note(NoteKind::Problem, error.to_string(), None),
        }
        self.state.settings_page.key_place = Some(place);
        // It is made anew from the profile, with its key.
        self.state.editor = None;
        for read in profiles {
            let Some(stored) = self.state.profiles.iter_mut().find(|stored| stored.id == read.id) else { continue };
            if stored.profile.api_key.is_empty() && !read.profile.api_key.is_empty() {
                stored.profile.api_key = read.profile.api_key.clone();
                let profile = stored.profile.clone();
                if let Some(drafts) = self.state.drafts.get_mut(&read.id) {
                    drafts.fit(&profile);
                }
            }
        }
    }
}
