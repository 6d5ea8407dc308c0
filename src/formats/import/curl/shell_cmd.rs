//! What `cmd.exe` and then the program's own start-up code make of a paste.
//!
//! Two readers in a row: `cmd.exe` knows `^` and whether it is between quotes; the C runtime splits what is left into words and knows
//! `\"` and `""`.

use super::command::{Command, Word};
use crate::model::imported::{Note, Severity, TextPosition, add_note};

/// So many variables are known at most.
const MOST_SETS: usize = 1000;

/// A character that came through the first reader, and where it stood.
type Char = (char, usize);

/// Splits a paste into commands.
pub(super) fn split(text: &str) -> (Vec<Command>, Vec<Note>) {
    let mut commands = Vec::new();
    let mut notes = Vec::new();
    let mut line = Vec::new();
    let mut chars = text.char_indices().peekable();
    let is_batch = is_batch(text);
    let mut sets: Vec<(String, String)> = Vec::new();
    let mut quoted = false;
    let mut fresh = true;
    let end = |line: &mut Vec<Char>, commands: &mut Vec<Command>| {
        let line = std::mem::take(line);
        let mut words = split_words(&line);
        let line_end = line.last().map_or(0, |(c, at)| at + c.len_utf8());
        // It looks for variables before it reads `^`, so what is written as `^%^NAME^%^` is none.
        let ends: Vec<usize> = words.iter().skip(1).map(|word| word.at).collect();
        for (index, word) in words.iter_mut().enumerate() {
            let rest = &text[word.at..ends.get(index).copied().unwrap_or(line_end)];
            word.is_filled = names_variable(&word.text()) && names_variable(rest);
        }
        if !words.is_empty() {
            commands.push(Command { words, stdin: None });
        }
    };
    if text.contains("%%") {
        let said = if is_batch {
            "In a batch file %% stands for one %, and was read so"
        } else {
            "At a prompt cmd.exe leaves both % as they are; in a batch file %% stands for one %"
        };
        let place = text.find("%%").map(|at| TextPosition::of(text, at));
        add_note(&mut notes, || Note { severity: Severity::Taken, place, text: said.into() });
    }
    while let Some((at, c)) = chars.next() {
        if std::mem::take(&mut fresh) {
            let skipped = prompt(&text[at..]);
            if skipped > 0 {
                while chars.next_if(|(next, _)| *next < at + skipped).is_some() {}
                continue;
            }
            sets.extend(set_in(&text[at..]).filter(|_| sets.len() < MOST_SETS));
        }
        match c {
            '%' => match variable_at(&text[at..], &sets) {
                Some((value, length)) => {
                    // What is not filled stands where it stood.
                    let is_kept = text[at..].starts_with(&value);
                    line.extend(value.char_indices().map(|(place, c)| (c, if is_kept { at + place } else { at })));
                    while chars.next_if(|(next, _)| *next < at + length).is_some() {}
                }
                None => {
                    // Two of them stand for one in a batch file.
                    let _ = is_batch && chars.next_if(|(_, next)| *next == '%').is_some();
                    line.push((c, at));
                }
            },
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

/// Whether a text is a batch file rather than what somebody types at a prompt.
fn is_batch(text: &str) -> bool {
    const LINES: [&str; 9] = ["@echo", "rem ", "::", "setlocal", "if errorlevel", "exit /b", "goto ", "for /f", "endlocal"];
    text.lines().any(|line| {
        let line = line.trim_start().to_ascii_lowercase();
        LINES.iter().any(|begin| line.starts_with(begin)) || line.starts_with("set ") || line.starts_with(":") && line.len() > 1
    })
}

/// What a line sets: `set NAME=value`, `set "NAME=value"`.
fn set_in(rest: &str) -> Option<(String, String)> {
    let line = rest.split(['\n', '\r']).next()?.trim();
    let line = line.strip_prefix('@').unwrap_or(line);
    let set = line.get(..4).filter(|word| word.eq_ignore_ascii_case("set ")).map(|_| line[4..].trim_start())?;
    let set = set.strip_prefix('"').and_then(|set| set.strip_suffix('"')).unwrap_or(set);
    let (name, value) = set.split_once('=')?;
    let is_plain = !name.starts_with('/') && !value.contains('%') && !name.is_empty();
    is_plain.then(|| (name.to_ascii_lowercase(), value.to_owned()))
}

/// The value of the variable that stands here, or its name with its signs where nothing sets it; and how long that is.
fn variable_at(rest: &str, sets: &[(String, String)]) -> Option<(String, usize)> {
    let line = &rest[..rest.floor_char_boundary(128)];
    let (name, _) = line.strip_prefix('%')?.split_once('%')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let length = name.len() + 2;
    let value = sets.iter().rev().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone());
    is_name.then(|| (value.unwrap_or_else(|| rest[..length].to_owned()), length))
}

/// Whether a word holds `%NAME%`.
pub(super) fn names_variable(word: &str) -> bool {
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
        let table: [(&str, &[&[&str]]); 20] = [
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
            ("rem a\ncurl -d \"9%% %KEY%\" h", &[&["rem", "a"], &["curl", "-d", "9% %KEY%", "h"]]),
            ("rem a\ncurl %A%%B% h", &[&["rem", "a"], &["curl", "%A%%B%", "h"]]),
            ("curl -d \"9%%\" h", &[&["curl", "-d", "9%%", "h"]]),
            ("set \"KEY=k 1\"\r\ncurl \"h?%KEY%\"", &[&["set", "KEY=k 1"], &["curl", "h?k 1"]]),
            ("set KEY=k\ncurl h?%key%=%OTHER%", &[&["set", "KEY=k"], &["curl", "h?k=%OTHER%"]]),
            (r#"curl "%API_KEY%" "" "#, &[&["curl", "%API_KEY%", ""]]),
        ];
        for (text, expected) in table {
            let found: Vec<Vec<String>> =
                split(text).0.iter().map(|command| command.words.iter().map(Word::text).collect()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn variables_by_table() {
        for (text, expected) in [
            ("curl a%USER%b %PATH%", [false, true, true]),
            // Chrome writes percent signs so that cmd.exe finds no variable.
            ("curl ^\"a^%^USER^%^\" ^\"b\"", [false, false, false]),
            ("curl a^%USER^%b %PATH%", [false, false, true]),
        ] {
            let found: Vec<bool> = split(text).0[0].words.iter().map(|word| word.is_filled).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
