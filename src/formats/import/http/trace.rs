//! What `curl --trace-ascii` and `curl --trace` write: each direction behind an arrow, each line behind its offset.

/// So many characters are in a line of `--trace-ascii`.
const COLUMNS: usize = 64;

/// Whether a text is such a trace.
pub(super) fn is_trace(text: &str) -> bool {
    text.lines().take(2000).any(|line| without_time(line).starts_with("=> Send header"))
}

/// The messages of a trace, each request behind a `###`.
pub(super) fn messages(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut section = Section::Talk;
    // Offset and length of the line before, which tell whether the next one goes on with it.
    let mut before: Option<(usize, usize)> = None;
    let mut bytes: Vec<u8> = Vec::new();
    let mut is_hex = false;
    for line in text.lines().map(without_time) {
        let next = Section::of(line);
        if let Some(next) = next {
            plain.push_str(&String::from_utf8_lossy(&std::mem::take(&mut bytes)).replace("\r\n", "\n"));
            if before.is_some() && matches!(section, Section::SentHead | Section::GotHead) && !plain.ends_with("\n\n") {
                plain.push('\n');
            }
            match (section, next) {
                (_, Section::SentHead) if section != Section::SentHead => plain.push_str("\n###\n"),
                (_, Section::GotHead) if section == Section::SentBody || section == Section::GotBody => plain.push('\n'),
                _ => {}
            }
            section = next;
            before = None;
            continue;
        }
        let Some((offset, content)) = numbered(line).filter(|_| section != Section::Talk) else { continue };
        if let Some(raw) = hexadecimal(content) {
            // The bytes hold their own line ends.
            bytes.extend(raw);
            is_hex = true;
            continue;
        }
        if is_hex {
            // A line that is cut off.
            continue;
        }
        // The line end is left out, but counted. A line of a head goes on only where it filled all columns.
        let is_head = matches!(section, Section::SentHead | Section::GotHead);
        if let Some((last, length)) = before
            && (offset > last + length || is_head && length != COLUMNS)
        {
            plain.push('\n');
        }
        plain.push_str(content);
        before = Some((offset, content.len()));
    }
    plain.push_str(&String::from_utf8_lossy(&bytes).replace("\r\n", "\n"));
    if before.is_some() && matches!(section, Section::SentHead | Section::GotHead) {
        plain.push('\n');
    }
    plain
}

/// A line without the time that `--trace-time` writes before it.
fn without_time(line: &str) -> &str {
    let time = line.split_once(' ').filter(|(time, _)| {
        time.len() >= 8
            && time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'))
            && time.matches(':').count() == 2
    });
    time.map_or(line, |(_, rest)| rest)
}

/// The bytes of a line of `--trace`: up to sixteen numbers of two digits, and behind them the same as text.
fn hexadecimal(content: &str) -> Option<Vec<u8>> {
    const NUMBERS: usize = 16;
    let numbers = content.get(..(3 * NUMBERS).min(content.len()))?;
    let is_padded = content.len() > 3 * NUMBERS && numbers.len() == 3 * NUMBERS && numbers.ends_with(' ');
    let words: Vec<&str> = numbers.split_whitespace().collect();
    let bytes: Option<Vec<u8>> =
        words.iter().map(|word| (word.len() == 2).then(|| u8::from_str_radix(word, 16).ok()).flatten()).collect();
    bytes.filter(|bytes| is_padded && !bytes.is_empty())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Talk,
    SentHead,
    SentBody,
    GotHead,
    GotBody,
}

impl Section {
    fn of(line: &str) -> Option<Self> {
        let sections = [
            ("=> Send header", Self::SentHead),
            ("=> Send data", Self::SentBody),
            ("<= Recv header", Self::GotHead),
            ("<= Recv data", Self::GotBody),
            ("== Info", Self::Talk),
            ("=> Send SSL data", Self::Talk),
            ("<= Recv SSL data", Self::Talk),
        ];
        sections.into_iter().find(|(start, _)| line.starts_with(start)).map(|(_, section)| section)
    }
}

/// Offset and content of `0040: text`.
fn numbered(line: &str) -> Option<(usize, &str)> {
    let (offset, content) = line.split_once(':')?;
    let offset = usize::from_str_radix(offset, 16).ok().filter(|_| offset.len() >= 4)?;
    Some((offset, content.strip_prefix(' ').unwrap_or(content)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_long_headers_are_read() {
        let trace = "10:00:00.000001 => Send header, 31 bytes (0x1f)\n0000: 50 4f 53 54 20 2f 78 20 48 54 54 50 2f 31 2e 31 POST /x HTTP/1.1\n0010: 0d 0a 48 6f 73 74 3a 20 68 0d 0a 0d 0a          ..Host: h....\n10:00:00.000002 => Send data, 2 bytes (0x2)\n0000: 7b 7d                                           {}\n";
        assert_eq!(messages(trace), "\n###\nPOST /x HTTP/1.1\nHost: h\n\n{}");
        let long = "=> Send header, 90 bytes (0x5a)\n0000: POST /0123456789012345678901234567890123456789012345678901234567\n0040: 89 HTTP/1.1\n004d: Host: h\n0056: \n";
        assert_eq!(
            messages(long),
            "\n###\nPOST /012345678901234567890123456789012345678901234567890123456789 HTTP/1.1\nHost: h\n\n"
        );
    }

    #[test]
    fn traces_by_table() {
        let head = "== Info: Trying\n=> Send header, 9 bytes (0x9)\n0000: POST /x HTTP/1.1\n0012: Host: h\n001b: \n";
        for (rest, expected) in [
            ("=> Send data, 4 bytes (0x4)\n0000: {\"a\n0003: \"}\n", "{\"a\"}"),
            ("=> Send data, 6 bytes (0x6)\n0000: {\n0002: \"\n", "{\n\""),
            ("=> Send data, 2 bytes (0x2)\n0000: {}\n<= Recv header, 9 bytes\n0000: HTTP/1.1 404 No\n", "{}\nHTTP/1.1 404 No\n"),
            ("== Info: left intact\n", ""),
        ] {
            let plain = messages(&format!("{head}{rest}"));
            assert_eq!(plain, format!("\n###\nPOST /x HTTP/1.1\nHost: h\n\n{expected}"), "{rest}");
        }
    }
}
