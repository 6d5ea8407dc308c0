//! A suite that was read and checked, as the window shows it.

use std::path::{Path, PathBuf};

use jiff::Zoned;

use crate::formats::import::utf8;
use crate::model::Settings;
use crate::model::secrets::masker::Masker;
use crate::runner::job::{self, CutOff, Job, Parts, environment};
use crate::runner::plan::step_name;
use crate::runner::result::RunResult;
use crate::runner::suite::{Action, Suite};
use crate::service::session::{named_profile, network};
use crate::store::{Store, StoredProfile, read_profile_file};
use crate::transport::read_regular;

/// How many rows a preview shows.
const PREVIEWED: usize = 3;

/// What a suite is read for.
pub struct WantedRun {
    /// The suite's file.
    pub path: PathBuf,
    /// The file with the data rows, in place of the suite's own.
    pub data: Option<PathBuf>,
    /// The saved profiles.
    pub profiles: Vec<StoredProfile>,
    /// The settings.
    pub settings: Settings,
    /// Where what is known of runs lies; `None` where nothing can be kept.
    pub store: Option<Store>,
}

/// A suite that was read and checked. Its texts hold no secret.
pub struct PreparedRun {
    /// What is to be done.
    pub job: Job,
    /// What takes out every secret that is known.
    pub masker: Masker,
    /// What the suite does, in a sentence.
    pub summary: String,
    /// The rows: their numbers and labels.
    pub rows: Vec<(usize, String)>,
    /// Which column fills which parameter.
    pub columns: Vec<(String, String)>,
    /// What the first rows send: the row's number, the step's name and the payload.
    pub preview: Vec<(usize, String, String)>,
    /// What is wrong with its rows.
    pub problems: Vec<String>,
    /// How many more problems there are.
    pub more: usize,
    /// The run of it that was cut off, if there is one.
    pub cut_off: Option<CutOff>,
    /// What came of it the last time, as far as that was kept.
    pub earlier: Option<RunResult>,
    /// Where what is known of runs lies.
    pub(super) folder: Option<PathBuf>,
}

impl PreparedRun {
    /// Where what came of its last run in the window is kept.
    pub(super) fn last_path(&self) -> Option<PathBuf> {
        self.folder.as_deref().map(|folder| last_path(folder, &self.job))
    }
}

/// Where what came of a suite's last run in the window is kept.
fn last_path(folder: &Path, job: &Job) -> PathBuf {
    folder.join(format!("{}.window.json", job.name_on_disk()))
}

/// Reads a suite and checks every row.
///
/// # Errors
/// When something that it is made of cannot be read, or does not fit.
pub(super) fn prepare(wanted: &WantedRun) -> Result<PreparedRun, String> {
    let path = wanted.path.clone();
    let reading = |reason: String| format!("Reading the suite {}: {reason}", path.display());
    let text = read_regular(&path).and_then(utf8).map_err(reading)?;
    let suite = Suite::read(&text).map_err(|error| reading(error.to_string()))?;
    let folder = job::folder_of(&path);
    let named = job::profile_named(&suite, &folder)
        .ok_or_else(|| reading("it names no profile. Write profile = \"NAME\" into it".to_owned()))?;
    let (profile, profile_id) = if named.ends_with(".profile.json") {
        (read_profile_file(Path::new(&named)).map_err(|error| error.to_string())?, String::new())
    } else {
        let stored = named_profile(&wanted.profiles, &named)?;
        (stored.profile.clone(), stored.id.0.clone())
    };
    let data = job::data_file(&suite, &folder, wanted.data.as_deref())?;
    let read = |file: PathBuf| match read_regular(&file) {
        Ok(bytes) => Ok((file, bytes)),
        Err(reason) => Err(format!("Reading the data {}: {reason}", file.display())),
    };
    let data = data.map(read).transpose()?;
    let network = network(wanted.store.as_ref(), &wanted.settings, &profile);
    let job = Job::new(Parts { suite, text, path, profile, profile_id, network, data })?;
    let masker = job.masker();
    let (problems, more) = job.problems();
    let folder = wanted.store.as_ref().map(Store::runs_folder).transpose().map_err(|error| error.to_string())?;
    let cut_off = folder.as_deref().map(|folder| job.cut_off(folder)).transpose().map_err(|error| error.to_string())?;
    let earlier = folder.as_deref().and_then(|folder| std::fs::read(last_path(folder, &job)).ok());
    let masked = |pair: &(String, String)| (masker.text(&pair.0), masker.text(&pair.1));
    Ok(PreparedRun {
        summary: masker.text(&job.plan.summary()),
        rows: job.plan.rows.iter().map(|row| (row.number, masker.text(&row.label))).collect(),
        columns: job.plan.columns().iter().map(masked).collect(),
        preview: preview(&job).iter().map(|(row, step, text)| (*row, masker.text(step), masker.text(text))).collect(),
        problems: problems.iter().map(|problem| masker.text(problem)).collect(),
        more,
        cut_off: cut_off.flatten(),
        earlier: earlier.and_then(|bytes| serde_json::from_slice(&bytes).ok()),
        folder,
        masker,
        job,
    })
}

/// What the first rows send.
fn preview(job: &Job) -> Vec<(usize, String, String)> {
    let mut shown = Vec::new();
    for row in job.plan.rows.iter().take(PREVIEWED) {
        let mut scope = job.plan.scope(row, &environment, Zoned::now(), job.seed);
        for (index, step) in job.plan.steps(row).iter().enumerate() {
            if let Action::Send { payload, .. } = &step.action {
                let text = job.plan.payload(payload, row, &mut scope).map_or_else(|error| error, |filled| filled.text);
                shown.push((row.number, step_name(step, index), text));
            }
            step.capture.keys().for_each(|name| drop(scope.captured.insert(name.clone(), format!("{{{{{name}}}}}").into())));
        }
    }
    shown
}

impl std::fmt::Debug for PreparedRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreparedRun").field("rows", &self.rows.len()).field("problems", &self.problems).finish_non_exhaustive()
    }
}
