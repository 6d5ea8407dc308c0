//! The command line: arguments, printing and exit codes. What it does, the floors below do.

mod args;
mod args_finding;
mod args_out;
mod bisect;
mod bundle;
mod check;
mod consent;
mod demo;
mod diagnose;
mod doctor;
mod export;
mod finding;
mod history;
mod import;
mod keys;
mod mask;
mod output;
mod payload;
mod probe;
mod profiles;
mod progress;
mod record;
mod rehearse;
mod repeat;
mod replay;
mod sandbox;
mod send;
mod source;
mod target;
mod upload;

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use tokio_util::sync::CancellationToken;

use args::{Cli, Command};

/// How a command ended, as scripts see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Done, and what was asked for holds.
    Done = 0,
    /// The exchange or a check failed.
    Failed = 1,
    /// The command line or an input file is wrong.
    Input = 2,
    /// The network failed before an answer came.
    Network = 3,
}

/// Why a command could not do its work: how it ends, and what standard error says.
#[derive(Debug)]
struct Failure {
    exit: Exit,
    text: String,
}

impl Failure {
    fn input(text: impl Into<String>) -> Self {
        Self { exit: Exit::Input, text: text.into() }
    }

    fn failed(text: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, text: text.into() }
    }
}

type Ended = Result<Exit, Failure>;

/// Does what the command line asks for.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { Exit::Input } else { Exit::Done };
            output::print_clap(&error);
            return ExitCode::from(code as u8);
        }
    };
    let ended = match cli.command {
        None => open_window(),
        Some(Command::Send(args)) => send::run(&args),
        Some(Command::Upload(args)) => upload::run(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Diagnose(args)) => diagnose::run(&args),
        Some(Command::Bisect(args)) => bisect::run(&args),
        Some(Command::Doctor(args)) => doctor::run(&args),
        Some(Command::Probe(args)) => probe::run(&args),
        Some(Command::Rehearse(args)) => rehearse::run(&args),
        Some(Command::Import(args)) => import::run(&args),
        Some(Command::Replay(args)) => replay::run(&args),
        Some(Command::Export(args)) => export::run(&args),
        Some(Command::Bundle(args)) => bundle::run(&args),
        Some(Command::Profiles(command)) => profiles::run(command),
        Some(Command::History(command)) => history::run(command),
        Some(Command::Keys(command)) => keys::run(&command),
        Some(Command::Sandbox(args)) => sandbox::run(&args),
        Some(Command::Demo) => demo::run(),
        Some(Command::Completions { shell }) => completions(shell),
    };
    let exit = ended.unwrap_or_else(|failure| {
        output::complain("error", &failure.text);
        failure.exit
    });
    ExitCode::from(exit as u8)
}

fn open_window() -> Ended {
    crate::ui::run().map(|()| Exit::Done).map_err(Failure::failed)
}

fn completions(shell: clap_complete::Shell) -> Ended {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "centerpost", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// Runs a task that Ctrl-C cancels.
fn block_on<F: Future>(task: impl FnOnce(CancellationToken) -> F) -> Result<F::Output, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("Starting the network's threads: {error}")))?;
    Ok(runtime.block_on(async {
        let cancel = CancellationToken::new();
        let on_interrupt = cancel.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                on_interrupt.cancel();
            }
        });
        task(cancel).await
    }))
}

/// The most that is read of any input, in bytes: devices and pipes may never end.
const LARGEST_INPUT: u64 = 1 << 30;

/// The bytes of a file, or of standard input for `-`.
fn read_input(path: &Path, doing: &str) -> Result<Vec<u8>, Failure> {
    let trouble = |reason: &dyn std::fmt::Display| Failure::input(format!("{doing} {}: {reason}", output::input_name(path)));
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(LARGEST_INPUT + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LARGEST_INPUT + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| trouble(&error))?;
    if bytes.len() as u64 > LARGEST_INPUT {
        return Err(trouble(&format!("it is larger than {} MiB", LARGEST_INPUT >> 20)));
    }
    Ok(bytes)
}

/// The text of a file, or of standard input for `-`.
fn read_input_text(path: &Path, doing: &str) -> Result<String, Failure> {
    String::from_utf8(read_input(path, doing)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::input(format!("{doing} {}: it is no UTF-8 text (byte {at})", path.display()))
    })
}
