//! The lines that HTTP messages are made of. A request line, a status line and a header are read here and nowhere else.

use super::super::text::without_charset;
use super::chunks;
use crate::model::exchange::Answer;

/// Method and target of `POST /path HTTP/1.1`, `POST https://host/path` or `POST /path`.
pub(super) fn request_line(line: &str) -> Option<(&str, &str)> {
    let (method, rest) = line.trim().split_once(char::is_whitespace)?;
    let rest = rest.trim();
    let (target, has_version) = match rest.rsplit_once(char::is_whitespace) {
        Some((target, version)) if version.starts_with("HTTP/") => (target.trim_end(), true),
        _ => (rest, false),
    };
    let is_plain = || is_target(target) && !has_space(target) && !BEFORE_ADDRESSES.contains(&method);
    let is_whole = !target.is_empty() && (has_version || is_plain());
    (is_method(method) && is_whole).then_some((method, target))
}

/// What people and loggers write in capitals before an address, and is no method.
const BEFORE_ADDRESSES: [&str; 16] = [
    "URL", "URI", "ENDPOINT", "ADDRESS", "LINK", "HOST", "API", "SEE", "FROM", "TO", "AT", "ERROR", "INFO", "WARN", "WARNING",
    "DEBUG",
];

/// Whether a target holds a space outside the braces of a variable, as in `{{$dotenv NAME}}`.
fn has_space(target: &str) -> bool {
    let outside = target.split("{{").enumerate().map(|(index, part)| match index {
        0 => part,
        _ => part.split_once("}}").map_or(part, |(_, outside)| outside),
    });
    outside.into_iter().any(|part| part.contains(char::is_whitespace))
}

/// Whether a line begins a request.
pub(crate) fn is_request_line(line: &str) -> bool {
    request_line(line).is_some()
}

fn is_method(word: &str) -> bool {
    // Firefox's console writes `XHRPOST` for a request of a script.
    (2..=20).contains(&word.len()) && word.chars().all(|c| c.is_ascii_uppercase() || c == '-') && !word.starts_with("XHR")
}

fn is_target(word: &str) -> bool {
    word.starts_with('/') || word.contains("://") || word.starts_with("{{") || word.starts_with('$') || word == "*"
}

/// Whether a line is an address that a request could go to, and nothing else.
pub(crate) fn is_address(line: &str) -> bool {
    let line = line.trim();
    let is_one_word = !line.is_empty() && !line.contains(char::is_whitespace) && !line.starts_with(['{', '[', '<', '"', '\'']);
    is_one_word
        && (line.starts_with("https://")
            || line.starts_with("http://")
            // A call of a program takes an address between quotes.
            || !line.contains(['(', '"', '\''])
                && (line.contains("/feedback/") || line.contains("/api/v1/")))
}

/// Version and status of `HTTP/1.1 404 Not Found`, and of what LWP puts in the place of an answer that never came.
fn status_line(line: &str) -> Option<(&str, u16)> {
    if line.starts_with("500 Can't ") || line.starts_with("500 Status read failed") {
        return Some(("", 500));
    }
    let mut words = line.split_whitespace();
    let version = words.next().filter(|word| word.starts_with("HTTP/"))?;
    let status = words.next().filter(|status| status.len() == 3)?.parse().ok()?;
    Some((version, status))
}

/// Whether a text begins with a status line.
pub(crate) fn is_status_line(text: &str) -> bool {
    status_line(text.split('\n').next().unwrap_or("")).is_some()
}

/// Name and value of `Name: value`. A name may begin with a colon, as browsers show HTTP/2's own.
pub(super) fn header_line(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let start = usize::from(line.starts_with(':'));
    let colon = start + line.get(start..)?.find(':')?;
    let (name, value) = (line[..colon].trim(), line[colon + 1..].trim());
    let is_name = name.len() > start && name[start..].chars().all(|c| c.is_ascii_alphanumeric() || "-_.!#$%&'*+^`|~".contains(c));
    is_name.then_some((name, value))
}

/// Where a status line begins in a text.
pub(crate) fn find_status_line(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if status_line(line).is_some() {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// A body without what the terminal shows behind it, such as the words of `curl -w`: JSON that is whole at its announced length ends there.
fn announced(body: &str, length: Option<usize>) -> &str {
    let is_json = |whole: &&str| serde_json::from_str::<serde::de::IgnoredAny>(whole).is_ok();
    length.and_then(|length| body.get(..length)).filter(is_json).unwrap_or(body)
}

/// Reads an answer that begins with its status line. An interim answer before it, as `100 Continue` or a proxy's, is passed over.
pub(crate) fn read_answer(text: &str) -> Answer {
    let mut answer = Answer::default();
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let plain = line.trim_end_matches(['\r', '\n']);
        if index == 0 {
            if let Some((version, status)) = status_line(plain) {
                (answer.version, answer.status) = (version.to_owned(), status);
            }
        } else if plain.trim().is_empty() {
            at += line.len();
            break;
        } else if let Some((_, value)) = answer.headers.last_mut().filter(|_| plain.starts_with([' ', '\t'])) {
            // A header may go on in the next line.
            value.push(' ');
            value.push_str(plain.trim());
        } else if let Some((name, value)) = header_line(plain) {
            answer.headers.push((name.to_owned(), value.to_owned()));
        } else {
            // The empty line was lost on the way.
            break;
        }
        at += line.len();
    }
    let rest = &text[at..];
    let is_interim = (100..200).contains(&answer.status) || answer.headers.is_empty();
    if let Some(next) = find_status_line(rest).filter(|_| is_interim) {
        return read_answer(&rest[next..]);
    }
    without_charset(&mut answer.headers);
    let length = answer.header("content-length").and_then(|length| length.trim().parse().ok());
    let rest = chunks::joined(answer.header("transfer-encoding"), rest.trim_end_matches(['\r', '\n']));
    answer.body = announced(&rest, length).to_owned().into();
    answer.wire_size = answer.body.len() as u64;
    answer
}
