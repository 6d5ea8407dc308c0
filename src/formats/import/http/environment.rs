//! An environment file that stands above the requests of a `.http` file: `http-client.env.json`, `{"dev": {"host": "…"}}`.

use serde_json::{Map, Value};

use super::message::is_request_line;

/// The text with the values of the environment as the variables of the file, `@name = value`; `None` if no environment stands above the
/// requests.
pub(in crate::formats::import) fn inlined(text: &str) -> Option<String> {
    let request = text.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some((*at - line.len(), line))
    });
    let (at, _) = request.into_iter().find(|(_, line)| is_request_line(line.trim_end()))?;
    let (above, below) = text.split_at(at);
    if !below.contains("{{") {
        return None;
    }
    let (before, rest) = above.split_at(above.find('{')?);
    let is_comment =
        |line: &str| line.trim().is_empty() || line.trim_start().starts_with(['#', '/', '*']) || line.trim().ends_with(".json");
    if !before.lines().all(is_comment) {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Map<String, Value>>();
    let environments = values.next()?.ok()?;
    let end = values.byte_offset();
    // Several environments stand in one file; the first that has values is taken, behind those that all share.
    let of_environment =
        environments.iter().filter(|(name, _)| name.as_str() != "$shared").find_map(|(_, value)| value.as_object());
    let shared = environments.get("$shared").and_then(Value::as_object);
    let plain = [Some(&environments), shared, of_environment];
    let lines = plain.into_iter().flatten().flatten().filter_map(|(name, value)| match value {
        Value::String(text) => Some(format!("@{name} = {text}\n")),
        Value::Number(_) | Value::Bool(_) => Some(format!("@{name} = {value}\n")),
        _ => None,
    });
    let variables: String = lines.collect();
    (!variables.is_empty()).then(|| format!("{variables}{}\n{below}", rest[end..].trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_by_table() {
        for (text, expected) in [
            (
                "// http-client.env.json\n{\"dev\": {\"host\": \"https://h\", \"port\": 1}}\n\n// a.http\nPOST {{host}}/x\n",
                Some("@host = https://h\n@port = 1\n\n\n// a.http\nPOST {{host}}/x\n"),
            ),
            ("{\"host\": \"h\"}\nPOST https://{{host}}/x\n", Some("@host = h\n\nPOST https://{{host}}/x\n")),
            ("{\"host\": \"h\"}\nPOST https://h/x\n", None),
            ("POST {{host}}/x\n\n{\"a\": \"b\"}\n", None),
            ("we got {\"a\": \"b\"}\nPOST {{host}}/x\n", None),
        ] {
            assert_eq!(inlined(text).as_deref(), expected, "{text}");
        }
    }
}
