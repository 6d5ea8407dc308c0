//! A failure of the network that a client or a proxy for debugging tells in the form of an answer: Fiddler's 502, LWP's 500.

use super::html;
use crate::model::Case;
use crate::model::exchange::{FailureKind, NetworkFailure, Outcome};
use crate::model::status::status_name;

/// By what such answers are known, in lower case. Their names hold words that would be taken for the failure, so they are left out.
const MARKS: [&str; 8] = [
    "[fiddler]",
    "fiddler - ",
    "charles error report",
    "mitmproxy",
    "burp suite",
    "proxyman",
    "client-warning: internal response",
    "599 internal exception",
];

/// How much of an answer is looked at, in characters.
const LOOKED_AT: usize = 4000;

/// The case with the failure that its answer tells of; `None` when it tells of none.
pub(super) fn failed(case: &Case) -> Option<Case> {
    let answer = case.answer().filter(|answer| answer.status >= 500)?;
    let beginning: String = answer.text().chars().take(LOOKED_AT).collect();
    let lower = html::visible(&beginning.to_lowercase());
    let is_internal = answer.header("client-warning").is_some_and(|value| value.eq_ignore_ascii_case("internal response"));
    // No server has 599: clients in Perl and Python write it where no answer came.
    let is_told = answer.status == 599 && !lower.trim().is_empty() && !lower.trim_start().starts_with(['{', '[']);
    if !is_internal && !is_told && !MARKS.iter().any(|mark| lower.contains(mark)) && !lower.starts_with("can't connect to ") {
        return None;
    }
    // Its heading is no answer of the server.
    let name = status_name(answer.status).to_lowercase();
    let heading = format!("{} {name}", answer.status);
    let message = MARKS.iter().fold(lower.replace(&heading, ""), |text, mark| text.replace(mark, ""));
    let message: Vec<&str> = message.split_whitespace().collect();
    let failure = NetworkFailure { kind: FailureKind::Other, message: message.join(" "), step: None, peer: None };
    Some(Case { outcome: Some(Outcome::Failure(failure)), ..case.clone() })
}

#[cfg(test)]
mod tests {
    use crate::diagnosis::diagnose;
    use crate::model::request_record::RequestRecord;
    use crate::model::{Answer, Case, Outcome};

    #[test]
    fn failures_by_table() {
        for (status, text, expected) in [
            (
                502,
                "[Fiddler] DNS Lookup for \"acme.example\" failed. System.Net.Sockets.SocketException No such host is known",
                "transport.dns",
            ),
            (
                502,
                "[Fiddler] The connection to 'acme.example' failed. <br />Error: ConnectionRefused (0x274d). System.Net.Sockets.SocketException No connection could be made because the target machine actively refused it",
                "transport.refused",
            ),
            (
                503,
                "<html><title>Charles Error Report</title><h1>Failed to connect to remote host</h1><p>Name lookup failed for remote host</p><p>java.net.UnknownHostException: acme.example</p>",
                "transport.dns",
            ),
            (
                502,
                "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1><p>Connection refused</p></body></html> mitmproxy 10.1",
                "transport.refused",
            ),
            (500, "Can't connect to acme.example:443 (certificate verify failed)", "transport.tls-untrusted"),
            (
                599,
                "599 Internal Exception: Could not connect to 'acme.example:443': Temporary failure in name resolution",
                "transport.dns",
            ),
            (599, "Could not connect to 'acme.example:443': Connection refused at send.pl line 31.", "transport.refused"),
            (599, "Timed out while waiting for socket to become ready for reading", "transport.timeout"),
            (599, "{\"error\": \"refused\"}", "server.error"),
            (502, "<title>502 Bad Gateway</title><center>nginx</center>", "server.gateway"),
            (500, "{\"error\": \"connection refused\"}", "server.error"),
        ] {
            let sent = RequestRecord {
                method: "POST".into(),
                url: "https://acme.example/api/v1/projects/beta1/feedback/log?apiKey=3f0c9a71".into(),
                headers: vec![("Content-Type".into(), "application/json".into())],
                body: Some("{}".into()),
                ..RequestRecord::default()
            };
            let answer = Answer { status, body: text.to_owned().into(), ..Answer::default() };
            let causes = diagnose(&Case { sent, outcome: Some(Outcome::Answer(answer)), ..Case::default() });
            assert_eq!(causes[0].id.as_str(), expected, "{text}: {causes:?}");
        }
    }
}
