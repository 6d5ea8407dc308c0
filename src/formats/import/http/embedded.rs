//! Messages that stand in other text: in a log whose lines a program writes around them, or in an e-mail.

use super::message::{header_line, is_request_line, is_status_line};
use crate::model::multipart;

/// The messages of a text that begins with something else, without the lines around them; `None` if it holds no request whole.
pub(super) fn messages(text: &str) -> Option<String> {
    let lines = without_indent(text.lines().collect());
    let is_indented =
        lines.len() < text.lines().count() || lines.iter().zip(text.lines()).any(|(line, written)| *line != written);
    // These are part of a `.http` file.
    if lines.iter().any(|line| line.starts_with("###")) {
        return None;
    }
    let begins = |at: usize| {
        let (Some(line), Some((name, _))) = (lines.get(at), lines.get(at + 1).and_then(|next| header_line(next))) else {
            return false;
        };
        let is_whole = line.contains(" HTTP/") && name.starts_with(char::is_alphabetic);
        // Below an address, a name and a value may be what somebody notes of it.
        is_request_line(line) && (is_whole || line.contains("://") && is_of_requests(name))
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
    let is_before = is_indented || lines[..first].iter().any(|line| !is_file(line) || is_ruler(line));
    let in_parts = within_parts(&lines);
    // A file that is sent may be a log itself.
    let is_beside = |at: usize| !in_parts[at] && is_log_line(lines[at]);
    let is_between = (first..lines.len()).any(is_beside);
    if !is_before && !is_between {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    // Rows of dashes are rulers where there are others, too; alone, they are the boundaries of parts.
    let has_rulers = lines.iter().any(|line| is_ruler(line));
    let is_end = |line: &str| is_ruler(line) || has_rulers && is_row_of(line, &['-']);
    let mut is_behind = false;
    for (at, line) in lines.iter().enumerate().skip(first) {
        if begins(at) {
            plain.push_str("\n###\n");
        } else if is_status_line(line) {
            plain.push('\n');
        }
        is_behind = is_end(line) || is_behind && !begins(at) && !is_status_line(line);
        if !is_behind && !is_beside(at) {
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

/// Whether a header's name is none that a note would have.
fn is_of_requests(name: &str) -> bool {
    const NAMES: [&str; 5] = ["accept", "authorization", "cookie", "host", "origin"];
    let is_word = name.starts_with(char::is_alphabetic);
    is_word && (name.contains('-') || NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

/// Which lines stand between the boundaries of a multipart body, and are what is sent.
fn within_parts(lines: &[&str]) -> Vec<bool> {
    let mut boundary: Option<String> = None;
    let mut is_inside = false;
    let inside = lines.iter().map(|line| {
        let delimiter = boundary.as_ref().and_then(|boundary| line.strip_prefix("--")?.strip_prefix(boundary.as_str()));
        match delimiter {
            Some(rest) => is_inside = !rest.starts_with("--"),
            None if !is_inside => {
                let kind = header_line(line).filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
                boundary = kind.and_then(|(_, kind)| multipart::boundary_of(kind)).or(boundary.take());
            }
            None => {}
        }
        is_inside
    });
    inside.collect()
}

/// The lines without the indent that sets a message apart from the words around it, which are left out behind its beginning.
fn without_indent(lines: Vec<&str>) -> Vec<&str> {
    let indent_of = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let begins = |at: usize| {
        let line = lines[at];
        let indent = indent_of(line);
        let is_begin =
            is_request_line(line) && line.contains(" HTTP/") && lines.get(at + 1).is_some_and(|next| indent_of(next) == indent);
        (is_begin && indent > 0).then(|| &line[..indent])
    };
    let Some((first, indent)) = (0..lines.len()).find_map(|at| Some((at, begins(at)?))) else { return lines };
    let one = |(at, line): (usize, &&'_ str)| -> Option<usize> {
        match line.strip_prefix(indent) {
            _ if at < first => Some(0),
            Some(_) => Some(indent.len()),
            None if line.trim().is_empty() => Some(line.len()),
            None => None,
        }
    };
    lines.iter().enumerate().filter_map(|(at, line)| Some(&line[one((at, line))?..])).collect()
}

/// Whether a line is a ruler that a program draws around messages.
fn is_ruler(line: &str) -> bool {
    is_row_of(line, &['>', '<', '=', '~', '*', '─', '━', '═'])
}

/// Whether a line is a row of one of these signs.
fn is_row_of(line: &str, signs: &[char]) -> bool {
    let line = line.trim();
    let first = line.chars().next().filter(|first| signs.contains(first));
    first.is_some_and(|first| line.chars().count() >= 8 && line.chars().all(|c| c == first))
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
        let part = "--b\nContent-Disposition: form-data; name=f; filename=a.log\n\n2026-06-11 12:00:05 giving up\n--b--\n";
        let upload = format!("POST /x HTTP/1.1\nHost: h\nContent-Type: multipart/form-data; boundary=\"b\"\n\n{part}");
        assert_eq!(messages(&upload), None);
        let between = format!("{upload}2026-06-11 12:00:06 it came back\n{answer}");
        assert_eq!(messages(&between), Some(format!("\n###\n{upload}\n{answer}")));
        for text in [format!("{message}{answer}"), "a POST /x HTTP/1.1\nHost: h".to_owned(), "x\nPOST /x HTTP/1.1\n".to_owned()] {
            assert_eq!(messages(&text), None, "{text}");
        }
    }
}
