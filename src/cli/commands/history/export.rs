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
        let exported = each(history, ids, is_one, output::print)?;
        return Ok(exit_of(exported, ids));
    };
    let mut file = Export::new(path, force)?;
    let exported = each(history, ids, is_one, |text| file.write_all(text.as_bytes()).map_err(|error| file.error(&error).into()))?;
    file.finish()?;
    match output {
        Output::Json => output::print_json(&json!({"exported": exported, "file": path.to_string_lossy()}))?,
        Output::Text => output::print(&format!("{exported} exported to {}\n", path.display()))?,
    }
    Ok(exit_of(exported, ids))
}

fn exit_of(exported: usize, ids: &[i64]) -> Exit {
    if exported == ids.len() { Exit::Done } else { Exit::Failed }
}

/// Returns how many were written. One that cannot be read costs itself alone, and is named.
fn each(
    history: &History,
    ids: &[i64],
    is_one: bool,
    mut put: impl FnMut(&str) -> Result<(), CommandError>,
) -> Result<usize, CommandError> {
    let mut exported = 0;
    for id in ids {
        let case = match sealed(history, *id) {
            Ok(case) => case,
            Err(error) if is_one => return Err(error),
            Err(error) => {
                output::complain("warning", &format!("exchange {id} was left out. {}", error.text));
                continue;
            }
        };
        if is_one {
            return put(&format!("{case:#}\n")).map(|()| 1);
        }
        put(if exported == 0 { "[\n" } else { ",\n" })?;
        put(&format!("{case:#}"))?;
        exported += 1;
    }
    put(if exported == 0 { "[]\n" } else { "\n]\n" })?;
    Ok(exported)
}

/// The case of an exchange. A mask is in the place of each secret's reference: outside of this history nobody can resolve it.
fn sealed(history: &History, id: i64) -> Result<Value, CommandError> {
    let kept = history.open_record_sealed(id)?;
    let case = case::write(&Case::of(&kept.exchange, kept.profile.as_ref()));
    Ok(serde_json::from_str(&mask_references(&case.to_string())).unwrap_or_default())
}
