//! Values with `{{placeholders}}` in them, and what stands in their place.

use jiff::Zoned;
use serde_json::{Map, Value};

use super::random::Random;

/// How deep one variable may name another.
const DEEPEST: usize = 16;

/// What the placeholders of one row stand for.
pub struct Scope<'a> {
    /// The row's number, from 1.
    pub number: usize,
    /// The row's values by their column.
    pub row: &'a Map<String, Value>,
    /// The suite's variables, which may hold placeholders themselves.
    pub variables: &'a Map<String, Value>,
    /// What was taken out of earlier answers.
    pub captured: Map<String, Value>,
    /// The environment's variables.
    pub environment: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// The time of the row.
    pub now: Zoned,
    /// Where random values come from.
    pub random: Random,
    /// Variables that were worked out: within a row each keeps its value.
    worked_out: Map<String, Value>,
}

/// The built-in placeholders, for messages.
const BUILT_IN: &str = "uuid, counter, counter:START, row, row:COLUMN, now, now:FORMAT, choice:A|B, lorem:WORDS, env:NAME, env:NAME|DEFAULT \
    and literal:TEXT";

impl<'a> Scope<'a> {
    /// The scope at the beginning of a row.
    pub fn new(
        number: usize,
        row: &'a Map<String, Value>,
        variables: &'a Map<String, Value>,
        environment: &'a (dyn Fn(&str) -> Option<String> + Sync),
        now: Zoned,
        seed: u64,
    ) -> Self {
        let random = Random::of_row(seed, number);
        Self { number, row, variables, captured: Map::new(), environment, now, random, worked_out: Map::new() }
    }

    /// A value with each placeholder replaced. A text that is one placeholder becomes its value, a number for example.
    ///
    /// # Errors
    /// When a placeholder stands for nothing; the text names it.
    pub fn fill(&mut self, value: &Value) -> Result<Value, String> {
        self.fill_at(value, 0)
    }

    /// A text with each placeholder replaced.
    ///
    /// # Errors
    /// As [`Scope::fill`].
    pub fn text(&mut self, text: &str) -> Result<String, String> {
        Ok(text_of(&self.fill_text(text, 0)?))
    }

    /// The value that a name has in this row by now; a variable that nobody asked for yet has none.
    pub fn known(&self, name: &str) -> Option<&Value> {
        self.captured.get(name).or_else(|| self.row.get(name)).or_else(|| self.worked_out.get(name))
    }

    fn fill_at(&mut self, value: &Value, depth: usize) -> Result<Value, String> {
        match value {
            Value::String(text) => self.fill_text(text, depth),
            Value::Array(items) => items.iter().map(|item| self.fill_at(item, depth)).collect::<Result<_, _>>().map(Value::Array),
            Value::Object(members) => {
                let fill = |(name, value): (&String, &Value)| Ok((name.clone(), self.fill_at(value, depth)?));
                members.iter().map(fill).collect::<Result<_, String>>().map(Value::Object)
            }
            other => Ok(other.clone()),
        }
    }

    fn fill_text(&mut self, text: &str, depth: usize) -> Result<Value, String> {
        if depth > DEEPEST {
            return Err("the variables name each other in a circle".to_owned());
        }
        if let Some(name) = only_placeholder(text) {
            return self.value_of(name, depth);
        }
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, name, after)) = next_placeholder(rest) {
            filled.push_str(before);
            filled.push_str(&text_of(&self.value_of(name, depth)?));
            rest = after;
        }
        filled.push_str(rest);
        Ok(Value::String(filled))
    }

    fn value_of(&mut self, name: &str, depth: usize) -> Result<Value, String> {
        let name = name.trim();
        if let Some(value) = self.captured.get(name).or_else(|| self.row.get(name)).or_else(|| self.worked_out.get(name)) {
            return Ok(value.clone());
        }
        if let Some(written) = self.variables.get(name) {
            let value = self.fill_at(&written.clone(), depth + 1)?;
            self.worked_out.insert(name.to_owned(), value.clone());
            return Ok(value);
        }
        let (kind, rest) = name.split_once(':').map_or((name, None), |(kind, rest)| (kind, Some(rest)));
        match (kind, rest) {
            ("uuid", None) => Ok(self.random.uuid().into()),
            ("row", None) | ("counter", None) => Ok(self.number.into()),
            ("counter", Some(start)) => {
                let start: i64 = start.trim().parse().map_err(|_| format!("{{{{{name}}}}} does not begin with a number"))?;
                Ok(start.saturating_add_unsigned(self.number as u64 - 1).into())
            }
            ("row", Some(column)) => self.row.get(column).cloned().ok_or_else(|| format!("the data have no column \"{column}\"")),
            ("now", None) => Ok(self.now.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into()),
            ("now", Some(format)) => jiff::fmt::strtime::format(format, &self.now)
                .map(Value::from)
                .map_err(|error| format!("the format of {{{{{name}}}}} cannot be used: {error}")),
            ("choice", Some(choices)) => {
                let choices: Vec<&str> = choices.split('|').collect();
                Ok(self.random.pick(&choices).copied().unwrap_or_default().into())
            }
            ("lorem", words) => {
                let words = words.unwrap_or("12").trim();
                let words: usize = words.parse().map_err(|_| format!("{{{{{name}}}}} names no number of words"))?;
                Ok(self.random.lorem(words.min(100_000)).into())
            }
            ("env", Some(rest)) => {
                let (variable, default) = rest.split_once('|').map_or((rest, None), |(name, default)| (name, Some(default)));
                let found = (self.environment)(variable).or_else(|| default.map(str::to_owned));
                found.map(Value::from).ok_or_else(|| format!("the environment has no variable {variable}"))
            }
            ("literal", Some(text)) => Ok(format!("{{{{{text}}}}}").into()),
            _ => Err(format!(
                "{{{{{name}}}}} stands for nothing: it is not a variable of the suite, a column of the data or a captured value. \
                 Built in are {BUILT_IN}"
            )),
        }
    }
}

/// The names of the placeholders in a value.
pub fn names_in(value: &Value) -> Vec<String> {
    let mut names = Vec::new();
    collect(value, &mut names);
    names
}

fn collect(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let mut rest = text.as_str();
            while let Some((_, name, after)) = next_placeholder(rest) {
                names.push(name.trim().to_owned());
                rest = after;
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Value::Object(members) => members.values().for_each(|value| collect(value, names)),
        _ => {}
    }
}

/// The name of a text that is one placeholder and nothing else.
pub fn only_placeholder(text: &str) -> Option<&str> {
    next_placeholder(text).filter(|(before, _, after)| before.is_empty() && after.is_empty()).map(|(_, name, _)| name)
}

fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("{{")?;
    let end = start + text[start..].find("}}")?;
    Some((&text[..start], &text[start + 2..end], &text[end + 2..]))
}

/// A value within a text: a string without its quotes, anything else as JSON.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(value: &Value) -> Result<Value, String> {
        let row = json!({"Title": "Crash", "count": 7}).as_object().unwrap().clone();
        let variables =
            json!({"release": "4.2", "title": "{{Title}} in {{release}}", "id": "{{uuid}}", "a": "{{b}}", "b": "{{a}}"});
        let environment = |name: &str| (name == "USER_MAIL").then(|| "jim@centercode.com".to_owned());
        let now = "2026-11-30T02:00:00[UTC]".parse().unwrap();
        let mut scope = Scope::new(3, &row, variables.as_object().unwrap(), &environment, now, 1);
        scope.captured.insert("ticket".into(), 4711.into());
        scope.fill(value)
    }

    #[test]
    fn placeholders_by_table() {
        for (text, expected) in [
            ("plain", json!("plain")),
            ("{{Title}}", json!("Crash")),
            ("{{ count }}", json!(7)),
            ("{{count}} times", json!("7 times")),
            ("{{title}}", json!("Crash in 4.2")),
            ("{{ticket}}", json!(4711)),
            ("/{{ticket}}/{{row:count}}", json!("/4711/7")),
            ("{{row}} {{counter}} {{counter:100}}", json!("3 3 102")),
            ("{{now}}", json!("2026-11-30T02:00:00Z")),
            ("{{now:%d.%m.%Y}}", json!("30.11.2026")),
            ("{{choice:only}}", json!("only")),
            ("{{env:USER_MAIL}}", json!("jim@centercode.com")),
            ("{{env:NONE|nobody}}", json!("nobody")),
            ("{{literal:name}}", json!("{{name}}")),
            ("{{open", json!("{{open")),
        ] {
            assert_eq!(filled(&text.into()), Ok(expected), "{text}");
        }
        assert_eq!(filled(&json!({"a": ["{{count}}", {"b": "{{Title}}"}]})), Ok(json!({"a": [7, {"b": "Crash"}]})));
        let twice = filled(&json!(["{{id}}", "{{id}}", "{{uuid}}"])).unwrap();
        assert!(twice[0] == twice[1] && twice[1] != twice[2], "{twice}");
        assert_eq!(filled(&"{{lorem:4}}".into()).unwrap().as_str().unwrap().split(' ').count(), 4);
    }

    #[test]
    fn what_stands_for_nothing_is_said() {
        for (text, expected) in [
            ("{{nobody}}", "{{nobody}} stands for nothing"),
            ("{{a}}", "in a circle"),
            ("{{env:NONE}}", "no variable NONE"),
            ("{{row:Nobody}}", "no column \"Nobody\""),
            ("{{counter:x}}", "does not begin with a number"),
            ("{{lorem:x}}", "no number of words"),
            ("{{now:%!}}", "cannot be used"),
        ] {
            let error = filled(&text.into()).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn names_are_found_anywhere() {
        assert_eq!(names_in(&json!({"a": "x {{one}}{{ two }}", "b": ["{{three}}", 1]})), ["one", "two", "three"]);
    }
}
