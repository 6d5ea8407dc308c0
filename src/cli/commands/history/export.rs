//! `history export`: exchanges as case files, without secrets.

use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::common_args::Output;
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::output;
use crate::formats::case;
use crate::model::Case;
use crate::model::secrets::placeholder::mask_references;
use crate::store::{Export, History};

/// The file to write to, and how to say so.
pub(in crate::cli) struct Target<'a> {
    pub(in crate::cli) path: &'a Path,
    pub(in crate::cli) force: bool,
    pub(in crate::cli) output: Output,
}

/// Writes cases one by one: a history may be larger than memory.
pub(in crate::cli) fn run(history: &History, ids: &[i64], is_one: bool, to: Option<&Target<'_>>) -> Ended {
    let Some(&Target { path, force, output }) = to else {
        each(history, ids, is_one, output::print)?;
        return Ok(Exit::Done);
    };
    let mut file = Export::new(path, force)?;
    each(history, ids, is_one, |text| file.write_all(text.as_bytes()).map_err(|error| file.error(&error).into()))?;
    file.finish()?;
    match output {
        Output::Json => output::print_json(&json!({"exported": ids.len(), "file": path.to_string_lossy()}))?,
        Output::Text => output::print(&format!("{} exported to {}\n", ids.len(), path.display()))?,
    }
    Ok(Exit::Done)
}

fn each(
    history: &History,
    ids: &[i64],
    is_one: bool,
    mut put: impl FnMut(&str) -> Result<(), CommandError>,
) -> Result<(), CommandError> {
    let mut separator = "[\n";
    for id in ids {
        let case = sealed(history, *id)?;
        if is_one {
            return put(&format!("{case:#}\n"));
        }
        put(separator)?;
        put(&format!("{case:#}"))?;
        separator = ",\n";
    }
    put(if ids.is_empty() { "[]\n" } else { "\n]\n" })
}

/// The case of an exchange. A mask is in the place of each secret's reference: outside of this history nobody can resolve it.
fn sealed(history: &History, id: i64) -> Result<Value, CommandError> {
    let kept = history.open_record_sealed(id)?;
    let case = case::write(&Case::of(&kept.exchange, kept.profile.as_ref()));
    Ok(serde_json::from_str(&mask_references(&case.to_string())).unwrap_or_default())
}
