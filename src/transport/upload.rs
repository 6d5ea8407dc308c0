//! Sends multipart and large bodies over a connection of our own, and shows the answer even when it comes early.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use http_body_util::StreamBody;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Frame;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;

use super::direct::{self, Connection};
use super::failure::failure;
use super::{Arrived, Counters, Job, SendError, Trouble, file, header_map, idle_failure, method_of, stalled, wire_body};
use crate::model::exchange::{Sent, Step};
use crate::model::multipart::{Multipart, PartContent};
use crate::model::request::Body;

type BodyError = Box<dyn std::error::Error + Send + Sync>;
type OutBody = UnsyncBoxBody<Bytes, BodyError>;

/// Chunks that may wait for the connection: enough to read while it writes, too few to matter in memory.
const WAITING_CHUNKS: usize = 2;
/// Bytes of an in-memory body that are handed over at once.
const SLICE: usize = 256 * 1024;

/// What the task that reads the files found out.
#[derive(Default)]
struct Findings {
    /// Why the body could not be completed.
    trouble: Option<String>,
    /// The SHA-256 of each part that was read to its end, by its index.
    hashes: Vec<(usize, String)>,
}

type Shared = Arc<Mutex<Findings>>;

/// Sends the job's request and waits for the head of the answer. The hashes of what was read go into `sent`.
pub(super) async fn send(job: &mut Job<'_>, sent: &mut Sent) -> Result<Arrived, Trouble> {
    let headers = header_map(job.request, &job.target.uri)?;
    let method = method_of(job.request)?;
    look_at_files(job)?;
    let connection = direct::connect(job).await?;
    let findings = Shared::default();
    let body = body_of(&job.request.body, job.progress.clone(), findings.clone());
    let mut request = http::Request::new(body);
    *request.method_mut() = method;
    *request.headers_mut() = headers;
    finish_head(&mut request, job, &connection)?;
    let arrived = converse(job, connection, request).await;
    let found = std::mem::take(&mut *findings.lock().unwrap_or_else(PoisonError::into_inner));
    for (index, hash) in found.hashes {
        if let Some(part) = sent.parts.as_mut().and_then(|parts| parts.get_mut(index)) {
            part.sha256 = Some(hash);
        }
    }
    match (arrived, found.trouble) {
        // What the server says of a request that was broken off here is no answer to it.
        (_, Some(trouble)) => Err(SendError::File(trouble).into()),
        (arrived, None) => arrived,
    }
}

fn look_at_files(job: &Job<'_>) -> Result<(), SendError> {
    let Body::Multipart(multipart) = &job.request.body else { return Ok(()) };
    for part in &multipart.parts {
        if let PartContent::File(file) = &part.content {
            file::look_again(file)?;
        }
    }
    Ok(())
}

fn finish_head(request: &mut http::Request<OutBody>, job: &Job<'_>, connection: &Connection) -> Result<(), SendError> {
    let uri = &job.target.uri;
    *request.uri_mut() = if connection.absolute_form {
        uri.clone()
    } else {
        let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        target.parse().map_err(|_| SendError::Unsendable("The address's path cannot be sent. Check it".to_owned()))?
    };
    let headers = request.headers_mut();
    if let Some(auth) = &connection.proxy_auth {
        headers.insert(http::header::PROXY_AUTHORIZATION, auth.clone());
    }
    // Some front ends refuse a chunked upload, so its length is always named.
    headers.entry(http::header::CONTENT_LENGTH).or_insert(http::HeaderValue::from(job.request.body.len()));
    Ok(())
}

async fn converse(job: &Job<'_>, connection: Connection, request: http::Request<OutBody>) -> Result<Arrived, Trouble> {
    let peer = job.target.peer();
    let broken = |error: hyper::Error, step| Trouble::Network(failure(&error, step, peer.clone()));
    let (mut sender, driver) = hyper::client::conn::http1::Builder::new()
        .title_case_headers(true)
        .handshake(TokioIo::new(connection.stream))
        .await
        .map_err(|error| broken(error, Step::Send))?;
    let driver = tokio_util::task::AbortOnDropHandle::new(tokio::spawn(driver));
    let started = Instant::now();
    let step = || if is_sent(job) { Step::Wait } else { Step::Send };
    let answer = tokio::select! {
        answer = sender.send_request(request) => answer.map_err(|error| broken(error, step()))?,
        () = stalled(job.progress, job.network.idle_timeout) => {
            return Err(Trouble::Network(idle_failure(peer.clone(), step(), job.network.idle_timeout)));
        }
    };
    let first_byte = started.elapsed();
    let early = !is_sent(job);
    let (head, body) = answer.into_parts();
    Ok(Arrived { head, body: wire_body(Driven { body, _driver: driver, _sender: sender }), early, first_byte })
}

fn is_sent(job: &Job<'_>) -> bool {
    job.progress.sent.load(Ordering::Relaxed) >= job.request.body.len()
}

/// An answer's body together with the connection that brings it.
struct Driven {
    body: hyper::body::Incoming,
    _driver: tokio_util::task::AbortOnDropHandle<hyper::Result<()>>,
    _sender: hyper::client::conn::http1::SendRequest<OutBody>,
}

impl http_body::Body for Driven {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        std::pin::Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }
}

/// The request's body as a stream: chunks in, counted as the connection takes them.
fn body_of(body: &Body, counters: Arc<Counters>, findings: Shared) -> OutBody {
    let (sender, mut receiver) = mpsc::channel::<Result<Bytes, String>>(WAITING_CHUNKS);
    match body {
        Body::None => {}
        Body::Bytes(bytes) => {
            let bytes = Bytes::from(bytes.clone());
            tokio::spawn(async move {
                let mut at = 0;
                while at < bytes.len() {
                    let end = bytes.len().min(at + SLICE);
                    if sender.send(Ok(bytes.slice(at..end))).await.is_err() {
                        return;
                    }
                    at = end;
                }
            });
        }
        Body::Multipart(multipart) => {
            let multipart = multipart.clone();
            let findings = findings.clone();
            tokio::task::spawn_blocking(move || write_parts(&multipart, &sender, &findings));
        }
    }
    let stream = futures_util::stream::poll_fn(move |cx| {
        receiver.poll_recv(cx).map(|chunk| {
            chunk.map(|chunk| match chunk {
                Ok(bytes) => {
                    counters.sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                    Ok(Frame::data(bytes))
                }
                Err(trouble) => {
                    findings.lock().unwrap_or_else(PoisonError::into_inner).trouble = Some(trouble.clone());
                    Err(BodyError::from(trouble))
                }
            })
        })
    });
    http_body_util::BodyExt::boxed_unsync(StreamBody::new(stream))
}

/// Writes head, content and tail of each part into the channel, files as they are read.
fn write_parts(multipart: &Multipart, channel: &mpsc::Sender<Result<Bytes, String>>, findings: &Shared) {
    for (index, part) in multipart.parts.iter().enumerate() {
        if channel.blocking_send(Ok(Bytes::from(multipart.before(index)))).is_err() {
            return;
        }
        let hash = match &part.content {
            PartContent::Bytes(bytes) => {
                use sha2::Digest as _;
                let hash = sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
                (bytes.is_empty() || channel.blocking_send(Ok(Bytes::from(bytes.clone()))).is_ok()).then_some(hash)
            }
            PartContent::File(file) => file::read_into(file, channel),
        };
        match hash {
            Some(hash) => findings.lock().unwrap_or_else(PoisonError::into_inner).hashes.push((index, hash)),
            None => return,
        }
    }
    // Nobody reads any more once the connection is given up.
    let _ = channel.blocking_send(Ok(Bytes::from(multipart.tail())));
}
