//! `watch`: a suite, again and again, and a word when what comes of it changes.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::{Args, ValueHint};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::run::{Job, SuiteArgs, exit};
use crate::cli::exit::{CommandError, Ended, Exit};
use crate::cli::output;
use crate::cli::target::Context;
use crate::model::secrets::mask::mask_url;
use crate::model::secrets::names::is_secret_name;
use crate::model::{Profile, Request};
use crate::runner::job::Leftover;
use crate::runner::result::{RunResult, Verdict, changes};
use crate::runner::units::Span;
use crate::transport::{self, Progress};

/// How many times are kept.
const MOST_TIMES: usize = 1000;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  centerpost watch nightly.toml --every 15m --yes --on-change 'mail -s \"$CENTERPOST_SUMMARY\" qa@acme.example < /dev/null'
  centerpost watch nightly.toml --every 1h --yes --post https://hooks.acme.example/centerpost
  centerpost watch nightly.toml --past

The command finds CENTERPOST_SUITE, CENTERPOST_VERDICT, CENTERPOST_SUMMARY and CENTERPOST_CHANGES in its environment; what is posted is
JSON with suite, verdict, summary and changes. The first time, both happen only when something does not hold. A suite that cannot be run \
any more is told too, with the verdict not_run. What could not be told is told again the next time.")]
pub(in crate::cli) struct WatchArgs {
    #[command(flatten)]
    pub(in crate::cli) suite: SuiteArgs,
    /// How long from one beginning to the next, as in 15m
    #[arg(long, value_name = "TIME", required_unless_present = "past")]
    pub(in crate::cli) every: Option<Span>,
    /// Print what came of the last thousand times, the latest last, and send nothing
    #[arg(long, conflicts_with_all = ["every", "times", "on_change", "post"])]
    pub(in crate::cli) past: bool,
    /// End after so many times
    #[arg(long, value_name = "N")]
    pub(in crate::cli) times: Option<u64>,
    /// A command for the shell, to be run when what comes of it changes
    #[arg(long, value_name = "COMMAND", value_hint = ValueHint::CommandString)]
    pub(in crate::cli) on_change: Option<String>,
    /// An address to POST to when what comes of it changes
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(in crate::cli) post: Option<String>,
}

pub(in crate::cli) fn run(args: &WatchArgs) -> Ended {
    if args.past {
        return past(args);
    }
    let every = args.every.map(|span| span.0).unwrap_or_default();
    if every.is_zero() {
        return Err(CommandError::input("--every takes a time above 0, as in 15m"));
    }
    let mut is_agreed = args.suite.yes;
    let mut count = 0;
    // Changes that somebody wanted to know and could not be told.
    let mut untold = Vec::new();
    let mut last_trouble = String::new();
    loop {
        let began = Instant::now();
        let last_exit;
        match check(args, is_agreed, &mut untold) {
            Ok(result) => {
                last_trouble.clear();
                last_exit = exit(&result);
                if result.stopped.is_some() {
                    return Ok(last_exit);
                }
            }
            // Later, a suite that cannot be read or a disk that is full for a while ends nothing. It is a change as others are.
            Err(failure) if count > 0 => {
                output::complain("error", &failure.text);
                last_exit = failure.exit;
                if failure.text != last_trouble {
                    let suite = args.suite.suite.as_deref().map_or_else(String::new, output::input_name);
                    untold.push(format!("It could not be run: {}", failure.text));
                    let news = News { suite, verdict: Verdict::NotRun, summary: failure.text.clone() };
                    tell(args, &Context::open(), &news, &mut untold);
                    last_trouble = failure.text;
                }
            }
            Err(failure) => return Err(failure),
        }
        is_agreed = true;
        count += 1;
        if args.times.is_some_and(|times| count >= times) || !wait(every.saturating_sub(began.elapsed()))? {
            return Ok(last_exit);
        }
    }
}

/// Runs the suite once, and tells whoever wants to know when something changed.
fn check(args: &WatchArgs, is_agreed: bool, untold: &mut Vec<String>) -> Result<RunResult, CommandError> {
    let mut job = Job::prepare(&args.suite)?;
    let last = job.folder().map(|folder| folder.join(format!("{}.last.json", job.job.name_on_disk())));
    let earlier: Option<RunResult> =
        last.as_deref().and_then(|path| std::fs::read(path).ok()).and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let result = job.go(Leftover::DropIt, is_agreed)?;
    if result.stopped.is_some() {
        return Ok(result);
    }
    let changed = match &earlier {
        Some(earlier) => changes(earlier, &result),
        None if result.verdict.is_good() => Vec::new(),
        None => vec![format!("The first time: {}", result.verdict.label())],
    };
    let now = Timestamp::now();
    let time = Time { at: now, verdict: result.verdict, summary: result.summary(), changes: changed.clone() };
    time.print()?;
    if let Some(path) = &last {
        keep(path, &result, &time);
    }
    untold.extend(changed);
    if !untold.is_empty() {
        let news = News { suite: result.suite.clone(), verdict: result.verdict, summary: result.summary() };
        tell(args, &job.context, &news, untold);
    }
    Ok(result)
}

/// Waits; `false` when Ctrl-C was pressed.
fn wait(time: Duration) -> Result<bool, CommandError> {
    crate::cli::runtime::block_on(|cancel| async move {
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            () = cancel.cancelled() => false,
        }
    })
}

/// What came of one time.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Time {
    at: Timestamp,
    verdict: Verdict,
    summary: String,
    changes: Vec<String>,
}

impl Time {
    fn print(&self) -> Result<(), CommandError> {
        output::print(&format!("{} {}\n", self.at.strftime("%Y-%m-%d %H:%M:%S UTC"), self.summary))?;
        self.changes.iter().try_for_each(|change| output::print(&format!("  {change}\n")))
    }
}

/// What came of earlier times.
fn past(args: &WatchArgs) -> Ended {
    let job = Job::prepare(&args.suite)?;
    let path = job.folder().map(|folder| folder.join(format!("{}.last.ndjson", job.job.name_on_disk())));
    let times = path
        .as_deref()
        .map(times)
        .transpose()
        .map_err(|error| CommandError::failed(format!("Reading earlier times: {error}")))?;
    let times = times.unwrap_or_default();
    if times.is_empty() {
        output::complain("note", "this suite was not watched yet");
    }
    times.iter().try_for_each(Time::print)?;
    Ok(Exit::Done)
}

/// The times that were kept, oldest first.
fn times(path: &Path) -> std::io::Result<Vec<Time>> {
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read?,
    };
    // A line that was cut off when the disk was full says nothing.
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// Keeps the result for the next time, and what came of the last times.
fn keep(path: &Path, result: &RunResult, time: &Time) {
    let add = || -> std::io::Result<()> {
        std::fs::write(path, serde_json::to_vec(result)?)?;
        let file = path.with_extension("ndjson");
        let mut kept = times(&file)?;
        kept.push(time.clone());
        let first = kept.len().saturating_sub(MOST_TIMES);
        let lines = kept[first..].iter().map(|time| serde_json::to_string(time).map(|line| line + "\n"));
        std::fs::write(file, lines.collect::<Result<String, _>>()?)
    };
    if let Err(error) = add() {
        output::complain("warning", &format!("Keeping what came of it in {}: {error}", path.display()));
    }
}

/// What is told beside the changes.
struct News {
    suite: String,
    verdict: Verdict,
    summary: String,
}

impl News {
    fn verdict(&self) -> Value {
        serde_json::to_value(self.verdict).unwrap_or_default()
    }
}

/// Tells what changed. What could not be told is told the next time.
fn tell(args: &WatchArgs, context: &Context, news: &News, untold: &mut Vec<String>) {
    let mut is_told = true;
    if let Some(command) = &args.on_change
        && let Err(reason) = run_command(command, news, untold)
    {
        output::complain("warning", &format!("Running the command of --on-change: {reason}"));
        is_told = false;
    }
    if let Some(url) = &args.post
        && let Err(reason) = post(url, context, news, untold)
    {
        output::complain("warning", &format!("Posting to {}: {reason}", mask_url(url)));
        is_told = false;
    }
    if is_told {
        untold.clear();
    }
}

/// Variables of the environment that are meant for Centerpost alone: its keys, its passphrase, and what else of it is named like a
/// secret.
fn own_secrets() -> impl Iterator<Item = std::ffi::OsString> {
    std::env::vars_os().map(|(name, _)| name).filter(|name| is_own_secret(&name.to_string_lossy()))
}

fn is_own_secret(name: &str) -> bool {
    let own = name.to_ascii_uppercase();
    own.strip_prefix("CENTERPOST_").is_some_and(|name| name.contains("PASSPHRASE") || is_secret_name(name))
}

fn run_command(command: &str, news: &News, changed: &[String]) -> Result<(), String> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut child = Command::new(shell);
    // It may be anybody's script, or pass on all that it gets.
    for name in own_secrets() {
        child.env_remove(name);
    }
    let status = child
        .args([flag, command])
        .env("CENTERPOST_SUITE", &news.suite)
        .env("CENTERPOST_VERDICT", news.verdict().as_str().unwrap_or_default())
        .env("CENTERPOST_SUMMARY", &news.summary)
        .env("CENTERPOST_CHANGES", changed.join("\n"))
        .stdin(Stdio::null())
        .status()
        .map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("it ended with {status}")) }
}

fn post(url: &str, context: &Context, news: &News, changed: &[String]) -> Result<(), String> {
    let body = json!({"suite": news.suite, "verdict": news.verdict(), "summary": news.summary, "changes": changed});
    let request = Request::post_json(url.to_owned(), &body.to_string(), &[]);
    let network = context.network(&Profile::default());
    let (progress, cancel) = (Progress::default(), CancellationToken::new());
    let sent = crate::cli::runtime::block_on(|_| async { transport::send(&request, &network, &progress, &cancel).await });
    let exchange = sent.map_err(|failure| failure.text)?.map_err(|error| error.to_string())?;
    match exchange.answer() {
        Some(answer) if answer.status < 300 => Ok(()),
        _ => Err(exchange.outcome_text()),
    }
}
