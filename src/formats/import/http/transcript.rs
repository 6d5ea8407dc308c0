//! What `curl -v` prints: what it sent behind `>`, what came back behind `<`, and the body of the answer.

use super::message::is_request_line;

/// Whether a text is what `curl -v` prints, with `>` before what it sent and `<` before what came back.
pub(super) fn has_signs(text: &str) -> bool {
    text.lines().take(200).any(|line| line.strip_prefix("> ").is_some_and(is_request_line))
}

/// The messages of a transcript without these signs, each request behind a `###`.
pub(super) fn without_signs(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut answered = false;
    for line in text.lines() {
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
