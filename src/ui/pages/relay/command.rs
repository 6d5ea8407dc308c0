//! What the relay page asks for.

/// One thing that is done with the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayCommand {
    /// Start it for the open profile; asks first where the profile wants it.
    Start,
    /// Start it, as was agreed to.
    Agree,
    /// Leave it.
    Decline,
    /// Stop it.
    Stop,
    /// Take the exchanges off the page; the history keeps them.
    Clear,
}
