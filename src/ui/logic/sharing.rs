//! Files that others change too: what was merged, what is asked, what is read again.

use std::time::{Duration, Instant};

use eframe::egui::Context;

use crate::jobs::store_jobs::SaveEvent;
use crate::model::{Profile, Settings};
use crate::store::{
    Changes, Conflict, Outside, ProfileId, SaveError, SaveOutcome, StoreError, StoredProfile, merge_profile, merge_settings,
};
use crate::ui::app::App;
use crate::ui::command::{Command, Contested};
use crate::ui::state::NoteKind;
use crate::ui::theme;

/// How often the files are looked at while the window is in use.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How long after a failure saving is tried again by itself.
const RETRY_AFTER: Duration = Duration::from_secs(10);

impl App {
    /// Looks at what others changed, every now and then while the window is in use, and as soon as it is again.
    pub(in crate::ui) fn look_around(&mut self, ctx: &Context) {
        let Some(store) = &self.store else { return };
        let sharing = &mut self.state.sharing;
        let is_used = ctx.input(|input| input.focused);
        let comes_back = is_used && !std::mem::replace(&mut sharing.is_used, is_used);
        if !is_used || sharing.looking.is_some_and(|job| self.jobs.is_running(job)) {
            return;
        }
        let rested = sharing.looked.map_or(LOOK_EVERY, |at| at.elapsed());
        if comes_back || rested >= LOOK_EVERY {
            sharing.looked = Some(Instant::now());
            sharing.looking = Some(self.jobs.look_for_changes(store, sharing.removed));
        }
        ctx.request_repaint_after(LOOK_EVERY);
    }

    pub(super) fn on_saved(&mut self, ctx: &Context, event: SaveEvent) {
        match event {
            SaveEvent::Profile { id, given, result } => self.profile_saved(&id, &given, result),
            SaveEvent::Settings { given, result } => self.settings_saved(ctx, &given, result),
            SaveEvent::Keys { result, place, profiles } => self.keys_changed(result, place, profiles),
            SaveEvent::DraftFailed { id, error } => {
                if let Some(session) = self.state.sessions.get_mut(&id) {
                    // It stays in the window, and is tried again.
                    session.unsaved_since.get_or_insert(Instant::now() + RETRY_AFTER);
                }
                self.say_once(NoteKind::Problem, error.to_string());
            }
            SaveEvent::Changes(changes) => self.take_changes(ctx, *changes),
        }
        if let Some(store) = &self.store {
            for notice in store.take_notices() {
                self.say_once(NoteKind::Problem, notice.0);
            }
        }
    }

    fn profile_saved(&mut self, id: &ProfileId, given: &Profile, result: Result<SaveOutcome<Profile>, SaveError>) {
        self.state.sharing.saved(id);
        match result {
            Ok(SaveOutcome::AsGiven) => {}
            Ok(SaveOutcome::Merged(merged)) => {
                let Some(mine) = self.state.profile_of(id) else { return };
                let merged = merge_profile(given, mine, &merged);
                let text =
                    format!("Another program had changed the profile \"{}\" too; both changes are in it", merged.shown_name());
                self.replace_profile(id, merged);
                self.say_once(NoteKind::Info, text);
            }
            Err(SaveError::Conflict(conflict)) => {
                self.state.unsaved_profiles.insert(id.clone());
                let name = self.state.profile_of(id).map_or(id.0.as_str(), Profile::shown_name);
                let text = match conflict.is_gone {
                    true => format!(
                        "Another program removed the profile \"{name}\", which you have changed. Your changes are not saved yet"
                    ),
                    false => format!(
                        "Another program changed the profile \"{name}\" too: {}. Your changes are not saved yet",
                        conflict.differences()
                    ),
                };
                self.ask(Contested::Profile(id.clone()), &text, conflict);
            }
            Err(SaveError::Failed(error)) => {
                self.state.unsaved_profiles.insert(id.clone());
                self.failed(&error);
            }
        }
    }

    fn settings_saved(&mut self, ctx: &Context, given: &Settings, result: Result<SaveOutcome<Settings>, SaveError>) {
        self.state.sharing.saving_settings = self.state.sharing.saving_settings.saturating_sub(1);
        match result {
            Ok(SaveOutcome::AsGiven) => {}
            Ok(SaveOutcome::Merged(merged)) => {
                let merged = merge_settings(given, &self.state.settings, &merged);
                self.replace_settings(ctx, merged);
            }
            Err(SaveError::Conflict(conflict)) => {
                self.state.unsaved_settings = true;
                let text = format!(
                    "Another program changed the settings too: {}. Your changes are not saved yet",
                    conflict.differences()
                );
                self.ask(Contested::Settings, &text, conflict);
            }
            Err(SaveError::Failed(error)) => {
                self.state.unsaved_settings = true;
                self.failed(&error);
            }
        }
    }

    fn failed(&mut self, error: &StoreError) {
        self.state.unsaved_since.get_or_insert(Instant::now() + RETRY_AFTER);
        self.say_once(NoteKind::Problem, error.to_string());
    }

    fn ask(&mut self, what: Contested, text: &str, conflict: Conflict) {
        let mine = ("Keep mine".to_owned(), Command::KeepMine(what.clone()));
        let theirs = ("Take theirs".to_owned(), Command::TakeTheirs(what.clone()));
        let text = format!("{text}. The version that is not kept goes beside the file");
        if let Some((note, _)) = self.state.sharing.asked.remove(&what) {
            self.state.notes.retain(|open| open.id != note);
        }
        self.state.note(NoteKind::Problem, text, Some(mine));
        if let Some(note) = self.state.notes.last_mut() {
            note.second = Some(theirs);
            self.state.sharing.asked.insert(what, (note.id, conflict));
        }
    }

    /// Whether a question about it stands open, so that saving it can only fail.
    pub(super) fn is_asked(&self, what: &Contested) -> bool {
        let asked = self.state.sharing.asked.get(what);
        asked.is_some_and(|(note, _)| self.state.notes.iter().any(|open| open.id == *note))
    }

    pub(super) fn keep_mine(&mut self, what: &Contested) {
        let Some(store) = self.store.clone() else { return };
        self.jobs.flush();
        let done = match what {
            Contested::Profile(id) => {
                let Some(profile) = self.state.profile_of(id) else { return };
                store.keep_profile(id, profile)
            }
            Contested::Settings => store.keep_settings(&self.state.settings),
        };
        match done {
            Ok(()) => self.settled(what),
            Err(error) => self.failed(&error),
        }
    }

    pub(super) fn take_theirs(&mut self, ctx: &Context, what: &Contested) {
        let Some(store) = self.store.clone() else { return };
        self.jobs.flush();
        let kept = match what {
            Contested::Profile(id) => {
                let Some(mine) = self.state.profile_of(id).cloned() else { return };
                store.drop_profile(id, &mine).map(|theirs| {
                    self.settled(what);
                    match theirs.value {
                        Some(profile) => self.replace_profile(id, profile),
                        None => self.drop_profile(id),
                    }
                    theirs.kept
                })
            }
            Contested::Settings => store.drop_settings(&self.state.settings).map(|theirs| {
                self.settled(what);
                if let Some(settings) = theirs.value {
                    self.replace_settings(ctx, settings);
                }
                theirs.kept
            }),
        };
        match kept {
            Ok(kept) => self.state.note(NoteKind::Info, kept.0, None),
            Err(error) => self.failed(&error),
        }
    }

    fn settled(&mut self, what: &Contested) {
        self.state.sharing.asked.remove(what);
        match what {
            Contested::Profile(id) => drop(self.state.unsaved_profiles.remove(id)),
            Contested::Settings => self.state.unsaved_settings = false,
        }
        let notices = self.store.as_ref().map(crate::store::Store::take_notices).unwrap_or_default();
        for notice in notices {
            self.say_once(NoteKind::Info, notice.0);
        }
    }

    /// Keeps beside their files what is still asked about when the window closes.
    pub(super) fn keep_asked(&mut self) {
        let Some(store) = self.store.clone() else { return };
        for what in std::mem::take(&mut self.state.sharing.asked).into_keys() {
            // The window is closing: there is nobody left to tell.
            let _ = match &what {
                Contested::Profile(id) if self.state.unsaved_profiles.contains(id) => {
                    self.state.profile_of(id).map(|mine| store.drop_profile(id, mine).map(|_| ()))
                }
                Contested::Settings if self.state.unsaved_settings => Some(store.drop_settings(&self.state.settings).map(|_| ())),
                _ => None,
            };
        }
    }

    fn take_changes(&mut self, ctx: &Context, changes: Changes) {
        let Some(store) = self.store.clone() else { return };
        self.state.sharing.removed = changes.removed;
        for notice in changes.notices {
            self.say_once(NoteKind::Problem, notice.0);
        }
        for outside in changes.profiles {
            // What is being saved is merged by that save.
            if !self.is_busy(&outside.value.id) && store.take(&outside) {
                self.take_profile(outside);
            }
        }
        for id in changes.gone {
            let is_sending = self.state.sessions.get(&id).is_some_and(|session| session.sending().is_some());
            if !self.is_busy(&id) && !is_sending {
                store.forget(&id);
                self.profile_is_gone(&id);
            }
        }
        let is_busy = self.state.unsaved_settings || self.state.sharing.saving_settings > 0;
        if let Some(outside) = changes.settings.filter(|outside| !is_busy && store.take(outside)) {
            self.replace_settings(ctx, outside.value);
        }
    }

    fn is_busy(&self, id: &ProfileId) -> bool {
        self.state.unsaved_profiles.contains(id) || self.state.sharing.saving.contains_key(id)
    }

    fn take_profile(&mut self, outside: Outside<StoredProfile>) {
        let StoredProfile { id, mut profile } = outside.value;
        let Some(mine) = self.state.profile_of(&id) else {
            self.add_profile(StoredProfile { id, profile });
            return;
        };
        if mine.sandbox && profile.sandbox && self.state.sandbox.running.is_some() {
            // Each window has a sandbox of its own.
            profile.base_url.clone_from(&mine.base_url);
            profile.api_key = mine.api_key.clone();
        }
        if *mine == profile {
            return;
        }
        if self.state.selected.as_ref() == Some(&id) {
            let text = format!("Another program changed the profile \"{}\"; it was read again", profile.shown_name());
            self.say_once(NoteKind::Info, text);
        }
        self.replace_profile(&id, profile);
    }

    fn profile_is_gone(&mut self, id: &ProfileId) {
        let Some(name) = self.state.profile_of(id).map(|profile| profile.shown_name().to_owned()) else { return };
        self.say_once(NoteKind::Info, format!("Another program removed the profile \"{name}\""));
        self.drop_profile(id);
    }

    fn replace_settings(&mut self, ctx: &Context, settings: Settings) {
        let moved = settings.profiles_folder != self.state.settings.profiles_folder;
        let mine = std::mem::replace(&mut self.state.settings, settings);
        self.state.settings.last_profile = mine.last_profile;
        theme::choose(ctx, self.state.settings.theme);
        if moved {
            self.read_profiles_again();
        }
    }

    /// One full disk would otherwise fill the window with the same sentence.
    pub(super) fn say_once(&mut self, kind: NoteKind, text: String) {
        if !self.state.notes.iter().any(|note| note.text == text) {
            self.state.note(kind, text, None);
        }
    }
}
