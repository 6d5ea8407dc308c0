//! What is being typed in the profile editor, and on the page for a new profile.

use crate::model::profile::{Field, FileElement};
use crate::model::{Endpoint, Profile, Secret};
use crate::store::ProfileId;

/// How many removals can be taken back.
pub(in crate::ui) const UNDO_DEPTH: usize = 50;

/// Something that can be taken back.
pub(in crate::ui) enum Undo {
    /// A row of the mapping was removed from this place.
    Field(usize, Field),
    /// A file element was removed from this place.
    Element(usize, FileElement),
    /// The endpoint was replaced by a pasted one.
    Endpoint(Endpoint),
    /// Rows were added for these parameters.
    Added(Vec<String>),
}

/// What is being typed in the profile editor.
pub struct EditorState {
    /// The profile that is edited.
    pub(in crate::ui) id: ProfileId,
    /// It as it stands in the window.
    pub(in crate::ui) profile: Profile,
    /// What was taken out or replaced, newest last.
    pub(in crate::ui) undo: Vec<Undo>,
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
            pasted: String::new(),
            sample: String::new(),
            shows_sample: false,
            open_choices: None,
            moved: None,
            choices: String::new(),
        }
    }

    /// Remembers what is about to be taken out or replaced.
    pub(in crate::ui) fn remember(&mut self, undo: Undo) {
        self.undo.push(undo);
        if self.undo.len() > UNDO_DEPTH {
            self.undo.remove(0);
        }
    }

    /// Brings the newest of it back. Everything else that was edited since stays.
    pub(in crate::ui) fn undo(&mut self) {
        self.open_choices = None;
        let fields = &mut self.profile.fields;
        let elements = &mut self.profile.file_elements;
        match self.undo.pop() {
            Some(Undo::Field(at, field)) => fields.insert(at.min(fields.len()), field),
            Some(Undo::Element(at, element)) => elements.insert(at.min(elements.len()), element),
            Some(Undo::Endpoint(endpoint)) => self.profile.set_endpoint(endpoint),
            Some(Undo::Added(parameters)) => fields.retain(|field| !parameters.contains(&field.parameter)),
            None => {}
        }
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
