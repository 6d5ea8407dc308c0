//! What the history keeps of an exchange, and what it is asked for.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::exchange::{Exchange, FailureKind, Step};
use super::judgement::Judgement;
use super::listed::listed;
use super::profile::Profile;
use super::request_record::RequestRecord;
use super::secrets::mask::mask_url;
use super::secrets::secret::Secret;

listed! {
    /// What an exchange was for. Their order gives their numbers on disk.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum ExchangeKind {
        /// Creating a ticket.
        #[default]
        Create,
        /// Attaching a file to one.
        Upload,
        /// Finding out why something fails.
        Probe,
    }
}

impl ExchangeKind {
    /// Its name as scripts and people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Upload => "upload",
            Self::Probe => "probe",
        }
    }
}

/// A cause as it was said at the time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeptCause {
    /// Its stable id.
    pub id: String,
    /// How sure it was, 0 to 1.
    pub confidence: f64,
    /// What was wrong.
    pub title: String,
    /// What showed it.
    pub evidence: Vec<String>,
    /// What to do.
    pub fix: String,
}

impl HistoryRow {
    /// The line of an exchange that cannot be read.
    pub fn damaged(id: i64) -> Self {
        let said = "This exchange is damaged and cannot be read. The others can; delete it if you do not need it";
        Self { id, cause: ("damaged".to_owned(), said.to_owned()), ..Self::default() }
    }

    /// Whether it was begun and nobody wrote down what came of it: it is under way, or the program ended before it was over.
    pub fn is_open(&self) -> bool {
        self.status.is_none() && self.failure.is_none() && self.cause.0 != "damaged"
    }
}

/// A line of the history's list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HistoryRow {
    /// Its number; a later exchange has a higher one.
    pub id: i64,
    /// When the exchange started.
    pub started_at: Timestamp,
    /// What it was for.
    pub kind: ExchangeKind,
    /// A number that a ticket's create request and its uploads share.
    pub delivery: u64,
    /// The profile's name on disk; empty when there was none.
    pub profile_id: String,
    /// The profile's name then.
    pub profile_name: String,
    /// The method.
    pub method: String,
    /// The address, for eyes.
    pub url: String,
    /// The status, if an answer came.
    pub status: Option<u16>,
    /// What kind of failure it was, if none came.
    pub failure: Option<FailureKind>,
    /// The id and the title of the best cause; empty when there was nothing wrong.
    pub cause: (String, String),
    /// The ticket's id.
    pub ticket: Option<String>,
    /// How many files were, or were to be, attached.
    pub attachments: u32,
    /// The beginning of the payload, or of the parts' names, in one line.
    pub preview: String,
    /// How long it took.
    pub total: Duration,
    /// The user's note.
    pub note: String,
    /// The user's tags, separated by spaces.
    pub tags: String,
    /// Whether it is never dropped by itself.
    pub pinned: bool,
    /// Whether the user marked it as the one that works.
    pub works: bool,
}

impl HistoryRow {
    /// Whether it was carried out: a success status came back, and nothing was found that speaks against it.
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status)) && matches!(self.cause.0.as_str(), "" | "none")
    }
}

/// An exchange as the history has it, to be kept or read back. In memory its secrets stand in clear; on disk a reference stands in
/// their place.
#[derive(Clone, Debug)]
pub struct HistoryRecord {
    /// Its line. Of a record that is yet to be kept, the line says what the exchange does not: what it was for, its delivery, its
    /// profile's name on disk, its ticket and the number of its files. The store makes the rest.
    pub row: HistoryRow,
    /// The profile as it was then; of its API key nothing is kept.
    pub profile: Option<Profile>,
    /// What was sent and what came back. Where a secret is not known any more, its reference stands in its place.
    pub exchange: Exchange,
    /// Its causes as they were said then, best first.
    pub causes: Vec<KeptCause>,
    /// What tells whether another request is the same.
    pub fingerprint: Option<Fingerprint>,
    /// Of a record that is yet to be kept, the secrets that neither the exchange nor its profile shows by its structure, such as values
    /// that a suite says are secret.
    pub secrets: Vec<Secret>,
    /// How many references could not be put back.
    pub missing_secrets: usize,
    /// Length of the sent body in bytes, when more was sent than is read back.
    pub sent_cut: Option<u64>,
    /// Length of the answer's body in bytes, when more came than is read back.
    pub answer_cut: Option<u64>,
}

impl HistoryRecord {
    /// A record to be kept.
    pub fn new(row: HistoryRow, profile: Option<Profile>, exchange: Exchange) -> Self {
        Self {
            row,
            profile,
            exchange,
            causes: Vec::new(),
            fingerprint: None,
            secrets: Vec::new(),
            missing_secrets: 0,
            sent_cut: None,
            answer_cut: None,
        }
    }
}

/// Statuses of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the labels say it")]
pub enum StatusClass {
    NoAnswer,
    Informational,
    Success,
    Redirection,
    ClientError,
    ServerError,
}

impl StatusClass {
    /// Those to choose from.
    pub const ALL: [Self; 5] = [Self::Success, Self::Redirection, Self::ClientError, Self::ServerError, Self::NoAnswer];

    /// The class of an outcome.
    pub fn of(status: Option<u16>) -> Self {
        match status {
            None => Self::NoAnswer,
            Some(..200) => Self::Informational,
            Some(200..300) => Self::Success,
            Some(300..400) => Self::Redirection,
            Some(400..500) => Self::ClientError,
            Some(500..) => Self::ServerError,
        }
    }

    /// Its name as people and scripts read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::NoAnswer => "none",
            Self::Informational => "1xx",
            Self::Success => "2xx",
            Self::Redirection => "3xx",
            Self::ClientError => "4xx",
            Self::ServerError => "5xx",
        }
    }
}

/// Which exchanges to list. An empty one lists all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Words that stand in the URL, the payload, the answer or the note; the last one may be a beginning. Words between quotation
    /// marks stand side by side.
    pub text: String,
    /// The profile's name on disk.
    pub profile: Option<String>,
    /// The class of the status.
    pub status: Option<StatusClass>,
    /// Whether files were attached.
    pub attachments: Option<bool>,
    /// The id of the best cause, or the beginning of one.
    pub cause: Option<String>,
    /// A tag.
    pub tag: Option<String>,
    /// Started then or later.
    pub from: Option<Timestamp>,
    /// Started before then.
    pub before: Option<Timestamp>,
    /// What it was for.
    pub kind: Option<ExchangeKind>,
    /// Leaves out what tools sent to find out something.
    pub without_probes: bool,
    /// Only those that are pinned or marked as working.
    pub pinned: bool,
}

/// How much is kept. Pinned exchanges and those marked as working are kept whatever this says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    /// For how many days; 0 is for ever.
    pub days: u32,
    /// How many exchanges; 0 is any number.
    pub count: u64,
    /// How many MiB on disk; 0 is any size.
    pub mib: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { days: 0, count: 0, mib: 4096 }
    }
}

/// A hash of method, address and payload, without secrets: equal for requests that would create the same ticket twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// The fingerprint of a request. Where the body is JSON, its layout and the order of its members do not count.
    pub fn of(sent: &RequestRecord) -> Self {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        add(&sent.method);
        add(&mask_url(&sent.url));
        let body = sent.body.as_deref().unwrap_or_default();
        match serde_json::from_str::<serde_json::Value>(body) {
            Ok(mut value) => {
                value.sort_all_objects();
                add(&value.to_string());
            }
            Err(_) => add(body),
        }
        for part in sent.parts.iter().flatten() {
            add(&format!("{}\n{:?}\n{:?}", part.name, part.filename, part.content.size));
        }
        Self(hash.finalize().into())
    }
}

/// Whether it is unknown what the server did with the request: it may have created the ticket though no success came back, or a success
/// that says nothing.
pub fn is_outcome_unknown(exchange: &Exchange) -> bool {
    match (exchange.answer(), exchange.failure()) {
        (Some(answer), _) => {
            matches!(answer.status, 202 | 408 | 500..=599)
                || answer.is_cut_off && answer.status < 300
                // What the answer to an upload holds is not documented.
                || exchange.sent.parts.is_none() && answer.judgement() == Judgement::Unknown
        }
        (None, Some(failure)) => {
            let went_out = matches!(failure.step, Some(Step::Wait | Step::Receive | Step::Send) | None);
            went_out
                && matches!(failure.kind, FailureKind::Timeout | FailureKind::Reset | FailureKind::Protocol | FailureKind::Other)
        }
        // It was begun, and nobody wrote down how it ended.
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(url: &str, body: &str) -> RequestRecord {
        RequestRecord { method: "POST".into(), url: url.into(), body: Some(body.into()), ..RequestRecord::default() }
    }

    #[test]
    fn fingerprints_by_table() {
        let first = sent("https://h/x?apiKey=a", r#"{"a": 1, "b": [1, 2]}"#);
        for (other, equal) in [
            (sent("https://h/x?apiKey=other", r#"{"b":[1,2],"a":1}"#), true),
            (sent("https://h/x?apiKey=a", r#"{"b":[2,1],"a":1}"#), false),
            (sent("https://h/y?apiKey=a", r#"{"a": 1, "b": [1, 2]}"#), false),
            (sent("https://h/x?apiKey=a", r#"{"a": 1, "b": [1, 2]"#), false),
        ] {
            assert_eq!(Fingerprint::of(&first) == Fingerprint::of(&other), equal, "{other:?}");
        }
    }

    #[test]
    fn status_classes_cover_every_status() {
        for (status, class) in
            [(None, "none"), (Some(100), "1xx"), (Some(201), "2xx"), (Some(302), "3xx"), (Some(404), "4xx"), (Some(999), "5xx")]
        {
            assert_eq!(StatusClass::of(status).label(), class);
        }
    }
}
