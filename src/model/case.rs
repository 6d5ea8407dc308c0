//! One exchange to be explained, with or without its profile: what diagnosis works on.

use super::endpoint::mask_url;
use super::exchange::{Answer, Exchange, NetworkFailure, Outcome, RequestRecord, Timings};
use super::profile::Profile;

/// What is known of an exchange. Without answer and failure it has not been sent yet.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// The profile that it was meant for.
    pub profile: Option<Profile>,
    /// What was, or is to be, sent.
    pub sent: RequestRecord,
    /// What the server answered.
    pub answer: Option<Answer>,
    /// Why no answer came.
    pub failure: Option<NetworkFailure>,
    /// What the history knows of this endpoint: exchanges that worked, oldest first.
    pub earlier: Vec<Earlier>,
    /// The ids of the warnings that were shown before sending, and overridden.
    pub overridden: Vec<String>,
}

/// An earlier exchange with the same endpoint, as far as it is evidence.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Earlier {
    /// The address that it was sent to, with its key in clear; mask it before it goes anywhere.
    pub url: String,
    /// The status of its answer.
    pub status: u16,
    /// When it was, as the user reads it.
    pub when: String,
}

impl std::fmt::Debug for Earlier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Earlier")
            .field("url", &mask_url(&self.url))
            .field("status", &self.status)
            .field("when", &self.when)
            .finish()
    }
}

impl Case {
    /// The case of an exchange.
    pub fn of(exchange: &Exchange, profile: Option<&Profile>) -> Self {
        let (answer, failure) = match &exchange.outcome {
            Outcome::Answer(answer) => (Some(answer.clone()), None),
            Outcome::Failure(failure) => (None, Some(failure.clone())),
        };
        Self { profile: profile.cloned(), sent: exchange.sent.clone(), answer, failure, ..Self::default() }
    }

    /// The exchange that it tells of, as if it had started then. `None` while there is neither an answer nor a failure.
    pub fn exchange(&self, started_at: jiff::Timestamp) -> Option<Exchange> {
        let outcome = match (&self.answer, &self.failure) {
            (Some(answer), _) => Outcome::Answer(answer.clone()),
            (None, Some(failure)) => Outcome::Failure(failure.clone()),
            (None, None) => return None,
        };
        Some(Exchange { sent: self.sent.clone(), outcome, timings: Timings::default(), body_bytes_sent: 0, started_at })
    }

    /// Whether anything is known of the request; an answer can be looked at alone.
    pub fn knows_request(&self) -> bool {
        !self.sent.url.is_empty() || !self.sent.headers.is_empty() || self.sent.body.is_some() || self.sent.parts.is_some()
    }
}
