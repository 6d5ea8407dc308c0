//! Text as a listing or a diff shows it: with a number before each line, or with the lines that a change took away and added.

use std::sync::LazyLock;

use regex::Regex;

use super::{http, session};

/// Nobody copies a longer listing or diff, in bytes.
const LONGEST: usize = 256 << 10;

/// A text without the numbers that stand before the lines of a listing in it; `None` if it has no listing that holds a request or JSON.
pub(super) fn without_numbers(text: &str) -> Option<String> {
    /// Fewer lines may be anything.
    const LEAST: usize = 3;
    static NUMBER: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[ \t]*([0-9]{1,5})(?:[ \t]*[|\u{2502}:.)](?: |$)|[ \t]{1,2}|$)").ok());
    let begins_with_digit = |line: &&str| line.trim_start().starts_with(|c: char| c.is_ascii_digit());
    if text.len() > LONGEST
        || text.trim_start().starts_with(['{', '<'])
        || text.lines().filter(begins_with_digit).take(LEAST).count() < LEAST
    {
        return None;
    }
    let expression = NUMBER.as_ref()?;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let numbered = |line: &str| -> Option<(usize, usize)> {
        let found = expression.captures(line.trim_end_matches(['\n', '\r']))?;
        Some((found[1].parse().ok()?, found.get(0)?.end()))
    };
    let mut plain = String::with_capacity(text.len());
    let mut is_changed = false;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let Some((first, _)) = numbered(line) else {
            plain.push_str(line);
            at += 1;
            continue;
        };
        let behind =
            |offset: usize, line: &str| numbered(line).filter(|(number, _)| *number == first + offset).map(|(_, end)| end);
        let listing: Vec<&str> =
            lines[at..].iter().enumerate().map_while(|(offset, line)| Some(&line[behind(offset, line)?..])).collect();
        if listing.len() >= LEAST && listing.iter().any(|line| begins_something(line)) {
            plain.extend(listing.iter().copied());
            is_changed = true;
        } else {
            plain.extend(lines[at..at + listing.len().max(1)].iter().copied());
        }
        at += listing.len().max(1);
    }
    is_changed.then_some(plain)
}

/// Whether a line begins what can be read: a command, a request, or a body.
fn begins_something(line: &str) -> bool {
    let line = line.trim();
    session::begins_command(line) || http::is_request_line(line) || line == "{" || line.starts_with("{\"")
}

/// A text with what a diff in it leaves: the lines that it adds and those that it keeps. `None` if there is no diff.
pub(super) fn of_diff(text: &str) -> Option<String> {
    static HUNK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^@@ -[0-9]+(?:,[0-9]+)? \+[0-9]+(?:,[0-9]+)? @@").ok());
    if text.len() > LONGEST || text.trim_start().starts_with(['{', '<']) || !text.contains("@@ -") && !has_changed_line(text) {
        return None;
    }
    let hunk = HUNK.as_ref()?;
    let has_hunk = text.lines().any(|line| hunk.is_match(line));
    if !has_hunk && !has_changed_line(text) {
        return None;
    }
    let is_head =
        |line: &str| ["diff --git ", "index ", "--- ", "+++ ", "\\ No newline"].iter().any(|head| line.starts_with(head));
    let mut plain = String::with_capacity(text.len());
    let mut is_inside = !has_hunk;
    for line in text.split_inclusive('\n') {
        if hunk.is_match(line) {
            is_inside = true;
        } else if is_head(line) {
            is_inside = !has_hunk;
        } else if !is_inside {
            plain.push_str(line);
        } else if !line.starts_with('-') {
            plain.push_str(line.strip_prefix('+').or_else(|| line.strip_prefix(' ').filter(|_| has_hunk)).unwrap_or(line));
        }
    }
    Some(plain)
}

/// Whether a line that was taken away stands before the one that came in its place, and both send a request to an address.
fn has_changed_line(text: &str) -> bool {
    let sends = |line: &str| line.contains("://") && (line.contains("curl") || line.contains("POST"));
    let lines: Vec<&str> = text.lines().collect();
    lines.windows(2).any(|pair| {
        let changed = pair[0].strip_prefix('-').zip(pair[1].strip_prefix('+'));
        changed.is_some_and(|(before, after)| sends(before) && sends(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listings_by_table() {
        for (text, expected) in [
            (
                "page 12:\n\n 1  curl --request POST \\\n 2    --url 'https://h/x' \\\n 3    --data '{\n 4      \"a\": 1\n 5    }'\nend\n",
                Some("page 12:\n\ncurl --request POST \\\n  --url 'https://h/x' \\\n  --data '{\n    \"a\": 1\n  }'\nend\n"),
            ),
            ("9 | POST https://h/x\n10 | A: b\n11 |\n12 | {}\n", Some("POST https://h/x\nA: b\n\n{}\n")),
            ("1. {\n2.   \"a\": 1\n3. }", Some("{\n  \"a\": 1\n}")),
            ("1 curl https://h\n2 curl https://h\n", None),
            ("1 a\n2 b\n3 c\n", None),
            ("curl https://h -d '{\n\"a\": [\n1,\n2,\n3]}'\n", None),
            ("1 {\n3 }\n4 x\n", None),
        ] {
            assert_eq!(without_numbers(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn diffs_by_table() {
        for (text, expected) in [
            (
                "now 404s\n\ndiff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@ run:\n  a\n-  curl https://h/1\n+  curl https://h/2\n  b\n",
                Some("now 404s\n\n a\n  curl https://h/2\n b\n"),
            ),
            ("-curl https://h/1\n+curl https://h/2\n", Some("curl https://h/2\n")),
            ("- curl https://h/1\n- curl https://h/2\n", None),
            ("+ curl https://h/1\n", None),
        ] {
            assert_eq!(of_diff(text).as_deref(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "([0-9]{0,2}[ |.]{0,3}(curl https://h|\\{|é)?\n|@@ -1 \\+1 @@\n|[-+ ]é?\n){0,12}") {
            let _ = (without_numbers(&text), of_diff(&text));
        }
    }
}
