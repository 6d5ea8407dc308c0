//! Finds secrets in a text, in whatever form they stand there: written plainly or encoded, once or several times over.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::placeholder::is_variable;
use super::search::{SHORTEST_BEGINNING, Search, SecretMatch};
use super::secret::{MASK, SHORTEST_SECRET, Secret};

/// How many bytes a byte of a secret may take, at the most that is looked for.
const EXPANSION: usize = 12;

/// The least of a long text that is looked through at once.
const PIECE: usize = 256 << 10;

/// In a larger text nobody looks for secrets whose characters stand apart, or that are in Base32: it would take longer than to read it.
const LOOKED_APART: usize = 8 << 20;

/// What the program puts where it cut a text.
const CUT: char = '…';

/// So many cuts of one text are looked at: what a program has cut for a sentence has one or two.
const MOST_CUTS: usize = 256;

/// Knows secrets and finds them.
#[derive(Clone, Default)]
pub struct SecretFinder {
    /// What is looked for, each with the number of its secret.
    needles: Vec<(Secret, usize)>,
    count: usize,
    /// Made of the needles when it is first needed.
    search: OnceLock<Option<Arc<Search>>>,
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
        if secret.len() < SHORTEST_SECRET || secret == MASK || is_variable(secret) {
            self.needle("")
        } else {
            self.needle(secret)
        }
    }

    /// Looks for a text, however short it is.
    pub fn add_spelling(&mut self, spelling: &str) -> usize {
        self.needle(spelling)
    }

    fn needle(&mut self, text: &str) -> usize {
        let number = self.count;
        self.count += 1;
        if !text.is_empty() {
            self.needles.push((Secret::new(text), number));
            self.search = OnceLock::new();
        }
        number
    }

    /// Makes what the search needs now, and not at the first search.
    pub fn prepare(&self) {
        self.search();
    }

    /// Whether this text is looked for already.
    pub fn knows(&self, secret: &str) -> bool {
        self.needles.iter().any(|(known, _)| known.reveal() == secret)
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    /// The most bytes that a secret may take in a text.
    pub fn longest(&self) -> usize {
        self.needles.iter().map(|(text, _)| text.reveal().len() * EXPANSION).max().unwrap_or_default()
    }

    /// Where secrets stand in a text, and their beginnings where it says with `…` that it was cut.
    pub fn spans(&self, text: &str) -> Vec<Range<usize>> {
        let mut spans: Vec<Range<usize>> = self.find(text.as_bytes()).into_iter().map(|found| found.span).collect();
        spans.extend(self.beginnings(text));
        spans
    }

    /// As [`SecretFinder::spans`], for a text that was cut at its end: what it ends with may be the beginning of a secret.
    pub fn spans_in_piece(&self, text: &str) -> Vec<Range<usize>> {
        let mut spans = self.spans(text);
        spans.extend(self.beginning(text.as_bytes()).map(|span| whole_characters(text, &span)));
        spans
    }

    /// Where beginnings of secrets stand before the `…` of a text.
    pub fn beginnings(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut start = 0;
        for (at, sign) in text.match_indices(CUT).take(MOST_CUTS) {
            let beginning = self.beginning(&text.as_bytes()[start..at]);
            found.extend(beginning.map(|span| whole_characters(text, &(start + span.start..start + span.end))));
            start = at + sign.len();
        }
        found
    }

    /// Where the beginning of a secret stands at the end of bytes that were cut there.
    pub fn beginning(&self, bytes: &[u8]) -> Option<Range<usize>> {
        if bytes.len() < SHORTEST_BEGINNING {
            return None;
        }
        let search = self.search()?;
        let from = bytes.len().saturating_sub(self.longest());
        let start = search.beginning(&bytes[from..])?;
        Some(from + start..bytes.len())
    }

    fn search(&self) -> Option<&Arc<Search>> {
        self.search.get_or_init(|| Search::of(&self.needles).map(Arc::new)).as_ref()
    }

    /// Where secrets stand in bytes, in order of their beginnings. What lies within another secret is found with it.
    pub fn find(&self, bytes: &[u8]) -> Vec<SecretMatch> {
        let Some(search) = self.search() else { return Vec::new() };
        search.found.or(bytes, || self.find_with(search, bytes))
    }

    fn find_with(&self, search: &Search, bytes: &[u8]) -> Vec<SecretMatch> {
        let longest = self.longest();
        let piece = PIECE.max(longest * 2);
        let looks_apart = bytes.len() <= LOOKED_APART;
        let mut found = Vec::new();
        // What stands across the end of a piece stands whole in the next one, which begins before it.
        for start in (0..bytes.len()).step_by(piece) {
            let from = start.saturating_sub(longest * 2);
            let to = bytes.len().min(start + piece);
            search.find(&bytes[from..to], looks_apart, |span, secret| {
                found.push(SecretMatch { span: from + span.start..from + span.end, secret });
            });
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            found.iter_mut().for_each(|one| one.span = whole_characters(text, &one.span));
        }
        outermost(found, self.count)
    }
}

/// A span of a text without parts of characters.
fn whole_characters(text: &str, span: &Range<usize>) -> Range<usize> {
    text.floor_char_boundary(span.start)..text.ceil_char_boundary(span.end)
}

/// Those that lie in no other, in order. Of one secret they do not overlap.
fn outermost(mut found: Vec<SecretMatch>, secrets: usize) -> Vec<SecretMatch> {
    found.sort_by_key(|one| (one.span.start, std::cmp::Reverse(one.span.end), one.secret));
    let mut seen_to = vec![0; secrets];
    let mut end = 0;
    found.retain(|one| {
        let is_one = one.span.end > end && one.span.start >= seen_to[one.secret];
        if is_one {
            end = one.span.end;
            seen_to[one.secret] = end;
        }
        is_one
    });
    found
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::super::forms::url_text;
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
    fn what_is_encoded_as_a_whole_or_several_times_is_found() {
        let key = "gr+y/9&x\"y<#%é-k";
        let bytes = |write: &dyn Fn(u8) -> String, between: &str| key.bytes().map(write).collect::<Vec<_>>().join(between);
        let wide = |to: fn(u16) -> [u8; 2]| format!("k={key}.").encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let html = key.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        let json = serde_json::to_string(key).unwrap().replace('+', "\\u002B").replace('&', "\\u0026");
        let percent = url_text(key);
        let encode = |text: &str| url_text(text);
        let base64 = STANDARD.encode(format!("{}{key}{}", "0".repeat(50), "1".repeat(30)));
        let lines = |between: &str| {
            let lines: Vec<&str> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
            lines.join(between)
        };
        let once: String = key.bytes().map(char::from).collect();
        for (name, text) in [
            ("Base64 in lines of a JSON string", lines("\\r\\n")),
            ("Base64 in indented lines", lines("\r\n    ")),
            ("Base64 of UTF-16", STANDARD.encode(wide(u16::to_le_bytes))),
            ("Base64 of UTF-16, the other way", STANDARD.encode(wide(u16::to_be_bytes))),
            ("Base64 of JSON", STANDARD.encode(&json)),
            ("Base64 of HTML", STANDARD.encode(&html)),
            ("Base64 twice", STANDARD.encode(format!("a {} b", STANDARD.encode(format!("u:{key}!"))))),
            ("HTML in JSON", html.replace('"', "\\\"").replace('&', "\\u0026")),
            ("percent signs in HTML", percent.replace('%', "&#37;")),
            ("percent-encoded HTML", encode(&html)),
            ("percent-encoded JSON", encode(&json)),
            ("percent-encoded twice", encode(&percent)),
            ("percent-encoded four times", encode(&encode(&encode(&percent)))),
            ("capital hexadecimal", bytes(&|byte| format!("{byte:02X}"), "")),
            ("hexadecimal with colons", bytes(&|byte| format!("{byte:02x}"), ":")),
            ("hexadecimal in C", bytes(&|byte| format!("0x{byte:02x}"), ", ")),
            ("hexadecimal of UTF-16", wide(u16::to_le_bytes).iter().map(|byte| format!("{byte:02X}")).collect()),
            ("a list of bytes", bytes(&|byte| byte.to_string(), ", ")),
            ("a list of bytes without blanks", bytes(&|byte| byte.to_string(), ",")),
            ("a list of bytes of Java", bytes(&|byte| byte.cast_signed().to_string(), ", ")),
            ("a list of bytes in lines", bytes(&|byte| byte.to_string(), ",\n    ")),
            ("quoted-printable", bytes(&|byte| format!("={byte:02X}"), "")),
            ("quoted-printable in lines", bytes(&|byte| format!("={byte:02X}"), "=\r\n")),
            ("octal", bytes(&|byte| format!("\\{byte:03o}"), "")),
            ("bytes of JavaScript", bytes(&|byte| format!("\\x{byte:02x}"), "")),
            ("UTF-8 read as Latin-1", once.clone()),
            ("UTF-8 read as Latin-1 twice", once.bytes().map(char::from).collect()),
            ("UTF-8 read as Windows-1252", encoding_rs::WINDOWS_1252.decode_without_bom_handling(key.as_bytes()).0.into()),
        ] {
            let text = format!("<<{text}>>");
            assert_eq!(SecretFinder::new([key]).find(text.as_bytes()).len(), 1, "{name}: {text}");
        }
    }

    #[test]
    fn what_stands_apart_is_found() {
        let key = "CANARYZ7f3Kq9wX+é";
        let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
        let characters: Vec<char> = key.chars().collect();
        let fours: Vec<String> = characters.chunks(4).map(|four| four.iter().collect()).collect();
        let dump = |between: &str, bar: &str, group: usize| {
            let line = |(index, line): (usize, &[u8])| {
                let groups: Vec<String> =
                    line.chunks(group).map(|group| group.iter().map(|byte| format!("{byte:02x}")).collect()).collect();
                let text: String =
                    line.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' }).collect();
                format!("{:08x}{between}{:<48}  {bar}{text}{bar}", index * 16, groups.join(" "))
            };
            format!("apiKey={}", &key[..15]).as_bytes().chunks(16).enumerate().map(line).collect::<Vec<_>>().join("\n")
        };
        for (name, text) in [
            ("two lines", format!("{}\r\n{}", &key[..7], &key[7..])),
            ("lines of four", fours.join("\n")),
            ("indented lines", fours.join("\n    ")),
            ("lines in JSON", fours.join("\\r\\n")),
            ("groups", fours.join(" ")),
            ("a list of characters", serde_json::to_string(&characters).unwrap()),
            ("a list of characters in lines", serde_json::to_string_pretty(&characters).unwrap()),
            ("a list of Python", format!("{characters:?}")),
            ("hexadecimal of hexadecimal", hex(&hex(key))),
            ("Base32", "INAU4QKSLFNDOZRTJNYTS52YFPB2S===".to_owned()),
            ("Base32 in small letters", "inau4qkslfndozrtjnyts52yfpb2s".to_owned()),
        ] {
            let text = format!("<<{text}>>");
            assert_eq!(SecretFinder::new([key]).find(text.as_bytes()).len(), 1, "{name}: {text}");
        }
        for dump in [dump("  ", "|", 1), dump(": ", "", 2)] {
            let masked = masked(&key[..15], &dump);
            assert!(!masked.contains("CANA") && !masked.contains("43 41") && !masked.contains("4341"), "{masked}");
        }
        // Words that stand beside each other are not a short secret.
        assert_eq!(masked("beta", "to be taken, lat est"), "to be taken, lat est");
    }

    #[test]
    fn numbers_in_hexadecimal_have_no_case() {
        assert_eq!(masked("3fa85f64-5717-4562-b3fc-2c963f66afa6", "a 3FA85F64-5717-4562-B3FC-2C963F66AFA6 b"), "a * b");
        assert_eq!(masked("3F0C9A71", "a 3f0c9a71 b"), "a * b");
        assert_eq!(masked("Kf3qZ9xY", "a KF3QZ9XY b"), "a KF3QZ9XY b");
    }

    #[test]
    fn a_body_in_another_charset_is_looked_through() {
        for (secret, charsets) in [
            ("ключ-секрет-42", &["windows-1251", "koi8-r", "iso-8859-5", "ibm866", "x-mac-cyrillic"][..]),
            ("日本語のキー1", &["shift_jis", "euc-jp", "iso-2022-jp"]),
            ("中文密钥九号", &["gb18030", "gbk"]),
            ("中文密鑰九號", &["big5"]),
            ("zażółć-gęślą9", &["windows-1250", "iso-8859-2"]),
            ("grün€straße-1", &["windows-1252", "iso-8859-15"]),
            ("clé-très-secrète", &["macintosh", "iso-8859-1"]),
        ] {
            for charset in charsets {
                let encoding = encoding_rs::Encoding::for_label(charset.as_bytes()).unwrap();
                let text = format!("bad apiKey {secret}.");
                let (body, _, is_lossy) = encoding.encode(&text);
                assert!(!is_lossy);
                assert_eq!(SecretFinder::new([secret]).find(&body).len(), 1, "{secret} in {charset}");
            }
        }
    }

    #[test]
    fn what_is_repeated_takes_as_long_as_it_is() {
        // Where each place looked through the rest of the text, one of these took hours.
        let finder = SecretFinder::new(["Kf3+qZ/9&xYw0b"]);
        for unit in [
            "\\",
            "\\u{",
            "\\u",
            "%25",
            "&#0",
            "&amp;",
            "=\n",
            "K\0",
            "Kf3+qZ/9&xYw0",
            "S2YzK3Fa",
            "4b66",
            "75,",
            "{{",
            "apiKey=",
            "\"K\",",
            "Kf3+qZ/9&\n",
            "00000000  4b 66  |Kf|\n",
            "JNTDGK3R",
            "…Kf3+qZ",
        ] {
            let text = unit.repeat(400_000 / unit.len());
            assert_eq!(finder.find(text.as_bytes()), [], "{unit}");
        }
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
    fn the_beginning_of_a_secret_is_found_where_a_text_is_cut() {
        let key = "CANARY+Z7f3Kq9wX";
        let base64 = STANDARD.encode(format!("1{key}"));
        for (text, expected) in [
            ("the key CANARY+Z7…\" and CANA… more", "the key *…\" and *… more"),
            ("CAN… is short, and CANA is none", "CAN… is short, and CANA is none"),
            ("CANARY%2BZ7f…", "*…"),
            ("CANARY%2…", "*…"),
            ("43414E4152…", "*…"),
            (&format!("{}…", &base64[..14]), "MU*…"),
            ("nothing…", "nothing…"),
        ] {
            assert_eq!(masked(key, text), expected, "{text}");
        }
        let finder = SecretFinder::new([key]);
        assert!(finder.spans("no key CANARY").is_empty());
        assert_eq!(finder.spans_in_piece("no key CANARY").first(), Some(&(7..13)));
        assert!(finder.spans_in_piece("no key").is_empty());
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
