//! What clients and browsers say when no answer came.

use std::sync::LazyLock;

use regex::Regex;

use crate::diagnosis::{kind_in_other_language, kind_of_error, told_status};
use crate::model::exchange::{FailureKind, NetworkFailure, Outcome};

/// Words by which a kind of failure is known, whatever client says them; in lower case. The first that fits counts.
const WORDS: [(FailureKind, &[&str]); 7] = [
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
            "altname",
            "no alternative certificate subject name",
            "no subject alternative",
            "wrong version number",
            "ssl certificate problem",
            "unable to get local issuer",
            "certificate validation failure",
            "certificate is not trusted",
            "certificate_unknown",
            "unknownissuer",
            "notvalidforname",
            "sec_e_",
            "tls_alert",
            "ssslerr_",
            "icm_http_ssl_",
            "unknown_ca",
            "unknown ca",
            "does not trust the proxy's certificate",
            "server gave http response to https client",
        ],
    ),
    (
        FailureKind::Dns,
        &[
            "err_name_not_resolved",
            "no data of the requested type was found",
            "due to an incorrect host (domain) value",
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
            "temporary failure in name resolution",
            "unresolvedaddressexception",
            ":nxdomain",
            "eai_again",
            "unable to resolve host",
            "server misbehaving",
            "(bad hostname)",
            "cannot resolve destination host",
            "could not resolve destination",
            "cannot resolve host",
            "hostname could not be found",
            "ora-12545",
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
            ":econnrefused",
            "ora-12541",
            "cannot connect to destination host",
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
            "times out after",
            "connection timed out",
            "winhttp 12002",
            "read operation timed out",
            "httpx.readtimeout",
            "httpx.connecttimeout",
            "exceptions.readtimeout",
            "exceptions.connecttimeout",
            "readtimeouterror",
            "connecttimeouterror",
            "und_err_headers_timeout",
            "und_err_connect_timeout",
            "net::readtimeout",
            "reason: :timeout",
            "task timed out after",
            "ora-12535",
            "ora-12170",
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
            "recv failure: connection reset",
            "empty reply from server",
            "remote end closed connection",
            "server disconnected without sending",
            "reason: :closed",
            "other side closed",
        ],
    ),
    // What sent nothing, or did not hand the answer on.
    (
        FailureKind::Other,
        &[
            "unauthorized endpoint, please check",
            "blocked by cors policy",
            "cross-origin request blocked",
            "failed to fetch",
            "net::err_failed",
            "err_blocked_by_client",
            "networkerror when attempting",
            "could not get any response",
            "could not get response",
            "could not send request",
        ],
    ),
];

/// The failure that a text tells of; `None` where it tells of none.
pub(super) fn read(text: &str) -> Option<Outcome> {
    let lower = text.to_ascii_lowercase();
    let by_words = || WORDS.into_iter().find(|(_, words)| words.iter().any(|word| lower.contains(word))).map(|(kind, _)| kind);
    let known = numbered(&lower).or_else(by_words);
    // Of other languages there are many words, so the line has to call itself an error; what a payload says is none.
    let is_error = || ERRORS.iter().any(|word| lower.contains(word)) && !(lower.contains("\": ") && lower.contains('{'));
    // What tells a status has an answer.
    let by_error = || kind_of_error(text).filter(|_| told_status(text).is_none());
    let kind = known.or_else(|| is_error().then(|| kind_in_other_language(text).or_else(by_error)).flatten())?;
    Some(of_kind(kind, text))
}

/// The first failure that lines tell of, with the lines behind it that say why: inner exceptions, and what each was caused by.
pub(super) fn in_lines<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Outcome> {
    /// More than anybody nests.
    const MOST: usize = 12;
    let lines: Vec<&str> = lines.collect();
    let (at, mut outcome) = lines.iter().enumerate().find_map(|(at, line)| Some((at, read(line)?)))?;
    let is_reason = |line: &&&str| {
        let bare = line.trim_start();
        bare.starts_with("---> ") || bare.starts_with("Caused by:") || bare.starts_with("caused by:") || read(line).is_some()
    };
    let reasons: Vec<&str> = lines[at + 1..].iter().take(MOST).filter(is_reason).map(|line| line.trim()).collect();
    if let Outcome::Failure(failure) = &mut outcome
        && !reasons.is_empty()
    {
        failure.message = format!("{}\n{}", failure.message, reasons.join("\n"));
    }
    Some(outcome)
}

/// What curl and what stands on it write before the number of its error.
static CURL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)^curl: \(([0-9]{1,2})\)|\bcurl error (?:number )?([0-9]{1,2})\b").ok());
/// What Apple's systems write before theirs.
static APPLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"nsurlerrordomain\W{1,3}(?:code[=:\s]{1,2}|error\s)?(-1[0-9]{3})\b").ok());

/// The kind of a failure that a number tells.
fn numbered(lower: &str) -> Option<FailureKind> {
    let number = |expression: &LazyLock<Option<Regex>>| -> Option<i32> {
        expression.as_ref()?.captures(lower)?.iter().skip(1).flatten().next()?.as_str().parse().ok()
    };
    if let Some(number) = number(&CURL) {
        return kind_of_curl(u16::try_from(number).ok()?, lower);
    }
    Some(match number(&APPLE)? {
        -1001 => FailureKind::Timeout,
        -1003 | -1006 => FailureKind::Dns,
        -1004 => FailureKind::Refused,
        -1005 => FailureKind::Reset,
        -1009 => FailureKind::Unreachable,
        -1206..=-1200 => FailureKind::Tls,
        _ => return None,
    })
}

/// The kind of curl's error with this number; `None` where it is about the command or about an answer.
pub(super) fn kind_of_curl(number: u16, words: &str) -> Option<FailureKind> {
    Some(match number {
        5 | 97 => FailureKind::Proxy,
        // A proxy that does not open its tunnel.
        56 if words.to_ascii_lowercase().contains("connect tunnel failed") => FailureKind::Proxy,
        6 => FailureKind::Dns,
        7 => FailureKind::Refused,
        28 => FailureKind::Timeout,
        51 | 58 | 59 | 60 | 66 | 77 | 82 | 83 | 90 | 91 => FailureKind::Tls,
        35 if !words.contains("reset") => FailureKind::Tls,
        18 | 35 | 52 | 55 | 56 | 92 => FailureKind::Reset,
        _ => return None,
    })
}

/// By what a line calls itself an error, whatever language it goes on in.
const ERRORS: [&str; 15] = [
    "exception",
    "error",
    "failed: ",
    "invoke-",
    "irm : ",
    "iwr : ",
    "curl : ",
    "curl: ",
    "wget: ",
    "fehler",
    "erreur",
    "fails after",
    "fails with",
    "failed after",
    "failed with",
];

/// The name of the exception that a line begins with: `java.net.SocketTimeoutException: …`, `httpx.ReadError: …`.
pub(super) fn exception_name(line: &str) -> Option<&str> {
    let name = line.trim().split([':', ' ']).next()?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '$');
    (["Exception", "Error"].iter().any(|end| name.ends_with(end)) && name.chars().all(is_name)).then_some(name)
}

/// As [`read`], where it is known that no answer came.
pub(super) fn certain(text: &str) -> Outcome {
    read(text).unwrap_or_else(|| of_kind(FailureKind::Other, text))
}

/// What Perl's clients say themselves in the form of an answer: LWP's 500 and the 599 of HTTP::Tiny.
pub(super) fn internal(text: &str) -> Option<&str> {
    let first = text.trim_start().lines().next().unwrap_or("");
    let begins = |start: &str| first.starts_with(start);
    let is_own = text.contains("Client-Warning: Internal response") || begins("500 Can't ") || begins("599 Internal Exception");
    is_own.then(|| text.trim())
}

fn of_kind(kind: FailureKind, text: &str) -> Outcome {
    Outcome::Failure(NetworkFailure { kind, message: text.trim().to_owned(), step: None, peer: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_by_table() {
        for (text, expected) in [
            (
                "javax.net.ssl.SSLPeerUnverifiedException: Certificate for <h> doesn't match any of the subject alternative names",
                Some(FailureKind::Tls),
            ),
            ("EIdSocketError: Socket Error # 11001", Some(FailureKind::Dns)),
            ("HTTP POST on resource 'https://h/x' failed: Remotely closed.", Some(FailureKind::Reset)),
            (
                "level=ERROR err=\"Post \\\"https://h/x\\\": dial tcp [::4]:443: connect: network is unreachable\"",
                Some(FailureKind::Unreachable),
            ),
            ("ICM_HTTP_SSL_PEER_CERT_UNTRUSTED on POST https://h/x", Some(FailureKind::Tls)),
            ("curl: (56) CONNECT tunnel failed, response 407", Some(FailureKind::Proxy)),
            ("ERROR the request failed with status 400, the dns field is not known", None),
            ("ERROR {\"reason\": \"host not found\"}", None),
            ("the host was not found in the list", None),
        ] {
            let kind = read(text).map(|outcome| match outcome {
                Outcome::Failure(failure) => failure.kind,
                Outcome::Answer(_) => panic!("{text}"),
            });
            assert_eq!(kind, expected, "{text}");
        }
    }

    #[test]
    fn reasons_stand_below_what_they_caused() {
        let text = "it began\nHttpRequestException: The SSL connection could not be established, see inner exception.\n   at A.B()\n ---> AuthenticationException: TLS alert: 'ProtocolVersion'.\nit ended\n";
        let Some(Outcome::Failure(failure)) = in_lines(text.lines()) else { panic!("a failure") };
        assert!(
            failure.message.ends_with("\n---> AuthenticationException: TLS alert: 'ProtocolVersion'."),
            "{}",
            failure.message
        );
        assert!(in_lines("a\nb".lines()).is_none());
    }

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
            ("cURL error 60: SSL: no alternative certificate subject name matches target host name", Some(FailureKind::Tls)),
            ("GuzzleHttp: cURL error 28: Operation timed out after 30001 milliseconds", Some(FailureKind::Timeout)),
            ("* Closing connection\ncurl: (35) error:0A00010B:SSL routines::wrong version number", Some(FailureKind::Tls)),
            ("curl: (22) The requested URL returned error: 404", None),
            ("curl: (3) URL using bad/illegal format or missing URL", None),
            ("Error Domain=NSURLErrorDomain Code=-1001 \"La requête a expiré.\"", Some(FailureKind::Timeout)),
            ("NSURLErrorDomain error -1003.", Some(FailureKind::Dns)),
            ("ORA-29273: HTTP request failed\nORA-29024: Certificate validation failure", Some(FailureKind::Tls)),
            ("{:error, %Mint.TransportError{reason: :nxdomain}}", Some(FailureKind::Dns)),
            ("[ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames", Some(FailureKind::Tls)),
            ("Invoke-WebRequest : Der Remotename konnte nicht aufgelöst werden: 'h'", Some(FailureKind::Dns)),
            ("System.Net.WebException: Se excedió el tiempo de espera de la operación", Some(FailureKind::Timeout)),
            ("Invoke-RestMethod : 由于目标计算机积极拒绝，无法连接。", Some(FailureKind::Refused)),
            ("{\"summary\": \"Error: délai dépassé\"}", None),
            ("Délai de livraison: 3 jours", None),
            (
                "System.CalloutException: Unauthorized endpoint, please check Setup->Security->Remote site settings",
                Some(FailureKind::Other),
            ),
            ("blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present", Some(FailureKind::Other)),
            ("TypeError: Failed to fetch", Some(FailureKind::Other)),
            ("The summary is too long", None),
        ] {
            let found = read(text).and_then(|outcome| outcome.failure().map(|failure| failure.kind));
            assert_eq!(found, kind, "{text}");
        }
        assert_eq!(certain("net::ERR_FAILED").failure().unwrap().kind, FailureKind::Other);
    }
}
