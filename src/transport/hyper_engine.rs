//! Sends over a connection of our own, and shows the answer even when it comes early or its head is malformed.

use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::answer_stream::{AnswerStream, SeenHead};
use super::connect::{self, Connection};
use super::engine::{Arrived, Engine, Findings, Job, wire_body};
use super::error::{EngineError, SendError};
use super::file;
use super::request_head::{header_map, method_of};
use crate::model::exchange::Step;
use crate::model::hex::hex;
use crate::model::multipart::{Multipart, PartContent};
use crate::model::request::Body;

type BodyError = Box<dyn std::error::Error + Send + Sync>;
type OutBody = UnsyncBoxBody<Bytes, BodyError>;

/// Chunks that may wait for the connection: enough to read while it writes, too few to matter in memory.
const WAITING_CHUNKS: usize = 2;
/// Bytes of an in-memory body that are handed over at once.
const SLICE: usize = 64 * 1024;

/// An HTTP client over a connection of our own.
pub(super) struct HyperEngine;

impl Engine for HyperEngine {
    async fn send(&self, job: &mut Job<'_>) -> Result<Arrived, EngineError> {
        let mut head = http::Request::new(());
        *head.method_mut() = method_of(job.request)?;
        *head.headers_mut() = header_map(job.request, &job.target)?;
        look_at_files(&job.request.body).await?;
        let connection = connect::connect(job).await?;
        finish_head(&mut head, job, &connection);
        let body = body_of(&job.request.body, job.findings.clone());
        converse(job, connection, head.map(|()| body)).await
    }
}

async fn look_at_files(body: &Body) -> Result<(), SendError> {
    let Body::Multipart(multipart) = body else { return Ok(()) };
    let files: Vec<_> = multipart
        .parts
        .iter()
        .filter_map(|part| match &part.content {
            PartContent::File(file) => Some(file.clone()),
            PartContent::Text(_) | PartContent::Bytes(_) => None,
        })
        .collect();
    // A network drive may take its time.
    let looked = tokio::task::spawn_blocking(move || files.iter().try_for_each(file::look_again)).await;
    looked.map_err(|error| SendError::File(format!("Looking at the files: {error}")))?
}

fn finish_head(head: &mut http::Request<()>, job: &Job<'_>, connection: &Connection) {
    *head.uri_mut() = if connection.absolute_form { job.target.uri.clone() } else { job.target.origin_form() };
    let headers = head.headers_mut();
    if let Some(auth) = &connection.proxy_auth {
        headers.insert(http::header::PROXY_AUTHORIZATION, auth.clone());
    }
    // Some front ends refuse a chunked upload, so the length is named unless the user wants chunks.
    if !matches!(job.request.body, Body::None) && !headers.contains_key(http::header::TRANSFER_ENCODING) {
        headers.entry(http::header::CONTENT_LENGTH).or_insert(http::HeaderValue::from(job.request.body.len()));
    }
}

async fn converse(job: &Job<'_>, connection: Connection, request: http::Request<OutBody>) -> Result<Arrived, EngineError> {
    let builder = http1::Builder::new().title_case_headers(true).clone();
    let seen = SeenHead::default();
    let stream = TokioIo::new(AnswerStream::new(connection.stream, seen.clone()));
    let (mut sender, driver) = builder.handshake(stream).await.map_err(|error| job.network_failure(&error, Step::Send))?;
    let started = Instant::now();
    // Given to the sender before the driver runs, so that nothing that the server does comes before it.
    let answer = sender.send_request(request);
    let driver = AbortOnDropHandle::new(tokio::spawn(driver));
    let step = || if job.is_sent() { Step::Wait } else { Step::Send };
    let answer = tokio::select! {
        answer = answer => answer.map_err(|error| job.network_failure(&error, step()))?,
        stalled = job.stalls(step) => return Err(stalled),
        late = job.takes_too_long() => return Err(late),
    };
    let first_byte = started.elapsed();
    let early = !job.is_sent();
    // As curl does: after a refusal nothing more is sent; an early success may well wait for the rest.
    job.findings.is_refused.store(early && !answer.status().is_success(), Ordering::Relaxed);
    let body = answer.into_body();
    // Hyper has an answer because its head was read.
    let head = seen.take().unwrap_or_default();
    Ok(Arrived { head, body: wire_body(Driven { body, _driver: driver, _sender: sender }), early, first_byte })
}

/// An answer's body together with the connection that brings it.
struct Driven {
    body: Incoming,
    _driver: AbortOnDropHandle<hyper::Result<()>>,
    _sender: SendRequest<OutBody>,
}

impl http_body::Body for Driven {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }
}

/// The request's body as a stream that ends when it was refused or cannot be completed.
fn body_of(body: &Body, findings: Findings) -> OutBody {
    let whole = match body {
        Body::None => Some(Bytes::new()),
        // In one write with the head, so that no answer can come before it.
        Body::Bytes(bytes) if bytes.len() <= SLICE => Some(Bytes::from(bytes.clone())),
        Body::Bytes(_) | Body::Multipart(_) => None,
    };
    if let Some(whole) = whole {
        return Full::new(whole).map_err(|never| match never {}).boxed_unsync();
    }
    let (sender, mut receiver) = mpsc::channel::<Result<Bytes, String>>(WAITING_CHUNKS);
    match body {
        Body::None => {}
        Body::Bytes(bytes) => {
            let bytes = Bytes::from(bytes.clone());
            tokio::spawn(async move {
                for at in (0..bytes.len()).step_by(SLICE) {
                    if sender.send(Ok(bytes.slice(at..bytes.len().min(at + SLICE)))).await.is_err() {
                        return;
                    }
                }
            });
        }
        Body::Multipart(multipart) => {
            let (multipart, findings) = (multipart.clone(), findings.clone());
            tokio::task::spawn_blocking(move || write_parts(&multipart, &sender, &findings));
        }
    }
    let stream = futures_util::stream::poll_fn(move |cx| {
        if findings.is_refused.load(Ordering::Relaxed) {
            return Poll::Pending;
        }
        receiver.poll_recv(cx).map(|chunk| {
            chunk.map(|chunk| {
                chunk.map(Frame::data).map_err(|trouble| {
                    findings.change(|found| found.trouble = Some(trouble.clone()));
                    BodyError::from(trouble)
                })
            })
        })
    });
    StreamBody::new(stream).boxed_unsync()
}

/// Writes bytes into the channel and returns their SHA-256 in hex; `None` when nobody reads any more.
fn write_bytes(bytes: &[u8], channel: &mpsc::Sender<Result<Bytes, String>>) -> Option<String> {
    let is_taken = bytes.is_empty() || channel.blocking_send(Ok(Bytes::from(bytes.to_vec()))).is_ok();
    is_taken.then(|| hex(&Sha256::digest(bytes)))
}

/// Writes head, content and tail of each part into the channel, files as they are read.
fn write_parts(multipart: &Multipart, channel: &mpsc::Sender<Result<Bytes, String>>, findings: &Findings) {
    for (index, part) in multipart.parts.iter().enumerate() {
        if channel.blocking_send(Ok(Bytes::from(multipart.before(index)))).is_err() {
            return;
        }
        let hash = match &part.content {
            PartContent::Text(text) => write_bytes(text.as_bytes(), channel),
            PartContent::Bytes(bytes) => write_bytes(bytes, channel),
            PartContent::File(file) => file::read_into(file, channel),
        };
        match hash {
            Some(hash) => findings.change(|found| found.hashes.push((index, hash))),
            None => return,
        }
    }
    // Nobody reads any more once the connection is given up.
    let _ = channel.blocking_send(Ok(Bytes::from(multipart.tail())));
}
