//! What the tools find, line by line, as both the window and the terminal show it.

use std::time::Duration;

use super::bisect::Trial;
use super::probe::ProbeAnswer;
use super::rehearse;
use crate::diagnosis::compare::Agreement;
use crate::model::exchange::Outcome;
use crate::model::status::status_text;
use crate::transport::health::{Health, Stage};

/// What a line says of what it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It is as it should be.
    Good,
    /// It is worth knowing.
    Odd,
    /// It is not as it should be.
    Bad,
    /// Neither.
    Plain,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whether it is as it should be.
    pub sign: Sign,
    /// What it is about.
    pub what: String,
    /// What was found, in words. May hold what the server said; secrets are for whoever shows it to mask.
    pub words: String,
    /// How long it took, where that says something.
    pub time: Option<Duration>,
}

impl Line {
    /// A line without a time.
    pub fn new(sign: Sign, what: impl Into<String>, words: impl Into<String>) -> Self {
        Self { sign, what: what.into(), words: words.into(), time: None }
    }
}

impl From<&Stage> for Line {
    fn from(stage: &Stage) -> Self {
        let sign = match stage.health {
            Health::Good => Sign::Good,
            Health::Odd => Sign::Odd,
            Health::Bad => Sign::Bad,
        };
        Self { sign, what: stage.what.clone(), words: stage.words.clone(), time: stage.time }
    }
}

/// Everything about an endpoint's health in one sentence.
pub fn health_words(stages: &[Stage]) -> String {
    let of = |health| stages.iter().filter(|stage| stage.health == health).count();
    match (of(Health::Bad), of(Health::Odd)) {
        (0, 0) => "Everything is as it should be".to_owned(),
        (0, 1) => "It works; one thing is worth a look".to_owned(),
        (0, odd) => format!("It works; {odd} things are worth a look"),
        (1, _) => "One stage fails".to_owned(),
        (bad, _) => format!("{bad} stages fail"),
    }
}

/// A probe and its answer.
pub fn probe_line(answer: &ProbeAnswer) -> Line {
    let probe = &answer.probe;
    let (words, time) = match &answer.exchange {
        Ok(exchange) => (exchange.outcome_text(), Some(exchange.timings.total)),
        Err(reason) => (format!("not sent: {reason}"), None),
    };
    Line { sign: Sign::Plain, what: format!("Probe: {}", probe.asks), words, time }
}

/// One trial of a search and its answer.
pub fn trial_line(trial: &Trial) -> Line {
    let mut what = format!("Trial {}", trial.number);
    if let Some(before) = trial.repeats {
        what.push_str(&format!(", trial {before} once more to be sure"));
    }
    for (word, names) in [("without", &trial.left_out), ("exchanged", &trial.exchanged)] {
        if !names.is_empty() {
            what.push_str(&format!(", {word} {}", names.join(", ")));
        }
    }
    let ticket = trial.ticket.as_ref().map(|ticket| format!(", ticket {ticket}")).unwrap_or_default();
    let sign = if trial.accepted { Sign::Good } else { Sign::Bad };
    Line { sign, what, words: format!("{}{ticket}", trial.exchange.outcome_text()), time: Some(trial.exchange.timings.total) }
}

/// What came of a rehearsal.
pub fn rehearsal_lines(report: &rehearse::RehearsalReport) -> Vec<Line> {
    let sign = |success: bool| if success { Sign::Good } else { Sign::Bad };
    let mut lines = vec![Line {
        time: Some(report.twin.timings.total),
        ..Line::new(
            sign(report.twin.is_accepted()),
            "The twin answers",
            format!("{}, because {}", report.twin.outcome_text(), report.twin_rule),
        )
    }];
    for cause in report.twin_causes.iter().filter(|cause| cause.id.is_problem()).take(3) {
        lines.push(Line::new(Sign::Plain, "The profile says", &cause.title));
    }
    if let Some(Outcome::Answer(answer)) = &report.real {
        let words = status_text(answer.status);
        lines.push(Line::new(sign(answer.judgement().is_created()), "The server answered", words));
    }
    for difference in report.comparison.iter().flat_map(|comparison| &comparison.differences) {
        let words = format!("twin: {}; server: {}. {}", difference.twin, difference.real, difference.meaning);
        lines.push(Line::new(if difference.counts { Sign::Odd } else { Sign::Plain }, difference.what.label(), words));
    }
    if let Some(comparison) = report.comparison.as_ref().filter(|comparison| comparison.differences.is_empty()) {
        let alike = matches!(comparison.agreement, Agreement::BothTake | Agreement::BothRefuse);
        let sign = if alike { Sign::Good } else { Sign::Odd };
        lines.push(Line::new(sign, "Twin and server", "they answer alike"));
    }
    lines
}
