//! What the form asks for.

use std::path::PathBuf;

use crate::diagnosis::Fix;
use crate::store::ProfileId;
use crate::ui::pages::compose::compose_tab::ComposeTab;
use crate::ui::pages::compose::draft_id::DraftId;

/// One thing that is done with the open profile's draft.
#[derive(Clone, Debug)]
pub enum ComposeCommand {
    /// It was changed by the panel: check and save it.
    Changed,
    /// Send it; asks first where that is due.
    Send,
    /// Send what a question waits with, now that the user has said so.
    SendAnyway,
    /// Drop what a question waits with.
    DismissQuestion,
    /// Stop what is being sent for the open profile.
    Cancel,
    /// Change it as a cause proposes.
    Fix(Box<Fix>),
    /// Take its last change back.
    UndoLast,
    /// Give the keyboard to the address.
    FocusAddress,
    /// Do again what was taken back last.
    Redo,
    /// Take one change of a draft back, by its number.
    UndoStep(DraftId, u64),
    /// Something about the tabs.
    Tab(TabCommand),
    /// Fill every field with a valid value.
    FillExamples,
    /// Empty every field.
    ClearForm,
    /// Open one of its pages.
    ShowPage(ComposeTab),
    /// Open the page of the files.
    ShowFiles {
        /// The file element to go to, by its parameter; the first when `None`.
        parameter: Option<String>,
    },
    /// Ask for files for a file element.
    PickFiles {
        /// The file element's parameter.
        parameter: String,
    },
    /// Something about a file for a ticket that exists.
    Existing(ExistingCommand),
    /// Attach files to a file element.
    AttachFiles {
        /// The file element's parameter.
        parameter: String,
        /// The files.
        paths: Vec<PathBuf>,
    },
}

/// One thing that is done about a file for a ticket that exists.
#[derive(Clone, Debug)]
pub enum ExistingCommand {
    /// Open the place where one is sent.
    Open,
    /// Open it for an attachment endpoint that an answer named.
    OpenAt {
        /// The profile that it belongs to.
        profile: ProfileId,
        /// The endpoint, without its key.
        endpoint: String,
    },
    /// Close it.
    Close,
    /// Ask for the files.
    PickFiles,
    /// Take these files.
    TakeFiles(Vec<PathBuf>),
    /// Send the files one after another; asks first where that is due.
    Send,
}

/// One thing that is done with the drafts of the open profile. Each draft is named by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabCommand {
    /// Open a new draft.
    New,
    /// Open a copy of the open draft.
    Duplicate,
    /// Open another.
    Show(u64),
    /// Open the one so many places further.
    Step(isize),
    /// Close one; the open one when `None`.
    Close(Option<u64>),
    /// Open one again that was closed; the last when `None`.
    Reopen(Option<u64>),
    /// Ask for another name for the open one.
    AskName,
    /// Give one another name.
    Rename(u64, String),
    /// Move one to another place.
    Move(u64, usize),
}
