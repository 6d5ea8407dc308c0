//! Which draft of which profile.

use crate::store::ProfileId;

/// A draft of a profile, from the window's start to its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DraftId {
    /// The profile.
    pub profile: ProfileId,
    /// Its number among the drafts of that profile. It stays when tabs are moved, and no other draft gets it.
    pub number: u64,
}
