//! `diagnose`: a saved exchange or a pasted answer, explained.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde_json::json;

use crate::cli::common_args::Output;
use crate::cli::exit::{Ended, Exit};
use crate::cli::target::Context;
use crate::cli::{output, source};
use crate::diagnosis;
use crate::model::request::Secrets;
use crate::model::secrets::masker::Masker;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost diagnose failed.case.json
  centerpost diagnose - --output json < failed.case.json
  xclip -o | centerpost diagnose --profile acme -

The response can be raw HTTP (status line, headers, body), with or without its request, or a body alone. The request and a profile \
make the diagnosis more precise.")]
pub(in crate::cli) struct DiagnoseArgs {
    /// The answer or case; - is standard input
    #[arg(value_name = "FILE|-", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) file: PathBuf,
    /// A profile's name or id, or a *.profile.json file, to use instead of the case file's own
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) profile: Option<String>,
    /// How to print the causes
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) output: Output,
}

pub(in crate::cli) fn run(args: &DiagnoseArgs) -> Ended {
    let profile = args.profile.as_deref().map(|what| Context::open().profile(what)).transpose()?;
    let case = source::first_case(&args.file, "Reading the case", profile.as_ref())?;
    let mut masker = Masker::new(Secrets::Masked);
    if let Some(profile) = &case.profile {
        masker.learn_profile(profile);
    }
    // What was sent may hold another key than the profile's, and there may be no profile.
    masker.learn_sent(&case.sent);
    let causes = diagnosis::diagnose(&case);
    match args.output {
        Output::Json => output::print_json(&json!({"causes": output::causes_json(&causes, &masker)}))?,
        Output::Text => {
            let text = output::causes_text(&causes, &masker);
            output::print(if text.is_empty() { "No cause was found\n" } else { &text })?;
        }
    }
    Ok(Exit::Done)
}
