//! Bodies as they stand on the wire in chunks (RFC 9112, 7.1), each behind a line with its length.

use std::borrow::Cow;

/// A body without the lines between its chunks, if `coding` says that there are any and the body begins with one. What ends within a
/// chunk was cut off there.
pub(super) fn joined<'a>(coding: Option<&str>, body: &'a str) -> Cow<'a, str> {
    let is_chunked = coding.is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"));
    let found = if is_chunked { by_length(body).or_else(|| by_lines(body)) } else { None };
    found.map_or(Cow::Borrowed(body), Cow::Owned)
}

/// The length that a line announces, and what stands behind the line.
fn announced(text: &str) -> Option<(usize, &str)> {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let digits = line.split(';').next().unwrap_or("").trim();
    let is_length = (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_length.then(|| usize::from_str_radix(digits, 16).ok().map(|length| (length, rest))).flatten()
}

fn by_length(body: &str) -> Option<String> {
    let mut joined = String::new();
    let mut rest = body;
    loop {
        let (length, behind) = announced(rest)?;
        if length == 0 {
            return Some(joined);
        }
        let Some(chunk) = behind.get(..length) else {
            joined.push_str(behind);
            let is_cut = behind.len() < length && !ends_with_last(body);
            return is_cut.then_some(joined);
        };
        joined.push_str(chunk);
        let next = &behind[length..];
        rest = next.strip_prefix("\r\n").or_else(|| next.strip_prefix('\n')).unwrap_or(next);
        if rest.trim().is_empty() {
            return Some(joined);
        }
    }
}

/// As the lengths do not fit, since line ends were changed or something was put in the place of a secret: all but the lines with lengths.
fn by_lines(body: &str) -> Option<String> {
    let is_length = |line: &&str| announced(line).is_some();
    let is_whole = body.lines().next().as_ref().is_some_and(is_length) && ends_with_last(body);
    is_whole.then(|| body.lines().filter(|line| !is_length(line)).collect())
}

/// Whether the last line is that of the last chunk, which is empty.
fn ends_with_last(body: &str) -> bool {
    body.trim_end().lines().last().and_then(announced).is_some_and(|(length, _)| length == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_by_table() {
        let chunked = Some("gzip, Chunked");
        for (coding, body, expected) in [
            (chunked, "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde"),
            (chunked, "3\nabc\n2;a=b\nde\n0\n", "abcde"),
            (chunked, "A\n0123456789\n", "0123456789"),
            (chunked, "a\n01234", "01234"),
            (chunked, "3\na\nb\n0\n", "a\nb"),
            (chunked, "f\nxyz\n2\nuv\n0\n", "xyzuv"),
            (chunked, "{\"a\": 1}", "{\"a\": 1}"),
            (None, "3\nabc\n0\n", "3\nabc\n0\n"),
        ] {
            assert_eq!(joined(coding, body), expected, "{body}");
        }
    }
}
