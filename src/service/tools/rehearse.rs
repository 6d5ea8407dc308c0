//! "Rehearse": the same request to the sandbox twin of its profile, beside the real answer. Where the two differ, the profile no longer
//! matches Centercode's configuration, and that is the finding.
//!
//! [`rehearse`] returns the [`RehearsalReport`].

use tokio_util::sync::CancellationToken;

use super::twin::Twin;
use crate::diagnosis::{self, Cause, Comparison};
use crate::model::exchange::Outcome;
use crate::model::history::ExchangeKind;
use crate::model::request_record::RequestRecord;
use crate::model::{Case, Exchange, Network, Profile, Request};
use crate::service::kept::KeptRequest;
use crate::service::record::Origin;
use crate::service::recorder::Recorder;
use crate::transport::Progress;

/// What is to be rehearsed.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// The request, as it is or would be sent to the real server.
    pub request: Request,
    /// The profile whose twin answers.
    pub profile: Profile,
    /// The real answer to hold the twin's against.
    pub real: RealAnswer,
}

/// The real answer that the twin's is held against.
#[derive(Clone, Debug)]
pub enum RealAnswer {
    /// There is none: only the twin answers.
    Nothing,
    /// One that came before.
    Known(Box<Outcome>),
    /// One that is to be got: the request is really sent, and a success makes a real ticket.
    Send(Box<Network>),
}

/// What came of a rehearsal.
#[derive(Clone, Debug)]
pub struct RehearsalReport {
    /// The exchange with the twin.
    pub twin: Exchange,
    /// The rule by which the twin answered, in words.
    pub twin_rule: String,
    /// The causes of the twin's refusal, best first; one with the id `none` for a success.
    pub twin_causes: Vec<Cause>,
    /// What came from the real server, if anything was asked of it.
    pub real: Option<Outcome>,
    /// The real exchange, if one was made for this.
    pub real_exchange: Option<Exchange>,
    /// The causes of the real outcome, best first.
    pub real_causes: Vec<Cause>,
    /// Twin and server held against each other.
    pub comparison: Option<Comparison>,
    /// What the twin cannot show, in sentences without a full stop.
    pub notes: Vec<String>,
}

/// Rehearses, and records what reaches the real server. `progress` counts the real request's bytes, if there is one.
///
/// # Errors
/// When the twin cannot start, the request cannot be put on the wire, or it was cancelled; the text holds no secret.
pub async fn rehearse(
    rehearsal: Rehearsal,
    progress: &Progress,
    cancel: &CancellationToken,
    origin: &Origin,
    recorder: &impl Recorder,
) -> Result<RehearsalReport, String> {
    let Rehearsal { request, profile, real } = rehearsal;
    let twin = Twin::start(&profile, &request).await?;
    let played = twin.send(&request, &Progress::default(), cancel).await?;
    let mut real_exchange = None;
    let real = match real {
        RealAnswer::Nothing => None,
        RealAnswer::Known(outcome) => Some(*outcome),
        RealAnswer::Send(network) => {
            let kept = KeptRequest { kind: ExchangeKind::Create, origin, profile: Some(&profile), index: None, attachments: 0 };
            let sent = kept.send(&request, &network, progress, cancel, recorder).await;
            let (sent, _) = sent.map_err(|error| error.to_string())?;
            let outcome = sent.outcome.clone();
            real_exchange = Some(sent);
            outcome
        }
    };
    let twin_case = twin.case(&played);
    let real_case = real.as_ref().map(|outcome| real_case(&request, &profile, outcome));
    Ok(RehearsalReport {
        twin_rule: twin.last_rule(),
        twin_causes: diagnosis::diagnose(&twin_case),
        real_causes: real_case.as_ref().map(diagnosis::diagnose).unwrap_or_default(),
        comparison: real_case.as_ref().map(|real| diagnosis::compare(&twin_case, real)),
        notes: twin.notes.clone(),
        twin: played,
        real,
        real_exchange,
    })
}

fn real_case(request: &Request, profile: &Profile, outcome: &Outcome) -> Case {
    let outcome = Some(outcome.clone());
    Case { profile: Some(profile.clone()), sent: RequestRecord::from(request), outcome, ..Case::default() }
}
