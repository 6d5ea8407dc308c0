//! What can be typed to take something out: exports and support bundles.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::args::Output;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost bundle --history 17 --preview
  centerpost bundle --history 17 18 --to acme-404.zip --summary \"Fails since Monday\"
  centerpost bundle customer.har --profile acme --to acme.zip --mark \"Project Falcon\"

API keys, e-mail addresses, cookies, logins and what is marked are replaced by placeholders such as {{apiKey}} and {{email-1}}, the same
value by the same one everywhere. The preview lists them, and what could be secret and was left. The values themselves are never printed.")]
pub(super) struct BundleArgs {
    /// What was sent and came back, as import takes it or as a *.case.json file; - is standard input
    #[arg(value_name = "FILE|-", value_hint = ValueHint::FilePath, required_unless_present = "history", conflicts_with = "history")]
    pub(super) file: Option<PathBuf>,
    /// Exchanges of the history, by their numbers
    #[arg(long, value_name = "NUMBER", num_args = 1..)]
    pub(super) history: Vec<i64>,
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
