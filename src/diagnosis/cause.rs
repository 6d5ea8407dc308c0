//! A *cause*: what is wrong, how sure that is, what shows it, and what to do.

use std::ops::Range;

use super::cause_id::CauseId;
use super::certainty::Confidence;

/// Why an exchange failed, or will.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// Which cause it is.
    pub id: CauseId,
    /// How sure that is.
    pub confidence: Confidence,
    /// What is wrong, in one sentence without a full stop.
    pub title: String,
    /// What shows it.
    pub evidence: Vec<Fact>,
    /// What to do, in words.
    pub advice: String,
    /// What the app can do itself.
    pub fixes: Vec<Fix>,
}

/// One located fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The fact in words, as in `sent "appcrashlogs"`. Holds no API key.
    pub text: String,
    /// Where it is to be seen.
    pub place: Option<FactPlace>,
}

/// Where a fact is to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactPlace {
    /// A span of the request's URL, in bytes.
    Url(Range<usize>),
    /// A header of the request.
    RequestHeader(String),
    /// A span of the request's body, in bytes.
    Body(Range<usize>),
    /// A parameter of the payload, sent or missing.
    Parameter(String),
    /// A part of the multipart body, by index.
    Part(usize),
    /// The answer's status.
    AnswerStatus,
    /// A header of the answer.
    AnswerHeader(String),
    /// A span of the answer's text, in bytes.
    AnswerBody(Range<usize>),
    /// A rule of the profile, named as the profile file names it.
    Profile(String),
    /// An earlier exchange that worked, by its index in the case.
    Earlier(usize),
}

/// A fix that the app can make in the draft; each can be undone.
#[derive(Clone, Debug, PartialEq)]
pub enum Fix {
    /// Use the profile's host.
    UseProfileHost,
    /// Use the profile's project key.
    UseProfileProjectKey,
    /// Use the profile's External Source key.
    UseProfileSourceKey,
    /// Use the profile's API key.
    UseProfileApiKey,
    /// Use another text as the project key.
    SetProjectKey(String),
    /// Use another text as the External Source key.
    SetSourceKey(String),
    /// Take spaces and invisible characters out of every part of the address.
    CleanAddress,
    /// Use https.
    UseHttps,
    /// Use the host and the keys of an address that a server named. The API key stays; the address holds none.
    UseAddress(String),
    /// Set a parameter of the payload.
    SetParameter {
        /// The parameter.
        parameter: String,
        /// Its value.
        value: serde_json::Value,
    },
    /// Give a parameter its mapped name, keeping its value.
    RenameParameter {
        /// As it was sent.
        from: String,
        /// As it is mapped.
        to: String,
    },
    /// Put the cursor into a parameter's widget, where only the user knows the value.
    FocusParameter(String),
    /// Replace the whole JSON text.
    ReplaceBody(String),
    /// Set a header of the request.
    SetHeader {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
}

impl Fix {
    /// What a button for it says.
    pub fn label(&self) -> String {
        match self {
            Self::UseProfileHost => "Use the profile's host".into(),
            Self::UseProfileProjectKey => "Use the profile's project key".into(),
            Self::UseProfileSourceKey => "Use the profile's source key".into(),
            Self::UseProfileApiKey => "Use the profile's API key".into(),
            Self::SetProjectKey(key) => format!("Use \"{key}\" as project key"),
            Self::SetSourceKey(key) => format!("Use \"{key}\" as source key"),
            Self::CleanAddress => "Take the invisible characters out".into(),
            Self::UseHttps => "Use https".into(),
            Self::UseAddress(_) => "Use this address".into(),
            Self::SetParameter { parameter, value } => format!("Set {parameter} to {value}"),
            Self::RenameParameter { from, to } => format!("Rename {from} to {to}"),
            Self::FocusParameter(parameter) => format!("Go to {parameter}"),
            Self::ReplaceBody(_) => "Use the corrected JSON".into(),
            Self::SetHeader { name, value } => format!("Send {name}: {value}"),
        }
    }
}

impl Cause {
    /// A cause of which nothing more is said yet.
    pub(super) fn new(id: CauseId, confidence: Confidence, title: impl Into<String>) -> Self {
        Self { id, confidence, title: title.into(), evidence: Vec::new(), advice: id.advice().to_owned(), fixes: Vec::new() }
    }

    /// With something that shows it.
    pub(super) fn fact(mut self, text: impl Into<String>, place: impl Into<Option<FactPlace>>) -> Self {
        self.evidence.push(Fact { text: text.into(), place: place.into() });
        self
    }

    /// With what to do.
    pub(super) fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }

    /// With a fix that the app can make.
    pub(super) fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }
}
