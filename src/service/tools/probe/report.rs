//! The parts of an address, the probes that ask about them, and what follows from their answers.

use crate::diagnosis::Cause;
use crate::model::{Exchange, Request};

/// A part of an address that can be right or wrong by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum AddressPart {
    Host,
    Path,
    Project,
    Source,
    ApiKey,
}

impl AddressPart {
    /// Its name in a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Path => "path",
            Self::Project => "project key",
            Self::Source => "source key",
            Self::ApiKey => "API key",
        }
    }
}

/// What a probe asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProbeKind {
    /// The host's front page.
    Host,
    /// OPTIONS of the path.
    Options,
    /// GET of the path.
    Get,
    /// The address with an empty body: what the others are held against.
    Empty,
    /// The address with `[]`.
    List,
    /// The address with broken JSON.
    Broken,
    /// The address with a part made up.
    MadeUp(AddressPart),
    /// The address without an API key.
    NoKey,
    /// The address with the profile's part; for [`AddressPart::Path`] the profile's whole address.
    Profile(AddressPart),
}

/// One harmless request.
#[derive(Clone, Debug)]
pub struct Probe {
    /// What it asks.
    pub kind: ProbeKind,
    /// The same in words, as in "a source key that is made up".
    pub asks: String,
    /// What is sent.
    pub request: Request,
}

/// A probe and what came of it.
#[derive(Clone, Debug)]
pub struct ProbeAnswer {
    /// The probe.
    pub probe: Probe,
    /// Its exchange, or why it was not sent.
    pub exchange: Result<Box<Exchange>, String>,
}

/// What is known of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartVerdict {
    /// It is right.
    Right,
    /// It does not fit.
    Wrong,
    /// It cannot be told from outside.
    CannotTell,
    /// Nothing came so far.
    NotReached,
}

impl PartVerdict {
    /// What it is called in a table.
    pub fn label(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::CannotTell => "cannot be told",
            Self::NotReached => "not reached",
        }
    }
}

/// What follows for one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conclusion {
    /// The part.
    pub part: AddressPart,
    /// What is known of it.
    pub verdict: PartVerdict,
    /// Why, in words without a full stop.
    pub words: String,
}

/// What came of probing.
#[derive(Clone, Debug)]
pub struct ProbeReport {
    /// The probes in order, with their answers.
    pub answers: Vec<ProbeAnswer>,
    /// What follows for each part.
    pub conclusions: Vec<Conclusion>,
    /// Everything in one sentence without a full stop.
    pub summary: String,
    /// What the rules say of the address without any probe, as before sending.
    pub known: Vec<Cause>,
    /// What else is worth knowing: why the probing ended early, what was not tried.
    pub notes: Vec<String>,
}

impl ProbeReport {
    /// Whether every part is right.
    pub fn is_right(&self) -> bool {
        self.conclusions.iter().all(|conclusion| conclusion.verdict == PartVerdict::Right)
    }
}
