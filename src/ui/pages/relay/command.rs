//! What the relay page asks for.

use std::path::PathBuf;

/// One thing that is done with the relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayCommand {
    /// Start it for the open profile; asks first where the profile wants it.
    Start,
    /// Start it, as was agreed to.
    Agree,
    /// Leave it.
    Decline,
    /// Stop it.
    Stop,
    /// Pick a file in a dialog.
    Pick(RelayFile),
    /// A file was picked.
    Picked(RelayFile, PathBuf),
    /// Take the exchanges off the page; the history keeps them.
    Clear,
}

/// A file that the relay listens with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayFile {
    /// Its certificate.
    Certificate,
    /// The certificate's private key.
    Key,
}
