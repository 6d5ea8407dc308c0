//! Variables that a script assigns before it uses them.

use std::collections::HashMap;

use super::command::Word;

/// The variables whose value is known.
#[derive(Default)]
pub(super) struct Variables(HashMap<String, Vec<u8>>);

impl Variables {
    /// The value of a variable.
    pub(super) fn value(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// Remembers what a command assigns that does nothing else: `NAME=value`, perhaps behind `export`.
    pub(super) fn assign(&mut self, words: &[Word]) {
        let is_lead = |word: &&Word| ["export", "local", "readonly", "declare", "typeset"].contains(&word.text().as_str());
        let words = if words.first().as_ref().is_some_and(is_lead) { &words[1..] } else { words };
        let assigned: Option<Vec<(String, &Word)>> = words.iter().map(|word| Some((name_of(word)?, word))).collect();
        for (name, word) in assigned.unwrap_or_default() {
            if is_unknown(word) {
                // What a command printed, or what was never assigned: its name goes on standing there.
                self.0.remove(&name);
            } else {
                self.0.insert(name.clone(), word.bytes[name.len() + 1..].to_vec());
            }
        }
    }
}

/// Whether a word holds something that only the shell knows.
fn is_unknown(word: &Word) -> bool {
    let text = word.text();
    let is_name = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '{' | '('));
    text.match_indices('$').any(|(at, _)| is_name(&text[at + 1..])) || text.contains('`')
}

fn name_of(word: &Word) -> Option<String> {
    let text = word.text();
    let (name, _) = text.split_once('=')?;
    is_name(name).then(|| name.to_owned())
}

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_') && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The variable that a text begins with, `$NAME` or `${NAME}`, and its length in bytes.
pub(super) fn name_at(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix('$')?;
    if let Some(inside) = rest.strip_prefix('{') {
        let (name, _) = inside.split_once('}')?;
        return is_name(name).then_some((name, name.len() + 3));
    }
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    is_name(&rest[..end]).then_some((&rest[..end], end + 1))
}

/// The text of the here-document that a text begins with, as in `$(cat <<EOF … EOF)`, and the length of the whole in bytes. `None` where
/// it is another command, or holds something that is not known.
pub(super) fn document_at(text: &str, variables: &Variables) -> Option<(Vec<u8>, usize)> {
    let rest = text.strip_prefix("$(")?.trim_start_matches([' ', '\n', '\r']).strip_prefix("cat")?.trim_start_matches(' ');
    let rest = rest.strip_prefix("<<")?;
    let (strips_tabs, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let (first, rest) = rest.split_once('\n')?;
    let quoted = first.trim();
    let delimiter = quoted.trim_matches(['\'', '"', '\\']);
    let mut lines = Vec::new();
    let mut at = text.len() - rest.len();
    for line in rest.split_inclusive('\n') {
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let line = if strips_tabs { line.trim_start_matches('\t') } else { line };
        if line == delimiter {
            let end = text[at..].find(')').filter(|end| text[at..at + end].trim().is_empty())?;
            let content = lines.join("\n");
            let content = if quoted == delimiter { filled(&content, variables)? } else { content.into_bytes() };
            return Some((content, at + end + 1));
        }
        lines.push(line);
    }
    None
}

fn filled(text: &str, variables: &Variables) -> Option<Vec<u8>> {
    let (bytes, is_whole) = filled_as_far(text, variables);
    is_whole.then_some(bytes)
}

/// The text of a here-document with its variables filled, and whether all of them are known; of the others the names stand there.
pub(super) fn filled_as_far(text: &str, variables: &Variables) -> (Vec<u8>, bool) {
    let mut out = Vec::new();
    let mut is_whole = true;
    let mut rest = text;
    while let Some(at) = rest.find(['$', '`', '\\']) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at..];
        if rest.starts_with('\\') {
            let next = rest[1..].chars().next();
            match next {
                Some(next @ ('$' | '`' | '\\')) => out.extend_from_slice(next.to_string().as_bytes()),
                Some('\n') => {}
                _ => out.push(b'\\'),
            }
            let is_taken = matches!(next, Some('$' | '`' | '\\' | '\n'));
            rest = &rest[if is_taken { 2 } else { 1 }..];
            continue;
        }
        if let Some((name, length)) = name_at(rest) {
            match variables.value(name) {
                Some(value) => out.extend_from_slice(value),
                None => {
                    out.extend_from_slice(&rest.as_bytes()[..length]);
                    is_whole = false;
                }
            }
            rest = &rest[length..];
        } else {
            is_whole &= !(rest.starts_with("$(") || rest.starts_with('`') || rest.starts_with("${"));
            out.push(rest.as_bytes()[0]);
            rest = &rest[1..];
        }
    }
    out.extend_from_slice(rest.as_bytes());
    (out, is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_by_table() {
        for (text, expected) in [
            ("$URL?x", Some(("URL", 4))),
            ("${KEY}x", Some(("KEY", 6))),
            ("$1", None),
            ("${KEY:-x}", None),
            ("$", None),
            ("$(cmd)", None),
        ] {
            assert_eq!(name_at(text), expected, "{text}");
        }
    }

    #[test]
    fn documents_by_table() {
        let variables = Variables(HashMap::from([("A".to_owned(), b"one".to_vec())]));
        for (text, expected) in [
            ("$(cat <<EOF\n{\"a\": 1}\nEOF\n) rest", Some(("{\"a\": 1}", " rest"))),
            ("$(cat <<-'EOF'\n\t$A\n\tEOF\n)\nrest", Some(("$A", "\nrest"))),
            ("$(cat << EOF\n$A \\$A\nEOF\n)", Some(("one $A", ""))),
            ("$(cat <<EOF\n$B\nEOF\n)", None),
            ("$(cat <<EOF\n`date`\nEOF\n)", None),
            ("$(cat file)", None),
            ("$(cat <<EOF\nnever", None),
        ] {
            let found = document_at(text, &variables);
            let found = found.map(|(content, length)| (String::from_utf8(content).unwrap(), &text[length..]));
            assert_eq!(found.as_ref().map(|(content, rest)| (content.as_str(), *rest)), expected, "{text}");
        }
    }
}
