//! A file for a ticket that exists: its endpoint, the file, and sending it. No ticket is created by it.

use std::path::PathBuf;

use eframe::egui::Context;

use crate::model::Request;
use crate::model::attachment::AttachmentEndpoint;
use crate::model::draft::Attachment;
use crate::service::existing::{self, FileOrder};
use crate::service::order::Delivery;
use crate::service::record::Origin;
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::{ComposeCommand, ExistingCommand};
use crate::ui::pages::compose::deliver::LOOKING_FOR_EARLIER;
use crate::ui::pages::compose::draft_id::DraftId;
use crate::ui::pages::compose::look::look_at;
use crate::ui::pages::compose::state::{ComposeTab, ExistingPart, ExistingTicket, Waiting};
use crate::ui::toasts::NoteKind;
use crate::ui::view::View;

/// What the status bar says while the file is looked at.
const LOOKING: &str = "Looking at the file for the ticket";

impl App {
    pub(in crate::ui) fn existing_command(&mut self, ctx: &Context, command: ExistingCommand) {
        match command {
            ExistingCommand::Open => self.with_session(|session| {
                session.tab = ComposeTab::Attachments;
                session.existing.is_open = true;
                session.existing.focus = Some(ExistingPart::Endpoint);
            }),
            ExistingCommand::OpenAt { profile, endpoint } => self.select_then(profile, move |app| {
                app.state.view = View::Compose;
                app.with_session(|session| {
                    session.tab = ComposeTab::Attachments;
                    let (path, focus) = (std::mem::take(&mut session.existing.path), Some(ExistingPart::File));
                    session.existing = ExistingTicket { is_open: true, endpoint, path, focus, ..ExistingTicket::default() };
                });
            }),
            ExistingCommand::Close => self.with_session(|session| {
                session.existing.is_open = false;
                session.existing.focus = Some(ExistingPart::Opener);
            }),
            ExistingCommand::PickFile => {
                let done = |path| Command::Compose(ComposeCommand::Existing(ExistingCommand::TakeFile(path)));
                self.dialogs.pick_file(ctx, "Add a file to the ticket", None, done);
            }
            ExistingCommand::TakeFile(path) => {
                self.with_session(|session| session.existing.path = path.display().to_string());
            }
            ExistingCommand::Send => self.send_to_existing(),
        }
    }

    /// Sends the file that stands in the place for it to the endpoint beside it.
    fn send_to_existing(&mut self) {
        let Some(id) = self.state.draft_id() else { return };
        let Some((stored, session)) = self.state.open() else { return };
        if session.sending().is_some() || session.question.is_some() || session.is_looking {
            return;
        }
        let (profile, path) = (stored.profile.clone(), session.existing.path.trim().trim_matches('"').to_owned());
        let Some(checked) = existing::check(&session.existing.endpoint, &profile) else { return };
        if path.is_empty() || checked.refusal.is_some() {
            return;
        }
        let (sent_to, origin) = (profile.endpoint(), Origin::new(&id.profile.0));
        let delivery = self.surroundings().delivery(Request::default(), sent_to, profile, Vec::new(), origin);
        let parameter = checked.endpoint.parameter.clone().unwrap_or_default();
        let file = Attachment { parameter, path: PathBuf::from(path), ..Attachment::default() };
        self.send_file(id, delivery, checked.endpoint, file);
    }

    /// Sends a file to an endpoint, once it was looked at and everything is confirmed that has to be.
    pub(in crate::ui) fn send_file(&mut self, id: DraftId, delivery: Delivery, endpoint: AttachmentEndpoint, file: Attachment) {
        if self.is_waiting_for(LOOKING) || self.is_waiting_for(LOOKING_FOR_EARLIER) {
            return;
        }
        let (parameter, path) = (file.parameter.clone(), file.path.clone());
        let look = move || look_at(&parameter, path);
        self.read_aside(LOOKING, look, move |app, _, found| {
            let name = file.filename();
            let (filename, content_type) = (file.filename, file.content_type);
            let found = found.map(|found| Attachment { filename, content_type, ..found });
            let order = found.and_then(|file| {
                FileOrder::new(delivery, endpoint, file).map_err(|reason| format!("Uploading {name}: {reason}"))
            });
            match order {
                Ok(order) => app.with_due(order, FileOrder::intent, move |app, order, due| {
                    app.ask_next(&id, Waiting::File(Box::new(order)), due);
                }),
                Err(reason) => app.state.note(NoteKind::Problem, reason, None),
            }
        });
    }
}
