//! Calls of `fetch`, axios and jQuery.

use serde_json::{Map, Value};

use super::call::{assigned, finish, form, is_variable, pairs, set_header, with_query};
use super::literal::{Language, Reader, text_of};
use super::multipart;
use crate::model::headers::header;
use crate::model::imported::{Imported, Note, Severity, TextPosition, add_note};
use crate::model::request_record::NotRecorded;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// A call that sends a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    /// `fetch(url, options)`
    Fetch,
    /// `axios(config)`, `axios.request(config)`, `request(options)`
    Config,
    /// `axios.post(url, data, config)`, with the method.
    Data(&'static str),
    /// `axios.get(url, config)`, with the method.
    NoData(&'static str),
    /// `$.ajax(settings)`
    Ajax,
    /// `got.post(url, options)`, with the method.
    Options(&'static str),
    /// `UrlFetchApp.fetch(url, options)`, which names its body a payload.
    Payload,
}

const CALLS: [(&str, Call); 20] = [
    ("fetch(", Call::Fetch),
    ("axios(", Call::Config),
    ("axios.request(", Call::Config),
    ("axios.post(", Call::Data("POST")),
    ("axios.put(", Call::Data("PUT")),
    ("axios.patch(", Call::Data("PATCH")),
    ("axios.get(", Call::NoData("GET")),
    ("axios.delete(", Call::NoData("DELETE")),
    ("$.ajax(", Call::Ajax),
    ("jQuery.ajax(", Call::Ajax),
    ("request(options", Call::Config),
    ("got.post(", Call::Options("POST")),
    ("got.put(", Call::Options("PUT")),
    ("ky.post(", Call::Options("POST")),
    // Playwright, and the library request.
    ("request.post(", Call::Options("POST")),
    ("UrlFetchApp.fetch(", Call::Payload),
    ("cy.request(", Call::Config),
    ("$http.post(", Call::Data("POST")),
    ("$.post(", Call::Data("POST")),
    // k6
    ("http.post(", Call::Data("POST")),
];

/// Where the calls of a text begin, and where their arguments do.
pub(super) fn calls(text: &str) -> impl Iterator<Item = (usize, usize)> {
    found(text).map(|(at, inside, _)| (at, inside))
}

fn found(text: &str) -> impl Iterator<Item = (usize, usize, Call)> {
    let mut all: Vec<(usize, usize, Call)> = CALLS
        .iter()
        .flat_map(|(name, call)| text.match_indices(name).map(move |(at, _)| (at, at + name.find('(').unwrap_or(0) + 1, *call)))
        .filter(|(at, inside, call)| {
            let before = text[..*at].chars().next_back();
            let is_word = !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '-'));
            let argument = text[*inside..].trim_start();
            let is_text = argument.starts_with(['"', '\'', '`']);
            let is_name = argument.starts_with(|c: char| c.is_alphabetic() || c == '_');
            // A name alone is one that the program sets to an address or to settings.
            let is_set = || {
                let name: String = argument.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$')).collect();
                ["const ", "let ", "var "]
                    .iter()
                    .any(|word| text.contains(&format!("{word}{name} ")) || text.contains(&format!("{word}{name}=")))
            };
            is_word && (is_text || (*call != Call::Fetch && argument.starts_with('{')) || (is_name && is_set()))
        })
        .collect();
    all.sort_by_key(|(at, ..)| *at);
    all.into_iter()
}

/// The requests of the calls in a text.
pub(super) fn read(text: &str, imported: &mut Imported) {
    let known = assigned(text, Language::JavaScript);
    for (at, inside, call) in found(text) {
        let mut reader = Reader::new(text, inside, Language::JavaScript);
        reader.known = &known;
        let first = reader.value();
        let mut is_open = is_variable(&first) && matches!(call, Call::Config | Call::Ajax);
        let mut given = |value: Value| {
            is_open |= is_variable(&value);
            members(value)
        };
        let next = |reader: &mut Reader<'_>| if reader.take(',') { reader.value() } else { Value::Null };
        let (mut settings, url) = match call {
            // Cypress takes method, address and body one by one, too.
            Call::Config if first.as_str().is_some_and(is_method) => {
                let url = next(&mut reader);
                let mut settings = Map::new();
                settings.insert("method".into(), first);
                settings.insert("body".into(), next(&mut reader));
                (settings, Some(url))
            }
            Call::Config | Call::Ajax => (members(first), None),
            Call::Fetch | Call::Payload => (given(next(&mut reader)), Some(first)),
            Call::Options(method) => {
                let mut settings = given(next(&mut reader));
                settings.entry("method").or_insert_with(|| method.into());
                (settings, Some(first))
            }
            Call::NoData(method) => (with_method(given(next(&mut reader)), method), Some(first)),
            Call::Data(method) => {
                let data = next(&mut reader);
                let mut settings = with_method(given(next(&mut reader)), method);
                settings.insert("data".into(), data);
                (settings, Some(first))
            }
        };
        if let Some(url) = url {
            settings.insert("url".into(), url);
        }
        let mut request = request(text, call, &settings, |severity, said| {
            add_note(&mut imported.notes, || Note { severity, place: Some(TextPosition::of(text, at)), text: said });
        });
        if is_open {
            // What the variable with the settings holds is not known.
            let unknown = &mut request.not_recorded;
            unknown.method |= !settings.contains_key("method");
            unknown.headers = true;
            unknown.body |= request.body == SpecBody::None;
            unknown.address_end |= call != Call::Fetch;
        }
        if !request.url.is_empty() {
            finish(text, at, &reader, request, imported);
        }
    }
}

fn is_method(text: &str) -> bool {
    (3..=7).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn with_method(mut settings: Map<String, Value>, method: &str) -> Map<String, Value> {
    settings.insert("method".into(), method.into());
    settings
}

fn request(text: &str, call: Call, settings: &Map<String, Value>, mut note: impl FnMut(Severity, String)) -> RequestSpec {
    let of = |name: &str| settings.get(name).filter(|value| !value.is_null());
    let base = of("baseURL").cloned().map(text_of).unwrap_or_default();
    // axios, got and ky, request and Cypress, Wretch.
    let parameters = ["params", "searchParams", "qs", "query"].iter().find_map(|name| of(name));
    let url = with_query(&(base + &of("url").cloned().map(text_of).unwrap_or_default()), parameters);
    let mut headers = of("headers").map(pairs).unwrap_or_default();
    if call == Call::Fetch {
        headers.iter_mut().for_each(|(_, value)| *value = of_letters(value));
    }
    if let Some(referrer) = of("referrer").and_then(Value::as_str).filter(|referrer| !referrer.is_empty()) {
        headers.push(("Referer".into(), referrer.to_owned()));
    }
    let written = of("method").or_else(|| of("type")).and_then(Value::as_str).unwrap_or("GET");
    let method = written.to_ascii_uppercase();
    // fetch sends any other method as it is written, `patch` too.
    let is_known = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"].contains(&method.as_str());
    let method = if call == Call::Fetch && !is_known { written.to_owned() } else { method };
    let data = of("body").or_else(|| of("data")).or_else(|| of("json")).or_else(|| of("payload"));
    let parts = data.and_then(Value::as_str).and_then(|name| name.strip_prefix("{{")?.strip_suffix("}}"));
    let parts = parts.map(|name| multipart::of_form_data(text, name)).filter(|parts| !parts.is_empty());
    let body = match (data, parts) {
        (_, Some(parts)) => SpecBody::Multipart(parts),
        (None, None) => SpecBody::None,
        (Some(Value::Object(_) | Value::Array(_)), None) if call == Call::Fetch && of("json").is_none() => {
            note(
                Severity::Taken,
                "fetch does not make JSON of an object: it sends the text [object Object]. Write body: JSON.stringify(…)".into(),
            );
            SpecBody::Text("[object Object]".into())
        }
        (Some(value @ Value::Object(_)), None) if call == Call::Ajax => form(value),
        (Some(value @ (Value::Object(_) | Value::Array(_))), None) => {
            set_header(&mut headers, "Content-Type", "application/json");
            SpecBody::Text(value.to_string())
        }
        (Some(value), None) => SpecBody::Text(text_of(value.clone())),
    };
    if let (Call::Ajax | Call::Payload, Some(kind)) = (call, of("contentType").and_then(Value::as_str)) {
        set_header(&mut headers, "Content-Type", kind);
    }
    // A variable that holds the whole body tells nothing of it, nor of the type that a client gives it.
    let is_unknown = matches!(body, SpecBody::Text(_)) && data.is_some_and(is_variable);
    if !is_unknown && !matches!(body, SpecBody::None | SpecBody::Multipart(_)) {
        // What a client calls a text by itself.
        let own = if call == Call::Fetch { "text/plain;charset=UTF-8" } else { "application/x-www-form-urlencoded" };
        set_header(&mut headers, "Content-Type", own);
    }
    let not_recorded = NotRecorded {
        body: is_unknown,
        file_bytes: is_unknown,
        headers: is_unknown && header(&headers, "content-type").is_none() || of("headers").is_some_and(is_variable),
        ..NotRecorded::default()
    };
    RequestSpec { method, url, headers, body, not_recorded, ..RequestSpec::default() }
}

/// A header's value as fetch sends it: each letter as one byte. What makes UTF-8 then, as copied cookies do, is that text.
fn of_letters(value: &str) -> String {
    let bytes: Option<Vec<u8>> = value.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::program;
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
            ("axios.post('https://h/x', { a: 'ü' }, { headers: {'content-type': 'application/json'} })", whole),
            (
                "let data = JSON.stringify({a: 'ü'});\nlet config = {\n method: 'post', url: 'https://h/x', headers: {'content-type': 'application/json'},\n data: data };\naxios.request(config).then(f)",
                whole,
            ),
            (
                "$.ajax({ url: 'https://h/x', type: 'POST', contentType: 'x', headers: {'content-type': 'application/json'}, data: JSON.stringify({a: 'ü'}) })",
                whole,
            ),
            ("got.post('https://h/x', {headers: {'content-type': 'application/json'}, json: {a: 'ü'}})", whole),
            ("await request.post('https://h/x', { headers: {'content-type': 'application/json'}, data: { a: 'ü' } });", whole),
            (
                "cy.request({method: 'POST', url: 'https://h/x', headers: {'content-type': 'application/json'}, body: {a: 'ü'}})",
                whole,
            ),
            (
                "cy.request('POST', 'https://h/x', {a: 'ü'})",
                r#"[{"method":"POST","url":"https://h/x","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\":\"ü\"}"}}]"#,
            ),
            (
                "UrlFetchApp.fetch('https://h/x', {method: 'post', headers: {'content-type': 'application/json'}, payload: JSON.stringify({a: 'ü'})})",
                whole,
            ),
            // Chrome reads a header's bytes as letters, and fetch sends letters as bytes.
            (
                "fetch('https://h', {headers: {cookie: 'c=Ã¼', x: 'ü', y: '漢'}})",
                r#"[{"method":"GET","url":"https://h","headers":[["cookie","c=ü"],["x","ü"],["y","漢"]],"body":{"kind":"none"}}]"#,
            ),
            (
                "got.post('https://h/x', {searchParams: {k: 'v'}, json: {a: Number(process.argv[2]), b: f('x', y)}, retry: {limit: 0}}).json()",
                r#"[{"method":"POST","url":"https://h/x?k=v","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"a\":\"{{Number}}\",\"b\":\"{{f}}\"}"}}]"#,
            ),
            (
                "cy.request({method: 'POST', url: 'https://h/x', qs: {k: 'v'}, body: 'a'})",
                r#"[{"method":"POST","url":"https://h/x?k=v","headers":[["Content-Type","application/x-www-form-urlencoded"]],"body":{"kind":"text","text":"a"}}]"#,
            ),
            // fetch knows few methods in small letters.
            (
                "fetch('https://h', {method: 'patch'}); fetch('https://h', {method: 'put'})",
                r#"[{"method":"patch","url":"https://h","headers":[],"body":{"kind":"none"}},{"method":"PUT","url":"https://h","headers":[],"body":{"kind":"none"}}]"#,
            ),
            ("fetch('https://h')", r#"[{"method":"GET","url":"https://h","headers":[],"body":{"kind":"none"}}]"#),
            (
                "fetch(`https://h?k=${key}`, {method: 'PUT', body})",
                r#"[{"method":"PUT","url":"https://h?k={{key}}","headers":[],"body":{"kind":"text","text":"{{body}}"},"not_recorded":["headers","body","file-bytes"]}]"#,
            ),
        ] {
            assert!(program::is_program(text), "{text}");
            assert_eq!(to_json(&program::read(text).requests).to_string(), expected, "{text}");
        }
        for text in ["prefetch('x')", "git fetch(origin)", "x.fetch('a')", "fetch(url)"] {
            assert!(!program::is_program(text), "{text}");
        }
        assert!(
            program::read("fetch('https://h', {method: 'POST', body: f(")
                .notes
                .iter()
                .any(|note| note.severity == Severity::Lost)
        );
    }

    #[test]
    fn what_variables_hold_is_not_recorded() {
        for (text, expected) in [
            ("axios.post('https://h/x', {a: 1}, config)", &["headers", "variables", "address-end"][..]),
            ("fetch('https://h/x', options)", &["method", "headers", "body", "variables"]),
            ("fetch('https://h/x', {method: 'POST', headers, body: '1'})", &["headers", "variables"]),
            ("axios.post('https://h/x', form)", &["headers", "body", "file-bytes", "variables"]),
            ("axios.post('https://h/x', {a: 1})", &[]),
        ] {
            let request = program::read(text).requests.pop().unwrap();
            let words = request.not_recorded.all_words();
            assert_eq!(words, expected, "{text}");
        }
        for text in [
            "const f = new FormData();\nf.append('a', file, 'a.zip');\naxios.post('https://h/x', f)",
            "const f = new FormData(); f.set('a', file, 'a.zip');\nfetch('https://h/x', {method: 'POST', body: f})",
        ] {
            let request = program::read(text).requests.pop().unwrap();
            assert!(matches!(&request.body, SpecBody::Multipart(parts) if parts[0].name == "a"), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(fetch\\(|axios\\(|axios.post\\(|form.append\\(|const x = |x|'|\"|`|\\{|\\}|\\[|\\]|\\(|\\)|,|:|\\+|\\$\\{|\\\\u12|\\\\x|//|/\\*|a|é|1|-|new |JSON.stringify| |\n){0,30}") {
            let _ = program::read(&text);
        }
    }
}
