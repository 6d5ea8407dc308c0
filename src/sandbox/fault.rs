//! Ways for a server, or what stands before it, to misbehave: their names. What they do is in `misbehave`.

use std::fmt;

/// Ways for a server, or what stands before it, to misbehave. A fault touches POST requests alone, to every path of the API
/// unless its label says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Answers after so many milliseconds.
    Delay(u32),
    /// Never answers.
    Hang,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 413 and a closed connection while the body still comes.
    TooLargeEarly,
    /// IIS's page for a body over its limit, on file endpoints.
    Iis40413,
    /// IIS's general 404 page for a body over 30,000,000 bytes.
    IisPlain404,
    /// 429 with a Retry-After.
    TooManyRequests,
    /// 500.
    InternalError,
    /// 502 from a proxy.
    BadGateway,
    /// 503.
    Unavailable,
    /// 504 from a proxy.
    GatewayTimeout,
    /// Resets the connection while the body comes.
    Reset,
    /// Answers byte by byte, so many milliseconds apart.
    Drip(u16),
    /// A sign-in page with status 200.
    LoginPage,
    /// A redirect to a sign-in page.
    LoginRedirect,
    /// 301.
    MovedPermanently,
    /// 302.
    Found,
    /// 307.
    TemporaryRedirect,
    /// 308.
    PermanentRedirect,
    /// The answer compressed with gzip.
    Gzip,
    /// The answer compressed with gzip and damaged.
    BrokenGzip,
    /// The answer's JSON cut off.
    BrokenJson,
    /// The answer padded to so many MiB.
    BigBody(u16),
    /// Every key was changed.
    KeysChanged,
    /// 200 and a plain text.
    NotJson,
    /// Less of the answer than its Content-Length says.
    Truncated,
}

impl Fault {
    /// Every fault, with the parameter it has when none is given.
    pub const ALL: &[Self] = &[
        Self::Delay(3000),
        Self::Hang,
        Self::Unauthorized,
        Self::Forbidden,
        Self::TooLargeEarly,
        Self::Iis40413,
        Self::IisPlain404,
        Self::TooManyRequests,
        Self::InternalError,
        Self::BadGateway,
        Self::Unavailable,
        Self::GatewayTimeout,
        Self::Reset,
        Self::Drip(50),
        Self::LoginPage,
        Self::LoginRedirect,
        Self::MovedPermanently,
        Self::Found,
        Self::TemporaryRedirect,
        Self::PermanentRedirect,
        Self::Gzip,
        Self::BrokenGzip,
        Self::BrokenJson,
        Self::BigBody(100),
        Self::KeysChanged,
        Self::NotJson,
        Self::Truncated,
    ];

    /// Its name on the command line, without a parameter.
    pub fn name(self) -> &'static str {
        self.texts().0
    }

    /// What it does, in a few words.
    pub fn label(self) -> &'static str {
        self.texts().1
    }

    /// The fault of a name. `delay=1.5` (seconds), `drip=10` (milliseconds a byte) and `big-body=20` (MiB) take a parameter;
    /// another parameter, or one on another fault, is `None`.
    pub fn from_name(text: &str) -> Option<Self> {
        let (name, parameter) = text.split_once('=').map_or((text, None), |(name, parameter)| (name, Some(parameter)));
        let fault = Self::ALL.iter().copied().find(|fault| fault.name() == name)?;
        let Some(parameter) = parameter else { return Some(fault) };
        match fault {
            Self::Delay(_) => {
                let seconds: f64 = parameter.parse().ok().filter(|seconds| (0.0..=3600.0).contains(seconds))?;
                Some(Self::Delay((seconds * 1000.0).round() as u32))
            }
            Self::Drip(_) => parameter.parse().ok().map(Self::Drip),
            Self::BigBody(_) => parameter.parse().ok().map(Self::BigBody),
            _ => None,
        }
    }

    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Delay(_) => ("delay", "answers late"),
            Self::Hang => ("hang", "takes the request and never answers"),
            Self::Unauthorized => ("401", "answers 401 Unauthorized"),
            Self::Forbidden => ("403", "answers 403 Forbidden"),
            Self::TooLargeEarly => ("413-early", "answers 413 and closes while the body still comes"),
            Self::Iis40413 => ("iis-404.13", "answers file uploads with IIS's 404.13 page"),
            Self::IisPlain404 => ("iis-404-plain", "answers bodies over 30,000,000 bytes with IIS's general 404 page"),
            Self::TooManyRequests => ("429", "answers 429 Too Many Requests with Retry-After"),
            Self::InternalError => ("500", "answers 500 Internal Server Error"),
            Self::BadGateway => ("502", "answers 502 Bad Gateway with a proxy's page"),
            Self::Unavailable => ("503", "answers 503 Service Unavailable"),
            Self::GatewayTimeout => ("504", "answers 504 Gateway Timeout with a proxy's page"),
            Self::Reset => ("reset", "resets the connection while the body comes"),
            Self::Drip(_) => ("drip", "answers byte by byte"),
            Self::LoginPage => ("login-200", "answers 200 with a sign-in page"),
            Self::LoginRedirect => ("login-redirect", "redirects to a sign-in page"),
            Self::MovedPermanently => ("301", "redirects with 301 to https"),
            Self::Found => ("302", "redirects with 302 to the path with a slash behind it"),
            Self::TemporaryRedirect => ("307", "redirects with 307 to the path with a slash behind it"),
            Self::PermanentRedirect => ("308", "redirects with 308 to https"),
            Self::Gzip => ("gzip", "compresses its answer with gzip"),
            Self::BrokenGzip => ("broken-gzip", "compresses its answer with gzip and damages it"),
            Self::BrokenJson => ("broken-json", "cuts off the JSON of its answer"),
            Self::BigBody(_) => ("big-body", "pads its success answer to many MiB"),
            Self::KeysChanged => ("keys-changed", "answers as if every key had been changed in Centercode"),
            Self::NotJson => ("not-json", "answers 200 with the text OK"),
            Self::Truncated => ("truncated", "sends less of its answer than Content-Length says"),
        }
    }
}

/// As [`Fault::from_name`] reads it, with its parameter.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        match self {
            Self::Delay(millis) => write!(f, "{name}={}", f64::from(*millis) / 1000.0),
            Self::Drip(parameter) | Self::BigBody(parameter) => write!(f, "{name}={parameter}"),
            _ => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for fault in Fault::ALL {
            assert_eq!(Fault::from_name(fault.name()), Some(*fault));
            assert_eq!(Fault::from_name(&fault.to_string()), Some(*fault));
        }
    }

    #[test]
    fn parameters_by_table() {
        for (text, expected) in [
            ("delay=0.25", Some(Fault::Delay(250))),
            ("delay=-1", None),
            ("delay=NaN", None),
            ("drip=1", Some(Fault::Drip(1))),
            ("big-body=2", Some(Fault::BigBody(2))),
            ("big-body=", None),
            ("401=2", None),
            ("teapot", None),
        ] {
            assert_eq!(Fault::from_name(text), expected, "{text}");
        }
    }
}
