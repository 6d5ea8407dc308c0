//! What people put in the place of what they leave out of a text before they pass it on.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde::de::IgnoredAny;

use crate::model::request_spec::{RequestSpec, SpecBody};

/// What stands in the place of a value that was taken out, where it stands between angle brackets: a shell takes these for redirections,
/// and a log's address ends at them.
const TAKEN_OUT: [&str; 5] = ["redacted", "masked", "hidden", "removed", "secret"];

/// A text in which `=<redacted>` is a row of stars, which is as long; `None` if there is nothing to change.
pub(super) fn without_angles(text: &str) -> Option<String> {
    if !text.contains("=<") {
        return None;
    }
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("=<") {
        let inside = &rest[at + 2..];
        let word = TAKEN_OUT.iter().find(|word| {
            inside.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
                && inside[word.len()..].starts_with('>')
        });
        match word {
            Some(word) => {
                written.push_str(&rest[..at]);
                // Signs that no shell and no address takes for its own.
                written.push_str(&format!("={}", "*".repeat(word.len() + 2)));
                rest = &inside[word.len() + 1..];
            }
            None => {
                written.push_str(&rest[..at + 2]);
                rest = inside;
            }
        }
    }
    written.push_str(rest);
    (written != text).then_some(written)
}

/// Completes an address whose query or API key stands apart: `Query: apiKey=3f0c9a`, `params: { apiKey: '3f0c9a' }`, `key: 3f0c9a`. Says
/// whether it did. An API key that is only spoken of was sent in a way that is not known.
pub(super) fn take_apart(text: &str, requests: &mut [RequestSpec]) -> bool {
    static QUERY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let name = "query(?: ?string| params| parameters)?|params|parameters";
        Regex::new(&format!(r"(?im)^[\t *>-]*(?:{name})[\t ]*[:=][\t ]*\??([A-Za-z0-9_.-]+=[^\s]*)[\t ]*$")).ok()
    });
    static KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let value = r#"["'`]?[\t ]*[:=][\t ]*["'`]?(?P<value>[A-Za-z0-9_.*\x{2022}-]{3,})"#;
        let label = r"^[\t *>-]*(?:our |the |my )?(?:access[ _-]?)?(?:key|token)";
        Regex::new(&format!(r"(?im)(?:(?:^|[^A-Za-z0-9_-])(?P<name>api[ _-]?key)|{label}){value}")).ok()
    });
    static SPOKEN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)(?:^|[^A-Za-z0-9_-])api[ _-]?key(?:$|[^A-Za-z])").ok());
    static LISTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i)"(?:name|key)"\s{0,4}:\s{0,4}"(apikey)"\s{0,4},\s{0,4}"value"\s{0,4}:\s{0,4}"([^"\s]{1,200})""#).ok()
    });
    let is_open = |request: &RequestSpec| request.url.contains("://") && !request.url.contains('?');
    let [only] = requests else { return false };
    if !is_open(only) {
        return false;
    }
    let query = QUERY.as_ref().and_then(|query| Some(query.captures(text)?.get(1)?.as_str().to_owned()));
    let pair = || {
        let found = KEY.as_ref()?.captures(text)?;
        // A label has blanks; a parameter's name has none, and its case counts.
        let name =
            found.name("name").map(|name| name.as_str()).filter(|name| name.eq_ignore_ascii_case("apikey") && *name != "APIKEY");
        Some(format!("{}={}", name.unwrap_or("apiKey"), &found["value"]))
    };
    // As tools list the parameters of a query: `[{"name": "apiKey", "value": "3f0c9a"}]`.
    let listed = || {
        let found = LISTED.as_ref().filter(|_| text.contains("\"value\""))?.captures(text)?;
        Some(format!("{}={}", &found[1], &found[2]))
    };
    if let (None, Some((name, value))) = (&query, in_header(text, KEY.as_ref())) {
        only.headers.push((name, value));
        return false;
    }
    match query.or_else(listed).or_else(pair) {
        Some(query) => {
            only.url = format!("{}?{query}", only.url);
            true
        }
        None => {
            only.not_recorded.address_end |= SPOKEN.as_ref().is_some_and(|key| key.is_match(text));
            false
        }
    }
}

/// The API key that a sentence says went as a header: `with header apiKey: 3f0c9a`.
fn in_header(text: &str, key: Option<&Regex>) -> Option<(String, String)> {
    let found = key?.captures(text)?;
    let name = found.name("name")?;
    let before = text[..name.start()].rsplit('\n').next().unwrap_or("").to_ascii_lowercase();
    before
        .trim_end_matches([' ', ':', '"', '`', '\''])
        .ends_with("header")
        .then(|| (name.as_str().to_owned(), found["value"].to_owned()))
}

/// Marks a body that is no more than words in its place as not recorded, and the end of an address that was shortened.
pub(super) fn mark(request: &mut RequestSpec) {
    // A program that shows what it did may shorten the addresses.
    if let Some(shown) = ["\u{2026}", "..."].iter().find_map(|sign| request.url.strip_suffix(sign)) {
        request.url.truncate(shown.len());
        request.not_recorded.address_end = true;
    }
    request.not_recorded.host |= is_host_crossed_out(&request.url);
    // In a message as it was sent, a name is no variable but what a template left there.
    if request.not_recorded.variables {
        mark_open_address(request);
    }
    let is_gap = match &request.body {
        SpecBody::Text(text) | SpecBody::Urlencoded(text) => is_gap(text),
        _ => false,
    };
    if is_gap {
        request.body = SpecBody::None;
        (request.not_recorded.body, request.not_recorded.file_bytes) = (true, true);
    }
    // What was sent so has the length that it announces.
    let announced = request.header("content-length").and_then(|length| length.trim().parse::<usize>().ok());
    if let SpecBody::Text(body) = &mut request.body
        && announced.is_none_or(|length| length != body.len())
        && leaves_out(body)
    {
        if let Some(rest) = without_left_out(body) {
            *body = rest;
        }
        request.not_recorded.body = true;
    }
}

/// Texts of JSON, and the dots outside of them that stand for what somebody left out, with the member whose value they are.
static DOTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let text = r#""(?:[^"\\]|\\.)*""#;
    let dots = r"(?:\.{3,}|\[\.{3}\]|\[\u{2026}\]|\u{2026})";
    Regex::new(&format!(r"(?s)((?:{text}\s*:\s*)?{dots})|{text}")).ok()
});

/// Whether a body is JSON in which dots stand for members that somebody left out: `{"a": 1, ...}`.
fn leaves_out(body: &str) -> bool {
    let has_dots = body.contains("...") || body.contains('\u{2026}');
    has_dots
        && body.trim_start().starts_with(['{', '['])
        && serde_json::from_str::<IgnoredAny>(body).is_err()
        && DOTS.as_ref().is_some_and(|dots| dots.captures_iter(body).any(|found| found.get(1).is_some()))
}

/// JSON without such dots; `None` if the rest is not JSON.
fn without_left_out(body: &str) -> Option<String> {
    /// Stands for what was left out until the commas beside it are taken away, too. No text holds it.
    const GAP: &str = "\0";
    static BESIDE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r",\s*\x00|\x00\s*,|\x00").ok());
    let one = |found: &Captures<'_>| if found.get(1).is_some() { GAP.to_owned() } else { found[0].to_owned() };
    let marked = DOTS.as_ref()?.replace_all(body, one);
    let rest = BESIDE.as_ref()?.replace_all(&marked, "");
    // Words may stand below it.
    let mut values = serde_json::Deserializer::from_str(&rest).into_iter::<IgnoredAny>();
    let is_json = matches!(values.next(), Some(Ok(_)));
    let (json, behind) = rest.split_at(values.byte_offset());
    let is_alone = behind.trim().is_empty() || behind.trim_start_matches([' ', '\t', '\r']).starts_with('\n');
    (is_json && is_alone).then(|| json.to_owned())
}

/// Whether somebody wrote a row of one sign in the place of a host, or of its first name: `https://xxxxxxxx.example`.
fn is_host_crossed_out(url: &str) -> bool {
    let host = url.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '#', ':']).next().unwrap_or(""));
    let first = host.split('.').next().unwrap_or("");
    let mut signs = first.chars();
    let is_row =
        signs.next().is_some_and(|sign| matches!(sign, 'x' | 'X' | '*' | '#' | '_' | '-') && signs.all(|next| next == sign));
    is_row && first.chars().count() > 3
}

/// Marks what of an address its variables may hold: the host and all before it, a path, or a query with the key.
fn mark_open_address(request: &mut RequestSpec) {
    let url = request.url.as_str();
    let unknown = &mut request.not_recorded;
    let authority = url.find("://").map_or(0, |at| at + 3);
    let path = authority + url[authority..].find(['/', '?', '#']).unwrap_or(url.len() - authority);
    let query = url.find(['?', '#']).unwrap_or(url.len());
    if let Some(length) = variable_at(url) {
        (unknown.scheme, unknown.host, unknown.port) = (true, true, true);
        // It may hold a part of the path, too.
        unknown.address_end |= !url[length..].contains("/projects/");
    } else if (authority..path).any(|at| url.is_char_boundary(at) && variable_at(&url[at..]).is_some()) {
        (unknown.host, unknown.port) = (true, true);
    }
    // A name that is joined to the last piece of the path may hold a query.
    let is_joined = |at: usize| {
        url.is_char_boundary(at)
            && !url[..at].ends_with('/')
            && variable_at(&url[at..query]).is_some_and(|length| at + length == query)
    };
    unknown.address_end |= (path.max(1).min(query)..query).rev().take(MOST_NAME).any(is_joined);
    let pairs = url[query..].trim_start_matches('?').split('#').next().unwrap_or("").split('&');
    let is_bare = |pair: &str| !pair.contains('=') && variable_at(pair).is_some();
    unknown.address_end |= pairs.into_iter().any(is_bare);
}

/// The longest name of a variable that is looked for, in bytes.
const MOST_NAME: usize = 200;

/// How long the variable is that a text begins with, as shells, programs and clients of `.http` files write them.
fn variable_at(text: &str) -> Option<usize> {
    let closed = |open: &str, close: &str| {
        let inside = text.strip_prefix(open)?;
        let end = inside[..inside.floor_char_boundary(MOST_NAME)].find(close)?;
        (end > 0).then_some(open.len() + end + close.len())
    };
    let name = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    let of_shell = || {
        let rest = text.strip_prefix('$')?;
        let length = name(rest);
        (length > 0 && !rest.starts_with(|c: char| c.is_ascii_digit())).then_some(1 + length)
    };
    let of_cmd = || {
        let rest = text.strip_prefix('%')?;
        let length = name(rest);
        let is_name = length > 2 && !rest.starts_with(|c: char| c.is_ascii_digit());
        (is_name && rest[length..].starts_with('%')).then_some(length + 2)
    };
    closed("{{", "}}")
        .or_else(|| closed("${", "}"))
        .or_else(|| closed("$(", ")"))
        .or_else(|| closed("`", "`"))
        .or_else(of_shell)
        .or_else(of_cmd)
}

/// `...`, `[…]`, `<snip>`, `[body omitted]` and their like.
pub(super) fn is_gap(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_lowercase();
    let brackets = |c: char| "[]<>(){}".contains(c);
    let bare = lower.trim_matches(brackets).trim();
    let is_dots = bare.chars().count() > 0 && bare.chars().all(|c| c == '.' || c == '…') && (bare.len() > 1);
    let is_short = text.chars().count() <= 60 && !text.contains('"');
    let is_bracketed = text.starts_with(['[', '<', '(', '{']) && text.ends_with([']', '>', ')', '}']);
    const WORDS: [&str; 9] =
        ["omitted", "snip", "truncated", "removed", "redacted", "stripped", "cut off", "left out", "not shown"];
    let is_binary = bare.contains("binary data not shown") || bare == "binary data" || bare == "binary";
    is_binary || is_dots || is_short && is_bracketed && (WORDS.iter().any(|word| bare.contains(word)) || is_size(bare))
}

/// `gzip, 143 bytes`, `2.1 KB of data`, `143 bytes`: a size, with what it is the size of.
fn is_size(bare: &str) -> bool {
    const UNITS: [&str; 8] = ["byte", "bytes", "b", "kb", "kib", "mb", "mib", "octets"];
    let words: Vec<&str> = bare.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | ')')).collect();
    let is_number = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '\'' | '_'))
    };
    words.windows(2).any(|pair| is_number(pair[0]) && UNITS.contains(&pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_by_table() {
        for text in [
            "...",
            "…",
            "[…]",
            "<snip>",
            "[body omitted]",
            "(body truncated, 4 KB)",
            "{...}",
            "<redacted>",
            "[ ... ]",
            "+---+\n| NOTE: binary data not shown in terminal |\n+---+",
            "<binary>",
            "[gzip, 143 bytes]",
            "(2.1 KB of data)",
            "[Body: 512 bytes]",
        ] {
            assert!(is_gap(text), "{text}");
        }
        for text in ["", "{}", "[]", "{\"a\": \"removed\"}", ".", "omitted", "[1]", "[1, 2]", "<a>truncated</a>...", "a=b"] {
            assert!(!is_gap(text), "{text}");
        }
    }

    #[test]
    fn what_was_left_out_by_table() {
        for (body, expected) in [
            (r#"{"a": "x", ... }"#, Some(r#"{"a": "x" }"#)),
            ("{\n  \"a\": 1,\n  ...,\n  \"b\": [1, …]\n}", Some("{\n  \"a\": 1,\n  \"b\": [1]\n}")),
            (r#"{"a": 1, "log": ..., "b": "wait..."}"#, Some(r#"{"a": 1, "b": "wait..."}"#)),
            (r#"{..., "a": 1, [...]}"#, Some(r#"{ "a": 1}"#)),
            (r#"{"a": 1, ..., }, x"#, None),
        ] {
            assert!(leaves_out(body), "{body}");
            assert_eq!(without_left_out(body).as_deref(), expected, "{body}");
        }
        for body in [r#"{"a": "wait..."}"#, r#"{"a": "wait...","#, "...", r#"{"a": 1"#] {
            assert!(!leaves_out(body), "{body}");
        }
    }

    #[test]
    fn keys_that_stand_apart_by_table() {
        for (text, expected) in [
            ("https://h/x\nQuery: apiKey=k1&b=2\n", "https://h/x?apiKey=k1&b=2"),
            ("https://h/x\nkey: 3f0c\n", "https://h/x?apiKey=3f0c"),
            ("https://h/x\nAPI key: `3f0c`\n", "https://h/x?apiKey=3f0c"),
            ("url: 'https://h/x', params: { apikey: '3f0c' }", "https://h/x?apikey=3f0c"),
            ("https://h/x\nX-API-Key: 3f0c\n", "https://h/x"),
            ("https://h/x with our API key", "https://h/x…"),
            ("https://h/x\nthe key to it is patience\n", "https://h/x"),
        ] {
            let mut requests = [RequestSpec { url: "https://h/x".to_owned(), ..RequestSpec::default() }];
            take_apart(text, &mut requests);
            let end = if requests[0].not_recorded.address_end { "…" } else { "" };
            assert_eq!(format!("{}{end}", requests[0].url), expected, "{text}");
        }
    }

    #[test]
    fn crossed_out_hosts_by_table() {
        for (url, expected) in [
            ("https://xxxxxxxx.example/x", true),
            ("https://****/x", true),
            ("https://XXXX:8443/x", true),
            ("https://xxx.example/x", false),
            ("https://xbox.example/x", false),
            ("https:///x", false),
            ("/x", false),
        ] {
            assert_eq!(is_host_crossed_out(url), expected, "{url}");
        }
    }

    #[test]
    fn open_addresses_by_table() {
        for (url, expected) in [
            ("$URL", &["scheme", "host", "port", "variables", "address-end"][..]),
            ("{{base}}/api/v1/projects/p/feedback/s?apiKey=k", &["scheme", "host", "port", "variables"]),
            ("%URL%/s?apiKey=k", &["scheme", "host", "port", "variables", "address-end"]),
            ("https://${HOST}/api?apiKey=k", &["host", "port", "variables"]),
            ("https://h/x?$QUERY", &["variables", "address-end"]),
            ("https://h/x?a=b&{{more}}", &["variables", "address-end"]),
            ("https://h/x$QS", &["variables", "address-end"]),
            ("https://h/$SOURCE?apiKey=$KEY", &["variables"]),
            ("https://h/x?apiKey={{key}}", &["variables"]),
        ] {
            let mut request = RequestSpec { url: url.to_owned(), ..RequestSpec::default() };
            request.not_recorded.variables = true;
            mark(&mut request);
            assert_eq!(request.not_recorded.all_words(), expected, "{url}");
        }
    }

    #[test]
    fn angles_by_table() {
        for (text, expected) in [
            ("x?apiKey=<redacted>&a=1", Some("x?apiKey=**********&a=1")),
            ("a=<REDACTED> b=<hidden>", Some("a=********** b=********")),
            ("a=<api-key>", None),
            ("a=<b", None),
            ("a", None),
        ] {
            assert_eq!(without_angles(text).as_deref(), expected, "{text}");
        }
    }
}
