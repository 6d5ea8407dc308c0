//! An exchange that is over: of the history, or of something that was imported.

use crate::diagnosis;
use crate::diagnosis::Cause;
use crate::jobs::JobId;
use crate::model::attachment::AttachmentEndpoint;
use crate::model::history::HistoryRow;
use crate::model::{Case, Exchange};
use crate::store::ProfileId;
use crate::ui::pages::response::shown::Shown;
use crate::ui::pages::response::state::Judged;
use crate::ui::pages::response::view::panel::ResponseState;

/// An exchange that is over, with what is found in it by the rules of this version.
pub struct RecordedView {
    /// Its number in the history; 0 outside it.
    pub number: i64,
    /// The exchange.
    pub exchange: Judged,
    /// Its causes, best first. They offer no fixes: there is no draft here that they could change.
    pub causes: Vec<Cause>,
    /// The attachment endpoints that the answer named.
    pub endpoints: Vec<AttachmentEndpoint>,
    /// The ticket that it made, if that is known.
    pub ticket: Option<String>,
    /// How many files were picked for the ticket.
    pub files: usize,
    /// The other exchanges of its delivery, oldest first: the create request and the files of a ticket.
    pub others: Vec<HistoryRow>,
    /// The profile with which a file can be added to the ticket, where there is one.
    pub adds_with: Option<ProfileId>,
    /// What the response panel remembers of it: page, folds, search.
    pub panel: ResponseState,
}

impl RecordedView {
    /// The view of a case and the exchange that it tells of.
    pub(in crate::ui) fn of(case: &Case, exchange: Exchange) -> Self {
        let mut causes = diagnosis::diagnose(case);
        causes.iter_mut().for_each(|cause| cause.fixes.clear());
        Self {
            number: 0,
            exchange: Judged::of(exchange, case.profile.as_ref()),
            causes,
            endpoints: Vec::new(),
            ticket: None,
            files: 0,
            others: Vec::new(),
            adds_with: None,
            panel: ResponseState::default(),
        }
    }

    /// It as the response panel draws it, and what the panel remembers of it.
    pub(in crate::ui) fn shown(&mut self) -> (Shown<'_>, &mut ResponseState) {
        let ticket = self.ticket.as_ref().map_or_else(|| "Ticket created".to_owned(), |id| format!("Ticket {id} created"));
        // Only a file for a ticket is sent in parts.
        let is_upload = self.exchange.sent.parts.is_some();
        let shown = Shown {
            key: (JobId::NONE, self.number),
            is_upload,
            adds_with: self.adds_with.as_ref(),
            planned: None,
            sent_to: None,
            started: None,
            exchange: Some(&self.exchange),
            not_sent: None,
            ticket: self.ticket.as_deref(),
            summary: (self.exchange.is_accepted() && !is_upload).then_some(ticket),
            causes: &self.causes,
            overridden: &[],
            endpoints: &self.endpoints,
            uploads: &[],
            files: self.files,
            others: &self.others,
            is_over: true,
        };
        (shown, &mut self.panel)
    }
}
