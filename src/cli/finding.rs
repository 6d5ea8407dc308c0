//! What the commands that find something out have in common: the request that they are about.

use crate::cli::commands::send;
use crate::cli::common_args::{Printing, RequestArgs};
use crate::cli::exit::CommandError;
use crate::cli::target::Context;
use crate::cli::{payload, source};
use crate::model::exchange::Outcome;
use crate::model::request_record::RequestRecord;
use crate::model::secrets::masker::Masker;
use crate::model::{Network, Profile, Request};
use crate::service::prepare;

/// A request, its profile and how to reach its server.
pub(in crate::cli) struct Asked {
    pub(in crate::cli) context: Context,
    pub(in crate::cli) profile: Profile,
    pub(in crate::cli) network: Network,
    pub(in crate::cli) request: Request,
    /// The answer that was pasted with the request.
    pub(in crate::cli) answered: Option<Outcome>,
    pub(in crate::cli) masker: Masker,
}

/// Puts the request together. That nothing is sent yet is for the command to say.
pub(in crate::cli) fn asked(args: &RequestArgs, printing: &Printing) -> Result<Asked, CommandError> {
    let context = Context::open().keeping(args.target.no_history);
    let (mut profile, network) = args.target.resolve(&context)?;
    let mut answered = None;
    let request = match &args.request {
        Some(path) => {
            let mut imported = source::first_request(path)?.imported;
            source::complain(&imported);
            source::fill(&mut imported, &args.values)?;
            let case = imported.case(0, None).unwrap_or_default();
            if args.target.profile.is_none() {
                profile = case.profile.ok_or_else(no_profile)?;
            }
            answered = case.outcome;
            let written = imported.requests.into_iter().next().unwrap_or_default();
            prepare::of_spec(&prepare::meant_for(written, &profile), args.files_from.as_deref())
                .map_err(|reason| refused(&reason))?
        }
        None if args.target.profile.is_none() => return Err(no_profile()),
        None => {
            let sent_to = send::endpoint(&args.target, args.endpoint.as_deref(), &profile)?;
            profile = args.target.fitted(profile, &sent_to.base_url);
            prepare::of_payload(&sent_to, payload::payload(&args.payload, &profile)?, &profile.extra_headers)
        }
    };
    let mut masker = printing.masker(&profile);
    masker.learn_sent(&RequestRecord::from(&request));
    Ok(Asked { context, profile, network, request, answered, masker })
}

/// Why a request that was read cannot be sent, and which option helps.
pub(in crate::cli) fn refused(reason: &str) -> CommandError {
    let hint = if reason.contains("{{") {
        ". Give them with --fill NAME=VALUE or --fill-from FILE"
    } else if reason.contains("No file is read") {
        ". Name it with --files-from FOLDER; . is the current one"
    } else {
        ""
    };
    CommandError::input(format!("{reason}{hint}"))
}

fn no_profile() -> CommandError {
    CommandError::input("Name the profile with --profile NAME|FILE")
}
