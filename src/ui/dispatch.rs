//! Who carries a command out, and who takes in what a job tells.

use eframe::egui::Context;

use crate::jobs::{Event, JobEvent};
use crate::store::{ProfileId, StoreContents};
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::palette_state::{Mode, Palette};
use crate::ui::toasts::NoteKind;
use crate::ui::view::View;

/// Exchanges after which the history is held to its limits again: a window can stay open for weeks.
const TIDY_EVERY: u32 = 200;

impl App {
    pub(in crate::ui) fn start(&mut self, found: StoreContents, trouble: Option<String>) {
        if let Some(trouble) = trouble {
            let text = format!("Nothing can be saved in this session. {trouble}");
            self.state.note(NoteKind::Problem, text, None);
        }
        for notice in found.notices {
            self.state.note(NoteKind::Problem, notice.0, None);
        }
        self.state.profiles = found.profiles.into_iter().map(Into::into).collect();
        self.state.settings = found.settings.into();
        self.state.settings_trouble = found.settings_trouble;
        self.state.now = jiff::Timestamp::now();
        self.state.settings_page.data_folder = self.store.as_ref().map(|store| store.root().to_owned());
        let local = self.store.as_ref().map(|store| store.local().to_owned());
        self.state.settings_page.local_folder =
            local.filter(|local| Some(local) != self.state.settings_page.data_folder.as_ref());
        self.state.settings_page.log_file = crate::logging::file().ok();
        let last = self.state.settings.last_profile.clone().map(ProfileId);
        let known = last.filter(|id| self.state.profile_of(id).is_some());
        if let Some(id) = known.or_else(|| self.state.profiles.first().map(|stored| stored.id.clone())) {
            self.select(id);
        }
        self.open_history();
        if let Some(id) = self.state.selected.clone() {
            self.recall(&id);
        }
        self.look_at_keys();
        self.start_sandbox();
    }

    pub(in crate::ui) fn apply(&mut self, ctx: &Context, command: Command) {
        match command {
            Command::Show(View::History) => self.show_history(),
            Command::Show(view) => {
                self.state.import.focuses_text = view == View::Import && self.state.view != view;
                self.state.new_profile.focuses_url = view == View::NewProfile && self.state.view != view;
                self.state.view = view;
            }
            Command::Palette(mode) => {
                self.state.palette = Some(Palette::new(mode));
                if mode == Mode::All && self.history.is_some() {
                    self.list_history();
                }
            }
            Command::Copy(text) => ctx.copy_text(text),
            Command::Profile(command) => self.profile_command(ctx, command),
            Command::Compose(command) => self.compose_command(ctx, command),
            Command::Response(command) => self.response_command(ctx, command),
            Command::History(command) => self.history_command(command),
            Command::Import(command) => self.import_command(ctx, command),
            Command::Diagnostics(command) => self.diagnostics_command(command),
            Command::Export(command) => self.export_command(ctx, command),
            Command::Bundle(command) => self.bundle_command(ctx, command),
            Command::Relay(command) => self.relay_command(ctx, command),
            Command::Intro(command) => self.intro_command(command),
            Command::Run(command) => self.run_command(ctx, command),
            Command::Sandbox(command) => self.sandbox_command(command),
            Command::Settings(command) => self.settings_command(ctx, command),
            Command::KeepMine(what) => self.keep_mine(what),
            Command::TakeTheirs(what) => self.take_theirs(ctx, what),
            Command::StopWaiting(number) => self.stop_waiting(number),
            Command::DismissNote(id) => self.state.toasts.dismiss(id),
        }
    }

    pub(in crate::ui) fn on_event(&mut self, ctx: &Context, event: Event) {
        match event.what {
            JobEvent::SandboxStarted(started) => self.sandbox_started(event.job, started),
            JobEvent::Saved(event) => self.on_saved(ctx, event),
            JobEvent::SaveFailed(reason) => self.state.say_once(NoteKind::Problem, reason),
            JobEvent::Tool(found) => self.on_diagnostics(event.job, &found),
            JobEvent::Relay(event_of) => self.on_relay(event.job, event_of),
            JobEvent::Run(event_of) => self.on_run(event.job, event_of),
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
            JobEvent::Delivery(told) => {
                if let Some(ended) = self.on_delivery_event(event.job, told) {
                    self.say_ended(ctx, ended);
                    self.start_next_files();
                }
            }
        }
    }
}
