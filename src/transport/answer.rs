//! Reads an answer's body: counted as it comes, then decoded, both within the limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_compression::tokio::bufread::{BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use http_body_util::BodyExt as _;
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt as _, BufReader};
use tokio_util::io::InspectReader;

use super::answer_head::AnswerHead;
use super::engine::{Arrived, WireBody};
use super::failure;
use super::progress::{Counters, stalled};
use super::spool::{Room, Sink, Stored};
use crate::model::Network;
use crate::model::exchange::Answer;

/// Reads and decodes the answer.
pub(super) async fn read(arrived: Arrived, network: &Network, progress: &Arc<Counters>) -> Answer {
    let Arrived { head, body, early, .. } = arrived;
    let AnswerHead { status, version, headers, oddities } = head;
    let Collected { raw, wire_size, trouble, is_cut_off } = collect(body, network, progress).await;
    let codings = codings(&headers);
    let decoded = match unnamed_coding(&raw.head).filter(|_| codings.is_empty()) {
        Some(coding) => unpacked(raw, coding, network).await,
        None => decode(raw, &codings, trouble.is_some(), network).await,
    };
    let is_cut_off = is_cut_off || decoded.is_cut_off;
    // That the connection broke explains a decoder that found no end.
    let trouble = trouble.or(decoded.trouble);
    let stored = decoded.body;
    Answer {
        status,
        sub_status: None,
        version,
        headers,
        oddities,
        is_cut_off,
        whole: stored.whole(),
        body: stored.head,
        wire_size,
        body_trouble: trouble,
        early,
    }
}

/// The codings in the order in which they were applied: those of the content, then those of its way here. A header may come several times.
fn codings(headers: &[(String, String)]) -> Vec<String> {
    let named = |wanted: &'static str| {
        headers
            .iter()
            .filter(move |(name, _)| name.eq_ignore_ascii_case(wanted))
            .flat_map(|(_, value)| value.split(','))
            .map(|coding| coding.trim().to_ascii_lowercase())
            .filter(|coding| !coding.is_empty())
    };
    let is_packed = |coding: &String| matches!(coding.as_str(), "gzip" | "x-gzip" | "deflate");
    named("content-encoding").chain(named("transfer-encoding").filter(is_packed)).collect()
}

/// The coding of a body that says by its first bytes alone that it is packed.
fn unnamed_coding(body: &[u8]) -> Option<&'static str> {
    match body {
        [0x1f, 0x8b, 8, ..] => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
        _ => None,
    }
}

/// A body that is packed without saying so, unpacked: nobody could look for secrets in it. One that is something else stays as it came.
async fn unpacked(raw: Stored, coding: &str, network: &Network) -> Decoded {
    let decoded = decode(raw.clone(), &[coding.to_owned()], true, network).await;
    let is_packed = decoded.trouble.is_none() && !decoded.body.head.is_empty();
    if is_packed { decoded } else { Decoded { body: raw, trouble: None, is_cut_off: false } }
}

/// A body as it came.
struct Collected {
    raw: Stored,
    wire_size: u64,
    /// Why it is not whole.
    trouble: Option<String>,
    /// Whether the server ended it before its end.
    is_cut_off: bool,
}

async fn collect(mut body: WireBody, network: &Network, progress: &Arc<Counters>) -> Collected {
    let mut sink = Sink::new(network);
    let mut wire_size = 0;
    let mut is_cut_off = false;
    let limit = tokio::time::sleep(network.answer_timeout);
    tokio::pin!(limit);
    let mut cut_off = |why: String| {
        is_cut_off = true;
        Some(format!("The rest did not come: {why}"))
    };
    let trouble = loop {
        let frame = tokio::select! {
            frame = body.frame() => frame,
            () = stalled(progress, network.idle_timeout) => {
                break cut_off(format!("nothing moved for {} s", network.idle_timeout.as_secs_f64()));
            }
            () = &mut limit => {
                let limit = network.answer_timeout.as_secs_f64();
                break cut_off(format!("the answer took longer than {limit} s, which is the limit in the settings"));
            }
        };
        match frame {
            None => break None,
            Some(Ok(frame)) => {
                let Ok(data) = frame.into_data() else { continue };
                wire_size += data.len() as u64;
                progress.received.store(wire_size, Ordering::Relaxed);
                progress.moved.fetch_add(data.len() as u64, Ordering::Relaxed);
                match sink.write(&data) {
                    Ok(Room::Left) => {}
                    Ok(Room::None(limit)) => break Some(too_large(limit)),
                    Err(error) => break Some(not_spooled(&error)),
                }
            }
            Some(Err(error)) => {
                break cut_off(format!("{}, after {wire_size} bytes", failure::message(error.as_ref())));
            }
        }
    };
    Collected { raw: sink.end(), wire_size, trouble, is_cut_off }
}

fn too_large(limit: u64) -> String {
    let limit = if limit.is_multiple_of(1 << 20) { format!("{} MiB", limit >> 20) } else { format!("{limit} bytes") };
    format!("Only the first {limit} are kept; the limit is in the settings")
}

fn not_spooled(error: &std::io::Error) -> String {
    format!("The rest is not kept: writing it to a file failed ({error}). Free some space and send again")
}

/// A body without its codings.
struct Decoded {
    body: Stored,
    trouble: Option<String>,
    /// Whether what was packed ends before its end, though all of what was announced came.
    is_cut_off: bool,
}

/// Undoes the codings in turn, the last one named first. A body that cannot be decoded stays as it came; of one that was cut off,
/// what can be decoded is kept.
async fn decode(raw: Stored, codings: &[String], is_cut: bool, network: &Network) -> Decoded {
    let mut body = raw.clone();
    let (mut trouble, mut is_cut_off) = (None, false);
    let as_it_came = |raw, reason: String| {
        let trouble = Some(format!("The body is shown as it came: {reason}"));
        Decoded { body: raw, trouble, is_cut_off: false }
    };
    if raw.head.is_empty() {
        return Decoded { body: raw, trouble, is_cut_off };
    }
    for coding in codings.iter().rev().filter(|coding| *coding != "identity") {
        let is_used_up = Arc::new(AtomicBool::new(false));
        let decoder = body.reader().map(|source| decoder(coding, watched(source, &is_used_up), &body.head));
        let decoder = match decoder {
            Ok(Some(decoder)) => decoder,
            Ok(None) => return as_it_came(raw, format!("its coding \"{coding}\" is not known here")),
            Err(error) => return as_it_came(raw, format!("its file cannot be read ({error})")),
        };
        let (decoded, end) = read_all(decoder, network).await;
        match end {
            End::Reached => {}
            End::Limit(limit) => trouble = Some(too_large(limit)),
            End::Spool(error) => trouble = Some(not_spooled(&error)),
            // Of a part, the end is missing, and so is all that a decoder would find there.
            End::Broken(_) if (is_cut || trouble.is_some()) && !decoded.head.is_empty() => {}
            // What is broken in itself is so before its end.
            End::Broken(_) if is_used_up.load(Ordering::Relaxed) && !decoded.head.is_empty() => {
                is_cut_off = true;
                trouble = Some(format!("The rest did not come: what was packed as {coding} ends before its end"));
            }
            End::Broken(error) => {
                return as_it_came(raw, format!("it is said to be {coding}, but cannot be decoded ({error})"));
            }
        }
        body = decoded;
    }
    Decoded { body, trouble, is_cut_off }
}

type Source = Box<dyn AsyncBufRead + Send + Unpin>;

/// The same, and whether it was read to its end.
fn watched(source: Source, is_used_up: &Arc<AtomicBool>) -> Source {
    const PIECE: usize = 64 << 10;
    let is_used_up = Arc::clone(is_used_up);
    let inspected = InspectReader::new(source, move |bytes| {
        if bytes.is_empty() {
            is_used_up.store(true, Ordering::Relaxed);
        }
    });
    Box::new(BufReader::with_capacity(PIECE, inspected))
}

type Decoder = Box<dyn AsyncRead + Send + Unpin>;

fn decoder(coding: &str, source: Source, head: &[u8]) -> Option<Decoder> {
    let is_zlib = is_zlib(head);
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
    Limit(u64),
    Spool(std::io::Error),
    Broken(std::io::Error),
}

async fn read_all(mut decoder: Decoder, network: &Network) -> (Stored, End) {
    const PIECE: usize = 256 * 1024;
    let mut sink = Sink::new(network);
    let mut piece = vec![0; PIECE];
    let end = loop {
        match decoder.read(&mut piece).await {
            Ok(0) => break End::Reached,
            Ok(count) => match sink.write(&piece[..count]) {
                Ok(Room::Left) => {}
                Ok(Room::None(limit)) => break End::Limit(limit),
                Err(error) => break End::Spool(error),
            },
            Err(error) => break End::Broken(error),
        }
        // What is in memory is always ready: without this nothing else, such as cancelling, would get its turn.
        tokio::task::yield_now().await;
    };
    (sink.end(), end)
}
