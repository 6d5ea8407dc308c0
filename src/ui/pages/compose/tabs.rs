//! What is done with the drafts of the open profile.

use crate::model::drafts::NamedDraft;
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::compose::command::{ComposeCommand, TabCommand};
use crate::ui::pages::compose::drafts::named;
use crate::ui::toasts::NoteKind;

impl App {
    pub(in crate::ui) fn tab_command(&mut self, command: TabCommand) {
        let Some((stored, drafts)) = self.state.open_drafts() else { return };
        let profile = &stored.profile;
        match command {
            TabCommand::New => drafts.add(NamedDraft::default(), profile),
            TabCommand::Duplicate => {
                let open = named(drafts.session());
                let name = if open.name.is_empty() { "Copy".to_owned() } else { format!("{} copy", open.name) };
                drafts.add(NamedDraft { name, sent: None, draft: open.draft }, profile);
            }
            TabCommand::Show(number) => drafts.show(number),
            TabCommand::Step(places) => drafts.step(places),
            TabCommand::Close(number) => {
                let number = number.unwrap_or(drafts.session().number);
                if let Some(name) = drafts.close(number, profile) {
                    let undo = Command::Compose(ComposeCommand::Tab(TabCommand::Reopen(Some(number))));
                    let text = format!("Closed the draft \"{name}\" of \"{}\"", profile.shown_name());
                    self.state.note(NoteKind::Info, text, Some(("Undo".into(), undo)));
                }
            }
            TabCommand::Reopen(number) => drafts.reopen(number, profile),
            TabCommand::AskName => {
                let session = drafts.session_mut();
                session.renaming = Some(session.name.clone());
            }
            TabCommand::Rename(number, name) => drafts.rename(number, &name),
            TabCommand::Move(number, to) => drafts.move_to(number, to),
        }
    }
}
