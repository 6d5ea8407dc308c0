//! A payload that went to the same endpoint before: asked about on a terminal, said elsewhere.

use std::io::{IsTerminal as _, Write as _};

use super::target::Context;
use super::{Failure, output};
use crate::jobs::record::Origin;
use crate::model::Profile;
use crate::model::history::Row;

/// Whether a request is to go out although it may repeat an earlier one. Scripts are not asked: what they meet is said, and they go on.
pub(super) fn is_wanted(context: &Context, origin: &Origin, profile: &Profile, yes: bool) -> Result<bool, Failure> {
    let (Some(history), Some(fingerprint)) = (context.history().filter(|_| !yes && !profile.sandbox), origin.fingerprint) else {
        return Ok(true);
    };
    let span = jiff::SignedDuration::from_mins(context.found.settings.ask_repeat_minutes.into());
    let since = jiff::Timestamp::now().checked_sub(span).unwrap_or_default();
    let found = history.repeats(&fingerprint, since).map_err(|error| Failure::failed(error.to_string()))?;
    let Some((row, unknown)) = found else { return Ok(true) };
    let text = words(&row, unknown);
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        output::complain("note", &text);
        return Ok(true);
    }
    ask(&text)
}

fn words(row: &Row, unknown: bool) -> String {
    let when = row.started_at.strftime("%Y-%m-%d %H:%M:%S UTC");
    let what = if unknown {
        "nobody knows what became of it, so the ticket may exist already".to_owned()
    } else {
        let ticket = row.ticket.as_ref().map_or_else(|| "its ticket".to_owned(), |ticket| format!("ticket {ticket}"));
        format!("made {ticket}, and this makes another")
    };
    format!("the same payload went to this endpoint on {when} (number {} in the history); {what}", row.id)
}

fn ask(text: &str) -> Result<bool, Failure> {
    let mut terminal = std::io::stderr();
    let failed = |error: std::io::Error| Failure::failed(format!("Asking whether to send: {error}"));
    write!(terminal, "{text}. Send it all the same? [y/N] ").and_then(|()| terminal.flush()).map_err(failed)?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(failed)?;
    Ok(["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str()))
}
