//! Code that sends the same request: programs that can be run as they are.
//!
//! Each reads secrets from environment variables, follows no redirect (which would turn a POST into a GET), streams files, prints status
//! and answer, and ends with an error on a status of 400 or more.

mod csharp;
mod go;
mod java;
mod javascript;
mod kotlin;
mod php;
mod powershell;
mod python;
mod swift;

use super::template::{Call, CallPart, Script, Template, environment_name};
use super::{Written, one_line};
use crate::model::request_spec::SpecBody;

/// The languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the labels say it")]
pub enum Language {
    Python,
    JavaScriptNode,
    JavaScriptBrowser,
    CSharp,
    Java,
    Php,
    Go,
    PowerShell,
    Swift,
    Kotlin,
}

/// The program.
pub fn write(script: &Script, language: Language) -> Written {
    let mut written = match language {
        Language::Python => python::write(script),
        Language::JavaScriptNode => javascript::node(script),
        Language::JavaScriptBrowser => javascript::browser(script),
        Language::CSharp => csharp::write(script),
        Language::Java => java::write(script),
        Language::Php => php::write(script),
        Language::Go => go::write(script),
        Language::PowerShell => powershell::write(script),
        Language::Swift => swift::write(script),
        Language::Kotlin => kotlin::write(script),
    };
    if language != Language::JavaScriptBrowser {
        written.notes.extend(script.environment_notes());
    }
    written
}

/// A text as an expression: literals and variables with a sign between.
fn joined(text: &Template, sign: &str, literal: impl Fn(&str) -> String, variable: impl Fn(&str) -> String) -> String {
    if text.is_empty() {
        return literal("");
    }
    let pieces = text.pieces.iter().map(|piece| match piece {
        super::Piece::Text(text) => literal(text),
        super::Piece::Variable(name) => variable(name),
    });
    pieces.collect::<Vec<_>>().join(sign)
}

/// A variable by the name of its environment variable.
fn plain_variable(name: &str) -> String {
    environment_name(name)
}

/// A text between quotes with C's escapes; `other` writes what has none.
fn c_literal(text: &str, also: &[(char, &str)], other: impl Fn(char) -> Option<String>) -> String {
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

/// Signs that turn the direction of a text or end its lines: in source code they would mislead whoever reads it.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A character by its UTF-16 units as most languages write them.
fn utf16_escape(c: char) -> String {
    let mut units = [0; 2];
    c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// The headers of a part in order, with a type for every file.
fn part_headers(part: &CallPart) -> Vec<(String, String)> {
    let mut typed = part.clone();
    if part.filename.is_some() {
        typed.content_type.get_or_insert_with(|| "application/octet-stream".to_owned());
    }
    typed.head_lines()
}

/// The headers of a part as they travel, with the blank line behind them.
fn part_head(part: &CallPart) -> String {
    let lines: String = part_headers(part).iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    lines + "\r\n"
}

/// Bytes between quotes, each by its number.
fn byte_literal(bytes: &[u8]) -> String {
    let escaped: String = bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    format!("\"{escaped}\"")
}

/// A constant of a class file holds 65,535 bytes of text; a character takes up to three.
const LONGEST_CONSTANT: usize = 20_000;

/// A text in pieces that each fit a constant of a class file.
fn constants(text: &str) -> Vec<String> {
    if text.len() <= LONGEST_CONSTANT {
        return vec![text.to_owned()];
    }
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(LONGEST_CONSTANT).map(|piece| piece.iter().collect()).collect()
}

/// Whether a request of these methods has a body, which some clients refuse.
fn has_body_of_get(script: &Script) -> bool {
    let is_odd = |call: &Call| matches!(call.method.as_str(), "GET" | "HEAD") && !matches!(call.body, SpecBody::None);
    script.calls.iter().any(is_odd)
}

/// Whether a header of this name stands there twice.
fn has_repeats(call: &Call) -> bool {
    let names: Vec<String> = call.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.iter().enumerate().any(|(index, name)| names[..index].contains(name))
}

/// What to call the requests where several stand in one program.
fn label(index: usize, call: &Call) -> String {
    if call.label.is_empty() { format!("Request {}", index + 1) } else { one_line(&call.label) }
}

#[cfg(test)]
mod tests;
