//! `send`: a ticket, and files attached to it.

use clap::{Args, ValueHint};
use serde_json::{Value, json};

use crate::cli::common_args::{Output, PayloadArgs, Printing, Target};
use crate::cli::exit::{Ended, Exit, Failure};
use crate::cli::mask::Masker;
use crate::cli::progress::Bars;
use crate::cli::target::Context;
use crate::cli::{output, payload, record, repeat};
use crate::diagnosis::{self, Cause};
use crate::model::correlation;
use crate::model::draft::Attachment;
use crate::model::history::Fingerprint;
use crate::model::request::Body;
use crate::model::request_record::RequestRecord;
use crate::model::{Case, Endpoint, Exchange, Network, Profile, Request};
use crate::service::deliver::{self, Delivery, DeliveryProgress, Report};
use crate::service::record::Origin;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost send --profile \"Acme beta\" --set summary=\"Crash on load\" --set severity=Major
  centerpost send --profile acme.profile.json --json payload.json --attach crashlog=crash.zip
  centerpost send --profile acme --set-json areas='[\"UI\"]' --dry-run
  producer | centerpost send --profile acme --json - --output json

--json is sent to the byte. With --set, --set-json or --unset besides, it is read and written anew.
For one parameter --unset comes after --set-json, and that after --set.")]
pub(in crate::cli) struct SendArgs {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// An endpoint's URL to send to in place of the profile's
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(in crate::cli) endpoint: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) payload: PayloadArgs,
    /// A file to attach once the ticket exists, by its file element's parameter
    #[arg(long, value_name = "PARAM=PATH")]
    pub(in crate::cli) attach: Vec<String>,
    /// Print the exact request and what is wrong with it, and send nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Do not ask when the same payload went to the same endpoint before
    #[arg(long)]
    pub(in crate::cli) yes: bool,
    #[command(flatten)]
    pub(in crate::cli) printing: Printing,
}

pub(in crate::cli) fn run(args: &SendArgs) -> Ended {
    if args.target.profile.is_none() && args.endpoint.is_none() {
        return Err(Failure::input("Name where to send with --profile NAME|FILE, --endpoint URL, or both"));
    }
    let context = Context::open();
    let (profile, network) = args.target.resolve(&context)?;
    let sent_to = endpoint(&args.target, args.endpoint.as_deref(), &profile)?;
    let attachments = payload::attachments(&args.attach)?;
    for attachment in &attachments {
        if profile.file_element(&attachment.parameter).is_none() {
            output::complain("warning", &format!("the profile has no file element \"{}\"", attachment.parameter));
        }
    }
    let mut request = Request::post_json(sent_to.url_revealing_key(), "", &profile.extra_headers);
    request.body = Body::Bytes(payload::payload(&args.payload, &profile)?);
    if args.dry_run {
        let mut masker = args.printing.masker(&profile);
        masker.learn(sent_to.api_key.reveal());
        return dry_run(&request, &profile, &masker, args.printing.output);
    }
    let mut origin = Origin::new(&context.profile_id(&args.target));
    origin.fingerprint = Some(Fingerprint::of(&RequestRecord::from(&request)));
    if !repeat::is_wanted(&context, &origin, &profile, args.yes) {
        return Ok(Exit::Failed);
    }
    correlation::put_in(&mut request, &profile, origin.delivery);
    send(&context, Sending { request, sent_to, profile, attachments, network, origin }, &args.printing)
}

/// What is to be sent.
pub(in crate::cli) struct Sending {
    pub(in crate::cli) request: Request,
    pub(in crate::cli) sent_to: Endpoint,
    pub(in crate::cli) profile: Profile,
    pub(in crate::cli) attachments: Vec<Attachment>,
    pub(in crate::cli) network: Network,
    pub(in crate::cli) origin: Origin,
}

/// Sends, keeps what came of it in the history, and prints it.
pub(in crate::cli) fn send(context: &Context, sending: Sending, printing: &Printing) -> Ended {
    let Sending { request, sent_to, profile, attachments, network, origin } = sending;
    let mut masker = printing.masker(&profile);
    masker.learn(sent_to.api_key.reveal());
    let uploads_at_once = context.found.settings.uploads_at_once;
    let delivery = Delivery { request, sent_to, profile, attachments, network, uploads_at_once, origin };
    let (sent, profile, origin) = (RequestRecord::from(&delivery.request), delivery.profile.clone(), delivery.origin.clone());
    masker.learn_sent(&sent);
    let (report, cancelled) = deliver(delivery)?;
    record::delivery(context, &origin, &profile, &report, cancelled.as_ref());
    for exchange in report.create.iter().chain(report.uploads.iter().filter_map(output::upload_exchange)) {
        masker.learn_url(&exchange.sent.url);
    }
    print(printing, &report, &sent, &profile, &masker)
}

/// The endpoint to send to. A pasted one without an API key gets the profile's.
pub(in crate::cli) fn endpoint(target: &Target, typed: Option<&str>, profile: &Profile) -> Result<Endpoint, Failure> {
    let Some(text) = typed else { return Ok(profile.endpoint()) };
    let mut endpoint = Endpoint::from_pasted(text).ok_or_else(|| {
        Failure::input("Reading --endpoint: it is no External Source's URL (https://HOST/api/v1/projects/PROJECT/feedback/SOURCE?apiKey=KEY)")
    })?;
    let is_given = target.api_key_file.is_some() || std::env::var_os("CENTERPOST_API_KEY").is_some_and(|key| !key.is_empty());
    if is_given || endpoint.api_key.is_empty() && endpoint.base_url == profile.base_url {
        endpoint.api_key = profile.api_key.clone();
    }
    Ok(endpoint)
}

/// Prints what would be sent, and why it may be refused.
pub(in crate::cli) fn dry_run(request: &Request, profile: &Profile, masker: &Masker, format: Output) -> Ended {
    let sent = RequestRecord::from(request);
    let causes = diagnosis::preflight(&Case { profile: Some(profile.clone()), sent: sent.clone(), ..Case::default() });
    match format {
        Output::Text => {
            let text = masker.text(&request.wire_text(masker.secrets()));
            // HTTP ends its lines with CR LF, a text for people with LF.
            output::print(&format!("{}\n", text.replace("\r\n", "\n").trim_end_matches('\n')))?;
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

/// Delivers; of a request that was stopped, what is known of it comes too.
fn deliver(delivery: Delivery) -> Result<(Report, Option<Exchange>), Failure> {
    let progress = DeliveryProgress::new(delivery.attachments.len());
    let names = delivery.attachments.iter().map(Attachment::filename);
    let bars = Bars::start(names.zip(progress.uploads.iter().cloned()).collect());
    let report = crate::cli::runtime::block_on(|cancel| async move {
        let cancelled = std::cell::RefCell::new(None);
        let report = deliver::deliver(delivery, &progress, &cancel, |event| {
            if let deliver::Event::CreateCancelled(exchange) = event {
                cancelled.replace(Some(*exchange));
            }
        });
        (report.await, cancelled.into_inner())
    });
    drop(bars);
    report
}

/// The causes of whatever failed: of the create request, or else of the uploads.
fn causes(report: &Report, profile: &Profile) -> Vec<Cause> {
    let of = |exchange: &Exchange| diagnosis::diagnose(&Case::of(exchange, Some(profile)));
    let Ok(create) = &report.create else { return Vec::new() };
    let mut causes = of(create);
    causes.retain(output::is_trouble);
    if causes.is_empty() && create.is_success() {
        causes = report
            .uploads
            .iter()
            .filter(|upload| !upload.is_success())
            .filter_map(output::upload_exchange)
            .flat_map(of)
            .collect();
        causes.retain(output::is_trouble);
    }
    causes
}

fn exit(report: &Report, causes: &[Cause]) -> Exit {
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

fn print(printing: &Printing, report: &Report, sent: &RequestRecord, profile: &Profile, masker: &Masker) -> Ended {
    let causes = causes(report, profile);
    let exit = exit(report, &causes);
    match printing.output {
        Output::Json => {
            let exchange = match &report.create {
                Ok(exchange) => output::exchange_json(exchange, masker),
                Err(reason) => output::unsent_json(sent, reason, masker),
            };
            output::print_json(&report_json(&exchange, report, &causes, masker))?;
        }
        Output::Text => output::print(&report_text(report, &causes, masker))?,
    }
    if exit != Exit::Done {
        // That an answer is a success says nothing of why it is not taken for one.
        let reason = causes.first().filter(|_| report.is_success()).map_or_else(|| report.summary(), |cause| cause.title.clone());
        output::complain("error", &masker.text(&reason));
    }
    Ok(exit)
}

fn report_json(exchange: &Value, report: &Report, causes: &[Cause], masker: &Masker) -> Value {
    let mut map = json!({
        "exchange": exchange,
        "ticket": report.ticket,
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

fn report_text(report: &Report, causes: &[Cause], masker: &Masker) -> String {
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
    if report.create.is_ok() {
        text.push_str(&format!("\n{}\n", masker.text(&report.summary())));
    }
    text
}
