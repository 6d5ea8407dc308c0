//! A *request*: exactly what is to be sent.

use super::exchange::RequestRecord;
use super::multipart::{Multipart, PartContent};
use super::secrets::mask::{mask_headers, mask_url};

/// What is to be sent, to the byte, but for what HTTP adds for the connection (`Host`, `Content-Length`, `Accept-Encoding`).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, as it goes on the wire.
    pub method: String,
    /// The whole address, with the API key in clear.
    pub url: String,
    /// Headers in order, repeats kept. `Content-Type` is among them, also for multipart.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

/// What follows the headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    #[default]
    None,
    /// Bytes in memory.
    Bytes(Vec<u8>),
    /// Parts, files among them.
    Multipart(Multipart),
}

impl Body {
    /// Its length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::None => 0,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Multipart(multipart) => multipart.content_length(),
        }
    }

    /// Whether nothing follows the headers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &mask_url(&self.url))
            .field("headers", &mask_headers(&self.headers))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// Whether secrets are shown as they are or masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Secrets {
    /// `••••` in their place.
    #[default]
    Masked,
    /// In clear, because the user asked for it.
    Shown,
}

impl Request {
    /// A POST of a JSON text, as External Sources wants it.
    pub fn post_json(url: String, json: &str, extra_headers: &[(String, String)]) -> Self {
        let mut headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        merge_headers(&mut headers, extra_headers);
        Self { method: "POST".into(), url, headers, body: Body::Bytes(json.as_bytes().to_vec()) }
    }

    /// A POST of files.
    pub fn post_multipart(url: String, multipart: Multipart, extra_headers: &[(String, String)]) -> Self {
        let mut headers = vec![("Content-Type".to_owned(), multipart.content_type())];
        let others: Vec<_> =
            extra_headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type")).cloned().collect();
        merge_headers(&mut headers, &others);
        Self { method: "POST".into(), url, headers, body: Body::Multipart(multipart) }
    }

    /// A request that was sent, to be sent again. `None` for a multipart body, whose bytes nobody kept.
    pub fn again(sent: &RequestRecord) -> Option<Self> {
        if sent.parts.is_some() {
            return None;
        }
        Some(Self {
            method: sent.method.clone(),
            url: sent.url.clone(),
            headers: sent.headers.iter().filter(|(name, value)| is_own_header(name, value)).cloned().collect(),
            body: sent.body.as_ref().map_or(Body::None, |body| Body::Bytes(body.clone().into_bytes())),
        })
    }

    /// The first value of a header, whatever its name's case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The request as it goes over an HTTP/1.1 connection: request line, headers, body; of files their length alone.
    pub fn wire_text(&self, secrets: Secrets) -> String {
        let address = super::address::Address::parse(&self.url);
        let shown = match secrets {
            Secrets::Masked => super::address::Address::parse(&mask_url(&self.url)),
            Secrets::Shown => address.clone(),
        };
        let target = shown.text().get(shown.path.start..).unwrap_or("");
        let target = target.split('#').next().unwrap_or("");
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, target);
        if self.header("host").is_none() {
            text.push_str(&format!("Host: {}\r\n", address.raw(&address.authority)));
        }
        let headers = match secrets {
            Secrets::Masked => mask_headers(&self.headers),
            Secrets::Shown => self.headers.clone(),
        };
        for (name, value) in headers {
            text.push_str(&format!("{}: {value}\r\n", title_case(&name)));
        }
        for (name, value) in AUTOMATIC_HEADERS {
            if self.header(name).is_none() {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        if !matches!(self.body, Body::None) && self.header("content-length").is_none() {
            text.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        text.push_str("\r\n");
        match &self.body {
            Body::None => {}
            Body::Bytes(bytes) => text.push_str(&String::from_utf8_lossy(bytes)),
            Body::Multipart(multipart) => {
                for (index, part) in multipart.parts.iter().enumerate() {
                    text.push_str(&multipart.before(index));
                    match &part.content {
                        PartContent::Bytes(bytes) if part.filename.is_none() => text.push_str(&String::from_utf8_lossy(bytes)),
                        PartContent::Bytes(_) => text.push_str(&format!("[{} bytes]", part.size())),
                        PartContent::File(file) => text.push_str(&format!("[{} bytes of {}]", file.size, file.path.display())),
                    }
                }
                text.push_str(&multipart.tail());
            }
        }
        text
    }
}

/// A header's name as it is written on the wire: `x-run-id` as `X-Run-Id`. Its case means nothing to HTTP.
pub fn title_case(name: &str) -> String {
    let mut starts = true;
    name.chars()
        .map(|c| {
            let written = if starts { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
            starts = c == '-';
            written
        })
        .collect()
}

/// Headers that every request carries unless it names them itself.
pub const AUTOMATIC_HEADERS: [(&str, &str); 3] = [
    ("User-Agent", concat!("Centerpost/", env!("CARGO_PKG_VERSION"))),
    ("Accept", "*/*"),
    ("Accept-Encoding", "gzip, deflate, br, zstd"),
];

/// Whether a header of a request is the user's: what every request carries by itself, and what the connection adds, comes again by
/// itself.
pub fn is_own_header(name: &str, value: &str) -> bool {
    !["host", "content-length"].contains(&name.to_ascii_lowercase().as_str())
        && !AUTOMATIC_HEADERS.iter().any(|known| known.0.eq_ignore_ascii_case(name) && known.1 == value)
}

/// Whether a header belongs to a connection or to the body's length, not to what is asked: whoever sends the request sets it.
pub fn is_of_the_connection(name: &str) -> bool {
    let names = [
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "accept-encoding",
        "expect",
        "keep-alive",
        "proxy-connection",
    ];
    name.starts_with(':') || names.iter().any(|other| name.eq_ignore_ascii_case(other))
}

/// Whether a header of a request to this address says something that whoever sends it does not set anew: all but those of the
/// connection, and a Host that is not the address's.
pub fn is_to_be_sent(name: &str, value: &str, url: &str) -> bool {
    let address = super::address::Address::parse(url);
    let is_other_host = name.eq_ignore_ascii_case("host") && !value.eq_ignore_ascii_case(address.raw(&address.authority));
    !is_of_the_connection(name) || is_other_host
}

/// The first value of a header, whatever its name's case.
pub fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// A header that the user sets takes the place of ours of that name; others follow in order.
fn merge_headers(headers: &mut Vec<(String, String)>, extra: &[(String, String)]) {
    headers.retain(|(name, _)| !extra.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)));
    headers.extend(extra.iter().filter(|(name, _)| !name.is_empty()).cloned());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::multipart::Part;

    #[test]
    fn the_wire_text_hides_the_key_until_asked() {
        let extra = vec![("X-Api-Key".to_owned(), "abc".to_owned()), ("X-Run".to_owned(), "7".to_owned())];
        let request = Request::post_json("https://h:8443/api/v1/projects/p/feedback/s?apiKey=3f0c".into(), "{\"a\":1}", &extra);
        let masked = request.wire_text(Secrets::Masked);
        assert!(masked.starts_with("POST /api/v1/projects/p/feedback/s?apiKey=•••• HTTP/1.1\r\nHost: h:8443\r\n"), "{masked}");
        assert!(masked.contains("X-Run: 7\r\n") && masked.ends_with("Content-Length: 7\r\n\r\n{\"a\":1}"), "{masked}");
        assert!(!masked.contains("3f0c") && !masked.contains("abc"));
        assert!(!format!("{request:?}").contains("3f0c"));
        let shown = request.wire_text(Secrets::Shown);
        assert!(shown.contains("3f0c") && shown.contains("abc"));
    }

    #[test]
    fn a_file_is_shown_by_its_length() {
        let part = Part {
            name: "log".into(),
            filename: Some("a.bin".into()),
            content_type: Some("application/octet-stream".into()),
            content: PartContent::Bytes(vec![0; 300]),
        };
        let request = Request::post_multipart("http://h/x".into(), Multipart::new([0; 12], vec![part]), &[]);
        let text = request.wire_text(Secrets::Masked);
        assert!(text.contains("filename=\"a.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n[300 bytes]\r\n--"), "{text}");
    }

    #[test]
    fn what_was_sent_can_be_sent_again() {
        let request = Request::post_json(
            "https://h/x?apiKey=k".into(),
            "{}",
            &[("X-A".into(), "1".into()), ("User-Agent".into(), "mine".into())],
        );
        let mut sent = RequestRecord::from(&request);
        sent.headers.extend([
            ("Host".into(), "h".into()),
            ("accept".into(), "*/*".into()),
            ("Content-Length".into(), "2".into()),
        ]);
        assert_eq!(Request::again(&sent), Some(request));
        assert_eq!(Request::again(&RequestRecord { parts: Some(Vec::new()), ..sent }), None);
    }

    #[test]
    fn an_own_header_replaces_ours() {
        let extra = vec![("content-type".to_owned(), "text/plain".to_owned())];
        let request = Request::post_json("http://h/".into(), "{}", &extra);
        assert_eq!(request.headers, extra);
    }
}
