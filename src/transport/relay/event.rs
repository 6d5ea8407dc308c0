//! What a relay tells.

use std::net::SocketAddr;

use crate::model::Exchange;

/// A request that was passed on, and what came back.
#[derive(Clone, Debug)]
pub struct RelayedExchange {
    /// Counts from 1.
    pub number: u64,
    /// Who sent it.
    pub client: SocketAddr,
    /// The exchange, as far as it was recorded.
    pub exchange: Exchange,
    /// What is to be said of it, a sentence without a full stop each.
    pub remarks: Vec<String>,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum RelayEvent {
    /// An exchange is over.
    Exchange(Box<RelayedExchange>),
    /// An encrypted tunnel or a request to another host was passed on, without being looked into.
    PassedBy {
        /// Who asked for it.
        client: SocketAddr,
        /// `host:port`.
        host: String,
    },
    /// Something was not passed on.
    Refused {
        /// Who sent it.
        client: SocketAddr,
        /// Why, in a sentence without a full stop.
        reason: String,
    },
}
