//! Tables and texts as PowerShell writes them.

/// The entries of `@{ "a" = "b"; c = 'd' }`.
pub(super) fn table(text: &str) -> Option<Vec<(String, String)>> {
    let mut rest = text.strip_prefix("@{")?.trim_end().strip_suffix('}')?;
    let mut pairs = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        if rest.is_empty() {
            return Some(pairs);
        }
        let (name, behind) = item(rest);
        let (value, behind) = item(behind.trim_start().strip_prefix('=')?.trim_start());
        pairs.push((name, value));
        rest = behind;
    }
}

/// A text in quotes or a bare word, and what follows it.
pub(super) fn item(text: &str) -> (String, &str) {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        let end = text.find(['=', ';', '\n', '\r']).unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return (out, &text[at + 1..]);
        }
        match c {
            '`' if quote == '"' => out.extend(chars.next().map(|(_, c)| c)),
            c => out.push(c),
        }
    }
    (out, "")
}
