//! A suite and its run, as the window knows them.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use crate::jobs::{JobId, PreparedRun, RowTold, RunSwitches};
use crate::runner::job::CutOff;
use crate::runner::result::{RowResult, RunResult, Verdict};
use crate::runner::suite::Action;
use crate::service::order::DeliveryProgress;
use crate::ui::pages::run::command::Start;
use crate::ui::pages::run::series::Series;

/// What stands below the head of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// What would be sent.
    #[default]
    Preview,
    /// A line a row.
    Rows,
    /// A line a file, a column an element.
    Grid,
    /// Times and rates.
    Chart,
    /// What differs from an earlier run.
    Changes,
}

/// Which rows are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listed {
    /// All.
    #[default]
    All,
    /// Those that did not pass.
    Failures,
    /// Those under way.
    UnderWay,
}

impl Listed {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::All, Self::Failures, Self::UnderWay];

    /// Its name as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Failures => "Failures",
            Self::UnderWay => "Under way",
        }
    }
}

/// A row of the table.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Its number.
    pub number: usize,
    /// What tells it from others.
    pub label: String,
    /// The step that is under way, and the counters of what it sends.
    pub doing: Option<(usize, DeliveryProgress)>,
    /// What came of it.
    pub result: Option<RowResult>,
}

impl Row {
    /// Whether it was done and did not pass.
    pub fn is_failure(&self) -> bool {
        self.result.as_ref().is_some_and(|result| !result.verdict.is_good() && result.verdict != Verdict::NotRun)
    }
}

/// A run that is under way.
pub struct Running {
    /// The job that does it.
    pub job: JobId,
    /// Its switches.
    pub switches: RunSwitches,
    /// When it began.
    pub began: Instant,
    /// How many rows it does.
    pub rows: usize,
    /// How many are over.
    pub over: usize,
    /// How many of these did not pass.
    pub failed: usize,
}

/// What is drawn of the rows.
struct Drawn {
    listed: Listed,
    search: String,
    rows: Rc<[usize]>,
    counts: Counts,
}

/// How many rows there are of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that did not pass.
    pub failed: usize,
    /// Those that are under way.
    pub under_way: usize,
}

/// The page.
#[derive(Default)]
pub struct RunPage {
    /// The suite's file, as it was typed.
    pub path: String,
    /// The file with data rows, as it was typed; empty is the suite's own.
    pub data: String,
    /// The job that reads the suite.
    pub preparing: Option<JobId>,
    /// The suite, as it was read.
    pub prepared: Option<Arc<PreparedRun>>,
    /// The run that was cut off or stopped, if there is one.
    pub cut_off: Option<CutOff>,
    /// Why something failed.
    pub failed: Option<String>,
    /// What has to be agreed to, and for what.
    pub question: Option<(String, Start)>,
    /// The run that is under way.
    pub running: Option<Running>,
    /// The rows.
    rows: Vec<Row>,
    /// The file elements that any row sends to, in the order in which they come.
    pub elements: Vec<String>,
    /// What came back so far.
    pub series: Series,
    /// What came of the last run.
    pub result: Option<RunResult>,
    /// The run to compare with.
    pub earlier: Option<RunResult>,
    /// What differs from it.
    pub changes: Vec<String>,
    /// What is shown.
    pub tab: Tab,
    /// Which rows are listed.
    pub listed: Listed,
    /// What the listed rows hold.
    pub search: String,
    /// What is drawn of the rows, made anew when they or what they are listed by change: there may be very many.
    drawn: Option<Drawn>,
    /// The row whose details are shown, by its place.
    pub open: Option<usize>,
}

impl RunPage {
    /// Takes in a suite that was read.
    pub fn take(&mut self, prepared: PreparedRun) {
        let row = |(number, label): &(usize, String)| Row { number: *number, label: label.clone(), ..Row::default() };
        self.rows = prepared.rows.iter().map(row).collect();
        self.elements = elements(&prepared);
        self.drawn = None;
        self.cut_off.clone_from(&prepared.cut_off);
        self.earlier.clone_from(&prepared.earlier);
        (self.series, self.result, self.changes) = (Series::default(), None, Vec::new());
        (self.tab, self.open, self.failed) = (Tab::Preview, None, None);
        self.prepared = Some(Arc::new(prepared));
    }

    /// Takes in what a run tells of a row.
    pub fn tell(&mut self, told: RowTold) {
        let Some(running) = &mut self.running else { return };
        self.drawn = None;
        match told {
            RowTold::Begun(number, step, progress) => {
                if let Some(row) = find(&mut self.rows, number) {
                    row.doing = Some((step, progress));
                }
            }
            RowTold::Done(_, step) => {
                if step.kind != "wait" {
                    self.series.add(running.began.elapsed().as_secs_f64(), step.took_ms, step.verdict.is_good());
                }
            }
            RowTold::Over(result) => {
                running.over += 1;
                running.failed += usize::from(!result.verdict.is_good());
                if let Some(row) = find(&mut self.rows, result.number) {
                    (row.doing, row.result) = (None, Some(*result));
                }
            }
        }
    }

    /// Takes in what came of a run. Rows that it did not do keep what came of them before.
    pub fn end(&mut self, result: RunResult) {
        (self.running, self.drawn) = (None, None);
        for row in &result.rows {
            if let Some(own) = find(&mut self.rows, row.number) {
                own.doing = None;
                if row.verdict != Verdict::NotRun || own.result.is_none() {
                    own.result = Some(row.clone());
                }
            }
        }
        let rows: Vec<RowResult> = self.rows.iter().filter_map(|row| row.result.clone()).collect();
        let verdict = Verdict::worst(rows.iter().map(|row| row.verdict));
        self.result = Some(RunResult { rows, verdict, ..result });
        self.compare();
    }

    /// Says what differs from the earlier run.
    pub fn compare(&mut self) {
        self.changes = match (&self.earlier, &self.result) {
            (Some(earlier), Some(now)) => crate::runner::result::changes(earlier, now),
            _ => Vec::new(),
        };
    }

    /// The numbers of the rows that did not pass.
    pub fn failures(&self) -> Vec<usize> {
        self.rows.iter().filter(|row| row.is_failure()).map(|row| row.number).collect()
    }

    /// The rows, in their order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Forgets what came of the rows with these numbers, or of all.
    pub fn forget(&mut self, only: Option<&[usize]>) {
        let is_again = |number: usize| only.is_none_or(|only| only.contains(&number));
        self.rows.iter_mut().filter(|row| is_again(row.number)).for_each(|row| row.result = None);
        self.drawn = None;
    }

    /// How many rows there are of each kind.
    pub fn counts(&mut self) -> Counts {
        self.drawn().counts
    }

    /// The places of the rows that are listed.
    pub fn listed(&mut self) -> Rc<[usize]> {
        self.drawn().rows.clone()
    }

    fn drawn(&mut self) -> &Drawn {
        let known = self.drawn.take().filter(|drawn| drawn.listed == self.listed && drawn.search == self.search);
        let drawn = known.unwrap_or_else(|| self.to_draw());
        self.drawn.insert(drawn)
    }

    fn to_draw(&self) -> Drawn {
        let counts = Counts {
            failed: self.rows.iter().filter(|row| row.is_failure()).count(),
            under_way: self.rows.iter().filter(|row| row.doing.is_some()).count(),
        };
        Drawn { listed: self.listed, search: self.search.clone(), rows: self.fitting().into(), counts }
    }

    fn fitting(&self) -> Vec<usize> {
        let search = self.search.trim().to_lowercase();
        let fits = |row: &Row| match self.listed {
            Listed::All => true,
            Listed::Failures => row.is_failure(),
            Listed::UnderWay => row.doing.is_some(),
        };
        let holds = |row: &Row| search.is_empty() || words(row).to_lowercase().contains(&search);
        (0..self.rows.len()).filter(|at| fits(&self.rows[*at]) && holds(&self.rows[*at])).collect()
    }
}

/// The file elements that any row sends to.
fn elements(prepared: &PreparedRun) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let steps = prepared.job.plan.rows.iter().flat_map(|row| prepared.job.plan.steps(row));
    for step in steps {
        let Action::Send { attach, .. } = &step.action else { continue };
        for one in attach {
            if !found.contains(&one.element) {
                found.push(one.element.clone());
            }
        }
    }
    found
}

/// What a row is searched by.
fn words(row: &Row) -> String {
    let mut words = format!("{} {}", row.number, row.label);
    for step in row.result.iter().flat_map(|result| &result.steps) {
        let cause = step.cause.as_ref().map_or("", |cause| cause.title.as_str());
        words.push_str(&format!(" {} {} {cause}", step.ticket.as_deref().unwrap_or_default(), step.troubles().join(" ")));
    }
    words
}

/// Rows are numbered from 1 in their order.
fn find(rows: &mut [Row], number: usize) -> Option<&mut Row> {
    rows.get_mut(number.checked_sub(1)?).filter(|row| row.number == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: usize, verdict: Verdict) -> Row {
        let result = RowResult { number, verdict, ..RowResult::default() };
        Row { number, label: format!("crash {number}"), result: Some(result), ..Row::default() }
    }

    #[test]
    fn what_is_listed_follows_the_rows_and_what_is_looked_for() {
        let mut page = RunPage { rows: vec![row(1, Verdict::Passed), row(2, Verdict::Failed)], ..RunPage::default() };
        assert_eq!((page.listed().to_vec(), page.counts().failed), (vec![0, 1], 1));
        assert!(Rc::ptr_eq(&page.listed(), &page.listed()), "it is not looked for in each frame");
        page.search = "CRASH 1".into();
        assert_eq!(page.listed().to_vec(), [0]);
        (page.search, page.listed) = (String::new(), Listed::Failures);
        assert_eq!(page.listed().to_vec(), [1]);
        page.forget(Some(&[2]));
        assert_eq!((page.listed().to_vec(), page.counts()), (vec![], Counts::default()));
    }
}
