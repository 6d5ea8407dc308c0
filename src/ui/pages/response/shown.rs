//! What the response panel draws: something that is being sent, or an exchange that is over.

use std::time::Instant;

use crate::diagnosis::Cause;
use crate::jobs::JobId;
use crate::model::attachment::AttachmentEndpoint;
use crate::model::history::HistoryRow;
use crate::model::secrets::collect::{secrets_in_headers, secrets_in_url};
use crate::model::{Endpoint, Request};
use crate::service::report::UploadOutcome;
use crate::store::ProfileId;
use crate::ui::pages::response::state::{DeliveryView, Judged, UploadStage, UploadView};

/// What the response panel draws.
pub struct Shown<'a> {
    /// What tells it from others: its job, or its number in the history.
    pub key: (JobId, i64),
    /// Whether it is a file for a ticket that existed before. Then the exchange is the file's, and no ticket comes of it.
    pub is_upload: bool,
    /// The profile with which a file is added to the ticket, if that is offered.
    pub adds_with: Option<&'a ProfileId>,
    /// The request as it goes out.
    pub planned: Option<&'a Request>,
    /// The endpoint that it goes to.
    pub sent_to: Option<&'a Endpoint>,
    /// When it was started, while it is under way.
    pub started: Option<Instant>,
    /// The create request's exchange, once it is over.
    pub exchange: Option<&'a Judged>,
    /// Why nothing was sent.
    pub not_sent: Option<&'a str>,
    /// The ticket's number, once that is known.
    pub ticket: Option<&'a str>,
    /// What became of ticket and files, once that is known.
    pub summary: Option<String>,
    /// Its causes, best first.
    pub causes: &'a [Cause],
    /// Problems that were known when it was sent anyway.
    pub overridden: &'a [Cause],
    /// The attachment endpoints that the answer named.
    pub endpoints: &'a [AttachmentEndpoint],
    /// The files.
    pub uploads: &'a [UploadView],
    /// How many files were picked for it, where only the history tells of them.
    pub files: usize,
    /// What the history has of the same delivery besides it, oldest first.
    pub others: &'a [HistoryRow],
    /// Whether nothing more will happen to it by itself.
    pub is_over: bool,
}

impl<'a> Shown<'a> {
    /// A delivery of this session.
    pub fn of(view: &'a DeliveryView) -> Self {
        let created = view.exchange.as_ref().is_some_and(Judged::is_accepted);
        let report = view.report.as_ref();
        Self {
            key: (view.job, 0),
            is_upload: view.is_upload,
            // More files go to the ticket of this session from its own page.
            adds_with: None,
            planned: Some(&view.delivery.request),
            sent_to: Some(&view.delivery.sent_to),
            started: Some(view.started),
            exchange: view.exchange.as_ref(),
            not_sent: report.and_then(|report| report.create.as_ref().err()).map(String::as_str).or_else(|| file_not_sent(view)),
            ticket: report.and_then(|report| report.ticket.as_deref()),
            summary: view.summary().filter(|_| view.is_over() && (created || !view.uploads.is_empty())).map(str::to_owned),
            causes: &view.causes,
            overridden: &view.overridden,
            endpoints: &view.endpoints,
            uploads: &view.uploads,
            files: 0,
            others: &[],
            is_over: view.is_over(),
        }
    }

    /// What must not be shown of it.
    pub(in crate::ui) fn secrets(&self) -> Vec<String> {
        let mut secrets = match (self.exchange, self.planned) {
            (Some(exchange), _) => exchange.secrets().to_vec(),
            (None, Some(request)) => secrets_of(&request.url, &request.headers),
            (None, None) => Vec::new(),
        };
        // The key of the endpoint is a secret even where the request was made to carry another.
        secrets.extend(self.sent_to.map(|endpoint| endpoint.api_key.reveal().to_owned()).filter(|key| !key.is_empty()));
        secrets
    }
}

/// Why the file for a ticket that existed before was not sent.
fn file_not_sent(view: &DeliveryView) -> Option<&str> {
    let upload = view.uploads.first().filter(|_| view.is_upload)?;
    let UploadStage::Ended { result, .. } = &upload.stage else { return None };
    if let UploadOutcome::NotSent(reason) = &result.outcome { Some(reason) } else { None }
}

/// What must not be shown of what is about to be sent: the API key and the values of secret headers.
fn secrets_of(url: &str, headers: &[(String, String)]) -> Vec<String> {
    let mut secrets = secrets_in_headers(headers);
    secrets.extend(secrets_in_url(url));
    secrets.iter().map(|secret| secret.reveal().to_owned()).collect()
}
