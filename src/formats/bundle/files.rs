//! The files of a bundle.

use std::io::{Cursor, Write as _};

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::contents::{BUNDLE_FORMAT, Contents, Evidence};
use super::read::BundleError;
use super::report;
use super::seal::Sealed;
use crate::diagnosis::Cause;
use crate::formats::export::{Script, Tool};
use crate::formats::{case, document};
use crate::model::{Case, RequestSpec};

/// A bundle as it is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// The zip.
    pub bytes: Vec<u8>,
    /// The files in it, by name.
    pub files: Vec<String>,
}

/// The report as Markdown, for a ticket or a look beforehand.
pub fn preview_report(sealed: &Sealed) -> String {
    document::markdown(&report::document(sealed))
}

/// Writes the bundle.
///
/// # Errors
/// When a secret would still stand in one of its files, or the zip cannot be written. The error names no secret.
pub fn pack(sealed: &Sealed) -> Result<Packed, BundleError> {
    let files = files(sealed);
    // A value may be a word of the page itself, such as the "dark" of its colours.
    let empty =
        Sealed { contents: Contents::default(), replaced: Vec::new(), suspects: Vec::new(), redaction: sealed.redaction.clone() };
    let frame = document::html(&report::document(&empty));
    let own = sealed.redaction.counts(&frame);
    for (name, text) in &files {
        let is_frame = |placeholder: &str, count: usize| {
            name.ends_with(".html") && own.iter().any(|(known, of_frame)| *known == placeholder && *of_frame >= count)
        };
        let counts = sealed.redaction.counts(text);
        if let Some((placeholder, _)) = counts.iter().find(|(placeholder, count)| !is_frame(placeholder, *count)) {
            return Err(BundleError::Leak { file: name.clone(), placeholder: (*placeholder).to_owned() });
        }
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip_time(sealed.contents.made_at));
    for (name, text) in &files {
        zip.start_file(name.as_str(), options).map_err(|error| BundleError::zip(&error))?;
        zip.write_all(text.as_bytes()).map_err(|error| BundleError::Zip(error.to_string()))?;
    }
    let bytes = zip.finish().map_err(|error| BundleError::zip(&error))?.into_inner();
    Ok(Packed { bytes, files: files.into_iter().map(|(name, _)| name).collect() })
}

fn files(sealed: &Sealed) -> Vec<(String, String)> {
    let page = report::document(sealed);
    let mut files = vec![("report.html".to_owned(), document::html(&page)), ("report.md".to_owned(), document::markdown(&page))];
    let contents = &sealed.contents;
    let many = contents.exchanges.len() > 1;
    for (index, evidence) in contents.exchanges.iter().enumerate() {
        files.push((case_name(index, many), format!("{:#}\n", case_of(evidence, sealed))));
    }
    let mut script = Script::revealing_secrets(&requests(sealed));
    script.set_times(contents.exchanges.iter().map(|evidence| evidence.is_timed.then_some(&evidence.exchange)));
    for (tool, name) in [(Tool::CurlBash, "curl.sh"), (Tool::Har, "exchange.har")] {
        files.push((name.to_owned(), tool.write(&script).text));
    }
    files.push(("bundle.json".to_owned(), format!("{:#}\n", manifest(sealed, many))));
    files
}

/// The requests as exports write them. Their placeholders are texts by this time.
fn requests(sealed: &Sealed) -> Vec<RequestSpec> {
    let one = |evidence: &Evidence| RequestSpec {
        label: evidence.label.clone(),
        // That a certificate did not check out is no matter of whoever reads the bundle.
        ..RequestSpec::of_exchange(&evidence.exchange, None)
    };
    sealed.contents.exchanges.iter().map(one).collect()
}

/// The name of an exchange's case file.
fn case_name(index: usize, many: bool) -> String {
    if many { format!("exchange-{}.case.json", index + 1) } else { "exchange.case.json".to_owned() }
}

fn case_of(evidence: &Evidence, sealed: &Sealed) -> Value {
    let redacted = sealed.replaced.iter().map(|replaced| replaced.name.clone()).collect();
    let mut written = case::write(&Case { redacted, ..Case::of(&evidence.exchange, evidence.profile.as_ref()) });
    if let Some(profile) = &evidence.profile {
        // A placeholder by this time; it says whether the key that was sent is the profile's.
        written["profile"] = profile.to_value_revealing_key();
    }
    written
}

fn manifest(sealed: &Sealed, many: bool) -> Value {
    let contents = &sealed.contents;
    let exchange = |(index, evidence): (usize, &Evidence)| {
        let causes: Vec<Value> = evidence.causes.iter().map(cause).collect();
        json!({"label": evidence.label, "case": case_name(index, many), "causes": causes})
    };
    let placeholders: Vec<Value> = sealed
        .replaced
        .iter()
        .map(|replaced| json!({"name": replaced.name, "what": replaced.what, "count": replaced.count}))
        .collect();
    let environment: serde_json::Map<String, Value> =
        contents.environment.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    json!({
        "format": BUNDLE_FORMAT,
        "made_by": concat!("Centerpost ", env!("CARGO_PKG_VERSION")),
        "made_at": contents.made_at.to_string(),
        "summary": contents.summary,
        "environment": environment,
        "exchanges": contents.exchanges.iter().enumerate().map(exchange).collect::<Vec<_>>(),
        "placeholders": placeholders,
    })
}

/// A cause with the keys of `diagnose --output json`.
fn cause(cause: &Cause) -> Value {
    let evidence: Vec<&str> = cause.evidence.iter().map(|fact| fact.text.as_str()).collect();
    json!({
        "id": cause.id.as_str(),
        "confidence": cause.confidence.number(),
        "title": cause.title,
        "evidence": evidence,
        "fix": cause.advice,
        "basis": cause.id.basis().label(),
    })
}

/// A time as zip files have it: in UTC, from 1980 on.
fn zip_time(time: jiff::Timestamp) -> DateTime {
    let time = time.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |value: i8| u8::try_from(value).unwrap_or(0);
    DateTime::from_date_and_time(
        u16::try_from(time.year()).unwrap_or(1980),
        part(time.month()),
        part(time.day()),
        part(time.hour()),
        part(time.minute()),
        part(time.second()),
    )
    .unwrap_or_default()
}
