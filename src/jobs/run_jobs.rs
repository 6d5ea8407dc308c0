//! Suites for the window: read and checked, and run until they are over or stopped.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::runner::gate::Gate;
use crate::runner::job::{Leftover, Surroundings};
use crate::runner::news::RowNews;
use crate::runner::result::RunResult;
use crate::service::order::DeliveryProgress;
use crate::service::recorder::Recorder;
use crate::store::History;

use super::event::{JobEvent, JobId, RowTold, RunJobEvent};
use super::prepared_run::{PreparedRun, WantedRun, prepare};
use super::runtime::Jobs;

/// What a run needs from whoever wants it.
pub struct RunOrder {
    /// What is to be done.
    pub prepared: Arc<PreparedRun>,
    /// What to do with a run that was cut off.
    pub leftover: Leftover,
    /// The rows to do, by their numbers; `None` is all.
    pub only: Option<Vec<usize>>,
    /// How many files of a ticket go at once.
    pub uploads_at_once: usize,
    /// Its switches.
    pub switches: RunSwitches,
}

/// The switches of a run.
#[derive(Clone, Debug, Default)]
pub struct RunSwitches {
    /// Holds requests back while it is paused.
    pub gate: Gate,
    /// Begins no further row.
    pub stop: CancellationToken,
    /// Gives up what is under way.
    pub cancel: CancellationToken,
}

impl Jobs {
    /// Reads a suite with its data, and checks every row.
    pub fn prepare_run(&mut self, wanted: WantedRun) -> JobId {
        let (events, _) = self.start(&DeliveryProgress::new(0));
        let job = events.job;
        self.runtime.spawn_blocking(move || {
            let prepared = prepare(&wanted).map(Box::new);
            events.send(JobEvent::Run(RunJobEvent::Prepared(prepared)));
        });
        job
    }

    /// Runs a suite.
    pub fn run_suite(&mut self, order: RunOrder) -> JobId {
        let (events, _) = self.start(&DeliveryProgress::new(0));
        let job = events.job;
        let (recorder, history) = (self.group_recorder(job), self.history());
        let runtime = self.runtime.handle().clone();
        // A run borrows as it goes, so it stays on one thread.
        self.runtime.spawn_blocking(move || {
            let told = |event| events.send(JobEvent::Run(event));
            let ended = match recorder {
                Ok(recorder) => runtime.block_on(run(order, &recorder, history.as_ref(), told)),
                Err(error) => Err(format!("Starting the thread of the history: {error}")),
            };
            told(RunJobEvent::Ended(ended.map(Box::new)));
        });
        job
    }

    /// Keeps what came of a run, to be compared with the next.
    pub fn keep_run(&mut self, prepared: &PreparedRun, result: &RunResult) {
        let Some(path) = prepared.last_path() else { return };
        let bytes = serde_json::to_vec(result).unwrap_or_default();
        self.save(move || {
            std::fs::write(&path, bytes).map_err(|error| format!("Keeping what came of the run in {}: {error}", path.display()))
        });
    }
}

/// Runs a suite, and tells of each row.
async fn run<R: Recorder + Sync>(
    order: RunOrder,
    recorder: &R,
    history: Option<&History>,
    tell: impl Fn(RunJobEvent),
) -> Result<RunResult, String> {
    let RunOrder { prepared, leftover, only, uploads_at_once, switches } = order;
    let folder = prepared.folder.as_deref();
    let mut job = prepared.job.clone();
    only.iter().for_each(|only| job.keep_rows(only));
    let opened = job.open(folder, leftover).map_err(|error| error.to_string())?;
    opened.done.rows.values().for_each(|row| tell(RunJobEvent::Row(RowTold::Over(Box::new(row.clone())))));
    let around = Surroundings {
        recorder,
        history,
        masker: &prepared.masker,
        uploads_at_once,
        folder,
        gate: &switches.gate,
        stop: switches.stop,
        cancel: switches.cancel,
    };
    let told = |news: RowNews<'_>| {
        tell(RunJobEvent::Row(match news {
            RowNews::Begun(row, step, progress) => RowTold::Begun(row, step, progress.clone()),
            RowNews::Done(row, result) => RowTold::Done(row, Box::new(result.clone())),
            RowNews::Over(result) => RowTold::Over(Box::new(result.clone())),
        }));
    };
    let (result, _) = job.run(opened, around, told).await.map_err(|error| error.to_string())?;
    Ok(result)
}
