//! What `curl --trace-ascii` writes: each direction behind an arrow, each line behind its offset.

/// Whether a text is such a trace.
pub(super) fn is_trace(text: &str) -> bool {
    text.lines().take(200).any(|line| line.starts_with("=> Send header"))
}

/// The messages of a trace, each request behind a `###`.
pub(super) fn messages(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut section = Section::Talk;
    // Offset and text of the line before, which tell whether the next one goes on with it.
    let mut before: Option<(usize, usize)> = None;
    for line in text.lines() {
        let next = Section::of(line);
        if let Some(next) = next {
            match (section, next) {
                (_, Section::SentHead) if section != Section::SentHead => plain.push_str("\n###\n"),
                (_, Section::GotHead) if section == Section::SentBody || section == Section::GotBody => plain.push('\n'),
                _ => {}
            }
            if next != Section::Talk {
                section = next;
            }
            before = None;
            continue;
        }
        let Some((offset, content)) = numbered(line).filter(|_| section != Section::Talk) else { continue };
        if let Some((last, length)) = before
            && offset > last + length
        {
            plain.push('\n');
        }
        plain.push_str(content);
        if matches!(section, Section::SentHead | Section::GotHead) {
            plain.push('\n');
            before = None;
        } else {
            before = Some((offset, content.len()));
        }
    }
    plain
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
