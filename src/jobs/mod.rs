//! Background work for the window: each job has an id, tells its events, shows its progress and can be cancelled.
//!
//! A job's events carry its id; whoever no longer waits for it drops them.

mod asides;
mod event;
mod history_jobs;
mod history_writer;
mod prepared_run;
mod relay_jobs;
mod run_jobs;
mod runtime;
mod save_queue;
mod store_jobs;
mod tool_jobs;

pub use event::{Event, HistoryEvent, JobEvent, JobId, RelayJobEvent, RowTold, RunJobEvent, SaveEvent, ToolEvent};
pub use prepared_run::{PreparedRun, WantedRun};
pub use run_jobs::{RunOrder, RunSwitches};
pub use runtime::Jobs;
