//! `history`: every exchange that was made.

mod args;
mod filter;
mod generate;
mod print;
mod resend;

use std::path::Path;

use serde_json::{Value, json};

use super::args::Output;
use super::target::Context;
use super::{Ended, Exit, Failure, output};
use crate::formats::case;
use crate::model::Case;
use crate::model::compare::compare;
use crate::model::history::{Keep, Kept};
use crate::model::redact::mask_references;
use crate::store::{History, StoreError, write_export};
pub(super) use args::HistoryCommand;

pub(super) fn run(command: HistoryCommand) -> Ended {
    let context = Context::open();
    context.store()?;
    let history = context.history().ok_or_else(|| Failure::failed("The history cannot be opened"))?;
    match command {
        HistoryCommand::List { filter, output } => {
            print::list(history, &filter.read(&context, String::new())?, filter.limit, output)
        }
        HistoryCommand::Search { text, filter, output } => {
            print::list(history, &filter.read(&context, text)?, filter.limit, output)
        }
        HistoryCommand::Show { id, printing } => print::show(&kept(history, id)?, &printing),
        HistoryCommand::Resend { id, target, printing } => resend::run(&context, &kept(history, id)?, &target, &printing),
        HistoryCommand::Compare { one, other, output } => compared(history, one, other, output),
        HistoryCommand::Export { ids, filter, to, force } => {
            let one = ids.len() == 1;
            let ids = if ids.is_empty() {
                let limit = Some(filter.limit);
                history.ids(&filter.read(&context, String::new())?, None, limit).map_err(|error| failed(&error))?
            } else {
                ids
            };
            export(history, &ids, one, to.as_deref(), force)
        }
        HistoryCommand::Prune { days, count, mib, output } => {
            let set = context.found.settings.keep;
            let keep = Keep { days: days.unwrap_or(set.days), count: count.unwrap_or(set.count), mib: mib.unwrap_or(set.mib) };
            prune(history, &keep, output)
        }
        HistoryCommand::Note { id, text } => change(history, &[id], |history| history.set_note(id, &text)),
        HistoryCommand::Tag { id, tags } => change(history, &[id], |history| history.set_tags(id, &tags)),
        HistoryCommand::Pin { ids } => change(history, &ids, |history| history.set_pinned(&ids, true)),
        HistoryCommand::Unpin { ids } => change(history, &ids, |history| history.set_pinned(&ids, false)),
        HistoryCommand::Mark { id, off } => change(history, &[id], |history| history.set_works(id, !off)),
        HistoryCommand::Delete { ids } => change(history, &ids, |history| history.delete(&ids).map(drop)),
        HistoryCommand::Generate { count } => generate::run(history, count),
    }
}

fn failed(error: &StoreError) -> Failure {
    Failure::failed(error.to_string())
}

/// An exchange by its number. A number that nobody has is a wrong argument.
fn kept(history: &History, id: i64) -> Result<Kept, Failure> {
    exist(history, &[id])?;
    history.open_entry(id).map_err(|error| failed(&error))
}

fn exist(history: &History, ids: &[i64]) -> Result<(), Failure> {
    let rows = history.rows(ids).map_err(|error| failed(&error))?;
    let missing: Vec<String> = ids.iter().filter(|id| !rows.iter().any(|row| row.id == **id)).map(i64::to_string).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let noun = if missing.len() == 1 { "exchange" } else { "exchanges" };
    Err(Failure::input(format!(
        "Looking for {noun} {} in the history: there is none of that number. centerpost history list shows those that are there",
        missing.join(", ")
    )))
}

fn change(history: &History, ids: &[i64], change: impl FnOnce(&History) -> Result<(), StoreError>) -> Ended {
    exist(history, ids)?;
    change(history).map(|()| Exit::Done).map_err(|error| failed(&error))
}

fn compared(history: &History, one: i64, other: i64, format: Output) -> Ended {
    let (one, other) = (kept(history, one)?, kept(history, other)?);
    let comparison = compare(&one.entry.exchange, &other.entry.exchange);
    match format {
        Output::Json => output::print_json(&print::comparison_json(&comparison))?,
        Output::Text => output::print(&print::comparison_text(&comparison))?,
    }
    let same = comparison.request.is_empty() && comparison.response.is_empty();
    Ok(if same { Exit::Done } else { Exit::Failed })
}

fn export(history: &History, ids: &[i64], one: bool, to: Option<&Path>, force: bool) -> Ended {
    exist(history, ids)?;
    let mut cases = Vec::new();
    for id in ids {
        let kept = history.open_entry_sealed(*id).map_err(|error| failed(&error))?;
        cases.push(sealed(&case::write(&Case::of(&kept.entry.exchange, kept.entry.profile.as_ref()))));
    }
    let value = if one { cases.pop().unwrap_or_default() } else { Value::Array(cases) };
    match to {
        Some(path) => write_export(path, &format!("{value:#}\n"), force).map_err(|error| failed(&error))?,
        None => output::print_json(&value)?,
    }
    Ok(Exit::Done)
}

/// A mask in the place of each reference: outside of this history nobody can resolve it.
fn sealed(case: &Value) -> Value {
    serde_json::from_str(&mask_references(&case.to_string())).unwrap_or_default()
}

fn prune(history: &History, keep: &Keep, format: Output) -> Ended {
    let dropped = history.prune(keep, jiff::Timestamp::now()).map_err(|error| failed(&error))?;
    let kept = history.count().map_err(|error| failed(&error))?;
    match format {
        Output::Json => output::print_json(&json!({"dropped": dropped, "kept": kept}))?,
        Output::Text => output::print(&format!("{dropped} dropped, {kept} kept\n"))?,
    }
    Ok(Exit::Done)
}
