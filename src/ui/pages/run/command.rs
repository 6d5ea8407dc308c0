//! What the run page asks for.

use std::path::PathBuf;

use crate::runner::report::ReportKind;

/// Which rows are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// All of them.
    All,
    /// Those that a run that was cut off has not done.
    GoOn,
    /// All of them, though a run was cut off.
    Anew,
    /// Those that did not pass.
    Failures,
}

/// One thing that is done with a suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunCommand {
    /// Pick a suite in a dialog.
    PickSuite,
    /// Pick a file with data rows in a dialog.
    PickData,
    /// Read this suite.
    Suite(PathBuf),
    /// Read this suite and show the page.
    Open(PathBuf),
    /// Read the suite with these data rows.
    Data(PathBuf),
    /// Show the rows alone.
    CloseRow,
    /// Read the suite whose path was typed, and check every row.
    Check,
    /// Run it; asks first where tickets are real.
    Start(Start),
    /// Run it, as was agreed to.
    Agree,
    /// Leave it.
    Decline,
    /// Let no further request go out.
    Pause,
    /// Let requests go out again.
    Resume,
    /// Begin no further row, and finish those under way.
    Stop,
    /// Give up what is under way, too.
    GiveUp,
    /// Show the create request of a delivery in the history.
    Exchange(u64),
    /// Show an upload of a delivery in the history.
    Upload {
        /// The delivery.
        delivery: u64,
        /// The file element that it went to.
        element: String,
        /// How many files went to that element before it.
        place: usize,
    },
    /// Pick where to save a report.
    PickReport(ReportKind),
    /// Save a report.
    Save(ReportKind, PathBuf),
    /// Pick a report of an earlier run to compare with.
    PickEarlier,
    /// Compare with this report of an earlier run.
    Earlier(PathBuf),
}
