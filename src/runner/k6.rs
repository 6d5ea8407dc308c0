//! A suite for k6.

use serde_json::Value;

use super::load::{self, Load, LoadFiles, LoadTool};
use super::plan::{Environment, Plan};
use super::template::names_in;
use crate::model::unseen::one_line;

/// The name of the script in its folder.
pub const SCRIPT: &str = "suite.js";

const PROGRAM: &str = include_str!("k6.js");

// Each virtual user holds all the files in memory.
const K6: LoadTool = LoadTool { name: "k6", pattern: in_javascript, longest_file: 100_000_000 };

/// The suite as a script of k6, with its data rows beside it. Secrets become variables of the environment.
///
/// # Errors
/// When a row cannot be filled, or a file is missing.
pub fn write(plan: &Plan, environment: Environment<'_>, seed: u64) -> Result<LoadFiles, String> {
    let Load { mut files, name, variables } = load::write(&K6, plan, environment, seed)?;
    for text in files.texts.iter().flat_map(|(_, text)| values(text)) {
        notes(&text, &mut files.notes);
    }
    files.notes.sort();
    files.notes.dedup();
    let comments: String = files.notes.iter().map(|note| format!("// {}.\n", one_line(note))).collect();
    files.texts.push((
        SCRIPT.to_owned(),
        format!("// Made by Centerpost from the suite in suite.json; see README.md.\n{comments}{PROGRAM}"),
    ));
    files.texts.push(("README.md".to_owned(), readme(&name, &variables)));
    Ok(files)
}

fn readme(name: &str, variables: &[String]) -> String {
    let secrets: String = variables.iter().map(|name| format!(" {name}=…")).collect();
    let segments = |segment: &str| format!("`--execution-segment {segment} --execution-segment-sequence 0,1/2,1`");
    format!(
        "# {name} for k6\n\n\
         Install k6, then `CENTERPOST_API_KEY=…{secrets} k6 run {SCRIPT}` sends each data row once. Each accepted request creates a real ticket.\n\
         `--vus 20 --duration 1m` sends them round and round for a minute. On two machines: {} on one, and {} on the other.\n\
         `-e CENTERPOST_HOST=https://…` sends to another host. Each virtual user holds the files in memory.\n",
        segments("0:1/2"),
        segments("1/2:1")
    )
}

/// The JSON values in a text, which is one or has one in each line.
fn values(text: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(text).into_iter().filter_map(Result::ok).collect()
}

/// What JavaScript makes something else of.
fn notes(value: &Value, found: &mut Vec<String>) {
    for format in names_in(value).iter().filter_map(|name| name.strip_prefix("now:")) {
        let unknown =
            directives(format).into_iter().filter(|directive| !KNOWN_DIRECTIVES.contains(directive.trim_start_matches('-')));
        found.extend(unknown.map(|directive| format!("k6 leaves %{directive} in {{{{now:{format}}}}} as it stands")));
    }
    large_numbers(value, found);
}

/// What the script knows of the formats of times.
const KNOWN_DIRECTIVES: &str = "YymdeHIMSpPBbhAajsFTDRZznt%";

/// What stands behind each percent sign of a format: a letter, perhaps with a sign before it.
fn directives(format: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = format;
    while let Some((_, after)) = rest.split_once('%') {
        let end = after.find(|c| c != '-').map_or(after.len(), |at| at + after[at..].chars().next().map_or(0, char::len_utf8));
        found.push(&after[..end]);
        rest = &after[end..];
    }
    found
}

fn large_numbers(value: &Value, found: &mut Vec<String>) {
    const EXACT: u64 = 1 << 53;
    match value {
        Value::Number(number)
            if number.as_i64().map(i64::unsigned_abs).or(number.as_u64()).is_some_and(|number| number > EXACT) =>
        {
            found.push(format!("k6 rounds the number {number}, as JavaScript does"));
        }
        Value::Array(items) => items.iter().for_each(|item| large_numbers(item, found)),
        Value::Object(members) => members.values().for_each(|member| large_numbers(member, found)),
        _ => {}
    }
}

/// A regular expression as JavaScript writes it, and its flags; `None` for what that cannot say.
fn in_javascript(pattern: &str) -> Option<(String, String)> {
    let flags = pattern.strip_prefix("(?").and_then(|rest| rest.split_once(')'));
    let (flags, pattern) = flags.filter(|(flags, _)| flags.chars().all(|c| "ims".contains(c))).unwrap_or(("", pattern));
    let mut written = String::new();
    let mut rest = pattern;
    let mut is_class = false;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        written.push(c);
        match c {
            '\\' => {
                let escaped = rest.chars().next()?;
                rest = &rest[escaped.len_utf8()..];
                // Anchors, classes and characters that JavaScript writes otherwise, or does not have.
                if "AzpPUa<>".contains(escaped) || "xub".contains(escaped) && rest.starts_with('{') {
                    return None;
                }
                written.push(escaped);
            }
            '[' if is_class => return None,
            '[' => {
                // A bracket that closes nothing is a character to Rust.
                if rest.starts_with(']') || rest.starts_with("^]") {
                    return None;
                }
                is_class = true;
            }
            ']' => is_class = false,
            '&' | '-' | '~' if is_class && rest.starts_with(c) => return None,
            '(' if !is_class && rest.starts_with('?') => {
                if let Some(named) = rest.strip_prefix("?P<") {
                    written.push_str("?<");
                    rest = named;
                } else if !rest.starts_with("?:") && !rest.starts_with("?<") {
                    return None;
                }
            }
            _ => {}
        }
    }
    Some((written, flags.to_owned()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails when it cannot go on")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn patterns_by_table() {
        for (pattern, expected) in [
            ("^[0-9]+$", Some(("^[0-9]+$", ""))),
            ("(?i)json", Some(("json", "i"))),
            ("(?P<id>\\d+)|(?:a)(?<b>c)", Some(("(?<id>\\d+)|(?:a)(?<b>c)", ""))),
            ("\\(?x\\[a", Some(("\\(?x\\[a", ""))),
            ("[(?x]", Some(("[(?x]", ""))),
            ("a(?i)b", None),
            ("(?x) a", None),
            ("\\Aa", None),
            ("\\pL", None),
            ("\\x{41}", None),
            ("[[:alpha:]]", None),
            ("[a-z&&b]", None),
            ("[]a]", None),
        ] {
            let expected = expected.map(|(pattern, flags)| (pattern.to_owned(), flags.to_owned()));
            assert_eq!(in_javascript(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn what_javascript_makes_something_else_of_is_said() {
        let mut found = Vec::new();
        notes(
            &json!({"a": "{{now:%Y-%-d %U %%}}", "b": [9_007_199_254_740_993_u64, -9_007_199_254_740_992_i64, 1.5]}),
            &mut found,
        );
        let expected =
            ["k6 leaves %U in {{now:%Y-%-d %U %%}} as it stands", "k6 rounds the number 9007199254740993, as JavaScript does"];
        assert_eq!(found, expected);
    }
}
