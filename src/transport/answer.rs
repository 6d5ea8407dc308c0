//! Reads an answer's body: counted as it comes, then decoded, both within the limit.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_compression::tokio::bufread::{BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::{Arrived, Counters, failure, stalled};
use crate::model::Network;
use crate::model::exchange::Answer;

pub(super) type WireBody = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

/// Reads and decodes the answer.
pub(super) async fn read(arrived: Arrived, network: &Network, progress: &Arc<Counters>) -> Answer {
    let Arrived { head, body, early, .. } = arrived;
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let (raw, wire_size, trouble) = collect(body, network, progress).await;
    let (body, decode_trouble) = decode(raw, &codings(&headers), trouble.is_some(), network.answer_limit).await;
    // That the connection broke explains a decoder that found no end.
    let trouble = trouble.or(decode_trouble);
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

/// The codings in the order in which they were applied. The header may come several times.
fn codings(headers: &[(String, String)]) -> Vec<String> {
    headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"))
        .flat_map(|(_, value)| value.split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty())
        .collect()
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
                let trouble = format!("The rest did not come: {}, after {wire_size} bytes", failure::message(error.as_ref()));
                return (raw.freeze(), wire_size, Some(trouble));
            }
        }
    }
}

fn too_large(limit: u64) -> String {
    let limit = if limit.is_multiple_of(1 << 20) { format!("{} MiB", limit >> 20) } else { format!("{limit} bytes") };
    format!("Only the first {limit} are kept; the limit is in the settings")
}

/// Undoes the codings in turn, the last one named first. A body that cannot be decoded stays as it came; of one that was cut off,
/// what can be decoded is kept.
async fn decode(raw: Bytes, codings: &[String], is_cut: bool, limit: u64) -> (Bytes, Option<String>) {
    let mut body = raw.clone();
    let mut trouble = None;
    if raw.is_empty() {
        return (raw, None);
    }
    for coding in codings.iter().rev().filter(|coding| *coding != "identity") {
        let Some(decoder) = decoder(coding, body) else {
            return (raw, Some(format!("The body is shown as it came: its coding \"{coding}\" is not known here")));
        };
        let (decoded, end) = read_all(decoder, limit).await;
        match end {
            End::Reached => {}
            End::Limit => trouble = Some(too_large(limit)),
            // Of a part, the end is missing, and so is all that a decoder would find there.
            End::Broken(_) if (is_cut || trouble.is_some()) && !decoded.is_empty() => {}
            End::Broken(error) => {
                let reason = format!("it is said to be {coding}, but cannot be decoded ({error})");
                return (raw, Some(format!("The body is shown as it came: {reason}")));
            }
        }
        body = decoded;
    }
    (body, trouble)
}

type Decoder = Box<dyn AsyncRead + Send + Unpin>;

fn decoder(coding: &str, body: Bytes) -> Option<Decoder> {
    let is_zlib = is_zlib(&body);
    let source = Cursor::new(body);
    Some(match coding {
        "gzip" | "x-gzip" => {
            let mut decoder = GzipDecoder::new(source);
            decoder.multiple_members(true);
            Box::new(decoder)
        }
        // "deflate" means zlib, but some servers send it without the wrapper.
        "deflate" if is_zlib => Box::new(ZlibDecoder::new(source)),
        "deflate" => Box::new(DeflateDecoder::new(source)),
        "br" => Box::new(BrotliDecoder::new(source)),
        "zstd" => {
            let mut decoder = ZstdDecoder::new(source);
            decoder.multiple_members(true);
            Box::new(decoder)
        }
        _ => return None,
    })
}

fn is_zlib(body: &[u8]) -> bool {
    body.len() > 1 && body[0] & 0x0f == 8 && (u16::from(body[0]) << 8 | u16::from(body[1])).is_multiple_of(31)
}

/// Why a decoder was read no further.
enum End {
    Reached,
    Limit,
    Broken(std::io::Error),
}

async fn read_all(mut decoder: Decoder, limit: u64) -> (Bytes, End) {
    const PIECE: usize = 256 * 1024;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut decoded = Vec::new();
    let mut piece = vec![0; PIECE];
    let end = loop {
        match decoder.read(&mut piece).await {
            Ok(0) => break End::Reached,
            Ok(count) => decoded.extend_from_slice(&piece[..count]),
            Err(error) => break End::Broken(error),
        }
        if decoded.len() > limit {
            decoded.truncate(limit);
            break End::Limit;
        }
        // What is in memory is always ready: without this nothing else, such as cancelling, would get its turn.
        tokio::task::yield_now().await;
    };
    (decoded.into(), end)
}
