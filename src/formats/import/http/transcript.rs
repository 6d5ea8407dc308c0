//! What `curl -v` prints: what it sent behind `>`, what came back behind `<`, and the body of the answer.

use super::message::{header_line, is_request_line};

/// Whether a text is what `curl -v` prints, with `>` before what it sent and `<` before what came back.
pub(super) fn has_signs(text: &str) -> bool {
    let begins_answer = || text.trim_start().starts_with("< HTTP/");
    begins_answer() || text.lines().take(200).any(|line| line.strip_prefix("> ").is_some_and(is_request_line))
}

/// The messages of a transcript without these signs, each request behind a `###`.
pub(crate) fn without_signs(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let (mut answered, mut is_in_body) = (false, false);
    // Node.js's clients and others print the body that they send; curl does not.
    let (mut is_head_over, mut is_sent_body) = (false, false);
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
        if got.is_some() && is_sent_body {
            plain.push('\n');
        }
        let begins_body = is_head_over && !answered && sent.is_none() && begins_body(line);
        is_sent_body = got.is_none() && sent.is_none() && (is_sent_body || begins_body);
        is_head_over = sent.is_some_and(|content| content.trim().is_empty()) || is_head_over && sent.is_none();
        let kept = match (sent, got) {
            (Some(line), _) if is_request_line(line) => {
                plain.push_str("###\n");
                answered = false;
                line
            }
            (Some(line), _) | (None, Some(line)) => line,
            // What stands between is curl's own talk; what stands behind an answer's head is its body.
            (None, None) if answered && !line.starts_with("* ") && !line.starts_with("{ [") && !line.starts_with("} [") => line,
            (None, None) if is_sent_body && !line.starts_with("* ") => line,
            (None, None) => continue,
        };
        plain.push_str(kept);
        plain.push('\n');
    }
    plain
}

/// Whether a line is the first of a body of JSON or of parts. What curl says of the bytes that it does not print looks like JSON.
fn begins_body(line: &str) -> bool {
    line.starts_with("--") && line.len() > 6
        || line.starts_with(['{', '[']) && !line.starts_with("{ [") && !line.ends_with(" bytes data]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_by_table() {
        for (text, expected) in [
            (
                "> POST /x HTTP/1.1\n> A: b\n>\n{\"a\": 1}\n< HTTP/1.1 400 No\n<\nx\n",
                "###\nPOST /x HTTP/1.1\nA: b\n\n{\"a\": 1}\n\nHTTP/1.1 400 No\n\nx\n",
            ),
            (
                "> POST /x HTTP/1.1\n> \n---------b\nA: b\n\n1\n---------b--\n\n< HTTP/1.1 400 No\n",
                "###\nPOST /x HTTP/1.1\n\n---------b\nA: b\n\n1\n---------b--\n\n\nHTTP/1.1 400 No\n",
            ),
            (
                "> POST /x HTTP/1.1\n> \n{ [5 bytes data]\n* We are\n< HTTP/1.1 400 No\n",
                "###\nPOST /x HTTP/1.1\n\nHTTP/1.1 400 No\n",
            ),
            (
                "> POST /x HTTP/1.1\n> \n  0     0\n} [5 bytes data]\n< HTTP/1.1 400 No\n",
                "###\nPOST /x HTTP/1.1\n\nHTTP/1.1 400 No\n",
            ),
        ] {
            assert_eq!(without_signs(text), expected, "{text}");
        }
    }
}
