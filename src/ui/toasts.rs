//! What the user should know.

use std::collections::VecDeque;

use crate::ui::command::Command;

/// How long good news stands, in seconds, and how long if something can be done about it.
const INFO_SECONDS: i64 = 8;
const ACTION_SECONDS: i64 = 20;

/// So many notes are remembered.
const REMEMBERED: usize = 100;

/// Notes to the user.
#[derive(Default)]
pub struct Toasts {
    /// The open ones, newest last.
    pub notes: Vec<Note>,
    /// The number of the newest.
    last: u64,
    /// What was said, newest last.
    past: VecDeque<Note>,
    /// What could not be saved, each with its note.
    unsaved: Vec<(String, u64)>,
}

impl Toasts {
    /// Tells the user something; returns the note's number.
    pub fn add(&mut self, kind: NoteKind, text: impl Into<String>, action: Option<(String, Command)>) -> u64 {
        self.last += 1;
        let text = text.into();
        match kind {
            NoteKind::Info => log::info!("{text}"),
            NoteKind::Problem => log::warn!("{text}"),
        }
        let note = Note { id: self.last, text, kind, action, second: None, at: None };
        self.past.push_back(Note { action: None, ..note.clone() });
        if self.past.len() > REMEMBERED {
            self.past.pop_front();
        }
        self.notes.push(note);
        self.last
    }

    /// As [`Toasts::add`], unless it is said already: one full disk would otherwise fill the window with the same sentence.
    pub fn add_once(&mut self, kind: NoteKind, text: String) {
        if !self.notes.iter().any(|note| note.text == text) {
            self.add(kind, text, None);
        }
    }

    /// Says that something could not be saved; what was said of it before goes.
    pub fn not_saved(&mut self, what: &str, text: String) {
        if !self.notes.iter().any(|note| note.text == text) {
            self.saved(what);
            let id = self.add(NoteKind::Problem, text, None);
            self.unsaved.push((what.to_owned(), id));
        }
    }

    /// Takes off the window that something could not be saved: by now it is.
    pub fn saved(&mut self, what: &str) {
        for (_, id) in self.unsaved.extract_if(.., |(unsaved, _)| unsaved == what) {
            self.notes.retain(|note| note.id != id);
        }
    }

    /// Takes a note off the window.
    pub fn dismiss(&mut self, id: u64) {
        self.notes.retain(|note| note.id != id);
    }

    /// What was said in this session, newest last.
    pub fn past(&self) -> &VecDeque<Note> {
        &self.past
    }

    /// Takes good news off the window that has stood there long enough; returns the seconds until the next is due. What failed stays.
    pub fn expire(&mut self, now: jiff::Timestamp) -> Option<u64> {
        for note in self.notes.iter_mut().chain(&mut self.past) {
            note.at.get_or_insert(now);
        }
        let left = |note: &Note| {
            let stood = now.as_second() - note.at.unwrap_or(now).as_second();
            let most = if note.action.is_some() { ACTION_SECONDS } else { INFO_SECONDS };
            (note.kind == NoteKind::Info).then_some(most - stood)
        };
        self.notes.retain(|note| left(note).is_none_or(|left| left > 0));
        self.notes.iter().filter_map(left).min().map(i64::unsigned_abs)
    }
}

/// A note to the user.
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
    /// When it was first shown.
    pub at: Option<jiff::Timestamp>,
}

/// How serious a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// Good to know; goes by itself.
    Info,
    /// Something went wrong; stays until it is dismissed.
    Problem,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_at_last_is_not_said_to_be_unsaved() {
        let mut toasts = Toasts::default();
        let texts = |toasts: &Toasts| toasts.notes.iter().map(|note| note.text.clone()).collect::<Vec<_>>();
        toasts.not_saved("settings", "another program has it open".into());
        toasts.not_saved("settings", "another program has it open".into());
        toasts.not_saved("profile a", "the disk is full".into());
        assert_eq!(texts(&toasts), ["another program has it open", "the disk is full"]);
        toasts.not_saved("settings", "writing is not allowed".into());
        assert_eq!(texts(&toasts), ["the disk is full", "writing is not allowed"]);
        toasts.saved("settings");
        toasts.saved("settings");
        assert_eq!((texts(&toasts), toasts.past().len()), (vec!["the disk is full".to_owned()], 3));
    }

    #[test]
    fn good_news_goes_and_what_failed_stays() {
        let at = |second| jiff::Timestamp::from_second(second).unwrap();
        let mut toasts = Toasts::default();
        toasts.add(NoteKind::Info, "saved", None);
        toasts.add(NoteKind::Info, "removed", Some(("Undo".into(), Command::Copy(String::new()))));
        toasts.add(NoteKind::Problem, "the disk is full", None);
        let texts = |toasts: &Toasts| toasts.notes.iter().map(|note| note.text.clone()).collect::<Vec<_>>();
        assert_eq!(toasts.expire(at(100)), Some(8));
        assert_eq!(texts(&toasts), ["saved", "removed", "the disk is full"]);
        assert_eq!(toasts.expire(at(108)), Some(12));
        assert_eq!(texts(&toasts), ["removed", "the disk is full"]);
        assert_eq!(toasts.expire(at(1000)), None);
        assert_eq!(texts(&toasts), ["the disk is full"]);
        assert_eq!(toasts.past().len(), 3);
        (0..200).for_each(|number| toasts.add_once(NoteKind::Problem, number.to_string()));
        assert_eq!(toasts.past().len(), REMEMBERED);
    }
}
