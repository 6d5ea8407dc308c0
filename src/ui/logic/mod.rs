//! Carries commands out and takes in what jobs tell.

mod export;
mod finding;
mod folder;
mod history;
mod import;
mod keys;
mod mend;
mod past;
mod profiles;
mod sending;
mod sharing;

use std::time::{Duration, Instant};

use eframe::egui::Context;

use crate::diagnosis;
use crate::jobs::store_jobs::SaveEvent;
use crate::jobs::{Event, JobEvent};
use crate::model::request_record::RequestRecord;
use crate::model::{Case, Profile};
use crate::store::{Found, ProfileId, SaveError};

use super::app::App;
use super::command::{Command, Contested};
use super::state::{NoteKind, Session, View};
use super::theme;

/// How long a draft rests before it is saved.
const SAVE_AFTER: Duration = Duration::from_millis(400);

/// Exchanges after which the history is held to its limits again: a window can stay open for weeks.
const TIDY_EVERY: u32 = 200;

impl App {
    pub(super) fn start(&mut self, found: Found, trouble: Option<String>) {
        if let Some(trouble) = trouble {
            let text = format!("Nothing can be saved in this session. {trouble}");
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
        self.look_at_keys();
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
                self.dialogs.pick_files(ctx, "Import profiles", filter, Command::ImportProfiles);
            }
            Command::ImportProfiles(paths) => self.import(&paths),
            Command::PickExport { id, with_key } => self.pick_export(ctx, id, with_key),
            Command::ExportProfile { id, with_key, path } => self.export(&id, with_key, &path),
            Command::DraftChanged => self.draft_changed(),
            Command::Send => self.send(),
            Command::SendAnyway => self.send_anyway(),
            Command::DismissQuestion => self.with_session(|session| session.question = None),
            Command::CancelSending => self.cancel_sending(),
            Command::Mend(mend) => self.mend(*mend),
            Command::UndoLast => {
                if let Some(id) = self.state.selected.clone() {
                    self.undo(&id, None);
                }
            }
            Command::UndoStep(id, step) => self.undo(&id, Some(step)),
            Command::UndoProfile { id, before, after } => self.undo_profile(&id, &before, &after),
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
            Command::KeepMine(what) => self.keep_mine(&what),
            Command::TakeTheirs(what) => self.take_theirs(ctx, &what),
            Command::PickProfilesFolder => {
                self.dialogs.pick_folder(ctx, "Folder for the profiles", |path| Command::UseProfilesFolder(Some(path)));
            }
            Command::UseProfilesFolder(folder) => self.use_profiles_folder(folder),
            Command::MoveProfiles(from) => self.move_profiles(&from),
            Command::EmptyRemoved => self.empty_removed(),
            Command::UnlockKeys(passphrase) => {
                self.change_keys(move |store| store.keys().unlock(&passphrase).map(|()| Vec::new()));
            }
            Command::KeepKeysInFile(passphrase) => self.change_keys(move |store| store.keep_keys_in_file(&passphrase)),
            Command::LeaveKeyFile => self.change_keys(|store| store.keys().leave_file().map(|()| Vec::new())),
            Command::Import(command) => self.import_command(ctx, command),
            Command::Export(command) => self.export_command(ctx, command),
            Command::Finding(command) => self.finding_command(command),
            Command::History(command) => self.history_command(command),
            Command::DismissNote(id) => self.state.notes.retain(|note| note.id != id),
        }
    }

    pub(super) fn on_event(&mut self, ctx: &Context, event: Event) {
        match event.what {
            JobEvent::SandboxStarted(started) => self.sandbox_started(event.job, started),
            JobEvent::Saved(event) => self.on_saved(ctx, event),
            JobEvent::SaveFailed(reason) => self.say_once(NoteKind::Problem, reason),
            JobEvent::Tool(found) => self.on_finding(event.job, found),
            JobEvent::History(read) => self.on_read(event.job, read),
            JobEvent::Recorded(index, id) => {
                self.kept_since_tidy += 1;
                if self.kept_since_tidy >= TIDY_EVERY {
                    self.tidy_history();
                }
                if index.is_none() {
                    self.on_recorded(event.job, id);
                }
            }
            JobEvent::Delivery(told) => self.on_delivery_event(event.job, told),
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
            let (Some(store), Some(profile)) = (&self.store, self.state.profile_of(&id).cloned()) else { continue };
            if self.is_asked(&Contested::Profile(id.clone())) {
                self.state.unsaved_profiles.insert(id);
                continue;
            }
            *self.state.sharing.saving.entry(id.clone()).or_default() += 1;
            self.jobs.save_profile(store, id, profile);
        }
        if self.state.unsaved_settings && !self.is_asked(&Contested::Settings) {
            self.state.unsaved_settings = false;
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
        self.save_all_drafts();
        self.settle();
        // A last save may have met a change that nobody has seen yet.
        for event in self.jobs.collect() {
            match event.what {
                JobEvent::Saved(SaveEvent::Profile { id, result: Err(SaveError::Conflict(conflict)), .. }) => {
                    self.state.unsaved_profiles.insert(id.clone());
                    self.state.sharing.asked.insert(Contested::Profile(id), (0, conflict));
                }
                JobEvent::Saved(SaveEvent::Settings { result: Err(SaveError::Conflict(conflict)), .. }) => {
                    self.state.unsaved_settings = true;
                    self.state.sharing.asked.insert(Contested::Settings, (0, conflict));
                }
                _ => {}
            }
        }
        self.keep_asked();
    }

    fn save_all_drafts(&mut self) {
        let unsaved = self.state.sessions.iter().filter(|(_, session)| session.unsaved_since.is_some());
        let ids: Vec<_> = unsaved.map(|(id, _)| id.clone()).collect();
        for id in ids {
            self.save_draft(&id);
        }
    }

    fn save_draft(&mut self, id: &ProfileId) {
        if let (Some(store), Some(session)) = (&self.store, self.state.sessions.get(id)) {
            self.jobs.save_draft(store, id.clone(), session.draft.clone());
        }
    }

    fn save_settings(&mut self) {
        if let Some(store) = &self.store {
            self.state.sharing.saving_settings += 1;
            self.jobs.save_settings(store, self.state.settings.clone());
        }
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
    let sent = RequestRecord::from(&session.draft.request(profile));
    session.problems = diagnosis::preflight(&Case { profile: Some(profile.clone()), sent, ..Case::default() });
}
