//! Calls of Python's requests, httpx, urllib and http.client.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::call::{assigned, finish, form, is_variable, pairs, set_header, with_query};
use super::literal::{Language, Reader, text_of};
use super::multipart;
use crate::model::imported::Imported;
use crate::model::multipart::PartContent;
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
    /// The host stands in a connection that was made before.
    is_connection: bool,
}

/// What makes a client, and what else gives one a name of the program's own.
static CLIENT_NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const MAKES: &str =
        r"(?:requests\.|httpx\.|aiohttp\.|urllib3\.)?(?:Session|session|Client|AsyncClient|ClientSession|PoolManager)\(";
    Regex::new(&format!(
        r"(?m)^\s*([A-Za-z_][\w.]*)(?:\s*:\s*[\w.]+)?\s*=\s*{MAKES}|{MAKES}[^\n]*\)\s+as\s+(\w+)|^\s*import (?:requests|httpx) as (\w+)"
    ))
    .ok()
});

/// What makes a connection of `http.client`.
static CONNECTION_NAMES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)^\s*([A-Za-z_][\w.]*)\s*=\s*(?:[\w.]+\.)?HTTPS?Connection\(").ok());

/// What sends a request by the urllib of Python, or by a function of requests that was imported alone.
static FUNCTIONS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:\b(?:urllib\.|[a-z_]+\.)?request\.|\breq\.|(?:^|[^\w.]))(Request|urlopen)\(|(?m:^|[=\s(])(post|put|patch)\(")
        .ok()
});

fn found(text: &str) -> impl Iterator<Item = Call> {
    // Other languages have clients of these names, too.
    let is_python =
        text.lines().any(|line| line.starts_with("import ") || line.starts_with("from ")) || text.contains("requests.");
    let mut all = Vec::new();
    // An expression costs more to build than most texts do to look through.
    let may_make =
        ["ession(", "Client(", "PoolManager(", "import requests as", "import httpx as"].iter().any(|sign| text.contains(sign));
    let own = if may_make { names_by(&CLIENT_NAMES, text) } else { Vec::new() };
    let clients = CLIENTS.iter().copied().chain(own.iter().copied().filter(|name| !CLIENTS.contains(name)));
    for client in clients.filter(|_| is_python) {
        for (at, _) in text.match_indices(&format!("{client}.")) {
            let before = text[..at].chars().next_back();
            let rest = &text[at + client.len() + 1..];
            let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
            let is_call =
                rest[name.len()..].starts_with('(') && !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.');
            let inside = at + client.len() + 1 + name.len() + 1;
            if is_call && (METHODS.contains(&name.as_str()) || name.eq_ignore_ascii_case("request")) {
                let method = if name.eq_ignore_ascii_case("request") { String::new() } else { name.to_ascii_uppercase() };
                all.push(Call { at, inside, method, is_urllib: false, is_connection: false });
            }
        }
    }
    let connections = if text.contains("Connection(") { names_by(&CONNECTION_NAMES, text) } else { Vec::new() };
    for name in connections.iter().map(|name| format!("{name}.request(")) {
        let of_connection = |(at, _)| {
            let inside = at + name.len();
            Call { at, inside, method: String::new(), is_urllib: false, is_connection: true }
        };
        all.extend(text.match_indices(&name).map(of_connection));
    }
    all.extend(functions(text));
    all.sort_by_key(|call| call.at);
    all.dedup_by_key(|call| call.inside);
    all.into_iter()
}

/// The variables that files were opened as, and their paths: `with open("a.zip", "rb") as f`, `f = open("a.zip", "rb")`.
fn opened_files(text: &str) -> Vec<(&str, &str)> {
    static OPENED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?m)(?:^[ \t]*(\w+)[ \t]*=[ \t]*|\bwith[ \t]+|,[ \t]*)open\([ \t]*r?["']([^"'\n]+)["'][^)\n]*\)(?:\.read\(\))?(?:[ \t]+as[ \t]+(\w+))?"#).ok()
    });
    let found = OPENED.as_ref().into_iter().flat_map(|expression| expression.captures_iter(text));
    found.filter_map(|found| Some((found.get(1).or_else(|| found.get(3))?.as_str(), found.get(2)?.as_str()))).collect()
}

/// Puts the paths of files in the place of the variables that they were opened as, and the files that a call opens itself.
fn name_files(request: &mut RequestSpec, files: &[(&str, &str)], opened: &[String]) {
    let path_of = |text: &str| {
        let name = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        files.iter().rev().find(|(known, _)| Some(*known) == name).map(|(_, path)| (*path).to_owned())
    };
    match &mut request.body {
        SpecBody::Text(text) => {
            let path = path_of(text).or_else(|| opened.iter().find(|path| *path == text).cloned());
            if let Some(path) = path {
                request.body = SpecBody::File(path);
            }
        }
        SpecBody::Multipart(parts) => {
            for part in parts {
                let PartContent::File(path) = &part.content else { continue };
                let Some(own) = path_of(path) else { continue };
                if part.filename.as_ref().is_none_or(|name| name == path) {
                    part.filename = own.rsplit(['/', '\\']).next().map(str::to_owned);
                }
                part.content = PartContent::File(own);
            }
        }
        _ => {}
    }
}

/// The address that a client is made with, to which the calls add their paths: `ClientSession("https://h")`, `Client(base_url="https://h")`.
fn base_of_client(text: &str) -> Option<&str> {
    static BASE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?:ClientSession\(\s*(?:base_url\s*=\s*)?|\bbase_url\s*=\s*)["'](https?://[^"'\s]+)["']"#).ok()
    });
    BASE.as_ref()?.captures(text).and_then(|found| Some(found.get(1)?.as_str()))
}

/// The names that an expression finds, each once.
fn names_by<'a>(expression: &LazyLock<Option<Regex>>, text: &'a str) -> Vec<&'a str> {
    let found = expression.as_ref().into_iter().flat_map(|expression| expression.captures_iter(text));
    let mut names: Vec<&str> =
        found.filter_map(|captures| captures.iter().skip(1).flatten().next().map(|name| name.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Calls of functions that were imported by their names.
fn functions(text: &str) -> Vec<Call> {
    let has_urllib = ["urllib.request", "from urllib import"].iter().any(|line| text.contains(line));
    let has_requests = ["from requests import", "from httpx import"].iter().any(|line| text.contains(line));
    if !has_urllib && !has_requests {
        return Vec::new();
    }
    let found = FUNCTIONS.as_ref().into_iter().flat_map(|expression| expression.captures_iter(text));
    let call = |captures: regex::Captures<'_>| {
        let whole = captures.get(0)?;
        let (at, inside) = (whole.start(), whole.end());
        let name = captures.iter().skip(1).flatten().next()?.as_str();
        let is_urllib = matches!(name, "Request" | "urlopen");
        let method = if is_urllib { String::new() } else { name.to_ascii_uppercase() };
        // What is opened is most often the request that was made above.
        let opens_variable = name == "urlopen" && !text[inside..].trim_start().starts_with(['"', '\'', 'f']);
        let is_call = if is_urllib { has_urllib && !opens_variable } else { has_requests };
        is_call.then_some(Call { at, inside, method, is_urllib, is_connection: false })
    };
    found.filter_map(call).collect()
}

/// The requests of the calls in a text.
pub(super) fn read(text: &str, imported: &mut Imported) {
    let known = assigned(text, Language::Python);
    let files = opened_files(text);
    for call in found(text) {
        let mut reader = Reader::new(text, call.inside, Language::Python);
        reader.known = &known;
        let (mut positional, named, is_open) = arguments(text, &mut reader);
        if call.is_connection {
            // The host stands in the connection, the rest of the address in the call.
            let host = text.split("Connection(").nth(1).and_then(|rest| rest.split(['"', '\'']).nth(1)).unwrap_or("{{host}}");
            if let Some(Value::String(path)) = positional.get_mut(1) {
                path.insert_str(0, &format!("https://{host}"));
            }
        }
        let mut request = request(&call, &positional, &named);
        name_files(&mut request, &files, &reader.files);
        if matches!(request.body, SpecBody::File(_)) {
            // A file has no type of its own here.
            let unknown = &mut request.not_recorded;
            (unknown.body, unknown.file_bytes, unknown.headers) = (false, false, named.get("headers").is_some_and(is_variable));
        }
        if request.url.starts_with('/')
            && let Some(base) = base_of_client(text)
        {
            request.url.insert_str(0, base.trim_end_matches('/'));
        }
        // urllib may be given the data later, which makes a POST of it.
        let is_given = || [".data =", ".data=", ".add_data("].iter().any(|sign| text.contains(sign)) || opens_with_data(text);
        if call.is_urllib && request.method == "GET" && !named.contains_key("method") && is_given() {
            "POST".clone_into(&mut request.method);
            (request.not_recorded.method, request.not_recorded.body) = (true, true);
        }
        if request.url.is_empty() {
            continue;
        }
        // A session adds its own to each request.
        let adds = |name: &str| {
            let is_set = [" =", "=", ".update("].iter().any(|sign| text.contains(&format!(".{name}{sign}")));
            is_set || text.lines().any(|line| line.contains(&format!(".{name}[")) && line.contains("] = "))
        };
        request.not_recorded.address_end |= adds("params");
        request.not_recorded.headers |= request.header("content-type").is_none() && adds("headers");
        if is_open {
            let unknown = &mut request.not_recorded;
            (unknown.headers, unknown.body, unknown.file_bytes, unknown.address_end) = (true, true, true, true);
        }
        finish(text, call.at, &reader, request, imported);
    }
}

/// Whether a request is opened together with its data: `urlopen(request, data)`.
fn opens_with_data(text: &str) -> bool {
    let behind = text.match_indices("urlopen(").map(|(at, call)| &text[at + call.len()..]);
    behind.filter_map(|rest| rest.split_once(',')).any(|(first, rest)| {
        !first.contains([')', '"', '\''])
            && !rest.trim_start().starts_with("timeout")
            && !rest.trim_start().starts_with("context")
    })
}

/// What stands between the brackets of a call: values, values with a name, and whether a variable adds further ones.
fn arguments(text: &str, reader: &mut Reader<'_>) -> (Vec<Value>, Map<String, Value>, bool) {
    let (mut positional, mut named, mut is_open) = (Vec::new(), Map::new(), false);
    while !reader.take(')') && !reader.is_broken && reader.at < text.len() {
        reader.space();
        if text[reader.at..].starts_with("**") {
            is_open = true;
            reader.at += 2;
            reader.value();
            if !reader.take(',') && !text[reader.at..].starts_with(')') {
                reader.is_broken = true;
            }
            continue;
        }
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
    (positional, named, is_open)
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
    let mut headers_are_known = !of("headers", by_place(shift + 2)).is_some_and(is_variable);
    // urllib3 makes a form of parts of its fields.
    let files = of("files", None).or_else(|| of("fields", None));
    let body = if files.is_some_and(is_variable) {
        (body_is_known, headers_are_known) = (false, false);
        SpecBody::None
    } else if let Some(files) = files {
        let mut parts = multipart::of_python(files);
        let texts = of("data", None).map(pairs).unwrap_or_default();
        parts.extend(texts.into_iter().map(|(name, text)| crate::model::multipart::Part {
            name,
            content: PartContent::Text(text),
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
        match of("data", by_place(shift + 1)).or_else(|| of("content", None)).or_else(|| of("body", None)) {
            None => SpecBody::None,
            Some(value @ (Value::Object(_) | Value::Array(_))) => {
                set_header(&mut headers, "Content-Type", "application/x-www-form-urlencoded");
                form(value)
            }
            // A table is sent as a form, a text as it is.
            Some(value) if is_variable(value) => {
                (body_is_known, headers_are_known) = (false, false);
                SpecBody::Text(text_of(value.clone()))
            }
            Some(value) => SpecBody::Text(text_of(value.clone())),
        }
    };
    let not_recorded = NotRecorded {
        body: !body_is_known,
        file_bytes: !body_is_known && !headers_are_known,
        headers: !headers_are_known,
        ..NotRecorded::default()
    };
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
                "import requests\nwith open('/x/a.log', 'rb') as f:\n    requests.post('https://h', data=f)",
                r#"[{"method":"POST","url":"https://h","headers":[],"body":{"kind":"file","path":"/x/a.log"}}]"#,
            ),
            (
                "import requests\nrequests.post('https://h', data=open('/x/a.log', 'rb'))",
                r#"[{"method":"POST","url":"https://h","headers":[],"body":{"kind":"file","path":"/x/a.log"}}]"#,
            ),
            (
                "import requests\nf = open('/x/a.log', 'rb')\nrequests.post('https://h', files={'f': f})",
                r#"[{"method":"POST","url":"https://h","headers":[],"body":{"kind":"multipart","parts":[{"name":"f","path":"/x/a.log","filename":"a.log","content_type":null}]}}]"#,
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
            (
                "import json\nfrom urllib.request import Request, urlopen\nk = {'A': 'b'}\nd = json.dumps({}).encode()\nr = Request('https://h/x', data=d, headers=k)\nwith urlopen(r) as f: print(f)",
                r#"[{"method":"POST","url":"https://h/x","headers":[["A","b"]],"body":{"kind":"text","text":"{}"}}]"#,
            ),
            (
                "from urllib import request\nrequest.urlopen('https://h/x', b'{}')",
                r#"[{"method":"POST","url":"https://h/x","headers":[],"body":{"kind":"text","text":"{}"}}]"#,
            ),
            (
                "import http.client as hc\nc = hc.HTTPSConnection('h')\nfrom http.client import HTTPSConnection\nverbindung = HTTPSConnection('h')\nverbindung.request('POST', '/x', body='{}', headers={'A': 'b'})",
                r#"[{"method":"POST","url":"https://h/x","headers":[["A","b"]],"body":{"kind":"text","text":"{}"}}]"#,
            ),
            (
                "import requests as rq\nrq.post('https://h/x', data='{}', headers={'A': 'b'})",
                r#"[{"method":"POST","url":"https://h/x","headers":[["A","b"]],"body":{"kind":"text","text":"{}"}}]"#,
            ),
            (
                "from requests import post\nantwort = post('https://h/x', data='{}', headers={'A': 'b'})",
                r#"[{"method":"POST","url":"https://h/x","headers":[["A","b"]],"body":{"kind":"text","text":"{}"}}]"#,
            ),
            (
                "import urllib3\nhttp = urllib3.PoolManager()\nhttp.request('POST', 'https://h/x', headers={'A': 'b'}, body='{}')",
                r#"[{"method":"POST","url":"https://h/x","headers":[["A","b"]],"body":{"kind":"text","text":"{}"}}]"#,
            ),
            (
                "import requests\nclass C:\n  def __init__(self):\n    self.http = requests.Session()\n  def m(self):\n    self.http.post('https://h/x', data='{}', headers={'A': 'b'})",
                r#"[{"method":"POST","url":"https://h/x","headers":[["A","b"]],"body":{"kind":"text","text":"{}"}}]"#,
            ),
        ] {
            assert!(program::is_program(text), "{text}");
            assert_eq!(to_json(&program::read(text).requests).to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_variables_hold_is_not_recorded() {
        for (call, expected) in [
            ("requests.post('https://h/x', data=data)", &["headers", "body", "file-bytes", "variables"][..]),
            ("requests.post('https://h/x', files=files)", &["headers", "body", "file-bytes", "variables"]),
            ("requests.post('https://h/x', headers=own, data='1')", &["headers", "variables"]),
            ("requests.post('https://h/x', **own)", &["headers", "body", "file-bytes", "variables", "address-end"]),
            ("s = requests.Session()\ns.params = {'k': '1'}\ns.post('https://h/x', data='1')", &["address-end"]),
            ("requests.post('https://h/x', data='1')", &[]),
        ] {
            let request = program::read(&format!("import requests\n{call}")).requests.pop().unwrap();
            assert_eq!(request.not_recorded.all_words(), expected, "{call}");
        }
        let request =
            program::read("import requests\nrequests.post('https://h/x', params=own, data='1')").requests.pop().unwrap();
        assert_eq!(request.url, "https://h/x?{{own}}");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(import requests\n|requests.post\\(|x = |'|\"|\\{|\\}|\\(|\\)|,|:|=|json=|files=|open\\(|https://h|a|é| |\n){0,30}") {
            let _ = program::read(&text);
        }
    }
}
