//! Secrets out, placeholders in, and back again: what history and bundles hold in a secret's place.
//!
//! A placeholder is `{{name}}`, or `{{name:form}}` where the secret stood encoded, so that putting it back yields the same bytes.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::body_values::secret_places;
use super::finder::SecretFinder;
use super::forms::forms_of;
use super::header_values::secrets_of_header;
use super::mask::Masked;
use super::names::{header_secrets, is_secret_name};
use super::placeholder::{BRACES, is_placeholder, placeholder_at};
use super::search::SecretMatch;
use super::secret::{MASK, Secret};
use super::url_values::{certain_part, secret_spans};

/// Secrets, each with the name of its placeholder.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    /// No text twice.
    forms: Vec<Form>,
    /// The numbers of the forms, in the order of their texts.
    by_text: Vec<usize>,
    finder: SecretFinder,
    /// The placeholders of what the finder finds, where no form has that very text.
    usual: Vec<String>,
}

/// One way in which a secret can stand in a text, and comes back.
#[derive(Clone, Debug)]
struct Form {
    placeholder: String,
    text: Secret,
}

impl Redaction {
    /// A redaction of these secrets, each with its placeholder's name. Secrets that are too short to be told from ordinary text
    /// are hidden only where a URL or a header says that a secret stands there.
    pub fn new(secrets: impl IntoIterator<Item = (Secret, String)>) -> Self {
        Self::between(BRACES, secrets)
    }

    /// As [`Redaction::new`], with other signs around the names.
    pub fn between([open, close]: [&str; 2], secrets: impl IntoIterator<Item = (Secret, String)>) -> Self {
        let mut redaction = Self::default();
        let mut known = HashSet::new();
        for (secret, name) in secrets {
            redaction.finder.add(secret.reveal());
            redaction.usual.push(format!("{open}{name}{close}"));
            for (form, text) in forms_of(secret.reveal()) {
                if !text.is_empty() && known.insert(text.clone()) {
                    let colon = if form.is_empty() { "" } else { ":" };
                    let placeholder = format!("{open}{name}{colon}{form}{close}");
                    redaction.forms.push(Form { placeholder, text: Secret::new(text) });
                }
            }
        }
        redaction.sort();
        redaction
    }

    /// Hides a further text wherever it stands: another spelling of what has this name. Which spelling it was is forgotten: in its place
    /// [`Redaction::restore`] puts what the name stands for.
    pub fn also(&mut self, name: &str, spelling: &str) {
        self.finder.add_spelling(spelling);
        let [open, close] = BRACES;
        self.usual.push(format!("{open}{name}{close}"));
    }

    /// The text with a placeholder for each secret, in whatever form it stands there.
    pub fn hide(&self, text: &str) -> String {
        let mut hidden = String::with_capacity(text.len());
        let mut at = 0;
        for (span, placeholder) in self.cuts(text.as_bytes()) {
            hidden.push_str(text.get(at..span.start).unwrap_or_default());
            hidden.push_str(placeholder);
            at = span.end;
        }
        hidden.push_str(text.get(at..).unwrap_or_default());
        hidden
    }

    /// As [`Redaction::hide`], for what was said of a request or by its server: where such a text was cut, which it says with `…`, the
    /// beginning of a secret becomes a mask. It does not come back.
    pub fn hide_said(&self, text: &str) -> String {
        let hidden = self.hide(text);
        let beginnings = self.finder.beginnings(&hidden);
        if beginnings.is_empty() { hidden } else { Masked::cut(&hidden, beginnings).text.into_owned() }
    }

    /// As [`Redaction::hide`], for a text that was cut at its end: the beginning of a secret there becomes a mask. It does not come back.
    pub fn hide_piece(&self, text: &str) -> String {
        let mut hidden = self.hide(text);
        if let Some(span) = self.finder.beginning(hidden.as_bytes()) {
            hidden.truncate(hidden.floor_char_boundary(span.start));
            hidden.push_str(MASK);
        }
        hidden
    }

    /// As [`Redaction::hide_piece`], for bytes that may be no text.
    pub fn hide_piece_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut hidden = self.hide_bytes(bytes);
        if let Some(span) = self.finder.beginning(&hidden) {
            hidden.truncate(span.start);
            hidden.extend_from_slice(MASK.as_bytes());
        }
        hidden
    }

    /// As [`Redaction::hide`], for bytes that may be no text.
    pub fn hide_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut hidden = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for (span, placeholder) in self.cuts(bytes) {
            hidden.extend_from_slice(&bytes[at..span.start]);
            hidden.extend_from_slice(placeholder.as_bytes());
            at = span.end;
        }
        hidden.extend_from_slice(&bytes[at..]);
        hidden
    }

    /// What is cut out of bytes, in order, and what stands there instead. Secrets that overlap are cut out as one.
    fn cuts(&self, bytes: &[u8]) -> Vec<(Range<usize>, &str)> {
        let mut cuts: Vec<SecretMatch> = Vec::new();
        for found in self.finder.find(bytes) {
            match cuts.last_mut() {
                Some(last) if found.span.end <= last.span.end => {}
                Some(last) if found.span.start < last.span.end => {
                    if found.span.len() > last.span.len() {
                        last.secret = found.secret;
                    }
                    last.span.end = found.span.end;
                }
                _ => cuts.push(found),
            }
        }
        let placeholder = |found: &SecretMatch| {
            let form = self.form(&bytes[found.span.clone()]).map(|form| form.placeholder.as_str());
            form.or_else(|| self.usual.get(found.secret).map(String::as_str)).unwrap_or(MASK)
        };
        cuts.iter().map(|found| (found.span.clone(), placeholder(found))).collect()
    }

    /// A URL with a placeholder for each secret, and for the value of each key or token parameter at the least a mask. Where it is
    /// unclear how far a value reaches, a secret that is known decides.
    pub fn hide_url(&self, url: &str) -> String {
        let hidden = self.hide(url);
        let spans = secret_spans(&hidden);
        self.hide_values(hidden, spans)
    }

    /// As [`Redaction::hide`], for the body of a request: what stands in it under names that mean a secret becomes at the least a mask.
    pub fn hide_body(&self, body: &str, is_feedback: &dyn Fn(&str) -> bool) -> String {
        let hidden = self.hide(body);
        let spans = secret_places(&hidden, is_feedback);
        self.hide_values(hidden, spans)
    }

    /// Knows a further secret by the name of its placeholder, where it is said that a secret stands there, and not elsewhere.
    pub fn place(&mut self, secret: &Secret, name: &str) {
        let [open, close] = BRACES;
        for (form, text) in forms_of(secret.reveal()) {
            if !text.is_empty() && self.known(&text).is_none() {
                let colon = if form.is_empty() { "" } else { ":" };
                self.forms.push(Form { placeholder: format!("{open}{name}{colon}{form}{close}"), text: Secret::new(text) });
                self.sort();
            }
        }
    }

    fn sort(&mut self) {
        self.by_text = (0..self.forms.len()).collect();
        self.by_text.sort_by(|a, b| self.forms[*a].text.reveal().cmp(self.forms[*b].text.reveal()));
    }

    /// The text without what stands at these places, in order.
    fn hide_values(&self, text: String, spans: Vec<Range<usize>>) -> String {
        if spans.is_empty() {
            return text;
        }
        let mut hidden = String::with_capacity(text.len());
        let mut at = 0;
        for span in spans {
            let value = &text[span.clone()];
            let certain = certain_part(value);
            if is_placeholder(value) || is_placeholder(certain) {
                continue;
            }
            let (span, placeholder) = match (self.known(value), self.known(certain)) {
                (None, Some(known)) => (span.start..span.start + certain.len(), known),
                (known, _) => (span, known.unwrap_or(MASK)),
            };
            hidden.push_str(&text[at..span.start]);
            hidden.push_str(placeholder);
            at = span.end;
        }
        hidden.push_str(&text[at..]);
        hidden
    }

    /// Headers with a placeholder for each secret, and for what else is secret in their values at the least a mask.
    pub fn hide_headers(&self, headers: &[(String, String)]) -> Vec<(String, String)> {
        let hidden = |(name, value): &(String, String)| {
            let value = if is_secret_name(name) { self.hide_secret_header(name, value) } else { self.hide_header(name, value) };
            (self.hide(name), value)
        };
        headers.iter().map(hidden).collect()
    }

    fn hide_header(&self, name: &str, value: &str) -> String {
        let hidden = self.hide(value);
        let spans = secrets_of_header(name, &hidden);
        self.hide_values(hidden, spans)
    }

    /// A secret header by its value as a whole, or else by the parts that are secret.
    fn hide_secret_header(&self, name: &str, value: &str) -> String {
        if let Some(known) = self.known(value) {
            return known.to_owned();
        }
        let mut hidden = value.to_owned();
        for span in header_secrets(name, value).into_iter().rev() {
            if !is_placeholder(&value[span.clone()]) {
                hidden.replace_range(span.clone(), self.known(&value[span]).unwrap_or(MASK));
            }
        }
        hidden
    }

    /// The form that is this very text.
    fn form(&self, text: &[u8]) -> Option<&Form> {
        let at = self.by_text.binary_search_by(|at| self.forms[*at].text.reveal().as_bytes().cmp(text)).ok()?;
        Some(&self.forms[self.by_text[at]])
    }

    /// The placeholder of a text that is a secret as a whole.
    fn known(&self, text: &str) -> Option<&str> {
        self.form(text.as_bytes()).map(|form| form.placeholder.as_str())
    }

    /// Where a long text can be cut so that no secret is cut in two: the last place at or before `at`.
    pub fn safe_cut(&self, bytes: &[u8], at: usize) -> usize {
        let at = at.min(bytes.len());
        let window = self.finder.longest();
        let (from, to) = (at.saturating_sub(window), bytes.len().min(at + window));
        let crossing = self.finder.find(&bytes[from..to]).into_iter().map(|found| from + found.span.start..from + found.span.end);
        crossing.filter(|span| span.start < at && at < span.end).map(|span| span.start).min().unwrap_or(at)
    }

    /// The length of the longest text that is looked for, in bytes.
    pub fn longest(&self) -> usize {
        self.finder.longest()
    }

    /// How often each placeholder's secret stands in a text: the placeholder and its count.
    pub fn counts(&self, text: &str) -> Vec<(&str, usize)> {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for (_, placeholder) in self.cuts(text.as_bytes()) {
            match counts.iter_mut().find(|(known, _)| *known == placeholder) {
                Some((_, count)) => *count += 1,
                None => counts.push((placeholder, 1)),
            }
        }
        counts
    }

    /// The text with each secret back in its placeholder's stead.
    pub fn restore(&self, text: &str) -> String {
        let mut restored = text.to_owned();
        for form in &self.forms {
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
        self.forms.iter().fold(bytes.to_vec(), restored)
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

/// A text with values in the place of its placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The text.
    pub text: String,
    /// Where each placeholder stood, and where its value stands.
    moves: Vec<(Range<usize>, Range<usize>)>,
}

impl Filled {
    /// Where a span of the filled text stands in the text with placeholders. What begins or ends inside a value covers its placeholder.
    pub fn original(&self, span: &Range<usize>) -> Range<usize> {
        let at = |offset: usize, is_end: bool| {
            let passed = self.moves.partition_point(|(_, after)| after.end <= offset);
            match self.moves.get(passed) {
                Some((before, after)) if after.start < offset => return if is_end { before.end } else { before.start },
                _ => {}
            }
            let last = passed.checked_sub(1).and_then(|last| self.moves.get(last));
            last.map_or(offset, |(before, after)| before.end + (offset - after.end))
        };
        let start = at(span.start, false);
        start..at(span.end, true).max(start)
    }
}

/// The text with values in the place of its placeholders, each encoded as its placeholder says. Those without a value stay.
pub fn fill(text: &str, values: &[(String, Secret)]) -> String {
    fill_in(text, values).text
}

/// As [`fill`], with where what went.
pub fn fill_in(text: &str, values: &[(String, Secret)]) -> Filled {
    let mut filled = Filled { text: String::with_capacity(text.len()), moves: Vec::new() };
    let mut known: HashMap<(&str, &str), Option<Secret>> = HashMap::new();
    let value_of = |name: &str, form: &str| {
        let (_, value) = values.iter().find(|(known, _)| known == name)?;
        let (_, text) = forms_of(value.reveal()).into_iter().find(|(known, _)| *known == form)?;
        Some(Secret::new(text))
    };
    let mut at = 0;
    while let Some(open) = text[at..].find("{{").map(|length| at + length) {
        let inside = open + 2;
        let found = placeholder_at(&text[inside..]).map(|(name, form, length)| {
            let value = known.entry((name, form)).or_insert_with(|| value_of(name, form));
            (value.as_ref(), inside + length)
        });
        let Some((Some(value), end)) = found else {
            filled.text.push_str(&text[at..inside]);
            at = inside;
            continue;
        };
        filled.text.push_str(&text[at..open]);
        let start = filled.text.len();
        filled.text.push_str(value.reveal());
        filled.moves.push((open..end, start..filled.text.len()));
        at = end;
    }
    filled.text.push_str(&text[at..]);
    filled
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

    #[test]
    fn a_filled_text_leads_back() {
        let values = [("a".to_owned(), Secret::new("x y")), ("b".to_owned(), Secret::new("12345678"))];
        let text = "u={{a:url}}&{{open {{ b }}!{{c}}";
        let filled = fill_in(text, &values);
        assert_eq!(filled.text, "u=x%20y&{{open 12345678!{{c}}");
        for (part, expected) in [
            ("u=", "u="),
            ("x%20y", "{{a:url}}"),
            ("%20", "{{a:url}}"),
            ("&{{open", "&{{open"),
            ("345", "{{ b }}"),
            ("!{{c}}", "!{{c}}"),
        ] {
            let start = filled.text.find(part).unwrap();
            assert_eq!(&text[filled.original(&(start..start + part.len()))], expected, "{part}");
        }
    }
}
