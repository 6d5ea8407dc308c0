//! One line of a check: a part of the request beside what is expected of it.

use std::ops::Range;

use crate::diagnosis::cause::Cause;

/// One line of the comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckRow {
    /// What of the request it is about.
    pub part: CheckPart,
    /// Its name as people read it: `Source key`, `Content-Type`, a parameter's own name.
    pub name: String,
    /// What was sent, secrets masked and long values cut; `None` when it was not sent.
    pub sent: Option<String>,
    /// What the profile or Centercode's guide expects, in words; `None` when nothing is known of it.
    pub expected: Option<String>,
    /// How it stands.
    pub status: CheckStatus,
    /// What is wrong with it, with its evidence, what to do and what the app can mend; empty when nothing is.
    pub problems: Vec<Cause>,
    /// Its place in the request's URL, in bytes, for the rows of the address that are there.
    pub span: Option<Range<usize>>,
}

/// What of a request a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum CheckPart {
    Method,
    Scheme,
    Host,
    Port,
    /// The whole path, or the part of it that every endpoint has.
    Path,
    ProjectKey,
    SourceKey,
    /// Another segment of the path.
    Segment,
    ApiKey,
    /// Another pair of the query.
    Query,
    Header,
    Body,
    Parameter,
    /// A part of a multipart body.
    FormPart,
}

impl CheckPart {
    /// The heading that rows of this part stand under.
    pub fn group(self) -> &'static str {
        match self {
            Self::Header => "Headers",
            Self::Body | Self::Parameter | Self::FormPart => "Payload",
            _ => "Address",
        }
    }

    /// The part's name in JSON, which stays as it is.
    pub fn id(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Scheme => "scheme",
            Self::Host => "host",
            Self::Port => "port",
            Self::Path => "path",
            Self::ProjectKey => "project_key",
            Self::SourceKey => "source_key",
            Self::Segment => "segment",
            Self::ApiKey => "api_key",
            Self::Query => "query",
            Self::Header => "header",
            Self::Body => "body",
            Self::Parameter => "parameter",
            Self::FormPart => "form_part",
        }
    }
}

/// What stands in the place of something that the record does not hold.
pub const NOT_RECORDED: &str = "not recorded";

/// How a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckStatus {
    /// As expected.
    Fine,
    /// There is nothing to hold it against, or it does not matter.
    NotChecked,
    /// It is sent in vain: Centercode has nothing that takes it.
    Ignored,
    /// It may be wrong.
    Doubtful,
    /// It is wrong.
    Wrong,
}

impl CheckStatus {
    /// One word for a table.
    pub fn label(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::NotChecked => "-",
            Self::Ignored => "ignored",
            Self::Doubtful => "check",
            Self::Wrong => "wrong",
        }
    }
}

impl CheckRow {
    /// A row that is as expected until a cause says otherwise.
    pub(super) fn new(part: CheckPart, name: impl Into<String>, sent: Option<String>, expected: Option<String>) -> Self {
        let status = if expected.is_some() { CheckStatus::Fine } else { CheckStatus::NotChecked };
        Self { part, name: name.into(), sent, expected, status, problems: Vec::new(), span: None }
    }

    /// Whether the record leaves out what this row is about, so that it could not be checked.
    pub fn is_left_out(&self) -> bool {
        self.status == CheckStatus::NotChecked && self.sent.is_none() && self.expected.is_some()
    }

    pub(super) fn at(mut self, span: &Range<usize>) -> Self {
        self.span = Some(span.clone());
        self
    }
}
