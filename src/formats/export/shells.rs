//! How shells want the words of a command.

use super::template::{Piece, Template, environment_name};
use crate::model::unseen::one_line;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What is piped into a command.
pub(super) enum Stdin {
    /// Bytes that are not text.
    Bytes(Vec<u8>),
    /// Text that is too long for a word.
    Text(Template),
}

/// A shell's way of writing.
pub(super) trait Shell {
    /// A word of a command.
    fn word(&self, text: &Template) -> String;
    /// A remark on a line of its own.
    fn comment(&self, text: &str) -> String;
    /// What stands before the commands.
    fn prelude(&self) -> &'static str {
        ""
    }
    /// How a line ends.
    fn line_end(&self) -> &'static str {
        "\n"
    }
    /// What goes on in the next line.
    fn continued(&self) -> &'static str;
    /// The name of curl.
    fn program(&self) -> &'static str {
        "curl"
    }
    /// Whether bytes and long texts can be piped to a program.
    fn pipes(&self) -> bool {
        false
    }
    /// How many characters a command may have.
    fn longest_line(&self) -> Option<usize> {
        None
    }
    /// What there is to know about a text for this shell.
    fn note(&self, _text: &str, _has_variables: bool) -> Vec<String> {
        Vec::new()
    }

    /// A whole command: each group of words on a line of its own.
    fn command(&self, lines: &[Vec<&Template>], stdin: Option<&Stdin>) -> String {
        let line = |words: &Vec<&Template>| words.iter().map(|word| self.word(word)).collect::<Vec<_>>().join(" ");
        let lines: Vec<String> = lines.iter().map(line).collect();
        let pipe = match stdin {
            None => String::new(),
            Some(Stdin::Bytes(bytes)) => format!("echo {} | base64 -d | ", STANDARD.encode(bytes)),
            Some(Stdin::Text(text)) => format!("printf %s {} | ", self.word(text)),
        };
        format!("{pipe}{} {}{}", self.program(), lines.join(self.continued()), self.line_end())
    }
}

/// bash.
pub(super) struct Bash;

impl Shell for Bash {
    fn word(&self, text: &Template) -> String {
        if text.is_empty() {
            return "''".into();
        }
        if let Some(plain) = text.as_plain().filter(|plain| is_harmless(plain)) {
            return plain.to_owned();
        }
        text.map(bash_text, |name| format!("\"${{{}}}\"", environment_name(name)))
    }

    fn comment(&self, text: &str) -> String {
        format!("# {}\n", one_line(text))
    }

    fn continued(&self) -> &'static str {
        " \\\n  "
    }

    fn pipes(&self) -> bool {
        true
    }
}

/// Whether a word means itself in every shell.
fn is_harmless(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:".contains(c))
}

fn bash_text(text: &str) -> String {
    // A terminal takes some control characters of a paste as keys.
    if text.chars().any(|c| c.is_control() && c != '\n') {
        let mut quoted = String::from("$'");
        for c in text.chars() {
            match c {
                '\'' | '\\' => quoted.extend(['\\', c]),
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                '\t' => quoted.push_str("\\t"),
                c if c.is_ascii_control() => quoted.push_str(&format!("\\{:03o}", u32::from(c))),
                c => quoted.push(c),
            }
        }
        quoted.push('\'');
        return quoted;
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// `cmd.exe`.
pub(super) struct Cmd;

impl Shell for Cmd {
    fn word(&self, text: &Template) -> String {
        if let Some(plain) = text.as_plain().filter(|plain| is_harmless(plain)) {
            return plain.to_owned();
        }
        // The quotes are for curl's own reader; for cmd.exe every sign that means something is taken back by a caret, so that it never
        // is between quotes.
        let whole = runtime_quoted(text);
        whole.map(caret_escaped, |name| format!("%{}%", environment_name(name)))
    }

    fn comment(&self, text: &str) -> String {
        format!("rem {}\r\n", one_line(text).replace(['%', '^', '&', '|', '<', '>'], " "))
    }

    fn line_end(&self) -> &'static str {
        "\r\n"
    }

    fn continued(&self) -> &'static str {
        " ^\r\n  "
    }

    fn program(&self) -> &'static str {
        "curl.exe"
    }

    fn longest_line(&self) -> Option<usize> {
        Some(8000)
    }

    fn note(&self, text: &str, has_variables: bool) -> Vec<String> {
        let mut notes = Vec::new();
        if text.contains('%') {
            notes.push(
                "This is to be pasted into cmd.exe; in a .cmd file each percent sign that is not a variable's must be doubled"
                    .into(),
            );
        }
        if has_variables {
            notes.push("cmd.exe puts a variable's value in as it is: one with & | < > ^ or a quote breaks the command".into());
        }
        notes
    }
}

/// A word in quotes as Microsoft's C runtime reads it.
fn runtime_quoted(text: &Template) -> Template {
    let mut pieces: Vec<Piece> = vec![Piece::Text("\"".into())];
    let last = text.pieces.len().saturating_sub(1);
    for (index, piece) in text.pieces.iter().enumerate() {
        pieces.push(match piece {
            Piece::Text(text) => Piece::Text(runtime_escaped(text, index == last)),
            variable => variable.clone(),
        });
    }
    pieces.push(Piece::Text("\"".into()));
    Template { pieces }
}

/// Backslashes count only before a quote, where they are doubled.
fn runtime_escaped(text: &str, ends_word: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut slashes = 0;
    for c in text.chars() {
        if c == '"' {
            escaped.extend(std::iter::repeat_n('\\', slashes + 1));
        }
        slashes = if c == '\\' { slashes + 1 } else { 0 };
        escaped.push(c);
    }
    if ends_word {
        escaped.extend(std::iter::repeat_n('\\', slashes));
    }
    escaped
}

fn caret_escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => escaped.push_str("^\r\n\r\n"),
            '^' | '&' | '|' | '<' | '>' | '(' | ')' | '"' | '%' | '!' => escaped.extend(['^', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// PowerShell, from 5.1 on.
pub(super) struct PowerShell;

impl Shell for PowerShell {
    fn word(&self, text: &Template) -> String {
        if text.is_empty() {
            return "'\"\"'".into();
        }
        if let Some(plain) = text.as_plain().filter(|plain| is_harmless(plain)) {
            return plain.to_owned();
        }
        if let Some(plain) = text.as_plain() {
            return format!("'{}'", doubled(&runtime_escaped(plain, false), is_single));
        }
        let one = |piece: &Piece| match piece {
            Piece::Text(text) => backticked(&runtime_escaped(text, false)),
            Piece::Variable(name) => format!("${{env:{}}}", environment_name(name)),
        };
        format!("\"{}\"", text.pieces.iter().map(one).collect::<String>())
    }

    fn comment(&self, text: &str) -> String {
        format!("# {}\n", one_line(text))
    }

    fn prelude(&self) -> &'static str {
        // Before 7.3 a quote within an argument had to be escaped by hand, and this keeps it so; 5.1 does not mind the line.
        "$PSNativeCommandArgumentPassing = 'Legacy'\n"
    }

    fn longest_line(&self) -> Option<usize> {
        Some(32_000)
    }

    fn continued(&self) -> &'static str {
        " `\n  "
    }

    fn program(&self) -> &'static str {
        "curl.exe"
    }
}

fn is_single(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}'..='\u{201b}')
}

fn doubled(text: &str, is_quote: fn(char) -> bool) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        if is_quote(c) {
            written.push(c);
        }
        written.push(c);
    }
    written
}

fn backticked(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '`' | '$' | '"' | '\u{201c}'..='\u{201e}') {
            written.push('`');
        }
        written.push(c);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_by_table() {
        let variable =
            Template { pieces: vec![Piece::Text("a'\"$b=".into()), Piece::Variable("apiKey".into()), Piece::Text("&c".into())] };
        for (text, bash, cmd, powershell) in [
            (Template::plain("plain-1"), "plain-1", "plain-1", "plain-1"),
            (Template::default(), "''", "^\"^\"", "'\"\"'"),
            (Template::plain("it's"), "'it'\\''s'", "^\"it's^\"", "'it''s'"),
            (Template::plain("a\rb\u{1}"), "$'a\\rb\\001'", "^\"a\rb\u{1}^\"", "'a\rb\u{1}'"),
            (Template::plain("{\"a\\\": 1}"), "'{\"a\\\": 1}'", "^\"{\\^\"a\\\\\\^\": 1}^\"", "'{\\\"a\\\\\\\": 1}'"),
            (Template::plain("50%"), "'50%'", "^\"50^%^\"", "'50%'"),
            (
                variable,
                "'a'\\''\"$b='\"${CENTERCODE_API_KEY}\"'&c'",
                "^\"a'\\^\"$b=%CENTERCODE_API_KEY%^&c^\"",
                "\"a'\\`\"`$b=${env:CENTERCODE_API_KEY}&c\"",
            ),
        ] {
            assert_eq!(Bash.word(&text), bash);
            assert_eq!(Cmd.word(&text), cmd);
            assert_eq!(PowerShell.word(&text), powershell);
        }
    }
}
