//! The command palette as the window knows it: what it is for and what is looked for.

/// What the box is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Commands, profiles, the fields of the form, and the newest exchanges of the history.
    All,
    /// Profiles alone.
    Profiles,
    /// The list of shortcuts.
    Help,
}

/// The box that is open.
pub struct Palette {
    /// What it is for.
    pub(in crate::ui) mode: Mode,
    /// What is looked for.
    pub(in crate::ui) query: String,
    /// The line that Enter takes.
    pub(in crate::ui) line: usize,
}

impl Palette {
    /// A box that was just opened.
    pub(in crate::ui) fn new(mode: Mode) -> Self {
        Self { mode, query: String::new(), line: 0 }
    }
}
