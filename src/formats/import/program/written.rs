//! Bodies that a program writes out of a literal of its language: as JSON, or as a form.

use serde_json::Value;

use super::literal::{Language, Reader, text_of};
use crate::formats::import::curl;

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
    let json = || object_behind(text, &JSON).map(|value| (value.to_string(), "application/json"));
    json().or_else(|| object_behind(text, &FORM).map(|value| (form(value), "application/x-www-form-urlencoded")))
}

fn object_behind(text: &str, signs: &[&str]) -> Option<Value> {
    let mut starts: Vec<usize> =
        signs.iter().flat_map(|sign| text.match_indices(sign).map(|(at, sign)| at + sign.len())).collect();
    starts.sort_unstable();
    starts.into_iter().take(20).find_map(|start| {
        let mut reader = Reader::new(text, start, Language::Other);
        let value = reader.value();
        (!reader.is_broken && value.as_object().is_some_and(|members| !members.is_empty())).then_some(value)
    })
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
            ("request.body = JSON.generate({ \"a\" => \"b\" })", Some((r#"{"a":"b"}"#, json))),
            ("HTTPoison.post(url, Jason.encode!(%{a: \"b\"}))", Some((r#"{"a":"b"}"#, json))),
            ("http.post(uri, body: jsonEncode({'a': 'b'}))", Some((r#"{"a":"b"}"#, json))),
            (
                "$c->request('POST', $u, ['form_params' => ['a b' => 'c&d']]);",
                Some(("a%20b=c%26d", "application/x-www-form-urlencoded")),
            ),
            ("json_encode($data)", None),
            ("json_encode(['a' => f(1)])", None),
            ("'json' => $ticket", None),
        ] {
            let found = body(text);
            assert_eq!(found.as_ref().map(|(body, kind)| (body.as_str(), *kind)), expected, "{text}");
        }
    }
}
