//! `-F name=content` with its `;type=`, `;filename=` and `;headers=`, read as curl reads it.

use super::command::Stdin;
use crate::model::multipart::{Part, PartContent};

/// What `-F` yields: its parts, and what could not be taken over.
#[derive(Debug, Default)]
pub(super) struct Form {
    pub(super) parts: Vec<Part>,
    pub(super) lost: Vec<&'static str>,
}

/// Reads the value of `--form-string`.
pub(super) fn read_string(value: &[u8]) -> Form {
    match split(value) {
        Some((name, content)) => {
            Form { parts: vec![Part { name, content: content.to_vec().into(), ..Part::default() }], lost: Vec::new() }
        }
        None => Form { parts: Vec::new(), lost: vec!["has no = between name and content"] },
    }
}

/// Reads the value of `-F`.
pub(super) fn read(value: &[u8], stdin: Option<&Stdin>) -> Form {
    let Some((name, content)) = split(value) else {
        return Form { parts: Vec::new(), lost: vec!["has no = between name and content"] };
    };
    let mut form = Form::default();
    let text = match std::str::from_utf8(content) {
        Ok(text) => text,
        Err(_) => {
            form.parts.push(Part { name, content: content.to_vec().into(), ..Part::default() });
            return form;
        }
    };
    match text.chars().next() {
        Some('(') => form.lost.push("groups parts, which cannot be taken over"),
        Some(')') if name.is_empty() => {}
        Some('@') => files(&mut form, &name, &text[1..], stdin),
        Some('<') => {
            let (path, mut part, _) = parameters(&text[1..], None, &mut form.lost);
            part.name = name;
            part.content = content_of(path, stdin);
            form.parts.push(part);
        }
        _ => {
            let (content, mut part, _) = parameters(text, None, &mut form.lost);
            part.name = name;
            part.content = PartContent::Text(content);
            form.parts.push(part);
        }
    }
    form
}

fn split(value: &[u8]) -> Option<(String, &[u8])> {
    let at = value.iter().position(|byte| *byte == b'=')?;
    Some((String::from_utf8_lossy(&value[..at]).into_owned(), &value[at + 1..]))
}

fn content_of(path: String, stdin: Option<&Stdin>) -> PartContent {
    match stdin {
        Some(Stdin::Bytes(bytes)) if path == "-" => bytes.clone().into(),
        Some(Stdin::File(file)) if path == "-" => PartContent::File(file.clone()),
        _ => PartContent::File(path),
    }
}

/// Files with commas between; curl puts several into a part of parts.
fn files(form: &mut Form, name: &str, text: &str, stdin: Option<&Stdin>) {
    let mut rest = text;
    loop {
        let (path, mut part, behind) = parameters(rest, Some(','), &mut form.lost);
        part.name = name.to_owned();
        if part.filename.is_none() {
            part.filename = Some(path.rsplit(['/', '\\']).next().unwrap_or("").to_owned());
        }
        part.content = content_of(path, stdin);
        form.parts.push(part);
        match behind.strip_prefix(',') {
            Some(more) => rest = more,
            None => break,
        }
    }
    if form.parts.len() > 1 {
        form.lost.push("names several files, which curl nests in one part; they are taken over as parts of the same name");
    }
}

/// Content, what its parameters say, and what is left.
fn parameters<'a>(text: &'a str, end: Option<char>, lost: &mut Vec<&'static str>) -> (String, Part, &'a str) {
    let mut part = Part::default();
    let (content, mut rest) = word(text.trim_start(), end);
    let mut in_type = false;
    while let Some(behind) = rest.strip_prefix(';') {
        let segment = behind.trim_start();
        if let Some(kind) = segment.strip_prefix("type=").filter(|_| !in_type) {
            let (kind, behind) = until(kind.trim_start(), end);
            part.content_type = Some(kind.to_owned());
            in_type = true;
            rest = behind;
        } else if let Some(name) = segment.strip_prefix("filename=") {
            let (name, behind) = word(name.trim_start(), end);
            part.filename = Some(name);
            in_type = false;
            rest = behind;
        } else if let Some(header) = segment.strip_prefix("headers=") {
            let (header, behind) = word(header.trim_start(), end);
            in_type = false;
            rest = behind;
            match header.split_once(':') {
                Some((name, value)) if !header.starts_with(['@', '<']) => {
                    part.headers.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                _ => lost.push("takes headers from a file, which was not read"),
            }
        } else if segment.starts_with("encoder=") {
            lost.push("asks for a transfer encoding of a part, which cannot be taken over");
            in_type = false;
            rest = word(segment, end).1;
        } else if in_type {
            let (_, after) = until(segment, end);
            if let Some(kind) = &mut part.content_type {
                // With the spaces around it, as curl sends them.
                kind.push(';');
                kind.push_str(&behind[..behind.len() - after.len()]);
            }
            rest = after;
        } else {
            let (unknown, behind) = word(segment, end);
            if !unknown.is_empty() {
                lost.push("has a parameter that curl does not know and leaves out");
            }
            rest = behind;
        }
    }
    part.content_type = part.content_type.map(|kind| kind.trim_end().to_owned());
    (content, part, rest)
}

fn until(text: &str, end: Option<char>) -> (&str, &str) {
    text.split_at(text.find(|c| c == ';' || Some(c) == end).unwrap_or(text.len()))
}

/// A word, in double quotes or up to the next `;`.
fn word(text: &str, end: Option<char>) -> (String, &str) {
    if let Some(inside) = text.strip_prefix('"') {
        let mut out = String::new();
        let mut chars = inside.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' if inside[at + 1..].starts_with(['\\', '"']) => out.extend(chars.next().map(|(_, c)| c)),
                '"' => return (out, until(&inside[at + 1..], end).1),
                c => out.push(c),
            }
        }
    }
    let (word, rest) = until(text, end);
    (word.trim_end().to_owned(), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_by_table() {
        for (value, expected) in [
            ("a=b", "a|text:b||"),
            ("a=b;type=text/plain", "a|text:b||text/plain"),
            ("a=b;type=text/plain; charset=utf-8", "a|text:b||text/plain; charset=utf-8"),
            ("a=\"x;y\";type=text/x", "a|text:x;y||text/x"),
            ("f=@a.zip", "f|file:a.zip|a.zip|"),
            ("f=@dir/a.zip;filename=b c.zip;type=application/zip", "f|file:dir/a.zip|b c.zip|application/zip"),
            ("f=@\"a;b.zip\";filename=\"q\\\"r\"", "f|file:a;b.zip|q\"r|"),
            ("f=<note.txt", "f|file:note.txt||"),
            ("a=b=c", "a|text:b=c||"),
            ("a=", "a|text:||"),
        ] {
            let form = read(value.as_bytes(), None);
            let part = &form.parts[0];
            let content = match &part.content {
                PartContent::Text(text) => format!("text:{text}"),
                PartContent::File(path) => format!("file:{path}"),
                PartContent::Bytes(_) => String::new(),
            };
            let found = format!(
                "{}|{content}|{}|{}",
                part.name,
                part.filename.as_deref().unwrap_or(""),
                part.content_type.as_deref().unwrap_or("")
            );
            assert_eq!(found, expected, "{value}");
        }
        assert_eq!(read(b"f=@a,b", None).parts.len(), 2);
        assert!(read(b"nonsense", None).parts.is_empty());
        assert_eq!(read(b"a=b;headers=\"X-A: 1\"", None).parts[0].headers, [("X-A".to_owned(), "1".to_owned())]);
    }
}
