//! The head of a request that comes in, and the head that goes on.

use crate::model::headers::header;
use crate::transport::answer_head::{LARGEST, head_end};

/// The head of a request, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RequestHead {
    /// Its bytes, with the blank line.
    pub(super) raw: Vec<u8>,
    pub(super) method: String,
    /// What stands between method and version: a path, a whole URL, or `host:port`.
    pub(super) target: String,
    /// `HTTP/1.1` or the like.
    pub(super) version: String,
    /// In order, repeats and case kept.
    pub(super) headers: Vec<(String, String)>,
}

/// What came so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading {
    More,
    Head(RequestHead),
    /// It is not a request of HTTP/1; why.
    Foreign(&'static str),
}

/// Reads a head from the beginning of what came.
pub(super) fn read(bytes: &[u8]) -> Reading {
    // Blank lines before a request are passed over, as RFC 9112 has it.
    let start = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len());
    let rest = &bytes[start..];
    if rest.starts_with(&[0x16, 3]) {
        return Reading::Foreign(
            "TLS was spoken to a relay that listens for plain HTTP; use http://, or start it with --cert and --key",
        );
    }
    if rest.starts_with(b"PRI * HTTP/2") {
        return Reading::Foreign("HTTP/2 was spoken without being agreed on; the relay speaks HTTP/1.1");
    }
    let Some(end) = head_end(rest) else {
        return if rest.len() > LARGEST {
            Reading::Foreign("the head of the request does not end within 1 MiB")
        } else {
            Reading::More
        };
    };
    parse(&bytes[..start + end]).map_or(Reading::Foreign("the first line is not a request line of HTTP/1"), Reading::Head)
}

fn parse(raw: &[u8]) -> Option<RequestHead> {
    let mut lines = raw.split(|byte| *byte == b'\n').map(text).filter(|line| !line.is_empty());
    let first = lines.next()?;
    let (method, rest) = first.split_once(' ')?;
    let (target, version) = rest.trim().rsplit_once(' ')?;
    let is_http = version.starts_with("HTTP/1.") && !method.is_empty();
    let header = |line: String| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    is_http.then(|| RequestHead {
        raw: raw.to_vec(),
        method: method.to_owned(),
        target: target.trim().to_owned(),
        version: version.to_owned(),
        headers: lines.filter_map(header).collect(),
    })
}

fn text(line: &[u8]) -> String {
    String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned()
}

impl RequestHead {
    /// The first value of a header.
    pub(super) fn header(&self, wanted: &str) -> Option<&str> {
        header(&self.headers, wanted)
    }

    /// Whether the connection goes on after this request.
    pub(super) fn keeps_alive(&self) -> bool {
        let says = |word: &str| {
            self.headers.iter().any(|(name, value)| {
                name.eq_ignore_ascii_case("connection") && value.split(',').any(|said| said.trim().eq_ignore_ascii_case(word))
            })
        };
        if self.version == "HTTP/1.0" { says("keep-alive") } else { !says("close") }
    }

    /// The bytes that go on: with this target in the request line, this host, without what was meant for a proxy, and with `added`
    /// behind the rest. Every other line stays as it came.
    pub(super) fn passed_on(&self, target: &str, host: &str, left_out: &[&str], added: Option<(&str, &[u8])>) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.raw.len() + 64);
        let mut has_host = false;
        let mut is_first = true;
        for line in self.raw.split_inclusive(|byte| *byte == b'\n') {
            let end: &[u8] = if line.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
            let bare = line.strip_suffix(end).unwrap_or(line);
            if bare.is_empty() {
                if is_first {
                    continue;
                }
                if !has_host && !host.is_empty() && self.version != "HTTP/1.0" {
                    out.extend_from_slice(&[b"Host: ", host.as_bytes(), end].concat());
                }
                if let Some((name, value)) = added {
                    out.extend_from_slice(&[name.as_bytes(), b": ", value, end].concat());
                }
                out.extend_from_slice(line);
                continue;
            }
            if is_first {
                is_first = false;
                if target == self.target {
                    // As it came: it may hold bytes that are not UTF-8.
                    out.extend_from_slice(line);
                } else {
                    out.extend_from_slice(format!("{} {target} {}", self.method, self.version).as_bytes());
                    out.extend_from_slice(end);
                }
                continue;
            }
            let name = bare.split(|byte| *byte == b':').next().unwrap_or_default();
            let is_named = |wanted: &str| name.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes());
            if left_out.iter().any(|wanted| is_named(wanted)) {
                continue;
            }
            if is_named("host") && !host.is_empty() {
                // The name as it was written; only the value is another's.
                has_host = true;
                out.extend_from_slice(&[name, b": ", host.as_bytes(), end].concat());
                continue;
            }
            out.extend_from_slice(line);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> RequestHead {
        match read(text.as_bytes()) {
            Reading::Head(head) => head,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn heads_go_on_as_they_came() {
        for (came, target, left_out, expected) in [
            (
                "POST /a HTTP/1.1\r\nhOsT: localhost:8085\r\nx-B: 1\r\nX-a:  two \r\nx-B: 3\r\n\r\n",
                "/a",
                &[][..],
                "POST /a HTTP/1.1\r\nhOsT: acme.example\r\nx-B: 1\r\nX-a:  two \r\nx-B: 3\r\n\r\n",
            ),
            (
                "\r\nPOST http://acme.example/a?b HTTP/1.1\nProxy-Connection: keep-alive\nA: b\n\n",
                "/a?b",
                &["proxy-connection"],
                "POST /a?b HTTP/1.1\nA: b\nHost: acme.example\n\n",
            ),
            ("GET /a HTTP/1.0\r\n\r\n", "/a", &[], "GET /a HTTP/1.0\r\n\r\n"),
        ] {
            let passed = head(came).passed_on(target, "acme.example", left_out, None);
            assert_eq!(String::from_utf8(passed).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_no_request_is_named() {
        for (bytes, expected) in [
            (&b"POST / HTTP/1.1\r\nA: b\r\n"[..], "More"),
            (b"\x16\x03\x01\x02\x00", "TLS"),
            (b"PRI * HTTP/2.0\r\n\r\n", "HTTP/2"),
            (b"hello\r\n\r\n", "not a request line"),
            (b"POST / SIP/2.0\r\n\r\n", "not a request line"),
        ] {
            assert!(format!("{:?}", read(bytes)).contains(expected), "{expected}");
        }
    }

    #[test]
    fn connections_go_on_as_their_version_has_it() {
        for (text, expected) in [
            ("GET / HTTP/1.1\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nConnection: Upgrade, Close\r\n\r\n", false),
            ("GET / HTTP/1.0\r\n\r\n", false),
            ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true),
        ] {
            assert_eq!(head(text).keeps_alive(), expected, "{text}");
        }
    }
}
