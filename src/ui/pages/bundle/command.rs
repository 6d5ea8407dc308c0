//! What the page of a support bundle asks for.

use crate::ui::pages::export::command::ExportSource;
use std::path::PathBuf;

/// One thing that is done with a support bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BundleCommand {
    /// Show what a support bundle of this would hold.
    Open(ExportSource),
    /// Look anew at what it would hold: a text was marked, or the summary changed.
    Reseal,
    /// Ask where to, and save it there.
    Pick,
    /// Save it as a zip.
    Save(PathBuf),
    /// Put its report on the clipboard, for a ticket.
    CopyReport,
}
