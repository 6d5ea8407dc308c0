//! Names that stand before a method or a status, and addresses that are broken: what a line of a log is known by.

use std::cmp::Reverse;

use crate::model::status::status_text;

/// How browsers name the method, in the languages that they speak.
const METHOD_NAMES: [&str; 8] = [
    "method",
    "methode",
    "m\u{e9}thode",
    "m\u{e9}todo",
    "metodo",
    "\u{8bf7}\u{6c42}\u{65b9}\u{6cd5}",
    "\u{30e1}\u{30bd}\u{30c3}\u{30c9}",
    "metoda",
];
/// How they name the status.
const STATUS_NAMES: [&str; 8] = [
    "status code",
    "statuscode",
    "code d'\u{e9}tat",
    "code d\u{2019}\u{e9}tat",
    "c\u{f3}digo de estado",
    "codice di stato",
    "\u{72b6}\u{6001}\u{4ee3}\u{7801}",
    "\u{30b9}\u{30c6}\u{30fc}\u{30bf}\u{30b9} \u{30b3}\u{30fc}\u{30c9}",
];

/// Where the name of a method ends in a text in small letters.
pub(super) fn end_of_method_name(lower: &str) -> Option<usize> {
    let found = METHOD_NAMES.iter().filter_map(|name| Some((lower.find(name)?, name.len())));
    // Of names that begin at one place the longest is meant.
    found.min_by_key(|(at, length)| (*at, Reverse(*length))).map(|(at, length)| at + length)
}

/// Whether an address that ends its line seems to go on in the next, as where a mail program broke it.
pub(super) fn goes_on(behind: &str, word: &str) -> bool {
    let Some(next) = behind.trim_start_matches('\r').strip_prefix('\n') else { return false };
    let next = next.split(char::is_whitespace).next().unwrap_or("");
    // A line of its own begins with a time.
    let is_open = word.ends_with(['?', '&', '=']) && next.starts_with(|c: char| c.is_ascii_alphanumeric())
        || word.ends_with('/') && next.starts_with(|c: char| c.is_ascii_alphabetic());
    is_open || next.starts_with(['?', '&', '/']) || next.to_ascii_lowercase().contains("apikey=") && !next.contains("://")
}

/// The status that a word is.
pub(super) fn status_of(word: &str) -> Option<u16> {
    let is_number = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| word.parse().ok()).flatten().filter(|status| (100..600).contains(status))
}

/// The status that ends a line behind a colon with its own name, as in `Root cause: 405 Method Not Allowed`.
pub(super) fn status_with_name(line: &str) -> Option<u16> {
    let told = line.rsplit_once(": ").map_or(line, |(_, told)| told).trim();
    // Behind its level: `10:11:13 ERROR 400 Bad Request`.
    const LEVELS: [&str; 6] = ["ERROR ", "WARN ", "WARNING ", "INFO ", "DEBUG ", "error "];
    let told = LEVELS.iter().find_map(|level| told.rsplit_once(*level)).map_or(told, |(_, told)| told).trim();
    let status = told.split(' ').next().and_then(status_of)?;
    (told.contains(' ') && told.eq_ignore_ascii_case(&status_text(status))).then_some(status)
}

/// The status that a line tells: three digits behind `HTTP/1.1"`, `HTTP` or the word "status".
pub(super) fn status_in(line: &str, is_own_line: bool) -> Option<u16> {
    let lower = line.to_ascii_lowercase();
    let behind = |mark: &str| lower.find(mark).map(|at| at + mark.len());
    let quoted = line.find("\" ").filter(|_| is_own_line && line.contains("HTTP/")).map(|at| at + 2);
    let of_version = ["http/1.1 ", "http/1.0 ", "http/2 ", "http/2.0 "].iter().filter_map(|version| behind(version));
    let named = lower.match_indices("status").chain(lower.match_indices("response")).map(|(at, word)| at + word.len());
    let told =
        ["completed ", "sent ", " http ", "(http ", "ms - ", "resulted in a `", "awaiting response... ", ": response ", "# => "]
            .into_iter()
            .filter_map(behind);
    quoted.into_iter().chain(of_version).chain(named).chain(told).find_map(|at| {
        let rest = lower.get(at..)?.trim_start_matches(['_', ' ']);
        let rest = rest.strip_prefix("code").or_else(|| rest.strip_prefix("error")).unwrap_or(rest);
        let rest = rest.trim_start_matches([' ', '"', '\'', ':', '=', '[', '(', '\\']);
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let unit = rest[digits.len()..].trim_start();
        let is_measure = unit.starts_with("ms") || unit.starts_with("byte");
        status_of(&digits).filter(|_| !is_measure)
    })
}

/// The status in the line below `Status Code:`, as a browser's pane has it when it is copied.
pub(super) fn status_below(text: &str) -> Option<u16> {
    let mut lines = text.lines();
    lines.find(|line| {
        let line = line.trim().to_lowercase();
        STATUS_NAMES.iter().any(|name| line.starts_with(name))
    })?;
    lines.next()?.split_whitespace().next().and_then(status_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_addresses_by_table() {
        for (word, behind, expected) in [
            ("https://h/x/", "\ny?apiKey=k failed", true),
            ("https://h/x", "\r\n?apiKey=k", true),
            ("https://h/x", "\nfailed", false),
            ("https://h/x/", "\n\nKim", false),
            ("https://h/x/", "\n2026-05-01 x", false),
            ("https://h/x/", " and\nmore", false),
        ] {
            assert_eq!(goes_on(behind, word), expected, "{word}{behind}");
        }
    }

    #[test]
    fn statuses_with_names_by_table() {
        for (line, expected) in [
            ("Root cause: 405 Method Not Allowed", Some(405)),
            ("404 not found", Some(404)),
            ("Monitor: 405", None),
            ("Length: 200 Meters", None),
            ("at 2026: 400 Bad Requests", None),
        ] {
            assert_eq!(status_with_name(line), expected, "{line}");
        }
    }

    #[test]
    fn statuses_by_table() {
        for (text, expected) in [
            ("Status Code:\n404 Not Found", Some(404)),
            ("Statuscode:\n401\n", Some(401)),
            ("Code d\u{2019}\u{e9}tat\n400 Bad Request", Some(400)),
            ("Status\nNew", None),
        ] {
            assert_eq!(status_below(text), expected, "{text}");
        }
    }
}
