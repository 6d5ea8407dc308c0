//! What `curl -v` prints: what it sent behind `>`, what came back behind `<`, and the body of the answer.

use super::message::{header_line, is_request_line};

/// Whether a text is what `curl -v` prints, with `>` before what it sent and `<` before what came back.
pub(super) fn has_signs(text: &str) -> bool {
    text.lines().take(200).any(|line| line.strip_prefix("> ").is_some_and(is_request_line))
}

/// The messages of a transcript without these signs, each request behind a `###`.
pub(super) fn without_signs(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let (mut answered, mut is_in_body) = (false, false);
    // libcurl inside a program writes the sign before the first line of a head alone.
    let mut in_bare_head = false;
    for line in text.lines() {
        if in_bare_head && header_line(line).is_some() && !line.starts_with(['*', '>', '<']) {
            plain.push_str(line);
            plain.push('\n');
            continue;
        }
        in_bare_head = line.strip_prefix("> ").is_some_and(is_request_line);
        // Insomnia shows the body that it sent behind a sign of its own.
        if let Some(body) = line.strip_prefix("| ").filter(|_| !answered && plain.starts_with("###")) {
            if !plain.ends_with("\n\n") && !is_in_body {
                plain.push('\n');
            }
            is_in_body = true;
            plain.push_str(body);
            plain.push('\n');
            continue;
        }
        is_in_body = false;
        let sent = line.strip_prefix("> ").or_else(|| (line.trim_end() == ">").then_some(""));
        let got = line.strip_prefix("< ").or_else(|| (line.trim_end() == "<").then_some(""));
        answered |= got.is_some();
        let kept = match (sent, got) {
            (Some(line), _) if is_request_line(line) => {
                plain.push_str("###\n");
                answered = false;
                line
            }
            (Some(line), _) | (None, Some(line)) => line,
            // What stands between is curl's own talk; what stands behind an answer's head is its body.
            (None, None) if answered && !line.starts_with("* ") && !line.starts_with("{ [") && !line.starts_with("} [") => line,
            (None, None) => continue,
        };
        plain.push_str(kept);
        plain.push('\n');
    }
    plain
}
