//! Why no answer came: by the failure's kind, and by its words, which each library writes its own way.

use crate::diagnosis::cause::{Cause, Place};
use crate::diagnosis::context::RuleContext;
use crate::diagnosis::phrases::network::{DNS, EXPIRED, HOSTNAME, PROXY, REFUSED, RESET, TIMEOUT, TLS, UNTRUSTED};
use crate::diagnosis::text::short;
use crate::model::exchange::{FailureKind, NetworkFailure, Step};

fn says(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// The causes of a failure, best first.
pub(crate) fn check(context: &RuleContext<'_>) -> Vec<Cause> {
    let Some(failure) = context.case.failure() else { return Vec::new() };
    vec![cause_of(context, failure)]
}

/// The message in lower case without the request's own address: a source key named "proxy-timeouts" says nothing of the failure.
fn without_address(context: &RuleContext<'_>, message: &str) -> String {
    let mut text = message.to_lowercase();
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
    text
}

fn kind_of(failure: &NetworkFailure, text: &str) -> FailureKind {
    // The kind was found from the error itself where it could be; the words serve where it says no more than "other".
    match failure.kind {
        FailureKind::Other | FailureKind::Tls => {}
        // What fails on the way to the proxy is the proxy's.
        FailureKind::Refused | FailureKind::Reset | FailureKind::Dns
            if says(text, &["proxyerror", "to proxy", "resolve proxy", "through proxy", "tunneling socket"]) =>
        {
            return FailureKind::Proxy;
        }
        kind => return kind,
    }
    let by_words = [
        (
            FailureKind::Tls,
            &["certificate", "x509", "pkix", "err_cert", "cert_has", "zertifikat", "certificat", "_signature"][..],
        ),
        (FailureKind::Proxy, PROXY),
        (FailureKind::Dns, DNS),
        (FailureKind::Refused, REFUSED),
        (FailureKind::Timeout, TIMEOUT),
        (FailureKind::Reset, RESET),
        (FailureKind::Tls, TLS),
    ];
    if failure.kind == FailureKind::Tls {
        return FailureKind::Tls;
    }
    by_words.into_iter().find(|(_, words)| says(text, words)).map_or(FailureKind::Other, |(kind, _)| kind)
}

fn cause_of(context: &RuleContext<'_>, failure: &NetworkFailure) -> Cause {
    let text = without_address(context, &failure.message);
    let host = short(context.address.raw(&context.address.host));
    let cause = match kind_of(failure, &text) {
        FailureKind::Dns => Cause::new("transport.dns", 0.95, format!("The name \"{host}\" does not resolve"))
            .fact("no address was found for the host", Place::Url(context.address.host.clone()))
            .advice("Check the host for typos. If it is right, check the network: a VPN, or a network in which only the proxy knows names"),
        FailureKind::Refused => Cause::new("transport.refused", 0.94, "Nothing listens at that host and port")
            .fact("the connection was refused", Place::Url(context.address.authority.clone()))
            .advice("Check host and port. If they are right, the service is down or a firewall refuses for it"),
        FailureKind::Timeout => timeout(failure, &text),
        FailureKind::Proxy => Cause::new("transport.proxy", 0.93, "The proxy refused, could not be reached, or wants a sign-in")
            .fact(format!("the failure came from the proxy{}", failure.peer.as_deref().filter(|_| failure.step == Some(Step::Proxy)).map(|peer| format!(" {}", short(peer))).unwrap_or_default()), None)
            .advice("Check the proxy's address and sign-in in the settings, and whether it lets this host through. 407 means that it wants user and password"),
        FailureKind::Tls => tls(context, &text),
        FailureKind::Reset => reset(context),
        FailureKind::Other => Cause::new("transport.reset", 0.5, "The connection failed before an answer came")
            .advice("Try again, and compare with another network; the message says what the system knows"),
    };
    cause.fact(format!("the system says: \"{}\"", failure.message.chars().take(300).collect::<String>()), None)
}

fn timeout(failure: &NetworkFailure, text: &str) -> Cause {
    let connecting = matches!(failure.step, Some(Step::Resolve | Step::Connect | Step::Tls)) || text.contains("connect");
    let fix = if connecting {
        "Check host and port; a firewall that drops packets looks like this. The connect timeout is in the settings"
    } else {
        "The server took the request and did not answer in time. It may have carried it out: look in Centercode before sending it again. The idle timeout is in the settings"
    };
    Cause::new("transport.timeout", 0.94, "No answer came in time").fact("the time ran out", None).advice(fix)
}

fn reset(context: &RuleContext<'_>) -> Cause {
    let mut cause = Cause::new("transport.reset", 0.93, "The connection was closed before an answer came")
        .fact("the other side, or something between, closed it", None)
        .advice("Whether the request was carried out is not known: look in Centercode before sending it again. If it happens each time at the same point, a size limit or a filter cuts it");
    if context.body_size() > 1_000_000 {
        cause = cause.fact(format!("the request has {} bytes; a size limit can look like this", context.body_size()), None);
    }
    cause
}

fn tls(context: &RuleContext<'_>, text: &str) -> Cause {
    let host = short(context.address.raw(&context.address.host));
    if says(text, EXPIRED) {
        return Cause::new("transport.tls-expired", 0.95, "The server's certificate has expired, or is not valid yet")
            .fact("the certificate's dates do not fit today", None)
            .advice(
                "Whoever runs the server must renew it. Check this computer's clock and date first: a wrong clock looks the same",
            );
    }
    if says(text, UNTRUSTED) {
        return untrusted();
    }
    if says(text, HOSTNAME) {
        return Cause::new("transport.tls-hostname", 0.94, format!("The certificate is for another name than \"{host}\""))
            .fact("the certificate does not name this host", Place::Url(context.address.host.clone()))
            .advice("Check the host for typos, and for an address in place of a name. If it is right, the server shows the wrong certificate");
    }
    if says(text, &["certificate verify failed", "verify failed", "certificate", "badcertificate"]) {
        return Cause { confidence: 0.75, ..untrusted() };
    }
    Cause::new("transport.tls-untrusted", 0.5, "No secure connection could be agreed on").advice(
        "The server may speak another protocol at this port, or only versions of TLS that are too old. Check scheme and port",
    )
}

fn untrusted() -> Cause {
    Cause::new("transport.tls-untrusted", 0.94, "The certificate's issuer is not trusted")
        .fact("it is self-signed, or from an authority that this computer does not know", None)
        .advice("In a company network a proxy may inspect TLS with a certificate of its own: get its CA certificate and name it in the settings (CA file). Otherwise the server lacks an intermediate certificate")
}
