//! What a payload says, in a line for people: its values without the JSON around them.

use super::json_rows::string_end;

/// What stands between two values.
const BETWEEN: &str = " · ";

/// The values of a JSON text in their order, of which only the beginning may be there. Whatever else it is stands as it is.
pub fn gist(text: &str) -> String {
    let values = values(text.trim_start());
    if values.is_empty() { text.to_owned() } else { values.join(BETWEEN) }
}

fn values(text: &str) -> Vec<String> {
    let mut values = Vec::new();
    let (mut rest, mut open, mut before) = (text, Vec::new(), ' ');
    if !rest.starts_with(['{', '[']) {
        return values;
    }
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        // A name says less than what it names.
        let is_value = before == ':' || open.last() == Some(&'[');
        match first {
            '"' => {
                length = string_end(rest.as_bytes(), 1);
                values.extend(is_value.then(|| unquoted(&rest[..length])).filter(|value| !value.trim().is_empty()));
            }
            '-' | '0'..='9' => {
                length = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).unwrap_or(rest.len());
                values.push(rest[..length].to_owned());
            }
            '{' | '[' => open.push(first),
            '}' | ']' => drop(open.pop()),
            _ => {}
        }
        if !first.is_whitespace() {
            before = first;
        }
        rest = &rest[length..];
    }
    values
}

/// What a string says, in one line. One that is cut off, or that no JSON could hold, stands as it is.
fn unquoted(quoted: &str) -> String {
    let text = serde_json::from_str::<String>(quoted).unwrap_or_else(|_| quoted.trim_matches('"').to_owned());
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.ends_with('@') {
        // What hides addresses knows the beginning of one where it ends, or by this sign.
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gists_by_table() {
        for (text, expected) in [
            (r#"{"submitter": "jim@acme.example", "summary": "Crashing on load!"}"#, "jim@acme.example · Crashing on load!"),
            (
                r#"{"summary": "A \"quoted\"\nword \u00e9", "count": -1.5e3, "done": true, "none": null}"#,
                "A \"quoted\" word é · -1.5e3",
            ),
            (r#"{"a": {"b": ["x", "y"]}, "empty": ""}"#, "x · y"),
            // Cut off within a value, within a name and behind an escape.
            (r#"{"summary": "Crash", "text": "It goes"#, "Crash · It goes"),
            (r#"{"summary": "Crash", "sever"#, "Crash"),
            (r#"{"summary": "Crash\"#, "Crash\\"),
            (r#"[{"summary": "one"}, {"summary": "two"}]"#, "one · two"),
            (r#"{"text": "ask jim@", "more": "x"}"#, "ask jim@… · x"),
            ("{}", "{}"),
            ("summary=Crash", "summary=Crash"),
            ("file crash.log", "file crash.log"),
            ("", ""),
        ] {
            assert_eq!(gist(text), expected, "{text}");
        }
    }
}
