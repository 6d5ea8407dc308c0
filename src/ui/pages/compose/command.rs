//! What the form asks for.

use std::path::PathBuf;

use crate::diagnosis::Fix;
use crate::model::draft::Attachment;
use crate::store::ProfileId;

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
    /// Take one change of a profile's draft back, by its number.
    UndoStep(ProfileId, u64),
    /// Ask for files for a file element.
    PickFiles {
        /// The file element's parameter.
        parameter: String,
    },
    /// Attach files to a file element.
    AttachFiles {
        /// The file element's parameter.
        parameter: String,
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// Attach files that were looked at, or say why one cannot be.
    TakeAttachments {
        /// The profile whose draft they are for.
        id: ProfileId,
        /// The files, or a sentence for each that cannot be attached.
        found: Vec<Result<Attachment, String>>,
    },
}
