//! What can be typed, and which command does it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::{commands, output};
use crate::logging::{self, Wanted};
use crate::store::learn_secret_names;
use crate::ui;

const EXIT_CODES: &str = "\
Exit codes:
  0  success
  1  the exchange or a check failed: an HTTP error, a failed upload
  2  the command line or an input file is wrong
  3  the network failed before a response came

Environment:
  CENTERPOST_HOME        one folder for all settings, profiles and history, in place of the user's own
  CENTERPOST_API_KEY     the API key to use instead of the profile's
  CENTERPOST_PASSPHRASE  opens the file of keys, where keys are kept in one
  CENTERPOST_LOG_LEVEL   as --log-level
  CENTERPOST_KEYRING     \"off\" leaves the system's keyring alone";

/// What is said where a command's output would go nowhere.
const NO_CONSOLE: &str =
    "centerpost.exe opens the window and cannot print. In a console use centerpost.com, which is in the same folder.";

/// Send to Centercode External Sources and find out why it fails. Without a command, opens the window
#[derive(Debug, Parser)]
#[command(name = "centerpost", bin_name = "centerpost", version = env!("CENTERPOST_VERSION"), after_help = EXIT_CODES, max_term_width = 120)]
pub(in crate::cli) struct Cli {
    /// How much the log file holds: off, error, warn, info or debug
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "LEVEL",
        default_value_t,
        env = "CENTERPOST_LOG_LEVEL",
        hide_env_values = true,
        hide_possible_values = true
    )]
    pub(in crate::cli) log_level: LogLevel,
    #[command(subcommand)]
    pub(in crate::cli) command: Option<Command>,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogLevel {
    /// Nothing, and no file
    Off,
    /// What failed
    Error,
    /// What is odd, too
    Warn,
    /// What was sent, too, and what came of it
    #[default]
    Info,
    /// Which way was taken, too
    Debug,
}

impl From<LogLevel> for log::LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Off => Self::Off,
            LogLevel::Error => Self::Error,
            LogLevel::Warn => Self::Warn,
            LogLevel::Info => Self::Info,
            LogLevel::Debug => Self::Debug,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Create a ticket, and attach files to it
    Send(commands::send::SendArgs),
    /// Upload one file to an attachment endpoint
    Upload(commands::upload::UploadArgs),
    /// Check a request against a profile without sending it
    Check(commands::check::CheckArgs),
    /// Explain why an exchange failed, from its response or a *.case.json file
    Diagnose(commands::diagnose::DiagnoseArgs),
    /// Explain a cause: what it means, how to prove it and how to fix it
    Explain(commands::explain::ExplainArgs),
    /// Send a request to a twin of its profile and compare with the real response
    Rehearse(commands::rehearse::RehearseArgs),
    /// Find the parameter that a server rejects with 400
    Bisect(commands::bisect::BisectArgs),
    /// Find which part of an endpoint URL causes a 404
    Probe(commands::probe::ProbeArgs),
    /// Check the connection to an endpoint: DNS, TLS, certificates, redirects, clock
    Doctor(commands::doctor::DoctorArgs),
    /// Read requests from curl commands, raw HTTP, HAR files, collections of API clients, logs and support bundles
    Import(commands::import::ImportArgs),
    /// Send a recorded request to a twin of its profile, or to its own host
    Replay(commands::replay::ReplayArgs),
    /// Pass another system's requests on, and check and explain each one
    Relay(commands::relay::RelayArgs),
    /// Write requests as curl commands, HTTP, HAR, Postman, Hurl or code
    Export(commands::export::ExportArgs),
    /// Pack requests and responses into a zip to share, without secrets
    Bundle(commands::bundle::BundleArgs),
    /// List, show, import, export, remove and restore profiles
    #[command(subcommand)]
    Profiles(commands::profiles::ProfilesCommand),
    /// Search, show, compare, resend, export and delete past exchanges
    #[command(subcommand)]
    History(commands::history::HistoryCommand),
    /// Show or change where API keys are stored
    #[command(subcommand)]
    Keys(commands::keys::KeysCommand),
    /// Run a suite: requests, data rows or files in any number, with checks and reports
    Run(commands::run::RunArgs),
    /// Run a suite again and again, and tell when what comes of it changes
    Watch(commands::watch::WatchArgs),
    /// Run a local server that behaves like Centercode
    Sandbox(commands::sandbox::SandboxArgs),
    /// Create a ticket and upload a file against a sandbox, step by step
    Demo,
    /// Open the window with a file or a centerpost:// link
    Open(commands::open::OpenArgs),
    /// Show versions, system, keyring, proxy, folders and the log, for a report of a fault
    About(commands::about::AboutArgs),
    /// Print shell completions
    #[command(
        after_help = "Examples:\n  centerpost completions bash > ~/.local/share/bash-completion/completions/centerpost\n  centerpost completions fish > ~/.config/fish/completions/centerpost.fish"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder, one for each command
    #[command(after_help = "Examples:\n  centerpost manual ~/.local/share/man/man1\n  man centerpost-send")]
    Manual {
        /// The folder; it is created if there is none
        folder: PathBuf,
    },
}

/// Does what the command line asks for.
pub fn run() -> ExitCode {
    let parsed = Cli::command().try_get_matches().and_then(|typed| {
        if wants_secrets(&typed) {
            output::show_secrets();
        }
        Ok((Cli::from_arg_matches(&typed)?, command_name(&typed)))
    });
    let (cli, purpose) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            let code = if error.use_stderr() { Exit::Input } else { Exit::Done };
            output::print_clap(&error);
            if ui::is_without_output() {
                ui::show_error(NO_CONSOLE);
            }
            return ExitCode::from(code as u8);
        }
    };
    if ui::is_without_output() && !matches!(cli.command, None | Some(Command::Open(_))) {
        ui::show_error(NO_CONSOLE);
        return ExitCode::from(Exit::Input as u8);
    }
    learn_secret_names();
    logging::want(Wanted { level: cli.log_level.into(), purpose });
    let ended = match cli.command {
        None => open_window(),
        Some(Command::Send(args)) => commands::send::run(&args),
        Some(Command::Upload(args)) => commands::upload::run(&args),
        Some(Command::Check(args)) => commands::check::run(&args),
        Some(Command::Diagnose(args)) => commands::diagnose::run(&args),
        Some(Command::Explain(args)) => commands::explain::run(&args),
        Some(Command::Bisect(args)) => commands::bisect::run(&args),
        Some(Command::Doctor(args)) => commands::doctor::run(&args),
        Some(Command::Probe(args)) => commands::probe::run(&args),
        Some(Command::Rehearse(args)) => commands::rehearse::run(&args),
        Some(Command::Import(args)) => commands::import::run(&args),
        Some(Command::Relay(args)) => commands::relay::run(&args),
        Some(Command::Replay(args)) => commands::replay::run(&args),
        Some(Command::Export(args)) => commands::export::run(&args),
        Some(Command::Bundle(args)) => commands::bundle::run(&args),
        Some(Command::Profiles(command)) => commands::profiles::run(command),
        Some(Command::History(command)) => commands::history::run(command),
        Some(Command::Keys(command)) => commands::keys::run(&command),
        Some(Command::Run(args)) => commands::run::run(&args),
        Some(Command::Watch(args)) => commands::watch::run(&args),
        Some(Command::Sandbox(args)) => commands::sandbox::run(&args),
        Some(Command::Open(args)) => commands::open::run(args),
        Some(Command::About(args)) => commands::about::run(&args),
        Some(Command::Demo) => commands::demo::run(),
        Some(Command::Completions { shell }) => completions(shell),
        Some(Command::Manual { folder }) => manual(&folder),
    };
    let exit = ended.unwrap_or_else(|failure| {
        output::complain("error", &failure.text);
        if ui::is_without_output() {
            ui::show_error(&failure.text);
        }
        failure.exit
    });
    log::info!("Ended with exit code {}", exit as u8);
    ExitCode::from(exit as u8)
}

/// The name of the command that was typed, with those below it.
fn command_name(typed: &clap::ArgMatches) -> String {
    let mut name = "centerpost".to_owned();
    let mut typed = typed;
    while let Some((command, below)) = typed.subcommand() {
        name.push_str(&format!(" {command}"));
        typed = below;
    }
    name
}

/// Whether the command that was typed is to print secrets as they are.
fn wants_secrets(typed: &clap::ArgMatches) -> bool {
    let is_wanted = |typed: &clap::ArgMatches| typed.try_get_one::<bool>("show_secrets").is_ok_and(|flag| flag == Some(&true));
    is_wanted(typed) || typed.subcommand().is_some_and(|(_, below)| wants_secrets(below))
}

fn open_window() -> Ended {
    ui::run(None).map(|()| Exit::Done).map_err(CommandError::failed)
}

fn completions(shell: clap_complete::Shell) -> Ended {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "centerpost", &mut script);
    output::print_document(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

fn manual(folder: &Path) -> Ended {
    let command = Cli::command().version(env!("CARGO_PKG_VERSION"));
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .map_err(|error| CommandError::failed(format!("Writing the manual pages to {}: {error}", folder.display())))?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        fn check(command: &clap::Command, path: &str) {
            for command in command.get_subcommands() {
                let path = format!("{path} {}", command.get_name());
                if command.has_subcommands() {
                    check(command, &path);
                } else if command.get_name() != "demo" {
                    let help = command.clone().render_long_help().to_string();
                    assert!(help.contains("Example") && help.contains(&path), "{path}");
                }
            }
        }
        check(&Cli::command(), "centerpost");
    }
}
