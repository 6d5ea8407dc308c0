//! Network errors, taken apart: what kind, at which step, and in words without the URL.

use std::error::Error;
use std::io;

use super::answer_head::ProtocolError;
use crate::model::exchange::{FailureKind, NetworkFailure, Step};

/// The failure that an error chain tells of.
pub(super) fn failure(error: &(dyn Error + 'static), step: Step, peer: String) -> NetworkFailure {
    let (kind, step) = classify(error, step);
    NetworkFailure { kind, message: message(error), step: Some(step), peer: Some(peer) }
}

/// What the innermost error says: the outer ones repeat "error sending request". Of a TLS error everything is told.
pub(super) fn message(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = inner(last).filter(|_| !last.is::<rustls::Error>()) {
        last = source;
    }
    last.to_string()
}

/// What caused an error. An `io::Error` that wraps another skips it in `source`.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return error.get_ref().map(|error| error as &(dyn Error + 'static));
    }
    error.source()
}

fn classify(error: &(dyn Error + 'static), step: Step) -> (FailureKind, Step) {
    let chain = || std::iter::successors(Some(error), |error| inner(*error));
    // Whatever wraps it and on whatever way, a TLS error is the certificate's or the handshake's.
    if chain().any(<dyn Error>::is::<rustls::Error>) {
        return (FailureKind::Tls, Step::Tls);
    }
    if chain().any(<dyn Error>::is::<ProtocolError>) {
        return (FailureKind::Protocol, Step::Wait);
    }
    let kind = chain().find_map(|error| match (error.downcast_ref::<io::Error>(), error.downcast_ref::<hyper::Error>()) {
        (Some(error), _) => io_kind(error, step),
        (_, Some(error)) if error.is_timeout() => Some(FailureKind::Timeout),
        (_, Some(error)) if error.is_incomplete_message() || error.is_canceled() || error.is_closed() => Some(FailureKind::Reset),
        _ => None,
    });
    let by_step = match step {
        Step::Resolve => FailureKind::Dns,
        Step::Proxy => FailureKind::Proxy,
        Step::Tls => FailureKind::Tls,
        _ => FailureKind::Other,
    };
    (kind.unwrap_or(by_step), step)
}

fn io_kind(error: &io::Error, step: Step) -> Option<FailureKind> {
    match step {
        Step::Resolve => return Some(FailureKind::Dns),
        Step::Proxy => return Some(FailureKind::Proxy),
        _ => {}
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some(FailureKind::Refused),
        io::ErrorKind::TimedOut => Some(FailureKind::Timeout),
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => Some(FailureKind::Reset),
        io::ErrorKind::UnexpectedEof => Some(FailureKind::Reset),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Some(FailureKind::Unreachable),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn kinds_by_table() {
        let io = |kind| io::Error::new(kind, "x");
        for (error, step, expected) in [
            (io(io::ErrorKind::ConnectionRefused), Step::Connect, FailureKind::Refused),
            (io(io::ErrorKind::TimedOut), Step::Connect, FailureKind::Timeout),
            (io(io::ErrorKind::BrokenPipe), Step::Send, FailureKind::Reset),
            (io(io::ErrorKind::Other), Step::Resolve, FailureKind::Dns),
            (io(io::ErrorKind::ConnectionRefused), Step::Proxy, FailureKind::Proxy),
            (io::Error::other(rustls::Error::DecryptError), Step::Connect, FailureKind::Tls),
            (io::Error::other(rustls::Error::DecryptError), Step::Proxy, FailureKind::Tls),
            (io(io::ErrorKind::HostUnreachable), Step::Connect, FailureKind::Unreachable),
            (io::Error::other(ProtocolError("x".into())), Step::Send, FailureKind::Protocol),
        ] {
            assert_eq!(failure(&error, step, "h:1".into()).kind, expected, "{error:?}");
        }
    }

    #[test]
    fn a_tls_error_is_told_in_full() {
        let cause = rustls::OtherError(Arc::new(io::Error::other("the issuer is not known")));
        let error = io::Error::other(rustls::Error::InvalidCertificate(rustls::CertificateError::Other(cause)));
        let message = failure(&error, Step::Connect, "h:1".into()).message;
        assert!(message.starts_with("invalid peer certificate") && message.contains("the issuer is not known"), "{message}");
    }

    #[test]
    fn the_innermost_error_speaks() {
        let error = io::Error::other(rustls::Error::General("certificate expired".into()));
        assert!(failure(&error, Step::Connect, "h:1".into()).message.contains("certificate expired"));
    }
}
