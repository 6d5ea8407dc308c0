//! The embedded server: a twin of the External Source that a profile describes, on 127.0.0.1 alone.
//!
//! A request goes through `serve` (connections), `handle` (what is asked, and the fault), `receive` (the body, never held if it is
//! a file) and `answer` (the rules of External Sources).

mod answer;
mod example;
mod fault;
mod handle;
mod misbehave;
mod receive;
mod reply;
mod serve;
mod shape;
mod state;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::model::{Profile, Secret};
use state::State;

pub use example::{example_payload, example_profile};
pub use fault::Fault;
pub use shape::Shape;

/// What a sandbox is started with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The port; 0 lets the system pick one.
    pub port: u16,
    /// The sources that it plays, by their keys. Empty: [`example_profile`].
    pub profiles: Vec<Profile>,
    /// The shape of its success answers.
    pub shape: Shape,
    /// The fault that it has.
    pub fault: Option<Fault>,
}

/// A running sandbox; it stops when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Sandbox {
    state: Arc<State>,
    _stop: Arc<DropGuard>,
}

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
    /// The beginning of a body that is no multipart body.
    pub body_text: String,
    /// The parts of a multipart body.
    pub parts: Vec<LogPart>,
    /// The status that it was answered with; 0 when it got no answer.
    pub status: u16,
    /// Which rule answered, in words.
    pub rule: String,
}

/// A part of a multipart body that the sandbox received.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct LogPart {
    /// The form-data name.
    pub name: String,
    /// The file name as it came.
    pub filename: Option<String>,
    /// Its Content-Type.
    pub content_type: Option<String>,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256, in lower-case hex.
    pub sha256: String,
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
        let key = Secret::new(receive::hex(&random));
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

    /// Plays another set of sources; an empty one is [`example_profile`]. Their keys are taken as they are, but an empty API key
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
