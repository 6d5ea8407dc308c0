//! OpenAPI 3 and Swagger 2: the operations that a description lists, each as a request with `{{name}}` where a value belongs.

use std::cell::Cell;

use serde_json::{Map, Value};

use super::json::{list, member, text_of};
use super::sheet::{Sheet, set_type};
use super::yaml;
use crate::formats::import::error::ImportError;
use crate::formats::import::variables::Variables;
use crate::model::imported::{Imported, Severity};
use crate::model::multipart::{Part, PartContent};
use crate::model::request_spec::{RequestSpec, SpecBody};
use crate::model::secrets::names::is_secret_name;

const METHODS: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];

/// How deep a schema is followed; one may hold itself.
const MAX_DEPTH: usize = 12;

/// How many values are made up for the samples of a description.
const MOST_VALUES: usize = 10_000;

/// The operations of a description, in its order.
///
/// # Errors
/// When it is not JSON or YAML, or lists no paths.
pub(in crate::formats::import) fn read(text: &str, environment: &Variables) -> Result<Imported, ImportError> {
    let root = yaml::parse(text)?;
    let Some(Value::Object(paths)) = root.get("paths") else {
        return Err(ImportError::new("it has no \"paths\", so it is not an OpenAPI description"));
    };
    let mut reader = Reader { root: &root, sheet: Sheet::new([], environment), left: Cell::new(MOST_VALUES) };
    for (path, item) in paths {
        let item = reader.resolved(item);
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                reader.operation(path, method, item, operation);
            }
        }
    }
    let said =
        "These are the operations that a description lists, not requests that were sent. Pick one with --pick, or in the window";
    reader.sheet.note(Severity::Taken, "", said);
    Ok(reader.sheet.end(&[]))
}

struct Reader<'a> {
    root: &'a Value,
    sheet: Sheet,
    /// How many values of samples may still be made.
    left: Cell<usize>,
}

impl<'a> Reader<'a> {
    /// What a `$ref` stands for.
    fn resolved(&self, value: &'a Value) -> &'a Value {
        let mut value = value;
        for _ in 0..MAX_DEPTH {
            match member(value, "$ref").and_then(|reference| self.root.pointer(reference.strip_prefix('#')?)) {
                Some(target) => value = target,
                None => break,
            }
        }
        value
    }

    fn operation(&mut self, path: &str, method: &str, item: &'a Value, operation: &'a Value) {
        let name = ["summary", "operationId"].iter().find_map(|name| member(operation, name).filter(|text| !text.is_empty()));
        let label = name.map_or_else(|| format!("{} {path}", method.to_ascii_uppercase()), str::to_owned);
        let mut parameters: Vec<&Value> = Vec::new();
        for parameter in list(operation, "parameters").iter().chain(list(item, "parameters")) {
            let parameter = self.resolved(parameter);
            let same = |known: &&Value| known.get("name") == parameter.get("name") && known.get("in") == parameter.get("in");
            if !parameters.iter().any(same) {
                parameters.push(parameter);
            }
        }
        let value = |parameter: &Value| self.value(parameter);
        let mut url = format!("{}{path}", self.server(item, operation));
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut query: Variables = Vec::new();
        for parameter in &parameters {
            let name = member(parameter, "name").unwrap_or("").to_owned();
            let is_required = parameter.get("required") == Some(&Value::Bool(true));
            match member(parameter, "in") {
                Some("path") => url = url.replace(&format!("{{{name}}}"), &value(parameter)),
                Some("query") if is_required || is_secret_name(&name) => query.push((name, value(parameter))),
                Some("header") if is_required || is_secret_name(&name) => headers.push((name, value(parameter))),
                _ => {}
            }
        }
        // A segment whose parameter is not described.
        url = braced(&url);
        let mut request = RequestSpec {
            method: method.to_ascii_uppercase(),
            url: self.sheet.with_query(&self.sheet.url(&url, &[], "https"), query),
            headers: self.sheet.fill_pairs(headers),
            label,
            ..RequestSpec::default()
        };
        self.body(&mut request, operation, &parameters);
        self.security(&mut request, operation);
        // What stands there is an example.
        let unknown = &mut request.not_recorded;
        (unknown.headers, unknown.body, unknown.address_end) = (true, true, true);
        request.not_recorded.file_bytes = matches!(request.body, SpecBody::Multipart(_));
        self.sheet.push(request);
    }

    fn server(&self, item: &Value, operation: &Value) -> String {
        let of = |holder: &'a Value| list(holder, "servers").first();
        let own = list(operation, "servers").first().or_else(|| list(item, "servers").first());
        let base = match own.or_else(|| of(self.root)) {
            Some(server) => {
                let mut url = text_of(server.get("url"));
                for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
                    url = url.replace(&format!("{{{name}}}"), &text_of(variable.get("default")));
                }
                url
            }
            None => {
                let scheme = list(self.root, "schemes").iter().filter_map(Value::as_str).find(|scheme| *scheme == "https");
                let scheme = scheme.or_else(|| list(self.root, "schemes").first().and_then(Value::as_str)).unwrap_or("https");
                let base = member(self.root, "basePath").unwrap_or("");
                member(self.root, "host").map_or_else(|| base.to_owned(), |host| format!("{scheme}://{host}{base}"))
            }
        };
        let base = base.trim_end_matches('/');
        if base.contains("://") || base.starts_with('{') { base.to_owned() } else { format!("{{{{baseUrl}}}}{base}") }
    }

    /// An example of a parameter, or its name as a variable.
    fn value(&self, parameter: &Value) -> String {
        let schema = parameter.get("schema").unwrap_or(parameter);
        let examples = parameter.get("examples").and_then(Value::as_object).and_then(|examples| examples.values().next());
        let known = parameter
            .get("example")
            .or_else(|| examples.and_then(|example| example.get("value")))
            .or_else(|| ["example", "default"].iter().find_map(|name| schema.get(name)))
            .or_else(|| schema.get("enum").and_then(|values| values.get(0)));
        let named = || format!("{{{{{}}}}}", member(parameter, "name").unwrap_or("value"));
        known.map(|value| text_of(Some(value))).filter(|text| !text.is_empty()).unwrap_or_else(named)
    }

    fn body(&mut self, request: &mut RequestSpec, operation: &'a Value, parameters: &[&'a Value]) {
        let form: Vec<&&Value> = parameters.iter().filter(|one| member(one, "in") == Some("formData")).collect();
        if let Some(body) = parameters.iter().find(|one| member(one, "in") == Some("body")) {
            let sample = self.sample("body", body.get("schema").unwrap_or(&Value::Null), &[]);
            request.body = SpecBody::Text(self.sheet.fill(&pretty(&sample)));
            return set_type(request, "application/json");
        }
        if !form.is_empty() {
            let consumes = list(operation, "consumes").iter().chain(list(self.root, "consumes"));
            let is_multipart = form.iter().any(|one| member(one, "type") == Some("file"))
                || consumes.filter_map(Value::as_str).any(|kind| kind.starts_with("multipart/"));
            if !is_multipart {
                let fields: Variables =
                    form.iter().map(|one| (member(one, "name").unwrap_or("").to_owned(), self.value(one))).collect();
                request.body = self.sheet.form(fields);
                return set_type(request, "application/x-www-form-urlencoded");
            }
            let part = |one: &&&Value| self.part(member(one, "name").unwrap_or(""), one);
            request.body = SpecBody::Multipart(form.iter().map(part).collect());
            return;
        }
        let Some(Value::Object(content)) = operation.get("requestBody").and_then(|body| self.resolved(body).get("content"))
        else {
            return;
        };
        let is_json = |kind: &str| kind.contains("json");
        let first = |wanted: &dyn Fn(&str) -> bool| content.iter().find(|(kind, _)| wanted(kind));
        let found = first(&is_json)
            .or_else(|| first(&|kind| kind.starts_with("multipart/")))
            .or_else(|| first(&|kind| kind.contains("urlencoded")))
            .or_else(|| content.iter().next());
        let Some((kind, media)) = found else { return };
        let schema = self.resolved(media.get("schema").unwrap_or(&Value::Null));
        let examples = media.get("examples").and_then(Value::as_object).and_then(|examples| examples.values().next());
        let example = media.get("example").or_else(|| examples.and_then(|one| self.resolved(one).get("value")));
        if kind.starts_with("multipart/") {
            let properties = self.properties(schema);
            let part = |(name, property): (&String, &'a Value)| self.part(name, self.resolved(property));
            request.body = SpecBody::Multipart(properties.into_iter().map(part).collect());
            return;
        }
        let sample = example.cloned().unwrap_or_else(|| self.sample("body", schema, &[]));
        if kind.contains("urlencoded") {
            let members = sample.as_object().cloned().unwrap_or_default();
            request.body = self.sheet.form(members.iter().map(|(name, value)| (name.clone(), text_of(Some(value)))));
        } else {
            let text = sample.as_str().map_or_else(|| pretty(&sample), str::to_owned);
            request.body = SpecBody::Text(self.sheet.fill(&text));
        }
        set_type(request, if kind == "*/*" { "application/json" } else { kind });
    }

    /// The properties of a schema and of those that it is made of.
    fn properties(&self, schema: &'a Value) -> Vec<(&'a String, &'a Value)> {
        let own = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        let parts = list(schema, "allOf").iter().map(|part| self.resolved(part));
        let of_parts = parts.filter_map(|part| part.get("properties").and_then(Value::as_object)).flatten();
        own.chain(of_parts).collect()
    }

    fn part(&self, name: &str, schema: &'a Value) -> Part {
        let items = schema.get("items").map_or(schema, |items| self.resolved(items));
        let is_file = [schema, items].iter().any(|one| {
            member(one, "type") == Some("file")
                || matches!(member(one, "format"), Some("binary" | "byte"))
                || one.get("contentMediaType").is_some()
        });
        if is_file {
            return Part {
                name: name.to_owned(),
                filename: Some(name.to_owned()),
                content: PartContent::File(name.to_owned()),
                ..Part::default()
            };
        }
        let value = match self.sample(name, schema, &[]) {
            Value::String(text) => text,
            other => other.to_string(),
        };
        self.sheet.text_part(name, &value, None)
    }

    /// A value that fits a schema: its example, or its name as a variable.
    fn sample(&self, name: &str, schema: &'a Value, above: &[&'a Value]) -> Value {
        let schema = self.resolved(schema);
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        // One that holds itself would never end.
        let is_within_itself = above.iter().any(|other| std::ptr::eq(*other, schema));
        if left == 0 || is_within_itself || above.len() > MAX_DEPTH {
            return Value::Null;
        }
        let depth = above.len();
        let below = [above, &[schema]].concat();
        if let Some(known) = ["example", "default", "const"].iter().find_map(|name| schema.get(name)) {
            return known.clone();
        }
        if let Some(known) = ["examples", "enum"].iter().find_map(|name| schema.get(name)?.get(0)) {
            return known.clone();
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(first) = list(schema, choice).first() {
                return self.sample(name, first, &below);
            }
        }
        let kind = match schema.get("type") {
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
            kind => kind.and_then(Value::as_str),
        };
        let properties = self.properties(schema);
        match kind {
            Some("integer" | "number") => 0.into(),
            Some("boolean") => false.into(),
            Some("array") => {
                let items = schema.get("items").unwrap_or(&Value::Null);
                Value::Array(vec![self.sample(name, items, &below)])
            }
            Some("object") | None if !properties.is_empty() || kind.is_some() => {
                let one = |(name, property): (&String, &'a Value)| (name.clone(), self.sample(name, property, &below));
                Value::Object(properties.into_iter().map(one).collect::<Map<_, _>>())
            }
            None if depth == 0 => Value::Object(Map::new()),
            _ => format!("{{{{{name}}}}}").into(),
        }
    }

    fn security(&mut self, request: &mut RequestSpec, operation: &Value) {
        let needed = operation.get("security").or_else(|| self.root.get("security")).and_then(Value::as_array);
        let Some(Value::Object(first)) = needed.and_then(|all| all.first()) else { return };
        for name in first.keys() {
            let pointers = ["/components/securitySchemes", "/securityDefinitions"];
            let Some(scheme) = pointers.iter().find_map(|pointer| self.root.pointer(pointer)?.get(name)) else { continue };
            let scheme = self.resolved(scheme);
            let key = member(scheme, "name").unwrap_or(name);
            let variable = format!("{{{{{key}}}}}");
            let has_key = |url: &str| url.contains(&format!("?{key}=")) || url.contains(&format!("&{key}="));
            match (member(scheme, "type"), member(scheme, "in")) {
                (Some("apiKey"), Some("query")) if !has_key(&request.url) => {
                    request.url = self.sheet.with_query(&request.url, [(key.to_owned(), variable)]);
                }
                (Some("apiKey"), Some("header")) if !request.has_header(key) => {
                    request.headers.push((key.to_owned(), self.sheet.fill(&variable)));
                }
                (Some("apiKey"), Some("cookie")) => {
                    request.headers.push(("Cookie".into(), format!("{key}={}", self.sheet.fill(&variable))));
                }
                (Some("apiKey"), _) => {}
                (Some("http"), _) if member(scheme, "scheme").is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer")) => {
                    request.headers.push(("Authorization".into(), self.sheet.fill("Bearer {{token}}")));
                }
                (Some("http" | "basic"), _) => {
                    request.headers.push(("Authorization".into(), self.sheet.fill("Basic {{credentials}}")));
                }
                _ => {
                    let label = request.label.clone();
                    self.sheet.note(Severity::Lost, &label, "it asks for a way to log in that cannot be taken over");
                }
            }
        }
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// `{name}` as `{{name}}`; what has two braces already stays.
fn braced(url: &str) -> String {
    let mut written = String::with_capacity(url.len());
    let mut rest = url;
    while let Some(open) = rest.find('{') {
        written.push_str(&rest[..open]);
        rest = &rest[open..];
        let (signs, end) = if rest.starts_with("{{") { (2, "}}") } else { (1, "}") };
        let Some(length) = rest.find(end) else { break };
        written.push_str(&format!("{{{{{}}}}}", &rest[signs..length]));
        rest = &rest[length + signs..];
    }
    written + rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::formats::import::to_json::lines_for_tests;

    fn told(text: &str) -> String {
        lines_for_tests(&read(text, &Vec::new()).unwrap().requests)
    }

    #[test]
    fn descriptions_by_table() {
        for (text, expected) in [
            (
                "openapi: 3.0.3\nservers:\n  - url: https://{env}.h/api\n    variables: {env: {default: a}}\nsecurity: [{k: []}]\npaths:\n  /x/{id}:\n    parameters:\n      - {name: id, in: path, required: true, schema: {type: string}}\n    post:\n      operationId: create\n      requestBody: {$ref: '#/components/requestBodies/B'}\ncomponents:\n  securitySchemes: {k: {type: apiKey, in: query, name: apiKey}}\n  requestBodies:\n    B: {content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}\n  schemas:\n    S: {type: object, properties: {summary: {type: string}, n: {type: integer}, s: {type: string, enum: [A, B]}, self: {$ref: '#/components/schemas/T'}}}\n    T: {type: array, items: {type: string, example: e}}\n",
                r#"{"label":"create","method":"POST","url":"https://a.h/api/x/{{id}}?apiKey={{apiKey}}","headers":[["Content-Type","application/json"]],"body":{"kind":"text","text":"{\n  \"summary\": \"{{summary}}\",\n  \"n\": 0,\n  \"s\": \"A\",\n  \"self\": [\n    \"e\"\n  ]\n}"}}"#,
            ),
            (
                r#"{"swagger": "2.0", "host": "h", "basePath": "/v1", "schemes": ["http", "https"], "paths": {"/f": {"post": {"summary": "Upload", "parameters": [{"in": "formData", "name": "log", "type": "file"}, {"in": "formData", "name": "note", "type": "string"}]}}}}"#,
                r#"{"label":"Upload","method":"POST","url":"https://h/v1/f","headers":[],"body":{"kind":"multipart","parts":[{"name":"log","path":"log","filename":"log","content_type":null},{"name":"note","text":"{{note}}"}]}}"#,
            ),
            (
                r#"{"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": [{"in": "query", "name": "q", "required": true, "example": 5}, {"in": "query", "name": "o"}]}}}}"#,
                r#"{"label":"GET /a","method":"GET","url":"{{baseUrl}}/a?q=5","headers":[],"body":{"kind":"none"}}"#,
            ),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn a_schema_that_holds_itself_ends() {
        let text = r##"{"openapi": "3.0.0", "paths": {"/a": {"post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/c"}}}}}}}, "c": {"type": "object", "properties": {"a": {"$ref": "#/c"}, "b": {"$ref": "#/c"}}}, "d": {"$ref": "#/d"}}"##;
        assert_eq!(read(text, &Vec::new()).unwrap().requests.len(), 1);
    }

    #[test]
    fn a_schema_with_many_ways_into_itself_stays_small() {
        // Two that hold each other four hundred times.
        let of = |other: &str| {
            let properties: Map<String, Value> =
                (0..400).map(|n| (format!("p{n}"), json!({"$ref": format!("#/{other}")}))).collect();
            json!({"type": "object", "properties": properties})
        };
        let body = json!({"content": {"application/json": {"schema": {"$ref": "#/a"}}}});
        let text = json!({"openapi": "3.0.0", "paths": {"/a": {"post": {"requestBody": body}}}, "a": of("b"), "b": of("a")});
        assert!(told(&text.to_string()).len() < 64 * MOST_VALUES);
    }
}
