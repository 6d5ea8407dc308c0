//! Names for what is hidden when a request leaves: `apiKey`, `authorization`, `email-1`. The same value always gets the same name.

use std::ops::Range;

use serde_json::Value;

use super::address::Address;
use super::endpoint::{is_secret_name, secret_spans};
use super::exchange::{Answer, RequestRecord};
use super::redact::{Redaction, SIGNS, decoded_secret, forms_of};
use super::secret::Secret;

/// A value that is hidden, and the name that stands in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The placeholder's name, of letters, digits and hyphens.
    pub name: String,
    /// The value.
    pub value: Secret,
    /// What it is, in words: `the API key`, `the header X-Token`.
    pub what: String,
}

/// The length of the longest names that mean a secret in a URL and mostly something else in a payload: `key`, `sig`, `code`, `auth`.
const LONGEST_AMBIGUOUS: usize = 4;

/// Values and their names, each value and each name once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    named: Vec<Named>,
}

impl Names {
    /// The secrets that requests and their answers show by their structure: keys and tokens in URLs, headers, cookies and JSON members.
    pub fn of_secrets<'a>(exchanges: impl IntoIterator<Item = (&'a RequestRecord, Option<&'a Answer>)>) -> Self {
        let mut names = Self::default();
        for (sent, answer) in exchanges {
            names.add_exchange(sent, answer);
        }
        names
    }

    /// Names the secrets that a request and its answer show by their structure.
    pub fn add_exchange(&mut self, sent: &RequestRecord, answer: Option<&Answer>) {
        self.add_url(&sent.url);
        self.add_headers(&sent.headers);
        self.add_body(sent.body.as_deref().unwrap_or_default());
        if let Some(answer) = answer {
            self.add_headers(&answer.headers);
            self.add_body(&answer.text());
        }
    }

    /// The names in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Named> {
        self.named.iter()
    }

    /// Whether nothing is hidden.
    pub fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// Hides a value under a name, or under that name with a number if another value has it. Returns the name.
    pub fn add(&mut self, name: &str, value: &str, what: &str) -> String {
        if let Some(known) = self.named.iter().find(|named| named.value.reveal() == value) {
            return known.name.clone();
        }
        let wanted = plain_name(name);
        let taken = |name: &str| self.named.iter().any(|named| named.name == name);
        let mut name = wanted.clone();
        let mut number = 2;
        while taken(&name) {
            name = format!("{wanted}-{number}");
            number += 1;
        }
        if !value.is_empty() {
            self.named.push(Named { name: name.clone(), value: Secret::new(value), what: what.to_owned() });
        }
        name
    }

    /// Hides a value under a name with a number behind it: `email-1`, `email-2`. Returns the name.
    pub fn add_numbered(&mut self, name: &str, value: &str, what: &str) -> String {
        let is_one = |known: &str| {
            known
                .strip_prefix(name)
                .and_then(|end| end.strip_prefix('-'))
                .is_some_and(|end| end.bytes().all(|b| b.is_ascii_digit()))
        };
        let count = self.named.iter().filter(|named| is_one(&named.name)).count();
        self.add(&format!("{name}-{}", count + 1), value, what)
    }

    /// What hides them as `{{name}}`.
    pub fn redaction(&self) -> Redaction {
        Redaction::new(self.pairs())
    }

    /// What hides them as a name between [`SIGNS`].
    pub fn signed_redaction(&self) -> Redaction {
        Redaction::between(SIGNS, self.pairs())
    }

    fn pairs(&self) -> impl Iterator<Item = (Secret, String)> {
        self.named.iter().map(|named| (named.value.clone(), named.name.clone()))
    }

    fn add_url(&mut self, url: &str) {
        let address = Address::parse(url);
        for span in secret_spans(url) {
            let pair = address.query.iter().find(|pair| pair.value == span);
            let (name, what) = match pair.map(|pair| address.decoded(&pair.name)) {
                Some(name) if is_api_key(&name) => ("apiKey".to_owned(), "the API key".to_owned()),
                Some(name) => (name.clone(), format!("the URL's parameter {name}")),
                None => ("userInfo".to_owned(), "the user information of the URL".to_owned()),
            };
            self.add(&name, &decoded_secret(&url[span]), &what);
        }
    }

    /// Names the secrets that headers show by their structure.
    pub fn add_headers(&mut self, headers: &[(String, String)]) {
        for (name, value) in headers {
            if is_secret_name(name) {
                for span in header_secrets(name, value) {
                    self.add(name, &value[span], &format!("the header {name}"));
                }
            } else if value.contains("://") {
                self.add_url(value);
            }
        }
    }

    /// Members of a JSON text that are named like a secret. Shorter names, such as `code` or `key`, mean other things in a payload.
    fn add_body(&mut self, body: &str) {
        if let Ok(value) = serde_json::from_str(body.trim_start_matches('\u{feff}')) {
            self.add_members(&value);
        }
    }

    fn add_members(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::String(text) if is_secret_name(name) && name.len() > LONGEST_AMBIGUOUS => {
                            let name = if is_api_key(name) { "apiKey" } else { name };
                            self.add(name, text, &format!("the JSON member {name}"));
                        }
                        other => self.add_members(other),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.add_members(item)),
            Value::String(text) => {
                text.split_whitespace().filter(|word| word.contains("://")).for_each(|word| self.add_url(word));
            }
            _ => {}
        }
    }
}

fn is_api_key(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.eq_ignore_ascii_case("apikey")
}

/// A name as placeholders, Postman, Hurl and shells take it: `X-Auth-Token` becomes `xAuthToken`.
fn plain_name(name: &str) -> String {
    let mut plain = String::new();
    let mut starts = false;
    let numbered = name.rsplit_once('-').is_some_and(|(_, end)| !end.is_empty() && end.bytes().all(|b| b.is_ascii_digit()));
    let (stem, end) = if numbered { name.split_at(name.rfind('-').unwrap_or(name.len())) } else { (name, "") };
    for c in stem.chars() {
        if !c.is_ascii_alphanumeric() {
            starts = !plain.is_empty();
        } else if !plain.is_empty() || c.is_ascii_alphabetic() {
            plain.push(if starts { c.to_ascii_uppercase() } else { c });
            starts = false;
        }
    }
    let Some(first) = plain.chars().next() else { return "secret".to_owned() };
    format!("{}{}{end}", first.to_ascii_lowercase(), &plain[1..])
}

/// The names of the placeholders in a text, as often as they stand there. Braces of JSON are none.
pub fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|part| placeholder_at(part).map(|(name, ..)| name))
}

/// The text with values in the place of its placeholders, each encoded as its placeholder says. Those without a value stay.
pub fn fill(text: &str, values: &[(String, Secret)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut parts = text.split("{{");
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let value = placeholder_at(part).and_then(|(name, form, length)| {
            let (_, value) = values.iter().find(|(known, _)| known == name)?;
            let forms = forms_of(value.reveal());
            let text = forms.into_iter().find(|(known, _)| *known == form)?.1;
            Some((text, length))
        });
        match value {
            Some((value, length)) => {
                filled.push_str(&value);
                filled.push_str(&part[length..]);
            }
            None => {
                filled.push_str("{{");
                filled.push_str(part);
            }
        }
    }
    filled
}

/// The name and the form of a placeholder whose opening braces stand right before a text, and the length of its rest.
fn placeholder_at(text: &str) -> Option<(&str, &str, usize)> {
    let end = text.find("}}")?;
    let inside = text[..end].trim();
    let (name, form) = inside.split_once(':').unwrap_or((inside, ""));
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.$ ".contains(c);
    (!name.is_empty() && name.chars().all(fits)).then_some((name, form, end + 2))
}

/// The parts of a secret header's value that are secret: not the scheme of `Bearer …`, not the names of cookies.
pub fn header_secrets(name: &str, value: &str) -> Vec<Range<usize>> {
    let lower = name.to_ascii_lowercase();
    if lower.contains("cookie") {
        let pairs = if lower == "cookie" { value } else { value.split(';').next().unwrap_or_default() };
        return cookie_values(pairs);
    }
    let (start, end) = (value.len() - value.trim_start().len(), value.trim_end().len());
    if lower.ends_with("authorization")
        && let Some((scheme, token)) = value[..end].split_at_checked(value[start..end].find(' ').map_or(0, |at| start + at))
        && !scheme.is_empty()
        && scheme.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    {
        return non_empty(end - token.trim_start().len()..end);
    }
    non_empty(start..end)
}

fn cookie_values(pairs: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for pair in pairs.split(';') {
        let from = pair.find('=').map_or(0, |sign| sign + 1);
        let value = &pair[from..];
        let start = at + from + (value.len() - value.trim_start().len());
        found.extend(non_empty(start..start + value.trim().len()));
        at += pair.len() + 1;
    }
    found
}

fn non_empty(span: Range<usize>) -> Vec<Range<usize>> {
    if span.start < span.end { vec![span] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_by_table() {
        for (name, expected) in [
            ("apiKey", "apiKey"),
            ("Authorization", "authorization"),
            ("X-Auth-Token", "xAuthToken"),
            ("email-1", "email-1"),
            ("2fa_secret", "faSecret"),
            ("ü", "secret"),
            ("", "secret"),
        ] {
            assert_eq!(plain_name(name), expected, "{name}");
        }
    }

    #[test]
    fn the_secret_parts_of_headers_by_table() {
        for (name, value, expected) in [
            ("Authorization", "Bearer t0ken", &["t0ken"][..]),
            ("Authorization", "t0ken", &["t0ken"]),
            ("Proxy-Authorization", " Basic dTpw ", &["dTpw"]),
            ("Authorization", "Digest username=\"u\", x", &["username=\"u\", x"]),
            ("Cookie", "a=1; session=s3cr3t; flag", &["1", "s3cr3t", "flag"]),
            ("Set-Cookie", "session=s3cr3t; Path=/", &["s3cr3t"]),
            ("X-Api-Key", "k y", &["k y"]),
            ("X-Api-Key", "", &[]),
        ] {
            let found: Vec<&str> = header_secrets(name, value).into_iter().map(|span| &value[span]).collect();
            assert_eq!(found, expected, "{name}: {value}");
        }
    }

    #[test]
    fn the_same_value_has_one_name_and_another_value_another() {
        let sent = |url: &str, token: &str| RequestRecord {
            url: url.into(),
            headers: vec![("Authorization".into(), format!("Bearer {token}"))],
            body: Some(format!(
                r#"{{"code": "E17", "list": [{{"password": "hunter22"}}], "key": "{token}", "note": "see http://h ask jim@x.example or http://h/?token=inB0dy"}}"#
            )),
            ..RequestRecord::default()
        };
        let one = sent("https://h/x?apiKey=3f0c9a71", "t0ken");
        let two = sent("https://h/x?apikey=other&token=t0ken&apiKey=3f0c9a71", "t0ken");
        let names = Names::of_secrets([(&one, None), (&two, None)]);
        let found: Vec<(&str, &str)> = names.iter().map(|named| (named.name.as_str(), named.value.reveal())).collect();
        assert_eq!(
            found,
            [
                ("apiKey", "3f0c9a71"),
                ("authorization", "t0ken"),
                ("password", "hunter22"),
                ("token", "inB0dy"),
                ("apiKey-2", "other")
            ]
        );
        assert_eq!(names.iter().next().map(|named| named.what.as_str()), Some("the API key"));
        assert_eq!(names.redaction().hide_url(&one.url), "https://h/x?apiKey={{apiKey}}");
    }
}
