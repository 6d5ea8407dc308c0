//! "Create ticket and attach": the create request, the attachment endpoints that come back, and a file to each.

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::StreamExt as _;
use tokio_util::sync::CancellationToken;

use crate::model::attachment::{self, AttachmentEndpoint};
use crate::model::draft::Attachment;
use crate::model::exchange::Step;
use crate::model::multipart::{FileRef, Multipart, Part, PartContent, SendContent};
use crate::model::secrets::mask::mask_url;
use crate::model::{Address, Answer, Endpoint, Exchange, Network, Profile, Request};
use crate::transport::{self, Progress, SendError};

use super::record::{self, Origin};

/// What [`SendError::Cancelled`] says, and a file that was stopped before it began.
const CANCELLED: &str = "cancelled";

/// A ticket to create and the files to attach to it.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The create request.
    pub request: Request,
    /// The endpoint that the request goes to, from which returned endpoints are completed.
    pub sent_to: Endpoint,
    /// The profile, for its file elements and extra headers.
    pub profile: Profile,
    /// The files.
    pub attachments: Vec<Attachment>,
    /// How to reach the server.
    pub network: Network,
    /// How many files go at once.
    pub uploads_at_once: usize,
    /// Where it comes from, for the history.
    pub origin: Origin,
}

/// A file to send to one attachment endpoint.
#[derive(Clone)]
pub struct UploadOrder {
    /// The completed endpoint, with the API key in clear.
    pub endpoint: String,
    /// The form-data name that the file is sent under.
    pub part_name: String,
    /// The file.
    pub attachment: Attachment,
    /// Headers sent besides.
    pub extra_headers: Vec<(String, String)>,
    /// How to reach the server.
    pub network: Network,
}

impl std::fmt::Debug for UploadOrder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UploadOrder")
            .field("endpoint", &mask_url(&self.endpoint))
            .field("part_name", &self.part_name)
            .field("attachment", &self.attachment)
            .finish_non_exhaustive()
    }
}

/// The counters and switches of a delivery: one for the create request, one for each attachment.
#[derive(Clone, Debug)]
pub struct DeliveryProgress {
    /// The create request's.
    pub create: Arc<Progress>,
    /// The files', in the order of the attachments.
    pub uploads: Vec<Arc<Progress>>,
    /// Switches that stop one file each.
    pub stops: Vec<CancellationToken>,
}

impl DeliveryProgress {
    /// Counters at zero for a delivery of so many files.
    pub fn new(files: usize) -> Self {
        Self {
            create: Arc::default(),
            uploads: (0..files).map(|_| Arc::default()).collect(),
            stops: (0..files).map(|_| CancellationToken::new()).collect(),
        }
    }
}

/// What happens during a delivery, in order.
#[derive(Clone, Debug)]
pub enum Event {
    /// The create request's exchange is over.
    CreateSent(Box<Exchange>),
    /// The create request was stopped; this is what is known of it.
    CreateCancelled(Box<Exchange>),
    /// The attachment endpoints that the answer names.
    Endpoints(Vec<AttachmentEndpoint>),
    /// A file's upload begins.
    UploadStarted {
        /// Which attachment.
        index: usize,
    },
    /// A file's upload is over, well or not.
    UploadEnded {
        /// Which attachment.
        index: usize,
        /// What came of it.
        result: Box<UploadResult>,
    },
}

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
    /// Whether the file arrived.
    pub fn is_success(&self) -> bool {
        matches!(&self.outcome, UploadOutcome::Answered(exchange) if exchange.is_success())
    }

    /// Why it did not arrive, in a few words.
    pub fn trouble(&self) -> Option<String> {
        match &self.outcome {
            UploadOutcome::NotSent(reason) => Some(reason.clone()),
            UploadOutcome::Answered(exchange) => match (exchange.answer(), exchange.failure()) {
                (Some(answer), _) if answer.is_success() => None,
                (Some(answer), _) => Some(format!("{} {}", answer.status, crate::model::exchange::status_name(answer.status))),
                (None, failure) => failure.map(|failure| failure.message.clone()),
            },
        }
    }
}

/// What came of a delivery.
#[derive(Clone, Debug)]
pub struct Report {
    /// The create request's exchange, or why it was not sent.
    pub create: Result<Exchange, String>,
    /// The ticket's id, if the answer names one.
    pub ticket: Option<String>,
    /// The attachment endpoints that the answer names.
    pub endpoints: Vec<AttachmentEndpoint>,
    /// The files, in the order of the attachments.
    pub uploads: Vec<UploadResult>,
}

impl Report {
    /// Whether the ticket was created and every file arrived.
    pub fn is_success(&self) -> bool {
        self.create.as_ref().is_ok_and(Exchange::is_success) && self.uploads.iter().all(UploadResult::is_success)
    }

    /// The whole in one sentence, as in "Ticket 4711 created; 2 of 3 files attached, crash.dmp failed: 413 Content Too Large".
    pub fn summary(&self) -> String {
        let create = match &self.create {
            Err(reason) if reason == CANCELLED => {
                return "Cancelled; if the request had gone out by then, the ticket may exist all the same".to_owned();
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
        if !answer.is_success() {
            let name = crate::model::exchange::status_name(answer.status);
            return format!("No ticket created: {} {name}", answer.status);
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

/// Creates the ticket and attaches the files. Each step is told to `on_event` as it happens.
pub async fn deliver(
    delivery: Delivery,
    progress: &DeliveryProgress,
    cancel: &CancellationToken,
    on_event: impl Fn(Event),
) -> Report {
    let started_at = jiff::Timestamp::now();
    let create = transport::send(&delivery.request, &delivery.network, &progress.create, cancel).await;
    let create = match create {
        Ok(exchange) => exchange,
        Err(error) => {
            if matches!(error, SendError::Cancelled) {
                on_event(Event::CreateCancelled(Box::new(record::cancelled(&delivery.request, started_at))));
            }
            let uploads = not_sent(&delivery.attachments, "the ticket was not created");
            return Report { create: Err(error.to_string()), ticket: None, endpoints: Vec::new(), uploads };
        }
    };
    on_event(Event::CreateSent(Box::new(create.clone())));
    let Some(answer) = create.answer().filter(|answer| answer.is_success()) else {
        let uploads = not_sent(&delivery.attachments, "the ticket was not created");
        return Report { create: Ok(create), ticket: None, endpoints: Vec::new(), uploads };
    };
    let (ticket, endpoints) = read_answer(answer, &delivery).await;
    on_event(Event::Endpoints(endpoints.clone()));
    let uploads = upload_all(&delivery, &endpoints, progress, cancel, &on_event).await;
    Report { create: Ok(create), ticket, endpoints, uploads }
}

/// Sends one file to one endpoint.
pub async fn upload(order: UploadOrder, progress: &Progress, cancel: &CancellationToken) -> UploadResult {
    let attachment = &order.attachment;
    let mut result = blank_result(attachment, UploadOutcome::NotSent(String::new()));
    result.endpoint = Some(order.endpoint.clone());
    let file = match file_ref(attachment).await {
        Ok(file) => file,
        Err(reason) => {
            result.outcome = UploadOutcome::NotSent(reason);
            return result;
        }
    };
    result.size = Some(file.size);
    let request = upload_request(&order, file);
    result.outcome = match transport::send(&request, &order.network, progress, cancel).await {
        Ok(exchange) => {
            result.sha256 =
                exchange.sent.parts.as_ref().and_then(|parts| parts.first()).and_then(|part| part.content.sha256.clone());
            UploadOutcome::Answered(Box::new(exchange))
        }
        Err(SendError::Cancelled) => UploadOutcome::NotSent(CANCELLED.to_owned()),
        Err(error) => UploadOutcome::NotSent(error.to_string()),
    };
    result
}

/// A body of these parts, with a boundary of its own.
pub(super) fn multipart(parts: Vec<Part<SendContent>>) -> Multipart {
    let mut random = [0; 12];
    // The boundary only has to differ from the content; without randomness the zeros do as well.
    let _ = getrandom::fill(&mut random);
    Multipart::new(random, parts)
}

/// The request that sends a file to an attachment endpoint.
pub fn upload_request(order: &UploadOrder, file: FileRef) -> Request {
    let part = Part {
        name: order.part_name.clone(),
        filename: Some(order.attachment.filename()),
        content_type: Some(order.attachment.content_type()),
        headers: Vec::new(),
        content: PartContent::File(file),
    };
    Request::post_multipart(order.endpoint.clone(), multipart(vec![part]), &order.extra_headers)
}

async fn file_ref(attachment: &Attachment) -> Result<FileRef, String> {
    let path = attachment.path.clone();
    if let Some(size) = attachment.picked_size {
        return Ok(FileRef { path, size, modified: attachment.picked_modified });
    }
    match tokio::fs::metadata(&path).await {
        Ok(found) => Ok(FileRef { path, size: found.len(), modified: found.modified().ok() }),
        Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
    }
}

async fn read_answer(answer: &Answer, delivery: &Delivery) -> (Option<String>, Vec<AttachmentEndpoint>) {
    let (answer, sent_to, profile) = (answer.clone(), delivery.sent_to.clone(), delivery.profile.clone());
    let read = move || {
        let Ok(json) = serde_json::from_str::<serde_json::Value>(answer.text().trim_start_matches('\u{feff}')) else {
            return (None, Vec::new());
        };
        (attachment::ticket_id(&json), attachment::find(&json, &sent_to, Some(&profile)))
    };
    // An answer can be large, and this thread serves every job.
    tokio::task::spawn_blocking(read).await.unwrap_or_default()
}

async fn upload_all(
    delivery: &Delivery,
    endpoints: &[AttachmentEndpoint],
    progress: &DeliveryProgress,
    cancel: &CancellationToken,
    on_event: &impl Fn(Event),
) -> Vec<UploadResult> {
    let uploads = (0..delivery.attachments.len()).map(|index| async move {
        let attachment = &delivery.attachments[index];
        let stop = &progress.stops[index];
        let result = match order_for(attachment, endpoints, delivery) {
            Err(reason) => blank_result(attachment, UploadOutcome::NotSent(reason)),
            Ok(_) if cancel.is_cancelled() || stop.is_cancelled() => {
                blank_result(attachment, UploadOutcome::NotSent(CANCELLED.to_owned()))
            }
            Ok(order) => {
                on_event(Event::UploadStarted { index });
                let sending = upload(order, &progress.uploads[index], stop);
                tokio::pin!(sending);
                tokio::select! {
                    result = &mut sending => result,
                    () = cancel.cancelled() => {
                        stop.cancel();
                        sending.await
                    }
                }
            }
        };
        on_event(Event::UploadEnded { index, result: Box::new(result.clone()) });
        (index, result)
    });
    let mut results: Vec<_> =
        futures_util::stream::iter(uploads).buffer_unordered(delivery.uploads_at_once.max(1)).collect().await;
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The order that sends an attachment to the endpoint that the answer names for its element.
pub fn order_for(attachment: &Attachment, endpoints: &[AttachmentEndpoint], delivery: &Delivery) -> Result<UploadOrder, String> {
    let parameter = attachment.parameter.as_str();
    let Some(endpoint) = endpoints.iter().find(|endpoint| endpoint.parameter.as_deref() == Some(parameter)) else {
        return Err(format!("the answer names no attachment endpoint for \"{parameter}\""));
    };
    if endpoint.foreign_host {
        let address = Address::parse(&endpoint.completed);
        return Err(format!(
            "the answer names another host, {}, and the API key is not sent there; upload to it by hand if it is trusted",
            address.raw(&address.authority)
        ));
    }
    let part_name = delivery.profile.file_element(parameter).map_or(parameter, |element| element.part_name());
    Ok(UploadOrder {
        endpoint: endpoint.completed.clone(),
        part_name: part_name.to_owned(),
        attachment: attachment.clone(),
        extra_headers: delivery.profile.extra_headers.clone(),
        network: delivery.network.clone(),
    })
}

fn not_sent(attachments: &[Attachment], reason: &str) -> Vec<UploadResult> {
    attachments.iter().map(|attachment| blank_result(attachment, UploadOutcome::NotSent(reason.to_owned()))).collect()
}

fn blank_result(attachment: &Attachment, outcome: UploadOutcome) -> UploadResult {
    UploadResult {
        parameter: attachment.parameter.clone(),
        path: attachment.path.clone(),
        filename: attachment.filename(),
        size: attachment.picked_size,
        sha256: None,
        endpoint: None,
        outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exchange::{FailureKind, NetworkFailure, Outcome, Timings};
    use crate::model::request_record::RequestRecord;

    fn exchange(outcome: Outcome) -> Exchange {
        Exchange {
            sent: RequestRecord::default(),
            outcome,
            timings: Timings::default(),
            body_bytes_sent: 0,
            started_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    fn answered(status: u16) -> Exchange {
        exchange(Outcome::Answer(Answer { status, ..Answer::default() }))
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
        blank_result(&Attachment { path: name.into(), ..Attachment::default() }, outcome)
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
                "Cancelled; if the request had gone out by then, the ticket may exist all the same",
            ),
        ] {
            let report = Report { create, ticket: Some("4711".into()), endpoints: vec![], uploads };
            assert_eq!(report.summary(), expected);
        }
    }
}
