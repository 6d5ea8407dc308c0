//! What a delivery tells while it is under way, and what is done with its uploads.

use std::path::PathBuf;
use std::time::Instant;

use eframe::egui::Context;

use crate::jobs::JobId;
use crate::model::draft::Attachment;
use crate::service::deliver::DeliveryEvent;
use crate::service::order::endpoint_for;
use crate::service::report::UploadResult;
use crate::ui::app::App;
use crate::ui::command::Command;
use crate::ui::pages::compose::refresh::keep_possible_fixes;
use crate::ui::pages::compose::state::Waiting;
use crate::ui::pages::response::command::ResponseCommand;
use crate::ui::pages::response::state::{DeliveryView, Judged, UploadStage, UploadView};
use crate::ui::title::Ended;
use crate::ui::toasts::NoteKind;

impl App {
    pub(in crate::ui) fn response_command(&mut self, ctx: &Context, command: ResponseCommand) {
        match command {
            ResponseCommand::CancelUpload { index } => self.cancel_upload(index),
            ResponseCommand::RetryUpload { index } => self.retry_upload(index),
            ResponseCommand::PickMore { parameter } => {
                let title = format!("Attach to {parameter}");
                let done = move |paths| Command::Response(ResponseCommand::AttachMore { parameter, paths });
                self.dialogs.pick_files(ctx, &title, None, done);
            }
            ResponseCommand::AttachMore { parameter, paths } => self.attach_more(&parameter, paths),
            ResponseCommand::Show(index) => self.with_session(|session| session.shown = Some(index)),
            ResponseCommand::PickBodyPlace { file_name, body } => self.pick_body_place(ctx, &file_name, body),
            ResponseCommand::SaveBody { path, body } => self.save_body(path, body),
        }
    }

    pub(in crate::ui) fn cancel_upload(&mut self, index: usize) {
        let job = self.state.open().and_then(|(_, session)| Some(session.shown_delivery()?.uploads.get(index)?.job));
        if let Some((job, index)) = job {
            self.jobs.cancel_upload(job, index);
        }
    }

    /// Sends a file again, to the ticket that exists already. It asks first where the endpoint is elsewhere than the ticket.
    pub(in crate::ui) fn retry_upload(&mut self, index: usize) {
        let Some((_, session)) = self.state.open() else { return };
        let Some(view) = session.shown_delivery() else { return };
        let Some(upload) = view.uploads.get(index) else { return };
        // The file is looked at anew: that it changed may be why it failed.
        let attachment = Attachment { picked_size: None, picked_modified: None, ..upload.attachment.clone() };
        self.order_upload(index, &attachment);
    }

    /// Sends a file to the ticket of the shown delivery, once everything is confirmed that has to be.
    fn order_upload(&mut self, index: usize, attachment: &Attachment) {
        let Some(id) = self.state.draft_id() else { return };
        let Some(view) = self.state.open().and_then(|(_, session)| session.shown_delivery()) else { return };
        if view.is_upload {
            return self.send_to_shown(vec![attachment.clone()]);
        }
        let endpoint = endpoint_for(attachment, &view.endpoints);
        match endpoint.and_then(|endpoint| view.delivery.order_agreed(attachment, endpoint)) {
            Ok(order) => {
                let sent = (view.delivery.clone(), order);
                self.with_due(
                    sent,
                    |(delivery, order)| delivery.upload_intent(order),
                    move |app, (_, order), due| app.ask_next(&id, Waiting::Upload(index, Box::new(order)), due),
                );
            }
            Err(reason) => self.state.note(NoteKind::Problem, format!("Uploading {}: {reason}", attachment.filename()), None),
        }
    }

    /// Sends files where the file of the shown delivery went, to a ticket that existed before.
    fn send_to_shown(&mut self, files: Vec<Attachment>) {
        let Some(id) = self.state.draft_id() else { return };
        let Some(view) = self.state.open().and_then(|(_, session)| session.shown_delivery()) else { return };
        if let Some(endpoint) = view.endpoints.first().cloned() {
            let delivery = view.delivery.clone();
            self.send_files(id, delivery, endpoint, files);
        }
    }

    /// Sends more files to the ticket of the shown delivery. It asks first where the endpoint is elsewhere than the ticket.
    fn attach_more(&mut self, parameter: &str, paths: Vec<PathBuf>) {
        let file = |path| Attachment { parameter: parameter.to_owned(), path, ..Attachment::default() };
        let shown = self.state.open().and_then(|(_, session)| session.shown_delivery());
        if shown.is_some_and(|view| view.is_upload) {
            return self.send_to_shown(paths.into_iter().map(file).collect());
        }
        for path in paths {
            let Some((_, session)) = self.state.open() else { return };
            if session.question.is_some() {
                let text = "Answer the question first, then attach the other files";
                return self.state.note(NoteKind::Info, text, None);
            }
            let Some(view) = session.shown_delivery() else { return };
            let index = view.uploads.len();
            self.order_upload(index, &file(path));
        }
    }

    /// Takes in what a delivery tells; returns what came of it once it is over.
    pub(in crate::ui) fn on_delivery_event(&mut self, job: JobId, event: DeliveryEvent) -> Option<Ended> {
        let mut all = self.state.sessions_mut().flat_map(|session| session.deliveries.iter_mut());
        // A delivery that was dropped since has nobody waiting for it.
        let view = all.find(|view| view.job == job || view.uploads.iter().any(|upload| upload.job.0 == job))?;
        view.summary.take();
        match event {
            DeliveryEvent::Created { exchange, causes } => {
                view.exchange = Some(Judged::of(*exchange, Some(&view.delivery.profile)));
                view.causes = causes;
                keep_possible_fixes(&mut view.causes, &view.delivery.profile);
            }
            DeliveryEvent::Endpoints(endpoints) => view.endpoints = endpoints,
            DeliveryEvent::UploadStarted(index) => set_stage(view, job, index, UploadStage::Running),
            DeliveryEvent::UploadEnded { index, result } => {
                if view.is_upload {
                    view.exchange = result.exchange().cloned().map(Into::into);
                    view.causes.clone_from(&result.causes);
                    // Fixes change the form, which this did not come from.
                    view.causes.iter_mut().for_each(|cause| cause.fixes.clear());
                }
                let causes = result.causes.clone();
                set_stage(view, job, index, UploadStage::ended(result, causes));
                if let Some(report) = &mut view.report {
                    report.uploads = view.uploads.iter().filter_map(result_of).cloned().collect();
                }
            }
            DeliveryEvent::Delivered(report) => {
                // Uploads that never began tell nothing of themselves.
                for (upload, result) in view.uploads.iter_mut().zip(&report.uploads) {
                    if !matches!(upload.stage, UploadStage::Ended { .. }) {
                        upload.stage = UploadStage::ended(Box::new(result.clone()), Vec::new());
                    }
                }
                view.report = Some(*report);
            }
        }
        Ended::of(view)
    }

    /// Notes the number in the history of a job's create request.
    pub(in crate::ui) fn on_recorded(&mut self, job: JobId, id: i64) {
        for session in self.state.sessions_mut() {
            if let Some(view) = session.deliveries.iter_mut().find(|view| view.job == job) {
                view.kept = Some(id);
                session.sent = Some(id);
                session.unsaved_since.get_or_insert_with(Instant::now);
            }
        }
    }

    /// Reads the counters of running uploads; tells whether anything is under way.
    pub(in crate::ui) fn sample_uploads(&mut self, now: Instant) -> bool {
        let mut busy = false;
        for view in self.state.sessions_mut().flat_map(|session| session.deliveries.iter_mut()) {
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

fn result_of(upload: &UploadView) -> Option<&UploadResult> {
    if let UploadStage::Ended { result, .. } = &upload.stage { Some(result) } else { None }
}

fn set_stage(view: &mut DeliveryView, job: JobId, index: usize, stage: UploadStage) {
    if let Some(upload) = view.uploads.iter_mut().find(|upload| upload.job == (job, index)) {
        upload.stage = stage;
    }
}
