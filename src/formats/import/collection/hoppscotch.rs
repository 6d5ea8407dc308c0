//! Hoppscotch collections, of every version.

use serde_json::Value;

use super::json::{has_entries, is_on, list, member, pairs, parse, text_of};
use super::sheet::{Above, Auth, KeyPlace, Sheet, set_parts, set_type};
use crate::formats::import::error::ImportError;
use crate::formats::import::variables::Variables;
use crate::model::imported::Imported;
use crate::model::json_text::with_texts;
use crate::model::multipart::Part;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// The requests of a collection, of a list of collections, or of a request alone.
///
/// # Errors
/// When it is not JSON.
pub(in crate::formats::import) fn read(text: &str, environment: &Variables) -> Result<Imported, ImportError> {
    let value = with_texts(&parse(text)?, &plain);
    let mut reader = Reader { sheet: Sheet::new([], environment) };
    let top = Above { folder: String::new(), auth: Auth::None, headers: Vec::new() };
    match &value {
        Value::Array(collections) => collections.iter().for_each(|one| reader.collection(one, &top)),
        value => reader.collection(value, &top),
    }
    Ok(reader.sheet.end(&[]))
}

struct Reader {
    sheet: Sheet,
}

impl Reader {
    fn collection(&mut self, collection: &Value, above: &Above) {
        if collection.get("endpoint").is_some() || collection.get("url").is_some() {
            return self.request(collection, above);
        }
        let variables = list(collection, "variables").iter().filter_map(variable);
        let before = self.sheet.add_variables(variables);
        self.sheet.has_scripts |= has_entries(collection.get("preRequestScript")) || has_entries(collection.get("testScript"));
        let headers = pairs(collection.get("headers"), &["key"]);
        let inside = above.below(above.folder.clone(), headers, collection.get("auth").and_then(auth));
        for folder in list(collection, "folders") {
            let name = member(folder, "name").unwrap_or("");
            self.collection(folder, &inside.below(above.label(name), Vec::new(), None));
        }
        for request in list(collection, "requests") {
            self.request(request, &inside);
        }
        self.sheet.set_variables(before);
    }

    fn request(&mut self, item: &Value, above: &Above) {
        let name = member(item, "name").unwrap_or("Untitled");
        self.sheet.has_scripts |= has_entries(item.get("preRequestScript")) || has_entries(item.get("testScript"));
        let own_variables = list(item, "requestVariables").iter().filter(|one| is_on(one)).filter_map(variable);
        let before = self.sheet.add_strongest_variables(own_variables);
        // The first version had the address in two pieces.
        let raw = format!("{}{}", text_of(item.get("endpoint").or(item.get("url"))), text_of(item.get("path")));
        let url = self.sheet.url(&raw, &[], "https");
        let mut request = RequestSpec {
            label: above.label(name),
            method: member(item, "method").filter(|method| !method.is_empty()).unwrap_or("GET").to_owned(),
            url: self.sheet.with_query(&url, pairs(item.get("params"), &["key"])),
            headers: self.sheet.headers(pairs(item.get("headers"), &["key"]), &above.headers),
            ..RequestSpec::default()
        };
        self.body(&mut request, item);
        let auth = item.get("auth").and_then(auth).unwrap_or_else(|| above.auth.clone());
        self.sheet.authorise(&mut request, &auth);
        self.sheet.push(request);
        self.sheet.set_variables(before);
    }

    fn body(&mut self, request: &mut RequestSpec, item: &Value) {
        let body = item.get("body").unwrap_or(&Value::Null);
        let content = body.get("body").unwrap_or(&Value::Null);
        match (member(body, "contentType"), content) {
            (Some("multipart/form-data"), Value::Array(entries)) => {
                let parts: Vec<Part> =
                    entries.iter().filter(|part| is_on(part)).flat_map(|part| self.part(&request.label, part)).collect();
                set_parts(request, parts);
            }
            (Some(kind @ "application/x-www-form-urlencoded"), content) => {
                request.body = match content {
                    Value::String(text) => self.sheet.form(form_lines(text)),
                    other => self.sheet.form(pairs(Some(other), &["key"])),
                };
                set_type(request, kind);
            }
            (Some(kind), Value::String(text)) => {
                request.body = self.sheet.text(text);
                set_type(request, kind);
            }
            (Some("application/octet-stream"), _) => {
                let label = request.label.clone();
                let said = "its body is a file that the collection does not name";
                self.sheet.note(crate::model::imported::Severity::Lost, &label, said);
            }
            (Some(kind), content @ Value::Object(_)) => {
                request.body = SpecBody::Text(self.sheet.fill(&content.to_string()));
                set_type(request, kind);
            }
            // The first version had the text beside the request's other members.
            _ => {
                request.body = self.sheet.text(member(item, "rawParams").unwrap_or(""));
                set_type(request, member(item, "contentType").unwrap_or(""));
            }
        }
    }

    fn part(&mut self, label: &str, part: &Value) -> Vec<Part> {
        let name = member(part, "key").unwrap_or("");
        if part.get("isFile") == Some(&Value::Bool(true)) {
            // An export holds no files; some versions leave the names.
            let names = part.get("value").and_then(Value::as_array).map_or(&[] as &[Value], Vec::as_slice);
            let name_of = |file: &Value| file.as_str().map_or_else(|| text_of(file.get("name")), str::to_owned);
            let names: Vec<String> = names.iter().map(name_of).collect();
            return self.sheet.file_parts(label, name, &names, None, member(part, "contentType"));
        }
        vec![self.sheet.text_part(name, &text_of(part.get("value")), member(part, "contentType"))]
    }
}

/// A variable's name and value; older versions have one value, newer ones a first and a current one.
fn variable(entry: &Value) -> Option<(String, String)> {
    let value =
        ["currentValue", "value", "initialValue"].iter().map(|name| text_of(entry.get(name))).find(|text| !text.is_empty());
    Some((member(entry, "key")?.to_owned(), value?))
}

/// `name: value` lines; those that begin with `#` are switched off.
fn form_lines(text: &str) -> Variables {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

fn auth(value: &Value) -> Option<Auth> {
    let text = |name: &str| text_of(value.get(name));
    if value.get("authActive") == Some(&Value::Bool(false)) {
        return Some(Auth::None);
    }
    Some(match member(value, "authType")? {
        "inherit" => return None,
        "none" => Auth::None,
        "bearer" => Auth::bearer("", text("token")),
        "basic" => Auth::Basic { user: text("username"), password: text("password") },
        "api-key" => Auth::Key {
            name: text("key"),
            value: text("value"),
            place: if text("addTo").to_ascii_uppercase().contains("QUERY") { KeyPlace::Query } else { KeyPlace::Header },
        },
        _ => Auth::Other,
    })
}

/// `<<name>>` as `{{name}}`.
fn plain(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("<<") {
        let Some(length) = rest[open..].find(">>") else { break };
        let name = rest[open + 2..open + length].trim();
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.$".contains(c));
        written.push_str(&rest[..open]);
        if is_name {
            written.push_str(&format!("{{{{{name}}}}}"));
        } else {
            written.push_str(&rest[open..open + length + 2]);
        }
        rest = &rest[open + length + 2..];
    }
    written + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::request_to_json;

    #[test]
    fn requests_by_table() {
        for (text, expected) in [
            (
                r#"[{"v": 10, "name": "C", "variables": [{"key": "base", "initialValue": "https://h", "currentValue": ""}], "auth": {"authType": "bearer", "authActive": true, "token": "<<t>>"}, "headers": [{"key": "X", "value": "1", "active": true}],
                    "folders": [{"name": "F", "auth": {"authType": "inherit", "authActive": true}, "requests": [{"v": "15", "name": "A", "endpoint": "<<base>>/x", "method": "POST", "params": [{"key": "apiKey", "value": "k", "active": true}, {"key": "off", "value": "", "active": false}],
                    "headers": [], "auth": {"authType": "inherit", "authActive": true}, "body": {"contentType": "application/json", "body": "{\"a\": 1}"}}]}], "requests": []}]"#,
                r#"{"method":"POST","url":"https://h/x?apiKey=k","headers":[["X","1"],["Content-Type","application/json"],["Authorization","Bearer {{t}}"]],"body":{"kind":"text","text":"{\"a\": 1}"}}"#,
            ),
            (
                r#"{"v": 2, "name": "C", "folders": [], "requests": [{"v": "3", "name": "A", "endpoint": "https://h", "method": "POST", "params": [], "headers": [], "auth": {"authType": "none"},
                    "body": {"contentType": "multipart/form-data", "body": [{"key": "note", "value": "x", "isFile": false, "active": true}, {"key": "log", "value": [{"name": "a.zip"}], "isFile": true, "active": true}]}}]}"#,
                r#"{"method":"POST","url":"https://h","headers":[],"body":{"kind":"multipart","parts":[{"name":"note","text":"x"},{"name":"log","path":"a.zip","filename":"a.zip","content_type":null}]}}"#,
            ),
            (
                r#"[{"name": "C", "folders": [], "requests": [{"name": "A", "url": "https://h", "path": "/x", "method": "POST", "rawParams": "{}", "contentType": "application/json"}]}]"#,
                r#"{"method":"POST","url":"https://h/x","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{}"}}"#,
            ),
            (
                r##"{"v": "12", "name": "A", "endpoint": "https://h", "method": "POST", "body": {"contentType": "application/x-www-form-urlencoded", "body": "a: 1 2\n#b: 3"}}"##,
                r#"{"method":"POST","url":"https://h","headers":[["Content-Type","application/x-www-form-urlencoded"]],"body":{"kind":"urlencoded","text":"a=1%202"}}"#,
            ),
        ] {
            let imported = read(text, &Vec::new()).unwrap();
            let mut value = request_to_json(&imported.requests[0]);
            value.as_object_mut().unwrap().shift_remove("label");
            value.as_object_mut().unwrap().shift_remove("not_recorded");
            assert_eq!(value.to_string(), expected, "{text}");
        }
    }
}
