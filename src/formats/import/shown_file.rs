//! The content of a file that a command sends, where the text shows it too: below `cat payload.json`, or below its name.

use super::session::begins_command;
use crate::model::imported::{Note, Severity};
use crate::model::request_spec::{RequestSpec, SpecBody};

/// Puts the content that the text shows in the place of the files that requests send; says what was taken.
pub(super) fn put_in(text: &str, requests: &mut [RequestSpec]) -> Vec<Note> {
    let mut notes = Vec::new();
    for request in requests {
        let SpecBody::File(path) = &request.body else { continue };
        let Some(content) = content_of(text, path) else { continue };
        let said = format!("The content of {path} was taken from the text, which shows it");
        notes.push(Note { severity: Severity::Taken, place: None, text: said });
        request.body = SpecBody::Text(content.to_owned());
    }
    notes
}

/// What a text shows of a file.
fn content_of<'a>(text: &'a str, path: &str) -> Option<&'a str> {
    let name = path.rsplit(['/', '\\']).next().filter(|name| name.len() > 2 && name.contains('.'))?;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        if !begins_command(line) && shows(line, name) {
            return content(&text[at..]);
        }
    }
    None
}

/// Whether a line says that a file follows: `$ cat payload.json`, `payload.json:`, `**payload.json**`, `Content of payload.json`.
fn shows(line: &str, name: &str) -> bool {
    let line = line.trim();
    let Some((before, behind)) = line.split_once(name) else { return false };
    let behind_is_plain = behind.chars().all(|c| "`*_\"'):.{} ".contains(c)) || behind.trim_start().starts_with("contains");
    let before = before.trim_end_matches(['.', '/', '\\', '"', '\'', '`', '*', '_', '(', ' ']);
    let prints = ["cat", "type", "more", "less", "bat", "Get-Content", "gc", "jq ."];
    let words = ["content of", "contents of", "the file", "file", "this is", "and", "###", "##", "#", "//", "with", "where"];
    let is_known = |known: &[&str]| {
        known.iter().any(|word| before == *word || before.ends_with(&format!(" {word}")) || before.ends_with(&format!(">{word}")))
    };
    let lower = before.to_ascii_lowercase();
    let is_heading = before.is_empty() || words.iter().any(|word| lower == *word || lower.ends_with(&format!(" {word}")));
    behind_is_plain && (is_known(&prints) || is_heading)
}

/// The JSON that a text begins with, behind a fence at most: whole, or up to the empty line or the command behind it.
fn content(text: &str) -> Option<&str> {
    let start = text.trim_start_matches(['\n', '\r', ' ', '\t']);
    let start = if start.starts_with("```") || start.starts_with("{code") || start.starts_with("~~~") {
        start.split_once('\n')?.1.trim_start()
    } else {
        start
    };
    if !start.starts_with(['{', '[']) {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(start).into_iter::<serde::de::IgnoredAny>();
    if let Some(Ok(_)) = values.next() {
        return Some(&start[..values.byte_offset()]);
    }
    let mut at = 0;
    for line in start.split_inclusive('\n') {
        let ends = line.trim().is_empty() || line.starts_with("```") || line.starts_with("{code") || begins_command(line);
        if ends || line.starts_with("$ ") {
            break;
        }
        at += line.len();
    }
    Some(start[..at].trim_end()).filter(|content| content.ends_with(['}', ']']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_by_table() {
        for (text, expected) in [
            ("$ cat payload.json\n{\"a\": 1}\n$ curl -d @payload.json h", Some("{\"a\": 1}")),
            ("C:\\x> type payload.json\n{\"a\": 1,}\nC:\\x> curl -d @payload.json https://h", Some("{\"a\": 1,}")),
            ("curl -d @payload.json h\n\npayload.json:\n```json\n{\n \"a\": 1,\n}\n```\n", Some("{\n \"a\": 1,\n}")),
            ("**payload.json**\n\n[1]\n", Some("[1]")),
            ("The content of `payload.json`:\n{\"a\": 1}\n\nThanks", Some("{\"a\": 1}")),
            ("curl -d @payload.json h\n{\"status\": 400}", None),
            ("we send payload.json every day\n{\"status\": 400}", None),
            ("payload.json: see attachment", None),
            ("other.json:\n{\"a\": 1}", None),
        ] {
            assert_eq!(content_of(text, "./payload.json"), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(cat |p.json|:|\n|```|\\{|\\}|\"a\": 1|é|\\$ |curl -d @p.json h){0,20}") {
            let _ = content_of(&text, "p.json");
        }
    }
}
