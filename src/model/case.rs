//! One exchange to be explained, with or without its profile: what diagnosis works on.

use super::exchange::{Answer, Exchange, NetworkFailure, Outcome, Sent};
use super::profile::Profile;

/// What is known of an exchange. Without answer and failure it has not been sent yet.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// The profile that it was meant for.
    pub profile: Option<Profile>,
    /// What was, or is to be, sent.
    pub sent: Sent,
    /// What the server answered.
    pub answer: Option<Answer>,
    /// Why no answer came.
    pub failure: Option<NetworkFailure>,
}

impl Case {
    /// The case of an exchange.
    pub fn of(exchange: &Exchange, profile: Option<&Profile>) -> Self {
        let (answer, failure) = match &exchange.outcome {
            Outcome::Answer(answer) => (Some(answer.clone()), None),
            Outcome::Failure(failure) => (None, Some(failure.clone())),
        };
        Self { profile: profile.cloned(), sent: exchange.sent.clone(), answer, failure }
    }

    /// Whether anything is known of the request; an answer can be looked at alone.
    pub fn knows_request(&self) -> bool {
        !self.sent.url.is_empty() || !self.sent.headers.is_empty() || self.sent.body.is_some() || self.sent.parts.is_some()
    }
}
