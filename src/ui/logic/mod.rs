//! Carries commands out and takes in what jobs tell.

mod history;
mod mend;
mod profiles;
mod sending;

use std::time::{Duration, Instant};

use eframe::egui::Context;

use crate::diagnosis;
use crate::jobs::{Event, JobEvent};
use crate::model::exchange::Sent;
use crate::model::{Case, Profile};
use crate::store::{Found, ProfileId};

use super::app::App;
use super::command::Command;
use super::state::{NoteKind, Session, View};
use super::theme;

/// How long a draft rests before it is saved.
const SAVE_AFTER: Duration = Duration::from_millis(400);

impl App {
    pub(super) fn start(&mut self, found: Found, trouble: Option<String>) {
        if let Some(trouble) = trouble {
            let text = format!("Nothing can be saved in this sitting. {trouble}");
            self.state.note(NoteKind::Problem, text, None);
        }
        for notice in found.notices {
            self.state.note(NoteKind::Problem, notice.0, None);
        }
        self.state.profiles = found.profiles;
        self.state.settings = found.settings;
        self.state.now = jiff::Timestamp::now();
        self.state.data_folder = self.store.as_ref().map(|store| store.root().to_owned());
        let last = self.state.settings.last_profile.clone().map(ProfileId);
        let known = last.filter(|id| self.state.profile_of(id).is_some());
        if let Some(id) = known.or_else(|| self.state.profiles.first().map(|stored| stored.id.clone())) {
            self.select(id);
        }
        self.open_history();
        self.start_sandbox();
    }

    pub(super) fn apply(&mut self, ctx: &Context, command: Command) {
        match command {
            Command::Select(id) => {
                self.select(id);
                self.state.view = View::Compose;
                self.remember_profile();
            }
            Command::Show(View::History) => self.show_history(),
            Command::Show(view) => self.state.view = view,
            Command::CreateProfile(profile) => {
                self.create_profile(*profile);
            }
            Command::SaveProfile(id, profile) => self.save_profile(&id, *profile),
            Command::DuplicateProfile(id) => self.duplicate_profile(&id),
            Command::MakeSandboxTwin(id) => self.make_sandbox_twin(&id),
            Command::RemoveProfile(id) => self.remove_profile(&id),
            Command::RestoreProfile(id) => self.restore_profile(&id),
            Command::ToggleFavourite(id) => self.toggle_favourite(&id),
            Command::PickImport => {
                let filter = Some(("Profiles", &["json"][..]));
                self.dialogs.pick_files(ctx, "Import profiles", filter, Command::Import);
            }
            Command::Import(paths) => self.import(&paths),
            Command::PickExport { id, with_key } => self.pick_export(ctx, id, with_key),
            Command::Export { id, with_key, path } => self.export(&id, with_key, &path),
            Command::DraftChanged => self.draft_changed(),
            Command::Send => self.send(),
            Command::SendAnyway => self.send_anyway(),
            Command::DismissQuestion => self.with_session(|session| session.question = None),
            Command::CancelSending => self.cancel_sending(),
            Command::Mend(mend) => self.mend(*mend),
            Command::UndoMend => self.undo_mend(),
            Command::PickFiles { parameter } => {
                let title = format!("Attach to {parameter}");
                let done = move |paths| Command::AttachFiles { parameter, paths };
                self.dialogs.pick_files(ctx, &title, None, done);
            }
            Command::AttachFiles { parameter, paths } => {
                if let Some(id) = self.state.selected.clone() {
                    self.dialogs.look_at(ctx, id, parameter, paths);
                }
            }
            Command::TakeAttachments { id, found } => self.take_attachments(&id, found),
            Command::CancelUpload { index } => self.cancel_upload(index),
            Command::RetryUpload { index } => self.retry_upload(index),
            Command::ShowDelivery(index) => self.with_session(|session| session.shown = Some(index)),
            Command::PickBodyPlace { file_name, body } => self.pick_body_place(ctx, &file_name, body),
            Command::SaveBody { path, body } => self.save_body(path, body),
            Command::Copy(text) => ctx.copy_text(text),
            Command::SandboxShape(shape) => {
                self.state.sandbox.shape = shape;
                if let Some(sandbox) = &self.state.sandbox.running {
                    sandbox.set_shape(shape);
                }
            }
            Command::SandboxFault(fault) => {
                self.state.sandbox.fault = fault;
                if let Some(sandbox) = &self.state.sandbox.running {
                    sandbox.set_fault(fault);
                }
            }
            Command::StartSandbox => self.start_sandbox(),
            Command::SaveSettings(settings) => {
                theme::choose(ctx, settings.theme);
                self.state.settings = *settings;
                self.state.unsaved_settings = true;
                self.state.unsaved_since.get_or_insert_with(Instant::now);
            }
            Command::History(command) => self.history_command(command),
            Command::DismissNote(id) => self.state.notes.retain(|note| note.id != id),
        }
    }

    pub(super) fn on_event(&mut self, event: Event) {
        match event.what {
            JobEvent::SandboxStarted(started) => self.sandbox_started(event.job, started),
            JobEvent::SaveFailed(reason) => {
                // One full disk would otherwise fill the window with the same sentence.
                if !self.state.notes.iter().any(|note| note.text == reason) {
                    self.state.note(NoteKind::Problem, reason, None);
                }
            }
            JobEvent::Read(read) => self.on_read(event.job, read),
            what => self.on_delivery_event(event.job, what),
        }
    }

    /// Saves the drafts that have rested long enough.
    pub(super) fn save_due_drafts(&mut self, ctx: &Context) {
        match self.state.unsaved_since.map(|since| since.elapsed()) {
            Some(rested) if rested >= SAVE_AFTER => self.save_changes(),
            Some(rested) => ctx.request_repaint_after(SAVE_AFTER.saturating_sub(rested)),
            None => {}
        }
        let mut due = Vec::new();
        for (id, session) in &mut self.state.sessions {
            let Some(since) = session.unsaved_since else { continue };
            let rested = since.elapsed();
            if rested >= SAVE_AFTER {
                session.unsaved_since = None;
                due.push(id.clone());
            } else {
                ctx.request_repaint_after(SAVE_AFTER.saturating_sub(rested));
            }
        }
        for id in due {
            self.save_draft(&id);
        }
    }

    /// Hands profiles and settings that were changed to the saver.
    fn save_changes(&mut self) {
        self.state.unsaved_since = None;
        for id in std::mem::take(&mut self.state.unsaved_profiles) {
            let (Some(store), Some(profile)) = (self.store.clone(), self.state.profile_of(&id).cloned()) else { continue };
            self.jobs.save(move || store.save_profile(&id, &profile).map_err(|error| error.to_string()));
        }
        if std::mem::take(&mut self.state.unsaved_settings) {
            self.save_settings();
        }
    }

    /// Saves whatever is not saved yet, and waits for it.
    fn settle(&mut self) {
        self.save_changes();
        self.jobs.flush();
    }

    /// Saves everything that is not saved yet, and waits for it.
    pub(super) fn save_all(&mut self) {
        let unsaved = self.state.sessions.iter().filter(|(_, session)| session.unsaved_since.is_some());
        let ids: Vec<_> = unsaved.map(|(id, _)| id.clone()).collect();
        for id in ids {
            self.save_draft(&id);
        }
        self.settle();
    }

    fn save_draft(&mut self, id: &ProfileId) {
        let (Some(store), Some(session)) = (self.store.clone(), self.state.sessions.get(id)) else { return };
        let (id, draft) = (id.clone(), session.draft.clone());
        self.jobs.save(move || store.save_draft(&id, &draft).map_err(|error| error.to_string()));
    }

    fn save_settings(&mut self) {
        let Some(store) = self.store.clone() else { return };
        let settings = self.state.settings.clone();
        self.jobs.save(move || store.save_settings(&settings).map_err(|error| error.to_string()));
    }

    fn remember_profile(&mut self) {
        let selected = self.state.selected.as_ref().map(|id| id.0.clone());
        if self.state.settings.last_profile != selected {
            self.state.settings.last_profile = selected;
            self.save_settings();
        }
    }

    fn draft_changed(&mut self) {
        if let Some((stored, session)) = self.state.open() {
            session.unsaved_since.get_or_insert_with(Instant::now);
            // What it was about to send is not what stands there any more.
            session.question = None;
            refresh(session, &stored.profile);
        }
    }

    fn with_session(&mut self, change: impl FnOnce(&mut Session)) {
        if let Some((_, session)) = self.state.open() {
            change(session);
        }
    }
}

/// Brings what follows from the draft up to date: the JSON beside the form, and the problems.
fn refresh(session: &mut Session, profile: &Profile) {
    if session.draft.json.is_none() {
        session.json_text = session.draft.payload_text(profile);
        session.json_notes.clear();
    }
    let sent = Sent::from(&session.draft.request(profile));
    session.problems = diagnosis::preflight(&Case { profile: Some(profile.clone()), sent, ..Case::default() });
}
