//! Sending a delivery or one file, once everything is confirmed that has to be: from the form, the history, an import or a response.

use std::cell::OnceCell;
use std::time::Instant;

use crate::jobs::JobId;
use crate::service;
use crate::service::confirm::ConfirmReason;
use crate::service::existing::FileOrder;
use crate::service::intent::{Intent, Purpose};
use crate::service::order::{Delivery, UploadOrder};
use crate::ui::app::App;
use crate::ui::pages::compose::draft_id::DraftId;
use crate::ui::pages::compose::state::{Question, Session, Waiting};
use crate::ui::pages::response::state::{DeliveryView, Pace, UploadStage, UploadView};
use crate::ui::toasts::NoteKind;

/// What the status bar says while it is found out whether the same was sent before.
pub(in crate::ui) const LOOKING_FOR_EARLIER: &str = "Looking for an earlier send of the same";

impl App {
    /// What the floors below need to know of the window.
    pub(in crate::ui) fn surroundings(&self) -> service::session::Session<'_> {
        service::session::Session {
            store: self.store.as_ref(),
            history: self.history.as_ref(),
            settings: &self.state.settings,
            settings_trouble: self.state.settings_trouble.as_deref(),
            confirmed: &self.state.confirmed,
            now: self.state.now,
        }
    }

    /// Starts a delivery of a draft, unless something has to be confirmed first.
    pub(in crate::ui) fn ask_or_start(&mut self, id: DraftId, delivery: Delivery, purpose: Purpose) {
        let Some(session) = self.state.session_mut(&id) else { return };
        session.looking += 1;
        let looking = session.looking;
        session.is_looking = true;
        self.with_due(
            delivery,
            move |delivery| delivery.intent(purpose),
            move |app, delivery, due| {
                // The draft may have been changed meanwhile, or the send cancelled.
                let Some(session) = app.state.session_mut(&id).filter(|session| session.looking == looking) else { return };
                session.is_looking = false;
                app.ask_next(&id, Waiting::Delivery(Box::new(delivery)), due);
            },
        );
    }

    /// Finds out why a send has to be confirmed, and goes on with that: the history may be busy. What could not be found out is said.
    pub(in crate::ui) fn with_due<T: Send + 'static>(
        &mut self,
        sent: T,
        intent: impl for<'a> FnOnce(&'a T) -> Intent<'a> + Send + 'static,
        then: impl FnOnce(&mut Self, T, Vec<ConfirmReason>) + 'static,
    ) {
        self.with_due_of_all(sent, move |sent| vec![intent(sent)], then);
    }

    /// [`App::with_due`] for several that are sent together.
    pub(in crate::ui) fn with_due_of_all<T: Send + 'static>(
        &mut self,
        sent: T,
        intents: impl for<'a> FnOnce(&'a T) -> Vec<Intent<'a>> + Send + 'static,
        then: impl FnOnce(&mut Self, T, Vec<ConfirmReason>) + 'static,
    ) {
        let (store, history) = (self.store.clone(), self.history.clone());
        let (settings, trouble) = ((*self.state.settings).clone(), self.state.settings_trouble.clone());
        let (confirmed, now) = (self.state.confirmed.clone(), self.state.now);
        let promise = self.jobs.read(move || {
            let (store, history, settings_trouble) = (store.as_ref(), history.as_ref(), trouble.as_deref());
            let around =
                service::session::Session { store, history, settings: &settings, settings_trouble, confirmed: &confirmed, now };
            let due = around.due_of_all(&intents(&sent));
            (sent, due)
        });
        self.soon(LOOKING_FOR_EARLIER, promise, |app, (sent, due)| {
            if let Some(warning) = due.warning {
                app.state.note(NoteKind::Problem, warning, None);
            }
            then(app, sent, due.reasons);
        });
    }

    /// Asks for the first of these reasons, or starts what waits for the answer when there is none.
    pub(in crate::ui) fn ask_next(&mut self, id: &DraftId, waiting: Waiting, mut reasons: Vec<ConfirmReason>) {
        if reasons.is_empty() {
            return match waiting {
                Waiting::Delivery(delivery) => self.start_delivery(id, *delivery),
                Waiting::Upload(index, order) => self.start_upload(index, *order),
                Waiting::Files(orders) => self.start_files(id, orders),
            };
        }
        let (reason, further) = (reasons.remove(0), reasons);
        if let Some(session) = self.state.session_mut(id) {
            session.question = Some(Question { waiting, reason, further });
        }
    }

    pub(in crate::ui) fn start_delivery(&mut self, id: &DraftId, delivery: Delivery) {
        let job = self.jobs.deliver(delivery.clone());
        let uploads = delivery.attachments.iter().enumerate().map(|(index, attachment)| UploadView {
            attachment: attachment.clone(),
            job: (job, index),
            stage: UploadStage::Waiting,
            pace: Pace::default(),
        });
        let uploads = uploads.collect();
        let view = DeliveryView { uploads, ..begun(job, self.state.now, delivery) };
        if let Some(session) = self.state.session_mut(id) {
            let overridden = session.problems.clone();
            session.deliveries.push(DeliveryView { overridden, ..view });
            session.shown = None;
        }
    }

    /// Sends files to a ticket that existed before, one after another.
    fn start_files(&mut self, id: &DraftId, orders: Vec<FileOrder>) {
        if let Some(session) = self.state.session_mut(id) {
            session.waiting_files.extend(orders);
            // The endpoint stays for the next file.
            session.existing.paths.clear();
        }
        self.start_next_files();
    }

    /// Sends the file of each draft that waits for the one before, as something of its own beside what the draft sent.
    pub(in crate::ui) fn start_next_files(&mut self) {
        let now = self.state.now;
        for session in self.state.sessions_mut().filter(|session| session.sending().is_none()) {
            let Some(FileOrder { delivery, endpoint, order }) = session.waiting_files.pop_front() else { continue };
            let attachment = order.attachment.clone();
            let job = self.jobs.upload(order, &delivery.origin, delivery.profile.clone());
            let upload = UploadView { attachment, job: (job, 0), stage: UploadStage::Waiting, pace: Pace::default() };
            let (uploads, endpoints) = (vec![upload], vec![endpoint]);
            session.deliveries.push(DeliveryView { is_upload: true, uploads, endpoints, ..begun(job, now, delivery) });
            session.shown = None;
        }
    }

    /// Sends one file of the delivery that is shown, or one more.
    pub(in crate::ui) fn start_upload(&mut self, index: usize, order: UploadOrder) {
        let Some((_, session)) = self.state.open() else { return };
        let Some(view) = session.shown_delivery() else { return };
        let attachment = order.attachment.clone();
        let job = self.jobs.upload(order, &view.delivery.origin, view.delivery.profile.clone());
        let started = UploadView { attachment, job: (job, 0), stage: UploadStage::Waiting, pace: Pace::default() };
        match view.uploads.get_mut(index) {
            Some(upload) => *upload = UploadView { attachment: upload.attachment.clone(), ..started },
            None => view.uploads.push(started),
        }
    }

    pub(in crate::ui) fn with_session(&mut self, change: impl FnOnce(&mut Session)) {
        if let Some((_, session)) = self.state.open() {
            change(session);
        }
    }
}

/// Something that has just been begun.
fn begun(job: JobId, started_at: jiff::Timestamp, delivery: Delivery) -> DeliveryView {
    DeliveryView {
        job,
        delivery,
        is_upload: false,
        started_at,
        started: Instant::now(),
        exchange: None,
        causes: Vec::new(),
        endpoints: Vec::new(),
        uploads: Vec::new(),
        report: None,
        summary: OnceCell::new(),
        overridden: Vec::new(),
        kept: None,
    }
}
