//! Which client's file a text is.

use serde_json::Value;

use super::{automation, bru, yaml};

/// What is parsed to see whose file it is, in bytes.
const MAX_LOOK: usize = 8 << 20;

/// The clients whose files are read here, and the descriptions of interfaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats::import) enum Client {
    Insomnia,
    Bruno,
    Thunder,
    Hoppscotch,
    PostmanVersion1,
    OpenApi,
    Automation,
}

/// The client whose file a text is, if it is one of these.
pub(in crate::formats::import) fn client_of(text: &str) -> Option<Client> {
    let text = crate::model::json_text::without_bom(text).trim_start();
    if text.starts_with(['{', '[']) {
        let parsed = (text.len() <= MAX_LOOK).then(|| serde_json::from_str(text).ok()).flatten();
        return parsed.map_or_else(|| by_mark(text), |value| of_value(&value));
    }
    if bru::is_bru(text) {
        return Some(Client::Bruno);
    }
    // YAML is parsed only where its outermost names look like such a file: a log or a mail is YAML, too, often enough.
    let outermost = |name: &str| text.lines().any(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')));
    let may_be = outermost("_type")
        || outermost("openapi")
        || outermost("swagger")
        || outermost("opencollection")
        || outermost("stages") && outermost("test_name")
        || outermost("scenarios") && outermost("config")
        || outermost("tests") && outermost("version")
        || text.starts_with("- ") && text.contains("uri:")
        || text.starts_with("---") && text.contains("uri:")
        || (outermost("info") && (outermost("http") || outermost("graphql")))
        || text.lines().any(|line| line.starts_with("type: ") && line.contains(".insomnia.rest/"));
    if !may_be || text.len() > MAX_LOOK {
        return None;
    }
    yaml::parse(text).ok().and_then(|value| of_value(&value)).or_else(|| by_mark(text))
}

/// Whose file a text is that cannot be parsed, because it was cut off or is too large: its reader says where it stumbles.
fn by_mark(text: &str) -> Option<Client> {
    let head = &text[..text.floor_char_boundary(4096)];
    const MARKS: [(&str, Client); 9] = [
        ("\"__export_format\"", Client::Insomnia),
        ("type: collection.insomnia.rest/", Client::Insomnia),
        ("\"Thunder Client\"", Client::Thunder),
        ("\"brunoConfig\"", Client::Bruno),
        ("\"activeEnvironmentUid\"", Client::Bruno),
        ("opencollection: ", Client::Bruno),
        ("\"openapi\":", Client::OpenApi),
        ("\"swagger\":", Client::OpenApi),
        ("openapi: ", Client::OpenApi),
    ];
    let is_mark = |mark: &str| head.lines().any(|line| line.starts_with(mark)) || mark.starts_with('"') && head.contains(mark);
    MARKS.iter().find(|(mark, _)| is_mark(mark)).map(|(_, client)| *client)
}

fn of_value(value: &Value) -> Option<Client> {
    let first = value.get(0).unwrap_or(value);
    let has = |name: &str| first.get(name).is_some();
    let text_of = |name: &str| first.get(name).and_then(Value::as_str).unwrap_or_default();
    let is_list = |name: &str| first.get(name).is_some_and(Value::is_array);
    let is_thunder = |name: &str| text_of(name) == "Thunder Client";
    if is_thunder("client")
        || is_thunder("clientName")
        || has("colName") && is_list("requests")
        || has("colId") && has("method") && (has("sortNum") || has("containerId"))
    {
        Some(Client::Thunder)
    } else if has("__export_format")
        || text_of("_type") == "export" && is_list("resources")
        || text_of("type").starts_with("collection.insomnia")
        || text_of("type").starts_with("spec.insomnia")
    {
        Some(Client::Insomnia)
    } else if has("brunoConfig")
        || is_list("items") && (has("activeEnvironmentUid") || has("version") && has("environments"))
        || has("opencollection")
        || has("info") && !has("openapi") && !has("swagger") && (has_member(first, "http") || has_member(first, "graphql"))
    {
        Some(Client::Bruno)
    } else if is_list("folders") && is_list("requests") && (has("v") || is_hoppscotch(first))
        || has("endpoint") && has("v") && has("method")
    {
        Some(Client::Hoppscotch)
    } else if !has("info")
        && (is_list("requests") && (is_list("order") || is_old_request(first)) || is_list("collections") && has("version"))
    {
        Some(Client::PostmanVersion1)
    } else if (has("openapi") || has("swagger")) && has("paths") {
        Some(Client::OpenApi)
    } else {
        automation::product_of(value).map(|_| Client::Automation)
    }
}

fn has_member(value: &Value, name: &str) -> bool {
    value.get(name).is_some_and(|inner| inner.get("method").is_some() || inner.get("url").is_some())
}

/// Whether a collection without a version holds requests as Hoppscotch writes them.
fn is_hoppscotch(collection: &Value) -> bool {
    collection
        .pointer("/requests/0")
        .is_some_and(|request| request.get("endpoint").is_some() || request.get("rawParams").is_some())
}

/// Whether a collection holds requests as version 1 of Postman wrote them.
fn is_old_request(collection: &Value) -> bool {
    let first = collection.pointer("/requests/0");
    first.is_some_and(|request| ["dataMode", "rawModeData", "collectionId"].iter().any(|name| request.get(name).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_by_table() {
        for (text, client) in [
            (r#"{"client": "Thunder Client", "requests": []}"#, Some(Client::Thunder)),
            (r#"{"clientName": "Thunder Client", "requests": []}"#, Some(Client::Thunder)),
            (r#"{"_id": "1", "colName": "Acme", "folders": [], "requests": []}"#, Some(Client::Thunder)),
            (r#"{"_id": "1", "colId": "2", "method": "POST", "sortNum": 1}"#, Some(Client::Thunder)),
            (r#"{"_type": "export", "__export_format": 4, "resources": []}"#, Some(Client::Insomnia)),
            ("type: collection.insomnia.rest/5.0\nname: Acme\n", Some(Client::Insomnia)),
            ("_type: export\n__export_format: 4\nresources: []\n", Some(Client::Insomnia)),
            (r#"{"name": "Acme", "version": "1", "items": [], "activeEnvironmentUid": null}"#, Some(Client::Bruno)),
            ("meta {\n  name: create\n}\n\npost {\n  url: https://h\n}\n", Some(Client::Bruno)),
            ("info:\n  name: x\nhttp:\n  method: POST\n  url: https://h\n", Some(Client::Bruno)),
            ("opencollection: 1.0.0\ninfo:\n  name: x\n", Some(Client::Bruno)),
            (r#"[{"v": 2, "name": "Acme", "folders": [], "requests": []}]"#, Some(Client::Hoppscotch)),
            (r#"{"v": 10, "name": "Acme", "folders": [], "requests": []}"#, Some(Client::Hoppscotch)),
            (r#"{"id": "1", "name": "Acme", "order": [], "requests": []}"#, Some(Client::PostmanVersion1)),
            (r#"{"version": 1, "collections": []}"#, Some(Client::PostmanVersion1)),
            (r#"{"openapi": "3.1.0", "info": {}, "paths": {}}"#, Some(Client::OpenApi)),
            ("info:\n  title: x\nswagger: '2.0'\npaths: {}\n", Some(Client::OpenApi)),
            ("openapi: 3.0.0\npaths:\n  /a: {post: {", Some(Client::OpenApi)),
            ("openapi: 3.0.0\nservers:\n", Some(Client::OpenApi)),
            (r#"{"_type": "export", "__export_format": 4, "reso"#, Some(Client::Insomnia)),
            (r#"{"client": "Acme", "requests": 3}"#, None),
            (r#"{"summary": "openapi"}"#, None),
            (r#"{"info": {}, "item": []}"#, None),
            ("info: started\nhttp: POST https://h/x 404\n", None),
            ("POST https://h/x\nA: b\n\n{}", None),
            ("", None),
        ] {
            assert_eq!(client_of(text), client, "{text}");
        }
    }
}
