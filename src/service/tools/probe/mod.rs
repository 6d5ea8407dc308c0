//! "Probe a 404": tells host, path, project key, source key and API key apart by a few harmless requests.
//!
//! The bodies (none, `[]`, broken JSON) are such that no ticket can be made of them; a server that takes one all the same ends the probing.
//! The sent API key goes to the host that the address names, the profile's to the profile's own origin alone. Whoever starts it asks first.
//! [`probe`] tells each [`ProbeAnswer`] as it comes, and then returns the [`ProbeReport`].

mod conclude;
mod plan;
mod report;

pub use report::{AddressPart, Conclusion, PartVerdict, Probe, ProbeAnswer, ProbeKind, ProbeReport};

use tokio_util::sync::CancellationToken;

use crate::diagnosis::{self, Cause};
use crate::model::exchange::Outcome;
use crate::model::history::ExchangeKind;
use crate::model::request_record::RequestRecord;
use crate::model::{Case, Network, Profile};
use crate::service::kept::KeptRequest;
use crate::service::record::Origin;
use crate::service::recorder::Recorder;
use crate::transport::Progress;

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

/// The probes that would be sent, to be shown before it is asked whether they may.
pub fn plan(url: &str, profile: &Profile) -> Vec<Probe> {
    plan::probes(url, profile)
}

/// Sends the probes one after the other, and records each. After a cancel the report holds what had been answered by then.
pub async fn probe(
    probing: Probing,
    cancel: &CancellationToken,
    origin: &Origin,
    recorder: &impl Recorder,
    on_answer: impl Fn(&ProbeAnswer),
) -> ProbeReport {
    let Probing { url, profile, network } = probing;
    let network = network.for_checks();
    let probes = plan::probes(&url, &profile);
    let mut notes = Vec::new();
    if !profile.is_at(&url) {
        notes.push("The address is not on the profile's host, so the profile's keys were not tried there".to_owned());
    }
    let mut answers: Vec<ProbeAnswer> = Vec::new();
    for probe in probes {
        let kept = KeptRequest { kind: ExchangeKind::Probe, origin, profile: Some(&profile), index: None, attachments: 0 };
        let sent = kept.send(&probe.request, &network, &Progress::default(), cancel, recorder).await;
        let sent = sent.map(|(exchange, _)| Box::new(exchange)).map_err(|error| error.to_string());
        let answer = ProbeAnswer { probe, exchange: sent };
        on_answer(&answer);
        answers.push(answer);
        if let Some(reason) = answers.last().and_then(|answer| end(answer, cancel)) {
            notes.push(reason);
            break;
        }
    }
    let conclusions = conclude::conclude(&url, &answers);
    let summary = conclude::summary(&conclusions);
    ProbeReport { known: known(&url, &profile), answers, conclusions, summary, notes }
}

/// Why the probing ends here.
fn end(answer: &ProbeAnswer, cancel: &CancellationToken) -> Option<String> {
    if cancel.is_cancelled() {
        return Some("It was stopped before every probe was sent".to_owned());
    }
    let exchange = match &answer.exchange {
        Ok(exchange) => exchange,
        Err(reason) => return Some(format!("The probes cannot be sent: {reason}")),
    };
    if exchange.sent.method == "POST" && conclude::is_taken(exchange.answer()) {
        return Some(format!("The server took {}, so no more was sent; see whether it made a ticket", answer.probe.asks));
    }
    match &exchange.outcome {
        Some(Outcome::Failure(failure)) => Some(format!("The rest was not sent: {}", failure.kind.words())),
        Some(Outcome::Answer(answer)) if answer.status == 429 => {
            Some("The rest was not sent: the server asks for fewer requests".to_owned())
        }
        Some(Outcome::Answer(_)) | None => None,
    }
}

/// What is wrong with the address by the rules alone.
fn known(url: &str, profile: &Profile) -> Vec<Cause> {
    let sent = RequestRecord { method: "POST".into(), url: url.to_owned(), ..RequestRecord::default() };
    let case = Case { profile: Some(profile.clone()), sent, ..Case::default() };
    diagnosis::preflight(&case).into_iter().filter(|cause| cause.id.family() == "endpoint").collect()
}

#[cfg(test)]
mod tests;
