//! "Probe a 404": tells host, path, project key, source key and API key apart by a few harmless requests.
//!
//! The bodies (none, `[]`, broken JSON) are such that no ticket can be made of them; a server that takes one all the same ends the probing.
//! The sent API key goes to the host that the address names, the profile's to the profile's own host alone. Whoever starts it asks first.
//! [`probe`] tells an [`Event`] for each probe, and then returns the [`Report`].

mod conclude;
mod plan;

use tokio_util::sync::CancellationToken;

use crate::diagnosis::{self, Cause};
use crate::model::exchange::Outcome;
use crate::model::request_record::RequestRecord;
use crate::model::{Address, Case, Exchange, Network, Profile, Request};
use crate::transport::{self, Progress};

/// A part of an address that can be right or wrong by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Part {
    Host,
    Path,
    Project,
    Source,
    ApiKey,
}

impl Part {
    /// Its name in a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Path => "path",
            Self::Project => "project key",
            Self::Source => "source key",
            Self::ApiKey => "API key",
        }
    }
}

/// What a probe asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProbeKind {
    /// The host's front page.
    Host,
    /// OPTIONS of the path.
    Options,
    /// GET of the path.
    Get,
    /// The address with an empty body: what the others are held against.
    Empty,
    /// The address with `[]`.
    List,
    /// The address with broken JSON.
    Broken,
    /// The address with a part made up.
    MadeUp(Part),
    /// The address without an API key.
    NoKey,
    /// The address with the profile's part; for [`Part::Path`] the profile's whole address.
    Profile(Part),
}

/// One harmless request.
#[derive(Clone, Debug)]
pub struct Probe {
    /// What it asks.
    pub kind: ProbeKind,
    /// The same in words, as in "a source key that is made up".
    pub asks: String,
    /// What is sent.
    pub request: Request,
}

/// A probe and what came of it.
#[derive(Clone, Debug)]
pub struct ProbeAnswer {
    /// The probe.
    pub probe: Probe,
    /// Its exchange, or why it was not sent.
    pub exchange: Result<Box<Exchange>, String>,
}

/// What is to be probed.
#[derive(Clone, Debug)]
pub struct Probing {
    /// The address that is answered with 404, with the API key in clear.
    pub url: String,
    /// The profile that it was meant for.
    pub profile: Profile,
    /// How to reach the server.
    pub network: Network,
}

/// What happens while probing, in order.
#[derive(Clone, Debug)]
pub enum Event {
    /// So many probes are to be sent.
    Planned(usize),
    /// A probe was answered, or not.
    Answered(Box<ProbeAnswer>),
}

/// What is known of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is right.
    Right,
    /// It does not fit.
    Wrong,
    /// It cannot be told from outside.
    CannotTell,
    /// Nothing came so far.
    NotReached,
}

impl Verdict {
    /// What it is called in a table.
    pub fn label(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::CannotTell => "cannot be told",
            Self::NotReached => "not reached",
        }
    }
}

/// What follows for one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conclusion {
    /// The part.
    pub part: Part,
    /// What is known of it.
    pub verdict: Verdict,
    /// Why, in words without a full stop.
    pub words: String,
}

/// What came of probing.
#[derive(Clone, Debug)]
pub struct Report {
    /// The probes in order, with their answers.
    pub answers: Vec<ProbeAnswer>,
    /// What follows for each part.
    pub conclusions: Vec<Conclusion>,
    /// Everything in one sentence without a full stop.
    pub summary: String,
    /// What the rules say of the address without any probe, as before sending.
    pub known: Vec<Cause>,
    /// What else is worth knowing: why the probing ended early, what was not tried.
    pub notes: Vec<String>,
}

impl Report {
    /// Whether every part is right.
    pub fn is_right(&self) -> bool {
        self.conclusions.iter().all(|conclusion| conclusion.verdict == Verdict::Right)
    }
}

/// The probes that would be sent, to be shown before it is asked whether they may.
pub fn plan(url: &str, profile: &Profile) -> Vec<Probe> {
    plan::probes(url, profile)
}

/// Sends the probes one after the other. After a cancel the report holds what had been answered by then.
pub async fn probe(probing: Probing, cancel: &CancellationToken, on_event: impl Fn(Event)) -> Report {
    let Probing { url, profile, network } = probing;
    let network = network.for_checks();
    let probes = plan::probes(&url, &profile);
    on_event(Event::Planned(probes.len()));
    let mut notes = Vec::new();
    if !plan::is_own_host(&Address::parse(&url), &profile) {
        notes.push("The address is not on the profile's host, so the profile's keys were not tried there".to_owned());
    }
    let mut answers: Vec<ProbeAnswer> = Vec::new();
    for probe in probes {
        let sent = transport::send(&probe.request, &network, &Progress::default(), cancel).await;
        let answer = ProbeAnswer { probe, exchange: sent.map(Box::new).map_err(|error| error.to_string()) };
        on_event(Event::Answered(Box::new(answer.clone())));
        answers.push(answer);
        if let Some(reason) = answers.last().and_then(|answer| end(answer, cancel)) {
            notes.push(reason);
            break;
        }
    }
    let conclusions = conclude::conclude(&url, &answers);
    let summary = conclude::summary(&conclusions);
    Report { known: known(&url, &profile), answers, conclusions, summary, notes }
}

/// Why the probing ends here.
fn end(answer: &ProbeAnswer, cancel: &CancellationToken) -> Option<String> {
    if cancel.is_cancelled() {
        return Some("It was stopped before every probe was sent".to_owned());
    }
    let Ok(exchange) = &answer.exchange else {
        return Some("The probes cannot be sent".to_owned());
    };
    if exchange.sent.method == "POST" && conclude::is_taken(&exchange.outcome) {
        return Some(format!("The server took {}, so no more was sent; see whether it made a ticket", answer.probe.asks));
    }
    match &exchange.outcome {
        Outcome::Failure(failure) => Some(format!("The rest was not sent: {}", failure.kind.words())),
        Outcome::Answer(answer) if answer.status == 429 => {
            Some("The rest was not sent: the server asks for fewer requests".to_owned())
        }
        Outcome::Answer(_) => None,
    }
}

/// What is wrong with the address by the rules alone.
fn known(url: &str, profile: &Profile) -> Vec<Cause> {
    let sent = RequestRecord { method: "POST".into(), url: url.to_owned(), ..RequestRecord::default() };
    let case = Case { profile: Some(profile.clone()), sent, ..Case::default() };
    diagnosis::preflight(&case).into_iter().filter(|cause| cause.id.starts_with("endpoint.")).collect()
}

#[cfg(test)]
mod tests;
