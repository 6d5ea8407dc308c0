//! Insomnia: exports of its versions 2 to 4, which list all in JSON, and the file of version 5, a tree in YAML.

use serde_json::{Map, Value, json};

use super::json::{has_entries, is_on, list, member, pairs, text_of};
use super::sheet::{Above, Auth, KeyPlace, Sheet, chosen, set_parts, set_type};
use super::yaml;
use crate::formats::import::error::ImportError;
use crate::formats::import::variables::Variables;
use crate::model::imported::{Imported, Severity};
use crate::model::json_text::with_texts;
use crate::model::multipart::Part;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// The requests of an export or a file, in their order.
///
/// # Errors
/// When it is not JSON or YAML, or lists nothing.
pub(in crate::formats::import) fn read(text: &str, environment: &Variables) -> Result<Imported, ImportError> {
    let tags = std::cell::Cell::new(false);
    let value = with_texts(&yaml::parse(text)?, &|text| plain(text, &tags));
    let (items, environments) = match value.get("resources") {
        Some(Value::Array(resources)) => (tree(resources), flat_environments(resources)),
        _ => (list(&value, "collection").to_vec(), value.get("environments").cloned().unwrap_or_default()),
    };
    if items.is_empty() && value.get("resources").is_none() && value.get("collection").is_none() {
        return Err(ImportError::new("it has neither \"resources\" nor \"collection\", so it holds no requests of Insomnia"));
    }
    let mut variables = members(environments.get("data"), "");
    let below = list(&environments, "subEnvironments");
    let named = below.iter().map(|one| (member(one, "name").unwrap_or("").to_owned(), members(one.get("data"), "")));
    let (more, open) = chosen(named.collect(), None);
    variables.extend(more);
    let mut reader = Reader { sheet: Sheet::new(variables, environment) };
    reader.items(&items, &Above { folder: String::new(), auth: Auth::None, headers: Vec::new() });
    if tags.get() {
        let said = "Insomnia makes some values when it sends ({% … %}); each stands here as {{its name}}, to be filled in";
        reader.sheet.note(Severity::Taken, "", said);
    }
    Ok(reader.sheet.end(&open))
}

struct Reader {
    sheet: Sheet,
}

impl Reader {
    fn items(&mut self, items: &[Value], above: &Above) {
        for item in items {
            let name = member(item, "name").unwrap_or("Untitled");
            let label = above.label(name);
            self.sheet.has_scripts |= has_entries(item.get("scripts"))
                || has_entries(item.get("preRequestScript"))
                || has_entries(item.get("afterResponseScript"));
            let auth = item.get("authentication").and_then(auth).unwrap_or_else(|| above.auth.clone());
            if let Some(children) = item.get("children").and_then(Value::as_array) {
                let own = members(item.get("environment"), "");
                let before = self.sheet.add_variables(own);
                self.items(children, &above.below(label, pairs(item.get("headers"), &["name"]), Some(auth)));
                self.sheet.set_variables(before);
            } else {
                self.request(&label, item, &auth, &above.headers);
            }
        }
    }

    fn request(&mut self, label: &str, item: &Value, auth: &Auth, from_folders: &Variables) {
        let raw = text_of(item.get("url"));
        if ["ws://", "wss://"].iter().any(|scheme| raw.starts_with(scheme)) || item.get("protoFileId").is_some() {
            return self.sheet.note(Severity::Lost, label, "it is not an HTTP request and was left out");
        }
        let path = pairs(item.get("pathParameters"), &["name"]);
        let url = self.sheet.url(&raw, &path, "http");
        let mut request = RequestSpec {
            label: label.to_owned(),
            method: member(item, "method").filter(|method| !method.is_empty()).unwrap_or("GET").to_owned(),
            url: self.sheet.with_query(&url, pairs(item.get("parameters"), &["name"])),
            headers: self.sheet.headers(pairs(item.get("headers"), &["name"]), from_folders),
            ..RequestSpec::default()
        };
        if let Some(body) = item.get("body") {
            self.body(&mut request, body);
        }
        self.sheet.authorise(&mut request, auth);
        self.sheet.push(request);
    }

    fn body(&mut self, request: &mut RequestSpec, body: &Value) {
        // Version 2 had the text alone.
        if let Value::String(text) = body {
            request.body = self.sheet.text(text);
            return;
        }
        let kind = member(body, "mimeType").unwrap_or("");
        let params = list(body, "params");
        match kind {
            "multipart/form-data" => {
                let parts: Vec<Part> =
                    params.iter().filter(|part| is_on(part)).flat_map(|part| self.part(&request.label, part)).collect();
                set_parts(request, parts);
                return;
            }
            "application/x-www-form-urlencoded" => request.body = self.sheet.form(pairs(body.get("params"), &["name"])),
            _ => match member(body, "fileName").filter(|path| !path.is_empty()) {
                Some(path) => request.body = SpecBody::File(self.sheet.fill(path)),
                None => request.body = self.sheet.text(member(body, "text").unwrap_or("")),
            },
        }
        set_type(request, if kind == "application/graphql" { "application/json" } else { kind });
    }

    fn part(&mut self, label: &str, part: &Value) -> Vec<Part> {
        let name = member(part, "name").unwrap_or("");
        let kind = member(part, "contentType");
        if member(part, "type") == Some("file") {
            let path = text_of(part.get("fileName"));
            return self.sheet.file_parts(label, name, &[path], None, kind);
        }
        vec![self.sheet.text_part(name, &text_of(part.get("value")), kind)]
    }
}

fn auth(value: &Value) -> Option<Auth> {
    let text = |name: &str| text_of(value.get(name));
    if !is_on(value) {
        return Some(Auth::None);
    }
    Some(match member(value, "type")? {
        "" | "inherit" => return None,
        "none" => Auth::None,
        "bearer" => Auth::bearer(&text("prefix"), text("token")),
        "basic" => Auth::Basic { user: text("username"), password: text("password") },
        "apikey" => Auth::Key {
            name: text("key"),
            value: text("value"),
            place: match member(value, "addTo") {
                Some("queryParams") => KeyPlace::Query,
                Some("cookie") => KeyPlace::Cookie,
                _ => KeyPlace::Header,
            },
        },
        _ => Auth::Other,
    })
}

/// `{{ _.name }}`, `{{ _['name'] }}` and `{% name … %}` as `{{name}}`.
fn plain(text: &str, tags: &std::cell::Cell<bool>) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        let is_tag = rest[open..].starts_with("{%");
        let Some(length) = rest[open..].find(if is_tag { "%}" } else { "}}" }) else { break };
        let inside = rest[open + 2..open + length].trim();
        let name = if is_tag {
            tags.set(true);
            inside.split_whitespace().next().unwrap_or("")
        } else {
            let bare = inside.strip_prefix("_.").or_else(|| inside.strip_prefix('_').filter(|rest| rest.starts_with('[')));
            bare.map_or(inside, |name| name.trim_matches(['[', ']', '\'', '"']))
        };
        written.push_str(&rest[..open]);
        written.push_str(&format!("{{{{{name}}}}}"));
        rest = &rest[open + length + 2..];
    }
    written + rest
}

/// The values of an environment, those inside others by `outer.inner`.
fn members(data: Option<&Value>, before: &str) -> Variables {
    let Some(Value::Object(members_of)) = data else { return Vec::new() };
    let one = |(name, value): (&String, &Value)| {
        let name = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
        match value {
            Value::Object(_) => members(Some(value), &name),
            value => vec![(name, text_of(Some(value)))],
        }
    };
    members_of.iter().flat_map(one).collect()
}

/// The tree of version 5 from a list that names parents.
fn tree(resources: &[Value]) -> Vec<Value> {
    let is_folder = |one: &Value| member(one, "_type") == Some("request_group");
    let is_item = |one: &&Value| is_folder(one) || matches!(member(one, "_type"), Some("request" | "grpc_request"));
    // What stands in a workspace, or in nothing that is listed, is at the top.
    let folders: Vec<&str> = resources.iter().filter(|one| is_folder(one)).filter_map(|one| member(one, "_id")).collect();
    let is_top = |one: &&Value| member(one, "parentId").is_none_or(|parent| !folders.contains(&parent));
    let tops = resources.iter().filter(is_item).filter(is_top).collect();
    sorted(tops).into_iter().map(|one| with_children(one, resources, 0)).collect()
}

/// More than this many folders in each other are a circle.
const MAX_DEPTH: usize = 50;

fn with_children(item: &Value, resources: &[Value], depth: usize) -> Value {
    let mut item = item.clone();
    if member(&item, "_type") != Some("request_group") {
        return item;
    }
    let id = member(&item, "_id").unwrap_or("").to_owned();
    let is_inside = |one: &&Value| {
        member(one, "parentId") == Some(&id) && matches!(member(one, "_type"), Some("request" | "grpc_request" | "request_group"))
    };
    let inside = if depth < MAX_DEPTH { sorted(resources.iter().filter(is_inside).collect()) } else { Vec::new() };
    let children = inside.into_iter().map(|one| with_children(one, resources, depth + 1)).collect();
    if let Value::Object(members) = &mut item {
        members.insert("children".into(), Value::Array(children));
    }
    item
}

/// In the order in which Insomnia shows them.
fn sorted(mut items: Vec<&Value>) -> Vec<&Value> {
    let key = |item: &Value| item.get("metaSortKey").and_then(Value::as_f64).unwrap_or(0.0);
    items.sort_by(|one, other| key(one).total_cmp(&key(other)));
    items
}

/// The base environment and those below it.
fn flat_environments(resources: &[Value]) -> Value {
    let all: Vec<&Value> = resources.iter().filter(|one| member(one, "_type") == Some("environment")).collect();
    let is_below = |one: &&&Value| {
        member(one, "parentId").is_some_and(|parent| all.iter().any(|other| member(other, "_id") == Some(parent)))
    };
    let below: Vec<Value> = all.iter().filter(is_below).map(|one| (*one).clone()).collect();
    let mut data = Map::new();
    for base in all.iter().filter(|one| !is_below(one)) {
        data.extend(base.get("data").and_then(Value::as_object).cloned().unwrap_or_default());
    }
    json!({"data": data, "subEnvironments": below})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let imported = read(text, &Vec::new()).unwrap();
        let one = |request: &RequestSpec| {
            let headers: Vec<String> = request.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let body = crate::formats::import::to_json::body_to_json(&request.body);
            format!("{}: {} {} [{}] {body}", request.label, request.method, request.url, headers.join(","))
        };
        imported.requests.iter().map(one).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn exports_by_table() {
        for (text, expected) in [
            (
                r#"{"_type": "export", "__export_format": 4, "resources": [
                    {"_id": "r2", "parentId": "f", "_type": "request", "metaSortKey": -1, "name": "B", "method": "POST", "url": "{{ _.base }}/:id",
                        "pathParameters": [{"name": "id", "value": "7"}], "parameters": [{"name": "apiKey", "value": "{{ _['key'] }}"}, {"name": "x", "value": "", "disabled": true}],
                        "headers": [], "authentication": {"type": "basic", "username": "u", "password": "p"},
                        "body": {"mimeType": "multipart/form-data", "params": [{"name": "log", "type": "file", "fileName": "C:\\a\\b.zip"}, {"name": "note", "value": "{% uuid 'v4' %}"}]}},
                    {"_id": "r1", "parentId": "w", "_type": "request", "metaSortKey": -2, "name": "A", "method": "GET", "url": "h.example", "body": {}},
                    {"_id": "f", "parentId": "w", "_type": "request_group", "metaSortKey": -1, "name": "F", "environment": {"key": "k"}},
                    {"_id": "w", "_type": "workspace"},
                    {"_id": "e", "parentId": "w", "_type": "environment", "data": {"base": "https://{{ host }}", "host": "h"}}]}"#,
                "A: GET http://h.example [] {\"kind\":\"none\"}\nF / B: POST https://h/7?apiKey=k [Authorization=Basic dTpw] {\"kind\":\"multipart\",\"parts\":[{\"name\":\"log\",\"path\":\"C:\\\\a\\\\b.zip\",\"filename\":\"b.zip\",\"content_type\":null},{\"name\":\"note\",\"text\":\"{{uuid}}\"}]}",
            ),
            (
                "type: collection.insomnia.rest/5.0\nname: x\ncollection:\n  - name: F\n    headers:\n      - {name: X, value: '1'}\n    authentication: {type: bearer, token: t}\n    children:\n      - name: A\n        url: '{{ _.base }}/x'\n        method: POST\n        body:\n          mimeType: application/json\n          text: |-\n            {\"a\": 1}\nenvironments:\n  name: Base\n  data: {base: 'https://h'}\n",
                "F / A: POST https://h/x [X=1,Content-Type=application/json,Authorization=Bearer t] {\"kind\":\"text\",\"text\":\"{\\\"a\\\": 1}\"}",
            ),
            (
                r#"{"resources": [{"_type": "request", "url": "https://h", "method": "PUT", "body": {"mimeType": "application/octet-stream", "fileName": "a.bin"}, "authentication": {"type": "apikey", "key": "apiKey", "value": "v", "addTo": "queryParams"}}]}"#,
                "Untitled: PUT https://h/?apiKey=v [Content-Type=application/octet-stream] {\"kind\":\"file\",\"path\":\"a.bin\"}",
            ),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn folders_in_a_circle_end() {
        let text = r#"{"resources": [{"_id": "a", "parentId": "b", "_type": "request_group"}, {"_id": "b", "parentId": "a", "_type": "request_group"}]}"#;
        assert!(read(text, &Vec::new()).unwrap().requests.is_empty());
    }
}
