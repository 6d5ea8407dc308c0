//! What is being typed in the profile editor, and on the page for a new profile.

use crate::model::{Profile, Secret};
use crate::store::ProfileId;
use crate::ui::steps::Steps;

/// What is being typed in the profile editor.
pub struct EditorState {
    /// The profile that is edited.
    pub(in crate::ui) id: ProfileId,
    /// It as it stands in the window.
    pub(in crate::ui) profile: Profile,
    /// What it was before each change.
    pub(in crate::ui) steps: Steps<Profile>,
    /// A whole endpoint to take the parts of.
    pub(in crate::ui) pasted: String,
    /// An example payload to take rows from.
    pub(in crate::ui) sample: String,
    /// Whether the field for the example payload is unfolded.
    pub(in crate::ui) shows_sample: bool,
    /// The row of the mapping whose choices are unfolded.
    pub(in crate::ui) open_choices: Option<usize>,
    /// Whether they come into sight at the next frame.
    pub(in crate::ui) shows_choices: bool,
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
            steps: Steps::default(),
            pasted: String::new(),
            sample: String::new(),
            shows_sample: false,
            open_choices: None,
            shows_choices: false,
            moved: None,
            choices: String::new(),
        }
    }

    /// Goes on with another version of the profile.
    pub(in crate::ui) fn show(&mut self, profile: Profile) {
        self.open_choices = None;
        self.statuses = profile.statuses.join("\n");
        self.submitters = profile.known_submitters.join("\n");
        self.profile = profile;
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
    /// Whether the field for the endpoint takes the keyboard at the next frame.
    pub(in crate::ui) focuses_url: bool,
    /// The endpoint as it stands in the field; a pasted API key is masked in it.
    pub(in crate::ui) url: String,
    /// What stands in the place of each mask in it, in order, as it was pasted.
    pub(in crate::ui) keys: Vec<Secret>,
    /// What the address was taken from, where a whole request was pasted.
    pub(in crate::ui) taken_from: Option<&'static str>,
    pub(in crate::ui) name: String,
    pub(in crate::ui) sample: String,
}
