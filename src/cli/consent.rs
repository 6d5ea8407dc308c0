//! Asks before something that reaches a real server and cannot be undone.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use super::{Failure, output};

/// Goes on when `--yes` was given, or when somebody at the terminal says so.
///
/// # Errors
/// When nobody can be asked, and when the answer is no.
pub(super) fn ask(yes: bool, what: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::input(format!("{what}. Agree to that with --yes")));
    }
    let mut out = std::io::stderr().lock();
    // Where the question cannot be shown, no answer is a no.
    let _ = write!(out, "{what}.\nGo on? [y/N] ").and_then(|()| out.flush());
    drop(out);
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    if read.is_ok() && is_yes(&line) {
        return Ok(());
    }
    output::complain("note", "nothing was sent to the server");
    Err(Failure::failed("Not agreed to"))
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
