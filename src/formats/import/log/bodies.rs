//! Where the body of a request, or of its answer, stands around an address.

use super::super::answer;
use super::texts::json_in;
use crate::model::exchange::Outcome;

/// How much behind an address belongs to it, in bytes.
pub(super) const MAX_BEHIND: usize = 64 << 10;

/// The body that a line `Body: …` or `Payload: …` names above the only address of a text.
pub(super) fn body_above(text: &str, start: usize) -> Option<String> {
    let above = &text[text.ceil_char_boundary(start.saturating_sub(MAX_BEHIND))..start];
    let named = above.get(named_line(&above.to_ascii_lowercase())?..)?;
    let line = named.split_once(':')?.1.trim_start();
    json_in(line).filter(|json| line.starts_with('{') && !answer::reports_error(json))
}

/// The answer that PowerShell prints as its error: `Invoke-RestMethod : {"status":400,…}`.
pub(super) fn refusal_of_powershell(text: &str) -> Option<Outcome> {
    let behind = |name: &str| text.split_once(name).map(|(_, behind)| behind);
    let said = ["Invoke-WebRequest : {", "Invoke-RestMethod : {", "Invoke-WebRequest: {", "Invoke-RestMethod: {"]
        .iter()
        .find_map(|sign| behind(sign))?;
    let json = json_in(&format!("{{{said}")).filter(|json| answer::reports_error(json))?;
    answer::read(&json).requests.pop()?.outcome
}

/// What follows the objects that hold a request's query or headers, which are no body. Nothing where one of them does not end, and nothing
/// behind an answer.
pub(super) fn behind_settings(text: &str) -> &str {
    const NAMES: [&str; 5] = ["params", "headers", "qs", "query", "queries"];
    const OF_ANSWER: [&str; 2] = ["response", "res"];
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let before = rest[..at].trim_end().trim_end_matches([':', '=']).trim_end().trim_end_matches(['"', '\'']);
        let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
        if OF_ANSWER.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            return "";
        }
        if !NAMES.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            break;
        }
        let mut stream = serde_json::Deserializer::from_str(&rest[at..]).into_iter::<serde::de::IgnoredAny>();
        let is_whole = stream.next().is_some_and(|read| read.is_ok());
        if !is_whole {
            // Of another language than JSON the end is not known.
            return if rest[at..].contains('}') { text } else { "" };
        }
        rest = &rest[at + stream.byte_offset()..];
    }
    rest
}

const BODY_LABELS: [&str; 8] = ["data:", "body:", "data\":", "body\":", "payload:", "data':", "body':", "request content:"];

/// Where a line `data: …` or `body: …` begins, as programs print their settings.
pub(super) fn named_line(lower: &str) -> Option<usize> {
    let mut at = 0;
    for line in lower.split_inclusive('\n') {
        let name = line.trim_start().trim_start_matches(['"', '\'', '│', ' ']);
        if BODY_LABELS.iter().any(|mark| name.starts_with(mark)) {
            return Some(at);
        }
        at += line.len();
    }
    None
}
