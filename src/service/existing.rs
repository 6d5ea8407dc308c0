//! A file for a ticket that exists already: which attachment endpoint was meant, whether it is one of the profile's source, and the order.
//! Nothing here creates a ticket.

use crate::model::address::Shape;
use crate::model::attachment::{self, AttachmentEndpoint};
use crate::model::draft::Attachment;
use crate::model::history::Fingerprint;
use crate::model::multipart::FileRef;
use crate::model::request_record::RequestRecord;
use crate::model::{Address, Endpoint, Profile, Secret};

use super::deliver::upload_request;
use super::intent::{Intent, Purpose};
use super::order::{Delivery, UploadOrder, has_key_elsewhere};
use super::record::Origin;

/// The attachment endpoint that somebody typed, completed from `sent_to`. It is one because the user says so, even where it does not look
/// like one.
pub fn endpoint(typed: &str, sent_to: &Endpoint, profile: &Profile) -> AttachmentEndpoint {
    let found = attachment::find(&serde_json::Value::from(typed), sent_to, Some(profile)).into_iter().next();
    found.unwrap_or_else(|| {
        let (completed, completions, is_elsewhere) = attachment::complete(typed, sent_to);
        let returned = typed.to_owned();
        AttachmentEndpoint { pointer: String::new(), parameter: None, returned, completed, completions, is_elsewhere }
    })
}

/// The parameter and the form-data name that a file is sent with to an endpoint; `typed` is a form-data name that the user gave.
pub fn names(typed: Option<&str>, endpoint: &AttachmentEndpoint, profile: &Profile) -> (String, String) {
    let address = Address::parse(&endpoint.completed);
    let last = address.segments.iter().rev().map(|segment| address.decoded(segment)).find(|segment| !segment.is_empty());
    let element = endpoint.parameter.as_deref().and_then(|parameter| profile.file_element(parameter));
    let parameter = element.map(|element| element.parameter.clone()).or(last).unwrap_or_else(|| "file".to_owned());
    let part_name =
        typed.map(str::to_owned).unwrap_or_else(|| element.map_or(parameter.clone(), |element| element.part_name().to_owned()));
    (parameter, part_name)
}

/// What tells that the same file goes to the same endpoint again: its name and its size, as the content is not known before it is sent.
pub fn fingerprint(order: &UploadOrder) -> Option<Fingerprint> {
    order.attachment.picked_size.map(|_| Fingerprint::of(&RequestRecord::from(&planned(order))))
}

/// The request that an order makes, as far as it is known before the file is looked at for sending.
fn planned(order: &UploadOrder) -> crate::model::Request {
    let Attachment { path, picked_size, picked_modified, .. } = &order.attachment;
    upload_request(order, FileRef { path: path.clone(), size: picked_size.unwrap_or(0), modified: *picked_modified })
}

/// What is known of an attachment endpoint before anything is sent there.
pub struct Checked {
    /// The endpoint, completed; its parameter is the one that the file is sent for.
    pub endpoint: AttachmentEndpoint,
    /// The ticket that it names.
    pub ticket: Option<String>,
    /// Why nothing is sent there, if so. Without a full stop, as all texts here.
    pub refusal: Option<String>,
    /// What speaks against it, and does not keep anybody from sending.
    pub doubts: Vec<String>,
}

/// Whether a text names an attachment endpoint of a profile's source; `None` where nothing was typed.
pub fn check(typed: &str, profile: &Profile) -> Option<Checked> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let mut endpoint = endpoint(typed, &profile.endpoint(), profile);
    let is_known = endpoint.parameter.is_some();
    let parameter = names(None, &endpoint, profile).0;
    let address = Address::parse(&endpoint.completed);
    let mut doubts = Vec::new();
    let (mut ticket, mut refusal) = (None, None);
    if address.origin().is_empty() || !typed.contains('/') || typed.contains(char::is_whitespace) {
        refusal = Some("This is not an address. Paste the endpoint as the response of the ticket names it".to_owned());
    } else if let Some(reason) = key_elsewhere(&endpoint, &profile.api_key) {
        refusal = Some(reason);
    } else {
        match address.shape() {
            _ if creates(&address) => {
                let text =
                    "This endpoint creates tickets. An attachment endpoint also has the ticket's number and the file element";
                refusal = Some(text.to_owned());
            }
            Shape::Attachment { project, source, rest } => {
                ticket = attachment::ticket_in(&endpoint.completed);
                for (what, named, own) in [
                    ("project", address.decoded(&project), &profile.project_key),
                    ("source", address.decoded(&source), &profile.source_key),
                ] {
                    if named != *own {
                        doubts.push(format!("Its {what} key is \"{named}\", the profile's is \"{own}\""));
                    }
                }
                if rest.len() < 2 {
                    doubts.push("It names no file element behind the ticket".to_owned());
                } else if !is_known {
                    doubts.push(format!("The profile has no file element \"{parameter}\". The file is sent under this name"));
                }
            }
            Shape::Create { .. } | Shape::Other => {
                let expected = "…/feedback/SOURCE/TICKET/files/ELEMENT";
                doubts.push(format!("It does not look like an attachment endpoint, which reads {expected}"));
            }
        }
        if endpoint.is_elsewhere {
            let there = address.origin();
            doubts.push(format!("It is at {there}, not at the profile's address. You are asked first, and no secret goes along"));
        } else if !profile.api_key.is_empty() && address.api_key_text() != profile.api_key.reveal() {
            doubts.push("Its API key is not the profile's".to_owned());
        }
    }
    endpoint.parameter = Some(parameter);
    Some(Checked { endpoint, ticket, refusal, doubts })
}

/// Why nothing goes to an endpoint that is elsewhere than the profile's address and has a key in it, if so.
pub fn key_elsewhere(endpoint: &AttachmentEndpoint, api_key: &Secret) -> Option<String> {
    has_key_elsewhere(endpoint, api_key).then(|| {
        let there = Address::parse(&endpoint.completed).origin();
        format!("It is at {there}, which is not the profile's address, and has a key in it. Take the key out: none is sent to another address")
    })
}

/// Whether an address goes no further than the source: a request there is for a new ticket.
fn creates(address: &Address) -> bool {
    let segments: Vec<&str> = address.segments.iter().map(|span| address.raw(span)).filter(|text| !text.is_empty()).collect();
    segments.iter().position(|segment| *segment == "feedback").is_some_and(|at| segments.len() <= at + 2)
}

/// A file for a ticket that exists, and what it is sent with.
#[derive(Clone, Debug)]
pub struct FileOrder {
    /// The surroundings of the order: the profile, where the answer would be completed from, and the request as it is planned.
    pub delivery: Delivery,
    /// The endpoint that it goes to.
    pub endpoint: AttachmentEndpoint,
    /// The order itself.
    pub order: UploadOrder,
}

impl FileOrder {
    /// The order that sends a file to an endpoint, as one of its own in the history.
    ///
    /// # Errors
    /// When a secret would go to another address; the text says so.
    pub fn new(delivery: Delivery, endpoint: AttachmentEndpoint, file: Attachment) -> Result<Self, String> {
        let order = delivery.order_agreed(&file, &endpoint)?;
        let origin = Origin::new(&delivery.origin.profile_id);
        let delivery = Delivery { request: planned(&order), attachments: vec![file], origin, ..delivery };
        Ok(Self { delivery, endpoint, order })
    }

    /// What is about to be sent.
    pub fn intent(&self) -> Intent<'_> {
        Intent { fingerprint: fingerprint(&self.order), ..self.delivery.intent(Purpose::Upload) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use super::*;
    use crate::model::profile::FileElement;

    #[test]
    fn endpoints_are_checked_by_table() {
        let element = FileElement { parameter: "log".into(), ..FileElement::default() };
        let profile = Profile {
            base_url: "https://acme.example".into(),
            project_key: "p".into(),
            source_key: "s".into(),
            api_key: Secret::new("k3y-of-acme"),
            file_elements: vec![element.clone(), FileElement { parameter: "shot".into(), ..element }],
            ..Profile::default()
        };
        assert!(check("  ", &profile).is_none());
        let path = "/api/v1/projects/p/feedback/s/4711/files/log";
        for (typed, ticket, refusal, doubt) in [
            (path.to_owned(), Some("4711"), "", ""),
            (format!(" https://acme.example{path}?apiKey=k3y-of-acme "), Some("4711"), "", ""),
            ("https://acme.example/api/v1/projects//feedback/s/4711/files/log".to_owned(), Some("4711"), "", ""),
            (format!("https://acme.example{path}?apiKey=another-key"), Some("4711"), "", "Its API key is not"),
            ("/api/v1/projects/p/feedback/other/4711/files/log".to_owned(), Some("4711"), "", "Its source key is \"other\""),
            ("/api/v1/projects/q/feedback/s/4711/files/log".to_owned(), Some("4711"), "", "Its project key is \"q\""),
            ("/api/v1/projects/p/feedback/s/4711/files/else".to_owned(), Some("4711"), "", "no file element \"else\""),
            ("https://acme.example/files/4711".to_owned(), None, "", "does not look like"),
            ("https://acme.example/api/v1/projects/p/feedback/s".to_owned(), None, "This endpoint creates tickets", ""),
            ("https://acme.example/api/v1/projects/p/feedback/s/".to_owned(), None, "This endpoint creates tickets", ""),
            ("log".to_owned(), None, "This is not an address", ""),
            (format!("https://evil.example{path}"), Some("4711"), "", "It is at https://evil.example"),
            (format!("https://evil.example{path}?apiKey=k"), None, "It is at https://evil.example", ""),
        ] {
            let checked = check(&typed, &profile).unwrap();
            assert_eq!(checked.ticket.as_deref(), ticket, "{typed}");
            let told = checked.refusal.clone().unwrap_or_default();
            assert!(told.starts_with(refusal) && told.is_empty() == refusal.is_empty(), "{typed}: {told}");
            assert_eq!(checked.doubts.is_empty(), doubt.is_empty(), "{typed}: {:?}", checked.doubts);
            assert!(checked.doubts.iter().any(|text| text.contains(doubt)) || doubt.is_empty(), "{typed}: {:?}", checked.doubts);
            if checked.endpoint.is_elsewhere {
                assert!(!checked.endpoint.completed.contains("k3y"), "{typed}");
            }
            assert!(!checked.endpoint.without_key().contains("apiKey"), "{typed}");
        }
    }
}
