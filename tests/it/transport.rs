//! Sending over real sockets: exact bytes, early answers, codings, failures, files that change.

use std::net::SocketAddr;
use std::time::Duration;

use crate::support::connections::{read_head, read_parts, serve_one};
use centerpost::model::exchange::{FailureKind, Step};
use centerpost::model::multipart::{FileRef, Multipart, Part, PartContent, SendContent};
use centerpost::model::settings::Proxy;
use centerpost::model::{Exchange, Network, Request};
use centerpost::transport::{self, Progress, SendError, inspect_file};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

const KEY: &str = "SECRETcanary";
const CREATED: &[u8] = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

fn network() -> Network {
    Network {
        proxy: Proxy::Direct,
        connect_timeout: Duration::from_secs(5),
        idle_timeout: Duration::from_secs(5),
        ..Network::default()
    }
}

async fn send_with(request: &Request, network: &Network) -> Result<Exchange, SendError> {
    transport::send(request, network, &Progress::default(), &CancellationToken::new()).await
}

async fn send(request: &Request) -> Exchange {
    send_with(request, &network()).await.unwrap()
}

/// Reads a whole request and answers it.
async fn take(mut stream: TcpStream, answer: &[u8]) -> (String, Vec<u8>) {
    let request = read_parts(&mut stream).await;
    assert!(request.0.ends_with("\r\n\r\n"), "the request ended before its headers");
    stream.write_all(answer).await.unwrap();
    request
}

fn json(addr: SocketAddr) -> Request {
    let url = format!("http://{addr}/api/v1/projects//feedback/a%2fb?apiKey={KEY}");
    Request::post_json(url, "{\"a\":1}", &[("X-Run".into(), "1".into()), ("X-Run".into(), "2".into())])
}

fn parts(addr: SocketAddr, filename: &str, content: SendContent) -> Request {
    let part = Part {
        name: "log".into(),
        filename: Some(filename.into()),
        content_type: Some("text/plain".into()),
        headers: Vec::new(),
        content,
    };
    Request::post_multipart(format!("http://{addr}/upload?apiKey={KEY}"), Multipart::new([7; 12], vec![part]), &[])
}

fn big(addr: SocketAddr) -> Request {
    parts(addr, "big.bin", PartContent::Bytes(vec![0x55; 16 << 20]))
}

#[tokio::test]
async fn a_small_request_goes_out_as_typed() {
    let (addr, server) = serve_one(|stream| take(stream, CREATED)).await;
    let exchange = send(&json(addr)).await;
    let (head, body) = server.await.unwrap();
    assert!(head.starts_with(&format!("POST /api/v1/projects//feedback/a%2fb?apiKey={KEY} HTTP/1.1\r\n")), "{head}");
    let lower = head.to_lowercase();
    let at = |text: &str| lower.find(text).unwrap_or_else(|| panic!("{text} is not in {head}"));
    assert!(at("content-type: application/json") < at("x-run: 1") && at("x-run: 1") < at("x-run: 2"));
    assert!(!lower.contains("referer") && !lower.contains("cookie"));
    assert_eq!(body, b"{\"a\":1}");
    assert_eq!(exchange.answer().unwrap().status, 201);
    assert_eq!(exchange.body_bytes_sent, 7);
    assert!(exchange.timings.first_byte.is_some());
}

#[tokio::test]
async fn multipart_goes_out_to_the_byte() {
    let name = "q\"uo\r\nX-Evil: 1 \\ 日本.txt";
    let (addr, server) = serve_one(|stream| take(stream, CREATED)).await;
    let request = parts(addr, name, PartContent::Bytes(b"hello".to_vec()));
    let exchange = send(&request).await;
    let (head, body) = server.await.unwrap();
    let boundary = "----CenterpostFormBoundary070707070707070707070707";
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"log\"; filename=\"q%22uo%0D%0AX-Evil: 1 \\ 日本.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--{boundary}--\r\n"
    );
    assert_eq!(String::from_utf8(body).unwrap(), expected);
    assert!(head.to_lowercase().contains(&format!("content-length: {}\r\n", expected.len())), "{head}");
    assert!(head.contains(&format!("multipart/form-data; boundary={boundary}")), "{head}");
    let part = &exchange.sent.parts.as_ref().unwrap()[0];
    assert_eq!(part.content.sha256.as_deref(), Some("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"));
    assert_eq!(exchange.body_bytes_sent, expected.len() as u64);
}

#[tokio::test]
async fn what_is_shown_before_is_what_goes_out() {
    use centerpost::model::request::Secrets;
    for request_of in [json as fn(SocketAddr) -> Request, |addr| parts(addr, "a.txt", PartContent::Bytes(b"hello".to_vec()))] {
        let (addr, server) = serve_one(|stream| take(stream, CREATED)).await;
        let request = request_of(addr);
        send(&request).await;
        let (head, body) = server.await.unwrap();
        let shown = request.wire_text(Secrets::Shown).replace("[5 bytes]", "hello");
        assert_eq!(head + &String::from_utf8(body).unwrap(), shown);
    }
}

/// A server that refuses an upload after so many bytes of its body, and closes with the rest unread.
async fn refuse(mut stream: TcpStream, after: usize) {
    let (_, mut body) = read_head(&mut stream).await;
    while body.len() < after {
        let mut chunk = vec![0; 65536];
        let count = stream.read(&mut chunk).await.unwrap();
        body.extend_from_slice(&chunk[..count]);
    }
    stream.write_all(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large").await.unwrap();
}

#[tokio::test]
async fn an_early_refusal_is_always_shown() {
    for after in [0, 2 << 20] {
        for round in 0..15 {
            let (addr, server) = serve_one(move |stream| refuse(stream, after)).await;
            let request = if round % 2 == 0 {
                big(addr)
            } else {
                Request::post_json(format!("http://{addr}/?apiKey={KEY}"), &"x".repeat(16 << 20), &[])
            };
            let exchange = send(&request).await;
            server.await.unwrap();
            let answer = exchange.answer().unwrap_or_else(|| panic!("round {round}, after {after}: {:?}", exchange.failure()));
            assert_eq!(
                (answer.status, &answer.body[..], answer.early),
                (413, &b"too large"[..], true),
                "round {round}, after {after}"
            );
            assert!(exchange.body_bytes_sent < request.body.len());
        }
    }
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_is_a_reset() {
    for request_of in [json as fn(SocketAddr) -> Request, big] {
        let (addr, server) = serve_one(|mut stream| async move { drop(read_head(&mut stream).await) }).await;
        let exchange = send(&request_of(addr)).await;
        server.await.unwrap();
        let failure = exchange.failure().unwrap();
        assert_eq!(failure.kind, FailureKind::Reset, "{failure:?}");
        assert_eq!(failure.peer.as_deref(), Some(addr.to_string().as_str()));
        assert!(!format!("{failure:?}").contains(KEY));
    }
}

#[tokio::test]
async fn a_redirect_is_shown_and_not_followed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let location = format!("HTTP/1.1 302 Found\r\nLocation: http://{addr}/elsewhere\r\nContent-Length: 0\r\n\r\n");
        take(stream, location.as_bytes()).await;
        tokio::time::timeout(Duration::from_millis(200), listener.accept()).await.is_err()
    });
    let exchange = send(&json(addr)).await;
    assert_eq!(exchange.answer().unwrap().status, 302);
    assert!(server.await.unwrap(), "a second connection came");
}

fn encoded(coding: &str) -> Vec<u8> {
    use std::io::Write as _;
    let text = b"{\"id\": 4711}".repeat(100);
    match coding {
        "gzip" => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(&text).unwrap();
            encoder.finish().unwrap()
        }
        "deflate" => {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(&text).unwrap();
            encoder.finish().unwrap()
        }
        "raw deflate" => {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(&text).unwrap();
            encoder.finish().unwrap()
        }
        _ => text,
    }
}

fn answer(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{headers}\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

#[tokio::test]
async fn codings_are_undone_and_both_sizes_kept() {
    for (name, coding) in [("identity", ""), ("gzip", "gzip"), ("deflate", "deflate"), ("raw deflate", "deflate")] {
        let body = encoded(name);
        let header = if coding.is_empty() { String::new() } else { format!("Content-Encoding: {coding}\r\n") };
        let bytes = answer(&header, &body);
        let (addr, server) = serve_one(move |stream| async move { take(stream, &bytes).await }).await;
        let exchange = send(&json(addr)).await;
        server.await.unwrap();
        let found = exchange.answer().unwrap();
        assert_eq!(found.text(), "{\"id\": 4711}".repeat(100), "{name}");
        assert_eq!((found.wire_size, found.body_trouble.as_deref()), (body.len() as u64, None), "{name}");
    }
}

#[tokio::test]
async fn zstd_and_brotli_are_undone() {
    use async_compression::tokio::write::{BrotliEncoder, ZstdEncoder};
    let text = b"{\"id\": 4711}".repeat(100);
    let mut brotli = BrotliEncoder::new(Vec::new());
    brotli.write_all(&text).await.unwrap();
    brotli.shutdown().await.unwrap();
    let mut zstd = ZstdEncoder::new(Vec::new());
    zstd.write_all(&text).await.unwrap();
    zstd.shutdown().await.unwrap();
    for (coding, body) in [("br", brotli.into_inner()), ("zstd", zstd.into_inner())] {
        let bytes = answer(&format!("Content-Encoding: {coding}\r\n"), &body);
        let (addr, server) = serve_one(move |stream| async move { take(stream, &bytes).await }).await;
        let exchange = send(&json(addr)).await;
        server.await.unwrap();
        assert_eq!(exchange.answer().unwrap().body, text, "{coding}");
    }
}

#[tokio::test]
async fn a_body_in_trouble_is_shown_as_far_as_it_came() {
    let mut cut = answer("", &[b'x'; 100]);
    cut.truncate(cut.len() - 60);
    let unknown = answer("Content-Encoding: rot13\r\n", b"uryyb");
    let broken = answer("Content-Encoding: gzip\r\n", b"no gzip at all");
    let large = answer("", &vec![b'y'; 3 << 20]);
    for (bytes, length, words) in
        [(cut, 40, "did not come"), (unknown, 5, "rot13"), (broken, 14, "cannot be decoded"), (large, 1 << 20, "first 1 MiB")]
    {
        let (addr, server) = serve_one(move |stream| async move {
            let mut stream = stream;
            read_head(&mut stream).await;
            // The client may close before it took all of it.
            let _ = stream.write_all(&bytes).await;
        })
        .await;
        let exchange = send_with(&json(addr), &Network { answer_limit: 1 << 20, ..network() }).await.unwrap();
        server.await.unwrap();
        let found = exchange.answer().unwrap();
        let trouble = found.body_trouble.clone().unwrap_or_default();
        assert!(trouble.contains(words), "{trouble}");
        assert_eq!(found.body.len(), length, "{trouble}");
    }
}

#[tokio::test]
async fn failures_say_what_failed_and_never_the_key() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    for request_of in [json as fn(SocketAddr) -> Request, big] {
        let mut request = request_of(closed);
        let failure = send(&request).await.failure().cloned().unwrap();
        assert_eq!((failure.kind, failure.step), (FailureKind::Refused, Some(Step::Connect)), "{failure:?}");
        request.url = format!("http://nothing.invalid/?apiKey={KEY}");
        let dns = send(&request).await.failure().cloned().unwrap();
        assert_eq!((dns.kind, dns.step), (FailureKind::Dns, Some(Step::Resolve)), "{dns:?}");
        assert!(!format!("{failure:?}{dns:?}").contains(KEY));
    }
}

#[tokio::test]
async fn silence_is_a_timeout_and_slowness_is_none() {
    let quick = Network { idle_timeout: Duration::from_millis(1500), ..network() };
    for request_of in [json as fn(SocketAddr) -> Request, big] {
        let (addr, server) = serve_one(|stream| async move {
            tokio::time::sleep(Duration::from_secs(20)).await;
            drop(stream);
        })
        .await;
        let failure = send_with(&request_of(addr), &Network { connect_timeout: Duration::from_millis(1500), ..quick.clone() })
            .await
            .unwrap();
        server.abort();
        assert_eq!(failure.failure().unwrap().kind, FailureKind::Timeout, "{failure:?}");
    }
    let (addr, server) = serve_one(|mut stream| async move {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n").await.unwrap();
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            stream.write_all(b"z").await.unwrap();
        }
    })
    .await;
    let exchange = send_with(&json(addr), &quick).await.unwrap();
    server.await.unwrap();
    assert_eq!((exchange.answer().unwrap().body.len(), exchange.answer().unwrap().body_trouble.clone()), (10, None));
}

#[tokio::test]
async fn cancelling_drops_the_connection() {
    let (addr, server) = serve_one(|mut stream| async move {
        read_head(&mut stream).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let mut rest = Vec::new();
        // An end or a reset: either way nothing more comes.
        let _ = stream.read_to_end(&mut rest).await;
        rest.len()
    })
    .await;
    let cancel = CancellationToken::new();
    let (request, network, progress) = (big(addr), network(), Progress::default());
    let (result, ()) = tokio::join!(transport::send(&request, &network, &progress, &cancel), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        cancel.cancel();
    });
    assert!(matches!(result, Err(SendError::Cancelled)));
    assert!(server.await.unwrap() < 16 << 20);
    assert_eq!(progress.total(), request.body.len());
}

fn file_with(folder: &tempfile::TempDir, name: &str, content: &[u8]) -> FileRef {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    inspect_file(&path).unwrap()
}

#[tokio::test]
async fn a_file_arrives_whole_with_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    let content: Vec<u8> = (0..900_000u32).map(|number| (number % 251) as u8).collect();
    let file = file_with(&folder, "a.bin", &content);
    let (addr, server) = serve_one(|stream| take(stream, CREATED)).await;
    let exchange = send(&parts(addr, "a.bin", PartContent::File(file))).await;
    let (_, body) = server.await.unwrap();
    assert!(body.windows(content.len()).any(|window| window == content));
    use sha2::Digest as _;
    let expected: String = sha2::Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(exchange.sent.parts.unwrap()[0].content.sha256.as_deref(), Some(expected.as_str()));
    let empty = file_with(&folder, "empty.bin", b"");
    let (addr, server) = serve_one(|stream| take(stream, CREATED)).await;
    assert!(
        send(&parts(addr, "empty.bin", PartContent::File(empty)))
            .await
            .answer()
            .is_some_and(centerpost::model::Answer::has_success_status)
    );
    assert!(String::from_utf8(server.await.unwrap().1).unwrap().contains("\r\n\r\n\r\n--"));
}

#[tokio::test]
async fn a_file_that_is_not_what_was_picked_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let gone = file_with(&folder, "gone.bin", b"1");
    std::fs::remove_file(&gone.path).unwrap();
    let longer = file_with(&folder, "longer.bin", b"1");
    std::fs::write(&longer.path, b"12").unwrap();
    let touched = file_with(&folder, "touched.bin", b"1");
    let later = std::time::SystemTime::now() + Duration::from_secs(100);
    std::fs::File::options().write(true).open(&touched.path).unwrap().set_modified(later).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    for (file, words) in [(gone, "gone"), (longer, "2 bytes"), (touched, "changed since")] {
        let name = file.path.display().to_string();
        let error = send_with(&parts(addr, "x", PartContent::File(file)), &network()).await.unwrap_err();
        assert!(
            matches!(error, SendError::File(_)) && error.to_string().contains(words) && error.to_string().contains(&name),
            "{error}"
        );
        assert!(!error.to_string().contains(KEY));
    }
    assert!(inspect_file(folder.path()).unwrap_err().to_string().contains("folder"));
}

#[tokio::test]
async fn a_file_that_changes_under_way_never_arrives_whole() {
    for grows in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let file = file_with(&folder, "log.txt", &vec![b'a'; 24 << 20]);
        let path = file.path.clone();
        let (addr, server) = serve_one(move |mut stream| async move {
            let (head, mut body) = read_head(&mut stream).await;
            while body.len() < 1 << 20 {
                stream.read_buf(&mut body).await.unwrap();
            }
            let change = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
            change.set_len(if grows { 25 << 20 } else { 20 << 20 }).unwrap();
            let _ = stream.read_to_end(&mut body).await;
            (head, body.len())
        })
        .await;
        let request = parts(addr, "log.txt", PartContent::File(file));
        let error = send_with(&request, &network()).await.unwrap_err();
        assert!(matches!(error, SendError::File(_)), "{error}");
        assert!(error.to_string().contains("while it was being sent"), "{error}");
        assert!((server.await.unwrap().1 as u64) < request.body.len(), "the server got a whole request");
    }
}

#[tokio::test]
async fn a_proxy_of_ones_own_is_gone_through() {
    for request_of in [json as fn(SocketAddr) -> Request, big] {
        let (proxy, server) = serve_one(|stream| take(stream, CREATED)).await;
        let through = Network { proxy: Proxy::Own(format!("http://ana:pw@{proxy}")), ..network() };
        let mut request = request_of(proxy);
        request.url = format!("http://centercode.invalid/x?apiKey={KEY}");
        assert!(send_with(&request, &through).await.unwrap().answer().is_some_and(centerpost::model::Answer::has_success_status));
        let (head, _) = server.await.unwrap();
        assert!(head.starts_with("POST http://centercode.invalid/x?"), "{head}");
        assert!(head.to_lowercase().contains("proxy-authorization: basic yw5honb3"), "{head}");

        let (proxy, server) = serve_one(|mut stream| async move {
            let (head, _) = read_head(&mut stream).await;
            stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n").await.unwrap();
            head
        })
        .await;
        request.url = format!("https://centercode.invalid/x?apiKey={KEY}");
        let exchange = send_with(&request, &Network { proxy: Proxy::Own(format!("http://{proxy}")), ..network() }).await.unwrap();
        assert!(server.await.unwrap().starts_with("CONNECT centercode.invalid:443 "));
        let failure = exchange.failure().unwrap();
        assert_eq!(failure.kind, FailureKind::Proxy, "{failure:?}");
        assert!(!format!("{failure:?}").contains(KEY));
    }
    let bad = Network { proxy: Proxy::Own("not a proxy".into()), ..network() };
    assert!(matches!(send_with(&json("127.0.0.1:9".parse().unwrap()), &bad).await, Err(SendError::Setting(_))));
}
