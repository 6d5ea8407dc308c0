//! What is ordered: a ticket with its files, or one file.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::model::attachment::AttachmentEndpoint;
use crate::model::draft::Attachment;
use crate::model::secrets::collect::holds_secret;
use crate::model::secrets::mask::mask_url;
use crate::model::{Address, Endpoint, Network, Profile, Request, Secret};
use crate::transport::Progress;

use super::intent::{Intent, Purpose};
use super::record::Origin;

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

impl Delivery {
    /// What is about to be sent.
    pub fn intent(&self, purpose: Purpose) -> Intent<'_> {
        Intent {
            purpose,
            url: &self.request.url,
            profile: &self.profile,
            profile_id: &self.origin.profile_id,
            fingerprint: self.origin.fingerprint,
        }
    }

    /// What is about to be sent with one file.
    pub fn upload_intent<'a>(&'a self, order: &'a UploadOrder) -> Intent<'a> {
        Intent { url: &order.endpoint, fingerprint: None, ..self.intent(Purpose::Upload) }
    }

    /// The order that sends an attachment to the endpoint that the answer names for its element.
    pub fn upload_order(&self, attachment: &Attachment, endpoints: &[AttachmentEndpoint]) -> Result<UploadOrder, String> {
        let endpoint = endpoint_for(attachment, endpoints)?;
        if endpoint.is_elsewhere {
            let there = Address::parse(&endpoint.completed).origin();
            return Err(format!(
                "the answer names an endpoint at {there}, which is not where the ticket was created, so nothing was sent there. If it is \
                 trusted, upload the file by itself; no secret goes along"
            ));
        }
        self.order_agreed(attachment, endpoint)
    }

    /// The order that sends an attachment to an endpoint after the user has agreed to it. Elsewhere than where the ticket was created no
    /// secret goes along.
    pub fn order_agreed(&self, attachment: &Attachment, endpoint: &AttachmentEndpoint) -> Result<UploadOrder, String> {
        if has_key_elsewhere(endpoint, &self.sent_to.api_key) {
            return Err("the endpoint is elsewhere and has a key in it, so nothing is sent there".to_owned());
        }
        let parameter = attachment.parameter.as_str();
        let part_name = self.profile.file_element(parameter).map_or(parameter, |element| element.part_name());
        let asked = Profile { base_url: self.sent_to.base_url.clone(), ..self.profile.clone() };
        Ok(UploadOrder {
            endpoint: endpoint.completed.clone(),
            part_name: part_name.to_owned(),
            attachment: attachment.clone(),
            extra_headers: asked.headers_for(&endpoint.completed),
            network: self.network.clone(),
        })
    }
}

/// Whether an endpoint is elsewhere than where the ticket was created, and has the key in it.
pub(super) fn has_key_elsewhere(endpoint: &AttachmentEndpoint, api_key: &Secret) -> bool {
    endpoint.is_elsewhere && holds_secret("", &endpoint.completed, api_key)
}

/// The endpoint that an answer names for an attachment's element.
///
/// # Errors
/// When it names none; the text says so.
pub fn endpoint_for<'a>(attachment: &Attachment, endpoints: &'a [AttachmentEndpoint]) -> Result<&'a AttachmentEndpoint, String> {
    let parameter = attachment.parameter.as_str();
    let found = endpoints.iter().find(|endpoint| endpoint.parameter.as_deref() == Some(parameter));
    found.ok_or_else(|| format!("the answer names no attachment endpoint for \"{parameter}\""))
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use super::*;
    use crate::model::attachment;

    #[test]
    fn an_endpoint_elsewhere_gets_no_file_by_itself_and_never_a_secret() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let profile = Profile {
            base_url: "https://acme.example".into(),
            project_key: "p".into(),
            source_key: "s".into(),
            api_key: Secret::new("k3y-of-acme"),
            extra_headers: vec![header("Authorization", "t"), header("X-Trace", "1")],
            ..Profile::default()
        };
        let sent_to = profile.endpoint();
        let delivery = Delivery {
            request: Request::default(),
            sent_to: sent_to.clone(),
            profile,
            attachments: Vec::new(),
            network: Network::default(),
            uploads_at_once: 1,
            origin: Origin::default(),
        };
        let file = Attachment { parameter: "log".into(), path: "a.log".into(), ..Attachment::default() };
        let path = "/api/v1/projects//feedback/s/1/files/log";
        for (returned, by_itself, agreed) in [
            (format!("https://acme.example{path}"), Ok(2), Ok(2)),
            (path.to_owned(), Ok(2), Ok(2)),
            (format!("http://acme.example{path}"), Err(()), Ok(1)),
            (format!("https://acme.example:8443{path}"), Err(()), Ok(1)),
            // What stands before the @ is a login, and so a secret.
            (format!("https://acme.example@evil.example{path}"), Err(()), Err(())),
            (format!("https://evil.example{path}?apiKey=k3y-of-acme"), Err(()), Err(())),
            (format!("https://evil.example{path}?x=k3y%2Dof%2Dacme"), Err(()), Err(())),
        ] {
            let (completed, completions, is_elsewhere) = attachment::complete(&returned, &sent_to);
            let parameter = Some("log".to_owned());
            let endpoint = AttachmentEndpoint {
                pointer: String::new(),
                parameter,
                returned: returned.clone(),
                completed,
                completions,
                is_elsewhere,
            };
            let headers = |order: Result<UploadOrder, String>| {
                let order = order.map_err(drop)?;
                assert!(!is_elsewhere || !order.endpoint.contains("k3y"), "{returned}");
                Ok(order.extra_headers.len())
            };
            let endpoints = std::slice::from_ref(&endpoint);
            assert_eq!(headers(delivery.upload_order(&file, endpoints)), by_itself, "{returned}");
            assert_eq!(headers(delivery.order_agreed(&file, &endpoint)), agreed, "{returned}");
        }
    }
}
