//! Values of a request's body that stand under a name that means a secret: members of JSON, fields of a form.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode_str;

use super::names::is_secret_name;
use super::own_names::is_own;
use super::placeholder::is_variable;
use super::secret::Secret;
use crate::model::json_rows::string_end;

/// The length of the longest names that mean a secret in a URL and mostly something else in a payload: `key`, `sig`, `code`, `auth`.
const LONGEST_AMBIGUOUS: usize = 4;

/// Shorter values are words as well, and are hidden in their own place alone.
const SHORTEST_ANYWHERE: usize = 8;

/// Whether a member of a payload holds a secret, by its name. Shorter names, such as `code` or `key`, mean other things there.
pub fn is_secret_member(name: &str) -> bool {
    is_own(name) || is_secret_name(name) && name.len() > LONGEST_AMBIGUOUS
}

/// A value of a body: its name, where it stands as it was written, and what it says.
pub struct BodyValue<'a> {
    /// The name of the member or the field.
    pub name: Cow<'a, str>,
    /// Where the value stands, without its quotes.
    pub span: Range<usize>,
    /// The value itself.
    pub value: Cow<'a, str>,
}

impl BodyValue<'_> {
    /// Whether the value is too long to be a word, so that it is hidden wherever else it stands.
    pub fn is_no_word(&self) -> bool {
        self.value.len() >= SHORTEST_ANYWHERE
    }
}

/// The values of a body that are secret by their names, in order. What `is_feedback` says is a parameter of the source's own is feedback,
/// whatever it is called.
pub fn secret_values<'a>(body: &'a str, is_feedback: &dyn Fn(&str) -> bool) -> Vec<BodyValue<'a>> {
    let begins = body.trim_start_matches('\u{feff}').trim_start();
    let mut values = if begins.starts_with(['{', '[']) { json_values(body) } else { form_values(body) };
    values.retain(|one| !one.value.is_empty() && !is_variable(&one.value) && !is_feedback(&one.name));
    values
}

/// Where they stand.
pub fn secret_places(body: &str, is_feedback: &dyn Fn(&str) -> bool) -> Vec<Range<usize>> {
    secret_values(body, is_feedback).into_iter().map(|one| one.span).collect()
}

/// Those that are too long to be words, and are hidden wherever else they stand.
pub fn secrets_in_body(body: &str, is_feedback: &dyn Fn(&str) -> bool) -> Vec<Secret> {
    let values = secret_values(body, is_feedback).into_iter();
    values.filter(BodyValue::is_no_word).map(|one| Secret::new(one.value)).collect()
}

/// Texts behind a name of a secret, in JSON that may be broken.
fn json_values(body: &str) -> Vec<BodyValue<'_>> {
    let bytes = body.as_bytes();
    let blanks = |at: usize| at + bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let text = |span: &Range<usize>| -> Option<Cow<'_, str>> {
        let quoted = body.get(span.clone())?;
        let inside = quoted.get(1..quoted.len() - 1)?;
        if inside.contains('\\') { serde_json::from_str(quoted).ok().map(Cow::Owned) } else { Some(inside.into()) }
    };
    let mut values = Vec::new();
    let mut at = 0;
    while let Some(open) = bytes[at..].iter().position(|byte| *byte == b'"').map(|length| at + length) {
        at = string_end(bytes, open + 1).min(bytes.len());
        let colon = blanks(at);
        if bytes.get(colon) != Some(&b':') {
            continue;
        }
        let value = blanks(colon + 1);
        if bytes.get(value) != Some(&b'"') {
            at = value;
            continue;
        }
        let end = string_end(bytes, value + 1).min(bytes.len());
        let is_closed = end > value + 1 && bytes[end - 1] == b'"';
        if let (Some(name), Some(said)) = (text(&(open..at)), is_closed.then(|| text(&(value..end))).flatten())
            && is_secret_member(&name)
        {
            values.push(BodyValue { name, span: value + 1..end - 1, value: said });
        }
        at = end;
    }
    values
}

/// Fields of a form such as `a=1&password=x`. A text with line ends or blanks is none.
fn form_values(body: &str) -> Vec<BodyValue<'_>> {
    let mut values = Vec::new();
    let form = body.trim_end();
    if !form.contains('=') || form.contains(|c: char| c.is_whitespace() || c == '<') {
        return values;
    }
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let mut at = 0;
    for pair in form.split('&') {
        if let Some((name, value)) = pair.split_once('=') {
            let (name, start) = (decoded(name), at + name.len() + 1);
            if is_secret_member(&name) {
                values.push(BodyValue { name: name.into(), span: start..start + value.len(), value: decoded(value).into() });
            }
        }
        at += pair.len() + 1;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_table() {
        let feedback = |name: &str| name == "token";
        for (body, expected) in [
            (r#"{"summary": "a", "password": "PWsecret77zz"}"#, &["PWsecret77zz"][..]),
            (r#"{"a": [{"client_secret" :"x\"y"}, {"accessToken": "t\u0041"}]}"#, &["x\"y", "tA"]),
            (r#"{"token": "feedback", "key": "k", "code": "E17", "password": 17, "sessionToken": ""}"#, &[]),
            (r#"{"password": "{{password}}", "text": "\"password\": \"x\""}"#, &[]),
            (r#"{"password": "cut of"#, &[]),
            (r#"{"password": "whole", "x": tru"#, &["whole"]),
            ("summary=a&password=a%26b+c&client%5Fsecret=d", &["a&b c", "d"]),
            ("password=two words", &[]),
            ("<a password=x>", &[]),
            ("", &[]),
        ] {
            let found = secret_values(body, &feedback);
            assert_eq!(found.iter().map(|one| one.value.as_ref()).collect::<Vec<_>>(), expected, "{body}");
        }
        let body = r#"{"password": "x\"y"}"#;
        assert_eq!(secret_places(body, &feedback).into_iter().map(|span| &body[span]).collect::<Vec<_>>(), [r#"x\"y"#]);
        assert_eq!(
            secrets_in_body(r#"{"password": "short", "apiToken": "long-enough"}"#, &feedback),
            [Secret::new("long-enough")]
        );
    }

    #[test]
    fn a_long_body_is_read_once() {
        for unit in ["\"", "\"a\":", "password=&", "{\"password\":\"\"}"] {
            assert!(secret_values(&format!("{{{}", unit.repeat(200_000)), &|_| false).is_empty(), "{unit}");
        }
    }
}
