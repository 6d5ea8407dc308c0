//! Code that sends the same request: programs that can be run as they are.
//!
//! Each reads secrets from environment variables, follows no redirect (which would turn a POST into a GET), streams files, prints status
//! and answer, and ends with an error on a status of 400 or more.

mod csharp;
mod go;
mod java;
mod javascript;
mod kotlin;
mod literals;
mod php;
mod powershell;
mod python;
mod swift;

use super::template::Script;
use super::written::Written;

/// The languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the labels say it")]
pub enum Language {
    Python,
    JavaScriptNode,
    JavaScriptBrowser,
    CSharp,
    Java,
    Php,
    Go,
    PowerShell,
    Swift,
    Kotlin,
}

/// The program.
pub fn write(script: &Script, language: Language) -> Written {
    let mut written = match language {
        Language::Python => python::write(script),
        Language::JavaScriptNode => javascript::node(script),
        Language::JavaScriptBrowser => javascript::browser(script),
        Language::CSharp => csharp::write(script),
        Language::Java => java::write(script),
        Language::Php => php::write(script),
        Language::Go => go::write(script),
        Language::PowerShell => powershell::write(script),
        Language::Swift => swift::write(script),
        Language::Kotlin => kotlin::write(script),
    };
    if language != Language::JavaScriptBrowser {
        written.notes.extend(script.environment_notes());
    }
    written
}

#[cfg(test)]
mod tests;
