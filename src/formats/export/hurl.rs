//! Requests as a Hurl file, which runs them and checks their status.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::template::{Call, CallPart, Script, Template};
use super::written::Written;
use crate::model::multipart::PartContent;
use crate::model::request_spec::SpecBody;
use crate::model::secrets::placeholder::braced;
use crate::model::unseen::one_line;

/// The file.
pub fn write(script: &Script) -> Written {
    let mut written = Written::default();
    for variable in &script.variables {
        written.text.push_str(&format!("# hurl --variable {}=… sets {}\n", variable.name, variable.what));
    }
    for call in &script.calls {
        if !written.text.is_empty() {
            written.text.push('\n');
        }
        if !call.label.is_empty() {
            written.text.push_str(&format!("# {}\n", one_line(&call.label)));
        }
        entry(&mut written, call);
    }
    written
}

fn entry(written: &mut Written, call: &Call) {
    request(written, call, &Sections::default());
    match call.answer() {
        Some(answer) => written.text.push_str(&format!("HTTP {}\n", answer.status)),
        None => written.text.push_str("HTTP *\n"),
    }
}

/// What an entry says besides its request.
#[derive(Debug, Default)]
pub struct Sections {
    /// Lines of its options.
    pub options: String,
    /// Parameters of its query, which Hurl encodes: a variable in the address it takes as it is.
    pub query: Vec<(String, Template)>,
}

/// The request of an entry.
pub fn request(written: &mut Written, call: &Call, sections: &Sections) {
    written.text.push_str(&format!("{} {}\n", call.method, text(&call.url, |c| c == '#')));
    for (name, value) in &call.headers {
        written.text.push_str(&format!("{}: {}\n", name, text(value, |c| c == '#')));
    }
    let insecure = if call.accept_invalid_certificates { "insecure: true\n" } else { "" };
    if !insecure.is_empty() || !sections.options.is_empty() {
        written.text.push_str(&format!("[Options]\n{insecure}{}", sections.options));
    }
    if !sections.query.is_empty() {
        written.text.push_str("[Query]\n");
    }
    for (name, value) in &sections.query {
        let name = text(&Template::plain(name), |c| "#:".contains(c));
        written.text.push_str(&format!("{name}: {}\n", text(value, |c| c == '#')));
    }
    match &call.body {
        SpecBody::None => {}
        SpecBody::Text(body) | SpecBody::Urlencoded(body) => written.text.push_str(&format!("`{}`\n", text(body, |c| c == '`'))),
        SpecBody::Bytes(bytes) => written.text.push_str(&format!("base64,{};\n", STANDARD.encode(bytes))),
        SpecBody::File(path) => written.text.push_str(&format!("file,{};\n", file_name(path))),
        SpecBody::Multipart(parts) => {
            written.text.push_str("[MultipartFormData]\n");
            parts.iter().for_each(|part| form_part(written, part));
        }
    }
}

fn form_part(written: &mut Written, part: &CallPart) {
    let name = text(&Template::plain(&part.name), |c| "#:".contains(c));
    match &part.content {
        PartContent::Text(content) => {
            if part.content_type.is_some() || part.filename.is_some() {
                written.notes.push(format!("Hurl sends the part \"{}\" without its Content-Type and file name", part.name));
            }
            let content = text(content, |c| c == '#');
            // With that word a file's name begins.
            let content = content.strip_prefix("file,").map_or(content.clone(), |rest| format!("\\u{{66}}ile,{rest}"));
            written.text.push_str(&format!("{name}: {content}\n"));
        }
        PartContent::File(path) => {
            if part.filename.as_ref() != Some(path) {
                written.notes.push(format!("Hurl sends the part \"{}\" with the name {path}", part.name));
            }
            let kind = part.content_type.as_deref().map_or_else(String::new, |kind| format!(" {kind}"));
            written.text.push_str(&format!("{name}: file,{};{kind}\n", file_name(path)));
        }
        PartContent::Bytes(bytes) => {
            written.notes.push(format!(
                "The {} bytes of the part \"{}\" are not text: save them as part.bin",
                bytes.len(),
                part.name
            ));
            written.text.push_str(&format!("{name}: file,part.bin;\n"));
        }
    }
    if !part.headers.is_empty() {
        written.notes.push(format!("Hurl has no place for the own headers of the part \"{}\"", part.name));
    }
}

/// A text between quotation marks, as Hurl reads it back.
pub fn quoted(template: &Template) -> String {
    format!("\"{}\"", text(template, |c| c == '"'))
}

/// A text as Hurl reads it back; `also` says what else means something where it stands.
fn text(template: &Template, also: impl Fn(char) -> bool) -> String {
    let plain = |text: &str| {
        let mut written = String::with_capacity(text.len());
        let mut last = ' ';
        for c in text.chars() {
            match c {
                '\\' => written.push_str("\\\\"),
                '\n' => written.push_str("\\n"),
                '\r' => written.push_str("\\r"),
                '\t' => written.push_str("\\t"),
                '{' if last == '{' => written.push_str("\\u{7b}"),
                c if c.is_control() => written.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
                c if also(c) => written.extend(['\\', c]),
                c => written.push(c),
            }
            last = c;
        }
        // A brace right before a variable would open it too early.
        if written.ends_with('{') && template.pieces.len() > 1 {
            written.pop();
            written.push_str("\\u{7b}");
        }
        written
    };
    let written = template.map(plain, braced);
    // Hurl passes over spaces at the ends.
    let inner = written.trim_matches(' ');
    let before = written.len() - written.trim_start_matches(' ').len();
    let spaces = |count: usize| "\\u{20}".repeat(count);
    match inner {
        "" => spaces(written.len()),
        inner => format!("{}{inner}{}", spaces(before), spaces(written.len() - before - inner.len())),
    }
}

fn file_name(path: &str) -> String {
    let mut written = String::with_capacity(path.len());
    for c in path.chars() {
        if matches!(c, ' ' | ';' | '#' | '\\' | '{' | '}') {
            written.push('\\');
        }
        written.push(c);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::export::Piece;

    #[test]
    fn texts_by_table() {
        let plain = Template::plain;
        let variable = Template { pieces: vec![Piece::Text("{".into()), Piece::Variable("apiKey".into())] };
        for (template, expected) in [
            (plain("{\"a\": `b`}\n"), "{\"a\": \\`b\\`}\\n"),
            (plain("{{x}} {{{"), "{\\u{7b}x}} {\\u{7b}\\u{7b}"),
            (plain("a\\b\u{1}"), "a\\\\b\\u{1}"),
            (plain(" a b  "), "\\u{20}a b\\u{20}\\u{20}"),
            (plain(" "), "\\u{20}"),
            (variable, "\\u{7b}{{apiKey}}"),
        ] {
            assert_eq!(text(&template, |c| c == '`'), expected);
        }
    }
}
