//! `sandbox`: the embedded server on its own.

use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};

use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::named_value::NamedValue;
use crate::cli::output;
use crate::cli::target::Context;
use crate::cli::terminal::harmless;
use crate::model::Profile;
use crate::sandbox::{Fault, Shape};
use crate::sandbox::{LogEntry, Options, Sandbox};
use crate::store::{file_name, write_export};

#[derive(Debug, Args)]
#[command(after_help = sandbox_help())]
pub(in crate::cli) struct SandboxArgs {
    /// The port on 127.0.0.1; 0 lets the system pick one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(in crate::cli) port: u16,
    /// A profile to serve: a name, an id or a *.profile.json file; default: an example
    #[arg(long = "profile", value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) profiles: Vec<String>,
    /// The shape of success responses
    #[arg(long, value_name = "NAME", value_parser = shape(), hide_possible_values = true)]
    pub(in crate::cli) shape: Option<Shape>,
    /// A fault to simulate
    #[arg(long, value_name = "NAME", value_parser = fault(), hide_possible_values = true)]
    pub(in crate::cli) fault: Option<Fault>,
    /// A folder to write the sources to, as *.profile.json files with the sandbox's address and its own API key
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) export: Option<PathBuf>,
}

fn shape() -> NamedValue<Shape> {
    NamedValue::new(Shape::ALL.iter().map(|shape| (shape.name(), shape.label())), Shape::from_name)
}

fn fault() -> NamedValue<Fault> {
    NamedValue::new(Fault::ALL.iter().map(|fault| (fault.name(), fault.label())), Fault::from_name)
}

fn sandbox_help() -> String {
    let mut help =
        "Examples:\n  centerpost sandbox\n  centerpost sandbox --port 8800 --profile acme.profile.json --shape nested\n  \
                    centerpost sandbox --fault delay=2.5 --export .\n\nShapes:\n"
            .to_owned();
    for shape in Shape::ALL {
        help.push_str(&format!("  {:<20} {}\n", shape.name(), shape.label()));
    }
    help.push_str("\nFaults (delay=SECONDS, drip=MILLISECONDS and big-body=MIB can be set):\n");
    for fault in Fault::ALL {
        help.push_str(&format!("  {:<20} {}\n", fault.name(), fault.label()));
    }
    help
}

/// How often the log is looked at.
const LOOK: Duration = Duration::from_millis(100);

pub(in crate::cli) fn run(args: &SandboxArgs) -> Ended {
    // Without a profile to look up, the saved ones are nobody's business here.
    let profiles = if args.profiles.is_empty() {
        Vec::new()
    } else {
        let context = Context::open();
        args.profiles.iter().map(|what| context.profile(what)).collect::<Result<_, _>>()?
    };
    let shape = args.shape.unwrap_or_default();
    let options = Options { port: args.port, profiles, own_keys: true, shape, fault: args.fault, ..Options::default() };
    let export = args.export.clone();
    crate::cli::runtime::serve(|cancel| async move {
        let sandbox = Sandbox::start(options).await.map_err(|error| CommandError::input(error.to_string()))?;
        if let Some(folder) = &export {
            write_profiles(&sandbox.profiles(), folder)?;
        }
        output::print_revealing(&greeting(&sandbox))?;
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

/// Unlike anywhere else an API key is shown: it is the sandbox's own, never that of a profile, and is there to be copied.
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
    let LogEntry { number, method, target, body_size, rule, .. } = entry;
    format!(
        "{}\n",
        harmless(&format!("{number} {method} {target}: {status}, {body_size} bytes{files}: {rule}")).replace('\n', "␊")
    )
}

fn write_profiles(profiles: &[Profile], folder: &Path) -> Result<(), CommandError> {
    std::fs::create_dir_all(folder)
        .map_err(|error| CommandError::input(format!("Creating the folder {}: {error}", folder.display())))?;
    for profile in profiles {
        let path = folder.join(file_name(profile));
        let text = format!("{:#}\n", profile.to_value_revealing_key());
        write_export(&path, &text, true).map_err(|error| CommandError::input(error.to_string()))?;
    }
    Ok(())
}
