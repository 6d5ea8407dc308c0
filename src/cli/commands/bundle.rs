//! `bundle`: evidence for somebody else, without secrets.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde_json::{Value, json};

use crate::cli::common_args::Output;
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::output;
use crate::cli::target::Context;
use crate::formats::bundle::{self, Evidence, MOST_EXCHANGES, Sealed};
use crate::model::{Profile, Secret};
use crate::service::evidence;
use crate::store::Vault as _;
use crate::store::write_export_bytes;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost bundle --history 17 --preview
  centerpost bundle --history 17 18 --to acme-404.zip --summary \"Fails since Monday\"
  centerpost bundle customer.har --pick 3 4 --profile acme --to acme.zip --mark \"Project Falcon\"

API keys, e-mail addresses, cookies, logins and marked texts are replaced by placeholders such as {{apiKey}} and {{email-1}}. The \
same value gets the same placeholder everywhere. The preview lists the placeholders, and what is not hidden but possibly secret. \
Values are never printed.")]
pub(in crate::cli) struct BundleArgs {
    /// The requests and responses, in any format that import reads; - is standard input
    #[arg(value_name = "FILE|-", value_hint = ValueHint::FilePath, required_unless_present = "history", conflicts_with = "history")]
    pub(in crate::cli) file: Option<PathBuf>,
    /// Exchanges from the history, by number
    #[arg(long, value_name = "NUMBER", num_args = 1..)]
    pub(in crate::cli) history: Vec<i64>,
    /// Use only these requests of the file, counted from 1
    #[arg(long, value_name = "N", num_args = 1.., conflicts_with = "history")]
    pub(in crate::cli) pick: Vec<usize>,
    /// The profile that a file's requests were meant for: a name, an id or a *.profile.json file
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath, conflicts_with = "history")]
    pub(in crate::cli) profile: Option<String>,
    /// The zip to write
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "preview")]
    pub(in crate::cli) to: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "to")]
    pub(in crate::cli) force: bool,
    /// Show what would be replaced and what would be left, without writing
    #[arg(long, conflicts_with = "to")]
    pub(in crate::cli) preview: bool,
    /// Your summary, at the top of the report
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(in crate::cli) summary: String,
    /// Also hide this text everywhere
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) mark: Vec<String>,
    /// Also hide the texts in this file, one per line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) mark_from: Option<PathBuf>,
    /// How to print what was replaced
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) output: Output,
}

pub(in crate::cli) fn run(args: &BundleArgs) -> Ended {
    let context = Context::open();
    let exchanges = match &args.file {
        Some(path) => of_file(&context, path, args)?,
        None => of_history(&context, &args.history)?,
    };
    if exchanges.len() > MOST_EXCHANGES {
        return Err(CommandError::input(format!(
            "Making a bundle: {} exchanges are more than the {MOST_EXCHANGES} that one holds. Name fewer, those of a file with --pick",
            exchanges.len()
        )));
    }
    let profile = exchanges.iter().find_map(|evidence| evidence.profile.clone()).unwrap_or_default();
    let mut contents = evidence::contents(exchanges, &context.found.settings, &profile);
    contents.summary.clone_from(&args.summary);
    contents.marked = marked(args)?;
    if let Ok(store) = context.store() {
        contents.known.extend(store.keys().known().into_iter().map(|(secret, _)| secret));
    }
    let sealed = bundle::seal(&contents);
    let files = match &args.to {
        None => Vec::new(),
        Some(path) => {
            let packed = bundle::pack(&sealed).map_err(|error| CommandError::failed(format!("Packing the bundle: {error}")))?;
            write_export_bytes(path, &packed.bytes, args.force).map_err(|error| CommandError::input(error.to_string()))?;
            packed.files
        }
    };
    match args.output {
        Output::Json => output::print_json(&json(args, &sealed, &files))?,
        Output::Text => output::print(&text(args, &sealed, &files))?,
    }
    Ok(Exit::Done)
}

fn of_history(context: &Context, ids: &[i64]) -> Result<Vec<Evidence>, CommandError> {
    let history = context.needed_history()?;
    crate::cli::commands::history::exist(history, ids)?;
    let mut exchanges = evidence::of_history(history, ids)?;
    for evidence in &mut exchanges {
        // The history keeps no key with a profile; whether the key was the profile's own is evidence, too.
        let Some(profile) = evidence.profile.as_mut().filter(|profile| profile.api_key.is_empty()) else { continue };
        let saved = context.found.profiles.iter().find(|stored| stored.profile.name == profile.name);
        profile.api_key = saved.map(|stored| stored.profile.api_key.clone()).unwrap_or_default();
    }
    Ok(exchanges)
}

fn of_file(context: &Context, path: &std::path::Path, args: &BundleArgs) -> Result<Vec<Evidence>, CommandError> {
    let profile: Option<Profile> = args.profile.as_deref().map(|what| context.profile(what)).transpose()?;
    let found = crate::cli::source::cases(path, profile.as_ref(), &args.pick)?;
    let exchanges = evidence::that_counts(found.iter().map(|(label, case)| evidence::of_case(label, case)).collect());
    if exchanges.is_empty() {
        return Err(CommandError::input(format!(
            "Making a bundle of {}: it holds neither a request nor an answer. Take a HAR file, a request with its answer, or a case file",
            output::input_name(path)
        )));
    }
    Ok(exchanges)
}

fn marked(args: &BundleArgs) -> Result<Vec<Secret>, CommandError> {
    let mut marked: Vec<Secret> = args.mark.iter().map(Secret::new).collect();
    if let Some(path) = &args.mark_from {
        let text = crate::cli::input::read_input_text(path, "Reading what to hide from")?;
        marked.extend(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Secret::new));
    }
    Ok(marked)
}

fn json(args: &BundleArgs, sealed: &Sealed, files: &[String]) -> Value {
    json!({
        "file": args.to.as_ref().map(|path| path.to_string_lossy()),
        "files": files,
        "exchanges": sealed.contents.exchanges.len(),
        "replaced": sealed.replaced.iter().map(|one| json!({"name": one.name, "what": one.what, "count": one.count})).collect::<Vec<_>>(),
        "left": sealed.suspects.iter().map(|one| json!({"text": one.text, "why": one.why, "count": one.count})).collect::<Vec<_>>(),
    })
}

fn text(args: &BundleArgs, sealed: &Sealed, files: &[String]) -> String {
    let times = |count: usize| if count == 1 { "once".to_owned() } else { format!("{count} times") };
    let mut text = String::from("Replaced:\n");
    for one in &sealed.replaced {
        text.push_str(&format!("  {{{{{}}}}}  {}, {}\n", one.name, one.what, times(one.count)));
    }
    if sealed.replaced.is_empty() {
        text.push_str("  nothing: no API key, e-mail address, cookie or login was found\n");
    }
    if !sealed.suspects.is_empty() {
        text.push_str("\nNot hidden, possibly secret (hide it with --mark):\n");
        for one in &sealed.suspects {
            text.push_str(&format!("  {}  {}, {}\n", one.text, one.why, times(one.count)));
        }
    }
    match &args.to {
        Some(path) => text.push_str(&format!("\nWritten to {}: {}\n", path.display(), files.join(", "))),
        None => text.push_str("\nNothing was written. Write the bundle with --to FILE.zip\n"),
    }
    text
}
