//! What is known of a request that was sent, or is about to be: by the program itself all of it, by a log perhaps one line.

use super::headers::{header, is_own_header};
use super::multipart::{Part, PartContent, Recorded};
use super::request::{Body, Request};
use super::secrets::mask::{mask_headers, mask_url};

/// What was sent; of files the name, type, size and hash, never the bytes. `Debug` masks its secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RequestRecord {
    /// The method; where it was not recorded, the one that is assumed.
    pub method: String,
    /// The whole address, with the API key in clear; mask it before it goes anywhere.
    pub url: String,
    /// Headers in order.
    pub headers: Vec<(String, String)>,
    /// The body, when it was not a multipart body.
    pub body: Option<String>,
    /// The parts of a multipart body.
    pub parts: Option<Vec<Part<Recorded>>>,
    /// What of all this the source did not record. Nothing may be concluded from such a part.
    pub not_recorded: NotRecorded,
}

/// The words that are about the text of a source rather than about a part of the request.
const OF_THE_TEXT: [&str; 3] = ["variables", "rest", "address-end"];

/// What a source did not record of a request. What was not recorded may have been sent anyway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotRecorded {
    /// The method.
    pub method: bool,
    /// Whether it was `http` or `https`.
    pub scheme: bool,
    /// The host's name.
    pub host: bool,
    /// The port.
    pub port: bool,
    /// The headers, or some of them.
    pub headers: bool,
    /// The body, or some of it.
    pub body: bool,
    /// The bytes of files.
    pub file_bytes: bool,
    /// What the variables of a shell, a program or an API client held, whose names stand in its text.
    pub variables: bool,
    /// What may follow: the source ends in the middle of a line, as a paste does that was cut off.
    pub rest: bool,
    /// The end of the address, which is the last that such a source shows.
    pub address_end: bool,
}

impl NotRecorded {
    /// The words of those parts that are not known, as scripts read them: `method`, `file-bytes`.
    pub fn words(self) -> Vec<&'static str> {
        self.all_words().into_iter().filter(|word| !OF_THE_TEXT.contains(word)).collect()
    }

    /// As [`Self::words`], with those that say of the source's text that it is not whole. A case file keeps them, too.
    pub fn all_words(self) -> Vec<&'static str> {
        let mut all = self;
        all.each().into_iter().filter(|(_, flag)| **flag).map(|(word, _)| word).collect()
    }

    /// Reads words that a file holds; a word that is not known here is passed over.
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut read = Self::default();
        for word in words {
            read.each().into_iter().filter(|(known, _)| *known == word).for_each(|(_, flag)| *flag = true);
        }
        read
    }

    /// Whether everything was recorded.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    fn each(&mut self) -> [(&'static str, &mut bool); 10] {
        [
            ("method", &mut self.method),
            ("scheme", &mut self.scheme),
            ("host", &mut self.host),
            ("port", &mut self.port),
            ("headers", &mut self.headers),
            ("body", &mut self.body),
            ("file-bytes", &mut self.file_bytes),
            ("variables", &mut self.variables),
            ("rest", &mut self.rest),
            ("address-end", &mut self.address_end),
        ]
    }
}

impl std::fmt::Debug for RequestRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestRecord")
            .field("method", &self.method)
            .field("url", &mask_url(&self.url))
            .field("headers", &mask_headers(&self.headers))
            .field("body", &self.body.as_ref().map(|body| format!("{} bytes", body.len())))
            .field("parts", &self.parts.as_ref().map(|parts| parts.iter().map(masked).collect::<Vec<_>>()))
            .field("not_recorded", &self.not_recorded.all_words())
            .finish()
    }
}

fn masked(part: &Part<Recorded>) -> Part<Recorded> {
    Part { headers: mask_headers(&part.headers), ..part.clone() }
}

impl RequestRecord {
    /// The first value of a header, whatever its name's case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Whether the method is known.
    pub fn knows_method(&self) -> bool {
        !self.not_recorded.method
    }

    /// Whether it is known that it was `http` or `https`.
    pub fn knows_scheme(&self) -> bool {
        !self.not_recorded.scheme
    }

    /// Whether the host is known.
    pub fn knows_host(&self) -> bool {
        !self.not_recorded.host
    }

    /// Whether the port is known.
    pub fn knows_port(&self) -> bool {
        !self.not_recorded.port
    }

    /// Whether all headers are known, so that one that is missing here was not sent.
    pub fn knows_headers(&self) -> bool {
        !self.not_recorded.headers
    }

    /// Whether the address is known to its end, so that a parameter that is missing here was not sent.
    pub fn knows_address_end(&self) -> bool {
        !self.not_recorded.address_end
    }

    /// Whether the whole body is known, so that one that is missing here was not sent.
    pub fn knows_body(&self) -> bool {
        !self.not_recorded.body
    }

    /// Whether no variable stands in it whose value only the shell or program knows that sends it.
    pub fn knows_variables(&self) -> bool {
        !self.not_recorded.variables
    }

    /// Whether the bytes of files were known to the source, so that it could not have recorded wrong sizes.
    pub fn knows_file_bytes(&self) -> bool {
        !self.not_recorded.file_bytes
    }

    /// The request, to be sent again. `None` for a multipart body, whose bytes nobody kept.
    pub fn again(&self) -> Option<Request> {
        if self.parts.is_some() {
            return None;
        }
        let is_own = |(name, value): &&(String, String)| is_own_header(name, value, &self.url);
        Some(Request {
            method: self.method.clone(),
            url: self.url.clone(),
            headers: self.headers.iter().filter(is_own).cloned().collect(),
            body: self.body.as_ref().map_or(Body::None, |body| Body::Bytes(body.clone().into_bytes())),
        })
    }
}

impl From<&Request> for RequestRecord {
    fn from(request: &Request) -> Self {
        let (body, parts) = match &request.body {
            Body::None => (None, None),
            Body::Bytes(bytes) => (Some(String::from_utf8_lossy(bytes).into_owned()), None),
            Body::Multipart(multipart) => {
                let parts = multipart.parts.iter().map(|part| {
                    let mut recorded = part.with_content(Recorded { size: Some(part.size()), sha256: None });
                    if matches!(part.content, PartContent::File(_)) {
                        recorded.filename.get_or_insert_default();
                    }
                    recorded
                });
                (None, Some(parts.collect()))
            }
        };
        Self {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request.headers.clone(),
            body,
            parts,
            not_recorded: NotRecorded::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(sent.again(), Some(request));
        assert_eq!(RequestRecord { parts: Some(Vec::new()), ..sent }.again(), None);
    }

    #[test]
    fn a_host_of_its_own_is_sent_again() {
        let headers = vec![("Host".to_owned(), "other".to_owned())];
        let sent = RequestRecord { url: "https://h/x".into(), headers: headers.clone(), ..RequestRecord::default() };
        assert_eq!(sent.again().unwrap().headers, headers);
    }

    #[test]
    fn what_is_not_recorded_has_words() {
        let words = ["method", "host", "headers", "body", "file-bytes", "variables", "rest", "address-end"];
        let read = NotRecorded::from_words(words.into_iter().chain(["weather"]));
        assert_eq!((read.all_words(), read.words()), (words.to_vec(), words[..5].to_vec()));
        let sent = RequestRecord { not_recorded: read, ..RequestRecord::default() };
        assert!(!sent.knows_method() && !sent.knows_host() && !sent.knows_headers() && !sent.knows_body());
        assert!(!sent.knows_file_bytes() && !sent.knows_variables() && read.rest && read.address_end);
        assert!(sent.knows_scheme() && sent.knows_port());
        assert!(NotRecorded::default().is_empty() && !read.is_empty());
    }
}
