//! `explain`: what a cause means, how it comes about, how to prove it and what to do.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};

use crate::cli::common_args::Output;
use crate::cli::exit::{Ended, Exit};
use crate::cli::output;
use crate::diagnosis::CauseId;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost explain
  centerpost explain endpoint.source-key-mismatch
  centerpost explain transport.tls-untrusted --output json")]
pub(in crate::cli) struct ExplainArgs {
    /// The cause's id, as `diagnose` prints it; without it all causes are listed
    #[arg(value_name = "ID", value_parser = ids(), hide_possible_values = true)]
    pub(in crate::cli) id: Option<CauseId>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) output: Output,
}

fn ids() -> impl TypedValueParser<Value = CauseId> {
    let values = CauseId::ALL.iter().map(|id| PossibleValue::new(id.as_str()).help(id.title()));
    PossibleValuesParser::new(values).try_map(|id| CauseId::find(&id).ok_or("not the id of a cause"))
}

pub(in crate::cli) fn run(args: &ExplainArgs) -> Ended {
    match (args.output, args.id) {
        (Output::Json, Some(id)) => output::print_json(&as_json(id))?,
        (Output::Json, None) => output::print_json(&CauseId::ALL.iter().map(|id| as_json(*id)).collect::<Value>())?,
        (Output::Text, Some(id)) => output::print(&as_text(id))?,
        (Output::Text, None) => {
            let lines = CauseId::ALL.iter().map(|id| format!("{id:34} {}\n", id.title()));
            output::print(&lines.collect::<String>())?;
        }
    }
    Ok(Exit::Done)
}

fn as_json(id: CauseId) -> Value {
    let broader: Vec<&str> = id.narrower_than().iter().map(|id| id.as_str()).collect();
    json!({
        "id": id.as_str(),
        "title": id.title(),
        "origin": id.origin(),
        "proof": id.proof(),
        "fix": id.advice(),
        "basis": id.basis().label(),
        "link": id.link(),
        "narrower_than": broader,
    })
}

fn as_text(id: CauseId) -> String {
    let mut text = format!("{}\n{}\n\n", id.title(), id);
    let mut line = |heading: &str, words: &str| {
        if !words.is_empty() {
            text.push_str(&format!("{heading:<19}{words}\n"));
        }
    };
    line("How it happens:", id.origin());
    line("How to prove it:", id.proof());
    line("How to fix it:", id.advice());
    for broader in id.narrower_than() {
        line("A special case of:", broader.as_str());
    }
    line("Basis:", id.basis().label());
    line("Read more:", id.link().unwrap_or_default());
    text
}
