//! Thunder Client: its exported collections, the files that it keeps in a workspace, and a request alone.

use serde_json::Value;

use super::json::{has_entries, is_on, list, member, pairs, parse, text_of};
use super::sheet::{Auth, KeyPlace, Sheet, label, set_parts, set_type};
use crate::formats::import::error::ImportError;
use crate::formats::import::variables::Variables;
use crate::model::imported::Imported;
use crate::model::multipart::Part;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// People write these files by hand, too, and then as Postman names its members.
const NAMES: [&str; 2] = ["name", "key"];

/// The requests of a collection, of several, or of a request alone.
///
/// # Errors
/// When it is not JSON.
pub(in crate::formats::import) fn read(text: &str, environment: &Variables) -> Result<Imported, ImportError> {
    let value = parse(text)?;
    let mut reader = Reader { sheet: Sheet::new([], environment) };
    match &value {
        Value::Array(collections) => collections.iter().for_each(|one| reader.collection(one)),
        value => reader.collection(value),
    }
    Ok(reader.sheet.end(&[]))
}

struct Reader {
    sheet: Sheet,
}

impl Reader {
    fn collection(&mut self, collection: &Value) {
        if collection.get("url").is_some() {
            return self.request("", collection, &Auth::None, &[]);
        }
        let settings = collection.get("settings").unwrap_or(&Value::Null);
        let mut requests: Vec<&Value> = list(collection, "requests").iter().collect();
        requests.sort_by(|one, other| sort_key(one).total_cmp(&sort_key(other)));
        for request in requests {
            let folders = folders_of(collection, member(request, "containerId").unwrap_or(""));
            let mut auth = settings.get("auth").and_then(auth).unwrap_or(Auth::None);
            let mut headers = pairs(settings.get("headers"), &NAMES);
            for folder in &folders {
                let settings = folder.get("settings").unwrap_or(&Value::Null);
                auth = settings.get("auth").and_then(self::auth).unwrap_or(auth);
                headers.extend(pairs(settings.get("headers"), &NAMES));
            }
            let names: Vec<&str> = folders.iter().filter_map(|folder| member(folder, "name")).collect();
            self.request(&names.join(" / "), request, &auth, &headers);
        }
    }

    fn request(&mut self, folder: &str, item: &Value, above: &Auth, inherited: &[(String, String)]) {
        let name = member(item, "name").unwrap_or("Untitled");
        let label = label(folder, name);
        self.sheet.has_scripts |= has_entries(item.get("preReq")) && item.pointer("/preReq/runFilters").is_some();
        let (path, query): (Vec<&Value>, Vec<&Value>) =
            list(item, "params").iter().filter(|one| is_on(one)).partition(|one| one.get("isPath") == Some(&Value::Bool(true)));
        let of = |entries: Vec<&Value>| pairs(Some(&entries.into_iter().cloned().collect()), &NAMES);
        let url = self.sheet.url(&text_of(item.get("url")), &of(path), "http");
        let mut request = RequestSpec {
            method: member(item, "method").filter(|method| !method.is_empty()).unwrap_or("GET").to_ascii_uppercase(),
            url: self.sheet.with_missing_query(&url, of(query)),
            headers: self.sheet.headers(pairs(item.get("headers"), &NAMES), inherited),
            label,
            ..RequestSpec::default()
        };
        if let Some(body) = item.get("body") {
            self.body(&mut request, body);
        }
        let auth = item.get("auth").and_then(auth).unwrap_or_else(|| above.clone());
        self.sheet.authorise(&mut request, &auth);
        self.sheet.push(request);
    }

    fn body(&mut self, request: &mut RequestSpec, body: &Value) {
        let kind = match member(body, "type") {
            Some("formdata") => {
                let mut parts: Vec<Part> = Vec::new();
                let fields = list(body, "form").iter().map(|entry| (entry, member(entry, "type") == Some("file")));
                let entries = fields.chain(list(body, "files").iter().map(|entry| (entry, true)));
                for (entry, is_file) in entries.filter(|(entry, _)| is_on(entry)) {
                    let name = NAMES.iter().find_map(|name| member(entry, name)).unwrap_or("");
                    match is_file {
                        true => parts.extend(self.sheet.file_parts(&request.label, name, &paths(entry), None, None)),
                        false => parts.push(self.sheet.text_part(name, &text_of(entry.get("value")), None)),
                    }
                }
                set_parts(request, parts);
                return;
            }
            Some("formencoded") => {
                request.body = self.sheet.form(pairs(body.get("form"), &NAMES));
                "application/x-www-form-urlencoded"
            }
            Some("graphql") => {
                let graphql = body.get("graphql").unwrap_or(&Value::Null);
                request.body = self.sheet.graphql(member(graphql, "query").unwrap_or(""), &text_of(graphql.get("variables")));
                "application/json"
            }
            Some("binary") => {
                request.body = SpecBody::File(self.sheet.fill(&text_of(body.get("binary"))));
                ""
            }
            None if body.is_object() && body.get("raw").is_none() && has_entries(Some(body)) => {
                request.body = SpecBody::Text(self.sheet.fill(&body.to_string()));
                "application/json"
            }
            kind => {
                request.body = self.sheet.text(&body.as_str().map_or_else(|| text_of(body.get("raw")), str::to_owned));
                match kind {
                    Some("json") => "application/json",
                    Some("xml") => "application/xml",
                    Some("text") => "text/plain",
                    _ => "",
                }
            }
        };
        set_type(request, kind);
    }
}

fn paths(entry: &Value) -> Vec<String> {
    match entry.get("value") {
        Some(Value::Array(paths)) => paths.iter().map(|path| text_of(Some(path))).collect(),
        value => vec![text_of(value)],
    }
}

fn sort_key(item: &Value) -> f64 {
    item.get("sortNum").and_then(Value::as_f64).unwrap_or(0.0)
}

/// The folders that something stands in, from the outermost.
fn folders_of<'a>(collection: &'a Value, id: &str) -> Vec<&'a Value> {
    let mut found: Vec<&Value> = Vec::new();
    let mut id = id;
    while let Some(folder) = list(collection, "folders").iter().find(|folder| !id.is_empty() && member(folder, "_id") == Some(id))
    {
        if found.contains(&folder) {
            break;
        }
        found.insert(0, folder);
        id = member(folder, "containerId").unwrap_or("");
    }
    found
}

fn auth(value: &Value) -> Option<Auth> {
    let text = |pointer: &str| text_of(value.pointer(pointer));
    Some(match member(value, "type")? {
        "" | "inherit" => return None,
        "none" => Auth::None,
        "bearer" => Auth::bearer(&text("/bearerPrefix"), text("/bearer")),
        "basic" => Auth::Basic { user: text("/basic/username"), password: text("/basic/password") },
        "apikey" => Auth::Key {
            name: text("/apikey/key"),
            value: text("/apikey/value"),
            place: if text("/apikey/in") == "query" { KeyPlace::Query } else { KeyPlace::Header },
        },
        _ => Auth::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::import::to_json::request_to_json;

    #[test]
    fn requests_by_table() {
        for (text, expected) in [
            (
                r#"{"client": "Thunder Client", "folders": [{"_id": "f", "name": "F", "containerId": "g"}, {"_id": "g", "name": "G", "containerId": ""}], "settings": {"auth": {"type": "bearer", "bearer": "t"}},
                    "requests": [{"containerId": "f", "name": "A", "url": "h/:id?a=1", "method": "POST", "params": [{"name": "a", "value": "1", "isPath": false}, {"name": "b", "value": "2 3", "isPath": false}, {"name": "id", "value": "7", "isPath": true}],
                    "headers": [{"name": "X", "value": "1"}, {"name": "Y", "value": "2", "isDisabled": true}], "body": {"type": "json", "raw": "{\"a\": \"{{v}}\"}"}}]}"#,
                r#"{"method":"POST","url":"http://h/7?a=1&b=2%203","headers":[["X","1"],["Content-Type","application/json"],["Authorization","Bearer t"]],"body":{"kind":"text","text":"{\"a\": \"{{v}}\"}"},"label":"G / F / A"}"#,
            ),
            (
                r#"{"name": "A", "colId": "c", "url": "https://h", "method": "post", "body": {"type": "formdata", "form": [{"name": "note", "value": "x"}], "files": [{"name": "log", "value": "/a/b.zip"}]}, "auth": {"type": "basic", "basic": {"username": "u", "password": "p"}}}"#,
                r#"{"method":"POST","url":"https://h","headers":[["Authorization","Basic dTpw"]],"body":{"kind":"multipart","parts":[{"name":"note","text":"x"},{"name":"log","path":"/a/b.zip","filename":"b.zip","content_type":null}]},"label":"A"}"#,
            ),
            (
                r#"{"name": "A", "colId": "c", "url": "https://h", "method": "post", "body": {"type": "formdata", "form": [{"name": "log", "value": "/a/b.zip"}], "files": [{"name": "log", "value": "/a/b.zip"}]}}"#,
                r#"{"method":"POST","url":"https://h","headers":[],"body":{"kind":"multipart","parts":[{"name":"log","text":"/a/b.zip"},{"name":"log","path":"/a/b.zip","filename":"b.zip","content_type":null}]},"label":"A"}"#,
            ),
            (
                r#"{"clientName": "Thunder Client", "requests": [{"name": "A", "url": "https://h", "method": "POST", "headers": [{"key": "X", "value": "1"}], "body": {"email": "a@b"}}]}"#,
                r#"{"method":"POST","url":"https://h","headers":[["X","1"],["Content-Type","application/json"]],"body":{"kind":"text","text":"{\"email\":\"a@b\"}"},"label":"A"}"#,
            ),
        ] {
            let imported = read(text, &Vec::new()).unwrap();
            let mut value = request_to_json(&imported.requests[0]);
            let label = value.as_object_mut().unwrap().shift_remove("label").unwrap();
            value["label"] = label;
            value.as_object_mut().unwrap().shift_remove("not_recorded");
            assert_eq!(value.to_string(), expected, "{text}");
        }
    }
}
