//! HTTP messages written as text: a request, an answer, or one behind the other, with any line ends.

use super::pasted::{Pasted, Recognised};
use crate::model::exchange::{Outcome, RequestRecord};
use crate::model::request::header;
use crate::model::{Address, Answer};

/// Headers of a message, and what follows them.
struct Message<'a> {
    headers: Vec<(String, String)>,
    body: &'a str,
}

/// Reads raw HTTP, or a URL with headers and a body behind it. `None` when it is neither.
pub(super) fn read(text: &str) -> Option<Pasted> {
    let text = text.trim_start();
    let (first, rest) = split_line(text);
    if status_line(first).is_some() {
        let answer = read_answer(text)?;
        return Some(pasted(Recognised::Http, None, Some(answer), Vec::new()));
    }
    if let Some((method, target)) = request_line(first) {
        let (request, answer) = split_answer(rest);
        let (sent, notes) = with_address(method, target, message(request));
        return Some(pasted(Recognised::Http, Some(sent), answer.and_then(read_answer), notes));
    }
    is_url(first.trim()).then(|| {
        let (request, answer) = split_answer(rest);
        let (sent, notes) = url_and_body(first.trim(), request);
        pasted(Recognised::UrlAndBody, Some(sent), answer.and_then(read_answer), notes)
    })
}

fn pasted(what: Recognised, sent: Option<RequestRecord>, answer: Option<Answer>, notes: Vec<String>) -> Pasted {
    Pasted { what, profile: None, sent, outcome: answer.map(Outcome::Answer), notes }
}

/// The first line without its end, and what follows.
fn split_line(text: &str) -> (&str, &str) {
    match text.find('\n') {
        Some(at) => (text[..at].trim_end_matches('\r'), &text[at + 1..]),
        None => (text, ""),
    }
}

/// `POST /path HTTP/1.1`, or without the version where the target is plainly one.
fn request_line(line: &str) -> Option<(&str, &str)> {
    let (method, rest) = line.trim().split_once(' ')?;
    let is_method = (3..=10).contains(&method.len()) && method.bytes().all(|byte| byte.is_ascii_uppercase());
    let rest = rest.trim();
    let (target, has_version) = match rest.rsplit_once(' ') {
        Some((target, version)) if version.starts_with("HTTP/") => (target.trim(), true),
        _ => (rest, false),
    };
    let is_target = target.starts_with('/') || target.contains("://");
    (is_method && is_target && (has_version || !target.contains(' '))).then_some((method, target))
}

/// The status of `HTTP/1.1 404 Not Found`.
fn status_line(line: &str) -> Option<(&str, u16)> {
    let mut words = line.split_ascii_whitespace();
    let version = words.next().filter(|word| word.starts_with("HTTP/"))?;
    let status = words.next()?.parse().ok().filter(|status| (100..1000).contains(status))?;
    Some((version, status))
}

fn is_url(line: &str) -> bool {
    let is_one_word = !line.is_empty() && !line.contains(char::is_whitespace) && !line.starts_with(['{', '[', '<', '"']);
    is_one_word && (line.starts_with("https://") || line.starts_with("http://") || line.contains("/api/v1/"))
}

/// Splits at the status line of an answer that follows.
fn split_answer(text: &str) -> (&str, Option<&str>) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if status_line(line).is_some() {
            return (&text[..at], Some(&text[at..]));
        }
        at += line.len();
    }
    (text, None)
}

/// Headers up to the first empty line, then the body. Line breaks behind the body are the paste's, not the body's.
fn message(text: &str) -> Message<'_> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, behind) = split_line(rest);
        if line.trim().is_empty() {
            rest = behind;
            break;
        }
        match line.split_once(':') {
            // A header may go on in the next line.
            _ if line.starts_with([' ', '\t']) && !headers.is_empty() => {
                if let Some((_, value)) = headers.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            }
            Some((name, value)) if is_header_name(name) => headers.push((name.to_owned(), value.trim().to_owned())),
            // The empty line was lost on the way.
            _ => break,
        }
        rest = behind;
    }
    Message { headers, body: rest.trim_end_matches(['\r', '\n']) }
}

fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.!#$%&'*+^`|~".contains(c))
}

fn with_address(method: &str, target: &str, message: Message<'_>) -> (RequestRecord, Vec<String>) {
    let mut notes = Vec::new();
    let url = if target.contains("://") {
        target.to_owned()
    } else if let Some(host) = header(&message.headers, "host") {
        notes.push("Raw HTTP does not name the scheme, so it is taken to be https".to_owned());
        format!("https://{host}{target}")
    } else {
        notes.push("The request has no Host header, so scheme and host are not known".to_owned());
        target.to_owned()
    };
    let body = Some(message.body.to_owned()).filter(|body| !body.is_empty());
    (RequestRecord { method: method.to_owned(), url, headers: message.headers, body, parts: None }, notes)
}

fn url_and_body(url: &str, rest: &str) -> (RequestRecord, Vec<String>) {
    let mut message = message(rest);
    let mut notes = Vec::new();
    if message.headers.is_empty() {
        message.headers.push(("Content-Type".into(), "application/json".into()));
        notes.push("No headers were given, so Content-Type is taken to be application/json".to_owned());
    }
    let has_scheme = !Address::parse(url).scheme.is_empty() || url.starts_with('/');
    let url = if has_scheme { url.to_owned() } else { format!("https://{url}") };
    let body = Some(message.body.trim_start_matches(['\r', '\n']).to_owned()).filter(|body| !body.is_empty());
    (RequestRecord { method: "POST".into(), url, headers: message.headers, body, parts: None }, notes)
}

/// Reads an answer; of several, as with `100 Continue` before it, the last.
fn read_answer(text: &str) -> Option<Answer> {
    let (first, rest) = split_line(text);
    let (version, status) = status_line(first)?;
    let message = message(rest);
    if (100..200).contains(&status) || message.headers.is_empty() {
        let (_, next) = split_answer(rest);
        if let Some(answer) = next.and_then(read_answer) {
            return Some(answer);
        }
    }
    // The text is what an answer's body was decoded to.
    let headers: Vec<_> = message.headers.into_iter().map(without_charset).collect();
    let body = message.body.to_owned();
    Some(Answer {
        status,
        version: version.to_owned(),
        headers,
        wire_size: body.len() as u64,
        body: body.into(),
        ..Answer::default()
    })
}

fn without_charset((name, value): (String, String)) -> (String, String) {
    if !name.eq_ignore_ascii_case("content-type") {
        return (name, value);
    }
    let kept: Vec<&str> = value.split(';').filter(|part| !part.trim().to_ascii_lowercase().starts_with("charset")).collect();
    let value = kept.join(";");
    (name, value)
}

/// The status that an answer's body names: a number under `status` or the like, or the first in the text of a page that is one of an error.
pub(super) fn status_in(body: &str) -> Option<u16> {
    let is_error = |status: &u64| (400..600).contains(status);
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(body.trim()) {
        let named = ["status", "statusCode", "status_code", "code", "Status"].iter().find_map(|name| json.get(*name)?.as_u64());
        return named
            .filter(|status| is_error(status) || (200..300).contains(status))
            .and_then(|status| u16::try_from(status).ok());
    }
    let start: String = body.chars().take(2000).collect();
    let title = start.to_ascii_lowercase().find("<title>").and_then(|at| start.get(at + 7..)?.split('<').next());
    let heading = title.unwrap_or_else(|| start.lines().next().unwrap_or(""));
    let mut numbers = heading.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 3);
    numbers.find_map(|word| word.parse().ok().filter(is_error)).and_then(|status| u16::try_from(status).ok())
}
