//! Names for what is hidden when a request leaves: `apiKey`, `authorization`, `email-1`. The same value always gets the same name.

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::body_values::{is_secret_member, secret_values, secrets_in_body};
use super::finder::SecretFinder;
use super::forms::decoded_secret;
use super::header_values::secrets_of_header;
use super::names::{header_secrets, is_api_key, is_secret_name};
use super::own_names::{self, secrets_in_json};
use super::placeholder::{SIGNS, references_in};
use super::redact::Redaction;
use super::secret::{MASK, SHORTEST_SECRET, Secret};
use super::url_values::{certain_part, secret_spans};
use crate::model::address::{Address, QueryPair};
use crate::model::exchange::Answer;
use crate::model::json_text;
use crate::model::request_record::RequestRecord;

/// A value that is hidden, and the name that stands in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSecret {
    /// The placeholder's name, of letters, digits and hyphens.
    pub name: String,
    /// The value.
    pub value: Secret,
    /// What it is, in words: `the API key`, `the header X-Token`.
    pub what: String,
}

/// Values and their names, each value and each name once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretNames {
    named: Vec<NamedSecret>,
    /// The place of each value, and how many have each name without its number.
    values: HashMap<Secret, usize>,
    names: HashSet<String>,
    numbers: HashMap<String, usize>,
}

impl SecretNames {
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
        sent.parts.iter().flatten().for_each(|part| self.add_headers(&part.headers));
        self.add_body(sent.body.as_deref().unwrap_or_default());
        if let Some(answer) = answer {
            self.add_headers(&answer.headers);
            self.add_body(&answer.text());
        }
    }

    /// The names in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &NamedSecret> {
        self.named.iter()
    }

    /// Whether nothing is hidden.
    pub fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// Hides a value under a name, or under that name with a number if another value has it. Returns the name.
    pub fn add(&mut self, name: &str, value: &str, what: &str) -> String {
        let secret = Secret::new(value);
        if let Some(known) = self.values.get(&secret) {
            return self.named[*known].name.clone();
        }
        let wanted = plain_name(name);
        let mut name = wanted.clone();
        let number = self.numbers.entry(wanted.clone()).or_insert(1);
        while self.names.contains(&name) {
            *number += 1;
            name = format!("{wanted}-{number}");
        }
        if !value.is_empty() {
            self.values.insert(secret.clone(), self.named.len());
            self.names.insert(name.clone());
            self.named.push(NamedSecret { name: name.clone(), value: secret, what: what.to_owned() });
        }
        name
    }

    /// Hides a value under a name with a number behind it: `email-1`, `email-2`. Returns the name.
    pub fn add_numbered(&mut self, name: &str, value: &str, what: &str) -> String {
        let mut number = *self.numbers.entry(name.to_owned()).or_insert(1);
        while self.names.contains(&plain_name(&format!("{name}-{number}"))) {
            number += 1;
        }
        self.numbers.insert(name.to_owned(), number);
        self.add(&format!("{name}-{number}"), value, what)
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
        let pairs: HashMap<usize, &QueryPair> =
            address.query.iter().filter(|pair| !pair.value.is_empty()).map(|pair| (pair.value.start, pair)).collect();
        for span in secret_spans(url) {
            let pair = pairs.get(&span.start);
            let is_user = span.start < address.authority.start;
            let (name, what) = match pair.map(|pair| address.decoded(&pair.name)) {
                Some(name) if !is_api_key(&name) => (name.clone(), format!("the URL's parameter {name}")),
                None if is_user => ("userInfo".to_owned(), "the user information of the URL".to_owned()),
                _ => ("apiKey".to_owned(), "the API key".to_owned()),
            };
            if let Some(password) = is_user.then(|| password_of_login(&url[span.clone()])).flatten() {
                self.add("password", &password, "the password of the URL");
            }
            let texts = texts_of(&url[span]);
            // A secret that is known already decides how far it reaches.
            let is_known = |text: &String| self.values.contains_key(&Secret::new(text));
            if !texts.iter().skip(1).any(is_known) || is_known(&texts[0]) {
                texts.iter().for_each(|text| drop(self.add(&name, text, &what)));
            }
        }
    }

    /// Names the secrets that headers show by their structure.
    pub fn add_headers(&mut self, headers: &[(String, String)]) {
        for (name, value) in headers {
            if is_secret_name(name) {
                for span in header_secrets(name, value) {
                    self.add(name, &value[span], &format!("the header {name}"));
                }
                // Of a password that may be a word, the header is hidden alone: other texts have it for another reason.
                if let Some(password) = password_of_header(value).filter(|password| !may_be_word(password)) {
                    self.add("password", &password, &format!("the password in the header {name}"));
                }
                continue;
            }
            if value.contains("://") {
                self.add_url(value);
            }
            for span in secrets_of_header(name, value) {
                self.add(name, &percent_decode_str(&value[span]).decode_utf8_lossy(), &format!("the header {name}"));
            }
        }
    }

    /// Members of a JSON text and fields of a form that are named like a secret.
    fn add_body(&mut self, body: &str) {
        if let Ok(value) = json_text::read(body) {
            self.add_members(&value);
        } else {
            for one in secret_values(body, &|_| false) {
                self.add(&one.name, &one.value, &format!("the field {}", one.name));
            }
        }
    }

    fn add_members(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::String(text) if is_secret_member(name) => {
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

/// Whether a password is short and has letters alone, as a word of a sentence or of a header's name.
fn may_be_word(password: &str) -> bool {
    password.chars().count() < 8 && password.chars().all(char::is_alphabetic)
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

/// The secrets that an exchange shows by its structure: values of key and token parameters, of secret headers and cookies, and in JSON those
/// of the user's own names.
pub fn secrets_in(sent: &RequestRecord, answer: Option<&Answer>) -> Vec<Secret> {
    let mut found = Found::default();
    found.url(&sent.url);
    let parts = sent.parts.iter().flatten().map(|part| &part.headers);
    let headers = [&sent.headers].into_iter().chain(parts).chain(answer.map(|answer| &answer.headers));
    headers.for_each(|headers| found.headers(headers));
    // Reading a large answer takes time.
    let answered = answer.filter(|_| own_names::are_any()).map(Answer::text);
    let texts = sent.body.as_deref().into_iter().chain(answered.as_deref());
    texts.flat_map(secrets_in_json).for_each(|secret| found.add(secret.reveal()));
    found.secrets
}

/// As [`secrets_in`], and what stands in the request's body under names that mean a secret, but for what `is_feedback` says is a parameter
/// of the source's own.
pub fn secrets_in_exchange(sent: &RequestRecord, answer: Option<&Answer>, is_feedback: &dyn Fn(&str) -> bool) -> Vec<Secret> {
    let mut secrets = secrets_in(sent, answer);
    secrets.extend(secrets_in_body(sent.body.as_deref().unwrap_or_default(), is_feedback));
    secrets
}

/// The secrets that a URL shows by its structure.
pub fn secrets_in_url(url: &str) -> Vec<Secret> {
    let mut found = Found::default();
    found.url(url);
    found.secrets
}

/// The secrets that headers show by their structure, those of URLs in their values too.
pub fn secrets_in_headers(headers: &[(String, String)]) -> Vec<Secret> {
    let mut found = Found::default();
    found.headers(headers);
    found.secrets
}

/// The texts and numbers of a JSON value, as secrets.
pub fn secrets_in_value(value: &Value) -> Vec<Secret> {
    match value {
        Value::String(text) => vec![Secret::new(text)],
        Value::Number(number) => vec![Secret::new(number.to_string())],
        Value::Array(items) => items.iter().flat_map(secrets_in_value).collect(),
        Value::Object(members) => members.values().flat_map(secrets_in_value).collect(),
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}

/// The secrets in a JSON value that stand where pointers say.
pub fn secrets_at(json: &Value, pointers: &[String]) -> Vec<Secret> {
    pointers.iter().filter_map(|pointer| json.pointer(pointer)).flat_map(secrets_in_value).collect()
}

/// Secrets in the order in which they were found, each once.
#[derive(Default)]
struct Found {
    secrets: Vec<Secret>,
    known: HashSet<Secret>,
}

impl Found {
    fn add(&mut self, text: &str) {
        let secret = Secret::new(text.trim());
        if !secret.is_empty() && self.known.insert(secret.clone()) {
            self.secrets.push(secret);
        }
    }

    fn url(&mut self, url: &str) {
        let authority = Address::parse(url).authority.start;
        for span in secret_spans(url) {
            if let Some(password) = (span.start < authority).then(|| password_of_login(&url[span.clone()])).flatten() {
                self.add(&password);
            }
            texts_of(&url[span]).iter().for_each(|text| self.add(text));
        }
    }

    fn headers(&mut self, headers: &[(String, String)]) {
        for (name, value) in headers {
            if is_secret_name(name) {
                self.add(value);
                // Of "Bearer token" and "name=value; Path=/" the part that is the secret may stand elsewhere alone.
                header_secrets(name, value).into_iter().for_each(|span| self.add(&value[span]));
                password_of_header(value).iter().for_each(|password| self.add(password));
            } else {
                secrets_of_header(name, value).into_iter().for_each(|span| {
                    texts_of(&value[span]).iter().for_each(|text| self.add(text));
                });
            }
        }
    }
}

/// The password of a login such as `user:password` in a URL: a server may name it without the user.
fn password_of_login(login: &str) -> Option<String> {
    let (_, password) = login.split_once(':')?;
    let password = percent_decode_str(password).decode_utf8_lossy().into_owned();
    (password.len() >= SHORTEST_SECRET).then_some(password)
}

/// The password that a header such as `Authorization: Basic …` holds.
fn password_of_header(value: &str) -> Option<String> {
    let (scheme, token) = value.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let login = STANDARD_NO_PAD.decode(token.trim().trim_end_matches('=')).ok()?;
    // Old clients write a login in Latin-1.
    let login = String::from_utf8(login).unwrap_or_else(|error| error.as_bytes().iter().copied().map(char::from).collect());
    let (_, password) = login.split_once(':')?;
    (password.len() >= SHORTEST_SECRET).then(|| password.to_owned())
}

/// Whether a header or a parameter holds a secret: by its name, or because its value has the API key in it, in whatever form.
pub fn holds_secret(name: &str, value: &str, api_key: &Secret) -> bool {
    is_secret_name(name)
        || !secret_spans(value).is_empty()
        || !secrets_of_header(name, value).is_empty()
        || !value.is_empty() && value == api_key.reveal()
        || !SecretFinder::new([api_key.reveal()]).spans(value).is_empty()
}

/// What a secret value of a URL may stand for, the likeliest first: decoded, as it was written, and what of it is certain.
fn texts_of(value: &str) -> Vec<String> {
    let mut texts = vec![decoded_secret(value).into_owned()];
    for text in [value, certain_part(value)] {
        let decoded = percent_decode_str(text).decode_utf8_lossy().into_owned();
        if !texts.contains(&decoded) {
            texts.push(decoded);
        }
    }
    texts
}

/// The places of a request where a secret stands that is not known any more: the URL, a header by its name, the payload. What was sent
/// with a reference or a mask in its place would be another request.
pub fn unknown_secrets(sent: &RequestRecord) -> Vec<String> {
    let is_unknown = |text: &str| !references_in(text).is_empty();
    let mut places = Vec::new();
    if is_unknown(&sent.url) || secret_spans(&sent.url).into_iter().any(|span| sent.url[span] == *MASK) {
        places.push("the URL".to_owned());
    }
    let is_lost = |(name, value): &&(String, String)| is_unknown(value) || is_secret_name(name) && value == MASK;
    places.extend(sent.headers.iter().filter(is_lost).map(|(name, _)| format!("the header {name}")));
    for part in sent.parts.iter().flatten() {
        let lost = part.headers.iter().filter(is_lost);
        places.extend(lost.map(|(name, _)| format!("the header {name} of the part {}", part.name)));
    }
    if sent.body.as_deref().is_some_and(is_unknown) {
        places.push("the payload".to_owned());
    }
    places
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
    fn the_password_of_a_login_is_a_secret_of_its_own() {
        for (url, header, expected) in [
            (
                "https://h/x",
                "Basic Ym9iOkJBU0lDcHc3ekNDOWs=",
                &["Basic Ym9iOkJBU0lDcHc3ekNDOWs=", "Ym9iOkJBU0lDcHc3ekNDOWs=", "BASICpw7zCC9k"][..],
            ),
            ("https://h/x", "basic Ym9iOmE6Yiljk", &["basic Ym9iOmE6Yiljk", "Ym9iOmE6Yiljk"]),
            ("https://h/x", "basic Ym9iOmE6YmNk", &["basic Ym9iOmE6YmNk", "Ym9iOmE6YmNk", "a:bcd"]),
            ("https://h/x", "Basic Ym9iOnB3", &["Basic Ym9iOnB3", "Ym9iOnB3"]),
            ("https://bob:p%40ss1@h/x", "", &["p@ss1", "bob:p%40ss1", "bob:p@ss1"]),
            ("https://bob@h/x", "", &["bob"]),
        ] {
            let headers = vec![("Authorization".to_owned(), header.to_owned())];
            let sent = RequestRecord { url: url.into(), headers, ..RequestRecord::default() };
            let found = secrets_in(&sent, None);
            assert_eq!(found.iter().map(Secret::reveal).collect::<Vec<_>>(), expected, "{url} {header}");
            let named = SecretNames::of_secrets([(&sent, None)]);
            let has = |wanted: &str| named.iter().any(|named| named.value.reveal() == wanted);
            let passwords = ["BASICpw7zCC9k", "a:bcd", "p@ss1"];
            assert!(passwords.iter().all(|password| has(password) == expected.contains(password)), "{url} {header}");
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
        let names = SecretNames::of_secrets([(&one, None), (&two, None)]);
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
    fn parts_have_headers_too() {
        let part = |value: &str| crate::model::multipart::Part {
            name: "log".into(),
            headers: vec![("X-Auth-Key".into(), value.into()), ("X-Trace".into(), "1".into())],
            ..Default::default()
        };
        let sent = |value: &str| RequestRecord { parts: Some(vec![part(value)]), ..RequestRecord::default() };
        let found = secrets_in(&sent("s3cr3t-of-part"), None);
        assert_eq!(found.iter().map(Secret::reveal).collect::<Vec<_>>(), ["s3cr3t-of-part"]);
        for (value, expected) in [
            ("s3cr3t", &[][..]),
            ("{{k-8f}}", &["the header X-Auth-Key of the part log"]),
            (MASK, &["the header X-Auth-Key of the part log"]),
        ] {
            assert_eq!(unknown_secrets(&sent(value)), expected, "{value}");
        }
    }

    #[test]
    fn a_value_that_is_the_key_is_secret_under_any_name() {
        let key = Secret::new("k3y+of acme");
        for (name, value, expected) in [
            ("X-Trace", "k3y+of acme", true),
            ("X-Trace", "id=k3y%2Bof%20acme", true),
            ("X-Trace", "azN5K29mIGFjbWU=", true),
            ("X-Trace", "https://h/x?token=abc", true),
            ("X-Auth-Key", "1", true),
            ("X-Trace", "k3y", false),
            ("X-Trace", "", false),
        ] {
            assert_eq!(holds_secret(name, value, &key), expected, "{name}: {value}");
        }
        assert!(holds_secret("X-Trace", "abc", &Secret::new("abc")) && !holds_secret("X-Trace", "abc", &Secret::default()));
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
}
