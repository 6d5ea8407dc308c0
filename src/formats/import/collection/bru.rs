//! Bruno's `.bru` files: blocks of names and values, of text, or of a list, each between a line that ends with a brace and a brace alone.

use serde_json::{Map, Value, json};

use super::bruno;
use super::json::member;
use crate::formats::import::error::ImportError;
use crate::formats::import::variables::Variables;
use crate::model::Imported;

/// The methods that are blocks of their own.
const METHODS: [&str; 9] = ["get", "post", "put", "delete", "patch", "options", "head", "connect", "trace"];

/// Whether a text begins as such a file does, with a block whose name Bruno knows.
pub(in crate::formats::import) fn is_bru(text: &str) -> bool {
    let first = text.lines().map(str::trim_end).find(|line| !line.trim().is_empty()).unwrap_or("");
    let Some(name) = first.strip_suffix('{').map(str::trim_end) else { return false };
    const BLOCKS: [&str; 8] = ["meta", "http", "vars", "headers", "query", "auth", "docs", "params:query"];
    let known = BLOCKS.contains(&name) || METHODS.contains(&name) || name.starts_with("vars:") || name.starts_with("auth:");
    // A block of a request holds names and values. Jenkins' own blocks hold others.
    let mut inside = text.lines().map(str::trim).skip_while(|line| !line.ends_with('{')).skip(1).filter(|line| !line.is_empty());
    let holds_pairs = !METHODS.contains(&name) || inside.next().is_none_or(|line| line.contains(':') || line == "}");
    known && holds_pairs && text.lines().any(|line| line.trim_end() == "}")
}

/// The request of a file, or of several files one after the other.
///
/// # Errors
/// When there is none: an environment, or the settings of a folder.
pub(in crate::formats::import) fn read(text: &str, environment: &Variables) -> Result<Imported, ImportError> {
    let blocks = blocks(text);
    let mut items: Vec<Value> = Vec::new();
    let mut current: Vec<&Block> = Vec::new();
    for block in &blocks {
        if block.name == "meta" && !current.is_empty() {
            items.extend(item(&current));
            current.clear();
        }
        current.push(block);
    }
    items.extend(item(&current));
    if items.is_empty() {
        let said = match blocks.iter().any(|block| block.name == "vars") {
            true => "it is an environment of Bruno, which holds no requests; give it with --environment",
            false => "it is a .bru file without a request, such as a folder's settings",
        };
        return Err(ImportError::new(said));
    }
    Ok(bruno::read_value(&json!({"items": items}), environment))
}

/// The variables of an environment's file.
pub(super) fn variables(text: &str) -> Variables {
    let blocks = blocks(text);
    let of_vars = blocks.iter().filter(|block| block.name == "vars").flat_map(|block| entries(&block.lines));
    of_vars.filter(|entry| entry.is_on).map(|entry| (entry.name, entry.value)).collect()
}

struct Block<'a> {
    name: &'a str,
    lines: Vec<&'a str>,
}

/// A block begins in the first column and ends with a brace there; what stands inside is indented.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for line in text.lines() {
        match &mut open {
            Some(block) if matches!(line.trim_end(), "}" | "]") => {
                found.push(Block { name: block.name, lines: std::mem::take(&mut block.lines) });
                open = None;
            }
            Some(block) => block.lines.push(line),
            None => {
                let name = line.trim_end().strip_suffix(['{', '[']).map(str::trim);
                open = name.filter(|name| !name.is_empty()).map(|name| Block { name, lines: Vec::new() });
            }
        }
    }
    // The end of a file that was cut off.
    found.extend(open);
    found
}

struct Entry {
    name: String,
    value: String,
    is_on: bool,
    content_type: Option<String>,
}

/// `name: value` lines; `~` before a name switches it off, quotes stand around names with colons, and `'''` around values of several
/// lines.
fn entries(lines: &[&str]) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut rest = lines.iter();
    while let Some(line) = rest.next() {
        let line = line.trim();
        let (is_on, line) = line.strip_prefix('~').map_or((true, line), |line| (false, line.trim_start()));
        let split = match line.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\":").map(|(name, value)| (name.replace("\\\"", "\""), value)),
            None => line.split_once(':').map(|(name, value)| (name.trim().to_owned(), value)),
        };
        let Some((name, value)) = split else { continue };
        let (mut value, mut behind) = (value.trim().to_owned(), String::new());
        if let Some(first) = value.strip_prefix("'''") {
            let mut inside: Vec<String> = Vec::new();
            match first.split_once("'''") {
                Some((only, after)) => (inside, behind) = (vec![only.to_owned()], after.to_owned()),
                None => {
                    inside.extend(Some(first.to_owned()).filter(|first| !first.is_empty()));
                    for line in rest.by_ref() {
                        if let Some((last, after)) = line.split_once("'''") {
                            inside.extend(Some(last.to_owned()).filter(|last| !last.trim().is_empty()));
                            behind = after.to_owned();
                            break;
                        }
                        inside.push((*line).to_owned());
                    }
                    inside = outdented(&inside.iter().map(String::as_str).collect::<Vec<_>>());
                }
            }
            value = inside.join("\n");
        }
        let (value, content_type) = match value.find("@contentType(") {
            Some(at) => {
                let kind = value[at + 13..].trim_end().trim_end_matches(')').to_owned();
                (value[..at].trim_end().to_owned(), Some(kind))
            }
            None => (value, behind.trim().strip_prefix("@contentType(").map(|kind| kind.trim_end_matches(')').to_owned())),
        };
        found.push(Entry { name, value, is_on, content_type });
    }
    found
}

/// Lines without the spaces that all of them begin with.
fn outdented(lines: &[&str]) -> Vec<String> {
    let indent = |line: &&&str| line.len() - line.trim_start_matches(' ').len();
    let least = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(&line)).min().unwrap_or(0);
    lines.iter().map(|line| line.get(least..).unwrap_or_else(|| line.trim_start()).to_owned()).collect()
}

fn list(entries: Vec<Entry>) -> Value {
    let one = |entry: Entry| {
        let files = entry.value.strip_prefix("@file(").map(|rest| rest.trim_end().trim_end_matches(')').to_owned());
        let mut value = json!({"name": entry.name, "value": entry.value, "enabled": entry.is_on, "type": "text"});
        if let Some(files) = files {
            value["type"] = "file".into();
            value["value"] = files.split('|').map(Value::from).collect();
            value["filePath"] = files.into();
        }
        if let Some(kind) = entry.content_type {
            value["contentType"] = kind.into();
        }
        value
    };
    entries.into_iter().map(one).collect()
}

/// The blocks of a file as an item of an exported collection. `None` for a file without a request.
fn item(blocks: &[&Block]) -> Option<Value> {
    let find = |name: &str| blocks.iter().find(|block| block.name == name);
    let values = |name: &str| -> Map<String, Value> {
        let entries = find(name).map(|block| entries(&block.lines)).unwrap_or_default();
        entries.into_iter().map(|entry| (entry.name, entry.value.into())).collect()
    };
    let text = |name: &str| find(name).map(|block| outdented(&block.lines).join("\n").trim_matches('\n').to_owned());
    let listed = |name: &str| list(find(name).map(|block| entries(&block.lines)).unwrap_or_default());
    let head = blocks.iter().find(|block| METHODS.contains(&block.name) || block.name == "http")?;
    let head_values = Value::Object(values(head.name));
    let method = if head.name == "http" { member(&head_values, "method").unwrap_or("GET") } else { head.name };
    let mut params = listed("params:query");
    let older = listed("query");
    let mut path = listed("params:path");
    path.as_array_mut()?.iter_mut().for_each(|entry| entry["type"] = "path".into());
    let all = params.as_array_mut()?;
    all.extend(older.as_array()?.iter().cloned());
    all.extend(path.as_array()?.iter().cloned());
    let mut auth = json!({"mode": member(&head_values, "auth").unwrap_or("none")});
    for mode in ["bearer", "basic", "apikey"] {
        auth[mode] = values(&format!("auth:{mode}")).into();
    }
    let meta = values("meta");
    Some(json!({
        "type": meta.get("type").cloned().unwrap_or_else(|| "http".into()),
        "name": meta.get("name").cloned().unwrap_or_else(|| "Untitled".into()),
        "request": {
            "url": head_values.get("url"),
            "method": method,
            "params": params,
            "headers": listed("headers"),
            "auth": auth,
            "vars": {"req": listed("vars:pre-request")},
            "script": text("script:pre-request").into_iter().chain(text("script:post-response")).collect::<Vec<_>>(),
            "tests": text("tests"),
            "body": body(member(&head_values, "body"), &text, &listed),
            "is_cut": is_cut(member(&head_values, "body"), blocks),
        },
    }))
}

/// Whether the block of the body is missing that the request says it has: the file ends before it.
fn is_cut(mode: Option<&str>, blocks: &[&Block]) -> bool {
    let has_body = mode.is_some_and(|mode| mode != "none");
    has_body && !blocks.iter().any(|block| block.name == "body" || block.name.starts_with("body:"))
}

fn body(mode: Option<&str>, text: &dyn Fn(&str) -> Option<String>, listed: &dyn Fn(&str) -> Value) -> Value {
    // A file of an older version, or one written by hand, has the block alone.
    const BLOCKS: [(&str, &str); 8] = [
        ("json", "body:json"),
        ("text", "body:text"),
        ("xml", "body:xml"),
        ("sparql", "body:sparql"),
        ("form-urlencoded", "body:form-urlencoded"),
        ("multipart-form", "body:multipart-form"),
        ("graphql", "body:graphql"),
        ("json", "body"),
    ];
    let only = || BLOCKS.iter().find(|(_, block)| text(block).is_some()).map(|(mode, _)| *mode);
    match mode.or_else(only).unwrap_or("none") {
        "json" => json!({"mode": "json", "json": text("body:json").or_else(|| text("body"))}),
        mode @ ("text" | "xml" | "sparql") => json!({"mode": mode, mode: text(&format!("body:{mode}"))}),
        "form-urlencoded" | "formUrlEncoded" => {
            json!({"mode": "formUrlEncoded", "formUrlEncoded": listed("body:form-urlencoded")})
        }
        "multipart-form" | "multipartForm" => json!({"mode": "multipartForm", "multipartForm": listed("body:multipart-form")}),
        "graphql" => {
            json!({"mode": "graphql", "graphql": {"query": text("body:graphql"), "variables": text("body:graphql:vars")}})
        }
        "file" | "binary" => {
            let both = [listed("body:file"), listed("body:binary")];
            let files: Vec<Value> = both.iter().filter_map(Value::as_array).flatten().cloned().collect();
            // Off is one that is not selected.
            let one = |mut file: Value| {
                file["selected"] = file["enabled"].clone();
                file
            };
            json!({"mode": "file", "file": files.into_iter().map(one).collect::<Vec<_>>()})
        }
        mode => json!({"mode": mode}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::request_to_json;

    #[test]
    fn files_by_table() {
        for (text, expected) in [
            (
                "meta {\n  name: create\n  type: http\n  seq: 1\n}\n\npost {\n  url: {{base}}/x?apiKey=k\n  body: json\n  auth: bearer\n}\n\nparams:query {\n  apiKey: k\n  ~off: 1\n}\n\nheaders {\n  \"X:Y\": 1\n  Content-Type: application/json\n  ~Z: 2\n}\n\nauth:bearer {\n  token: t\n}\n\nbody:json {\n  {\n    \"a\": {\n      \"b\": 1\n    }\n  }\n}\n\nvars:pre-request {\n  base: https://h\n}\n",
                r#"{"label":"create","method":"POST","url":"https://h/x?apiKey=k","headers":[["X:Y","1"],["Content-Type","application/json"],["Authorization","Bearer t"]],"body":{"kind":"text","text":"{\n  \"a\": {\n    \"b\": 1\n  }\n}"}}"#,
            ),
            (
                "meta {\n  name: up\n}\n\nput {\n  url: https://h/:id\n  body: multipartForm\n}\n\nparams:path {\n  id: 7\n}\n\nbody:multipart-form {\n  log: @file(/a/b.zip|c.zip) @contentType(application/zip)\n  note: '''\n    one\n      two\n  ''' @contentType(text/plain)\n  ~off: x\n}\n",
                r#"{"label":"up","method":"PUT","url":"https://h/7","headers":[],"body":{"kind":"multipart","parts":[{"name":"log","path":"/a/b.zip","filename":"b.zip","content_type":"application/zip"},{"name":"log","path":"c.zip","filename":"c.zip","content_type":"application/zip"},{"name":"note","text":"one\n  two","content_type":"text/plain"}]}}"#,
            ),
            (
                "http {\n  method: PURGE\n  url: h\n  body: form-urlencoded\n  auth: apikey\n}\n\nauth:apikey {\n  key: apiKey\n  value: v\n  placement: queryparams\n}\n\nbody:form-urlencoded {\n  a: 1 2\n}\n",
                r#"{"label":"Untitled","method":"PURGE","url":"http://h/?apiKey=v","headers":[["Content-Type","application/x-www-form-urlencoded"]],"body":{"kind":"urlencoded","text":"a=1%202"}}"#,
            ),
            (
                "meta {\n  name: f\n}\n\npost {\n  url: https://h\n  body: file\n}\n\nbody:file {\n  ~file: @file(x.bin)\n  file: @file(y.bin) @contentType(a/b)\n}\n",
                r#"{"label":"f","method":"POST","url":"https://h","headers":[["Content-Type","a/b"]],"body":{"kind":"file","path":"y.bin"}}"#,
            ),
        ] {
            assert!(is_bru(text), "{text}");
            let imported = read(text, &Vec::new()).unwrap();
            assert_eq!(request_to_json(&imported.requests[0]).to_string(), expected, "{text}");
        }
    }

    #[test]
    fn files_without_a_request_are_named() {
        let environment = "vars {\n  base: https://h\n  ~off: 1\n}\nvars:secret [\n  k\n]\n";
        assert_eq!(variables(environment), [("base".to_owned(), "https://h".to_owned())]);
        assert!(read(environment, &Vec::new()).unwrap_err().to_string().contains("environment"));
        assert!(read("meta {\n  name: F\n}\n", &Vec::new()).unwrap_err().to_string().contains("folder"));
        let two = "meta {\n  name: a\n}\nget {\n  url: h\n}\nmeta {\n  name: b\n}\nget {\n  url: h\n}\n";
        assert_eq!(read(two, &Vec::new()).unwrap().requests.len(), 2);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(meta \\{|post \\{|\\}|\\]|  url: h|  ~a: '''|'''|body:json \\{|  x: @file\\(|@contentType\\(|é|\"|:|\n| ){0,30}") {
            let _ = read(&text, &Vec::new());
        }
    }
}
