//! An address as curl completes it before it connects.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use super::data::encode;

/// What was made of an address.
pub(super) struct Completed {
    pub(super) url: String,
    /// `Authorization` for the user and password that stood in the address.
    pub(super) authorization: Option<String>,
}

/// `Basic …` of `user:password`.
pub(crate) fn basic(user: &[u8]) -> String {
    format!("Basic {}", STANDARD.encode(user))
}

/// An address with its scheme, without user information, and without `.` and `..` unless `as_is`.
pub(super) fn complete(text: &str, scheme: &str, as_is: bool) -> Completed {
    let text = text.trim_start();
    let with_scheme = match text.find("://") {
        Some(at) if text[..at].chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')) => text.to_owned(),
        // A shell without single quotes hands them on, and curl takes them for a part of the scheme.
        Some(_) if text.starts_with(['\'', '"', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}']) => text.to_owned(),
        // A variable in front most likely holds the scheme as well.
        _ if text.starts_with(['$', '%', '{']) => text.to_owned(),
        _ => format!("{scheme}://{text}"),
    };
    let Some(at) = with_scheme.find("://") else { return Completed { url: with_scheme, authorization: None } };
    let (scheme, rest) = (&with_scheme[..at], &with_scheme[at + 3..]);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let authorization = user.map(|user| {
        let decoded: Vec<u8> = match user.split_once(':') {
            Some((name, password)) => {
                let mut bytes: Vec<u8> = percent_decode_str(name).collect();
                bytes.push(b':');
                bytes.extend(percent_decode_str(password));
                bytes
            }
            None => percent_decode_str(user).chain([b':']).collect(),
        };
        basic(&decoded)
    });
    let tail = if as_is { tail.to_owned() } else { without_dots(tail) };
    Completed { url: format!("{scheme}://{host}{tail}"), authorization }
}

fn without_dots(tail: &str) -> String {
    let end = tail.find(['?', '#']).unwrap_or(tail.len());
    let (path, behind) = tail.split_at(end);
    let is_dot = |segment: &str| matches!(segment, "." | "..");
    if !path.split('/').any(is_dot) {
        return tail.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    for (index, segment) in segments.iter().enumerate() {
        match *segment {
            "." => {}
            ".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
        if index + 1 == segments.len() && is_dot(segment) {
            kept.push("");
        }
    }
    format!("/{}{behind}", kept.join("/"))
}

/// An address with something put behind its query.
pub(crate) fn append_query(url: &str, query: &str) -> String {
    let (before, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let after_host = before.find("://").map_or(0, |at| at + 3);
    let before = if before[after_host..].contains(['/', '?']) { before.to_owned() } else { format!("{before}/") };
    let sign = match before.split_once('?') {
        None => "?",
        Some((_, known)) if known.is_empty() || known.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{before}{sign}{query}{fragment}")
}

/// Whether `-T` puts the file's name behind this address, and the address with it.
pub(super) fn with_file_name(url: &str, path: &str) -> String {
    let (before, behind) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let after_host = before.find("://").map_or(0, |at| at + 3);
    let name = path.rsplit(['/', '\\']).next().unwrap_or("");
    let name = String::from_utf8_lossy(&encode(name.as_bytes())).into_owned();
    if !before[after_host..].contains('/') {
        format!("{before}/{name}{behind}")
    } else if before.ends_with('/') {
        format!("{before}{name}{behind}")
    } else {
        url.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_by_table() {
        for (text, expected) in [
            ("h/x", "http://h/x"),
            ("'https://h/x'", "'https://h/x'"),
            ("\u{2018}https://h/x\u{2019}", "\u{2018}https://h/x\u{2019}"),
            ("https://h", "https://h"),
            ("https://u:p%40@h/a/./b/../c?x=../y#z", "https://h/a/c?x=../y#z"),
            ("http://h/a/..", "http://h/"),
            ("$HOST/x", "$HOST/x"),
            ("{{base}}/x", "{{base}}/x"),
            ("h?u=http://x", "http://h?u=http://x"),
        ] {
            assert_eq!(complete(text, "http", false).url, expected, "{text}");
        }
        assert_eq!(complete("http://u:p%40@h", "http", false).authorization, Some(basic(b"u:p@")));
        assert_eq!(append_query("http://h#f", "a=1"), "http://h/?a=1#f");
        assert_eq!(append_query("http://h/?b", "a=1"), "http://h/?b&a=1");
        assert_eq!(with_file_name("http://h/d/?q", "x/a b.txt"), "http://h/d/a%20b.txt?q");
    }
}
