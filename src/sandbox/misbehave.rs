//! What faults do to an answer.

use std::convert::Infallible;
use std::io::Write as _;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt as _, stream};
use hyper::Response;

use super::body::{Body, streamed};
use super::fault::Fault;
use super::reply::{Reply, head};
use crate::model::Address;

/// IIS's default for `maxAllowedContentLength`.
const IIS_LIMIT: u64 = 30_000_000;
const HTML: &str = "text/html";
const IIS: (&str, &str) = ("server", "Microsoft-IIS/10.0");
const NGINX: (&str, &str) = ("server", "nginx/1.22.1");
const IIS_404_13: &str = "<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head><body><h2>HTTP Error 404.13 - Not Found</h2><h3>The request filtering module is configured to deny a request that exceeds the request content length.</h3></body></html>";
const IIS_404: &str = "<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head><body><h1>Server Error</h1><h2>404 - File or directory not found.</h2><h3>The resource you are looking for might have been removed, had its name changed, or is temporarily unavailable.</h3></body></html>";
const LOGIN: &str = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in</h1><form method=\"post\" action=\"/login\"><label>Email <input name=\"email\"></label><label>Password <input name=\"password\" type=\"password\"></label><button>Sign in</button></form></body></html>";

/// What a fault needs to know of a request.
pub(super) struct Asked<'a> {
    pub target: &'a str,
    pub base_url: &'a str,
    pub body_size: u64,
    pub is_file: bool,
}

/// The answer of a fault that does not ask the rules. `None`: the rules answer.
pub(super) fn instead(fault: Fault, asked: &Asked<'_>) -> Option<Reply> {
    let rule = format!("fault {fault}: {}", fault.label());
    let described = |status: u16, description: &str| {
        Reply::json_text(status, &format!(r#"{{"status": {status}, "description": "{description}"}}"#), rule.clone())
    };
    let nginx = |status: u16, name: &str| {
        let page = format!(
            "<html>\r\n<head><title>{status} {name}</title></head>\r\n<body>\r\n<center><h1>{status} {name}</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
        );
        Reply::text(status, HTML, &page, rule.clone()).header(NGINX.0, NGINX.1)
    };
    let iis = |page: &str| Reply::text(404, HTML, page, rule.clone()).header(IIS.0, IIS.1);
    let redirect = |status: u16, location: String| {
        Reply::text(status, HTML, "<html><body>Object moved</body></html>", rule.clone()).header("location", location)
    };
    Some(match fault {
        Fault::Unauthorized => described(401, "Unauthorized"),
        Fault::Forbidden => described(403, "Forbidden"),
        Fault::TooLargeEarly => Reply::too_large(rule),
        Fault::Iis40413 if asked.is_file => iis(IIS_404_13),
        Fault::IisPlain404 if asked.body_size > IIS_LIMIT => iis(IIS_404),
        Fault::TooManyRequests => described(429, "Too Many Requests").header("retry-after", "30"),
        Fault::InternalError => described(500, "Internal Server Error"),
        Fault::BadGateway => nginx(502, "Bad Gateway"),
        Fault::Unavailable => {
            Reply::text(503, HTML, "<h1>Service Unavailable</h1><p>HTTP Error 503. The service is unavailable.</p>", rule)
        }
        Fault::GatewayTimeout => nginx(504, "Gateway Time-out"),
        Fault::LoginPage => Reply::text(200, HTML, LOGIN, rule),
        Fault::LoginRedirect => {
            let address = Address::parse(asked.target);
            redirect(302, format!("/login?ReturnUrl={}", address.raw(&address.path)))
        }
        Fault::MovedPermanently => redirect(301, https(asked)),
        Fault::Found => redirect(302, slashed(asked.target)),
        Fault::TemporaryRedirect => redirect(307, slashed(asked.target)),
        Fault::PermanentRedirect => redirect(308, https(asked)),
        Fault::NotJson => Reply::text(200, "text/plain", "OK", rule),
        _ => return None,
    })
}

/// What stands at `/login` while a fault redirects there.
pub(super) fn login_page() -> Reply {
    Reply::text(200, HTML, LOGIN, "the sign-in page")
}

/// The rules' answer as the fault lets it out.
pub(super) fn spoilt(fault: Option<Fault>, mut reply: Reply) -> Response<Body> {
    match fault {
        Some(Fault::Gzip | Fault::BrokenGzip) => {
            reply.body = gzip(&reply.body);
            if fault == Some(Fault::BrokenGzip) {
                damage(&mut reply.body);
            }
            reply.header("content-encoding", "gzip").into_response()
        }
        Some(Fault::BrokenJson) => {
            reply.body.truncate(reply.body.len() * 2 / 3);
            reply.into_response()
        }
        Some(Fault::Truncated) => truncated(reply),
        Some(Fault::Drip(millis)) => drip(reply, Duration::from_millis(millis.into())),
        Some(Fault::BigBody(mib)) if reply.is_success() => big(reply, mib),
        _ => reply.into_response(),
    }
}

/// Whether [`spoilt`] changes an answer, for the log.
pub(super) fn spoils(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::Gzip
            | Fault::BrokenGzip
            | Fault::BrokenJson
            | Fault::Truncated
            | Fault::Drip(_)
            | Fault::BigBody(_)
            | Fault::Delay(_)
    )
}

fn https(asked: &Asked<'_>) -> String {
    format!("{}{}", asked.base_url.replacen("http:", "https:", 1), asked.target)
}

fn slashed(target: &str) -> String {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    query.map_or(format!("{path}/"), |query| format!("{path}/?{query}"))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Spoils what follows gzip's header, and its checksum.
fn damage(bytes: &mut Vec<u8>) {
    for byte in bytes.iter_mut().skip(12) {
        *byte ^= 0xA5;
    }
    bytes.truncate(bytes.len().saturating_sub(4));
}

fn truncated(reply: Reply) -> Response<Body> {
    let announced = (reply.body.len() + 1000).to_string();
    let mut body = Some(Bytes::from(reply.body));
    let stream = stream::unfold(0, move |step| {
        let data = body.take();
        async move {
            if let Some(data) = data {
                return Some((Ok(data), step + 1));
            }
            // The connection is closed by this error; what was written must be out by then.
            tokio::time::sleep(Duration::from_millis(30)).await;
            Some((Err(std::io::Error::other("cut off on purpose")), step + 1))
        }
    });
    let mut headers = reply.headers;
    headers.push(("content-length", announced));
    head(reply.status, &headers, streamed(stream))
}

fn drip(reply: Reply, pause: Duration) -> Response<Body> {
    let mut headers = reply.headers;
    headers.push(("content-length", reply.body.len().to_string()));
    let stream = stream::unfold(Bytes::from(reply.body), move |mut left| async move {
        if left.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        Some((Ok::<_, Infallible>(left.split_to(1)), left))
    });
    head(reply.status, &headers, streamed(stream))
}

/// Pads a JSON object with a member of so many MiB, made as it is sent.
fn big(reply: Reply, mib: u16) -> Response<Body> {
    const CHUNK: &[u8] = &[b'x'; 64 * 1024];
    let mut front = reply.body;
    front.pop();
    front.extend_from_slice(b",\"padding\":\"");
    let chunks = u64::from(mib) * 16;
    let length = front.len() as u64 + chunks * CHUNK.len() as u64 + 2;
    let mut headers = reply.headers;
    headers.push(("content-length", length.to_string()));
    let front = stream::iter([Ok::<_, Infallible>(Bytes::from(front))]);
    let padding = stream::iter((0..chunks).map(|_| Ok(Bytes::from_static(CHUNK))));
    let back = stream::iter([Ok(Bytes::from_static(b"\"}"))]);
    head(reply.status, &headers, streamed(front.chain(padding).chain(back)))
}
