//! Where URLs hold secrets: user information, and values under the name of a secret wherever a URL has any.

use std::collections::HashSet;
use std::ops::Range;

use super::names::is_secret_name;
use super::placeholder::{is_placeholder, is_variable};
use super::secret::MASK;
use crate::model::address::Address;

/// Where a URL holds secrets, in bytes and in order; no span is empty and none overlap. Where it is unclear how far a secret reaches,
/// because `#` or `&` may be its own, the span has all that may belong to it.
pub fn secret_spans(url: &str) -> Vec<Range<usize>> {
    let address = Address::parse(url);
    let after_scheme = if address.scheme.is_empty() { 0 } else { address.scheme.end + 3 };
    let user = after_scheme..address.authority.start.saturating_sub(1);
    let mut values: Vec<(Range<usize>, Reach)> = vec![(user, Reach::Certain)];
    let named = address.query.iter().filter(|pair| is_secret_name(&address.decoded(&pair.name)));
    values.extend(named.map(|pair| (pair.value.clone(), Reach::Unclear)));
    let query: HashSet<usize> = address.query.iter().map(|pair| pair.value.start).collect();
    let elsewhere = misplaced_keys(url).into_iter().chain(named_values(url));
    values.extend(elsewhere.filter(|(value, _)| !query.contains(&value.start)));
    values.sort_by_key(|(value, reach)| (value.start, *reach == Reach::Certain, std::cmp::Reverse(value.end)));
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for (value, reach) in values {
        // What lies within another secret is hidden with it, and is not measured again.
        if value.start < at || value.start >= value.end {
            continue;
        }
        let span = if reach == Reach::Unclear { value.start..value_end(url, &value) } else { value };
        // A variable says where a secret belongs, and is none.
        if !url.get(span.clone()).is_some_and(|value| is_variable(value) && !value.starts_with("{{k-")) {
            at = span.end;
            spans.push(span);
        }
    }
    spans
}

/// Whether it is plain where a value ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Certain,
    /// `#` and `&` may be parts of it.
    Unclear,
}

/// Values behind `apiKey=` that is not a parameter of the query: the question mark is missing, or encoded.
fn misplaced_keys(url: &str) -> Vec<(Range<usize>, Reach)> {
    let lower = url.to_ascii_lowercase();
    let names = ["apikey=", "api_key=", "api-key=", "apikey%3d"];
    let mut starts: Vec<usize> = names.iter().flat_map(|name| lower.match_indices(name).map(|(at, _)| at + name.len())).collect();
    starts.sort_unstable();
    let mut found: Vec<(Range<usize>, Reach)> = Vec::new();
    for start in starts {
        if found.last().is_none_or(|(last, _)| start >= last.end) {
            let end = url[start..].find(['&', '#']).map_or(url.len(), |length| start + length);
            found.push((start..end, Reach::Unclear));
        }
    }
    found
}

/// The longest name that is looked at, in bytes.
const LONGEST_NAME: usize = 64;

/// Values of secret names wherever else a URL has them: in its fragment, behind a `;` of its path, and in a URL that is itself a value,
/// encoded or not.
fn named_values(url: &str) -> Vec<(Range<usize>, Reach)> {
    let bytes = url.as_bytes();
    let query = url.find('?').unwrap_or(url.len());
    let mut found: Vec<(Range<usize>, Reach)> = Vec::new();
    let mut seen_to = 0;
    for sign in 0..bytes.len() {
        let (is_encoded, start) = match bytes[sign] {
            b'=' => (false, sign + 1),
            b'%' => match encoded_sign(&bytes[sign..], b"3d") {
                Some(length) => (true, sign + length),
                None => continue,
            },
            _ => continue,
        };
        if start < seen_to {
            continue;
        }
        let Some(name) = name_before(url, sign).filter(|name| is_secret_name(name)) else { continue };
        // A slash may be a part of Base64, but behind a `;` the path goes on there.
        let is_path = bytes[..sign - name.len()].last() == Some(&b';') && sign < query;
        let ends = |at: &usize| {
            let rest = &bytes[*at..];
            let is_encoded_end = || [b"26", b"23", b"3b"].iter().any(|sign| encoded_sign(rest, sign).is_some());
            matches!(rest[0], b'&' | b'#' | b';' | b'?') || rest[0] == b'/' && is_path || is_encoded && is_encoded_end()
        };
        let end = (start..bytes.len()).find(ends).unwrap_or(bytes.len());
        found.push((start..end, Reach::Certain));
        seen_to = end;
    }
    found
}

/// The length of a percent-encoded sign at the beginning of these bytes, encoded once or several times; its two digits in lower case.
fn encoded_sign(bytes: &[u8], digits: &[u8; 2]) -> Option<usize> {
    const MOST_TIMES: usize = 4;
    let mut at = 1;
    for _ in 0..MOST_TIMES {
        let found = bytes.get(at..at + 2).filter(|_| bytes[0] == b'%')?;
        if found.eq_ignore_ascii_case(digits) {
            return Some(at + 2);
        }
        if found != b"25" {
            return None;
        }
        at += 2;
    }
    None
}

/// The name that ends before a sign.
fn name_before(url: &str, sign: usize) -> Option<&str> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.[]".contains(byte);
    let bytes = &url.as_bytes()[..sign];
    let length = bytes.iter().rev().take(LONGEST_NAME).take_while(|byte| is_name(byte)).count();
    let mut start = sign - length;
    // The digits of an encoded sign before it are not the name's.
    if start > 0 && bytes[start - 1] == b'%' {
        while url[start..sign].starts_with("25") {
            start += 2;
        }
        start = sign.min(start + 2);
    }
    url.get(start..sign).filter(|name| !name.is_empty())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_value_is_measured_once() {
        let text = "apiKey=".repeat(50_000);
        assert_eq!(secret_spans(&format!("https://h/{text}")).len(), 1);
        assert_eq!(secret_spans(&format!("https://h/?{}", "apiKey==&".repeat(50_000))).len(), 1);
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
            ("https://h/cb#access_token=ab&x=1", &["ab"]),
            ("https://h/cb?a=1#x=1&id_token=ab", &["ab"]),
            ("https://h/x;jsessionid=ab/y?z=1", &["ab"]),
            ("https://h/x?a=1;token=ab&z=1", &["ab"]),
            ("https://h/x?redirect=https%3A%2F%2Fq%2F%3Ftoken%3Dab%26y%3D1&z=1", &["ab"]),
            ("https://h/x?r=https%253A%252F%252Fq%252F%253Fcode%253Dab%2526y%253D1", &["ab"]),
            ("https://h/x?redirect=https://q/?token=ab&z=1", &["ab"]),
            ("https://h/x?q=a%3Db&monkey=c#section=2", &[]),
        ] {
            let found: Vec<&str> = secret_spans(url).into_iter().map(|span| &url[span]).collect();
            assert_eq!(found, expected, "{url}");
        }
    }
}
