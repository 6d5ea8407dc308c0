//! `bisect`: which parameter a server refuses; on the twin first, then, if agreed to, on the real server.

use clap::Args;
use serde_json::{Value, json};

use crate::cli::common_args::{Output, Printing, RequestArgs};
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::finding::{self, Asked};
use crate::cli::{confirm, output};
use crate::model::secrets::masker::Masker;
use crate::service::intent::{Intent, Purpose};
use crate::service::record::Origin;
use crate::service::tools::bisect::{self, BisectReport, BisectVerdict, Bisection, Trial, TrialTarget};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost bisect --profile acme --json refused.json
  centerpost bisect --profile acme --request failed.case.json --twin-only
  centerpost bisect --profile acme --json refused.json --yes --output json

For a payload that is rejected with 400. It runs on a twin of the profile first: what the twin rejects, the profile explains, and \
nothing is sent. Otherwise it sends the required parameters alone, then all parameters, then halves of the others. It says how many \
requests that takes before it starts. Each accepted request creates a real ticket; they are listed at the end. Ctrl-C stops it.

Exit codes: 0 if the parameter was found, 1 if it cannot be told, 2 if it was not confirmed, 3 if no response came.")]
pub(in crate::cli) struct BisectArgs {
    #[command(flatten)]
    pub(in crate::cli) request: RequestArgs,
    /// Use only the twin; send nothing to the real server
    #[arg(long)]
    pub(in crate::cli) twin_only: bool,
    /// Continue with the real server even if the twin rejects the payload too
    #[arg(long, conflicts_with = "twin_only")]
    pub(in crate::cli) anyway: bool,
    /// Do not ask for confirmation; real tickets may be created
    #[arg(long)]
    pub(in crate::cli) yes: bool,
    #[command(flatten)]
    pub(in crate::cli) printing: Printing,
}

pub(in crate::cli) fn run(args: &BisectArgs) -> Ended {
    let asked = finding::asked(&args.request, &args.printing)?;
    let Asked { context, profile, network, request, masker, .. } = &asked;
    let planned = bisect::plan(profile, request).map_err(CommandError::input)?;
    let on_twin = search(args, &asked, &Origin::default(), TrialTarget::Twin)?;
    let goes_on = args.anyway || on_twin.verdict == BisectVerdict::NotRefused;
    let on_server = if args.twin_only || !goes_on {
        None
    } else {
        let profile_id = context.profile_id(&args.request.target);
        let purpose = Purpose::Bisect { most_requests: planned.most_requests, usual_requests: planned.usual_requests };
        let intent = Intent { purpose, url: &request.url, profile, profile_id: &profile_id, fingerprint: None };
        confirm::ask(context, &intent, args.yes, masker)?;
        Some(search(args, &asked, &Origin::new(&profile_id), TrialTarget::Server(Box::new(network.clone())))?)
    };
    print(args, &on_twin, on_server.as_ref(), masker)?;
    Ok(exit(on_server.as_ref().unwrap_or(&on_twin)))
}

fn search(args: &BisectArgs, asked: &Asked, origin: &Origin, target: TrialTarget) -> Result<BisectReport, CommandError> {
    let Asked { context, profile, request, masker, .. } = asked;
    let recorder = context.recorder();
    let is_told = args.printing.output == Output::Text && matches!(target, TrialTarget::Server(_));
    let bisection = Bisection { request: request.clone(), profile: profile.clone(), target };
    let report = crate::cli::runtime::block_on(|cancel| async move {
        bisect::bisect(bisection, &cancel, origin, &recorder, |trial| {
            if is_told {
                output::complain("trial", &masker.text(&trial_line(trial)));
            }
        })
        .await
    })?;
    report.map_err(|reason| CommandError::failed(format!("Bisecting: {}", masker.text(&reason))))
}

fn exit(report: &BisectReport) -> Exit {
    match &report.verdict {
        BisectVerdict::Culprits(_) => Exit::Done,
        BisectVerdict::Stopped { no_answer: true, .. } => Exit::Network,
        _ => Exit::Failed,
    }
}

fn trial_line(trial: &Trial) -> String {
    let came = trial.exchange.outcome_text();
    let ticket = trial.ticket.as_ref().map(|ticket| format!(", ticket {ticket}")).unwrap_or_default();
    let listed =
        |what: &str, names: &[String]| if names.is_empty() { String::new() } else { format!("; {what} {}", names.join(", ")) };
    let without = listed("without", &trial.left_out) + &listed("exchanged", &trial.exchanged);
    let again = trial.repeats.map(|before| format!("; trial {before} once more to be sure")).unwrap_or_default();
    format!(
        "{}. {came}{ticket}{again}{}",
        trial.number,
        if without.is_empty() { "; the whole payload".to_owned() } else { without }
    )
}

fn print(
    args: &BisectArgs,
    on_twin: &BisectReport,
    on_server: Option<&BisectReport>,
    masker: &Masker,
) -> Result<(), CommandError> {
    if args.printing.output == Output::Json {
        return output::print_json(&json!({
            "plan": {
                "most_requests": on_twin.plan.most_requests,
                "usual_requests": on_twin.plan.usual_requests,
                "optional": on_twin.plan.optional,
                "required": on_twin.plan.required,
                "fixed": on_twin.plan.fixed,
            },
            "twin": report_json(on_twin, masker),
            "server": on_server.map(|report| report_json(report, masker)),
        }));
    }
    let mut text = format!("Twin    {}\n", masker.text(&on_twin.verdict.words()));
    match on_server {
        None if on_twin.verdict.is_refused() => {
            text.push_str("The profile explains the refusal, so nothing was sent to the real server\n");
        }
        None => {}
        Some(report) => {
            text.push_str(&format!("Server  {}\n", masker.text(&report.verdict.words())));
            text.push_str(&masker.text(&tickets(report)));
        }
    }
    output::print(&text)
}

fn tickets(report: &BisectReport) -> String {
    match report.tickets().as_slice() {
        [] => format!("{} requests were sent, and no ticket was made\n", report.trials.len()),
        tickets => format!(
            "{} requests were sent. They made {} in Centercode: {}\n",
            report.trials.len(),
            if tickets.len() == 1 { "a ticket" } else { "tickets" },
            tickets.join(", ")
        ),
    }
}

fn hidden(names: &[String], masker: &Masker) -> Vec<String> {
    names.iter().map(|name| masker.text(name)).collect()
}

fn report_json(report: &BisectReport, masker: &Masker) -> Value {
    let trial = |trial: &Trial| {
        json!({
            "number": trial.number,
            "kept": hidden(&trial.kept, masker),
            "left_out": hidden(&trial.left_out, masker),
            "exchanged": hidden(&trial.exchanged, masker),
            "status": trial.exchange.answer().map(|answer| answer.status),
            "accepted": trial.accepted,
            "ticket": trial.ticket.as_deref().map(|ticket| masker.text(ticket)),
        })
    };
    let (verdict, sets) = match &report.verdict {
        BisectVerdict::Culprits(sets) => ("culprits", sets.clone()),
        BisectVerdict::NotRefused => ("not_refused", Vec::new()),
        BisectVerdict::EverythingRefused { .. } => ("everything_refused", Vec::new()),
        BisectVerdict::Flaky(names) => ("flaky", vec![names.clone()]),
        BisectVerdict::Stopped { found, .. } => ("stopped", found.clone()),
    };
    json!({
        "verdict": verdict,
        "culprits": sets.iter().map(|set| hidden(set, masker)).collect::<Vec<_>>(),
        "words": masker.text(&report.verdict.words()),
        "trials": report.trials.iter().map(trial).collect::<Vec<_>>(),
        "tickets": report.tickets().iter().map(|ticket| masker.text(ticket)).collect::<Vec<_>>(),
    })
}
