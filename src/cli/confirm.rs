//! Asks on the terminal before something is sent that has to be confirmed.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use jiff::tz::TimeZone;

use crate::cli::exit::CommandError;
use crate::cli::output;
use crate::cli::target::Context;
use crate::cli::terminal::harmless;
use crate::model::secrets::masker::Masker;
use crate::service::confirm::{self, ConfirmReason};
use crate::service::intent::Intent;

/// Goes on when nothing has to be confirmed, when `--yes` was given, or when somebody at the terminal agrees. Where nobody can be asked,
/// reasons that a script need not agree to are noted, and it goes on.
///
/// # Errors
/// When nobody can be asked who would have to agree, when the answer is no, and when what is sent could not be kept.
pub(in crate::cli) fn ask(context: &Context, intent: &Intent<'_>, yes: bool, masker: &Masker) -> Result<(), CommandError> {
    context.keeps()?;
    if yes {
        return Ok(());
    }
    let due = context.session().due(intent);
    if let Some(warning) = &due.warning {
        output::complain("warning", &masker.text(warning));
    }
    if due.reasons.is_empty() {
        return Ok(());
    }
    if can_ask() {
        let question = masker.text(&confirm::words(&due.reasons, &TimeZone::UTC));
        return if is_agreed(&format!("{question}.\nContinue?")) {
            Ok(())
        } else {
            Err(CommandError::input("Nothing was sent: it was not agreed to"))
        };
    }
    let (agreed_beforehand, noted): (Vec<_>, Vec<_>) = due.reasons.into_iter().partition(ConfirmReason::needs_agreement);
    for reason in &noted {
        output::complain("note", &masker.text(&reason.words(&TimeZone::UTC)));
    }
    if agreed_beforehand.is_empty() {
        return Ok(());
    }
    let question = masker.text(&confirm::words(&agreed_beforehand, &TimeZone::UTC));
    Err(CommandError::input(format!("{question}. Agree to that with --yes")))
}

/// Whether somebody is there to be asked.
fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks at the terminal. What cannot be asked or is not answered counts as a no.
fn is_agreed(question: &str) -> bool {
    let mut out = std::io::stderr().lock();
    // Where the question cannot be shown, no answer is a no.
    let _ = write!(out, "{} [y/N] ", harmless(question)).and_then(|()| out.flush());
    drop(out);
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).is_ok() && is_yes(&line)
}

fn is_yes(line: &str) -> bool {
    matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (line, expected) in [("y\n", true), (" YES \r\n", true), ("\n", false), ("", false), ("n", false), ("yeah no", false)]
        {
            assert_eq!(is_yes(line), expected, "{line:?}");
        }
    }
}
