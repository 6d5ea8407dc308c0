//! What a save came to.

use super::error::Notice;

/// How a save went.
#[derive(Clone, Debug, PartialEq)]
pub enum SaveOutcome<T> {
    /// What was given is saved.
    AsGiven,
    /// Somebody else had changed other parts of it. This, which holds both changes, is saved; go on with it.
    Merged(Box<T>),
}

/// What somebody else saved, taken in place of one's own.
#[derive(Clone, Debug, PartialEq)]
pub struct RemoteVersion<T> {
    /// It; `None` when the file was removed.
    pub value: Option<T>,
    /// Where one's own version was kept.
    pub kept: Notice,
}
