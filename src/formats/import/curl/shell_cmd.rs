//! What `cmd.exe` and then the program's own start-up code make of a paste.
//!
//! Two readers in a row: `cmd.exe` knows `^` and whether it is between quotes; the C runtime splits what is left into words and knows
//! `\"` and `""`.

use super::command::{Command, Word};
use crate::model::imported::{Note, Severity, TextPosition, add_note};

/// A character that came through the first reader, and where it stood.
type Char = (char, usize);

/// Splits a paste into commands.
pub(super) fn split(text: &str) -> (Vec<Command>, Vec<Note>) {
    let mut commands = Vec::new();
    let mut notes = Vec::new();
    let mut line = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut quoted = false;
    let mut fresh = true;
    let end = |line: &mut Vec<Char>, commands: &mut Vec<Command>| {
        let mut words = split_words(&std::mem::take(line));
        words.iter_mut().for_each(|word| word.is_filled = names_variable(&word.text()));
        if !words.is_empty() {
            commands.push(Command { words, stdin: None });
        }
    };
    while let Some((at, c)) = chars.next() {
        if std::mem::take(&mut fresh) {
            let skipped = prompt(&text[at..]);
            if skipped > 0 {
                while chars.next_if(|(next, _)| *next < at + skipped).is_some() {}
                continue;
            }
        }
        match c {
            '\n' => {
                end(&mut line, &mut commands);
                quoted = false;
                fresh = true;
            }
            '\r' if chars.peek().is_some_and(|(_, next)| *next == '\n') => {}
            '"' => {
                quoted = !quoted;
                line.push((c, at));
            }
            '^' if !quoted => caret(&mut chars, &mut line, text),
            '&' | '|' if !quoted => end(&mut line, &mut commands),
            '<' | '>' if !quoted => {
                add_note(&mut notes, || Note {
                    severity: Severity::NoEffect,
                    place: Some(TextPosition::of(text, at)),
                    text: "Reading from or writing to a file beside has no effect here".into(),
                });
                while chars.next_if(|(_, next)| matches!(next, '>' | '&' | ' ')).is_some() {}
                while chars.next_if(|(_, next)| !next.is_whitespace()).is_some() {}
            }
            c => line.push((c, at)),
        }
    }
    end(&mut line, &mut commands);
    (commands, notes)
}

type Chars<'a> = std::iter::Peekable<std::str::CharIndices<'a>>;

/// `^` takes the next character as it is; before a line's end it joins the lines, and then the character behind is taken as it is.
fn caret(chars: &mut Chars<'_>, line: &mut Vec<Char>, text: &str) {
    while chars.next_if(|(_, next)| *next == '\r').is_some() {}
    if chars.next_if(|(_, next)| *next == '\n').is_some() {
        if let Some((at, _)) = chars.peek().copied()
            && text[at..].starts_with("More? ")
        {
            while chars.next_if(|(next, _)| *next < at + 6).is_some() {}
        }
        while chars.next_if(|(_, next)| *next == '\r').is_some() {}
        if let Some((at, next)) = chars.next_if(|(_, next)| *next == '\n') {
            line.push((next, at));
        } else if let Some((_, ' ' | '\t' | '^' | '"')) = chars.peek() {
            // These mean the same to the second reader, taken as they are or not.
        } else if let Some((at, next)) = chars.next() {
            line.push((next, at));
        }
        return;
    }
    if let Some((at, next)) = chars.next() {
        line.push((next, at));
    }
}

/// Whether a word holds `%NAME%`.
fn names_variable(word: &str) -> bool {
    let names: Vec<&str> = word.split('%').collect();
    let is_name = |name: &&str| {
        name.len() > 2
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    names.len() > 2 && names[1..names.len() - 1].iter().any(is_name)
}

/// The length of `C:\Users\me>` before a command.
fn prompt(rest: &str) -> usize {
    let line = rest.split('\n').next().unwrap_or("");
    let drive = line.as_bytes();
    let is_path = drive.len() > 2 && drive[0].is_ascii_alphabetic() && drive[1] == b':' && drive[2] == b'\\';
    match line.find('>') {
        Some(end) if is_path && !line[..end].contains(['"', '^']) => end + 1,
        _ => 0,
    }
}

/// The words that a program gets, by the rules of Microsoft's C runtime.
pub(super) fn split_words(chars: &[Char]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quoted = false;
    let mut index = 0;
    while let Some(&(c, at)) = chars.get(index) {
        index += 1;
        let start = |word: &mut Option<Word>| {
            word.get_or_insert_with(|| Word { at, ..Word::default() });
        };
        match c {
            '\\' => {
                start(&mut word);
                let more = chars[index..].iter().take_while(|(c, _)| *c == '\\').count();
                index += more;
                let count = more + 1;
                let before_quote = chars.get(index).is_some_and(|(c, _)| *c == '"');
                let written = if before_quote { count / 2 } else { count };
                let word = word.get_or_insert_default();
                (0..written).for_each(|_| word.push('\\'));
                if before_quote && count % 2 == 1 {
                    word.push('"');
                    index += 1;
                }
            }
            '"' => {
                start(&mut word);
                if quoted && chars.get(index).is_some_and(|(c, _)| *c == '"') {
                    word.get_or_insert_default().push('"');
                    index += 1;
                } else {
                    quoted = !quoted;
                }
            }
            // A line's end gets here only inside quotes, where the first reader let it through.
            ' ' | '\t' | '\n' if !quoted => words.extend(word.take()),
            c => {
                start(&mut word);
                word.get_or_insert_default().push(c);
            }
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_by_table() {
        let table: [(&str, &[&[&str]]); 15] = [
            ("curl a b", &[&["curl", "a", "b"]]),
            (r#"curl "a b" c"d e"f"#, &[&["curl", "a b", "cd ef"]]),
            (r#"curl -d "{\"a\": 1}""#, &[&["curl", "-d", r#"{"a": 1}"#]]),
            (r#"curl -d "{""a"": 1}""#, &[&["curl", "-d", r#"{"a": 1}"#]]),
            ("curl ^\r\n  -X POST ^\n  u", &[&["curl", "-X", "POST", "u"]]),
            (r#"curl "http://h/?a=1&b=2""#, &[&["curl", "http://h/?a=1&b=2"]]),
            ("curl http://h/?a=1^&b=2", &[&["curl", "http://h/?a=1&b=2"]]),
            ("curl a & curl b | find x", &[&["curl", "a"], &["curl", "b"], &["find", "x"]]),
            (r#"curl ^"http://h/?a=1^&b=2^" ^"#, &[&["curl", "http://h/?a=1&b=2"]]),
            (r#"curl --data-raw ^"^{^\^"a^\^":^\^"50^%^\^"^}^""#, &[&["curl", "--data-raw", r#"{"a":"50%"}"#]]),
            ("curl ^\"a^\n\nb^\"", &[&["curl", "a\nb"]]),
            (r"C:\Users\me>curl a", &[&["curl", "a"]]),
            (r#"curl "C:\dir\\" "a\\\"b" \x"#, &[&["curl", "C:\\dir\\", "a\\\"b", "\\x"]]),
            ("curl a > out.txt", &[&["curl", "a"]]),
            (r#"curl "%API_KEY%" "" "#, &[&["curl", "%API_KEY%", ""]]),
        ];
        for (text, expected) in table {
            let found: Vec<Vec<String>> =
                split(text).0.iter().map(|command| command.words.iter().map(Word::text).collect()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
