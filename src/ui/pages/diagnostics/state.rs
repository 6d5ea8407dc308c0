//! A run of a tool, and what it found.

use crate::jobs::JobId;
use crate::jobs::ToolEvent;
use crate::model::request_record::RequestRecord;
use crate::service::tools::lines::Line;

/// A run of a tool and what it found. It belongs to the profile, or to the imported request, that it was made for.
#[derive(Default)]
pub struct ToolRun {
    /// The tool that runs or ran last.
    pub tool: Option<Tool>,
    /// The request that it was made for.
    pub made_for: Option<RequestRecord>,
    /// The job that runs it.
    pub job: Option<JobId>,
    /// What it found.
    pub lines: Vec<Line>,
    /// How it ended.
    pub ended: Option<Result<String, String>>,
    /// What is asked before a tool reaches the server.
    pub question: Option<(Tool, String)>,
}

impl ToolRun {
    /// A run that was just started, or that ends at once with a reason.
    pub(in crate::ui) fn start(&mut self, tool: Tool, made_for: RequestRecord, started: Result<JobId, String>) {
        *self = Self { tool: Some(tool), made_for: Some(made_for), ..Self::default() };
        match started {
            Ok(job) => self.job = Some(job),
            Err(reason) => self.ended = Some(Err(reason)),
        }
    }

    /// Takes in what a job told, if it is the job of this run.
    pub(in crate::ui) fn take(&mut self, job: JobId, event: &ToolEvent) {
        if self.job != Some(job) {
            return;
        }
        match event {
            ToolEvent::Line(line) => self.lines.push(line.clone()),
            ToolEvent::Ended(ended) => {
                self.ended = Some(ended.clone());
                self.job = None;
            }
        }
    }
}

/// The tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// How the endpoint can be reached.
    Health,
    /// The form's request to the twin, beside the real answer.
    Rehearse,
    /// The form's payload taken apart by the twin.
    BisectTwin,
    /// The form's payload taken apart by the real server.
    BisectServer,
    /// The form's address taken apart by harmless requests.
    Probe,
}

impl Tool {
    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Health => "Endpoint health",
            Self::Rehearse => "Rehearse",
            Self::BisectTwin => "Bisect on the twin",
            Self::BisectServer => "Bisect on the server",
            Self::Probe => "Probe the address",
        }
    }
}
