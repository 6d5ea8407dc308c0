//! The sandbox as the window knows it.

use crate::jobs::JobId;
use crate::sandbox::{Fault, Sandbox, Shape};

/// The sandbox as the window knows it.
#[derive(Default)]
pub struct SandboxState {
    /// The running sandbox.
    pub running: Option<Sandbox>,
    /// The job that starts it.
    pub starting: Option<JobId>,
    /// Why it does not run.
    pub failed: Option<String>,
    /// The shape of its success answers.
    pub shape: Shape,
    /// The fault that it has.
    pub fault: Option<Fault>,
    /// What it received, and the revision at which that was read.
    pub log: Option<(u64, std::sync::Arc<Vec<crate::sandbox::LogEntry>>)>,
    /// The entry of its log that is unfolded, by number.
    pub open_record: Option<u64>,
}
