//! Where secrets stand by their names: parameters of URLs, headers, cookies.

use std::ops::Range;

use crate::model::address::Address;

/// Whether a query parameter or header of this name holds something secret.
pub fn is_secret_name(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    matches!(plain.as_str(), "authorization" | "proxyauthorization" | "cookie" | "setcookie" | "key" | "sig" | "code" | "auth")
        || ["apikey", "token", "secret", "password", "passwd", "signature", "accesskey"].iter().any(|word| plain.contains(word))
}

pub(super) fn is_api_key(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.eq_ignore_ascii_case("apikey")
}

/// What [`mask_url`] replaces, in bytes and in order; none is empty and none overlap.
pub fn secret_spans(url: &str) -> Vec<Range<usize>> {
    let address = Address::parse(url);
    let after_scheme = if address.scheme.is_empty() { 0 } else { address.scheme.end + 3 };
    let user = after_scheme..address.authority.start.saturating_sub(1);
    let values = address.query.iter().filter(|pair| is_secret_name(&address.decoded(&pair.name))).map(|pair| pair.value.clone());
    let mut at = 0;
    let mut spans = Vec::new();
    for span in std::iter::once(user).chain(values) {
        // A variable says where a secret belongs, and is none.
        let is_variable = url.get(span.clone()).is_some_and(|value| is_variable(value) && !value.starts_with("{{k-"));
        if span.start < span.end && span.start >= at && !is_variable {
            at = span.end;
            spans.push(span);
        }
    }
    spans
}

/// Whether a text is `{{name}}` and nothing else.
fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    name.is_some_and(|name| !name.is_empty() && !name.contains(['{', '}']))
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
}
