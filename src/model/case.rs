//! One exchange to be explained, with or without its profile: what diagnosis works on.

use super::exchange::{Answer, Exchange, NetworkFailure, Outcome, Timings};
use super::profile::Profile;
use super::request_record::RequestRecord;
use super::secrets::mask::mask_url;

/// What is known of an exchange. Without an outcome it has not been sent yet.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// The profile that it was meant for.
    pub profile: Option<Profile>,
    /// What was, or is to be, sent.
    pub sent: RequestRecord,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// What the history knows of this endpoint: exchanges that worked, oldest first.
    pub earlier: Vec<Earlier>,
    /// The ids of the warnings that were shown before sending, and overridden.
    pub overridden: Vec<String>,
    /// The names of the placeholders that stand for values that were sent and taken out afterwards. Any other `{{name}}` was sent as it is.
    pub redacted: Vec<String>,
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
        Self { profile: profile.cloned(), sent: exchange.sent.clone(), outcome: exchange.outcome.clone(), ..Self::default() }
    }

    /// The exchange that it tells of, as if it had started then.
    pub fn exchange(&self, started_at: jiff::Timestamp) -> Exchange {
        let (sent, outcome) = (self.sent.clone(), self.outcome.clone());
        Exchange { sent, outcome, timings: Timings::default(), body_bytes_sent: 0, started_at }
    }

    /// The answer, if one came.
    pub fn answer(&self) -> Option<&Answer> {
        self.outcome.as_ref()?.answer()
    }

    /// Why no answer came, if that is known.
    pub fn failure(&self) -> Option<&NetworkFailure> {
        self.outcome.as_ref()?.failure()
    }

    /// Whether anything is known of the request; an answer can be looked at alone.
    pub fn knows_request(&self) -> bool {
        !self.sent.url.is_empty() || !self.sent.headers.is_empty() || self.sent.body.is_some() || self.sent.parts.is_some()
    }
}
