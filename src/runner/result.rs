//! What came of a run. Every text in it is without secrets.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

/// The `format` of a run's result.
pub const RUN_FORMAT: &str = "centerpost.run/1";

/// How something ended, the best first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything holds.
    #[default]
    Passed,
    /// Everything holds that has to.
    Warned,
    /// It was not done.
    NotRun,
    /// Nobody knows what the server did.
    Unknown,
    /// Something does not hold.
    Failed,
}

impl Verdict {
    /// Its name as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warned => "passed with a warning",
            Self::NotRun => "not run",
            Self::Unknown => "not known",
            Self::Failed => "failed",
        }
    }

    /// Whether it is good enough.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Passed | Self::Warned)
    }

    /// The worst of several.
    pub fn worst(several: impl IntoIterator<Item = Self>) -> Self {
        several.into_iter().max().unwrap_or_default()
    }
}

/// What came of a suite.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunResult {
    /// [`RUN_FORMAT`].
    pub format: String,
    /// The suite's name.
    pub suite: String,
    /// The profile's name.
    pub profile: String,
    /// The host that was sent to.
    pub host: String,
    /// When it began.
    pub started_at: jiff::Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// How it ended.
    pub verdict: Verdict,
    /// Why it ended before its end.
    pub stopped: Option<String>,
    /// How many rows were taken over from a run that was cut off.
    pub continued: usize,
    /// Whether its rows are files and its columns file elements.
    pub is_matrix: bool,
    /// The rows, in their order.
    pub rows: Vec<RowResult>,
}

/// What came of one row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RowResult {
    /// Its number, from 1.
    pub number: usize,
    /// What tells it from others.
    pub label: String,
    /// How it ended.
    pub verdict: Verdict,
    /// Its steps. Those that it did not come to have the verdict `not_run`.
    pub steps: Vec<StepResult>,
}

/// What came of one step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepResult {
    /// Its name.
    pub name: String,
    /// `send`, `upload` or `wait`.
    pub kind: String,
    /// How it ended.
    pub verdict: Verdict,
    /// The status, if an answer came.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// How often it was tried.
    pub attempts: u32,
    /// The id of the ticket that was created.
    pub ticket: Option<String>,
    /// The number by which the history finds its exchanges.
    pub delivery: Option<u64>,
    /// What went wrong, in a sentence.
    pub error: Option<String>,
    /// Whether that is for want of an answer.
    pub is_network: bool,
    /// The most likely cause of a failure.
    pub cause: Option<CauseResult>,
    /// What was checked.
    pub checks: Vec<CheckResult>,
    /// The files that were sent.
    pub files: Vec<FileResult>,
}

/// A cause, as a report says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseResult {
    /// Its id.
    pub id: String,
    /// What is wrong.
    pub title: String,
}

/// One check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// What has to hold.
    pub what: String,
    /// What speaks against it; `None` where it holds.
    pub objection: Option<String>,
    /// Whether the step fails where it does not hold.
    pub is_fatal: bool,
}

/// What came of one file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileResult {
    /// The file element's parameter.
    pub element: String,
    /// The name that it was sent under.
    pub name: String,
    /// Whether it arrived.
    pub arrived: bool,
    /// Its length in bytes.
    pub size: Option<u64>,
    /// SHA-256 of what was sent.
    pub sha256: Option<String>,
    /// Its length as the server reports it.
    pub reported_size: Option<u64>,
    /// SHA-256 as the server reports it.
    pub reported_sha256: Option<String>,
    /// The status, if an answer came.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// Why it did not arrive.
    pub error: Option<String>,
    /// The most likely cause of that.
    pub cause: Option<CauseResult>,
}

impl FileResult {
    /// Bytes in a second.
    pub fn rate(&self) -> Option<f64> {
        let size = self.size.filter(|_| self.took_ms > 0.0)?;
        Some(size as f64 / self.took_ms * 1000.0)
    }

    /// Whether the server reports another file than was sent.
    pub fn is_changed(&self) -> bool {
        let differs =
            |sent: Option<&str>, reported: Option<&str>| sent.zip(reported).is_some_and(|(a, b)| !a.eq_ignore_ascii_case(b));
        differs(self.sha256.as_deref(), self.reported_sha256.as_deref())
            || self.size.zip(self.reported_size).is_some_and(|(sent, reported)| sent != reported)
    }
}

impl StepResult {
    /// Why it did not pass, a few words each; warnings too.
    pub fn troubles(&self) -> Vec<String> {
        let checks = self.checks.iter().filter_map(|check| {
            let objection = check.objection.as_ref()?;
            let word = if check.is_fatal { "" } else { "warning: " };
            Some(format!("{word}{}: {objection}", check.what))
        });
        let files =
            self.files.iter().filter_map(|file| Some(format!("{} to {}: {}", file.name, file.element, file.error.as_ref()?)));
        let mut troubles: Vec<String> = self.error.iter().cloned().chain(checks).collect();
        for file in files {
            if !troubles.iter().any(|trouble| trouble.contains(&file)) {
                troubles.push(file);
            }
        }
        troubles
    }
}

impl RunResult {
    /// How many rows ended so.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.verdict == verdict).count()
    }

    /// How many tickets were created.
    pub fn tickets(&self) -> usize {
        self.steps().filter(|step| step.ticket.is_some()).count()
    }

    /// Every step of every row.
    pub fn steps(&self) -> impl Iterator<Item = &StepResult> {
        self.rows.iter().flat_map(|row| &row.steps)
    }

    /// Whether all that failed or is not known is so for want of an answer.
    pub fn is_network_alone(&self) -> bool {
        let is_bad = |step: &&StepResult| matches!(step.verdict, Verdict::Failed | Verdict::Unknown);
        let mut failed = self.steps().filter(is_bad).peekable();
        failed.peek().is_some() && failed.all(|step| step.is_network)
    }

    /// How often each cause was found, the most frequent first: its id, its title and its count.
    pub fn causes(&self) -> Vec<(CauseResult, usize)> {
        let of_files = |step: &StepResult| step.files.iter().filter_map(|file| file.cause.clone()).collect::<Vec<_>>();
        let mut counts: Vec<(CauseResult, usize)> = Vec::new();
        for step in self.steps().filter(|step| !step.verdict.is_good()) {
            let mut found = of_files(step);
            if let Some(cause) = step.cause.clone().filter(|cause| !found.contains(cause)) {
                found.push(cause);
            }
            for cause in found {
                match counts.iter_mut().find(|(known, _)| known.id == cause.id) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((cause, 1)),
                }
            }
        }
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts
    }

    /// The whole in one sentence without a full stop.
    pub fn summary(&self) -> String {
        let total = self.rows.len();
        let rows = |count: usize| if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
        let good = self.rows.iter().filter(|row| row.verdict.is_good()).count();
        let mut text = format!("{}: {good} of {} passed", self.suite, rows(total));
        for verdict in [Verdict::Failed, Verdict::Unknown, Verdict::NotRun, Verdict::Warned] {
            let count = self.count(verdict);
            if count > 0 {
                text.push_str(&format!(", {count} {}", verdict.label()));
            }
        }
        if self.continued > 0 {
            text.push_str(&format!(", {} of them before the run was cut off", self.continued));
        }
        let tickets = self.tickets();
        text.push_str(&format!(", {tickets} ticket{}, in {}", if tickets == 1 { "" } else { "s" }, time_text(self.took_ms)));
        if let Some(stopped) = &self.stopped {
            text.push_str(&format!(". {stopped}"));
        }
        text
    }
}

/// A time for people.
pub fn time_text(ms: f64) -> String {
    if ms < 1000.0 { format!("{ms:.0} ms") } else { format!("{:.1} s", ms / 1000.0) }
}

/// What differs from an earlier run of the same suite, a sentence without a full stop each. Rows are told apart by their labels.
pub fn changes(earlier: &RunResult, now: &RunResult) -> Vec<String> {
    let mut found = Vec::new();
    // The first of those that are called the same.
    let before: HashMap<_, &RowResult> = earlier.rows.iter().rev().map(|row| (named(row), row)).collect();
    let present: HashSet<_> = now.rows.iter().map(named).collect();
    for row in &now.rows {
        let name = if row.label.is_empty() { format!("Row {}", row.number) } else { row.label.clone() };
        let Some(before) = before.get(&named(row)) else {
            found.push(format!("{name} is new: {}", row.verdict.label()));
            continue;
        };
        if before.verdict.is_good() != row.verdict.is_good() {
            found.push(format!("{name}: {}, and {} before", row.verdict.label(), before.verdict.label()));
        }
        for (step, earlier_step) in row.steps.iter().zip(&before.steps) {
            if step.status != earlier_step.status {
                let word = |status: Option<u16>| status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
                found.push(format!("{name}, {}: {}, and {} before", step.name, word(step.status), word(earlier_step.status)));
            }
            for file in &step.files {
                let same = |own: &&FileResult| own.element == file.element && own.name == file.name;
                if let Some(earlier_file) = earlier_step.files.iter().find(same)
                    && earlier_file.arrived != file.arrived
                {
                    let word = if file.arrived { "arrived, and did not before" } else { "did not arrive, and did before" };
                    found.push(format!("{name}, {} to {}: {word}", file.name, file.element));
                }
            }
        }
    }
    for row in earlier.rows.iter().filter(|row| !present.contains(&named(row))) {
        found.push(format!("Row {} {} is gone", row.number, row.label).replace("  ", " "));
    }
    found
}

/// What a row is told apart by.
fn named(row: &RowResult) -> (usize, &str) {
    (row.number, &row.label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: usize, verdict: Verdict, status: Option<u16>, arrived: bool) -> RowResult {
        let file = FileResult { element: "log".into(), name: "a.zip".into(), arrived, ..FileResult::default() };
        let cause = (!verdict.is_good()).then(|| CauseResult { id: "a.b".into(), title: "T".into() });
        let step = StepResult {
            name: "Create".into(),
            verdict,
            status,
            cause,
            files: vec![file],
            ticket: status.map(|_| "1".into()),
            is_network: status.is_none(),
            ..StepResult::default()
        };
        RowResult { number, label: format!("r{number}"), verdict, steps: vec![step] }
    }

    fn run(rows: Vec<RowResult>) -> RunResult {
        RunResult { suite: "Nightly".into(), took_ms: 1234.0, rows, ..RunResult::default() }
    }

    #[test]
    fn changes_by_table() {
        use Verdict::{Failed, Passed};
        let before = run(vec![row(1, Passed, Some(201), true), row(2, Passed, Some(201), true), row(3, Failed, None, false)]);
        for (now, expected) in [
            (before.clone(), vec![]),
            (
                run(vec![row(1, Failed, Some(400), true), row(2, Passed, Some(201), false), row(4, Passed, Some(201), true)]),
                vec![
                    "r1: failed, and passed before",
                    "r1, Create: 400, and 201 before",
                    "r2, a.zip to log: did not arrive, and did before",
                    "r4 is new: passed",
                    "Row 3 r3 is gone",
                ],
            ),
        ] {
            assert_eq!(changes(&before, &now), expected);
        }
    }

    #[test]
    fn sums_of_a_run() {
        use Verdict::{Failed, Passed, Warned};
        let run = run(vec![row(1, Passed, Some(201), true), row(2, Warned, Some(201), true), row(3, Failed, None, false)]);
        assert_eq!(run.summary(), "Nightly: 2 of 3 rows passed, 1 failed, 1 passed with a warning, 2 tickets, in 1.2 s");
        assert_eq!(run.causes().iter().map(|(cause, count)| (cause.id.as_str(), *count)).collect::<Vec<_>>(), [("a.b", 1)]);
        assert!(run.is_network_alone());
        assert_eq!(Verdict::worst([Passed, Failed, Warned]), Failed);
    }
}
