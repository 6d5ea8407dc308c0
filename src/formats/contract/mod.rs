//! A profile as a contract for the developers of the outside system: a page, a JSON Schema and an OpenAPI document. None holds the API
//! key or anybody's e-mail address.

mod openapi;
mod page;
mod schema;

use serde_json::{Map, Value, json};

use crate::model::contract::parameter_of;
use crate::model::profile::FieldKind;
use crate::model::{Address, Profile, Secret, example};

pub use openapi::openapi;
pub use page::page;
pub use schema::json_schema;

/// What stands for the API key.
const KEY: &str = "YOUR_API_KEY";

/// What stands for the address of a user.
const SUBMITTER: &str = "name@example.com";

/// The forms of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the labels say it")]
pub enum Form {
    Markdown,
    Html,
    JsonSchema,
    OpenApi,
}

impl Form {
    /// Every form, in the order of a pick list.
    pub const ALL: [Self; 4] = [Self::Markdown, Self::Html, Self::JsonSchema, Self::OpenApi];

    /// Its id on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::JsonSchema => "json-schema",
            Self::OpenApi => "openapi",
        }
    }

    /// Its name as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Markdown => "Page (Markdown)",
            Self::Html => "Page (HTML)",
            Self::JsonSchema => "JSON Schema of the payload",
            Self::OpenApi => "OpenAPI 3.1",
        }
    }

    /// What a file of it is called.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Markdown => "contract.md",
            Self::Html => "contract.html",
            Self::JsonSchema => "payload.schema.json",
            Self::OpenApi => "openapi.json",
        }
    }

    /// The form of an id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.id() == id)
    }

    /// The contract of a profile.
    pub fn write(self, profile: &Profile) -> String {
        match self {
            Self::Markdown => super::document::markdown(&page(profile)),
            Self::Html => super::document::html(&page(profile)),
            Self::JsonSchema => format!("{:#}\n", json_schema(profile)),
            Self::OpenApi => format!("{:#}\n", openapi(profile)),
        }
    }
}

/// The endpoint without its key, and without user information or a query that somebody typed into the host.
fn url(profile: &Profile) -> String {
    let mut endpoint = profile.endpoint();
    endpoint.api_key = Secret::default();
    let address = Address::parse(&endpoint.base_url);
    let scheme = if address.scheme.is_empty() { "https" } else { address.raw(&address.scheme) };
    let base = format!("{scheme}://{}", address.raw(&address.authority));
    endpoint.base_url = base;
    endpoint.url_revealing_key()
}

/// A payload that breaks no rule, without anybody's address.
fn example_payload(profile: &Profile) -> Map<String, Value> {
    let mut values = example::example_values(profile);
    let submitter = parameter_of(profile, FieldKind::Submitter, "submitter");
    let status = parameter_of(profile, FieldKind::Status, "status");
    for field in profile.fields.iter().filter(|field| field.kind == FieldKind::Submitter) {
        values.insert(field.parameter.clone(), json!(SUBMITTER));
    }
    if needs_submitter(profile) {
        values.insert(submitter.to_owned(), json!(SUBMITTER));
    }
    if needs_status(profile) && !values.contains_key(status) {
        values.insert(status.to_owned(), json!(profile.statuses.first().map_or("New", String::as_str)));
    }
    values
}

/// Whether each ticket has to name its submitter.
fn needs_submitter(profile: &Profile) -> bool {
    profile.default_submitter.as_deref().unwrap_or("").is_empty()
}

/// Whether each ticket has to name its status.
fn needs_status(profile: &Profile) -> bool {
    profile.workflow_status.as_deref().unwrap_or("").is_empty()
}

#[cfg(test)]
mod tests;
