//! Postman collections.

mod version1;

use serde_json::Value;

use super::collection::json::{has_entries, is_on, member, parse, text_of};
use super::collection::sheet::{Auth, KeyPlace, Sheet, label, set_type};
use super::collection::{environment, json};
use super::error::ImportError;
pub use super::variables::Variables;
use crate::model::exchange::{Answer, Outcome};
use crate::model::imported::{Imported, Severity};
use crate::model::multipart::Part;
use crate::model::request_spec::{RequestSpec, SpecBody};

/// The requests of a collection, in its order, with the values of its variables put in. Those of an environment go before; what no one
/// names stays as `{{name}}`.
///
/// # Errors
/// When it is not JSON, nested too deeply, or no collection.
pub fn read(text: &str, environment: &Variables) -> Result<Imported, ImportError> {
    let value = parse(text)?;
    // The interface of Postman's own server wraps it.
    let collection = value.get("collection").unwrap_or(&value);
    let newer = version1::newer(collection);
    let collection = newer.as_ref().unwrap_or(collection);
    let Some(items) = collection.get("item").and_then(Value::as_array) else {
        return Err(ImportError::new(if collection.get("values").is_some() {
            "it is an environment, which holds no requests"
        } else {
            "it has no \"item\", so it is not a Postman collection"
        }));
    };
    let mut walker = Walker { sheet: Sheet::new(pairs(collection.get("variable")), environment) };
    walker.sheet.has_scripts = has_entries(collection.get("event"));
    walker.items(items, "", collection.get("auth"));
    Ok(walker.sheet.end(&[]))
}

/// The requests of items alone, as a collection without variables holds them.
pub(super) fn of_items(items: &[Value], environment: &Variables) -> Imported {
    let mut walker = Walker { sheet: Sheet::new([], environment) };
    walker.items(items, "", None);
    walker.sheet.end(&[])
}

/// The variables of an environment that are switched on.
///
/// # Errors
/// When it has none.
pub fn read_environment(text: &str) -> Result<Variables, ImportError> {
    environment::read(text)
}

/// Names and values of a list of `{key, value}` whose entries are switched on; or of a plain object, as 2.0 has it.
fn pairs(list: Option<&Value>) -> Variables {
    json::pairs(list, &["key", "id"])
}

struct Walker {
    sheet: Sheet,
}

impl Walker {
    fn items(&mut self, items: &[Value], folder: &str, auth: Option<&Value>) {
        for item in items {
            let name = member(item, "name").unwrap_or("Untitled");
            let label = label(folder, name);
            self.sheet.has_scripts |= has_scripts(item);
            let auth = item.get("auth").filter(|auth| !auth.is_null()).or(auth);
            if let Some(inner) = item.get("item").and_then(Value::as_array) {
                self.items(inner, &label, auth);
            } else if let Some(request) = item.get("request") {
                self.request(&label, item, request, auth);
            } else {
                self.sheet.note(Severity::Lost, &label, "it has no request and was left out");
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
            self.sheet.note(Severity::NoEffect, label, &format!("{off} {entries} switched off in the collection and left out"));
        }
        if taken.method.is_empty() {
            "GET".clone_into(&mut taken.method);
        }
        let is_pruned =
            matches!(taken.method.to_ascii_uppercase().as_str(), "GET" | "HEAD" | "COPY" | "PURGE" | "UNLOCK") && !keeps_body;
        if let Some(body) = request.get("body").filter(|body| is_on(body)) {
            if is_pruned {
                self.sheet.note(
                    Severity::Lost,
                    label,
                    &format!("Postman sends no body with {}, so it was left out", taken.method),
                );
            } else {
                self.body(&mut taken, body);
            }
        }
        let own = request.get("auth").filter(|auth| !auth.is_null());
        if let Some(auth) = own.or(auth) {
            self.sheet.authorise(&mut taken, &auth_of(auth));
        }
        let responses = responses.and_then(Value::as_array).map_or(&[] as &[Value], Vec::as_slice);
        taken.outcome = responses.iter().find_map(answer).map(Outcome::Answer);
        if responses.len() > 1 {
            self.sheet.note(Severity::Lost, label, "it has several saved answers; the first was taken over");
        }
        self.sheet.push(taken);
    }

    fn url(&self, url: Option<&Value>) -> String {
        let Some(url) = url else { return String::new() };
        // Postman sends the parts; "raw" is what it shows.
        let parts = url.get("host").map(|_| put_together(url)).filter(|whole| !whole.is_empty());
        let raw = url.as_str().map(str::to_owned).or(parts).or_else(|| member(url, "raw").map(str::to_owned));
        let raw = raw.unwrap_or_else(|| put_together(url));
        let whole = self.sheet.url(&raw, &pairs(url.get("variable")), "http");
        // As browsers do, Postman takes a backslash in the path for a slash.
        match whole.split_once('?') {
            Some((before, query)) => format!("{}?{query}", before.replace('\\', "/")),
            None => whole.replace('\\', "/"),
        }
    }

    fn headers(&self, headers: Option<&Value>) -> Vec<(String, String)> {
        let pairs = match headers {
            Some(Value::String(text)) => text
                .lines()
                // Version 1 switches a line off by two slashes.
                .filter(|line| !line.trim_start().starts_with("//"))
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                .collect(),
            other => pairs(other),
        };
        self.sheet.fill_pairs(pairs)
    }

    fn body(&mut self, request: &mut RequestSpec, body: &Value) {
        let mut kind = None;
        match member(body, "mode") {
            Some("raw") => {
                let text = text_of(body.get("raw"));
                kind = match body.pointer("/options/raw/language").and_then(Value::as_str) {
                    Some("json") => Some("application/json"),
                    Some("xml") => Some("application/xml"),
                    Some("html") => Some("text/html"),
                    Some("javascript") => Some("application/javascript"),
                    _ => Some("text/plain"),
                };
                request.body = self.sheet.text(&text);
            }
            Some("urlencoded") => {
                kind = Some("application/x-www-form-urlencoded");
                request.body = match body.get("urlencoded") {
                    Some(Value::String(text)) => SpecBody::Urlencoded(self.sheet.fill(text)),
                    list => self.sheet.form(pairs(list)),
                };
            }
            Some("formdata") => {
                let list = body.get("formdata").and_then(Value::as_array).cloned().unwrap_or_default();
                let parts = list.iter().filter(|part| is_on(part)).flat_map(|part| self.part(&request.label, part));
                request.body = SpecBody::Multipart(parts.collect());
            }
            Some("file") => match body.pointer("/file/src").and_then(Value::as_str) {
                Some(path) => {
                    let path = self.sheet.fill(path);
                    let known = mime_guess::from_path(&path).first();
                    request.body = SpecBody::File(path);
                    // Postman names the type that the file's name tells of.
                    if let Some(known) = known {
                        set_type(request, known.as_ref());
                    }
                }
                None => match body.pointer("/file/content").and_then(Value::as_str) {
                    Some(text) => request.body = SpecBody::Text(text.to_owned()),
                    None => {
                        self.sheet.note(
                            Severity::Lost,
                            &request.label.clone(),
                            "its body is a file that the collection does not name",
                        );
                    }
                },
            },
            Some("graphql") => {
                kind = Some("application/json");
                request.body = self.graphql(body.get("graphql"));
            }
            _ => {}
        }
        if let Some(kind) = kind {
            set_type(request, kind);
        }
    }

    fn graphql(&self, graphql: Option<&Value>) -> SpecBody {
        let query = graphql.and_then(|graphql| member(graphql, "query")).unwrap_or("");
        self.sheet.graphql(query, &graphql.map(|graphql| text_of(graphql.get("variables"))).unwrap_or_default())
    }

    fn part(&mut self, label: &str, entry: &Value) -> Vec<Part> {
        let (name, kind) = (member(entry, "key").unwrap_or(""), member(entry, "contentType"));
        if member(entry, "type") != Some("file") {
            return vec![self.sheet.text_part(name, &text_of(entry.get("value")), kind)];
        }
        let paths: Vec<String> = match entry.get("src") {
            Some(Value::Array(paths)) => paths.iter().map(|path| text_of(Some(path))).collect(),
            path => vec![text_of(path)],
        };
        self.sheet.file_parts(label, name, &paths, member(entry, "fileName"), kind)
    }
}

fn has_scripts(item: &Value) -> bool {
    item.get("event").and_then(Value::as_array).is_some_and(|events| !events.is_empty())
}

fn auth_of(auth: &Value) -> Auth {
    let Some(kind) = member(auth, "type") else { return Auth::None };
    let values = pairs(auth.get(kind));
    let value = |name: &str| values.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default();
    match kind {
        "noauth" => Auth::None,
        "bearer" if !value("token").is_empty() => Auth::bearer("", value("token")),
        "oauth2" if !value("accessToken").is_empty() => match value("addTokenTo").as_str() {
            "queryParams" => Auth::Key { name: "access_token".into(), value: value("accessToken"), place: KeyPlace::Query },
            _ => Auth::bearer(value("headerPrefix").trim(), value("accessToken")),
        },
        "basic" => Auth::Basic { user: value("username"), password: value("password") },
        "apikey" => Auth::Key {
            name: value("key"),
            value: value("value"),
            place: if value("in") == "query" { KeyPlace::Query } else { KeyPlace::Header },
        },
        _ => Auth::Other,
    }
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
    // In the table of parameters each is a value, so Postman encodes what would end it.
    let value = |text: &str| text.replace('&', "%26").replace('#', "%23");
    let query =
        pairs(url.get("query")).into_iter().map(|(name, text)| format!("{}={}", value(&name).replace('=', "%3D"), value(&text)));
    let query: Vec<String> = query.collect();
    if !query.is_empty() {
        text.push_str(&format!("?{}", query.join("&")));
    }
    text
}

fn answer(response: &Value) -> Option<Answer> {
    let status = response.get("code")?.as_u64().and_then(|code| u16::try_from(code).ok())?;
    let mut headers = pairs(response.get("header"));
    super::text::without_charset(&mut headers);
    let body = text_of(response.get("body"));
    Some(Answer { status, headers, wire_size: body.len() as u64, body: body.into(), ..Answer::default() })
}

#[cfg(test)]
mod tests;
