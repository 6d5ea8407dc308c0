//! Texts that may have been cut off: what is not known of their last request then.

use super::http;
use super::kind::SourceKind;
use super::session::delimiter;
use crate::model::exchange::Answer;
use crate::model::imported::Imported;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// Says of the last request of a text that ends in the middle of a line that more may have followed: such a text may have been cut off.
pub(super) fn mark(text: &str, kind: SourceKind, imported: &mut Imported) {
    if !may_be_a_piece(kind) || !may_go_on(text, kind, imported.requests.last()) {
        return;
    }
    let is_command = is_command(kind);
    let has_lost_quotes = is_command && has_lost_quotes(imported);
    // What is left of a word at the end of a command looks like an address of its own.
    let first = if is_command { 0 } else { imported.requests.len().saturating_sub(1) };
    for request in &mut imported.requests[first..] {
        request.not_recorded.rest |= !is_followed(request, is_command);
        request.not_recorded.address_end |= has_lost_quotes || may_end_in_address(text.trim_end(), kind, request);
        request.not_recorded.headers |= ends_in_content_type(text.trim_end(), request);
        if !text.ends_with('\n') && matches!(kind, SourceKind::Hurl | SourceKind::Insomnia | SourceKind::Bruno) {
            mark_last_value(text, request);
        }
    }
}

/// Whether what came back stands in the text, so that the request before it is whole. What somebody tells of it, a status or a failure,
/// may stand above a command.
fn is_followed(request: &RequestSpec, is_command: bool) -> bool {
    let is_told = |answer: &Answer| answer.headers.is_empty() && answer.body.is_empty() && answer.version.is_empty();
    request.outcome.is_some() && !(is_command && request.answer().is_none_or(is_told))
}

/// Whether a text of a kind may be a piece of what was copied.
fn may_be_a_piece(kind: SourceKind) -> bool {
    let is_other = matches!(
        kind,
        SourceKind::Http
            | SourceKind::Program
            | SourceKind::Url
            | SourceKind::Log
            | SourceKind::Hurl
            | SourceKind::Bruno
            | SourceKind::Insomnia
            | SourceKind::OpenApi
            | SourceKind::Recording
    );
    is_other || is_command(kind)
}

fn is_command(kind: SourceKind) -> bool {
    matches!(kind, SourceKind::CurlBash | SourceKind::CurlCmd | SourceKind::CurlPowerShell)
}

/// Whether more may have followed: the last line is open, or what it stands in.
fn may_go_on(text: &str, kind: SourceKind, last: Option<&RequestSpec>) -> bool {
    let has_open_block =
        matches!(kind, SourceKind::Bruno | SourceKind::Hurl) && text.matches('{').count() > text.matches('}').count();
    !text.ends_with('\n')
        || text.trim_end().ends_with(['\\', '^', '`'])
        || has_open_block
        || is_command(kind) && has_open_document(text)
        || last.is_some_and(has_open_json)
}

/// Whether a text ends within a here-document.
fn has_open_document(text: &str) -> bool {
    let mut end: Option<&str> = None;
    for line in text.lines() {
        match end {
            Some(word) if line.trim() == word => end = None,
            Some(_) => {}
            None => end = delimiter(line),
        }
    }
    end.is_some()
}

/// Whether the body of a request is JSON that is open at its end.
fn has_open_json(request: &RequestSpec) -> bool {
    let SpecBody::Text(body) = &request.body else { return false };
    let is_json = body.starts_with(['{', '[']) && !is_followed(request, true);
    is_json && serde_json::from_str::<serde::de::IgnoredAny>(body).is_err_and(|error| error.is_eof())
}

/// Whether quotes of commands end in the wrong place, which makes addresses of whatever follows.
fn has_lost_quotes(imported: &Imported) -> bool {
    let is_word = |request: &RequestSpec| {
        let place = place_of(request);
        let host = place.split(['/', '?']).next().unwrap_or(place);
        !host.is_empty() && host != "localhost" && !host.contains(['.', ':', '{', '$'])
    };
    imported.notes.iter().any(|note| note.text.contains("quote")) || imported.requests.iter().any(is_word)
}

/// A request's address without its scheme.
fn place_of(request: &RequestSpec) -> &str {
    request.url.split_once("://").map_or(request.url.as_str(), |(_, rest)| rest)
}

/// Whether a text, which has no blanks at its end, may end within the address of a request.
fn may_end_in_address(text: &str, kind: SourceKind, request: &RequestSpec) -> bool {
    let place = place_of(request);
    let tail: String = place.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    // The values of variables stand in the address by now.
    let ends_in_request_line = text.rsplit('\n').next().is_some_and(http::is_request_line);
    let is_line_of_request = ends_in_request_line && request.headers.is_empty() && request.body == SpecBody::None;
    // What ends a sentence is taken off an address.
    let path = place.find('/').map_or("", |at| &place[at..]);
    let is_in_path = kind == SourceKind::Log && !path.is_empty() && text.ends_with(path);
    // HTTPie's parameters of the query stand behind the address.
    let last_word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let ends_in_parameter = last_word.split_once("==").is_some_and(|(_, value)| place.ends_with(value));
    let end = if kind == SourceKind::Log { text.trim_end_matches([',', ';', ')', ']', '}', '.']) } else { text };
    is_line_of_request
        || ends_in_parameter
        || kind == SourceKind::Log && !request.url.contains('?') && may_begin_query(text)
        || !request.url.is_empty() && (text.ends_with(&tail) || end.ends_with(&tail))
        || is_in_path
}

/// Whether a text ends in what may be the beginning of a label that an address's query or API key stands behind.
fn may_begin_query(text: &str) -> bool {
    const LABELS: [&str; 5] = ["query", "param", "key", "api", "token"];
    let last =
        text.rsplit(['\n', ' ', ',', '{']).next().unwrap_or_default().trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    !last.is_empty() && LABELS.iter().any(|label| label.starts_with(&last) || last.starts_with(label))
}

fn ends_in_content_type(text: &str, request: &RequestSpec) -> bool {
    let is_end = |(name, value): &(String, String)| name.eq_ignore_ascii_case("content-type") && text.ends_with(value.as_str());
    request.headers.iter().any(is_end)
}

/// Says what of an address is not known where a file ends in a value: that may be a part of the address, which stands further up.
fn mark_last_value(text: &str, request: &mut RequestSpec) {
    let trimmed = text.trim_end();
    // Whoever writes such a file writes no indentation behind which nothing stands.
    let ends_in_indentation = text.len() > trimmed.len();
    let last_value = trimmed.rsplit([' ', ':', '=', '"', '\'', '\n']).next().unwrap_or_default();
    let last_word = trimmed.rsplit([' ', '"', '\'', '\n']).next().unwrap_or_default();
    if !last_value.is_empty() {
        request.not_recorded.address_end |= ends_in_indentation || request.url.ends_with(last_value);
        request.not_recorded.host |= ends_in_indentation || last_word.contains("://") && request.url.starts_with(last_word);
    }
}
