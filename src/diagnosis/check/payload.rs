//! The rows of the headers and of the payload.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::expected;
use super::row::{CheckPart, CheckRow, CheckStatus};
use crate::diagnosis::context::{Purpose, RuleContext};
use crate::diagnosis::text::cut;
use crate::model::contract::{self, is_absent, parameter_of};
use crate::model::multipart::{Part, Recorded};
use crate::model::profile::{FieldKind, SourceSetting};
use crate::model::request_record::RequestRecord;
use crate::model::secrets::body_values::{is_secret_member, secret_places};
use crate::model::secrets::mask::{Masked, mask_headers};
use crate::model::secrets::secret::MASK;
use crate::model::{Case, Profile};

/// A row for each header, and one for Content-Type even when it is missing.
pub(super) fn headers(profile: &Profile, sent: &RequestRecord) -> Vec<CheckRow> {
    let is_type = |name: &str| name.trim().eq_ignore_ascii_case("content-type");
    let wanted = match purpose(profile, sent) {
        Purpose::Create => "application/json",
        Purpose::Upload => "multipart/form-data with its boundary",
    };
    let mut rows: Vec<CheckRow> = mask_headers(&sent.headers)
        .iter()
        .map(|(name, value)| {
            let expected = is_type(name).then(|| wanted.to_owned());
            CheckRow::new(CheckPart::Header, name.trim(), Some(cut(value)), expected)
        })
        .collect();
    if !sent.headers.iter().any(|(name, _)| is_type(name)) {
        rows.insert(0, CheckRow::new(CheckPart::Header, "Content-Type", None, Some(wanted.into())));
    }
    rows
}

/// The body, and what is in it.
pub(super) fn rows(profile: &Profile, sent: &RequestRecord) -> Vec<CheckRow> {
    let json: Option<Value> = sent.body.as_deref().and_then(|body| serde_json::from_str(body).ok());
    let is_upload = purpose(profile, sent) == Purpose::Upload;
    let wanted = if is_upload { "a file as form-data" } else { "a JSON object" };
    let mut rows = vec![CheckRow::new(CheckPart::Body, "Body", body_words(sent, json.as_ref()), Some(wanted.into()))];
    rows.extend(sent.parts.iter().flatten().map(form_part));
    if !is_upload {
        rows.extend(parameters(profile, json.as_ref().and_then(Value::as_object)));
    }
    rows
}

fn purpose(profile: &Profile, sent: &RequestRecord) -> Purpose {
    RuleContext::of(&Case { profile: Some(profile.clone()), sent: sent.clone(), ..Case::default() }).purpose
}

fn body_words(sent: &RequestRecord, json: Option<&Value>) -> Option<String> {
    if let Some(parts) = &sent.parts {
        return Some(format!("form-data, {} {}", parts.len(), if parts.len() == 1 { "part" } else { "parts" }));
    }
    let body = sent.body.as_deref().filter(|body| !body.is_empty())?;
    let kind = json.map_or("no JSON", |json| match json {
        Value::Object(_) => "a JSON object",
        other => contract::type_name(other),
    });
    Some(format!("{kind}, {} bytes", body.len()))
}

fn form_part(part: &Part<Recorded>) -> CheckRow {
    let size = part.content.size.map(|size| format!("{size} bytes"));
    let words: Vec<String> = part.filename.as_deref().map(cut).into_iter().chain(size).collect();
    CheckRow::new(CheckPart::FormPart, cut(&part.name), Some(words.join(", ")), None)
}

/// A value as JSON, without what stands under a name that means a secret. What the profile maps is feedback, whatever it is called.
fn shown(profile: &Profile, name: &str, value: &Value) -> String {
    let is_feedback = |name: &str| profile.is_parameter(name);
    if is_secret_member(name) && !is_feedback(name) && value.as_str().is_some_and(|text| !text.is_empty()) {
        return MASK.to_owned();
    }
    let text = value.to_string();
    Masked::cut(&text, secret_places(&text, &is_feedback)).text.into_owned()
}

/// Whether the profile holds what a value has to match: a choice without known choices is neither right nor wrong.
fn is_comparable(profile: &Profile, name: &str) -> bool {
    match profile.field(name).map(|field| field.kind) {
        Some(FieldKind::Submitter) => {
            !profile.known_submitters.is_empty() || matches!(profile.default_submitter_setting(), SourceSetting::Set(_))
        }
        Some(FieldKind::Status) => !profile.statuses.is_empty(),
        Some(_) => !profile.unlisted_choices().any(|field| field.parameter == name),
        None => true,
    }
}

/// Mapped parameters in the profile's order, whether sent or not, then those that it does not map.
fn parameters(profile: &Profile, payload: Option<&Map<String, Value>>) -> Vec<CheckRow> {
    let value = |name: &str| payload.and_then(|payload| payload.get(name));
    let row = |name: &str, expected: Option<String>| {
        let sent = value(name).map(|value| cut(&shown(profile, name, value)));
        let mut row = CheckRow::new(CheckPart::Parameter, name, sent, expected);
        if !is_comparable(profile, name) && !is_absent(value(name)) {
            row.status = CheckStatus::NotChecked;
        }
        row
    };
    let mut rows: Vec<CheckRow> =
        profile.fields.iter().map(|field| row(&field.parameter, Some(expected::words(profile, field)))).collect();
    for (kind, documented) in [(FieldKind::Submitter, "submitter"), (FieldKind::Status, "status")] {
        let name = parameter_of(profile, kind, documented);
        if profile.field_of_kind(kind).is_none() && profile.field(name).is_none() && value(name).is_some() {
            let words = if kind == FieldKind::Submitter { expected::submitter(profile) } else { expected::status(profile) };
            let mut unmapped = row(name, Some(format!("{words}; the profile does not map it")));
            unmapped.status = CheckStatus::NotChecked;
            rows.push(unmapped);
        }
    }
    let mapped: HashSet<String> = rows.iter().map(|row| row.name.clone()).collect();
    for name in payload.into_iter().flat_map(|payload| payload.keys()) {
        if !mapped.contains(name) {
            let mut unknown = row(name, Some("nothing: the profile does not map it".into()));
            unknown.status = CheckStatus::Ignored;
            rows.push(unknown);
        }
    }
    rows
}
