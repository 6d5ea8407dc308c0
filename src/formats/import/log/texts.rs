//! What stands in the text around an address: methods, JSON, pages, and the words of exceptions.

use crate::formats::import::program::literal;

/// The methods that name a request in a text.
pub(in crate::formats::import) const METHODS: [&str; 7] = ["POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// What the first lines behind an address say of an exception of the server's, as .NET and Java write it.
pub(super) fn exception_in(text: &str) -> Option<String> {
    let line = text.lines().skip(1).take(3).map(str::trim).find(|line| {
        let name = line.split(':').next().unwrap_or("");
        name.len() < line.len() && name.ends_with("Exception") && !name.contains(char::is_whitespace)
    })?;
    Some(format!("The log says: {line}"))
}

/// The HTML page in a text, up to its end.
pub(super) fn page_in(text: &str) -> Option<String> {
    let head = &text[..text.floor_char_boundary(4096)];
    let at = ["<!DOCTYPE html", "<!doctype html", "<html", "<HTML"].iter().filter_map(|tag| head.find(tag)).min()?;
    let page = &text[at..];
    let end = ["</html>", "</HTML>"].iter().filter_map(|tag| Some(page.find(tag)? + tag.len())).min();
    Some(page[..end.unwrap_or(page.len())].to_owned())
}

/// A text with nginx's `\xHH` as the bytes that they stand for.
pub(super) fn without_hex(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\x") {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let digits = rest.get(at + 2..at + 4).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let length = if let Some(byte) = digits {
            bytes.push(byte);
            4
        } else {
            bytes.extend_from_slice(b"\\x");
            2
        };
        rest = &rest[at + length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A line of JSON in which nginx wrote `\xHH` for bytes, as JSON: bytes are UTF-8, or else Latin-1. `None` if the line has no such byte.
pub(super) fn json_without_hex(line: &str) -> Option<String> {
    let byte_at = |text: &str| {
        let digits = text.strip_prefix("\\x")?.get(..2)?;
        digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u8::from_str_radix(digits, 16).ok()).flatten()
    };
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    let mut has_bytes = false;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let mut bytes = Vec::new();
        while let Some(byte) = byte_at(rest) {
            bytes.push(byte);
            rest = &rest[4..];
        }
        if bytes.is_empty() {
            // Another escape is JSON's own.
            let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
            plain.push_str(&rest[..length]);
            rest = &rest[length..];
        } else {
            has_bytes = true;
            let text = match std::str::from_utf8(&bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned(),
            };
            let quoted = serde_json::Value::String(text).to_string();
            plain.push_str(&quoted[1..quoted.len() - 1]);
        }
    }
    plain.push_str(rest);
    has_bytes.then_some(plain)
}

/// The JSON of an answer that Guzzle and others shorten in their messages, without the words for that.
pub(super) fn shortened_in(text: &str) -> Option<String> {
    const ENDS: [&str; 4] = ["(truncated...)", "...(truncated)", "[truncated]", "(truncated)"];
    let head = &text[..text.floor_char_boundary(4096)];
    let end = ENDS.iter().filter_map(|end| head.find(end)).min()?;
    let at = head[..end].find("response:").map(|at| at + 9).filter(|at| head[*at..].trim_start().starts_with('{'))?;
    Some(head[at..end].trim().to_owned())
}

/// The first JSON object in a text.
pub(super) fn json_in(text: &str) -> Option<String> {
    // Each brace could begin one; a few tries are enough for a log, and bound the time.
    let mut at = 0;
    for _ in 0..20 {
        at += text.get(at..)?.find('{')?;
        let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter::<serde::de::IgnoredAny>();
        let is_json = matches!(values.next(), Some(Ok(_)));
        let json = &text[at..at + values.byte_offset()];
        let is_headers = follows_headers(text, at);
        let is_pair = is_json && is_header_pair(json);
        if is_json && json.len() > 2 && !is_headers && !is_pair {
            return Some(list_around(text, at).unwrap_or(json).to_owned());
        }
        at += if is_json && (is_headers || is_pair) { json.len().max(1) } else { 1 };
    }
    None
}

/// Whether the name in front of a brace is that of the headers.
fn follows_headers(text: &str, at: usize) -> bool {
    let name = text[..at].trim_end_matches(|c: char| c.is_whitespace() || "\":=\\'".contains(c));
    name.len() >= 7 && name.get(name.len() - 7..).is_some_and(|end| end.eq_ignore_ascii_case("headers"))
}

/// The first object in a text that Python printed as it writes it, `{'a': 1}`, or JavaScript behind the label of a body, `data: {a: 1}`.
pub(super) fn literal_in(text: &str) -> Option<String> {
    /// So many are tried.
    const MOST: usize = 20;
    const OF_BODIES: [&str; 6] = ["payload", "body", "data", "json", "request", "sent"];
    const OF_OTHERS: [&str; 8] = ["headers", "params", "query", "auth", "cookies", "config", "response", "proxies"];
    let is_python = |at: usize| text[at..].starts_with("{'");
    let label = |at: usize| {
        let before = text[..at].trim_end_matches(|c: char| c.is_whitespace() || ":='\"".contains(c));
        before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase()
    };
    let is_body = |at: &usize| {
        let label = label(*at);
        if is_python(*at) { !OF_OTHERS.contains(&label.as_str()) } else { OF_BODIES.contains(&label.as_str()) }
    };
    // What has double quotes is JSON, and broken where it is none.
    let is_json = |at: usize| text[at + 1..].trim_start().starts_with('"');
    let mut places = text.match_indices('{').map(|(at, _)| at).filter(|at| !is_json(*at) && is_body(at)).take(MOST);
    places.find_map(|at| literal::json_at(text, at))
}

/// Whether an object is one header of a list: its name and its value.
fn is_header_pair(json: &str) -> bool {
    let members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    members.len() == 2 && members.contains_key("name") && members.contains_key("value")
}

/// The text in `postData` of a HAR file, where a piece of one stands among other lines.
pub(super) fn text_of_har(json: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(json).ok().filter(|_| json.contains("\"mimeType\""))?;
    value.get("mimeType")?;
    value.get("text")?.as_str().map(str::to_owned)
}

/// What stands below a label in the place of JSON, up to the brace that closes it, and is none: a comma too many, a quote too few.
pub(super) fn broken_json(text: &str) -> Option<String> {
    let start = text.split_once('\n').map(|(label, below)| if label.contains('{') { label } else { below })?;
    let start = start[start.find('{')?..].trim_end();
    let is_first = text[..text.find('{')?].trim_end().ends_with(':');
    let mut depth = 0_i32;
    let end = start.char_indices().take(64 << 10).find_map(|(at, c)| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        (depth == 0).then_some(at + 1)
    })?;
    let json = &start[..end];
    (is_first && json.contains('"') && json.len() > 4 && !json.contains("...") && !json.contains('\u{2026}'))
        .then(|| json.to_owned())
}

/// The list that an object at a place begins, behind the name of a body: `Payload : [{…}]`.
fn list_around(text: &str, at: usize) -> Option<&str> {
    const NAMES: [&str; 5] = ["payload", "body", "data", "content", "request"];
    let before = text[..at].trim_end().strip_suffix('[')?;
    let label = before.trim_end().strip_suffix([':', '='])?.trim_end_matches([' ', '"', '\'']).to_ascii_lowercase();
    let list = &text[before.len()..];
    let mut values = serde_json::Deserializer::from_str(list).into_iter::<serde::de::IgnoredAny>();
    (NAMES.iter().any(|name| label.ends_with(name)) && matches!(values.next(), Some(Ok(_))))
        .then(|| &list[..values.byte_offset()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_by_table() {
        for (text, expected) in [
            ("payload was {'a': None, 'b': True}", Some(r#"{"a":null,"b":true}"#)),
            ("payload: {a: 'x', b: 1}", Some(r#"{"a":"x","b":1}"#)),
            ("headers={'A': 'b'}", None),
            ("payload:\n{\n\"a\": \"b\",\n}", None),
            ("params: { a: 'b' }, data: { c: 'd' }", Some(r#"{"c":"d"}"#)),
            ("a {b: 1}", None),
            ("data: {a: b}", None),
        ] {
            assert_eq!(literal_in(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn bodies_in_lines_by_table() {
        for (text, expected) in [
            ("POST h {\"a\": 1} took", Some("{\"a\": 1}")),
            ("Payload : [{\"a\": 1}, {}], Status", Some("[{\"a\": 1}, {}]")),
            ("[{\"a\": 1}]", Some("{\"a\": 1}")),
            ("events: [{\"a\": 1}]", Some("{\"a\": 1}")),
            ("body=[{\"a\": 1}", Some("{\"a\": 1}")),
            ("headers: {\"a\": 1} {\"b\": 2}", Some("{\"b\": 2}")),
            ("headers: [{\"name\": \"A\", \"value\": \"b\"}], body {\"c\": 2}", Some("{\"c\": 2}")),
        ] {
            assert_eq!(json_in(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn bytes_in_json_by_table() {
        for (line, expected) in [
            (r#"{"a": "{\x22b\x22: 1}"}"#, Some(r#"{"a": "{\"b\": 1}"}"#)),
            (r#"{"a": "\xC3\xA4 \xE4"}"#, Some("{\"a\": \"ä ä\"}")),
            (r#"{"a": "\x5C\x0A\u00e4"}"#, Some(r#"{"a": "\\\n\u00e4"}"#)),
            (r#"{"a": "\\x22"}"#, None),
            (r#"{"a": "\xZ1 \n"}"#, None),
            ("{\"a\": \"\\", None),
        ] {
            assert_eq!(json_without_hex(line).as_deref(), expected, "{line}");
        }
    }
}
