//! What is not hidden and could be secret: whoever makes the bundle decides.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::model::secrets::names::is_secret_name;
use crate::model::secrets::secret::MASK;

/// The shortest run of letters and digits that may be a key, in characters.
const SHORTEST_RANDOM: usize = 8;

/// From this length on less tells a key from a word, in characters.
const LONG_RANDOM: usize = 15;

const RANDOM: &str = "it looks like a key or an identifier";

/// More than anybody reads through.
const MOST: usize = 50;

/// A text that the bundle holds and that could be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The text.
    pub text: String,
    /// What it could be, in words.
    pub why: &'static str,
    /// How often it stands there.
    pub count: usize,
}

/// What in these texts could be secret, each text once.
pub(super) fn find(texts: &[Cow<'_, str>]) -> Vec<Suspect> {
    let mut found: Vec<Suspect> = Vec::new();
    for text in texts {
        for (span, why) in suspects(text) {
            let suspect = &text[span];
            match found.iter().position(|known| known.text == suspect) {
                Some(known) => found[known].count += 1,
                None if found.len() < MOST => found.push(Suspect { text: suspect.to_owned(), why, count: 1 }),
                None => {}
            }
        }
    }
    found
}

fn suspects(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut found = named(text);
    found.extend(words(text, |c| c.is_whitespace() || "\"'`,;&=<>(){}[]/\\:|".contains(c)).into_iter().filter_map(
        |(start, word)| {
            let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            let at = start + word.find(bare).unwrap_or(0);
            is_random_with_signs(bare).then_some((at..at + bare.len(), RANDOM))
        },
    ));
    for (start, word) in words(text, |c| !(c.is_ascii_alphanumeric() || "-_.+/=:\\".contains(c))) {
        let bare = word.trim_matches(['.', ':', '=', '-', '/', '\\']);
        if bare.is_empty() {
            continue;
        }
        let at = start + word.find(bare).unwrap_or(0);
        if let Some(user) = home_folder(bare) {
            found.push((at + user.start..at + user.end, "a user's name in the path of a file"));
        } else if is_ip_address(bare) {
            found.push((at..at + bare.len(), "an IP address"));
        } else {
            for (inner, part) in words(bare, |c| "/.=:\\".contains(c)) {
                if is_random(part) {
                    found.push((at + inner..at + inner + part.len(), RANDOM));
                }
            }
        }
    }
    for (start, run) in words(text, |c| !(c.is_ascii_digit() || "+ -()".contains(c))) {
        let bare = run.trim();
        let digits = bare.bytes().filter(u8::is_ascii_digit).count();
        if bare.starts_with('+') && (8..=15).contains(&digits) {
            let at = start + run.find(bare).unwrap_or(0);
            found.push((at..at + bare.len(), "it looks like a phone number"));
        }
    }
    // What was hidden has its placeholder's name there.
    found.retain(|(span, _)| !(text[..span.start].ends_with("{{") && text[span.end..].starts_with("}}")));
    found.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    found.retain(|(span, _)| {
        let is_outer = span.start >= end;
        end = end.max(span.end);
        is_outer
    });
    found
}

/// What stands behind the name of a secret and `=`, as in `Server=h;Password=p w;`.
fn named(text: &str) -> Vec<(Range<usize>, &'static str)> {
    /// Shorter names mean other things as well.
    const SHORTEST_NAME: usize = 5;
    const LONGEST_NAME: usize = 40;
    const LONGEST_VALUE: usize = 512;
    let mut found = Vec::new();
    let mut seen_to = 0;
    for (sign, _) in text.match_indices('=') {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let length = text.as_bytes()[..sign].iter().rev().take(LONGEST_NAME).take_while(|byte| is_name(byte)).count();
        let name = &text[sign - length..sign];
        let is_long = name.len() >= SHORTEST_NAME || ["pwd", "pass", "pw"].iter().any(|known| name.eq_ignore_ascii_case(known));
        if sign < seen_to || !is_long || !is_secret_name(name) {
            continue;
        }
        let start = sign + 1;
        let rest = &text[start..text.ceil_char_boundary(start + LONGEST_VALUE)];
        let end = rest.find(|c: char| c.is_control() || ";&\"'<>\\,)".contains(c)).unwrap_or(rest.len());
        // Only a semicolon tells that blanks belong to the value.
        let value = if rest[end..].starts_with(';') {
            rest[..end].trim_end()
        } else {
            rest[..end].split_whitespace().next().unwrap_or("")
        };
        let is_hidden = value.is_empty() || value.starts_with("{{") || value.contains(MASK);
        if rest[..end].starts_with(value) && !is_hidden {
            seen_to = start + value.len();
            found.push((start..seen_to, "it stands behind the name of a secret"));
        }
    }
    found
}

/// The words of a text and where they begin.
fn words(text: &str, is_gap: impl Fn(char) -> bool) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (is_gap(c), start) {
            (true, Some(from)) => {
                found.push((from, &text[from..at]));
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    found.extend(start.map(|from| (from, &text[from..])));
    found
}

/// The user's name in `/home/NAME/…`, `/Users/NAME/…` or `C:\Users\NAME\…`, where JSON may have doubled the backslashes.
fn home_folder(path: &str) -> Option<Range<usize>> {
    for folder in ["/home/", "home/", "/Users/", "Users/", ":\\Users\\", ":\\\\Users\\\\"] {
        let Some(at) = path.find(folder) else { continue };
        let is_begin = at == 0 || folder.starts_with([':', '/']);
        let start = at + folder.len();
        let length = path[start..].find(['/', '\\']).unwrap_or(path.len() - start);
        if is_begin && length > 0 {
            return Some(start..start + length);
        }
    }
    None
}

fn is_ip_address(word: &str) -> bool {
    let host = word.split(':').next().unwrap_or_default();
    let own = ["127.0.0.1", "0.0.0.0"];
    host.split('.').count() == 4 && host.split('.').all(|part| part.parse::<u8>().is_ok()) && !own.contains(&host)
}

/// Letters and digits that are mixed as no word of a language mixes them.
fn is_random(word: &str) -> bool {
    let core: Vec<char> = word.chars().filter(char::is_ascii_alphanumeric).collect();
    if core.len() < SHORTEST_RANDOM {
        return false;
    }
    let digits = core.iter().filter(|c| c.is_ascii_digit()).count();
    let turns = |kind: &dyn Fn(&char) -> (bool, bool)| core.windows(2).filter(|pair| kind(&pair[0]) != kind(&pair[1])).count();
    let changes = turns(&|c| (c.is_ascii_digit(), c.is_ascii_uppercase()));
    let vowels = core.iter().filter(|c| "aeiouyAEIOUY".contains(**c)).count();
    if core.len() < LONG_RANDOM {
        // Words have a number before or behind them, and names in camel case turn at their words.
        let numbers = turns(&|c| (c.is_ascii_digit(), false));
        return numbers >= 3 || changes * 2 >= core.len() || digits == 0 && vowels == 0;
    }
    if digits > 0 {
        // A date or a number alone is not a key.
        return digits < core.len() && changes * 5 >= core.len();
    }
    // A long name in camel case turns at its words only, and a word of any language has its vowels.
    changes * 3 >= core.len() || vowels * 4 < core.len()
}

/// Small and capital letters, digits and signs that are mixed as in a password.
fn is_random_with_signs(word: &str) -> bool {
    let kind = |c: char| (c.is_ascii_lowercase(), c.is_ascii_uppercase(), c.is_ascii_digit());
    let kinds: BTreeSet<_> = word.chars().map(kind).collect();
    let count = word.chars().count();
    let turns = word.chars().zip(word.chars().skip(1)).filter(|(a, b)| kind(*a) != kind(*b)).count();
    word.is_ascii() && kinds.len() == 4 && count >= SHORTEST_RANDOM && turns * 2 >= count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suspects_by_table() {
        for (text, expected) in [
            ("session 9f8a7c6b5d4e3f2a1b0c9d8e", "9f8a7c6b5d4e3f2a1b0c9d8e"),
            ("\"id\":\"3fa85f64-5717-4562-b3fc-2c963f66afa6\"", "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
            ("open C:\\\\Users\\\\jim\\\\a.log", "jim"),
            ("see /home/anna/crash.zip", "anna"),
            ("from 10.1.2.3:8080", "10.1.2.3:8080"),
            ("call +49 (171) 234-5678 now", "+49 (171) 234-5678"),
            ("2026-11-23T10:00:00.123456Z", ""),
            ("ApplicationCrashedUnexpectedly.Exception", ""),
            ("/api/v1/projects/beta1/feedback/appcrashlog", ""),
            ("apiKey={{apiKey}} at 127.0.0.1", ""),
            ("?apiKey={{apiKey-2}}&to={{email-1}} {{X-Auth-Token-2}}", ""),
            ("1234567890123456789", ""),
            ("pin=k3v9x2m7q4w8z1t", "k3v9x2m7q4w8z1t"),
            ("pin=k3v9x2m7q4w8z1", "k3v9x2m7q4w8z1"),
            ("note hT5-kQ9_zX2.wP7 end", "hT5-kQ9_zX2.wP7"),
            ("try p@5sW0rd!7Xq, please", "p@5sW0rd!7Xq"),
            ("id 3f0c9a71 and hT5kQ9zX", "3f0c9a71 hT5kQ9zX"),
            ("Server=db;User Id=app;Password=two words 1;Encrypt=true", "two words 1"),
            ("AccountName=a;AccountKey=Zm9v+YmFy/==;", "Zm9v+YmFy/=="),
            ("pwd=hunter22 here", "hunter22"),
            ("Password=;Pwd={{pwd}};token=••••", ""),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0.0.0 iPhone12Pro 30-Nov-2026", ""),
            ("v1.2.3-rc.1 build1234 utf8mb4 errorCode=E17 code=E17 20261130T101500Z 2026-11-30", ""),
            ("aBcXfGpHqJkZmNo", "aBcXfGpHqJkZmNo"),
            ("qzxjvkwpmtrbnhg", "qzxjvkwpmtrbnhg"),
            ("internationalization Fehlerbehandlungsroutine strict-transport-security", ""),
            ("X-Content-Type-Options: HttpRequestTimeoutException", ""),
        ] {
            let found: Vec<&str> = suspects(text).into_iter().map(|(span, _)| &text[span]).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn each_is_listed_once_with_its_count() {
        let suspects = find(&["10.1.2.3 and 10.1.2.3".into(), "10.1.2.3".into()]);
        assert_eq!(suspects, [Suspect { text: "10.1.2.3".into(), why: "an IP address", count: 3 }]);
    }
}
