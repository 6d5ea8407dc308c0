//! Secrets out, placeholders in, and back again: what history and bundles hold in a secret's place.
//!
//! A placeholder is `{{name}}`, or `{{name:form}}` where the secret stood encoded, so that putting it back yields the same bytes.

use std::borrow::Cow;

use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::endpoint::{is_secret_name, secret_spans};
use super::exchange::{Answer, RequestRecord};
use super::masking::SHORTEST_SECRET;
use super::placeholders::header_secrets;
use super::secret::{MASK, Secret};

/// What begins the name of a reference to a saved key, as in `{{k-8f3a0c}}`.
pub const REFERENCE: &str = "k-";

/// Secrets, each with the name of its placeholder.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    forms: Vec<Form>,
}

/// What stands around a placeholder's name.
const BRACES: [&str; 2] = ["{{", "}}"];

/// Signs of the private use area around a placeholder's name, for texts in which braces mean something already.
pub const SIGNS: [&str; 2] = ["\u{e1fe}", "\u{e1ff}"];

/// One way in which a secret can stand in a text.
#[derive(Clone, Debug)]
struct Form {
    placeholder: String,
    text: Secret,
    /// Whether the secret is long enough to be told from ordinary text wherever it stands.
    sweeps: bool,
    /// Whether it is one more spelling, in whose place the usual one comes back.
    is_alias: bool,
}

impl Redaction {
    /// A redaction of these secrets, each with its placeholder's name. Secrets that are too short to be told from ordinary text
    /// are hidden only where a URL or a header says that a secret stands there.
    pub fn new(secrets: impl IntoIterator<Item = (Secret, String)>) -> Self {
        Self::between(BRACES, secrets)
    }

    /// As [`Redaction::new`], with other signs around the names.
    pub fn between([open, close]: [&str; 2], secrets: impl IntoIterator<Item = (Secret, String)>) -> Self {
        let mut forms: Vec<Form> = Vec::new();
        for (secret, name) in secrets {
            let long = secret.reveal().len() >= SHORTEST_SECRET;
            for (form, text) in forms_of(secret.reveal()) {
                if !text.is_empty() && !forms.iter().any(|known| known.text.reveal() == text) {
                    let colon = if form.is_empty() { "" } else { ":" };
                    let placeholder = format!("{open}{name}{colon}{form}{close}");
                    forms.push(Form {
                        placeholder,
                        sweeps: long && text.len() >= SHORTEST_SECRET,
                        text: Secret::new(text),
                        is_alias: false,
                    });
                }
            }
        }
        let mut redaction = Self { forms };
        redaction.longest_first();
        redaction
    }

    /// Hides a further text wherever it stands: another spelling of what has this name. Which spelling it was is forgotten: in its place
    /// [`Redaction::restore`] puts what the name stands for.
    pub fn also(&mut self, name: &str, spelling: &str) {
        let known = self.forms.iter_mut().find(|form| form.text.reveal() == spelling);
        match known {
            Some(form) => form.sweeps = true,
            None if spelling.is_empty() => {}
            None => {
                let [open, close] = BRACES;
                let placeholder = format!("{open}{name}{close}");
                self.forms.push(Form { placeholder, sweeps: true, text: Secret::new(spelling), is_alias: true });
            }
        }
        self.longest_first();
    }

    /// A longer text first: what it holds must not be taken for another secret.
    fn longest_first(&mut self) {
        self.forms.sort_by_key(|form| std::cmp::Reverse(form.text.reveal().len()));
    }

    /// The text with a placeholder for each secret, in whatever form it stands there.
    pub fn hide(&self, text: &str) -> String {
        let mut hidden = text.to_owned();
        for form in self.swept() {
            if hidden.contains(form.text.reveal()) {
                hidden = hidden.replace(form.text.reveal(), &form.placeholder);
            }
        }
        hidden
    }

    /// As [`Redaction::hide`], for bytes that may be no text.
    pub fn hide_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return self.hide(text).into_bytes();
        }
        let mut hidden = bytes.to_vec();
        for form in self.swept() {
            hidden = replace(&hidden, form.text.reveal().as_bytes(), form.placeholder.as_bytes());
        }
        hidden
    }

    /// A URL with a placeholder for each secret, and for the value of each key or token parameter at the least a mask.
    pub fn hide_url(&self, url: &str) -> String {
        let mut hidden = url.to_owned();
        for span in secret_spans(url).into_iter().rev() {
            let value = &url[span.clone()];
            if !is_placeholder(value) {
                hidden.replace_range(span, &self.whole(value));
            }
        }
        self.hide(&hidden)
    }

    /// Headers with a placeholder for each secret, and for the value of each secret header at the least a mask.
    pub fn hide_headers(&self, headers: &[(String, String)]) -> Vec<(String, String)> {
        let hidden = |(name, value): &(String, String)| {
            let is_url = value.contains("://") || value.starts_with('/');
            let value = match (is_secret_name(name), is_url) {
                (true, _) => self.hide_secret_header(name, value),
                (false, true) => self.hide_url(value),
                (false, false) => self.hide(value),
            };
            (name.clone(), value)
        };
        headers.iter().map(hidden).collect()
    }

    /// A secret header by its value as a whole, or else by the parts that are secret.
    fn hide_secret_header(&self, name: &str, value: &str) -> String {
        if self.forms.iter().any(|form| form.text.reveal() == value) {
            return self.whole(value);
        }
        let mut hidden = value.to_owned();
        for span in header_secrets(name, value).into_iter().rev() {
            if !is_placeholder(&value[span.clone()]) {
                hidden.replace_range(span.clone(), &self.whole(&value[span]));
            }
        }
        hidden
    }

    /// The placeholder of a text that is a secret as a whole.
    fn whole(&self, text: &str) -> String {
        let known = self.forms.iter().find(|form| form.text.reveal() == text);
        known.map_or_else(|| MASK.to_owned(), |form| form.placeholder.clone())
    }

    fn swept(&self) -> impl Iterator<Item = &Form> {
        self.forms.iter().filter(|form| form.sweeps)
    }

    /// Where a long text can be cut so that no secret is cut in two: the last place at or before `at`.
    pub fn safe_cut(&self, bytes: &[u8], at: usize) -> usize {
        let at = at.min(bytes.len());
        let crossing = self.swept().filter_map(|form| {
            let needle = form.text.reveal().as_bytes();
            let (from, to) = (at.saturating_sub(needle.len() - 1), bytes.len().min(at + needle.len() - 1));
            let found = bytes[from..to].windows(needle.len()).position(|window| window == needle)?;
            (from + found < at).then_some(from + found)
        });
        crossing.min().unwrap_or(at)
    }

    /// The length of the longest text that is looked for, in bytes.
    pub fn longest(&self) -> usize {
        self.swept().map(|form| form.text.reveal().len()).max().unwrap_or_default()
    }

    /// How often each placeholder's secret stands in a text: the placeholder and its count.
    pub fn counts(&self, text: &str) -> Vec<(&str, usize)> {
        let count = |form: &Form| text.matches(form.text.reveal()).count();
        self.swept().map(|form| (form.placeholder.as_str(), count(form))).filter(|(_, count)| *count > 0).collect()
    }

    /// The text with each secret back in its placeholder's stead.
    pub fn restore(&self, text: &str) -> String {
        let mut restored = text.to_owned();
        for form in self.forms.iter().filter(|form| !form.is_alias) {
            if restored.contains(&form.placeholder) {
                restored = restored.replace(&form.placeholder, form.text.reveal());
            }
        }
        restored
    }

    /// As [`Redaction::restore`], for bytes that may be no text.
    pub fn restore_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return self.restore(text).into_bytes();
        }
        let restored = |bytes: Vec<u8>, form: &Form| replace(&bytes, form.placeholder.as_bytes(), form.text.reveal().as_bytes());
        self.forms.iter().filter(|form| !form.is_alias).fold(bytes.to_vec(), restored)
    }
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// A secret in each form in which it may stand in a request, an answer or a report: a name for the form, and the text.
pub(super) fn forms_of(secret: &str) -> Vec<(&'static str, String)> {
    let url = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    // What RFC 3986 leaves unreserved is encoded by few.
    let common = ["-", ".", "_", "~"].iter().fold(url.clone(), |text, kept| {
        let encoded = utf8_percent_encode(kept, NON_ALPHANUMERIC).to_string();
        text.replace(&encoded, kept)
    });
    let json = serde_json::to_string(secret).unwrap_or_default();
    // Its own quotes, not one that the secret begins or ends with.
    let json = json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned();
    let upper = |unit: u16| format!("\\u{unit:04X}");
    let html =
        secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;");
    let mut forms = vec![
        ("", secret.to_owned()),
        ("url", common.clone()),
        ("url-lower", lower_hex(&common)),
        ("url-all", url.clone()),
        ("url-all-lower", lower_hex(&url)),
        ("url-twice", common.replace('%', "%25")),
        ("form", common.replace("%20", "+")),
        ("json", json.clone()),
        ("json-slash", json.replace('/', "\\/")),
        ("json-ascii", json_escaped(&json, |c| !c.is_ascii(), upper)),
        ("json-ascii-lower", json_escaped(&json, |c| !c.is_ascii(), |unit| format!("\\u{unit:04x}"))),
        ("json-html", json_escaped(&json, |c| !c.is_ascii() || "<>&'+`".contains(c), upper).replace("\\\"", "\\u0022")),
        ("html", html),
    ];
    for (shift, name) in ["base64", "base64-1", "base64-2"].into_iter().enumerate() {
        forms.push((name, base64_core(&STANDARD, secret, shift)));
    }
    for (shift, name) in ["base64url", "base64url-1", "base64url-2"].into_iter().enumerate() {
        forms.push((name, base64_core(&URL_SAFE, secret, shift)));
    }
    forms
}

/// A secret in each form in which it may be echoed, each once: for hiding it in texts that are only looked at.
pub fn echoes_of(secret: &str) -> Vec<String> {
    let mut echoes: Vec<String> = Vec::new();
    for (_, text) in forms_of(secret) {
        if text.len() >= SHORTEST_SECRET && !echoes.contains(&text) {
            echoes.push(text);
        }
    }
    echoes
}

/// A JSON text with some of its characters as numbers: PHP and Python write those that are not ASCII so, .NET what HTML uses too.
fn json_escaped(json: &str, by_number: impl Fn(char) -> bool, number: impl Fn(u16) -> String) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if by_number(c) {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| escaped.push_str(&number(*unit)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

fn is_placeholder(text: &str) -> bool {
    [BRACES, SIGNS].iter().any(|[open, close]| text.starts_with(open) && text.ends_with(close))
}

/// The characters of a Base64 text that depend on the secret alone, when so many bytes (modulo three) stand before it.
fn base64_core(engine: &impl base64::Engine, secret: &str, shift: usize) -> String {
    let mut bytes = vec![0; shift];
    bytes.extend_from_slice(secret.as_bytes());
    let encoded = engine.encode(&bytes);
    // A character holds six bits: those that share one with a neighbour of the secret are not the secret's.
    let first = (shift * 8).div_ceil(6);
    let last = bytes.len() * 8 / 6;
    encoded.get(first..last.max(first)).unwrap_or_default().to_owned()
}

fn lower_hex(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    let mut hex = 0;
    for c in text.chars() {
        if hex > 0 {
            hex -= 1;
            lower.push(c.to_ascii_lowercase());
        } else {
            hex = if c == '%' { 2 } else { 0 };
            lower.push(c);
        }
    }
    lower
}

/// The secrets that an exchange shows by its structure: values of key and token parameters, of secret headers and cookies.
pub fn secrets_in(sent: &RequestRecord, answer: Option<&Answer>) -> Vec<Secret> {
    let mut found = Vec::new();
    url_secrets(&sent.url, &mut found);
    let answered = answer.map(|answer| answer.headers.as_slice()).unwrap_or_default();
    for (name, value) in sent.headers.iter().chain(answered) {
        if is_secret_name(name) {
            add(&mut found, value);
            // Of "Bearer token" and "name=value; Path=/" the part that is the secret may stand elsewhere alone.
            let token = value.split_once(' ').map_or(value.as_str(), |(_, token)| token);
            add(&mut found, token.trim_end_matches(';'));
            let cookie = value.split(';').next().and_then(|pair| pair.split_once('='));
            if let (true, Some((_, cookie))) = (name.to_ascii_lowercase().contains("cookie"), cookie) {
                add(&mut found, cookie.trim());
            }
        } else if value.contains("://") {
            url_secrets(value, &mut found);
        }
    }
    found
}

fn url_secrets(url: &str, found: &mut Vec<Secret>) {
    for span in secret_spans(url) {
        add(found, &decoded_secret(&url[span]));
    }
}

/// The secret that stands encoded in a URL. One that was encoded in a way of its own is known by the text that was sent.
pub(super) fn decoded_secret(raw: &str) -> Cow<'_, str> {
    let decoded = percent_decode_str(raw).decode_utf8_lossy();
    let is_usual = forms_of(&decoded).iter().any(|(_, text)| text == raw);
    if is_usual { decoded } else { raw.into() }
}

fn add(found: &mut Vec<Secret>, text: &str) {
    let secret = Secret::new(text.trim());
    if !secret.is_empty() && !found.contains(&secret) {
        found.push(secret);
    }
}

/// A text for eyes: each reference to a saved key as a mask.
pub fn mask_references(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{k-") {
        let Some(length) = rest[start..].find("}}") else { break };
        masked.push_str(&rest[..start]);
        masked.push_str(MASK);
        rest = &rest[start + length + 2..];
    }
    masked.push_str(rest);
    masked
}

/// The references that stand in a text, by name.
pub fn references_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split("{{").skip(1) {
        let Some((inside, _)) = part.split_once("}}") else { continue };
        let name = inside.split(':').next().unwrap_or_default();
        if name.starts_with(REFERENCE) && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

/// The places of a request where a secret stands that is not known any more: the URL, a header by its name, the payload. What was sent
/// with a reference or a mask in its place would be another request.
pub fn unknown_secrets(sent: &RequestRecord) -> Vec<String> {
    let is_unknown = |text: &str| !references_in(text).is_empty();
    let mut places = Vec::new();
    if is_unknown(&sent.url) || secret_spans(&sent.url).into_iter().any(|span| sent.url[span] == *MASK) {
        places.push("the URL".to_owned());
    }
    for (name, value) in &sent.headers {
        if is_unknown(value) || is_secret_name(name) && value == MASK {
            places.push(format!("the header {name}"));
        }
    }
    if sent.body.as_deref().is_some_and(is_unknown) {
        places.push("the payload".to_owned());
    }
    places
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;

    fn redaction(secret: &str) -> Redaction {
        Redaction::new([(Secret::new(secret), "k-1".to_owned())])
    }

    #[test]
    fn every_form_is_hidden_and_comes_back() {
        for secret in ["3f0c9a71d2", "\"a/b\"", "a b/c+d=e&f", "ü\"<key>'\\x", "k%41y:pass-1"] {
            let redaction = redaction(secret);
            let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
            let texts = [
                format!("x{secret}y"),
                format!("?apiKey={percent}&z"),
                lower_hex(&format!("?apiKey={percent}&z")),
                serde_json::to_string(&[secret]).unwrap(),
                STANDARD.encode(secret),
                STANDARD.encode(format!("u:{secret}!")),
                STANDARD.encode(format!("us:{secret}")),
                URL_SAFE.encode(format!("bot:{secret}:x")),
            ];
            for text in texts {
                let hidden = redaction.hide(&text);
                assert!(hidden.contains("{{k-1"), "{secret}: {text} → {hidden}");
                assert!(!hidden.contains(secret) && !hidden.contains(&percent), "{secret}: {hidden}");
                assert_eq!(redaction.restore(&hidden), text, "{hidden}");
                assert_eq!(redaction.restore_bytes(&redaction.hide_bytes(text.as_bytes())), text.as_bytes());
            }
        }
        let broken = [b"\xff\xfe key3f0c ".as_slice(), &[0xff]].concat();
        let redaction = redaction("key3f0c");
        assert_eq!(redaction.hide_bytes(&broken), [b"\xff\xfe {{k-1}} ".as_slice(), &[0xff]].concat());
        assert_eq!(redaction.restore_bytes(&redaction.hide_bytes(&broken)), broken);
    }

    #[test]
    fn what_other_languages_make_of_json_is_hidden() {
        let redaction = redaction("gr\u{fc}n+<key>1");
        for text in [r#"gr\u00fcn+<key>1"#, r#"gr\u00FCn\u002B\u003Ckey\u003E1"#, r#"gr\u00FCn+<key>1"#] {
            let hidden = redaction.hide(text);
            assert!(hidden.starts_with("{{k-1:json") && redaction.restore(&hidden) == text, "{text} → {hidden}");
        }
    }

    #[test]
    fn another_spelling_comes_back_as_the_usual_one() {
        let mut redaction = redaction("a+b@example.com");
        redaction.also("k-1", "a+b%40example.com");
        let hidden = redaction.hide("a+b%40example.com, a%2Bb%40example.com");
        assert_eq!(hidden, "{{k-1}}, {{k-1:url}}");
        assert_eq!(redaction.restore(&hidden), "a+b@example.com, a%2Bb%40example.com");
    }

    #[test]
    fn a_long_text_is_cut_beside_its_secrets() {
        let redaction = redaction("key3f0c9a");
        let text = b"abc key3f0c9a def";
        for (at, expected) in [(0, 0), (4, 4), (5, 4), (12, 4), (13, 13), (99, text.len())] {
            assert_eq!(redaction.safe_cut(text, at), expected, "{at}");
        }
    }

    #[test]
    fn secrets_are_found_by_structure() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let sent = RequestRecord {
            url: "https://h/x?apiKey=a%20b%2Fcd&other=1".into(),
            headers: vec![header("Authorization", "Bearer tok-123"), header("Accept", "text/html")],
            ..RequestRecord::default()
        };
        let answer = Answer {
            headers: vec![header("Set-Cookie", "sid=ses-9; Path=/"), header("Location", "https://h/y?token=abc%64")],
            ..Answer::default()
        };
        let found = secrets_in(&sent, Some(&answer));
        let found: Vec<_> = found.iter().map(Secret::reveal).collect();
        for secret in ["a b/cd", "tok-123", "ses-9", "abc%64"] {
            assert!(found.contains(&secret), "{secret}: {found:?}");
        }
        assert!(!found.contains(&"text/html"));
    }

    #[test]
    fn references_are_masked_and_listed() {
        let text = "https://h/x?apiKey={{k-8f:url}}&a={{k-8f}}{{k-9}} {{k-open";
        assert_eq!(mask_references(text), "https://h/x?apiKey=••••&a=•••••••• {{k-open");
        assert_eq!(references_in(text), ["k-8f", "k-9"]);
        assert_eq!(mask_references("{{apiKey}}"), "{{apiKey}}");
    }

    #[test]
    fn unknown_secrets_by_place() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let sent = |url: &str, headers: Vec<(String, String)>, body: &str| RequestRecord {
            url: url.into(),
            headers,
            body: Some(body.into()),
            ..RequestRecord::default()
        };
        for (sent, expected) in [
            (sent("https://h/x?apiKey=3f0c", vec![header("Authorization", "Bearer a")], "{\"a\": \"{{name}} ••••\"}"), &[][..]),
            (sent("https://h/x?apiKey={{k-8f:url}}", Vec::new(), "{}"), &["the URL"]),
            (
                sent("https://h/x?apiKey=••••", vec![header("X", "{{k-8f}}"), header("Cookie", "••••")], "{{k-9}}"),
                &["the URL", "the header X", "the header Cookie", "the payload"],
            ),
        ] {
            assert_eq!(unknown_secrets(&sent), expected, "{sent:?}");
        }
    }

    #[test]
    fn short_secrets_are_hidden_where_a_secret_stands() {
        let redaction = redaction("k");
        assert_eq!(redaction.hide("a key kept"), "a key kept");
        let hidden = redaction.hide_url("https://h/k?apiKey=k&token=other&x=k");
        assert_eq!(hidden, "https://h/k?apiKey={{k-1}}&token=••••&x=k");
        assert_eq!(redaction.restore(&hidden), "https://h/k?apiKey=k&token=••••&x=k");
        let headers = [("Authorization".to_owned(), "k".to_owned()), ("X".to_owned(), "k".to_owned())];
        assert_eq!(redaction.hide_headers(&headers)[0].1, "{{k-1}}");
        assert_eq!(redaction.hide_headers(&headers)[1].1, "k");
        let reply = [("Reply-To".to_owned(), "jim@example.com".to_owned())];
        assert_eq!(redaction.hide_headers(&reply), reply);
        assert_eq!(redaction.hide_url(&hidden), hidden);
    }
}
