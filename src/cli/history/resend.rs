//! `history resend`: a request again.

use crate::cli::args::{Printing, Target};
use crate::cli::send::{Sending, send};
use crate::cli::target::Context;
use crate::cli::{Ended, Failure};
use crate::jobs::record::Origin;
use crate::model::history::{Fingerprint, Kept};
use crate::model::{Endpoint, Request};

pub(super) fn run(context: &Context, kept: &Kept, target: &Target, printing: &Printing) -> Ended {
    let id = kept.row.id;
    let Some(mut request) = Request::again(&kept.entry.exchange.sent) else {
        return Err(Failure::input(format!("Sending {id} again: nobody kept the file. Send it with centerpost upload --file")));
    };
    let (mut profile, network) = target.resolve(context)?;
    let sent_to = if target.profile.is_some() {
        let endpoint = profile.endpoint();
        let body = std::mem::take(&mut request.body);
        request = Request { body, ..Request::post_json(endpoint.url_revealing_key(), "", &profile.extra_headers) };
        endpoint
    } else {
        if kept.missing_secrets > 0 {
            return Err(Failure::input(format!(
                "Sending {id} again: its API key is not known any more. Name a profile that has one with --profile"
            )));
        }
        let endpoint = Endpoint::from_pasted(&request.url).unwrap_or_default();
        profile = kept.entry.profile.clone().unwrap_or(profile);
        profile.api_key = endpoint.api_key.clone();
        endpoint
    };
    let own = context.profile_id(target);
    let mut origin = Origin::new(if own.is_empty() { &kept.entry.profile_id } else { &own });
    origin.fingerprint = Some(Fingerprint::of(&(&request).into()));
    send(context, Sending { request, sent_to, profile, attachments: Vec::new(), network, origin }, printing)
}
