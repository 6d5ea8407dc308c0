//! Asks before something that reaches a real server and cannot be undone.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use crate::cli::exit::Failure;
use crate::cli::output;

/// Goes on when `--yes` was given, or when somebody at the terminal says so.
///
/// # Errors
/// When nobody can be asked, and when the answer is no.
pub(in crate::cli) fn ask(yes: bool, what: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !can_ask() {
        return Err(Failure::input(format!("{what}. Agree to that with --yes")));
    }
    if is_agreed(&format!("{what}.\nGo on?")) {
        return Ok(());
    }
    output::complain("note", "nothing was sent to the server");
    Err(Failure::failed("Not agreed to"))
}

/// Whether somebody is there to be asked.
pub(in crate::cli) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks at the terminal. What cannot be asked or is not answered counts as a no.
pub(in crate::cli) fn is_agreed(question: &str) -> bool {
    let mut out = std::io::stderr().lock();
    // Where the question cannot be shown, no answer is a no.
    let _ = write!(out, "{} [y/N] ", output::harmless(question)).and_then(|()| out.flush());
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
        assert_eq!(ask(true, "x").map_err(|failure| failure.text), Ok(()));
    }
}
