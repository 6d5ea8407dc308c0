//! Reads a multipart/form-data body that somebody else wrote.

use super::request_spec::{WrittenContent, WrittenPart};

/// More parts than anybody sends on purpose.
const MAX_PARTS: usize = 10_000;

/// The boundary that a Content-Type names, if it is a multipart one.
pub fn boundary_of(content_type: &str) -> Option<String> {
    let mut pieces = content_type.split(';');
    if !pieces.next()?.trim().to_ascii_lowercase().starts_with("multipart/") {
        return None;
    }
    pieces.find_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim().eq_ignore_ascii_case("boundary") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The parts of a body; `None` when it does not hold together. Line ends may be bare LF, as a paste has them.
pub fn read(boundary: &str, body: &[u8]) -> Option<Vec<WrittenPart>> {
    let delimiter = format!("--{boundary}");
    let mut rest = skip_to(body, delimiter.as_bytes())?;
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        rest = after_line_end(rest)?;
        let end = find_delimiter(rest, delimiter.as_bytes())?;
        parts.push(part(&rest[..end])?);
        if parts.len() > MAX_PARTS {
            return None;
        }
        rest = skip_to(&rest[end..], delimiter.as_bytes())?;
    }
}

/// What follows the first occurrence of the delimiter.
fn skip_to<'a>(bytes: &'a [u8], delimiter: &[u8]) -> Option<&'a [u8]> {
    find(bytes, delimiter).map(|at| &bytes[at + delimiter.len()..])
}

/// Where the content before the next delimiter ends, which is before the line end that belongs to the delimiter.
fn find_delimiter(bytes: &[u8], delimiter: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + find(&bytes[from..], delimiter)?;
        if at == 0 {
            return Some(0);
        }
        if bytes[at - 1] == b'\n' {
            return Some(if at >= 2 && bytes[at - 2] == b'\r' { at - 2 } else { at - 1 });
        }
        from = at + delimiter.len();
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    // The first byte sieves: most of a body is none.
    let first = *what.first()?;
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(what) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn after_line_end(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    bytes[..end].iter().all(u8::is_ascii_whitespace).then(|| &bytes[end + 1..])
}

fn part(bytes: &[u8]) -> Option<WrittenPart> {
    let mut part = WrittenPart::default();
    let mut rest = bytes;
    loop {
        let (line, behind) = match rest.iter().position(|byte| *byte == b'\n') {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            // A part without content may lack the blank line's end.
            None => (rest, &rest[rest.len()..]),
        };
        rest = behind;
        let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        match name.trim().to_ascii_lowercase().as_str() {
            "content-disposition" => {
                part.name = parameter(value, "name").unwrap_or_default();
                part.filename = parameter(value, "filename");
            }
            "content-type" => part.content_type = Some(value.trim().to_owned()),
            "content-length" => {}
            _ => part.headers.push((name.trim().to_owned(), value.trim().to_owned())),
        }
    }
    part.content = WrittenContent::from(rest.to_vec());
    Some(part)
}

/// A parameter of a Content-Disposition, in quotes or without; what browsers and curl escape is put back.
pub fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut rest = value;
    while let Some((_, behind)) = rest.split_once(';') {
        rest = behind.trim_start();
        let (name, after) = rest.split_once('=')?;
        let (text, behind) = quoted(after.trim_start());
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(text);
        }
        rest = behind;
    }
    None
}

fn quoted(text: &str) -> (String, &str) {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut out = String::new();
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (unescaped(&out), &inside[at + 1..]),
            '\\' => match chars.clone().next() {
                Some((_, next @ ('"' | '\\'))) => {
                    out.push(next);
                    chars.next();
                }
                _ => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    (unescaped(&out), "")
}

fn unescaped(text: &str) -> String {
    text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_by_table() {
        for (kind, expected) in [
            ("multipart/form-data; boundary=abc", Some("abc")),
            ("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\"", Some("a b")),
            ("multipart/form-data", None),
            ("application/json; boundary=abc", None),
        ] {
            assert_eq!(boundary_of(kind).as_deref(), expected, "{kind}");
        }
    }

    #[test]
    fn parts_with_any_line_end() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\n--xy\r\n--x\r\nContent-Disposition: form-data; name=\"f\\\"\"; filename=\"a;b.zip\"\r\nContent-Type: application/zip\r\nX-A: 1\r\n\r\nPK\r\n--x--\r\n";
        for body in [body.to_owned(), body.replace("\r\n", "\n")] {
            let parts = read("x", body.as_bytes());
            // A line that only begins like the delimiter ends a part: no writer picks such a boundary.
            assert!(parts.is_none(), "{body:?}");
            let parts = read("x", body.replace("--xy", "-xy").as_bytes()).unwrap();
            assert_eq!((parts[0].name.as_str(), parts[1].name.as_str()), ("a", "f\""));
            assert_eq!(parts[1].filename.as_deref(), Some("a;b.zip"));
            assert_eq!(parts[1].headers, [("X-A".to_owned(), "1".to_owned())]);
            assert_eq!(parts[1].content, WrittenContent::Text("PK".into()));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_body_panics(body in "(--x|\r\n|\n|a|:|--|Content-Disposition: form-data; name=\"|\"|;){0,30}") {
            let _ = read("x", body.as_bytes());
            let _ = parameter(&body, "name");
        }
    }
}
