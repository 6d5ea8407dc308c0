//! Finds secrets in a text, in whatever form they stand there: each character may be written plainly or escaped, by one rule or by
//! several at once, and the whole may be Base64, hexadecimal or UTF-16.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use super::forms::{base64_cores, hex, json_text, url_text};
use super::placeholder::is_variable;
use super::secret::{MASK, SHORTEST_SECRET, Secret};
use super::spelling::{EXPANSION, spellings};

/// A place where a secret was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretMatch {
    /// Where it stands, in bytes.
    pub span: Range<usize>,
    /// The number of the secret, in the order in which they were added.
    pub secret: usize,
}

/// Knows secrets and finds them.
#[derive(Clone, Default)]
pub struct SecretFinder {
    needles: Vec<Needle>,
    /// The needles that begin with a character.
    by_first: BTreeMap<char, Vec<usize>>,
    count: usize,
}

/// One text that is looked for, character by character.
#[derive(Clone)]
struct Needle {
    text: Secret,
    secret: usize,
    kind: NeedleKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NeedleKind {
    Plain,
    Base64,
    Hex,
}

impl NeedleKind {
    /// What may stand between two characters: line breaks of Base64, separators of hexadecimal bytes, zero bytes of UTF-16.
    fn skips(self, byte: u8) -> bool {
        match self {
            Self::Plain => byte == 0,
            Self::Base64 => matches!(byte, b'\r' | b'\n' | 0),
            Self::Hex => matches!(byte, b' ' | b':' | b'-' | 0),
        }
    }
}

impl fmt::Debug for SecretFinder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the first characters of secrets.
        f.debug_struct("SecretFinder").field("secrets", &self.count).finish()
    }
}

impl SecretFinder {
    /// A finder of these secrets.
    pub fn new<T: AsRef<str>>(secrets: impl IntoIterator<Item = T>) -> Self {
        let mut finder = Self::default();
        for secret in secrets {
            finder.add(secret.as_ref());
        }
        finder
    }

    /// Looks for a further secret. Those too short to be told from ordinary text, masks and variables are not looked for. Returns the
    /// secret's number.
    pub fn add(&mut self, secret: &str) -> usize {
        let number = self.count;
        self.count += 1;
        if secret.len() < SHORTEST_SECRET || secret == MASK || is_variable(secret) {
            return number;
        }
        self.needle(secret, number, NeedleKind::Plain);
        self.needle(&hex(secret), number, NeedleKind::Hex);
        // What is encoded as a whole may have been escaped before.
        for text in [secret.to_owned(), url_text(secret), json_text(secret)] {
            let cores = base64_cores(&text).into_iter().filter(|core| core.len() >= SHORTEST_SECRET);
            cores.for_each(|core| self.needle(&core, number, NeedleKind::Base64));
        }
        number
    }

    /// Looks for a text as it is written, and in no other form.
    pub fn add_spelling(&mut self, spelling: &str) -> usize {
        let number = self.count;
        self.count += 1;
        if !spelling.is_empty() {
            self.needle(spelling, number, NeedleKind::Plain);
        }
        number
    }

    fn needle(&mut self, text: &str, secret: usize, kind: NeedleKind) {
        let Some(first) = text.chars().next() else { return };
        let is_known = |needle: &Needle| needle.kind == kind && needle.text.reveal() == text;
        let same = self.by_first.get(&first);
        if !same.is_some_and(|all| all.iter().any(|at| is_known(&self.needles[*at]))) {
            self.by_first.entry(first).or_default().push(self.needles.len());
            self.needles.push(Needle { text: Secret::new(text), secret, kind });
        }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    /// The most bytes that a secret may take in a text.
    pub fn longest(&self) -> usize {
        self.needles.iter().map(|needle| needle.text.reveal().len() * EXPANSION).max().unwrap_or_default()
    }

    /// Where secrets stand in a text.
    pub fn spans(&self, text: &str) -> Vec<Range<usize>> {
        self.find(text.as_bytes()).into_iter().map(|found| found.span).collect()
    }

    /// Where secrets stand in bytes, in order of their beginnings; one may lie in another.
    pub fn find(&self, bytes: &[u8]) -> Vec<SecretMatch> {
        let mut found: Vec<SecretMatch> = Vec::new();
        if self.needles.is_empty() {
            return found;
        }
        let is_text = std::str::from_utf8(bytes).is_ok();
        let mut begins = [false; 256];
        for first in self.by_first.keys() {
            begin(&mut begins, *first, is_text);
        }
        let mut seen_to = vec![0; self.count];
        for at in 0..bytes.len() {
            if !begins[usize::from(bytes[at])] {
                continue;
            }
            let mut best: Option<SecretMatch> = None;
            for (first, needles) in &self.by_first {
                let starts = spellings(bytes, at, *first, is_text);
                let starts = if starts.is_empty() && first.is_ascii_hexdigit() {
                    spellings(bytes, at, first.to_ascii_uppercase(), is_text)
                } else {
                    starts
                };
                if starts.is_empty() {
                    continue;
                }
                for needle in needles.iter().map(|at| &self.needles[*at]) {
                    if seen_to[needle.secret] <= at
                        && let Some(end) = needle.end(bytes, at, is_text)
                        && best.as_ref().is_none_or(|best| best.span.end < end)
                    {
                        best = Some(SecretMatch { span: at..end, secret: needle.secret });
                    }
                }
            }
            if let Some(best) = best {
                seen_to[best.secret] = best.span.end;
                found.push(best);
            }
        }
        found
    }
}

/// Marks the bytes with which a character can begin.
fn begin(begins: &mut [bool; 256], first: char, is_text: bool) {
    let mut mark = |byte: u8| begins[usize::from(byte)] = true;
    b"%\\&".iter().for_each(|byte| mark(*byte));
    let mut utf8 = [0; 4];
    mark(first.encode_utf8(&mut utf8).as_bytes()[0]);
    if first.is_ascii_alphabetic() {
        mark(first.to_ascii_uppercase() as u8);
    }
    if first == ' ' {
        mark(b'+');
    }
    if !is_text && !first.is_ascii() {
        let mut units = [0; 2];
        let unit = first.encode_utf16(&mut units)[0];
        unit.to_le_bytes().iter().for_each(|byte| mark(*byte));
    }
}

impl Needle {
    /// Where the needle ends that begins here, if it does.
    fn end(&self, bytes: &[u8], start: usize, is_text: bool) -> Option<usize> {
        let mut ends = vec![start];
        for (index, wanted) in self.text.reveal().chars().enumerate() {
            let mut next: Vec<usize> = Vec::new();
            for mut at in ends {
                while index > 0 && bytes.get(at).is_some_and(|byte| self.kind.skips(*byte)) {
                    at += 1;
                }
                let mut reach = |wanted: char| {
                    for end in spellings(bytes, at, wanted, is_text).iter() {
                        if !next.contains(&end) {
                            next.push(end);
                        }
                    }
                };
                reach(wanted);
                if self.kind == NeedleKind::Hex && wanted.is_ascii_lowercase() {
                    reach(wanted.to_ascii_uppercase());
                }
            }
            if next.is_empty() {
                return None;
            }
            ends = next;
        }
        ends.into_iter().max()
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;

    fn masked(secret: &str, text: &str) -> String {
        let mut out = text.to_owned();
        for span in SecretFinder::new([secret]).spans(text).into_iter().rev() {
            out.replace_range(span, "*");
        }
        out
    }

    #[test]
    fn each_way_of_writing_is_found() {
        let each = |text: &str, write: &dyn Fn(u8) -> String| text.bytes().map(write).collect::<String>();
        for secret in ["3f/0c&\"é+<#%x", "k%41y:pass-1", "a b/c+d=e&f", "\\u0041\\\\n\"", "日本語のキー", "c4n4ry+k3y/9&x\"y<#%é"]
        {
            let json = serde_json::to_string(secret).unwrap();
            let json = &json[1..json.len() - 1];
            let percent = each(secret, &|byte| format!("%{byte:02X}"));
            let numbers: String = secret.chars().map(|c| format!("&#{};", u32::from(c))).collect();
            let php: String =
                json.replace('/', "\\/").chars().map(|c| if c.is_ascii() { c.to_string() } else { units(c) }).collect();
            let dotnet: String = json
                .chars()
                .map(|c| if c.is_alphanumeric() && c.is_ascii() || c == '\\' { c.to_string() } else { units(c) })
                .collect();
            let go = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
            for text in [
                secret.to_owned(),
                percent.clone(),
                percent.to_lowercase(),
                percent.replace('%', "%25"),
                percent.replace('%', "%2525"),
                json.to_owned(),
                json.replace('\\', "\\\\").replace('"', "\\\""),
                numbers.clone(),
                numbers.replace('&', "&amp;"),
                secret.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect(),
                secret.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('+', "&#43;"),
                secret.chars().map(units).collect(),
                php,
                dotnet,
                go,
                secret.chars().map(|c| format!("{c}\0")).collect::<String>().trim_end_matches('\0').to_owned(),
                each(secret, &|byte| format!("{byte:02x}")),
                each(secret, &|byte| format!("{byte:02X}")),
                each(secret, &|byte| format!("{byte:02x} ")).trim_end().to_owned(),
            ] {
                assert_eq!(masked(secret, &format!("<<{text}>>")), "<<*>>", "{secret} as {text}");
            }
            for before in ["", "u", "us", "usr:"] {
                for text in [secret.to_owned(), json.to_owned(), url_text(secret)] {
                    let encoded = STANDARD.encode(format!("{before}{text} and {text}"));
                    let lines: Vec<&str> = encoded.as_bytes().chunks(19).map(|line| std::str::from_utf8(line).unwrap()).collect();
                    for encoded in [
                        encoded.clone(),
                        encoded.replace('/', "\\/").replace('+', "\\u002B"),
                        encoded.replace('/', "%2F").replace('+', "%2B"),
                        URL_SAFE_NO_PAD.encode(format!("{before}{text} and {text}")),
                        lines.join("\r\n"),
                    ] {
                        let left = masked(secret, &encoded);
                        assert_eq!(left.matches('*').count(), 2, "{secret} as {encoded}: {left}");
                    }
                }
            }
        }
    }

    fn units(c: char) -> String {
        let mut units = [0; 2];
        c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04X}")).collect()
    }

    #[test]
    fn bytes_that_are_no_utf_8_are_looked_through() {
        for secret in ["gr\u{fc}n+key", "日本語のキー1"] {
            let finder = SecretFinder::new([secret]);
            let units: Vec<u16> = format!("\u{feff}a {secret} b").encode_utf16().collect();
            let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            assert_eq!(finder.find(&little).len(), 1, "{secret}");
            assert_eq!(finder.find(&big).len(), 1, "{secret}");
        }
        assert_eq!(SecretFinder::new(["gr\u{fc}n+key"]).find(b"a gr\xfcn+key b")[0].span, 2..10);
    }

    #[test]
    fn ordinary_text_is_left() {
        for text in ["no key here", "3f0d", "3F0C9A", "%33f", "&#51;f", "\\", "%", "&", "%2", "\\u00", "&#", "&#x", ""] {
            assert_eq!(masked("3f0c9a71", text), text);
        }
        assert_eq!(masked("abc", "abc"), "abc", "too short");
        assert_eq!(masked("{{apiKey}}", "{{apiKey}}"), "{{apiKey}}");
    }

    #[test]
    fn what_lies_in_another_is_found_with_it() {
        let finder = SecretFinder::new(["s3cret", "s3cret-and-more"]);
        let found: Vec<_> = finder.find(b"s3cret-and-more s3cret").into_iter().map(|one| (one.span, one.secret)).collect();
        assert_eq!(found, [(0..15, 1), (16..22, 0)]);
    }

    proptest::proptest! {
        #[test]
        fn spans_fit_any_text(text in "[ab%41\\\\u0&#;amp\"ü日]{0,60}", secret in "[ab\\\\%&ü日]{4,8}") {
            for span in SecretFinder::new([secret]).spans(&text) {
                assert!(text.get(span.clone()).is_some(), "{text:?} {span:?}");
            }
        }
    }
}
