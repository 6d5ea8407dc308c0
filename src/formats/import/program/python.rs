//! Calls of Python's requests, httpx, urllib and http.client.

use serde_json::{Map, Value};

use super::call::{assigned, finish, form, pairs, set_header, with_query};
use super::literal::{Language, Reader, text_of};
use super::multipart;
use crate::model::imported::Imported;
use crate::model::request_record::NotRecorded;
use crate::model::request_spec::{RequestSpec, SpecBody};

const METHODS: [&str; 5] = ["post", "get", "put", "patch", "delete"];
const CLIENTS: [&str; 5] = ["requests", "httpx", "session", "client", "s"];

/// Where the calls of a text begin, and where their arguments do.
pub(super) fn calls(text: &str) -> impl Iterator<Item = (usize, usize)> {
    found(text).map(|call| (call.at, call.inside))
}

struct Call {
    at: usize,
    inside: usize,
    /// In capitals; empty where the first argument is the method.
    method: String,
    is_urllib: bool,
}

fn found(text: &str) -> impl Iterator<Item = Call> {
    // Other languages have clients of these names, too.
    let is_python =
        text.lines().any(|line| line.starts_with("import ") || line.starts_with("from ")) || text.contains("requests.");
    let mut all = Vec::new();
    for client in CLIENTS.iter().filter(|_| is_python) {
        for (at, _) in text.match_indices(&format!("{client}.")) {
            let before = text[..at].chars().next_back();
            let rest = &text[at + client.len() + 1..];
            let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
            let is_call =
                rest[name.len()..].starts_with('(') && !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.');
            let inside = at + client.len() + 1 + name.len() + 1;
            if is_call && (METHODS.contains(&name.as_str()) || name == "request") {
                let method = if name == "request" { String::new() } else { name.to_ascii_uppercase() };
                all.push(Call { at, inside, method, is_urllib: false });
            }
        }
    }
    for name in ["urllib.request.Request(", "conn.request("] {
        all.extend(text.match_indices(name).map(|(at, _)| Call {
            at,
            inside: at + name.len(),
            method: String::new(),
            is_urllib: name.starts_with("urllib"),
        }));
    }
    all.sort_by_key(|call| call.at);
    all.into_iter()
}

/// The requests of the calls in a text.
pub(super) fn read(text: &str, imported: &mut Imported) {
    let known = assigned(text, Language::Python);
    for call in found(text) {
        let mut reader = Reader::new(text, call.inside, Language::Python);
        reader.known = &known;
        let (mut positional, named) = arguments(text, &mut reader);
        if text[call.at..].starts_with("conn.") {
            // The host stands in the connection, the rest of the address in the call.
            let host = text.split("Connection(").nth(1).and_then(|rest| rest.split(['"', '\'']).nth(1)).unwrap_or("{{host}}");
            if let Some(Value::String(path)) = positional.get_mut(1) {
                path.insert_str(0, &format!("https://{host}"));
            }
        }
        let request = request(&call, &positional, &named);
        if request.url.is_empty() {
            continue;
        }
        finish(text, call.at, &reader, request, imported);
    }
}

/// What stands between the brackets of a call: values, and values with a name.
fn arguments(text: &str, reader: &mut Reader<'_>) -> (Vec<Value>, Map<String, Value>) {
    let (mut positional, mut named) = (Vec::new(), Map::new());
    while !reader.take(')') && !reader.is_broken && reader.at < text.len() {
        reader.space();
        let start = reader.at;
        let name = reader.word();
        reader.space();
        let is_named = !name.is_empty() && text[reader.at..].starts_with('=') && !text[reader.at..].starts_with("==");
        if is_named {
            reader.at += 1;
            let value = reader.value();
            named.insert(name, value);
        } else {
            reader.at = start;
            positional.push(reader.value());
        }
        if !reader.take(',') && !text[reader.at..].starts_with(')') {
            reader.is_broken = true;
        }
    }
    (positional, named)
}

fn request(call: &Call, positional: &[Value], named: &Map<String, Value>) -> RequestSpec {
    let of =
        |name: &str, index: Option<usize>| named.get(name).or_else(|| positional.get(index?)).filter(|value| !value.is_null());
    let shift = usize::from(call.method.is_empty() && !call.is_urllib);
    let method = match (call.method.as_str(), call.is_urllib) {
        ("", true) => of("method", None)
            .cloned()
            .map_or_else(|| if of("data", Some(1)).is_some() { "POST".into() } else { "GET".into() }, text_of),
        ("", false) => of("method", Some(0)).cloned().map(text_of).unwrap_or_default(),
        (method, _) => method.to_owned(),
    };
    let url = with_query(&of("url", Some(shift)).cloned().map(text_of).unwrap_or_default(), of("params", None));
    let by_place = |index: usize| {
        Some(index).filter(|_| call.is_urllib || shift == 1 || matches!(method.as_str(), "POST" | "PUT" | "PATCH"))
    };
    let mut headers = of("headers", by_place(shift + 2)).map(pairs).unwrap_or_default();
    // A variable that holds the whole body tells nothing of it.
    let mut body_is_known = true;
    let body = if let Some(files) = of("files", None) {
        let mut parts = multipart::of_python(files);
        let texts = of("data", None).map(pairs).unwrap_or_default();
        parts.extend(texts.into_iter().map(|(name, text)| crate::model::multipart::Part {
            name,
            content: crate::model::multipart::PartContent::Text(text),
            ..Default::default()
        }));
        SpecBody::Multipart(parts)
    } else if let Some(name) = of("json", None).and_then(Value::as_str).filter(|name| name.starts_with("{{")) {
        set_header(&mut headers, "Content-Type", "application/json");
        body_is_known = false;
        SpecBody::Text(name.to_owned())
    } else if let Some(json) = of("json", None) {
        set_header(&mut headers, "Content-Type", "application/json");
        SpecBody::Text(json.to_string())
    } else {
        match of("data", by_place(shift + 1)).or_else(|| of("content", None)) {
            None => SpecBody::None,
            Some(value @ (Value::Object(_) | Value::Array(_))) => {
                set_header(&mut headers, "Content-Type", "application/x-www-form-urlencoded");
                form(value)
            }
            Some(value) => SpecBody::Text(text_of(value.clone())),
        }
    };
    let not_recorded = NotRecorded { body: !body_is_known, ..NotRecorded::default() };
    RequestSpec { method: method.to_ascii_uppercase(), url, headers, body, not_recorded, ..RequestSpec::default() }
}

#[cfg(test)]
mod tests {
    use crate::formats::import::program;
    use crate::formats::import::to_json::to_json;

    #[test]
    fn calls_by_table() {
        let json = r#"[{"method":"POST","url":"https://h/x","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\":\"ü\",\"b\":null}"}}]"#;
        for (text, expected) in [
            ("import requests\nrequests.post('https://h/x', json={'a': 'ü', 'b': None})", json),
            (
                "import requests\npayload = {\n  'a': 'ü', # a\n  'b': None,\n}\nr = requests.post(\"https://h/x\", json=payload)\nprint(r)",
                json,
            ),
            (
                "import json, requests\npayload = json.dumps({'a': 'ü', 'b': None})\nheaders = {'Content-Type': 'application/json'}\nrequests.request('POST', 'https://h/x', headers=headers, data=payload)",
                json,
            ),
            (
                "import httpx\nwith httpx.Client() as client:\n  client.post('https://h/x', json=dict)",
                r#"[{"method":"POST","url":"https://h/x","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{{dict}}"},"not_recorded":["body"]}]"#,
            ),
            (
                "import requests\nrequests.post('https://h', params={'k': 'a b'}, data={'c': 'd'})",
                r#"[{"method":"POST","url":"https://h?k=a%20b","headers":[["Content-Type","application/x-www-form-urlencoded"]],"body":{"kind":"urlencoded","text":"c=d"}}]"#,
            ),
            (
                "import requests\nrequests.post('https://h', files={'f': ('a.log', open('/x/a.log', 'rb'), 'text/plain')})",
                r#"[{"method":"POST","url":"https://h","headers":[],"body":{"kind":"multipart","parts":[{"name":"f","path":"/x/a.log","filename":"a.log","content_type":"text/plain"}]}}]"#,
            ),
            (
                "import requests\nrequests.post('https://h', files={'f': open('/x/a.log', 'rb')})",
                r#"[{"method":"POST","url":"https://h","headers":[],"body":{"kind":"multipart","parts":[{"name":"f","path":"/x/a.log","filename":"a.log","content_type":null}]}}]"#,
            ),
            (
                "import http.client\nconn = http.client.HTTPSConnection(\"h\")\nconn.request(\"POST\", \"/x\", \"{}\", {'A': 'b'})",
                r#"[{"method":"POST","url":"https://h/x","headers":[["A","b"]],"body":{"kind":"text","text":"{}"}}]"#,
            ),
            (
                "import urllib.request\nreq = urllib.request.Request('https://h/x', data=b'{}', headers={'A': 'b'})",
                r#"[{"method":"POST","url":"https://h/x","headers":[["A","b"]],"body":{"kind":"text","text":"{}"}}]"#,
            ),
        ] {
            assert!(program::is_program(text), "{text}");
            assert_eq!(to_json(&program::read(text).requests).to_string(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(import requests\n|requests.post\\(|x = |'|\"|\\{|\\}|\\(|\\)|,|:|=|json=|files=|open\\(|https://h|a|é| |\n){0,30}") {
            let _ = program::read(&text);
        }
    }
}
