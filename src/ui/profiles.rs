//! The list of profiles: opening one, adding, changing and dropping them. Whoever changes a profile goes through here.

use crate::model::{Drafts, Profile};
use crate::store::{ProfileId, StoredProfile};
use crate::ui::app::App;
use crate::ui::pages::compose::drafts::OpenDrafts;
use crate::ui::toasts::NoteKind;
use crate::ui::view::View;

impl App {
    /// Opens a profile; its drafts are read when that happens for the first time in a session.
    pub(in crate::ui) fn select(&mut self, id: ProfileId) {
        self.select_then(id, |_| {});
    }

    /// [`App::select`], and goes on once the drafts are there: a keyring that holds a key of theirs may take its time.
    pub(in crate::ui) fn select_then(&mut self, id: ProfileId, then: impl FnOnce(&mut Self) + 'static) {
        if self.state.profile_of(&id).is_none() {
            return then(self);
        }
        self.state.selecting = Some(id.clone());
        if self.state.drafts.contains_key(&id) {
            return self.selected(id, None, then);
        }
        let Some(store) = self.store.clone() else { return self.selected(id, Some(Drafts::default()), then) };
        let of = id.clone();
        let promise = self.jobs.read(move || store.drafts(&of));
        self.soon("Reading the drafts", promise, move |app, read| {
            let drafts = read.unwrap_or_else(|error| {
                app.state.note(NoteKind::Problem, error.to_string(), None);
                Drafts::default()
            });
            // Another profile may have been opened meanwhile.
            if app.state.selecting.as_ref() == Some(&id) {
                app.selected(id, Some(drafts), then);
            }
        });
    }

    /// Shows a profile whose drafts are known.
    fn selected(&mut self, id: ProfileId, drafts: Option<Drafts>, then: impl FnOnce(&mut Self)) {
        let Some(profile) = self.state.profile_of(&id) else { return };
        if let Some(drafts) = drafts {
            let drafts = OpenDrafts::new(drafts, profile);
            self.state.drafts.insert(id.clone(), drafts);
            self.recall(&id);
        }
        self.state.selecting = None;
        self.state.selected = Some(id);
        then(self);
    }

    /// Saves a new profile and opens it.
    pub(in crate::ui) fn create_profile(&mut self, profile: Profile) {
        self.create_profile_then(profile, |_| {});
    }

    /// [`App::create_profile`], and goes on with it: a keyring that asks its user before it keeps the key may take its time.
    /// The command line finds a profile by its name, so no second one gets a name that is taken.
    pub(in crate::ui) fn create_profile_then(&mut self, mut profile: Profile, then: impl FnOnce(&mut Self) + 'static) {
        profile.name = self.free_name(&profile.name);
        self.keep_new(profile, |app, stored| app.created(stored, then));
    }

    /// Saves a new profile that nobody asked for: the page that is open stays, and so does a profile that was opened meanwhile.
    pub(in crate::ui) fn offer_profile(&mut self, profile: Profile) {
        self.keep_new(profile, |app, stored| {
            let id = stored.id.clone();
            app.list_profile(stored);
            if app.state.selected.is_none() && app.state.selecting.is_none() {
                app.select_then(id, Self::remember_profile);
            }
        });
    }

    /// Saves a new profile, and goes on with it.
    fn keep_new(&mut self, mut profile: Profile, then: impl FnOnce(&mut Self, StoredProfile) + 'static) {
        if profile.name.trim().is_empty() {
            profile.name = "Untitled".to_owned();
        }
        let Some(store) = self.store.clone() else {
            let id = self.unsaved_id();
            return then(self, StoredProfile { id, profile });
        };
        let what = format!("Saving the profile \"{}\"", profile.name);
        if self.is_waiting_for(&what) {
            return;
        }
        // What was typed and is not on disk yet comes first.
        self.save_changes();
        let promise = self.jobs.write(move || (store.create_profile(&profile), profile));
        self.soon_written(what, promise, |app, (id, profile)| {
            let id = id.unwrap_or_else(|error| {
                app.state.note(NoteKind::Problem, error.to_string(), None);
                app.unsaved_id()
            });
            then(app, StoredProfile { id, profile });
        });
    }

    fn created(&mut self, stored: StoredProfile, then: impl FnOnce(&mut Self) + 'static) {
        let id = stored.id.clone();
        self.list_profile(stored);
        self.select_then(id, |app| {
            app.state.view = View::Compose;
            app.remember_profile();
            then(app);
        });
    }

    /// Adds a profile to the list.
    pub(in crate::ui) fn list_profile(&mut self, stored: StoredProfile) {
        self.state.profiles.retain(|known| known.id != stored.id);
        self.state.profiles.push(stored.into());
        self.sort_profiles();
        self.play_profiles();
    }

    /// An id for a profile that lives in this session alone, because it could not be saved.
    fn unsaved_id(&self) -> ProfileId {
        let mut number = self.state.profiles.len();
        loop {
            let id = ProfileId(format!("unsaved-{number}"));
            if self.state.profile_of(&id).is_none() {
                return id;
            }
            number += 1;
        }
    }

    pub(in crate::ui) fn save_profile(&mut self, id: &ProfileId, profile: Profile) {
        let Some(stored) = self.state.profiles.iter().find(|stored| stored.id == *id) else { return };
        if stored.profile == profile {
            return;
        }
        self.replace_profile(id, profile);
        if let Some(document) = self.state.document_mut(id) {
            document.is_edited = true;
        }
        self.state.sharing.unsaved_since.get_or_insert_with(std::time::Instant::now);
    }

    /// Goes on with another version of a profile, which is saved already or will be.
    pub(in crate::ui) fn replace_profile(&mut self, id: &ProfileId, profile: Profile) {
        let Some(stored) = self.state.profiles.iter_mut().find(|stored| stored.id == *id) else { return };
        stored.profile = profile;
        let is_played = stored.profile.sandbox;
        if let Some(drafts) = self.state.drafts.get_mut(id) {
            drafts.fit(&stored.profile);
        }
        self.sort_profiles();
        if is_played {
            self.play_profiles();
        }
    }

    /// Takes a profile that is not on disk any more off the list.
    pub(in crate::ui) fn drop_profile(&mut self, id: &ProfileId) {
        self.state.profiles.retain(|stored| stored.id != *id);
        if self.state.selected.as_ref() == Some(id) {
            self.state.view = View::Compose;
        }
        self.select_what_is_there();
        self.play_profiles();
    }

    /// Opens the first profile if the one that is open is no longer in the list.
    pub(in crate::ui) fn select_what_is_there(&mut self) {
        if self.state.profile().is_some() {
            return;
        }
        self.state.selected = None;
        self.state.editor = None;
        match self.state.profiles.first().map(|stored| stored.id.clone()) {
            Some(next) => self.select_then(next, Self::remember_profile),
            None => self.remember_profile(),
        }
    }

    /// Adds a profile that is on disk already.
    pub(in crate::ui) fn add_profile(&mut self, stored: StoredProfile) {
        let id = stored.id.clone();
        self.list_profile(stored);
        if self.state.selected.is_none() {
            self.select(id);
        }
    }

    pub(in crate::ui) fn remember_profile(&mut self) {
        let selected = self.state.selected.as_ref().map(|id| id.0.clone());
        if self.state.settings.last_profile != selected {
            self.state.settings.last_profile = selected;
            self.save_settings();
        }
    }

    pub(in crate::ui) fn sort_profiles(&mut self) {
        self.state
            .profiles
            .sort_by_cached_key(|stored| (!stored.profile.favourite, stored.profile.name.to_lowercase(), stored.id.clone()));
    }

    pub(in crate::ui) fn free_name(&self, wanted: &str) -> String {
        let taken = |name: &str| self.state.profiles.iter().any(|stored| stored.profile.name == name);
        let mut name = wanted.to_owned();
        let mut number = 2;
        while taken(&name) {
            name = format!("{wanted} {number}");
            number += 1;
        }
        name
    }

    pub(in crate::ui) fn played_profiles(&self) -> Vec<Profile> {
        self.state.profiles.iter().filter(|stored| stored.profile.sandbox).map(|stored| stored.profile.clone()).collect()
    }

    /// Lets the sandbox follow the profiles that it plays.
    pub(in crate::ui) fn play_profiles(&mut self) {
        if let Some(sandbox) = &self.state.sandbox.running {
            sandbox.set_profiles(self.played_profiles());
        }
    }
}
