//! What is written for others.

use std::path::PathBuf;

use crate::formats::contract::Form;
use crate::formats::export::Tool as WriteTool;
use crate::store::ProfileId;

/// Where what is exported comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportSource {
    /// The open profile's form.
    Draft,
    /// The shown delivery of the open profile: its create request and its uploads.
    Delivery,
    /// Exchanges of the history.
    History(Vec<i64>),
    /// The picked request of the import page.
    Import,
}

/// What stands in an export in the place of secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reveal {
    /// Variables.
    Variables,
    /// The secrets themselves, because the user asked for it.
    InClear,
}

/// One thing that is written for others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportCommand {
    /// Put it on the clipboard.
    Copy(ExportSource, WriteTool, Reveal),
    /// Ask where to, and save it there.
    Pick(ExportSource, WriteTool, Reveal),
    /// Save texts to files: the first to this place, the others beside it.
    Save(PathBuf, Vec<(String, String)>),
    /// Ask for a suite to add steps to, a new one or one that exists.
    PickSuite {
        /// What becomes steps.
        source: ExportSource,
        /// Whether it is a new one.
        is_new: bool,
    },
    /// Add steps to a suite; where there is none, it is made.
    ToSuite(ExportSource, PathBuf),
    /// Make a profile of what was sent.
    Learn(ExportSource),
    /// Put the contract of a profile on the clipboard.
    CopyContract(ProfileId),
    /// Ask where to, and save the contract of a profile.
    PickContract(ProfileId, Form),
}
