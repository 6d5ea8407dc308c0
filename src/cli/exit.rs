//! How a command ends.

use crate::store::StoreError;

/// How a command ended, as scripts see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Exit {
    /// Done, and what was asked for holds.
    Done = 0,
    /// The exchange or a check failed.
    Failed = 1,
    /// The command line or an input file is wrong.
    Input = 2,
    /// The network failed before an answer came.
    Network = 3,
}

/// Why a command could not do its work: how it ends, and what standard error says.
#[derive(Debug)]
pub(in crate::cli) struct CommandError {
    pub(in crate::cli) exit: Exit,
    pub(in crate::cli) text: String,
}

impl CommandError {
    pub(in crate::cli) fn input(text: impl Into<String>) -> Self {
        Self { exit: Exit::Input, text: text.into() }
    }

    pub(in crate::cli) fn failed(text: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, text: text.into() }
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        Self::failed(error.to_string())
    }
}

pub(in crate::cli) type Ended = Result<Exit, CommandError>;
