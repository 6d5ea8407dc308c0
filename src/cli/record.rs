//! The history's share of what commands do. That it cannot be written is said, and fails no command.

use crate::cli::output;
use crate::cli::target::Context;
use crate::diagnosis;
use crate::model::history::Entry;
use crate::model::{Case, Exchange, Profile};
use crate::service::deliver::{Report, UploadOutcome, UploadResult};
use crate::service::record::{self, Origin};
use crate::service::tools::{bisect, probe};

/// Keeps a create request and the uploads that followed it.
pub(in crate::cli) fn delivery(
    context: &Context,
    origin: &Origin,
    profile: &Profile,
    report: &Report,
    cancelled: Option<&Exchange>,
) {
    let mut entries = Vec::new();
    if let Some(create) = report.create.as_ref().ok().or(cancelled) {
        let causes = diagnosis::diagnose(&Case::of(create, Some(profile)));
        entries.push(record::created(origin, profile, report.uploads.len(), create, &causes));
    }
    entries.extend(report.uploads.iter().filter_map(|result| of_upload(origin, profile, result)));
    keep(context, &entries);
}

/// Keeps one upload.
pub(in crate::cli) fn upload(context: &Context, origin: &Origin, profile: &Profile, result: &UploadResult) {
    keep(context, &of_upload(origin, profile, result).into_iter().collect::<Vec<_>>());
}

/// Keeps the requests that asked which part of an address is wrong.
pub(in crate::cli) fn probes(context: &Context, origin: &Origin, profile: &Profile, report: &probe::Report) {
    let exchanges: Vec<&Exchange> =
        report.answers.iter().filter_map(|answer| answer.exchange.as_ref().ok().map(|exchange| &**exchange)).collect();
    keep(context, &record::entries(origin, profile, &exchanges));
}

/// Keeps the trials of a search that reached a real server.
pub(in crate::cli) fn trials(context: &Context, origin: &Origin, profile: &Profile, report: &bisect::Report) {
    let exchanges: Vec<&Exchange> = report.trials.iter().map(|trial| &*trial.exchange).collect();
    keep(context, &record::entries(origin, profile, &exchanges));
}

fn of_upload(origin: &Origin, profile: &Profile, result: &UploadResult) -> Option<Entry> {
    let UploadOutcome::Answered(exchange) = &result.outcome else { return None };
    let causes = diagnosis::diagnose(&Case::of(exchange, Some(profile)));
    Some(record::uploaded(origin, profile, exchange, &causes))
}

fn keep(context: &Context, entries: &[Entry]) {
    let Some(history) = context.history() else { return };
    if let Err(error) = history.record_all(entries) {
        output::complain("warning", &format!("this is not in the history. {error}"));
    }
}
