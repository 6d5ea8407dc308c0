//! `history resend`: a request again.

use std::path::Path;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::cli::commands::send::{Sending, send};
use crate::cli::commands::upload::{self, Uploading};
use crate::cli::common_args::{Printing, Target};
use crate::cli::exit::{Ended, Exit, Failure};
use crate::cli::target::Context;
use crate::cli::{output, payload};
use crate::model::attachment::{self, AttachmentEndpoint};
use crate::model::history::{Fingerprint, Kept};
use crate::model::multipart::{Part, Recorded};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::collect::unknown_secrets;
use crate::model::{Address, Endpoint, Network, Profile, Request, Secret};
use crate::service::deliver::UploadOrder;
use crate::service::record::Origin;

pub(in crate::cli) fn run(context: &Context, kept: &Kept, target: &Target, file: Option<&Path>, printing: &Printing) -> Ended {
    let id = kept.row.id;
    let sent = &kept.entry.exchange.sent;
    match (sent.parts.as_deref(), file) {
        (Some([part]), Some(file)) => file_again(context, kept, part, target, file, printing),
        (Some([_]), None) => {
            Err(Failure::input(format!("Sending {id} again: nobody kept the file's bytes. Name the file with --file PATH")))
        }
        (Some(parts), _) => {
            Err(Failure::input(format!("Sending {id} again: it had {} parts, and their bytes were not kept", parts.len())))
        }
        (None, Some(_)) => Err(Failure::input(format!("Sending {id} again: it is no upload, so --file has no place in it"))),
        (None, None) => payload_again(context, kept, target, printing),
    }
}

fn payload_again(context: &Context, kept: &Kept, target: &Target, printing: &Printing) -> Ended {
    let id = kept.row.id;
    if let Some(size) = kept.sent_cut {
        return Err(Failure::input(format!(
            "Sending {id} again: its payload of {size} bytes is too large to be read back whole"
        )));
    }
    let (today, network) = target.resolve(context)?;
    let (request, sent_to, profile, network) = match &target.profile {
        Some(_) => {
            let request = Request::post_json(today.endpoint().url_revealing_key(), "", &today.extra_headers);
            let body = kept.entry.exchange.sent.again().unwrap_or_default().body;
            (Request { body, ..request }, today.endpoint(), today, network)
        }
        None => {
            let request = as_it_was(kept, &today);
            let endpoint = Endpoint::from_pasted(&request.url).unwrap_or_default();
            let (profile, network) = of_then(context, kept, &endpoint.api_key, network);
            (request, endpoint, profile, network)
        }
    };
    check(id, &RequestRecord::from(&request))?;
    let mut origin = origin(context, kept, target);
    origin.fingerprint = Some(Fingerprint::of(&(&request).into()));
    send(context, Sending { request, sent_to, profile, attachments: Vec::new(), network, origin }, printing)
}

/// An upload again, with the file as it is now.
fn file_again(context: &Context, kept: &Kept, part: &Part<Recorded>, target: &Target, file: &Path, printing: &Printing) -> Ended {
    let (today, network) = target.resolve(context)?;
    let is_today = target.profile.is_some();
    let request = as_it_was(kept, &today);
    let returned = if is_today { without_key(&request.url) } else { request.url };
    let (completed, completions, foreign_host) =
        if is_today { attachment::complete(&returned, &today.endpoint()) } else { (returned.clone(), Vec::new(), false) };
    if foreign_host {
        output::complain("warning", upload::FOREIGN);
    }
    let endpoint = AttachmentEndpoint { pointer: String::new(), parameter: None, returned, completed, completions, foreign_host };
    let (parameter, part_name) = upload::names(Some(&part.name), &endpoint, &today);
    let mut attachment = payload::attachment(&parameter, file.to_owned())?;
    attachment.filename = part.filename.clone();
    attachment.content_type = part.content_type.clone();
    let key = Endpoint::from_pasted(&endpoint.completed).unwrap_or_default().api_key;
    let (extra_headers, (profile, network)) = if is_today {
        (upload::headers(target, &endpoint, &today), (today, network))
    } else {
        (request.headers, of_then(context, kept, &key, network))
    };
    let headers = extra_headers.clone();
    check(kept.row.id, &RequestRecord { url: endpoint.completed.clone(), headers, ..RequestRecord::default() })?;
    let is_known = !profile.name.is_empty();
    let order = UploadOrder { endpoint: endpoint.completed.clone(), part_name, attachment, extra_headers, network };
    let origin = origin(context, kept, target);
    let (exit, result): (Exit, _) = upload::upload(context, Uploading { order, endpoint, profile, is_known, origin }, printing)?;
    if let (Some(then), Some(now)) = (&part.content.sha256, &result.sha256)
        && then != now
    {
        output::complain("note", &format!("this is another file than the one that was sent: its SHA-256 was {then}"));
    }
    Ok(exit)
}

fn origin(context: &Context, kept: &Kept, target: &Target) -> Origin {
    let own = context.profile_id(target);
    Origin::new(if own.is_empty() { &kept.entry.profile_id } else { &own })
}

/// The request as it was, with the API key and the headers that were typed for this sending in the place of its own. Of an upload the
/// body and its type are left out: both are made with the file.
fn as_it_was(kept: &Kept, typed: &Profile) -> Request {
    let sent = &kept.entry.exchange.sent;
    let mut request = RequestRecord { parts: None, ..sent.clone() }.again().unwrap_or_default();
    if !typed.api_key.is_empty() {
        request.url = with_key(&request.url, &typed.api_key);
    }
    let replaced = |name: &str| typed.extra_headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    request.headers.retain(|(name, _)| {
        let is_of_body = sent.parts.is_some() && name.eq_ignore_ascii_case("content-type");
        !is_of_body && !replaced(name)
    });
    request.headers.extend(typed.extra_headers.iter().cloned());
    request
}

/// The profile as it was then, and how to reach its server. Whether a bad certificate is accepted is today's to say.
fn of_then(context: &Context, kept: &Kept, key: &Secret, mut network: Network) -> (Profile, Network) {
    let today = context.found.profiles.iter().find(|stored| stored.id.0 == kept.entry.profile_id);
    let mut profile = kept.entry.profile.clone().unwrap_or_default();
    profile.api_key = key.clone();
    profile.accept_invalid_certificates = today.is_some_and(|stored| stored.profile.accept_invalid_certificates);
    network.accept_invalid_certificates = profile.accept_invalid_certificates;
    (profile, network)
}

fn check(id: i64, sent: &RequestRecord) -> Result<(), Failure> {
    let places = unknown_secrets(sent);
    if places.is_empty() {
        return Ok(());
    }
    let advice = if places.iter().any(|place| place == "the payload") {
        "Write the payload anew and send it with centerpost send --json FILE"
    } else {
        "Give the API key with --api-key-file and a header with --header, or name a profile that has them with --profile"
    };
    Err(Failure::input(format!("Sending {id} again: a secret is not known any more, in {}. {advice}", places.join(", "))))
}

fn with_key(url: &str, key: &Secret) -> String {
    let key = utf8_percent_encode(key.reveal(), NON_ALPHANUMERIC);
    let address = Address::parse(url);
    let (before, after) = match address.query.iter().find(|pair| address.raw(&pair.name).eq_ignore_ascii_case("apikey")) {
        Some(pair) => (format!("{}=", &url[..pair.name.end]), &url[pair.value.end.max(pair.name.end)..]),
        None => {
            let end = address.fragment.map_or(url.len(), |span| span.start - 1);
            let separator = if url[..end].contains('?') { '&' } else { '?' };
            (format!("{}{separator}apiKey=", &url[..end]), &url[end..])
        }
    };
    format!("{before}{key}{after}")
}

fn without_key(url: &str) -> String {
    with_key(url, &Secret::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_replaced_by_table() {
        for (url, expected) in [
            ("https://h/x?apiKey={{k-8f:url}}&a=1#f", "https://h/x?apiKey=new%2Fkey&a=1#f"),
            ("https://h/x?a=1&APIKEY", "https://h/x?a=1&APIKEY=new%2Fkey"),
            ("https://h/x?a=1#f", "https://h/x?a=1&apiKey=new%2Fkey#f"),
            ("https://h/x", "https://h/x?apiKey=new%2Fkey"),
        ] {
            assert_eq!(with_key(url, &Secret::new("new/key")), expected, "{url}");
        }
        assert_eq!(without_key("https://h/x?apiKey=old&a=1"), "https://h/x?apiKey=&a=1");
    }
}
