//! What is to be relayed, and where to.

use std::net::SocketAddr;

use super::habits::Habits;
use crate::model::hex::hex;
use crate::model::{Network, Profile};
use crate::transport::relay::RelayTls;

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayTarget {
    /// To the profile's own server.
    Profile,
    /// To a twin of the profile that runs inside this program: nothing reaches Centercode.
    Sandbox,
    /// To another server, by its address.
    Server(String),
    /// Nowhere: each is answered with this status.
    Capture {
        /// The status.
        status: u16,
    },
}

/// A relay that is to be started.
#[derive(Clone, Debug)]
pub struct RelayOrder {
    /// The address to listen at.
    pub listen: SocketAddr,
    /// Where requests go.
    pub target: RelayTarget,
    /// The profile that they are checked against.
    pub profile: Profile,
    /// The profile's name on disk; empty when it is not saved.
    pub profile_id: String,
    /// What paths begin with for those who may use it; `None` where everybody who reaches it may.
    pub token: Option<String>,
    /// The certificate to listen with; plain HTTP without.
    pub tls: Option<RelayTls>,
    /// Whether attachment endpoints in answers are changed so that uploads pass here too.
    pub rewrites: bool,
    /// How the server is reached.
    pub network: Network,
    /// What the system used to send.
    pub habits: Habits,
}

impl RelayOrder {
    /// The access token that those need who are not on this computer; none where nobody else can reach the relay.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn token_for(listen: SocketAddr) -> Result<Option<String>, String> {
        if listen.ip().is_loopback() {
            return Ok(None);
        }
        let mut random = [0; 12];
        getrandom::fill(&mut random).map_err(|error| format!("Starting the relay: making an access token: {error}"))?;
        Ok(Some(hex(&random)))
    }

    /// The address of the server that requests reach; empty where they reach none.
    pub fn server(&self) -> &str {
        match &self.target {
            RelayTarget::Profile => &self.profile.base_url,
            RelayTarget::Server(address) => address,
            RelayTarget::Sandbox | RelayTarget::Capture { .. } => "",
        }
    }
}
