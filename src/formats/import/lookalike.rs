//! Formats that are not read here, and would be taken for something else: each is known by name, with what to export in its place.

use serde_json::Value;

use crate::model::json_text;

/// What is parsed to see which program's JSON it is, in bytes.
const MAX_JSON: usize = 8 << 20;

/// What to do with the file of another client.
const AS_POSTMAN: &str = "Export it as a Postman collection (v2.1), or copy the request as cURL, and import that";

/// Why a text is refused, if it is of such a format.
pub(super) fn refusal(text: &str) -> Option<String> {
    let text = json_text::without_bom(text).trim_start();
    let (name, advice) = if text.starts_with(['{', '[']) { of_json(text)? } else { of_text(text)? };
    Some(format!("it is {name}, which is not read here. {advice}"))
}

fn of_json(text: &str) -> Option<(&'static str, &'static str)> {
    if text.len() > MAX_JSON {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    let first = value.get(0).unwrap_or(&value);
    let has = |name: &str| first.get(name).is_some();
    let text_of = |name: &str| first.get(name).and_then(Value::as_str).unwrap_or_default();
    let is_list = |name: &str| first.get(name).is_some_and(Value::is_array);
    if text_of("client") == "Thunder Client" || text_of("clientName") == "Thunder Client" {
        Some(("a Thunder Client collection", AS_POSTMAN))
    } else if has("colId") && has("method") && (has("sortNum") || has("containerId")) {
        Some(("a request of Thunder Client", AS_POSTMAN))
    } else if has("scheme") && has("protocolVersion") && has("host") && has("request") {
        Some(("a session of Charles", "Export it as HAR, and import that"))
    } else if (has("__export_format") || text_of("_type") == "export" && is_list("resources"))
        || text_of("type").starts_with("collection.insomnia")
    {
        Some(("an Insomnia export", AS_POSTMAN))
    } else if has("brunoConfig") || is_list("items") && (has("activeEnvironmentUid") || has("version") && has("environments")) {
        Some(("a Bruno collection", AS_POSTMAN))
    } else if is_list("folders") && is_list("requests") && has("v") {
        Some(("a Hoppscotch collection", AS_POSTMAN))
    } else if (is_list("requests") && is_list("order") || is_list("collections") && has("version")) && !has("info") {
        Some(("a Postman collection of version 1", "Export it as Collection v2.1, and import that"))
    } else if (has("openapi") || has("swagger")) && has("paths") {
        Some((
            "an OpenAPI description",
            "It lists operations and no requests. Import a request of yours, as a curl command or a HAR file",
        ))
    } else {
        None
    }
}

fn of_text(text: &str) -> Option<(&'static str, &'static str)> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = lines.next()?;
    let is_hurl = |line: &str| {
        const SECTIONS: [&str; 11] = [
            "[QueryStringParams]",
            "[Query]",
            "[FormParams]",
            "[Form]",
            "[MultipartFormData]",
            "[Multipart]",
            "[Cookies]",
            "[BasicAuth]",
            "[Captures]",
            "[Asserts]",
            "[Options]",
        ];
        SECTIONS.contains(&line) || line.strip_prefix("HTTP ").is_some_and(|status| status == "*" || is_status(status))
    };
    if first.starts_with("type: collection.insomnia") || first.starts_with("_type: export") {
        Some(("an Insomnia export", AS_POSTMAN))
    } else if text.contains("<jmeterTestPlan") {
        Some(("a test plan of JMeter", "Record the request as a HAR file, or copy it as a curl command, and import that"))
    } else if text.contains("soapui-project") {
        Some(("a project of SoapUI", "Copy the request from its raw view as HTTP, and import that"))
    } else if first == "meta {" {
        Some(("a request of Bruno", AS_POSTMAN))
    } else if first.starts_with("info:") && text.lines().any(|line| line == "http:") {
        Some(("a request of Bruno (OpenCollection)", AS_POSTMAN))
    } else if text.lines().take(400).any(|line| line.starts_with("openapi:") || line.starts_with("swagger:"))
        && text.lines().any(|line| line.starts_with("paths:"))
    {
        Some((
            "an OpenAPI description",
            "It lists operations and no requests. Import a request of yours, as a curl command or a HAR file",
        ))
    } else if super::http::is_request_line(first) && lines.any(is_hurl) {
        Some(("a Hurl file", "Run it with hurl --curl commands.txt, and import the commands"))
    } else {
        None
    }
}

fn is_status(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_by_table() {
        for (text, name) in [
            (r#"{"client": "Thunder Client", "requests": []}"#, Some("Thunder Client")),
            (r#"{"clientName": "Thunder Client", "requests": []}"#, Some("Thunder Client")),
            (r#"{"_type": "export", "__export_format": 4, "resources": []}"#, Some("Insomnia")),
            ("type: collection.insomnia.rest/5.0\nname: Acme\n", Some("Insomnia")),
            (r#"{"name": "Acme", "version": "1", "items": [], "activeEnvironmentUid": null}"#, Some("Bruno")),
            ("meta {\n  name: create\n}\n\npost {\n  url: https://h\n}\n", Some("Bruno")),
            (r#"[{"v": 2, "name": "Acme", "folders": [], "requests": []}]"#, Some("Hoppscotch")),
            (r#"{"v": 10, "name": "Acme", "folders": [], "requests": []}"#, Some("Hoppscotch")),
            (r#"{"id": "1", "name": "Acme", "order": [], "requests": []}"#, Some("version 1")),
            (r#"{"openapi": "3.1.0", "paths": {}}"#, Some("OpenAPI")),
            ("swagger: '2.0'\npaths:\n", Some("OpenAPI")),
            ("POST https://h/x\n[QueryStringParams]\na: b\nHTTP 200", Some("Hurl")),
            ("# create\nPOST https://h/x\n{}\n\nHTTP *\n[Asserts]\nstatus == 201", Some("Hurl")),
            ("GET https://h/x\n[Form]\na: b", Some("Hurl")),
            ("POST https://h/x\nA: b\n\n{}", None),
            ("POST https://h/x\n\n{}\n\nHTTP/1.1 200 OK\n", None),
            (r#"{"client": "Acme", "requests": 3}"#, None),
            (r#"{"summary": "openapi"}"#, None),
            ("", None),
        ] {
            let refused = refusal(text);
            assert_eq!(refused.is_some(), name.is_some(), "{text}");
            assert!(refused.is_none_or(|refused| refused.contains(name.unwrap_or_default())), "{text}");
        }
    }
}
