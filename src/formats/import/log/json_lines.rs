//! Logs whose lines are JSON: nginx, Caddy, Serilog and whatever names method, address and status.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::super::answer;
use super::lines::MAX_REQUESTS;
use crate::model::request_record::NotRecorded;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// The requests that the lines of a text tell of, or the text as a whole. `None` if it is no such log.
pub(super) fn read(text: &str) -> Option<Vec<RequestSpec>> {
    let mut objects: Vec<Value> =
        text.lines().filter_map(|line| serde_json::from_str(line.trim()).ok()).filter(Value::is_object).collect();
    if objects.is_empty() {
        objects = text.lines().filter_map(members_of).collect();
    }
    let requests: Vec<RequestSpec> = objects.iter().filter_map(request).take(MAX_REQUESTS).collect();
    (!requests.is_empty()).then_some(requests)
}

/// Whether one of the first lines of a text is one of such a log, and all before it are JSON.
pub(crate) fn is_log(text: &str) -> bool {
    let lines = text.lines().take(20).map_while(|line| serde_json::from_str::<Value>(line.trim()).ok().filter(Value::is_object));
    lines.into_iter().any(|line| request(&line).is_some())
}

/// A member of a line as Heroku, Rails and many others write them: `method=POST path="/x" status=503`.
static MEMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?:^|\s)([A-Za-z_@][A-Za-z0-9_.@-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))"#).ok());

/// The members of such a line, as JSON.
fn members_of(line: &str) -> Option<Value> {
    if !line.contains("ethod=") && !line.contains("verb=") {
        return None;
    }
    let members: Map<String, Value> = MEMBER
        .as_ref()?
        .captures_iter(line)
        .filter_map(|found| {
            let name = found.get(1)?.as_str().replace("http.", "");
            let value = found.get(2).or_else(|| found.get(3))?.as_str();
            Some((name, Value::String(value.replace("\\\"", "\""))))
        })
        .collect();
    (members.len() > 2).then_some(Value::Object(members))
}

/// Whether one of the first lines of a text is a line of such members that tells of a request.
pub(crate) fn has_members(text: &str) -> bool {
    text.lines().take(20).filter_map(members_of).any(|line| request(&line).is_some())
}

/// The request of a line: it names a method and an address, and says that it is a line of a log by a status, a time or a level.
fn request(line: &Value) -> Option<RequestSpec> {
    // The details of a run have parts for both sides.
    let is_run = super::run::holds_request(line)
        || line.get("inputs").is_some()
        || line.get("request").is_some() && line.get("response").is_some();
    if is_run {
        return None;
    }
    let mut found = Members::default();
    found.gather(line.as_object()?, 0);
    let method = found.text(&["method", "request_method", "requestmethod", "httpmethod", "http_method", "verb"])?.to_uppercase();
    let is_method = matches!(method.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS");
    let target =
        found.text(&["request_uri", "requesturi", "requestpath", "uri", "url", "path", "target", "request_url", "requesturl"])?;
    let is_log = found.has(&[
        "status",
        "statuscode",
        "status_code",
        "level",
        "@l",
        "@t",
        "time",
        "timestamp",
        "ts",
        "@timestamp",
        "duration",
    ]);
    let is_address = target.contains("://") || target.starts_with('/');
    if !(is_method && is_address && is_log) {
        return None;
    }
    let host = found.text(&["host", "http_host", "requesthost", "server_name", "vhost"]);
    let protocol = found.text(&["protocol"]).filter(|protocol| matches!(protocol.as_str(), "http" | "https"));
    let scheme = found.text(&["scheme", "requestscheme"]).or(protocol);
    let query = found.text(&["query_string", "querystring", "args"]).filter(|_| !target.contains('?')).unwrap_or_default();
    let query = if query.is_empty() { query } else { format!("?{}", query.trim_start_matches('?')) };
    let is_whole = target.contains("://");
    let url = match (is_whole, &host) {
        (true, _) => format!("{target}{query}"),
        (false, Some(host)) => format!("{}://{host}{target}{query}", scheme.as_deref().unwrap_or("https")),
        (false, None) => format!("https://{{{{host}}}}{target}{query}"),
    };
    let body = found.text(&["request_body", "requestbody"]).map_or(SpecBody::None, SpecBody::Text);
    let status = found.number(&["status", "statuscode", "status_code", "response_status", "responsestatus", "downstreamstatus"]);
    let body_of_answer = found.text(&["response_body", "responsebody"]).unwrap_or_default();
    let outcome = status.map(|status| answer::logged(status, body_of_answer));
    let not_recorded = NotRecorded {
        scheme: !is_whole && scheme.is_none(),
        host: !is_whole && host.is_none(),
        port: !is_whole && host.is_none(),
        headers: true,
        body: body == SpecBody::None,
        file_bytes: true,
        ..NotRecorded::default()
    };
    Some(RequestSpec { method, url, body, not_recorded, outcome, ..RequestSpec::default() })
}

/// The members of a line and of the objects in it, by their names in lower case. What stands further out counts first.
#[derive(Default)]
struct Members<'a> {
    found: Vec<(String, &'a Value)>,
}

impl<'a> Members<'a> {
    fn gather(&mut self, members: &'a Map<String, Value>, depth: usize) {
        // The headers of request and answer have members of the same names.
        let is_headers = |name: &str| name.to_ascii_lowercase().contains("header");
        self.found.extend(
            members.iter().filter(|(_, value)| !value.is_object()).map(|(name, value)| (name.to_ascii_lowercase(), value)),
        );
        for (_, member) in members.iter().filter(|(name, _)| depth < 4 && !is_headers(name)) {
            if let Value::Object(inner) = member {
                self.gather(inner, depth + 1);
            }
        }
    }

    fn get(&self, names: &[&str]) -> Option<&'a Value> {
        names.iter().find_map(|name| self.found.iter().find(|(known, _)| known == name)).map(|(_, value)| *value)
    }

    fn has(&self, names: &[&str]) -> bool {
        self.get(names).is_some()
    }

    fn text(&self, names: &[&str]) -> Option<String> {
        self.get(names)?.as_str().filter(|text| !text.is_empty() && *text != "-").map(str::to_owned)
    }

    fn number(&self, names: &[&str]) -> Option<u16> {
        let value = self.get(names)?;
        let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
        u16::try_from(number).ok().filter(|status| (100..600).contains(status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_by_table() {
        for (text, expected) in [
            (
                r#"{"time": "x", "request_method": "POST", "host": "h", "request_uri": "/api/x?k=1", "status": "404"}"#,
                "POST https://h/api/x?k=1 404",
            ),
            (
                r#"{"level": "error", "request": {"method": "POST", "host": "h", "uri": "/api/x", "headers": {"Method": ["x"]}}, "status": 400}"#,
                "POST https://h/api/x 400",
            ),
            (
                r#"{"@t": "x", "RequestMethod": "POST", "RequestPath": "/api/x", "StatusCode": 413}"#,
                "POST https://{{host}}/api/x 413",
            ),
            (
                r#"{"Level": "Information", "Properties": {"HttpMethod": "POST", "Uri": "https://h/api/x", "StatusCode": 400}}"#,
                "POST https://h/api/x 400",
            ),
            (
                "{\"ts\": 1, \"method\": \"PUT\", \"url\": \"https://h/a\", \"status\": 200}\n{\"ts\": 2, \"method\": \"POST\", \"url\": \"https://h/b\", \"status\": 400}",
                "PUT https://h/a 200, POST https://h/b 400",
            ),
            (r#"{"summary": "x", "url": "https://h/x"}"#, ""),
            (r#"{"method": "POST", "url": "https://h/x"}"#, ""),
            (
                "2026-05-04 heroku[router]: at=error code=H12 method=POST path=\"/api/x?k=1\" host=h dyno=web.1 status=503 protocol=https",
                "POST https://h/api/x?k=1 503",
            ),
            ("method=POST path=/api/x format=json status=403 duration=3", "POST https://{{host}}/api/x 403"),
            ("time=x level=info msg=\"a b\" http.method=POST http.url=https://h/x http.status=400", "POST https://h/x 400"),
            ("POST /x", ""),
        ] {
            let one = |request: &RequestSpec| {
                format!("{} {} {}", request.method, request.url, request.answer().map_or(0, |answer| answer.status))
            };
            let told: Vec<String> = read(text).unwrap_or_default().iter().map(one).collect();
            assert_eq!(told.join(", "), expected, "{text}");
        }
    }
}
