//! Files that are not, or no longer, what was picked.

use std::fs::{self, File};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use centerpost::transport::{SendError, inspect_file};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Notify;

use super::support::*;

fn file_trouble(error: SendError) -> String {
    let SendError::File(text) = error else { panic!("{error:?}") };
    assert!(text.contains("dump.bin"), "{text}");
    text
}

#[test]
fn picking_looks_at_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.bin");
    assert!(file_trouble(inspect_file(&path).unwrap_err()).contains("gone"));
    fs::create_dir(&path).unwrap();
    assert!(file_trouble(inspect_file(&path).unwrap_err()).contains("folder"));
    fs::remove_dir(&path).unwrap();
    fs::write(&path, "12345").unwrap();
    let file = inspect_file(&path).unwrap();
    assert_eq!((file.size, file.modified.is_some()), (5, true));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_without_waiting_for_its_writer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.bin");
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    assert!(file_trouble(inspect_file(&path).unwrap_err()).contains("regular"));
}

#[tokio::test]
async fn a_file_is_looked_at_again_before_anything_is_sent() {
    let (address, seen) = serve_recording().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.bin");
    type Change = fn(&Path);
    let changes: [(&str, Change); 4] = [
        ("gone", |path| fs::remove_file(path).unwrap()),
        ("had 5 ", |path| fs::write(path, "1234567").unwrap()),
        ("changed", |path| {
            let file = File::options().write(true).open(path).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
        }),
        ("folder", |path| {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
        }),
    ];
    for (expected, change) in changes {
        fs::write(&path, "12345").unwrap();
        let request = upload_file(url(address), &path);
        change(&path);
        let text = file_trouble(send(&request, &network()).await.unwrap_err());
        assert!(text.contains(expected), "{text}");
    }
    assert!(seen.lock().unwrap().is_empty());
}

/// Takes the beginning, waits until it is told to go on, then keeps the end of what comes.
async fn gated(begun: Arc<Notify>, go_on: Arc<Notify>, tail: Arc<Mutex<Option<Vec<u8>>>>) -> SocketAddr {
    // So that most of the file has not been read when the server waits.
    let listener = listen_with_little_room();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_head(&mut stream).await;
        let mut chunk = vec![0; 256 * 1024];
        // Only now has the file been opened for certain.
        stream.read_exact(&mut chunk).await.unwrap();
        begun.notify_one();
        go_on.notified().await;
        let mut end = Vec::new();
        while let Ok(count @ 1..) = stream.read(&mut chunk).await {
            end.extend_from_slice(&chunk[..count]);
            let cut = end.len().saturating_sub(200);
            end.drain(..cut);
            if end.ends_with(b"--\r\n") {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
            }
        }
        *tail.lock().unwrap() = Some(end);
        begun.notify_one();
    });
    address
}

async fn changed_under_way(change: impl FnOnce(&Path) + Send + 'static) -> (Result<u16, SendError>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.bin");
    File::create(&path).unwrap().set_len(24 << 20).unwrap();
    let (begun, go_on, tail) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Mutex::new(None)));
    let address = gated(begun.clone(), go_on.clone(), tail.clone()).await;
    let request = upload_file(url(address), &path);
    let sending = tokio::spawn(async move { send(&request, &network()).await });
    begun.notified().await;
    change(&path);
    go_on.notify_one();
    let sent = sending.await.unwrap().map(|exchange| exchange.answer().unwrap().status);
    begun.notified().await;
    (sent, tail.lock().unwrap().take().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_under_way_fails_and_never_looks_whole() {
    let (sent, tail) = changed_under_way(|_| {}).await;
    assert_eq!(sent.unwrap(), 200);
    assert!(tail.ends_with(b"--\r\n"), "the control must arrive whole");

    let (sent, tail) = changed_under_way(|path| {
        File::options().append(true).open(path).unwrap().write_all(b"more").unwrap();
    })
    .await;
    let text = file_trouble(sent.unwrap_err());
    assert!(text.contains(&(24 << 20).to_string()) && text.contains(&((24 << 20) + 4).to_string()), "{text}");
    assert!(!tail.windows(10).any(|window| window == b"Centerpost"), "the closing boundary went out");

    let (sent, tail) = changed_under_way(|path| File::options().write(true).open(path).unwrap().set_len(20 << 20).unwrap()).await;
    let text = file_trouble(sent.unwrap_err());
    assert!(text.contains(&(20 << 20).to_string()), "{text}");
    assert!(!tail.windows(10).any(|window| window == b"Centerpost"), "the closing boundary went out");
}
