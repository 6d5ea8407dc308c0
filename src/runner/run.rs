//! Does what a plan says: its rows side by side, their steps one after another.

use std::time::Instant;

use futures_util::StreamExt as _;
use jiff::Timestamp;

use super::journal::{Begun, Done, JournalError};
use super::news::RowNews;
use super::planned_row::PlannedRow;
use super::result::{RUN_FORMAT, RowResult, RunResult, Verdict};
use super::running::{Run, ms};
use super::step::RowState;
use crate::model::Address;
use crate::service::recorder::Recorder;

impl<R: Recorder + Sync> Run<'_, R> {
    /// Does every row that is not done yet. `tell` is told of each row.
    pub async fn go(&self, done: Done, concurrency: usize, tell: impl Fn(RowNews<'_>)) -> RunResult {
        let (started_at, began) = (Timestamp::now(), Instant::now());
        let Done { rows: over, begun } = done;
        // A failure stops this run, and not whoever asked for it.
        let halt = self.stop.child_token();
        let journal_trouble = std::sync::OnceLock::new();
        let left = self.plan.rows.iter().filter(|row| !over.contains_key(&row.number));
        let work = left.map(|row| {
            let (begun, halt, tell, trouble) = (begun.get(&row.number).cloned(), &halt, &tell, &journal_trouble);
            async move {
                // A row that waits at a closed gate is not begun.
                tokio::select! {
                    () = self.gate.pass() => {}
                    () = halt.cancelled() => {}
                }
                if halt.is_cancelled() {
                    return RowResult {
                        number: row.number,
                        label: self.masker.text(&row.label),
                        verdict: Verdict::NotRun,
                        steps: Vec::new(),
                    };
                }
                let result = match self.row(row, begun, tell).await {
                    Ok(result) => result,
                    Err((result, error)) => {
                        let _ = trouble.set(error.to_string());
                        halt.cancel();
                        result
                    }
                };
                if self.plan.suite.stop_on_failure && !result.verdict.is_good() {
                    halt.cancel();
                }
                tell(RowNews::Over(&result));
                result
            }
        });
        let mut rows: Vec<RowResult> = futures_util::stream::iter(work).buffer_unordered(concurrency.max(1)).collect().await;
        let continued = over.len();
        rows.extend(over.into_values());
        rows.sort_by_key(|row| row.number);
        let stopped = match journal_trouble.into_inner() {
            Some(error) => Some(error),
            None if self.stop.is_cancelled() => Some("It was stopped".to_owned()),
            None if halt.is_cancelled() => Some("It was stopped at the first failure".to_owned()),
            None => None,
        };
        let address = Address::parse(&self.plan.profile.base_url);
        RunResult {
            format: RUN_FORMAT.to_owned(),
            suite: self.masker.text(&self.plan.suite.name),
            profile: self.masker.text(self.plan.profile.shown_name()),
            host: address.raw(&address.authority).to_owned(),
            started_at,
            took_ms: ms(began.elapsed()),
            verdict: Verdict::worst(rows.iter().map(|row| row.verdict)),
            stopped,
            continued,
            is_matrix: self.plan.suite.matrix.is_some(),
            rows,
        }
    }

    /// One row, from its first step or from where it stood. When the journal cannot be kept, nothing further is sent.
    async fn row(
        &self,
        row: &PlannedRow,
        begun: Option<Begun>,
        tell: &impl Fn(RowNews<'_>),
    ) -> Result<RowResult, (RowResult, JournalError)> {
        let mut state = RowState::new(self, row, begun.unwrap_or_default());
        let mut trouble = None;
        for (index, step) in self.plan.steps(row).iter().enumerate().skip(state.steps.len()) {
            let done = state.step(index, step, tell).await;
            if let (Ok(_), Some(result)) = (&done, state.steps.last()) {
                tell(RowNews::Done(row.number, result));
            }
            match done {
                Ok(verdict) if verdict.is_good() => {}
                Ok(_) => break,
                Err(error) => {
                    trouble = Some(error);
                    break;
                }
            }
        }
        let (number, label) = (row.number, self.masker.text(&row.label));
        let verdict = Verdict::worst(state.steps.iter().map(|step| step.verdict));
        let is_over = state.steps.last().is_none_or(|step| step.verdict != Verdict::NotRun);
        // A report tells every step, those too that were not reached.
        let left_out = state.left_out();
        let result = RowResult { number, label, verdict, steps: state.steps.into_iter().chain(left_out).collect() };
        let kept = self.journal.filter(|_| is_over).map_or(Ok(()), |journal| journal.row(&result));
        match trouble.map_or(kept, Err) {
            Ok(()) => Ok(result),
            Err(error) => Err((result, error)),
        }
    }
}
