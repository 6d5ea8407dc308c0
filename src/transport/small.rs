//! Sends small requests through reqwest.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;

use super::failure::failure;
use super::proxy::{self, HopKind};
use super::{Arrived, Job, SendError, Trouble, header_map, idle_failure, method_of, tls, wire_body};
use crate::model::exchange::{FailureKind, Step};
use crate::model::request::Body;
use crate::model::settings::Proxy;

/// Sends the job's request and waits for the head of the answer.
pub(super) async fn send(job: &mut Job<'_>) -> Result<Arrived, Trouble> {
    let headers = header_map(job.request, &job.target.uri)?;
    let method = method_of(job.request)?;
    let resolver = Arc::new(TimedResolver::default());
    let client = client(job, resolver.clone())?;
    let url = url::Url::parse(&job.target.uri.to_string())
        .map_err(|error| SendError::Unsendable(format!("The address cannot be sent to: {error}. Check it")))?;
    let mut request = client.request(method, url).headers(headers);
    if let Body::Bytes(bytes) = &job.request.body {
        request = request.body(bytes.clone());
    }
    let started = Instant::now();
    let limit = job.network.connect_timeout + job.network.idle_timeout;
    let answer = tokio::time::timeout(limit, request.send()).await;
    job.timings.resolve = resolver.took();
    let answer = match answer {
        Err(_) => return Err(Trouble::Network(idle_failure(job.target.peer(), Step::Wait, job.network.idle_timeout))),
        Ok(Err(error)) => return Err(trouble(job, error, &resolver)),
        Ok(Ok(answer)) => answer,
    };
    job.progress.sent.store(job.request.body.len(), Ordering::Relaxed);
    let first_byte = started.elapsed();
    let (head, body) = http::Response::from(answer).into_parts();
    Ok(Arrived { head, body: wire_body(body), early: false, first_byte })
}

fn client(job: &Job<'_>, resolver: Arc<TimedResolver>) -> Result<reqwest::Client, SendError> {
    let network = job.network;
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls::config(network)?)
        .redirect(Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .http1_only()
        .http1_title_case_headers()
        .pool_max_idle_per_host(0)
        .connect_timeout(network.connect_timeout)
        .read_timeout(network.idle_timeout)
        .dns_resolver(resolver)
        .no_proxy();
    if let Some(hop) = proxy::hop(&job.target, network)? {
        let address = match &network.proxy {
            Proxy::Own(url) => url.clone(),
            _ => hop.uri.to_string(),
        };
        let unusable =
            |_| SendError::Setting(format!("The proxy {} in the settings cannot be used. Check its address", hop.peer()));
        let mut own = reqwest::Proxy::all(address).map_err(unusable)?;
        if let Some(basic) = &hop.basic {
            own = own.custom_http_auth(basic.clone());
        }
        builder = builder.proxy(own);
    }
    builder.build().map_err(|error| SendError::Setting(format!("Setting the connection up: {}", innermost(&error.without_url()))))
}

fn trouble(job: &Job<'_>, error: reqwest::Error, resolver: &TimedResolver) -> Trouble {
    // The text of the error as it comes holds the URL, and so the API key.
    let error = error.without_url();
    let hop = proxy::hop(&job.target, job.network).ok().flatten();
    let mut peer = job.target.peer();
    let mut step = if error.is_connect() { Step::Connect } else { Step::Wait };
    if error.is_connect() && resolver.failed() {
        step = Step::Resolve;
    } else if error.is_connect()
        && let Some(hop) = &hop
    {
        step = Step::Proxy;
        peer = hop.peer();
        if matches!(hop.kind, HopKind::Https) {
            step = Step::Proxy;
        }
    }
    let mut found = failure(&error, step, peer);
    if error.is_timeout() {
        found.kind = FailureKind::Timeout;
        let (limit, doing) = match step {
            Step::Resolve | Step::Connect | Step::Proxy => (job.network.connect_timeout, "no connection"),
            _ => (job.network.idle_timeout, "no answer"),
        };
        found.message = format!("{doing} within {} s", limit.as_secs_f64());
    }
    Trouble::Network(found)
}

fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

/// The system's resolver, with the time it took.
#[derive(Debug, Default)]
struct TimedResolver {
    micros: Arc<AtomicU64>,
    failure: Arc<OnceLock<()>>,
}

impl TimedResolver {
    fn took(&self) -> Option<Duration> {
        let micros = self.micros.load(Ordering::Relaxed);
        (micros > 0).then(|| Duration::from_micros(micros))
    }

    fn failed(&self) -> bool {
        self.failure.get().is_some()
    }
}

impl Resolve for TimedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (micros, failure) = (self.micros.clone(), self.failure.clone());
        Box::pin(async move {
            let started = Instant::now();
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let took = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
            micros.store(took.max(1), Ordering::Relaxed);
            match found {
                Ok(addresses) => {
                    let addresses: Vec<SocketAddr> = addresses.collect();
                    Ok(Box::new(addresses.into_iter()) as Addrs)
                }
                Err(error) => {
                    let _ = failure.set(());
                    Err(error.into())
                }
            }
        })
    }
}
