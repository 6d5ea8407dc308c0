//! What a relay is to do.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use crate::model::Network;

/// Changes the JSON of an answer before it is passed back; `None` leaves it as it is. It is told the `Host` that the client asked.
pub type Rewrite = Arc<dyn Fn(&[u8], &str) -> Option<Vec<u8>> + Send + Sync>;

/// Where requests go.
#[derive(Clone, Debug)]
pub enum Destination {
    /// To this server: scheme, host and port, and what its paths begin with.
    Server(String),
    /// Nowhere: each is answered with this status and this JSON.
    Nowhere {
        /// The status.
        status: u16,
        /// The body.
        body: String,
    },
}

/// A certificate of the user's for the relay's own side.
#[derive(Clone, Debug)]
pub struct RelayTls {
    /// A PEM file with the certificate and those behind it.
    pub certificate: PathBuf,
    /// A PEM file with its private key.
    pub key: PathBuf,
}

/// What a relay is to do.
#[derive(Clone)]
pub struct RelayOptions {
    /// The address to listen at.
    pub listen: SocketAddr,
    /// Where requests go.
    pub destination: Destination,
    /// The address that requests are recorded under, in front of their path; the server's own where it is empty.
    pub recorded_as: String,
    /// What a path must begin with, behind its slash. It is taken off before the request goes on.
    pub token: Option<String>,
    /// The certificate to listen with; plain HTTP without.
    pub tls: Option<RelayTls>,
    /// What is changed in answers that are JSON.
    pub rewrite: Option<Rewrite>,
    /// Whether a client that takes the relay for its proxy may reach other hosts through it.
    pub passes_others: bool,
    /// How the server is reached.
    pub network: Network,
}

impl RelayOptions {
    /// What stands in front of a path in the address that a request is recorded with.
    pub(super) fn recorded_base(&self) -> &str {
        match (&self.destination, self.recorded_as.as_str()) {
            (Destination::Server(base), "") => base,
            (_, recorded_as) => recorded_as,
        }
    }
}

/// A relay cannot start.
#[derive(Clone, Debug, thiserror::Error)]
#[error("Starting the relay: {0}")]
pub struct RelayError(pub(super) String);
