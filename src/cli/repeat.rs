//! A payload that went to the same endpoint before: asked about on a terminal, said elsewhere.

use crate::cli::target::Context;
use crate::cli::{consent, output};
use crate::model::Profile;
use crate::model::history::Row;
use crate::service::record::Origin;

/// Whether a request is to go out although it may repeat an earlier one. Scripts are not asked: what they meet is said, and they go on.
pub(in crate::cli) fn is_wanted(context: &Context, origin: &Origin, profile: &Profile, yes: bool) -> bool {
    let (Some(history), Some(fingerprint)) = (context.history().filter(|_| !yes && !profile.sandbox), origin.fingerprint) else {
        return true;
    };
    let span = jiff::SignedDuration::from_mins(context.found.settings.ask_repeat_minutes.into());
    let since = jiff::Timestamp::now().checked_sub(span).unwrap_or_default();
    let found = history.repeats(&fingerprint, since).unwrap_or_else(|error| {
        output::complain("warning", &format!("whether this was sent before is not known. {error}"));
        None
    });
    let Some((row, unknown)) = found else { return true };
    let text = words(&row, unknown);
    if !consent::can_ask() {
        output::complain("note", &text);
        return true;
    }
    let wanted = consent::is_agreed(&format!("{text}.\nSend it all the same?"));
    if !wanted {
        output::complain("note", "nothing was sent to the server");
    }
    wanted
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::history::Kind;

    #[test]
    fn an_earlier_exchange_in_words() {
        for (ticket, unknown, expected) in [
            (Some("4711"), false, "number 17 in the history); made ticket 4711, and this makes another"),
            (None, false, "number 17 in the history); made its ticket, and this makes another"),
            (None, true, "number 17 in the history); nobody knows what became of it, so the ticket may exist already"),
        ] {
            let row = Row { ticket: ticket.map(str::to_owned), ..row() };
            let text = words(&row, unknown);
            assert!(text.starts_with("the same payload went to this endpoint on 1970-01-01 00:00:00 UTC"), "{text}");
            assert!(text.ends_with(expected), "{text}");
        }
    }

    fn row() -> Row {
        Row {
            id: 17,
            started_at: jiff::Timestamp::UNIX_EPOCH,
            kind: Kind::Create,
            delivery: 0,
            profile_id: String::new(),
            profile_name: String::new(),
            method: "POST".into(),
            url: String::new(),
            status: None,
            failure: None,
            cause: (String::new(), String::new()),
            ticket: None,
            attachments: 0,
            total: std::time::Duration::ZERO,
            note: String::new(),
            tags: String::new(),
            pinned: false,
            works: false,
            preview: String::new(),
        }
    }
}
