//! Why a request was not sent, and what a stage of sending ends with.

use crate::model::exchange::NetworkFailure;

/// Why nothing, or not all, was sent, apart from the network's failures, which are part of an [`Exchange`](crate::model::Exchange).
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
    /// It cannot be kept in the history, so it was not sent.
    #[error("it cannot be kept in the history. {0}")]
    NotKept(String),
}

/// What a stage of sending can end with instead of going on.
pub(super) enum EngineError {
    /// An outcome of the exchange.
    Network(NetworkFailure),
    /// No exchange at all.
    Send(SendError),
    /// An answer came that this engine cannot read; the request is one that may be repeated.
    Unreadable,
}

impl EngineError {
    /// Why, in words.
    pub(super) fn words(self) -> String {
        match self {
            Self::Network(failure) => failure.message,
            Self::Send(error) => error.to_string(),
            Self::Unreadable => "the answer cannot be read".to_owned(),
        }
    }
}

impl From<SendError> for EngineError {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}
