//! `history resend`: a request again.

use std::path::Path;

use crate::cli::commands::send::send;
use crate::cli::commands::upload::{self, Uploading};
use crate::cli::common_args::{Printing, Target};
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::target::Context;
use crate::cli::{output, payload};
use crate::model::attachment::{self, AttachmentEndpoint};
use crate::model::history::{Fingerprint, HistoryRecord};
use crate::model::multipart::{Part, Recorded};
use crate::model::request_record::RequestRecord;
use crate::model::{Endpoint, Network, Profile};
use crate::service::existing;
use crate::service::intent::Purpose;
use crate::service::order::{Delivery, UploadOrder};
use crate::service::record::Origin;
use crate::service::resend::{self, Resend, ResendError};

pub(in crate::cli) fn run(
    context: &Context,
    kept: &HistoryRecord,
    target: &Target,
    file: Option<&Path>,
    yes: bool,
    printing: &Printing,
) -> Ended {
    let id = kept.row.id;
    let sent = &kept.exchange.sent;
    match (sent.parts.as_deref(), file) {
        (Some([part]), Some(file)) => file_again(context, kept, part, target, file, yes, printing),
        (Some([_]), None) => Err(CommandError::input(format!(
            "Sending {id} again: the history does not store files. Name the file with --file PATH"
        ))),
        (Some(parts), _) => Err(refused(id, &ResendError::Upload(parts.len()))),
        (None, Some(_)) => {
            Err(CommandError::input(format!("Sending {id} again: it is not an upload, so --file has no place in it")))
        }
        (None, None) => payload_again(context, kept, target, yes, printing),
    }
}

fn payload_again(context: &Context, kept: &HistoryRecord, target: &Target, yes: bool, printing: &Printing) -> Ended {
    let (today, network) = target.resolve(context)?;
    let again = match &target.profile {
        Some(_) => resend::with_profile(kept, &today),
        None => resend::as_it_was(kept, &today, saved_today(context, kept)),
    };
    let Resend { request, sent_to, profile } = again.map_err(|error| refused(kept.row.id, &error))?;
    let network = Network { accept_invalid_certificates: profile.accept_invalid_certificates, ..network };
    let mut origin = origin(context, kept, target);
    origin.fingerprint = Some(Fingerprint::of(&(&request).into()));
    let delivery = Delivery { network, ..context.session().delivery(request, sent_to, profile, Vec::new(), origin) };
    send(context, delivery, Purpose::Send, yes, printing)
}

/// What is saved today of the profile that an exchange was made with.
fn saved_today<'a>(context: &'a Context, kept: &HistoryRecord) -> Option<&'a Profile> {
    let stored = context.found.profiles.iter().find(|stored| stored.id.0 == kept.row.profile_id);
    stored.map(|stored| &stored.profile)
}

fn refused(id: i64, error: &ResendError) -> CommandError {
    let advice = match error {
        ResendError::UnknownSecrets(places) if places.iter().any(|place| place == "the payload") => {
            ". Write the payload anew and send it with centerpost send --json FILE"
        }
        ResendError::UnknownSecrets(_) => {
            ". Give the API key with --api-key-file and a header with --header, or name a profile that has them with --profile"
        }
        ResendError::Upload(_) | ResendError::TooLarge(_) => "",
    };
    CommandError::input(format!("Sending {id} again: {error}{advice}"))
}

/// An upload again, with the file as it is now.
fn file_again(
    context: &Context,
    kept: &HistoryRecord,
    part: &Part<Recorded>,
    target: &Target,
    file: &Path,
    yes: bool,
    printing: &Printing,
) -> Ended {
    let (today, network) = target.resolve(context)?;
    let is_today = target.profile.is_some();
    let request = resend::request_as_it_was(kept, &today);
    let returned = if is_today { resend::without_key(&request.url) } else { request.url };
    let (completed, completions, is_elsewhere) =
        if is_today { attachment::complete(&returned, &today.endpoint()) } else { (returned.clone(), Vec::new(), false) };
    if is_elsewhere {
        output::complain("warning", upload::FOREIGN);
    }
    let endpoint = AttachmentEndpoint { pointer: String::new(), parameter: None, returned, completed, completions, is_elsewhere };
    upload::refuse_key_elsewhere(&endpoint, &today)?;
    let (parameter, part_name) = existing::names(Some(&part.name), &endpoint, &today);
    let mut attachment = payload::attachment(&parameter, file.to_owned())?;
    attachment.filename = part.filename.clone();
    attachment.content_type = part.content_type.clone();
    let key = Endpoint::from_pasted(&endpoint.completed).unwrap_or_default().api_key;
    let (extra_headers, (profile, network)) = if is_today {
        let today = target.fitted(today, &endpoint.completed);
        (today.extra_headers.clone(), (today, network))
    } else {
        let profile = resend::profile_of_then(kept, &key, saved_today(context, kept));
        let network = Network { accept_invalid_certificates: profile.accept_invalid_certificates, ..network };
        (request.headers, (profile, network))
    };
    let headers = extra_headers.clone();
    resend::check(&RequestRecord { url: endpoint.completed.clone(), headers, ..RequestRecord::default() })
        .map_err(|error| refused(kept.row.id, &error))?;
    let is_known = !profile.name.is_empty();
    let order = UploadOrder { endpoint: endpoint.completed.clone(), part_name, attachment, extra_headers, network };
    let origin = origin(context, kept, target);
    let (exit, result): (Exit, _) =
        upload::upload(context, Uploading { order, endpoint, profile, is_known, origin, yes }, printing)?;
    if let (Some(then), Some(now)) = (&part.content.sha256, &result.sha256)
        && then != now
    {
        output::complain("note", &format!("this is another file than the one that was sent: its SHA-256 was {then}"));
    }
    Ok(exit)
}

fn origin(context: &Context, kept: &HistoryRecord, target: &Target) -> Origin {
    let own = context.profile_id(target);
    Origin::new(if own.is_empty() { &kept.row.profile_id } else { &own })
}
