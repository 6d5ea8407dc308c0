//! "Create ticket and attach": the create request, the attachment endpoints that come back, and a file to each.

use futures_util::StreamExt as _;
use tokio_util::sync::CancellationToken;

use crate::diagnosis::Cause;
use crate::model::attachment::{self, AttachmentEndpoint};
use crate::model::draft::Attachment;
use crate::model::history::ExchangeKind;
use crate::model::json_text;
use crate::model::multipart::{FileRef, Multipart, Part, PartContent, SendContent};
use crate::model::{Answer, Endpoint, Exchange, Profile, Request};
use crate::transport::{Progress, SendError};

use super::kept::KeptRequest;
use super::order::{Delivery, DeliveryProgress, UploadOrder};
use super::record::Origin;
use super::recorder::Recorder;
use super::report::{CANCELLED, DeliveryReport, UploadOutcome, UploadResult};

/// What happens during a delivery, in order.
#[derive(Clone, Debug)]
pub enum DeliveryEvent {
    /// The create request's exchange is over.
    Created {
        /// The exchange.
        exchange: Box<Exchange>,
        /// Its causes, best first.
        causes: Vec<Cause>,
    },
    /// The attachment endpoints that the answer names.
    Endpoints(Vec<AttachmentEndpoint>),
    /// A file's upload begins; the index is that of the attachment, 0 for a single upload.
    UploadStarted(usize),
    /// A file's upload is over, well or not.
    UploadEnded {
        /// Which attachment, 0 for a single upload.
        index: usize,
        /// What came of it.
        result: Box<UploadResult>,
    },
    /// The delivery is over.
    Delivered(Box<DeliveryReport>),
}

/// Creates the ticket and attaches the files. Each exchange is explained and recorded, and told to `on_event` as it happens.
pub async fn deliver(
    delivery: Delivery,
    progress: &DeliveryProgress,
    cancel: &CancellationToken,
    recorder: &impl Recorder,
    on_event: impl Fn(DeliveryEvent),
) -> DeliveryReport {
    let Delivery { origin, profile, attachments, .. } = &delivery;
    let kept =
        KeptRequest { kind: ExchangeKind::Create, origin, profile: Some(profile), index: None, attachments: attachments.len() };
    let sent = kept.send(&delivery.request, &delivery.network, &progress.create, cancel, recorder).await;
    let (create, causes) = match sent {
        Ok(sent) => sent,
        Err(error) => return not_created(Err(error.to_string()), Vec::new(), attachments),
    };
    on_event(DeliveryEvent::Created { exchange: Box::new(create.clone()), causes: causes.clone() });
    attach(&delivery, create, causes, progress, cancel, recorder, on_event).await
}

/// Attaches the files to the ticket that an exchange created; the exchange is recorded already.
pub async fn attach(
    delivery: &Delivery,
    create: Exchange,
    causes: Vec<Cause>,
    progress: &DeliveryProgress,
    cancel: &CancellationToken,
    recorder: &impl Recorder,
    on_event: impl Fn(DeliveryEvent),
) -> DeliveryReport {
    let Some(answer) = create.answer().filter(|_| create.is_accepted()) else {
        return not_created(Ok(create), causes, &delivery.attachments);
    };
    let (ticket, endpoints) = read_answer(answer, delivery).await;
    on_event(DeliveryEvent::Endpoints(endpoints.clone()));
    let uploads = upload_all(delivery, &endpoints, progress, cancel, recorder, &on_event).await;
    DeliveryReport { create: Ok(create), causes, ticket, endpoints, uploads }
}

fn not_created(create: Result<Exchange, String>, causes: Vec<Cause>, attachments: &[Attachment]) -> DeliveryReport {
    let uploads = not_sent(attachments, "the ticket was not created");
    DeliveryReport { create, causes, ticket: None, endpoints: Vec::new(), uploads }
}

/// Sends one file to one endpoint, explains what came of it and records it under its index. `profile` is `None` where none is known.
pub async fn upload(
    order: UploadOrder,
    index: usize,
    origin: &Origin,
    profile: Option<&Profile>,
    progress: &Progress,
    cancel: &CancellationToken,
    recorder: &impl Recorder,
) -> UploadResult {
    let attachment = &order.attachment;
    let mut result = UploadResult::blank(attachment, UploadOutcome::NotSent(String::new()));
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
    let kept = KeptRequest { kind: ExchangeKind::Upload, origin, profile, index: Some(index), attachments: 1 };
    result.outcome = match kept.send(&request, &order.network, progress, cancel, recorder).await {
        Ok((exchange, causes)) => {
            result.sha256 =
                exchange.sent.parts.as_ref().and_then(|parts| parts.first()).and_then(|part| part.content.sha256.clone());
            result.causes = causes;
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
    /// A shorter one is read sooner than it is handed over.
    const LONG: usize = 64 << 10;
    if answer.body.len() < LONG {
        return ticket_in(answer, &delivery.sent_to, &delivery.profile);
    }
    let (answer, sent_to, profile) = (answer.clone(), delivery.sent_to.clone(), delivery.profile.clone());
    // This thread serves every job.
    tokio::task::spawn_blocking(move || ticket_in(&answer, &sent_to, &profile)).await.unwrap_or_default()
}

/// The ticket that an answer names, and the endpoints for its files.
fn ticket_in(answer: &Answer, sent_to: &Endpoint, profile: &Profile) -> (Option<String>, Vec<AttachmentEndpoint>) {
    let Ok(json) = json_text::read::<serde_json::Value>(&answer.text()) else { return (None, Vec::new()) };
    (attachment::ticket_id(&json), attachment::find(&json, sent_to, Some(profile)))
}

async fn upload_all(
    delivery: &Delivery,
    endpoints: &[AttachmentEndpoint],
    progress: &DeliveryProgress,
    cancel: &CancellationToken,
    recorder: &impl Recorder,
    on_event: &impl Fn(DeliveryEvent),
) -> Vec<UploadResult> {
    let uploads = (0..delivery.attachments.len()).map(|index| async move {
        let attachment = &delivery.attachments[index];
        let stop = &progress.stops[index];
        let result = match delivery.upload_order(attachment, endpoints) {
            Err(reason) => UploadResult::blank(attachment, UploadOutcome::NotSent(reason)),
            Ok(_) if cancel.is_cancelled() || stop.is_cancelled() => {
                UploadResult::blank(attachment, UploadOutcome::NotSent(CANCELLED.to_owned()))
            }
            Ok(order) => {
                on_event(DeliveryEvent::UploadStarted(index));
                let (origin, profile) = (&delivery.origin, Some(&delivery.profile));
                let sending = upload(order, index, origin, profile, &progress.uploads[index], stop, recorder);
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
        on_event(DeliveryEvent::UploadEnded { index, result: Box::new(result.clone()) });
        (index, result)
    });
    let mut results: Vec<_> =
        futures_util::stream::iter(uploads).buffer_unordered(delivery.uploads_at_once.max(1)).collect().await;
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn not_sent(attachments: &[Attachment], reason: &str) -> Vec<UploadResult> {
    attachments.iter().map(|attachment| UploadResult::blank(attachment, UploadOutcome::NotSent(reason.to_owned()))).collect()
}
