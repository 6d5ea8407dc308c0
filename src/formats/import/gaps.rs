//! What people put in the place of what they leave out of a text before they pass it on.

use crate::model::request_spec::{RequestSpec, SpecBody};

/// What stands in the place of a value that was taken out, where it stands between angle brackets: a shell takes these for redirections,
/// and a log's address ends at them.
const TAKEN_OUT: [&str; 5] = ["redacted", "masked", "hidden", "removed", "secret"];

/// A text in which `=<redacted>` is a row of stars, which is as long; `None` if there is nothing to change.
pub(super) fn without_angles(text: &str) -> Option<String> {
    if !text.contains("=<") {
        return None;
    }
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("=<") {
        let inside = &rest[at + 2..];
        let word = TAKEN_OUT.iter().find(|word| {
            inside.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
                && inside[word.len()..].starts_with('>')
        });
        match word {
            Some(word) => {
                written.push_str(&rest[..at]);
                // Signs that no shell and no address takes for its own.
                written.push_str(&format!("={}", "*".repeat(word.len() + 2)));
                rest = &inside[word.len() + 1..];
            }
            None => {
                written.push_str(&rest[..at + 2]);
                rest = inside;
            }
        }
    }
    written.push_str(rest);
    (written != text).then_some(written)
}

/// Marks a body that is no more than words in its place as not recorded, and the end of an address that was shortened.
pub(super) fn mark(request: &mut RequestSpec) {
    // A program that shows what it did may shorten the addresses.
    if let Some(shown) = ["\u{2026}", "..."].iter().find_map(|sign| request.url.strip_suffix(sign)) {
        request.url.truncate(shown.len());
        request.not_recorded.address_end = true;
    }
    let is_gap = match &request.body {
        SpecBody::Text(text) | SpecBody::Urlencoded(text) => is_gap(text),
        _ => false,
    };
    if is_gap {
        request.body = SpecBody::None;
        (request.not_recorded.body, request.not_recorded.file_bytes) = (true, true);
    }
}

/// `...`, `[…]`, `<snip>`, `[body omitted]` and their like.
pub(super) fn is_gap(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_lowercase();
    let brackets = |c: char| "[]<>(){}".contains(c);
    let bare = lower.trim_matches(brackets).trim();
    let is_dots = bare.chars().count() > 0 && bare.chars().all(|c| c == '.' || c == '…') && (bare.len() > 1);
    let is_short = text.chars().count() <= 60 && !text.contains('"');
    let is_bracketed = text.starts_with(['[', '<', '(', '{']) && text.ends_with([']', '>', ')', '}']);
    const WORDS: [&str; 9] =
        ["omitted", "snip", "truncated", "removed", "redacted", "stripped", "cut off", "left out", "not shown"];
    let is_binary = bare.contains("binary data not shown") || bare == "binary data" || bare == "binary";
    is_binary || is_dots || is_short && is_bracketed && WORDS.iter().any(|word| bare.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_by_table() {
        for text in [
            "...",
            "…",
            "[…]",
            "<snip>",
            "[body omitted]",
            "(body truncated, 4 KB)",
            "{...}",
            "<redacted>",
            "[ ... ]",
            "+---+\n| NOTE: binary data not shown in terminal |\n+---+",
            "<binary>",
        ] {
            assert!(is_gap(text), "{text}");
        }
        for text in ["", "{}", "[]", "{\"a\": \"removed\"}", ".", "omitted", "[1]", "<a>truncated</a>...", "a=b"] {
            assert!(!is_gap(text), "{text}");
        }
    }

    #[test]
    fn angles_by_table() {
        for (text, expected) in [
            ("x?apiKey=<redacted>&a=1", Some("x?apiKey=**********&a=1")),
            ("a=<REDACTED> b=<hidden>", Some("a=********** b=********")),
            ("a=<api-key>", None),
            ("a=<b", None),
            ("a", None),
        ] {
            assert_eq!(without_angles(text).as_deref(), expected, "{text}");
        }
    }
}
