//! How much of what is being sent went out.

use crate::jobs::Jobs;
use crate::ui::pages::compose::state::Session;
use crate::ui::pages::response::state::UploadStage;

/// The bytes of the create request and of all files of the delivery that is under way: those that went out, and all.
pub(in crate::ui) fn of(session: &Session, jobs: &Jobs) -> (u64, u64) {
    let Some(view) = session.sending() else { return (0, 0) };
    let (mut sent, mut total) = (0, 0);
    if let Some(progress) = jobs.create_progress(view.job) {
        sent += progress.sent();
        total += progress.total();
    }
    for upload in &view.uploads {
        match &upload.stage {
            UploadStage::Waiting => total += upload.attachment.picked_size.unwrap_or(0),
            UploadStage::Running => {
                if let Some(progress) = jobs.upload_progress(upload.job.0, upload.job.1) {
                    sent += progress.sent();
                    total += progress.total();
                }
            }
            UploadStage::Ended { result, .. } => {
                sent += result.size.unwrap_or(0);
                total += result.size.unwrap_or(0);
            }
        }
    }
    (sent, total)
}
