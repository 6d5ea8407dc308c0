//! Messages that stand in other text: in a log whose lines a program writes around them, or in an e-mail.

use super::message::{header_line, is_request_line, is_status_line};

/// The messages of a text that begins with something else, without the lines around them; `None` if it holds no request whole.
pub(super) fn messages(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    // These are part of a `.http` file.
    if lines.iter().any(|line| line.starts_with("###")) {
        return None;
    }
    let begins = |at: usize| {
        lines.get(at).is_some_and(|line| is_request_line(line) && line.contains(" HTTP/"))
            && lines
                .get(at + 1)
                .is_some_and(|line| header_line(line).is_some_and(|(name, _)| name.starts_with(char::is_alphabetic)))
    };
    let first = (0..lines.len()).find(|at| begins(*at))?;
    // So are comments, variables and scripts.
    let is_file = |line: &str| {
        let line = line.trim();
        line.is_empty()
            || line.starts_with(['#', '@', '<', '>', '{', '}', '%'])
            || line.starts_with("//")
            || header_line(line).is_some()
    };
    let is_before = lines[..first].iter().any(|line| !is_file(line));
    let is_between = lines[first..].iter().any(|line| is_log_line(line));
    if !is_before && !is_between {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    for (at, line) in lines.iter().enumerate().skip(first) {
        if begins(at) {
            plain.push_str("\n###\n");
        } else if is_status_line(line) {
            plain.push('\n');
        }
        if !is_log_line(line) {
            plain.push_str(line);
            plain.push('\n');
        }
    }
    // The end of a text that is cut off is not an end of a line.
    if !text.ends_with('\n') {
        plain.pop();
    }
    Some(plain)
}

/// Whether a line is one that a program writes beside messages: it begins with a time or a level, and is neither a header nor JSON.
fn is_log_line(line: &str) -> bool {
    let head: &str = line.get(..line.floor_char_boundary(60)).unwrap_or(line);
    let begins_plainly = head.starts_with(|c: char| c.is_ascii_alphanumeric())
        || head.strip_prefix('[').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase()));
    let is_header = header_line(line).is_some_and(|(name, _)| name.starts_with(char::is_alphabetic));
    begins_plainly && !is_header && has_time(head)
}

/// Whether a text holds a time of the day: `09:14:02`.
fn has_time(text: &str) -> bool {
    text.as_bytes().windows(8).any(|window| {
        window.iter().enumerate().all(|(at, byte)| if at == 2 || at == 5 { *byte == b':' } else { byte.is_ascii_digit() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_by_table() {
        let message = "POST /x HTTP/1.1\nHost: h\n\n{\"at\": \"09:14:02\"}\n";
        let expected = format!("\n###\n{message}\nHTTP/1.1 400 Bad Request\nDate: Tue, 12 May 2026 07:14:02 GMT\n");
        let answer = "HTTP/1.1 400 Bad Request\nDate: Tue, 12 May 2026 07:14:02 GMT\n";
        for text in [
            format!("2026/05/12 09:14:02 request:\n{message}2026/05/12 09:14:02 response:\n{answer}"),
            format!("Hi,\n\nwe send this:\n\n{message}{answer}"),
            format!("{message}[INFO] 09:14:02 it came back\n{answer}"),
        ] {
            assert_eq!(messages(&text).as_deref(), Some(expected.as_str()), "{text}");
        }
        for text in [format!("{message}{answer}"), "a POST /x HTTP/1.1\nHost: h".to_owned(), "x\nPOST /x HTTP/1.1\n".to_owned()] {
            assert_eq!(messages(&text), None, "{text}");
        }
    }
}
