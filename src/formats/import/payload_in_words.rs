//! A payload or an answer that somebody passes on in a few words, without the request around it: "this gives 400: {…}".

use serde::de::IgnoredAny;
use serde_json::Value;

use super::{answer, told};

/// What such a message holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message<'a> {
    /// The payload, which may be broken JSON.
    pub(super) payload: Option<&'a str>,
    /// The JSON that came back.
    pub(super) answer: Option<&'a str>,
    /// The status that the words tell.
    pub(super) status: Option<u16>,
    /// The parts of the endpoint that the words name.
    pub(super) parts: Option<EndpointParts>,
}

/// The parts of an endpoint, each on a line of its own: `project: beta1`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct EndpointParts {
    pub(super) host: Option<String>,
    pub(super) project_key: String,
    pub(super) source_key: String,
    pub(super) api_key: Option<String>,
}

impl EndpointParts {
    /// The parts that lines name; `None` without both keys of the path.
    fn of_lines<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut parts = Self::default();
        for line in lines {
            let Some((name, value)) = line.split_once([':', '=']) else { continue };
            let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
            let value = value.trim().trim_matches(['"', '\'', '`', ',']).to_owned();
            if value.is_empty() || value.contains(char::is_whitespace) {
                continue;
            }
            match name.as_str() {
                "host" | "hostname" | "server" | "baseurl" | "domain" => parts.host = Some(value),
                "project" | "projectkey" => parts.project_key = value,
                "source" | "sourcekey" | "externalsource" | "externalsourcekey" => parts.source_key = value,
                "key" | "apikey" => parts.api_key = Some(value),
                _ => {}
            }
        }
        (!parts.project_key.is_empty() && !parts.source_key.is_empty()).then_some(parts)
    }

    /// The address that they come to.
    pub(super) fn url(&self) -> String {
        let host = self.host.as_deref().unwrap_or("{{host}}").trim_end_matches('/');
        let base = if host.contains("://") { host.to_owned() } else { format!("https://{host}") };
        let key = self.api_key.as_ref().map_or_else(String::new, |key| format!("?apiKey={key}"));
        format!("{base}/api/v1/projects/{}/feedback/{}{key}", self.project_key, self.source_key)
    }
}

/// As [`read`], where the braces are doubled or the quotes escaped too, as debuggers show objects and texts. `take` gets the message.
pub(super) fn read_with<T>(text: &str, take: impl Fn(&Message<'_>) -> T) -> Option<T> {
    let is_json = |message: &Message<'_>| message.payload.is_none_or(|json| serde_json::from_str::<IgnoredAny>(json).is_ok());
    let plain = read(text);
    let shown = [("{\\\"", "\\\"", "\""), ("{{", "{{", "{"), ("{{", "}}", "}")];
    let is_shown = shown.iter().any(|(sign, ..)| text.contains(sign)) && !plain.as_ref().is_some_and(is_json);
    if is_shown {
        let written = shown
            .iter()
            .fold(text.to_owned(), |text, (_, sign, plain)| text.replace(sign, plain))
            .replace("\"{", "{")
            .replace("}\"", "}");
        if let Some(message) = read(&written).filter(is_json) {
            return Some(take(&message));
        }
    }
    plain.as_ref().map(take)
}

/// Takes a message apart; `None` if it holds no JSON, several payloads, or more than words around it.
fn read(text: &str) -> Option<Message<'_>> {
    /// Nobody writes more lines around a payload and nothing else.
    const MOST_LINES: usize = 20;
    /// Nor passes on a longer one in a few words, in bytes.
    const LONGEST: usize = 1 << 20;
    if text.len() > LONGEST {
        return None;
    }
    let mut rest = text;
    let mut words = String::new();
    let (mut payload, mut answer) = (None, None);
    while let Some((before, object, behind)) = next_object(rest) {
        words.push_str(before);
        words.push('\n');
        let place = if answer::reports_error(object) || is_answer(object, before) { &mut answer } else { &mut payload };
        if place.replace(object).is_some() {
            return None;
        }
        rest = behind;
    }
    words.push_str(rest);
    let is_word = |line: &str| line.split_whitespace().any(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1);
    let lines = || words.lines().filter(|line| !line.trim().is_empty());
    let status = told::of_lines(words.lines());
    let are_words = (lines().any(is_word) || status.is_some()) && lines().count() <= MOST_LINES && lines().all(is_said);
    (are_words && (payload.is_some() || answer.is_some())).then_some(Message {
        payload,
        answer,
        status,
        parts: EndpointParts::of_lines(words.lines()),
    })
}

/// Whether an object came back rather than was sent: by what its members are, or by the words before it.
fn is_answer(object: &str, before: &str) -> bool {
    /// Members of what servers answer with, and of no ticket.
    const OF_ANSWERS: [&str; 14] = [
        "error",
        "errors",
        "message",
        "detail",
        "traceId",
        "trace_id",
        "statusCode",
        "status_code",
        "errorCode",
        "fault",
        "exception",
        "requestId",
        "success",
        "attachmentEndpoints",
    ];
    /// Members of both.
    const OF_BOTH: [&str; 12] =
        ["code", "reason", "status", "description", "title", "type", "id", "result", "data", "path", "timestamp", "instance"];
    /// At the end of the words before what is sent, and before an answer.
    const SENT: [&str; 11] = ["for", "with", "send", "sent", "sending", "body", "payload", "request", "data", "json", "post"];
    const CAME: [&str; 9] =
        ["response", "reply", "answer", "came back", "get back", "got back", "antwort", "r\u{e9}ponse", "respuesta"];
    /// In the sentence before an answer.
    const SAID: [&str; 12] =
        ["says", "said", "return", "got", "get", "receive", "respond", "error", "fehler", "erreur", "renvoie", "devuelve"];
    let value: Value = serde_json::from_str(object).unwrap_or_default();
    let said = before.trim_end().trim_end_matches([':', ',', '.']).to_lowercase();
    let sentence = said.rsplit('\n').next().unwrap_or_default();
    let ends = |words: &[&str]| words.iter().any(|word| said.ends_with(word));
    let bare = said.strip_suffix(" is").unwrap_or(&said);
    let bare = bare.strip_suffix(" body").unwrap_or(bare);
    let is_told = CAME.iter().any(|word| bare.ends_with(word));
    let is_of_both = || {
        let members = value.as_object().filter(|members| !members.is_empty());
        members.is_some_and(|members| members.keys().all(|name| OF_BOTH.contains(&name.as_str())))
    };
    is_told
        || OF_ANSWERS.iter().any(|name| value.get(name).is_some())
        || !ends(&SENT) && SAID.iter().any(|word| sentence.contains(word)) && is_of_both()
}

/// Whether a line is what somebody says, and none of a program, a log or a file.
fn is_said(line: &str) -> bool {
    const LONGEST: usize = 600;
    let has_time =
        line.as_bytes().windows(5).any(|at| at[2] == b':' && [0, 1, 3, 4].iter().all(|digit| at[*digit].is_ascii_digit()));
    // `payload = ` stands before a payload.
    let plain = line.trim_end().strip_suffix('=').filter(|name| name.split_whitespace().count() == 1).unwrap_or(line);
    let plain = plain.trim_start_matches(['-', '=', '>', ' ']);
    let is_code = plain.contains(['{', '}', '[', ']', '$', ';', '|', '\\', '<', '=']);
    line.len() < LONGEST && !has_time && !is_code
}

/// The next JSON object, with what stands before and behind it. One that is broken ends with the brace that closes it.
fn next_object(text: &str) -> Option<(&str, &str, &str)> {
    let begins = |at: &usize| {
        let inside = text[at + 1..].trim_start();
        let is_apart = text[..*at].chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, ':' | '='));
        is_apart && (inside.starts_with(['"', '\'', '}', '{']) || begins_with_name(inside))
    };
    let start = text.match_indices('{').map(|(at, _)| at).find(begins)?;
    let mut depth = 0_usize;
    let mut is_text = false;
    let mut chars = text[start..].char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if is_text => drop(chars.next()),
            '"' => is_text = !is_text,
            // A quote that is missing hides no more than its line.
            '\n' => is_text = false,
            '{' if !is_text => depth += 1,
            '}' if !is_text => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let end = start + at + 1;
            let has_members = text[start..end].contains(':') || text[start..end].trim_matches(['{', '}', ' ']).is_empty();
            return has_members.then_some((&text[..start], &text[start..end], &text[end..]));
        }
    }
    None
}

/// Whether a text begins with a name without quotes and its colon, as people write it in an object.
fn begins_with_name(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    rest.len() < text.len() && rest.starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_by_table() {
        for (text, expected) in [
            ("this gives 400:\n\n{\n  \"a\": 1\n}\n", Some(("{\n  \"a\": 1\n}", None, Some(400)))),
            ("it just says Bad Request. body is\n{\"a\": 1,}\n", Some(("{\"a\": 1,}", None, Some(400)))),
            ("we send {\"a\": {\"b\": 1}} and get a 400 back", Some(("{\"a\": {\"b\": 1}}", None, Some(400)))),
            (
                "sent:\n{\"a\": \"{\"}\ncame back:\n{\"status\": 400, \"description\": \"x\"}\n",
                Some(("{\"a\": \"{\"}", Some("{\"status\": 400, \"description\": \"x\"}"), None)),
            ),
            ("missing quote\n{\"a\": \"x,\n\"b\": 2}\n", Some(("{\"a\": \"x,\n\"b\": 2}", None, None))),
            ("look:\n{summary: 'a'}", Some(("{summary: 'a'}", None, None))),
            ("{\"a\": 1}", None),
            ("{\"a\": 1} => 400", Some(("{\"a\": 1}", None, Some(400)))),
            ("{\"a\": 1}\n400\n", Some(("{\"a\": 1}", None, Some(400)))),
            ("payload = {\"a\": 1}\ngives 400", Some(("{\"a\": 1}", None, Some(400)))),
            ("{\"a\": 1} or {\"b\": 2}", None),
            (
                "came back {\"status\": 400, \"description\": \"x\"}",
                Some(("", Some("{\"status\": 400, \"description\": \"x\"}"), None)),
            ),
            ("we get a 400 back: {\"error\": \"x\"}", Some(("", Some("{\"error\": \"x\"}"), Some(400)))),
            ("the response:\n{\"id\": 1}", Some(("", Some("{\"id\": 1}"), None))),
            ("server says {\"code\": 17, \"reason\": \"x\"}", Some(("", Some("{\"code\": 17, \"reason\": \"x\"}"), None))),
            ("it returns 400 for {\"title\": \"x\"}", Some(("{\"title\": \"x\"}", None, Some(400)))),
            ("12:01:02 INFO body {\"a\": 1}", None),
            ("if (x) { \"use strict\"; }", None),
            ("let a = {\"a\": 1};", None),
            ("open {\"a\": 1", None),
        ] {
            let found = read(text).map(|found| (found.payload.unwrap_or(""), found.answer, found.status));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_debuggers_show_by_table() {
        for (text, expected) in [
            ("we send {{\"a\": {\"b\": 1}}} now", Some("{\"a\": {\"b\": 1}}")),
            ("the debugger shows:\n{{\n  \"a\": 1\n}}\n", Some("{\n  \"a\": 1\n}")),
            ("body = \"{\\\"a\\\":\\\"b\\\"}\" and 400", Some("{\"a\":\"b\"}")),
            ("body is {\"a\": \"{{x}}\"} here", Some("{\"a\": \"{{x}}\"}")),
        ] {
            let found = read_with(text, |message| message.payload.unwrap_or_default().to_owned());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(é|\\{|\\}|\"|'|\\\\| |\n|a|:|404){0,40}") {
            let _ = read_with(&text, |_| ());
        }
    }
}
