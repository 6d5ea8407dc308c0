//! What a name is asked for in the list of profiles.

use crate::store::ProfileId;

/// What a name is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupQuestion {
    /// A new group, for this profile.
    New(ProfileId),
    /// Another name for this group.
    Rename(String),
}
