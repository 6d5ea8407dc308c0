//! `rehearse`: the same request to the twin of its profile, beside the real answer.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde_json::{Value, json};

use crate::cli::common_args::{Output, Printing, RequestArgs};
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::finding::{self, Asked};
use crate::cli::target::Context;
use crate::cli::{confirm, output, source};
use crate::diagnosis::compare::Agreement;
use crate::diagnosis::{Comparison, Difference};
use crate::model::exchange::Outcome;
use crate::model::history::Fingerprint;
use crate::model::request_record::RequestRecord;
use crate::model::secrets::masker::Masker;
use crate::service::intent::{Intent, Purpose};
use crate::service::record::Origin;
use crate::service::tools::rehearse::{self, RealAnswer, Rehearsal, RehearsalReport};
use crate::transport::Progress;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost rehearse --profile acme --set summary=\"Crash on load\" --set severity=Major
  centerpost rehearse --profile acme --json payload.json --answer answer.txt
  centerpost rehearse --profile acme --request failed.case.json
  centerpost rehearse --profile acme --json payload.json --send --yes

The request goes to a twin of the profile that runs inside this program. With --answer, or a case file with a response, the real \
response is compared with the twin's. With --send, the request is sent to the real server first; a success creates a real ticket.

Exit codes: 0 if the twin accepts the request and the real response agrees, 1 otherwise.")]
pub(in crate::cli) struct RehearseArgs {
    #[command(flatten)]
    pub(in crate::cli) request: RequestArgs,
    /// Read the real response from this file; - is standard input
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) answer: Option<PathBuf>,
    /// Send the request to the real server too
    #[arg(long, conflicts_with = "answer")]
    pub(in crate::cli) send: bool,
    /// Do not ask for confirmation with --send
    #[arg(long)]
    pub(in crate::cli) yes: bool,
    #[command(flatten)]
    pub(in crate::cli) printing: Printing,
}

pub(in crate::cli) fn run(args: &RehearseArgs) -> Ended {
    let asked = finding::asked(&args.request, &args.printing)?;
    let Asked { context, profile, network, request, answered, masker } = asked;
    let real = match (&args.answer, answered) {
        (Some(path), _) => RealAnswer::Known(Box::new(answer(path)?)),
        _ if args.send => {
            let intent = Intent {
                purpose: Purpose::Rehearse,
                url: &request.url,
                profile: &profile,
                profile_id: &context.profile_id(&args.request.target),
                fingerprint: Some(Fingerprint::of(&RequestRecord::from(&request))),
            };
            confirm::ask(&context, &intent, args.yes, &masker)?;
            RealAnswer::Send(Box::new(network))
        }
        (None, Some(outcome)) => RealAnswer::Known(Box::new(outcome)),
        (None, None) => RealAnswer::Nothing,
    };
    let origin = Origin::new(&context.profile_id(&args.request.target));
    run_with(&context, Rehearsal { request, profile, real }, &origin, &args.printing, &masker)
}

/// Rehearses and prints what came of it.
pub(in crate::cli) fn run_with(
    context: &Context,
    rehearsal: Rehearsal,
    origin: &Origin,
    printing: &Printing,
    masker: &Masker,
) -> Ended {
    let recorder = context.recorder();
    let report = crate::cli::runtime::block_on(|cancel| async move {
        rehearse::rehearse(rehearsal, &Progress::default(), &cancel, origin, &recorder).await
    })?;
    let report = report.map_err(|reason| CommandError::failed(format!("Rehearsing: {}", masker.text(&reason))))?;
    match printing.output {
        Output::Json => output::print_json(&json(&report, masker))?,
        Output::Text => printing.print(&text(&report, masker))?,
    }
    Ok(exit(&report))
}

fn answer(path: &std::path::Path) -> Result<Outcome, CommandError> {
    let trouble = |reason: &str| CommandError::input(format!("Reading the answer {}: {reason}", output::input_name(path)));
    match source::first_case(path, "Reading the answer", None)?.outcome {
        Some(Outcome::Answer(answer)) if answer.status == 0 => {
            Err(trouble("its status is not known. Paste it with its status line (HTTP/1.1 400 Bad Request)"))
        }
        Some(outcome) => Ok(outcome),
        None => Err(trouble("there is no answer in it")),
    }
}

fn exit(report: &RehearsalReport) -> Exit {
    match (&report.real, &report.comparison) {
        (Some(Outcome::Failure(_)), _) => Exit::Network,
        (Some(_), Some(comparison)) if comparison.agreement == Agreement::BothTake => Exit::Done,
        (None, _) if report.twin.is_accepted() => Exit::Done,
        _ => Exit::Failed,
    }
}

fn text(report: &RehearsalReport, masker: &Masker) -> String {
    let mut text = format!("Twin    {}: {}\n", report.twin.outcome_text(), masker.text(&report.twin_rule));
    if let Some(real) = &report.real {
        text.push_str(&format!("Server  {}\n", real.text()));
    }
    for note in &report.notes {
        text.push_str(&format!("Note    {}\n", masker.text(note)));
    }
    if let Some(comparison) = &report.comparison {
        text.push_str(&differences(comparison, masker));
        text.push_str(&format!("\nFinding: {}\n", masker.text(&comparison.finding)));
    }
    let causes = if report.real.is_some() { &report.real_causes } else { &report.twin_causes };
    let causes: Vec<_> = causes.iter().filter(|cause| output::is_trouble(cause)).cloned().collect();
    if !causes.is_empty() {
        text.push_str(&format!("\nCauses, best first:\n{}", output::causes_text(&causes, masker)));
    }
    text
}

fn differences(comparison: &Comparison, masker: &Masker) -> String {
    let one = |difference: &Difference| {
        format!(
            "\n{}\n  twin    {}\n  server  {}\n  {}\n",
            difference.what.label(),
            masker.text(&difference.twin),
            masker.text(&difference.real),
            masker.text(&difference.meaning)
        )
    };
    comparison.differences.iter().map(one).collect()
}

fn json(report: &RehearsalReport, masker: &Masker) -> Value {
    let real = report.real.as_ref().map(|outcome| match outcome {
        Outcome::Answer(answer) => json!({
            "status": answer.status,
            "headers": masker.headers(&answer.headers),
            "body": masker.answer(answer),
        }),
        Outcome::Failure(failure) => json!({"error": {"kind": failure.kind, "message": masker.text(&failure.message)}}),
    });
    let difference = |difference: &Difference| {
        json!({
            "what": difference.what.label(),
            "twin": masker.text(&difference.twin),
            "real": masker.text(&difference.real),
            "meaning": masker.text(&difference.meaning),
            "counts": difference.counts,
        })
    };
    json!({
        "twin": output::exchange_json(&report.twin, masker),
        "twin_rule": masker.text(&report.twin_rule),
        "twin_causes": output::causes_json(&report.twin_causes, masker),
        "real": real,
        "real_causes": output::causes_json(&report.real_causes, masker),
        "agreement": report.comparison.as_ref().map(|comparison| agreement(comparison.agreement)),
        "finding": report.comparison.as_ref().map(|comparison| masker.text(&comparison.finding)),
        "differences": report.comparison.iter().flat_map(|comparison| &comparison.differences).map(difference).collect::<Vec<_>>(),
        "notes": report.notes.iter().map(|note| masker.text(note)).collect::<Vec<_>>(),
    })
}

fn agreement(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::BothTake => "both_take",
        Agreement::BothRefuse => "both_refuse",
        Agreement::Differ => "differ",
        Agreement::NotComparable => "not_comparable",
    }
}
