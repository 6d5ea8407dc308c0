//! Files that others change too: what was merged, what is asked, what is read again.

use std::time::{Duration, Instant};

use eframe::egui::Context;

use crate::jobs::SaveEvent;
use crate::model::{Profile, Settings};
use crate::store::{
    Changes, Outside, ProfileId, SaveError, SaveOutcome, StoreError, StoredProfile, merge_profile, merge_settings,
};
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::documents::{ConflictTarget, Document};
use crate::ui::pages::compose::drafts::OpenDrafts;
use crate::ui::theme;
use crate::ui::toasts::NoteKind;

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

    pub(in crate::ui) fn on_saved(&mut self, ctx: &Context, event: SaveEvent) {
        match event {
            SaveEvent::Profile { id, given, result } => self.profile_saved(&id, &given, result),
            SaveEvent::Settings { given, result } => self.settings_saved(ctx, &given, result),
            SaveEvent::Keys { result, place, profiles } => self.keys_changed(result, place, profiles),
            SaveEvent::DraftFailed { id, error } => {
                if let Some(drafts) = self.state.drafts.get_mut(&id) {
                    // It stays in the window, and is tried again.
                    drafts.session_mut().unsaved_since.get_or_insert(Instant::now() + RETRY_AFTER);
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
        if let Some(document) = self.state.document_mut(id) {
            document.saved();
        }
        let what = ConflictTarget::Profile(id.clone());
        if result.is_ok() {
            self.state.toasts.saved(&name_of(&what));
        }
        match result {
            Ok(SaveOutcome::AsGiven) => {}
            Ok(SaveOutcome::Merged(merged)) => {
                let Some(mine) = self.state.profile_of(id) else { return };
                let merged = merge_profile(given, mine, &merged);
                let text =
                    format!("Another program also changed the profile \"{}\". Both changes were merged", merged.shown_name());
                self.replace_profile(id, merged);
                self.say_once(NoteKind::Info, text);
            }
            Err(SaveError::Conflict(conflict)) => {
                self.mark_edited(id);
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
                self.ask(&ConflictTarget::Profile(id.clone()), &text);
            }
            Err(SaveError::Failed(error)) => {
                self.mark_edited(id);
                self.failed(&what, &error);
            }
        }
    }

    fn settings_saved(&mut self, ctx: &Context, given: &Settings, result: Result<SaveOutcome<Settings>, SaveError>) {
        self.state.settings.saved();
        let what = ConflictTarget::Settings;
        if result.is_ok() {
            self.state.toasts.saved(&name_of(&what));
        }
        match result {
            Ok(SaveOutcome::AsGiven) => {}
            Ok(SaveOutcome::Merged(merged)) => {
                let merged = merge_settings(given, &self.state.settings, &merged);
                self.replace_settings(ctx, merged);
            }
            Err(SaveError::Conflict(conflict)) => {
                self.state.settings.is_edited = true;
                let text = format!(
                    "Another program changed the settings too: {}. Your changes are not saved yet",
                    conflict.differences()
                );
                self.ask(&ConflictTarget::Settings, &text);
            }
            Err(SaveError::Failed(error)) => {
                self.state.settings.is_edited = true;
                self.failed(&what, &error);
            }
        }
    }

    fn failed(&mut self, what: &ConflictTarget, error: &StoreError) {
        self.state.sharing.unsaved_since.get_or_insert(Instant::now() + RETRY_AFTER);
        self.state.toasts.not_saved(&name_of(what), error.to_string());
    }

    fn mark_edited(&mut self, id: &ProfileId) {
        if let Some(document) = self.state.document_mut(id) {
            document.is_edited = true;
        }
    }

    fn conflict_mut(&mut self, what: &ConflictTarget) -> Option<&mut Option<u64>> {
        match what {
            ConflictTarget::Profile(id) => self.state.document_mut(id).map(|document| &mut document.conflict),
            ConflictTarget::Settings => Some(&mut self.state.settings.conflict),
        }
    }

    fn ask(&mut self, what: &ConflictTarget, text: &str) {
        let mine = ("Keep mine".to_owned(), Command::KeepMine(what.clone()));
        let theirs = ("Take theirs".to_owned(), Command::TakeTheirs(what.clone()));
        let text = format!("{text}. The other version is saved next to the file");
        if let Some(note) = self.conflict_mut(what).and_then(Option::take) {
            self.state.toasts.dismiss(note);
        }
        let note = self.state.toasts.add(NoteKind::Problem, text, Some(mine));
        if let Some(asked) = self.state.toasts.notes.last_mut() {
            asked.second = Some(theirs);
        }
        if let Some(conflict) = self.conflict_mut(what) {
            *conflict = Some(note);
        }
    }

    /// Whether the question which version to keep stands open, so that saving can only fail.
    pub(in crate::ui) fn is_asked(&self, conflict: Option<u64>) -> bool {
        conflict.is_some_and(|note| self.state.toasts.notes.iter().any(|open| open.id == note))
    }

    pub(in crate::ui) fn keep_mine(&mut self, what: &ConflictTarget) {
        let Some(store) = self.store.clone() else { return };
        self.jobs.flush();
        let done = match what {
            ConflictTarget::Profile(id) => {
                let Some(profile) = self.state.profile_of(id) else { return };
                store.keep_profile(id, profile)
            }
            ConflictTarget::Settings => store.keep_settings(&self.state.settings),
        };
        match done {
            Ok(()) => self.settled(what),
            Err(error) => self.failed(what, &error),
        }
    }

    pub(in crate::ui) fn take_theirs(&mut self, ctx: &Context, what: &ConflictTarget) {
        let Some(store) = self.store.clone() else { return };
        self.jobs.flush();
        let kept = match what {
            ConflictTarget::Profile(id) => {
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
            ConflictTarget::Settings => store.drop_settings(&self.state.settings).map(|theirs| {
                self.settled(what);
                if let Some(settings) = theirs.value {
                    self.replace_settings(ctx, settings);
                }
                theirs.kept
            }),
        };
        match kept {
            Ok(kept) => self.state.note(NoteKind::Info, kept.0, None),
            Err(error) => self.failed(what, &error),
        }
    }

    fn settled(&mut self, what: &ConflictTarget) {
        self.state.toasts.saved(&name_of(what));
        match what {
            ConflictTarget::Profile(id) => {
                if let Some(document) = self.state.document_mut(id) {
                    document.settle();
                }
            }
            ConflictTarget::Settings => self.state.settings.settle(),
        }
        let notices = self.store.as_ref().map(crate::store::Store::take_notices).unwrap_or_default();
        for notice in notices {
            self.say_once(NoteKind::Info, notice.0);
        }
    }

    /// Keeps beside their files what is still asked about when the window closes.
    pub(in crate::ui) fn keep_asked(&mut self) {
        let Some(store) = self.store.clone() else { return };
        // The window is closing: there is nobody left to tell.
        for document in self.state.profiles.iter().filter(|document| document.is_edited && document.conflict.is_some()) {
            let _ = store.drop_profile(&document.id, &document.profile);
        }
        if self.state.settings.is_edited && self.state.settings.conflict.is_some() {
            let _ = store.drop_settings(&self.state.settings);
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
            let is_sending = self.state.drafts.get(&id).is_some_and(OpenDrafts::is_sending);
            if !self.is_busy(&id) && !is_sending {
                store.forget(&id);
                self.profile_is_gone(&id);
            }
        }
        let is_busy = self.state.settings.is_busy();
        if let Some(outside) = changes.settings.filter(|outside| !is_busy && store.take(outside)) {
            self.replace_settings(ctx, outside.value);
        }
    }

    fn is_busy(&self, id: &ProfileId) -> bool {
        self.state.document(id).is_some_and(Document::is_busy)
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
            let text = format!("Another program changed the profile \"{}\". It was reloaded", profile.shown_name());
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
        let mine = std::mem::replace(&mut self.state.settings.value, settings);
        self.state.settings.last_profile = mine.last_profile;
        theme::choose(ctx, &self.state.settings);
        if moved {
            self.read_profiles_again();
        }
    }

    /// Tells the user something, unless it is said already.
    pub(in crate::ui) fn say_once(&mut self, kind: NoteKind, text: String) {
        self.state.toasts.add_once(kind, text);
    }
}

/// What tells the notes about one from those about another.
fn name_of(what: &ConflictTarget) -> String {
    match what {
        ConflictTarget::Profile(id) => format!("profile {}", id.0),
        ConflictTarget::Settings => "settings".to_owned(),
    }
}
