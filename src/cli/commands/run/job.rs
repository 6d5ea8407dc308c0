//! A suite that is ready to be run from the command line, as often as wanted.

use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use tokio_util::sync::CancellationToken;

use super::args::SuiteArgs;
use crate::cli::common_args::Target;
use crate::cli::exit::CommandError;
use crate::cli::target::Context;
use crate::cli::{confirm, input, output, payload};
use crate::model::secrets::masker::Masker;
use crate::runner::gate::Gate;
use crate::runner::job::{self, JobError, Leftover, Opened, Parts, Surroundings};
use crate::runner::news::RowNews;
use crate::runner::result::RunResult;
use crate::runner::suite::Suite;
use crate::store::Store;

/// A suite that is ready to be run, and what is around it.
pub(in crate::cli) struct Job {
    pub(in crate::cli) context: Context,
    pub(in crate::cli) job: job::Job,
}

impl Job {
    /// Reads a suite, its profile and its data, and checks every row.
    pub(in crate::cli) fn prepare(args: &SuiteArgs) -> Result<Self, CommandError> {
        let Some(path) = args.suite.clone() else { return Err(CommandError::input("Name the suite to run")) };
        let text = input::read_input_text(&path, "Reading the suite")?;
        let mut suite = Suite::read(&text)
            .map_err(|error| CommandError::input(format!("Reading the suite {}: {error}", output::input_name(&path))))?;
        change(&mut suite, args)?;
        let folder = job::folder_of(&path);
        let context = Context::open().keeping(args.no_history);
        let target = target(args, &suite, &folder)?;
        let (profile, network) = target.resolve(&context)?;
        let data = job::data_file(&suite, &folder, args.data.as_deref()).map_err(CommandError::input)?;
        let data = data.map(|file| input::read_input(&file, "Reading the data").map(|bytes| (file, bytes))).transpose()?;
        let profile_id = context.profile_id(&target);
        let job = job::Job::new(Parts { suite, text, path, profile, profile_id, network, data }).map_err(CommandError::input)?;
        let job = Self { context, job };
        job.check()?;
        Ok(job)
    }

    fn check(&self) -> Result<(), CommandError> {
        let (problems, more) = self.job.problems();
        if problems.is_empty() {
            return Ok(());
        }
        let masker = self.masker();
        let more = if more == 0 { String::new() } else { format!("\n  and {more} more") };
        let list: String = problems.iter().map(|problem| format!("\n  {}", masker.text(problem))).collect();
        Err(CommandError::input(format!(
            "Nothing was sent, for {} would not go as the suite expects:{list}{more}",
            if problems.len() == 1 && more.is_empty() { "this" } else { "these" }
        )))
    }

    /// What takes out every secret that is known.
    pub(in crate::cli) fn masker(&self) -> Masker {
        self.job.masker()
    }

    /// Runs it: asks, sends, and tells what came of it. Where it was begun before, `leftover` says what to do.
    pub(in crate::cli) fn go(&mut self, leftover: Leftover, yes: bool) -> Result<RunResult, CommandError> {
        let folder = self.folder();
        let opened = self.job.open(folder.as_deref(), leftover).map_err(|error| failure(&error))?;
        if opened.is_new_after_all {
            output::complain("note", "there is no run to go on with, so it begins anew");
        }
        let masker = self.masker();
        let url = self.job.plan.profile.endpoint().url_revealing_key();
        if let Err(failure) = confirm::ask(&self.context, &self.job.intent(&url, opened.done.rows.len()), yes, &masker) {
            opened.leave();
            return Err(failure);
        }
        let (result, trouble) = self.send(opened, folder.as_deref(), &masker)?;
        if let Some(error) = trouble {
            output::complain("warning", &error.to_string());
        }
        Ok(result)
    }

    /// The folder for what is known of runs; `None` where there is no store.
    pub(in crate::cli) fn folder(&self) -> Option<PathBuf> {
        match self.context.store().map(Store::runs_folder) {
            Ok(Ok(folder)) => Some(folder),
            Ok(Err(error)) => {
                output::complain("warning", &format!("this run cannot be continued if it is cut off. {error}"));
                None
            }
            Err(_) => None,
        }
    }

    fn send(
        &self,
        opened: Opened,
        folder: Option<&Path>,
        masker: &Masker,
    ) -> Result<(RunResult, Option<crate::runner::journal::JournalError>), CommandError> {
        let history = self.context.kept_in().map_err(CommandError::failed)?;
        let recorder = Context::group_recorder(history)?;
        let session = self.context.session();
        let bar = bar(self.job.plan.rows.len(), opened.done.rows.len());
        let failed = std::cell::Cell::new(0_usize);
        let tell = |news: RowNews<'_>| {
            let RowNews::Over(row) = news else { return };
            failed.set(failed.get() + usize::from(!row.verdict.is_good()));
            if let Some(bar) = &bar {
                bar.inc(1);
                bar.set_message(format!("{} failed", failed.get()));
            }
        };
        let gate = Gate::default();
        let ran = crate::cli::runtime::block_on(|stop| async {
            let around = Surroundings {
                recorder: &recorder,
                history,
                masker,
                uploads_at_once: session.settings.uploads_at_once,
                folder,
                gate: &gate,
                cancel: cancelled_at_the_second(&stop),
                stop,
            };
            self.job.run(opened, around, tell).await.map_err(|error| failure(&error))
        })?;
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        ran
    }
}

fn failure(error: &JobError) -> CommandError {
    match error {
        JobError::CutOff(_) => CommandError::input(format!("{error}. Go on with it by --continue, or begin anew by --restart")),
        JobError::Changed => CommandError::input(format!("{error} with --restart")),
        JobError::UnderWay | JobError::Journal(_) | JobError::Folder(_) => CommandError::failed(error.to_string()),
    }
}

/// Is cancelled by the Ctrl-C after the one that stops.
fn cancelled_at_the_second(stop: &CancellationToken) -> CancellationToken {
    let cancel = CancellationToken::new();
    let (stop, second) = (stop.clone(), cancel.clone());
    tokio::spawn(async move {
        stop.cancelled().await;
        output::complain("note", "what is under way is finished; Ctrl-C again gives it up");
        if tokio::signal::ctrl_c().await.is_ok() {
            second.cancel();
        }
    });
    cancel
}

/// Puts the command line's values into the suite.
fn change(suite: &mut Suite, args: &SuiteArgs) -> Result<(), CommandError> {
    for text in &args.set {
        let (name, value) = payload::pair(text, "--set takes NAME=VALUE")?;
        if !suite.variables.contains_key(name) {
            let mut known: Vec<_> = suite.variables.keys().map(String::as_str).collect();
            known.sort_unstable();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(CommandError::input(format!("--set {name}: the suite has no such variable. There are: {known}")));
        }
        suite.variables.insert(name.to_owned(), value.into());
    }
    if let Some(concurrency) = args.concurrency {
        suite.concurrency = concurrency.into();
    }
    suite.rate = args.rate.or(suite.rate);
    suite.stop_on_failure |= args.stop_on_failure;
    Ok(())
}

fn target(args: &SuiteArgs, suite: &Suite, folder: &Path) -> Result<Target, CommandError> {
    let profile = args.profile.clone().or_else(|| job::profile_named(suite, folder));
    if profile.is_none() {
        return Err(CommandError::input(
            "The suite names no profile. Write profile = \"NAME\" into it, or give --profile NAME|FILE",
        ));
    }
    Ok(Target {
        profile,
        api_key_file: args.api_key_file.clone(),
        headers: Vec::new(),
        timeout: args.timeout,
        no_history: args.no_history,
    })
}

fn bar(rows: usize, done: usize) -> Option<ProgressBar> {
    use std::io::IsTerminal as _;
    if !std::io::stderr().is_terminal() {
        return None;
    }
    let bar = ProgressBar::new(rows as u64).with_position(done as u64);
    let style = ProgressStyle::with_template("[{bar:30}] {pos} of {len} rows, {per_sec}, {eta} left, {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message("0 failed");
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    Some(bar)
}
