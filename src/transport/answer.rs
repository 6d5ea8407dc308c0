//! Reads an answer's body: counted as it comes, then decoded, both within the limit.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_compression::tokio::bufread::{BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::{Arrived, Counters, stalled};
use crate::model::exchange::Answer;
use crate::model::{Network, request};

pub(super) type WireBody = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

/// Reads and decodes the answer.
pub(super) async fn read(arrived: Arrived, network: &Network, progress: &Arc<Counters>) -> Answer {
    let Arrived { head, body, early, .. } = arrived;
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let (raw, wire_size, mut trouble) = collect(body, network, progress).await;
    let coding = request::header(&headers, "content-encoding").unwrap_or("").to_owned();
    let (body, decode_trouble) = decode(raw, &coding, network.answer_limit).await;
    // That the connection broke explains a decoder that found no end.
    trouble = trouble.or(decode_trouble);
    Answer {
        status: head.status.as_u16(),
        version: format!("{:?}", head.version),
        headers,
        body,
        wire_size,
        body_trouble: trouble,
        early,
    }
}

async fn collect(mut body: WireBody, network: &Network, progress: &Arc<Counters>) -> (Bytes, u64, Option<String>) {
    let mut raw = BytesMut::new();
    let mut wire_size = 0;
    loop {
        let frame = tokio::select! {
            frame = body.frame() => frame,
            () = stalled(progress, network.idle_timeout) => {
                let trouble = format!("The rest did not come: nothing moved for {} s", network.idle_timeout.as_secs_f64());
                return (raw.freeze(), wire_size, Some(trouble));
            }
        };
        match frame {
            None => return (raw.freeze(), wire_size, None),
            Some(Ok(frame)) => {
                let Ok(data) = frame.into_data() else { continue };
                wire_size += data.len() as u64;
                progress.received.store(wire_size, Ordering::Relaxed);
                progress.moved.fetch_add(data.len() as u64, Ordering::Relaxed);
                raw.extend_from_slice(&data);
                if raw.len() as u64 > network.answer_limit {
                    raw.truncate(usize::try_from(network.answer_limit).unwrap_or(usize::MAX));
                    return (raw.freeze(), wire_size, Some(too_large(network.answer_limit)));
                }
            }
            Some(Err(error)) => {
                let mut last: &(dyn std::error::Error + 'static) = error.as_ref();
                while let Some(source) = last.source() {
                    last = source;
                }
                let trouble = format!("The rest did not come: {last}, after {wire_size} bytes");
                return (raw.freeze(), wire_size, Some(trouble));
            }
        }
    }
}

fn too_large(limit: u64) -> String {
    format!("Only the first {} MiB are kept; the limit is in the settings", limit >> 20)
}

/// Undoes the codings in turn, the last one named first. What cannot be decoded stays as it came.
async fn decode(mut body: Bytes, coding: &str, limit: u64) -> (Bytes, Option<String>) {
    let codings: Vec<String> =
        coding.split(',').map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty()).collect();
    if body.is_empty() {
        return (body, None);
    }
    for name in codings.iter().rev() {
        let source = Cursor::new(body.clone());
        let decoded = match name.as_str() {
            "identity" => continue,
            "gzip" | "x-gzip" => {
                let mut decoder = GzipDecoder::new(source);
                decoder.multiple_members(true);
                read_all(decoder, limit).await
            }
            // "deflate" means zlib, but some servers send it without the wrapper.
            "deflate" if is_zlib(&body) => read_all(ZlibDecoder::new(source), limit).await,
            "deflate" => read_all(DeflateDecoder::new(source), limit).await,
            "br" => read_all(BrotliDecoder::new(source), limit).await,
            "zstd" => read_all(ZstdDecoder::new(source), limit).await,
            other => return (body, Some(format!("The body is shown as it came: its coding \"{other}\" is not known here"))),
        };
        match decoded {
            Ok((decoded, None)) => body = decoded,
            Ok((decoded, trouble)) => return (decoded, trouble),
            Err(error) => {
                return (
                    body,
                    Some(format!("The body is shown as it came: it is said to be {name}, but cannot be decoded ({error})")),
                );
            }
        }
    }
    (body, None)
}

fn is_zlib(body: &[u8]) -> bool {
    body.len() > 1 && body[0] & 0x0f == 8 && (u16::from(body[0]) << 8 | u16::from(body[1])).is_multiple_of(31)
}

async fn read_all(decoder: impl AsyncRead + Unpin, limit: u64) -> std::io::Result<(Bytes, Option<String>)> {
    let mut decoded = Vec::new();
    decoder.take(limit + 1).read_to_end(&mut decoded).await?;
    let trouble = (decoded.len() as u64 > limit).then(|| too_large(limit));
    decoded.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok((decoded.into(), trouble))
}
