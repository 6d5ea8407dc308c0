//! Literals, variables and headers of parts, as most languages write them.

use super::super::template::{Call, CallPart, Piece, Script, Template, environment_name};
use crate::model::request_spec::SpecBody;
use crate::model::unseen::is_unseen;
use crate::model::unseen::one_line;

/// A text as an expression: literals and variables with a sign between.
pub(super) fn joined(text: &Template, sign: &str, literal: impl Fn(&str) -> String, variable: impl Fn(&str) -> String) -> String {
    if text.is_empty() {
        return literal("");
    }
    let pieces = text.pieces.iter().map(|piece| match piece {
        Piece::Text(text) => literal(text),
        Piece::Variable(name) => variable(name),
    });
    pieces.collect::<Vec<_>>().join(sign)
}

/// A variable by the name of its environment variable.
pub(super) fn plain_variable(name: &str) -> String {
    environment_name(name)
}

/// A text between quotes with C's escapes; `other` writes what has none.
pub(super) fn c_literal(text: &str, also: &[(char, &str)], other: impl Fn(char) -> Option<String>) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for c in text.chars() {
        match c {
            '\\' => literal.push_str("\\\\"),
            '"' => literal.push_str("\\\""),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c => match also.iter().find(|(sign, _)| *sign == c) {
                Some((_, escape)) => literal.push_str(escape),
                None => match other(c) {
                    Some(escape) => literal.push_str(&escape),
                    None => literal.push(c),
                },
            },
        }
    }
    literal.push('"');
    literal
}

/// Signs that turn the direction of a text, end its lines or draw nothing: in source code they would mislead whoever reads it.
pub(super) fn is_misleading(c: char) -> bool {
    // A variation selector belongs to the sign before it. Characters beyond U+FFFF are escaped by each language its own way.
    let is_hidden = is_unseen(c) && c <= '\u{ffff}' && !matches!(c, '\u{fe00}'..='\u{fe0f}');
    c.is_control() || is_hidden || matches!(c, '\u{2028}' | '\u{2029}')
}

/// A character by its UTF-16 units as most languages write them.
pub(super) fn utf16_escape(c: char) -> String {
    let mut units = [0; 2];
    c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// The headers of a part in order, with a type for every file.
pub(super) fn part_headers(part: &CallPart) -> Vec<(String, String)> {
    let mut typed = part.clone();
    if part.filename.is_some() {
        typed.content_type.get_or_insert_with(|| "application/octet-stream".to_owned());
    }
    typed.head_lines()
}

/// The headers of a part as they travel, with the blank line behind them.
pub(super) fn part_head(part: &CallPart) -> String {
    let lines: String = part_headers(part).iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    lines + "\r\n"
}

/// Bytes between quotes, each by its number.
pub(super) fn byte_literal(bytes: &[u8]) -> String {
    let escaped: String = bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    format!("\"{escaped}\"")
}

/// A constant of a class file holds 65,535 bytes of text; a character takes up to three.
const LONGEST_CONSTANT: usize = 20_000;

/// A text in pieces that each fit a constant of a class file.
pub(super) fn constants(text: &str) -> Vec<String> {
    if text.len() <= LONGEST_CONSTANT {
        return vec![text.to_owned()];
    }
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(LONGEST_CONSTANT).map(|piece| piece.iter().collect()).collect()
}

/// Whether a request of these methods has a body, which some clients refuse.
pub(super) fn has_body_of_get(script: &Script) -> bool {
    let is_odd = |call: &Call| matches!(call.method.as_str(), "GET" | "HEAD") && !matches!(call.body, SpecBody::None);
    script.calls.iter().any(is_odd)
}

/// Whether a header of this name stands there twice.
pub(super) fn has_repeats(call: &Call) -> bool {
    let names: Vec<String> = call.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.iter().enumerate().any(|(index, name)| names[..index].contains(name))
}

/// What to call the requests where several stand in one program.
pub(super) fn label(index: usize, call: &Call) -> String {
    if call.label.is_empty() { format!("Request {}", index + 1) } else { one_line(&call.label) }
}
