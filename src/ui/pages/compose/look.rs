//! Looking at a file before it is attached: on a network drive even that can take long, so it is done aside.

use std::path::PathBuf;

use crate::model::draft::Attachment;
use crate::model::system_words;

/// The file at a path as it is now, to be sent for a file element.
///
/// # Errors
/// When it cannot be sent; why, and what to do.
pub(in crate::ui) fn look_at(parameter: &str, path: PathBuf) -> Result<Attachment, String> {
    let shown = path.display().to_string();
    match std::fs::metadata(&path) {
        Err(error) => {
            let reason = system_words(&error);
            Err(format!("Attaching {shown}: {reason}. Check the path and that you may read the file"))
        }
        Ok(found) if found.is_dir() => Err(format!("Attaching {shown}: it is a folder. Pick the files in it, or zip it")),
        Ok(found) if !found.is_file() => {
            Err(format!("Attaching {shown}: it is not a regular file. Copy its content to a file first"))
        }
        Ok(found) => Ok(Attachment {
            parameter: parameter.to_owned(),
            path,
            picked_size: Some(found.len()),
            picked_modified: found.modified().ok(),
            ..Attachment::default()
        }),
    }
}
