//! The variables that a `.http` file sets itself.

use super::message::is_request_line;

/// How deep variables of a `.http` file may stand in each other.
const MAX_VARIABLE_DEPTH: usize = 5;

/// The longest text that variables may blow a value up to, in bytes.
pub(super) const MAX_EXPANDED: usize = 1 << 20;

/// `@name = value` lines.
pub(super) fn variables(text: &str) -> Vec<(String, String)> {
    let assignment = |line: &str| {
        let (name, value) = line.trim().strip_prefix('@')?.split_once('=')?;
        let name = name.trim();
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        plain.then(|| (name.to_owned(), value.trim().to_owned()))
    };
    // A file has them above its requests or between them; a body's lines are none of them.
    let mut in_head = true;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("###") {
            in_head = true;
        } else if is_request_line(line) {
            in_head = false;
        } else if in_head {
            found.extend(assignment(line));
        }
    }
    found
}

/// A text with the file's own variables in it. Others, such as `{{$guid}}`, stay.
pub(super) fn expand(text: &str, variables: &[(String, String)]) -> String {
    let mut text = text.to_owned();
    for _ in 0..MAX_VARIABLE_DEPTH {
        let mut next = String::with_capacity(text.len());
        let mut rest = text.as_str();
        let mut changed = false;
        while let Some(open) = rest.find("{{") {
            let Some(length) = rest[open..].find("}}") else { break };
            let name = rest[open + 2..open + length].trim();
            next.push_str(&rest[..open]);
            match variables.iter().rfind(|(known, _)| known == name) {
                Some((_, value)) => {
                    next.push_str(value);
                    changed = true;
                }
                None => next.push_str(&rest[open..open + length + 2]),
            }
            rest = &rest[open + length + 2..];
        }
        next.push_str(rest);
        if !changed || next.len() > MAX_EXPANDED.max(text.len()) {
            break;
        }
        text = next;
    }
    text
}
