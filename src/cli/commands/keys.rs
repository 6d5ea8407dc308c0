//! `keys`: where API keys are kept.

use std::path::Path;
use std::path::PathBuf;

use clap::{Subcommand, ValueHint};
use serde_json::json;

use crate::cli::common_args::Output;
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::output;
use crate::cli::target::Context;
use crate::model::Secret;
use crate::store::{KeyPlace, StoreError};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum KeysCommand {
    /// Show where API keys are stored, and why
    #[command(after_help = "Examples:\n  centerpost keys status\n  centerpost keys status --output json")]
    Status {
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Store API keys in a file, encrypted with a passphrase
    #[command(after_help = "\
Examples:
  centerpost keys use-file --passphrase-file passphrase.txt
  CENTERPOST_PASSPHRASE=… centerpost keys use-file

Afterwards the command line reads the passphrase from CENTERPOST_PASSPHRASE, and the window asks for it.")]
    UseFile {
        /// Read the passphrase from this file; default: CENTERPOST_PASSPHRASE
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        passphrase_file: Option<PathBuf>,
    },
    /// Move the keys from the file to the system keyring
    #[command(after_help = "Example:\n  centerpost keys leave-file --passphrase-file passphrase.txt")]
    LeaveFile {
        /// Read the passphrase from this file; default: CENTERPOST_PASSPHRASE
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        passphrase_file: Option<PathBuf>,
    },
}

pub(in crate::cli) fn run(command: &KeysCommand) -> Ended {
    let context = Context::open();
    match command {
        KeysCommand::Status { output } => status(&context, *output),
        KeysCommand::UseFile { passphrase_file } => {
            let notices = context.store()?.keep_keys_in_file(&passphrase(passphrase_file.as_deref())?);
            notices.map_err(|error| failed(&error))?.iter().for_each(|notice| output::complain("note", &notice.0));
            said(&context)
        }
        KeysCommand::LeaveFile { passphrase_file } => {
            let keys = context.store()?.keys();
            if matches!(keys.place(), KeyPlace::LockedFile { .. }) {
                keys.unlock(&passphrase(passphrase_file.as_deref())?).map_err(|error| failed(&error))?;
            }
            keys.leave_file().map_err(|error| failed(&error))?;
            said(&context)
        }
    }
}

fn failed(error: &StoreError) -> CommandError {
    CommandError::failed(error.to_string())
}

fn status(context: &Context, format: Output) -> Ended {
    let place = context.store()?.keys().place();
    match format {
        Output::Text => return said(context),
        Output::Json => {
            let name = match &place {
                KeyPlace::Keyring => "keyring",
                KeyPlace::File => "file",
                KeyPlace::LockedFile { .. } => "locked_file",
                KeyPlace::Memory(_) => "memory",
            };
            let why = match &place {
                KeyPlace::Memory(why) | KeyPlace::LockedFile { refused: Some(why) } => Some(why),
                _ => None,
            };
            output::print_json(&json!({"place": name, "lasts": place.lasts(), "why": why}))?;
        }
    }
    Ok(Exit::Done)
}

fn said(context: &Context) -> Ended {
    output::print(&format!("API keys are kept {}\n", context.store()?.keys().place().words()))?;
    Ok(Exit::Done)
}

/// The passphrase, from a file or the environment. Not from an argument: everybody on the machine can read those.
fn passphrase(file: Option<&Path>) -> Result<Secret, CommandError> {
    let given = match file {
        Some(path) => {
            Secret::new(crate::cli::input::read_input_text(path, "Reading the passphrase from")?.trim_end_matches(['\r', '\n']))
        }
        None => Secret::new(std::env::var("CENTERPOST_PASSPHRASE").unwrap_or_default()),
    };
    if given.is_empty() {
        return Err(CommandError::input(
            "Name a file that holds the passphrase with --passphrase-file, or set CENTERPOST_PASSPHRASE",
        ));
    }
    Ok(given)
}
