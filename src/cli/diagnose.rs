//! `diagnose`: a saved exchange, explained.

use serde_json::json;

use super::args::{DiagnoseArgs, Output};
use super::mask::Masker;
use super::{Ended, Exit, Failure, output};
use crate::diagnosis;
use crate::formats::case;
use crate::model::request::Secrets;

pub(super) fn run(args: &DiagnoseArgs) -> Ended {
    let text = super::read_input_text(&args.file, "Reading the case")?;
    let case = case::read(&text).map_err(|error| Failure::input(format!("Reading the case {}: {error}", args.file.display())))?;
    let mut masker = Masker::new(Secrets::Masked);
    if let Some(profile) = &case.profile {
        masker.learn(profile.api_key.reveal());
        masker.learn_headers(&profile.extra_headers);
    }
    // What was sent may hold another key than the profile's, and there may be no profile.
    masker.learn_url(&case.sent.url);
    masker.learn_headers(&case.sent.headers);
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
