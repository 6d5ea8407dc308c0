//! Answers that come before the upload is over.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::support::*;
use centerpost::model::Request;
use centerpost::model::exchange::FailureKind;
use centerpost::model::request::Body;

const RUNS: usize = 20;
const REFUSAL: &[u8] = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large";

#[derive(Clone, Copy, Debug)]
enum Behaviour {
    AtTheHead,
    AfterSomeBytes,
    ThenDrains,
    BeforeReading,
    NoAnswer,
}

async fn refusing(behaviour: Behaviour) -> SocketAddr {
    serve(move |mut stream| async move {
        if !matches!(behaviour, Behaviour::BeforeReading) {
            read_head(&mut stream).await;
        }
        let mut chunk = vec![0; 64 * 1024];
        if matches!(behaviour, Behaviour::AfterSomeBytes | Behaviour::NoAnswer) {
            let mut seen = 0;
            while seen < 5_000_000 {
                seen += stream.read(&mut chunk).await.unwrap_or(usize::MAX >> 1).max(1);
            }
        }
        if !matches!(behaviour, Behaviour::NoAnswer) {
            let _ = stream.write_all(REFUSAL).await;
        }
        if matches!(behaviour, Behaviour::ThenDrains) {
            let _ = stream.shutdown().await;
            while stream.read(&mut chunk).await.is_ok_and(|count| count > 0) {}
        }
    })
    .await
}

/// A file of 24 MiB: more than the sockets' buffers take in.
fn large_file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.bin");
    std::fs::File::create(&path).unwrap().set_len(24 << 20).unwrap();
    (folder, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_early_refusal_of_an_upload_is_shown() {
    let (_folder, path) = large_file();
    for behaviour in [Behaviour::AtTheHead, Behaviour::AfterSomeBytes, Behaviour::ThenDrains, Behaviour::BeforeReading] {
        let request = upload_file(url(refusing(behaviour).await), &path);
        for run in 0..RUNS {
            let exchange = exchange(&request).await;
            let Some(answer) = exchange.answer() else { panic!("{behaviour:?} {run}: {:?}", exchange.failure()) };
            assert_eq!((answer.status, answer.early, &answer.body[..]), (413, true, &b"too large"[..]), "{behaviour:?} {run}");
            assert!(exchange.body_bytes_sent < request.body.len(), "{behaviour:?} {run}");
            assert_eq!(exchange.sent.parts.unwrap()[0].content.sha256, None, "not all was read");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_early_refusal_of_a_json_body_is_shown() {
    for (size, behaviours) in [
        (50_000, [Behaviour::AtTheHead, Behaviour::ThenDrains, Behaviour::ThenDrains]),
        (16 << 20, [Behaviour::AtTheHead, Behaviour::AfterSomeBytes, Behaviour::BeforeReading]),
    ] {
        for behaviour in behaviours {
            let request = Request { body: Body::Bytes(vec![b'1'; size]), ..json(refusing(behaviour).await) };
            for run in 0..RUNS {
                let exchange = exchange(&request).await;
                let status = exchange.answer().map(|answer| answer.status);
                assert_eq!(status, Some(413), "{behaviour:?} {run} {size}: {:?}", exchange.failure());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_at_all_is_a_reset() {
    let (_folder, path) = large_file();
    let address = refusing(Behaviour::NoAnswer).await;
    let request = upload_file(url(address), &path);
    for _ in 0..5 {
        let failure = failure(&request, &network()).await;
        assert_eq!(failure.kind, FailureKind::Reset, "{failure:?}");
        assert_eq!(failure.peer, Some(address.to_string()));
    }
    let address = serve(|mut stream| async move {
        read_request(&mut stream).await;
    })
    .await;
    for (engine, request) in engines(address) {
        let failure = failure(&request, &network()).await;
        assert_eq!(failure.kind, FailureKind::Reset, "{engine}: {failure:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_upload_stops() {
    let (_folder, path) = large_file();
    let drained = Arc::new(AtomicUsize::new(0));
    let (count, done) = (drained.clone(), Arc::new(tokio::sync::Notify::new()));
    let over = done.clone();
    let address = serve(move |mut stream| {
        let (count, over) = (count.clone(), over.clone());
        async move {
            read_head(&mut stream).await;
            // The answer's body waits until the client has had every chance to go on sending.
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n").await;
            let mut chunk = vec![0; 64 * 1024];
            let mut quiet = 0;
            while quiet < 10 {
                match tokio::time::timeout(std::time::Duration::from_millis(20), stream.read(&mut chunk)).await {
                    Ok(Ok(read)) if read > 0 => _ = count.fetch_add(read, Ordering::SeqCst),
                    Ok(_) => break,
                    Err(_) => quiet += 1,
                }
            }
            let _ = stream.write_all(b"no").await;
            over.notify_one();
        }
    })
    .await;
    let exchange = exchange(&upload_file(url(address), &path)).await;
    done.notified().await;
    assert_eq!(exchange.answer().unwrap().body, "no");
    assert!(drained.load(Ordering::SeqCst) < 24 << 20, "it went on to the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_early_success_does_not_cut_the_upload_off() {
    let (_folder, path) = large_file();
    let address = serve(|mut stream| async move {
        let (head, rest) = read_head(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n").await;
        let mut left = content_length(&head) - rest.len();
        let mut chunk = vec![0; 64 * 1024];
        while left > 0 {
            match stream.read(&mut chunk).await {
                Ok(count) if count > 0 => left -= count,
                _ => return,
            }
        }
        let _ = stream.write_all(b"ok").await;
    })
    .await;
    let request = upload_file(url(address), &path);
    let exchange = exchange(&request).await;
    let answer = exchange.answer().unwrap();
    assert_eq!((answer.status, answer.early, &answer.body[..], &answer.body_trouble), (200, true, &b"ok"[..], &None));
    assert_eq!(exchange.body_bytes_sent, request.body.len());
    assert!(exchange.sent.parts.unwrap()[0].content.sha256.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_whole_request_is_not_early() {
    let (address, _) = serve_recording().await;
    let (_folder, path) = large_file();
    for request in [json(address), form(address), upload_file(url(address), &path)] {
        assert!(!answer(&request).await.early);
    }
}
