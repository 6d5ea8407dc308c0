//! Connections to the server behind a relay.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use tokio::io::{ReadHalf, WriteHalf};

use super::wire::Wire;
use crate::model::exchange::{NetworkFailure, Timings};
use crate::model::{Network, Request};
use crate::transport::connect;
use crate::transport::deferred_write_error::Stream;
use crate::transport::engine::{Findings, Job};
use crate::transport::error::EngineError;
use crate::transport::progress::Counters;
use crate::transport::request_head::Target;
use crate::transport::{proxy, tls};

/// For how long a connection that is not used is kept: shorter than servers keep theirs.
const KEPT: Duration = Duration::from_secs(2);

/// How servers are reached; its TLS configuration is made once.
pub(super) struct Dialer {
    network: Network,
    tls: Arc<rustls::ClientConfig>,
}

/// A connection, and how a request line names its target.
pub(super) struct Upstream {
    pub(super) reader: Wire<ReadHalf<Box<dyn Stream>>>,
    pub(super) writer: WriteHalf<Box<dyn Stream>>,
    /// Whether the request line names the whole URL, as a proxy for plain HTTP wants it.
    pub(super) absolute_form: bool,
    pub(super) proxy_auth: Option<http::HeaderValue>,
    /// How long connecting took; nothing for a connection that was open already.
    pub(super) timings: Timings,
    idle_since: Instant,
}

impl Dialer {
    pub(super) async fn new(network: Network) -> Result<Self, String> {
        let tls = tls::config_if(true, &network).await.map_err(|error| error.to_string())?;
        Ok(Self { network, tls: Arc::new(tls) })
    }

    /// A connection to the target: the one that was kept for it, if it is alive.
    pub(super) async fn connect(&self, target: &Target, kept: Option<Upstream>) -> Result<Upstream, NetworkFailure> {
        if let Some(mut kept) = kept
            && kept.is_alive()
        {
            kept.timings = Timings::default();
            return Ok(kept);
        }
        let request = Request::default();
        let progress = Arc::new(Counters::default());
        let route = proxy::route(target, &self.network).map_err(|error| unsent(&error.to_string(), target))?;
        let mut job = Job {
            request: &request,
            target: target.clone(),
            route,
            network: &self.network,
            progress: &progress,
            started: Instant::now(),
            timings: Timings::default(),
            findings: Findings::default(),
            shared_tls: Some(Arc::clone(&self.tls)),
        };
        let connection = connect::connect(&mut job).await.map_err(|error| match error {
            EngineError::Network(failure) => failure,
            EngineError::Send(error) => unsent(&error.to_string(), target),
            EngineError::Unreadable => unsent("the connection could not be used", target),
        })?;
        let (reader, writer) = tokio::io::split(connection.stream);
        Ok(Upstream {
            reader: Wire::new(reader),
            writer,
            absolute_form: connection.absolute_form,
            proxy_auth: connection.proxy_auth,
            timings: job.timings,
            idle_since: Instant::now(),
        })
    }
}

impl Upstream {
    /// Keeps the connection for the next request.
    pub(super) fn rest(mut self) -> Self {
        self.idle_since = Instant::now();
        self
    }

    /// Whether the server has neither ended the connection nor said anything unasked.
    fn is_alive(&mut self) -> bool {
        self.idle_since.elapsed() < KEPT && self.reader.buffer.is_empty() && self.reader.fill().now_or_never().is_none()
    }
}

fn unsent(reason: &str, target: &Target) -> NetworkFailure {
    NetworkFailure {
        kind: crate::model::exchange::FailureKind::Other,
        message: reason.to_owned(),
        step: Some(crate::model::exchange::Step::Connect),
        peer: Some(target.peer()),
    }
}
