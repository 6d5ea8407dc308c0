//! Forms with files, as programs put them together.

use serde_json::Value;

use super::literal::text_of;
use crate::model::multipart::{Part, PartContent};

/// A part that is the file of a path.
pub(super) fn file(name: &str, path: &str, filename: Option<String>, content_type: Option<String>) -> Part {
    let own = path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
    let content = PartContent::File(path.to_owned());
    Part { name: name.to_owned(), filename: Some(filename.unwrap_or(own)), content_type, content, ..Part::default() }
}

/// The parts of `files=` of Python's requests: a file, or a name, a file and a type.
pub(super) fn of_python(files: &Value) -> Vec<Part> {
    let one = |(name, value): (String, Value)| match value {
        Value::Array(items) => {
            let text = |index: usize| items.get(index).cloned().filter(|item| !item.is_null()).map(text_of);
            let path = text(1).or_else(|| text(0)).unwrap_or_default();
            file(&name, &path, text(0), text(2))
        }
        value => file(&name, &text_of(value), None, None),
    };
    match files {
        Value::Object(members) => members.iter().map(|(name, value)| one((name.clone(), value.clone()))).collect(),
        Value::Array(pairs) => pairs
            .iter()
            .map(|pair| {
                let name = pair.get(0).cloned().map(text_of).unwrap_or_default();
                one((name, pair.get(1).cloned().unwrap_or_default()))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The parts of a `FormData` of JavaScript: `form.append('name', value, 'filename')`, or `set`.
pub(super) fn of_form_data(text: &str, name: &str) -> Vec<Part> {
    let calls = ["append", "set"].map(|call| format!("{name}.{call}("));
    let found = calls.iter().flat_map(|call| text.match_indices(call.as_str()));
    found
        .filter_map(|(at, call)| {
            let inside = text[at + call.len()..].split('\n').next().unwrap_or("");
            let inside = &inside[..inside.rfind(')').unwrap_or(inside.len())];
            let mut arguments = arguments(inside).into_iter();
            let name = unquoted(arguments.next()?)?;
            let value = arguments.next()?;
            let filename = arguments.next().and_then(unquoted);
            Some(match unquoted(value) {
                Some(text) if filename.is_none() => Part { name, content: PartContent::Text(text), ..Part::default() },
                _ => {
                    let path = value.split(['"', '\'']).nth(1).map(str::to_owned).or_else(|| filename.clone());
                    file(&name, &path.unwrap_or_else(|| value.to_owned()), filename, None)
                }
            })
        })
        .collect()
}

/// Where the parenthesis stands that closes a call; strings hold none that count.
pub(super) fn end_of_arguments(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    text.char_indices().take(2000).find_map(|(at, c)| {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, ')') if depth == 0 => return Some(at),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
        None
    })
}

/// What stands between the commas of a call.
pub(super) fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut quote, mut start) = (0_usize, None, 0);
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(text[start..].trim());
    found
}

/// A text without the quotes around it.
pub(super) fn unquoted(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    Some(text.strip_prefix(quote)?.strip_suffix(quote)?.to_owned())
}
