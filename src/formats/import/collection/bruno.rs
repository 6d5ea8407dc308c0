//! Bruno: the collections that it exports as JSON. What its `.bru` and `.yml` files hold is written as such a collection first.

use serde_json::Value;

use super::json::{has_entries, is_on, list, member, pairs, parse, text_of};
use super::sheet::{Above, Auth, KeyPlace, Sheet, chosen, set_parts, set_type};
use crate::formats::import::error::ImportError;
use crate::formats::import::variables::Variables;
use crate::model::imported::{Imported, Severity};
use crate::model::multipart::Part;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// The requests of an exported collection, in its order.
///
/// # Errors
/// When it is not JSON.
pub(in crate::formats::import) fn read(text: &str, environment: &Variables) -> Result<Imported, ImportError> {
    Ok(read_value(&parse(text)?, environment))
}

/// The requests of a collection as Bruno exports it.
pub(super) fn read_value(collection: &Value, environment: &Variables) -> Imported {
    let environments = list(collection, "environments");
    let active = member(collection, "activeEnvironmentUid");
    let active = environments.iter().position(|one| active.is_some() && member(one, "uid") == active);
    let named = environments
        .iter()
        .map(|one| (member(one, "name").unwrap_or("").to_owned(), pairs(one.get("variables"), &["name"])))
        .collect();
    let (mut variables, open) = chosen(named, active);
    let root = collection.pointer("/root/request").unwrap_or(&Value::Null);
    let mut from_root = pairs(root.pointer("/vars/req"), &["name"]);
    from_root.append(&mut variables);
    let mut reader = Reader { sheet: Sheet::new(from_root, environment) };
    reader.sheet.has_scripts |= has_scripts(root);
    let above = Above {
        folder: String::new(),
        auth: root.get("auth").and_then(auth).unwrap_or(Auth::None),
        headers: pairs(root.get("headers"), &["name"]),
    };
    reader.items(list(collection, "items"), &above);
    reader.sheet.end(&open)
}

struct Reader {
    sheet: Sheet,
}

impl Reader {
    fn items(&mut self, items: &[Value], above: &Above) {
        for item in items {
            let name = member(item, "name").unwrap_or("Untitled");
            let label = above.label(name);
            if let Some(children) = item.get("items").and_then(Value::as_array) {
                let root = item.pointer("/root/request").unwrap_or(&Value::Null);
                let own = pairs(root.pointer("/vars/req"), &["name"]);
                let before = self.sheet.add_variables(own);
                self.sheet.has_scripts |= has_scripts(root);
                let headers = pairs(root.get("headers"), &["name"]);
                self.items(children, &above.below(label, headers, root.get("auth").and_then(auth)));
                self.sheet.set_variables(before);
            } else if let Some(request) = item.get("request") {
                match member(item, "type") {
                    Some("grpc" | "grpc-request" | "ws" | "ws-request" | "websocket") => {
                        self.sheet.note(Severity::Lost, &label, "it is not an HTTP request and was left out");
                    }
                    Some("js" | "script" | "folder" | "collection") => {}
                    _ => self.request(label, request, above),
                }
            }
        }
    }

    fn request(&mut self, label: String, item: &Value, above: &Above) {
        self.sheet.has_scripts |= has_scripts(item);
        let own = pairs(item.pointer("/vars/req"), &["name"]);
        let before = self.sheet.add_variables(own);
        let (path, query): (Vec<&Value>, Vec<&Value>) =
            list(item, "params").iter().filter(|one| is_on(one)).partition(|one| member(one, "type") == Some("path"));
        let of = |entries: Vec<&Value>| pairs(Some(&entries.into_iter().cloned().collect()), &["name"]);
        let url = self.sheet.url(&text_of(item.get("url")), &of(path), "http");
        let mut request = RequestSpec {
            label,
            method: member(item, "method").filter(|method| !method.is_empty()).unwrap_or("GET").to_ascii_uppercase(),
            url: self.sheet.with_missing_query(&url, of(query)),
            headers: self.sheet.headers(pairs(item.get("headers"), &["name"]), &above.headers),
            ..RequestSpec::default()
        };
        if let Some(body) = item.get("body") {
            self.body(&mut request, body);
        }
        if item.get("is_cut") == Some(&Value::Bool(true)) {
            (request.not_recorded.rest, request.not_recorded.body) = (true, true);
        }
        let auth = item.get("auth").map_or(Some(Auth::None), auth).unwrap_or_else(|| above.auth.clone());
        self.sheet.authorise(&mut request, &auth);
        self.sheet.push(request);
        self.sheet.set_variables(before);
    }

    fn body(&mut self, request: &mut RequestSpec, body: &Value) {
        let text = |name: &str| text_of(body.get(name));
        let kind = match member(body, "mode").unwrap_or("none") {
            "none" => return,
            mode @ ("json" | "text" | "xml" | "sparql") => {
                request.body = self.sheet.text(&text(mode));
                match mode {
                    "json" => "application/json",
                    "xml" => "application/xml",
                    "sparql" => "application/sparql-query",
                    _ => "text/plain",
                }
            }
            "formUrlEncoded" => {
                request.body = self.sheet.form(pairs(body.get("formUrlEncoded"), &["name"]));
                "application/x-www-form-urlencoded"
            }
            "multipartForm" => {
                let entries = list(body, "multipartForm").iter().filter(|part| is_on(part));
                let parts: Vec<Part> = entries.flat_map(|part| self.part(&request.label, part)).collect();
                set_parts(request, parts);
                return;
            }
            "graphql" => {
                let graphql = body.get("graphql").unwrap_or(&Value::Null);
                request.body = self.sheet.graphql(member(graphql, "query").unwrap_or(""), &text_of(graphql.get("variables")));
                "application/json"
            }
            "file" => {
                let files = list(body, "file");
                let is_selected = |file: &&Value| file.get("selected") != Some(&Value::Bool(false));
                let file = files.iter().find(is_selected).or(files.first());
                let path = file.map(|file| text_of(file.get("filePath"))).unwrap_or_default();
                if path.is_empty() {
                    let said = "its body is a file that the collection does not name";
                    return self.sheet.note(Severity::Lost, &request.label.clone(), said);
                }
                request.body = SpecBody::File(self.sheet.fill(&path));
                let kind = file.map(|file| text_of(file.get("contentType"))).unwrap_or_default();
                return set_type(request, &kind);
            }
            _ => {
                let said = "its body is of a kind that cannot be taken over";
                return self.sheet.note(Severity::Lost, &request.label.clone(), said);
            }
        };
        set_type(request, kind);
    }

    fn part(&mut self, label: &str, part: &Value) -> Vec<Part> {
        let name = member(part, "name").unwrap_or("");
        let kind = member(part, "contentType");
        if member(part, "type") == Some("file") {
            let paths: Vec<String> = match part.get("value") {
                Some(Value::Array(paths)) => paths.iter().map(|path| text_of(Some(path))).collect(),
                value => vec![text_of(value)],
            };
            return self.sheet.file_parts(label, name, &paths, None, kind);
        }
        vec![self.sheet.text_part(name, &text_of(part.get("value")), kind)]
    }
}

fn has_scripts(request: &Value) -> bool {
    has_entries(request.get("script")) || has_entries(request.get("tests"))
}

/// How a request logs in; `None` is as the folder says.
fn auth(value: &Value) -> Option<Auth> {
    let text = |pointer: &str| text_of(value.pointer(pointer));
    Some(match member(value, "mode").unwrap_or("none") {
        "inherit" => return None,
        "none" => Auth::None,
        "bearer" => Auth::bearer("", text("/bearer/token")),
        "basic" => Auth::Basic { user: text("/basic/username"), password: text("/basic/password") },
        "apikey" => Auth::Key {
            name: text("/apikey/key"),
            value: text("/apikey/value"),
            place: if text("/apikey/placement").starts_with("query") { KeyPlace::Query } else { KeyPlace::Header },
        },
        _ => Auth::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::lines_for_tests;

    fn told(request: &RequestSpec) -> String {
        lines_for_tests(std::slice::from_ref(request))
    }

    #[test]
    fn a_collection_is_read() {
        let text = r#"{"name": "C", "version": "1", "activeEnvironmentUid": "e2", "environments": [{"uid": "e1", "name": "a", "variables": [{"name": "base", "value": "https://a"}]}, {"uid": "e2", "name": "b", "variables": [{"name": "base", "value": "https://b"}]}],
            "root": {"request": {"headers": [{"name": "X", "value": "1"}], "auth": {"mode": "bearer", "bearer": {"token": "t"}}}},
            "items": [{"type": "folder", "name": "F", "items": [
                {"type": "http", "name": "A", "request": {"url": "{{base}}/:id?a=1", "method": "POST", "params": [{"name": "a", "value": "1", "type": "query"}, {"name": "id", "value": "7", "type": "path"}], "headers": [], "auth": {"mode": "inherit"}, "body": {"mode": "json", "json": "{}"}}},
                {"type": "http", "name": "B", "request": {"url": "{{base}}", "method": "PUT", "headers": [{"name": "off", "value": "1", "enabled": false}], "auth": {"mode": "apikey", "apikey": {"key": "apiKey", "value": "k", "placement": "queryparams"}},
                    "body": {"mode": "multipartForm", "multipartForm": [{"name": "log", "type": "file", "value": ["/a/b.zip"], "contentType": "application/zip"}, {"name": "note", "type": "text", "value": "x"}]}}}]}]}"#;
        let imported = read(text, &Vec::new()).unwrap();
        let expected = [
            r#"{"label":"F / A","method":"POST","url":"https://b/7?a=1","headers":[["X","1"],["Content-Type","application/json"],["Authorization","Bearer t"]],"body":{"kind":"text","text":"{}"}}"#,
            r#"{"label":"F / B","method":"PUT","url":"https://b/?apiKey=k","headers":[["X","1"]],"body":{"kind":"multipart","parts":[{"name":"log","path":"/a/b.zip","filename":"b.zip","content_type":"application/zip"},{"name":"note","text":"x"}]}}"#,
        ];
        assert_eq!(imported.requests.iter().map(told).collect::<Vec<_>>(), expected);
    }
}
