//! A URL taken apart as it was written, each part with its place in the text.
//!
//! The `url` crate repairs what it reads (it strips tabs and line breaks, encodes spaces, drops a default port), and what it
//! repairs is what a diagnosis has to find. So nothing is changed here: every part is a span of the text.

use std::ops::Range;

use percent_encoding::percent_decode_str;

/// A URL's text and where its parts stand in it. Any text can be taken apart; what is not there is an empty span or `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    text: String,
    /// `https`, without `://`; empty when there is none.
    pub scheme: Range<usize>,
    /// Host and port, without user information.
    pub authority: Range<usize>,
    /// The host alone.
    pub host: Range<usize>,
    /// The path's segments, between its slashes; empty ones too.
    pub segments: Vec<Range<usize>>,
    /// The whole path, its first slash included.
    pub path: Range<usize>,
    /// The pairs behind `?`.
    pub query: Vec<QueryPair>,
    /// What follows `#`.
    pub fragment: Option<Range<usize>>,
}

/// One `name=value` of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryPair {
    /// The name's span.
    pub name: Range<usize>,
    /// The value's span; empty when there is no `=`.
    pub value: Range<usize>,
}

/// What an External Source's path is for, and where its keys stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `/api/v1/projects/PROJECT/feedback/SOURCE`.
    Create {
        /// The project key's span; may be empty.
        project: Range<usize>,
        /// The External Source key's span; may be empty.
        source: Range<usize>,
    },
    /// The create path and more behind it, as the attachment endpoints have it.
    Attachment {
        /// The project key's span; empty when its segment is empty or left out.
        project: Range<usize>,
        /// The External Source key's span.
        source: Range<usize>,
        /// The segments behind the source: ticket, element and whatever stands between.
        rest: Vec<Range<usize>>,
    },
    /// Another path.
    Other,
}

impl Address {
    /// Takes a text apart. Never fails.
    pub fn parse(text: &str) -> Self {
        let fragment_at = text.find('#');
        let without_fragment = fragment_at.unwrap_or(text.len());
        let query_at = text[..without_fragment].find('?');
        let before_query = query_at.unwrap_or(without_fragment);

        let (scheme, authority_start) = match text[..before_query].find("://") {
            Some(at) => (0..at, at + 3),
            None => (0..0, 0),
        };
        let has_authority = !scheme.is_empty() || !text.starts_with('/');
        let path_start = if has_authority {
            text[authority_start..before_query].find('/').map_or(before_query, |at| authority_start + at)
        } else {
            0
        };
        let authority_start = text[authority_start..path_start].rfind('@').map_or(authority_start, |at| authority_start + at + 1);
        let authority = if has_authority { authority_start..path_start } else { 0..0 };
        let host = host_of(text, &authority);

        let path = path_start..before_query;
        let segments = split(text, &(path.start.saturating_add(1).min(path.end)..path.end), '/', path.is_empty());
        let query = query_at.map_or_else(Vec::new, |at| query_pairs(text, &(at + 1..without_fragment)));
        let fragment = fragment_at.map(|at| at + 1..text.len());
        Self { text: text.to_owned(), scheme, authority, host, segments, path, query, fragment }
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A part as it was written.
    pub fn raw(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or("")
    }

    /// A part with `%XX` decoded. In a query a `+` stays a plus: keys are compared as Centercode shows them.
    pub fn decoded(&self, span: &Range<usize>) -> String {
        percent_decode_str(self.raw(span)).decode_utf8_lossy().into_owned()
    }

    /// The first query pair whose decoded name satisfies the test.
    pub fn find_query(&self, test: impl Fn(&str) -> bool) -> Option<&QueryPair> {
        self.query.iter().find(|pair| test(&self.decoded(&pair.name)))
    }

    /// The decoded value of `apiKey`; empty where there is none.
    pub fn api_key_text(&self) -> String {
        self.api_key().map(|pair| self.decoded(&pair.value)).unwrap_or_default()
    }

    /// The value of `apiKey`, exactly so spelt.
    pub fn api_key(&self) -> Option<&QueryPair> {
        self.find_query(|name| name == "apiKey")
    }

    /// `https://host:port`, as written.
    pub fn base(&self) -> &str {
        self.text.get(..self.authority.end).unwrap_or("")
    }

    /// What stands behind [`Self::base`]: path, query and fragment.
    pub fn behind_base(&self) -> &str {
        self.text.get(self.authority.end..).unwrap_or("")
    }

    /// Scheme, host and port in lower case, as in `https://acme.example` or `http://h:81`: where a secret that is meant for this address may
    /// go. The port is left out where it is the scheme's own. Empty where scheme or host is missing.
    pub fn origin(&self) -> String {
        let (scheme, host) = (self.raw(&self.scheme).to_ascii_lowercase(), self.raw(&self.host).to_ascii_lowercase());
        if scheme.is_empty() || host.is_empty() {
            return String::new();
        }
        let own_port = match scheme.as_str() {
            "https" => "443",
            "http" => "80",
            _ => "",
        };
        let port = self.raw(&(self.host.end..self.authority.end)).trim_start_matches(':');
        let port = port.parse::<u16>().map_or_else(|_| port.to_owned(), |port| port.to_string());
        if port.is_empty() || port == own_port { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") }
    }

    /// Reads the path. Only the documented spelling counts; what resembles it is for the diagnosis to say.
    pub fn shape(&self) -> Shape {
        let is = |index: usize, word: &str| self.segments.get(index).is_some_and(|span| self.raw(span) == word);
        if !(is(0, "api") && is(1, "v1") && is(2, "projects")) {
            return Shape::Other;
        }
        // With the key's segment left out, `feedback` follows `projects` at once.
        let (project, source_at) = if is(4, "feedback") {
            (self.segments[3].clone(), 5)
        } else if is(3, "feedback") {
            let at = self.segments[3].start;
            (at..at, 4)
        } else {
            return Shape::Other;
        };
        let Some(source) = self.segments.get(source_at).cloned() else {
            let end = self.path.end;
            return Shape::Create { project, source: end..end };
        };
        let rest: Vec<_> = self.segments[source_at + 1..].to_vec();
        match rest.as_slice() {
            [] => Shape::Create { project, source },
            // A trailing slash makes no attachment endpoint.
            [only] if only.is_empty() => Shape::Other,
            _ => Shape::Attachment { project, source, rest },
        }
    }
}

fn host_of(text: &str, authority: &Range<usize>) -> Range<usize> {
    let whole = &text[authority.clone()];
    let end = if whole.starts_with('[') {
        whole.find(']').map_or(whole.len(), |at| at + 1)
    } else {
        whole.rfind(':').unwrap_or(whole.len())
    };
    authority.start..authority.start + end
}

fn split(text: &str, span: &Range<usize>, at: char, none: bool) -> Vec<Range<usize>> {
    if none {
        return Vec::new();
    }
    let mut start = span.start;
    text[span.clone()]
        .split(at)
        .map(|part| {
            let here = start..start + part.len();
            start = here.end + at.len_utf8();
            here
        })
        .collect()
}

fn query_pairs(text: &str, span: &Range<usize>) -> Vec<QueryPair> {
    split(text, span, '&', span.is_empty())
        .into_iter()
        .map(|pair| match text[pair.clone()].find('=') {
            Some(at) => QueryPair { name: pair.start..pair.start + at, value: pair.start + at + 1..pair.end },
            None => QueryPair { name: pair.clone(), value: pair.end..pair.end },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_create_endpoint_comes_apart() {
        let address =
            Address::parse("https://acme.centercode.com:8443/api/v1/projects/beta1/feedback/appcrashlog?apiKey=3f0c&x#top");
        assert_eq!(address.raw(&address.scheme), "https");
        assert_eq!(address.raw(&address.authority), "acme.centercode.com:8443");
        assert_eq!(address.raw(&address.host), "acme.centercode.com");
        assert_eq!(address.base(), "https://acme.centercode.com:8443");
        let Shape::Create { project, source } = address.shape() else { panic!("{:?}", address.shape()) };
        assert_eq!((address.raw(&project), address.raw(&source)), ("beta1", "appcrashlog"));
        assert_eq!(address.raw(&address.api_key().unwrap().value), "3f0c");
        assert_eq!(address.query.len(), 2);
        assert_eq!(address.fragment.as_ref().map(|span| address.raw(span)), Some("top"));
    }

    #[test]
    fn shapes_by_table() {
        for (url, expected) in [
            ("https://h/api/v1/projects/p/feedback/s", "create p s"),
            ("https://h/api/v1/projects//feedback/s", "create  s"),
            ("https://h/api/v1/projects/feedback/s", "create  s"),
            ("https://h/api/v1/projects/p/feedback/", "create p "),
            ("https://h/api/v1/projects/p/feedback", "create p "),
            ("https://h/api/v1/projects/p/feedback/s/", "other"),
            ("/api/v1/projects//feedback/s/4711/files/log", "attachment  s 4711/files/log"),
            ("/api/v1/projects/feedback/s/4711/log?apiKey=", "attachment  s 4711/log"),
            ("https://h/api/v1/project/p/feedback/s", "other"),
            ("https://h", "other"),
            ("", "other"),
        ] {
            let address = Address::parse(url);
            let found = match address.shape() {
                Shape::Create { project, source } => format!("create {} {}", address.raw(&project), address.raw(&source)),
                Shape::Attachment { project, source, rest } => format!(
                    "attachment {} {} {}",
                    address.raw(&project),
                    address.raw(&source),
                    rest.iter().map(|span| address.raw(span)).collect::<Vec<_>>().join("/")
                ),
                Shape::Other => "other".to_owned(),
            };
            assert_eq!(found, expected, "{url}");
        }
    }

    #[test]
    fn origins_by_table() {
        for (url, expected) in [
            ("https://Acme.example/x?y=http://h", "https://acme.example"),
            ("HTTPS://acme.example:443", "https://acme.example"),
            ("https://acme.example:0443/", "https://acme.example"),
            ("https://acme.example:", "https://acme.example"),
            ("http://acme.example:80/", "http://acme.example"),
            ("http://acme.example:443/", "http://acme.example:443"),
            ("https://acme.example:8443/", "https://acme.example:8443"),
            ("https://acme.example@evil.example/", "https://evil.example"),
            ("https://acme.example:443@evil.example/", "https://evil.example"),
            ("https://[::1]:81/", "https://[::1]:81"),
            ("https://acme.example:x/", "https://acme.example:x"),
            ("acme.example/x", ""),
            ("/api", ""),
            ("https:///x", ""),
            ("", ""),
        ] {
            assert_eq!(Address::parse(url).origin(), expected, "{url}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_apart(text in "\\PC{0,60}|[a-z:/?#@&=\\[\\]é%]{0,60}") {
            let address = Address::parse(&text);
            let _ = (address.shape(), address.base().len(), address.api_key());
            for pair in &address.query {
                let _ = (address.raw(&pair.name), address.decoded(&pair.value));
            }
        }
    }
}
