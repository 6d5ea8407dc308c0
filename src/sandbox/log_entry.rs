//! What the log says of a request.

use crate::model::multipart::{Part, Recorded};

/// A request that the sandbox received.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct LogEntry {
    /// Counts from 1.
    pub number: u64,
    /// When it came, as RFC 3339.
    pub at: String,
    /// Its method.
    pub method: String,
    /// Path and query, the API key masked.
    pub target: String,
    /// Its headers, secrets masked.
    pub headers: Vec<(String, String)>,
    /// Bytes of its body that were read.
    pub body_size: u64,
    /// SHA-256 of what was read of its body, in lower-case hex.
    pub body_sha256: String,
    /// The beginning of a body that is not a multipart body.
    pub body_text: String,
    /// The parts of a multipart body.
    pub parts: Vec<Part<Recorded>>,
    /// The status that it was answered with; 0 when it got no answer.
    pub status: u16,
    /// Which rule answered, in words.
    pub rule: String,
}
