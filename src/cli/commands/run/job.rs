//! A suite that is ready to be run, as often as wanted.

use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Zoned;
use sha2::{Digest as _, Sha256};

use super::args::SuiteArgs;
use crate::cli::common_args::{Output, Printing, Target};
use crate::cli::exit::Failure;
use crate::cli::target::Context;
use crate::cli::{confirm, input, output, payload};
use crate::model::Network;
use crate::model::hex::hex;
use crate::model::secrets::masker::Masker;
use crate::runner::journal::{Done, Found, Journal, RunKey};
use crate::runner::pace::Pace;
use crate::runner::plan::Plan;
use crate::runner::result::{RowResult, RunResult};
use crate::runner::rows::{self, RowsKind};
use crate::runner::running::Run;
use crate::runner::suite::{DataSource, Suite};
use crate::service::intent::{Intent, Purpose};
use crate::store::Store;
use tokio_util::sync::CancellationToken;

/// What to do with a run that was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Leftover {
    /// Say that it is there, and do nothing.
    Refuse,
    /// Go on with it.
    GoOn,
    /// Begin anew.
    DropIt,
}

/// A suite that is ready to be run.
pub(in crate::cli) struct Job {
    pub(in crate::cli) context: Context,
    pub(in crate::cli) plan: Plan,
    pub(in crate::cli) seed: u64,
    network: Network,
    profile_id: String,
    keeps_history: bool,
    /// The suite's file as it is named on disk.
    path: PathBuf,
    fingerprint: String,
}

impl Job {
    /// Reads a suite, its profile and its data, and checks every row.
    pub(in crate::cli) fn prepare(args: &SuiteArgs) -> Result<Self, Failure> {
        let Some(path) = args.suite.clone() else { return Err(Failure::input("Name the suite to run")) };
        let text = input::read_input_text(&path, "Reading the suite")?;
        let mut suite = Suite::read(&text)
            .map_err(|error| Failure::input(format!("Reading the suite {}: {error}", output::input_name(&path))))?;
        change(&mut suite, args)?;
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
        let context = Context::open().keeping(args.no_history);
        let target = target(args, &suite, &folder)?;
        let (profile, network) = target.resolve(&context)?;
        let mut hash = Sha256::new();
        hash.update(text.as_bytes());
        hash.update(profile.to_value().to_string().as_bytes());
        let rows = match data(args, &suite, &folder) {
            Some((data, source)) => {
                let bytes = input::read_input(&data, "Reading the data")?;
                hash.update(&bytes);
                let kind = RowsKind::of_name(&data.to_string_lossy());
                let read = kind.and_then(|kind| rows::read(&bytes, kind, &source));
                Some(read.map_err(|error| Failure::input(format!("Reading the data {}: {error}", data.display())))?)
            }
            None => None,
        };
        let plan = Plan::new(suite, profile, rows, &folder)
            .map_err(|error| Failure::input(format!("Reading the suite {}: {error}", output::input_name(&path))))?;
        let mut random = [0; 8];
        // Without randomness the values are those of every such run.
        let _ = getrandom::fill(&mut random);
        let seed = plan.suite.seed.unwrap_or(u64::from_le_bytes(random) >> 12);
        let profile_id = context.profile_id(&target);
        let path = path.canonicalize().unwrap_or(path);
        let keeps_history = !args.no_history;
        let fingerprint = hex(&hash.finalize());
        let job = Self { context, plan, seed, network, profile_id, keeps_history, path, fingerprint };
        job.check()?;
        Ok(job)
    }

    fn check(&self) -> Result<(), Failure> {
        let (problems, more) = self.plan.problems(&environment, &Zoned::now(), self.seed);
        if problems.is_empty() {
            return Ok(());
        }
        let masker = self.masker(self.seed);
        let more = if more == 0 { String::new() } else { format!("\n  and {more} more") };
        let list: String = problems.iter().map(|problem| format!("\n  {}", masker.text(problem))).collect();
        Err(Failure::input(format!(
            "Nothing was sent, for {} would not go as the suite expects:{list}{more}",
            if problems.len() == 1 && more.is_empty() { "this" } else { "these" }
        )))
    }

    /// What takes out every secret that is known.
    pub(in crate::cli) fn masker(&self, seed: u64) -> Masker {
        let mut masker = Printing { output: Output::Text, show_secrets: false, raw: false }.masker(&self.plan.profile);
        self.plan.secrets(&environment, &Zoned::now(), seed).iter().for_each(|secret| masker.learn(secret));
        masker
    }

    /// Runs it: asks, sends, and tells what came of it. Where it was begun before, `leftover` says what to do.
    pub(in crate::cli) fn go(&mut self, leftover: Leftover, yes: bool) -> Result<RunResult, Failure> {
        let key = RunKey {
            fingerprint: self.fingerprint.clone(),
            seed: self.seed,
            rows: self.plan.rows.len(),
            started_at: jiff::Timestamp::now(),
        };
        let (journal, key, done) = self.journal(leftover, key)?;
        self.seed = key.seed;
        let masker = self.masker(key.seed);
        if let Err(failure) = self.ask(yes, &done, &masker) {
            // What was begun before stays as it is.
            if let (Some(journal), true) = (journal, done.is_empty()) {
                let _ = journal.remove();
            }
            return Err(failure);
        }
        if let (Some(journal), true) = (&journal, done.is_empty()) {
            journal.begin(&key).map_err(|error| Failure::failed(error.to_string()))?;
        }
        let result = self.send(journal.as_ref(), done, &masker)?;
        // A run that was stopped can be continued.
        if let (Some(journal), None) = (journal, &result.stopped)
            && let Err(error) = journal.remove()
        {
            output::complain("warning", &error.to_string());
        }
        Ok(result)
    }

    fn ask(&self, yes: bool, done: &Done, masker: &Masker) -> Result<(), Failure> {
        let share = |count: usize| count - count * done.rows.len() / self.plan.rows.len().max(1);
        let url = self.plan.profile.endpoint().url_revealing_key();
        let purpose = Purpose::Run { tickets: share(self.plan.tickets()), files: share(self.plan.files()) };
        let intent = Intent { purpose, url: &url, profile: &self.plan.profile, profile_id: &self.profile_id, fingerprint: None };
        confirm::ask(&self.context, &intent, yes, masker)
    }

    /// What tells the runs of this suite from those of others.
    pub(in crate::cli) fn name_on_disk(&self) -> String {
        let hash = hex(&Sha256::digest(self.path.to_string_lossy().as_bytes()));
        hash.chars().take(16).collect()
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

    fn journal(&self, leftover: Leftover, key: RunKey) -> Result<(Option<Journal>, RunKey, Done), Failure> {
        let Some(folder) = self.folder() else { return Ok((None, key, Done::default())) };
        let path = folder.join(format!("{}.journal", self.name_on_disk()));
        match Journal::open(&path).map_err(|error| Failure::failed(error.to_string()))? {
            Found::UnderWay => Err(Failure::failed("A run of this suite is under way in another process")),
            Found::Nothing(journal) => {
                if leftover == Leftover::GoOn {
                    output::complain("note", "there is no run to go on with, so it begins anew");
                }
                Ok((Some(journal), key, Done::default()))
            }
            Found::CutOff(journal, _, _) if leftover == Leftover::DropIt => Ok((Some(journal), key, Done::default())),
            Found::CutOff(journal, earlier, done) if leftover == Leftover::GoOn => {
                if earlier.fingerprint != key.fingerprint {
                    return Err(Failure::input(
                        "The suite, its data or its profile changed since the run was cut off. Put back what was changed, or begin anew with --restart",
                    ));
                }
                Ok((Some(journal), earlier, done))
            }
            Found::CutOff(_, earlier, done) => Err(Failure::input(format!(
                "A run of this suite that began at {} was cut off after {} of {} rows. Go on with it by --continue, or begin anew by --restart",
                earlier.started_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
                done.rows.len(),
                earlier.rows
            ))),
        }
    }

    fn send(&self, journal: Option<&Journal>, done: Done, masker: &Masker) -> Result<RunResult, Failure> {
        let (made, _kept) = self.folder_of_files()?;
        let recorder = self.context.recorder();
        let session = self.context.session();
        let bar = bar(self.plan.rows.len(), done.rows.len());
        let failed = std::cell::Cell::new(0_usize);
        let on_row = |row: &RowResult| {
            failed.set(failed.get() + usize::from(!row.verdict.is_good()));
            if let Some(bar) = &bar {
                bar.inc(1);
                bar.set_message(format!("{} failed", failed.get()));
            }
        };
        let result = crate::cli::runtime::block_on(|stop| async {
            let run = Run {
                plan: &self.plan,
                network: self.network.clone(),
                uploads_at_once: session.settings.uploads_at_once,
                profile_id: self.profile_id.clone(),
                recorder: &recorder,
                history: if self.keeps_history { session.history } else { None },
                journal,
                masker,
                seed: self.seed,
                environment: &environment,
                folder: made.clone(),
                pace: Pace::new(self.plan.suite.rate),
                cancel: cancelled_at_the_second(&stop),
                stop,
            };
            run.go(done, self.plan.suite.concurrency, on_row).await
        });
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        result
    }

    /// A folder for files that are made. What a run that was cut off left there is removed.
    fn folder_of_files(&self) -> Result<(PathBuf, tempfile::TempDir), Failure> {
        let trouble = |error: std::io::Error| Failure::failed(format!("Making a folder for generated files: {error}"));
        let parent = self.folder().unwrap_or_else(std::env::temp_dir);
        let prefix = format!("{}.files-", self.name_on_disk());
        for entry in std::fs::read_dir(&parent).map_err(trouble)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(&prefix) {
                // What is in use elsewhere stays.
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
        let folder = tempfile::Builder::new().prefix(&prefix).tempdir_in(&parent).map_err(trouble)?;
        Ok((folder.path().to_owned(), folder))
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

/// A variable of the environment.
pub(in crate::cli) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Puts the command line's values into the suite.
fn change(suite: &mut Suite, args: &SuiteArgs) -> Result<(), Failure> {
    for text in &args.set {
        let (name, value) = payload::pair(text, "--set takes NAME=VALUE")?;
        if !suite.variables.contains_key(name) {
            let mut known: Vec<_> = suite.variables.keys().map(String::as_str).collect();
            known.sort_unstable();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(Failure::input(format!("--set {name}: the suite has no such variable. There are: {known}")));
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

fn target(args: &SuiteArgs, suite: &Suite, folder: &Path) -> Result<Target, Failure> {
    let of_suite = || {
        let named = suite.profile.clone()?;
        let beside = folder.join(&named);
        Some(if named.ends_with(".profile.json") && beside.exists() { beside.to_string_lossy().into_owned() } else { named })
    };
    let profile = args.profile.clone().or_else(of_suite);
    if profile.is_none() {
        return Err(Failure::input("The suite names no profile. Write profile = \"NAME\" into it, or give --profile NAME|FILE"));
    }
    Ok(Target {
        profile,
        api_key_file: args.api_key_file.clone(),
        headers: Vec::new(),
        timeout: args.timeout,
        no_history: args.no_history,
    })
}

/// Where the data rows are.
fn data(args: &SuiteArgs, suite: &Suite, folder: &Path) -> Option<(PathBuf, DataSource)> {
    let source = suite.data.clone().unwrap_or_default();
    match (&args.data, &source.file) {
        (Some(given), _) => Some((given.clone(), source)),
        (None, Some(file)) => Some((folder.join(file), source)),
        (None, None) => None,
    }
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
