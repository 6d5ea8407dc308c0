//! The forms of a contract.

use super::openapi::openapi;
use super::page::page;
use super::schema::json_schema;
use crate::formats::document;
use crate::model::Profile;

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
            Self::Markdown => document::markdown(&page(profile)),
            Self::Html => document::html(&page(profile)),
            Self::JsonSchema => format!("{:#}\n", json_schema(profile)),
            Self::OpenApi => format!("{:#}\n", openapi(profile)),
        }
    }
}
