//! Commands among the values of a YAML or JSON file: the scripts of a pipeline or a package, a container's command, a notebook's cells.

use serde_json::Value;

use super::words::{names_client, of_words, shell_word};
use crate::formats::import::collection::yaml;
use crate::formats::import::session::begins_command;

/// The longest file that is looked through, in bytes.
const MOST: usize = 1 << 20;

/// How deep values may stand in each other.
const DEEPEST: usize = 40;

/// The commands in the values of a YAML file, where they are written otherwise than the shell gets them: folded, or as lists.
pub(super) fn of_yaml(text: &str) -> Option<String> {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))?;
    if text.len() > MOST || !(text.contains("curl") || text.contains("wget")) || !begins_yaml(first) {
        return None;
    }
    let value = yaml::parse(text).ok()?;
    let found = gathered(&value)?;
    // What stands in the text as the shell gets it is read there, where each line has its place.
    let is_there = |line: &str| text.lines().any(|written| written.trim_end().ends_with(line.trim()));
    let is_plain = found.lines().take(200).all(is_there) && found.lines().count() <= 200;
    (!is_plain).then_some(found)
}

/// The commands in a JSON file whose members say that it holds such.
pub(super) fn of_json(text: &str) -> Option<String> {
    const HOLD: [&str; 7] = ["scripts", "tasks", "containerDefinitions", "spec", "jobs", "services", "Config"];
    let value = json(text)?;
    let holds = |value: &Value| HOLD.iter().any(|name| value.get(name).is_some());
    let is_one = holds(&value) || value.as_array().is_some_and(|list| list.first().is_some_and(holds));
    is_one.then(|| gathered(&value)).flatten()
}

/// The shell commands of a notebook's cells with what they printed; or the program in its cells, where there are none.
pub(super) fn of_notebook(text: &str) -> Option<String> {
    if !text.contains("\"cells\"") && !text.contains("\"paragraphs\"") {
        return None;
    }
    let value = json(text)?;
    if let Some(cells) = value.get("cells").and_then(Value::as_array) {
        let is_code = |cell: &&Value| cell.get("cell_type").and_then(Value::as_str) == Some("code");
        let (mut commands, mut program) = (String::new(), String::new());
        for cell in cells.iter().filter(is_code) {
            let source = joined(cell.get("source").or_else(|| cell.get("input")));
            match shell_of(&source) {
                Some(shell) => {
                    commands.push_str(shell.trim_end());
                    commands.push('\n');
                    let outputs = cell.get("outputs").and_then(Value::as_array).into_iter().flatten();
                    outputs.for_each(|output| commands.push_str(&(joined(output.get("text")).trim_end().to_owned() + "\n")));
                }
                None => program.push_str(&(source + "\n")),
            }
        }
        let found = if names_client(&commands) { commands } else { program };
        return Some(found).filter(|found| found.contains("://"));
    }
    let paragraphs = value.get("paragraphs")?.as_array()?;
    let texts: Vec<&str> = paragraphs.iter().filter_map(|one| one.get("text")?.as_str()).collect();
    let shell: Vec<String> = texts.iter().filter_map(|text| shell_of(text)).collect();
    (!shell.is_empty()).then(|| shell.join("\n") + "\n")
}

fn json(text: &str) -> Option<Value> {
    let text = text.trim();
    let is_one = text.starts_with(['{', '[']) && text.len() <= 16 * MOST && text.contains("://");
    is_one.then(|| serde_json::from_str(text).ok()).flatten()
}

/// A text that a notebook keeps whole or line by line.
fn joined(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

/// What a cell hands to a shell: all of it behind `%%bash`, or the lines that begin with `!`.
fn shell_of(source: &str) -> Option<String> {
    const WHOLE: [&str; 7] = ["%%bash", "%%sh", "%%script", "%%cmd", "%%!", "%%system", "%sh"];
    let source = source.trim_start();
    if WHOLE.iter().any(|sign| source.starts_with(sign)) {
        return source.split_once('\n').map(|(_, rest)| rest.to_owned());
    }
    let mut shell = String::new();
    let mut goes_on = false;
    for line in source.lines() {
        let begins = line.trim_start().trim_start_matches("%sx ").strip_prefix('!').map(|rest| rest.trim_start_matches('!'));
        let Some(line) = begins.or_else(|| goes_on.then_some(line)) else { continue };
        shell.push_str(line);
        shell.push('\n');
        goes_on = line.trim_end().ends_with('\\');
    }
    names_client(&shell).then_some(shell)
}

fn begins_yaml(line: &str) -> bool {
    let line = line.trim_start();
    let key = line.strip_prefix("- ").unwrap_or(line);
    let name = key.split(':').next().unwrap_or("");
    let is_key = name.len() < key.len() && !name.is_empty() && !name.contains(['{', '(', '/', '$', '=']) && name.len() < 80;
    !begins_command(line)
        && (line.starts_with("---") || line.starts_with("- ") || is_key && !key[name.len()..].starts_with("://"))
}

fn gathered(value: &Value) -> Option<String> {
    let mut found = Found::default();
    found.gather(value, 0);
    found.has_command.then_some(found.text)
}

/// The commands that were found, and the variables that they use.
#[derive(Default)]
struct Found {
    text: String,
    has_command: bool,
}

impl Found {
    fn add(&mut self, command: &str) {
        self.text.push_str(command.trim_end());
        self.text.push('\n');
        self.has_command = true;
    }

    /// The commands of a value, behind the variables that stand beside them.
    fn gather(&mut self, value: &Value, depth: usize) {
        match value {
            _ if depth > DEEPEST => {}
            Value::String(text) if text.lines().any(begins_command) => self.add(text),
            Value::Array(items) => match words(value).and_then(|words| of_words(&words)) {
                Some(command) => self.add(&command),
                None => items.iter().for_each(|item| self.gather(item, depth + 1)),
            },
            Value::Object(members) => {
                const SETS: [&str; 4] = ["variables", "env", "environment", "vars"];
                SETS.iter().filter_map(|name| members.get(*name)).for_each(|set| assign(set, &mut self.text));
                // A container's command and what it is given stand apart.
                let given = members.get("command").and_then(words).zip(members.get("args").and_then(words));
                let whole = given.and_then(|(command, given)| of_words(&[command, given].concat()));
                if let Some(command) = &whole {
                    self.add(command);
                }
                let is_read = |name: &String| whole.is_some() && ["command", "args"].contains(&name.as_str());
                members.iter().filter(|(name, _)| !is_read(name)).for_each(|(_, inner)| self.gather(inner, depth + 1));
            }
            _ => {}
        }
    }
}

/// The words of a list, or of a text alone.
fn words(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| match item {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .collect(),
        Value::String(text) if !text.contains(char::is_whitespace) => Some(vec![text.clone()]),
        _ => None,
    }
}

/// The variables that a file sets, by name or as a list of names and values.
fn assign(set: &Value, found: &mut String) {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.contains("${{") && !text.contains('\n')),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|_| is_name(name)) {
            found.push_str(&format!("{name}={}\n", shell_word(&value)));
        }
    };
    match set {
        Value::Object(members) => members.iter().for_each(|(name, value)| add(name, text(value))),
        Value::Array(items) => items.iter().for_each(|item| match item {
            Value::String(pair) => {
                if let Some((name, value)) = pair.split_once('=') {
                    add(name, Some(value.to_owned()));
                }
            }
            item => {
                if let (Some(name), Some(value)) = (item.get("name").and_then(Value::as_str), item.get("value")) {
                    add(name, text(value));
                }
            }
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_by_table() {
        for (text, expected) in [
            ("a:\n  script:\n    - >-\n      curl -X POST https://h\n      -d 'x'\n", Some("curl -X POST https://h -d 'x'\n")),
            ("run: >\n  curl https://h\n  -d x\n", Some("curl https://h -d x\n")),
            ("steps:\n- run: curl https://h\n    -d x\n", Some("curl https://h -d x\n")),
            ("variables:\n  KEY: k\nscript:\n- >\n  curl h.x/$KEY\n  -d 'x'\n", Some("KEY=k\ncurl h.x/$KEY -d 'x'\n")),
            ("image: a\ncommand: [curl]\nargs: [\"-d\", \"a b\", https://h]\n", Some("curl -d 'a b' https://h\n")),
            ("test: [CMD, curl, -f, https://h]\n", Some("curl -f https://h\n")),
            ("command: [sh, -c, \"curl https://h -d x\"]\n", Some("curl https://h -d x\n")),
            // These are read where they stand.
            ("script: |\n  curl https://h \\\n    -d x\n", None),
            ("- curl https://h\n", None),
            ("Subject: a\n\ncurl https://h\n", None),
            ("curl -H \"A: b\" https://h\n", None),
        ] {
            assert_eq!(of_yaml(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn json_by_table() {
        for (text, expected) in [
            (
                r#"{"scripts": {"test": "jest", "report": "curl -d '{\"a\":1}' https://h"}}"#,
                Some("curl -d '{\"a\":1}' https://h\n"),
            ),
            (r#"{"tasks": [{"command": "curl", "args": ["-d", "x", "https://h"]}]}"#, Some("curl -d x https://h\n")),
            (r#"{"summary": "curl https://h"}"#, None),
        ] {
            assert_eq!(of_json(text).as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            (
                r#"{"cells": [{"cell_type": "code", "source": ["!curl https://h \\\n", " -d x"], "outputs": [{"text": ["no\n"]}]}]}"#,
                Some("curl https://h \\\n -d x\nno\n"),
            ),
            (r#"{"cells": [{"cell_type": "code", "source": "%%bash\ncurl https://h\n"}]}"#, Some("curl https://h\n")),
            (
                r#"{"cells": [{"cell_type": "markdown", "source": "x"}, {"cell_type": "code", "source": ["import requests\n", "requests.post('https://h')"]}]}"#,
                Some("import requests\nrequests.post('https://h')\n"),
            ),
            (r#"{"paragraphs": [{"text": "%sh\ncurl https://h\n"}]}"#, Some("curl https://h\n\n")),
            (r#"{"cells": 3, "text": "curl https://h"}"#, None),
        ] {
            assert_eq!(of_notebook(text).as_deref(), expected, "{text}");
        }
    }
}
