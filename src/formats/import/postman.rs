//! Postman collections 2.0 and 2.1, and environments.

use serde_json::{Map, Value};

use super::error::{ImportError, note};
use crate::model::exchange::{Answer, Outcome};
use crate::model::headers::header;
use crate::model::imported::{Imported, Severity};
use crate::model::json_text;
use crate::model::multipart::{Part, PartContent};
use crate::model::request_spec::{RequestSpec, SpecBody};

/// How deep variables may stand in each other.
const MAX_VARIABLE_DEPTH: usize = 5;

/// The longest text that variables may blow a value up to, in bytes.
const MAX_EXPANDED: usize = 1 << 20;

/// Names and values that stand for `{{name}}`; the last of a name counts.
pub type Variables = Vec<(String, String)>;

/// The requests of a collection, in its order, with the values of its variables put in. Those of an environment go before; what no one
/// names stays as `{{name}}`.
///
/// # Errors
/// When it is no JSON, nested too deeply, or no collection of version 2.
pub fn read(text: &str, environment: &Variables) -> Result<Imported, ImportError> {
    let value = parse(text)?;
    // The interface of Postman's own server wraps it.
    let collection = value.get("collection").unwrap_or(&value);
    let Some(items) = collection.get("item").and_then(Value::as_array) else {
        return Err(ImportError::new(if collection.get("requests").is_some() {
            "it is a collection of version 1; export it as Collection v2.1"
        } else if value.get("values").is_some() {
            "it is an environment, which holds no requests"
        } else {
            "it has no \"item\", so it is no Postman collection"
        }));
    };
    let mut variables = pairs(collection.get("variable"), "key");
    variables.extend(environment.iter().cloned());
    let mut walker = Walker { variables, ..Walker::default() };
    walker.items(items, "", collection.get("auth"));
    if walker.has_scripts || collection.get("event").is_some_and(has_entries) {
        walker.imported.notes.push(note(Severity::Lost, "The collection has scripts, which cannot be taken over"));
    }
    Ok(walker.imported)
}

/// The variables of an environment that are switched on.
///
/// # Errors
/// When it is no JSON or has no `values`.
pub fn read_environment(text: &str) -> Result<Variables, ImportError> {
    let value = parse(text)?;
    let value = value.get("environment").unwrap_or(&value);
    match value.get("values") {
        Some(values) => Ok(pairs(Some(values), "key")),
        None => Err(ImportError::new("it has no \"values\", so it is no Postman environment")),
    }
}

fn parse(text: &str) -> Result<Value, ImportError> {
    json_text::read(text).map_err(|error| ImportError::json(&error))
}

fn has_entries(value: &Value) -> bool {
    value.as_array().is_some_and(|list| !list.is_empty())
}

/// Names and values of a list of `{key, value}` whose entries are switched on; or of a plain object, as 2.0 has it.
fn pairs(list: Option<&Value>, key: &str) -> Variables {
    match list {
        Some(Value::Array(list)) => {
            let one = |entry: &Value| {
                let name = entry.get(key).or_else(|| entry.get("id")).and_then(Value::as_str)?;
                is_on(entry).then(|| (name.to_owned(), text_of(entry.get("value"))))
            };
            list.iter().filter_map(one).collect()
        }
        Some(Value::Object(members)) => members.iter().map(|(name, value)| (name.clone(), text_of(Some(value)))).collect(),
        _ => Vec::new(),
    }
}

fn is_on(entry: &Value) -> bool {
    entry.get("disabled") != Some(&Value::Bool(true)) && entry.get("enabled") != Some(&Value::Bool(false))
}

fn text_of(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

fn member<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

#[derive(Default)]
struct Walker {
    variables: Variables,
    imported: Imported,
    has_scripts: bool,
}

impl Walker {
    fn note(&mut self, severity: Severity, label: &str, text: &str) {
        self.imported.notes.push(note(severity, format!("{label}: {text}")));
    }

    fn items(&mut self, items: &[Value], folder: &str, auth: Option<&Value>) {
        for item in items {
            let name = member(item, "name").unwrap_or("Untitled");
            let label = if folder.is_empty() { name.to_owned() } else { format!("{folder} / {name}") };
            self.has_scripts |= item.get("event").is_some_and(has_entries);
            let auth = item.get("auth").filter(|auth| !auth.is_null()).or(auth);
            if let Some(inner) = item.get("item").and_then(Value::as_array) {
                self.items(inner, &label, auth);
            } else if let Some(request) = item.get("request") {
                self.request(&label, item, request, auth);
            } else {
                self.note(Severity::Lost, &label, "it has no request and was left out");
            }
        }
    }

    fn request(&mut self, label: &str, item: &Value, request: &Value, auth: Option<&Value>) {
        let responses = item.get("response");
        let keeps_body = item.pointer("/protocolProfileBehavior/disableBodyPruning").and_then(Value::as_bool) == Some(true);
        let mut taken = RequestSpec {
            label: label.to_owned(),
            method: member(request, "method").unwrap_or("GET").to_owned(),
            url: self.url(if request.is_string() { Some(request) } else { request.get("url") }),
            headers: self.headers(request.get("header")),
            ..RequestSpec::default()
        };
        let off = off_entries(request);
        if off > 0 {
            let entries = if off == 1 { "entry is" } else { "entries are" };
            self.note(Severity::NoEffect, label, &format!("{off} {entries} switched off in the collection and left out"));
        }
        if taken.method.is_empty() {
            "GET".clone_into(&mut taken.method);
        }
        let is_pruned =
            matches!(taken.method.to_ascii_uppercase().as_str(), "GET" | "HEAD" | "COPY" | "PURGE" | "UNLOCK") && !keeps_body;
        if let Some(body) = request.get("body").filter(|body| is_on(body)) {
            if is_pruned {
                self.note(Severity::Lost, label, &format!("Postman sends no body with {}, so it was left out", taken.method));
            } else {
                self.body(&mut taken, body);
            }
        }
        let own = request.get("auth").filter(|auth| !auth.is_null());
        if let Some(auth) = own.or(auth) {
            self.auth(&mut taken, auth);
        }
        let responses = responses.and_then(Value::as_array).map_or(&[] as &[Value], Vec::as_slice);
        taken.outcome = responses.iter().find_map(answer).map(Outcome::Answer);
        if responses.len() > 1 {
            self.note(Severity::Lost, label, "it has several saved answers; the first was taken over");
        }
        if taken.url.is_empty() {
            self.note(Severity::Lost, label, "it has no address");
        }
        self.imported.requests.push(taken);
    }

    /// A text with the values of variables in it.
    fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for _ in 0..MAX_VARIABLE_DEPTH {
            let filled = self.fill_once(&text);
            if filled == text || filled.len() > MAX_EXPANDED.max(text.len()) {
                break;
            }
            text = filled;
        }
        text
    }

    fn fill_once(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find("{{") {
            let Some(length) = rest[open..].find("}}") else { break };
            let name = rest[open + 2..open + length].trim();
            filled.push_str(&rest[..open]);
            match self.variables.iter().rfind(|(known, value)| known == name && !value.is_empty()) {
                Some((_, value)) => filled.push_str(value),
                None => filled.push_str(&rest[open..open + length + 2]),
            }
            rest = &rest[open + length + 2..];
        }
        filled.push_str(rest);
        filled
    }

    fn url(&self, url: Option<&Value>) -> String {
        let Some(url) = url else { return String::new() };
        // Postman sends the parts; "raw" is what it shows.
        let parts = url.get("host").map(|_| put_together(url)).filter(|whole| !whole.is_empty());
        let raw = url.as_str().map(str::to_owned).or(parts).or_else(|| member(url, "raw").map(str::to_owned));
        let raw = raw.unwrap_or_else(|| put_together(url));
        let mut filled = self.fill(&raw);
        for (name, value) in pairs(url.get("variable"), "key") {
            let (path, query) = filled.split_at(filled.find(['?', '#']).unwrap_or(filled.len()));
            let value = self.fill(&value);
            let segments = path.split('/').map(|segment| if segment.strip_prefix(':') == Some(&name) { &value } else { segment });
            filled = format!("{}{query}", segments.collect::<Vec<_>>().join("/"));
        }
        if filled.is_empty() || filled.contains("://") || filled.starts_with("{{") { filled } else { format!("http://{filled}") }
    }

    fn headers(&self, headers: Option<&Value>) -> Vec<(String, String)> {
        let pairs = match headers {
            Some(Value::String(text)) => text
                .lines()
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                .collect(),
            other => pairs(other, "key"),
        };
        pairs
            .into_iter()
            .map(|(name, value)| (self.fill(&name), self.fill(&value)))
            .filter(|(name, _)| !name.is_empty())
            .collect()
    }

    fn body(&mut self, request: &mut RequestSpec, body: &Value) {
        let mut kind = None;
        match member(body, "mode") {
            Some("raw") => {
                let text = self.fill(&text_of(body.get("raw")));
                kind = match body.pointer("/options/raw/language").and_then(Value::as_str) {
                    Some("json") => Some("application/json"),
                    Some("xml") => Some("application/xml"),
                    Some("html") => Some("text/html"),
                    Some("javascript") => Some("application/javascript"),
                    _ => Some("text/plain"),
                };
                request.body = if text.is_empty() { SpecBody::None } else { SpecBody::Text(text) };
            }
            Some("urlencoded") => {
                kind = Some("application/x-www-form-urlencoded");
                let pairs = match body.get("urlencoded") {
                    Some(Value::String(text)) => return request.body = SpecBody::Urlencoded(self.fill(text)),
                    list => pairs(list, "key"),
                };
                let encode = |text: &str| super::curl::encode(text);
                let pairs =
                    pairs.iter().map(|(name, value)| format!("{}={}", encode(&self.fill(name)), encode(&self.fill(value))));
                request.body = SpecBody::Urlencoded(pairs.collect::<Vec<_>>().join("&"));
            }
            Some("formdata") => {
                let list = body.get("formdata").and_then(Value::as_array).cloned().unwrap_or_default();
                let parts = list.iter().filter(|part| is_on(part)).flat_map(|part| self.part(&request.label, part));
                request.body = SpecBody::Multipart(parts.collect());
            }
            Some("file") => match body.pointer("/file/src").and_then(Value::as_str) {
                Some(path) => request.body = SpecBody::File(self.fill(path)),
                None => match body.pointer("/file/content").and_then(Value::as_str) {
                    Some(text) => request.body = SpecBody::Text(text.to_owned()),
                    None => {
                        self.note(Severity::Lost, &request.label.clone(), "its body is a file that the collection does not name");
                    }
                },
            },
            Some("graphql") => {
                kind = Some("application/json");
                request.body = SpecBody::Text(self.graphql(body.get("graphql")));
            }
            _ => {}
        }
        if let Some(kind) = kind.filter(|_| request.body != SpecBody::None && header(&request.headers, "content-type").is_none())
        {
            request.headers.push(("Content-Type".to_owned(), kind.to_owned()));
        }
    }

    fn graphql(&self, graphql: Option<&Value>) -> String {
        let query = graphql.and_then(|graphql| member(graphql, "query")).unwrap_or("");
        let variables = graphql.map(|graphql| text_of(graphql.get("variables"))).unwrap_or_default();
        let mut members = Map::new();
        members.insert("query".into(), self.fill(query).into());
        if let Ok(variables) = serde_json::from_str(&self.fill(&variables)) {
            members.insert("variables".into(), variables);
        }
        Value::Object(members).to_string()
    }

    fn part(&mut self, label: &str, entry: &Value) -> Vec<Part> {
        let base = Part {
            name: self.fill(member(entry, "key").unwrap_or("")),
            content_type: member(entry, "contentType").filter(|kind| !kind.is_empty()).map(str::to_owned),
            ..Part::default()
        };
        if member(entry, "type") != Some("file") {
            return vec![Part { content: PartContent::Text(self.fill(&text_of(entry.get("value")))), ..base }];
        }
        let paths: Vec<String> = match entry.get("src") {
            Some(Value::String(path)) if !path.is_empty() => vec![self.fill(path)],
            Some(Value::Array(paths)) => paths.iter().filter_map(Value::as_str).map(|path| self.fill(path)).collect(),
            _ => Vec::new(),
        };
        if paths.is_empty() {
            self.note(Severity::Lost, label, "a file of its form is not named in the collection; pick it anew");
        }
        let named = member(entry, "fileName").filter(|name| !name.is_empty());
        let part = |path: String| Part {
            filename: Some(named.map_or_else(|| path.rsplit(['/', '\\']).next().unwrap_or("").to_owned(), str::to_owned)),
            content: PartContent::File(path),
            ..base.clone()
        };
        paths.into_iter().map(part).collect()
    }

    fn auth(&mut self, request: &mut RequestSpec, auth: &Value) {
        let Some(kind) = member(auth, "type") else { return };
        let values = pairs(auth.get(kind), "key");
        let value =
            |name: &str| values.iter().find(|(known, _)| known == name).map(|(_, value)| self.fill(value)).unwrap_or_default();
        let named = |name: &str| header(&request.headers, name).is_some();
        match kind {
            "noauth" => {}
            "bearer" | "oauth2" if !value("token").is_empty() || !value("accessToken").is_empty() => {
                let token = if kind == "bearer" { value("token") } else { value("accessToken") };
                if !named("authorization") {
                    request.headers.push(("Authorization".into(), format!("Bearer {token}")));
                }
            }
            "basic" => {
                if !named("authorization") {
                    let user = format!("{}:{}", value("username"), value("password"));
                    request.headers.push(("Authorization".into(), super::curl::basic(user.as_bytes())));
                }
            }
            "apikey" => {
                let (name, secret) = (value("key"), value("value"));
                if value("in") == "query" {
                    let pair = format!("{}={}", super::curl::encode(&name), keep_templates(&secret));
                    request.url = super::curl::append_query(&request.url, &pair);
                } else if !name.is_empty() && !named(&name) {
                    request.headers.push((name, secret));
                }
            }
            _ => {
                let label = request.label.clone();
                self.note(Severity::Lost, &label, "it asks for a way to log in that cannot be taken over");
            }
        }
    }
}

/// A value for a query; `{{name}}` stays readable.
fn keep_templates(text: &str) -> String {
    if text.starts_with("{{") { text.to_owned() } else { super::curl::encode(text) }
}

/// How many headers, parameters and parts are switched off.
fn off_entries(request: &Value) -> usize {
    let lists = ["/header", "/url/query", "/body/urlencoded", "/body/formdata"];
    let lists = lists.iter().filter_map(|pointer| request.pointer(pointer)?.as_array());
    lists.flatten().filter(|entry| !is_on(entry)).count()
}

/// An address from its pieces.
fn put_together(url: &Value) -> String {
    let joined = |name: &str, sign: &str| match url.get(name) {
        Some(Value::Array(pieces)) => {
            let piece = |piece: &Value| piece.as_str().map_or_else(|| text_of(piece.get("value")), str::to_owned);
            pieces.iter().map(piece).collect::<Vec<_>>().join(sign)
        }
        other => text_of(other),
    };
    let mut text = member(url, "protocol").map_or_else(String::new, |scheme| format!("{}://", scheme.trim_end_matches("://")));
    text.push_str(&joined("host", "."));
    let port = text_of(url.get("port"));
    if !port.is_empty() {
        text.push_str(&format!(":{port}"));
    }
    let path = joined("path", "/");
    if !path.is_empty() {
        text.push_str(&format!("/{}", path.trim_start_matches('/')));
    }
    let query: Vec<String> = pairs(url.get("query"), "key").into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    if !query.is_empty() {
        text.push_str(&format!("?{}", query.join("&")));
    }
    text
}

fn answer(response: &Value) -> Option<Answer> {
    let status = response.get("code")?.as_u64().and_then(|code| u16::try_from(code).ok())?;
    let mut headers = pairs(response.get("header"), "key");
    super::text::without_charset(&mut headers);
    let body = text_of(response.get("body"));
    Some(Answer { status, headers, wire_size: body.len() as u64, body: body.into(), ..Answer::default() })
}

#[cfg(test)]
mod tests;
