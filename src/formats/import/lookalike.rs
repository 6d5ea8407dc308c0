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
    Some(if has("asyncapi") {
        ("an AsyncAPI description", ASYNC)
    } else if has("apidogProject") {
        ("a project of Apidog", "Export it as a Postman collection or as OpenAPI, and import that")
    } else if first.get("$schema").and_then(Value::as_str).is_some_and(|schema| schema.contains("kreya.app")) {
        ("an operation of Kreya", "Copy its request as a curl command, and import that")
    } else if value.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("ARC#")) {
        ("an export of Advanced REST Client", "Copy its request as a curl command, and import that")
    } else if is_stub(first) || first.pointer("/mappings/0").is_some_and(is_stub) {
        ("a stub mapping of WireMock", STUB)
    } else if first.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("discovery#")) {
        ("a Google API discovery document", DESCRIBES)
    } else {
        return None;
    })
}

/// Whether a value says which requests a mock server answers, and with what: patterns stand in the place of a request.
fn is_stub(value: &Value) -> bool {
    const PATTERNS: [&str; 5] = ["urlPathPattern", "urlPattern", "urlPathTemplate", "urlPath", "bodyPatterns"];
    value.get("response").is_some()
        && value.get("request").is_some_and(|request| PATTERNS.iter().any(|pattern| request.get(*pattern).is_some()))
}

const STUB: &str = "It holds patterns and made-up responses, and no request that was sent. Import what the mock server recorded (its \
    request journal, GET /__admin/requests, holds each request), or copy the request as a curl command";
const ASYNC: &str =
    "It describes messages, and no request of HTTP. Copy the request as a curl command or a HAR file, and import that";
const DESCRIBES: &str = "Convert it to OpenAPI, or copy the request as a curl command, and import that";
const TEST: &str = "Run it, and import its log, or copy the request as a curl command or a HAR file";

fn of_text(text: &str) -> Option<(&'static str, &'static str)> {
    if text.contains("<jmeterTestPlan") {
        Some(("a test plan of JMeter", "Record the request as a HAR file, or copy it as a curl command, and import that"))
    } else if text.contains("soapui-project") {
        Some(("a project of SoapUI", "Copy the request from its raw view as HTTP, and import that"))
    } else if text.contains("<WebServiceRequestEntity") {
        Some(("a request of Katalon", TEST))
    } else if text.contains("schemas.xmlsoap.org/wsdl") {
        Some(("a WSDL description", "Copy the request from a client's raw view as HTTP, and import that"))
    } else if text.contains("wadl.dev.java.net") {
        Some(("a WADL description", DESCRIBES))
    } else {
        of_plain_text(text)
    }
}

fn of_plain_text(text: &str) -> Option<(&'static str, &'static str)> {
    let begins_line = |words: &[&str]| text.lines().any(|line| words.iter().any(|word| line.trim_start().starts_with(word)));
    if text.starts_with("#%RAML") {
        Some(("a RAML description", DESCRIBES))
    } else if text.starts_with("FORMAT: 1A") {
        Some(("an API Blueprint", DESCRIBES))
    } else if text.lines().any(|line| line.starts_with("asyncapi:")) {
        Some(("an AsyncAPI description", ASYNC))
    } else if text.lines().any(|line| line.starts_with("arazzo:")) {
        Some(("an Arazzo description", DESCRIBES))
    } else if begins_line(&FEATURES) && begins_line(&SCENARIOS) {
        Some(("a feature of Karate or Cucumber", TEST))
    } else if ["*** Test Cases ***", "*** Settings ***", "*** Keywords ***", "*** Tasks ***"]
        .iter()
        .any(|part| text.contains(part))
    {
        Some(("a suite of Robot Framework", TEST))
    } else if text.contains("extends Simulation") {
        Some(("a simulation of Gatling", TEST))
    } else if begins_line(&["from locust import", "import locust"]) {
        Some(("a load test of Locust", TEST))
    } else if text.contains("web_custom_request(") || text.contains("web_submit_data(") {
        Some(("a script of LoadRunner", TEST))
    } else {
        None
    }
}

/// What a feature begins with in Gherkin, in the languages in which it is written most.
const FEATURES: [&str; 9] = [
    "Feature:",
    "Funktion:",
    "Funktionalit\u{e4}t:",
    "Fonctionnalit\u{e9}:",
    "Caracter\u{ed}stica:",
    "Funcionalidade:",
    "Funzionalit\u{e0}:",
    "Functionaliteit:",
    "Egenskap:",
];
/// What its scenarios begin with.
const SCENARIOS: [&str; 12] = [
    "Scenario:",
    "Scenario Outline:",
    "Background:",
    "Szenario:",
    "Szenariogrundriss:",
    "Grundlage:",
    "Sc\u{e9}nario:",
    "Escenario:",
    "Cen\u{e1}rio:",
    "Rule:",
    "Example:",
    "* url ",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_by_table() {
        for (text, name) in [
            ("<?xml version=\"1.0\"?>\n<jmeterTestPlan version=\"1.2\">", Some("JMeter")),
            ("<con:soapui-project name=\"Acme\">", Some("SoapUI")),
            ("#%RAML 1.0\ntitle: x\nbaseUri: https://h\n", Some("RAML")),
            ("asyncapi: 2.6.0\nservers:\n  a:\n    url: https://h\n", Some("AsyncAPI")),
            (r#"{"kind": "ARC#Export", "requests": []}"#, Some("Advanced REST Client")),
            (r#"{"asyncapi": "3.0.0", "channels": {}}"#, Some("AsyncAPI")),
            ("Feature: a\n\nScenario: b\n  Given url 'https://h'\n", Some("Karate")),
            ("# language: de\nFunktion: a\n  Szenario: b\n    Angenommen url 'https://h'\n", Some("Karate")),
            ("@smoke\nFeature: a\n  Background:\n    * url 'https://h'\n", Some("Karate")),
            ("FORMAT: 1A\nHOST: https://h\n", Some("API Blueprint")),
            ("<wsdl:definitions xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\">", Some("WSDL")),
            ("*** Settings ***\nLibrary  RequestsLibrary\n", Some("Robot")),
            ("class A extends Simulation { val h = http.baseUrl(\"https://h\") }", Some("Gatling")),
            ("2026-05-01 INFO Feature: export is on, POST https://h/x 404", None),
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
