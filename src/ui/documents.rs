//! What is saved and can be changed by others too: profiles and settings.

use std::ops::{Deref, DerefMut};
use std::time::Instant;

use crate::jobs::JobId;
use crate::store::ProfileId;

/// Something that is saved: it as it stands in the window, and whether that is what is on disk.
#[derive(Debug, Default)]
pub struct Document<T> {
    /// It as it stands in the window.
    pub value: T,
    /// Whether it was changed and is not handed to the saver yet.
    pub is_edited: bool,
    /// How many saves of it are under way.
    pub saving: usize,
    /// The note that asks which version to keep, where somebody else changed it too. `Some(0)`: the window is closing.
    pub conflict: Option<u64>,
}

impl<T> Document<T> {
    /// Whether the window is ahead of the disk.
    pub fn is_busy(&self) -> bool {
        self.is_edited || self.saving > 0
    }

    /// Counts a save that is over.
    pub fn saved(&mut self) {
        self.saving = self.saving.saturating_sub(1);
    }

    /// A version was picked, and is on disk.
    pub fn settle(&mut self) {
        (self.is_edited, self.conflict) = (false, None);
    }
}

impl<T> From<T> for Document<T> {
    fn from(value: T) -> Self {
        Self { value, is_edited: false, saving: 0, conflict: None }
    }
}

impl<T> Deref for Document<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Document<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// Something that somebody else changed too, in another way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ConflictTarget {
    /// A profile.
    Profile(ProfileId),
    /// The settings.
    Settings,
}

/// What is shared with other windows and programs: when it was looked at, and what is due.
#[derive(Default)]
pub struct Sharing {
    /// When the first of what is not saved yet was changed.
    pub unsaved_since: Option<Instant>,
    /// The job that looks at the files.
    pub looking: Option<JobId>,
    /// When they were looked at last.
    pub looked: Option<Instant>,
    /// Whether the window had the keyboard in the last frame.
    pub is_used: bool,
    /// How many removed profiles can be brought back.
    pub removed: usize,
}
