//! What can be typed about a suite, whatever is done with it.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::runner::units::Rate;

/// A suite, and what the command line changes about it.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct SuiteArgs {
    /// The suite, a TOML file
    #[arg(value_name = "SUITE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) suite: Option<PathBuf>,
    /// Data rows in place of the suite's: a CSV, JSON, NDJSON or XLSX file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) data: Option<PathBuf>,
    /// A profile in place of the suite's: a name, an id or a *.profile.json file
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) profile: Option<String>,
    /// A file that holds the API key to use in place of the profile's
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) api_key_file: Option<PathBuf>,
    /// A value for a variable of the suite
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(in crate::cli) set: Vec<String>,
    /// How many rows are under way at once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) concurrency: Option<u16>,
    /// How many requests go out at most, as in 10/s or 300/min
    #[arg(long, value_name = "N/s")]
    pub(in crate::cli) rate: Option<Rate>,
    /// Begin no further row once one has failed
    #[arg(long)]
    pub(in crate::cli) stop_on_failure: bool,
    /// Seconds that connecting, and any silence after it, may take
    #[arg(long, value_name = "S")]
    pub(in crate::cli) timeout: Option<f64>,
    /// Send without keeping it in the history; otherwise nothing is sent that cannot be kept
    #[arg(long)]
    pub(in crate::cli) no_history: bool,
    /// Do not ask before sending
    #[arg(long)]
    pub(in crate::cli) yes: bool,
}
