//! A running sandbox, as its owner sees it.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::fault::Fault;
use super::log_entry::LogEntry;
use super::options::Options;
use super::serve;
use super::shape::Shape;
use super::state::State;
use crate::model::hex::hex;
use crate::model::{Profile, Secret};

/// A running sandbox; it stops when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Sandbox {
    state: Arc<State>,
    _stop: Arc<DropGuard>,
}

/// Why a sandbox could not start.
#[derive(Debug, thiserror::Error)]
#[error("Starting the sandbox on 127.0.0.1:{port}: {reason}")]
pub struct StartError {
    /// The port that was asked for.
    pub port: u16,
    /// What the system said.
    pub reason: String,
}

impl Sandbox {
    /// Starts a sandbox on the running tokio runtime.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let failed = |reason: String| StartError { port: options.port, reason };
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).map_err(|error| failed(error.to_string()))?;
        let key = Secret::new(hex(&random));
        // Only this machine reaches a loopback address, whatever its firewall lets through.
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await.map_err(|error| failed(error.to_string()))?;
        let addr: SocketAddr = listener.local_addr().map_err(|error| failed(error.to_string()))?;
        let state = Arc::new(State::new(addr, key, options));
        let stop = CancellationToken::new();
        tokio::spawn(serve::accept(listener, Arc::clone(&state), stop.clone()));
        Ok(Self { state, _stop: Arc::new(stop.drop_guard()) })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        self.state.base_url()
    }

    /// The sources that it plays, with its own address and API key in them.
    pub fn profiles(&self) -> Vec<Profile> {
        self.state.profiles().to_vec()
    }

    /// Plays another set of sources; an empty one is [`super::example_profile`]. Their keys are taken as they are, but an empty API key
    /// becomes the sandbox's own.
    pub fn set_profiles(&self, profiles: Vec<Profile>) {
        self.state.set_profiles(profiles);
    }

    /// The shape that it answers in.
    pub fn shape(&self) -> Shape {
        self.state.shape()
    }

    /// Answers in another shape from now on.
    pub fn set_shape(&self, shape: Shape) {
        self.state.set_shape(shape);
    }

    /// The fault that it has.
    pub fn fault(&self) -> Option<Fault> {
        self.state.fault()
    }

    /// Has another fault, or none, from now on.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.state.set_fault(fault);
    }

    /// What it received, oldest first; the newest few hundred are kept.
    pub fn log(&self) -> Vec<LogEntry> {
        self.state.log()
    }

    /// Grows with every entry of the log: as long as it is the same, so is the log.
    pub fn revision(&self) -> u64 {
        self.state.revision()
    }

    /// Calls this after every new log entry, on a thread of the runtime; it must not block.
    pub fn set_on_change(&self, on_change: Arc<dyn Fn() + Send + Sync>) {
        self.state.set_on_change(on_change);
    }
}
