//! The shapes of a success answer. Centercode documents only that it names an endpoint per file element, without the project key.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::model::listed::listed;
use crate::model::profile::FileElement;
use crate::model::{Address, Profile};

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

listed! {
    /// The shape of a success answer; Centercode documents only that it names an endpoint per file element, without the project key.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum Shape {
        /// Absolute addresses with an empty project key, as an object by parameter.
        #[default]
        EmptyKey,
        /// Absolute addresses without the project key's segment, as an object by parameter.
        NoSegment,
        /// Paths with an empty project key, as a list of objects.
        Relative,
        /// Paths without the project key's segment and without a slash in front, as an object by parameter.
        RelativeNoSegment,
        /// Absolute addresses that hold the API key, as a list of objects.
        ApiKey,
        /// Absolute addresses with an empty `apiKey`, as an object by parameter.
        EmptyApiKey,
        /// Absolute addresses with a placeholder for the project key, as a list of objects.
        Placeholder,
        /// Absolute addresses deep inside other members.
        Nested,
        /// A plain list of absolute addresses.
        Strings,
        /// Absolute addresses, as an object by the names of the fields.
        ByLabel,
    }
}

impl Shape {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::EmptyKey => "empty-key",
            Self::NoSegment => "no-segment",
            Self::Relative => "relative",
            Self::RelativeNoSegment => "relative-no-segment",
            Self::ApiKey => "api-key",
            Self::EmptyApiKey => "empty-api-key",
            Self::Placeholder => "placeholder",
            Self::Nested => "nested",
            Self::Strings => "strings",
            Self::ByLabel => "by-label",
        }
    }

    /// What it is, in a few words.
    pub fn label(self) -> &'static str {
        match self {
            Self::EmptyKey => "absolute, with an empty project key",
            Self::NoSegment => "absolute, without the project key's segment",
            Self::Relative => "relative, as a list of objects",
            Self::RelativeNoSegment => "relative, without the project key's segment or a first slash",
            Self::ApiKey => "absolute, with the API key, as a list of objects",
            Self::EmptyApiKey => "absolute, with an empty apiKey",
            Self::Placeholder => "absolute, with a placeholder for the project key",
            Self::Nested => "absolute, nested deep in the answer",
            Self::Strings => "absolute, as plain strings",
            Self::ByLabel => "absolute, by field name",
        }
    }

    /// The shape of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|shape| shape.name() == name)
    }

    /// The success answer for a ticket. The profile holds the sandbox's own address and API key.
    pub(super) fn answer(self, profile: &Profile, ticket: u64) -> Value {
        let addresses: Vec<_> =
            profile.file_elements.iter().map(|element| (element, self.address(profile, ticket, element))).collect();
        let keyed = |name: fn(&FileElement) -> &str| {
            Value::Object(addresses.iter().map(|(e, url)| (name(e).to_owned(), url.as_str().into())).collect::<Map<_, _>>())
        };
        let listed = |name: &str, address: &str| {
            Value::Array(addresses.iter().map(|(e, url)| json!({name: e.parameter, address: url})).collect())
        };
        match self {
            Self::EmptyKey | Self::NoSegment | Self::EmptyApiKey => {
                json!({"status": 201, "id": ticket, "attachments": keyed(|e| &e.parameter)})
            }
            Self::Relative => json!({"status": 201, "id": ticket, "attachments": listed("parameter", "endpoint")}),
            Self::RelativeNoSegment => json!({"status": 201, "ticketId": ticket, "fileElements": keyed(|e| &e.parameter)}),
            Self::ApiKey => json!({"status": 201, "feedbackId": ticket, "files": listed("name", "url")}),
            Self::Placeholder => json!({"status": 201, "id": ticket.to_string(), "uploads": listed("key", "href")}),
            Self::Nested => {
                let elements = addresses.iter().map(|(e, url)| (e.parameter.clone(), json!({"links": [{"upload": url}]})));
                let elements: Map<_, _> = elements.collect();
                json!({"status": 201, "data": {"feedback": {"id": ticket, "form": {"elements": elements}}}})
            }
            Self::Strings => {
                let urls: Vec<_> = addresses.iter().map(|(_, url)| url).collect();
                json!({"status": 201, "id": ticket, "attachments": urls})
            }
            Self::ByLabel => json!({"status": 201, "id": ticket, "attachments": keyed(|e| &e.field)}),
        }
    }

    fn address(self, profile: &Profile, ticket: u64, element: &FileElement) -> String {
        let own = Address::parse(&profile.endpoint().url_revealing_key());
        let base = match self {
            Self::Relative => "/",
            Self::RelativeNoSegment => "",
            _ => &format!("{}/", own.base()),
        };
        let project = match self {
            Self::NoSegment | Self::RelativeNoSegment => "",
            Self::Placeholder => "{projectKey}/",
            _ => "/",
        };
        let query = match self {
            Self::ApiKey => own.api_key().map_or(String::new(), |pair| format!("?apiKey={}", own.raw(&pair.value))),
            Self::EmptyApiKey => "?apiKey=".to_owned(),
            _ => String::new(),
        };
        let source = utf8_percent_encode(&profile.source_key, SEGMENT);
        let element = utf8_percent_encode(&element.parameter, SEGMENT);
        format!("{base}api/v1/projects/{project}feedback/{source}/{ticket}/files/{element}{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for shape in Shape::ALL {
            assert_eq!(Shape::from_name(shape.name()), Some(shape));
        }
        assert_eq!(Shape::from_name("Empty-Key"), None);
    }

    #[test]
    fn no_shape_names_the_project_key() {
        let mut profile = super::super::example_profile();
        profile.base_url = "http://127.0.0.1:1".into();
        profile.api_key = crate::model::Secret::new("k1");
        for shape in Shape::ALL {
            let answer = shape.answer(&profile, 4711).to_string();
            assert!(!answer.contains("beta1"), "{shape:?}: {answer}");
            assert_eq!(answer.contains("k1"), shape == Shape::ApiKey, "{answer}");
        }
        assert_eq!(
            Shape::EmptyKey.answer(&profile, 4711)["attachments"]["crashlog"],
            "http://127.0.0.1:1/api/v1/projects//feedback/appcrashlog/4711/files/crashlog"
        );
    }
}
