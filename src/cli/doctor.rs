//! `doctor`: how a profile's endpoint can be reached.

use serde_json::{Value, json};

use super::args::Output;
use super::args_finding::DoctorArgs;
use super::target::Context;
use super::{Ended, Exit, Failure, output};
use crate::service::tools::lines::health_words;
use crate::transport::health::{self, Health, Stage};

pub(super) fn run(args: &DoctorArgs) -> Ended {
    if args.target.profile.is_none() {
        return Err(Failure::input("Name the profile with --profile NAME|FILE"));
    }
    let context = Context::open();
    let (profile, network) = args.target.resolve(&context)?;
    let masker = args.printing.masker(&profile);
    let is_text = args.printing.output == Output::Text;
    let endpoint = profile.endpoint();
    let stages = super::block_on(|cancel| async move {
        health::gather(&endpoint, &network, &cancel, |stage| {
            if is_text {
                // What cannot be printed now could not be printed later.
                let _ = output::print(&masker.text(&line(stage)));
            }
        })
        .await
    })?;
    let masker = args.printing.masker(&profile);
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
