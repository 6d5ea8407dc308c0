//! What is being typed in the profile editor, and on the page for a new profile.

use eframe::egui::Id;

use crate::model::{Profile, Secret};
use crate::store::ProfileId;

/// How many changes can be taken back.
const UNDO_DEPTH: usize = 200;

/// How long typing into one text may rest and still be one change, in seconds.
const ONE_CHANGE: f64 = 1.0;

/// What is being typed in the profile editor.
pub struct EditorState {
    /// The profile that is edited.
    pub(in crate::ui) id: ProfileId,
    /// It as it stands in the window.
    pub(in crate::ui) profile: Profile,
    /// The profile before each change, newest last.
    undo: Vec<Profile>,
    /// The profile before each undo, newest last.
    redo: Vec<Profile>,
    /// The text that was typed into last, and when.
    typed: Option<(Id, f64)>,
    /// A whole endpoint to take the parts of.
    pub(in crate::ui) pasted: String,
    /// An example payload to take rows from.
    pub(in crate::ui) sample: String,
    /// Whether the field for the example payload is unfolded.
    pub(in crate::ui) shows_sample: bool,
    /// The row of the mapping whose choices are unfolded.
    pub(in crate::ui) open_choices: Option<usize>,
    /// The row that was just moved by a button, and which way: its button takes the keyboard.
    pub(in crate::ui) moved: Option<(usize, Way)>,
    /// The lists as they are typed, one entry a line.
    pub(in crate::ui) statuses: String,
    pub(in crate::ui) submitters: String,
    /// The choices of the unfolded row, one a line.
    pub(in crate::ui) choices: String,
}

impl EditorState {
    pub(in crate::ui) fn of(id: ProfileId, profile: Profile) -> Self {
        Self {
            statuses: profile.statuses.join("\n"),
            submitters: profile.known_submitters.join("\n"),
            id,
            profile,
            undo: Vec::new(),
            redo: Vec::new(),
            typed: None,
            pasted: String::new(),
            sample: String::new(),
            shows_sample: false,
            open_choices: None,
            moved: None,
            choices: String::new(),
        }
    }

    /// Remembers that the profile was another one before. Typing on in the same text, which is `typed` with the time, is one change.
    pub(in crate::ui) fn changed(&mut self, before: &Profile, typed: Option<(Id, f64)>) {
        let goes_on = |(id, at): (Id, f64)| self.typed.is_some_and(|(last, then)| last == id && at - then < ONE_CHANGE);
        if !typed.is_some_and(goes_on) {
            self.undo.push(before.clone());
            if self.undo.len() > UNDO_DEPTH {
                self.undo.remove(0);
            }
        }
        self.typed = typed;
        self.redo.clear();
    }

    /// Whether something can be undone, and whether something can be redone.
    pub(in crate::ui) fn can_step(&self) -> (bool, bool) {
        (!self.undo.is_empty(), !self.redo.is_empty())
    }

    /// Takes the newest change back.
    pub(in crate::ui) fn undo(&mut self) {
        if let Some(before) = self.undo.pop() {
            let now = self.show(before);
            self.redo.push(now);
        }
    }

    /// Makes the change again that was taken back last.
    pub(in crate::ui) fn redo(&mut self) {
        if let Some(after) = self.redo.pop() {
            let now = self.show(after);
            self.undo.push(now);
        }
    }

    /// Goes on with another version of the profile; returns the one before it.
    fn show(&mut self, profile: Profile) -> Profile {
        (self.open_choices, self.typed) = (None, None);
        self.statuses = profile.statuses.join("\n");
        self.submitters = profile.known_submitters.join("\n");
        std::mem::replace(&mut self.profile, profile)
    }
}

/// Which way a row was moved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Way {
    Up,
    Down,
}

/// What is being typed on the page.
#[derive(Default)]
pub struct NewProfile {
    /// The endpoint as it stands in the field; a pasted API key is masked in it.
    pub(in crate::ui) url: String,
    /// What stands in the place of each mask in it, in order, as it was pasted.
    pub(in crate::ui) keys: Vec<Secret>,
    pub(in crate::ui) name: String,
    pub(in crate::ui) sample: String,
}
