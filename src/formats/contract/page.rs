//! The one page that developers of the outside system need.

use serde_json::Value;

use super::terms::{KEY, example_payload, needs_status, needs_submitter, url};
use crate::formats::document::Document;
use crate::formats::export::{Call, CallPart, Script, Template, curl};
use crate::model::contract::parameter_of;
use crate::model::multipart::PartContent;
use crate::model::profile::{Encoding, Field, FieldKind, Profile, SourceSetting};
use crate::model::request_spec::SpecBody;

/// The page of a profile.
pub fn page(profile: &Profile) -> Document {
    let mut page = Document::new(format!("How to send feedback to \"{}\"", profile.shown_name()));
    page.paragraph("A POST with a JSON payload creates a feedback ticket in Centercode. Keys and choices must match exactly: case, spaces and punctuation count.");
    page.heading("Endpoint");
    page.code(format!("POST {}?apiKey={KEY}\nContent-Type: application/json", url(profile)), Vec::new());
    page.paragraph(format!(
        "{KEY} stands for the API key of the community. Keep it secret: whoever has it can create tickets. Redirects are not to be followed, for that turns the POST into a GET."
    ));
    page.heading("Parameters");
    page.table(&["Parameter", "Centercode field", "Kind", "Required", "Values"], rows(profile));
    page.paragraph("Further parameters are ignored.");
    page.heading("Example");
    let payload = format!("{:#}", Value::Object(example_payload(profile)));
    page.code(payload.clone(), Vec::new());
    page.paragraph("The same with curl:");
    page.code(create_command(profile, &payload), Vec::new());
    files(&mut page, profile);
    answers(&mut page, profile);
    page
}

fn rows(profile: &Profile) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let submitter = parameter_of(profile, FieldKind::Submitter, "submitter");
    let status = parameter_of(profile, FieldKind::Status, "status");
    if profile.field_of_kind(FieldKind::Submitter).is_none() && needs_submitter(profile) {
        rows.push(special(submitter, "Submitter", FieldKind::Submitter, "yes", submitter_words(profile)));
    }
    if profile.field_of_kind(FieldKind::Status).is_none() && needs_status(profile) {
        rows.push(special(status, "Status", FieldKind::Status, "yes", status_words(profile)));
    }
    rows.extend(profile.fields.iter().map(|field| row(profile, field)));
    rows
}

fn special(parameter: &str, field: &str, kind: FieldKind, required: &str, values: String) -> Vec<String> {
    vec![parameter.to_owned(), field.to_owned(), kind.label().to_owned(), required.to_owned(), values]
}

fn row(profile: &Profile, field: &Field) -> Vec<String> {
    let setting = match field.kind {
        FieldKind::Submitter => profile.default_submitter_setting(),
        FieldKind::Status => profile.workflow_status_setting(),
        _ => SourceSetting::NotSet,
    };
    let required = match setting {
        _ if profile.demands(field) => "yes",
        SourceSetting::NotKnown => "not known",
        _ => "no",
    };
    let values = match field.kind {
        FieldKind::Submitter => submitter_words(profile),
        FieldKind::Status => status_words(profile),
        _ => values(field),
    };
    special(&field.parameter, &field.field, field.kind, required, values)
}

fn submitter_words(profile: &Profile) -> String {
    let known = "the e-mail address of an existing user of the project";
    match profile.default_submitter_setting() {
        SourceSetting::NotSet => known.to_owned(),
        SourceSetting::NotKnown => format!("{known}; required if the source has no default submitter, which is not known"),
        SourceSetting::Set(_) => format!("{known}; without it the source's default submitter is taken"),
    }
}

fn status_words(profile: &Profile) -> String {
    let known = quoted(&profile.statuses);
    let known = if known.is_empty() { "a status of the workflow".to_owned() } else { format!("exactly one of {known}") };
    match profile.workflow_status_setting() {
        SourceSetting::NotSet => known,
        SourceSetting::NotKnown => format!("{known}; required if the source sets none itself, which is not known"),
        SourceSetting::Set(status) => format!("{known}; without it \"{status}\" is set"),
    }
}

fn quoted(choices: &[String]) -> String {
    choices.iter().map(|choice| format!("\"{choice}\"")).collect::<Vec<_>>().join(", ")
}

fn values(field: &Field) -> String {
    let choices = quoted(&field.choices);
    match field.kind {
        FieldKind::SingleChoice | FieldKind::RatingScale if choices.is_empty() => "one of the field's choices".into(),
        FieldKind::SingleChoice | FieldKind::RatingScale => format!("exactly one of {choices}"),
        FieldKind::MultipleChoice => {
            let how = match field.encoding.unwrap_or_default() {
                Encoding::Array => "a list of strings",
                Encoding::Comma => "one string with commas between",
            };
            if choices.is_empty() { how.to_owned() } else { format!("{how}, each exactly one of {choices}") }
        }
        FieldKind::Number => "a number".into(),
        FieldKind::Date => "a date, as in 2026-01-31".into(),
        FieldKind::Checkbox => "true or false".into(),
        FieldKind::Email => "an e-mail address".into(),
        _ => "text".into(),
    }
}

fn create_command(profile: &Profile, payload: &str) -> String {
    let call = Call {
        method: "POST".into(),
        url: Template::plain(format!("{}?apiKey={KEY}", url(profile))),
        headers: vec![("Content-Type".into(), Template::plain("application/json"))],
        body: SpecBody::Text(Template::plain(payload)),
        ..Call::default()
    };
    curl::bash(&Script { calls: vec![call], ..Script::default() }).text
}

fn files(page: &mut Document, profile: &Profile) {
    let Some(first) = profile.file_elements.first() else { return };
    page.heading("Files");
    page.paragraph("Documented: the answer to a successful POST names an attachment endpoint for each file element. Send each file there as multipart/form-data, up to 2 GB each.");
    let rows = profile
        .file_elements
        .iter()
        .map(|element| vec![element.field.clone(), element.parameter.clone(), element.part_name().to_owned()]);
    page.table(&["File element", "Parameter", "Form-data name"], rows.collect());
    let part = CallPart {
        name: first.part_name().to_owned(),
        filename: Some("crash.zip".into()),
        content_type: Some("application/zip".into()),
        content: PartContent::File("crash.zip".into()),
        ..CallPart::default()
    };
    let call = Call {
        method: "POST".into(),
        url: Template::plain(format!("ATTACHMENT_ENDPOINT?apiKey={KEY}")),
        body: SpecBody::Multipart(vec![part]),
        ..Call::default()
    };
    page.code(curl::bash(&Script { calls: vec![call], ..Script::default() }).text, Vec::new());
    page.paragraph("The form-data name and the shape of the answer are not documented. Where an attachment endpoint lacks the host, the project key or the API key, put in those of the endpoint above.");
}

fn answers(page: &mut Document, profile: &Profile) {
    page.heading("Answers");
    let mut rows = vec![vec![
        "201".to_owned(),
        "The ticket was created (general experience; any status from 200 to 299 says so)".to_owned(),
    ]];
    let mut refused =
        "The payload is refused: a value does not match exactly, a required field is missing, or the JSON is broken".to_owned();
    if needs_submitter(profile) {
        refused.push_str("; the submitter is missing or no user");
    }
    if needs_status(profile) {
        refused.push_str("; the status is missing or none of the workflow's");
    }
    rows.push(vec!["400".to_owned(), format!("{refused} (documented for the submitter, the status and choices)")]);
    rows.push(vec![
        "404".to_owned(),
        "The endpoint is invalid: the project key, source key or API key is wrong, or was changed since (documented)".to_owned(),
    ]);
    rows.push(vec![
        "429, 5xx".to_owned(),
        "Wait, then try again; after a 5xx look first whether the ticket exists (general experience)".to_owned(),
    ]);
    page.table(&["Status", "Meaning"], rows);
}
