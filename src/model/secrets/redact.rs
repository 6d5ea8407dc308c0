//! Secrets out, placeholders in, and back again: what history and bundles hold in a secret's place.
//!
//! A placeholder is `{{name}}`, or `{{name:form}}` where the secret stood encoded, so that putting it back yields the same bytes.

use super::forms::forms_of;
use super::names::{header_secrets, is_secret_name, secret_spans};
use super::placeholder::{BRACES, is_placeholder};
use super::secret::{MASK, SHORTEST_SECRET, Secret};

/// Secrets, each with the name of its placeholder.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    forms: Vec<Form>,
}

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

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

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
                super::super::forms::lower_hex(&format!("?apiKey={percent}&z")),
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
