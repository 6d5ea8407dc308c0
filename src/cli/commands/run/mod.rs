//! `run`: a suite, unattended, with reports.

mod args;
mod job;
mod print;

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use crate::cli::common_args::Output;
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::output;
use crate::model::system_words;
use crate::runner::job::Leftover;
use crate::runner::report::ReportKind;
use crate::runner::result::{RUN_FORMAT, RunResult, changes};
use crate::runner::suite_schema;
use crate::store::write_export;

pub(in crate::cli) use args::SuiteArgs;
pub(in crate::cli) use job::Job;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost run nightly.toml
  centerpost run nightly.toml --data tickets.xlsx --concurrency 8 --rate 10/s --yes
  centerpost run nightly.toml --report junit=nightly.xml --report html=nightly.html --yes
  centerpost run nightly.toml --dry-run
  centerpost run --schema > suite.schema.json

It asks once, and says how many real tickets on which profile it creates. Ctrl-C begins no further row, a second one gives up what
is under way. docs/formats.md describes suites and reports.")]
pub(in crate::cli) struct RunArgs {
    #[command(flatten)]
    pub(in crate::cli) suite: SuiteArgs,
    /// Write a report: junit, html, json or markdown
    #[arg(long = "report", value_name = "KIND=FILE", value_parser = report)]
    pub(in crate::cli) reports: Vec<(ReportKind, PathBuf)>,
    /// A JSON report of an earlier run, to say what changed since
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) compare: Option<PathBuf>,
    /// Check the suite and its data, show what would be sent, and send nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Go on with a run that was cut off; no ticket is made twice
    #[arg(long = "continue", conflicts_with = "restart")]
    pub(in crate::cli) go_on: bool,
    /// Begin anew though an earlier run was cut off
    #[arg(long)]
    pub(in crate::cli) restart: bool,
    /// Print the JSON Schema of suites, for editors
    #[arg(long, exclusive = true)]
    pub(in crate::cli) schema: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) output: Output,
}

fn report(text: &str) -> Result<(ReportKind, PathBuf), String> {
    let names = ReportKind::ALL.map(ReportKind::name).join(", ");
    let (name, path) = text.split_once('=').filter(|(_, path)| !path.is_empty()).ok_or("write it as KIND=FILE")?;
    let kind = ReportKind::ALL.into_iter().find(|kind| kind.name() == name);
    kind.map(|kind| (kind, PathBuf::from(path))).ok_or_else(|| format!("\"{name}\" is not a kind of report. There are {names}"))
}

pub(in crate::cli) fn run(args: &RunArgs) -> Ended {
    if args.schema {
        output::print(&format!("{:#}\n", suite_schema::schema()))?;
        return Ok(Exit::Done);
    }
    let earlier = args.compare.as_deref().map(read_result).transpose()?;
    let mut job = Job::prepare(&args.suite)?;
    if args.dry_run {
        print::plan(&job, args.output)?;
        return Ok(Exit::Done);
    }
    let leftover = match (args.go_on, args.restart) {
        (true, _) => Leftover::GoOn,
        (_, true) => Leftover::DropIt,
        _ => Leftover::Refuse,
    };
    args.reports.iter().try_for_each(|(_, path)| check_place(path))?;
    let result = job.go(leftover, args.suite.yes)?;
    let changed = earlier.map(|earlier| changes(&earlier, &result));
    // What came of it is told though a report cannot be written.
    let written: Vec<_> = args.reports.iter().map(|(kind, path)| write_export(path, &kind.write(&result), true)).collect();
    print::result(&result, changed.as_deref(), args.output)?;
    written.into_iter().collect::<Result<(), _>>()?;
    Ok(exit(&result))
}

/// Whether a report can be written there, before anything is sent.
fn check_place(path: &Path) -> Result<(), CommandError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let reason = if path.is_dir() {
        "it is a folder".to_owned()
    } else if let Err(error) = tempfile::tempfile_in(folder) {
        format!("no file can be made in {}: {}", folder.display(), system_words(&error))
    } else {
        return Ok(());
    };
    Err(CommandError::input(format!("Writing the report {}: {reason}. Nothing was sent. Name another file", path.display())))
}

/// How a run ends, as scripts see it.
pub(in crate::cli) fn exit(result: &RunResult) -> Exit {
    match (result.verdict.is_good() && result.stopped.is_none(), result.is_network_alone()) {
        (true, _) => Exit::Done,
        (false, true) => Exit::Network,
        (false, false) => Exit::Failed,
    }
}

fn read_result(path: &Path) -> Result<RunResult, CommandError> {
    let text = crate::cli::input::read_input_text(path, "Reading the earlier report")?;
    let wrong = |reason: &str| {
        CommandError::input(format!(
            "Reading the earlier report {}: {reason}. It takes one of --report json=FILE",
            path.display()
        ))
    };
    let result: RunResult = serde_json::from_str(&text).map_err(|error| wrong(&error.to_string()))?;
    if result.format == RUN_FORMAT { Ok(result) } else { Err(wrong("it is not a report of a run")) }
}
