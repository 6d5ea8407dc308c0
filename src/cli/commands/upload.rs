//! `upload`: one file to one attachment endpoint.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde_json::json;

use crate::cli::common_args::{Output, Printing, Target};
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::progress::Bars;
use crate::cli::target::Context;
use crate::cli::{confirm, output, payload};
use crate::model::attachment::AttachmentEndpoint;
use crate::model::secrets::masker::Masker;
use crate::model::{Address, Profile};
use crate::service::deliver;
use crate::service::existing;
use crate::service::intent::{Intent, Purpose};
use crate::service::order::UploadOrder;
use crate::service::record::Origin;
use crate::service::report::{UploadOutcome, UploadResult};
use crate::transport::Progress;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost upload --profile acme --file crash.zip \\
    --endpoint https://acme.centercode.com/api/v1/projects//feedback/appcrashlog/4711/files/crashlog
  centerpost upload --profile acme --endpoint URL --file a.log --name crashlog --type text/plain

Missing parts of the endpoint (host, project key, API key) are taken from the profile.")]
pub(in crate::cli) struct UploadArgs {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// The attachment endpoint, complete or as the response named it
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(in crate::cli) endpoint: String,
    /// The file
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) file: PathBuf,
    /// The form-data name; default: the file element's, or the endpoint's last path segment
    #[arg(long, value_name = "N")]
    pub(in crate::cli) name: Option<String>,
    /// The file name to send; default: the file's own name
    #[arg(long, value_name = "N")]
    pub(in crate::cli) filename: Option<String>,
    /// The file's Content-Type; default: guessed from its name
    #[arg(long = "type", value_name = "T")]
    pub(in crate::cli) content_type: Option<String>,
    /// Do not ask for confirmation, such as for a production profile
    #[arg(long)]
    pub(in crate::cli) yes: bool,
    #[command(flatten)]
    pub(in crate::cli) printing: Printing,
}

pub(in crate::cli) fn run(args: &UploadArgs) -> Ended {
    let context = Context::open().keeping(args.target.no_history);
    let (profile, network) = args.target.resolve(&context)?;
    let endpoint = endpoint(args, &profile);
    let profile = args.target.fitted(profile, &endpoint.completed);
    refuse_key_elsewhere(&endpoint, &profile)?;
    if endpoint.is_elsewhere && args.target.profile.is_some() {
        output::complain("warning", FOREIGN);
    }
    let (parameter, part_name) = existing::names(args.name.as_deref(), &endpoint, &profile);
    let mut file = payload::attachment(&parameter, args.file.clone())?;
    file.filename = args.filename.clone();
    file.content_type = args.content_type.clone();
    let extra_headers = profile.extra_headers.clone();
    let order = UploadOrder { endpoint: endpoint.completed.clone(), part_name, attachment: file, extra_headers, network };
    let is_known = args.target.profile.is_some();
    let origin = Origin::new(&context.profile_id(&args.target));
    upload(&context, Uploading { order, endpoint, profile, is_known, origin, yes: args.yes }, &args.printing)
        .map(|(exit, _)| exit)
}

/// A key goes to no other address than the profile's: the window's rule, too.
pub(in crate::cli) fn refuse_key_elsewhere(endpoint: &AttachmentEndpoint, profile: &Profile) -> Result<(), CommandError> {
    match existing::key_elsewhere(endpoint, &profile.api_key) {
        Some(reason) => Err(CommandError::input(format!("Checking the attachment endpoint: {reason}."))),
        None => Ok(()),
    }
}

/// Said when a profile's key does not go to an address that is not the profile's.
pub(in crate::cli) const FOREIGN: &str = "the endpoint is not at the profile's address, so the API key was not put in";

/// What is to be uploaded.
pub(in crate::cli) struct Uploading {
    pub(in crate::cli) order: UploadOrder,
    pub(in crate::cli) endpoint: AttachmentEndpoint,
    pub(in crate::cli) profile: Profile,
    /// Whether the profile is one, and not the empty one that an upload without a profile is sent with.
    pub(in crate::cli) is_known: bool,
    pub(in crate::cli) origin: Origin,
    /// Whether nothing is to be asked.
    pub(in crate::cli) yes: bool,
}

/// Confirms, uploads, keeps what came of it in the history, and prints it.
pub(in crate::cli) fn upload(
    context: &Context,
    uploading: Uploading,
    printing: &Printing,
) -> Result<(Exit, UploadResult), CommandError> {
    let Uploading { order, endpoint, profile, is_known, origin, yes } = uploading;
    let mut masker = printing.masker(&profile);
    masker.learn_url(&endpoint.completed);
    masker.learn_headers(&order.extra_headers);
    let intent = Intent {
        purpose: Purpose::Upload,
        url: &order.endpoint,
        profile: &profile,
        profile_id: &origin.profile_id,
        fingerprint: existing::fingerprint(&order),
    };
    confirm::ask(context, &intent, yes, &masker)?;
    let result = deliver(context, order, &origin, is_known.then_some(&profile))?;
    let exit = print(printing, &endpoint, &result, &masker)?;
    Ok((exit, result))
}

fn endpoint(args: &UploadArgs, profile: &Profile) -> AttachmentEndpoint {
    let mut sent_to = profile.endpoint();
    if args.target.profile.is_none() {
        // A key that was given for this address alone is meant for it.
        sent_to.base_url = Address::parse(args.endpoint.trim()).origin();
    }
    existing::endpoint(&args.endpoint, &sent_to, profile)
}

fn deliver(
    context: &Context,
    order: UploadOrder,
    origin: &Origin,
    profile: Option<&Profile>,
) -> Result<UploadResult, CommandError> {
    let progress = std::sync::Arc::new(Progress::default());
    let bars = Bars::start(vec![(order.attachment.filename(), progress.clone())]);
    let recorder = context.recorder();
    let result = crate::cli::runtime::block_on(|cancel| async move {
        deliver::upload(order, 0, origin, profile, &progress, &cancel, &recorder).await
    });
    drop(bars);
    result
}

fn exit(result: &UploadResult) -> Exit {
    match &result.outcome {
        UploadOutcome::Answered(exchange) if exchange.failure().is_some() => Exit::Network,
        UploadOutcome::Answered(_) if result.is_success() => Exit::Done,
        UploadOutcome::Answered(_) => Exit::Failed,
        UploadOutcome::NotSent(reason) if reason == "cancelled" => Exit::Failed,
        UploadOutcome::NotSent(_) => Exit::Input,
    }
}

fn print(printing: &Printing, endpoint: &AttachmentEndpoint, result: &UploadResult, masker: &Masker) -> Ended {
    let exchange = result.exchange();
    let causes: Vec<_> = result.causes.iter().filter(|cause| output::is_trouble(cause)).cloned().collect();
    let exit = match exit(result) {
        Exit::Done if !causes.is_empty() => Exit::Failed,
        exit => exit,
    };
    let results = std::slice::from_ref(result);
    let endpoints = std::slice::from_ref(endpoint);
    match printing.output {
        Output::Json => {
            let mut map = json!({
                "exchange": exchange.map(|exchange| output::exchange_json(exchange, masker)),
                "attachments": output::endpoints_json(endpoints, masker),
                "uploads": output::uploads_json(results, masker),
                "causes": output::causes_json(&causes, masker),
            });
            if let Some(error) = map["exchange"].get("error").cloned() {
                map["error"] = error;
            }
            output::print_json(&map)?;
        }
        Output::Text => {
            let mut text = exchange.map_or_else(String::new, |exchange| output::exchange_text(exchange, masker));
            text.push_str(&format!("\nFile:\n{}", output::uploads_text(results, masker)));
            if !causes.is_empty() {
                text.push_str(&format!("\nCauses, best first:\n{}", output::causes_text(&causes, masker)));
            }
            printing.print(&text)?;
        }
    }
    if let Some(trouble) = result.trouble() {
        output::complain("error", &masker.text(&format!("Uploading {}: {trouble}", result.filename)));
    }
    Ok(exit)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::app::{Cli, Command};

    #[test]
    fn another_origin_gets_no_secret_header_of_the_profile() {
        let header = |name: &str| (name.to_owned(), "v".to_owned());
        let profile = Profile {
            base_url: "https://acme.example".into(),
            extra_headers: vec![header("Authorization"), header("X-Api-Key"), header("X-Trace")],
            ..Profile::default()
        };
        for (url, expected) in [
            ("https://acme.example/api/v1/projects/p/feedback/s/1/files/log", &["Authorization", "X-Api-Key", "X-Trace"][..]),
            ("https://other.example/api/v1/projects/p/feedback/s/1/files/log", &["X-Api-Key", "X-Trace"]),
            ("http://acme.example/api/v1/projects/p/feedback/s/1/files/log", &["X-Api-Key", "X-Trace"]),
            ("https://acme.example:8443/api/v1/projects/p/feedback/s/1/files/log", &["X-Api-Key", "X-Trace"]),
        ] {
            let typed = ["centerpost", "upload", "--profile", "x", "--file", "f", "--header", "x-api-key: v", "--endpoint", url];
            let Some(Command::Upload(args)) = Cli::try_parse_from(typed).unwrap().command else { panic!() };
            let found = args.target.fitted(profile.clone(), &endpoint(&args, &profile).completed).extra_headers;
            let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, expected, "{url}");
        }
    }
}
