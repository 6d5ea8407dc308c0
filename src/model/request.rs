//! A *request*: exactly what is to be sent.

use super::headers::{AUTOMATIC_HEADERS, header, merge_headers, title_case};
use super::multipart::{Multipart, PartContent};
use super::secrets::body_values::{is_secret_member, secret_places};
use super::secrets::mask::{Masked, mask_headers, mask_url};
use super::secrets::secret::MASK;

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

    /// The first value of a header, whatever its name's case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The request as it goes over an HTTP/1.1 connection: request line, headers, body; of files their length alone.
    pub fn wire_text(&self, secrets: Secrets) -> String {
        self.wire_text_with(secrets, &|_| true)
    }

    /// As [`Request::wire_text`], and where secrets are masked, without what stands in the body under names that mean one, but for what
    /// `is_feedback` says is a parameter of the source's own.
    pub fn wire_text_with(&self, secrets: Secrets, is_feedback: &dyn Fn(&str) -> bool) -> String {
        let shown_body = |body: &str| match secrets {
            Secrets::Masked => Masked::cut(body, secret_places(body, is_feedback)).text.into_owned(),
            Secrets::Shown => body.to_owned(),
        };
        let is_hidden = |name: &str| secrets == Secrets::Masked && is_secret_member(name) && !is_feedback(name);
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
            Body::Bytes(bytes) => text.push_str(&shown_body(&String::from_utf8_lossy(bytes))),
            Body::Multipart(multipart) => {
                let multipart = match secrets {
                    Secrets::Masked => multipart.with_masked_headers(),
                    Secrets::Shown => multipart.clone(),
                };
                for (index, part) in multipart.parts.iter().enumerate() {
                    text.push_str(&multipart.before(index));
                    match &part.content {
                        PartContent::Text(_) | PartContent::Bytes(_) if part.filename.is_none() && is_hidden(&part.name) => {
                            text.push_str(MASK);
                        }
                        PartContent::Text(content) if part.filename.is_none() => text.push_str(content),
                        PartContent::Bytes(bytes) if part.filename.is_none() => text.push_str(&String::from_utf8_lossy(bytes)),
                        PartContent::Text(_) | PartContent::Bytes(_) => text.push_str(&format!("[{} bytes]", part.size())),
                        PartContent::File(file) => text.push_str(&format!("[{} bytes of {}]", file.size, file.path.display())),
                    }
                }
                text.push_str(&multipart.tail());
            }
        }
        text
    }
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
            headers: Vec::new(),
            content: PartContent::Bytes(vec![0; 300]),
        };
        let request = Request::post_multipart("http://h/x".into(), Multipart::new([0; 12], vec![part]), &[]);
        let text = request.wire_text(Secrets::Masked);
        assert!(text.contains("filename=\"a.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n[300 bytes]\r\n--"), "{text}");
    }

    #[test]
    fn an_own_header_replaces_ours() {
        let extra = vec![("content-type".to_owned(), "text/plain".to_owned())];
        let request = Request::post_json("http://h/".into(), "{}", &extra);
        assert_eq!(request.headers, extra);
    }
}
