//! Workflows of n8n, Make, Jira Automation, Power Automate and their like, tests written as YAML, and the exports of clients that
//! nobody else reads here: what they have in common is an object with an address and a method somewhere in them.

use serde_json::Value;

use super::json::{is_on, member, pairs, text_of};
use super::sheet::{Sheet, set_type};
use super::yaml;
use crate::formats::import::error::ImportError;
use crate::formats::import::variables::Variables;
use crate::formats::import::{answer, failure};
use crate::model::exchange::Outcome;
use crate::model::imported::{Imported, Severity};
use crate::model::request_spec::{RequestSpec, SpecBody};

/// How deep objects may stand in each other.
const MAX_DEPTH: usize = 40;
const ADDRESSES: [&str; 6] = ["url", "uri", "endpoint", "ApiEndpoint", "address", "path"];
const METHODS: [&str; 6] = ["method", "http_method", "httpMethod", "requestMethod", "Method", "action"];
const VERBS: [&str; 5] = ["POST", "PUT", "PATCH", "GET", "DELETE"];
const HEADERS: [&str; 4] = ["headers", "Headers", "headerParameters", "headerParametersUi"];
const QUERIES: [&str; 8] =
    ["qs", "queries", "params", "queryParameters", "queryParametersUi", "QueryParameters", "query", "urlParameters"];
const BODIES: [&str; 12] = [
    "jsonBody",
    "bodyParametersJson",
    "customBody",
    "RequestBody",
    "body",
    "json",
    "payload",
    "data",
    "bodyParameters",
    "bodyParametersUi",
    "text",
    "content",
];

const LOGIC_APPS: &str = "Power Automate or Azure Logic Apps";

/// Whose workflow a value is.
pub(in crate::formats::import) fn product_of(value: &Value) -> Option<&'static str> {
    let first = value.get(0).unwrap_or(value);
    let has = |name: &str| first.get(name).is_some();
    let entry = |name: &str| first.get(name).and_then(|list| list.get(0)).unwrap_or(&Value::Null);
    let begins = |value: &Value, name: &str, start: &str| member(value, name).is_some_and(|text| text.starts_with(start));
    let any = |name: &str, test: &dyn Fn(&Value) -> bool| {
        first.get(name).and_then(Value::as_array).is_some_and(|list| list.iter().any(test))
    };
    let is_n8n = |node: &Value| begins(node, "type", "n8n-nodes-") || begins(node, "type", "@n8n/");
    let is_logic = |value: &Value| {
        member(value, "$schema").is_some_and(|schema| schema.contains("Microsoft.Logic") || schema.contains("workflowdefinition"))
    };
    let is_node_red = |node: &Value| node.get("wires").is_some() && node.get("type").is_some();
    Some(if any("nodes", &is_n8n) || is_n8n(first) {
        "n8n"
    } else if any("flow", &|step| step.get("module").is_some()) {
        "Make"
    } else if any("rules", &|rule| rule.get("trigger").is_some() || rule.get("components").is_some())
        || begins(entry("components"), "type", "jira.")
        || begins(first, "type", "jira.issue.outgoing.webhook")
    {
        "Jira Automation"
    } else if has("zaps") {
        "Zapier"
    } else if first.pointer("/definition").is_some_and(is_logic)
        || first.pointer("/properties/definition").is_some_and(is_logic)
        || is_logic(first)
    {
        LOGIC_APPS
    } else if value.as_array().is_some_and(|nodes| nodes.iter().any(is_node_red)) {
        "Node-RED"
    } else if any("agents", &|agent| begins(agent, "type", "Agents::")) {
        "Tines"
    } else if first.pointer("/code/provider").is_some() && first.pointer("/code/name").is_some() {
        "Workato"
    } else if has("StartAt") && has("States") {
        "AWS Step Functions"
    } else if first.pointer("/webhook/endpoint").is_some() {
        "Zendesk"
    } else if any("steps", &|step| step.get("namespace").is_some()) {
        "Pipedream"
    } else if has("yaakVersion") || has("yaakSchema") {
        "Yaak"
    } else if begins(first, "exportedFrom", "Restfox") {
        "Restfox"
    } else if has("test_name") && has("stages") {
        "Tavern"
    } else if any("tasks", &|task| task.get("uri").is_some() || task.get("ansible.builtin.uri").is_some())
        || ["uri", "ansible.builtin.uri"].iter().any(|name| first.get(*name).is_some_and(|uri| uri.get("url").is_some()))
    {
        "Ansible"
    } else if first.pointer("/config/target").is_some() && has("scenarios") {
        "Artillery"
    } else if has("tests") && has("version") && has("name") && first.get("tests").is_some_and(holds_steps) {
        "Step CI"
    } else {
        return None;
    })
}

fn holds_steps(tests: &Value) -> bool {
    tests.as_object().is_some_and(|tests| tests.values().any(|test| test.get("steps").is_some()))
}

/// The requests of a workflow.
///
/// # Errors
/// When it is neither JSON nor YAML, or no step of it sends a request to an address.
pub(in crate::formats::import) fn read(text: &str, environment: &Variables) -> Result<Imported, ImportError> {
    let mut value = yaml::parse(text)?;
    let product = product_of(&value).unwrap_or("another program");
    if product == LOGIC_APPS {
        name_expressions(&mut value, 0);
    }
    let base = value.pointer("/config/target").or_else(|| value.get(0)?.pointer("/config/target"));
    let mut reader = Reader { sheet: Sheet::new([], environment), count: 0, base: text_of(base), has_expressions: false };
    reader.walk(&value, "", "", 0);
    if reader.count == 0 {
        return Err(ImportError::new(format!(
            "it is a workflow of {product}, and no step of it sends a request to an address. Copy the step that does, or send its \
             request as a curl command"
        )));
    }
    let said = format!("This was read from a workflow of {product}, as far as its steps name address, method, headers and body");
    reader.sheet.note(Severity::Taken, "", &said);
    if reader.has_expressions {
        let said = "Some values are expressions, which the workflow fills in when it runs. Its history shows what was sent";
        reader.sheet.note(Severity::Taken, "", said);
    }
    let mut imported = reader.sheet.end(&[]);
    if let [only] = imported.requests.as_mut_slice() {
        only.outcome = of_run(text);
    }
    Ok(imported)
}

/// What came of the last task that Ansible ran, as it is printed behind `=>`: the module `uri` tells status, body and message.
fn of_run(text: &str) -> Option<Outcome> {
    let result = text.lines().filter(|line| yaml::is_of_run(line)).filter_map(|line| line.split_once(" => ")).next_back()?.1;
    let told: Value = serde_json::from_str(result.trim()).ok()?;
    let status = told.get("status")?.as_i64()?;
    match u16::try_from(status).ok().filter(|status| (100..600).contains(status)) {
        Some(status) => {
            let body = told.get("content").and_then(Value::as_str).map(str::to_owned);
            let body = body.or_else(|| told.get("json").map(Value::to_string));
            Some(answer::logged(status, body.unwrap_or_default()))
        }
        // Without an answer the module gives -1.
        None => told.get("msg").and_then(Value::as_str).map(failure::certain),
    }
}

struct Reader {
    sheet: Sheet,
    count: usize,
    /// What stands before an address that is a path alone.
    base: String,
    has_expressions: bool,
}

impl Reader {
    fn walk(&mut self, value: &Value, key: &str, label: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match value {
            Value::Array(list) => list.iter().for_each(|inner| self.walk(inner, key, label, depth + 1)),
            Value::Object(members) => {
                // What came of a run says nothing of what the workflow sends.
                let name = ["name", "displayName", "title"].iter().find_map(|name| member(value, name)).unwrap_or(label);
                if self.request(value, key, name) {
                    return;
                }
                let inner =
                    members.iter().filter(|(name, _)| !matches!(name.as_str(), "pinData" | "metadata" | "restore" | "trigger"));
                inner.for_each(|(name, member)| self.walk(member, name, label_of(label, value), depth + 1));
            }
            _ => {}
        }
    }

    /// Takes an object over that says where a request goes; `false` where it does not.
    fn request(&mut self, step: &Value, key: &str, label: &str) -> bool {
        let address = |name: &&str| member(step, name).map(plain).filter(|url| self.is_address(url));
        let Some(raw) = ADDRESSES.iter().find_map(address) else { return false };
        let verb = |text: &str| VERBS.iter().copied().find(|verb| verb.eq_ignore_ascii_case(text));
        let method = METHODS.iter().find_map(|name| member(step, name).and_then(verb)).or_else(|| verb(key));
        let url = if raw.starts_with('/') { format!("{}{raw}", self.base.trim_end_matches('/')) } else { raw };
        let url = self.sheet.url(&url, &[], "https");
        let query = QUERIES.iter().flat_map(|name| named(step.get(*name)));
        let mut request = RequestSpec {
            label: label.to_owned(),
            method: method.unwrap_or("GET").to_owned(),
            url: self.sheet.with_query(&url, query.collect::<Vec<_>>()),
            headers: self.sheet.headers(HEADERS.iter().flat_map(|name| named(step.get(*name))).collect(), &[]),
            ..RequestSpec::default()
        };
        request.not_recorded.method = method.is_none();
        self.body(&mut request, step);
        if request.body == SpecBody::None && member(step, "type") == Some("http request") && step.get("wires").is_some() {
            // Node-RED sends what the message holds that comes to the step.
            let unknown = &mut request.not_recorded;
            (unknown.body, unknown.file_bytes, unknown.headers) = (true, true, true);
            self.sheet.note(
                Severity::Lost,
                label,
                "its body and headers come with the message of another step, and were not read",
            );
        }
        let is_open = |text: &str| ["{{", "@{", "@trigger", "#{", "<<", "={{"].iter().any(|sign| text.contains(sign));
        let body = if let SpecBody::Text(body) = &request.body { body.as_str() } else { "" };
        let has_expressions = is_open(&request.url) || is_open(body) || request.headers.iter().any(|(_, value)| is_open(value));
        request.not_recorded.variables |= has_expressions;
        self.has_expressions |= has_expressions;
        self.count += 1;
        self.sheet.push(request);
        true
    }

    fn is_address(&self, text: &str) -> bool {
        let is_url = text.starts_with("http://") || text.starts_with("https://") || text.starts_with("{{");
        // Spaces stand in expressions alone.
        let is_bare = !text.contains(char::is_whitespace) || text.contains("{{") || text.contains("@{");
        is_bare && is_url || text.starts_with('/') && text.len() > 1 && !self.base.is_empty()
    }

    fn body(&mut self, request: &mut RequestSpec, step: &Value) {
        let Some(content) = BODIES.iter().find_map(|name| step.get(*name).filter(|content| !is_nothing(content))) else {
            return;
        };
        let (text, is_json) = match content {
            Value::String(text) => (plain(text), false),
            other => match list_of(other) {
                Some(fields) => (object(named(Some(fields))).to_string(), true),
                None => match member(other, "text") {
                    // Yaak names the body's type beside it.
                    Some(text) if other.get("mimeType").is_some() || step.get("bodyType").is_some() => (text.to_owned(), false),
                    _ => (other.to_string(), true),
                },
            },
        };
        request.body = self.sheet.text(&text);
        let kind = ["contentType", "rawContentType", "mimeType"]
            .iter()
            .find_map(|name| member(step, name).or_else(|| member(content, name)));
        match kind.filter(|kind| kind.contains('/')) {
            Some(kind) => set_type(request, kind),
            None if is_json || serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok() => {
                set_type(request, "application/json");
            }
            None => {}
        }
    }
}

/// Writes the expressions of Logic Apps, `@parameters('key')` and `@{triggerBody()?['title']}`, as the placeholders that they are.
fn name_expressions(value: &mut Value, depth: usize) {
    match value {
        _ if depth > MAX_DEPTH => {}
        Value::Object(members) => members.values_mut().for_each(|member| name_expressions(member, depth + 1)),
        Value::Array(list) => list.iter_mut().for_each(|item| name_expressions(item, depth + 1)),
        Value::String(text) => *text = with_named_expressions(text),
        _ => {}
    }
}

fn with_named_expressions(text: &str) -> String {
    if let Some(expression) =
        text.strip_prefix('@').filter(|rest| rest.starts_with(char::is_alphabetic) && rest.ends_with([')', ']']))
    {
        return placeholder(expression);
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("@{") {
        let Some((expression, after)) = behind.split_once('}') else { break };
        // A second sign means the sign itself.
        if before.ends_with('@') {
            out.push_str(&format!("{before}@{{{expression}}}"));
        } else {
            out.push_str(before);
            out.push_str(&placeholder(expression));
        }
        rest = after;
    }
    out + rest
}

/// A placeholder by the last name in an expression.
fn placeholder(expression: &str) -> String {
    let quoted = expression.rsplit('\'').nth(1).filter(|name| !name.is_empty());
    let called = expression.split(['(', ')', '?', '.']).next().unwrap_or(expression);
    format!("{{{{{}}}}}", quoted.unwrap_or(called).trim())
}

fn label_of<'a>(label: &'a str, value: &'a Value) -> &'a str {
    member(value, "name").or_else(|| member(value, "displayName")).unwrap_or(label)
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// n8n writes a sign before a text that holds expressions.
fn plain(text: &str) -> String {
    text.strip_prefix('=').unwrap_or(text).trim().to_owned()
}

/// The list of names and values that an object wraps.
fn list_of(value: &Value) -> Option<&Value> {
    ["parameters", "parameter"].iter().find_map(|name| value.get(*name)).filter(|list| list.is_array())
}

/// Names and values: a list of pairs, in an object or not, or the object itself.
fn named(value: Option<&Value>) -> Variables {
    let Some(value) = value else { return Vec::new() };
    if let Some(list) = list_of(value) {
        return named(Some(list));
    }
    match value {
        Value::Array(list) => {
            let one = |entry: &Value| {
                if !is_on(entry) {
                    return None;
                }
                let name = member(entry, "name").or_else(|| member(entry, "key"))?;
                let value = entry.get("value").map(|value| value.get("keyOrValue").unwrap_or(value));
                Some((name.to_owned(), plain(&text_of(value))))
            };
            list.iter().filter_map(one).collect()
        }
        Value::Object(_) => pairs(Some(value), &[]).into_iter().map(|(name, value)| (name, plain(&value))).collect(),
        _ => Vec::new(),
    }
}

fn object(fields: Variables) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name, Value::String(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://h/x?apiKey=k";

    #[test]
    fn expressions_by_table() {
        for (text, expected) in [
            ("@parameters('ccKey')", "{{ccKey}}"),
            ("@triggerBody()?['title']", "{{title}}"),
            ("at @{utcNow()} by @{variables('who')}", "at {{utcNow}} by {{who}}"),
            ("me@example.com", "me@example.com"),
            ("@someone", "@someone"),
            ("@@{x}", "@@{x}"),
            ("@{x", "@{x"),
        ] {
            assert_eq!(with_named_expressions(text), expected, "{text}");
        }
    }

    #[test]
    fn workflows_by_table() {
        for (product, text) in [
            (
                "n8n",
                r#"{"nodes": [{"parameters": {"method": "POST", "url": "URL", "jsonBody": "{\"a\":1}"}, "name": "n", "type": "n8n-nodes-base.httpRequest"}], "connections": {}}"#,
            ),
            (
                "n8n",
                r#"[{"parameters": {"requestMethod": "POST", "url": "=URL", "bodyParametersJson": "={\"a\":1}"}, "type": "n8n-nodes-base.httpRequest"}]"#,
            ),
            (
                "Make",
                r#"{"name": "m", "flow": [{"id": 1, "module": "gateway:CustomWebHook", "mapper": {}}, {"id": 2, "module": "http:ActionSendData", "mapper": {"url": "URL", "method": "post", "data": "{\"a\":1}"}}]}"#,
            ),
            (
                "Jira Automation",
                r#"{"rules": [{"trigger": {}, "components": [{"type": "jira.issue.outgoing.webhook", "value": {"url": "URL", "method": "POST", "customBody": "{\"a\":1}", "headers": [{"name": "A", "value": {"keyOrValue": "b"}}]}}]}]}"#,
            ),
            (
                "Zapier",
                r#"{"zaps": [{"nodes": {"1": {"action": "post", "params": {"url": "URL", "data": {"a": 1}, "method": "POST"}}}}]}"#,
            ),
            (
                "Power Automate or Azure Logic Apps",
                r#"{"properties": {"definition": {"$schema": "https://schema.management.azure.com/schemas/Microsoft.Logic.json", "actions": {"HTTP": {"type": "Http", "inputs": {"method": "POST", "uri": "URL", "body": {"a": 1}}}}}}}"#,
            ),
            (
                "Node-RED",
                r#"[{"id": "a", "type": "inject", "wires": []}, {"id": "b", "type": "http request", "method": "POST", "url": "URL", "payload": "{\"a\":1}", "wires": [[]]}]"#,
            ),
            (
                "Tines",
                r#"{"agents": [{"type": "Agents::HTTPRequestAgent", "options": {"url": "URL", "method": "post", "payload": {"a": 1}}}]}"#,
            ),
            (
                "AWS Step Functions",
                r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Parameters": {"ApiEndpoint": "URL", "Method": "POST", "RequestBody": {"a": 1}}}}}"#,
            ),
            (
                "Tavern",
                "test_name: t\nstages:\n  - name: s\n    request:\n      url: URL\n      method: POST\n      json:\n        a: 1\n",
            ),
            (
                "Ansible",
                "- hosts: all\n  tasks:\n    - name: t\n      uri:\n        url: URL\n        method: POST\n        body:\n          a: 1\n",
            ),
            (
                "Artillery",
                "config:\n  target: https://h\nscenarios:\n  - flow:\n      - post:\n          url: /x?apiKey=k\n          json:\n            a: 1\n",
            ),
            (
                "Step CI",
                "version: '1.1'\nname: n\ntests:\n  t:\n    steps:\n      - http:\n          url: URL\n          method: POST\n          json:\n            a: 1\n",
            ),
        ] {
            let text = text.replace("URL", URL);
            assert_eq!(product_of(&yaml::parse(&text).unwrap()), Some(product), "{text}");
            let imported = read(&text, &Vec::new()).unwrap();
            let [only] = imported.requests.as_slice() else { panic!("{text}: {:?}", imported.requests) };
            assert_eq!((only.method.as_str(), only.url.as_str()), ("POST", URL), "{text}");
            assert_eq!(only.body, SpecBody::Text("{\"a\":1}".into()), "{text}");
            assert_eq!(only.header("content-type"), Some("application/json"), "{text}");
        }
    }

    #[test]
    fn expressions_stay_open() {
        let text = r#"[{"parameters": {"method": "POST", "url": "=https://h/{{ $json.p }}", "sendBody": true,
            "bodyParameters": {"parameters": [{"name": "a", "value": "={{ $json.a }}"}]}}, "type": "n8n-nodes-base.httpRequest"}]"#;
        let imported = read(text, &Vec::new());
        let imported = imported.map_err(|error| error.to_string());
        // An address with a space in an expression is one all the same.
        let request = &imported.unwrap().requests[0];
        assert!(request.not_recorded.variables);
    }

    #[test]
    fn a_workflow_without_a_request_is_refused_by_name() {
        let text = r#"{"nodes": [{"parameters": {}, "type": "n8n-nodes-base.manualTrigger"}], "connections": {}}"#;
        assert!(read(text, &Vec::new()).unwrap_err().to_string().contains("n8n"));
        for text in [r#"{"nodes": [1]}"#, r#"{"flow": "x"}"#, r#"{"titel": "x", "rules": []}"#, "[]", "{}", r#"[{"a": 1}]"#] {
            assert_eq!(product_of(&serde_json::from_str(text).unwrap()), None, "{text}");
        }
    }
}
