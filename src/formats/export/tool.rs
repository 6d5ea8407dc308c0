//! What requests can be written for.

use super::snippets::Language;
use super::template::Script;
use super::written::Written;
use super::{curl, har, http, hurl, link, postman, snippets};

/// A tool or a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the labels say it")]
pub enum Tool {
    CurlBash,
    CurlCmd,
    CurlPowerShell,
    Http,
    Har,
    Postman,
    Hurl,
    Link,
    Code(Language),
}

impl Tool {
    /// Every tool, in the order of a pick list.
    pub const ALL: [Self; 18] = [
        Self::CurlBash,
        Self::CurlCmd,
        Self::CurlPowerShell,
        Self::Http,
        Self::Har,
        Self::Postman,
        Self::Hurl,
        Self::Link,
        Self::Code(Language::Python),
        Self::Code(Language::JavaScriptNode),
        Self::Code(Language::JavaScriptBrowser),
        Self::Code(Language::CSharp),
        Self::Code(Language::Java),
        Self::Code(Language::Php),
        Self::Code(Language::Go),
        Self::Code(Language::PowerShell),
        Self::Code(Language::Swift),
        Self::Code(Language::Kotlin),
    ];

    /// Its id on the command line.
    pub fn id(self) -> &'static str {
        self.texts().0
    }

    /// Its name as people read it.
    pub fn label(self) -> &'static str {
        self.texts().1
    }

    /// What a file for it is called.
    pub fn file_name(self) -> &'static str {
        self.texts().2
    }

    fn texts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::CurlBash => ("curl", "curl (bash)", "request.sh"),
            Self::CurlCmd => ("curl-cmd", "curl (cmd.exe)", "request.txt"),
            Self::CurlPowerShell => ("curl-powershell", "curl (PowerShell)", "request-curl.ps1"),
            Self::Http => ("http", "HTTP text", "request.http"),
            Self::Har => ("har", "HAR file", "exchange.har"),
            Self::Postman => ("postman", "Postman collection", "centerpost.postman_collection.json"),
            Self::Hurl => ("hurl", "Hurl file", "request.hurl"),
            Self::Link => ("link", "centerpost:// link", "request-link.txt"),
            Self::Code(Language::Python) => ("python", "Python (requests)", "send.py"),
            Self::Code(Language::JavaScriptNode) => ("javascript-node", "JavaScript (fetch, Node)", "send.mjs"),
            Self::Code(Language::JavaScriptBrowser) => ("javascript-browser", "JavaScript (fetch, browser)", "send.js"),
            Self::Code(Language::CSharp) => ("csharp", "C# (HttpClient)", "Program.cs"),
            Self::Code(Language::Java) => ("java", "Java (HttpClient)", "Send.java"),
            Self::Code(Language::Php) => ("php", "PHP (curl)", "send.php"),
            Self::Code(Language::Go) => ("go", "Go (net/http)", "send.go"),
            Self::Code(Language::PowerShell) => ("powershell", "PowerShell (HttpClient)", "send.ps1"),
            Self::Code(Language::Swift) => ("swift", "Swift (URLSession)", "send.swift"),
            Self::Code(Language::Kotlin) => ("kotlin", "Kotlin (OkHttp)", "Send.kt"),
        }
    }

    /// The tool of an id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.id() == id)
    }

    /// Writes requests for it.
    pub fn write(self, script: &Script) -> Written {
        let mut written = match self {
            Self::CurlBash => curl::bash(script),
            Self::CurlCmd => curl::cmd(script),
            Self::CurlPowerShell => curl::powershell(script),
            Self::Http => http::write(script),
            Self::Har => har::write(script),
            Self::Postman => postman::write(script),
            Self::Hurl => hurl::write(script),
            Self::Link => link::write(script),
            Self::Code(language) => snippets::write(script, language),
        };
        if script.has_literal_braces() && matches!(self, Self::Http | Self::Postman | Self::Link) && !script.variables.is_empty()
        {
            written.notes.push(
                "Double braces of the request itself look like variables here; without a value they stay as they are".into(),
            );
        }
        written.notes.splice(0..0, script.notes.iter().cloned());
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_name_one_tool_each() {
        for tool in Tool::ALL {
            assert_eq!(Tool::from_id(tool.id()), Some(tool));
        }
        assert_eq!(Tool::from_id("cobol"), None);
    }
}
