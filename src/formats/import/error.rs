//! Why something cannot be imported, and what is to be said of what can.

use crate::model::imported::{Note, Severity, TextPosition};

/// Why a text could not be imported at all. It says what is wrong without quoting the text, which may hold secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct ImportError {
    /// The reason in words, with its place in the text where it has one.
    pub text: String,
}

impl ImportError {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// What the JSON reader stumbled over. Its own words may quote the text.
    pub fn json(error: &serde_json::Error) -> Self {
        let place = if error.line() > 0 { format!(" (line {}, column {})", error.line(), error.column()) } else { String::new() };
        let reason = if error.to_string().contains("recursion limit") {
            "it is nested too deeply"
        } else if error.is_eof() {
            "it ends in the middle"
        } else if error.is_data() {
            "a value is of another type than the format wants"
        } else {
            "it is not JSON"
        };
        Self::new(format!("{reason}{place}"))
    }
}

/// A note without a place in the text.
pub(crate) fn note(severity: Severity, text: impl Into<String>) -> Note {
    Note { severity, place: None::<TextPosition>, text: text.into() }
}
