//! What each draft sent last, read back from the history.

use crate::store::ProfileId;
use crate::ui::app::App;

impl App {
    /// Reads what each draft of a profile sent last, so that its response stands there after a restart.
    pub(in crate::ui) fn recall(&mut self, id: &ProfileId) {
        let Some(history) = self.history.clone() else { return };
        let Some(drafts) = self.state.drafts.get_mut(id) else { return };
        for (at, session) in drafts.all_mut().enumerate() {
            session.recalling = match session.sent {
                Some(sent) => Some(self.jobs.open_record(&history, sent)),
                // Before there were several drafts nobody noted what one had sent.
                None if at == 0 && session.name.is_empty() => Some(self.jobs.open_newest_record(&history, id.0.clone())),
                None => None,
            };
        }
    }
}
