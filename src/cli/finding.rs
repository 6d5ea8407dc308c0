//! What the commands that find something out have in common: the request that they are about.

use crate::cli::commands::send;
use crate::cli::common_args::{Printing, RequestArgs};
use crate::cli::exit::Failure;
use crate::cli::mask::Masker;
use crate::cli::target::Context;
use crate::cli::{payload, source};
use crate::model::exchange::Outcome;
use crate::model::headers::is_to_be_sent;
use crate::model::request::Body;
use crate::model::request_record::RequestRecord;
use crate::model::{Network, Profile, Request};

/// A request, its profile and how to reach its server.
pub(in crate::cli) struct Asked {
    pub(in crate::cli) profile: Profile,
    pub(in crate::cli) network: Network,
    pub(in crate::cli) request: Request,
    /// The answer that was pasted with the request.
    pub(in crate::cli) answered: Option<Outcome>,
    pub(in crate::cli) masker: Masker,
}

/// Puts the request together. That nothing is sent yet is for the command to say.
pub(in crate::cli) fn asked(args: &RequestArgs, printing: &Printing) -> Result<Asked, Failure> {
    let context = Context::open();
    let (mut profile, network) = args.target.resolve(&context)?;
    let mut answered = None;
    let request = match &args.request {
        Some(path) => {
            let imported = source::first_request(path)?.imported;
            let case = imported.case(0, None).unwrap_or_default();
            if args.target.profile.is_none() {
                profile = case.profile.ok_or_else(no_profile)?;
            }
            answered = case.outcome;
            let sent = case.sent;
            request_of(sent, &profile)?
        }
        None if args.target.profile.is_none() => return Err(no_profile()),
        None => {
            let sent_to = send::endpoint(&args.target, args.endpoint.as_deref(), &profile)?;
            let mut request = Request::post_json(sent_to.url_revealing_key(), "", &profile.extra_headers);
            request.body = Body::Bytes(payload::payload(&args.payload, &profile)?);
            request
        }
    };
    let mut masker = printing.masker(&profile);
    masker.learn_sent(&RequestRecord::from(&request));
    Ok(Asked { profile, network, request, answered, masker })
}

fn no_profile() -> Failure {
    Failure::input("Name the profile with --profile NAME|FILE")
}

/// A pasted request as one that can be sent. What names no host is meant for the profile's.
fn request_of(sent: RequestRecord, profile: &Profile) -> Result<Request, Failure> {
    if sent.parts.is_some() {
        return Err(Failure::input(
            "The request is an upload, whose files a text does not hold. Use a request that creates a ticket",
        ));
    }
    let url = match sent.url.as_str() {
        "" => profile.endpoint().url_revealing_key(),
        path if path.starts_with('/') => format!("{}{path}", profile.base_url.trim_end_matches('/')),
        url => url.to_owned(),
    };
    let headers = sent.headers.into_iter().filter(|(name, value)| is_to_be_sent(name, value, &url)).collect();
    Ok(Request { method: sent.method, url, headers, body: Body::Bytes(sent.body.unwrap_or_default().into_bytes()) })
}
