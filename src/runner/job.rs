//! A suite that is ready to be run, for whoever runs it: its plan, what tells its runs from those of others, and how one begins and ends.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use jiff::Zoned;
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use super::gate::Gate;
use super::journal::{Done, Journal, JournalError, OpenedJournal, RunKey};
use super::news::RowNews;
use super::pace::Pace;
use super::plan::Plan;
use super::result::RunResult;
use super::rows::{self, RowsKind};
use super::running::Run;
use super::suite::Suite;
use crate::model::hex::hex;
use crate::model::request::Secrets;
use crate::model::secrets::masker::Masker;
use crate::model::{Network, Profile};
use crate::service::intent::{Intent, Purpose};
use crate::service::recorder::Recorder;
use crate::store::History;

/// What a suite is run with.
pub struct Parts {
    /// The suite, with what the user changes about it.
    pub suite: Suite,
    /// Its text, as it stands in its file.
    pub text: String,
    /// Its file.
    pub path: PathBuf,
    /// The profile.
    pub profile: Profile,
    /// The profile's name on disk; empty when it is not saved.
    pub profile_id: String,
    /// How to reach the server.
    pub network: Network,
    /// The file with the data rows, and its bytes.
    pub data: Option<(PathBuf, Vec<u8>)>,
}

/// A suite that is ready to be run.
#[derive(Clone)]
pub struct Job {
    /// What is to be done.
    pub plan: Plan,
    /// Where random values begin.
    pub seed: u64,
    /// The profile's name on disk; empty when it is not saved.
    pub profile_id: String,
    network: Network,
    /// The suite's file as it is named on disk.
    path: PathBuf,
    fingerprint: String,
}

/// What to do with a run that was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// Say that it is there, and do nothing.
    Refuse,
    /// Go on with it.
    GoOn,
    /// Begin anew.
    DropIt,
}

/// A run that was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutOff {
    /// When it began.
    pub started_at: jiff::Timestamp,
    /// How many rows it had done.
    pub done: usize,
    /// How many there are.
    pub rows: usize,
    /// The rows that it does, where it does not do them all.
    pub only: Option<Vec<usize>>,
    /// Whether the suite, its data or its profile changed since.
    pub is_changed: bool,
}

/// A run that is about to begin, or to go on.
pub struct Opened {
    /// Notes what is done; `None` where nothing can be kept.
    pub journal: Option<Journal>,
    /// What was done before it was cut off.
    pub done: Done,
    /// Whether a run was asked to go on, and there is none.
    pub is_new_after_all: bool,
    /// Whether its journal holds a run that was cut off.
    is_cut_off: bool,
    key: RunKey,
}

/// Why a run cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Another process runs the suite.
    #[error("A run of this suite is under way in another process")]
    UnderWay,
    /// It was cut off, and nobody said what to do about it.
    #[error("A run of this suite that began at {} was cut off after {} of {} rows", .0.started_at.strftime("%Y-%m-%d %H:%M:%S UTC"), .0.done, .0.rows)]
    CutOff(CutOff),
    /// It was cut off, and what it was made of is not the same any more.
    #[error("The suite, its data or its profile changed since the run was cut off. Put back what was changed, or begin anew")]
    Changed,
    /// The journal cannot be kept.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The folder for files that are made cannot be made.
    #[error("Making a folder for generated files: {0}")]
    Folder(std::io::Error),
}

/// What a run needs besides.
pub struct Surroundings<'a, R> {
    /// Keeps the exchanges.
    pub recorder: &'a R,
    /// What knows exchanges of a run that was cut off.
    pub history: Option<&'a History>,
    /// Takes secrets out of every text.
    pub masker: &'a Masker,
    /// How many files of a ticket go at once.
    pub uploads_at_once: usize,
    /// Where what is known of runs lies; `None` where nothing can be kept.
    pub folder: Option<&'a Path>,
    /// Holds requests back.
    pub gate: &'a Gate,
    /// Begins no further row.
    pub stop: CancellationToken,
    /// Gives up what is under way.
    pub cancel: CancellationToken,
}

impl Job {
    /// Puts a suite, its profile and its data together.
    ///
    /// # Errors
    /// When the data cannot be read, or do not fit the suite.
    pub fn new(parts: Parts) -> Result<Self, String> {
        let Parts { suite, text, path, profile, profile_id, network, data } = parts;
        let mut hash = Sha256::new();
        hash.update(text.as_bytes());
        hash.update(profile.to_value().to_string().as_bytes());
        let read = match &data {
            Some((file, bytes)) => {
                hash.update(bytes);
                let source = suite.data.clone().unwrap_or_default();
                let read = RowsKind::of_name(&file.to_string_lossy()).and_then(|kind| rows::read(bytes, kind, &source));
                Some(read.map_err(|error| format!("Reading the data {}: {error}", file.display()))?)
            }
            None => None,
        };
        let folder = folder_of(&path);
        let plan =
            Plan::new(suite, profile, read, &folder).map_err(|error| format!("Reading the suite {}: {error}", shown(&path)))?;
        let mut random = [0; 8];
        // Without randomness the values are those of every such run.
        let _ = getrandom::fill(&mut random);
        let seed = plan.suite.seed.unwrap_or(u64::from_le_bytes(random) >> 12);
        let path = path.canonicalize().unwrap_or(path);
        Ok(Self { plan, seed, profile_id, network, path, fingerprint: hex(&hash.finalize()) })
    }

    /// What is wrong with its rows, and how many more problems there are.
    pub fn problems(&self) -> (Vec<String>, usize) {
        self.plan.problems(&environment, &Zoned::now(), self.seed)
    }

    /// What takes out every secret that is known.
    pub fn masker(&self) -> Masker {
        let mut masker = Masker::new(Secrets::Masked);
        masker.learn_profile(&self.plan.profile);
        self.plan.secrets(&environment, &Zoned::now(), self.seed).iter().for_each(|secret| masker.learn(secret));
        masker.prepared()
    }

    /// What it is about to do, for whoever has to agree. `done` is how many rows are over already.
    pub fn intent<'a>(&'a self, url: &'a str, done: usize) -> Intent<'a> {
        let share = |count: usize| count - count * done / self.plan.rows.len().max(1);
        let purpose = Purpose::Run { tickets: share(self.plan.tickets()), files: share(self.plan.files()) };
        Intent { purpose, url, profile: &self.plan.profile, profile_id: &self.profile_id, fingerprint: None }
    }

    /// Does these rows alone, by their numbers.
    pub fn keep_rows(&mut self, numbers: &[usize]) {
        let numbers: HashSet<usize> = numbers.iter().copied().collect();
        self.plan.rows.retain(|row| numbers.contains(&row.number));
    }

    /// What tells the runs of this suite from those of others.
    pub fn name_on_disk(&self) -> String {
        let hash = hex(&Sha256::digest(self.path.to_string_lossy().as_bytes()));
        hash.chars().take(16).collect()
    }

    fn journal_path(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.journal", self.name_on_disk()))
    }

    /// The run of this suite that was cut off, if there is one.
    ///
    /// # Errors
    /// When another process runs it, and when its journal cannot be read.
    pub fn cut_off(&self, folder: &Path) -> Result<Option<CutOff>, JobError> {
        let path = self.journal_path(folder);
        if !path.exists() {
            return Ok(None);
        }
        match Journal::open(&path)? {
            OpenedJournal::UnderWay => Err(JobError::UnderWay),
            OpenedJournal::Nothing(_) => Ok(None),
            OpenedJournal::CutOff(_, key, done) => Ok(Some(self.cut_off_of(&key, &done))),
        }
    }

    fn cut_off_of(&self, key: &RunKey, done: &Done) -> CutOff {
        let is_changed = key.fingerprint != self.fingerprint;
        let only = key.only.clone();
        CutOff { started_at: key.started_at, done: done.rows.len(), rows: key.rows, only, is_changed }
    }

    /// Opens a run: a new one, or one that was cut off, as `leftover` says. `folder` is where what is known of runs lies.
    ///
    /// # Errors
    /// When it cannot begin; nothing was changed then.
    pub fn open(&mut self, folder: Option<&Path>, leftover: Leftover) -> Result<Opened, JobError> {
        let every = self.plan.rows.iter().enumerate().all(|(index, row)| row.number == index + 1);
        let key = RunKey {
            fingerprint: self.fingerprint.clone(),
            seed: self.seed,
            rows: self.plan.rows.len(),
            started_at: jiff::Timestamp::now(),
            only: (!every).then(|| self.plan.rows.iter().map(|row| row.number).collect()),
        };
        let fresh = |journal, key| Opened { journal, done: Done::default(), is_new_after_all: false, is_cut_off: false, key };
        let Some(folder) = folder else { return Ok(fresh(None, key)) };
        match Journal::open(&self.journal_path(folder))? {
            OpenedJournal::UnderWay => Err(JobError::UnderWay),
            OpenedJournal::Nothing(journal) => {
                Ok(Opened { is_new_after_all: leftover == Leftover::GoOn, ..fresh(Some(journal), key) })
            }
            OpenedJournal::CutOff(journal, _, _) if leftover == Leftover::DropIt => {
                Ok(Opened { is_cut_off: true, ..fresh(Some(journal), key) })
            }
            OpenedJournal::CutOff(_, earlier, done) if leftover == Leftover::Refuse => {
                Err(JobError::CutOff(self.cut_off_of(&earlier, &done)))
            }
            OpenedJournal::CutOff(_, earlier, _) if earlier.fingerprint != key.fingerprint => Err(JobError::Changed),
            OpenedJournal::CutOff(journal, earlier, done) => {
                self.seed = earlier.seed;
                if let Some(only) = &earlier.only {
                    self.keep_rows(only);
                }
                Ok(Opened { journal: Some(journal), done, is_new_after_all: false, is_cut_off: true, key: earlier })
            }
        }
    }

    /// Runs it. `tell` is told of each row.
    ///
    /// # Errors
    /// When it cannot begin; nothing was sent then.
    pub async fn run<R: Recorder + Sync>(
        &self,
        opened: Opened,
        around: Surroundings<'_, R>,
        tell: impl Fn(RowNews<'_>),
    ) -> Result<(RunResult, Option<JournalError>), JobError> {
        let Opened { journal, done, key, .. } = opened;
        let (files, _kept) = self.folder_of_files(around.folder)?;
        if let (Some(journal), true) = (&journal, done.is_empty()) {
            journal.begin(&key)?;
        }
        let run = Run {
            plan: &self.plan,
            network: self.network.clone(),
            uploads_at_once: around.uploads_at_once,
            profile_id: self.profile_id.clone(),
            recorder: around.recorder,
            history: around.history,
            journal: journal.as_ref(),
            masker: around.masker,
            secrets: self.plan.secrets_of_environment(&environment),
            seed: self.seed,
            environment: &environment,
            folder: files,
            pace: Pace::new(self.plan.suite.rate),
            gate: around.gate,
            stop: around.stop,
            cancel: around.cancel,
        };
        let result = run.go(done, self.plan.suite.concurrency, tell).await;
        // A run that was stopped can be continued.
        let trouble = match (journal, &result.stopped) {
            (Some(journal), None) => journal.remove().err(),
            _ => None,
        };
        Ok((result, trouble))
    }

    /// A folder for files that are made. What a run that was cut off left there is removed.
    fn folder_of_files(&self, parent: Option<&Path>) -> Result<(PathBuf, tempfile::TempDir), JobError> {
        let parent = parent.map_or_else(std::env::temp_dir, Path::to_owned);
        let prefix = format!("{}.files-", self.name_on_disk());
        for entry in std::fs::read_dir(&parent).map_err(JobError::Folder)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(&prefix) {
                // What is in use elsewhere stays.
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
        let folder = tempfile::Builder::new().prefix(&prefix).tempdir_in(&parent).map_err(JobError::Folder)?;
        Ok((folder.path().to_owned(), folder))
    }
}

impl Opened {
    /// Leaves it: what was begun before stays as it is.
    pub fn leave(self) {
        if let (Some(journal), false) = (self.journal, self.is_cut_off) {
            // An empty journal says nothing, wherever it stays.
            let _ = journal.remove();
        }
    }
}

/// The folder that the paths of a suite's file begin at.
pub fn folder_of(path: &Path) -> PathBuf {
    path.parent().map_or_else(PathBuf::new, Path::to_owned)
}

fn shown(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

/// The profile that a suite names: a file beside it, or a name or id as it stands.
pub fn profile_named(suite: &Suite, folder: &Path) -> Option<String> {
    let named = suite.profile.clone()?;
    let beside = folder.join(&named);
    Some(if named.ends_with(".profile.json") && beside.exists() { beside.to_string_lossy().into_owned() } else { named })
}

/// The file with a suite's data rows: the one that was given, or else the suite's own.
///
/// # Errors
/// When the suite takes none, or wants one.
pub fn data_file(suite: &Suite, folder: &Path, given: Option<&Path>) -> Result<Option<PathBuf>, String> {
    let own = suite.data.as_ref().and_then(|data| data.file.as_ref());
    match (given, own) {
        (Some(_), _) if suite.matrix.is_some() => Err("A [matrix] makes rows of its own, so it takes no data file".to_owned()),
        (Some(_), _) | (_, Some(_)) if suite.repeat > 1 => {
            Err("The suite repeats its steps, so it takes no data file. Take repeat out of it, or the data".to_owned())
        }
        (Some(given), _) => Ok(Some(given.to_owned())),
        (None, Some(file)) => Ok(Some(folder.join(file))),
        (None, None) if suite.data.is_some() => Err("The suite has [data] without a file, and no data file was given".to_owned()),
        (None, None) => Ok(None),
    }
}

/// A variable of the environment.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
