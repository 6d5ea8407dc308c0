//! What the import page asks for.

use std::path::PathBuf;

use crate::diagnosis::Fix;
use crate::formats::import::SourceKind;

/// One thing that is done with what somebody else wrote down.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportCommand {
    /// Ask for a file.
    Pick,
    /// Read a file.
    Open(PathBuf),
    /// Say that of so many files that were dropped only the first is read.
    SayOnlyFirst(usize),
    /// Read a text in place of what was read before.
    Paste(String),
    /// Ask for an environment.
    PickEnvironment,
    /// Fill variables from an environment.
    Environment(PathBuf),
    /// Ask for the folder of the files that the request names.
    PickFolder,
    /// Read the files that the request names from this folder, and from no other.
    Folder(PathBuf),
    /// Take it for something else, or for whatever it seems to be.
    TakeFor(Option<SourceKind>),
    /// Take all of it away.
    Clear,
    /// Hold the request against the profile.
    Check,
    /// Explain the answer.
    Explain,
    /// Save a profile made of the request and open it.
    NewProfile,
    /// Put payload, address and files into the profile's form, and make a change there.
    FillForm(Option<Box<Fix>>),
    /// Send it to the twin of the profile.
    Rehearse,
    /// Ask whether to send it to its own host.
    AskToSend,
    /// Send it to its own host.
    Send,
    /// Do not send it.
    Decline,
}
