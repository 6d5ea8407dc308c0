//! What the response panel asks for.

use std::path::PathBuf;

/// One thing that is done with what was sent and what came back.
#[derive(Clone, Debug)]
pub enum ResponseCommand {
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
    /// Ask for files to attach to the ticket of the shown delivery.
    PickMore {
        /// The file element's parameter.
        parameter: String,
    },
    /// Attach more files to the ticket of the shown delivery.
    AttachMore {
        /// The file element's parameter.
        parameter: String,
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// Show an earlier delivery of the open profile.
    Show(usize),
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
