//! What the user asks for. Panels return commands; `logic` carries them out.

use std::path::PathBuf;

use crate::diagnosis::Fix;
use crate::formats::contract::Form;
use crate::formats::export::Tool as WriteTool;
use crate::formats::import::Kind;
use crate::model::Profile;
use crate::model::Secret;
use crate::model::draft::Attachment;
use crate::model::settings::Settings;
use crate::sandbox::{Fault, Shape};
use crate::store::ProfileId;

use super::finding::Tool;
use super::state::View;

/// Something that somebody else changed too, in another way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Contested {
    /// A profile.
    Profile(ProfileId),
    /// The settings.
    Settings,
}

/// One thing that the user asks for.
#[derive(Clone, Debug)]
pub enum Command {
    /// Open a profile.
    Select(ProfileId),
    /// Show another page in the middle.
    Show(View),
    /// Save a new profile and open it.
    CreateProfile(Box<Profile>),
    /// Save a profile over its old self.
    SaveProfile(ProfileId, Box<Profile>),
    /// Save a copy of a profile and open it.
    DuplicateProfile(ProfileId),
    /// Make a profile that the sandbox plays, with this one's mapping.
    MakeSandboxTwin(ProfileId),
    /// Remove a profile; it can be brought back.
    RemoveProfile(ProfileId),
    /// Bring a removed profile back.
    RestoreProfile(ProfileId),
    /// Put a profile at the top of the list, or back.
    ToggleFavourite(ProfileId),
    /// Ask for profile files and take them over.
    PickImport,
    /// Take profile files over.
    ImportProfiles(Vec<PathBuf>),
    /// Ask where to, and write the profile there, with its API key only if so said.
    PickExport {
        /// Which profile.
        id: ProfileId,
        /// Whether the API key goes with it, in clear.
        with_key: bool,
    },
    /// Write a profile to a file.
    ExportProfile {
        /// Which profile.
        id: ProfileId,
        /// Whether the API key goes with it, in clear.
        with_key: bool,
        /// The file.
        path: PathBuf,
    },
    /// The open profile's draft was changed by the panel: check and save it.
    DraftChanged,
    /// Send the open draft; asks first for a production profile.
    Send,
    /// Send what a question waits with, now that the user has said so.
    SendAnyway,
    /// Drop what a question waits with.
    DismissQuestion,
    /// Stop what is being sent for the open profile.
    CancelSending,
    /// Change the open draft as a cause proposes.
    Mend(Box<Fix>),
    /// Take the last change of the open draft back.
    UndoLast,
    /// Take one change of a profile's draft back, by its number.
    UndoStep(ProfileId, u64),
    /// Take a change of a profile back.
    UndoProfile {
        /// Which profile.
        id: ProfileId,
        /// It before the change.
        before: Box<Profile>,
        /// It after the change.
        after: Box<Profile>,
    },
    /// Ask for files for a file element of the open draft.
    PickFiles {
        /// The file element's parameter.
        parameter: String,
    },
    /// Attach files to a file element of the open draft.
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
    /// Stop one upload of the shown delivery.
    CancelUpload {
        /// Which attachment.
        index: usize,
    },
    /// Send one file of the shown delivery again, to the same ticket.
    RetryUpload {
        /// Which attachment.
        index: usize,
    },
    /// Show an earlier delivery of the open profile.
    ShowDelivery(usize),
    /// Ask where to, and save the body of an answer there, as it was decoded.
    PickBodyPlace {
        /// The name that is proposed.
        file_name: String,
        /// The bytes.
        body: BodyBytes,
    },
    /// Save the body of an answer.
    SaveBody {
        /// The file.
        path: PathBuf,
        /// The bytes.
        body: BodyBytes,
    },
    /// Put a text on the clipboard.
    Copy(String),
    /// Let the sandbox answer in another shape.
    SandboxShape(Shape),
    /// Give the sandbox a fault, or none.
    SandboxFault(Option<Fault>),
    /// Start the sandbox, or start it again after it failed.
    StartSandbox,
    /// Use and save other settings.
    SaveSettings(Box<Settings>),
    /// Save one's own version of what somebody else changed too; theirs is kept beside it.
    KeepMine(Contested),
    /// Go on with somebody else's version; one's own is kept beside it.
    TakeTheirs(Contested),
    /// Ask for a folder for the profiles.
    PickProfilesFolder,
    /// Keep the profiles in another folder; `None` is the one among the other data.
    UseProfilesFolder(Option<PathBuf>),
    /// Move the profiles of this folder to the one in use.
    MoveProfiles(PathBuf),
    /// Delete the removed profiles for good.
    EmptyRemoved,
    /// Something that the import page asks for.
    Import(ImportCommand),
    /// Something that is exported or packed for others.
    Export(ExportCommand),
    /// Something that the page for finding out asks for.
    Finding(FindingCommand),
    /// Something that the history's page asks for.
    History(HistoryCommand),
    /// Open the file of keys.
    UnlockKeys(Secret),
    /// Keep keys in a file under this passphrase.
    KeepKeysInFile(Secret),
    /// Move the keys from their file to the system's keyring.
    LeaveKeyFile,
    /// Take a note off the window.
    DismissNote(u64),
}

/// One thing that is done to find out what is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingCommand {
    /// Start a tool, or ask first.
    Start(Tool),
    /// Start it, now that the user has agreed.
    Agree(Tool),
    /// Do not start it.
    Decline,
    /// Stop the tool that runs.
    Stop,
}

/// One thing that is done with what somebody else wrote down.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportCommand {
    /// Ask for a file.
    Pick,
    /// Read a file.
    Open(PathBuf),
    /// Ask for a Postman environment.
    PickEnvironment,
    /// Fill variables from a Postman environment.
    Environment(PathBuf),
    /// Take it for something else, or for whatever it seems to be.
    TakeFor(Option<Kind>),
    /// Take all of it away.
    Clear,
    /// Hold the request against the profile.
    Check,
    /// Explain the answer.
    Explain,
    /// Save a profile made of the request and open it.
    NewProfile,
    /// Put payload, address and files into the profile's form.
    FillForm,
    /// Send it to the twin of the profile.
    Rehearse,
    /// Ask whether to send it to its own host.
    AskToSend,
    /// Send it to its own host.
    Send,
    /// Do not send it.
    Decline,
}

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
    /// Save a zip.
    SaveBundle(PathBuf),
    /// Show what a support bundle of this would hold.
    Bundle(ExportSource),
    /// Look anew at what a bundle would hold: a text was marked, or the summary changed.
    Reseal,
    /// Ask where to, and save the bundle there.
    PickBundle,
    /// Put the bundle's report on the clipboard, for a ticket.
    CopyReport,
    /// Put the contract of a profile on the clipboard.
    CopyContract(ProfileId),
    /// Ask where to, and save the contract of a profile.
    PickContract(ProfileId, Form),
}

/// One thing that is done with the history.
#[derive(Clone, Debug, PartialEq)]
pub enum HistoryCommand {
    /// List what the filter lets through.
    List,
    /// Read lines of the list.
    Rows(Vec<i64>),
    /// Show an exchange as it was.
    Open(i64),
    /// Show the list alone.
    Close,
    /// Compare two exchanges.
    Compare(i64, i64),
    /// Compare an exchange with the one of its profile that works.
    CompareWithWorking(i64),
    /// Send it again, as it was or with today's profile.
    Resend {
        /// Which exchange.
        id: i64,
        /// With the address, the API key and the headers that the profile has today.
        today: bool,
    },
    /// Put its payload and address into its profile's draft.
    CopyAsDraft(i64),
    /// Set the note.
    Note(i64, String),
    /// Set the tags.
    Tags(i64, String),
    /// Pin exchanges or let them go.
    Pin(Vec<i64>, bool),
    /// Mark it as the one that works, or take the mark off.
    Works(i64, bool),
    /// Ask whether to delete these.
    AskDelete(Vec<i64>),
    /// Delete these.
    Delete(Vec<i64>),
    /// Leave them.
    KeepThem,
}

/// An answer's body on its way to a file. `Debug` prints its length alone: it may be large, and hold what is secret.
#[derive(Clone)]
pub struct BodyBytes {
    /// The body, or its beginning.
    pub bytes: bytes::Bytes,
    /// The whole body, where it is too large for memory.
    pub whole: Option<crate::model::exchange::Whole>,
}

impl std::fmt::Debug for BodyBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.whole.as_ref().map_or(self.bytes.len() as u64, |whole| whole.0.size()))
    }
}
