//! Finding out what is wrong, for the window: health, probing, rehearsing, bisecting, each told line by line.

use std::time::Duration;

use crate::diagnosis::compare::Agreement;
use crate::model::exchange::{Outcome, status_name};
use crate::model::{Exchange, Network, Profile};
use crate::transport::health::{self, Health, Stage};

use super::bisect::{self, Bisection, Trial};
use super::probe::{self, ProbeAnswer, Probing, Verdict};
use super::record::{self, Origin};
use super::rehearse::{self, Rehearsal};
use super::{DeliveryProgress, JobEvent, JobId, Jobs};

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
    fn new(sign: Sign, what: impl Into<String>, words: impl Into<String>) -> Self {
        Self { sign, what: what.into(), words: words.into(), time: None }
    }
}

/// What is told while something is found out.
#[derive(Clone, Debug)]
pub enum FindingEvent {
    /// One thing was found.
    Line(Line),
    /// It is over: everything in one sentence, or why it ended without.
    Ended(Result<String, String>),
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

impl Jobs {
    /// Looks at how a profile's endpoint can be reached.
    pub fn look_at_health(&mut self, profile: &Profile, network: Network) -> JobId {
        let (teller, cancel) = self.start(&DeliveryProgress::new(0));
        let (job, endpoint) = (teller.job, profile.endpoint());
        self.runtime.spawn(async move {
            let tell = |event| teller.tell(JobEvent::Finding(event));
            let stages = health::gather(&endpoint, &network, &cancel, |stage| tell(FindingEvent::Line(stage.into()))).await;
            let ended = if cancel.is_cancelled() { Err("stopped".to_owned()) } else { Ok(health_words(&stages)) };
            tell(FindingEvent::Ended(ended));
        });
        job
    }

    /// Tells the parts of an address apart by harmless requests.
    pub fn probe(&mut self, probing: Probing, origin: &Origin) -> JobId {
        let (teller, cancel) = self.start(&DeliveryProgress::new(0));
        let job = teller.job;
        let keeper = self.keeper(job, origin, &probing.profile);
        self.runtime.spawn(async move {
            let tell = |event| teller.tell(JobEvent::Finding(event));
            let report = probe::probe(probing, &cancel, |event| {
                if let probe::Event::Answered(answer) = event {
                    if let Ok(exchange) = &answer.exchange {
                        keeper.probed(exchange);
                    }
                    tell(FindingEvent::Line(probe_line(&answer)));
                }
            })
            .await;
            report.notes.iter().for_each(|note| tell(FindingEvent::Line(Line::new(Sign::Odd, "Note", note))));
            for conclusion in &report.conclusions {
                let sign = match conclusion.verdict {
                    Verdict::Right => Sign::Good,
                    Verdict::Wrong => Sign::Bad,
                    Verdict::CannotTell | Verdict::NotReached => Sign::Odd,
                };
                let words = format!("{}: {}", conclusion.verdict.label(), conclusion.words);
                tell(FindingEvent::Line(Line::new(sign, format!("The {}", conclusion.part.label()), words)));
            }
            tell(FindingEvent::Ended(Ok(report.summary)));
        });
        job
    }

    /// Sends a request to the twin of its profile, beside the real answer.
    pub fn rehearse(&mut self, rehearsal: Rehearsal) -> JobId {
        let (teller, cancel) = self.start(&DeliveryProgress::new(0));
        let job = teller.job;
        self.runtime.spawn(async move {
            let tell = |event| teller.tell(JobEvent::Finding(event));
            let progress = crate::transport::Progress::default();
            let ended = match rehearse::rehearse(rehearsal, &progress, &cancel, |_| {}).await {
                Ok(report) => {
                    rehearsal_lines(&report).into_iter().for_each(|line| tell(FindingEvent::Line(line)));
                    let alone = || "Only the twin was asked: there is no real answer to hold it against".to_owned();
                    Ok(report.comparison.as_ref().map_or_else(alone, |comparison| comparison.finding.clone()))
                }
                Err(reason) => Err(reason),
            };
            tell(FindingEvent::Ended(ended));
        });
        job
    }

    /// Takes a payload apart until it is known what is refused.
    pub fn bisect(&mut self, bisection: Bisection, origin: &Origin) -> JobId {
        let (teller, cancel) = self.start(&DeliveryProgress::new(0));
        let job = teller.job;
        let keeper = self.keeper(job, origin, &bisection.profile);
        let is_real = matches!(bisection.place, bisect::Place::Server(_));
        let runtime = self.runtime.handle().clone();
        // The search borrows as it goes, so it stays on one thread.
        self.runtime.spawn_blocking(move || {
            let tell = |event| teller.tell(JobEvent::Finding(event));
            let search = bisect::bisect(bisection, &cancel, |event| {
                if let bisect::Event::Tried(trial) = event {
                    if is_real {
                        keeper.probed(&trial.exchange);
                    }
                    tell(FindingEvent::Line(trial_line(&trial)));
                }
            });
            let ended = runtime.block_on(search).map(|report| {
                let tickets = report.tickets();
                let made = match tickets.as_slice() {
                    _ if !is_real => String::new(),
                    [] => ". No ticket was made".to_owned(),
                    tickets => format!(". Tickets that it made: {}", tickets.join(", ")),
                };
                format!("{}{made}", report.verdict.words())
            });
            tell(FindingEvent::Ended(ended));
        });
        job
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

fn came(exchange: &Exchange) -> String {
    match &exchange.outcome {
        Outcome::Answer(answer) => format!("{} {}", answer.status, status_name(answer.status)),
        Outcome::Failure(failure) => format!("no answer: {}", failure.kind.words()),
    }
}

/// A probe and its answer.
pub fn probe_line(answer: &ProbeAnswer) -> Line {
    let probe = &answer.probe;
    let (words, time) = match &answer.exchange {
        Ok(exchange) => (came(exchange), Some(exchange.timings.total)),
        Err(reason) => (format!("not sent: {reason}"), None),
    };
    Line { sign: Sign::Plain, what: format!("Probe: {}", probe.asks), words, time }
}

fn trial_line(trial: &Trial) -> Line {
    let mut what = format!("Trial {}", trial.number);
    for (word, names) in [("without", &trial.left_out), ("exchanged", &trial.exchanged)] {
        if !names.is_empty() {
            what.push_str(&format!(", {word} {}", names.join(", ")));
        }
    }
    let ticket = trial.ticket.as_ref().map(|ticket| format!(", ticket {ticket}")).unwrap_or_default();
    let sign = if trial.accepted { Sign::Good } else { Sign::Bad };
    Line { sign, what, words: format!("{}{ticket}", came(&trial.exchange)), time: Some(trial.exchange.timings.total) }
}

fn rehearsal_lines(report: &rehearse::Report) -> Vec<Line> {
    let sign = |success: bool| if success { Sign::Good } else { Sign::Bad };
    let mut lines = vec![Line {
        time: Some(report.twin.timings.total),
        ..Line::new(
            sign(report.twin.is_success()),
            "The twin answers",
            format!("{}, because {}", came(&report.twin), report.twin_rule),
        )
    }];
    for cause in report.twin_causes.iter().filter(|cause| cause.id != "none").take(3) {
        lines.push(Line::new(Sign::Plain, "The profile says", &cause.title));
    }
    if let Some(Outcome::Answer(answer)) = &report.real {
        let words = format!("{} {}", answer.status, status_name(answer.status));
        lines.push(Line::new(sign(answer.is_success()), "The server answered", words));
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

/// The entries of a search's trials or of probes, for the history.
pub fn entries(origin: &Origin, profile: &Profile, exchanges: &[&Exchange]) -> Vec<crate::model::history::Entry> {
    exchanges.iter().map(|exchange| record::probed(origin, profile, exchange, &[])).collect()
}
