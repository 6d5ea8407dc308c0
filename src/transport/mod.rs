//! Sends requests and uploads. The only user of reqwest.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio_util::sync::CancellationToken;

use crate::model::{Exchange, Network, Request};

/// Counters that a sender writes and a window reads.
#[derive(Debug, Default)]
pub struct Progress {
    sent: AtomicU64,
    total: AtomicU64,
    received: AtomicU64,
}

impl Progress {
    /// Bytes of the request's body that went out.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
    /// Bytes of the request's body in all.
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }
    /// Bytes of the answer's body that came.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }
}

/// Why nothing, or not all, was sent, apart from the network's failures, which are part of an [`Exchange`].
/// No text holds the API key.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The user stopped it.
    #[error("cancelled")]
    Cancelled,
    /// The address, a header or the method cannot be put on the wire.
    #[error("{0}")]
    Unsendable(String),
    /// A setting cannot be used: the CA file, the proxy's address.
    #[error("{0}")]
    Setting(String),
    /// A file is not, or no longer, what was picked.
    #[error("{0}")]
    File(String),
}

/// Sends a request and reads its answer. A network failure is an outcome, not an error.
pub async fn send(
    request: &Request,
    network: &Network,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Exchange, SendError> {
    let _ = (request, network, progress, cancel);
    Err(SendError::Cancelled)
}
