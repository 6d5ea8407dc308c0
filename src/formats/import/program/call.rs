//! What the calls of all languages have in common.

use serde_json::Value;

use super::literal::{Language, Reader, text_of};
use crate::formats::import::curl;
use crate::model::imported::{Imported, Note, Severity, TextPosition, add_note};
use crate::model::request_spec::{RequestSpec, SpecBody};

/// What is to be said of a call that was read, and what it leaves open.
pub(super) fn finish(text: &str, at: usize, reader: &Reader<'_>, mut request: RequestSpec, imported: &mut Imported) {
    let mut note = |severity, said: String| {
        add_note(&mut imported.notes, || Note { severity, place: Some(TextPosition::of(text, at)), text: said });
    };
    if reader.is_broken {
        note(Severity::Lost, "This call is cut off or is made of more than literals; what could be read was taken".into());
        let unknown = &mut request.not_recorded;
        (unknown.method, unknown.headers, unknown.body, unknown.file_bytes) = (true, true, true, true);
    }
    if !reader.names.is_empty() {
        note(Severity::Taken, format!("These variables are placeholders now: {}", reader.names.join(", ")));
        request.not_recorded.variables = true;
    }
    imported.requests.push(request);
}

/// The variables that a program sets to literals: `const name = …`, `name = …`, `private static final String NAME = …`.
pub(super) fn assigned(text: &str, language: Language) -> Vec<(String, Value)> {
    let mut known: Vec<(String, Value)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim_start();
        let rest = ["const ", "let ", "var "].iter().find_map(|word| trimmed.strip_prefix(word)).unwrap_or(trimmed);
        let Some((name, value)) = rest.split_once('=').filter(|(_, value)| !value.starts_with(['=', '>'])) else { continue };
        let Some(name) = variable_in(name.split(':').next().unwrap_or("")) else { continue };
        // A form is known by what is added to it.
        if value.trim_start().starts_with("new FormData") {
            continue;
        }
        let mut reader = Reader::new(text, start + line.len() - value.len(), language);
        reader.known = &known;
        let value = reader.value();
        // A file alone is not text; among others it stands by its path.
        let is_known = !reader.is_broken && (reader.files.is_empty() || value.is_object() || value.is_array());
        if is_known {
            known.push((name.to_owned(), value));
        }
    }
    known
}

/// The variable that stands left of the sign that sets it, behind its type and other words.
fn variable_in(left: &str) -> Option<&str> {
    let is_name = |word: &str| word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
    let is_type = |word: &str| word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '*' | '&' | '?' | '.'));
    let mut words: Vec<&str> = left.split_whitespace().collect();
    let name = words.pop().filter(|name| is_name(name))?;
    words.into_iter().all(is_type).then_some(name)
}

/// Names and values of an object, or of a list of pairs.
pub(super) fn pairs(value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), text_of(value.clone()))).collect(),
        Value::Array(items) => {
            let text = |pair: &Value, index: usize| pair.get(index).cloned().map(text_of).unwrap_or_default();
            items.iter().map(|pair| (text(pair, 0), text(pair, 1))).collect()
        }
        _ => Vec::new(),
    }
}

/// An address with further parameters.
pub(super) fn with_query(url: &str, parameters: Option<&Value>) -> String {
    // A variable that holds all of them stands there by its name.
    if let Some(name) = parameters.filter(|value| is_variable(value)).and_then(Value::as_str) {
        return format!("{url}{}{name}", if url.contains('?') { '&' } else { '?' });
    }
    let pairs = parameters.map(pairs).unwrap_or_default();
    pairs.iter().fold(url.to_owned(), |url, (name, value)| {
        let sign = if url.contains('?') { '&' } else { '?' };
        let value = if value.contains("{{") { value.clone() } else { curl::encode(value) };
        format!("{url}{sign}{}={value}", curl::encode(name))
    })
}

/// Whether a value is no more than a variable whose value does not stand in the program.
pub(super) fn is_variable(value: &Value) -> bool {
    let is_one = |text: &str| text.starts_with("{{") && text.ends_with("}}") && text.matches("{{").count() == 1;
    value.as_str().is_some_and(is_one)
}

/// A form of names and values.
pub(super) fn form(value: &Value) -> SpecBody {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs(value));
    SpecBody::Urlencoded(form.finish())
}

pub(super) fn set_header(headers: &mut Vec<(String, String)>, name: &str, value: &str) {
    if !headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
        headers.push((name.to_owned(), value.to_owned()));
    }
}
