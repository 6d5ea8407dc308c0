//! Networks that fail, time-outs and cancelling.

use std::sync::Arc;
use std::time::Duration;

use centerpost::model::exchange::{FailureKind, Step};
use centerpost::model::{Network, Request};
use centerpost::transport::{self, Progress, SendError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::support::*;

#[tokio::test]
async fn a_refused_port_is_named() {
    let address = closed_port().await;
    for (engine, request) in engines(address) {
        let failure = failure(&request, &network()).await;
        assert_eq!((failure.kind, failure.step), (FailureKind::Refused, Some(Step::Connect)), "{engine}: {failure:?}");
        assert_eq!(failure.peer, Some(address.to_string()), "{engine}");
        assert!(failure.message.to_lowercase().contains("refused"), "{engine}: {failure:?}");
    }
}

#[tokio::test]
async fn an_unknown_name_is_told_from_the_rest() {
    for (engine, mut request) in engines(closed_port().await) {
        request.url = format!("https://acme.invalid/x?apiKey={KEY}");
        let failure = failure(&request, &network()).await;
        assert_eq!((failure.kind, failure.step), (FailureKind::Dns, Some(Step::Resolve)), "{engine}: {failure:?}");
        assert_eq!(failure.peer.as_deref(), Some("acme.invalid:443"), "{engine}");
    }
}

#[tokio::test]
async fn opening_a_connection_has_a_limit() {
    // It listens and takes the connection, but says nothing of TLS.
    let address = serve(|stream| async move {
        tokio::time::sleep(Duration::from_secs(600)).await;
        drop(stream);
    })
    .await;
    let impatient = Network { connect_timeout: Duration::from_millis(300), ..network() };
    for (engine, mut request) in engines(address) {
        request.url = format!("https://{address}/x?apiKey={KEY}");
        let failure = failure(&request, &impatient).await;
        assert_eq!(failure.kind, FailureKind::Timeout, "{engine}: {failure:?}");
        assert!(failure.message.contains("0.3 s"), "{engine}: {failure:?}");
        assert!(matches!(failure.step, Some(Step::Connect | Step::Tls)), "{engine}: {failure:?}");
    }
}

#[tokio::test]
async fn a_silent_server_times_out() {
    let address = serve(|mut stream| async move {
        read_request(&mut stream).await;
        tokio::time::sleep(Duration::from_secs(600)).await;
    })
    .await;
    let impatient = Network { idle_timeout: Duration::from_millis(200), ..network() };
    for (engine, request) in engines(address) {
        let failure = failure(&request, &impatient).await;
        assert_eq!((failure.kind, failure.step), (FailureKind::Timeout, Some(Step::Wait)), "{engine}: {failure:?}");
        assert!(failure.message.contains("0.2 s"), "{engine}: {failure:?}");
    }
}

#[tokio::test]
async fn an_upload_that_stands_still_times_out_and_a_slow_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.bin");
    std::fs::File::create(&path).unwrap().set_len(40 << 20).unwrap();
    let impatient = Network { idle_timeout: Duration::from_millis(800), ..network() };

    let stuck = serve(|mut stream| async move {
        read_head(&mut stream).await;
        tokio::time::sleep(Duration::from_secs(600)).await;
    })
    .await;
    let found = failure(&upload_file(url(stuck), &path), &impatient).await;
    assert_eq!((found.kind, found.step), (FailureKind::Timeout, Some(Step::Send)), "{found:?}");

    // Slower than the limit in all, but never still for as long.
    let slow = serve_at(listen_with_little_room(), |mut stream| async move {
        let (head, rest) = read_head(&mut stream).await;
        let mut left = content_length(&head) - rest.len();
        let mut chunk = vec![0; 2 << 20];
        while left > 0 {
            tokio::time::sleep(Duration::from_millis(60)).await;
            let wanted = left.min(chunk.len());
            stream.read_exact(&mut chunk[..wanted]).await.unwrap();
            left -= wanted;
        }
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    });
    let exchange = send(&upload_file(url(slow), &path), &impatient).await.unwrap();
    assert_taken(&exchange, "a slow server");
}

#[tokio::test]
async fn nonsense_is_told_as_such() {
    let address = serve_bytes("SSH-2.0-OpenSSH_9.6\r\n").await;
    for (engine, request) in engines(address) {
        let failure = failure(&request, &network()).await;
        assert_eq!(failure.kind, FailureKind::Protocol, "{engine}: {failure:?}");
        assert!(failure.message.contains("SSH"), "{engine}: {failure:?}");
    }
}

async fn cancelled_when(started: Arc<Notify>, request: Request) -> SendError {
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    tokio::spawn(async move {
        started.notified().await;
        stop.cancel();
    });
    transport::send(&request, &network(), &Progress::default(), &cancel).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_drops_the_connection_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.bin");
    std::fs::File::create(&path).unwrap().set_len(64 << 20).unwrap();
    let (started, dropped) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell_started, tell_dropped) = (started.clone(), dropped.clone());
    let address = serve(move |mut stream| {
        let (started, dropped) = (tell_started.clone(), tell_dropped.clone());
        async move {
            read_head(&mut stream).await;
            started.notify_one();
            let mut chunk = vec![0; 64 * 1024];
            while stream.read(&mut chunk).await.is_ok_and(|count| count > 0) {}
            dropped.notify_one();
        }
    })
    .await;
    for request in [json(address), upload_file(url(address), &path)] {
        let error = cancelled_when(started.clone(), request).await;
        assert!(matches!(error, SendError::Cancelled), "{error:?}");
        dropped.notified().await;
    }
}

#[tokio::test]
async fn what_was_cancelled_before_is_not_sent() {
    let (address, seen) = serve_recording().await;
    let cancel = CancellationToken::new();
    cancel.cancel();
    for (_, request) in engines(address) {
        for _ in 0..10 {
            let error = transport::send(&request, &network(), &Progress::default(), &cancel).await.unwrap_err();
            assert!(matches!(error, SendError::Cancelled), "{error:?}");
        }
    }
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn progress_starts_anew_and_ends_complete() {
    let (address, _) = serve_recording().await;
    let progress = Progress::default();
    for (_, request) in engines(address) {
        transport::send(&request, &network(), &progress, &CancellationToken::new()).await.unwrap();
        let total = request.body.len();
        assert_eq!((progress.sent(), progress.total(), progress.received()), (total, total, 2));
    }
}
