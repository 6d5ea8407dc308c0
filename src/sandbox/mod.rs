//! The embedded server: a twin of the External Source that a profile describes, on 127.0.0.1 alone.

use std::net::SocketAddr;

use crate::model::{Profile, Secret};

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
    addr: SocketAddr,
}

/// The shape of a success answer; Centercode documents only that it names an endpoint per file element, without the project key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Absolute addresses with an empty project key, as an object by parameter.
    #[default]
    EmptyKey,
}

/// Ways for a server, or what stands before it, to misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 401.
    Unauthorized,
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
    /// Bytes of its body.
    pub body_size: u64,
    /// SHA-256 of its body, in lower-case hex.
    pub body_sha256: String,
    /// The beginning of a body that is no multipart body.
    pub body_text: String,
    /// The parts of a multipart body.
    pub parts: Vec<LogPart>,
    /// The status that it was answered with; 0 when the connection was cut.
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
        Err(StartError { port: options.port, reason: String::new() })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The sources that it plays, with its own address and API key in them.
    pub fn profiles(&self) -> Vec<Profile> {
        Vec::new()
    }

    /// Plays another set of sources. Their keys are taken as they are.
    pub fn set_profiles(&self, profiles: Vec<Profile>) {
        let _ = profiles;
    }

    /// Answers in another shape from now on.
    pub fn set_shape(&self, shape: Shape) {
        let _ = shape;
    }

    /// Has another fault, or none, from now on.
    pub fn set_fault(&self, fault: Option<Fault>) {
        let _ = fault;
    }

    /// What it received, oldest first; the newest few hundred are kept.
    pub fn log(&self) -> Vec<LogEntry> {
        Vec::new()
    }
}

impl Shape {
    /// Every shape.
    pub const ALL: &[Self] = &[Self::EmptyKey];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::EmptyKey => "empty-key",
        }
    }

    /// What it is, in a few words.
    pub fn label(self) -> &'static str {
        match self {
            Self::EmptyKey => "absolute, with an empty project key",
        }
    }
}

impl Fault {
    /// Every fault.
    pub const ALL: &[Self] = &[Self::Unauthorized];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unauthorized => "401",
        }
    }

    /// What it does, in a few words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Unauthorized => "answers 401 Unauthorized",
        }
    }
}

/// The profile that a first start shows: every kind of field, two file elements. Address and API key are for the sandbox to fill.
pub fn example_profile() -> Profile {
    Profile { name: "Sandbox".into(), api_key: Secret::default(), ..Profile::default() }
}
