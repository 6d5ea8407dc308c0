//! Whether a text begins as HTTP does.

use super::message::{header_line, is_address, is_request_line, is_status_line};
use super::scripts::Scripts;

/// Whether a text begins with a request line, a status line, or an address and what belongs to it.
pub(in crate::formats::import) fn begins_message(text: &str) -> bool {
    let is_comment = |line: &str| line.starts_with(['#', '@']) || line.starts_with("//");
    let mut scripts = Scripts::default();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !is_comment(line) && !scripts.takes(line));
    let Some(first) = lines.next() else { return false };
    let is_alone = text.trim() == first;
    is_request_line(first) && !is_note(text)
        || is_status_line(first)
        || (is_address(first) && !is_alone && lines.next().is_none_or(|second| begins_body(second) || belongs_to_address(second)))
}

/// Whether a text is what somebody notes of a request rather than a message: below its method and address stand `Body: …`, `Status: …`.
fn is_note(text: &str) -> bool {
    const NAMES: [&str; 12] = [
        "body",
        "payload",
        "data",
        "json",
        "status",
        "status code",
        "response",
        "result",
        "answer",
        "headers",
        "returns",
        "request body",
    ];
    let mut lines = text.lines().map(str::trim).skip_while(|line| !is_request_line(line));
    let is_message = lines.next().is_none_or(|line| line.contains(" HTTP/"));
    // A header's name has no space, and these are none.
    let names = lines.take_while(|line| !line.is_empty() && !line.starts_with("###")).filter_map(|line| line.split_once(':'));
    !is_message && names.map(|(name, _)| name.trim().to_ascii_lowercase()).any(|name| NAMES.contains(&name.as_str()))
}

/// Whether a line goes on with a URL, or is a header or an answer behind it.
fn belongs_to_address(line: &str) -> bool {
    line.starts_with(['?', '&']) || is_status_line(line) || header_line(line).is_some_and(|(name, _)| !name.starts_with("http"))
}

/// Whether a line is the first of a body rather than a header.
pub(super) fn begins_body(line: &str) -> bool {
    line.starts_with(['{', '[', '<', '"']) || line.starts_with("--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_by_table() {
        for (text, expected) in [
            ("POST https://h/x\nA: b\n\n{}", true),
            ("# a comment\n@a = b\nPOST https://h/x\n", true),
            ("HTTP/1.1 404 Not Found\n", true),
            ("https://h/x\n?a=b\n", true),
            ("https://h/x\n", false),
            ("POST https://h/x\nBody: {}\nStatus: 400", false),
            ("POST https://h/x\nA: b\n\nBody: {}", true),
            ("POST /x HTTP/1.1\nStatus: 400\n", true),
            ("we POST to https://h/x\n", false),
        ] {
            assert_eq!(begins_message(text), expected, "{text}");
        }
    }
}
