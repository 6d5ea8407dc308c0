//! What is ordered: a ticket with its files, or one file.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::model::attachment::AttachmentEndpoint;
use crate::model::draft::Attachment;
use crate::model::secrets::mask::mask_url;
use crate::model::{Address, Endpoint, Network, Profile, Request};
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

    /// The order that sends an attachment to the endpoint that the answer names for its element.
    pub fn upload_order(&self, attachment: &Attachment, endpoints: &[AttachmentEndpoint]) -> Result<UploadOrder, String> {
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
        let part_name = self.profile.file_element(parameter).map_or(parameter, |element| element.part_name());
        Ok(UploadOrder {
            endpoint: endpoint.completed.clone(),
            part_name: part_name.to_owned(),
            attachment: attachment.clone(),
            extra_headers: self.profile.extra_headers.clone(),
            network: self.network.clone(),
        })
    }
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
