//! "Bisect a 400": which parameter, or which together, a server refuses.
//!
//! First the required parameters alone, then the whole, then halves of the optional ones. Each trial that is taken makes a ticket, so a
//! [`BisectPlan`] says beforehand how many requests it may take, and it runs on the twin of the profile first: what the twin refuses, the
//! profile explains, and no real request is needed. [`bisect`] tells each [`Trial`],
//! can be cancelled at any time, and returns the [`BisectReport`] with the tickets that were made.

mod search;
mod variation;

use tokio_util::sync::CancellationToken;

use self::search::{ParameterSet, SearchResult, TrialOutcome};
use self::variation::Variation;
use super::twin::Twin;
use crate::model::attachment;
use crate::model::exchange::Outcome;
use crate::model::history::ExchangeKind;
use crate::model::status::status_text;
use crate::model::{Answer, Exchange, Judgement, Network, Profile, Request};
use crate::service::kept::KeptRequest;
use crate::service::record::Origin;
use crate::service::recorder::Recorder;
use crate::transport::Progress;

/// A payload to take apart.
#[derive(Clone, Debug)]
pub struct Bisection {
    /// The request that is refused with 400.
    pub request: Request,
    /// The profile, which says what is required.
    pub profile: Profile,
    /// Whom the trials are sent to.
    pub target: TrialTarget,
}

/// Whom the trials are sent to.
#[derive(Clone, Debug)]
pub enum TrialTarget {
    /// The twin: nothing leaves this program.
    Twin,
    /// The request's own server. Each success makes a real ticket: ask first.
    Server(Box<Network>),
}

/// What a search may take, to be said before it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BisectPlan {
    /// The requests that it takes at most; each of them may make a ticket.
    pub most_requests: usize,
    /// The requests that it takes where one parameter is the culprit.
    pub usual_requests: usize,
    /// Parameters that are left out in turn.
    pub optional: Vec<String>,
    /// Required parameters that are exchanged for stand-ins in turn, if the smallest payload is refused.
    pub required: Vec<String>,
    /// Required parameters that nothing could stand in for, sent as they are each time.
    pub fixed: Vec<String>,
}

/// One request of a search.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Counts from 1.
    pub number: usize,
    /// The earlier trial that sent the same, if this one only makes sure of its answer.
    pub repeats: Option<usize>,
    /// Parameters that were sent with their original values, besides those that always are.
    pub kept: Vec<String>,
    /// Optional parameters that were left out.
    pub left_out: Vec<String>,
    /// Required parameters that were exchanged.
    pub exchanged: Vec<String>,
    /// What was sent and what came back.
    pub exchange: Box<Exchange>,
    /// Whether the payload was taken.
    pub accepted: bool,
    /// The ticket that it made: its number, or that there is one without.
    pub ticket: Option<String>,
}

/// What came of a search.
#[derive(Clone, Debug)]
pub struct BisectReport {
    /// What was found.
    pub verdict: BisectVerdict,
    /// The requests in order.
    pub trials: Vec<Trial>,
    /// What it was to take.
    pub plan: BisectPlan,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BisectVerdict {
    /// Each list is refused together, and no part of it alone; without them the payload is taken.
    Culprits(Vec<Vec<String>>),
    /// The whole payload is taken.
    NotRefused,
    /// Even the smallest payload is refused.
    EverythingRefused {
        /// Required parameters that could not be exchanged, and may be why.
        untried: Vec<String>,
    },
    /// The server answered the same payload differently.
    Flaky(Vec<String>),
    /// It broke off.
    Stopped {
        /// Why, in words.
        reason: String,
        /// What had been found by then, as in [`BisectVerdict::Culprits`].
        found: Vec<Vec<String>>,
        /// Whether it was the network: no answer came.
        no_answer: bool,
    },
}

impl BisectReport {
    /// The tickets that were made, in order.
    pub fn tickets(&self) -> Vec<&str> {
        self.trials.iter().filter_map(|trial| trial.ticket.as_deref()).collect()
    }
}

impl BisectVerdict {
    /// Whether the payload, or part of it, is refused at all.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Culprits(_) | Self::EverythingRefused { .. })
    }

    /// What was found, in one sentence without a full stop.
    pub fn words(&self) -> String {
        match self {
            Self::Culprits(culprits) => format!("{}; without that, the payload is taken", refused(culprits)),
            Self::NotRefused => "The payload is taken; nothing is refused".to_owned(),
            Self::EverythingRefused { untried } if untried.is_empty() => {
                "Even the smallest payload is refused, and so is the payload without any one of its parameters: two or more may be wrong, a field that the profile does not know may be required in Centercode, or the refusal is not about the payload".to_owned()
            }
            Self::EverythingRefused { untried } => format!(
                "Even the smallest payload is refused: it is {}, for which the profile knows no other value to try, or a field that is required in Centercode and not in the profile",
                quoted(untried, " or ")
            ),
            Self::Flaky(names) => format!(
                "The server answers the same payload differently each time ({} was refused and then taken), so nothing can be concluded",
                quoted(names, " with ")
            ),
            Self::Stopped { reason, found, .. } if found.is_empty() => format!("Stopped: {reason}"),
            Self::Stopped { reason, found, .. } => format!("{}. Stopped: {reason}", refused(found)),
        }
    }
}

fn refused(culprits: &[Vec<String>]) -> String {
    let one = |names: &Vec<String>| match names.as_slice() {
        [name] => format!("\"{name}\""),
        names => format!("{} together", quoted(names, " and ")),
    };
    format!("Refused: {}", culprits.iter().map(one).collect::<Vec<_>>().join(", and "))
}

fn quoted(names: &[String], between: &str) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(between)
}

/// What a search would take.
///
/// # Errors
/// When the payload is not a JSON object; why, in words.
pub fn plan(profile: &Profile, request: &Request) -> Result<BisectPlan, String> {
    Ok(planned(&Variation::of(profile, request)?))
}

fn planned(variation: &Variation) -> BisectPlan {
    let (required, optional) = (variation.required(), variation.optional());
    let count = required.len() + optional.len();
    let names = |indices: Vec<usize>| indices.into_iter().map(|index| variation.name(index)).collect();
    BisectPlan {
        most_requests: search::most_trials(count),
        usual_requests: search::usual_trials(count).min(search::most_trials(count)),
        optional: names(optional),
        required: names(required),
        fixed: variation.fixed(),
    }
}

/// Looks for what is refused, and records what reaches the real server. What has been found by the time of a cancel is in the report.
///
/// # Errors
/// When the payload is not a JSON object, or the twin cannot start; why, in words without a secret.
pub async fn bisect(
    bisection: Bisection,
    cancel: &CancellationToken,
    origin: &Origin,
    recorder: &impl Recorder,
    on_trial: impl Fn(&Trial),
) -> Result<BisectReport, String> {
    let Bisection { request, profile, target } = bisection;
    let variation = Variation::of(&profile, &request)?;
    let plan = planned(&variation);
    let sender = match target {
        TrialTarget::Twin => Sender::Twin(Box::new(Twin::start(&profile, &request).await?)),
        TrialTarget::Server(network) => Sender::Server(Box::new(network.for_checks())),
    };
    let mut trials = Vec::new();
    let mut no_answer = false;
    let found = search::search(&variation.required(), &variation.optional(), async |kept: &ParameterSet| {
        let varied = variation.request(&request, kept);
        let sent = match &sender {
            Sender::Twin(twin) => twin.send(&varied, &Progress::default(), cancel).await,
            Sender::Server(network) => {
                let kept =
                    KeptRequest { kind: ExchangeKind::Probe, origin, profile: Some(&profile), index: None, attachments: 0 };
                let sent = kept.send(&varied, network, &Progress::default(), cancel, recorder).await;
                sent.map(|(exchange, _)| exchange).map_err(|error| error.to_string())
            }
        };
        let exchange = match sent {
            Ok(exchange) => exchange,
            Err(reason) => return TrialOutcome::Other(reason),
        };
        let outcome = trial_outcome(&exchange);
        no_answer = exchange.failure().is_some();
        let mut trial = trial(trials.len() + 1, &variation, kept, exchange, outcome == TrialOutcome::Accepted);
        trial.repeats = trials.iter().find(|before: &&Trial| before.kept == trial.kept).map(|before| before.number);
        on_trial(&trial);
        trials.push(trial);
        outcome
    })
    .await;
    Ok(BisectReport { verdict: verdict(found, &variation, no_answer), trials, plan })
}

enum Sender {
    Twin(Box<Twin>),
    Server(Box<Network>),
}

fn trial_outcome(exchange: &Exchange) -> TrialOutcome {
    let Some(outcome) = &exchange.outcome else {
        return TrialOutcome::Other("what came of it is not known".to_owned());
    };
    match outcome {
        Outcome::Failure(failure) => {
            TrialOutcome::Other(format!("no answer: {}; whether a ticket was made is not known", failure.kind.words()))
        }
        Outcome::Answer(answer) if answer.judgement() == Judgement::NotCentercode => {
            TrialOutcome::Other(format!("a page came with {} in place of an answer, as of a sign-in or a filter", answer.status))
        }
        Outcome::Answer(answer) if answer.judgement().is_taken() => TrialOutcome::Accepted,
        Outcome::Answer(answer) if answer.judgement() == Judgement::RefusedWithin(400) => TrialOutcome::Refused,
        Outcome::Answer(Answer { status: 400 | 422, .. }) => TrialOutcome::Refused,
        Outcome::Answer(answer) => {
            TrialOutcome::Other(format!("the answer was {}, which is not about the payload", status_text(answer.status)))
        }
    }
}

fn trial(number: usize, variation: &Variation, kept: &ParameterSet, exchange: Exchange, accepted: bool) -> Trial {
    let (left_out, exchanged) = variation.without(kept);
    let ticket = accepted.then(|| {
        let json = exchange.answer().and_then(Answer::json);
        json.as_ref().and_then(attachment::ticket_id).unwrap_or_else(|| "one without a number".to_owned())
    });
    Trial {
        number,
        repeats: None,
        kept: variation.names(kept),
        left_out,
        exchanged,
        exchange: Box::new(exchange),
        accepted,
        ticket,
    }
}

fn verdict(found: SearchResult, variation: &Variation, no_answer: bool) -> BisectVerdict {
    let names = |sets: Vec<ParameterSet>| sets.iter().map(|kept| variation.names(kept)).collect();
    match found {
        SearchResult::Culprits(sets) => BisectVerdict::Culprits(names(sets)),
        SearchResult::NotRefused => BisectVerdict::NotRefused,
        SearchResult::EverythingRefused => BisectVerdict::EverythingRefused { untried: variation.fixed() },
        SearchResult::Flaky(kept) => BisectVerdict::Flaky(variation.names(&kept)),
        SearchResult::Stopped(reason, sets) => BisectVerdict::Stopped { reason, found: names(sets), no_answer },
    }
}
