//! Tools for the window: health, probing, rehearsing, bisecting, each told line by line.

use crate::model::{Network, Profile};
use crate::service::order::DeliveryProgress;
use crate::service::record::Origin;
use crate::service::tools::bisect::{self, Bisection, TrialTarget};
use crate::service::tools::health;
use crate::service::tools::lines::{Line, Sign, health_words, probe_line, rehearsal_lines, trial_line};
use crate::service::tools::probe::{self, PartVerdict, Probing};
use crate::service::tools::rehearse::{self, Rehearsal};

use super::event::{JobEvent, JobId, ToolEvent};
use super::runtime::Jobs;

impl Jobs {
    /// Looks at how a profile's endpoint can be reached.
    pub fn look_at_health(&mut self, profile: &Profile, network: Network, origin: &Origin) -> JobId {
        let (events, cancel) = self.start(&DeliveryProgress::new(0));
        let job = events.job;
        let (profile, writer, origin) = (profile.clone(), self.history_writer(job), origin.clone());
        self.runtime.spawn(async move {
            let tell = |event| events.send(JobEvent::Tool(event));
            let stages =
                health::gather(&profile, &network, &cancel, &origin, &writer, |stage| tell(ToolEvent::Line(stage.into()))).await;
            let ended = if cancel.is_cancelled() { Err("stopped".to_owned()) } else { Ok(health_words(&stages)) };
            tell(ToolEvent::Ended(ended));
        });
        job
    }

    /// Tells the parts of an address apart by harmless requests.
    pub fn probe(&mut self, probing: Probing, origin: &Origin) -> JobId {
        let (events, cancel) = self.start(&DeliveryProgress::new(0));
        let job = events.job;
        let (writer, origin) = (self.history_writer(job), origin.clone());
        self.runtime.spawn(async move {
            let tell = |event| events.send(JobEvent::Tool(event));
            let report = probe::probe(probing, &cancel, &origin, &writer, |answer| {
                tell(ToolEvent::Line(probe_line(answer)));
            })
            .await;
            report.notes.iter().for_each(|note| tell(ToolEvent::Line(Line::new(Sign::Odd, "Note", note))));
            for conclusion in &report.conclusions {
                let sign = match conclusion.verdict {
                    PartVerdict::Right => Sign::Good,
                    PartVerdict::Wrong => Sign::Bad,
                    PartVerdict::CannotTell | PartVerdict::NotReached => Sign::Odd,
                };
                let words = format!("{}: {}", conclusion.verdict.label(), conclusion.words);
                tell(ToolEvent::Line(Line::new(sign, format!("The {}", conclusion.part.label()), words)));
            }
            tell(ToolEvent::Ended(Ok(report.summary)));
        });
        job
    }

    /// Sends a request to the twin of its profile, beside the real answer.
    pub fn rehearse(&mut self, rehearsal: Rehearsal, origin: &Origin) -> JobId {
        let (events, cancel) = self.start(&DeliveryProgress::new(0));
        let job = events.job;
        let (writer, origin) = (self.history_writer(job), origin.clone());
        self.runtime.spawn(async move {
            let tell = |event| events.send(JobEvent::Tool(event));
            let progress = crate::transport::Progress::default();
            let ended = match rehearse::rehearse(rehearsal, &progress, &cancel, &origin, &writer).await {
                Ok(report) => {
                    rehearsal_lines(&report).into_iter().for_each(|line| tell(ToolEvent::Line(line)));
                    let alone = || "Only the twin was asked; there is no real response to compare with".to_owned();
                    Ok(report.comparison.as_ref().map_or_else(alone, |comparison| comparison.finding.clone()))
                }
                Err(reason) => Err(reason),
            };
            tell(ToolEvent::Ended(ended));
        });
        job
    }

    /// Takes a payload apart until it is known what is refused.
    pub fn bisect(&mut self, bisection: Bisection, origin: &Origin) -> JobId {
        let (events, cancel) = self.start(&DeliveryProgress::new(0));
        let job = events.job;
        let (writer, origin) = (self.history_writer(job), origin.clone());
        let is_real = matches!(bisection.target, TrialTarget::Server(_));
        let runtime = self.runtime.handle().clone();
        // The search borrows as it goes, so it stays on one thread.
        self.runtime.spawn_blocking(move || {
            let tell = |event| events.send(JobEvent::Tool(event));
            let search = bisect::bisect(bisection, &cancel, &origin, &writer, |trial| {
                tell(ToolEvent::Line(trial_line(trial)));
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
            tell(ToolEvent::Ended(ended));
        });
        job
    }
}
