//! Values as PowerShell writes them: texts, tables, lists, and what is made of them by `ConvertTo-Json` and the like.

use serde_json::{Map, Value};

/// How deep values may stand in each other.
const MAX_DEPTH: usize = 40;

/// A variable: its name in lower case without the sign, and its value as it is written.
pub(super) type Variable = (String, String);

/// What an expression comes to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Evaluated {
    /// A text, a number, a list or a table.
    Value(Value),
    /// The file of this path.
    File(String),
    /// More than values that stand here: the text as it is written.
    Unknown(String),
}

impl Evaluated {
    /// It as a text; a table is none.
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Value(value) => plain(&value),
            Self::File(text) | Self::Unknown(text) => text,
        }
    }
}

/// A value as PowerShell prints it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// What an expression comes to, given the variables of its script.
pub(super) fn evaluate(text: &str, variables: &[Variable]) -> Evaluated {
    evaluate_open(text, variables).0
}

/// As [`evaluate`], with whether a variable's name stands in it that is not known.
pub(super) fn evaluate_open(text: &str, variables: &[Variable]) -> (Evaluated, bool) {
    let mut reader = Reader::new(text, 0, variables);
    let value = reader.pipeline();
    reader.space(true);
    let evaluated = match reader.file.take() {
        Some(path) if !reader.is_lost => Evaluated::File(path),
        _ if reader.is_lost || reader.at < text.len() => Evaluated::Unknown(text.trim().to_owned()),
        _ => Evaluated::Value(value),
    };
    (evaluated, reader.is_open)
}

/// A text in quotes.
pub(super) struct Quoted {
    pub(super) text: String,
    /// Whether a variable's name stands in it that is not known.
    pub(super) is_open: bool,
    /// Where it ends in the source.
    pub(super) end: usize,
}

/// The text in quotes that begins at a place, if it is a whole word.
pub(super) fn quoted_word(text: &str, at: usize, variables: &[Variable]) -> Option<Quoted> {
    let mut reader = Reader::new(text, at, variables);
    let value = match reader.rest().chars().next()? {
        quote if is_quote(quote) => Value::String(reader.string(quote)),
        '@' if reader.rest()[1..].starts_with(['\'', '"']) => reader.here_string(),
        _ => return None,
    };
    let ends = reader.rest().chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '|' | '&' | ')' | ','));
    (ends && !reader.is_lost).then(|| Quoted { text: plain(&value), is_open: reader.is_open, end: reader.at })
}

fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '"' | '\u{2018}'..='\u{201f}')
}

/// The entries of a table `@{ … }`, each evaluated.
pub(super) fn table(text: &str, variables: &[Variable]) -> Option<Vec<(String, Evaluated)>> {
    let mut reader = Reader::new(text, 0, variables);
    reader.begins_table().then(|| reader.entries())
}

/// A text with the variables that are known in it, and whether there are others; `$env:NAME` and others stay.
pub(super) fn filled(text: &str, variables: &[Variable]) -> (String, bool) {
    let mut reader = Reader::new(text, 0, variables);
    let mut out = String::new();
    while let Some(c) = reader.next() {
        if c == '$' { reader.interpolated(&mut out) } else { out.push(c) }
    }
    (out, reader.is_open)
}

/// Where a statement that begins here ends: at a line's end or a `;` outside of quotes and brackets.
pub(super) fn statement_end(text: &str, at: usize) -> usize {
    next_statement_end(text, at, &mut Vec::new())
}

/// As [`statement_end`], for one statement after the other: what was never closed is not sought again.
pub(super) fn next_statement_end(text: &str, at: usize, unclosed: &mut Vec<char>) -> usize {
    let known = std::mem::take(unclosed);
    let mut reader = Reader { unclosed: known, ..Reader::new(text, at, &[]) };
    let end = reader.statement_end();
    *unclosed = reader.unclosed;
    end
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    variables: &'a [Variable],
    /// Whether something was met that is not a plain value.
    is_lost: bool,
    /// Whether the name of a variable was met whose value is not known.
    is_open: bool,
    file: Option<String>,
    /// Quotes of texts between `@"` and `"@` that are never closed from here on.
    unclosed: Vec<char>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, at: usize, variables: &'a [Variable]) -> Self {
        Self { text, at, depth: 0, variables, is_lost: false, is_open: false, file: None, unclosed: Vec::new() }
    }

    /// Where the statement that begins here ends.
    fn statement_end(&mut self) -> usize {
        let mut open = 0_usize;
        let mut last = ' ';
        while let Some(c) = self.rest().chars().next() {
            match c {
                '\'' | '"' => drop(self.string(c)),
                '@' if self.rest()[1..].starts_with(['\'', '"']) => drop(self.here_string()),
                '\n' if open == 0 && !matches!(last, '|' | '`' | ',' | '+' | '=' | '(' | '{') => return self.at,
                ';' if open == 0 => return self.at,
                c => {
                    open = match c {
                        '{' | '(' | '[' => open + 1,
                        '}' | ')' | ']' => open.saturating_sub(1),
                        _ => open,
                    };
                    self.at += c.len_utf8();
                }
            }
            if !c.is_whitespace() {
                last = c;
            }
        }
        self.text.len()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn space(&mut self, over_lines: bool) {
        loop {
            let rest = self.rest();
            let is_space = |c: char| c == ' ' || c == '\t' || over_lines && c.is_whitespace();
            let trimmed = rest.trim_start_matches(is_space);
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("`\n") || trimmed.starts_with("`\r\n") {
                self.at += trimmed.find('\n').map_or(1, |end| end + 1);
            } else if over_lines && trimmed.starts_with('#') {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else {
                return;
            }
        }
    }

    fn take(&mut self, sign: &str) -> bool {
        self.space(true);
        let is_there = self.rest().get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign));
        self.at += if is_there { sign.len() } else { 0 };
        is_there
    }

    fn pipeline(&mut self) -> Value {
        let mut value = self.sum();
        while self.take("|") {
            if self.take("ConvertTo-Json") {
                self.parameters();
                value = Value::String(value.to_string());
            } else {
                self.is_lost = true;
                break;
            }
        }
        value
    }

    /// `-Depth 5`, `-Compress` and the like.
    fn parameters(&mut self) {
        loop {
            self.space(false);
            let word = self.rest().split(|c: char| c.is_whitespace() || matches!(c, ')' | '}' | ';' | '|')).next().unwrap_or("");
            if word.starts_with('-') || (!word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())) {
                self.at += word.len();
            } else {
                return;
            }
        }
    }

    fn sum(&mut self) -> Value {
        let mut value = self.single();
        loop {
            self.space(false);
            if self.rest().starts_with('+') {
                self.at += 1;
                let next = self.single();
                value = Value::String(plain(&value) + &plain(&next));
            } else if self.take("-f ") {
                let next = self.list(false);
                value = Value::String(formatted(&plain(&value), &next));
            } else {
                return value;
            }
        }
    }

    fn single(&mut self) -> Value {
        self.space(true);
        self.depth += 1;
        let value = if self.depth > MAX_DEPTH { self.lost() } else { self.one() };
        self.depth -= 1;
        value
    }

    fn lost(&mut self) -> Value {
        self.is_lost = true;
        self.at = self.text.len();
        Value::Null
    }

    fn one(&mut self) -> Value {
        let rest = self.rest();
        if self.begins_table() {
            let entries = self.entries();
            let mut members = Map::new();
            for (name, value) in entries {
                match value {
                    Evaluated::Value(value) => drop(members.insert(name, value)),
                    Evaluated::File(path) => drop(members.insert(name, path.into())),
                    Evaluated::Unknown(_) => self.is_lost = true,
                }
            }
            return Value::Object(members);
        }
        match rest.chars().next() {
            Some('@') if rest.starts_with("@(") => {
                self.at += 2;
                Value::Array(self.list(true))
            }
            Some('@') if rest[1..].starts_with(['\'', '"']) => self.here_string(),
            Some('(') => {
                self.at += 1;
                let value = self.pipeline();
                self.is_lost |= !self.take(")");
                value
            }
            Some(quote) if is_quote(quote) => Value::String(self.string(quote)),
            Some('$') => self.variable(),
            Some('[') => self.typed(),
            Some(_) => self.word(),
            None => self.lost(),
        }
    }

    /// Whether a table begins here; its opening sign is passed over then.
    fn begins_table(&mut self) -> bool {
        let start = self.at;
        for kind in ["[ordered]", "[pscustomobject]", "[hashtable]"] {
            if self.take(kind) {
                break;
            }
        }
        let is_table = self.take("@{");
        self.at = if is_table { self.at } else { start };
        is_table
    }

    fn entries(&mut self) -> Vec<(String, Evaluated)> {
        let mut entries = Vec::new();
        loop {
            self.space(true);
            while self.take(";") {}
            if self.take("}") {
                return entries;
            }
            let name = match self.rest().chars().next() {
                Some(quote @ ('\'' | '"')) => self.string(quote),
                Some(_) => {
                    let end =
                        self.rest().find(|c: char| c.is_whitespace() || matches!(c, '=' | '}')).unwrap_or(self.rest().len());
                    let name = self.rest()[..end].to_owned();
                    self.at += end;
                    name
                }
                None => String::new(),
            };
            if name.is_empty() || !self.take("=") {
                self.is_lost = true;
                return entries;
            }
            self.space(true);
            let start = self.at;
            let end = self.entry_end();
            let value = evaluate(&self.text[start..end], self.variables);
            self.at = end;
            entries.push((name, value));
        }
    }

    /// Where the value of an entry ends: as a statement does, or before the table's own `}`.
    fn entry_end(&self) -> usize {
        let mut end = statement_end(self.text, self.at);
        let mut reader = Reader::new(self.text, self.at, &[]);
        let mut open = 0_usize;
        while reader.at < end {
            match reader.rest().chars().next() {
                Some(quote @ ('\'' | '"')) => drop(reader.string(quote)),
                Some('@') if reader.rest()[1..].starts_with(['\'', '"']) => drop(reader.here_string()),
                Some('}') if open == 0 => {
                    end = reader.at;
                }
                Some(c) => {
                    open = match c {
                        '{' | '(' | '[' => open + 1,
                        '}' | ')' | ']' => open.saturating_sub(1),
                        _ => open,
                    };
                    reader.at += c.len_utf8();
                }
                None => break,
            }
        }
        end.max(self.at)
    }

    /// Values between commas; up to `)` where `is_closed`.
    fn list(&mut self, is_closed: bool) -> Vec<Value> {
        let mut items = Vec::new();
        while !self.is_lost {
            if is_closed && self.take(")") {
                return items;
            }
            items.push(self.single());
            self.space(is_closed);
            if !self.take(",") && !is_closed {
                return items;
            }
            if self.rest().is_empty() && is_closed {
                self.is_lost = true;
            }
        }
        items
    }

    fn string(&mut self, quote: char) -> String {
        let is_single = matches!(quote, '\'' | '\u{2018}'..='\u{201b}');
        let closes = |c: char| {
            if is_single { matches!(c, '\'' | '\u{2018}'..='\u{201b}') } else { matches!(c, '"' | '\u{201c}'..='\u{201f}') }
        };
        self.next();
        let mut out = String::new();
        while let Some(c) = self.next() {
            match c {
                c if closes(c) => match self.rest().chars().next().filter(|next| closes(*next)) {
                    Some(next) => {
                        out.push(next);
                        self.next();
                    }
                    None => return out,
                },
                '`' if !is_single => self.escaped(&mut out),
                '$' if !is_single => self.interpolated(&mut out),
                c => out.push(c),
            }
        }
        self.is_lost = true;
        out
    }

    fn escaped(&mut self, out: &mut String) {
        match self.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('0') => out.push('\0'),
            Some('a') => out.push('\u{7}'),
            Some('b') => out.push('\u{8}'),
            Some('e') => out.push('\u{1b}'),
            Some('f') => out.push('\u{c}'),
            Some('v') => out.push('\u{b}'),
            Some('\n') | None => {}
            Some(c) => out.push(c),
        }
    }

    /// What stands behind a `$` inside of double quotes.
    fn interpolated(&mut self, out: &mut String) {
        let start = self.at;
        if self.rest().starts_with("([char]") {
            let mut units = Vec::new();
            // Two halves of one character stand behind each other.
            while let Some(inside) = self.rest().strip_prefix("([char]").or_else(|| self.rest().strip_prefix("$([char]")) {
                let Some((number, _)) = inside.split_once(')') else { break };
                let radix = number.strip_prefix("0x").map_or((number, 10), |hex| (hex, 16));
                let Ok(unit) = u16::from_str_radix(radix.0.trim(), radix.1) else { break };
                units.push(unit);
                self.at = self.text.len() - inside.len() + number.len() + 1;
            }
            if self.at > start {
                out.push_str(&String::from_utf16_lossy(&units));
                return;
            }
        }
        let rest = self.rest();
        let braced = rest.strip_prefix('{').and_then(|inside| inside.split_once('}')).map(|(name, _)| name);
        let plain_length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (name, length) = braced.map_or((&rest[..plain_length], plain_length), |name| (name, name.len() + 2));
        match self.known(name) {
            Some(Evaluated::Value(value)) if self.depth < MAX_DEPTH => {
                out.push_str(&plain(&value));
                self.at += length;
            }
            // It stays as it is written.
            _ => {
                self.is_open |= rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '{' | '('));
                out.push('$');
            }
        }
    }

    fn known(&mut self, name: &str) -> Option<Evaluated> {
        let name = name.to_ascii_lowercase();
        let at = self.variables.iter().rposition(|(known, _)| *known == name)?;
        // A variable is made of those before it.
        let (value, is_open) = evaluate_open(&self.variables[at].1, &self.variables[..at]);
        self.is_open |= is_open;
        Some(value)
    }

    fn variable(&mut self) -> Value {
        self.at += 1;
        let rest = self.rest();
        let braced = rest.strip_prefix('{').and_then(|inside| inside.split_once('}')).map(|(name, _)| name);
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(rest.len());
        let name = braced.unwrap_or(&rest[..length]);
        self.at += braced.map_or(length, |name| name.len() + 2);
        match name.to_ascii_lowercase().as_str() {
            "true" => return Value::Bool(true),
            "false" => return Value::Bool(false),
            "null" => return Value::Null,
            _ => {}
        }
        if name.is_empty() || self.rest().starts_with(['.', '[', '(']) {
            return self.lost();
        }
        match self.known(name) {
            Some(Evaluated::Value(value)) => value,
            Some(Evaluated::File(path)) => {
                self.file = Some(path.clone());
                Value::String(path)
            }
            _ => self.lost(),
        }
    }

    /// `[System.Text.Encoding]::UTF8.GetBytes(…)` is its text; other types are not known.
    fn typed(&mut self) -> Value {
        let rest = self.rest().to_ascii_lowercase();
        let method = "utf8.getbytes(";
        match rest.find(method) {
            Some(at) if rest.starts_with("[system.text.encoding]::") || rest.starts_with("[text.encoding]::") => {
                self.at += at + method.len();
                let value = self.pipeline();
                self.is_lost |= !self.take(")");
                value
            }
            _ => self.lost(),
        }
    }

    fn here_string(&mut self) -> Value {
        let quote = if self.rest()[1..].starts_with('\'') { '\'' } else { '"' };
        let inside = &self.rest()[2..];
        let blank = inside.find(|c: char| c == '\n' || !c.is_whitespace()).filter(|at| inside[*at..].starts_with('\n'));
        let is_open = blank.is_some() && !self.unclosed.contains(&quote);
        let (first, body) = blank.map_or((inside, ""), |at| (&inside[..at], &inside[at + 1..]));
        let Some(end) = is_open.then(|| body.find(&format!("\n{quote}@"))).flatten() else {
            if is_open {
                self.unclosed.push(quote);
            }
            self.at = (self.at + 2).min(self.text.len());
            self.is_lost = true;
            return Value::Null;
        };
        let text = body[..end].trim_end_matches('\r');
        self.at += 2 + first.len() + 1 + end + 3;
        let is_whole = quote == '\'' || self.depth >= MAX_DEPTH;
        if is_whole {
            return Value::String(text.to_owned());
        }
        let (text, is_open) = filled(text, self.variables);
        self.is_open |= is_open;
        Value::String(text)
    }

    /// A number, a bare word, or a command that yields a file or JSON.
    fn word(&mut self) -> Value {
        for command in ["Get-Item", "Get-ChildItem", "Get-Content"] {
            if self.take(command) {
                return self.file_argument();
            }
        }
        if self.take("ConvertTo-Json") {
            self.space(false);
            self.take("-InputObject");
            let value = self.single();
            self.parameters();
            return Value::String(value.to_string());
        }
        let end = self
            .rest()
            .find(|c: char| c.is_whitespace() || matches!(c, ';' | '}' | ')' | ',' | '|' | '+'))
            .unwrap_or(self.rest().len());
        let word = self.rest()[..end].to_owned();
        self.at += end;
        let is_command = word.split_once('-').is_some_and(|(verb, noun)| {
            verb.starts_with(|c: char| c.is_ascii_uppercase()) && noun.starts_with(|c: char| c.is_ascii_uppercase())
        });
        if word.is_empty() || is_command {
            return self.lost();
        }
        serde_json::from_str(&word).unwrap_or(Value::String(word))
    }

    fn file_argument(&mut self) -> Value {
        self.space(false);
        while let Some(parameter) = self.rest().strip_prefix('-') {
            let length = parameter.find(char::is_whitespace).unwrap_or(parameter.len());
            self.at += 1 + length;
            self.space(false);
        }
        let path = self.single();
        self.parameters();
        let path = plain(&path);
        self.file = Some(path.clone());
        Value::String(path)
    }
}

/// `"{0}/x" -f "a"`.
fn formatted(text: &str, values: &[Value]) -> String {
    values.iter().enumerate().fold(text.to_owned(), |text, (index, value)| text.replace(&format!("{{{index}}}"), &plain(value)))
}

#[cfg(test)]
mod tests;
