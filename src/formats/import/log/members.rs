//! The members of a record of a log, however deep they stand and however they are written.

use serde_json::{Map, Value};

use super::super::collection::json::text_of;
use super::own_answer;

const TARGETS: [&str; 16] = [
    "originalrequesturiwithargs",
    "requesturi",
    "clientrequesturi",
    "requestpath",
    "uri",
    "url.full",
    "url.original",
    "url",
    "path",
    "target",
    "requesturl",
    "httpurl",
    "fullurl",
    "request",
    "reqpath",
    // Application Insights has the address of a call there.
    "data",
];
const HOSTS: [&str; 12] = [
    "host",
    "httphost",
    "requesthost",
    "authority",
    "clientrequesthost",
    "originalhost",
    "url.domain",
    "vhost",
    "virtualhost",
    "servername",
    "domainname",
    "reqhost",
];
/// Method and target where a record keeps the whole line of a request.
pub(super) fn request_line(text: &str) -> Option<(&str, &str)> {
    let mut words = text.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_line = version.starts_with("HTTP/") && words.next().is_none() && method.bytes().all(|byte| byte.is_ascii_uppercase());
    is_line.then_some((method, target))
}

/// Whether an object tells of a body, and is not one: Elastic's schema has its text and its size in it.
fn is_size_of_body(members: &Map<String, Value>) -> bool {
    members.keys().all(|name| matches!(name.as_str(), "bytes" | "content" | "size" | "length"))
}

/// The attributes of a span, as OpenTelemetry writes them (`{"key": "url.full", "value": {"stringValue": "…"}}`), or Jaeger (`"value": "…"`).
fn attributes(member: &Value) -> impl Iterator<Item = (&str, &Value)> {
    member.as_array().into_iter().flatten().filter_map(|entry| {
        let (name, value) = (entry.get("key")?.as_str()?, entry.get("value")?);
        let inner = match value {
            Value::Object(typed) => {
                typed.iter().find(|(kind, _)| kind.ends_with("Value") && typed.len() == 1).map(|(_, inner)| inner)?
            }
            value => value,
        };
        Some((name, inner)).filter(|(_, inner)| !inner.is_object() && !inner.is_array())
    })
}

/// The members of a line and of the objects in it, each by its path in lower case without `_` and `-`. What stands further out counts
/// first.
#[derive(Default)]
pub(super) struct Members<'a> {
    found: Vec<(String, &'a Value)>,
}

impl<'a> Members<'a> {
    pub(super) fn gather(&mut self, members: &'a Map<String, Value>, path: &str, depth: usize) {
        let plain = |name: &str| name.chars().filter(|c| !matches!(c, '_' | '-')).collect::<String>().to_ascii_lowercase();
        let path_of = |name: &str| if path.is_empty() { plain(name) } else { format!("{path}.{}", plain(name)) };
        self.found.extend(members.iter().map(|(name, value)| (path_of(name), value)));
        // The headers of request and answer have members of the same names, and payloads have any.
        let is_inside = |name: &str, inner: &Map<String, Value>| {
            let name = name.to_ascii_lowercase();
            let is_body = name.contains("body") || name.contains("payload");
            !name.contains("header") && (!is_body || is_size_of_body(inner))
        };
        for member in members.values() {
            self.found.extend(attributes(member).map(|(name, value)| (path_of(name), value)));
        }
        for (name, member) in members.iter().filter(|_| depth < 4) {
            if let Value::Object(inner) = member
                && is_inside(name, inner)
            {
                self.gather(inner, &path_of(name), depth + 1);
            }
        }
    }

    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &'a Value> {
        let is_it = move |path: &str| path.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'));
        self.found.iter().filter(move |(path, _)| is_it(path)).map(|(_, value)| *value)
    }

    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.all(name).any(|value| !value.is_object()))
    }

    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        let texts = names.iter().flat_map(|name| self.all(name)).filter_map(Value::as_str);
        texts.filter(|text| !text.is_empty() && *text != "-").map(str::to_owned).next()
    }

    pub(super) fn number(&self, names: &[&str]) -> Option<u16> {
        let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
        let numbers = names.iter().flat_map(|name| self.all(name)).filter_map(number);
        numbers.filter_map(|number| u16::try_from(number).ok()).find(|status| (100..600).contains(status))
    }

    pub(super) fn host(&self) -> Option<String> {
        let of_headers =
            || self.headers(true).into_iter().find(|(name, _)| name.eq_ignore_ascii_case("host")).map(|(_, host)| host);
        // The name of the machine that writes the log is that of the host where nothing else is.
        self.text(&HOSTS).or_else(of_headers).or_else(|| self.text(&["hostname"]))
    }

    pub(super) fn scheme(&self) -> Option<String> {
        let scheme = self.text(&["scheme", "requestscheme", "clientrequestscheme", "protocol"]);
        scheme.map(|scheme| scheme.to_ascii_lowercase()).filter(|scheme| matches!(scheme.as_str(), "http" | "https"))
    }

    /// The target as the line names it, and the address that it comes to.
    pub(super) fn address(&self) -> Option<(String, String)> {
        let host = self.host();
        let scheme = self.scheme();
        let completed = |target: &str| match &host {
            // Some leave out the scheme alone.
            Some(host) if target.starts_with(host.as_str()) && target[host.len()..].starts_with('/') => {
                format!("{}://{target}", scheme.as_deref().unwrap_or("https"))
            }
            _ => target.to_owned(),
        };
        let texts = TARGETS.iter().flat_map(|name| self.all(name)).filter_map(Value::as_str);
        let target = texts
            .map(|text| completed(request_line(text).map_or(text, |(_, target)| target)))
            .find(|target| target.starts_with('/') || target.contains("://") && !target.contains(char::is_whitespace))?;
        let query = self
            .text(&["querystring", "requestquery", "csuriquery", "url.query", "args"])
            .filter(|_| !target.contains('?'))
            .map_or_else(String::new, |query| format!("?{}", query.trim_start_matches('?')));
        let url = match (target.contains("://"), host) {
            (true, _) => format!("{target}{query}"),
            (false, Some(host)) => format!("{}://{host}{target}{query}", scheme.as_deref().unwrap_or("https")),
            (false, None) => format!("https://{{{{host}}}}{target}{query}"),
        };
        Some((target, url))
    }

    /// A body, and whether the record has it as text. Some keep no more than its size there.
    pub(super) fn body(&self, names: &[&str]) -> Option<(String, bool)> {
        let values = names.iter().flat_map(|name| self.all(name));
        let is_body = |value: &&Value| match value {
            Value::String(text) => !text.is_empty() && text != "-",
            Value::Object(members) => !members.is_empty() && !is_size_of_body(members),
            Value::Array(list) => !list.is_empty(),
            _ => false,
        };
        values.filter(is_body).map(|value| (text_of(Some(value)), value.is_string())).next()
    }

    /// The headers of the request, or those of the answer.
    pub(super) fn headers(&self, of_request: bool) -> Vec<(String, String)> {
        let names: &[&str] = if of_request {
            &["requestheaders", "request.headers", "req.headers", "requestheader", "httprequest.headers"]
        } else {
            &["respheaders", "responseheaders", "response.headers", "res.headers"]
        };
        let Some(found) = names.iter().flat_map(|name| self.all(name)).find(|value| value.is_object() || value.is_array()) else {
            return Vec::new();
        };
        let one = |name: &str, value: &Value| match value {
            Value::Array(values) => values.iter().map(|value| (name.to_owned(), text_of(Some(value)))).collect::<Vec<_>>(),
            value => vec![(name.to_owned(), text_of(Some(value)))],
        };
        match found {
            Value::Object(members) => members.iter().flat_map(|(name, value)| one(name, value)).collect(),
            Value::Array(list) => {
                let entry = |entry: &Value| {
                    let name = ["name", "key"].iter().find_map(|key| entry.get(*key)?.as_str())?.to_owned();
                    Some((name, text_of(entry.get("value"))))
                };
                list.iter().filter_map(entry).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether the record names no server behind the one that answered, where it has a place for it.
    pub(super) fn is_own_answer(&self) -> bool {
        let is_none = |value: &Value| match value {
            Value::Null => true,
            Value::Number(number) => number.as_u64() == Some(0),
            Value::String(text) => matches!(text.trim(), "" | "-" | "0" | "000"),
            _ => false,
        };
        let mut values = own_answer::BEHIND.iter().flat_map(|name| self.all(name)).peekable();
        values.peek().is_some() && values.all(is_none)
    }

    /// What the record of a firewall or filter says of a request that it blocked.
    pub(super) fn block(&self) -> Option<String> {
        const ACTIONS: [&str; 6] = ["action", "act", "requeststatus", "wafaction", "securityaction", "edgepathingop"];
        let is_block = |action: &str| {
            matches!(
                action.to_ascii_lowercase().as_str(),
                "block" | "blocked" | "deny" | "denied" | "drop" | "dropped" | "reject"
            )
        };
        let action = self.text(&ACTIONS).filter(|action| is_block(action))?;
        let why = self.text(&["reason", "message", "violations", "rulename", "msg"]);
        let why = why.map_or_else(String::new, |why| format!(": {why}"));
        Some(format!("The log says that this request was blocked (\"{action}\"){why}"))
    }
}
