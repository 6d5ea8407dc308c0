//! What can be typed about an export.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::cli::common_args::{PayloadArgs, SourceArgs};
use crate::cli::named_value::NamedValue;
use crate::formats::export::Tool;

#[derive(Debug, Args)]
#[command(after_help = export_help())]
pub(in crate::cli) struct ExportArgs {
    /// The format to write; see the list below
    #[arg(value_name = "TOOL", value_parser = tool(), hide_possible_values = true)]
    pub(in crate::cli) tool: Wanted,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    /// Exchanges from the history, by number, instead of a file
    #[arg(long, value_name = "NUMBER", num_args = 1.., conflicts_with = "file")]
    pub(in crate::cli) history: Vec<i64>,
    /// The profile whose endpoint a payload is for: a name, an id or a *.profile.json file
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["file", "history"])]
    pub(in crate::cli) profile: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) payload: PayloadArgs,
    /// The file to write; default: standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) to: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "to")]
    pub(in crate::cli) force: bool,
    /// Add the steps to a suite that exists
    #[arg(long, requires = "to", conflicts_with = "force")]
    pub(in crate::cli) append: bool,
    /// Write secrets in clear instead of variables
    #[arg(long)]
    pub(in crate::cli) with_secrets: bool,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Wanted {
    /// Requests for a tool.
    Tool(Tool),
    /// A suite for Locust.
    Locust,
    /// A suite for k6.
    K6,
    /// Requests as a suite.
    Suite,
}

/// What is written besides requests for a tool: its name, and what it is.
const OTHERS: [(&str, &str, Wanted); 3] = [
    ("suite", "A suite for centerpost run: each ticket becomes a step", Wanted::Suite),
    ("locust", "Locust, from a suite: load from many machines", Wanted::Locust),
    ("k6", "k6, from a suite: load from one machine or several", Wanted::K6),
];

fn named() -> impl Iterator<Item = (&'static str, &'static str)> {
    Tool::ALL.into_iter().map(|tool| (tool.id(), tool.label())).chain(OTHERS.map(|(name, label, _)| (name, label)))
}

fn tool() -> NamedValue<Wanted> {
    NamedValue::new(named(), |text| {
        let other = OTHERS.into_iter().find(|(name, _, _)| *name == text).map(|(_, _, wanted)| wanted);
        other.or_else(|| Tool::from_id(text).map(Wanted::Tool))
    })
}

fn export_help() -> String {
    let tools: String = named().map(|(name, label)| format!("  {name:<20} {label}\n")).collect();
    format!(
        "Tools:\n{tools}
Examples:
  centerpost export curl --history 17
  centerpost export postman capture.har --pick 3 --to acme.postman_collection.json
  centerpost export python --profile acme --set summary=\"Crash on load\" --to send.py
  centerpost export suite --history 17 18 --to nightly.toml
  centerpost export suite capture.har --to nightly.toml --append
  centerpost export locust nightly.toml --to load
  centerpost export k6 nightly.toml --to load
  centerpost export hurl nightly.toml --to nightly-hurl

API keys, logins and cookies are written as variables, unless --with-secrets is given. With --to, a Postman environment is written \
beside the collection."
    )
}
