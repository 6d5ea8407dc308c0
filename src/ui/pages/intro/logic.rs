//! Opening a draft with a mistake in it.

use crate::model::drafts::NamedDraft;
use crate::ui::app::App;
use crate::ui::pages::intro::command::IntroCommand;
use crate::ui::pages::intro::sample::Sample;
use crate::ui::toasts::NoteKind;
use crate::ui::view::View;

impl App {
    pub(in crate::ui) fn intro_command(&mut self, command: IntroCommand) {
        let IntroCommand::Try(sample) = command;
        let Some(id) = self.state.profiles.iter().find(|stored| stored.profile.sandbox).map(|stored| stored.id.clone()) else {
            let text = "No profile runs in the sandbox. Create a sandbox twin of a profile from its menu in the list";
            return self.state.note(NoteKind::Problem, text, None);
        };
        self.select_then(id, move |app| app.open_sample(sample));
    }

    fn open_sample(&mut self, sample: Sample) {
        let Some((stored, drafts)) = self.state.open_drafts() else { return };
        let Some(draft) = sample.draft(&stored.profile) else {
            let text = format!("\"{}\" has no field for this example", stored.profile.shown_name());
            return self.state.note(NoteKind::Info, text, None);
        };
        drafts.add(NamedDraft { name: sample.label().to_owned(), sent: None, draft }, &stored.profile);
        self.state.view = View::Compose;
        self.remember_profile();
    }
}
