//! Arguments that several commands share.
//!
//! Texts that may hold an API key stay plain texts here, because the parser quotes what it refuses.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use crate::cli::named_value::NamedValue;
use crate::formats::import::SourceKind;

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Output {
    /// For people
    #[default]
    Text,
    /// For programs: one JSON document and nothing else
    Json,
}

/// Where to send, and how.
#[derive(Debug, Args)]
pub(in crate::cli) struct Target {
    /// A profile's name or id, or a *.profile.json file
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) profile: Option<String>,
    /// Read the API key from this file instead of the profile
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) api_key_file: Option<PathBuf>,
    /// An additional header; replaces a header of the same name
    #[arg(long = "header", value_name = "NAME: VALUE")]
    pub(in crate::cli) headers: Vec<String>,
    /// Seconds to wait for a connection, and for each next byte
    #[arg(long, value_name = "S")]
    pub(in crate::cli) timeout: Option<f64>,
    /// Send without keeping it in the history; otherwise nothing is sent that cannot be kept
    #[arg(long)]
    pub(in crate::cli) no_history: bool,
}

/// How to print what came of it.
#[derive(Debug, Args)]
pub(in crate::cli) struct Printing {
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) output: Output,
    /// Show API keys and other secrets in clear
    #[arg(long)]
    pub(in crate::cli) show_secrets: bool,
    /// Print control characters of others as they came, where the output is not a terminal
    #[arg(long)]
    pub(in crate::cli) raw: bool,
}

/// What to send.
#[derive(Debug, Args)]
pub(in crate::cli) struct PayloadArgs {
    /// Set a parameter; separate several choices with commas
    #[arg(long, value_name = "PARAM=VALUE")]
    pub(in crate::cli) set: Vec<String>,
    /// Set a parameter to a JSON value
    #[arg(long, value_name = "PARAM=JSON")]
    pub(in crate::cli) set_json: Vec<String>,
    /// Leave a parameter out
    #[arg(long, value_name = "PARAM")]
    pub(in crate::cli) unset: Vec<String>,
    /// Read the payload from this file; - is standard input
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) json: Option<PathBuf>,
}

/// The request to find something out about.
#[derive(Debug, Args)]
pub(in crate::cli) struct RequestArgs {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// Use this endpoint URL instead of the profile's
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(in crate::cli) endpoint: Option<String>,
    /// Read the whole request from this file instead of a payload; - is standard input
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath, conflicts_with_all = ["endpoint", "set", "set_json", "unset", "json"])]
    pub(in crate::cli) request: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) values: ValueArgs,
    /// The folder of the files that the request names; no file outside it is read. Without it none is
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath, requires = "request")]
    pub(in crate::cli) files_from: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) payload: PayloadArgs,
}

/// Where requests come from that somebody else wrote down.
#[derive(Debug, Args)]
pub(in crate::cli) struct SourceArgs {
    /// The input, in any format that import reads; - is standard input
    #[arg(value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) file: Option<PathBuf>,
    /// The format of the input, if it is not detected
    #[arg(long, value_name = "KIND", value_parser = import_kind(), default_value = "auto", hide_default_value = true)]
    pub(in crate::cli) kind: ImportKind,
    #[command(flatten)]
    pub(in crate::cli) picking: PickArgs,
    #[command(flatten)]
    pub(in crate::cli) values: ValueArgs,
}

/// Which of the requests, and what fills a collection's variables.
#[derive(Debug, Args)]
pub(in crate::cli) struct PickArgs {
    /// An environment of Postman, Insomnia, Bruno, Thunder Client or Hoppscotch that fills the collection's variables
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) environment: Option<PathBuf>,
    /// Use only this request, counted from 1
    #[arg(long, value_name = "N")]
    pub(in crate::cli) pick: Option<usize>,
}

/// What is to stand in the place of placeholders.
#[derive(Debug, Args)]
pub(in crate::cli) struct ValueArgs {
    /// Replace {{NAME}} with a value; use --fill-from for secrets
    #[arg(long, value_name = "NAME=VALUE")]
    pub(in crate::cli) fill: Vec<String>,
    /// Read NAME=VALUE lines from this file to replace {{NAME}}
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) fill_from: Option<PathBuf>,
}

/// What a text to import is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum ImportKind {
    /// Whatever it seems to be.
    Auto,
    /// curl commands, for the shell that they seem to be written for.
    Curl,
    /// This kind.
    Named(SourceKind),
}

/// Reads the name of an [`ImportKind`].
pub(in crate::cli) fn import_kind() -> NamedValue<ImportKind> {
    let general = [("auto", "Detect the format"), ("curl", "curl commands; detect the shell")];
    NamedValue::new(general.into_iter().chain(SourceKind::ALL.into_iter().filter_map(SourceKind::name)), |name| match name {
        "auto" => Some(ImportKind::Auto),
        "curl" => Some(ImportKind::Curl),
        _ => SourceKind::ALL.into_iter().find(|kind| kind.name().is_some_and(|(known, _)| known == name)).map(ImportKind::Named),
    })
}
