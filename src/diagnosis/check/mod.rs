//! A request held against a profile, without sending it: what was sent, what was expected, what is wrong with it.
//!
//! The rows only lay the request out. What is wrong comes from [`preflight`], the same rules that warn before sending and
//! explain a failure; each of its causes stands in at least one row.

mod address;
mod expected;
mod payload;
mod row;

use std::collections::HashMap;
use std::ops::Range;

pub use row::{CheckPart, CheckRow, CheckStatus, NOT_RECORDED};

use super::cause::{Cause, FactPlace};
use super::diagnose::preflight;
use super::recorded;
use crate::diagnosis::cause_id::CauseId;
use crate::model::request_record::RequestRecord;
use crate::model::{Case, Profile};

/// Holds a request against a profile: the address by its parts, the headers, then the parameters in the order of the profile, with
/// those that the profile does not have behind them.
pub fn check(profile: &Profile, sent: &RequestRecord) -> Vec<CheckRow> {
    let case = Case { profile: Some(profile.clone()), sent: sent.clone(), ..Case::default() };
    let mut rows = address::rows(profile, sent);
    rows.extend(payload::headers(profile, sent));
    rows.extend(payload::rows(profile, sent));
    let mut parameters: HashMap<String, usize> = HashMap::new();
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| row.part == CheckPart::Parameter) {
        parameters.entry(row.name.clone()).or_insert(index);
    }
    for cause in preflight(&case) {
        place(&mut rows, &mut parameters, &cause);
    }
    for row in &mut rows {
        if let Some(most) = row.problems.iter().map(|cause| cause.confidence).max() {
            row.status = if most.is_sure() { CheckStatus::Wrong } else { CheckStatus::Doubtful };
        } else if matches!(row.part, CheckPart::Scheme | CheckPart::Port) && row.sent != row.expected && row.expected.is_some() {
            // It differs, and what is wrong about that is said where the host stands.
            row.status = CheckStatus::NotChecked;
        }
        if row.problems.is_empty() && !is_recorded(row, sent) {
            (row.status, row.sent) = (CheckStatus::NotChecked, None);
        }
        if row.status == CheckStatus::Fine && !sent.knows_variables() {
            open(row, &sent.url);
        }
    }
    rows
}

/// Whether the record holds what a row is about. What it leaves out is neither right nor wrong.
fn is_recorded(row: &CheckRow, sent: &RequestRecord) -> bool {
    match row.part {
        CheckPart::Method => sent.knows_method(),
        CheckPart::Scheme => sent.knows_scheme(),
        CheckPart::Host => sent.knows_host(),
        CheckPart::Port => sent.knows_port(),
        CheckPart::ApiKey => row.sent.is_some() || sent.knows_address_end(),
        CheckPart::Header => row.sent.is_some() || sent.knows_headers(),
        CheckPart::Body | CheckPart::Parameter => row.sent.is_some() || sent.knows_body(),
        CheckPart::Path | CheckPart::ProjectKey | CheckPart::SourceKey | CheckPart::Segment | CheckPart::Query => true,
        CheckPart::FormPart => true,
    }
}

/// Leaves a row open whose value is a variable: what it holds is not known here.
fn open(row: &mut CheckRow, url: &str) {
    let written = row.span.clone().and_then(|span| url.get(span)).or(row.sent.as_deref()).unwrap_or_default().to_owned();
    if !recorded::names_variable(&written) {
        return;
    }
    row.status = CheckStatus::NotChecked;
    // A variable's name is not a secret, and only as a whole it is shown in a secret's place.
    let value = written.strip_prefix("apiKey=").unwrap_or(&written);
    let is_whole = value.starts_with("{{") && value.find("}}") == Some(value.len().saturating_sub(2));
    let shown = if row.part == CheckPart::ApiKey && is_whole { Some(written.clone()) } else { row.sent.take() };
    row.sent = shown.map(|shown| format!("{shown}, a variable whose value is not known here"));
}

/// Whether nothing is wrong, and nothing may be.
pub fn is_fine(rows: &[CheckRow]) -> bool {
    rows.iter().all(|row| row.problems.is_empty())
}

/// What is said where nothing is wrong.
pub fn nothing_found(rows: &[CheckRow]) -> &'static str {
    let is_open = |row: &CheckRow| {
        row.part == CheckPart::Parameter && row.status == CheckStatus::NotChecked && row.sent.is_some() && row.expected.is_some()
    };
    if rows.iter().any(CheckRow::is_left_out) {
        "No problem found in what the record holds"
    } else if rows.iter().any(is_open) {
        "No problem found in what can be compared. Some values have nothing in the profile to be compared with"
    } else {
        "No problem found"
    }
}

/// Puts a cause into the rows that it is about. `parameters` tells which row is a parameter's.
fn place(rows: &mut Vec<CheckRow>, parameters: &mut HashMap<String, usize>, cause: &Cause) {
    let mut found: Vec<usize> = by_id(rows, cause).into_iter().collect();
    for fact in &cause.evidence {
        let row = match &fact.place {
            Some(FactPlace::Url(span)) if found.is_empty() => by_span(rows, span),
            Some(FactPlace::RequestHeader(name)) => {
                rows.iter().position(|row| row.part == CheckPart::Header && row.name.eq_ignore_ascii_case(name))
            }
            Some(FactPlace::Parameter(name)) => Some(parameter(rows, parameters, name)),
            Some(FactPlace::Body(_)) if found.is_empty() => rows.iter().position(|row| row.part == CheckPart::Body),
            Some(FactPlace::Part(index)) => form_part(rows, *index),
            _ => None,
        };
        found.extend(row);
    }
    if found.is_empty() {
        let part = if cause.id.family() == "endpoint" { CheckPart::Path } else { CheckPart::Body };
        found.extend(rows.iter().position(|row| row.part == part).or(Some(0)));
    }
    found.sort_unstable();
    found.dedup();
    for index in found {
        if let Some(row) = rows.get_mut(index) {
            row.problems.push(cause.clone());
        }
    }
}

/// The row of a cause that is about one part, wherever its evidence points.
fn by_id(rows: &[CheckRow], cause: &Cause) -> Option<usize> {
    let part = match cause.id {
        CauseId::EndpointScheme | CauseId::EndpointNoScheme => CheckPart::Scheme,
        CauseId::EndpointProjectKeyMissing | CauseId::EndpointProjectKeyMismatch => CheckPart::ProjectKey,
        CauseId::EndpointSourceKeyMismatch => CheckPart::SourceKey,
        CauseId::EndpointApiKeyMissing
        | CauseId::EndpointApiKeyName
        | CauseId::EndpointApiKeyHeader
        | CauseId::EndpointApiKeyMismatch => CheckPart::ApiKey,
        CauseId::EndpointHostMismatch => {
            let host = rows.iter().find(|row| row.part == CheckPart::Host)?;
            let is_same = host.sent.as_deref().zip(host.expected.as_deref()).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
            if is_same { CheckPart::Port } else { CheckPart::Host }
        }
        CauseId::EndpointPathShape => CheckPart::Path,
        CauseId::RequestMethod => CheckPart::Method,
        CauseId::RequestContentType
        | CauseId::UploadNotMultipart
        | CauseId::UploadBoundaryMissing
        | CauseId::UploadBoundaryMismatch => {
            return rows.iter().position(|row| row.part == CheckPart::Header && row.name.eq_ignore_ascii_case("content-type"));
        }
        _ => return None,
    };
    rows.iter().position(|row| row.part == part)
}

/// The shortest row of the address that a span touches.
fn by_span(rows: &[CheckRow], span: &Range<usize>) -> Option<usize> {
    let touches = |own: &Range<usize>| own.start < span.end.max(span.start + 1) && span.start < own.end.max(own.start + 1);
    rows.iter()
        .enumerate()
        .filter_map(|(index, row)| Some((index, row.span.as_ref().filter(|own| touches(own))?.len())))
        .min_by_key(|(_, length)| *length)
        .map(|(index, _)| index)
}

/// The row of a parameter; a rule may name one that is neither sent nor mapped.
fn parameter(rows: &mut Vec<CheckRow>, parameters: &mut HashMap<String, usize>, name: &str) -> usize {
    if let Some(index) = parameters.get(name) {
        return *index;
    }
    rows.push(CheckRow::new(CheckPart::Parameter, name, None, None));
    parameters.insert(name.to_owned(), rows.len() - 1);
    rows.len() - 1
}

fn form_part(rows: &[CheckRow], index: usize) -> Option<usize> {
    let mut parts = rows.iter().enumerate().filter(|(_, row)| row.part == CheckPart::FormPart).map(|(at, _)| at);
    parts.nth(index)
}

#[cfg(test)]
mod tests;
