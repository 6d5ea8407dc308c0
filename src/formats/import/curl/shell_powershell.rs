//! What PowerShell makes of a paste.

use std::cell::OnceCell;

use super::command::{Command, Word};
use super::powershell_web::is_web;
use super::shell_cmd::split_words;
use crate::model::imported::{Note, Severity, TextPosition, add_note};

/// Splits a paste into commands.
pub(super) fn split(text: &str) -> (Vec<Command>, Vec<Note>) {
    let mut lexer = Lexer { text, ..Lexer::default() };
    lexer.skip_prompt();
    while let Some(c) = lexer.peek() {
        lexer.step(c);
    }
    lexer.end_command();
    (lexer.commands, lexer.notes)
}

#[derive(Default)]
struct Lexer<'a> {
    text: &'a str,
    at: usize,
    word: Option<Word>,
    /// The next word is where output goes to.
    redirected: bool,
    /// Depth of `@{`, `@(`, `{` and `(`, inside which a line's end ends no command.
    depth: usize,
    /// Quotes of texts between `@"` and `"@` that are never closed from here on.
    unclosed: Vec<char>,
    /// Whether the text says that quotes reach curl; read when it is first asked for.
    keeps_quotes: OnceCell<bool>,
    command: Command,
    commands: Vec<Command>,
    notes: Vec<Note>,
}

fn is_single(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}'..='\u{201b}')
}

fn is_double(c: char) -> bool {
    matches!(c, '"' | '\u{201c}'..='\u{201e}')
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn word(&mut self) -> &mut Word {
        let at = self.at;
        self.word.get_or_insert_with(|| Word { at, ..Word::default() })
    }

    fn push(&mut self, c: char) {
        self.word().push(c);
        self.at += c.len_utf8();
    }

    fn push_variable(&mut self) {
        let is_name = self.rest()[1..].starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '{' | '('));
        self.word().is_filled |= is_name;
        self.push('$');
    }

    fn step(&mut self, c: char) {
        match c {
            '\n' if self.depth == 0 => {
                self.end_command();
                self.at += 1;
                self.skip_prompt();
            }
            c if c.is_whitespace() => {
                self.end_word();
                self.at += c.len_utf8();
            }
            '`' => self.backtick(),
            '@' if self.here_string() => {}
            '@' if self.word.is_none() && self.rest().starts_with(['@']) && self.rest()[1..].starts_with(['{', '(']) => {
                self.group();
            }
            '(' if self.word.is_none() => self.group(),
            c if is_single(c) => self.quoted(is_single, false),
            c if is_double(c) => self.quoted(is_double, true),
            '#' if self.word.is_none() => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
            '<' if self.rest().starts_with("<#") => self.at += self.rest().find("#>").map_or(self.rest().len(), |end| end + 2),
            ';' | '|' | '&' => {
                self.end_command();
                self.at += 1;
            }
            '>' => {
                // `2>` names the stream with the digits before it.
                if self.word.as_ref().is_some_and(|word| word.bytes.iter().all(u8::is_ascii_digit)) {
                    self.word = None;
                }
                self.end_word();
                self.redirected = true;
                self.at += 1;
            }
            '$' => self.push_variable(),
            '-' if self.word.is_none() && self.rest().starts_with("--% ") => self.verbatim(),
            c => self.push(c),
        }
    }

    fn backtick(&mut self) {
        let rest = &self.rest()[1..];
        // Not the whole line: it may be as long as the text, and a backtick stand at each place of it.
        let blank = rest.find(|c: char| c == '\n' || !c.is_whitespace()).unwrap_or(rest.len());
        if blank == rest.len() || rest[blank..].starts_with('\n') {
            self.at = (self.at + 1 + blank + 1).min(self.text.len());
            if self.rest().starts_with(">> ") {
                self.at += 3;
            }
            return;
        }
        self.word();
        self.at += 1;
        self.escaped();
    }

    /// The character behind a backtick.
    fn escaped(&mut self) {
        let Some(c) = self.peek() else { return };
        let plain = match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' => '\u{1b}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            c => c,
        };
        self.word().push(plain);
        self.at += c.len_utf8();
    }

    /// A text in quotes; a doubled quote is one, and a backtick escapes where `escapes`.
    fn quoted(&mut self, is_quote: fn(char) -> bool, escapes: bool) {
        let start = self.at;
        self.word();
        self.at += self.peek().map_or(0, char::len_utf8);
        while let Some(c) = self.peek() {
            if is_quote(c) {
                self.at += c.len_utf8();
                match self.peek() {
                    Some(next) if is_quote(next) => self.push(next),
                    _ => return,
                }
            } else if c == '$' && escapes {
                self.push_variable();
            } else if c == '`' && escapes {
                self.at += 1;
                self.escaped();
            } else {
                self.push(c);
            }
        }
        self.notes.push(Note {
            severity: Severity::Lost,
            place: Some(TextPosition::of(self.text, start)),
            text: "This quote is never closed, so all behind it was read as one text".into(),
        });
    }

    /// `@'`, a line's end, any text, and `'@` at the beginning of a line.
    fn here_string(&mut self) -> bool {
        let Some(quote) = self.rest()[1..].chars().next().filter(|c| matches!(c, '\'' | '"')) else { return false };
        let inside = &self.rest()[2..];
        let blank = inside.find(|c: char| c == '\n' || !c.is_whitespace()).filter(|at| inside[*at..].starts_with('\n'));
        let Some(first) = blank.map(|at| at + 1).filter(|_| self.word.is_none() && !self.unclosed.contains(&quote)) else {
            return false;
        };
        let body = &inside[first..];
        let Some(end) = body.find(&format!("\n{quote}@")) else {
            self.unclosed.push(quote);
            return false;
        };
        let text = body[..end].trim_end_matches('\r').to_owned();
        let length = 2 + first + end + 3;
        self.word().bytes.extend_from_slice(text.as_bytes());
        self.at += length;
        true
    }

    /// An expression in brackets is one word, as it stands.
    fn group(&mut self) {
        let mut depth = 0_usize;
        let mut quote: Option<char> = None;
        while let Some(c) = self.peek() {
            self.push(c);
            match (quote, c) {
                // What is escaped ends no quotes.
                (Some('"'), '`') => {
                    if let Some(escaped) = self.peek() {
                        self.push(escaped);
                    }
                }
                (Some(open), c) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(c),
                (None, '{' | '(') => depth += 1,
                (None, '}' | ')') => {
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    /// After `--%` the rest of the line goes to the program as it is.
    fn verbatim(&mut self) {
        self.at += 4;
        let line = self.rest().split('\n').next().unwrap_or("").trim_end_matches('\r').to_owned();
        let chars: Vec<(char, usize)> = line.char_indices().map(|(at, c)| (c, self.at + at)).collect();
        self.command.words.extend(split_words(&chars));
        self.at += line.len();
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        if std::mem::take(&mut self.redirected) {
            return;
        }
        self.command.words.push(word);
    }

    fn end_command(&mut self) {
        self.end_word();
        self.redirected = false;
        let mut command = std::mem::take(&mut self.command);
        if !is_web(&command) {
            if let Some(word) = command.words.iter().find(|word| may_lose_quotes(&command, word))
                && !*self.keeps_quotes.get_or_init(|| keeps_quotes(self.text))
            {
                add_note(&mut self.notes, || Note {
                    severity: Severity::Taken,
                    place: Some(TextPosition::of(self.text, word.at)),
                    text: LOSES_QUOTES.into(),
                });
            }
            command.words.iter_mut().for_each(unescape_for_program);
        }
        if !command.words.is_empty() {
            self.commands.push(command);
        }
    }

    fn skip_prompt(&mut self) {
        while let Some(line) = self.rest().split_inclusive('\n').next().filter(|line| is_said(line)) {
            self.at += line.len();
        }
        let line = self.rest().split('\n').next().unwrap_or("");
        if (line.starts_with("PS ") || line.starts_with("PS>"))
            && let Some(end) = line.find("> ")
        {
            self.at += end + 2;
        } else if line.starts_with(">> ") {
            self.at += 3;
        }
    }
}

/// Whether a line is what PowerShell says below a command: where an error was, or what it did.
fn is_said(line: &str) -> bool {
    let is_place = line.starts_with("At ") && line.contains(" char:");
    line.trim_start().starts_with("+ ") || is_place || line.starts_with("VERBOSE: ") || line.starts_with("DEBUG: ")
}

const LOSES_QUOTES: &str = "Windows PowerShell, and PowerShell before 7.3, takes the double quotes out of this argument before curl sees it: \
     what arrives is not JSON any more. Write \\\" for each, put the JSON into a file and send --data-binary \"@file\", or use PowerShell 7.3";

/// Whether a word of a command for curl is JSON whose quotes an older PowerShell takes away.
fn may_lose_quotes(command: &Command, word: &Word) -> bool {
    let name = command.words.first().map(Word::text).unwrap_or_default().to_ascii_lowercase();
    let written = word.text();
    matches!(name.rsplit(['/', '\\']).next(), Some("curl" | "curl.exe"))
        && (written.contains("{\"") || written.contains("[\""))
        && !written.contains("\\\"")
}

/// Whether a text says that quotes reach a program: that the PowerShell is newer, or hands all on as it is.
fn keeps_quotes(text: &str) -> bool {
    let is_new = text.contains("PSVersion") && ["7.3", "7.4", "7.5", "7.6"].iter().any(|version| text.contains(version));
    is_new || text.contains("--%")
}

/// PowerShell up to 7.2 hands quotes inside a word to a program unescaped, so people escape them themselves. Where they did, the
/// program's start-up code takes the backslashes off again.
fn unescape_for_program(word: &mut Word) {
    let text = word.text();
    if text == "\"\"" {
        word.bytes.clear();
    } else if text.contains("\\\"") {
        let mut plain = String::with_capacity(text.len());
        let mut slashes = 0;
        for c in text.chars() {
            match c {
                '\\' => slashes += 1,
                c => {
                    // Before a quote each second backslash escapes.
                    plain.extend(std::iter::repeat_n('\\', if c == '"' { slashes / 2 } else { slashes }));
                    plain.push(c);
                    slashes = 0;
                }
            }
        }
        plain.extend(std::iter::repeat_n('\\', slashes));
        word.bytes = plain.into_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_by_table() {
        let table: [(&str, &[&[&str]]); 19] = [
            (r#"curl.exe -d '""' u"#, &[&["curl.exe", "-d", "", "u"]]),
            (r#"curl.exe -d '{\"a\\\": 1\"}\'"#, &[&["curl.exe", "-d", r#"{"a\": 1"}\"#]]),
            ("curl.exe a b", &[&["curl.exe", "a", "b"]]),
            ("curl.exe 'it''s' \"a`\"b\"\"c`n\"", &[&["curl.exe", "it's", "a\"b\"c\n"]]),
            ("curl.exe `\r\n -X POST `\n u", &[&["curl.exe", "-X", "POST", "u"]]),
            (r#"curl.exe -d '{\"a\": 1}'"#, &[&["curl.exe", "-d", r#"{"a": 1}"#]]),
            (r#"curl.exe -d '{"a": 1}'"#, &[&["curl.exe", "-d", r#"{"a": 1}"#]]),
            (r#"curl.exe -d "{\`"a\`": 1}""#, &[&["curl.exe", "-d", r#"{"a": 1}"#]]),
            ("curl.exe \"$env:KEY\" $url", &[&["curl.exe", "$env:KEY", "$url"]]),
            ("curl.exe -d @'\n{\"a\": \"it's\"}\n'@ u", &[&["curl.exe", "-d", "{\"a\": \"it's\"}", "u"]]),
            ("PS C:\\Users\\me> curl.exe a `\n>> b", &[&["curl.exe", "a", "b"]]),
            ("curl.exe a; curl.exe b | ConvertFrom-Json", &[&["curl.exe", "a"], &["curl.exe", "b"], &["ConvertFrom-Json"]]),
            ("# hi\ncurl.exe a # there\n<# and\n here #>", &[&["curl.exe", "a"]]),
            ("& curl.exe a", &[&["curl.exe", "a"]]),
            ("curl.exe --% -d \"{\\\"a\\\":1}\" u", &[&["curl.exe", "-d", "{\"a\":1}", "u"]]),
            ("curl.exe -F \"f=@a.zip\" '@b'", &[&["curl.exe", "-F", "f=@a.zip", "@b"]]),
            ("curl.exe \u{201c}a b\u{201d} \u{2018}c d\u{2019}", &[&["curl.exe", "a b", "c d"]]),
            ("curl.exe a 2> err.txt > out.txt", &[&["curl.exe", "a"]]),
            ("irm u -Headers @{ a = 'b;c'; d = \"e\" }", &[&["irm", "u", "-Headers", "@{ a = 'b;c'; d = \"e\" }"]]),
        ];
        for (text, expected) in table {
            let found: Vec<Vec<String>> =
                split(text).0.iter().map(|command| command.words.iter().map(Word::text).collect()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
