//! What is wrong with a text that should be JSON: where, in words, and mended where that is safe.
//!
//! serde_json is the judge of what is valid. This reads on where it stops: it goes once through the text, notes each mistake it
//! understands, and writes the text anew without them. The mended text is offered only if serde_json takes it.

use crate::diagnosis::text;
use crate::model::unseen::is_unseen;

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Where it stands, in bytes.
    pub(crate) at: usize,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The column, in characters from 1.
    pub(crate) column: usize,
    /// The mistake in words, as in "a trailing comma before }".
    pub(crate) words: String,
    /// The text without its mistakes, if that makes it valid.
    pub(crate) mended: Option<String>,
}

/// The first mistake of a text that is not valid JSON; `None` when it is.
pub(crate) fn find(text: &str) -> Option<Mistake> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
    let mut scanner = Scanner::new(text);
    scanner.run();
    let mended = serde_json::from_str::<serde::de::IgnoredAny>(&scanner.out).is_ok().then_some(scanner.out);
    let (at, words) = scanner.first.unwrap_or_else(|| {
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or("").to_owned();
        (offset_of(text, error.line(), error.column()), words)
    });
    let (line, column) = position(text, at);
    Some(Mistake { at, line, column, words, mended })
}

/// Line and column of a byte offset.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line, before.get(start..).unwrap_or("").chars().count() + 1)
}

/// serde_json counts columns in bytes.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    Key,
    Colon,
    Next,
    End,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    out: String,
    first: Option<(usize, String)>,
    open: Vec<char>,
    expect: Expect,
    /// Where in `out` the last comma stands, if nothing but space followed it.
    comma: Option<(usize, usize)>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            out: String::with_capacity(text.len()),
            first: None,
            open: Vec::new(),
            expect: Expect::Value,
            comma: None,
        }
    }

    fn mistake(&mut self, at: usize, words: impl Into<String>) {
        if self.first.as_ref().is_none_or(|(first, _)| at < *first) {
            self.first = Some((at, words.into()));
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn run(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.mistake(0, "a byte-order mark before the first character");
            self.at = '\u{feff}'.len_utf8();
        }
        while let Some(c) = self.rest().chars().next() {
            match c {
                ' ' | '\t' | '\n' | '\r' => {
                    self.out.push(c);
                    self.at += 1;
                }
                '/' if self.rest().starts_with("//") || self.rest().starts_with("/*") => {
                    self.comment("a comment, which JSON does not have");
                }
                '#' => self.comment("a comment, which JSON does not have"),
                '{' | '[' => self.opening(c),
                '}' | ']' => self.closing(c),
                ',' => self.comma(),
                ':' => self.colon(),
                '"' => self.string('"'),
                '\'' | '`' => {
                    self.mistake(
                        self.at,
                        if c == '\'' { "single quotes in place of double quotes" } else { "backticks in place of double quotes" },
                    );
                    self.string(c);
                }
                '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '″' | '＂' => {
                    self.mistake(self.at, format!("the curly quote {c} in place of a double quote"));
                    self.string(c);
                }
                ';' => {
                    self.mistake(self.at, "a semicolon, where JSON has commas or nothing");
                    self.at += 1;
                }
                c if c.is_whitespace() || is_unseen(c) => {
                    let name = text::char_name(c);
                    self.mistake(self.at, format!("the invisible character {name}, which JSON does not allow between values"));
                    self.at += c.len_utf8();
                }
                _ => self.word(),
            }
        }
        self.finish();
    }

    fn comment(&mut self, words: &str) {
        self.mistake(self.at, words);
        let rest = self.rest();
        let length = if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            rest.find('\n').unwrap_or(rest.len())
        };
        self.at += length;
    }

    /// Called before a value or key is written: puts in what is missing before it.
    fn before_value(&mut self, what: &str) {
        match self.expect {
            Expect::Next => {
                self.mistake(self.at, format!("a missing comma before {what}"));
                let end = self.out.trim_end().len();
                self.out.insert(end, ',');
                self.expect = if self.open.last() == Some(&'{') { Expect::Key } else { Expect::Value };
            }
            Expect::Colon => {
                self.mistake(self.at, format!("a missing colon before {what}"));
                let end = self.out.trim_end().len();
                self.out.insert(end, ':');
                self.expect = Expect::Value;
            }
            Expect::End => self.mistake(self.at, "more text after the end of the JSON"),
            Expect::Value | Expect::Key => {}
        }
        self.comma = None;
    }

    fn after_value(&mut self) {
        self.expect = match self.expect {
            Expect::Key => Expect::Colon,
            _ if self.open.is_empty() => Expect::End,
            _ => Expect::Next,
        };
    }

    fn opening(&mut self, c: char) {
        self.before_value(if c == '{' { "{" } else { "[" });
        if self.expect == Expect::Key {
            self.mistake(self.at, format!("{c} where the name of a member belongs"));
        }
        self.out.push(c);
        self.at += 1;
        self.open.push(c);
        self.expect = if c == '{' { Expect::Key } else { Expect::Value };
    }

    fn closing(&mut self, c: char) {
        if let Some((out_at, text_at)) = self.comma.take() {
            self.mistake(text_at, format!("a trailing comma before {c}"));
            self.out.remove(out_at);
        }
        match self.expect {
            Expect::Colon | Expect::Value if self.open.last() == Some(&'{') => {
                self.mistake(self.at, format!("a missing value before {c}"));
                self.out.push_str(if self.expect == Expect::Colon { ":null" } else { "null" });
            }
            _ => {}
        }
        let own = if c == '}' { '{' } else { '[' };
        match self.open.last() {
            Some(open) if *open == own => {
                self.open.pop();
                self.out.push(c);
            }
            Some(_) => {
                let wanted = if c == '}' { "]" } else { "}" };
                self.mistake(self.at, format!("{c} where {wanted} belongs: a bracket is missing or wrong"));
                if self.open.contains(&own) {
                    while let Some(open) = self.open.pop() {
                        self.out.push(if open == '{' { '}' } else { ']' });
                        if open == own {
                            break;
                        }
                    }
                }
            }
            None => self.mistake(self.at, format!("{c} with nothing open before it")),
        }
        self.at += 1;
        self.expect = if self.open.is_empty() { Expect::End } else { Expect::Next };
    }

    fn comma(&mut self) {
        if self.expect == Expect::Next {
            self.comma = Some((self.out.len(), self.at));
            self.out.push(',');
            self.expect = if self.open.last() == Some(&'{') { Expect::Key } else { Expect::Value };
        } else {
            self.mistake(
                self.at,
                if self.expect == Expect::End { "a comma after the end of the JSON" } else { "a comma with no value before it" },
            );
        }
        self.at += 1;
    }

    fn colon(&mut self) {
        if self.expect == Expect::Colon {
            self.expect = Expect::Value;
            self.out.push(':');
        } else {
            self.mistake(self.at, "a colon where none belongs");
        }
        self.at += 1;
    }

    fn string(&mut self, quote: char) {
        let start = self.at;
        self.before_value("a text");
        // Names hold no quotes; values may.
        let is_name = self.expect == Expect::Key;
        self.out.push('"');
        self.at += quote.len_utf8();
        let closes = |c: char| match quote {
            '"' | '\'' | '`' => c == quote,
            '‘' | '’' => matches!(c, '‘' | '’' | '\''),
            _ => matches!(c, '“' | '”' | '«' | '»' | '″' | '＂' | '"'),
        };
        loop {
            let Some(c) = self.rest().chars().next() else {
                self.mistake(start, "a text without its closing quote");
                break;
            };
            if closes(c) && (is_name || self.really_closes(c)) {
                self.at += c.len_utf8();
                break;
            }
            match c {
                '\\' => self.escape(quote),
                '"' => {
                    if quote == '"' {
                        self.mistake(self.at, "a double quote inside a text without a backslash before it");
                    }
                    self.out.push_str("\\\"");
                    self.at += 1;
                }
                '\n' | '\r' => {
                    self.mistake(self.at, "an unescaped line break inside a text");
                    self.out.push_str(if c == '\n' { "\\n" } else { "\\r" });
                    self.at += 1;
                }
                '\t' => {
                    self.mistake(self.at, "an unescaped tab inside a text");
                    self.out.push_str("\\t");
                    self.at += 1;
                }
                c if u32::from(c) < 0x20 => {
                    self.mistake(self.at, format!("the control character U+{:04X} inside a text", u32::from(c)));
                    self.out.push_str(&format!("\\u{:04x}", u32::from(c)));
                    self.at += 1;
                }
                c => {
                    self.out.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        self.out.push('"');
        self.after_value();
    }

    /// A quote ends a text where something follows that may follow a text; otherwise it was meant to be part of it.
    fn really_closes(&self, quote: char) -> bool {
        let rest = self.text.get(self.at + quote.len_utf8()..).unwrap_or("").trim_start();
        match rest.chars().next() {
            None | Some(',' | ':' | '}' | ']' | '"' | '/' | '#') => true,
            // A value that follows without a comma stands on a line of its own.
            Some(_) => self.text.get(self.at + quote.len_utf8()..).unwrap_or("").starts_with(['\n', '\r']),
        }
    }

    fn escape(&mut self, quote: char) {
        let next = self.rest().chars().nth(1);
        match next {
            Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => {
                self.out.push('\\');
                self.out.extend(next);
                self.at += 2;
            }
            Some('u') if self.rest().get(2..6).is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit())) => {
                self.out.push_str(self.rest().get(..6).unwrap_or(""));
                self.at += 6;
            }
            Some(c) if c == quote => {
                self.mistake(self.at, format!("\\{c}, which is not an escape in JSON"));
                self.out.push(c);
                self.at += 1 + c.len_utf8();
            }
            _ => {
                self.mistake(self.at, "a single backslash, which must be written twice in JSON");
                self.out.push_str("\\\\");
                self.at += 1;
            }
        }
    }

    /// A number, a literal, or something without quotes.
    fn word(&mut self) {
        let start = self.at;
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | '{' | '}' | '[' | ']' | '"' | '\'' | ';');
        let length =
            self.rest().find(ends).unwrap_or(self.rest().len()).max(self.rest().chars().next().map_or(1, char::len_utf8));
        let word = self.rest().get(..length).unwrap_or("");
        if word.starts_with('\\') && self.rest().starts_with("\\\"") {
            self.mistake(start, "quotes with a backslash before them outside a text: the JSON was escaped once too often");
            self.at += 1;
            return;
        }
        self.before_value(&format!("\"{}\"", text::short(word)));
        self.at += length;
        if self.expect == Expect::Key {
            self.mistake(start, format!("the name {} without double quotes", text::short(word)));
            self.push_quoted(word);
        } else if serde_json::from_str::<serde_json::Number>(word).is_ok() || matches!(word, "true" | "false" | "null") {
            self.out.push_str(word);
        } else {
            self.bad_word(start, word);
        }
        self.after_value();
    }

    fn bad_word(&mut self, start: usize, word: &str) {
        let (words, meant) = match word {
            "True" | "TRUE" => (format!("{word}, which JSON writes true"), Some("true")),
            "False" | "FALSE" => (format!("{word}, which JSON writes false"), Some("false")),
            "None" | "NULL" | "Null" | "nil" | "undefined" => (format!("{word}, which JSON writes null"), Some("null")),
            "NaN" | "Infinity" | "-Infinity" => (format!("{word}, which JSON does not have"), Some("null")),
            _ if word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) => {
                (format!("{}, which is not a number as JSON writes them", text::short(word)), None)
            }
            _ => (format!("the text {} without double quotes", text::short(word)), None),
        };
        self.mistake(start, words);
        match meant {
            Some(meant) => self.out.push_str(meant),
            None => self.push_quoted(word),
        }
    }

    fn push_quoted(&mut self, word: &str) {
        self.out.push_str(&serde_json::Value::from(word).to_string());
    }

    fn finish(&mut self) {
        if let Some((out_at, text_at)) = self.comma.take() {
            self.mistake(text_at, "a comma at the end");
            self.out.remove(out_at);
        }
        let end = self.text.trim_end().len();
        if let Some(open) = self.open.last() {
            let wanted = if *open == '{' { '}' } else { ']' };
            self.mistake(end, format!("a missing {wanted} at the end"));
        }
        if self.expect == Expect::Colon || (self.expect == Expect::Value && self.open.last() == Some(&'{')) {
            self.out.push_str(if self.expect == Expect::Colon { ":null" } else { "null" });
        }
        while let Some(open) = self.open.pop() {
            self.out.push(if open == '{' { '}' } else { ']' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::repair;

    #[test]
    fn mistakes_by_table() {
        for (text, line, column, words, mended) in [
            (r#"{"a": 1,}"#, 1, 8, "trailing comma", Some(r#"{"a": 1}"#)),
            ("{\n  \"a\": [1, 2,\n  ]\n}", 2, 13, "trailing comma", Some("{\n  \"a\": [1, 2\n  ]\n}")),
            ("{'a': 'b'}", 1, 2, "single quotes", Some(r#"{"a": "b"}"#)),
            ("{“a”: “b”}", 1, 2, "curly quote", Some(r#"{"a": "b"}"#)),
            ("{\"a\": \"x\ny\"}", 1, 9, "line break", Some(r#"{"a": "x\ny"}"#)),
            ("{\"a\": \"x\ty\"}", 1, 9, "tab", Some(r#"{"a": "x\ty"}"#)),
            ("{\"a\": 1 // one\n}", 1, 9, "comment", Some("{\"a\": 1 \n}")),
            ("{\"a\": /* one */ 1}", 1, 7, "comment", Some("{\"a\":  1}")),
            (r#"{"a": 1"#, 1, 8, "missing }", Some(r#"{"a": 1}"#)),
            (r#"{"a": [1, 2}"#, 1, 12, "where ] belongs", Some(r#"{"a": [1, 2]}"#)),
            ("\u{feff}{\"a\": 1}", 1, 1, "byte-order mark", Some(r#"{"a": 1}"#)),
            (r#"{a: 1}"#, 1, 2, "without double quotes", Some(r#"{"a": 1}"#)),
            (r#"{"a": None, "b": True}"#, 1, 7, "JSON writes null", Some(r#"{"a": null, "b": true}"#)),
            (r#"{"a": hello}"#, 1, 7, "without double quotes", Some(r#"{"a": "hello"}"#)),
            ("{\"a\": 1\n \"b\": 2}", 2, 2, "missing comma", Some("{\"a\": 1,\n \"b\": 2}")),
            (r#"{"a" 1}"#, 1, 6, "missing colon", Some(r#"{"a": 1}"#)),
            (r#"{"a": "C:\temp\x"}"#, 1, 15, "backslash", Some(r#"{"a": "C:\temp\\x"}"#)),
            (r#"{"a": "say "hi" now"}"#, 1, 12, "double quote inside", Some(r#"{"a": "say \"hi\" now"}"#)),
            (r#"{"a": 1} trailing"#, 1, 10, "after the end", None),
            (r#"{"a": 1};"#, 1, 9, "semicolon", Some(r#"{"a": 1}"#)),
            (r#"{"a": 01}"#, 1, 7, "not a number", Some(r#"{"a": "01"}"#)),
            (r#"{"a": "x"#, 1, 7, "closing quote", Some(r#"{"a": "x"}"#)),
            (r#"{\"a\": 1}"#, 1, 2, "escaped once too often", None),
        ] {
            let mistake = find(text).unwrap_or_else(|| panic!("{text} is valid"));
            assert!(mistake.words.contains(words), "{text}: {}", mistake.words);
            assert_eq!((mistake.line, mistake.column), (line, column), "{text}: {}", mistake.words);
            if mended.is_some() {
                assert_eq!(mistake.mended.as_deref(), mended, "{text}");
            }
        }
        assert_eq!(find(r#"{"a": [1, null, "x"]}"#), None);
    }

    #[test]
    fn a_repair_names_the_mistake() {
        let general = repair::of_json("");
        for (body, part) in [
            (r#"{"a": 1,}"#, "comma"),
            ("{'a': 'b'}", "cmd"),
            ("{“a”: “b”}", "word processor"),
            ("{a: b}", "PowerShell"),
            ("{\"a\": \"x\ny\"}", "\\n"),
            (r#"{"a": "C:\temp\x"}"#, "twice"),
            (r#"{"a": None}"#, "Python"),
            ("\u{feff}{\"a\": 1}", "byte-order mark"),
            (r#"{"a": 1"#, "cuts"),
            (r#"{"a": 1}{"a": 2}"#, "each request"),
            (r#"{\"a\": 1}"#, "backslashes"),
        ] {
            let advice = repair::of_json(&find(body).unwrap().words);
            assert!(advice.contains(part) && advice != general, "{body}: {advice}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_and_a_mend_is_valid(text in "\\PC{0,50}|[{}\\[\\]\",:'a1\\\\ \\n/#]{0,40}") {
            if let Some(mistake) = find(&text) {
                proptest::prop_assert!(mistake.at <= text.len() && text.is_char_boundary(mistake.at));
                if let Some(mended) = mistake.mended {
                    proptest::prop_assert!(serde_json::from_str::<serde_json::Value>(&mended).is_ok());
                }
            }
        }
    }
}
