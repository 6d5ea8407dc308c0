//! `send`: a ticket, and files attached to it.

use clap::{Args, ValueHint};
use serde_json::{Value, json};

use crate::cli::commands::upload::FOREIGN;
use crate::cli::common_args::{Output, PayloadArgs, Printing, Target};
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::progress::Bars;
use crate::cli::target::Context;
use crate::cli::{confirm, output, payload};
use crate::diagnosis::{self, Cause};
use crate::model::correlation;
use crate::model::draft::Attachment;
use crate::model::history::Fingerprint;
use crate::model::request_record::RequestRecord;
use crate::model::secrets::masker::Masker;
use crate::model::{Case, Endpoint, Profile, Request};
use crate::service::deliver;
use crate::service::intent::Purpose;
use crate::service::order::{Delivery, DeliveryProgress};
use crate::service::prepare;
use crate::service::record::Origin;
use crate::service::report::{DeliveryReport, UploadResult};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost send --profile \"Acme beta\" --set summary=\"Crash on load\" --set severity=Major
  centerpost send --profile acme.profile.json --json payload.json --attach crashlog=crash.zip
  centerpost send --profile acme --set-json areas='[\"UI\"]' --dry-run
  producer | centerpost send --profile acme --json - --output json

With --json alone, the file is sent byte for byte. With --set, --set-json or --unset, it is parsed and written again.
If several name the same parameter, --unset wins over --set-json, and --set-json over --set.")]
pub(in crate::cli) struct SendArgs {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// Send to this endpoint URL instead of the profile's
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(in crate::cli) endpoint: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) payload: PayloadArgs,
    /// Attach this file to the ticket, by the file element's parameter
    #[arg(long, value_name = "PARAM=PATH")]
    pub(in crate::cli) attach: Vec<String>,
    /// Print the exact request and its problems without sending it
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Do not ask for confirmation, such as for a production profile or a repeated payload
    #[arg(long)]
    pub(in crate::cli) yes: bool,
    #[command(flatten)]
    pub(in crate::cli) printing: Printing,
}

pub(in crate::cli) fn run(args: &SendArgs) -> Ended {
    if args.target.profile.is_none() && args.endpoint.is_none() {
        return Err(CommandError::input("Name where to send with --profile NAME|FILE, --endpoint URL, or both"));
    }
    let context = Context::open().keeping(args.target.no_history);
    let (profile, network) = args.target.resolve(&context)?;
    let sent_to = endpoint(&args.target, args.endpoint.as_deref(), &profile)?;
    let profile = args.target.fitted(profile, &sent_to.base_url);
    let attachments = payload::attachments(&args.attach)?;
    for attachment in &attachments {
        if profile.file_element(&attachment.parameter).is_none() {
            output::complain("warning", &format!("the profile has no file element \"{}\"", attachment.parameter));
        }
    }
    let payload = payload::payload(&args.payload, &profile)?;
    let mut request = prepare::of_payload(&sent_to, payload, &profile.extra_headers);
    if args.dry_run {
        let mut masker = args.printing.masker(&profile);
        masker.learn(sent_to.api_key.reveal());
        return dry_run(&request, &profile, &masker, &args.printing);
    }
    let mut origin = Origin::new(&context.profile_id(&args.target));
    origin.fingerprint = Some(Fingerprint::of(&RequestRecord::from(&request)));
    correlation::put_in(&mut request, &profile, origin.delivery);
    let delivery = Delivery { network, ..context.session().delivery(request, sent_to, profile, attachments, origin) };
    send(&context, delivery, Purpose::Send, args.yes, &args.printing)
}

/// Confirms, sends, keeps what came of it in the history, and prints it.
pub(in crate::cli) fn send(context: &Context, delivery: Delivery, purpose: Purpose, yes: bool, printing: &Printing) -> Ended {
    let mut masker = printing.masker(&delivery.profile);
    masker.learn(delivery.sent_to.api_key.reveal());
    let sent = RequestRecord::from(&delivery.request);
    masker.learn_sent(&sent);
    confirm::ask(context, &delivery.intent(purpose), yes, &masker)?;
    let report = deliver(context, delivery)?;
    for exchange in report.create.iter().chain(report.uploads.iter().filter_map(UploadResult::exchange)) {
        masker.learn_url(&exchange.sent.url);
    }
    print(printing, &report, &sent, &masker)
}

/// The endpoint to send to. A pasted one without an API key gets the one that was given, or the profile's at the profile's own origin.
pub(in crate::cli) fn endpoint(target: &Target, typed: Option<&str>, profile: &Profile) -> Result<Endpoint, CommandError> {
    let Some(text) = typed else { return Ok(profile.endpoint()) };
    let mut endpoint = Endpoint::from_pasted(text).ok_or_else(|| {
        CommandError::input("Reading --endpoint: it is not an External Source's URL (https://HOST/api/v1/projects/PROJECT/feedback/SOURCE?apiKey=KEY)")
    })?;
    // A file that was named is meant for this address. What the environment or the profile has goes to the profile's own.
    let may_go = target.profile.is_none() || profile.is_at(&endpoint.base_url);
    if target.api_key_file.is_some() || endpoint.api_key.is_empty() && may_go {
        endpoint.api_key = profile.api_key.clone();
    } else if endpoint.api_key.is_empty() && !profile.api_key.is_empty() {
        output::complain("warning", FOREIGN);
    }
    Ok(endpoint)
}

/// Prints what would be sent, and why it may be refused.
pub(in crate::cli) fn dry_run(request: &Request, profile: &Profile, masker: &Masker, printing: &Printing) -> Ended {
    let sent = RequestRecord::from(request);
    let causes = diagnosis::preflight(&Case { profile: Some(profile.clone()), sent: sent.clone(), ..Case::default() });
    match printing.output {
        Output::Text => {
            let text = masker.text(&request.wire_text_with(masker.secrets(), &|name| profile.is_parameter(name)));
            // HTTP ends its lines with CR LF, a text for people with LF.
            printing.print(&format!("{}\n", text.replace("\r\n", "\n").trim_end_matches('\n')))?;
            let trouble = output::causes_text(&causes, masker);
            if !trouble.is_empty() {
                output::complain("note", &format!("this may be refused:\n{}", trouble.trim_end()));
            }
        }
        Output::Json => {
            output::print_json(&json!({
                "request": output::sent_json(&sent, masker),
                "causes": output::causes_json(&causes, masker),
            }))?;
        }
    }
    Ok(Exit::Done)
}

fn deliver(context: &Context, delivery: Delivery) -> Result<DeliveryReport, CommandError> {
    let progress = DeliveryProgress::new(delivery.attachments.len());
    let names = delivery.attachments.iter().map(Attachment::filename);
    let bars = Bars::start(names.zip(progress.uploads.iter().cloned()).collect());
    let recorder = context.recorder();
    let report =
        crate::cli::runtime::block_on(
            |cancel| async move { deliver::deliver(delivery, &progress, &cancel, &recorder, |_| {}).await },
        );
    drop(bars);
    report
}

/// The causes of whatever failed: of the create request, or else of the uploads.
fn causes(report: &DeliveryReport) -> Vec<Cause> {
    let Ok(create) = &report.create else { return Vec::new() };
    let trouble = |causes: &[Cause]| causes.iter().filter(|cause| output::is_trouble(cause)).cloned().collect::<Vec<_>>();
    let causes = trouble(&report.causes);
    if !causes.is_empty() || !create.is_accepted() {
        return causes;
    }
    report.uploads.iter().filter(|upload| !upload.is_success()).flat_map(|upload| trouble(&upload.causes)).collect()
}

fn exit(report: &DeliveryReport, causes: &[Cause]) -> Exit {
    match &report.create {
        // Whoever pressed Ctrl-C knows that the input was fine.
        Err(reason) if reason == "cancelled" => Exit::Failed,
        Err(_) => Exit::Input,
        Ok(exchange) if exchange.failure().is_some() => Exit::Network,
        // A sign-in page comes with 200 and creates nothing; a ticket that exists must not be sent again by a script.
        Ok(_) if report.is_success() && (report.ticket.is_some() || !causes.iter().any(output::is_failure)) => Exit::Done,
        Ok(_) => Exit::Failed,
    }
}

fn print(printing: &Printing, report: &DeliveryReport, sent: &RequestRecord, masker: &Masker) -> Ended {
    let causes = causes(report);
    let exit = exit(report, &causes);
    match printing.output {
        Output::Json => {
            let exchange = match &report.create {
                Ok(exchange) => output::exchange_json(exchange, masker),
                Err(reason) => output::unsent_json(sent, reason, masker),
            };
            output::print_json(&report_json(&exchange, report, &causes, masker))?;
        }
        Output::Text => {
            let mut text = report_text(report, &causes, masker);
            // What went wrong is said below, once.
            if exit == Exit::Done || report.is_success() && report.create.is_ok() {
                text.push_str(&format!("\n{}\n", masker.text(&report.summary())));
            }
            printing.print(&text)?;
        }
    }
    if exit != Exit::Done {
        // That an answer is a success says nothing of why it is not taken for one.
        let reason = causes.first().filter(|_| report.is_success()).map_or_else(|| report.summary(), |cause| cause.title.clone());
        output::complain("error", &masker.text(&reason));
    }
    Ok(exit)
}

fn report_json(exchange: &Value, report: &DeliveryReport, causes: &[Cause], masker: &Masker) -> Value {
    let mut map = json!({
        "exchange": exchange,
        "ticket": report.ticket.as_deref().map(|ticket| masker.text(ticket)),
        "attachments": output::endpoints_json(&report.endpoints, masker),
        "uploads": output::uploads_json(&report.uploads, masker),
        "causes": output::causes_json(causes, masker),
    });
    // Where no answer came, scripts find the error beside the exchange too.
    if let Some(error) = exchange.get("error").cloned() {
        map["error"] = error;
    }
    map
}

fn report_text(report: &DeliveryReport, causes: &[Cause], masker: &Masker) -> String {
    let mut text = report.create.as_ref().map(|exchange| output::exchange_text(exchange, masker)).unwrap_or_default();
    for (title, part) in [
        ("Attachment endpoints", output::endpoints_text(&report.endpoints, masker)),
        ("Files", output::uploads_text(&report.uploads, masker)),
        ("Causes, best first", output::causes_text(causes, masker)),
    ] {
        if !part.is_empty() {
            text.push_str(&format!("\n{title}:\n{part}"));
        }
    }
    text
}
