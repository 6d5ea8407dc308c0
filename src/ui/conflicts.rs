//! Files that others change too: what was merged, what is asked, what is read again.

use std::time::{Duration, Instant};

use eframe::egui::Context;

use crate::jobs::SaveEvent;
use crate::model::{Profile, Settings};
use crate::store::{
    Changes, Outside, ProfileId, RemoteVersion, SaveError, SaveOutcome, StoreError, StoredProfile, merge_profile, merge_settings,
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
                self.state.say_once(NoteKind::Problem, error.to_string());
            }
            SaveEvent::Changes(changes) => self.take_changes(ctx, *changes),
        }
        if let Some(store) = &self.store {
            for notice in store.take_notices() {
                self.state.say_once(NoteKind::Problem, notice.0);
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
                self.state.say_once(NoteKind::Info, text);
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

    fn mark_target_edited(&mut self, what: &ConflictTarget) {
        match what {
            ConflictTarget::Profile(id) => self.mark_edited(id),
            ConflictTarget::Settings => self.state.settings.is_edited = true,
        }
        self.state.sharing.unsaved_since.get_or_insert_with(Instant::now);
    }

    fn is_edited(&self, what: &ConflictTarget) -> bool {
        match what {
            ConflictTarget::Profile(id) => self.state.document(id).is_some_and(|document| document.is_edited),
            ConflictTarget::Settings => self.state.settings.is_edited,
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

    pub(in crate::ui) fn keep_mine(&mut self, what: ConflictTarget) {
        let Some(store) = self.store.clone() else { return };
        let promise = match what.clone() {
            ConflictTarget::Profile(id) => {
                let Some(document) = self.state.document_mut(&id) else { return };
                // What is typed from here on is a change of its own.
                document.is_edited = false;
                let mine = document.profile.clone();
                self.jobs.write(move || store.keep_profile(&id, &mine))
            }
            ConflictTarget::Settings => {
                self.state.settings.is_edited = false;
                let mine = self.state.settings.value.clone();
                self.jobs.write(move || store.keep_settings(&mine))
            }
        };
        self.soon_written("Saving your version", promise, move |app, kept| match kept {
            Ok(()) => {
                let is_edited = app.is_edited(&what);
                app.settled(&what);
                if is_edited {
                    app.mark_target_edited(&what);
                }
            }
            Err(error) => {
                app.mark_target_edited(&what);
                app.failed(&what, &error);
            }
        });
    }

    pub(in crate::ui) fn take_theirs(&mut self, ctx: &Context, what: ConflictTarget) {
        let Some(store) = self.store.clone() else { return };
        let (doing, ctx) = ("Reading the other version", ctx.clone());
        match what {
            ConflictTarget::Profile(id) => {
                let Some(mine) = self.state.profile_of(&id).cloned() else { return };
                let promise = self.jobs.write({
                    let id = id.clone();
                    move || store.drop_profile(&id, &mine)
                });
                self.soon_written(doing, promise, move |app, theirs| {
                    let what = ConflictTarget::Profile(id.clone());
                    let Some(profile) = app.took(&what, theirs) else { return };
                    match profile {
                        Some(profile) => app.replace_profile(&id, profile),
                        None => app.drop_profile(&id),
                    }
                });
            }
            ConflictTarget::Settings => {
                let mine = self.state.settings.value.clone();
                let promise = self.jobs.write(move || store.drop_settings(&mine));
                self.soon_written(doing, promise, move |app, theirs| {
                    if let Some(Some(settings)) = app.took(&ConflictTarget::Settings, theirs) {
                        app.replace_settings(&ctx, settings);
                    }
                });
            }
        }
    }

    /// What somebody else's version holds, once one's own is kept beside it; `None` where that failed, which is said.
    fn took<T>(&mut self, what: &ConflictTarget, theirs: Result<RemoteVersion<T>, StoreError>) -> Option<Option<T>> {
        match theirs {
            Ok(theirs) => {
                self.settled(what);
                self.state.note(NoteKind::Info, theirs.kept.0, None);
                Some(theirs.value)
            }
            Err(error) => {
                self.failed(what, &error);
                None
            }
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
            self.state.say_once(NoteKind::Info, notice.0);
        }
    }

    fn take_changes(&mut self, ctx: &Context, changes: Changes) {
        let Some(store) = self.store.clone() else { return };
        self.state.sharing.removed = changes.removed;
        for notice in changes.notices {
            self.state.say_once(NoteKind::Problem, notice.0);
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
            self.state.say_once(NoteKind::Info, text);
        }
        self.replace_profile(&id, profile);
    }

    fn profile_is_gone(&mut self, id: &ProfileId) {
        let Some(name) = self.state.profile_of(id).map(|profile| profile.shown_name().to_owned()) else { return };
        self.state.say_once(NoteKind::Info, format!("Another program removed the profile \"{name}\""));
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
}

/// What tells the notes about one from those about another.
fn name_of(what: &ConflictTarget) -> String {
    match what {
        ConflictTarget::Profile(id) => format!("profile {}", id.0),
        ConflictTarget::Settings => "settings".to_owned(),
    }
}
