//! An answer of which only an error message tells: `(404) Not Found`, `Request failed with status code 413`. Its status is known, its
//! body is not.

use std::sync::LazyLock;

use regex::Regex;

use super::cause::{Cause, Fact};
use super::certainty::Certainty::Likely;
use crate::model::Case;
use crate::model::exchange::{Answer, FailureKind, Outcome};

/// The words that stand before a status in the messages of clients, and those behind one.
static STATUS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        (?: status(?:\ code)?(?:\ does\ not\ indicate\ success)? \s* [:=]? | http\ error: | http\ error | returned\ (?:an\ )?error: | bad\ response: | exception\ \w*:?
          | response\ code:? | http/[0-9.]+ )
        \s* [(\x22']? ([45][0-9]{2}) \b
        | (?: ^ | [:\s] ) ([45][0-9]{2}) \s (?: client | server ) \s error
        | : \s ([45][0-9]{2}) \s [A-Z][a-z]+ : ",
    )
    .ok()
});

/// The case with the answer that its error message tells of; `None` when it tells of none.
pub(super) fn answered(case: &Case) -> Option<Case> {
    let failure = case.failure().filter(|failure| failure.kind == FailureKind::Other)?;
    let status = told(&failure.message)?;
    let outcome = Some(Outcome::Answer(Answer { status, ..Answer::default() }));
    Some(Case { outcome, ..case.clone() })
}

/// The status that an error message tells. What a proxy answered to the client is no answer of the server.
pub(super) fn told(message: &str) -> Option<u16> {
    let lower = message.to_lowercase();
    if lower.contains("proxy") || lower.contains("tunnel") {
        return None;
    }
    let found = STATUS.as_ref()?.captures(message)?;
    found.iter().skip(1).flatten().next()?.as_str().parse().ok()
}

/// Causes of such an answer: nothing is proven, for what the answer said is not known.
pub(super) fn unsure(mut causes: Vec<Cause>, message: &str) -> Vec<Cause> {
    for cause in &mut causes {
        cause.confidence = cause.confidence.min(Likely.strong());
    }
    if let Some(first) = causes.first_mut() {
        let words: String = message.chars().take(300).collect();
        first
            .evidence
            .push(Fact { text: format!("the client says: \"{words}\"; what the answer held is not recorded"), place: None });
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_by_table() {
        for (message, expected) in [
            ("Invoke-RestMethod : The remote server returned an error: (404) Not Found.", Some(404)),
            ("AxiosError: Request failed with status code 413", Some(413)),
            ("urllib.error.HTTPError: HTTP Error 404: Not Found", Some(404)),
            ("requests.exceptions.HTTPError: 429 Client Error: Too Many Requests for url: https://h", Some(429)),
            ("curl: (22) The requested URL returned error: 503", Some(503)),
            ("HttpClientErrorException$Unauthorized: 401 Unauthorized: [no body]", Some(401)),
            ("Response status code does not indicate success: 500 (Internal Server Error).", Some(500)),
            ("Server returned HTTP response code: 400 for URL: https://h", Some(400)),
            ("CONNECT tunnel failed, response 403", None),
            ("The proxy tunnel request failed with status code '407'", None),
            ("connect ECONNREFUSED 10.1.4.7:443", None),
            ("timed out after 500 ms", None),
            ("", None),
        ] {
            assert_eq!(told(message), expected, "{message}");
        }
    }
}
