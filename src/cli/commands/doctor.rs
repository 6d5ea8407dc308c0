//! `doctor`: how a profile's endpoint can be reached.

use clap::Args;
use serde_json::{Value, json};

use crate::cli::common_args::{Output, Printing, Target};
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::output;
use crate::cli::target::Context;
use crate::service::record::Origin;
use crate::service::tools::health;
use crate::service::tools::lines::health_words;
use crate::transport::health::{Health, Stage};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost doctor --profile acme
  centerpost doctor --profile acme.profile.json --output json

Checks the proxy, DNS, a connection to each address, TLS and its certificates, redirects, the server's clock, and the response to an \
empty POST, which cannot create a ticket.

Exit codes: 0 if nothing fails, 1 if the endpoint refuses, 3 if the network fails.")]
pub(in crate::cli) struct DoctorArgs {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    #[command(flatten)]
    pub(in crate::cli) printing: Printing,
}

pub(in crate::cli) fn run(args: &DoctorArgs) -> Ended {
    if args.target.profile.is_none() {
        return Err(CommandError::input("Name the profile with --profile NAME|FILE"));
    }
    let context = Context::open().keeping(args.target.no_history);
    context.keeps()?;
    if let Some(reason) = context.session().settings_trouble {
        return Err(CommandError::input(format!(
            "Looking at the endpoint: {reason} The proxy that they name is not known, so nothing is sent. Repair the settings, or save them anew"
        )));
    }
    let (profile, network) = args.target.resolve(&context)?;
    let masker = args.printing.masker(&profile);
    let shown = masker.clone();
    let is_text = args.printing.output == Output::Text;
    let origin = Origin::new(&context.profile_id(&args.target));
    let recorder = context.recorder();
    let stages = crate::cli::runtime::block_on(|cancel| async move {
        health::gather(&profile, &network, &cancel, &origin, &recorder, |stage| {
            if is_text {
                // What cannot be printed now could not be printed later.
                let _ = output::print(&shown.text(&line(stage)));
            }
        })
        .await
    })?;
    match args.printing.output {
        Output::Text => output::print(&format!("\n{}\n", health_words(&stages)))?,
        Output::Json => {
            let all: Vec<Value> = stages
                .iter()
                .map(|stage| {
                    json!({
                        "what": stage.what,
                        "health": stage.health.label(),
                        "words": masker.text(&stage.words),
                        "ms": stage.time.map(|time| time.as_secs_f64() * 1e3),
                    })
                })
                .collect();
            output::print_json(&json!({"stages": all, "summary": health_words(&stages)}))?;
        }
    }
    Ok(exit(&stages))
}

fn line(stage: &Stage) -> String {
    let time = stage.time.map(|time| format!(" ({:.0} ms)", time.as_secs_f64() * 1e3)).unwrap_or_default();
    format!("{:<8} {:<12} {}{time}\n", stage.health.label(), stage.what, stage.words)
}

fn exit(stages: &[Stage]) -> Exit {
    let bad = |what: &str| stages.iter().any(|stage| stage.what == what && stage.health == Health::Bad);
    let answered = stages.iter().any(|stage| stage.what == "Empty POST");
    match () {
        () if stages.iter().all(|stage| stage.health != Health::Bad) => Exit::Done,
        () if bad("DNS") || bad("TLS") || bad("HTTP") || !answered => Exit::Network,
        () => Exit::Failed,
    }
}
