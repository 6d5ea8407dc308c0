//! `diagnose`: a saved exchange or a pasted answer, explained.

use serde_json::json;

use super::args::Output;
use super::args_finding::DiagnoseArgs;
use super::mask::Masker;
use super::target::Context;
use super::{Ended, Exit, Failure, output};
use crate::diagnosis;
use crate::formats::pasted::{self, BareBody};
use crate::model::request::Secrets;

pub(super) fn run(args: &DiagnoseArgs) -> Ended {
    output::hint_at_input(&args.file, "the answer");
    let text = super::read_input_text(&args.file, "Reading the case")?;
    let trouble = |reason: String| Failure::input(format!("Reading the case {}: {reason}", output::input_name(&args.file)));
    if args.file.extension().is_some_and(|extension| extension == "json") {
        // A file that calls itself JSON and is none was damaged; it is no page that somebody saved.
        serde_json::from_str::<serde_json::Value>(text.trim_start_matches('\u{feff}'))
            .map_err(|error| trouble(error.to_string()))?;
    }
    let pasted = pasted::read(&text, BareBody::Answer).map_err(|error| trouble(error.to_string()))?;
    let profile = args.profile.as_deref().map(|what| Context::open().profile(what)).transpose()?;
    let mut masker = Masker::new(Secrets::Masked);
    for note in &pasted.notes {
        output::complain("note", note);
    }
    let case = pasted.into_case(profile);
    if let Some(profile) = &case.profile {
        masker.learn(profile.api_key.reveal());
        masker.learn_headers(&profile.extra_headers);
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
