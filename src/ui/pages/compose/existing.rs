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
use crate::ui::pages::compose::compose_tab::ComposeTab;
use crate::ui::pages::compose::deliver::LOOKING_FOR_EARLIER;
use crate::ui::pages::compose::draft_id::DraftId;
use crate::ui::pages::compose::look::look_at;
use crate::ui::pages::compose::state::{ExistingPart, ExistingTicket, Waiting};
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
                    let (paths, focus) = (std::mem::take(&mut session.existing.paths), Some(ExistingPart::File));
                    session.existing = ExistingTicket { is_open: true, endpoint, paths, focus, ..ExistingTicket::default() };
                });
            }),
            ExistingCommand::Close => self.with_session(|session| {
                session.existing.is_open = false;
                session.existing.focus = Some(ExistingPart::Opener);
            }),
            ExistingCommand::PickFiles => {
                let done = |paths| Command::Compose(ComposeCommand::Existing(ExistingCommand::TakeFiles(paths)));
                self.dialogs.pick_files(ctx, "Add files to the ticket", None, done);
            }
            ExistingCommand::TakeFiles(paths) => self.with_session(|session| session.existing.add(&paths)),
            ExistingCommand::Send => self.send_to_existing(),
        }
    }

    /// Sends the files that stand in the place for them to the endpoint beside it.
    fn send_to_existing(&mut self) {
        let Some(id) = self.state.draft_id() else { return };
        let Some((stored, session)) = self.state.open() else { return };
        if session.sending().is_some() || session.question.is_some() || session.is_looking {
            return;
        }
        let (profile, paths) = (stored.profile.clone(), session.existing.files());
        let Some(checked) = existing::check(&session.existing.endpoint, &profile) else { return };
        if paths.is_empty() || checked.refusal.is_some() {
            return;
        }
        let (sent_to, origin) = (profile.endpoint(), Origin::new(&id.profile.0));
        let delivery = self.surroundings().delivery(Request::default(), sent_to, profile, Vec::new(), origin);
        let parameter = checked.endpoint.parameter.clone().unwrap_or_default();
        let file = |path| Attachment { parameter: parameter.clone(), path, ..Attachment::default() };
        self.send_files(id, delivery, checked.endpoint, paths.into_iter().map(file).collect());
    }

    /// Sends files to an endpoint, once they were looked at and everything is confirmed that has to be. When one of them cannot be
    /// sent, none is.
    pub(in crate::ui) fn send_files(
        &mut self,
        id: DraftId,
        delivery: Delivery,
        endpoint: AttachmentEndpoint,
        files: Vec<Attachment>,
    ) {
        if self.is_waiting_for(LOOKING) || self.is_waiting_for(LOOKING_FOR_EARLIER) {
            return;
        }
        let look = move || files.into_iter().map(|file| order_of(&delivery, &endpoint, file)).collect::<Result<Vec<_>, _>>();
        self.read_aside(LOOKING, look, move |app, _, orders| match orders {
            Ok(orders) => app.with_due_of_all(
                orders,
                |orders| orders.iter().map(FileOrder::intent).collect(),
                move |app, orders, due| app.ask_next(&id, Waiting::Files(orders), due),
            ),
            Err(reason) => app.state.note(NoteKind::Problem, reason, None),
        });
    }
}

/// The order that sends a file as it is now.
fn order_of(delivery: &Delivery, endpoint: &AttachmentEndpoint, file: Attachment) -> Result<FileOrder, String> {
    let name = file.filename();
    let found = look_at(&file.parameter, file.path)?;
    let file = Attachment { filename: file.filename, content_type: file.content_type, ..found };
    FileOrder::new(delivery.clone(), endpoint.clone(), file).map_err(|reason| format!("Uploading {name}: {reason}"))
}

impl ExistingTicket {
    /// The files, as they are written one a line.
    pub(in crate::ui) fn files(&self) -> Vec<PathBuf> {
        let lines = self.paths.lines().map(|line| line.trim().trim_matches('"'));
        lines.filter(|line| !line.is_empty()).map(PathBuf::from).collect()
    }

    /// Adds files, each on a line of its own, unless they stand there.
    fn add(&mut self, paths: &[PathBuf]) {
        let known = self.files();
        for path in paths.iter().filter(|path| !known.contains(path)) {
            if !self.paths.is_empty() && !self.paths.ends_with('\n') {
                self.paths.push('\n');
            }
            self.paths.push_str(&path.display().to_string());
        }
    }
}
