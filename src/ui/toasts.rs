//! What the user should know.

use crate::ui::command::Command;

/// Notes to the user.
#[derive(Default)]
pub struct Toasts {
    /// The open ones, newest last.
    pub notes: Vec<Note>,
    /// The number of the newest.
    last: u64,
}

impl Toasts {
    /// Tells the user something; returns the note's number.
    pub fn add(&mut self, kind: NoteKind, text: impl Into<String>, action: Option<(String, Command)>) -> u64 {
        self.last += 1;
        self.notes.push(Note { id: self.last, text: text.into(), kind, action, second: None });
        self.last
    }

    /// As [`Toasts::add`], unless it is said already: one full disk would otherwise fill the window with the same sentence.
    pub fn add_once(&mut self, kind: NoteKind, text: String) {
        if !self.notes.iter().any(|note| note.text == text) {
            self.add(kind, text, None);
        }
    }

    /// Takes a note off the window.
    pub fn dismiss(&mut self, id: u64) {
        self.notes.retain(|note| note.id != id);
    }
}

/// A note to the user, shown in the window until it is dismissed.
#[derive(Clone, Debug)]
pub struct Note {
    /// Its number.
    pub id: u64,
    /// What it says.
    pub text: String,
    /// How serious it is.
    pub kind: NoteKind,
    /// A button that it offers: the label and what it does.
    pub action: Option<(String, Command)>,
    /// Another one, where there is a choice.
    pub second: Option<(String, Command)>,
}

/// How serious a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// Good to know.
    Info,
    /// Something went wrong.
    Problem,
}
