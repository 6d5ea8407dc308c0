//! What a relay tells.

use std::net::SocketAddr;

use tokio::sync::{OwnedSemaphorePermit, mpsc};

use crate::model::Exchange;

/// A request that was passed on, and what came back.
#[derive(Clone, Debug)]
pub struct RelayedExchange {
    /// Counts from 1, in the order in which they came.
    pub number: u64,
    /// Who sent it.
    pub client: SocketAddr,
    /// The exchange, as far as it was recorded.
    pub exchange: Exchange,
    /// What is to be said of it, a sentence without a full stop each.
    pub remarks: Vec<String>,
}

/// What happened, with exchanges as an `E`.
#[derive(Clone, Debug)]
pub enum RelayEvent<E = RelayedExchange> {
    /// An exchange is over.
    Exchange(Box<E>),
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

impl<E> RelayEvent<E> {
    /// The same with another exchange.
    pub fn map<F>(self, change: impl FnOnce(E) -> F) -> RelayEvent<F> {
        match self {
            Self::Exchange(exchange) => RelayEvent::Exchange(Box::new(change(*exchange))),
            Self::PassedBy { client, host } => RelayEvent::PassedBy { client, host },
            Self::Refused { client, reason } => RelayEvent::Refused { client, reason },
        }
    }
}

/// What a relay tells in turn.
#[derive(Clone, Debug)]
pub enum RelayStep {
    /// A request goes out now: its head, without an outcome. An exchange of the same number follows unless the program ends.
    Begun(Box<RelayedExchange>),
    /// Something is over.
    Over(RelayEvent),
}

/// A step with the room that it takes while it waits.
pub(super) type Waiting = (RelayStep, OwnedSemaphorePermit);

/// What a relay told and nobody took yet.
#[derive(Debug)]
pub struct RelayEvents(pub(super) mpsc::Receiver<Waiting>);

impl RelayEvents {
    /// The next steps, at least one and at most so many; none once the relay has stopped and everything was taken.
    pub async fn next(&mut self, most: usize) -> Vec<RelayStep> {
        let mut waiting = Vec::new();
        self.0.recv_many(&mut waiting, most).await;
        waiting.into_iter().map(|(step, _)| step).collect()
    }
}
