//! The files of a step: looked up, or made for it and gone afterwards.

use std::path::PathBuf;

use tempfile::TempPath;

use super::plan::{Plan, file_name, file_source};
use super::suite::{Attach, FileSource};
use super::template::Scope;
use crate::model::draft::Attachment;
use crate::transport::inspect_file;

/// The files of a step. Those that were made are removed with it.
#[derive(Debug, Default)]
pub struct StepFiles {
    /// As they are sent.
    pub attachments: Vec<Attachment>,
    /// What is removed once it is dropped.
    pub(super) made: Vec<TempPath>,
}

/// Looks up and makes the files of a step, the made ones in a folder.
///
/// # Errors
/// When a file is missing, or cannot be made.
pub async fn prepare(
    plan: &Plan,
    attach: &[Attach],
    scope: &mut Scope<'_>,
    folder: PathBuf,
    seed: u64,
) -> Result<StepFiles, String> {
    let mut files = StepFiles::default();
    let mut made_before: Vec<(&Attach, PathBuf)> = Vec::new();
    for (index, one) in attach.iter().enumerate() {
        let name = file_name(one, scope)?;
        let attachment = |path| Attachment {
            parameter: one.element.clone(),
            path,
            filename: name.clone(),
            content_type: one.content_type.clone(),
            ..Attachment::default()
        };
        let FileSource::Generated(generated) = &one.source else {
            for path in plan.paths(&file_source(one, scope)?)? {
                inspect_file(&path).map_err(|error| error.to_string())?;
                files.attachments.push(attachment(path));
            }
            continue;
        };
        let (generated, folder, seed) = (*generated, folder.clone(), seed.wrapping_add(index as u64));
        // One file may go to several elements of the same ticket.
        let same = made_before.iter().find(|(earlier, _)| earlier.source == one.source && earlier.name == one.name);
        let path = match same {
            Some((_, path)) => path.clone(),
            None => {
                let made = tokio::task::spawn_blocking(move || {
                    let path = tempfile::Builder::new().prefix("made-").tempfile_in(folder)?.into_temp_path();
                    generated.write(&path, seed)?;
                    std::io::Result::Ok(path)
                });
                let made = made.await.map_err(|error| error.to_string())?;
                let made = made.map_err(|error| format!("A file of {} bytes cannot be made: {error}", generated.length()))?;
                let path = made.to_path_buf();
                files.made.push(made);
                made_before.push((one, path.clone()));
                path
            }
        };
        let own_name = name.clone().or_else(|| Some(one.source.own_name(&path)));
        files.attachments.push(Attachment { filename: own_name, ..attachment(path) });
    }
    Ok(files)
}
