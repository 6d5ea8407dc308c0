//! Where secrets stand by their names: parameters of URLs, headers, cookies.

use std::ops::Range;

use super::own_names::is_own;
use super::placeholder::{is_placeholder, is_variable};
use super::secret::MASK;
use crate::model::address::Address;

/// Words that tell of a secret wherever they stand in a name.
const SECRET_WORDS: [&str; 15] = [
    "apikey",
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "signature",
    "accesskey",
    "credential",
    "authorization",
    "cookie",
    "jwt",
    "bearer",
    "hmac",
];

/// Words that tell of a secret as a word of their own.
const WHOLE_WORDS: [&str; 8] = ["pwd", "otp", "csrf", "xsrf", "sas", "saml", "assertion", "auth"];

/// Words that tell of a secret at the end of a name.
const LAST_WORDS: [&str; 6] = ["session", "sid", "sig", "sign", "sessionid", "sessid"];

/// Names that tell of a secret as a whole, and mean other things as a part of another.
const WHOLE_NAMES: [&str; 3] = ["key", "code", "pass"];

/// What stands before `key` when it opens something.
const OPENING_KEYS: [&str; 25] = [
    "api",
    "access",
    "auth",
    "subscription",
    "functions",
    "function",
    "app",
    "application",
    "client",
    "private",
    "session",
    "master",
    "host",
    "shared",
    "account",
    "storage",
    "admin",
    "service",
    "license",
    "encryption",
    "signing",
    "security",
    "consumer",
    "developer",
    "webhook",
];

/// What stands between `X-` and `Key` when it opens nothing.
const HARMLESS_KEYS: [&str; 12] = [
    "idempotency",
    "project",
    "source",
    "public",
    "primary",
    "foreign",
    "routing",
    "partition",
    "sort",
    "cache",
    "surrogate",
    "issue",
];

/// Whether a query parameter, a header or a member of this name holds something secret, by its words or by the user's word: the one
/// rule for names.
pub fn is_secret_name(name: &str) -> bool {
    let words = words(name);
    let plain = words.concat();
    let Some(last) = words.last().map(String::as_str) else { return is_own(name) };
    let ends = |word: &str| plain.ends_with(word) || plain.ends_with(&format!("{word}s"));
    is_own(name)
        || SECRET_WORDS.iter().any(|word| plain.contains(word))
        || words.iter().any(|word| WHOLE_WORDS.contains(&word.as_str()))
        || LAST_WORDS.contains(&last)
        || ["sessionid", "sessid", "sessionkey"].iter().any(|end| ends(end))
        || WHOLE_NAMES.contains(&plain.as_str())
        || OPENING_KEYS.iter().any(|word| ends(&format!("{word}key")))
        || last == "key" && words[0] == "x" && !words.iter().any(|word| HARMLESS_KEYS.contains(&word.as_str()))
}

/// The words of a name in lower case: `xAuthKey`, `X-Auth-Key` and `x_auth_key` are x, auth, key.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = None;
    for c in name.chars() {
        let is_new = match before {
            None => true,
            Some(before) => !char::is_ascii_alphanumeric(&before) || before.is_ascii_lowercase() && c.is_ascii_uppercase(),
        };
        before = Some(c);
        if c.is_ascii_alphanumeric() {
            if is_new {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.push(c.to_ascii_lowercase());
            }
        }
    }
    words
}

pub(super) fn is_api_key(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.eq_ignore_ascii_case("apikey")
}

/// Where a URL holds secrets, in bytes and in order; no span is empty and none overlap. Where it is unclear how far a secret reaches,
/// because `#` or `&` may be its own, the span has all that may belong to it.
pub fn secret_spans(url: &str) -> Vec<Range<usize>> {
    let address = Address::parse(url);
    let after_scheme = if address.scheme.is_empty() { 0 } else { address.scheme.end + 3 };
    let user = after_scheme..address.authority.start.saturating_sub(1);
    let values = address.query.iter().filter(|pair| is_secret_name(&address.decoded(&pair.name))).map(|pair| &pair.value);
    let mut spans: Vec<Range<usize>> = values.map(|value| value.start..value_end(url, value)).collect();
    let is_elsewhere = |start: usize| address.query.iter().all(|pair| pair.value.start != start);
    spans.extend(misplaced_keys(url).into_iter().filter(|start| is_elsewhere(*start)).map(|start| {
        let end = url[start..].find(['&', '#']).map_or(url.len(), |length| start + length);
        start..value_end(url, &(start..end))
    }));
    spans.push(user);
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut at = 0;
    // A variable says where a secret belongs, and is none.
    spans.retain(|span| {
        let is_variable = url.get(span.clone()).is_some_and(|value| is_variable(value) && !value.starts_with("{{k-"));
        let is_one = span.start < span.end && span.start >= at && !is_variable;
        at = if is_one { span.end } else { at };
        is_one
    });
    spans
}

/// Where values begin behind `apiKey=` that is no parameter of the query: the question mark is missing, or encoded.
fn misplaced_keys(url: &str) -> Vec<usize> {
    let lower = url.to_ascii_lowercase();
    let names = ["apikey=", "api_key=", "api-key=", "apikey%3d"];
    names.iter().flat_map(|name| lower.match_indices(name).map(|(at, _)| at + name.len())).collect()
}

/// Where a secret value may end at the latest: `#` and `&` may be parts of a key that was not encoded, but what is plainly the next
/// parameter is none.
fn value_end(url: &str, value: &Range<usize>) -> usize {
    let text = &url[value.clone()];
    if text.is_empty() || text == MASK || is_placeholder(text) {
        return value.end;
    }
    let mut end = value.end;
    while let Some(sign) = url[end..].chars().next() {
        let rest = &url[end + sign.len_utf8()..];
        let part = rest.split('&').next().unwrap_or_default();
        if sign == '&' && is_parameter(part) {
            break;
        }
        end += sign.len_utf8() + part.len();
    }
    end
}

fn is_parameter(text: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.[]%".contains(c));
    text.split_once('=').is_some_and(|(name, value)| is_name(name) && (value.is_empty() || !value.trim_matches('=').is_empty()))
}

/// What of a secret value is its own in any case: all before the first `#` or `&`.
pub(super) fn certain_part(value: &str) -> &str {
    value.split(['#', '&']).next().unwrap_or_default()
}

/// What stands behind `apiKey` in a text of any kind: in a path, in a sentence, or with its `=` escaped.
pub fn keys_in_text<'a>(text: &'a str, signs: &[&str]) -> Vec<&'a str> {
    let lower = text.to_ascii_lowercase();
    let behind = |at: usize| {
        let rest = lower.get(at..)?;
        let sign = signs.iter().find(|sign| rest.starts_with(**sign))?;
        let value = text.get(at + sign.len()..)?;
        let ends = |c: char| c.is_whitespace() || matches!(c, '&' | '#' | '/' | '?' | '"' | '\'' | '<' | '>' | ')' | ',' | ';');
        value.get(..value.find(ends).unwrap_or(value.len()))
    };
    lower.match_indices("apikey").filter_map(|(at, name)| behind(at + name.len())).collect()
}

/// The parts of a secret header's value that are secret: not the scheme of `Bearer …`, not the names of cookies.
pub fn header_secrets(name: &str, value: &str) -> Vec<Range<usize>> {
    let lower = name.to_ascii_lowercase();
    if lower.contains("cookie") {
        let pairs = if lower == "cookie" { value } else { value.split(';').next().unwrap_or_default() };
        return cookie_values(pairs);
    }
    let end = value.trim_end().len();
    // A blank value has no part at all.
    let start = (value.len() - value.trim_start().len()).min(end);
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
            ("Authorization", "", &[]),
            ("Authorization", " ", &[]),
            ("Authorization", "\t\u{a0}  ", &[]),
            ("Proxy-Authorization", " ", &[]),
            ("X-Api-Key", "  ", &[]),
            ("Cookie", " ", &[]),
            ("Set-Cookie", " ; ", &[]),
        ] {
            let found: Vec<&str> = header_secrets(name, value).into_iter().map(|span| &value[span]).collect();
            assert_eq!(found, expected, "{name}: {value}");
        }
    }

    #[test]
    fn names_of_secrets_by_table() {
        for name in [
            "Authorization",
            "Proxy-Authorization",
            "Cookie",
            "Set-Cookie",
            "X-Api-Key",
            "apiKey",
            "api_key",
            "Ocp-Apim-Subscription-Key",
            "x-functions-key",
            "X-Auth-Key",
            "X-Session-Id",
            "X-JWT",
            "jwt",
            "pwd",
            "session",
            "X-Auth",
            "auth",
            "X-CSRF-Token",
            "X-CSRF",
            "PHPSESSID",
            "JSESSIONID",
            "sid",
            "X-Vault-Token",
            "X-Amz-Security-Token",
            "X-Amz-Signature",
            "X-Amz-Credential",
            "sig",
            "X-Hub-Signature-256",
            "CB-ACCESS-SIGN",
            "CB-ACCESS-PASSPHRASE",
            "DD-API-KEY",
            "DD-APPLICATION-KEY",
            "X-App-Key",
            "X-Acme-Key",
            "clientSecret",
            "client_secret",
            "refreshToken",
            "X-Client-Password",
            "code",
            "key",
            "pass",
            "otp",
            "access-key",
            "X-License-Key",
            "privateKey",
            "sessionKey",
            "X-SAS",
            "Bearer",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "Accept",
            "Content-Type",
            "Idempotency-Key",
            "X-Idempotency-Key",
            "Sec-WebSocket-Key",
            "X-Request-Id",
            "X-Project-Key",
            "projectKey",
            "source_key",
            "issueKey",
            "Surrogate-Key",
            "author",
            "statusCode",
            "error_code",
            "keyboard",
            "X-Run",
            "summary",
            "sessions",
            "submitter",
            "assignee",
            "design",
            "passed",
            "monkey",
            "",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn a_key_reaches_as_far_as_it_may() {
        for (url, expected) in [
            ("https://h/a?apiKey=ab#cd&x", &["ab#cd&x"][..]),
            ("https://h/a?apiKey=ab&cd/e&x=1", &["ab&cd/e"]),
            ("https://h/a?apiKey=ab&cd==&x=1#top", &["ab&cd=="]),
            ("https://h/a?apiKey=ab&x=1#top", &["ab"]),
            ("https://h/a?x=1&apiKey=ab#top", &["ab#top"]),
            ("https://h/a?apiKey=&x=1#top", &[]),
            ("https://h/a?apiKey={{apiKey}}#top", &[]),
            ("https://h/s&apiKey=ab&x=2", &["ab"]),
            ("https://h/s%3FapiKey%3Dab", &["ab"]),
            ("https://u:p@h/s?token=t&apiKey=ab", &["u:p", "t", "ab"]),
            ("https://h/#/a?apiKey=ab", &["ab"]),
        ] {
            let found: Vec<&str> = secret_spans(url).into_iter().map(|span| &url[span]).collect();
            assert_eq!(found, expected, "{url}");
        }
    }
}
