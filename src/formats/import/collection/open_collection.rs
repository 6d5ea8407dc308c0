//! Bruno's YAML files, by the OpenCollection specification: a request alone, or a collection with all that is in it.

use serde_json::{Map, Value, json};

use super::bruno;
use super::json::{list, member, text_of};
use super::yaml;
use crate::formats::import::error::ImportError;
use crate::formats::import::variables::Variables;
use crate::model::Imported;

/// The requests of a file.
///
/// # Errors
/// When it is not YAML, or holds no request: an environment, or the settings of a folder.
pub(in crate::formats::import) fn read(text: &str, environment: &Variables) -> Result<Imported, ImportError> {
    let value = yaml::parse(text)?;
    let items: Vec<Value> = match value.get("items") {
        Some(Value::Array(items)) => items.iter().map(item).collect(),
        _ if value.get("http").is_some() || value.get("graphql").is_some() => vec![item(&value)],
        _ if value.get("variables").is_some() => {
            return Err(ImportError::new("it is an environment of Bruno, which holds no requests; give it with --environment"));
        }
        _ => {
            return Err(ImportError::new(
                "it is a file of Bruno without a request: the settings of a collection, a folder or a workspace. \
                 Import the .yml file of the request",
            ));
        }
    };
    let environments: Vec<Value> = list(value.get("config").unwrap_or(&Value::Null), "environments")
        .iter()
        .map(|one| json!({"name": one.get("name"), "variables": entries(one.get("variables"))}))
        .collect();
    let root = value.get("request").map(root).unwrap_or_default();
    Ok(bruno::read_value(&json!({"items": items, "environments": environments, "root": {"request": root}}), environment))
}

/// An item as Bruno exports it in JSON.
fn item(item: &Value) -> Value {
    let info = item.get("info").unwrap_or(item);
    let name = member(info, "name").unwrap_or("Untitled");
    if let Some(Value::Array(items)) = item.get("items") {
        let root = item.get("request").map(root).unwrap_or_default();
        return json!({"name": name, "items": items.iter().map(self::item).collect::<Vec<_>>(), "root": {"request": root}});
    }
    let graphql = item.get("graphql");
    let http = item.get("http").or(graphql).unwrap_or(item);
    let runtime = item.get("runtime").unwrap_or(&Value::Null);
    let body = match (graphql, http.get("body")) {
        (Some(_), Some(body)) => json!({"mode": "graphql", "graphql": body}),
        (_, body) => self::body(body.unwrap_or(&Value::Null)),
    };
    json!({
        "type": info.get("type").cloned().unwrap_or_else(|| "http".into()),
        "name": name,
        "request": {
            "url": http.get("url"),
            "method": http.get("method"),
            "headers": entries(http.get("headers")),
            "params": params(http.get("params")),
            "auth": auth(http.get("auth").or_else(|| runtime.get("auth"))),
            "body": body,
            "vars": {"req": entries(runtime.get("variables"))},
            "script": runtime.get("scripts"),
        },
    })
}

/// What a collection or a folder has for all requests in it.
fn root(request: &Value) -> Value {
    json!({
        "headers": entries(request.get("headers")),
        "auth": auth(request.get("auth")),
        "vars": {"req": entries(request.get("variables"))},
        "script": request.get("scripts"),
    })
}

/// A list of names and values. A value may be written as one of several kinds.
fn entries(value: Option<&Value>) -> Value {
    let plain = |value: &Value| match value {
        Value::Object(members) => members.get("data").or_else(|| members.get("value")).cloned().unwrap_or_default(),
        other => other.clone(),
    };
    let one = |entry: &Value| {
        let mut entry = entry.clone();
        if let Some(value) = entry.get("value").filter(|value| value.is_object()).map(plain) {
            entry["value"] = value;
        }
        entry
    };
    match value {
        Some(Value::Array(list)) => list.iter().map(one).collect(),
        Some(Value::Object(members)) => {
            members.iter().map(|(name, value)| json!({"name": name, "value": plain(value)})).collect()
        }
        _ => json!([]),
    }
}

/// The parameters, in one list or in one for each kind.
fn params(value: Option<&Value>) -> Value {
    let Some(value) = value.filter(|value| value.is_object()) else { return entries(value) };
    let mut all = Vec::new();
    for kind in ["query", "path"] {
        for mut entry in entries(value.get(kind)).as_array().cloned().unwrap_or_default() {
            entry["type"] = kind.into();
            all.push(entry);
        }
    }
    all.into()
}

/// The body, or the one that is selected of several.
fn body(value: &Value) -> Value {
    if let Value::Array(variants) = value {
        let selected = variants.iter().find(|one| one.get("selected") == Some(&Value::Bool(true))).or(variants.first());
        return body(selected.and_then(|one| one.get("body")).unwrap_or(&Value::Null));
    }
    let data = value.get("data").unwrap_or(&Value::Null);
    match member(value, "type").unwrap_or("none") {
        mode @ ("json" | "text" | "xml" | "sparql") => json!({"mode": mode, mode: text_of(Some(data))}),
        "form-urlencoded" => json!({"mode": "formUrlEncoded", "formUrlEncoded": entries(Some(data))}),
        "multipart-form" => json!({"mode": "multipartForm", "multipartForm": entries(Some(data))}),
        "graphql" => json!({"mode": "graphql", "graphql": value}),
        "file" => json!({"mode": "file", "file": if data.is_array() { data.clone() } else { json!([data]) }}),
        mode => json!({"mode": mode}),
    }
}

/// `auth: inherit`, or its kind with the rest beside it or in a member of that name.
fn auth(value: Option<&Value>) -> Value {
    match value {
        Some(Value::String(mode)) => json!({"mode": mode}),
        Some(Value::Object(members)) => {
            let mode = members.get("type").and_then(Value::as_str).unwrap_or("none");
            let inside = members.get(mode).and_then(Value::as_object).unwrap_or(members);
            let mut written = Map::new();
            written.insert("mode".into(), mode.into());
            written.insert(mode.to_owned(), Value::Object(inside.clone()));
            written.into()
        }
        _ => json!({"mode": "none"}),
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
                "info:\n  name: create\n  type: http\n  seq: 1\nhttp:\n  method: POST\n  url: '{{base}}/x'\n  params:\n    - name: apiKey\n      value: k\n      type: query\n  headers:\n    - name: X\n      value: '1'\n      disabled: true\n  body:\n    type: json\n    data: |-\n      {\n        \"a\": 1\n      }\n  auth: inherit\nruntime:\n  variables:\n    - name: base\n      value: https://h\n",
                r#"{"label":"create","method":"POST","url":"https://h/x?apiKey=k","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\n  \"a\": 1\n}"}}"#,
            ),
            (
                "opencollection: 1.0.0\ninfo:\n  name: C\nconfig:\n  environments:\n    - name: dev\n      variables:\n        - name: base\n          value: https://h\nrequest:\n  auth:\n    type: bearer\n    token: t\nitems:\n  - info: {name: F, type: folder}\n    items:\n      - info: {name: up, type: http}\n        http:\n          method: post\n          url: '{{base}}'\n          auth: inherit\n          body:\n            type: multipart-form\n            data:\n              - {name: log, type: file, value: [/a/b.zip]}\n              - {name: note, type: text, value: x}\n",
                r#"{"label":"F / up","method":"POST","url":"https://h","headers":[["Authorization","Bearer t"]],"body":{"kind":"multipart","parts":[{"name":"log","path":"/a/b.zip","filename":"b.zip","content_type":null},{"name":"note","text":"x"}]}}"#,
            ),
            (
                "info:\n  name: b\nhttp:\n  method: GET\n  url: https://h\n  body:\n    - title: one\n      body: {type: text, data: no}\n    - title: two\n      selected: true\n      body: {type: form-urlencoded, data: [{name: a, value: b}]}\n  auth:\n    type: basic\n    basic: {username: u, password: p}\n",
                r#"{"label":"b","method":"GET","url":"https://h","headers":[["Content-Type","application/x-www-form-urlencoded"],["Authorization","Basic dTpw"]],"body":{"kind":"urlencoded","text":"a=b"}}"#,
            ),
        ] {
            let imported = read(text, &Vec::new()).unwrap();
            assert_eq!(request_to_json(&imported.requests[0]).to_string(), expected, "{text}");
        }
        for (text, words) in [
            ("name: dev\nvariables:\n  - {name: a, value: b}\n", "--environment"),
            ("opencollection: 1.0.0\ninfo: {name: C}\n", "without a request"),
        ] {
            assert!(read(text, &Vec::new()).unwrap_err().to_string().contains(words), "{text}");
        }
    }
}
