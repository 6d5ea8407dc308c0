//! Requests that programs make, as far as a literal goes: calls of JavaScript and Python, and what the texts of other languages tell.
//! What is a variable stays one, by its name.

mod call;
mod javascript;
mod languages;
pub(super) mod literal;
mod multipart;
mod open_ends;
mod patterns;
mod printed;
mod python;
mod strings;
mod texts;
mod written;

pub(super) use open_ends::adds_to_address;
pub(super) use texts::literal_at;

use crate::model::imported::{Imported, Note, Severity};

/// Whether a text is a program that sends requests.
pub(super) fn is_program(text: &str) -> bool {
    // What an error quotes of a program is none.
    let begins = |word: &str| text.trim_start().starts_with(word);
    if text.contains("Traceback (most recent call last)") && !begins("import ") && !begins("from ") {
        return false;
    }
    javascript::calls(text).next().is_some() || python::calls(text).next().is_some() || languages::language(text).is_some()
}

/// The requests of a program.
pub(super) fn read(text: &str) -> Imported {
    let mut imported = Imported::default();
    if languages::language(text) == Some("Dart") {
        strings::read(text, "Dart", &mut imported);
    } else if python::calls(text).next().is_some() {
        python::read(text, &mut imported);
    } else if javascript::calls(text).next().is_some() {
        javascript::read(text, &mut imported);
    } else if let Some(name) = languages::language(text) {
        strings::read(text, name, &mut imported);
    }
    if let Some(last) = imported.requests.last_mut().filter(|last| last.outcome.is_none()) {
        last.outcome = printed::outcome(text);
    }
    if imported.requests.is_empty() {
        imported.notes.push(Note {
            severity: Severity::Lost,
            place: None,
            text: "No call that sends a request was found".into(),
        });
    }
    imported
}
