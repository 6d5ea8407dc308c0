//! What is not hidden and could be secret: whoever makes the bundle decides.

use std::borrow::Cow;
use std::ops::Range;

/// The shortest run of letters and digits that may be a key, in characters.
const SHORTEST_RANDOM: usize = 15;

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
    let mut found = Vec::new();
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
                    found.push((at + inner..at + inner + part.len(), "it looks like a key or an identifier"));
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
    let kind = |c: &char| (c.is_ascii_digit(), c.is_ascii_uppercase());
    let turns = core.windows(2).filter(|pair| kind(&pair[0]) != kind(&pair[1])).count();
    if digits > 0 {
        // A date or a number alone is no key.
        return digits < core.len() && turns * 5 >= core.len();
    }
    // A long name in camel case turns at its words only, and a word of any language has its vowels.
    let vowels = core.iter().filter(|c| "aeiouyAEIOUY".contains(**c)).count();
    turns * 3 >= core.len() || vowels * 4 < core.len()
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
            ("1234567890123456789", ""),
            ("pin=k3v9x2m7q4w8z1t", "k3v9x2m7q4w8z1t"),
            ("pin=k3v9x2m7q4w8z1", ""),
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
