//! Sending: the delivery, its uploads, and what they tell.

use std::time::Instant;

use crate::jobs::JobId;
use crate::model::correlation;
use crate::model::draft::Attachment;
use crate::model::history::Fingerprint;
use crate::model::request_record::RequestRecord;
use crate::model::{Endpoint, Profile, Request};
use crate::service::deliver::DeliveryEvent;
use crate::service::order::Delivery;
use crate::service::record::Origin;
use crate::service::{
    self,
    confirm::{ConfirmReason, Intent, Purpose},
};
use crate::store::ProfileId;
use crate::ui::app::App;
use crate::ui::response::ResponseState;
use crate::ui::state::{DeliveryView, NoteKind, Pace, Question, UploadStage, UploadView};

impl App {
    /// Sends the open draft.
    pub(super) fn send(&mut self) {
        let Some((stored, session)) = self.state.open() else { return };
        if session.sending().is_some() || session.question.is_some() {
            return;
        }
        let (id, profile) = (stored.id.clone(), stored.profile.clone());
        let mut request = session.draft.request(&profile);
        let (sent_to, attachments) = (session.draft.endpoint(&profile), session.draft.attachments.clone());
        let mut origin = Origin::new(&id.0);
        origin.fingerprint = Some(Fingerprint::of(&RequestRecord::from(&request)));
        origin.overridden = session.problems.iter().map(|cause| cause.id.as_str().to_owned()).collect();
        correlation::put_in(&mut request, &profile, origin.delivery);
        let delivery = self.delivery(request, sent_to, profile, attachments, origin);
        self.ask_or_start(&id, delivery, Purpose::Send);
    }

    /// What the floors below need to know of the window.
    pub(super) fn surroundings(&self) -> service::session::Session<'_> {
        service::session::Session {
            store: self.store.as_ref(),
            history: self.history.as_ref(),
            settings: &self.state.settings,
            confirmed: &self.state.confirmed,
            now: self.state.now,
        }
    }

    /// A delivery with the network as the settings have it.
    pub(super) fn delivery(
        &self,
        request: Request,
        sent_to: Endpoint,
        profile: Profile,
        attachments: Vec<Attachment>,
        origin: Origin,
    ) -> Delivery {
        self.surroundings().delivery(request, sent_to, profile, attachments, origin)
    }

    /// Sends what a question waits with.
    pub(super) fn send_anyway(&mut self) {
        let Some(id) = self.state.selected.clone() else { return };
        let Some(question) = self.state.open().and_then(|(_, session)| session.question.take()) else { return };
        if matches!(question.reason, ConfirmReason::Production { .. }) {
            self.state.confirmed.insert(id.clone());
        }
        self.ask_next(&id, question.delivery, question.further);
    }

    /// Starts a delivery in a profile's session, unless something has to be confirmed first.
    pub(super) fn ask_or_start(&mut self, id: &ProfileId, delivery: Delivery, purpose: Purpose) {
        let due = self.due(&delivery.intent(purpose));
        self.ask_next(id, delivery, due);
    }

    /// Why a send has to be confirmed. What could not be found out is said.
    pub(super) fn due(&mut self, intent: &Intent<'_>) -> Vec<ConfirmReason> {
        let due = self.surroundings().due(intent);
        if let Some(warning) = due.warning {
            self.state.note(NoteKind::Problem, warning, None);
        }
        due.reasons
    }

    /// Asks for the first of these reasons, or starts the delivery when there is none.
    fn ask_next(&mut self, id: &ProfileId, delivery: Delivery, mut reasons: Vec<ConfirmReason>) {
        if reasons.is_empty() {
            return self.start_delivery(id, delivery);
        }
        let (reason, further) = (reasons.remove(0), reasons);
        if let Some(session) = self.state.sessions.get_mut(id) {
            session.question = Some(Question { delivery, reason, further });
        }
    }

    pub(super) fn start_delivery(&mut self, id: &ProfileId, delivery: Delivery) {
        let job = self.jobs.deliver(delivery.clone());
        let uploads = delivery.attachments.iter().enumerate().map(|(index, attachment)| UploadView {
            attachment: attachment.clone(),
            job: (job, index),
            stage: UploadStage::Waiting,
            pace: Pace::default(),
        });
        let view = DeliveryView {
            job,
            started_at: self.state.now,
            started: Instant::now(),
            exchange: None,
            causes: Vec::new(),
            endpoints: Vec::new(),
            uploads: uploads.collect(),
            report: None,
            overridden: Vec::new(),
            response: ResponseState::default(),
            kept: None,
            delivery,
        };
        if let Some(session) = self.state.sessions.get_mut(id) {
            let overridden = session.problems.clone();
            session.deliveries.push(DeliveryView { overridden, ..view });
            session.shown = None;
        }
    }

    pub(super) fn cancel_sending(&mut self) {
        let jobs = match self.state.open() {
            Some((_, session)) => session.sending().map(jobs_of).unwrap_or_default(),
            None => return,
        };
        for job in jobs {
            self.jobs.cancel(job);
        }
    }

    pub(super) fn cancel_upload(&mut self, index: usize) {
        let job = self.state.open().and_then(|(_, session)| Some(session.shown_delivery()?.uploads.get(index)?.job));
        if let Some((job, index)) = job {
            self.jobs.cancel_upload(job, index);
        }
    }

    /// Sends a file again, to the ticket that exists already.
    pub(super) fn retry_upload(&mut self, index: usize) {
        let Some((_, session)) = self.state.open() else { return };
        let Some(view) = session.shown_delivery() else { return };
        let Some(upload) = view.uploads.get_mut(index) else { return };
        // The file is looked at anew: that it changed may be why it failed.
        let attachment = Attachment { picked_size: None, picked_modified: None, ..upload.attachment.clone() };
        match view.delivery.upload_order(&attachment, &view.endpoints) {
            Ok(order) => {
                let profile = view.delivery.profile.clone();
                let job = self.jobs.upload(order, &view.delivery.origin, profile);
                upload.job = (job, 0);
                upload.stage = UploadStage::Waiting;
                upload.pace = Pace::default();
            }
            Err(reason) => self.state.note(NoteKind::Problem, format!("Uploading {}: {reason}", attachment.filename()), None),
        }
    }

    pub(super) fn take_attachments(&mut self, id: &ProfileId, found: Vec<Result<Attachment, String>>) {
        for file in found {
            match file {
                Ok(attachment) => {
                    if let Some(session) = self.state.sessions.get_mut(id) {
                        session.draft.attachments.push(attachment);
                        session.unsaved_since.get_or_insert_with(Instant::now);
                    }
                }
                Err(reason) => self.state.note(NoteKind::Problem, reason, None),
            }
        }
    }

    pub(super) fn on_delivery_event(&mut self, job: JobId, event: DeliveryEvent) {
        let all = self.state.sessions.values_mut().flat_map(|session| session.deliveries.iter_mut());
        // A delivery that was dropped since has nobody waiting for it.
        let Some(view) = all.into_iter().find(|view| view.job == job || view.uploads.iter().any(|upload| upload.job.0 == job))
        else {
            return;
        };
        match event {
            DeliveryEvent::Created { exchange, causes } => {
                view.exchange = Some(*exchange);
                view.causes = causes;
            }
            DeliveryEvent::Endpoints(endpoints) => view.endpoints = endpoints,
            DeliveryEvent::UploadStarted(index) => set_stage(view, job, index, UploadStage::Running),
            DeliveryEvent::UploadEnded { index, result } => {
                if let Some(report) = &mut view.report
                    && let Some(at) = view.uploads.iter().position(|upload| upload.job == (job, index))
                    && let Some(old) = report.uploads.get_mut(at)
                {
                    *old = (*result).clone();
                }
                let causes = result.causes.clone();
                set_stage(view, job, index, UploadStage::Ended { result, causes });
            }
            DeliveryEvent::Delivered(report) => {
                // Uploads that never began tell nothing of themselves.
                for (upload, result) in view.uploads.iter_mut().zip(&report.uploads) {
                    if !matches!(upload.stage, UploadStage::Ended { .. }) {
                        upload.stage = UploadStage::Ended { result: Box::new(result.clone()), causes: Vec::new() };
                    }
                }
                view.report = Some(*report);
            }
        }
    }

    /// Notes the number in the history of a job's create request.
    pub(super) fn on_recorded(&mut self, job: JobId, id: i64) {
        let all = self.state.sessions.values_mut().flat_map(|session| session.deliveries.iter_mut());
        for view in all.filter(|view| view.job == job) {
            view.kept = Some(id);
        }
    }

    /// Reads the counters of running uploads; tells whether anything is under way.
    pub(in crate::ui) fn sample_uploads(&mut self, now: Instant) -> bool {
        let mut busy = false;
        for view in self.state.sessions.values_mut().flat_map(|session| session.deliveries.iter_mut()) {
            busy |= !view.is_over();
            for upload in view.uploads.iter_mut().filter(|upload| matches!(upload.stage, UploadStage::Running)) {
                if let Some(progress) = self.jobs.upload_progress(upload.job.0, upload.job.1) {
                    upload.pace.sample(now, progress.sent());
                }
            }
        }
        busy
    }
}

fn jobs_of(view: &DeliveryView) -> Vec<JobId> {
    let mut jobs = vec![view.job];
    jobs.extend(view.uploads.iter().map(|upload| upload.job.0));
    jobs.dedup();
    jobs
}

fn set_stage(view: &mut DeliveryView, job: JobId, index: usize, stage: UploadStage) {
    if let Some(upload) = view.uploads.iter_mut().find(|upload| upload.job == (job, index)) {
        upload.stage = stage;
    }
}
