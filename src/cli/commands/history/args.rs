//! What can be typed after `history`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use crate::cli::common_args::{Output, Printing, Target};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum HistoryCommand {
    /// List exchanges, newest first
    #[command(after_help = "\
Examples:
  centerpost history list
  centerpost history list --status 4xx --since 7d --output json")]
    List {
        #[command(flatten)]
        filter: FilterArgs,
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Find words in URL, payload, answer and note
    #[command(after_help = "\
Examples:
  centerpost history search crash
  centerpost history search '\"crash on load\" acme' --status 2xx

Each word also matches longer words that start with it. Quoted words must stand side by side.
Secrets are not stored, so they cannot be found.")]
    Search {
        /// The words
        #[arg(value_name = "TEXT")]
        text: String,
        #[command(flatten)]
        filter: FilterArgs,
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Show an exchange as it was
    #[command(after_help = "Examples:\n  centerpost history show 17\n  centerpost history show 17 --output json")]
    Show {
        /// The exchange's number
        #[arg(value_name = "NUMBER")]
        id: i64,
        #[command(flatten)]
        printing: Printing,
    },
    /// Send a request again, as it was or with today's profile
    #[command(after_help = "\
Examples:
  centerpost history resend 17
  centerpost history resend 17 --profile acme
  centerpost history resend 18 --file crash.zip

Without --profile, the request is sent as it was. With --profile, its payload is sent to that profile's endpoint, with that profile's \
API key and headers. An API key or header that you give replaces the one that was sent. Files are not stored in the history, so an \
upload needs --file.")]
    Resend {
        /// The exchange's number
        #[arg(value_name = "NUMBER")]
        id: i64,
        /// The file of an upload
        #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
        /// Do not ask for confirmation, such as for a production profile or a repeated payload
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        printing: Printing,
    },
    /// Show where two exchanges differ
    #[command(after_help = "\
Example:
  centerpost history compare 17 23

Exit code 0: request and response are the same. 1: they differ.")]
    Compare {
        /// The one
        #[arg(value_name = "NUMBER")]
        one: i64,
        /// The other
        #[arg(value_name = "NUMBER")]
        other: i64,
        /// How to print the differences
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Write exchanges as case files, without secrets
    #[command(after_help = "\
Examples:
  centerpost history export 17 > failed.case.json
  centerpost history export --since 7d --status 4xx --to failures.json
  centerpost history export --all --to everything.json

One number writes one case, which centerpost diagnose reads. Several numbers or a filter write an array of cases.")]
    Export {
        /// Their numbers; default: all that match the filter
        #[arg(value_name = "NUMBER", conflicts_with_all = ["all", "FilterArgs"])]
        ids: Vec<i64>,
        /// All exchanges, or all that match the filter
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        filter: FilterArgs,
        /// The file to write; default: standard output
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        to: Option<PathBuf>,
        /// Replace the file if it exists
        #[arg(long, requires = "to")]
        force: bool,
        /// How to print the summary; the cases themselves are JSON
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Delete exchanges beyond the limits; pinned ones stay
    #[command(after_help = "\
Examples:
  centerpost history prune
  centerpost history prune --days 30 --count 100000 --mib 500

The default limits are those in the settings.")]
    Prune {
        /// Keep exchanges for N days; 0 keeps them forever
        #[arg(long, value_name = "N")]
        days: Option<u32>,
        /// Keep at most N exchanges; 0 means no limit
        #[arg(long, value_name = "N")]
        count: Option<u64>,
        /// Keep at most N MiB; 0 means no limit
        #[arg(long, value_name = "N")]
        mib: Option<u64>,
        /// How to print what was deleted
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Set an exchange's note; an empty text removes it
    #[command(after_help = "Example:\n  centerpost history note 17 \"told the customer\"")]
    Note {
        /// The exchange's number
        #[arg(value_name = "NUMBER")]
        id: i64,
        /// The note
        #[arg(value_name = "TEXT")]
        text: String,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Set an exchange's tags, separated by spaces
    #[command(after_help = "Example:\n  centerpost history tag 17 \"beta urgent\"")]
    Tag {
        /// The exchange's number
        #[arg(value_name = "NUMBER")]
        id: i64,
        /// The tags
        #[arg(value_name = "TAGS")]
        tags: String,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Pin exchanges, so that limits do not delete them
    #[command(after_help = "Example:\n  centerpost history pin 17 23")]
    Pin {
        /// The exchanges' numbers
        #[arg(value_name = "NUMBER", required = true)]
        ids: Vec<i64>,
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Unpin exchanges
    #[command(after_help = "Example:\n  centerpost history unpin 17 23")]
    Unpin {
        /// The exchanges' numbers
        #[arg(value_name = "NUMBER", required = true)]
        ids: Vec<i64>,
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Mark an exchange as the working example of its profile
    #[command(after_help = "Examples:\n  centerpost history mark 17\n  centerpost history mark 17 --off")]
    Mark {
        /// The exchange's number
        #[arg(value_name = "NUMBER")]
        id: i64,
        /// Remove the mark
        #[arg(long)]
        off: bool,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Delete exchanges permanently, including pinned ones
    #[command(after_help = "Example:\n  centerpost history delete 17 23")]
    Delete {
        /// The exchanges' numbers
        #[arg(value_name = "NUMBER", required = true)]
        ids: Vec<i64>,
        /// How to print what was deleted
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Make exchanges up, to try a large history
    #[command(hide = true, after_help = "Example:\n  centerpost history generate 1000000")]
    Generate {
        /// How many
        #[arg(value_name = "N")]
        count: u64,
        /// Another number makes others up
        #[arg(long, value_name = "N", default_value_t = 0)]
        seed: u64,
    },
}

/// Which exchanges.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct FilterArgs {
    /// Of this profile, by name or id
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) profile: Option<String>,
    /// With this status class: 2xx, 3xx, 4xx, 5xx, or none for no response
    #[arg(long, value_name = "CLASS")]
    pub(in crate::cli) status: Option<String>,
    /// Whose first cause has this id, or an id that starts with it
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) cause: Option<String>,
    /// With files
    #[arg(long, conflicts_with = "without_files")]
    pub(in crate::cli) with_files: bool,
    /// Without files
    #[arg(long)]
    pub(in crate::cli) without_files: bool,
    /// With this tag
    #[arg(long, value_name = "TAG")]
    pub(in crate::cli) tag: Option<String>,
    /// Pinned, or marked as working
    #[arg(long)]
    pub(in crate::cli) pinned: bool,
    /// Of this kind: create, upload or probe
    #[arg(long, value_name = "KIND")]
    pub(in crate::cli) kind: Option<String>,
    /// Started then or later: a date (2026-11-23), a time (2026-11-23T10:00:00Z) or a span before now (30m, 12h, 7d)
    #[arg(long, value_name = "WHEN")]
    pub(in crate::cli) since: Option<String>,
    /// Started before then
    #[arg(long, value_name = "WHEN")]
    pub(in crate::cli) before: Option<String>,
    /// At most this many; default for a list: 50
    #[arg(long, value_name = "N")]
    pub(in crate::cli) limit: Option<usize>,
}
