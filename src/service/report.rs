//! What came of a delivery and of each of its files.

use std::path::PathBuf;

use crate::diagnosis::Cause;
use crate::model::attachment::AttachmentEndpoint;
use crate::model::draft::Attachment;
use crate::model::exchange::Step;
use crate::model::secrets::mask::mask_url;
use crate::model::{Answer, Exchange, Judgement};

/// The reason of a request that was stopped, and of a file that was stopped before it began.
pub(super) const CANCELLED: &str = "cancelled";

/// What came of a file. `Debug` masks its secrets.
#[derive(Clone)]
pub struct UploadResult {
    /// The file element's parameter.
    pub parameter: String,
    /// The file.
    pub path: PathBuf,
    /// The name it was sent under.
    pub filename: String,
    /// Its length in bytes, if it could be looked at.
    pub size: Option<u64>,
    /// SHA-256 of what was sent, if all of it was.
    pub sha256: Option<String>,
    /// The completed endpoint, with the API key in clear; mask it before it goes anywhere.
    pub endpoint: Option<String>,
    /// How it ended.
    pub outcome: UploadOutcome,
    /// The causes of its outcome, best first.
    pub causes: Vec<Cause>,
}

impl std::fmt::Debug for UploadResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UploadResult")
            .field("parameter", &self.parameter)
            .field("path", &self.path)
            .field("endpoint", &self.endpoint.as_deref().map(mask_url))
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// How an upload ended.
#[derive(Clone, Debug)]
pub enum UploadOutcome {
    /// There was an exchange, with an answer or a network failure.
    Answered(Box<Exchange>),
    /// Nothing, or not all, was sent; why, in a sentence without the API key.
    NotSent(String),
}

impl UploadResult {
    /// Of a file that was not sent.
    pub(super) fn blank(attachment: &Attachment, outcome: UploadOutcome) -> Self {
        Self {
            parameter: attachment.parameter.clone(),
            path: attachment.path.clone(),
            filename: attachment.filename(),
            size: attachment.picked_size,
            sha256: None,
            endpoint: None,
            outcome,
            causes: Vec::new(),
        }
    }

    /// Its exchange, unless nothing was sent.
    pub fn exchange(&self) -> Option<&Exchange> {
        match &self.outcome {
            UploadOutcome::Answered(exchange) => Some(exchange),
            UploadOutcome::NotSent(_) => None,
        }
    }

    /// Whether the file arrived.
    pub fn is_success(&self) -> bool {
        matches!(&self.outcome, UploadOutcome::Answered(exchange) if exchange.is_accepted())
    }

    /// Why it did not arrive, in a few words.
    pub fn trouble(&self) -> Option<String> {
        match &self.outcome {
            UploadOutcome::NotSent(reason) => Some(reason.clone()),
            UploadOutcome::Answered(exchange) => match (exchange.answer(), exchange.failure()) {
                (Some(_), _) if exchange.is_accepted() => None,
                (Some(answer), _) => Some(came(answer)),
                (None, failure) => failure.map(|failure| failure.message.clone()),
            },
        }
    }
}

/// The status, and what speaks against it if it is a success.
fn came(answer: &Answer) -> String {
    let status = crate::model::status::status_text(answer.status);
    answer.judgement().objection().map_or_else(|| status.clone(), |objection| format!("{status}, but {objection}"))
}

/// What came of a delivery.
#[derive(Clone, Debug)]
pub struct DeliveryReport {
    /// The create request's exchange, or why it was not sent.
    pub create: Result<Exchange, String>,
    /// The causes of its outcome, best first.
    pub causes: Vec<Cause>,
    /// The ticket's id, if the answer names one.
    pub ticket: Option<String>,
    /// The attachment endpoints that the answer names.
    pub endpoints: Vec<AttachmentEndpoint>,
    /// The files, in the order of the attachments.
    pub uploads: Vec<UploadResult>,
}

impl DeliveryReport {
    /// Whether the ticket was created and every file arrived.
    pub fn is_success(&self) -> bool {
        self.create.as_ref().is_ok_and(Exchange::is_accepted) && self.uploads.iter().all(UploadResult::is_success)
    }

    /// The whole in one sentence, as in "Ticket 4711 created; 2 of 3 files attached, crash.dmp failed: 413 Content Too Large".
    pub fn summary(&self) -> String {
        let create = match &self.create {
            Err(reason) if reason == CANCELLED => {
                return "Cancelled; if the request had gone out by then, the ticket may exist anyway".to_owned();
            }
            Err(reason) => return format!("Nothing was created: {reason}"),
            Ok(exchange) => exchange,
        };
        let Some(answer) = create.answer() else {
            let reason = create.failure().map_or("no answer", |failure| &failure.message);
            let step = create.failure().and_then(|failure| failure.step);
            if matches!(step, Some(Step::Resolve | Step::Connect | Step::Proxy | Step::Tls)) {
                return format!("Nothing was sent, so no ticket was created: {reason}");
            }
            return format!("No answer, so whether a ticket was created is not known: {reason}");
        };
        if answer.judgement() == Judgement::Unknown {
            return format!("It is not known whether a ticket came of it: {}", came(answer));
        }
        if !create.is_accepted() {
            return format!("No ticket created: {}", came(answer));
        }
        let ticket = self.ticket.as_ref().map_or_else(|| "Ticket created".to_owned(), |id| format!("Ticket {id} created"));
        if self.uploads.is_empty() {
            return ticket;
        }
        let arrived = self.uploads.iter().filter(|upload| upload.is_success()).count();
        let files = if self.uploads.len() == 1 { "file" } else { "files" };
        let mut sentence = format!("{ticket}; {arrived} of {} {files} attached", self.uploads.len());
        for upload in &self.uploads {
            if let Some(trouble) = upload.trouble() {
                sentence.push_str(&format!(", {} failed: {trouble}", upload.filename));
            }
        }
        sentence
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exchange::{FailureKind, NetworkFailure, Outcome, Timings};
    use crate::model::request_record::RequestRecord;
    use crate::transport::SendError;

    fn exchange(outcome: Outcome) -> Exchange {
        Exchange {
            sent: RequestRecord::default(),
            outcome: Some(outcome),
            timings: Timings::default(),
            body_bytes_sent: 0,
            started_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    fn answered(status: u16) -> Exchange {
        exchange(Outcome::Answer(Answer { status, body: r#"{"id": 4711}"#.into(), ..Answer::default() }))
    }

    fn failed(step: Step) -> Exchange {
        exchange(Outcome::Failure(NetworkFailure {
            kind: FailureKind::Other,
            message: "gone".into(),
            step: Some(step),
            peer: None,
        }))
    }

    fn file(name: &str, outcome: UploadOutcome) -> UploadResult {
        UploadResult::blank(&Attachment { path: name.into(), ..Attachment::default() }, outcome)
    }

    #[test]
    fn summaries_by_table() {
        let arrived = || UploadOutcome::Answered(Box::new(answered(201)));
        let refused = || UploadOutcome::Answered(Box::new(answered(413)));
        for (create, uploads, expected) in [
            (Ok(answered(201)), vec![], "Ticket 4711 created"),
            (Ok(answered(201)), vec![file("a.zip", arrived())], "Ticket 4711 created; 1 of 1 file attached"),
            (
                Ok(answered(201)),
                vec![file("a.zip", arrived()), file("crash.dmp", refused())],
                "Ticket 4711 created; 1 of 2 files attached, crash.dmp failed: 413 Content Too Large",
            ),
            (Ok(answered(404)), vec![], "No ticket created: 404 Not Found"),
            (Ok(failed(Step::Connect)), vec![], "Nothing was sent, so no ticket was created: gone"),
            (Ok(failed(Step::Wait)), vec![], "No answer, so whether a ticket was created is not known: gone"),
            (Err("no such file".to_owned()), vec![], "Nothing was created: no such file"),
            (
                Err(SendError::Cancelled.to_string()),
                vec![],
                "Cancelled; if the request had gone out by then, the ticket may exist anyway",
            ),
        ] {
            let report = DeliveryReport { create, causes: vec![], ticket: Some("4711".into()), endpoints: vec![], uploads };
            assert_eq!(report.summary(), expected);
        }
    }
}
