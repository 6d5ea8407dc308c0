//! Sending: the delivery, its uploads, and what they tell.

use std::path::PathBuf;
use std::time::Instant;

use eframe::egui::Context;

use crate::jobs::JobId;
use crate::model::correlation;
use crate::model::draft::Attachment;
use crate::model::example::example_values;
use crate::model::history::Fingerprint;
use crate::model::request_record::RequestRecord;
use crate::model::{Draft, Profile};
use crate::service::confirm::ConfirmReason;
use crate::service::intent::Purpose;
use crate::service::record::Origin;
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::ComposeCommand;
use crate::ui::pages::compose::draft_id::DraftId;
use crate::ui::pages::compose::look::look_at;
use crate::ui::pages::compose::refresh::refresh;
use crate::ui::pages::response::state::DeliveryView;
use crate::ui::toasts::NoteKind;

impl App {
    pub(in crate::ui) fn compose_command(&mut self, ctx: &Context, command: ComposeCommand) {
        match command {
            ComposeCommand::Changed => self.draft_changed(),
            ComposeCommand::Send => self.send(),
            ComposeCommand::SendAnyway => self.send_anyway(),
            ComposeCommand::DismissQuestion => self.with_session(|session| session.question = None),
            ComposeCommand::Cancel => self.cancel_sending(),
            ComposeCommand::Fix(fix) => self.apply_fix(*fix),
            ComposeCommand::UndoLast => {
                if let Some(id) = self.state.draft_id() {
                    self.undo(&id, None);
                }
            }
            ComposeCommand::FocusAddress => self.with_session(|session| session.focus_address = true),
            ComposeCommand::Redo => self.redo(),
            ComposeCommand::Tab(command) => self.tab_command(command),
            ComposeCommand::UndoStep(id, step) => self.undo(&id, Some(step)),
            ComposeCommand::FillExamples => self.change_form(|draft, profile| {
                draft.leave_json();
                draft.fill(&example_values(profile), profile);
            }),
            ComposeCommand::ClearForm => self.change_form(Draft::clear),
            ComposeCommand::ShowPage(tab) => self.with_session(|session| session.tab = tab),
            ComposeCommand::ShowFiles { parameter } => {
                if let Some((stored, session)) = self.state.open() {
                    session.show_files(&stored.profile, parameter.as_deref());
                }
            }
            ComposeCommand::PickFiles { parameter } => {
                let title = format!("Attach to {parameter}");
                let done = move |paths| Command::Compose(ComposeCommand::AttachFiles { parameter, paths });
                self.dialogs.pick_files(ctx, &title, None, done);
            }
            ComposeCommand::Existing(command) => self.existing_command(ctx, command),
            ComposeCommand::AttachFiles { parameter, paths } => {
                if let Some(id) = self.state.draft_id() {
                    self.attach(id, parameter, paths);
                }
            }
        }
    }

    pub(in crate::ui) fn draft_changed(&mut self) {
        if let Some((stored, session)) = self.state.open() {
            session.unsaved_since.get_or_insert_with(Instant::now);
            // What it was about to send is not what stands there any more.
            session.question = None;
            session.stop_looking();
            refresh(session, &stored.profile);
        }
    }

    /// Makes a change of the whole form, which can be taken back.
    fn change_form(&mut self, change: impl FnOnce(&mut Draft, &Profile)) {
        if let Some((stored, session)) = self.state.open() {
            session.change(|draft| change(draft, &stored.profile));
            self.draft_changed();
        }
    }

    /// Sends the open draft.
    pub(in crate::ui) fn send(&mut self) {
        let Some(id) = self.state.draft_id() else { return };
        let Some((stored, session)) = self.state.open() else { return };
        session.was_sent = true;
        if session.sending().is_some() || session.question.is_some() || session.is_looking {
            return;
        }
        let profile = stored.profile.clone();
        let mut request = session.draft.request(&profile);
        let (sent_to, attachments) = (session.draft.endpoint(&profile), session.draft.attachments.clone());
        let mut origin = Origin::new(&id.profile.0);
        origin.fingerprint = Some(Fingerprint::of(&RequestRecord::from(&request)));
        origin.overridden = session.problems.iter().map(|cause| cause.id.as_str().to_owned()).collect();
        correlation::put_in(&mut request, &profile, origin.delivery);
        let delivery = self.surroundings().delivery(request, sent_to, profile, attachments, origin);
        self.ask_or_start(id, delivery, Purpose::Send);
    }

    /// Sends what a question waits with.
    pub(in crate::ui) fn send_anyway(&mut self) {
        let Some(id) = self.state.draft_id() else { return };
        let Some(question) = self.state.open().and_then(|(_, session)| session.question.take()) else { return };
        if matches!(question.reason, ConfirmReason::Production { .. }) {
            self.state.confirmed.insert(id.profile.clone());
        }
        self.ask_next(&id, question.waiting, question.further);
    }

    pub(in crate::ui) fn cancel_sending(&mut self) {
        let jobs = match self.state.open() {
            Some((_, session)) => {
                session.stop_looking();
                session.waiting_files.clear();
                session.sending().map(jobs_of).unwrap_or_default()
            }
            None => return,
        };
        for job in jobs {
            self.jobs.cancel(job);
        }
    }

    /// Looks at files that were picked, and attaches them: on a network drive even looking can take long.
    fn attach(&mut self, id: DraftId, parameter: String, paths: Vec<PathBuf>) {
        let look = move || paths.into_iter().map(|path| look_at(&parameter, path)).collect();
        self.read_aside("Looking at the files", look, move |app, _, found| app.take_attachments(&id, found));
    }

    fn take_attachments(&mut self, id: &DraftId, found: Vec<Result<Attachment, String>>) {
        for file in found {
            match file {
                Ok(attachment) => {
                    if let Some(session) = self.state.session_mut(id) {
                        session.change(|draft| draft.attachments.push(attachment));
                        session.unsaved_since.get_or_insert_with(Instant::now);
                    }
                }
                Err(reason) => self.state.note(NoteKind::Problem, reason, None),
            }
        }
    }
}

fn jobs_of(view: &DeliveryView) -> Vec<JobId> {
    let mut jobs = vec![view.job];
    jobs.extend(view.uploads.iter().map(|upload| upload.job.0));
    jobs.dedup();
    jobs
}
