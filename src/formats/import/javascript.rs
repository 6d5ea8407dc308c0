//! Calls of `fetch`, as browsers copy them and people write them, as far as they are made of literals.

use serde_json::{Map, Value};

use crate::model::imported::{Imported, Note, Place, Severity};
use crate::model::request_spec::{RequestSpec, SpecBody};

/// How deep literals may stand in each other.
const MAX_DEPTH: usize = 60;

/// Whether a text calls `fetch` with an address.
pub(super) fn is_fetch(text: &str) -> bool {
    calls(text).next().is_some()
}

/// Where the arguments of each call begin.
fn calls(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices("fetch(").map(|(at, name)| (at, at + name.len())).filter_map(|(at, inside)| {
        let before = text[..at].chars().next_back();
        let is_word = !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '-'));
        let first = text[inside..].trim_start().chars().next();
        (is_word && first.is_some_and(|c| matches!(c, '"' | '\'' | '`'))).then_some(inside)
    })
}

/// The requests of the calls in a text. What is no literal stands as a placeholder of its name.
pub(super) fn read(text: &str) -> Imported {
    let mut imported = Imported::default();
    for at in calls(text) {
        let mut reader = Reader { text, at, depth: 0, names: Vec::new(), is_broken: false };
        let address = reader.value();
        reader.space();
        let options = if reader.take(',') { reader.value() } else { Value::Null };
        let place = Some(Place::of(text, at));
        let mut note = |severity, text: String| imported.notes.push(Note { severity, place, text });
        if reader.is_broken {
            note(
                Severity::Lost,
                "This call of fetch is cut off or is made of more than literals; what could be read was taken".into(),
            );
        }
        if !reader.names.is_empty() {
            note(Severity::Taken, format!("These variables are placeholders now: {}", reader.names.join(", ")));
        }
        imported.requests.push(request(&text_of(address), &options));
    }
    if imported.requests.is_empty() {
        imported.notes.push(Note { severity: Severity::Lost, place: None, text: "No call of fetch was found".into() });
    }
    imported
}

fn request(url: &str, options: &Value) -> RequestSpec {
    let mut headers: Vec<(String, String)> = match options.get("headers") {
        Some(Value::Object(members)) => members.iter().map(|(name, value)| (name.clone(), text_of(value.clone()))).collect(),
        Some(Value::Array(pairs)) => {
            let text = |pair: &Value, index: usize| pair.get(index).cloned().map(text_of).unwrap_or_default();
            pairs.iter().map(|pair| (text(pair, 0), text(pair, 1))).collect()
        }
        _ => Vec::new(),
    };
    if let Some(referrer) = options.get("referrer").and_then(Value::as_str).filter(|referrer| !referrer.is_empty()) {
        headers.push(("Referer".into(), referrer.to_owned()));
    }
    let body = match options.get("body") {
        None | Some(Value::Null) => SpecBody::None,
        Some(body) => SpecBody::Text(text_of(body.clone())),
    };
    if body != SpecBody::None && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        // A browser calls a text that.
        headers.push(("Content-Type".into(), "text/plain;charset=UTF-8".into()));
    }
    let method = options.get("method").and_then(Value::as_str).unwrap_or("GET").to_ascii_uppercase();
    RequestSpec { method, url: url.to_owned(), headers, body, ..RequestSpec::default() }
}

fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Reads literals of JavaScript.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// The variables that were met.
    names: Vec<String>,
    is_broken: bool,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Passes over space and comments.
    fn space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let comment = match trimmed {
                line if line.starts_with("//") => line.find('\n').unwrap_or(line.len()),
                block if block.starts_with("/*") => block.find("*/").map_or(block.len(), |end| end + 2),
                _ => return,
            };
            self.at += comment;
        }
    }

    fn take(&mut self, sign: char) -> bool {
        self.space();
        let is_there = self.rest().starts_with(sign);
        self.at += if is_there { sign.len_utf8() } else { 0 };
        is_there
    }

    fn value(&mut self) -> Value {
        self.space();
        if self.depth >= MAX_DEPTH {
            self.is_broken = true;
            return Value::Null;
        }
        self.depth += 1;
        let mut value = self.single();
        // Texts that are put together are one text.
        while value.is_string() && self.take('+') {
            self.space();
            let next = self.single();
            value = Value::String(text_of(value) + &text_of(next));
        }
        self.depth -= 1;
        value
    }

    fn single(&mut self) -> Value {
        match self.rest().chars().next() {
            Some('{') => self.object(),
            Some('[') => self.list(),
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
                _ => self.word(),
            };
            if key.is_empty() {
                self.is_broken = true;
                break;
            }
            let value = if self.take(':') { self.value() } else { self.variable(&key) };
            members.insert(key, value);
            if !self.take(',') && !self.rest().starts_with('}') {
                self.is_broken = true;
                break;
            }
        }
        Value::Object(members)
    }

    fn list(&mut self) -> Value {
        self.at += 1;
        let mut items = Vec::new();
        while !self.take(']') {
            items.push(self.value());
            if !self.take(',') && !self.rest().starts_with(']') {
                self.is_broken = true;
                break;
            }
        }
        Value::Array(items)
    }

    fn string(&mut self, quote: char) -> String {
        self.at += 1;
        let mut out = String::new();
        while let Some(c) = self.next() {
            match c {
                c if c == quote => return out,
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
        let end = self.rest().find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(self.rest().len());
        let text = &self.rest()[..end];
        self.at += end;
        serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
    }

    fn word(&mut self) -> String {
        let end = self.rest().find(|c: char| !(c.is_alphanumeric() || "_$.".contains(c))).unwrap_or(self.rest().len());
        let word = self.rest()[..end].to_owned();
        self.at += end;
        word
    }

    /// `true`, `null`, `JSON.stringify(…)`, `new Headers(…)`, or a variable.
    fn name(&mut self) -> Value {
        let name = self.word();
        match name.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" | "undefined" => Value::Null,
            "new" => {
                self.space();
                self.word();
                self.argument()
            }
            "JSON.stringify" => Value::String(self.argument().to_string()),
            _ if self.rest().starts_with('(') => {
                self.is_broken = true;
                self.argument();
                self.variable(&name)
            }
            _ => self.variable(&name),
        }
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

    fn variable(&mut self, name: &str) -> Value {
        let plain: String = name.chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-')).collect();
        if !self.names.contains(&plain) {
            self.names.push(plain.clone());
        }
        Value::String(format!("{{{{{plain}}}}}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::to_json;

    #[test]
    fn calls_by_table() {
        let whole = r#"[{"method":"POST","url":"https://h/x","headers":[["content-type","application/json"]],"body":{"kind":"text","text":"{\"a\":\"ü\"}"}}]"#;
        for (text, expected) in [
            (
                r#"fetch("https://h/x", {"headers": {"content-type": "application/json"}, "body": "{\"a\":\"\u00fc\"}", "method": "POST", "mode": "cors"});"#,
                whole,
            ),
            (
                "const r = await fetch('https://h/x', {\n  method: 'post', // create\n  headers: {'content-type': 'application/json'},\n  body: JSON.stringify({a: 'ü'}),\n});",
                whole,
            ),
            (
                "fetch(`https://h/x`, { headers: new Headers([['content-type', 'application/json']]), method: \"POST\", body: '{\"a\":' + '\"ü\"}' })",
                whole,
            ),
            ("fetch('https://h')", r#"[{"method":"GET","url":"https://h","headers":[],"body":{"kind":"none"}}]"#),
            (
                "fetch(`https://h?k=${key}`, {method: 'PUT', body})",
                r#"[{"method":"PUT","url":"https://h?k={{key}}","headers":[["Content-Type","text/plain;charset=UTF-8"]],"body":{"kind":"text","text":"{{body}}"}}]"#,
            ),
        ] {
            assert!(is_fetch(text), "{text}");
            assert_eq!(to_json(&read(text).requests).to_string(), expected, "{text}");
        }
        for text in ["prefetch('x')", "git fetch(origin)", "x.fetch('a')", "fetch(url)"] {
            assert!(!is_fetch(text), "{text}");
        }
        assert!(read("fetch('https://h', {method: 'POST', body: f(").notes.iter().any(|note| note.severity == Severity::Lost));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(fetch\\(|'|\"|`|\\{|\\}|\\[|\\]|\\(|\\)|,|:|\\+|\\$\\{|\\\\u12|\\\\x|//|/\\*|a|é|1|-|new |JSON.stringify| |\n){0,30}") {
            let _ = read(&text);
        }
    }
}
