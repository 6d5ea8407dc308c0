//! What bash makes of a paste: commands of words, without expanding anything.

use super::bash_variables::{self, Variables};
use super::command::{Command, Stdin, Word};
use crate::model::imported::{Note, Severity, TextPosition, add_note};

/// What is said of a quote that is none to a shell.
pub(super) const TYPOGRAPHIC: &str = "This is a typographic quote, as text programs put it in; a shell takes it for a letter";
/// What is said of a space that is none to a shell.
const OTHER_SPACE: &str = "This is not a plain space but a no-break space or its like";
/// What is said of a quote without its partner.
pub(super) const UNCLOSED: &str = "This quote is never closed, so all behind it was read as one text";

/// Splits a paste into commands. With `hash_is_prompt` a `#` before `curl` is root's prompt, not a comment.
pub(super) fn split(text: &str, hash_is_prompt: bool) -> (Vec<Command>, Vec<Note>) {
    let mut lexer = Lexer { text, at: 0, hash_is_prompt, ..Lexer::default() };
    lexer.skip_prompt();
    while let Some(c) = lexer.peek() {
        lexer.step(c);
    }
    lexer.end_command();
    (lexer.commands, lexer.notes)
}

#[derive(Clone, Copy, PartialEq)]
enum Redirect {
    Out,
    In,
    HereText,
    HereDocument { strips_tabs: bool },
}

/// What the shell knows of a here-document before its text.
struct Document {
    delimiter: Vec<u8>,
    strips_tabs: bool,
    /// Whether the shell fills the variables in it, as it does where no quotes stand around the delimiter.
    is_open: bool,
}

#[derive(Default)]
struct Lexer<'a> {
    text: &'a str,
    at: usize,
    hash_is_prompt: bool,
    word: Option<Word>,
    command: Command,
    redirect: Option<Redirect>,
    /// Here-documents whose text begins after this line.
    documents: Vec<Document>,
    piped: bool,
    commands: Vec<Command>,
    notes: Vec<Note>,
    variables: Variables,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn starts(&self, what: &str) -> bool {
        self.rest().starts_with(what)
    }

    fn note(&mut self, severity: Severity, at: usize, text: &str) {
        let whole = self.text;
        add_note(&mut self.notes, || Note { severity, place: Some(TextPosition::of(whole, at)), text: text.to_owned() });
    }

    fn word(&mut self) -> &mut Word {
        let at = self.at;
        self.word.get_or_insert_with(|| Word { at, ..Word::default() })
    }

    fn push(&mut self, c: char) {
        let next = self.rest().chars().nth(1);
        if matches!(c, '$' | '`') && next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '{' | '(')) {
            self.word().is_filled = true;
        }
        if let Some(next) = next.filter(|next| c == '$' && (next.is_ascii_digit() || "@*#?$!".contains(*next))) {
            self.word().is_filled = true;
            let said = format!(
                "To the shell ${next} is an argument of a script or a value of its own, at a prompt most often an empty one. If it is \
                 meant as text, put it between single quotes or write \\${next}"
            );
            if self.command.words.iter().any(|word| word.bytes.ends_with(b"curl")) {
                self.note(Severity::Lost, self.at, &said);
            }
        }
        self.word().push(c);
        self.at += c.len_utf8();
    }

    /// As [`Self::push`], of a character that is not a sign of anything.
    fn push_plain(&mut self, c: char) {
        self.word().push(c);
        self.at += c.len_utf8();
    }

    fn step(&mut self, c: char) {
        match c {
            '\n' => {
                self.end_command();
                self.at += 1;
                self.read_documents();
                self.skip_prompt();
            }
            c if c.is_whitespace() => {
                if !c.is_ascii() && !self.notes.iter().any(|note| note.text.starts_with(OTHER_SPACE)) {
                    let said = format!(
                        "{OTHER_SPACE} (U+{:04X}), as chat and text programs put it in; a shell takes it for a letter. It was read as the \
                         space that was meant",
                        u32::from(c)
                    );
                    self.note(Severity::Lost, self.at, &said);
                }
                self.end_word();
                self.at += c.len_utf8();
            }
            '\\' => self.backslash(),
            '\'' => self.single_quoted(),
            '"' => self.double_quoted(),
            '$' if self.starts("$'") => self.ansi_quoted(),
            '$' if self.starts("$\"") => {
                self.word();
                self.at += 1;
            }
            '$' if self.starts("$(") => self.substitution(),
            '$' if self.expand() => {}
            '`' => self.backticks(),
            '#' if self.word.is_none() => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
            ';' | '(' | ')' => {
                self.end_command();
                self.at += 1;
            }
            '|' => self.pipe(),
            '&' => self.ampersand(),
            '<' | '>' => self.redirection(c),
            '\u{2018}'..='\u{201e}' if self.word.is_none() => {
                self.note(Severity::Lost, self.at, TYPOGRAPHIC);
                self.push(c);
            }
            '{' if self.word.is_none() && self.starts("{\"") => {
                self.note(
                    Severity::Lost,
                    self.at,
                    "This JSON has no quotes around it: the shell takes its double quotes away, and splits it at commas and spaces. Put \
                     single quotes around it",
                );
                self.push(c);
            }
            c => self.push(c),
        }
    }

    fn backslash(&mut self) {
        let rest = &self.rest()[1..];
        let line = &rest[..rest.find(|c: char| c == '\n' || !c.is_whitespace()).unwrap_or(rest.len())];
        let ends_line = rest[line.len()..].starts_with('\n');
        if ends_line {
            if !line.trim_end_matches('\r').is_empty() {
                self.note(
                    Severity::Taken,
                    self.at,
                    "A space follows the backslash, so a shell ends the command here; read on as if it were not there",
                );
            }
            self.at += 1 + line.len() + 1;
            let continued = self.rest().strip_prefix("> ").map(|_| 2);
            self.at += continued.unwrap_or(0);
            return;
        }
        self.word();
        self.at += 1;
        if let Some(c) = self.peek() {
            self.push_plain(c);
        }
    }

    fn single_quoted(&mut self) {
        let start = self.at;
        self.word();
        self.at += 1;
        let end = self.rest().find('\'');
        let inside = &self.text[self.at..end.map_or(self.text.len(), |end| self.at + end)];
        self.word().bytes.extend_from_slice(inside.as_bytes());
        self.at += inside.len() + usize::from(end.is_some());
        if end.is_none() {
            self.unclosed(start);
        }
    }

    fn unclosed(&mut self, start: usize) {
        self.note(Severity::Lost, start, UNCLOSED);
    }

    fn double_quoted(&mut self) {
        let start = self.at;
        self.word();
        self.at += 1;
        while let Some(c) = self.peek() {
            match c {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' => {
                    let next = self.rest()[1..].chars().next();
                    self.at += 1;
                    match next {
                        Some(next @ ('"' | '\\' | '$' | '`')) => self.push_plain(next),
                        Some('\n') => self.at += 1,
                        Some('\r') if self.starts("\r\n") => self.at += 2,
                        _ => self.word().push('\\'),
                    }
                }
                '$' if self.starts("$(") => self.substitution(),
                '$' if self.expand() => {}
                '`' => self.backticks(),
                // The terminal puts these in, or the program that the paste went through.
                '\r' if self.starts("\r\n") => self.at += 1,
                c => self.push(c),
            }
        }
        self.unclosed(start);
    }

    /// Puts in the value of a variable that was assigned before; `false` where it was not.
    fn expand(&mut self) -> bool {
        let Some((name, length)) = bash_variables::name_at(self.rest()) else { return false };
        let Some(value) = self.variables.value(name).map(<[u8]>::to_vec) else { return false };
        self.word().bytes.extend_from_slice(&value);
        self.at += length;
        true
    }

    /// `$(cat <<EOF … EOF)` stands for its text; any other `$(…)` is left as it is.
    fn substitution(&mut self) {
        let start = self.at;
        if let Some((text, length)) = bash_variables::document_at(self.rest(), &self.variables) {
            self.word().bytes.extend_from_slice(&text);
            self.at += length;
            return;
        }
        let mut depth = 0_usize;
        while let Some(c) = self.peek() {
            self.push(c);
            match c {
                '(' => depth += 1,
                ')' if depth == 1 => break,
                ')' => depth -= 1,
                _ => {}
            }
        }
        self.note(Severity::Lost, start, "What this command prints is not known here; it was left as it is");
    }

    fn backticks(&mut self) {
        let start = self.at;
        self.push('`');
        while let Some(c) = self.peek() {
            self.push(c);
            if c == '`' {
                break;
            }
        }
        self.note(Severity::Lost, start, "What this command prints is not known here; it was left as it is");
    }

    fn ansi_quoted(&mut self) {
        let start = self.at;
        self.word();
        self.at += 2;
        // A NUL ends a text of the shell, but not its quotes.
        let mut bytes = Vec::new();
        let mut closed = false;
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                '\'' => {
                    closed = true;
                    break;
                }
                '\\' => self.ansi_escape(&mut bytes),
                c => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        if let Some(nul) = bytes.iter().position(|byte| *byte == 0) {
            bytes.truncate(nul);
        }
        self.word().bytes.extend_from_slice(&bytes);
        if !closed {
            self.unclosed(start);
        }
    }

    fn ansi_escape(&mut self, bytes: &mut Vec<u8>) {
        let Some(c) = self.peek() else { return bytes.push(b'\\') };
        self.at += c.len_utf8();
        let plain = match c {
            'n' => b'\n',
            't' => b'\t',
            'r' => b'\r',
            'a' => 7,
            'b' => 8,
            'e' | 'E' => 27,
            'f' => 12,
            'v' => 11,
            '\\' | '\'' | '"' | '?' => c as u8,
            'x' => match self.digits(16, 2) {
                Some(value) => value as u8,
                None => return bytes.extend_from_slice(b"\\x"),
            },
            'u' | 'U' => {
                let value = self.digits(16, if c == 'u' { 4 } else { 8 });
                match value {
                    Some(value) => {
                        let c = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                    None => bytes.extend_from_slice(&[b'\\', c as u8]),
                }
                return;
            }
            '0'..='7' => {
                self.at -= 1;
                self.digits(8, 3).unwrap_or(0) as u8
            }
            'c' => {
                let control = self.peek().unwrap_or('@');
                self.at += self.peek().map_or(0, char::len_utf8);
                (control.to_ascii_uppercase() as u32 as u8) & 0x1f
            }
            c => {
                bytes.push(b'\\');
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                return;
            }
        };
        bytes.push(plain);
    }

    fn digits(&mut self, radix: u32, most: usize) -> Option<u32> {
        let digits: String = self.rest().chars().take(most).take_while(|c| c.is_digit(radix)).collect();
        self.at += digits.len();
        u32::from_str_radix(&digits, radix).ok()
    }

    fn pipe(&mut self) {
        let is_or = self.starts("||");
        self.end_command();
        self.at += if is_or || self.starts("|&") { 2 } else { 1 };
        self.piped = !is_or;
    }

    fn ampersand(&mut self) {
        if self.starts("&>") {
            self.end_word();
            self.at += 1;
            return;
        }
        let at = self.at;
        let cuts_an_address = self.word.as_ref().is_some_and(|word| word.bytes.contains(&b'?'))
            && self.rest()[1..].chars().next().is_some_and(char::is_alphanumeric);
        if cuts_an_address {
            self.note(
                Severity::Lost,
                at,
                "A shell ends the command at this &, because the address is not in quotes; what follows is never sent",
            );
        }
        self.end_command();
        self.at += if self.starts("&&") { 2 } else { 1 };
    }

    fn redirection(&mut self, c: char) {
        // `2>` names the stream with the digits before it.
        if self.word.as_ref().is_some_and(|word| !word.bytes.is_empty() && word.bytes.iter().all(u8::is_ascii_digit)) {
            self.word = None;
        }
        self.end_word();
        let (length, redirect) = if self.starts("<<<") {
            (3, Redirect::HereText)
        } else if self.starts("<<-") {
            (3, Redirect::HereDocument { strips_tabs: true })
        } else if self.starts("<<") {
            (2, Redirect::HereDocument { strips_tabs: false })
        } else if self.starts("<(") || self.starts(">(") {
            self.push(c);
            return self.substitution();
        } else if c == '<' {
            (if self.starts("<&") { 2 } else { 1 }, Redirect::In)
        } else {
            (if [">>", ">&", ">|"].iter().any(|two| self.starts(two)) { 2 } else { 1 }, Redirect::Out)
        };
        self.at += length;
        self.redirect = Some(redirect);
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        match self.redirect.take() {
            None => self.command.words.push(word),
            Some(Redirect::Out) => {}
            Some(Redirect::In) => self.command.stdin = Some(Stdin::File(word.text())),
            Some(Redirect::HereText) => {
                let mut bytes = word.bytes;
                bytes.push(b'\n');
                self.command.stdin = Some(Stdin::Bytes(bytes));
            }
            Some(Redirect::HereDocument { strips_tabs }) => {
                let is_open = !self.text[word.at..].starts_with(['\'', '"', '\\']);
                self.documents.push(Document { delimiter: word.bytes, strips_tabs, is_open });
            }
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.redirect = None;
        let mut command = std::mem::take(&mut self.command);
        if command.words.is_empty() {
            return;
        }
        self.variables.assign(&command.words);
        if std::mem::take(&mut self.piped) && command.stdin.is_none() {
            command.stdin = self.commands.last().and_then(printed_by);
        }
        self.commands.push(command);
    }

    /// The texts of here-documents stand between this line and the next command.
    fn read_documents(&mut self) {
        for Document { delimiter, strips_tabs, is_open } in std::mem::take(&mut self.documents) {
            let mut bytes = Vec::new();
            while self.at < self.text.len() {
                let line = self.rest().split_inclusive('\n').next().unwrap_or("").to_owned();
                self.at += line.len();
                let line = if strips_tabs { line.trim_start_matches('\t') } else { &line };
                if line.trim_end_matches(['\n', '\r']).as_bytes() == delimiter {
                    break;
                }
                bytes.extend_from_slice(line.as_bytes());
            }
            let is_text = is_open && std::str::from_utf8(&bytes).is_ok();
            let (bytes, is_whole) = if is_text {
                bash_variables::filled_as_far(&String::from_utf8_lossy(&bytes), &self.variables)
            } else {
                (bytes, true)
            };
            if let Some(command) = self.commands.last_mut() {
                command.stdin = Some(Stdin::Bytes(bytes));
                // The word that reads it.
                let at = command.words.iter().position(|word| word.bytes.ends_with(b"@-")).or(command.words.len().checked_sub(1));
                if let Some(word) = at.and_then(|at| command.words.get_mut(at)) {
                    word.is_filled |= !is_whole;
                }
            }
        }
    }

    /// What a terminal wrote before the command.
    fn skip_prompt(&mut self) {
        let line = self.rest().split('\n').next().unwrap_or("");
        let Some(at) = ["curl", "wget ", "http ", "https ", "xh ", "xhs "].iter().find_map(|name| line.find(name)) else {
            return;
        };
        let before = &line[..at];
        let is_comment = before.trim_start().starts_with('#') && !self.hash_is_prompt;
        let signs = ["$ ", "% ", "# ", "> ", "❯ ", "➜ ", "» ", "+ "];
        if !is_comment && !before.contains(['\'', '"', '|', '=']) && signs.iter().any(|sign| before.ends_with(sign)) {
            self.at += at;
        }
    }
}

/// What a command in front of a pipe feeds into it, as far as that can be told.
fn printed_by(command: &Command) -> Option<Stdin> {
    let name = command.words.first()?.text();
    let arguments = &command.words[1..];
    let flags = arguments.iter().take_while(|word| word.bytes.starts_with(b"-") && word.bytes.len() == 2).count();
    match (name.as_str(), &arguments[flags..]) {
        ("cat", [file]) => Some(Stdin::File(file.text())),
        ("cat", []) => command.stdin.clone(),
        ("echo", words) => {
            let mut bytes = words.iter().map(|word| word.bytes.as_slice()).collect::<Vec<_>>().join(&b' ');
            if !arguments[..flags].iter().any(|word| word.bytes == b"-n") {
                bytes.push(b'\n');
            }
            Some(Stdin::Bytes(bytes))
        }
        ("printf", [format, text]) if format.bytes == b"%s" => Some(Stdin::Bytes(text.bytes.clone())),
        ("printf", [text]) if !text.bytes.contains(&b'%') && !text.bytes.contains(&b'\\') => {
            Some(Stdin::Bytes(text.bytes.clone()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        split(text, false).0.iter().map(|command| command.words.iter().map(Word::text).collect()).collect()
    }

    #[test]
    fn words_by_table() {
        let table: [(&str, &[&[&str]]); 27] = [
            ("curl a b", &[&["curl", "a", "b"]]),
            ("curl 'a b' \"c d\" e\\ f", &[&["curl", "a b", "c d", "e f"]]),
            (r#"curl 'it'\''s' "a\"b\\c\$d\n""#, &[&["curl", "it's", "a\"b\\c$d\\n"]]),
            (r#"curl $'a\n\t\'\u00e4\x41\101\\'"#, &[&["curl", "a\n\t'äAA\\"]]),
            (r"curl $'\xe2\x82\xac' $'\U0001F600' $'\q'", &[&["curl", "€", "😀", "\\q"]]),
            ("curl $'a\\0b'c", &[&["curl", "ac"]]),
            ("curl \\\n  a \\\r\n b", &[&["curl", "a", "b"]]),
            ("$ curl \\\n> a", &[&["curl", "a"]]),
            ("user@host:~/x$ curl a\nroot@host:/# curl b\n❯ curl c", &[&["curl", "a"], &["curl", "b"], &["curl", "c"]]),
            ("# a comment\ncurl a # more\n# curl b", &[&["curl", "a"]]),
            ("curl a#b", &[&["curl", "a#b"]]),
            (
                "curl a; curl b && curl c || curl d | jq .",
                &[&["curl", "a"], &["curl", "b"], &["curl", "c"], &["curl", "d"], &["jq", "."]],
            ),
            ("curl a > out 2>&1 2>/dev/null < in", &[&["curl", "a"]]),
            ("curl a>out", &[&["curl", "a"]]),
            ("curl a &> out", &[&["curl", "a"]]),
            ("curl \"$HOST/${X}\" $Y", &[&["curl", "$HOST/${X}", "$Y"]]),
            ("curl \"a $(cat \"x y\") b\"", &[&["curl", "a $(cat \"x y\") b"]]),
            ("curl `date`", &[&["curl", "`date`"]]),
            ("curl '' \"\" $''", &[&["curl", "", "", ""]]),
            ("curl 'a", &[&["curl", "a"]]),
            ("curl \"a\\\nb\"", &[&["curl", "ab"]]),
            ("curl 'a\nb'", &[&["curl", "a\nb"]]),
            ("curl http://h/?a=1&b=2", &[&["curl", "http://h/?a=1"], &["b=2"]]),
            ("curl $\"a b\"", &[&["curl", "a b"]]),
            ("curl -d {\"a\":1}", &[&["curl", "-d", "{a:1}"]]),
            ("(curl a)", &[&["curl", "a"]]),
            ("curl \\ \n a", &[&["curl", "a"]]),
        ];
        for (text, expected) in table {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn standard_input_by_table() {
        let bytes = |text: &str| Some(Stdin::Bytes(text.as_bytes().to_vec()));
        for (text, expected) in [
            ("curl -d @- u <<EOF\n{\"a\": 1}\nEOF\n", bytes("{\"a\": 1}\n")),
            ("curl -d @- u <<-'E'\n\tx\n\tE", bytes("x\n")),
            ("A=1\ncurl u <<E\n$A \\$A $B `c`\nE", bytes("1 $A $B `c`\n")),
            ("curl u <<\\E\n$A \\$A\nE", bytes("$A \\$A\n")),
            ("curl u <<< 'x y'", bytes("x y\n")),
            ("curl u < file.json", Some(Stdin::File("file.json".into()))),
            ("cat file.json | curl u", Some(Stdin::File("file.json".into()))),
            ("echo '{}' | curl u", bytes("{}\n")),
            ("echo -n '{}' | curl u", bytes("{}")),
            ("printf %s '{}' | curl u", bytes("{}")),
            ("make | curl u", None),
            ("cat <<E | curl u\nx\nE", bytes("x\n")),
        ] {
            assert_eq!(split(text, false).0.last().unwrap().stdin, expected, "{text}");
        }
    }

    #[test]
    fn notes_have_a_place() {
        let (_, notes) = split("curl a\ncurl 'b", false);
        assert_eq!(notes[0].place, Some(TextPosition { line: 2, column: 6 }));
        assert!(split("curl \u{201c}h\u{201d}", false).1[0].text.contains("typographic"));
        assert!(split("curl h?a=1&b=2", false).1[0].text.contains("quotes"));
    }

    #[test]
    fn roots_prompt_when_asked() {
        assert_eq!(split("# curl a", true).0.len(), 1);
    }
}
