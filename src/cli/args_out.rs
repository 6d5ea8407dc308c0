//! What can be typed to take something out: exports and support bundles.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::args::{ImportKind, Output, PayloadArgs, Printing};
use crate::formats::export::Tool;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost bundle --history 17 --preview
  centerpost bundle --history 17 18 --to acme-404.zip --summary \"Fails since Monday\"
  centerpost bundle customer.har --pick 3 4 --profile acme --to acme.zip --mark \"Project Falcon\"

API keys, e-mail addresses, cookies, logins and what is marked are replaced by placeholders such as {{apiKey}} and {{email-1}}, the same
value by the same one everywhere. The preview lists them, and what could be secret and was left. The values themselves are never printed.")]
pub(super) struct BundleArgs {
    /// What was sent and came back, as import takes it or as a *.case.json file; - is standard input
    #[arg(value_name = "FILE|-", value_hint = ValueHint::FilePath, required_unless_present = "history", conflicts_with = "history")]
    pub(super) file: Option<PathBuf>,
    /// Exchanges of the history, by their numbers
    #[arg(long, value_name = "NUMBER", num_args = 1..)]
    pub(super) history: Vec<i64>,
    /// Take only these of the file, counted from 1
    #[arg(long, value_name = "N", num_args = 1.., conflicts_with = "history")]
    pub(super) pick: Vec<usize>,
    /// The profile that a file's requests were meant for: a name, an id or a *.profile.json file
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath, conflicts_with = "history")]
    pub(super) profile: Option<String>,
    /// The zip to write
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "preview")]
    pub(super) to: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "to")]
    pub(super) force: bool,
    /// Say what would be replaced and what would be left, and write nothing
    #[arg(long, conflicts_with = "to")]
    pub(super) preview: bool,
    /// What you have to say; stands first in the report
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(super) summary: String,
    /// A text to hide besides, wherever it stands
    #[arg(long, value_name = "TEXT")]
    pub(super) mark: Vec<String>,
    /// A file with texts to hide besides, one a line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) mark_from: Option<PathBuf>,
    /// How to print what was replaced
    #[arg(long, value_enum, default_value_t)]
    pub(super) output: Output,
}

/// Where requests come from that somebody else wrote down.
#[derive(Debug, Args)]
pub(super) struct SourceArgs {
    /// What to read, as import takes it; - is standard input
    #[arg(value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub(super) file: Option<PathBuf>,
    /// What it is, where that is not seen from it
    #[arg(long, value_enum, value_name = "KIND", default_value_t, hide_default_value = true)]
    pub(super) kind: ImportKind,
    #[command(flatten)]
    pub(super) picking: PickArgs,
    #[command(flatten)]
    pub(super) values: ValueArgs,
}

/// Which of the requests, and what fills a collection's variables.
#[derive(Debug, Args)]
pub(super) struct PickArgs {
    /// A Postman environment that fills the collection's variables
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) environment: Option<PathBuf>,
    /// Take only this request, counted from 1
    #[arg(long, value_name = "N")]
    pub(super) pick: Option<usize>,
}

/// What is to stand in the place of placeholders.
#[derive(Debug, Args)]
pub(super) struct ValueArgs {
    /// Put a value in the place of {{NAME}}. A secret is better given by --fill-from
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) fill: Vec<String>,
    /// A file with a NAME=VALUE a line, to be put in the place of {{NAME}}
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) fill_from: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = export_help())]
pub(super) struct ExportArgs {
    /// For what: one of the list below
    #[arg(value_name = "TOOL", value_parser = tool)]
    pub(super) tool: Tool,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    /// Exchanges of the history, by their numbers, in place of a file
    #[arg(long, value_name = "NUMBER", num_args = 1.., conflicts_with = "file")]
    pub(super) history: Vec<i64>,
    /// The profile whose endpoint a payload is for: a name, an id or a *.profile.json file
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["file", "history"])]
    pub(super) profile: Option<String>,
    #[command(flatten)]
    pub(super) payload: PayloadArgs,
    /// The file to write; without it, standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) to: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "to")]
    pub(super) force: bool,
    /// Put secrets in, in clear, in place of variables
    #[arg(long)]
    pub(super) with_secrets: bool,
}

fn tool(id: &str) -> Result<Tool, String> {
    Tool::from_id(id).ok_or_else(|| "the tools are listed in the help".to_owned())
}

fn export_help() -> String {
    let tools: String = Tool::ALL.iter().map(|tool| format!("  {:<20} {}\n", tool.id(), tool.label())).collect();
    format!(
        "Tools:\n{tools}
Examples:
  centerpost export curl --history 17
  centerpost export postman capture.har --pick 3 --to acme.postman_collection.json
  centerpost export python --profile acme --set summary=\"Crash on load\" --to send.py

API keys, logins and cookies are variables in what is written, unless --with-secrets is given. A Postman environment is written beside
the collection where --to names one."
    )
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost replay command.txt
  centerpost replay capture.har --pick 3 --profile acme --send
  centerpost replay acme-404.zip --fill-from values.txt --send --yes

The request goes to a twin of its profile that runs inside this program, and no further. With --send it goes out to its own host as it is, and
a success makes a real ticket there. Values for placeholders such as {{apiKey}} come from --fill, --fill-from, or environment variables named as
exports name them (CENTERCODE_API_KEY).

Exits with 0 when the request was taken, with 1 when it was refused, with 2 when it cannot be sent, with 3 when no answer came.")]
pub(super) struct ReplayArgs {
    #[command(flatten)]
    pub(super) source: SourceArgs,
    /// The profile that it is meant for: a name, an id or a *.profile.json file; without it, the one whose endpoint fits
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    pub(super) profile: Option<String>,
    /// The folder of the files that the request names; without it, the current one
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(super) files_from: Option<PathBuf>,
    /// Print what would be sent, and send nothing, not even to the twin
    #[arg(long, conflicts_with = "send")]
    pub(super) dry_run: bool,
    /// Send it to its own host
    #[arg(long)]
    pub(super) send: bool,
    /// Agree to what --send does without being asked
    #[arg(long)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) printing: Printing,
}
