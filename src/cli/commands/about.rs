//! `about`: this program and where it runs.

use clap::Args;
use serde_json::{Map, Value};

use crate::cli::common_args::Output;
use crate::cli::exit::{Ended, Exit};
use crate::cli::output;
use crate::cli::target::Context;
use crate::service::about::{self, Known};

#[derive(Debug, Args)]
#[command(after_help = "\
What a report of a fault needs: versions, system, display, keyring, proxy, folders and the log file. No secrets.
In the window: Settings, Copy diagnostics.

Examples:
  centerpost about
  centerpost about --output json
  centerpost about --licences")]
pub(in crate::cli) struct AboutArgs {
    /// Print the licences of everything that the program is made of
    #[arg(long, alias = "licenses", conflicts_with = "output")]
    pub(in crate::cli) licences: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) output: Output,
}

pub(in crate::cli) fn run(args: &AboutArgs) -> Ended {
    if args.licences {
        output::print(about::LICENCES)?;
        return Ok(Exit::Done);
    }
    let context = Context::open();
    let store = context.store().ok();
    let keys = store.map(|store| store.keys().place());
    let facts = about::facts(&Known { store, settings: &context.found.settings, keys: keys.as_ref(), window: None });
    match args.output {
        Output::Text => output::print(&about::text(&facts))?,
        Output::Json => {
            let name = |name: &str| name.to_lowercase().replace(' ', "_");
            let all: Map<String, Value> = facts.into_iter().map(|fact| (name(fact.name), fact.value.into())).collect();
            output::print_json(&Value::Object(all))?;
        }
    }
    Ok(Exit::Done)
}
