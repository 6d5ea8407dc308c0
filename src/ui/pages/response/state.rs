//! What was sent, and what came of it so far.

use std::cell::OnceCell;
use std::ops::Deref;
use std::time::Instant;

use crate::diagnosis::Cause;
use crate::jobs::JobId;
use crate::model::attachment::AttachmentEndpoint;
use crate::model::draft::Attachment;
use crate::model::json_text;
use crate::model::secrets::collect::secrets_in_exchange;
use crate::model::ticket_link::ticket_link;
use crate::model::{Exchange, Profile};
use crate::service::order::Delivery;
use crate::service::report::{DeliveryReport, UploadResult};

/// Something that was sent: a ticket and the files attached to it, or one file for a ticket that existed before.
pub struct DeliveryView {
    /// The job that sends it.
    pub job: JobId,
    /// What was ordered, to send parts of it again.
    pub delivery: Delivery,
    /// Whether it is a file for a ticket that existed before. Then the exchange is the file's, and no ticket comes of it.
    pub is_upload: bool,
    /// When it was started.
    pub started_at: jiff::Timestamp,
    /// When it was started, for durations.
    pub started: Instant,
    /// The create request's exchange, once it is over.
    pub exchange: Option<Judged>,
    /// Its causes, best first.
    pub causes: Vec<Cause>,
    /// The attachment endpoints that the answer named.
    pub endpoints: Vec<AttachmentEndpoint>,
    /// The files.
    pub uploads: Vec<UploadView>,
    /// How it ended.
    pub report: Option<DeliveryReport>,
    /// What became of it in one sentence, once it was asked for: to say it reads the answer. Taken away with each change.
    pub summary: OnceCell<String>,
    /// Problems that were known when it was sent anyway.
    pub overridden: Vec<Cause>,
    /// Its number in the history, once the create request is in it.
    pub kept: Option<i64>,
}

/// A file of a delivery.
pub struct UploadView {
    /// The file.
    pub attachment: Attachment,
    /// The job that sends it, and its number in that job.
    pub job: (JobId, usize),
    /// How far it is.
    pub stage: UploadStage,
    /// Speed and stalls, measured while it runs.
    pub pace: Pace,
}

/// How far an upload is.
#[derive(Debug)]
pub enum UploadStage {
    /// It has not begun.
    Waiting,
    /// Bytes go out.
    Running,
    /// It is over.
    Ended {
        /// What came of it.
        result: Box<UploadResult>,
        /// Whether the server took the file.
        is_attached: bool,
        /// The causes of a failure, best first.
        causes: Vec<Cause>,
    },
}

impl UploadStage {
    /// An upload that is over.
    pub fn ended(result: Box<UploadResult>, causes: Vec<Cause>) -> Self {
        Self::Ended { is_attached: result.is_success(), result, causes }
    }
}

/// An exchange, whether it was carried out, and its secrets: to find that out reads the answer, which is too much for each frame.
pub struct Judged {
    exchange: Exchange,
    is_accepted: bool,
    meaning: String,
    ticket_link: Option<String>,
    secrets: Vec<String>,
}

impl Judged {
    /// An exchange with a profile, whose own parameters are feedback, whatever they are called.
    pub fn of(exchange: Exchange, profile: Option<&Profile>) -> Self {
        let is_accepted = exchange.is_accepted();
        let is_feedback = |name: &str| profile.is_some_and(|profile| profile.is_parameter(name));
        let secrets = secrets_in_exchange(&exchange.sent, exchange.answer(), &is_feedback);
        Self {
            is_accepted,
            meaning: exchange.meaning(),
            ticket_link: is_accepted.then(|| link_in(&exchange)).flatten(),
            secrets: secrets.iter().map(|secret| secret.reveal().to_owned()).collect(),
            exchange,
        }
    }

    /// What must not be shown of it, in whatever form an answer may echo it.
    pub fn secrets(&self) -> &[String] {
        &self.secrets
    }

    /// Whether the ticket was created or the file taken.
    pub fn is_accepted(&self) -> bool {
        self.is_accepted
    }

    /// What the answer means, in one sentence without a full stop; empty if there is none.
    pub fn meaning(&self) -> &str {
        &self.meaning
    }

    /// The page of the ticket that was created, if the answer names it.
    pub fn ticket_link(&self) -> Option<&str> {
        self.ticket_link.as_deref()
    }
}

/// An answer that is longer does not tell of one ticket alone.
const LONGEST: usize = 256 * 1024;

fn link_in(exchange: &Exchange) -> Option<String> {
    let answer = exchange.answer().filter(|answer| answer.body.len() <= LONGEST)?;
    ticket_link(&json_text::read::<serde_json::Value>(&answer.text()).ok()?)
}

impl From<Exchange> for Judged {
    fn from(exchange: Exchange) -> Self {
        Self::of(exchange, None)
    }
}

impl Deref for Judged {
    type Target = Exchange;

    fn deref(&self) -> &Exchange {
        &self.exchange
    }
}

/// The speed of an upload, over the last few seconds.
#[derive(Debug, Default)]
pub struct Pace {
    /// Times and bytes sent by then, oldest first.
    pub samples: std::collections::VecDeque<(Instant, u64)>,
}

impl DeliveryView {
    /// What became of it in one sentence, once it is over.
    pub fn summary(&self) -> Option<&str> {
        let report = self.report.as_ref()?;
        Some(self.summary.get_or_init(|| report.summary()))
    }

    /// Whether nothing more will happen to it by itself.
    pub fn is_over(&self) -> bool {
        (self.is_upload || self.report.is_some())
            && self.uploads.iter().all(|upload| matches!(upload.stage, UploadStage::Ended { .. }))
    }
}

impl Pace {
    /// Takes a reading. Only the last five seconds count.
    pub fn sample(&mut self, now: Instant, sent: u64) {
        self.samples.push_back((now, sent));
        while self.samples.front().is_some_and(|(at, _)| now.duration_since(*at).as_secs_f64() > 5.0) {
            self.samples.pop_front();
        }
    }

    /// Bytes per second; `None` before there is enough to tell.
    pub fn bytes_per_second(&self) -> Option<f64> {
        let ((first, from), (last, to)) = (self.samples.front()?, self.samples.back()?);
        let seconds = last.duration_since(*first).as_secs_f64();
        (seconds > 0.25).then(|| to.saturating_sub(*from) as f64 / seconds)
    }

    /// Whether nothing has moved for so long that it is worth saying.
    pub fn is_stalled(&self) -> bool {
        match (self.samples.front(), self.samples.back()) {
            (Some((first, from)), Some((last, to))) => from == to && last.duration_since(*first).as_secs_f64() > 3.0,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exchange::Timings;
    use crate::model::profile::Field;
    use crate::model::{Answer, Outcome, RequestRecord};

    #[test]
    fn secrets_of_bodies_and_answers_are_not_shown() {
        let body = r#"{"summary": "crash", "client_secret": "Zx81-hidden-1", "pin_code": "a b c"}"#;
        let sent = RequestRecord {
            url: "https://h/x?apiKey=key-of-the-url".into(),
            body: Some(body.into()),
            ..RequestRecord::default()
        };
        let headers = vec![("Set-Cookie".to_owned(), "sid=cookie-value-1".to_owned())];
        let outcome = Some(Outcome::Answer(Answer { status: 400, headers, ..Answer::default() }));
        let timings = Timings::default();
        let exchange = Exchange { sent, outcome, timings, body_bytes_sent: 0, started_at: jiff::Timestamp::UNIX_EPOCH };
        let field = Field { parameter: "client_secret".into(), ..Field::default() };
        let profile = Profile { fields: vec![field], ..Profile::default() };
        for (profile, is_hidden) in [(None, true), (Some(&profile), false)] {
            let judged = Judged::of(exchange.clone(), profile);
            let hides = |secret: &str| judged.secrets().iter().any(|known| known == secret);
            assert!(hides("key-of-the-url") && hides("cookie-value-1"));
            assert_eq!(hides("Zx81-hidden-1"), is_hidden);
        }
    }
}
