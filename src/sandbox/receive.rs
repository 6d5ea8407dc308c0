//! Reads bodies: all of them hashed and counted, JSON held, files never.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use http_body_util::BodyExt as _;
use sha2::{Digest as _, Sha256};

use super::body::Body;
use super::state::State;
use crate::model::hex::hex;
use crate::model::multipart::{Part, Recorded};

/// Bytes of a body that the log shows.
const SHOWN: usize = 16 * 1024;
/// How long a client may pause in a body.
const IDLE: Duration = Duration::from_secs(60);
/// Parts of one body; a form of Centercode has far fewer.
const PARTS: usize = 64;
/// What the headers of one part, or what stands before the first, may take.
const PART_HEAD: u64 = 1024 * 1024;
/// What a multipart body may take beside its file.
pub(super) const AROUND_FILE: u64 = 1024 * 1024;

/// Counts and hashes a body as it comes, and keeps its beginning.
#[derive(Default)]
pub(super) struct Meter {
    pub size: u64,
    hasher: Sha256,
    shown: Vec<u8>,
}

impl Meter {
    fn take(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.hasher.update(bytes);
        let room = SHOWN.saturating_sub(self.shown.len());
        self.shown.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    pub fn sha256(&self) -> String {
        hex(&self.hasher.clone().finalize())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown).into_owned()
    }
}

/// Why a body was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    /// The connection broke, or the framing did.
    Broken,
    /// Nothing came for a while.
    Stalled,
    /// More than is taken.
    TooLarge,
    /// Too many large bodies at once.
    Busy,
}

/// What came of a multipart body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Its parts were read.
    Whole,
    /// It is not made as multipart bodies are.
    Malformed(String),
}

async fn next(body: &mut Body) -> Result<Option<Bytes>, BodyError> {
    loop {
        match tokio::time::timeout(IDLE, body.frame()).await {
            Err(_) => return Err(BodyError::Stalled),
            Ok(None) => return Ok(None),
            Ok(Some(Err(_))) => return Err(BodyError::Broken),
            Ok(Some(Ok(frame))) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

/// Reads a body for its size and hash alone.
pub(super) async fn drain(body: &mut Body, meter: &mut Meter, limit: u64) -> Result<(), BodyError> {
    while let Some(data) = next(body).await? {
        meter.take(&data);
        if meter.size > limit {
            return Err(BodyError::TooLarge);
        }
    }
    Ok(())
}

/// Reads some of a body, at least so much if that much comes.
pub(super) async fn sip(body: &mut Body, meter: &mut Meter, enough: u64) {
    while meter.size < enough {
        let Ok(Some(data)) = next(body).await else { return };
        meter.take(&data);
    }
}

/// Reads a body into memory.
pub(super) async fn collect(body: &mut Body, meter: &mut Meter, limit: u64, state: &Arc<State>) -> Result<Vec<u8>, BodyError> {
    let mut bytes = Vec::new();
    let mut held = Vec::new();
    while let Some(data) = next(body).await? {
        meter.take(&data);
        if meter.size > limit {
            return Err(BodyError::TooLarge);
        }
        held.push(state.hold(data.len() as u64).ok_or(BodyError::Busy)?);
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// Reads a multipart body, each part to a size and a hash.
pub(super) async fn multipart(
    body: &mut Body,
    boundary: String,
    meter: &mut Meter,
    parts: &mut Vec<Part<Recorded>>,
    file_limit: u64,
) -> Result<Form, BodyError> {
    let head_room = Arc::new(AtomicU64::new(PART_HEAD));
    let tee = Tee { body, meter, head_room: Arc::clone(&head_room), breathe: false };
    let form = read_parts(multer::Multipart::new(tee, boundary), &head_room, parts, file_limit).await?;
    // What follows the last boundary, or all that follows where parsing failed, still belongs to the body.
    drain(body, meter, file_limit.saturating_add(AROUND_FILE)).await?;
    Ok(form)
}

async fn read_parts(
    mut form: multer::Multipart<'_>,
    head_room: &AtomicU64,
    parts: &mut Vec<Part<Recorded>>,
    file_limit: u64,
) -> Result<Form, BodyError> {
    loop {
        head_room.store(PART_HEAD, Ordering::Relaxed);
        let field = tokio::time::timeout(IDLE, form.next_field()).await.map_err(|_| BodyError::Stalled)?;
        let mut field = match field {
            Ok(Some(field)) => field,
            Ok(None) => return Ok(Form::Whole),
            Err(error) => return malformed(&error),
        };
        if parts.len() >= PARTS {
            return Ok(Form::Malformed(format!("it has more than {PARTS} parts")));
        }
        let kind = field.headers().get("content-type").map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        parts.push(Part {
            name: short(field.name().unwrap_or("")),
            filename: field.file_name().map(short),
            content_type: kind.as_deref().map(short),
            ..Part::default()
        });
        let mut hasher = Sha256::new();
        let mut size = 0_u64;
        head_room.store(u64::MAX, Ordering::Relaxed);
        let problem = loop {
            match tokio::time::timeout(IDLE, field.chunk()).await {
                Err(_) => break Some(Err(BodyError::Stalled)),
                Ok(Err(error)) => break Some(malformed(&error)),
                Ok(Ok(None)) => break None,
                Ok(Ok(Some(chunk))) => {
                    size += chunk.len() as u64;
                    hasher.update(&chunk);
                    if size > file_limit {
                        break Some(Err(BodyError::TooLarge));
                    }
                }
            }
        };
        if let Some(part) = parts.last_mut() {
            part.content.size = Some(size);
            part.content.sha256 = Some(hex(&hasher.finalize()));
        }
        if let Some(problem) = problem {
            return problem;
        }
    }
}

fn malformed(error: &multer::Error) -> Result<Form, BodyError> {
    match error {
        multer::Error::StreamReadFailed(source) if source.downcast_ref::<Overlong>().is_none() => Err(BodyError::Broken),
        multer::Error::StreamReadFailed(source) => Ok(Form::Malformed(source.to_string())),
        _ => Ok(Form::Malformed(error.to_string())),
    }
}

/// A name for the log, which is not to grow with what clients send.
fn short(text: &str) -> String {
    text.chars().take(500).collect()
}

#[derive(Debug, thiserror::Error)]
#[error("a part's headers do not end")]
struct Overlong;

/// A body on its way to the multipart reader, through the meter.
struct Tee<'a> {
    body: &'a mut Body,
    meter: &'a mut Meter,
    /// What may still come before the next part's content starts; the reader holds that in memory.
    head_room: Arc<AtomicU64>,
    breathe: bool,
}

impl Stream for Tee<'_> {
    type Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // The reader takes all that is ready before it looks at any of it. With a pause after each chunk it holds no more than one.
        if self.breathe {
            self.breathe = false;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        loop {
            let frame = match hyper::body::Body::poll_frame(Pin::new(&mut *self.body), cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Some(Ok(frame))) => frame,
            };
            let Ok(data) = frame.into_data() else { continue };
            self.meter.take(&data);
            let room = self.head_room.load(Ordering::Relaxed);
            if room != u64::MAX {
                let Some(left) = room.checked_sub(data.len() as u64) else {
                    return Poll::Ready(Some(Err(Overlong.into())));
                };
                self.head_room.store(left, Ordering::Relaxed);
            }
            self.breathe = true;
            return Poll::Ready(Some(Ok(data)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn streamed(chunks: Vec<Vec<u8>>) -> Body {
        super::super::body::streamed(futures_util::stream::iter(
            chunks.into_iter().map(|chunk| Ok::<_, std::io::Error>(Bytes::from(chunk))),
        ))
    }

    async fn read(body: &[u8], limit: u64) -> (Result<Form, BodyError>, Vec<Part<Recorded>>, u64) {
        let (mut meter, mut parts) = (Meter::default(), Vec::new());
        let mut body = streamed(body.chunks(7).map(<[u8]>::to_vec).collect());
        let form = multipart(&mut body, "XX".into(), &mut meter, &mut parts, limit).await;
        (form, parts, meter.size)
    }

    #[tokio::test]
    async fn a_file_is_hashed_and_the_whole_body_counted() {
        let body = b"--XX\r\nContent-Disposition: form-data; name=\"log\"; filename=\"a.txt\"\r\n\r\nabc\r\n--XX--\r\ntail";
        let (form, parts, size) = read(body, 3).await;
        assert_eq!(form, Ok(Form::Whole));
        assert_eq!(size, body.len() as u64);
        assert_eq!(
            (parts[0].name.as_str(), parts[0].filename.as_deref(), parts[0].content.size),
            ("log", Some("a.txt"), Some(3))
        );
        assert_eq!(parts[0].content.sha256.as_deref(), Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        assert_eq!(read(body, 2).await.0, Err(BodyError::TooLarge));
    }

    #[tokio::test]
    async fn a_body_without_its_boundary_is_malformed_and_still_counted() {
        let body = [b'x'; 5000];
        let (form, parts, size) = read(&body, u64::MAX).await;
        assert!(matches!(form, Ok(Form::Malformed(_))), "{form:?}");
        assert_eq!((parts.len(), size), (0, 5000));
    }

    #[tokio::test]
    async fn headers_without_end_are_not_held() {
        let mut chunks = vec![b"--XX\r\nContent-Disposition: ".to_vec()];
        chunks.extend((0..100).map(|_| vec![b'x'; 64 * 1024]));
        let (mut meter, mut parts) = (Meter::default(), Vec::new());
        let form = multipart(&mut streamed(chunks), "XX".into(), &mut meter, &mut parts, u64::MAX).await;
        assert_eq!(form, Ok(Form::Malformed("a part's headers do not end".into())));
        assert!(meter.size > 100 * 64 * 1024);
    }
}
