//! One connection of a client: its requests in turn, and where each of them goes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncWriteExt as _, ReadHalf, WriteHalf};
use tokio::sync::Notify;

use super::capture::Capture;
use super::event::{RelayEvent, RelayStep, RelayedExchange};
use super::framing::{BodyReader, Framing};
use super::head::{self, Reading, RequestHead};
use super::options::{Destination, RelayOptions};
use super::pump::{self, Asked, Broken, Incoming, Outgoing, Receiver};
use super::recorded;
use super::shared::{End, Shared};
use super::upstream::Upstream;
use super::wire::Wire;
use crate::model::exchange::{Outcome, Timings};
use crate::model::{Address, Exchange};
use crate::transport::connect;
use crate::transport::deferred_write_error::Stream;
use crate::transport::request_head::Target;

/// How long a client may take over the head of a request once it has begun.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// How long a server's answer is waited for once it takes no more of the request.
const AFTER_BREAK: Duration = Duration::from_secs(10);
/// How long a client may go on sending after it was answered.
const LINGER: Duration = Duration::from_secs(2);
/// The type of what the relay says itself.
const PLAIN: &str = "text/plain; charset=utf-8";
/// What becomes of a request.
enum Route {
    /// It is passed on, or answered here, and recorded.
    Recorded {
        path: String,
    },
    /// It goes to another host and is not looked into.
    PassedBy {
        url: String,
    },
    /// An encrypted tunnel to `host:port`.
    Tunnel {
        host: String,
    },
    Refused {
        status: &'static str,
        reason: String,
    },
}

pub(super) struct Connection<S> {
    pub(super) wire: Wire<ReadHalf<S>>,
    pub(super) writer: WriteHalf<S>,
    pub(super) client: SocketAddr,
    pub(super) shared: Arc<Shared>,
}

impl<S: Stream> Connection<S> {
    /// Serves the requests of a connection until it ends.
    pub(super) async fn serve(mut self) {
        let mut kept = None;
        while let Some(head) = self.next_head().await.filter(|_| !self.shared.stop.is_cancelled()) {
            match route(&head, &self.shared.options) {
                Route::Recorded { path } => match self.recorded(&head, &path, kept.take()).await {
                    Some(upstream) => kept = upstream,
                    None => break,
                },
                Route::PassedBy { url } => {
                    let origin = Address::parse(&url).origin();
                    let host = origin.split_once("://").map_or("", |(_, host)| host).to_owned();
                    self.shared.tell(RelayEvent::PassedBy { client: self.client, host }).await;
                    match self.passed_by(&head, &url).await {
                        true => {}
                        false => break,
                    }
                }
                Route::Tunnel { host } => {
                    self.shared.tell(RelayEvent::PassedBy { client: self.client, host: host.clone() }).await;
                    return self.tunnel(&host).await;
                }
                Route::Refused { status, reason } => {
                    self.refuse(status, &reason).await;
                    break;
                }
            }
        }
        self.linger().await;
    }

    /// The head of the next request; `None` at the connection's end.
    async fn next_head(&mut self) -> Option<RequestHead> {
        let mut begun = None;
        loop {
            match head::read(&self.wire.buffer) {
                Reading::Head(head) => {
                    let _ = self.wire.buffer.split_to(head.raw.len());
                    return Some(head);
                }
                Reading::Foreign(reason) => {
                    self.refuse("400 Bad Request", reason).await;
                    return None;
                }
                Reading::More => {}
            }
            if !self.wire.buffer.is_empty() {
                begun.get_or_insert_with(Instant::now);
            }
            let left = begun.map(|begun: Instant| HEAD_WITHIN.saturating_sub(begun.elapsed()));
            let late = async {
                match left {
                    Some(left) => tokio::time::sleep(left).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                filled = self.wire.fill() => if !matches!(filled, Ok(1..)) { return None },
                () = late => {
                    self.refuse("408 Request Timeout", "the head of the request did not come within 30 s").await;
                    return None;
                }
                () = self.shared.stop.cancelled() => return None,
            }
        }
    }

    async fn refuse(&mut self, status: &str, reason: &str) {
        self.reply(status, Some(PLAIN), &format!("Centerpost relay: {reason}\n"), false).await;
        self.shared.tell(RelayEvent::Refused { client: self.client, reason: reason.to_owned() }).await;
    }

    /// An answer of the relay's own; one without a type has no body, nor a length of one. Whether it could be written.
    async fn reply(&mut self, status: &str, kind: Option<&str>, body: &str, keeps_alive: bool) -> bool {
        let connection = if keeps_alive { "" } else { "Connection: close\r\n" };
        let content = kind.map(|kind| format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len())).unwrap_or_default();
        let text = format!("HTTP/1.1 {status}\r\n{content}{connection}\r\n{body}");
        self.writer.write_all(text.as_bytes()).await.is_ok() && self.writer.flush().await.is_ok()
    }

    /// Ends the connection so that a client that still sends can read its answer.
    async fn linger(&mut self) {
        let _ = self.writer.shutdown().await;
        let rest = async {
            while let Ok(1..) = self.wire.fill().await {
                self.wire.buffer.clear();
            }
        };
        let _ = tokio::time::timeout(LINGER, rest).await;
    }

    async fn tunnel(mut self, host: &str) {
        let opened = async {
            let (name, port) = host.rsplit_once(':').ok_or_else(|| std::io::Error::other("it names no port"))?;
            let port = port.parse().map_err(|_| std::io::Error::other("its port is not a number"))?;
            connect::open(&connect::resolve(name.trim_matches(['[', ']']), port).await?).await
        };
        let mut server = match opened.await {
            Ok(server) => server,
            Err(error) => {
                return self.refuse("502 Bad Gateway", &format!("the tunnel to {host} could not be opened: {error}")).await;
            }
        };
        if self.writer.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.is_err() {
            return;
        }
        let ahead = self.wire.buffer.split();
        if server.write_all(&ahead).await.is_err() {
            return;
        }
        let mut client = tokio::io::join(self.wire.into_reader(), self.writer);
        tokio::select! {
            _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
            () = self.shared.stop.cancelled() => {}
        }
    }

    /// Passes a request to another host on without recording it. Whether the connection goes on.
    async fn passed_by(&mut self, head: &RequestHead, url: &str) -> bool {
        let shared = Arc::clone(&self.shared);
        let Ok(target) = Target::read(url) else {
            self.refuse("400 Bad Request", "its address cannot be sent to").await;
            return false;
        };
        let mut upstream = match shared.dialer.connect(&target, None).await {
            Ok(upstream) => upstream,
            Err(failure) => {
                self.refuse("502 Bad Gateway", &failure.message).await;
                return false;
            }
        };
        let (mut out, mut back) = fresh(head);
        let end =
            self.pass(head, &passed_on(head, &upstream, &target, &path_of(url), false), &mut upstream, &mut out, &mut back).await;
        matches!(end, End::Over) && out.body.is_over() && back.keeps_alive && head.keeps_alive()
    }

    /// The number of an exchange that begins.
    fn next_number(&self) -> u64 {
        self.shared.count.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Tells of a request that goes out now, so that it is known however this program ends. Its body is still to come.
    async fn begin(&self, head: &RequestHead, path: &str, told: &Told) {
        let exchange = recorded::begun(head, self.recorded_url(path), told.started_at);
        let begun = RelayedExchange { number: told.number, client: self.client, exchange, remarks: Vec::new() };
        self.shared.say(RelayStep::Begun(Box::new(begun))).await;
    }

    /// The address that an exchange is recorded with.
    fn recorded_url(&self, path: &str) -> String {
        format!("{}{path}", self.shared.options.recorded_base().trim_end_matches('/'))
    }

    /// Passes a request on, or answers it here, and records it. `None` where the connection ends.
    async fn recorded(&mut self, head: &RequestHead, path: &str, kept: Option<Upstream>) -> Option<Option<Upstream>> {
        let shared = Arc::clone(&self.shared);
        let base = match &shared.options.destination {
            Destination::Nowhere { status, body } => return self.captured(head, path, *status, body).await.then_some(None),
            Destination::Server(base) => base.trim_end_matches('/').to_owned(),
        };
        let (started_at, started) = (jiff::Timestamp::now(), Instant::now());
        let target = match Target::read(&format!("{base}{path}")) {
            Ok(target) => target,
            Err(error) => {
                self.refuse("400 Bad Request", &error.to_string()).await;
                return None;
            }
        };
        let (mut out, mut back) = fresh(head);
        let number = self.next_number();
        let mut told = Told { number, started_at, timings: Timings::default(), remarks: Vec::new(), peer: target.peer() };
        let mut upstream = match shared.dialer.connect(&target, kept).await {
            Ok(upstream) => upstream,
            Err(failure) => {
                let text = format!("Centerpost relay: no connection to {}: {}\n", target.peer(), failure.message);
                // What was sent is read first, so that it is on record.
                self.take_body(&mut out).await;
                self.reply("502 Bad Gateway", Some(PLAIN), &text, false).await;
                told.remarks.push("The relay answered 502, because the server could not be reached".to_owned());
                self.record(head, path, out, told, Outcome::Failure(failure)).await;
                return None;
            }
        };
        told.timings = upstream.timings;
        self.begin(head, path, &told).await;
        let whole_path = format!("{}{path}", path_of(&base).trim_end_matches('/'));
        let bytes = passed_on(head, &upstream, &target, &whole_path, shared.options.rewrite.is_some());
        let end = self.pass(head, &bytes, &mut upstream, &mut out, &mut back).await;
        let is_over = matches!(end, End::Over);
        let keeps = is_over && !back.has_client_left && out.body.is_over() && back.keeps_alive && head.keeps_alive();
        told.timings.first_byte = back.first_byte.map(|at| at.duration_since(started));
        told.timings.total = started.elapsed();
        if back.is_rewritten {
            told.remarks.push("Addresses in its answer were rewritten to the relay".to_owned());
        }
        if back.has_client_left {
            told.remarks.push("The client ended the connection before the whole answer was passed back".to_owned());
        }
        if let End::Server(error) = &end
            && error.kind() == std::io::ErrorKind::TimedOut
            && back.head.is_none()
        {
            let seconds = shared.options.network.idle_timeout.as_secs();
            let text = format!("Centerpost relay: {} sent nothing for {seconds} s\n", told.peer);
            self.reply("504 Gateway Timeout", Some(PLAIN), &text, false).await;
            told.remarks.push(format!("The relay answered 504, because the server sent nothing for {seconds} s"));
        }
        if !out.body.is_over() && is_over {
            told.remarks.push("The answer came before the request was over".to_owned());
        }
        let outcome = recorded::outcome(end, &out, back, &told.peer, &shared).await;
        self.record(head, path, out, told, outcome).await;
        keeps.then(|| Some(upstream.rest()))
    }

    /// Answers a request here and records it. Whether the connection goes on.
    async fn captured(&mut self, head: &RequestHead, path: &str, status: u16, body: &str) -> bool {
        let (started_at, started) = (jiff::Timestamp::now(), Instant::now());
        let (mut out, _) = fresh(head);
        if head.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
            let _ = self.writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await;
        }
        let is_whole = self.take_body(&mut out).await;
        let line = crate::model::status::status_text(status);
        let keeps = is_whole && head.keeps_alive();
        let has_body = head.method != "HEAD" && !matches!(status, 204 | 304);
        let body = if has_body { body } else { "" };
        let keeps = self.reply(&line, has_body.then_some("application/json"), body, keeps).await && keeps;
        let timings = Timings { total: started.elapsed(), ..Timings::default() };
        let remarks = vec!["It was not passed on; the relay answered it".to_owned()];
        let told = Told { number: self.next_number(), started_at, timings, remarks, peer: String::new() };
        let headers = if has_body { vec![("content-type".to_owned(), "application/json".to_owned())] } else { Vec::new() };
        let answer = crate::model::Answer {
            status,
            version: "HTTP/1.1".to_owned(),
            headers,
            body: body.to_owned().into(),
            wire_size: body.len() as u64,
            ..crate::model::Answer::default()
        };
        self.record(head, path, out, told, Outcome::Answer(answer)).await;
        keeps
    }

    /// Reads the rest of a request's body. Whether it came to its end.
    async fn take_body(&mut self, out: &mut Outgoing) -> bool {
        let (is_sent, is_switched) = (Notify::new(), AtomicBool::new(false));
        let mut nowhere = tokio::io::sink();
        tokio::select! {
            _ = pump::request(&mut self.wire, &mut nowhere, out, &is_sent, &is_switched) => {}
            () = is_sent.notified() => {}
            () = self.shared.is_stopped() => {}
        }
        out.body.is_over()
    }

    async fn pass(
        &mut self,
        head: &RequestHead,
        bytes: &[u8],
        upstream: &mut Upstream,
        out: &mut Outgoing,
        back: &mut Incoming,
    ) -> End {
        if let Err(error) = upstream.writer.write_all(bytes).await {
            return End::Server(error);
        }
        if let Err(error) = upstream.writer.flush().await {
            return End::Server(error);
        }
        let (is_sent, is_switched) = (Notify::new(), AtomicBool::new(false));
        let asked = Asked {
            is_switched: &is_switched,
            is_head: head.method == "HEAD",
            is_sent: &is_sent,
            rewrite: self.shared.options.rewrite.as_ref(),
            host: head.header("host").unwrap_or_default(),
            patience: self.shared.options.network.idle_timeout,
        };
        let request = pump::request(&mut self.wire, &mut upstream.writer, out, &is_sent, &is_switched);
        let mut receiver = Receiver::new(&mut self.writer);
        let answer = async {
            let end = pump::answer(&mut upstream.reader, &mut receiver, &asked, back).await;
            back.has_client_left = receiver.has_left;
            end
        };
        tokio::pin!(request, answer);
        let mut broken = None;
        let patience = tokio::time::sleep(AFTER_BREAK);
        tokio::pin!(patience);
        loop {
            tokio::select! {
                end = &mut request, if broken.is_none() => match end {
                    Broken::Client => return End::Client,
                    Broken::Server(error) => {
                        patience.as_mut().reset(tokio::time::Instant::now() + AFTER_BREAK);
                        broken = Some(error);
                    }
                },
                end = &mut answer => return match end {
                    Ok(()) => End::Over,
                    Err(Broken::Client) => End::Client,
                    Err(Broken::Server(error)) => End::Server(broken.take().unwrap_or(error)),
                },
                () = &mut patience, if broken.is_some() => {
                    return End::Server(broken.take().unwrap_or_else(|| std::io::ErrorKind::TimedOut.into()));
                }
                () = self.shared.is_stopped() => return End::Stopped,
            }
        }
    }

    async fn record(&self, head: &RequestHead, path: &str, out: Outgoing, told: Told, outcome: Outcome) {
        let mut remarks = told.remarks;
        if out.body.is_malformed {
            remarks.push("The chunks of its body are malformed".to_owned());
        }
        let body_bytes_sent = out.content.size;
        let exchange = Exchange {
            sent: recorded::sent(head, self.recorded_url(path), out.content),
            outcome: Some(outcome),
            timings: told.timings,
            body_bytes_sent,
            started_at: told.started_at,
        };
        let event = RelayedExchange { number: told.number, client: self.client, exchange, remarks };
        self.shared.tell(RelayEvent::Exchange(Box::new(event))).await;
    }
}

/// What is known of an exchange besides its two messages.
struct Told {
    number: u64,
    started_at: jiff::Timestamp,
    timings: Timings,
    remarks: Vec<String>,
    peer: String,
}

fn fresh(head: &RequestHead) -> (Outgoing, Incoming) {
    let framing = Framing::of(&head.headers, Framing::Nothing).unwrap_or(Framing::Nothing);
    (Outgoing { body: BodyReader::new(framing), content: Capture::default() }, Incoming::default())
}

/// The head as it goes on.
fn passed_on(head: &RequestHead, upstream: &Upstream, target: &Target, path: &str, is_rewritten: bool) -> Vec<u8> {
    let authority = target.uri.authority().map_or("", http::uri::Authority::as_str);
    let scheme = if target.is_tls { "https" } else { "http" };
    let line = if upstream.absolute_form { format!("{scheme}://{authority}{path}") } else { path.to_owned() };
    let mut left_out = vec!["proxy-connection", "proxy-authorization"];
    if is_rewritten {
        // An answer that is packed could not be rewritten.
        left_out.push("accept-encoding");
    }
    let added = upstream.proxy_auth.as_ref().map(|value| ("Proxy-Authorization", value.as_bytes()));
    head.passed_on(&line, authority, &left_out, added)
}

/// What stands behind the host of an address, with a slash in front.
fn path_of(url: &str) -> String {
    let address = Address::parse(url);
    let path = address.behind_base();
    if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

fn route(head: &RequestHead, options: &RelayOptions) -> Route {
    let refused = |reason: &str| Route::Refused { status: "403 Forbidden", reason: reason.to_owned() };
    if Framing::of(&head.headers, Framing::Nothing).is_none() {
        let reason = "its Content-Length headers contradict each other, so the end of its body is not known".to_owned();
        return Route::Refused { status: "400 Bad Request", reason };
    }
    if head.method == "CONNECT" {
        if !options.passes_others {
            return refused("an encrypted tunnel was asked for, and this relay passes nothing on that it cannot look into");
        }
        return Route::Tunnel { host: head.target.clone() };
    }
    if head.target.starts_with("http://") || head.target.starts_with("https://") {
        if host_of(&head.target).eq_ignore_ascii_case(host_of(options.recorded_base())) && options.token.is_none() {
            return Route::Recorded { path: path_of(&head.target) };
        }
        if options.passes_others && options.token.is_none() {
            return Route::PassedBy { url: head.target.clone() };
        }
        return refused("it is for another host, and this relay passes nothing on to others");
    }
    if !head.target.starts_with('/') {
        return Route::Refused { status: "400 Bad Request", reason: "its request target is not a path".to_owned() };
    }
    let Some(token) = &options.token else { return Route::Recorded { path: head.target.clone() } };
    match head.target.strip_prefix(&format!("/{token}")).filter(|rest| rest.starts_with('/')) {
        Some(path) => Route::Recorded { path: path.to_owned() },
        None => Route::Refused { status: "404 Not Found", reason: "its path does not begin with the access token".to_owned() },
    }
}

/// Host and port of an address, without user information.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let default = if url.starts_with("https") { ":443" } else { ":80" };
    host.strip_suffix(default).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_by_table() {
        let options = |base: &str, token: Option<&str>, passes_others| RelayOptions {
            listen: "127.0.0.1:0".parse().unwrap(),
            destination: Destination::Server(base.to_owned()),
            recorded_as: String::new(),
            token: token.map(str::to_owned),
            tls: None,
            rewrite: None,
            passes_others,
            network: crate::model::Network::default(),
        };
        let own = "https://acme.example";
        for (method, target, options, expected) in [
            ("POST", "/api?x", options(own, None, true), "recorded /api?x"),
            ("POST", "/api", options(own, Some("t0ken"), true), "404 Not Found"),
            ("POST", "/t0ken/api", options(own, Some("t0ken"), true), "recorded /api"),
            ("POST", "/t0kenapi", options(own, Some("t0ken"), true), "404 Not Found"),
            ("POST", "https://ACME.example:443/api?x", options(own, None, true), "recorded /api?x"),
            ("POST", "http://other.example/api", options(own, None, true), "passed http://other.example/api"),
            ("POST", "http://other.example/api", options(own, None, false), "403 Forbidden"),
            ("POST", "http://other.example/api", options(own, Some("t"), true), "403 Forbidden"),
            ("CONNECT", "other.example:443", options(own, None, true), "tunnel other.example:443"),
            ("CONNECT", "other.example:443", options(own, None, false), "403 Forbidden"),
            ("OPTIONS", "*", options(own, None, true), "400 Bad Request"),
        ] {
            let head = RequestHead { method: method.into(), target: target.into(), ..RequestHead::default() };
            let found = match route(&head, &options) {
                Route::Recorded { path } => format!("recorded {path}"),
                Route::PassedBy { url } => format!("passed {url}"),
                Route::Tunnel { host } => format!("tunnel {host}"),
                Route::Refused { status, .. } => status.to_owned(),
            };
            assert_eq!(found, expected, "{method} {target}");
        }
    }
}
