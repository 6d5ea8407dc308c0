//! Why no answer came: by the failure's kind, and by its words, which each library writes its own way.

use std::sync::LazyLock;

use regex::Regex;

use super::own_refusal;
use crate::diagnosis::cause::{Cause, FactPlace};
use crate::diagnosis::cause_id::CauseId;
use crate::diagnosis::certainty::Certainty::{Likely, Possible, Proven};
use crate::diagnosis::context::RuleContext;
use crate::diagnosis::error_numbers;
use crate::diagnosis::phrases::certificate::{
    CERTIFICATE, EXPIRED, HOSTNAME, NO_TLS_LIBRARY, NOT_LOADED, TLS, TLS_LIBRARIES, UNTRUSTED,
};
use crate::diagnosis::phrases::languages;
use crate::diagnosis::phrases::network::{
    DNS, NARROWER, NO_PLAIN_HTTP, NOT_CONNECTED, PROXY, REFUSED, RESET, SAP_CLIENT, TIMEOUT, UNRESOLVED,
};
use crate::diagnosis::text::{cut_at, short};
use crate::model::exchange::{CANCELLED_HERE, FailureKind, MAY_HAVE_GONE_OUT, NetworkFailure, Step};

/// What curl and what stands on it write before the number of its error: `curl: (28)`, `cURL error 28:`, `pycurl.error: (28, …`.
static CURL_NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"curl(?:[a-z_.]*\W{1,3}){0,2}?(?:errno|code|error)?\W{0,4}([0-9]{1,2})\b").ok());

/// The code that SAP's HTTP client gives, which is none of HTTP.
static SAP_CODE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\bcode\W{0,3}[0-9]{3}\b").ok());

/// Whether a text holds one of the words. A number is found as a whole alone: 407 is not part of 14073 ms.
fn says(text: &str, words: &[&str]) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    words.iter().any(|word| match word.bytes().all(|byte| byte.is_ascii_digit()) {
        false => text.contains(word),
        true => text.match_indices(word).any(|(at, _)| {
            let (before, behind) = (text.get(..at).unwrap_or(""), text.get(at + word.len()..).unwrap_or(""));
            !is_digit(before.chars().next_back()) && !is_digit(behind.chars().next())
        }),
    })
}

/// The causes of a failure, best first.
pub(crate) fn check(context: &RuleContext<'_>) -> Vec<Cause> {
    let Some(failure) = context.case.failure() else { return Vec::new() };
    vec![cause_of(context, failure)]
}

/// The message in lower case without the request's own address: a source key named "proxy-timeouts" says nothing of the failure.
fn without_address(context: &RuleContext<'_>, message: &str) -> String {
    let mut text = without_frames(message).to_lowercase().replace('’', "'").split_whitespace().collect::<Vec<_>>().join(" ");
    let address = &context.address;
    let host = address.raw(&address.host).to_lowercase();
    // Up to its query, or by its path alone: libraries quote either.
    let whole = context.sent.url.to_lowercase();
    let path = address.text().get(address.path.start..).unwrap_or("").to_lowercase();
    let bare = address.raw(&address.path).to_lowercase();
    for part in [whole, path, bare, host] {
        if part.len() > 3 {
            text = text.replace(&part, "");
        }
    }
    if says(&text, SAP_CLIENT)
        && let Some(code) = SAP_CODE.as_ref()
    {
        text = code.replace_all(&text, "").into_owned();
    }
    // One spelling for all who pass curl's numbers on.
    let number = CURL_NUMBER.as_ref().and_then(|curl| curl.captures(&text)).map(|found| found[1].to_owned());
    if let Some(number) = number {
        text = format!("{text}\ncurl: ({number})");
    }
    // Many write their codes with underscores and their sentences without.
    if text.contains('_') {
        let spaced = text.replace('_', " ");
        text = format!("{text}\n{spaced}");
    }
    text
}

/// A message without the frames of a stack trace: their names say where it failed and not why.
fn without_frames(message: &str) -> String {
    // As Java and .NET write it, the latter in the language of its system.
    const BEFORE: [&str; 9] = ["at ", "em ", "bei ", "à ", "en ", "в ", "w ", "in ", "場所 "];
    let is_frame = |line: &&str| {
        let bare = line.trim_start();
        let is_indented = bare.len() < line.len();
        is_indented && BEFORE.iter().any(|before| bare.starts_with(before)) && bare.contains(['(', '.', '/'])
    };
    message.lines().filter(|line| !is_frame(line)).collect::<Vec<_>>().join("\n")
}

/// Whether a text is about a certificate, and says what is wrong with it.
fn is_certificate_trouble(text: &str) -> bool {
    let is_about = says(text, CERTIFICATE) || says(text, languages::CERTIFICATE) || says(text, languages::UNTRUSTED);
    let troubles = [EXPIRED, HOSTNAME, UNTRUSTED, languages::EXPIRED, languages::HOSTNAME, languages::UNTRUSTED];
    is_about && troubles.iter().any(|words| says(text, words))
}

/// Whether a text says that the channel of SSL/TLS could not be created, which .NET writes where no version is common to both.
fn lacks_channel(text: &str) -> bool {
    text.contains("ssl/tls") && says(text, languages::CHANNEL)
}

/// The cause whose repair differs from that of its kind, by the words for it.
fn narrower(failure: &NetworkFailure, text: &str) -> Option<CauseId> {
    let counts_redirects = text.contains(" redirects") && says(text, &["exceeded", "stopped after", "maximum", "more than"]);
    let by_words = || {
        let english = NARROWER.iter().find(|(_, words)| says(text, words)).map(|(id, _)| id);
        let has_no_route = || says(text, languages::NO_ROUTE).then_some(&CauseId::TransportNoRoute);
        // What is not created may have been given up: the reason counts.
        let channel = lacks_channel(text).then_some(&CauseId::TransportTlsVersion);
        if english.is_none_or(|id| *id == CauseId::TransportCancelled) {
            channel.or(english).or_else(has_no_route)
        } else {
            english
        }
    };
    let is_stopped = text.ends_with("canceled") || text.ends_with("cancelled");
    let by_words = || by_words().or(is_stopped.then_some(&CauseId::TransportCancelled));
    let id = if counts_redirects { &CauseId::TransportRedirectLoop } else { by_words()? };
    // What was found from the error itself is not contradicted by a word.
    let fits = match failure.kind {
        FailureKind::Dns | FailureKind::Proxy | FailureKind::Protocol | FailureKind::Unreachable => false,
        FailureKind::Timeout => *id == CauseId::TransportNoRoute,
        FailureKind::Refused | FailureKind::Reset | FailureKind::Tls | FailureKind::Other => {
            // A time limit cancels, too.
            let is_limit = *id == CauseId::TransportCancelled && says(text, &["timeout", "timed out", "deadline", "elapsing"]);
            // What was cancelled because the way failed, failed for that reason.
            let is_after = *id == CauseId::TransportCancelled
                && (matches!(kind_of(failure, text), FailureKind::Proxy | FailureKind::Dns) || says(text, REFUSED));
            !is_limit && !is_after && !is_certificate_trouble(text)
                || matches!(id, CauseId::TransportTlsRevoked | CauseId::TransportTlsClientCertificate)
        }
    };
    fits.then_some(*id)
}

/// What this program broke off itself, which says nothing of the network.
fn broken_off_here(failure: &NetworkFailure) -> Option<Cause> {
    if failure.kind != FailureKind::Other || !failure.message.ends_with(MAY_HAVE_GONE_OUT) {
        return None;
    }
    Some(if failure.message.starts_with(CANCELLED_HERE) {
        Cause::new(CauseId::TransportCancelled, Proven.strong(), "You cancelled it here, before a response came")
            .advice("Look in Centercode whether it arrived all the same. Then send it again, and let it finish")
    } else {
        Cause::new(CauseId::TransportCancelled, Proven.strong(), "Centerpost broke it off, before a response came")
            .advice("Mend what is named above. Look in Centercode whether it arrived all the same, then send it again")
    })
}

/// Whether the client says that it sends nothing over plain HTTP. `message` is in lower case.
pub(crate) fn refuses_plain_http(message: &str) -> bool {
    says(message, NO_PLAIN_HTTP) || error_numbers::told(message) == Some(CauseId::EndpointScheme)
}

/// Whether the client has no library for TLS, so that it could not even begin.
fn lacks_tls(text: &str) -> bool {
    !is_certificate_trouble(text) && (says(text, NO_TLS_LIBRARY) || says(text, TLS_LIBRARIES) && says(text, NOT_LOADED))
}

/// What the numbers in a message say, where the failure's kind leaves that open.
fn numbered(failure: &NetworkFailure, text: &str) -> Option<CauseId> {
    error_numbers::told(text).filter(|id| match failure.kind {
        FailureKind::Other | FailureKind::Tls => true,
        // Several libraries call a refused certificate a closed connection.
        FailureKind::Reset => id.as_str().starts_with("transport.tls-"),
        _ => false,
    })
}

/// The kind of failure that a cause is the whole of.
fn kind_of_cause(id: CauseId) -> Option<FailureKind> {
    match id {
        CauseId::TransportDns => Some(FailureKind::Dns),
        CauseId::TransportRefused => Some(FailureKind::Refused),
        CauseId::TransportTimeout => Some(FailureKind::Timeout),
        CauseId::TransportReset => Some(FailureKind::Reset),
        CauseId::TransportProxy => Some(FailureKind::Proxy),
        CauseId::TransportProtocol => Some(FailureKind::Protocol),
        CauseId::TransportNoRoute => Some(FailureKind::Unreachable),
        CauseId::TransportTlsExpired | CauseId::TransportTlsHostname | CauseId::TransportTlsUntrusted => Some(FailureKind::Tls),
        _ => None,
    }
}

/// What clients say of a proxy that does not open its tunnel.
const TUNNEL: &[&str] = &["proxy tunneling failed", "connect tunnel failed", "tunnel connection failed"];

const OF_CERTIFICATES: &[&str] = &["x509", "pkix", "err_cert", "cert_has", "_signature", "curl: (51)", "curl: (60)"];

fn kind_of(failure: &NetworkFailure, text: &str) -> FailureKind {
    // Several libraries call a refused certificate a closed connection.
    if matches!(failure.kind, FailureKind::Other | FailureKind::Reset) && is_certificate_trouble(text) {
        return FailureKind::Tls;
    }
    // The kind was found from the error itself where it could be; the words serve where it says no more than "other".
    match failure.kind {
        // wget tells of the tunnel, and then of what cannot begin without it.
        FailureKind::Tls if says(text, TUNNEL) => return FailureKind::Proxy,
        FailureKind::Other | FailureKind::Tls => {}
        // What fails on the way to the proxy is the proxy's.
        FailureKind::Refused | FailureKind::Reset | FailureKind::Dns
            if says(text, &["proxyerror", "proxyconnect", "to proxy", "resolve proxy", "through proxy", "tunneling socket"]) =>
        {
            return FailureKind::Proxy;
        }
        // A question to the name server that nobody answers.
        FailureKind::Timeout if text.contains("dial tcp: lookup ") => return FailureKind::Dns,
        FailureKind::Refused if says(text, &["failed: connection timed out"]) && !says(text, REFUSED) => {
            return FailureKind::Timeout;
        }
        // A name that does not resolve is told in words of its own; whoever noted the kind may have noted where it ended.
        FailureKind::Refused | FailureKind::Reset | FailureKind::Timeout
            if says(text, UNRESOLVED) || says(text, languages::DNS) =>
        {
            return FailureKind::Dns;
        }
        kind => return kind,
    }
    if failure.kind == FailureKind::Tls {
        return FailureKind::Tls;
    }
    // What names the reason comes before what only says that something failed.
    let by_words: [(FailureKind, [&[&str]; 2]); 9] = [
        (FailureKind::Tls, [OF_CERTIFICATES, languages::CERTIFICATE]),
        (FailureKind::Proxy, [PROXY, languages::PROXY]),
        (FailureKind::Dns, [DNS, languages::DNS]),
        (FailureKind::Timeout, [&["curl: (28)"], &[]]),
        (FailureKind::Refused, [REFUSED, languages::REFUSED]),
        (FailureKind::Timeout, [TIMEOUT, languages::TIMEOUT]),
        (FailureKind::Reset, [RESET, languages::RESET]),
        (FailureKind::Tls, [TLS, &[]]),
        (FailureKind::Refused, [NOT_CONNECTED, languages::NOT_CONNECTED]),
    ];
    let found = by_words.into_iter().find(|(_, lists)| lists.iter().any(|words| says(text, words)));
    found.map_or(FailureKind::Other, |(kind, _)| kind)
}

/// The kind of failure that a line tells which calls itself an error, by the words that are told of failures alone. Short ones stand in
/// many another text.
pub fn kind_of_error(message: &str) -> Option<FailureKind> {
    /// In characters.
    const TELLING: usize = 8;
    let lower = message.to_lowercase().replace('’', "'");
    let text = if lower.contains('_') { format!("{lower}\n{}", lower.replace('_', " ")) } else { lower };
    let tells = |words: &[&str]| words.iter().any(|word| word.len() >= TELLING && text.contains(word));
    if is_certificate_trouble(&text) {
        return Some(FailureKind::Tls);
    }
    let narrow = NARROWER.iter().find(|(_, words)| tells(words)).map(|(id, _)| *id).or_else(|| error_numbers::told(&text));
    if let Some(id) = narrow.filter(|id| *id != CauseId::TransportCancelled) {
        return Some(kind_of_cause(id).unwrap_or(if id.as_str().starts_with("transport.tls") {
            FailureKind::Tls
        } else {
            FailureKind::Other
        }));
    }
    let kinds = [
        (FailureKind::Dns, DNS),
        (FailureKind::Refused, REFUSED),
        (FailureKind::Timeout, TIMEOUT),
        (FailureKind::Reset, RESET),
        (FailureKind::Tls, TLS),
        (FailureKind::Refused, NOT_CONNECTED),
    ];
    kinds.into_iter().find(|(_, words)| tells(words)).map(|(kind, _)| kind)
}

/// The kind of failure that a message tells in another language than English.
pub fn kind_in_other_language(message: &str) -> Option<FailureKind> {
    let text = message.to_lowercase().replace('’', "'");
    let kinds: [(FailureKind, &[&str]); 5] = [
        (FailureKind::Tls, languages::UNTRUSTED),
        (FailureKind::Dns, languages::DNS),
        (FailureKind::Refused, languages::REFUSED),
        (FailureKind::Timeout, languages::TIMEOUT),
        (FailureKind::Reset, languages::RESET),
    ];
    let found = kinds.into_iter().find(|(_, words)| says(&text, words)).map(|(kind, _)| kind);
    if lacks_channel(&text) { Some(FailureKind::Tls) } else { found }
}

/// The title for a name that DNS does not know. Where the request is not recorded, the message may tell the name.
fn name_does_not_resolve(host: &str, message: &str) -> String {
    const BEFORE: [&str; 8] = [
        "ENOTFOUND ",
        "EAI_AGAIN ",
        "resolve host: ",
        "UnknownHostException: ",
        "dial tcp: lookup ",
        "resolve host '",
        "remote name could not be resolved: '",
        "hostname: '",
    ];
    let told = || {
        let behind = BEFORE.iter().find_map(|words| message.split_once(words))?.1;
        let name = behind.split(|c: char| !(c.is_alphanumeric() || ".-_".contains(c))).next()?.trim_end_matches('.');
        (name.contains('.') || name.len() > 3).then(|| short(name))
    };
    match Some(host.to_owned()).filter(|host| !host.is_empty()).or_else(told) {
        Some(name) => format!("The name \"{name}\" does not resolve"),
        None => "A name does not resolve".to_owned(),
    }
}

fn cause_of(context: &RuleContext<'_>, failure: &NetworkFailure) -> Cause {
    let text = without_address(context, &failure.message);
    let host = short(context.address.raw(&context.address.host));
    let facts = |cause: Cause| cause.fact(format!("the system says: \"{}\"", cut_at(&failure.message, 300)), None);
    if let Some(own) = broken_off_here(failure) {
        return facts(own);
    }
    let is_open = matches!(failure.kind, FailureKind::Other | FailureKind::Tls);
    if is_open && lacks_tls(&text) {
        return facts(no_tls());
    }
    if is_open && refuses_plain_http(&text) {
        return facts(no_plain_http());
    }
    if failure.kind == FailureKind::Other
        && kind_of(failure, &text) == FailureKind::Other
        && let Some(refused) = own_refusal::find(&text)
    {
        return facts(refused);
    }
    let number = numbered(failure, &text);
    let by_number = number.and_then(kind_of_cause);
    let of_its_own = if by_number.is_some() { None } else { number.or_else(|| narrower(failure, &text)) };
    if let Some(id) = of_its_own {
        return facts(Cause::new(id, Proven.weak(), id.title()));
    }
    let cause = match by_number.unwrap_or_else(|| kind_of(failure, &text)) {
        FailureKind::Dns => Cause::new(CauseId::TransportDns, Proven.strong(), name_does_not_resolve(&host, &failure.message))
            .fact("no address was found for the host", FactPlace::Url(context.address.host.clone()))
            .advice("Check the host for typos. If it is right, check the network: a VPN, or a network in which only the proxy knows names"),
        FailureKind::Refused if by_number.is_none() && failure.kind == FailureKind::Other && !says(&text, REFUSED) && !says(&text, languages::REFUSED) => {
            Cause::new(CauseId::TransportRefused, Likely.plain(), "No connection came about; most likely nothing listens at that host and port")
                .fact("the message does not say why", FactPlace::Url(context.address.authority.clone()))
                .advice("Check host and port, and whether a firewall or a proxy stands between. The whole message, with the errors inside it, says more")
        }
        FailureKind::Refused => Cause::new(CauseId::TransportRefused, Proven.plain(), "Nothing listens at that host and port")
            .fact("the connection was refused", FactPlace::Url(context.address.authority.clone()))
            .advice("Check host and port. If they are right, the service is down or a firewall refuses for it"),
        FailureKind::Timeout => timeout(failure, &text),
        FailureKind::Proxy => Cause::new(CauseId::TransportProxy, Proven.plain(), "The proxy refused, could not be reached, or wants a sign-in")
            .fact(format!("the failure came from the proxy{}", failure.peer.as_deref().filter(|_| failure.step == Some(Step::Proxy)).map(|peer| format!(" {}", short(peer))).unwrap_or_default()), None)
            .advice("Check the proxy's address and sign-in in the settings, and whether it lets this host through. 407 means that it wants user and password"),
        FailureKind::Tls => tls(context, &text, number),
        FailureKind::Reset if failure.step == Some(Step::Tls) => {
            Cause::new(CauseId::TransportTlsReset, Proven.plain(), "The connection was closed while TLS was being agreed on")
                .fact("the request had not been sent", None)
                .advice("A firewall that does not allow this host name closes connections like this, and so does a server that does not know it. Compare with another network")
        }
        FailureKind::Reset => reset(context),
        FailureKind::Protocol if text.contains("does not end within") => Cause::new(
            CauseId::TransportProtocol,
            Proven.plain(),
            "The head of the answer is too large to be read",
        )
        .fact("it begins as HTTP does, and has no end in sight", None)
        .advice("Ask whoever runs the server, or what stands before it, why it sends so many headers. Look in Centercode whether the ticket exists before sending it again"),
        FailureKind::Protocol => Cause::new(CauseId::TransportProtocol, Proven.strong(), "What answered does not speak HTTP/1")
            .fact("the answer does not begin as HTTP does", FactPlace::Url(context.address.authority.clone()))
            .advice("Check scheme and port of the address: another service listens there"),
        FailureKind::Unreachable => Cause::new(CauseId::TransportNoRoute, Proven.plain(), "There is no route to the host")
            .fact("the network cannot reach the address", FactPlace::Url(context.address.host.clone()))
            .advice("Nothing was sent. Check that this computer is online, and whether the host needs a VPN"),
        FailureKind::Other => Cause::new(CauseId::Unknown, Possible.strong(), "The connection failed before an answer came")
            .advice("Try again, and compare with another network; the message says what the system knows"),
    };
    facts(cause)
}

fn timeout(failure: &NetworkFailure, text: &str) -> Cause {
    let connecting = matches!(failure.step, Some(Step::Resolve | Step::Connect | Step::Tls)) || text.contains("connect");
    let fix = if connecting {
        "Check host and port; a firewall that drops packets looks like this. The connect timeout is in the settings"
    } else {
        "The server took the request and did not answer in time. It may have carried it out: look in Centercode before sending it again. The idle timeout is in the settings"
    };
    Cause::new(CauseId::TransportTimeout, Proven.plain(), "No answer came in time").fact("the time ran out", None).advice(fix)
}

fn reset(context: &RuleContext<'_>) -> Cause {
    let mut cause = Cause::new(CauseId::TransportReset, Proven.plain(), "The connection was closed before an answer came")
        .fact("the other side, or something between, closed it", None)
        .advice("Whether the request was carried out is not known: look in Centercode before sending it again. If it happens each time at the same point, a size limit or a filter cuts it");
    if context.body_size() > 1_000_000 {
        cause = cause.fact(format!("the request has {} bytes; a size limit can look like this", context.body_size()), None);
    }
    cause
}

/// What Apple writes of a certificate that it does not accept, whatever the reason.
const APPLE_DISTRUST: &[&str] = &["code=-1202", "error -1202", "(-1202)", "pretending to be"];

/// What is wrong with a certificate, by the number that says it, or by words.
fn tls(context: &RuleContext<'_>, text: &str, number: Option<CauseId>) -> Cause {
    let is = |id: CauseId, english: &[&str], others: &[&str]| match number {
        Some(number) => number == id,
        None => says(text, english) || says(text, others),
    };
    if is(CauseId::TransportTlsExpired, EXPIRED, languages::EXPIRED) {
        return Cause::new(
            CauseId::TransportTlsExpired,
            Proven.strong(),
            "The server's certificate has expired, or is not valid yet",
        )
        .fact("the certificate's dates do not fit today", None)
        .advice(
            "Whoever runs the server must renew it. Check this computer's clock and date first: a wrong clock looks the same",
        );
    }
    if is(CauseId::TransportTlsUntrusted, UNTRUSTED, languages::UNTRUSTED) {
        return untrusted();
    }
    if is(CauseId::TransportTlsHostname, HOSTNAME, languages::HOSTNAME) {
        let host = short(context.address.raw(&context.address.host));
        let title = if host.is_empty() {
            "The certificate is for another name than the host's".to_owned()
        } else {
            format!("The certificate is for another name than \"{host}\"")
        };
        return Cause::new(CauseId::TransportTlsHostname, Proven.plain(), title)
            .fact("the certificate does not name this host", FactPlace::Url(context.address.host.clone()))
            .advice("Check the host for typos, and for an address in place of a name. If it is right, the server shows the wrong certificate");
    }
    if says(text, &["verify failed", "badcertificate", "curl: (60)"]) || says(text, languages::CERTIFICATE) {
        return Cause { confidence: Likely.strong(), ..untrusted() };
    }
    if says(text, APPLE_DISTRUST) {
        return Cause { confidence: Likely.plain(), ..untrusted() }
            .fact("the same number stands for a certificate of another name", None);
    }
    Cause::new(CauseId::TransportTlsUntrusted, Possible.strong(), "No secure connection could be agreed on").advice(
        "The server may speak another protocol at this port, or only versions of TLS that are too old. Check scheme and port",
    )
}

fn no_tls() -> Cause {
    Cause::new(CauseId::Unknown, Likely.plain(), "The client has no library for TLS, so it sent nothing")
        .fact("the message names what the client lacks, and nothing of the server", None)
        .advice("Install the TLS library that the client asks for, in the version and for the processor that it was built for, or use another client. Address, keys and payload were not looked at")
}

fn no_plain_http() -> Cause {
    Cause::new(CauseId::EndpointScheme, Likely.plain(), "The client refuses to send over plain http")
        .fact("nothing was sent", None)
        .advice("Write https:// at the beginning of the address. If it is there, a redirect leads to an address over http")
}

fn untrusted() -> Cause {
    Cause::new(CauseId::TransportTlsUntrusted, Proven.plain(), "The certificate's issuer is not trusted")
        .fact("it is self-signed, or from an authority that this computer does not know", None)
        .advice("In a company network a proxy may inspect TLS with a certificate of its own: get its CA certificate and name it in the settings (CA file). Otherwise the server lacks an intermediate certificate")
}

#[cfg(test)]
mod tests {
    use crate::diagnosis::diagnose;
    use crate::model::exchange::{FailureKind, NetworkFailure, Step};
    use crate::model::request_record::RequestRecord;
    use crate::model::{Case, Outcome};

    #[test]
    fn failures_of_their_own_by_table() {
        for (kind, step, message, expected) in [
            (FailureKind::Protocol, Step::Wait, "an SSH server answers there: \"SSH-2.0\"", "transport.protocol"),
            (FailureKind::Unreachable, Step::Connect, "No route to host (os error 113)", "transport.no-route"),
            (FailureKind::Reset, Step::Tls, "Connection reset by peer", "transport.tls-reset"),
            (FailureKind::Reset, Step::Wait, "Connection reset by peer", "transport.reset"),
            (FailureKind::Tls, Step::Tls, "received corrupt message of type InvalidContentType", "transport.protocol"),
            (FailureKind::Tls, Step::Tls, "received fatal alert: ProtocolVersion", "transport.tls-version"),
            (FailureKind::Proxy, Step::Proxy, "the proxy refused with 403 Forbidden", "transport.proxy"),
        ] {
            let failure = NetworkFailure { kind, message: message.into(), step: Some(step), peer: None };
            let sent = RequestRecord {
                method: "POST".into(),
                url: "https://acme.example/api/v1/projects/beta1/feedback/log?apiKey=3f0c9a71".into(),
                body: Some("{}".into()),
                ..RequestRecord::default()
            };
            let causes = diagnose(&Case { sent, outcome: Some(Outcome::Failure(failure)), ..Case::default() });
            assert_eq!(causes[0].id.as_str(), expected, "{message}");
            assert!(causes[0].evidence.iter().any(|fact| fact.text.contains(message)), "{message}");
            let was_sent = matches!(step, Step::Wait) && kind != FailureKind::Protocol;
            assert_eq!(causes[0].advice.contains("look in Centercode"), was_sent, "{message}: {}", causes[0].advice);
        }
    }
}
