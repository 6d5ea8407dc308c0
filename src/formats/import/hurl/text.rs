//! How texts are written in a Hurl file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// A text without the spaces around it that mean nothing to Hurl.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_ascii_whitespace())
}

/// A text between ``` lines.
pub(super) struct Fenced<'a> {
    pub language: &'a str,
    pub content: &'a str,
}

/// The block that a text begins with, and its length.
pub(super) fn fenced(text: &str) -> (Fenced<'_>, usize) {
    let rest = &text[3..];
    let head_end = rest.find('\n').map_or(rest.len(), |at| at + 1);
    let head = rest[..head_end].trim();
    // A block on one line has no language.
    if let Some((content, _)) = head.split_once("```") {
        return (Fenced { language: "", content }, 3 + rest.find("```").unwrap_or(0) + 3);
    }
    let language = head.split(',').next().unwrap_or("").trim();
    let content = &rest[head_end..];
    match content.find("```") {
        Some(end) => (Fenced { language, content: &content[..end] }, 3 + head_end + end + 3),
        None => (Fenced { language, content }, text.len()),
    }
}

/// What is sent of a GraphQL query, behind which its variables may stand.
pub(super) fn graphql(content: &str) -> String {
    let (query, variables) = match content.find("\nvariables") {
        Some(at) => (&content[..at], content[at + "\nvariables".len()..].trim()),
        None => (content, ""),
    };
    let mut members = Map::new();
    members.insert("query".into(), query.trim().into());
    if let Ok(variables) = serde_json::from_str::<Value>(variables) {
        members.insert("variables".into(), variables);
    }
    Value::Object(members).to_string()
}

/// The text before a comment. A `#` behind a backslash is none.
pub(super) fn until_comment(text: &str) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '#' => return text[..at].trim_end(),
            _ => {}
        }
    }
    text
}

/// A name, plain, and a value as it is written, without the comment behind it.
pub(super) fn split_pair(line: &str) -> Option<(String, String)> {
    let line = until_comment(line);
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ':' => {
                let name = trim(&line[..at]);
                let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
                return (!name.is_empty()).then(|| (plain(name), trim(&line[at + 1..]).to_owned()));
            }
            _ => {}
        }
    }
    None
}

/// A text without its escapes.
pub(super) fn plain(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            written.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => written.push('\n'),
            Some('r') => written.push('\r'),
            Some('t') => written.push('\t'),
            Some('b') => written.push('\u{8}'),
            Some('f') => written.push('\u{c}'),
            Some('u') => {
                let before = rest.clone();
                let digits = rest.as_str().strip_prefix('{').and_then(|inside| inside.split_once('}')).map(|(digits, _)| digits);
                let known = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
                match (digits, known) {
                    (Some(digits), Some(c)) => {
                        written.push(c);
                        rest = before.as_str()[digits.len() + 2..].chars();
                    }
                    _ => written.push_str("\\u"),
                }
            }
            Some(c) => written.push(c),
            None => written.push('\\'),
        }
    }
    written
}

/// The name of a file up to the semicolon behind it, and how long it is with that.
pub(super) fn file_name(text: &str) -> (String, usize) {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ';' => return (plain(trim(&text[..at])), at + 1),
            '\n' => return (plain(trim(&text[..at])), at),
            _ => {}
        }
    }
    (plain(trim(text)), text.len())
}

/// Where a string between backquotes ends, which begins a text.
pub(super) fn end_of_line_string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '`' => return at + 1,
            '\n' => return at,
            _ => {}
        }
    }
    text.len()
}

/// Where JSON ends that begins a text. Variables may stand in it without quotes.
pub(super) fn end_of_json(text: &str) -> usize {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            '{' | '[' if !in_string => depth += 1,
            '}' | ']' if !in_string => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 && !in_string && !escaped && matches!(c, '}' | ']' | '"') {
            return at + 1;
        }
    }
    text.len()
}

/// The bytes that hexadecimal digits stand for.
pub(super) fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// The bytes that base64 stands for.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.split_whitespace().collect::<String>()).ok()
}
