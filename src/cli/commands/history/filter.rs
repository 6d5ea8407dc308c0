//! Filters as they are typed.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::args::FilterArgs;
use crate::cli::exit::CommandError;
use crate::cli::target::Context;
use crate::model::history::{ExchangeKind, Filter, StatusClass};

impl FilterArgs {
    /// The filter that was typed, with words to search.
    pub(in crate::cli) fn read(&self, context: &Context, text: String) -> Result<Filter, CommandError> {
        let now = Timestamp::now();
        Ok(Filter {
            text,
            // A profile that was removed is still known by its id.
            profile: self
                .profile
                .as_ref()
                .map(|what| context.saved(what).map_or_else(|_| what.clone(), |stored| stored.id.0.clone())),
            status: self.status.as_deref().map(status).transpose()?,
            attachments: if self.with_files { Some(true) } else { self.without_files.then_some(false) },
            cause: self.cause.clone(),
            tag: self.tag.clone(),
            from: self.since.as_deref().map(|text| when(text, now, "--since")).transpose()?,
            before: self.before.as_deref().map(|text| when(text, now, "--before")).transpose()?,
            kind: self.kind.as_deref().map(kind).transpose()?,
            without_probes: false,
            pinned: self.pinned,
        })
    }
}

fn status(text: &str) -> Result<StatusClass, CommandError> {
    let found = StatusClass::ALL.into_iter().find(|class| class.label().eq_ignore_ascii_case(text));
    found.ok_or_else(|| CommandError::input("--status takes 2xx, 3xx, 4xx, 5xx or none"))
}

fn kind(text: &str) -> Result<ExchangeKind, CommandError> {
    let found = ExchangeKind::ALL.into_iter().find(|kind| kind.label().eq_ignore_ascii_case(text));
    found.ok_or_else(|| CommandError::input("--kind takes create, upload or probe"))
}

/// A date, a time, or a span before now.
fn when(text: &str, now: Timestamp, option: &str) -> Result<Timestamp, CommandError> {
    let wrong = || {
        CommandError::input(format!("{option} takes a date (2026-11-23), a time (2026-11-23T10:00:00Z) or a span (30m, 12h, 7d)"))
    };
    if let Ok(time) = text.parse() {
        return Ok(time);
    }
    if let Ok(date) = text.parse::<Date>() {
        return date.to_zoned(TimeZone::system()).map(|start| start.timestamp()).map_err(|_| wrong());
    }
    let (count, unit) = text.split_at(text.len() - text.chars().last().map_or(0, char::len_utf8));
    let count: i64 = count.parse().map_err(|_| wrong())?;
    let minutes = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 60 * 24,
        _ => return Err(wrong()),
    };
    let span = count.checked_mul(minutes).filter(|minutes| *minutes >= 0).ok_or_else(wrong)?;
    now.checked_sub(SignedDuration::from_mins(span)).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_by_table() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("30m", Some("2026-11-23T11:30:00Z")),
            ("12h", Some("2026-11-23T00:00:00Z")),
            ("7d", Some("2026-11-16T12:00:00Z")),
            ("2026-01-02T03:04:05Z", Some("2026-01-02T03:04:05Z")),
            ("", None),
            ("d", None),
            ("-7d", None),
            ("7w", None),
            ("7ü", None),
            ("yesterday", None),
            ("99999999999999999d", None),
        ] {
            assert_eq!(when(text, now, "--since").ok(), expected.map(|text| text.parse().unwrap()), "{text:?}");
        }
        assert!(when("2026-11-23", now, "--since").is_ok());
    }
}
