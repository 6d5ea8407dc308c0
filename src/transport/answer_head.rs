//! Reads the head of an answer, however it is made, and says what is odd about it.
//!
//! Hyper refuses a head with a folded line, a blank before a colon or more than a hundred headers, and the answer would be lost with
//! it. So the head is read here, and hyper is given one that says only how the body is framed.

/// More than any server sends; a head without an end must not fill the memory.
pub(super) const LARGEST: usize = 1 << 20;

/// Bytes of a foreign greeting that a message quotes.
const QUOTED: usize = 60;

/// The head of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AnswerHead {
    pub(super) status: u16,
    /// `HTTP/1.1` or the like.
    pub(super) version: String,
    /// In order, repeats kept; names in lower case.
    pub(super) headers: Vec<(String, String)>,
    /// What is odd about it, a sentence without a full stop each.
    pub(super) oddities: Vec<String>,
}

/// What the bytes that came so far are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// The head is not complete.
    More,
    /// A head that ends after so many bytes.
    Head(AnswerHead, usize),
}

/// The bytes are not an answer of HTTP/1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct ProtocolError(pub(super) String);

/// Reads what came so far; `is_end` when nothing more comes.
pub(super) fn read(bytes: &[u8], is_end: bool) -> Result<Reading, ProtocolError> {
    // Servers that sent a line end too many before.
    let start = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len());
    let rest = &bytes[start..];
    let is_http = b"HTTP/".iter().zip(rest).all(|(expected, byte)| expected == byte);
    if !is_http {
        return if is_greeting_complete(rest) || is_end { Err(other_protocol(rest)) } else { Ok(Reading::More) };
    }
    let Some(end) = head_end(rest) else {
        return match bytes.len() {
            length if length > LARGEST => Err(ProtocolError("the head of the answer does not end within 1 MiB".to_owned())),
            // A status line alone is an answer, if a poor one.
            _ if is_end && rest.contains(&b'\n') => parse(rest, start, true).map(|head| Reading::Head(head, bytes.len())),
            _ if is_end => Err(ProtocolError(format!("the answer ends within its first line: {}", quoted(rest, true)))),
            _ => Ok(Reading::More),
        };
    };
    parse(&rest[..end], start, false).map(|head| Reading::Head(head, start + end))
}

/// Where the blank line ends.
pub(super) fn head_end(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == b'\n') {
        from += at + 1;
        match &bytes[from..] {
            [b'\n', ..] => return Some(from + 1),
            [b'\r', b'\n', ..] => return Some(from + 2),
            _ => {}
        }
    }
    None
}

fn parse(bytes: &[u8], skipped: usize, is_cut: bool) -> Result<AnswerHead, ProtocolError> {
    let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !matches!(line, [] | [b'\r']));
    let first = lines.next().unwrap_or_default();
    let (version, status) = status_line(first).ok_or_else(|| {
        ProtocolError(format!("the first line of the answer is not a status line of HTTP: {}", quoted(first, false)))
    })?;
    let mut head = AnswerHead { status, version, ..AnswerHead::default() };
    if skipped > 0 {
        head.oddities.push("Blank lines stand before its status line".to_owned());
    }
    if is_cut {
        head.oddities.push("Its head ends without a blank line".to_owned());
    }
    if !matches!(head.version.as_str(), "HTTP/1.0" | "HTTP/1.1") {
        head.oddities.push(format!("It calls its version {}, over a connection of HTTP/1.1", head.version));
    }
    if !first.ends_with(b"\r") {
        head.oddities.push("Its lines end with LF alone, not with CR LF".to_owned());
    }
    for line in lines {
        header(&mut head, line.strip_suffix(b"\r").unwrap_or(line));
    }
    if head.headers.len() > 100 {
        let count = head.headers.len();
        head.oddities.push(format!("It has {count} headers; many clients refuse more than 100"));
    }
    Ok(head)
}

fn status_line(line: &[u8]) -> Option<(String, u16)> {
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_ascii_whitespace();
    let version = words.next()?.to_owned();
    let status = words.next().filter(|status| status.len() == 3)?.parse().ok()?;
    (100..=999).contains(&status).then_some((version, status))
}

fn header(head: &mut AnswerHead, line: &[u8]) {
    let is_latin1 = std::str::from_utf8(line).is_err();
    let text = match std::str::from_utf8(line) {
        Ok(text) => text.to_owned(),
        // The letters that servers of before UTF-8 meant.
        Err(_) => line.iter().map(|byte| char::from(*byte)).collect(),
    };
    if text.starts_with([' ', '\t'])
        && let Some((name, value)) = head.headers.last_mut()
    {
        let oddity = format!("The header {name:?} goes on in a second line, which HTTP does not allow any more");
        value.push(' ');
        value.push_str(text.trim());
        head.oddities.push(oddity);
        return;
    }
    // A line that is not a header is shown whole, as a value: values are searched for secrets wherever they are shown or kept.
    let Some((name, value)) = text.split_once(':') else {
        head.oddities.push("A line among its headers has no colon".to_owned());
        head.headers.push((String::new(), text));
        return;
    };
    let bare = name.trim();
    if http::HeaderName::from_bytes(bare.as_bytes()).is_err() {
        head.oddities.push("A line among its headers begins with a name that HTTP does not allow".to_owned());
        head.headers.push((String::new(), text));
        return;
    }
    if bare.len() < name.len() {
        head.oddities.push(format!("A blank stands between the header {bare:?} and its colon"));
    }
    if is_latin1 {
        head.oddities.push(format!("The header {bare:?} is not UTF-8; it is read as Latin-1"));
    }
    let value = value.trim_matches([' ', '\t', '\r']);
    if value.chars().any(|c| c.is_control() && c != '\t') && !is_latin1 {
        head.oddities.push(format!("The header {bare:?} has a control character in its value"));
    }
    head.headers.push((bare.to_ascii_lowercase(), value.to_owned()));
}

/// No answer is longer than this, in bytes; the largest numbers have meanings of their own.
const LONGEST: u64 = u64::MAX - 1;

impl AnswerHead {
    /// The head that a client has read; `None` when something in it can only be seen in its bytes.
    pub(super) fn of(head: &http::response::Parts) -> Option<Self> {
        let pair = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            Some((name.as_str().to_owned(), std::str::from_utf8(value.as_bytes()).ok()?.to_owned()))
        };
        let headers = head.headers.iter().map(pair).collect::<Option<_>>()?;
        Some(Self { status: head.status.as_u16(), version: format!("{:?}", head.version), headers, oddities: Vec::new() })
    }

    /// The values of a header.
    fn values(&self, wanted: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }

    /// A head that says how the body is framed and nothing else. A length that makes no sense is noted and left out: the body then
    /// ends with the connection.
    pub(super) fn framing(&mut self) -> Vec<u8> {
        let version = if self.version == "HTTP/1.0" { "HTTP/1.0" } else { "HTTP/1.1" };
        let mut head = format!("{version} {} \r\n", self.status);
        let coding: Vec<&str> = self.values("transfer-encoding").collect();
        let is_chunked = coding.join(",").to_ascii_lowercase().ends_with("chunked");
        let mut lengths: Vec<&str> = self.values("content-length").flat_map(|value| value.split(',')).map(str::trim).collect();
        lengths.dedup();
        let mut oddity = None;
        match lengths.as_slice() {
            _ if is_chunked => head.push_str("transfer-encoding: chunked\r\n"),
            [] => {}
            [length] if length.parse::<u64>().is_ok_and(|length| length < LONGEST) && !length.starts_with('+') => {
                head.push_str(&format!("content-length: {length}\r\n"));
            }
            [length] => oddity = Some(format!("Its Content-Length is not a length: {:?}", shortened(length))),
            _ => oddity = Some(format!("It names {} lengths that contradict each other", lengths.len())),
        }
        if is_chunked && !lengths.is_empty() {
            oddity = Some("It is chunked and names a Content-Length too; the length does not count".to_owned());
        }
        self.oddities.extend(oddity);
        head.push_str("\r\n");
        head.into_bytes()
    }
}

/// Whether enough has come to say what speaks there.
fn is_greeting_complete(bytes: &[u8]) -> bool {
    bytes.len() >= 256 || bytes.contains(&b'\n') || (bytes.len() >= 9 && !bytes.iter().take(9).all(u8::is_ascii_graphic))
}

fn other_protocol(bytes: &[u8]) -> ProtocolError {
    let shown = quoted(bytes, !bytes.ends_with(b"\n"));
    ProtocolError(match bytes {
        [b'S', b'S', b'H', b'-', ..] => format!("an SSH server answers there: {shown}"),
        // A SETTINGS frame: its length, the type 4, and stream 0.
        [0, 0, _, 4, _, 0, 0, 0, 0, ..] => "the server speaks HTTP/2 without being asked to".to_owned(),
        _ if bytes.starts_with(b"PRI * HTTP/2") => {
            "the answer is the beginning of an HTTP/2 connection, as a client sends it".to_owned()
        }
        [0x14..=0x17, 3, ..] => "the server speaks TLS at this port, and the address begins with http".to_owned(),
        [b'2', b'2', b'0', b' ' | b'-', ..] => format!("a mail or FTP server answers there: {shown}"),
        _ if is_text(bytes) => format!("the answer has no status line, as in HTTP/0.9: {shown}"),
        _ => format!("the answer is not HTTP; it begins with {shown}"),
    })
}

fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace())
}

/// The beginning of what came. Whoever looks for a secret in it has to see where it goes on, or may do so.
fn quoted(bytes: &[u8], is_cut: bool) -> String {
    if is_text(bytes) {
        let text = String::from_utf8_lossy(bytes);
        let shown = shortened(text.trim_end());
        let rest = if is_cut && !shown.ends_with('…') { "…" } else { "" };
        format!("{:?}", format!("{shown}{rest}"))
    } else {
        let rest = if is_cut || bytes.len() > 16 { "…" } else { "" };
        format!("{}{rest}", crate::model::hex::hex(&bytes[..bytes.len().min(16)]))
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &[u8]) -> AnswerHead {
        let Ok(Reading::Head(head, end)) = read(text, false) else { panic!("{:?}", String::from_utf8_lossy(text)) };
        assert_eq!(end, text.len());
        head
    }

    #[test]
    fn a_sound_head_has_no_oddities() {
        let head = head(b"HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nX-A:b\r\nX-A: c \r\n\r\n");
        assert_eq!((head.status, head.version.as_str()), (201, "HTTP/1.1"));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(head.headers, [pair("content-type", "text/plain"), pair("x-a", "b"), pair("x-a", "c")]);
        assert_eq!(head.oddities, Vec::<String>::new());
    }

    #[test]
    fn oddities_by_table() {
        for (text, header, value, oddity) in [
            (&b"HTTP/1.1 201 Created\r\nX-Long: one\r\n two\r\n\r\n"[..], "x-long", "one two", "second line"),
            (b"HTTP/1.1 201 Created\r\nX-A : b\r\n\r\n", "x-a", "b", "blank stands"),
            (b"HTTP/1.1 201 Created\r\nX A: b\r\n\r\n", "", "X A: b", "a name that HTTP"),
            (b"HTTP/1.1 201 Created\r\nX-A: caf\xe9\r\n\r\n", "x-a", "caf\u{e9}", "Latin-1"),
            (b"HTTP/1.1 201 Created\nX-A: b\n\n", "x-a", "b", "LF alone"),
            (b"HTTP/1.1 201 Created\r\nnonsense\r\n\r\n", "", "nonsense", "no colon"),
            (b"HTTP/1.1 201 Created\r\nX-A: a\x07b\r\n\r\n", "x-a", "a\u{7}b", "control character"),
            (b"\r\nHTTP/1.1 201 Created\r\nX-A: b\r\n\r\n", "x-a", "b", "Blank lines"),
            (b"HTTP/3 201 Created\r\nX-A: b\r\n\r\n", "x-a", "b", "its version HTTP/3"),
        ] {
            let head = head(text);
            assert_eq!(head.status, 201, "{oddity}");
            assert_eq!(head.headers, [(header.to_owned(), value.to_owned())], "{oddity}");
            assert!(head.oddities.len() == 1 && head.oddities[0].contains(oddity), "{oddity}: {:?}", head.oddities);
        }
        let many: String = (0..101).map(|number| format!("X-{number}: a\r\n")).collect();
        let head = head(format!("HTTP/1.1 200 OK\r\n{many}\r\n").as_bytes());
        assert_eq!((head.headers.len(), head.oddities.len()), (101, 1));
    }

    #[test]
    fn other_protocols_are_named() {
        for (bytes, expected) in [
            (&b"SSH-2.0-OpenSSH_9.2\r\n"[..], "SSH"),
            (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03", "HTTP/2"),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2"),
            (b"\x15\x03\x01\x00\x02\x02\x46", "TLS"),
            (b"220 mail.example ESMTP\r\n", "mail"),
            (b"<html>hello</html>", "HTTP/0.9"),
            (b"\x7fELF\x00", "7f454c46"),
            (b"HTTP/1.1 abc\r\n\r\n", "status line"),
            (b"HTTP/1.1", "first line"),
        ] {
            let error = read(bytes, true).unwrap_err();
            assert!(error.0.contains(expected), "{expected}: {error}");
        }
    }

    #[test]
    fn what_is_not_complete_is_waited_for() {
        for bytes in [&b""[..], b"\r\n", b"HT", b"HTTP/1.1 200 OK\r\nA: b\r\n", b"SSH-2", b"\x15\x03\x01"] {
            assert_eq!(read(bytes, false), Ok(Reading::More), "{bytes:?}");
        }
        assert!(read(&b"HTTP/1.1 200 OK\r\n".repeat(70_000), false).is_err());
    }

    #[test]
    fn the_body_is_framed_by_table() {
        for (headers, expected, oddities) in [
            ("Content-Length: 3\r\n", "content-length: 3\r\n", 0),
            ("Content-Length: 3\r\nContent-Length: 3\r\n", "content-length: 3\r\n", 0),
            ("Content-Length: 3\r\nContent-Length: 4\r\n", "", 1),
            ("Content-Length: -3\r\n", "", 1),
            ("Transfer-Encoding: gzip, Chunked\r\n", "transfer-encoding: chunked\r\n", 0),
            ("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "transfer-encoding: chunked\r\n", 1),
            ("", "", 0),
        ] {
            let mut head = head(format!("HTTP/1.1 200 OK\r\n{headers}\r\n").as_bytes());
            assert_eq!(String::from_utf8(head.framing()).unwrap(), format!("HTTP/1.1 200 \r\n{expected}\r\n"), "{headers}");
            assert_eq!(head.oddities.len(), oddities, "{headers}: {:?}", head.oddities);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = read(&bytes, true);
            let _ = read(&[b"HTTP/1.1 200 OK\r\n", bytes.as_slice(), b"\r\n\r\n"].concat(), true);
        }
    }
}
