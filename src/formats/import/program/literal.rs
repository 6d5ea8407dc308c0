//! Literals of JavaScript, Python and their like: texts, numbers, lists and objects. What is not a literal stands as a placeholder of its
//! name.

use serde_json::{Map, Value};

/// How deep literals may stand in each other.
const MAX_DEPTH: usize = 60;

/// The language that literals are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    JavaScript,
    Python,
    /// PHP, Ruby, Perl, Elixir: names and values stand beside `=>` or `:`, in PHP between square brackets or in `array(…)`.
    Other,
}

/// An object that Python or JavaScript printed as it writes it, `{'a': None}` or `{a: null}`, as JSON.
pub(in crate::formats::import) fn json_at(text: &str, at: usize) -> Option<String> {
    let is_python = text[at..].starts_with("{'");
    let mut reader = Reader::new(text, at, if is_python { Language::Python } else { Language::JavaScript });
    let value = reader.value();
    let is_whole = !reader.is_broken && reader.names.is_empty() && value.as_object().is_some_and(|members| !members.is_empty());
    is_whole.then(|| value.to_string())
}

/// A value as a text: an object is its JSON.
pub(super) fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Reads literals.
pub(super) struct Reader<'a> {
    text: &'a str,
    pub(super) at: usize,
    language: Language,
    depth: usize,
    /// The variables that were met and are not known.
    pub(super) names: Vec<String>,
    /// Whether something was met that is not a literal.
    pub(super) is_broken: bool,
    /// Whether the last value was written as JSON by the program.
    pub(super) is_json_text: bool,
    /// The files that were opened.
    pub(super) files: Vec<String>,
    /// Variables whose values are known.
    pub(super) known: &'a [(String, Value)],
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, at: usize, language: Language) -> Self {
        Self {
            text,
            at,
            language,
            depth: 0,
            names: Vec::new(),
            is_broken: false,
            is_json_text: false,
            files: Vec::new(),
            known: &[],
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Passes over space and comments.
    pub(super) fn space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let comment = match trimmed {
                line if line.starts_with('#') && self.language != Language::JavaScript => line.find('\n').unwrap_or(line.len()),
                // Python's own way of going on in the next line.
                joined if joined.starts_with("\\\n") => 2,
                line if line.starts_with("//") => line.find('\n').unwrap_or(line.len()),
                block if block.starts_with("/*") => block.find("*/").map_or(block.len(), |end| end + 2),
                _ => return,
            };
            self.at += comment;
        }
    }

    pub(super) fn take(&mut self, sign: char) -> bool {
        self.space();
        let is_there = self.rest().starts_with(sign);
        self.at += if is_there { sign.len_utf8() } else { 0 };
        is_there
    }

    pub(super) fn value(&mut self) -> Value {
        self.space();
        if self.depth >= MAX_DEPTH {
            self.is_broken = true;
            return Value::Null;
        }
        self.depth += 1;
        let mut value = self.single();
        self.encoded(&value);
        // Texts that are put together are one text; in Python they need no sign.
        while value.is_string() {
            let joins = self.take('+')
                || self.language == Language::Other && self.take('.')
                || self.language == Language::Python && self.rest().starts_with(['"', '\'']);
            if !joins {
                break;
            }
            self.space();
            let next = self.single();
            value = Value::String(text_of(value) + &text_of(next));
        }
        self.depth -= 1;
        value
    }

    /// Passes over `.encode("utf-8")` and its like behind a text: it is the same text.
    fn encoded(&mut self, value: &Value) {
        const CALLS: [&str; 4] = [".encode(", ".strip(", ".decode(", ".toString("];
        while value.is_string()
            && let Some(call) = CALLS.iter().find(|call| self.rest().starts_with(**call))
        {
            self.at += call.len() - 1;
            self.argument();
        }
    }

    fn single(&mut self) -> Value {
        match self.rest().chars().next() {
            Some('%') if self.rest().starts_with("%{") => {
                self.at += 1;
                self.object()
            }
            Some('{') => self.object(),
            Some('[') if self.language == Language::Other => self.pairs(']'),
            Some('[') => self.list(']'),
            Some('(') if self.language == Language::Python => self.list(')'),
            Some(quote @ ('"' | '\'' | '`')) => Value::String(self.string(quote)),
            Some(c) if c.is_ascii_digit() || c == '-' => self.number(),
            Some(c) if c.is_alphabetic() || c == '_' || c == '$' => self.name(),
            _ => {
                self.is_broken = true;
                Value::Null
            }
        }
    }

    fn object(&mut self) -> Value {
        self.at += 1;
        let mut members = Map::new();
        while !self.take('}') {
            self.space();
            let key = match self.rest().chars().next() {
                Some(quote @ ('"' | '\'')) => self.string(quote),
                // A symbol of Ruby or an atom of Elixir.
                Some(':') if self.language == Language::Other => {
                    self.at += 1;
                    self.word()
                }
                Some('[') => {
                    self.at += 1;
                    let key = text_of(self.value());
                    self.is_broken |= !self.take(']');
                    key
                }
                _ => self.word(),
            };
            if key.is_empty() {
                self.is_broken = true;
                break;
            }
            let value = if self.take_arrow() || self.take(':') { self.value() } else { self.variable(&key) };
            self.space();
            let is_whole = self.rest().starts_with([',', '}']);
            // `name || "x"` is the variable here; of what begins with a literal and goes on, the value is not known.
            self.is_broken |= !is_whole && !text_of(value.clone()).contains("{{");
            members.insert(key, value);
            if !is_whole && !self.skip_expression() {
                self.is_broken = true;
                break;
            }
            if !self.take(',') && !self.rest().starts_with('}') {
                self.is_broken = true;
                break;
            }
        }
        Value::Object(members)
    }

    /// Passes over the rest of an expression, up to the comma or the bracket that ends it; `false` if none does.
    fn skip_expression(&mut self) -> bool {
        let mut depth = 0_usize;
        while let Some(c) = self.rest().chars().next() {
            match c {
                ',' | '}' | ']' | ')' if depth == 0 => return true,
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                '"' | '\'' | '`' => {
                    self.string(c);
                    continue;
                }
                // A statement's end, or a line that begins another one.
                ';' => return false,
                _ => {}
            }
            self.at += c.len_utf8();
        }
        false
    }

    fn list(&mut self, close: char) -> Value {
        self.at += 1;
        let mut items = Vec::new();
        let mut has_comma = false;
        while !self.take(close) {
            items.push(self.value());
            let goes_on = self.take(',');
            has_comma |= goes_on;
            if !goes_on && !self.rest().starts_with(close) {
                self.is_broken = true;
                break;
            }
        }
        // Brackets around one value are not a list.
        if close == ')' && !has_comma && items.len() == 1 { items.pop().unwrap_or_default() } else { Value::Array(items) }
    }

    /// Values, or names with their values: `['a' => 'b']`, `array(1, 2)`. The opening bracket is next.
    fn pairs(&mut self, close: char) -> Value {
        self.at += 1;
        let (mut items, mut members) = (Vec::new(), Map::new());
        while !self.take(close) {
            let value = self.value();
            if self.take_arrow() {
                let name = text_of(value);
                members.insert(name, self.value());
            } else {
                items.push(value);
            }
            if !self.take(',') && !self.rest().starts_with(close) {
                self.is_broken = true;
                break;
            }
        }
        self.is_broken |= !items.is_empty() && !members.is_empty();
        if members.is_empty() { Value::Array(items) } else { Value::Object(members) }
    }

    fn take_arrow(&mut self) -> bool {
        self.space();
        let is_there = self.language == Language::Other && self.rest().starts_with("=>");
        self.at += if is_there { 2 } else { 0 };
        is_there
    }

    fn string(&mut self, quote: char) -> String {
        let triple: String = std::iter::repeat_n(quote, 3).collect();
        let is_long = self.language == Language::Python && self.rest().starts_with(&triple);
        self.at += if is_long { 3 } else { 1 };
        let mut out = String::new();
        while let Some(c) = self.next() {
            match c {
                c if c == quote && !is_long => return out,
                c if c == quote && self.rest().starts_with(&triple[1..]) => {
                    self.at += 2;
                    return out;
                }
                '\\' => self.escaped(&mut out),
                '$' if quote == '`' && self.rest().starts_with('{') => {
                    let end = self.rest().find('}').unwrap_or(self.rest().len());
                    let name = self.rest().get(1..end).unwrap_or_default().trim().to_owned();
                    self.at = (self.at + end + 1).min(self.text.len());
                    out.push_str(&text_of(self.variable(&name)));
                }
                c => out.push(c),
            }
        }
        self.is_broken = true;
        out
    }

    fn escaped(&mut self, out: &mut String) {
        match self.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('0') => out.push('\0'),
            Some('x') => out.extend(self.hex(2).and_then(char::from_u32)),
            Some('u') => {
                let Some(first) = self.hex(4) else { return };
                // A pair of halves is one character.
                let second = if (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u") {
                    self.at += 2;
                    self.hex(4)
                } else {
                    None
                };
                let units: Vec<u16> =
                    [Some(first), second].into_iter().flatten().filter_map(|unit| u16::try_from(unit).ok()).collect();
                out.push_str(&String::from_utf16_lossy(&units));
            }
            Some('\n') | None => {}
            Some(c) => out.push(c),
        }
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let value = self.rest().get(..digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match value {
            Some(_) => self.at += digits,
            None => self.is_broken = true,
        }
        value
    }

    fn number(&mut self) -> Value {
        let end = self.rest().find(|c: char| !(c.is_ascii_alphanumeric() || "+-._".contains(c))).unwrap_or(self.rest().len());
        // `20_000` is 20000.
        let text = self.rest()[..end].replace('_', "");
        self.at += end;
        serde_json::from_str(&text).unwrap_or(Value::String(text))
    }

    pub(super) fn word(&mut self) -> String {
        let end = self.rest().find(|c: char| !(c.is_alphanumeric() || "_$.".contains(c))).unwrap_or(self.rest().len());
        let word = self.rest()[..end].to_owned();
        self.at += end;
        word
    }

    /// `true`, `null`, `JSON.stringify(…)`, `new Headers(…)`, a text with a letter before it, or a variable.
    fn name(&mut self) -> Value {
        let name = self.word();
        if let Some(quote) = self.rest().chars().next().filter(|c| self.language == Language::Python && matches!(c, '"' | '\'')) {
            return Value::String(self.prefixed(&name.to_ascii_lowercase(), quote));
        }
        match name.as_str() {
            "true" | "True" => Value::Bool(true),
            "false" | "False" => Value::Bool(false),
            "null" | "undefined" | "None" => Value::Null,
            "array" if self.language == Language::Other && self.rest().starts_with('(') => self.pairs(')'),
            "json.dumps" => {
                let value = self.argument();
                self.is_json_text = true;
                Value::String(value.to_string())
            }
            "open" => {
                // A file, as its path.
                let path = self.argument();
                self.files.push(text_of(path.clone()));
                path
            }
            "new" => {
                self.space();
                self.word();
                self.argument()
            }
            "JSON.stringify" => {
                let value = self.argument();
                self.is_json_text = true;
                Value::String(value.to_string())
            }
            _ if self.rest().starts_with('(') => {
                let called = self.call(&name);
                self.variable(&called)
            }
            // `os.environ["NAME"]`
            _ if self.rest().starts_with('[') => {
                self.at += 1;
                let key = text_of(self.value());
                self.is_broken |= !self.take(']');
                self.variable(&key)
            }
            _ => self.variable(&name),
        }
    }

    /// Passes over a call whose value is not known. Its name is that of the variable that it changes, as in `Number(count)`.
    fn call(&mut self, name: &str) -> String {
        self.at += 1;
        let start = self.at;
        while self.skip_expression() && self.take(',') {}
        let inside = self.text[start..self.at].trim();
        self.is_broken |= !self.take(')');
        let is_name = inside.starts_with(|c: char| c.is_alphabetic() || "_$".contains(c))
            && inside.chars().all(|c| c.is_alphanumeric() || "_$.".contains(c));
        let is_text = || inside.strip_prefix(['"', '\'']).and_then(|text| text.strip_suffix(['"', '\'']));
        let named =
            if is_name { Some(inside) } else { is_text().filter(|text| text.chars().all(|c| c.is_alphanumeric() || c == '_')) };
        named.unwrap_or(name).to_owned()
    }

    /// The first argument of a call; others are passed over.
    fn argument(&mut self) -> Value {
        if !self.take('(') {
            return Value::Null;
        }
        if self.take(')') {
            return Value::Null;
        }
        let value = self.value();
        while self.take(',') && !self.is_broken {
            self.value();
        }
        self.is_broken |= !self.take(')');
        value
    }

    /// `f"…{name}…"`, `r"…"`, `b"…"`.
    fn prefixed(&mut self, prefix: &str, quote: char) -> String {
        let text = self.string(quote);
        if !prefix.contains('f') {
            return text;
        }
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            let inside = &rest[open + 1..];
            if let Some(behind) = inside.strip_prefix('{') {
                out.push('{');
                rest = behind;
                continue;
            }
            let Some(end) = inside.find('}') else { break };
            out.push_str(&text_of(self.variable(inside[..end].trim())));
            rest = &inside[end + 1..];
        }
        out.push_str(&rest.replace("}}", "}"));
        out
    }

    fn variable(&mut self, name: &str) -> Value {
        if let Some((_, value)) = self.known.iter().rfind(|(known, _)| known == name) {
            return value.clone();
        }
        let plain: String = name.chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-')).collect();
        if !self.names.contains(&plain) {
            self.names.push(plain.clone());
        }
        Value::String(format!("{{{{{plain}}}}}"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn literals_by_table() {
        use Language::{JavaScript, Other, Python};
        for (language, text, expected) in [
            (JavaScript, "{a: 'b', \"c\": [1, true, null], // x\n d: `e`}", json!({"a": "b", "c": [1, true, null], "d": "e"})),
            (JavaScript, "'a' + \"b\" + `c`", json!("abc")),
            (JavaScript, "`h/${key}`", json!("h/{{key}}")),
            (JavaScript, "JSON.stringify({a: 1})", json!("{\"a\":1}")),
            (JavaScript, "{[name]: 1}", json!({"{{name}}": 1})),
            (Python, "{'a': None, \"b\": True, # x\n 'c': (1, 2)}", json!({"a": null, "b": true, "c": [1, 2]})),
            (Python, "('a'\n  'b')", json!("ab")),
            (Python, "f\"h/{key}?{{x}}\"", json!("h/{{key}}?{x}")),
            (Python, "\"\"\"a\n\"b\"\"\"\"", json!("a\n\"b")),
            (Python, "json.dumps({'a': 1})", json!("{\"a\":1}")),
            (Python, "os.environ['KEY']", json!("{{KEY}}")),
            (Python, "json.dumps({'a': 1}).encode('utf-8')", json!("{\"a\":1}")),
            (Other, "array('a' => 'b', 'c' => [1, 2], # x\n 'd' => $e)", json!({"a": "b", "c": [1, 2], "d": "{{e}}"})),
            (Other, "['a' => 'b' . \"c\"]", json!({"a": "bc"})),
            (Other, "{ :a => 'b', \"c\" => true }", json!({"a": "b", "c": true})),
            (Other, "%{summary: \"b\", c: 1}", json!({"summary": "b", "c": 1})),
        ] {
            let mut reader = Reader::new(text, 0, language);
            assert_eq!(reader.value(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "('|\"|`|\\{|\\}|\\[|\\]|\\(|\\)|,|:|\\+|\\$\\{|\\\\u12|\\\\x|//|/\\*|#|f|a|é|1|-|new |JSON.stringify|json.dumps| |\n){0,30}") {
            for language in [Language::JavaScript, Language::Python, Language::Other] {
                let _ = Reader::new(&text, 0, language).value();
            }
        }
    }
}
