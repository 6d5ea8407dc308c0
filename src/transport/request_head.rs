//! The head of a request: where it goes, its method and its headers, as they are put on the wire.

use base64::Engine as _;
use http::uri::{Authority, Parts, PathAndQuery};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::error::SendError;
use crate::model::Request;
use crate::model::headers::AUTOMATIC_HEADERS;
use crate::model::secrets::mask::mask_url;
use crate::model::secrets::names::is_secret_name;

/// Bytes that the request line cannot hold; everything else goes out as typed.
const UNSENDABLE: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// Where a request goes.
#[derive(Clone)]
pub(super) struct Target {
    /// The address without user information and fragment; path and query as typed.
    pub(super) uri: Uri,
    /// Without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) is_tls: bool,
    /// An `Authorization` made of the address's user information.
    login: Option<HeaderValue>,
}

impl Target {
    /// Reads an address. What is legal stays as typed, even where the `url` crate would tidy it up; the rest is percent-encoded.
    pub(super) fn read(typed: &str) -> Result<Self, SendError> {
        let typed = typed.trim();
        let unsendable = |reason: &str| {
            SendError::Unsendable(format!("The address {:?} cannot be sent to: {reason}. Check it", mask_url(typed)))
        };
        if typed.is_empty() {
            return Err(SendError::Unsendable("There is no address to send to. Enter one".to_owned()));
        }
        if !typed.contains("://") {
            return Err(unsendable("it has no https:// in front"));
        }
        let whole = utf8_percent_encode(typed.split('#').next().unwrap_or(""), UNSENDABLE).to_string();
        let uri: Uri = in_ascii(&whole).parse().map_err(|error| unsendable(&format!("it is not a URL ({error})")))?;
        let is_tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(unsendable("only http and https can be sent to")),
        };
        let (login, uri) = without_login(uri).ok_or_else(|| unsendable("its host cannot be used"))?;
        let host = uri.host().unwrap_or("").trim_matches(['[', ']']).to_owned();
        if host.is_empty() {
            return Err(unsendable("it names no host"));
        }
        let has_port = uri.authority().is_some_and(|authority| {
            let behind_host = authority.as_str().rsplit(']').next().unwrap_or("");
            behind_host.split_once(':').is_some_and(|(_, port)| !port.is_empty())
        });
        if has_port && uri.port_u16().is_none() {
            return Err(unsendable("its port is not a number from 0 to 65535"));
        }
        let port = uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        Ok(Self { uri: with_path(uri), host, port, is_tls, login })
    }

    /// `host:port`, as failures name it.
    pub(super) fn peer(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Path and query as the request line has them.
    pub(super) fn path_and_query(&self) -> &str {
        self.uri.path_and_query().map_or("/", PathAndQuery::as_str)
    }

    /// What stands in the request line of a request that goes straight there.
    pub(super) fn origin_form(&self) -> Uri {
        // Not by parsing: a path of two slashes would be read as a host.
        let mut parts = Parts::default();
        parts.path_and_query = self.uri.path_and_query().cloned();
        Uri::from_parts(parts).unwrap_or_default()
    }

    /// The address with its port always named: for want of one, tunnels take that of https.
    pub(super) fn with_port(&self) -> Uri {
        let host = self.uri.host().unwrap_or("");
        let mut parts = self.uri.clone().into_parts();
        parts.authority = Authority::try_from(format!("{host}:{}", self.port)).ok();
        Uri::from_parts(parts).unwrap_or_else(|_| self.uri.clone())
    }
}

/// The address with a host of other letters in the form that the name system knows.
fn in_ascii(address: &str) -> String {
    let Some(start) = address.find("://").map(|at| at + 3) else { return address.to_owned() };
    let end = address[start..].find(['/', '?']).map_or(address.len(), |at| start + at);
    let start = address[start..end].rfind('@').map_or(start, |at| start + at + 1);
    let end = address[start..end].find(':').map_or(end, |at| start + at);
    let host = &address[start..end];
    match host.contains('%').then(|| url::Host::parse(host)) {
        Some(Ok(url::Host::Domain(host))) => format!("{}{host}{}", &address[..start], &address[end..]),
        _ => address.to_owned(),
    }
}

fn without_login(uri: Uri) -> Option<(Option<HeaderValue>, Uri)> {
    let authority = uri.authority()?.as_str();
    let Some((login, host)) = authority.rsplit_once('@') else { return Some((None, uri)) };
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let plain: Vec<u8> = percent_decode_str(user).chain([b':']).chain(percent_decode_str(password)).collect();
    let mut value = HeaderValue::from_str(&format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(plain))).ok()?;
    value.set_sensitive(true);
    let host = Authority::try_from(host).ok()?;
    let mut parts = uri.into_parts();
    parts.authority = Some(host);
    Some((Some(value), Uri::from_parts(parts).ok()?))
}

/// The address with the slash that a request line needs and a typed one may lack.
fn with_path(uri: Uri) -> Uri {
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    if path.starts_with('/') {
        return uri;
    }
    let path = PathAndQuery::try_from(format!("/{path}")).ok();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = path;
    Uri::from_parts(parts).unwrap_or(uri)
}

/// The request's headers for the wire: `Host`, its own in order, then what every request carries unless it names it itself.
pub(super) fn header_map(request: &Request, target: &Target) -> Result<HeaderMap, SendError> {
    let mut map = HeaderMap::new();
    if request.header("host").is_none()
        && let Some(host) = target.uri.authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok())
    {
        map.insert(header::HOST, host);
    }
    for (name, value) in &request.headers {
        let unsendable = |what: &str| {
            SendError::Unsendable(format!(
                "The header {name:?} cannot be sent: its {what} has a character that HTTP does not allow. Correct it"
            ))
        };
        let parsed_name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unsendable("name"))?;
        let mut parsed_value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| unsendable("value"))?;
        parsed_value.set_sensitive(is_secret_name(name));
        map.append(parsed_name, parsed_value);
    }
    if let Some(login) = &target.login {
        map.entry(header::AUTHORIZATION).or_insert(login.clone());
    }
    for (name, value) in AUTOMATIC_HEADERS {
        if request.header(name).is_none()
            && let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
        {
            map.insert(name, value);
        }
    }
    Ok(map)
}

/// The request's method: any word will do.
pub(super) fn method_of(request: &Request) -> Result<Method, SendError> {
    Method::from_bytes(request.method.as_bytes()).map_err(|_| {
        SendError::Unsendable(format!("The method {:?} cannot be sent: a method is one word, such as POST", request.method))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_go_out_as_typed() {
        for (url, expected) in [
            ("https://h/api/v1/projects//feedback/s?apiKey=a%2fb", "/api/v1/projects//feedback/s?apiKey=a%2fb"),
            ("http://h:81/a b/ü?x={y}#top", "/a%20b/%C3%BC?x=%7By%7D"),
            ("http://h/a/../b/./c", "/a/../b/./c"),
            ("http://h", "/"),
            (" http://h?x ", "/?x"),
        ] {
            assert_eq!(Target::read(url).unwrap().path_and_query(), expected, "{url}");
        }
    }

    #[test]
    fn peers_by_table() {
        for (url, expected) in [
            ("https://h/", "h:443 h:443"),
            ("http://h", "h:80 h:80"),
            ("http://u:p@h:81/@?@", "h:81 h:81"),
            ("http://h:/", "h:80 h:80"),
            ("http://[::1]/", "::1:80 [::1]:80"),
            ("http://[::1]:81/", "::1:81 [::1]:81"),
            ("https://münchen.example:1/ü", "xn--mnchen-3ya.example:1 xn--mnchen-3ya.example:1"),
        ] {
            let target = Target::read(url).unwrap();
            let with_port = target.with_port();
            assert_eq!(format!("{} {}", target.peer(), with_port.authority().unwrap()), expected, "{url}");
        }
    }

    #[test]
    fn what_is_no_address_is_said_without_the_key() {
        for url in [
            "",
            "h/a?apiKey=SECRET",
            "ftp://h/?apiKey=SECRET",
            "https:///a?apiKey=SECRET",
            "https://h:99999/?apiKey=SECRET",
            "https://h:x/?apiKey=SECRET",
            "https://[::1/?apiKey=SECRET",
            "https://u:SECRET@/a",
        ] {
            let Err(error) = Target::read(url) else { panic!("{url} was taken") };
            assert!(!error.to_string().contains("SECRET"), "{error}");
        }
    }

    #[test]
    fn bad_headers_are_named() {
        let target = Target::read("http://h/").unwrap();
        let request = Request { headers: vec![("X Y".into(), "1".into())], ..Request::default() };
        assert!(header_map(&request, &target).unwrap_err().to_string().contains("X Y"));
        let request = Request { headers: vec![("X".into(), "a\nb".into())], ..Request::default() };
        assert!(header_map(&request, &target).unwrap_err().to_string().contains("value"));
    }
}
