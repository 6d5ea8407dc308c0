//! `history`: every exchange that was made.

mod args;
mod export;
mod filter;
mod generate;
mod print;
mod resend;

use serde_json::json;

use crate::cli::common_args::Output;
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::output;
use crate::cli::target::Context;
use crate::model::compare::compare;
use crate::model::history::{HistoryRecord, Retention};
use crate::model::request::Secrets;
use crate::store::{History, StoreError};
pub(in crate::cli) use args::HistoryCommand;
use export::Target;

/// Lines of a list that nobody gave a length.
const PAGE: usize = 50;

pub(in crate::cli) fn run(command: HistoryCommand) -> Ended {
    let no_history = matches!(&command, HistoryCommand::Resend { target, .. } if target.no_history);
    let context = Context::open().keeping(no_history);
    let history = context.needed_history()?;
    match command {
        HistoryCommand::List { filter, output } => {
            print::list(history, &filter.read(&context, String::new())?, filter.limit.unwrap_or(PAGE), output)
        }
        HistoryCommand::Search { text, filter, output } => {
            print::list(history, &filter.read(&context, text)?, filter.limit.unwrap_or(PAGE), output)
        }
        HistoryCommand::Show { id, printing } => print::show(&context, &kept(history, id)?, &printing),
        HistoryCommand::Resend { id, file, yes, target, printing } => {
            resend::run(&context, &kept(history, id)?, &target, file.as_deref(), yes, &printing)
        }
        HistoryCommand::Compare { one, other, output } => compared(&context, history, (one, other), output),
        HistoryCommand::Export { ids, all: _, filter, to, force, output } => {
            let to = to.as_deref().map(|path| Target { path, force, output });
            if ids.is_empty() {
                let found = history.ids(&filter.read(&context, String::new())?, None, filter.limit);
                return export::run(history, &found?, false, to.as_ref());
            }
            exist(history, &ids)?;
            export::run(history, &ids, ids.len() == 1, to.as_ref())
        }
        HistoryCommand::Prune { days, count, mib, output } => {
            let set = context.found.settings.keep;
            let keep =
                Retention { days: days.unwrap_or(set.days), count: count.unwrap_or(set.count), mib: mib.unwrap_or(set.mib) };
            prune(history, &keep, output)
        }
        HistoryCommand::Note { id, text, output } => change(history, &[id], output, |history| history.set_note(id, &text)),
        HistoryCommand::Tag { id, tags, output } => change(history, &[id], output, |history| history.set_tags(id, &tags)),
        HistoryCommand::Pin { ids, output } => change(history, &ids, output, |history| history.set_pinned(&ids, true)),
        HistoryCommand::Unpin { ids, output } => change(history, &ids, output, |history| history.set_pinned(&ids, false)),
        HistoryCommand::Mark { id, off, output } => change(history, &[id], output, |history| history.set_works(id, !off)),
        HistoryCommand::Delete { ids, output } => delete(history, &ids, output),
        HistoryCommand::Generate { count, seed } => generate::run(history, count, seed),
    }
}

/// An exchange by its number. A number that nobody has is a wrong argument.
fn kept(history: &History, id: i64) -> Result<HistoryRecord, CommandError> {
    exist(history, &[id])?;
    history.open_record(id).map_err(CommandError::from)
}

pub(in crate::cli) fn exist(history: &History, ids: &[i64]) -> Result<(), CommandError> {
    let rows = history.rows(ids)?;
    let missing: Vec<String> = ids.iter().filter(|id| !rows.iter().any(|row| row.id == **id)).map(i64::to_string).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let noun = if missing.len() == 1 { "exchange" } else { "exchanges" };
    Err(CommandError::input(format!(
        "Looking for {noun} {} in the history: there is no exchange with that number. centerpost history list shows the numbers",
        missing.join(", ")
    )))
}

/// Changes exchanges, and prints them as they are then.
fn change(history: &History, ids: &[i64], output: Output, change: impl FnOnce(&History) -> Result<(), StoreError>) -> Ended {
    exist(history, ids)?;
    change(history).and_then(|()| history.rows(ids)).map_err(CommandError::from).and_then(|rows| print::rows(&rows, output))
}

fn delete(history: &History, ids: &[i64], format: Output) -> Ended {
    exist(history, ids)?;
    let deleted = history.delete(ids)?;
    match format {
        Output::Json => output::print_json(&json!({"deleted": deleted}))?,
        Output::Text => output::print(&format!("{deleted} deleted\n"))?,
    }
    Ok(Exit::Done)
}

fn compared(context: &Context, history: &History, (one, other): (i64, i64), format: Output) -> Ended {
    let (one, other) = (kept(history, one)?, kept(history, other)?);
    let comparison = compare(&one.exchange, &other.exchange);
    let masker = context.masker(Secrets::Masked);
    match format {
        Output::Json => output::print_json(&print::comparison_json(&comparison, &masker))?,
        Output::Text => output::print(&print::comparison_text(&comparison, &masker))?,
    }
    let same = comparison.request.is_empty() && comparison.response.is_empty();
    Ok(if same { Exit::Done } else { Exit::Failed })
}

fn prune(history: &History, keep: &Retention, format: Output) -> Ended {
    let dropped = history.prune(keep, jiff::Timestamp::now())?;
    let kept = history.count()?;
    match format {
        Output::Json => output::print_json(&json!({"dropped": dropped, "kept": kept}))?,
        Output::Text => output::print(&format!("{dropped} dropped, {kept} kept\n"))?,
    }
    Ok(Exit::Done)
}
