//! The texts in a program, in the ways in which C#, Java, Go, PHP, SQL and their like write them.

/// A text of the program, and where it stands.
pub(super) struct Literal {
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) text: String,
    /// Whether it was a pattern, and holds its arguments now.
    pub(super) is_filled: bool,
}

/// The texts of a program, with their escapes undone.
pub(super) fn literals(text: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let line_starts_comment = rest.starts_with("//") && !text[..at].ends_with(':') || rest.starts_with("# ");
        if line_starts_comment {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        match literal_at(text, at) {
            Some((literal, length)) => {
                // SQL and Visual Basic double the quote in a text.
                let is_quote = matches!(c, '\'' | '"');
                match found
                    .last_mut()
                    .filter(|last: &&mut Literal| last.end == at && is_quote && !last.text.is_empty() && !literal.is_empty())
                {
                    Some(last) => {
                        last.text.push(c);
                        last.text.push_str(&literal);
                        last.end = at + length;
                    }
                    None => found.push(Literal { at, end: at + length, text: literal, is_filled: false }),
                }
                at += length;
            }
            // A letter's closing quote opens nothing.
            None if c == '\'' => at += quoted(rest, c).map_or(1, |(_, length)| length),
            None => at += c.len_utf8(),
        }
    }
    found
}

/// The text that begins here, with its escapes undone, and its length. Where C# puts variables into a text, they stand as `{{name}}`.
pub(in crate::formats::import) fn literal_at(text: &str, at: usize) -> Option<(String, usize)> {
    let rest = &text[at..];
    let (signs, behind) = rest.split_at(rest.bytes().take(4).take_while(|byte| matches!(byte, b'$' | b'@')).count());
    if !signs.is_empty() && signs.len() <= 3 && behind.starts_with('"') {
        let (literal, length) = if behind.starts_with("\"\"\"") {
            raw(behind, "\"\"\"", "\"\"\"")?
        } else if signs.contains('@') {
            verbatim(behind)?
        } else {
            quoted(behind, '"')?
        };
        let literal = if signs.contains('$') { interpolated(&literal, signs.matches('$').count()) } else { literal };
        return Some((literal, signs.len() + length));
    }
    match rest.chars().next()? {
        '"' if rest.starts_with("\"\"\"") => raw(rest, "\"\"\"", "\"\"\""),
        '`' => raw(rest, "`", "`"),
        '"' => quoted(rest, '"'),
        // A letter of Java or C# is not text.
        '\'' => quoted(rest, '\'').filter(|(text, _)| text.chars().count() != 1),
        _ => None,
    }
}

/// A text of C# in which as many braces as it has dollar signs stand around a variable; twice that many stand for braces.
pub(super) fn interpolated(text: &str, braces: usize) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let run = rest[open..].len() - rest[open..].trim_start_matches('{').len();
        written.push_str(&rest[..open].replace("}}", "}"));
        // Of an odd number, the last opens a variable.
        let is_variable = if braces == 1 { run % 2 == 1 } else { run >= braces };
        let literal = if braces == 1 { run / 2 } else { run.saturating_sub(braces) };
        written.push_str(&"{".repeat(if is_variable || braces == 1 { literal } else { run }));
        rest = &rest[open + run..];
        if !is_variable {
            continue;
        }
        let close = "}".repeat(braces);
        let Some(end) = rest.find(&close) else { break };
        let name: String = rest[..end].split([':', ',', '(', '?']).next().unwrap_or("").trim().to_owned();
        written.push_str(&format!("{{{{{name}}}}}"));
        rest = &rest[end + braces..];
    }
    written.push_str(&if braces == 1 { rest.replace("}}", "}") } else { rest.to_owned() });
    written
}

fn raw(rest: &str, open: &str, close: &str) -> Option<(String, usize)> {
    let inside = &rest[open.len()..];
    let end = inside.find(close)?;
    Some((inside[..end].trim_start_matches(['\r', '\n']).to_owned(), open.len() + end + close.len()))
}

/// `"…""…"`, as C# has it behind an `@`.
fn verbatim(rest: &str) -> Option<(String, usize)> {
    let inside = &rest[1..];
    let mut at = 0;
    loop {
        at += inside[at..].find('"')?;
        if !inside[at + 1..].starts_with('"') {
            return Some((inside[..at].replace("\"\"", "\""), 1 + at + 1));
        }
        at += 2;
    }
}

fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let mut out = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Some((out, at + 1)),
            '\n' if quote == '"' => return None,
            '\\' => match chars.next()?.1 {
                'n' => out.push('\n'),
                'r' => out.push('\r'),
                't' => out.push('\t'),
                c => out.push(c),
            },
            c => out.push(c),
        }
    }
    None
}
