//! How a server can be reached, stage by stage: names, connections, TLS and its certificates, redirects, the clock, an empty POST.
//!
//! No stage sends a payload that a ticket could be made of, and the API key goes to the endpoint's own host alone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;
use tokio_util::sync::CancellationToken;
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

use super::error::{EngineError, SendError};
use super::progress::Progress;
use super::request_head::Target;
use super::send::send;
use super::{connect, proxy, tls};
use crate::model::Exchange;
use crate::model::request::Body;
use crate::model::secrets::mask::Masked;
use crate::model::status::{status_meaning, status_text};
use crate::model::{Answer, Endpoint, Network, Request};

/// The most redirects that are followed.
const REDIRECTS: usize = 5;

/// Days before its end from which a certificate is warned about.
const SOON: i64 = 21;

/// Seconds between the clocks that are no matter.
const DRIFT: i64 = 60;

/// Whether a stage is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It is.
    Good,
    /// It works, and something about it is worth knowing.
    Odd,
    /// It does not.
    Bad,
}

impl Health {
    /// Its name in a table and for scripts.
    pub fn label(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Odd => "warning",
            Self::Bad => "failed",
        }
    }
}

/// One stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// What was looked at, as in "TLS".
    pub what: String,
    /// How it is.
    pub health: Health,
    /// What was found, in words. Holds no secret.
    pub words: String,
    /// How long it took, where that says something.
    pub time: Option<Duration>,
}

/// Looks at an endpoint, and tells each stage as it is known, all but the last: the empty POST, which is a request like others. Whether
/// that makes sense still: not when it is cancelled, and not when nothing can come any more.
pub async fn look(endpoint: &Endpoint, network: &Network, cancel: &CancellationToken, tell: impl Fn(Stage)) -> bool {
    let network = &network.for_checks();
    tokio::select! {
        () = cancel.cancelled() => false,
        goes_on = stages(endpoint, network, &tell) => goes_on,
    }
}

async fn stages(endpoint: &Endpoint, network: &Network, tell: &impl Fn(Stage)) -> bool {
    let target = match Target::read(&endpoint.url_revealing_key()) {
        Ok(target) => target,
        Err(error) => {
            tell(stage("Address", Health::Bad, error.to_string(), None));
            return false;
        }
    };
    match proxy::route(&target, network) {
        Err(error) => {
            tell(stage("Proxy", Health::Bad, error.to_string(), None));
            return false;
        }
        Ok(Some(route)) => {
            let words = format!("through {}; names and connections below are the proxy's affair", route.peer());
            tell(stage("Proxy", Health::Good, words, None));
            if !connections(&route.host, route.port, network, tell).await {
                return false;
            }
        }
        Ok(None) => {
            tell(stage("Proxy", Health::Good, "none", None));
            if !connections(&target.host, target.port, network, tell).await {
                return false;
            }
            if target.is_tls {
                certificates(&target, network, tell).await;
            } else {
                let here = target.host == "localhost" || target.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
                if here {
                    tell(stage("TLS", Health::Good, "not used, and nothing leaves this machine", None));
                } else {
                    tell(stage("TLS", Health::Odd, "the address is http, so everybody on the way can read the API key", None));
                }
            }
        }
    }
    redirects(endpoint, network, tell).await
}

fn stage(what: &str, health: Health, words: impl Into<String>, time: Option<Duration>) -> Stage {
    Stage { what: what.to_owned(), health, words: words.into(), time }
}

/// Names and a connection to each address; whether one of them works.
async fn connections(host: &str, port: u16, network: &Network, tell: &impl Fn(Stage)) -> bool {
    let start = Instant::now();
    let found = tokio::time::timeout(network.connect_timeout, connect::resolve(host, port)).await;
    let time = Some(start.elapsed());
    let addresses = match found {
        Ok(Ok(addresses)) => addresses,
        Ok(Err(error)) => {
            tell(stage("DNS", Health::Bad, format!("{host} does not resolve: {error}"), time));
            return false;
        }
        Err(_) => {
            tell(stage("DNS", Health::Bad, format!("no answer for {host} in {} s", network.connect_timeout.as_secs()), time));
            return false;
        }
    };
    let list: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
    tell(stage("DNS", Health::Good, format!("{host}: {}", list.join(", ")), time));
    let mut works = false;
    for address in addresses {
        let start = Instant::now();
        let connected = tokio::time::timeout(network.connect_timeout, connect::open(&[address])).await;
        let (health, words) = match connected {
            Ok(Ok(_)) => (Health::Good, format!("{address} is open")),
            Ok(Err(error)) => (Health::Bad, format!("{address}: {error}")),
            Err(_) => (Health::Bad, format!("{address}: no answer in {} s", network.connect_timeout.as_secs())),
        };
        works |= health == Health::Good;
        tell(stage("TCP", health, words, Some(start.elapsed())));
    }
    works
}

/// The handshake as requests make it, and the certificates that the server shows, whether they check out or not.
async fn certificates(target: &Target, network: &Network, tell: &impl Fn(Stage)) {
    let start = Instant::now();
    let checked = handshake(target, network).await;
    let time = Some(start.elapsed());
    let lenient = Network { accept_invalid_certificates: true, ..network.clone() };
    match checked {
        Ok((version, chain)) => {
            let health = if network.accept_invalid_certificates { Health::Odd } else { Health::Good };
            let trust = if network.accept_invalid_certificates { "; certificates are not checked for this profile" } else { "" };
            tell(stage("TLS", health, format!("{version}{trust}"), time));
            tell_chain(&chain, tell);
        }
        Err(reason) => {
            tell(stage("TLS", Health::Bad, reason, time));
            if let Ok((_, chain)) = handshake(target, &lenient).await {
                tell_chain(&chain, tell);
            }
        }
    }
}

async fn handshake(target: &Target, network: &Network) -> Result<(String, Vec<CertificateDer<'static>>), String> {
    let config = Arc::new(tls::config_if(true, network).await.map_err(|error| error.to_string())?);
    let (host, port) = (target.host.as_str(), target.port);
    let connect = async {
        let addresses = connect::resolve(host, port).await.map_err(|error| error.to_string())?;
        let stream = connect::open(&addresses).await.map_err(|error| error.to_string())?;
        connect::handshake(stream, &config, host, &target.peer()).await.map_err(EngineError::words)
    };
    let stream = tokio::time::timeout(network.connect_timeout, connect)
        .await
        .map_err(|_| format!("no end of the handshake in {} s", network.connect_timeout.as_secs()))??;
    let (_, connection) = stream.get_ref();
    let version = connection
        .protocol_version()
        .map_or_else(|| "TLS".to_owned(), |version| format!("{version:?}").replace("TLSv1_", "TLS 1."));
    let chain = connection.peer_certificates().unwrap_or_default().iter().map(|one| one.clone().into_owned()).collect();
    Ok((version, chain))
}

fn tell_chain(chain: &[CertificateDer<'_>], tell: &impl Fn(Stage)) {
    for (index, certificate) in chain.iter().enumerate() {
        let what = if index == 0 { "Certificate".to_owned() } else { format!("Issuer {index}") };
        tell(match X509Certificate::from_der(certificate.as_ref()) {
            Ok((_, certificate)) => certificate_stage(what, &certificate, jiff::Timestamp::now()),
            Err(error) => stage(&what, Health::Odd, format!("it cannot be read: {error}"), None),
        });
    }
}

fn certificate_stage(what: String, certificate: &X509Certificate<'_>, now: jiff::Timestamp) -> Stage {
    let validity = certificate.validity();
    let (from, until) = (validity.not_before.timestamp(), validity.not_after.timestamp());
    let left = (until - now.as_second()).div_euclid(24 * 3600);
    let date = |second: i64| {
        jiff::Timestamp::from_second(second).map_or_else(|_| "?".into(), |time| time.strftime("%Y-%m-%d").to_string())
    };
    let health = match () {
        () if now.as_second() > until || now.as_second() < from => Health::Bad,
        () if left < SOON => Health::Odd,
        () => Health::Good,
    };
    let mut names: Vec<String> = Vec::new();
    if let Ok(Some(alternative)) = certificate.subject_alternative_name() {
        for name in &alternative.value.general_names {
            if let GeneralName::DNSName(name) = name {
                names.push((*name).to_owned());
            }
        }
    }
    let names = if names.is_empty() { String::new() } else { format!(" for {}", names.join(", ")) };
    let words = format!(
        "{}{names}, from {} to {} ({}), issued by {}",
        certificate.subject(),
        date(from),
        date(until),
        if left < 0 { format!("ended {} days ago", -left) } else { format!("{left} days left") },
        certificate.issuer()
    );
    Stage { what, health, words, time: None }
}

/// The front page and where it leads, without the API key; whether the server answers at all. Another origin is shown, and not asked: the
/// way there may have the key in it, or what else the server knows of the request.
async fn redirects(endpoint: &Endpoint, network: &Network, tell: &impl Fn(Stage)) -> bool {
    let mut url = format!("{}/", endpoint.base_url.trim_end_matches('/'));
    for step in 0..=REDIRECTS {
        let request = Request { method: "GET".into(), url: url.clone(), headers: Vec::new(), body: Body::None };
        let exchange = match send(&request, network, &Progress::default(), &CancellationToken::new()).await {
            Ok(exchange) => exchange,
            Err(error) => {
                tell(stage("HTTP", Health::Bad, error.to_string(), None));
                return false;
            }
        };
        let time = Some(exchange.timings.total);
        let Some(answer) = exchange.answer() else {
            tell(stage("HTTP", Health::Bad, why_no_answer(&exchange), time));
            return false;
        };
        if step == 0 {
            clock(answer, tell);
        }
        let keys = [endpoint.api_key.reveal().to_owned()];
        let shown = |url: &str| Masked::url_without(url, &keys).text.into_owned();
        let next = answer.header("location").filter(|_| (300..400).contains(&answer.status)).and_then(|to| joined(&url, to));
        let Some(next) = next else {
            let words = format!("GET {}: {}", shown(&url), status_text(answer.status));
            let health = if answer.status >= 500 { Health::Odd } else { Health::Good };
            tell(stage("HTTP", health, words, time));
            return true;
        };
        let words = format!("GET {}: {} leads to {}", shown(&url), answer.status, shown(&next));
        if !is_same_origin(&url, &next) {
            tell(stage("Redirect", Health::Odd, format!("{words}, another origin, which was not asked"), time));
            return true;
        }
        tell(stage("Redirect", Health::Good, words, time));
        url = next;
    }
    tell(stage("Redirect", Health::Odd, format!("more than {REDIRECTS} of them; it may be a circle"), None));
    true
}

fn joined(base: &str, to: &str) -> Option<String> {
    Some(url::Url::parse(base).ok()?.join(to).ok()?.to_string())
}

fn is_same_origin(one: &str, other: &str) -> bool {
    matches!((url::Url::parse(one), url::Url::parse(other)), (Ok(one), Ok(other)) if one.origin() == other.origin())
}

/// The server's clock against this machine's, to the second.
fn clock(answer: &Answer, tell: &impl Fn(Stage)) {
    let now = jiff::Timestamp::now();
    let date = answer.header("date").and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    tell(match date.map(|date| date.timestamp().as_second() - now.as_second()) {
        None => stage("Clock", Health::Odd, "the answer has no date", None),
        Some(seconds) if seconds.abs() <= DRIFT => stage("Clock", Health::Good, format!("{} s apart", seconds.abs()), None),
        Some(seconds) => {
            let way = if seconds > 0 { "ahead of" } else { "behind" };
            let words = format!(
                "the server's is {} s {way} this machine's; times in logs do not match, and certificates can fail",
                seconds.abs()
            );
            stage("Clock", Health::Odd, words, None)
        }
    });
}

/// The endpoint itself, with a body that no ticket can be made of.
/// The request of the last stage: an empty payload, of which no ticket can be made.
pub fn empty_post(endpoint: &Endpoint) -> Request {
    Request::post_json(endpoint.url_revealing_key(), "", &[])
}

/// What the last stage found.
pub fn of_empty_post(sent: &Result<Exchange, SendError>) -> Stage {
    const WHAT: &str = "Empty POST";
    let exchange = match sent {
        Ok(exchange) => exchange,
        Err(error) => return stage(WHAT, Health::Bad, error.to_string(), None),
    };
    let time = Some(exchange.timings.total);
    match exchange.answer() {
        None => stage(WHAT, Health::Bad, why_no_answer(exchange), time),
        Some(answer) => {
            let named = status_text(answer.status);
            match answer.status {
                400 | 411 | 415 | 422 => stage(
                    WHAT,
                    Health::Good,
                    format!("{named}: the endpoint is there and refuses an empty payload, as it should"),
                    time,
                ),
                404 => stage(WHAT, Health::Bad, format!("{named}: {}", status_meaning(404)), time),
                200..=299 => stage(
                    WHAT,
                    Health::Odd,
                    format!("{named}: an empty payload was taken, so what answers may not be Centercode"),
                    time,
                ),
                status => stage(WHAT, Health::Bad, format!("{named}: {}", status_meaning(status)), time),
            }
        }
    }
}

fn why_no_answer(exchange: &Exchange) -> String {
    exchange.failure().map_or_else(|| exchange.outcome_text(), |failure| format!("{}: {}", failure.kind.words(), failure.message))
}
