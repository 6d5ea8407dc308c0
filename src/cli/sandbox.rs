//! `sandbox`: the embedded server on its own.

use std::path::Path;
use std::time::Duration;

use super::args::SandboxArgs;
use super::target::Context;
use super::{Ended, Exit, Failure, output};
use crate::model::Profile;
use crate::sandbox::{LogEntry, Options, Sandbox};
use crate::store::{file_name, write_export};

/// How often the log is looked at.
const LOOK: Duration = Duration::from_millis(100);

pub(super) fn run(args: &SandboxArgs) -> Ended {
    // Without a profile to look up, the saved ones are nobody's business here.
    let profiles = if args.profiles.is_empty() {
        Vec::new()
    } else {
        let context = Context::open();
        args.profiles.iter().map(|what| context.profile(what)).collect::<Result<_, _>>()?
    };
    let shape = args.shape.unwrap_or_default();
    let options = Options { port: args.port, profiles, shape, fault: args.fault };
    let export = args.export.clone();
    super::block_on(|cancel| async move {
        let sandbox = Sandbox::start(options).await.map_err(|error| Failure::input(error.to_string()))?;
        if let Some(folder) = &export {
            write_profiles(&sandbox.profiles(), folder)?;
        }
        output::print(&greeting(&sandbox))?;
        let mut printed = 0_u64;
        loop {
            for entry in sandbox.log() {
                if entry.number > printed {
                    output::print(&line(&entry))?;
                    printed = entry.number;
                }
            }
            tokio::select! {
                () = cancel.cancelled() => return Ok(Exit::Done),
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    })?
}

/// Unlike anywhere else the API key is shown: it is the sandbox's own, and is there to be copied.
fn greeting(sandbox: &Sandbox) -> String {
    let mut text = format!("Sandbox at {} for this computer alone; Ctrl-C stops it\n", sandbox.base_url());
    for profile in sandbox.profiles() {
        text.push_str(&format!("\n{}\n", profile.name));
        text.push_str(&format!("  Endpoint  {}\n", profile.endpoint().url_revealing_key()));
        text.push_str(&format!("  API key   {}\n", profile.api_key.reveal()));
    }
    text.push('\n');
    text
}

fn line(entry: &LogEntry) -> String {
    let status = if entry.status == 0 { "cut off".to_owned() } else { entry.status.to_string() };
    let files: Vec<_> = entry.parts.iter().filter_map(|part| part.filename.as_deref()).collect();
    let files = if files.is_empty() { String::new() } else { format!(", {}", files.join(", ")) };
    let text =
        format!("{} {} {}: {status}, {} bytes{files}: {}", entry.number, entry.method, entry.target, entry.body_size, entry.rule);
    format!("{}\n", text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect::<String>())
}

fn write_profiles(profiles: &[Profile], folder: &Path) -> Result<(), Failure> {
    for profile in profiles {
        let path = folder.join(file_name(profile));
        let text = format!("{:#}\n", profile.to_value_revealing_key());
        write_export(&path, &text, true).map_err(|error| Failure::input(error.to_string()))?;
    }
    Ok(())
}
