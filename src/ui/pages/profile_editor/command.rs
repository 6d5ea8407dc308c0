//! What is done with profiles.

use std::path::PathBuf;

use crate::model::Profile;
use crate::store::ProfileId;
use crate::ui::group_question::GroupQuestion;

/// One thing that is done with profiles.
#[derive(Clone, Debug)]
pub enum ProfileCommand {
    /// Open a profile.
    Select(ProfileId),
    /// Save a new profile and open it.
    Create(Box<Profile>),
    /// Open the editor of the open profile at a place, named as in the profile's file: `default_submitter`, `fields/severity/choices`.
    ShowPlace(String),
    /// Add a row to the mapping of the open profile for a parameter of the draft, and open the editor there.
    Map(String),
    /// Add a file element to the open profile.
    AddElement(String),
    /// Save a profile over its old self.
    Save(ProfileId, Box<Profile>),
    /// Take a change of a profile back.
    Undo {
        /// Which profile.
        id: ProfileId,
        /// It before the change.
        before: Box<Profile>,
        /// It after the change.
        after: Box<Profile>,
    },
    /// Save a copy of a profile and open it.
    Duplicate(ProfileId),
    /// Make a profile that the sandbox plays, with this one's mapping.
    MakeTwin(ProfileId),
    /// Remove a profile; it can be brought back.
    Remove(ProfileId),
    /// Bring a removed profile back.
    Restore(ProfileId),
    /// Put a profile at the top of the list, or back.
    ToggleFavourite(ProfileId),
    /// Something about groups of profiles.
    Group(GroupCommand),
    /// Ask for profile files and take them over.
    PickImport,
    /// Take profile files over.
    Import(Vec<PathBuf>),
    /// Ask where to, and write the profile there, with its API key only if so said.
    PickExport {
        /// Which profile.
        id: ProfileId,
        /// Whether the API key goes with it, in clear.
        with_key: bool,
    },
    /// Write a profile to a file.
    Export {
        /// Which profile.
        id: ProfileId,
        /// Whether the API key goes with it, in clear.
        with_key: bool,
        /// The file.
        path: PathBuf,
    },
}

/// One thing that is done with groups of profiles.
#[derive(Clone, Debug)]
pub enum GroupCommand {
    /// Ask for a name.
    Ask(GroupQuestion),
    /// Move a profile to a group; to none when the name is empty.
    Move(ProfileId, String),
    /// Give a group another name; its profiles are in no group when that is empty.
    Rename {
        /// The name that it has.
        from: String,
        /// The name that it gets.
        to: String,
    },
    /// Put profiles back into the groups that they were in.
    Back(Vec<(ProfileId, String)>),
    /// Fold a group in the list, or unfold it.
    Fold(String, bool),
}
