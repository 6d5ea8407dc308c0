//! A whole request, such as a curl command, that was pasted where only its address was asked for.

use crate::formats::import::{self, Hints, SourceKind};
use crate::model::Endpoint;
use crate::model::request_spec::SpecBody;

/// A longer text is not a request that somebody pastes for its address; reading it would hold the window up.
const LONGEST: usize = 200_000;

/// What was found in such a text.
pub(in crate::ui) struct PastedRequest {
    /// The request's address.
    pub(in crate::ui) url: String,
    /// Its payload, if it is a JSON object.
    pub(in crate::ui) payload: Option<String>,
    /// What the text is, as in "a curl command for bash".
    pub(in crate::ui) kind: &'static str,
}

/// The first request to an External Source in a text that is more than an address. An address stays as it was pasted: what is odd
/// about it is said.
pub(in crate::ui) fn request_in(text: &str) -> Option<PastedRequest> {
    let text = text.trim();
    if text.len() > LONGEST || !text.contains(char::is_whitespace) {
        return None;
    }
    let opened = import::open(text.as_bytes(), &Hints::default()).ok()?;
    if matches!(opened.kind, SourceKind::Url | SourceKind::Link | SourceKind::Json | SourceKind::Answer) {
        return None;
    }
    let is_source = |url: &str| !url.contains(char::is_whitespace) && Endpoint::from_pasted(url).is_some();
    let request = opened.imported.requests.into_iter().find(|request| is_source(&request.url))?;
    let payload = match request.body {
        SpecBody::Text(text) if text.trim_start().starts_with('{') => Some(text),
        _ => None,
    };
    Some(PastedRequest { url: request.url, payload, kind: opened.kind.label() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_from_addresses_by_table() {
        const URL: &str = "https://h.example/api/v1/projects/p/feedback/s?apiKey=k1";
        for (text, expected) in [
            (format!("curl -X POST '{URL}' -H 'Content-Type: text/plain' -d '{{\"a\": 1}}'"), Some((URL, Some("{\"a\": 1}")))),
            (format!("curl.exe \"{URL}\" -F crashlog=@a.log"), Some((URL, None))),
            (format!("POST {URL} HTTP/1.1\nContent-Type: application/json\n\n{{\"a\": 1}}"), Some((URL, Some("{\"a\": 1}")))),
            (URL.to_owned(), None),
            (format!("  \"{URL}\"\n"), None),
            (URL.replace("/p/", "/p p/"), None),
            ("curl https://h.example/other".to_owned(), None),
            ("{\"a\": 1}".to_owned(), None),
            (String::new(), None),
        ] {
            let found = request_in(&text);
            let found = found.as_ref().map(|found| (found.url.as_str(), found.payload.as_deref()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
