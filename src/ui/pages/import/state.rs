//! What the import page shows.

use crate::diagnosis::CheckRow;
use crate::formats::import::postman::Variables;
use crate::formats::import::{Opened, SourceKind};
use crate::model::{Endpoint, RequestSpec, Secret};
use crate::service::prepare;
use crate::store::ProfileId;
use crate::ui::pages::diagnostics::state::ToolRun;
use crate::ui::pages::response::recorded::RecordedView;
use poll_promise::Promise;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

/// What the page shows.
#[derive(Default)]
pub struct ImportPage {
    /// The text that was pasted.
    pub pasted: String,
    /// The text that was read last.
    pub read: String,
    /// Whether the text is edited in clear although it holds secrets.
    pub in_clear: bool,
    /// Whether the text is being typed, which is not interrupted to mask it.
    pub is_typing: bool,
    /// Whether the text takes the keyboard at the next frame.
    pub focuses_text: bool,
    /// The file that was opened in place of a text: its name and its bytes.
    pub file: Option<(String, Arc<Vec<u8>>)>,
    /// The file that was opened, where it lies.
    pub opened: Option<PathBuf>,
    /// The picked folder in which the files lie that a request names. No file outside it is read.
    pub folder: Option<PathBuf>,
    /// What it is to be taken for; `None` is whatever it seems to be.
    pub taken_for: Option<SourceKind>,
    /// An environment: its name and its variables.
    pub environment: Option<(String, Variables)>,
    /// What is being read.
    pub reading: Option<Reading>,
    /// Whether the files of the picked request are being looked at.
    pub is_looking: bool,
    /// What was found.
    pub found: Option<Opened>,
    /// Why nothing was found.
    pub trouble: Option<String>,
    /// The picked request.
    pub picked: usize,
    /// What is drawn of the picked request, made once: its body may be large.
    pub(in crate::ui) drawn: Option<Drawn>,
    /// What the list is filtered by.
    pub filter: String,
    /// Whether only requests to External Sources are listed.
    pub only_sources: bool,
    /// Whether only requests that failed are listed.
    pub only_failed: bool,
    /// The requests that are listed, and by what: there may be very many.
    pub listed: Option<(ListedBy, Rc<[usize]>)>,
    /// The profile that the request is held against.
    pub profile: Option<ProfileId>,
    /// What stands in the place of placeholders.
    pub values: Vec<(String, Secret)>,
    /// What was made of the picked request.
    pub result: ImportResult,
    /// What the twin of the profile said of it.
    pub rehearsal: ToolRun,
    /// What was assumed on the way.
    pub notes: Vec<String>,
    /// What is asked before the request goes out.
    pub question: Option<String>,
}

/// What requests are listed by: the filter, only those to External Sources, only those that failed.
pub type ListedBy = (String, bool, bool);

/// Bytes that are being read: their name and bytes if they are a file's, and what was found in them.
pub type Reading = Promise<(Option<(String, Arc<Vec<u8>>)>, Result<Opened, String>)>;

/// What is drawn of a request.
pub(in crate::ui) struct Drawn {
    /// The request's number in the list.
    pub(in crate::ui) picked: usize,
    /// The request and its answer, shortened and masked.
    pub(in crate::ui) text: String,
    /// The placeholders that stand in it.
    pub(in crate::ui) placeholders: Vec<String>,
    /// Whether it has an address or a body.
    pub(in crate::ui) has_request: bool,
    /// Whether it has an answer, or a reason why none came.
    pub(in crate::ui) has_answer: bool,
    /// Its address, where it is one of an External Source.
    pub(in crate::ui) source: Option<Endpoint>,
    /// Whether its address names a host.
    pub(in crate::ui) has_host: bool,
    /// Whether it names files.
    pub(in crate::ui) has_files: bool,
}

/// What was made of a request.
#[derive(Default)]
pub enum ImportResult {
    /// Nothing yet.
    #[default]
    Nothing,
    /// It cannot be done; why.
    Failed(String),
    /// The request, held against the profile.
    Checked(Vec<CheckRow>),
    /// The answer, explained.
    Explained(Box<RecordedView>),
    /// What the twin said stands among the findings.
    Rehearsed,
}

impl ImportPage {
    /// The folder in which the files of the picked request may be read. What leaves this computer wants a picked one.
    pub fn files_folder(&self, leaves: bool) -> Option<PathBuf> {
        let written = || self.found.as_ref()?.imported.requests.get(self.picked);
        let beside = || prepare::folder_beside(self.opened.as_deref()?, written()?);
        self.folder.clone().or_else(|| if leaves { None } else { beside() })
    }

    /// Puts a text in the place of what was read.
    pub fn paste(&mut self, text: String) {
        (self.pasted, self.file, self.in_clear) = (text, None, false);
    }

    /// Takes over what was found in a text or a file, or why nothing was. What was made of the requests before is gone.
    pub(in crate::ui) fn take(&mut self, found: Result<Opened, String>) {
        (self.picked, self.result, self.question, self.listed, self.drawn) = (0, ImportResult::Nothing, None, None, None);
        self.notes.clear();
        (self.found, self.trouble) = match found {
            Ok(opened) => (Some(opened), None),
            Err(reason) => (None, Some(reason)),
        };
    }

    /// The picked request, with values in the place of its placeholders.
    pub fn request(&self) -> Option<RequestSpec> {
        let written = self.found.as_ref()?.imported.requests.get(self.picked)?;
        let given: Vec<(String, Secret)> = self.values.iter().filter(|(_, value)| !value.is_empty()).cloned().collect();
        Some(written.filled(&given))
    }
}
