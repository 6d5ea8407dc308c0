//! Formats that are not read here, and would be taken for something else: each is known by name, with what to export in its place.

use serde_json::Value;

use crate::model::json_text;

/// What is parsed to see which program's JSON it is, in bytes.
const MAX_JSON: usize = 8 << 20;

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
    (has("scheme") && has("protocolVersion") && has("host") && has("request"))
        .then_some(("a session of Charles", "Export it as HAR, and import that"))
}

fn of_text(text: &str) -> Option<(&'static str, &'static str)> {
    if text.contains("<jmeterTestPlan") {
        Some(("a test plan of JMeter", "Record the request as a HAR file, or copy it as a curl command, and import that"))
    } else if text.contains("soapui-project") {
        Some(("a project of SoapUI", "Copy the request from its raw view as HTTP, and import that"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_by_table() {
        for (text, name) in [
            (r#"[{"scheme": "https", "protocolVersion": "HTTP/1.1", "host": "h", "request": {}}]"#, Some("Charles")),
            ("<?xml version=\"1.0\"?>\n<jmeterTestPlan version=\"1.2\">", Some("JMeter")),
            ("<con:soapui-project name=\"Acme\">", Some("SoapUI")),
            ("POST https://h/x\nA: b\n\n{}", None),
            (r#"{"scheme": "https"}"#, None),
            ("", None),
        ] {
            let refused = refusal(text);
            assert_eq!(refused.is_some(), name.is_some(), "{text}");
            assert!(refused.is_none_or(|refused| refused.contains(name.unwrap_or_default())), "{text}");
        }
    }
}
