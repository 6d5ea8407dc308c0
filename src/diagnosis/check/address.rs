//! The rows of the address.

use std::ops::Range;

use super::row::{CheckPart, CheckRow};
use crate::diagnosis::text::cut;
use crate::model::address::Shape;
use crate::model::request_record::RequestRecord;
use crate::model::secrets::mask::mask_url;
use crate::model::secrets::names::is_secret_name;
use crate::model::secrets::secret::MASK;
use crate::model::{Address, Profile};

pub(super) fn rows(profile: &Profile, sent: &RequestRecord) -> Vec<CheckRow> {
    let address = Address::parse(&sent.url);
    let own = Address::parse(&profile.base_url);
    let known = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let mut rows = vec![CheckRow::new(CheckPart::Method, "Method", known(&sent.method), Some("POST".into()))];
    let part = |part, name: &str, span: &Range<usize>, expected: Option<String>| {
        CheckRow::new(part, name, known(&cut(address.raw(span))), expected).at(span)
    };
    rows.push(part(CheckPart::Scheme, "Scheme", &address.scheme, known(own.raw(&own.scheme)).or(Some("https".into()))));
    rows.push(part(CheckPart::Host, "Host", &address.host, known(own.raw(&own.host))));
    rows.push(port(&address, &own));
    rows.push(path(&address));
    rows.extend(segments(profile, &address));
    rows.extend(query(profile, &address));
    rows
}

fn port(address: &Address, own: &Address) -> CheckRow {
    let written = |address: &Address| {
        let text = address.raw(&(address.host.end..address.authority.end)).trim_start_matches(':').to_owned();
        Some(text).filter(|text| !text.is_empty())
    };
    let usual = |address: &Address| {
        let number = if address.raw(&address.scheme).eq_ignore_ascii_case("http") { "80" } else { "443" };
        format!("{number} (the usual one)")
    };
    let sent = written(address).unwrap_or_else(|| usual(address));
    let expected = if own.host.is_empty() { None } else { Some(written(own).unwrap_or_else(|| usual(own))) };
    let span = (address.host.end + 1).min(address.authority.end)..address.authority.end;
    CheckRow::new(CheckPart::Port, "Port", Some(sent), expected).at(&span)
}

fn path(address: &Address) -> CheckRow {
    let rest = match address.shape() {
        Shape::Attachment { .. } => "/…",
        _ => "",
    };
    let expected = format!("/api/v1/projects/PROJECT_KEY/feedback/SOURCE_KEY{rest}");
    let sent = mask_url(address.raw(&address.path));
    CheckRow::new(CheckPart::Path, "Path", Some(sent).filter(|sent| !sent.is_empty()), Some(expected)).at(&address.path)
}

/// The keys and what stands behind them, or each segment of a path that is not an endpoint's.
fn segments(profile: &Profile, address: &Address) -> Vec<CheckRow> {
    let known = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let shown = |span: &Range<usize>| known(&mask_url(&cut(&address.decoded(span))));
    let (project, source, rest) = match address.shape() {
        Shape::Create { project, source } => (project, source, Vec::new()),
        Shape::Attachment { project, source, rest } => (project, source, rest),
        Shape::Other => {
            let one = |(index, span): (usize, &Range<usize>)| {
                CheckRow::new(CheckPart::Segment, format!("Path segment {}", index + 1), shown(span), None).at(span)
            };
            return address.segments.iter().enumerate().map(one).collect();
        }
    };
    let mut rows = vec![
        CheckRow::new(CheckPart::ProjectKey, "Project key", shown(&project), known(&profile.project_key)).at(&project),
        CheckRow::new(CheckPart::SourceKey, "Source key", shown(&source), known(&profile.source_key)).at(&source),
    ];
    let last = rest.len().saturating_sub(1);
    for (index, span) in rest.iter().enumerate() {
        let (name, expected) = match index {
            _ if index == last && last > 0 => ("File element", elements(profile)),
            0 => ("Ticket", None),
            _ => ("Path segment", None),
        };
        rows.push(CheckRow::new(CheckPart::Segment, name, shown(span), expected).at(span));
    }
    rows
}

fn elements(profile: &Profile) -> Option<String> {
    let names: Vec<String> = profile.file_elements.iter().map(|element| format!("\"{}\"", cut(&element.parameter))).collect();
    (!names.is_empty()).then(|| names.join(" or "))
}

fn query(profile: &Profile, address: &Address) -> Vec<CheckRow> {
    let exact = address.api_key();
    let expected =
        if profile.api_key.is_empty() { "apiKey= and a key that is not known here" } else { "apiKey= and the profile's key" };
    let sent = exact.map(|pair| if pair.value.is_empty() { "apiKey=".to_owned() } else { format!("apiKey={MASK}") });
    let span = exact.map_or(address.path.end..address.path.end, |pair| pair.name.start..pair.value.end);
    let mut rows = vec![CheckRow::new(CheckPart::ApiKey, "API key", sent, Some(expected.into())).at(&span)];
    for pair in address.query.iter().filter(|pair| Some(*pair) != exact) {
        let name = address.decoded(&pair.name);
        let value = match address.raw(&pair.value) {
            "" => String::new(),
            _ if is_secret_name(&name) => MASK.to_owned(),
            value => cut(value),
        };
        rows.push(CheckRow::new(CheckPart::Query, cut(&name), Some(value), None).at(&(pair.name.start..pair.value.end)));
    }
    rows
}
