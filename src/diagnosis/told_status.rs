//! An answer of which only an error message tells: `(404) Not Found`, `Request failed with status code 413`. Its status is known, its
//! body is not.

use std::sync::LazyLock;

use regex::Regex;

use super::cause::{Cause, Fact, FactPlace};
use super::certainty::Certainty::Likely;
use super::error_numbers;
use super::phrases::network::SAP_CLIENT;
use super::text::cut_at;
use crate::model::Case;
use crate::model::exchange::{Answer, FailureKind, Outcome};
use crate::model::status::status_name;

/// The words that stand before a status in the messages of clients, and those behind one.
static STATUS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        (?: \b status(?:[\ _-]?code)? (?:\ does\ not\ indicate\ success | \ (?:of|is|was) )?
          | \b http(?:/[0-9.]+)? (?:[\ -](?:error|status|response))? (?:\ (?:code|status))?
          | \b non[\ -]?[0-9a-z]{2,3} (?:\ (?:http|response|status|code)){1,3}
          | \b (?: returned | responded | answered | replied | received | got | sent ) (?:\ (?:with|an?|the|http|status|response|error|code)){0,5}
          | error: | \b bad\ response | \b exception\ \w* | \b code | \b response(?:\ code)? | \b an?\ error )
        \s* [:=]? \s* [(\[\x22'`]? ([45][0-9]{2}) (?: [^0-9.\w] | [.,] (?:[^0-9]|$) | $ )
        | (?: ^ | [:\s] ) ([45][0-9]{2}) \s (?: client | server ) \s error
        | : \s ([45][0-9]{2}) \s [A-Z][a-z]+ : ",
    )
    .ok()
});

/// A number that could be a status, with what stands around it.
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b[45][0-9]{2}\b").ok());

/// The sentence that Centercode documents, and the status that it comes with.
const DOCUMENTED: &[(&str, u16)] = &[("the requested resource could not be found", 404)];

/// The case with the answer that its error message tells of; `None` when it tells of none.
pub(super) fn answered(case: &Case) -> Option<Case> {
    let failure = case.failure().filter(|failure| failure.kind == FailureKind::Other)?;
    let quoted = quoted(&failure.message);
    let in_json = quoted.as_ref().and_then(|json| {
        let number = ["status", "statusCode", "code"].iter().find_map(|name| json.get(*name)?.as_u64())?;
        u16::try_from(number).ok().filter(|status| (400..600).contains(status))
    });
    let status = told(&failure.message).or(in_json)?;
    let body = quoted.map(|json| json.to_string().into_bytes()).unwrap_or_default();
    let outcome = Some(Outcome::Answer(Answer { status, body: body.into(), ..Answer::default() }));
    Some(Case { outcome, ..case.clone() })
}

/// The JSON object of an answer that a message quotes.
fn quoted(message: &str) -> Option<serde_json::Value> {
    message.match_indices('{').take(20).find_map(|(at, _)| {
        let mut objects = serde_json::Deserializer::from_str(message.get(at..)?).into_iter::<serde_json::Value>();
        let object = objects.next()?.ok()?;
        let is_answer =
            ["description", "message", "error", "errors", "detail", "title"].iter().any(|name| object.get(*name).is_some());
        is_answer.then_some(object)
    })
}

/// The status that an error message tells. What a proxy answered to the client is no answer of the server, and SAP's client has codes
/// of its own.
pub fn told(message: &str) -> Option<u16> {
    let lower = message.to_lowercase();
    if lower.contains("proxy") || lower.contains("tunnel") {
        return None;
    }
    let has_own_codes = SAP_CLIENT.iter().any(|word| lower.contains(word));
    let by_words = || STATUS.as_ref()?.captures(message)?.iter().skip(1).flatten().next()?.as_str().parse().ok();
    // A number beside the name that belongs to it.
    let by_name = || {
        NUMBER.as_ref()?.find_iter(&lower).find_map(|found| {
            let status: u16 = found.as_str().parse().ok()?;
            let name = status_name(status).to_lowercase();
            let bare = |text: &str| {
                text.trim_matches([' ', '(', ')', '[', ']', '"', '\'', '-', ',', ':', '`', '_']).replace(['_', '-'], " ")
            };
            let (before, behind) = (bare(lower.get(..found.start())?), bare(lower.get(found.end()..)?));
            (behind.starts_with(&name) || before.ends_with(&name)).then_some(status)
        })
    };
    let by_sentence = || DOCUMENTED.iter().find(|(sentence, _)| lower.contains(sentence)).map(|(_, status)| *status);
    let by_words = if has_own_codes { None } else { by_words() };
    by_words.or_else(by_name).or_else(by_sentence).or_else(|| error_numbers::status(&lower))
}

/// Causes of such an answer: nothing is proven, for what the answer said is not known whole.
pub(super) fn unsure(mut causes: Vec<Cause>, message: &str) -> Vec<Cause> {
    for cause in &mut causes {
        cause.confidence = cause.confidence.min(Likely.strong());
        // The answer is in the message, and has no place of its own.
        for fact in &mut cause.evidence {
            fact.place.take_if(|place| {
                matches!(place, FactPlace::AnswerBody(_) | FactPlace::AnswerStatus | FactPlace::AnswerHeader(_))
            });
        }
    }
    if let Some(first) = causes.first_mut() {
        let words = cut_at(message, 300);
        let rest = if quoted(message).is_some() { "" } else { "; what the answer held is not recorded" };
        first.evidence.push(Fact { text: format!("the client says: \"{words}\"{rest}"), place: None });
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
            ("Client error: `POST https://h/api` resulted in a `404 Not Found` response", Some(404)),
            ("feign.FeignException$BadRequest: [400 Bad Request] during [POST] to [https://h]", Some(400)),
            ("Http failure response for https://h: 401 Unauthorized", Some(401)),
            ("aiohttp.client_exceptions.ClientResponseError: 401, message='Unauthorized'", Some(401)),
            ("the returned code 503 is not in the accepted range", Some(503)),
            ("The server responded with a status of 415 ()", Some(415)),
            ("HTTP request failed! HTTP/1.1 422 Unprocessable Entity", Some(422)),
            ("unexpected HTTP status: 502", Some(502)),
            ("Received error code: 429", Some(429)),
            ("Received non-200 status: 500", Some(500)),
            ("Error: Too Many Requests (429)", Some(429)),
            ("[The requested resource could not be found.]", Some(404)),
            ("connection closed by 10.0.0.1 after 500 bytes", None),
            ("connect to h port 443 failed", None),
            ("received 500.3 KB before the connection was closed", None),
            ("CONNECT tunnel failed, response 403", None),
            ("The proxy tunnel request failed with status code '407'", None),
            ("connect ECONNREFUSED 10.1.4.7:443", None),
            ("timed out after 500 ms", None),
            ("BITS job failed: HRESULT 0x80190194", Some(404)),
            ("HTTP_COMMUNICATION_FAILURE, code 404, Direct connect to h:443 failed: NIECONN_REFUSED(-10)", None),
            ("ICM_HTTP_TIMEOUT: code 402", None),
            ("", None),
        ] {
            assert_eq!(told(message), expected, "{message}");
        }
    }
}
