//! `export`: requests for other tools and languages.

use std::path::Path;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::run::{Job, SuiteArgs, environment};
use crate::cli::common_args::{PayloadArgs, SourceArgs};
use crate::cli::exit::{Ended, Exit, Failure};
use crate::cli::named_value::NamedValue;
use crate::cli::target::Context;
use crate::cli::{output, payload, source};
use crate::formats::export::Tool;
use crate::formats::export::{Script, Written};
use crate::model::request::Body;
use crate::model::{Exchange, Request, RequestSpec};
use crate::runner::locust;
use crate::store::write_export;

#[derive(Debug, Args)]
#[command(after_help = export_help())]
pub(in crate::cli) struct ExportArgs {
    /// The format to write; see the list below
    #[arg(value_name = "TOOL", value_parser = tool(), hide_possible_values = true)]
    pub(in crate::cli) tool: Wanted,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    /// Exchanges from the history, by number, instead of a file
    #[arg(long, value_name = "NUMBER", num_args = 1.., conflicts_with = "file")]
    pub(in crate::cli) history: Vec<i64>,
    /// The profile whose endpoint a payload is for: a name, an id or a *.profile.json file
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["file", "history"])]
    pub(in crate::cli) profile: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) payload: PayloadArgs,
    /// The file to write; default: standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) to: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "to")]
    pub(in crate::cli) force: bool,
    /// Write secrets in clear instead of variables
    #[arg(long)]
    pub(in crate::cli) with_secrets: bool,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Wanted {
    /// Requests for a tool.
    Tool(Tool),
    /// A suite for Locust.
    Locust,
}

/// The name of [`Wanted::Locust`], and what it is.
const LOCUST: (&str, &str) = ("locust", "Locust, from a suite: load from many machines");

fn tool() -> NamedValue<Wanted> {
    let read = |text: &str| if text == LOCUST.0 { Some(Wanted::Locust) } else { Tool::from_id(text).map(Wanted::Tool) };
    NamedValue::new(Tool::ALL.into_iter().map(|tool| (tool.id(), tool.label())).chain([LOCUST]), read)
}

fn export_help() -> String {
    let tools = Tool::ALL.iter().map(|tool| (tool.id(), tool.label())).chain([LOCUST]);
    let tools: String = tools.map(|(name, label)| format!("  {name:<20} {label}\n")).collect();
    format!(
        "Tools:\n{tools}
Examples:
  centerpost export curl --history 17
  centerpost export postman capture.har --pick 3 --to acme.postman_collection.json
  centerpost export python --profile acme --set summary=\"Crash on load\" --to send.py
  centerpost export locust nightly.toml --to load

API keys, logins and cookies are written as variables, unless --with-secrets is given. With --to, a Postman environment is written \
beside the collection."
    )
}

pub(in crate::cli) fn run(args: &ExportArgs) -> Ended {
    let tool = match args.tool {
        Wanted::Tool(tool) => tool,
        Wanted::Locust => return locust(args),
    };
    let (requests, exchanges) = requests(args)?;
    let mut script = if args.with_secrets { Script::revealing_secrets(&requests) } else { Script::hiding_secrets(&requests) };
    script.set_times(exchanges.iter().map(Some));
    let written = tool.write(&script);
    for note in &written.notes {
        output::complain("note", note);
    }
    put(args, &written)?;
    Ok(Exit::Done)
}

/// A suite as a folder for Locust: the locustfile, the data rows and the files.
fn locust(args: &ExportArgs) -> Ended {
    let (Some(suite), Some(folder)) = (&args.source.file, &args.to) else {
        return Err(Failure::input("Name the suite and the folder to write: centerpost export locust SUITE --to FOLDER"));
    };
    if !args.force && folder.join("locustfile.py").exists() {
        return Err(Failure::input(format!(
            "Writing {}: it holds a locustfile. Name another folder, or give --force",
            folder.display()
        )));
    }
    let job = Job::prepare(&SuiteArgs {
        suite: Some(suite.clone()),
        profile: args.profile.clone(),
        set: args.payload.set.clone(),
        ..SuiteArgs::default()
    })?;
    let written = locust::write(&job.plan, &environment, job.seed).map_err(Failure::input)?;
    let trouble = |error: std::io::Error| Failure::failed(format!("Writing {}: {error}", folder.display()));
    std::fs::create_dir_all(folder.join("files")).map_err(trouble)?;
    for (name, text) in &written.texts {
        write_export(&folder.join(name), text, true)?;
    }
    for (from, name) in &written.copies {
        std::fs::copy(from, folder.join(name)).map_err(trouble)?;
    }
    for (generated, name) in &written.made {
        generated.write(&folder.join(name), job.seed).map_err(trouble)?;
    }
    written.notes.iter().for_each(|note| output::complain("note", note));
    Ok(Exit::Done)
}

/// The requests, and the exchanges that they come from where these are known.
fn requests(args: &ExportArgs) -> Result<(Vec<RequestSpec>, Vec<Exchange>), Failure> {
    if !args.history.is_empty() {
        return of_history(&args.history);
    }
    if let Some(what) = &args.profile {
        let profile = Context::open().profile(what)?;
        let mut request = Request::post_json(profile.endpoint().url_revealing_key(), "", &profile.extra_headers);
        request.body = Body::Bytes(payload::payload(&args.payload, &profile)?);
        let written =
            RequestSpec { accept_invalid_certificates: profile.accept_invalid_certificates, ..RequestSpec::of_request(&request) };
        return Ok((vec![written], Vec::new()));
    }
    Ok((source::read(&args.source)?.requests, Vec::new()))
}

fn of_history(ids: &[i64]) -> Result<(Vec<RequestSpec>, Vec<Exchange>), Failure> {
    let context = Context::open();
    context.store()?;
    let history = context.history().ok_or_else(|| Failure::failed("The history cannot be opened"))?;
    crate::cli::commands::history::exist(history, ids)?;
    let mut requests = Vec::new();
    let mut exchanges = Vec::new();
    for id in ids {
        let kept = history.open_record(*id)?;
        let profile = kept.profile.as_ref();
        requests.push(RequestSpec {
            label: profile.map_or_else(String::new, |profile| format!("{}, exchange {id}", profile.shown_name())),
            ..RequestSpec::of_exchange(&kept.exchange, profile)
        });
        if kept.exchange.sent.parts.is_some() {
            output::complain("note", "of a file the name alone is kept: put the file beside what is written");
        }
        exchanges.push(kept.exchange);
    }
    Ok((requests, exchanges))
}

fn put(args: &ExportArgs, written: &Written) -> Result<(), Failure> {
    let save = |path: &Path, text: &str| write_export(path, text, args.force).map_err(|error| Failure::input(error.to_string()));
    let Some(path) = &args.to else {
        if written.companion.is_some() {
            output::complain("note", "the environment with the secrets' names is written beside the file that --to names");
        }
        return output::print_document(&written.text);
    };
    save(path, &written.text)?;
    if let Some((ending, text)) = &written.companion {
        let stem = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let stem = stem.trim_end_matches(".json").trim_end_matches(".postman_collection");
        let beside = path.with_file_name(format!("{stem}.{ending}"));
        save(&beside, text)?;
        output::complain("note", &format!("the secrets' names are in {}", beside.display()));
    }
    Ok(())
}
