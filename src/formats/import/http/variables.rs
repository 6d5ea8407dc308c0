//! The variables that a `.http` file sets itself.

use super::message::is_request_line;

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
