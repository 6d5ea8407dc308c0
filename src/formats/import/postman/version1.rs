//! Postman collections of version 1, and what Postman wrote of all its data: written as version 2.1 has it, as Postman's own converter
//! does.

use serde_json::{Map, Value, json};

use super::{json, member, text_of};
use json::list;

/// A collection of version 1 as one of version 2.1; `None` for another.
pub(super) fn newer(collection: &Value) -> Option<Value> {
    if collection.get("item").is_some() {
        return None;
    }
    if collection.get("collections").is_some_and(Value::is_array) {
        let items = list(collection, "collections").iter().filter_map(|one| {
            let inner = newer(one).or_else(|| one.get("item").map(|_| one.clone()))?;
            Some(json!({"name": one.get("name"), "item": inner.get("item"), "auth": inner.get("auth")}))
        });
        return Some(json!({"item": items.collect::<Vec<_>>()}));
    }
    let requests = list(collection, "requests");
    collection.get("requests").filter(|requests| requests.is_array())?;
    let mut taken: Vec<&str> = Vec::new();
    let mut items = folder(collection, collection, requests, &mut taken, 0);
    // What no order names is there all the same.
    let is_left = |one: &&Value| member(one, "id").is_none_or(|id| !taken.contains(&id));
    let left: Vec<Value> = requests.iter().filter(is_left).map(item).collect();
    items.extend(left);
    Some(
        json!({"item": items, "variable": collection.get("variables"), "auth": auth(collection), "event": collection.get("events")}),
    )
}

/// More than this many folders in each other are a circle.
const MAX_DEPTH: usize = 50;

fn folder<'a>(whole: &'a Value, holder: &'a Value, requests: &'a [Value], taken: &mut Vec<&'a str>, depth: usize) -> Vec<Value> {
    let folders = list(whole, "folders");
    let mut items = Vec::new();
    if depth > MAX_DEPTH {
        return items;
    }
    let id = member(holder, "id");
    let is_top = depth == 0;
    let named = list(holder, "folders_order").iter().filter_map(Value::as_str);
    let named: Vec<&str> = named.collect();
    let inside = |one: &&Value| {
        let parent = member(one, "folder").or_else(|| member(one, "folderId"));
        let is_named = member(one, "id").is_some_and(|id| named.contains(&id));
        is_named || if is_top { parent.is_none() } else { parent.is_some() && parent == id }
    };
    for inner in folders.iter().filter(inside) {
        let below = folder(whole, inner, requests, taken, depth + 1);
        items.push(json!({"name": inner.get("name"), "item": below, "auth": auth(inner)}));
    }
    for wanted in list(holder, "order").iter().filter_map(Value::as_str) {
        if let Some(request) = requests.iter().find(|one| member(one, "id") == Some(wanted)).filter(|_| !taken.contains(&wanted))
        {
            taken.push(wanted);
            items.push(item(request));
        }
    }
    items
}

fn item(request: &Value) -> Value {
    let scripts = ["preRequestScript", "tests"].iter().any(|name| json::has_entries(request.get(name)));
    let events = if scripts || json::has_entries(request.get("events")) { json!([{}]) } else { json!([]) };
    let headers = match request.get("headerData") {
        Some(data @ Value::Array(list)) if !list.is_empty() => data.clone(),
        _ => request.get("headers").cloned().unwrap_or_default(),
    };
    let mut url = json!({"raw": request.get("url")});
    let path =
        request.get("pathVariableData").filter(|data| json::has_entries(Some(data))).or_else(|| request.get("pathVariables"));
    if let Some(path) = path {
        url["variable"] = path.clone();
    }
    json!({
        "name": request.get("name").filter(|name| name.is_string()).cloned().unwrap_or_else(|| request.get("url").cloned().unwrap_or_default()),
        "event": events,
        "request": {
            "method": request.get("method"),
            "url": url,
            "header": headers,
            "body": body(request),
            "auth": auth(request),
        },
        "response": responses(request),
    })
}

fn body(request: &Value) -> Value {
    let data = request.get("data").unwrap_or(&Value::Null);
    let raw =
        || request.get("rawModeData").filter(|raw| !raw.is_null()).map_or_else(|| text_of(Some(data)), |raw| text_of(Some(raw)));
    match member(request, "dataMode") {
        Some("params") => {
            let part = |one: &Value| {
                let mut part = one.clone();
                if member(one, "type") == Some("file") {
                    part["src"] = one.get("value").cloned().unwrap_or_default();
                }
                part
            };
            json!({"mode": "formdata", "formdata": list(request, "data").iter().map(part).collect::<Vec<_>>()})
        }
        Some("urlencoded") => json!({"mode": "urlencoded", "urlencoded": data}),
        Some("binary") => json!({"mode": "file", "file": {"src": raw()}}),
        Some("graphql") => json!({"mode": "graphql", "graphql": request.get("graphqlModeData")}),
        Some("raw") => json!({"mode": "raw", "raw": raw(), "options": options(request)}),
        None if request.get("rawModeData").is_some_and(|raw| !raw.is_null()) || data.is_string() => {
            json!({"mode": "raw", "raw": raw(), "options": options(request)})
        }
        _ => Value::Null,
    }
}

/// The language of a raw body, in its newer place or its older one.
fn options(request: &Value) -> Value {
    let language = request.pointer("/dataOptions/raw/language").cloned();
    language.map_or(Value::Null, |language| json!({"raw": {"language": language}}))
}

fn auth(holder: &Value) -> Value {
    if let Some(auth) = holder.get("auth").filter(|auth| !auth.is_null()) {
        return auth.clone();
    }
    let attributes = holder.get("helperAttributes").unwrap_or(&Value::Null);
    let kind = match member(holder, "currentHelper") {
        Some("basicAuth") => "basic",
        Some("bearerAuth") => "bearer",
        Some("apikeyAuth") => "apikey",
        Some("noauth") => "noauth",
        None | Some("normal") => return Value::Null,
        Some(other) => other,
    };
    let mut auth = Map::new();
    auth.insert("type".into(), kind.into());
    auth.insert(kind.to_owned(), attributes.clone());
    auth.into()
}

fn responses(request: &Value) -> Value {
    let one = |response: &Value| {
        let code = response.pointer("/responseCode/code").or_else(|| response.get("status"));
        json!({"code": code, "header": response.get("headers"), "body": response.get("text")})
    };
    list(request, "responses").iter().map(one).collect()
}
