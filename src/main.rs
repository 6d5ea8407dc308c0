//! The program: the command line, which opens the window when no command is given.

use std::process::ExitCode;

fn main() -> ExitCode {
    centerpost::cli::run()
}
