//! What came of a step, before its checks.

use std::time::Duration;

use serde_json::Value;

use super::expectation::{Observed, reported_sha256, reported_size};
use super::result::{CauseResult, FileResult, StepResult, Verdict};
use super::running::ms;
use crate::diagnosis::Cause;
use crate::model::history::is_outcome_unknown;
use crate::model::secrets::masker::Masker;
use crate::model::{Answer, Exchange};
use crate::service::report::{DeliveryReport, UploadResult};

/// What a step came to before its checks.
pub(super) struct Came<'a> {
    pub result: StepResult,
    pub observed: Observed<'a>,
    pub causes: Vec<Cause>,
    pub json: Option<Value>,
    /// What hides the secrets of the exchange too: a token that an answer brought, for example.
    pub masker: Masker,
}

/// The row's masker, with the secrets that exchanges brought.
fn masker_of<'a>(row: &Masker, exchanges: impl IntoIterator<Item = &'a Exchange>) -> Masker {
    let mut masker = row.clone();
    for exchange in exchanges {
        masker.learn_exchange(exchange);
    }
    masker
}

/// The problem that explains best what came, if one was found.
pub(super) fn cause_of(causes: &[Cause], masker: &Masker) -> Option<CauseResult> {
    let cause = causes.iter().find(|cause| cause.id.is_problem())?;
    Some(CauseResult { id: cause.id.as_str().to_owned(), title: masker.text(&cause.title) })
}

/// What a delivery came to. `row` hides the row's secrets.
pub(super) fn of_delivery<'a>(report: &'a DeliveryReport, row: &Masker, is_cancelled: bool) -> Came<'a> {
    let create = report.create.as_ref().ok();
    let masker = masker_of(row, create.into_iter().chain(report.uploads.iter().filter_map(UploadResult::exchange)));
    let answer = create.and_then(Exchange::answer);
    let files: Vec<FileResult> = report.uploads.iter().map(|upload| file_result(&masker, upload)).collect();
    let json = answer.and_then(Answer::json);
    let is_network = create.is_some_and(|exchange| exchange.failure().is_some()) || report.uploads.iter().any(is_unanswered);
    let is_accepted = report.is_success();
    let verdict = match &report.create {
        // It was cancelled, so it may have gone out.
        Err(_) if is_cancelled => Verdict::Unknown,
        Err(_) => Verdict::Failed,
        Ok(exchange) if !exchange.is_accepted() && is_outcome_unknown(exchange) => Verdict::Unknown,
        Ok(_) => Verdict::Passed,
    };
    let observed = Observed {
        status: answer.map(|answer| answer.status),
        headers: answer.map_or(&[], |answer| answer.headers.as_slice()),
        json: json.clone(),
        endpoints: report.endpoints.iter().filter_map(|endpoint| endpoint.parameter.clone()).collect(),
        causes: report
            .causes
            .iter()
            .chain(report.uploads.iter().flat_map(|upload| &upload.causes))
            .map(|cause| cause.id.as_str().to_owned())
            .collect(),
        hashes: hashes(&files),
        took: create.map_or(Duration::ZERO, |exchange| exchange.timings.total),
        is_accepted,
    };
    let result = StepResult {
        verdict,
        status: observed.status,
        took_ms: ms(observed.took),
        ticket: report.ticket.as_deref().map(|ticket| masker.text(ticket)),
        error: (!is_accepted).then(|| masker.text(&report.summary())),
        is_network,
        files,
        ..StepResult::default()
    };
    let mut causes = report.causes.clone();
    causes.extend(report.uploads.iter().filter(|upload| !upload.is_success()).flat_map(|upload| upload.causes.clone()));
    Came { result, observed, causes, json, masker }
}

/// What uploads came to. `row` hides the row's secrets.
pub(super) fn of_uploads<'a>(uploads: &'a [UploadResult], row: &Masker) -> Came<'a> {
    let masker = masker_of(row, uploads.iter().filter_map(UploadResult::exchange));
    let files: Vec<FileResult> = uploads.iter().map(|upload| file_result(&masker, upload)).collect();
    let last = uploads.last().and_then(UploadResult::exchange);
    let answer = last.and_then(Exchange::answer);
    let json = answer.and_then(Answer::json);
    let is_accepted = uploads.iter().all(UploadResult::is_success);
    let causes: Vec<Cause> =
        uploads.iter().filter(|upload| !upload.is_success()).flat_map(|upload| upload.causes.clone()).collect();
    let troubles = uploads.iter().filter_map(|upload| Some(format!("{}: {}", upload.filename, upload.trouble()?)));
    let troubles = troubles.collect::<Vec<_>>().join("; ");
    let took = uploads.iter().filter_map(UploadResult::exchange).map(|exchange| exchange.timings.total).sum();
    let observed = Observed {
        status: answer.map(|answer| answer.status),
        headers: answer.map_or(&[], |answer| answer.headers.as_slice()),
        json: json.clone(),
        endpoints: Vec::new(),
        causes: causes.iter().map(|cause| cause.id.as_str().to_owned()).collect(),
        hashes: hashes(&files),
        took,
        is_accepted,
    };
    let result = StepResult {
        status: observed.status,
        took_ms: ms(took),
        attempts: 1,
        error: (!is_accepted).then(|| masker.text(&troubles)),
        is_network: uploads.iter().any(is_unanswered),
        files,
        ..StepResult::default()
    };
    Came { result, observed, causes, json, masker }
}

fn is_unanswered(upload: &UploadResult) -> bool {
    upload.exchange().is_some_and(|exchange| exchange.failure().is_some())
}

fn hashes(files: &[FileResult]) -> Vec<(String, Option<String>, Option<String>)> {
    files.iter().map(|file| (file.element.clone(), file.sha256.clone(), file.reported_sha256.clone())).collect()
}

fn file_result(masker: &Masker, upload: &UploadResult) -> FileResult {
    let answer = upload.exchange().and_then(Exchange::answer);
    let json = answer.and_then(Answer::json);
    FileResult {
        element: upload.parameter.clone(),
        name: masker.text(&upload.filename),
        arrived: upload.is_success(),
        size: upload.size,
        sha256: upload.sha256.clone(),
        reported_size: json.as_ref().and_then(reported_size),
        reported_sha256: json.as_ref().and_then(reported_sha256),
        status: answer.map(|answer| answer.status),
        took_ms: upload.exchange().map_or(0.0, |exchange| ms(exchange.timings.total)),
        error: upload.trouble().map(|trouble| masker.text(&trouble)),
        cause: (!upload.is_success()).then(|| cause_of(&upload.causes, masker)).flatten(),
    }
}
