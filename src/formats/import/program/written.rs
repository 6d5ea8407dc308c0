//! Bodies that a program writes out of a literal of its language: as JSON, or as a form.

use serde_json::Value;

use super::literal::{Language, Reader, text_of};
use super::multipart;
use crate::formats::import::curl;
use crate::model::multipart::{Part, PartContent};

/// What writes JSON of the value behind it, with the language's own sign for it.
const JSON: [&str; 12] = [
    "json_encode(",
    "encode_json(",
    "JSON.generate(",
    "JSON.dump(",
    "Jason.encode!(",
    "Poison.encode!(",
    "jsonEncode(",
    "json.encode(",
    "'json' =>",
    "\"json\" =>",
    ":json =>",
    "json: ",
];

/// What writes a form of the value behind it.
const FORM: [&str; 6] = ["'form_params' =>", "\"form_params\" =>", ":form =>", "form: ", "http_build_query(", "set_form_data("];

/// The body that a program writes, and its type where that is not said elsewhere. Only where all of it is a literal or a variable.
pub(super) fn body(text: &str) -> Option<(String, &'static str)> {
    let json = || {
        object_behind(text, &JSON).or_else(|| object_before_to_json(text)).map(|value| (value.to_string(), "application/json"))
    };
    // Dio writes JSON of what it is given.
    let of_dio = || {
        let value = object_behind(text, &["data: "]).filter(|_| text.contains("dio.") || text.contains("Dio("))?;
        Some((value.to_string(), "application/json"))
    };
    json().or_else(of_dio).or_else(|| object_behind(text, &FORM).map(|value| (form(value), "application/x-www-form-urlencoded")))
}

fn object_behind(text: &str, signs: &[&str]) -> Option<Value> {
    let mut starts: Vec<usize> = signs.iter().flat_map(|sign| ends_of(text, sign)).collect();
    starts.sort_unstable();
    starts.into_iter().take(20).find_map(|start| {
        let mut reader = Reader::new(text, start, Language::Other);
        let value = reader.value();
        (!reader.is_broken && value.as_object().is_some_and(|members| !members.is_empty())).then_some(value)
    })
}

/// Where a sign ends in a text. Before an arrow people line up their names with spaces.
pub(super) fn ends_of<'a>(text: &'a str, sign: &'a str) -> impl Iterator<Item = usize> {
    let (name, arrow) = sign.strip_suffix(" =>").map_or((sign, ""), |name| (name, "=>"));
    text.match_indices(name).filter_map(move |(at, name)| {
        let behind = &text[at + name.len()..];
        let trimmed = if arrow.is_empty() { behind } else { behind.trim_start_matches([' ', '\t']) };
        Some(text.len() - trimmed.strip_prefix(arrow)?.len())
    })
}

/// Ruby's `{ a: 1 }.to_json`.
fn object_before_to_json(text: &str) -> Option<Value> {
    text.match_indices("}.to_json").take(20).find_map(|(end, _)| {
        let mut depth = 0_usize;
        let start = text[..=end].char_indices().rev().find_map(|(at, c)| {
            depth = match c {
                '}' => depth + 1,
                '{' => depth.saturating_sub(1),
                _ => depth,
            };
            (depth == 0).then_some(at)
        })?;
        let mut reader = Reader::new(text, start, Language::Other);
        let value = reader.value();
        (!reader.is_broken && reader.at == end + 1 && value.is_object()).then_some(value)
    })
}

/// The parts of REST Assured's `.multiPart("name", new File("path"), "type")`.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let calls = text.match_indices(".multiPart(").take(50);
    calls
        .filter_map(|(at, call)| {
            let inside = &text[at + call.len()..];
            let arguments = multipart::arguments(&inside[..multipart::end_of_arguments(inside)?]);
            let name = multipart::unquoted(arguments.first()?)?;
            let value = arguments.get(1)?;
            Some(match multipart::unquoted(value) {
                Some(text) => Part { name, content: PartContent::Text(text), ..Part::default() },
                None => {
                    let path = value.split('"').nth(1)?;
                    multipart::file(&name, path, None, arguments.get(2).and_then(|kind| multipart::unquoted(kind)))
                }
            })
        })
        .collect()
}

fn form(value: Value) -> String {
    let Value::Object(members) = value else { return String::new() };
    let pair = |(name, value): (String, Value)| format!("{}={}", curl::encode(&name), curl::encode(&text_of(value)));
    members.into_iter().map(pair).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_by_table() {
        let json = "application/json";
        for (text, expected) in [
            (
                "curl_setopt($c, CURLOPT_POSTFIELDS, json_encode(array('a' => 'b', 'c' => 1)));",
                Some((r#"{"a":"b","c":1}"#, json)),
            ),
            ("$c->post($url, ['json' => ['a' => $b]]);", Some((r#"{"a":"{{b}}"}"#, json))),
            (
                "$c->post($url, ['query'   => ['k' => 1],\n 'json'    => ['a'  => gethostname()]]);",
                Some((r#"{"a":"{{gethostname}}"}"#, json)),
            ),
            ("request.body = JSON.generate({ \"a\" => \"b\" })", Some((r#"{"a":"b"}"#, json))),
            ("HTTPoison.post(url, Jason.encode!(%{a: \"b\"}))", Some((r#"{"a":"b"}"#, json))),
            ("http.post(uri, body: jsonEncode({'a': 'b'}))", Some((r#"{"a":"b"}"#, json))),
            (
                "$c->request('POST', $u, ['form_params' => ['a b' => 'c&d']]);",
                Some(("a%20b=c%26d", "application/x-www-form-urlencoded")),
            ),
            ("json_encode($data)", None),
            ("json_encode(['a' => f(1), 'b' => g($x)])", Some((r#"{"a":"{{f}}","b":"{{x}}"}"#, json))),
            ("post(uri, { a: 'b', c: { d: 1 } }.to_json, 'X' => 'y')", Some((r#"{"a":"b","c":{"d":1}}"#, json))),
            ("post(uri, data.to_json)", None),
            ("'json' => $ticket", None),
        ] {
            let found = body(text);
            assert_eq!(found.as_ref().map(|(body, kind)| (body.as_str(), *kind)), expected, "{text}");
        }
    }
}
