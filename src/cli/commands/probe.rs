//! `probe`: which part of an address a 404 is about.

use clap::{Args, ValueHint};
use serde_json::{Value, json};

use crate::cli::commands::send;
use crate::cli::common_args::{Output, Printing, Target};
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::target::Context;
use crate::cli::{confirm, output};
use crate::service::intent::{Intent, Purpose};
use crate::service::record::Origin;
use crate::service::tools::lines::probe_line;
use crate::service::tools::probe::{self, ProbeReport, Probing};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost probe --profile acme
  centerpost probe --profile acme --endpoint 'https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlogs?apiKey=KEY' --yes

For a URL that is answered with 404. Sends a few requests whose bodies cannot create a ticket (empty, [], broken JSON). In each, one \
part of the URL is made up or taken from the profile. From the responses it concludes whether host, path, project key, source key and \
API key are right, and says so where the server's responses do not tell.

Exit codes: 0 if every part is right, 1 if one is wrong or cannot be told, 2 if it was not confirmed, 3 if no response came.")]
pub(in crate::cli) struct ProbeArgs {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// Use this endpoint URL instead of the profile's
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(in crate::cli) endpoint: Option<String>,
    /// Do not ask for confirmation
    #[arg(long)]
    pub(in crate::cli) yes: bool,
    #[command(flatten)]
    pub(in crate::cli) printing: Printing,
}

pub(in crate::cli) fn run(args: &ProbeArgs) -> Ended {
    if args.target.profile.is_none() && args.endpoint.is_none() {
        return Err(CommandError::input("Name the address with --profile NAME|FILE, --endpoint URL, or both"));
    }
    let context = Context::open().keeping(args.target.no_history);
    let (profile, network) = args.target.resolve(&context)?;
    let url = match &args.endpoint {
        // As it was typed: what is odd about it may be what is wrong.
        Some(typed) if typed.contains("apiKey=") => typed.trim().to_owned(),
        typed => send::endpoint(&args.target, typed.as_deref(), &profile)?.url_revealing_key(),
    };
    let mut masker = args.printing.masker(&profile);
    masker.learn_url(&url);
    let profile_id = context.profile_id(&args.target);
    let purpose = Purpose::Probe { requests: probe::plan(&url, &profile).len() };
    let intent = Intent { purpose, url: &url, profile: &profile, profile_id: &profile_id, fingerprint: None };
    confirm::ask(&context, &intent, args.yes, &masker)?;
    let is_text = args.printing.output == Output::Text;
    let (origin, recorder) = (Origin::new(&profile_id), context.recorder());
    let probing = Probing { url, profile, network };
    let report = crate::cli::runtime::block_on(|cancel| async move {
        probe::probe(probing, &cancel, &origin, &recorder, |answer| {
            if is_text {
                let line = probe_line(answer);
                // What cannot be printed now could not be printed later.
                let _ = output::print(&masker.text(&format!("{:<60} {}\n", line.what, line.words)));
            }
        })
        .await
    })?;
    print(args, &report)?;
    Ok(if report.is_right() { Exit::Done } else { exit(&report) })
}

fn exit(report: &ProbeReport) -> Exit {
    let answered = report.answers.iter().any(|answer| answer.exchange.as_ref().is_ok_and(|exchange| exchange.answer().is_some()));
    if answered { Exit::Failed } else { Exit::Network }
}

fn print(args: &ProbeArgs, report: &ProbeReport) -> Result<(), CommandError> {
    if args.printing.output == Output::Json {
        let probes: Vec<Value> = report
            .answers
            .iter()
            .map(|answer| {
                let exchange = answer.exchange.as_ref().ok();
                json!({
                    "asks": answer.probe.asks,
                    "method": answer.probe.request.method,
                    "status": exchange.and_then(|exchange| exchange.answer()).map(|answer| answer.status),
                    "error": exchange.and_then(|exchange| exchange.failure()).map(|failure| failure.kind),
                })
            })
            .collect();
        let parts: Vec<Value> = report
            .conclusions
            .iter()
            .map(|one| json!({"part": one.part.label(), "verdict": one.verdict.label(), "words": one.words}))
            .collect();
        return output::print_json(&json!({"probes": probes, "parts": parts, "summary": report.summary, "notes": report.notes}));
    }
    let mut text = String::from("\n");
    for one in &report.conclusions {
        text.push_str(&format!("{:<12} {:<15} {}\n", one.part.label(), one.verdict.label(), one.words));
    }
    report.notes.iter().for_each(|note| text.push_str(&format!("Note: {note}\n")));
    text.push_str(&format!("\n{}\n", report.summary));
    output::print(&text)
}
