//! What the readers of collections fill: the requests, with the values of variables put in.

use serde_json::{Map, Value};

use crate::formats::import::curl;
use crate::formats::import::error::note;
use crate::formats::import::variables::{self, Variables};
use crate::model::imported::{Imported, Severity};
use crate::model::multipart::{Part, PartContent};
use crate::model::request_spec::{RequestSpec, SpecBody};

/// The requests of a collection while it is read.
#[derive(Default)]
pub(in crate::formats::import) struct Sheet {
    variables: Variables,
    /// Values that win over those of the collection: its user's.
    given: Variables,
    imported: Imported,
    /// Whether the collection runs scripts before or after its requests.
    pub has_scripts: bool,
}

/// What a request has from the folders or collections that it stands in.
pub(in crate::formats::import) struct Above {
    /// Their names; empty at the top.
    pub folder: String,
    pub auth: Auth,
    pub headers: Variables,
}

impl Above {
    /// What a request or a folder in it is called, with the folders above it.
    pub fn label(&self, name: &str) -> String {
        label(&self.folder, name)
    }

    /// What a request has that stands in a folder below: that folder's headers too, and its way to show who sends it, if it has one.
    pub fn below(&self, folder: String, headers: Variables, auth: Option<Auth>) -> Self {
        let auth = auth.unwrap_or_else(|| self.auth.clone());
        Self { folder, auth, headers: self.headers.iter().cloned().chain(headers).collect() }
    }
}

/// The name of something in a folder.
pub(in crate::formats::import) fn label(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder} / {name}") }
}

/// How a request shows who sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats::import) enum Auth {
    /// Not at all.
    None,
    /// `Authorization: Bearer TOKEN`, or another word before the token.
    Bearer { prefix: String, token: String },
    /// `Authorization: Basic …`.
    Basic { user: String, password: String },
    /// A key under a name.
    Key { name: String, value: String, place: KeyPlace },
    /// A way that needs more than what is written down.
    Other,
}

/// Where a key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats::import) enum KeyPlace {
    Header,
    Query,
    Cookie,
}

impl Auth {
    /// A bearer token, which may stand behind another word.
    pub fn bearer(prefix: &str, token: impl Into<String>) -> Self {
        let prefix = if prefix.is_empty() { "Bearer" } else { prefix };
        Self::Bearer { prefix: prefix.to_owned(), token: token.into() }
    }
}

impl Sheet {
    /// A sheet whose variables have these values; the last of a name counts, and an empty value is none. Those that are given win.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>, given: &Variables) -> Self {
        let mut sheet = Self { given: given.clone(), ..Self::default() };
        sheet.add_variables(variables);
        sheet
    }

    /// Sets further variables for the requests that follow, and returns those that held before.
    pub fn add_variables(&mut self, more: impl IntoIterator<Item = (String, String)>) -> Variables {
        let given = self.given.clone();
        self.add_strongest_variables(more.into_iter().chain(given))
    }

    /// The same for variables that win over those that are given, too.
    pub fn add_strongest_variables(&mut self, more: impl IntoIterator<Item = (String, String)>) -> Variables {
        let before = self.variables.clone();
        self.variables.extend(more.into_iter().filter(|(_, value)| !value.is_empty()));
        before
    }

    /// Sets the variables back to what they were.
    pub fn set_variables(&mut self, variables: Variables) {
        self.variables = variables;
    }

    /// Says something of a request.
    pub fn note(&mut self, severity: Severity, label: &str, text: &str) {
        self.imported.notes.push(note(severity, if label.is_empty() { text.to_owned() } else { format!("{label}: {text}") }));
    }

    /// A text with the values of variables in it.
    pub fn fill(&self, text: &str) -> String {
        variables::expand(text, &self.variables)
    }

    /// Names and values with the values of variables in them; without those that have no name.
    pub fn fill_pairs(&self, pairs: impl IntoIterator<Item = (String, String)>) -> Vec<(String, String)> {
        let filled = pairs.into_iter().map(|(name, value)| (self.fill(&name), self.fill(&value)));
        filled.filter(|(name, _)| !name.is_empty()).collect()
    }

    /// The headers of a request, and those of the folders above it that it has none of its own for.
    pub fn headers(&self, own: Variables, above: &[(String, String)]) -> Vec<(String, String)> {
        let own = self.fill_pairs(own);
        let is_own = |name: &str| own.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        let inherited = self.fill_pairs(above.iter().filter(|(name, _)| !is_own(name)).cloned());
        own.into_iter().chain(inherited).collect()
    }

    /// A whole address: variables filled in, `:name` segments of its path replaced, and a scheme before it if it has none.
    pub fn url(&self, raw: &str, path: &[(String, String)], scheme: &str) -> String {
        // A parser of addresses would drop these; clients encode them.
        let mut filled = self.fill(raw).replace('\t', "%09").replace('\r', "%0D").replace('\n', "%0A");
        for (name, value) in path {
            let (before, query) = filled.split_at(filled.find(['?', '#']).unwrap_or(filled.len()));
            let value = self.fill(value);
            let stands_for = |segment: &str| segment.strip_prefix(':') == Some(name.as_str());
            let segments = before.split('/').map(|segment| if stands_for(segment) { value.as_str() } else { segment });
            filled = format!("{}{query}", segments.collect::<Vec<_>>().join("/"));
        }
        let is_whole = filled.is_empty() || filled.contains("://") || filled.starts_with("{{");
        if is_whole { filled } else { format!("{scheme}://{filled}") }
    }

    /// An address with parameters behind its query.
    pub fn with_query(&self, url: &str, parameters: impl IntoIterator<Item = (String, String)>) -> String {
        let one = |(name, value): (String, String)| match value.as_str() {
            "" => format!("{}=", variables::encode(&name)),
            value => format!("{}={}", variables::encode(&name), variables::encode(value)),
        };
        self.fill_pairs(parameters).into_iter().map(one).fold(url.to_owned(), |url, pair| curl::append_query(&url, &pair))
    }

    /// As [`Self::with_query`], without the parameters that the address has already: most clients show the query of the address a
    /// second time as a table.
    pub fn with_missing_query(&self, url: &str, parameters: impl IntoIterator<Item = (String, String)>) -> String {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let names: Vec<String> = url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()).collect();
        self.with_query(url, parameters.into_iter().filter(|(name, _)| !names.contains(&self.fill(name))))
    }

    /// The fields of a form.
    pub fn form(&self, fields: impl IntoIterator<Item = (String, String)>) -> SpecBody {
        let one = |(name, value): (String, String)| {
            format!("{}={}", variables::encode(&self.fill(&name)), variables::encode(&self.fill(&value)))
        };
        SpecBody::Urlencoded(fields.into_iter().map(one).collect::<Vec<_>>().join("&"))
    }

    /// A body that is text; none where it is empty.
    pub fn text(&self, text: &str) -> SpecBody {
        if text.is_empty() { SpecBody::None } else { SpecBody::Text(self.fill(text)) }
    }

    /// A part that is text.
    pub fn text_part(&self, name: &str, text: &str, content_type: Option<&str>) -> Part {
        Part {
            name: self.fill(name),
            content_type: content_type.filter(|kind| !kind.is_empty()).map(str::to_owned),
            content: PartContent::Text(self.fill(text)),
            ..Part::default()
        }
    }

    /// The parts that files are, one for each path. `filename` takes the place of their own names.
    pub fn file_parts(
        &mut self,
        label: &str,
        name: &str,
        paths: &[String],
        filename: Option<&str>,
        content_type: Option<&str>,
    ) -> Vec<Part> {
        let mut paths: Vec<String> = paths.iter().filter(|path| !path.is_empty()).map(|path| self.fill(path)).collect();
        if paths.is_empty() {
            let said = format!("a file of its form is not named in the collection; pick it anew. It stands as \"{name}\"");
            self.note(Severity::Lost, label, &said);
            paths.push(name.to_owned());
        }
        let own_name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or("").to_owned();
        let part = |path: String| Part {
            name: self.fill(name),
            filename: Some(filename.filter(|name| !name.is_empty()).map_or_else(|| own_name(&path), str::to_owned)),
            content_type: content_type.filter(|kind| !kind.is_empty()).map(str::to_owned),
            content: PartContent::File(path),
            ..Part::default()
        };
        paths.into_iter().map(part).collect()
    }

    /// What is sent of a GraphQL query. Its variables are JSON.
    pub fn graphql(&self, query: &str, variables: &str) -> SpecBody {
        let mut members = Map::new();
        members.insert("query".into(), self.fill(query).into());
        if let Ok(variables) = serde_json::from_str::<Value>(&self.fill(variables)) {
            members.insert("variables".into(), variables);
        }
        SpecBody::Text(Value::Object(members).to_string())
    }

    /// Says how the sender shows who it is. What the request sets itself stays.
    pub fn authorise(&mut self, request: &mut RequestSpec, auth: &Auth) {
        match auth {
            Auth::None => {}
            Auth::Bearer { prefix, token } => {
                set_once(request, "Authorization", format!("{prefix} {}", self.fill(token)));
            }
            Auth::Basic { user, password } => {
                let (user, password) = (self.fill(user), self.fill(password));
                set_once(request, "Authorization", curl::basic(format!("{user}:{password}").as_bytes()));
            }
            Auth::Key { name, .. } if name.is_empty() => {}
            Auth::Key { name, value, place: KeyPlace::Query } => {
                request.url = self.with_query(&request.url, [(name.clone(), value.clone())]);
            }
            Auth::Key { name, value, place: KeyPlace::Header } => set_once(request, &self.fill(name), self.fill(value)),
            Auth::Key { name, value, place: KeyPlace::Cookie } => {
                set_once(request, "Cookie", format!("{}={}", self.fill(name), self.fill(value)));
            }
            Auth::Other => {
                let label = request.label.clone();
                self.note(Severity::Lost, &label, "it asks for a way to log in that cannot be taken over");
            }
        }
    }

    /// Takes a request over.
    pub fn push(&mut self, mut request: RequestSpec) {
        if request.url.is_empty() {
            self.note(Severity::Lost, &request.label.clone(), "it has no address");
        }
        mark_variables(&mut request);
        self.imported.requests.push(request);
    }

    /// What was read, and what could not be taken over. `environments` are those of the collection, of which nobody said which holds.
    pub fn end(mut self, environments: &[String]) -> Imported {
        if let Some(mut said) = open_variables(&self.imported.requests) {
            if !environments.is_empty() {
                said.push_str(&format!(
                    ". It has several environments, and does not say which holds: {}",
                    environments.join(", ")
                ));
            }
            self.note(Severity::Taken, "", &said);
        }
        if self.has_scripts {
            self.note(Severity::Lost, "", "The collection has scripts, which cannot be taken over");
        }
        self.imported
    }
}

/// Marks what the variables of a request leave open: their values, and before the path more than one part of the address.
pub(in crate::formats::import) fn mark_variables(request: &mut RequestSpec) {
    let unknown = &mut request.not_recorded;
    let authority = request.url.split_once("://").map_or(request.url.as_str(), |(_, rest)| rest);
    let authority = &authority[..authority.find(['/', '?', '#']).unwrap_or(authority.len())];
    if authority.contains("{{") {
        (unknown.host, unknown.port) = (true, true);
        unknown.scheme |= request.url.starts_with("{{");
    }
    request.not_recorded.variables |= !request.placeholders().is_empty();
}

/// What is to be said of the variables that have no value.
pub(in crate::formats::import) fn open_variables(requests: &[RequestSpec]) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for name in requests.iter().flat_map(RequestSpec::placeholders) {
        let name = format!("{{{{{name}}}}}");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.truncate(12);
    (!names.is_empty()).then(|| format!("The file has no value for {}; fill in what is to be sent", names.join(", ")))
}

/// Sets a header that the request does not set itself.
fn set_once(request: &mut RequestSpec, name: &str, value: String) {
    if !name.is_empty() && !request.has_header(name) {
        request.headers.push((name.to_owned(), value));
    }
}

/// Gives a request the parts of a form. Whoever sends them picks the boundary.
pub(in crate::formats::import) fn set_parts(request: &mut RequestSpec, parts: Vec<Part>) {
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    request.body = SpecBody::Multipart(parts);
}

/// Says what a body is, if the request does not say it itself.
pub(in crate::formats::import) fn set_type(request: &mut RequestSpec, kind: &str) {
    if request.body != SpecBody::None && !kind.is_empty() {
        set_once(request, "Content-Type", kind.to_owned());
    }
}

/// The variables of the one environment that holds, and the names of the others where it is not said which does.
pub(in crate::formats::import) fn chosen(
    mut environments: Vec<(String, Variables)>,
    active: Option<usize>,
) -> (Variables, Vec<String>) {
    match (active, environments.len()) {
        (Some(index), count) if index < count => (environments.swap_remove(index).1, Vec::new()),
        (_, 1) => (environments.swap_remove(0).1, Vec::new()),
        _ => (Vec::new(), environments.into_iter().map(|(name, _)| name).collect()),
    }
}
