//! An answer's body without its status line and headers.

use serde_json::Value;

use super::error::note;
use super::failure;
use crate::model::exchange::{Answer, Outcome};
use crate::model::imported::{Imported, Severity};
use crate::model::request_spec::RequestSpec;

/// No status, but a number that stands in many a message of a client.
const PORT_OF_HTTPS: u16 = 443;

/// Takes a text for an answer's body. Its status is 0 where the text does not name it.
pub(super) fn read(text: &str) -> Imported {
    if let Some(failure) = failure_in(text) {
        let alone = RequestSpec { outcome: Some(failure), ..RequestSpec::default() };
        let said = "Only an error message was given; it tells of no answer, and nothing of the request";
        return Imported { requests: vec![alone], notes: vec![note(Severity::Taken, said)], ..Imported::default() };
    }
    let (status, said) = match status_in(text) {
        Some(status) => (status, format!("Only a body was given; its text names the status {status}")),
        None => (0, "Only a body was given, and its status is not known; with the status line more can be said".to_owned()),
    };
    let answer = Answer { status, wire_size: text.len() as u64, body: text.to_owned().into(), ..Answer::default() };
    let alone = RequestSpec { outcome: Some(Outcome::Answer(answer)), ..RequestSpec::default() };
    Imported { requests: vec![alone], notes: vec![note(Severity::Taken, said)], ..Imported::default() }
}

/// An answer as a log keeps it: its status, and its body where there is one. That a success has none there says nothing of it.
pub(super) fn logged(status: u16, body: String) -> Outcome {
    let is_left_out = body.is_empty() && (200..300).contains(&status) && !matches!(status, 204 | 205);
    let body_trouble = is_left_out.then(|| "the record does not hold it".to_owned());
    Outcome::Answer(Answer { status, body: body.into(), body_trouble, ..Answer::default() })
}

/// Whether JSON is what Centercode and its like answer with: an object that names its status.
pub(super) fn reports_error(text: &str) -> bool {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let status = value.get("status").and_then(Value::as_u64);
    status.is_some_and(|status| (400..600).contains(&status))
        && (value.get("description").is_some() || value.get("message").is_some())
}

/// Whether a text that is nothing else names the status of an error in its heading, or tells why there is no answer.
pub(super) fn names_status(text: &str) -> bool {
    status_in(text).is_some() || failure_in(text).is_some()
}

/// Why there is no answer, as a client says it. A text that names a status is an answer.
fn failure_in(text: &str) -> Option<Outcome> {
    if let Some(message) = failure::internal(text) {
        return Some(failure::certain(message));
    }
    let is_message = status_in(text).is_none() && serde_json::from_str::<Value>(text.trim()).is_err();
    is_message.then(|| failure::read(text)).flatten()
}

/// The status that an answer's body names: a number under `status` or the like, or the first in the text of a page that is one of an error.
fn status_in(body: &str) -> Option<u16> {
    let is_error = |status: &u64| (400..600).contains(status) && *status != u64::from(PORT_OF_HTTPS);
    if let Ok(json) = serde_json::from_str::<Value>(body.trim()) {
        let named = ["status", "statusCode", "status_code", "code", "Status"].iter().find_map(|name| json.get(*name)?.as_u64());
        return named
            .filter(|status| is_error(status) || (200..300).contains(status))
            .and_then(|status| u16::try_from(status).ok());
    }
    let start: String = body.chars().take(2000).collect();
    let title = start.to_ascii_lowercase().find("<title>").and_then(|at| start.get(at + 7..)?.split('<').next());
    let heading = title.unwrap_or_else(|| start.lines().next().unwrap_or(""));
    let mut numbers = heading.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 3);
    numbers.find_map(|word| word.parse().ok().filter(is_error)).and_then(|status| u16::try_from(status).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::exchange::FailureKind;

    #[test]
    fn a_message_without_an_answer_is_a_failure() {
        for (text, expected) in [
            ("java.net.UnknownHostException: acme.example: Name or service not known\n\tat java.base/x", Some(FailureKind::Dns)),
            ("Error: getaddrinfo ENOTFOUND acme.example\n  code: 'ENOTFOUND'", Some(FailureKind::Dns)),
            (
                "<p>An error occurred</p>\nThe SSL connection could not be established, see inner exception.",
                Some(FailureKind::Tls),
            ),
            ("500 Can't connect to h:443 (Connection refused)\nClient-Warning: Internal response\n", Some(FailureKind::Refused)),
            (
                "599 Internal Exception\nCould not connect to 'h:80': Temporary failure in name resolution\n",
                Some(FailureKind::Dns),
            ),
            ("<title>502 Bad Gateway</title> connection refused", None),
            (r#"{"error": "connection refused"}"#, None),
        ] {
            let found = read(text).requests[0].failure().map(|failure| failure.kind);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn statuses_by_table() {
        for (text, status) in [
            (r#"{"status": 404, "description": "x"}"#, 404),
            (r#"{"statusCode": 201}"#, 201),
            ("<html><title>403 - Forbidden</title></html>", 403),
            ("Internal trouble", 0),
            ("HTTPSConnectionPool(host='h', port=443) gave up", 0),
            ("<a href=\"https://h/x\">Internal trouble</a>", 0),
        ] {
            let imported = read(text);
            assert_eq!(imported.requests[0].answer().unwrap().status, status, "{text}");
            assert!(!imported.requests[0].knows_request());
        }
    }
}
