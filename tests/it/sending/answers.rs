//! Reading answers.

use std::time::Duration;

use async_compression::tokio::write::{BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use centerpost::model::{Network, Request};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::support::*;

const TEXT: &[u8] = b"{\"message\": \"The requested resource could not be found, not be found, not be found.\"}";

macro_rules! encoded {
    ($encoder:ident, $bytes:expr) => {{
        let mut encoder = $encoder::new(Vec::new());
        finish(&mut encoder, $bytes).await;
        encoder.into_inner()
    }};
}

async fn finish(encoder: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) {
    encoder.write_all(bytes).await.unwrap();
    encoder.shutdown().await.unwrap();
}

fn with_coding(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn bodies_are_decoded() {
    let gzip = encoded!(GzipEncoder, TEXT);
    let zlib = encoded!(ZlibEncoder, TEXT);
    let both_codings = encoded!(BrotliEncoder, &gzip);
    for (headers, body) in [
        ("", TEXT.to_vec()),
        ("Content-Encoding: identity\r\n", TEXT.to_vec()),
        ("Content-Encoding: gzip\r\n", gzip.clone()),
        ("Content-Encoding: X-GZIP\r\n", gzip.clone()),
        ("Content-Encoding: gzip\r\n", [encoded!(GzipEncoder, &TEXT[..10]), encoded!(GzipEncoder, &TEXT[10..])].concat()),
        ("Content-Encoding: deflate\r\n", zlib),
        ("Content-Encoding: deflate\r\n", encoded!(DeflateEncoder, TEXT)),
        ("Content-Encoding: br\r\n", encoded!(BrotliEncoder, TEXT)),
        ("Content-Encoding: zstd\r\n", encoded!(ZstdEncoder, TEXT)),
        ("Content-Encoding: gzip, br\r\n", both_codings.clone()),
        ("Content-Encoding: gzip\r\nContent-Encoding: br\r\n", both_codings),
    ] {
        let address = serve_bytes(with_coding(headers, &body)).await;
        for (engine, request) in engines(address) {
            let answer = answer(&request).await;
            assert_eq!((&answer.body[..], &answer.body_trouble), (TEXT, &None), "{engine} {headers}");
            assert_eq!(answer.wire_size, body.len() as u64, "{engine} {headers}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_decoded_is_shown_as_it_came() {
    let mut broken = encoded!(GzipEncoder, TEXT);
    let end = broken.len() - 5;
    broken[end] ^= 0xff;
    for (coding, body) in [("gzip", TEXT.to_vec()), ("gzip", broken), ("deflate", vec![0xff; 90]), ("snappy", TEXT.to_vec())] {
        let address = serve_bytes(with_coding(&format!("Content-Encoding: {coding}\r\n"), &body)).await;
        for (engine, request) in engines(address) {
            let answer = answer(&request).await;
            assert_eq!(&answer.body[..], body, "{engine} {coding}");
            assert!(answer.body_trouble.as_ref().unwrap().contains(coding), "{:?}", answer.body_trouble);
        }
    }
}

#[tokio::test]
async fn a_cut_off_body_is_kept_as_far_as_it_came() {
    let text: Vec<u8> = (0..60_000_u32).flat_map(|number| format!("{number},").into_bytes()).collect();
    let gzip = encoded!(GzipEncoder, &text);
    let half = &gzip[..gzip.len() / 2];
    let plain = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n40\r\nno".to_vec();
    let coded = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", gzip.len());
    let coded = [coded.as_bytes(), half].concat();
    for (bytes, begins, longer_than) in [(plain, "only this", 8), (chunked, "only this", 8), (coded, "0,1,2,", 1000)] {
        let address = serve_bytes(bytes).await;
        for (engine, request) in engines(address) {
            let answer = answer(&request).await;
            assert!(
                answer.body.starts_with(begins.as_bytes()) && answer.body.len() > longer_than,
                "{engine} {:?}",
                answer.text()
            );
            assert!(answer.body_trouble.is_some(), "{engine} {begins}");
        }
    }
}

/// The announced length came, and what was packed is not whole: a proxy that packs a broken answer sends such.
#[tokio::test]
async fn what_was_packed_and_ends_before_its_end_is_cut_off() {
    let text: Vec<u8> = (0..60_000_u32).flat_map(|number| format!("{number},").into_bytes()).collect();
    for (coding, packed) in [
        ("gzip", encoded!(GzipEncoder, &text)),
        ("deflate", encoded!(ZlibEncoder, &text)),
        ("br", encoded!(BrotliEncoder, &text)),
        ("zstd", encoded!(ZstdEncoder, &text)),
    ] {
        let half = &packed[..packed.len() * 2 / 3];
        let address = serve_bytes(with_coding(&format!("Content-Encoding: {coding}\r\n"), half)).await;
        for (engine, request) in engines(address) {
            let answer = answer(&request).await;
            assert!(answer.is_cut_off, "{engine} {coding}: {:?}", answer.body_trouble);
            assert!(answer.body.starts_with(b"0,1,2,") && answer.body.len() < text.len(), "{engine} {coding}");
        }
    }
}

#[tokio::test]
async fn no_more_than_the_limit_is_kept() {
    let zeros = vec![0; 8 << 20];
    let bomb = encoded!(GzipEncoder, &zeros);
    let twice = encoded!(GzipEncoder, &bomb);
    let limited = Network { answer_limit: 100_000, ..network() };
    for (headers, body) in [("", &zeros), ("Content-Encoding: gzip\r\n", &bomb), ("Content-Encoding: gzip, gzip\r\n", &twice)] {
        let address = serve_bytes(with_coding(headers, body)).await;
        for (engine, request) in engines(address) {
            let exchange = send(&request, &limited).await.unwrap();
            let answer = exchange.answer().unwrap();
            assert_eq!(answer.body.len(), 100_000, "{engine} {headers}");
            assert!(answer.body.iter().all(|byte| *byte == 0), "{engine} {headers}");
            let trouble = answer.body_trouble.as_deref().unwrap();
            assert!(trouble.contains("100000 bytes"), "{trouble}");
        }
    }
    let exact = serve_bytes(with_coding("", &zeros[..100_000])).await;
    assert_eq!(send(&json(exact), &limited).await.unwrap().answer().unwrap().body_trouble, None);
}

#[tokio::test]
async fn what_is_too_large_for_memory_goes_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let body: Vec<u8> = (0..3_000_000u32).flat_map(u32::to_le_bytes).collect();
    let packed = encoded!(GzipEncoder, &body);
    let spooled = Network { answer_limit: 100_000, spool_folder: Some(folder.path().join("bodies")), ..network() };
    for (headers, sent) in [("", &body), ("Content-Encoding: gzip\r\n", &packed)] {
        let address = serve_bytes(with_coding(headers, sent)).await;
        for (engine, request) in engines(address) {
            let exchange = send(&request, &spooled).await.unwrap();
            let answer = exchange.answer().unwrap();
            assert_eq!((answer.body.len(), &answer.body_trouble), (100_000, &None), "{engine} {headers}");
            let whole = answer.whole.as_ref().unwrap();
            assert_eq!(whole.0.size(), body.len() as u64, "{engine} {headers}");
            assert!(whole.piece(0, body.len() + 1).unwrap() == body, "{engine} {headers}");
            assert!(whole.piece(11_000_000, 10).unwrap() == body[11_000_000..11_000_010]);
        }
    }
    let left = std::fs::read_dir(folder.path().join("bodies")).unwrap().count();
    assert_eq!(left, 0, "the files have no name, so nothing stays behind");
}

#[tokio::test]
async fn heads_are_taken_as_they_come() {
    let bytes = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.0 404 Nope\r\nB: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\
                 Content-Length: 0\r\nX-Latin: gr\u{fc}n\r\n\r\n";
    let address = serve_bytes(bytes).await;
    for (engine, request) in engines(address) {
        let answer = answer(&request).await;
        assert_eq!((answer.status, answer.version.as_str()), (404, "HTTP/1.0"), "{engine}");
        let names: Vec<_> = answer.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        assert_eq!(names, ["b", "set-cookie", "set-cookie", "content-length", "x-latin"], "{engine}");
        assert_eq!(answer.header("X-Latin"), Some("grün"));
    }
}

#[tokio::test]
async fn answers_without_a_body_end_at_once() {
    for (method, bytes) in [
        ("POST", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("POST", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"),
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\n"),
    ] {
        let address = serve(move |mut stream| async move {
            read_request(&mut stream).await;
            let _ = stream.write_all(bytes.as_bytes()).await;
            // Kept open: who waits for a body here waits for ever.
            tokio::time::sleep(Duration::from_secs(600)).await;
        })
        .await;
        for (engine, request) in engines(address) {
            let answer = answer(&Request { method: method.into(), ..request }).await;
            assert_eq!((&answer.body[..], answer.body_trouble), (&b""[..], None), "{engine} {bytes}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_stalls_is_kept() {
    let address = serve(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nhalf").await;
        tokio::time::sleep(Duration::from_secs(600)).await;
    })
    .await;
    let impatient = Network { idle_timeout: Duration::from_millis(200), ..network() };
    for (engine, request) in engines(address) {
        let exchange = send(&request, &impatient).await.unwrap();
        let answer = exchange.answer().unwrap();
        assert_eq!((answer.status, &answer.body[..]), (500, &b"half"[..]), "{engine}");
        assert!(answer.body_trouble.as_ref().unwrap().contains("0.2 s"), "{engine} {:?}", answer.body_trouble);
    }
}
