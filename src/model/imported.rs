//! What an import yields: requests as somebody else's tool wrote them down, and in words what could not be taken over.

use super::Profile;
use super::request_spec::RequestSpec;

/// The requests of a text, in its order, and what is to be said about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// The requests.
    pub requests: Vec<RequestSpec>,
    /// What could not be taken over or has no effect here.
    pub notes: Vec<Note>,
    /// The profile that they were meant for, where the source holds one.
    pub profile: Option<Profile>,
}

/// Something to say about an import, without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// How much it matters.
    pub weight: Weight,
    /// Where it stands in the source.
    pub place: Option<Place>,
    /// What it is, in words.
    pub text: String,
}

/// How much a note matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It has no effect on the request.
    NoEffect,
    /// It was taken over, and the user had better know how.
    Taken,
    /// It could not be taken over.
    Lost,
}

/// Where something stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Place {
    /// The place of a byte offset; one inside a character or behind the end counts as before or at the end.
    pub fn of(text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Self { line: before.matches('\n').count() + 1, column: before[start..].chars().count() + 1 }
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.place {
            Some(Place { line, column }) => write!(f, "line {line}, column {column}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_by_table() {
        for (offset, line, column) in [(0, 1, 1), (2, 1, 2), (3, 2, 1), (99, 2, 2)] {
            assert_eq!(Place::of("ü\nb", offset), Place { line, column }, "{offset}");
        }
    }
}
