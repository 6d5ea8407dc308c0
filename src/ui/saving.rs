//! Saving what was changed: profiles, drafts and settings, once they have rested.

use std::time::{Duration, Instant};

use eframe::egui::Context;

use crate::jobs::JobEvent;
use crate::jobs::SaveEvent;
use crate::store::{ProfileId, SaveError};
use crate::ui::app::App;
use crate::ui::asides::SAID_AFTER;
use crate::ui::pages::compose::drafts::OpenDrafts;

/// How long a draft rests before it is saved.
const SAVE_AFTER: Duration = Duration::from_millis(400);

impl App {
    /// Saves the drafts that have rested long enough.
    pub(in crate::ui) fn save_due_drafts(&mut self, ctx: &Context) {
        match self.state.sharing.unsaved_since.map(|since| since.elapsed()) {
            Some(rested) if rested >= SAVE_AFTER => self.save_changes(),
            Some(rested) => ctx.request_repaint_after(SAVE_AFTER.saturating_sub(rested)),
            None => {}
        }
        let mut due = Vec::new();
        for (id, drafts) in &mut self.state.drafts {
            let Some(since) = drafts.all().filter_map(|session| session.unsaved_since).min() else { continue };
            let rested = since.elapsed();
            if rested >= SAVE_AFTER {
                due.push(id.clone());
            } else {
                ctx.request_repaint_after(SAVE_AFTER.saturating_sub(rested));
            }
        }
        for id in due {
            self.save_drafts(&id);
        }
    }

    /// Hands profiles and settings that were changed to the saver.
    pub(in crate::ui) fn save_changes(&mut self) {
        self.state.sharing.unsaved_since = None;
        for index in 0..self.state.profiles.len() {
            let document = &self.state.profiles[index];
            if document.is_edited
                && !self.is_asked(document.conflict)
                && let Some(store) = &self.store
            {
                self.jobs.save_profile(store, document.id.clone(), document.profile.clone());
                let document = &mut self.state.profiles[index];
                document.is_edited = false;
                document.saving += 1;
            }
        }
        if self.state.settings.is_edited && !self.is_asked(self.state.settings.conflict) {
            self.save_settings();
        }
    }

    /// Says that a save takes long: a keyring may be asking its user before it keeps a key.
    pub(in crate::ui) fn watch_saves(&mut self, ctx: &Context) {
        let is_saving = self.state.settings.saving > 0 || self.state.profiles.iter().any(|document| document.saving > 0);
        if !is_saving {
            self.state.saving_since = None;
            return;
        }
        let since = *self.state.saving_since.get_or_insert_with(Instant::now);
        ctx.request_repaint_after(SAID_AFTER.saturating_sub(since.elapsed()).max(Duration::from_millis(50)));
    }

    /// Saves whatever is not saved yet, and waits for it.
    pub(in crate::ui) fn settle(&mut self) {
        self.save_changes();
        self.jobs.flush();
    }

    /// Saves everything that is not saved yet, and waits for it.
    pub(in crate::ui) fn save_all(&mut self) {
        self.save_all_drafts();
        self.settle();
        // A last save may have met a change that nobody has seen yet.
        for event in self.jobs.collect() {
            match event.what {
                JobEvent::Saved(SaveEvent::Profile { id, result: Err(SaveError::Conflict(_)), .. }) => {
                    if let Some(document) = self.state.document_mut(&id) {
                        (document.is_edited, document.conflict) = (true, Some(0));
                    }
                }
                JobEvent::Saved(SaveEvent::Settings { result: Err(SaveError::Conflict(_)), .. }) => {
                    (self.state.settings.is_edited, self.state.settings.conflict) = (true, Some(0));
                }
                _ => {}
            }
        }
        self.keep_asked();
    }

    pub(in crate::ui) fn save_all_drafts(&mut self) {
        let is_unsaved = |drafts: &OpenDrafts| drafts.all().any(|session| session.unsaved_since.is_some());
        let unsaved = self.state.drafts.iter().filter(|(_, drafts)| is_unsaved(drafts));
        let ids: Vec<_> = unsaved.map(|(id, _)| id.clone()).collect();
        for id in ids {
            self.save_drafts(&id);
        }
    }

    /// Hands the drafts of a profile to the saver.
    pub(in crate::ui) fn save_drafts(&mut self, id: &ProfileId) {
        let Some(drafts) = self.state.drafts.get_mut(id) else { return };
        drafts.all_mut().for_each(|session| session.unsaved_since = None);
        if let Some(store) = &self.store {
            self.jobs.save_drafts(store, id.clone(), drafts.to_save());
        }
    }

    pub(in crate::ui) fn save_settings(&mut self) {
        if let Some(store) = &self.store {
            self.jobs.save_settings(store, self.state.settings.value.clone());
            self.state.settings.is_edited = false;
            self.state.settings.saving += 1;
        }
    }

    /// Whether the question which version to keep stands open, so that saving can only fail.
    pub(in crate::ui) fn is_asked(&self, conflict: Option<u64>) -> bool {
        conflict.is_some_and(|note| self.state.toasts.notes.iter().any(|open| open.id == note))
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
}
