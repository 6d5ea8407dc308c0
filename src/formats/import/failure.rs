//! What clients and browsers say when no answer came.

use crate::diagnosis::kind_in_other_language;
use crate::model::exchange::{FailureKind, NetworkFailure, Outcome};

/// Words by which a kind of failure is known, whatever client says them; in lower case. The first that fits counts.
const WORDS: [(FailureKind, &[&str]); 6] = [
    (
        FailureKind::Tls,
        &[
            "err_cert_",
            "err_ssl_",
            "err_bad_ssl",
            "x509:",
            "tls: ",
            "pkix path",
            "sslhandshake",
            "ssl_error",
            "sslerror",
            "sec_error",
            "certificate verify failed",
            "certificate has expired",
            "self-signed certificate",
            "self signed certificate",
            "unable_to_verify_leaf",
            "could not establish trust",
            "the ssl connection could not be established",
            "winhttp 12175",
            "certificate_verify_failed",
            "trust anchor for certification path",
            "secure channel",
            "remote certificate",
            "ns_error_net_inadequate_security",
            "handshake failure",
        ],
    ),
    (
        FailureKind::Dns,
        &[
            "err_name_not_resolved",
            "getaddrinfo",
            "enotfound",
            "no such host",
            "unknownhostexception",
            "could not resolve host",
            "name or service not known",
            "failed host lookup",
            "nodename nor servname",
            "winhttp 12007",
            "ns_error_unknown_host",
            "failed to resolve",
            "remote name could not be resolved",
        ],
    ),
    (FailureKind::Proxy, &["err_tunnel_connection_failed", "err_proxy_", "proxyerror", "proxyconnect"]),
    (
        FailureKind::Refused,
        &[
            "err_connection_refused",
            "ns_error_connection_refused",
            "unable to connect to the remote server",
            "econnrefused",
            "connection refused",
            "actively refused",
            "winhttp 12029",
        ],
    ),
    (
        FailureKind::Timeout,
        &[
            "err_timed_out",
            "ns_error_net_timeout",
            "operation has timed out",
            "err_connection_timed_out",
            "etimedout",
            "sockettimeoutexception",
            "context deadline exceeded",
            "read timed out",
            "connection timed out",
            "winhttp 12002",
        ],
    ),
    (
        FailureKind::Reset,
        &[
            "err_connection_reset",
            "err_connection_closed",
            "err_empty_response",
            "econnreset",
            "connection reset by peer",
            "socket hang up",
            "remotedisconnected",
            "ns_error_net_reset",
            "ns_error_net_interrupt",
            "underlying connection was closed",
            "unexpected end of stream",
        ],
    ),
];

/// The failure that a text tells of; `None` where it tells of none.
pub(super) fn read(text: &str) -> Option<Outcome> {
    let lower = text.to_ascii_lowercase();
    let known = WORDS.into_iter().find(|(_, words)| words.iter().any(|word| lower.contains(word))).map(|(kind, _)| kind);
    // Of other languages there are many words, so the line has to call itself an error; what a payload says is none.
    let is_error = || ERRORS.iter().any(|word| lower.contains(word)) && !lower.contains("\": ");
    let kind = known.or_else(|| is_error().then(|| kind_in_other_language(text)).flatten())?;
    Some(of_kind(kind, text))
}

/// By what a line calls itself an error, whatever language it goes on in.
const ERRORS: [&str; 10] =
    ["exception", "error", "invoke-", "irm : ", "iwr : ", "curl : ", "curl: ", "wget: ", "fehler", "erreur"];

/// As [`read`], where it is known that no answer came.
pub(super) fn certain(text: &str) -> Outcome {
    read(text).unwrap_or_else(|| of_kind(FailureKind::Other, text))
}

fn of_kind(kind: FailureKind, text: &str) -> Outcome {
    Outcome::Failure(NetworkFailure { kind, message: text.trim().to_owned(), step: None, peer: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_by_table() {
        for (text, kind) in [
            ("net::ERR_CERT_AUTHORITY_INVALID", Some(FailureKind::Tls)),
            ("x509: certificate signed by unknown authority", Some(FailureKind::Tls)),
            ("PKIX path building failed", Some(FailureKind::Tls)),
            ("getaddrinfo ENOTFOUND acme.example", Some(FailureKind::Dns)),
            ("dial tcp: lookup acme.example: no such host", Some(FailureKind::Dns)),
            ("connect ECONNREFUSED 127.0.0.1:443", Some(FailureKind::Refused)),
            ("java.net.SocketTimeoutException: Read timed out", Some(FailureKind::Timeout)),
            ("Error: socket hang up", Some(FailureKind::Reset)),
            ("net::ERR_TUNNEL_CONNECTION_FAILED", Some(FailureKind::Proxy)),
            ("Invoke-WebRequest : Der Remotename konnte nicht aufgelöst werden: 'h'", Some(FailureKind::Dns)),
            ("System.Net.WebException: Se excedió el tiempo de espera de la operación", Some(FailureKind::Timeout)),
            ("Invoke-RestMethod : 由于目标计算机积极拒绝，无法连接。", Some(FailureKind::Refused)),
            ("{\"summary\": \"Error: délai dépassé\"}", None),
            ("Délai de livraison: 3 jours", None),
            ("The summary is too long", None),
        ] {
            let found = read(text).and_then(|outcome| outcome.failure().map(|failure| failure.kind));
            assert_eq!(found, kind, "{text}");
        }
        assert_eq!(certain("net::ERR_FAILED").failure().unwrap().kind, FailureKind::Other);
    }
}
