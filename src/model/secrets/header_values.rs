//! Where the values of headers are secret: by the header's name, by a URL with a secret, or by what they are.

use std::ops::Range;

use super::names::{header_secrets, is_secret_name};
use super::url_values::secret_spans;

/// Where a header's value is secret, whatever makes it so: its name, a URL with a secret, or what it plainly is, such as a token.
pub fn secrets_of_header(name: &str, value: &str) -> Vec<Range<usize>> {
    if is_secret_name(name) {
        return header_secrets(name, value);
    }
    let mut spans = urls_in_header(name, value);
    spans.extend(token_spans(value));
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    spans.retain(|span| {
        let is_outer = span.start >= end;
        end = end.max(span.end);
        is_outer
    });
    spans
}

/// Headers whose whole value is a URL.
const URL_HEADERS: [&str; 5] = ["location", "content-location", "referer", "origin", "x-original-url"];

/// Where the URLs in a header's value hold secrets.
fn urls_in_header(name: &str, value: &str) -> Vec<Range<usize>> {
    if URL_HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return secret_spans(value);
    }
    let mut spans = Vec::new();
    let mut at = 0;
    for word in value.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'')) {
        let url = word.trim_end_matches([';', ',']);
        if url.contains("://") || url.starts_with('/') || url.contains('?') && url.contains('=') {
            spans.extend(secret_spans(url).into_iter().map(|span| at + span.start..at + span.end));
        }
        at += word.len();
        at += value[at..].chars().next().map_or(0, char::len_utf8);
    }
    spans
}

/// What tells a token by its beginning, and how many characters follow at the least.
const TOKENS: [(&str, usize); 19] = [
    ("ghp_", 16),
    ("gho_", 16),
    ("ghu_", 16),
    ("ghs_", 16),
    ("ghr_", 16),
    ("github_pat_", 16),
    ("glpat-", 16),
    ("AKIA", 16),
    ("ASIA", 16),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("xoxa-", 10),
    ("xoxr-", 10),
    ("xoxs-", 10),
    ("sk_live_", 10),
    ("rk_live_", 10),
    ("sk_test_", 10),
    ("npm_", 20),
    ("AIza", 30),
];

/// Where a text holds what is plainly a token: a JWT, one of a known service, or what stands behind a scheme such as `Bearer`.
fn token_spans(text: &str) -> Vec<Range<usize>> {
    /// Shorter ones are words.
    const SHORTEST_CREDENTIALS: usize = 8;
    let is_token = |c: char| c.is_ascii_alphanumeric() || "-_.+/~=".contains(c);
    let mut spans = Vec::new();
    let mut at = 0;
    let mut scheme = false;
    for word in text.split(|c: char| !is_token(c)) {
        let begins = |(sign, length): &(&str, usize)| word.starts_with(sign) && word.len() >= sign.len() + length;
        // A challenge has a name and a value there.
        let is_value =
            word.trim_end_matches('=').contains('=') || word.ends_with('=') && text[at + word.len()..].starts_with('"');
        let is_behind = scheme && word.len() >= SHORTEST_CREDENTIALS && !is_value;
        if is_behind || is_jwt(word) || TOKENS.iter().any(begins) {
            spans.push(at..at + word.len());
        } else if let Some(sign) = word.find('=')
            && (is_jwt(&word[sign + 1..])
                || TOKENS
                    .iter()
                    .any(|(begin, length)| word[sign + 1..].starts_with(begin) && word.len() > sign + begin.len() + length))
        {
            spans.push(at + sign + 1..at + word.len());
        }
        scheme = ["bearer", "basic", "negotiate", "ntlm"].iter().any(|known| word.eq_ignore_ascii_case(known));
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    spans
}

/// Three parts of Base64url, of which the first is a JSON object.
fn is_jwt(word: &str) -> bool {
    let mut parts = word.split('.');
    let is_part = |part: Option<&str>| part.is_some_and(|part| part.len() >= 4);
    word.starts_with("eyJ") && is_part(parts.next()) && is_part(parts.next()) && parts.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_headers_are_secret_by_what_they_are() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
        for (name, value, expected) in [
            ("Location", "/x?token=ab c", &["ab c"][..]),
            ("Location", "?token=ab", &["ab"]),
            ("Location", "myapp:cb?token=ab", &["ab"]),
            ("Refresh", "0; url=https://h/?token=ab", &["ab"]),
            ("Link", "<https://h/?token=ab>; rel=next, </y?sig=cd>; rel=last", &["ab", "cd"]),
            ("X-Trace", "Bearer t0ken-9f8a7c", &["t0ken-9f8a7c"]),
            ("X-Trace", "basic dXNlcjpwYXNz", &["dXNlcjpwYXNz"]),
            ("WWW-Authenticate", "Negotiate oYG2MIGzoAMKAQ==", &["oYG2MIGzoAMKAQ=="]),
            ("X-Trace", jwt, &[jwt]),
            (
                "X-Trace",
                "id=ghp_0123456789abcdef0123; AKIAIOSFODNN7EXAMPLE",
                &["ghp_0123456789abcdef0123", "AKIAIOSFODNN7EXAMPLE"],
            ),
            ("X-Trace", "xoxb-0123456789-abc sk_live_0123456789ab", &["xoxb-0123456789-abc", "sk_live_0123456789ab"]),
            ("Content-Type", "text/html; charset=utf-8", &[]),
            ("WWW-Authenticate", "Basic realm=\"Centercode\"", &[]),
            ("WWW-Authenticate", "Bearer realm=\"x\", error=\"invalid_token\"", &[]),
            ("Server", "eyJ.x sk_live_ AKIA", &[]),
        ] {
            let found: Vec<&str> = secrets_of_header(name, value).into_iter().map(|span| &value[span]).collect();
            assert_eq!(found, expected, "{name}: {value}");
        }
    }
}
