//! Sends requests without a body, which may be repeated, through reqwest.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use tokio::sync::Notify;
use tower_layer::Layer;
use tower_service::Service;

use super::answer_head::AnswerHead;
use super::engine::{Arrived, Engine, Job, wire_body};
use super::error::{EngineError, SendError};
use super::failure::{failure, message};
use super::request_head::{header_map, method_of};
use crate::model::exchange::{FailureKind, Step};
use crate::model::request::Body;

/// Whether reqwest can send this: the address as it was typed, and nothing that must not be asked for again.
pub(super) fn can_send(job: &Job<'_>) -> bool {
    let is_safe = matches!(job.request.method.as_str(), "GET" | "HEAD") && matches!(job.request.body, Body::None);
    let stays = |url: url::Url| &url[url::Position::BeforePath..] == job.target.path_and_query();
    is_safe && url::Url::parse(&job.target.uri.to_string()).is_ok_and(stays)
}

/// Reqwest.
pub(super) struct ReqwestEngine;

impl Engine for ReqwestEngine {
    async fn send(&self, job: &mut Job<'_>) -> Result<Arrived, EngineError> {
        let headers = header_map(job.request, &job.target)?;
        let method = method_of(job.request)?;
        let opening = Opening::default();
        let client = client(job, &opening, Arc::unwrap_or_clone(job.tls().await?))?;
        let request = client.request(method, job.target.uri.to_string()).headers(headers);
        let answer = {
            // The connect timeout is reqwest's to keep; the idle timeout starts where it ends.
            let stalls = async {
                opening.is_over.notified().await;
                job.stalls(|| Step::Wait).await
            };
            tokio::select! {
                answer = request.send() => answer.map_err(|error| trouble(job, error, &opening)),
                stalled = stalls => Err(stalled),
            }
        };
        let (resolve, opened) = (opening.resolve.get().copied(), opening.opened.get().copied());
        job.timings.resolve = resolve;
        job.timings.connect = opened.map(|opened| (opened - job.started).saturating_sub(resolve.unwrap_or_default()));
        let answer = answer?;
        let first_byte = opened.unwrap_or(job.started).elapsed();
        let (head, body) = http::Response::from(answer).into_parts();
        let head = AnswerHead::of(&head).ok_or(EngineError::Unreadable)?;
        Ok(Arrived { head, body: wire_body(body), early: false, first_byte })
    }
}

fn client(job: &Job<'_>, opening: &Opening, tls: rustls::ClientConfig) -> Result<reqwest::Client, SendError> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .http1_only()
        .http1_title_case_headers()
        .pool_max_idle_per_host(0)
        .connect_timeout(job.network.connect_timeout)
        .dns_resolver(Arc::new(opening.clone()))
        .connector_layer(opening.clone())
        .no_proxy();
    if let Some(route) = &job.route {
        let unusable =
            |_| SendError::Setting(format!("The proxy {} in the settings cannot be used. Check its address", route.peer()));
        let mut own = reqwest::Proxy::all(route.address_with_login()).map_err(unusable)?;
        if let Some(basic) = &route.basic {
            own = own.custom_http_auth(basic.clone());
        }
        builder = builder.proxy(own);
    }
    builder.build().map_err(|error| SendError::Setting(format!("Setting the connection up: {}", message(&error.without_url()))))
}

fn trouble(job: &Job<'_>, error: reqwest::Error, opening: &Opening) -> EngineError {
    // The text of the error as it comes holds the URL, and so the API key.
    let error = error.without_url();
    if is_unreadable(&error) {
        return EngineError::Unreadable;
    }
    if error.is_builder() {
        return SendError::Unsendable(format!("The address cannot be sent to: {}. Check it", message(&error))).into();
    }
    let step = if error.is_connect() { opening.failed_at(job) } else { Step::Wait };
    let found = failure(&error, step, job.target.peer());
    let proxy = job.route.as_ref().filter(|_| found.step == Some(Step::Proxy));
    let mut found = match proxy {
        Some(route) => failure(&error, step, route.peer()),
        None => found,
    };
    if error.is_timeout() {
        found.kind = FailureKind::Timeout;
        found.message = format!("no connection within {} s", job.network.connect_timeout.as_secs_f64());
    } else if found.step == Some(Step::Connect) && found.kind == FailureKind::Reset && job.target.is_tls {
        // A connection that is being opened is refused, or it hangs; what breaks has been open.
        found.step = Some(Step::Tls);
    }
    EngineError::Network(found)
}

/// Whether bytes came that are no answer to hyper.
fn is_unreadable(error: &reqwest::Error) -> bool {
    let chain = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    chain.filter_map(|error| error.downcast_ref::<hyper::Error>()).any(hyper::Error::is_parse)
}

/// What is to be seen of a connection while reqwest opens it.
#[derive(Clone, Debug, Default)]
struct Opening {
    /// How long the name took.
    resolve: Arc<OnceLock<Duration>>,
    /// The name that has no address.
    unknown: Arc<Mutex<Option<String>>>,
    opened: Arc<OnceLock<Instant>>,
    is_over: Arc<Notify>,
}

impl Opening {
    fn failed_at(&self, job: &Job<'_>) -> Step {
        let unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        match (&job.route, unknown.as_deref()) {
            (Some(route), Some(name)) if name != route.host => Step::Resolve,
            (Some(_), _) => Step::Proxy,
            (None, Some(_)) => Step::Resolve,
            (None, None) => Step::Connect,
        }
    }
}

impl Resolve for Opening {
    fn resolve(&self, name: Name) -> Resolving {
        let seen = self.clone();
        Box::pin(async move {
            let started = Instant::now();
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let _ = seen.resolve.set(started.elapsed());
            match found {
                Ok(addresses) => {
                    let addresses: Vec<SocketAddr> = addresses.collect();
                    Ok(Box::new(addresses.into_iter()) as Addrs)
                }
                Err(error) => {
                    *seen.unknown.lock().unwrap_or_else(PoisonError::into_inner) = Some(name.as_str().to_owned());
                    Err(error.into())
                }
            }
        })
    }
}

impl<S> Layer<S> for Opening {
    type Service = Watched<S>;

    fn layer(&self, inner: S) -> Watched<S> {
        Watched { inner, opening: self.clone() }
    }
}

/// Reqwest's connector, watched.
#[derive(Clone)]
struct Watched<S> {
    inner: S,
    opening: Opening,
}

impl<S, R> Service<R> for Watched<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let (connecting, opening) = (self.inner.call(request), self.opening.clone());
        Box::pin(async move {
            let connection = connecting.await?;
            let _ = opening.opened.set(Instant::now());
            opening.is_over.notify_one();
            Ok(connection)
        })
    }
}
