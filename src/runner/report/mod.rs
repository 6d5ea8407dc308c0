//! Reports of a run, for programs and for people.

mod junit;
mod page;

use super::result::RunResult;
use crate::formats::document;
use crate::model::listed::listed;

listed! {
    /// The kinds of reports.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ReportKind {
        /// For CI servers.
        Junit,
        /// A page with charts.
        Html,
        /// Everything, for programs.
        Json,
        /// For a ticket.
        Markdown,
    }
}

impl ReportKind {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Junit => "junit",
            Self::Html => "html",
            Self::Json => "json",
            Self::Markdown => "markdown",
        }
    }

    /// Its name as people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Junit => "JUnit",
            Self::Html => "HTML",
            Self::Json => "JSON",
            Self::Markdown => "Markdown",
        }
    }

    /// The ending of its file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Junit => "xml",
            Self::Html => "html",
            Self::Json => "json",
            Self::Markdown => "md",
        }
    }

    /// The report.
    pub fn write(self, run: &RunResult) -> String {
        match self {
            Self::Junit => junit::write(run),
            Self::Html => document::html(&page::page(run)),
            // Numbers, texts and lists always serialise.
            Self::Json => serde_json::to_string_pretty(run).unwrap_or_default() + "\n",
            Self::Markdown => document::markdown(&page::page(run)),
        }
    }
}
