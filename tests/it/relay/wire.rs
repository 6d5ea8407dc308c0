//! Bytes through a relay.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use centerpost::model::Network;
use centerpost::model::exchange::FailureKind;
use centerpost::model::settings::Proxy;
use centerpost::transport::relay::{Destination, RelayEvent, RelayOptions};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Relaying, failure, next_event, options, status, talk};
use crate::support::connections::{read_head, read_parts, serve, serve_bytes, serve_one};

const ANSWER: &[u8] = b"HTTP/1.1 201 Created\r\nX-a: 1\r\nconTENT-length: 8\r\nX-a:2 \r\nConnection: close\r\n\r\n{\"id\":1}";

#[tokio::test]
async fn requests_arrive_as_they_were_sent_and_answers_as_they_were_given() {
    let chunked = "POST /x HTTP/1.1\r\nHost: h\r\ntransfer-encoding: chunked\r\nTrailer: X\r\n\r\n4;n=v\r\nWiki\r\n05\r\npedia\r\n0\r\nX: y\r\n\r\n";
    for (request, arrives) in [
        (
            "POST /api//v1/%7e?apiKey=a%2fb&x HTTP/1.1\r\nhost: relay\r\nX-B:  1 \r\nx-a: \tÄ\r\nX-B: 2\r\nContent-Length: 4\r\n\r\n{\"\"}",
            "POST /api//v1/%7e?apiKey=a%2fb&x HTTP/1.1\r\nhost: HOST\r\nX-B:  1 \r\nx-a: \tÄ\r\nX-B: 2\r\nContent-Length: 4\r\n\r\n{\"\"}",
        ),
        (chunked, &chunked.replace("Host: h", "Host: HOST")),
        ("GET /a HTTP/1.0\r\nA: b\r\n\r\n", "GET /a HTTP/1.0\r\nA: b\r\n\r\n"),
        (
            "POST http://HOST/a?b HTTP/1.1\r\nProxy-Connection: x\r\nHost: HOST\r\n\r\n",
            "POST /a?b HTTP/1.1\r\nHost: HOST\r\n\r\n",
        ),
    ] {
        let (server, received) = serve_one(move |mut stream: TcpStream| async move {
            let mut bytes = vec![0; 65536];
            let mut length = 0;
            // The relay passes the body on in its own time.
            while let Ok(Ok(count @ 1..)) =
                tokio::time::timeout(Duration::from_millis(300), stream.read(&mut bytes[length..])).await
            {
                length += count;
            }
            stream.write_all(ANSWER).await.unwrap();
            bytes.truncate(length);
            bytes
        })
        .await;
        let mut relaying = Relaying::to(server).await;
        let host = server.to_string();
        let answer = talk(&relaying, request.replace("HOST", &host).as_bytes()).await;
        assert_eq!(String::from_utf8_lossy(&answer), String::from_utf8_lossy(ANSWER));
        assert_eq!(String::from_utf8(received.await.unwrap()).unwrap(), arrives.replace("HOST", &host));
        let (exchange, remarks) = relaying.exchange().await;
        assert_eq!((status(&exchange), remarks), (Some(201), Vec::new()));
        assert_eq!(exchange.answer().unwrap().text(), "{\"id\":1}");
        assert!(exchange.sent.url.starts_with(&format!("http://{host}/")), "{}", exchange.sent.url);
        if request == chunked {
            assert_eq!(exchange.sent.body.as_deref(), Some("Wikipedia"));
        }
    }
}

#[tokio::test]
async fn a_connection_serves_many_requests_over_one_to_the_server() {
    let connections = Arc::new(Mutex::new(0));
    let count = connections.clone();
    let server = serve(move |mut stream| {
        *count.lock().unwrap() += 1;
        async move {
            loop {
                let (head, body) = read_parts(&mut stream).await;
                if head.is_empty() {
                    return;
                }
                let text = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n", body.len());
                stream.write_all(&[text.as_bytes(), &body, b"\r\n0\r\n\r\n"].concat()).await.unwrap();
            }
        }
    })
    .await;
    let mut relaying = Relaying::to(server).await;
    let mut stream = relaying.connect().await;
    for number in 1..=20_u8 {
        let body = vec![b'a'; usize::from(number)];
        let head = format!("POST /n HTTP/1.1\r\nHost: h\r\nContent-Length: {number}\r\n\r\n");
        stream.write_all(&[head.as_bytes(), &body].concat()).await.unwrap();
        let (head, mut rest) = read_head(&mut stream).await;
        assert!(head.contains("chunked"), "{head}");
        while !rest.ends_with(b"\r\n0\r\n\r\n") {
            assert!(stream.read_buf(&mut rest).await.unwrap() > 0);
        }
        let (exchange, _) = relaying.exchange().await;
        assert_eq!(exchange.answer().unwrap().body.as_ref(), body);
    }
    assert_eq!(*connections.lock().unwrap(), 1);
}

#[tokio::test]
async fn interim_answers_are_passed_back() {
    let server = serve(|mut stream| async move {
        let (_, rest) = read_head(&mut stream).await;
        assert!(rest.is_empty(), "the body waits for 100 Continue");
        stream.write_all(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n").await.unwrap();
        let mut body = [0; 2];
        stream.read_exact(&mut body).await.unwrap();
        stream.write_all(b"HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n").await.unwrap();
    })
    .await;
    let mut relaying = Relaying::to(server).await;
    let mut stream = relaying.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n").await.unwrap();
    let (hints, rest) = read_head(&mut stream).await;
    assert!(hints.starts_with("HTTP/1.1 103 Early Hints\r\nLink: x"), "{hints}");
    let both = if rest.is_empty() { read_head(&mut stream).await.0 } else { String::from_utf8(rest).unwrap() };
    assert!(both.starts_with("HTTP/1.1 100 Continue"), "{both}");
    stream.write_all(b"{}").await.unwrap();
    let (last, _) = read_head(&mut stream).await;
    assert!(last.starts_with("HTTP/1.1 204"), "{last}");
    assert_eq!(status(&relaying.exchange().await.0), Some(204));
}

#[tokio::test]
async fn an_early_answer_reaches_a_client_that_still_sends() {
    let server = serve(|mut stream| async move {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig").await.unwrap();
    })
    .await;
    let mut relaying = Relaying::to(server).await;
    let stream = relaying.connect().await;
    let (mut reader, mut writer) = stream.into_split();
    let head = b"POST /f HTTP/1.1\r\nHost: h\r\nContent-Length: 300000000\r\n\r\n";
    let sender = tokio::spawn(async move {
        writer.write_all(head).await.unwrap();
        let chunk = vec![b'x'; 1 << 20];
        while writer.write_all(&chunk).await.is_ok() {}
    });
    let mut answer = Vec::new();
    let _ = reader.read_to_end(&mut answer).await;
    assert!(
        answer.ends_with(b"big") && answer.starts_with(b"HTTP/1.1 413 Too Large\r\n"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    let (exchange, remarks) = relaying.exchange().await;
    assert_eq!(status(&exchange), Some(413));
    assert!(exchange.answer().unwrap().early, "{remarks:?}");
    sender.abort();
}

#[tokio::test]
async fn large_bodies_pass_whole_and_are_recorded_in_part() {
    const SIZE: usize = 24 << 20;
    let (server, received) = serve_one(|mut stream: TcpStream| async move {
        let (_, body) = read_parts(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}").await.unwrap();
        body
    })
    .await;
    let mut relaying = Relaying::to(server).await;
    let before = b"--b\r\nContent-Disposition: form-data; name=\"log\"; filename=\"a b.bin\"\r\n\r\n";
    let content: Vec<u8> = (0..SIZE).map(|at| (at * 31 % 251) as u8).collect();
    let body = [&before[..], &content, b"\r\n--b--\r\n"].concat();
    let head = format!(
        "POST /f HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = talk(&relaying, &[head.as_bytes(), &body].concat()).await;
    assert!(answer.ends_with(b"{}"));
    assert!(received.await.unwrap() == body, "the body arrives to the byte");
    let (exchange, _) = relaying.exchange().await;
    let parts = exchange.sent.parts.as_ref().unwrap();
    assert_eq!((parts[0].filename.as_deref(), parts[0].content.size), (Some("a b.bin"), None));
    assert!(exchange.sent.not_recorded.file_bytes && exchange.body_bytes_sent == body.len() as u64);
}

#[tokio::test]
async fn an_end_without_an_answer_is_passed_on_and_recorded() {
    for (server, expected) in [
        (serve_bytes("").await, "closed"),
        (serve_bytes("SSH-2.0-OpenSSH_9.2\r\n").await, "SSH server"),
        (serve_bytes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").await, "cut off"),
        ("127.0.0.1:1".parse().unwrap(), "refused"),
    ] {
        let mut relaying = Relaying::to(server).await;
        let answer = talk(&relaying, b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}").await;
        let (exchange, _) = relaying.exchange().await;
        assert_eq!(exchange.sent.body.as_deref(), Some("{}"), "{expected}");
        match expected {
            "cut off" => assert!(exchange.answer().unwrap().is_cut_off && answer.ends_with(b"\r\n\r\nabc"), "{exchange:?}"),
            "refused" => assert!(answer.starts_with(b"HTTP/1.1 502 ") && failure(&exchange).contains("refused"), "{exchange:?}"),
            "closed" => assert!(answer.is_empty() && !failure(&exchange).is_empty(), "{answer:?}"),
            _ => assert!(answer.starts_with(b"SSH-") && failure(&exchange).contains(expected), "{exchange:?}"),
        }
    }
}

#[tokio::test]
async fn a_client_that_dies_ends_its_request_at_the_server_too() {
    let (server, seen) = serve_one(|mut stream: TcpStream| async move {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        bytes
    })
    .await;
    let mut relaying = Relaying::to(server).await;
    let mut stream = relaying.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(stream);
    let bytes = tokio::time::timeout(Duration::from_secs(10), seen).await.expect("the server's side ends").unwrap();
    assert!(bytes.ends_with(b"\r\n\r\n{"));
    let (exchange, _) = relaying.exchange().await;
    assert!(failure(&exchange).contains("the client ended"), "{exchange:?}");
}

/// A server that reads a request and answers after some time.
async fn slow_server(wait: Duration) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut bytes = [0; 4096];
                let _ = stream.read(&mut bytes).await;
                tokio::time::sleep(wait).await;
                let _ = stream.write_all(ANSWER).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    address
}

const REQUEST: &[u8] = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}";

#[tokio::test]
async fn a_client_that_gives_up_waiting_does_not_change_what_the_server_did() {
    let server = slow_server(Duration::from_millis(400)).await;
    for resets in [false, true] {
        let mut relaying = Relaying::to(server).await;
        let mut stream = relaying.connect().await;
        stream.write_all(REQUEST).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        if resets {
            stream.set_zero_linger().unwrap();
        }
        drop(stream);
        let (exchange, _) = relaying.exchange().await;
        let answer = exchange.answer().unwrap_or_else(|| panic!("{exchange:?}"));
        assert!(!answer.is_cut_off && answer.status < 300, "{exchange:?}");
    }
}

#[tokio::test]
async fn a_server_that_sends_nothing_is_given_up_after_the_time_limit() {
    let server = slow_server(Duration::from_secs(60)).await;
    let network = Network { proxy: Proxy::Direct, idle_timeout: Duration::from_millis(300), ..Network::default() };
    let mut relaying =
        Relaying::start(RelayOptions { network, ..options(Destination::Server(format!("http://{server}"))) }).await;
    let answer = String::from_utf8(talk(&relaying, REQUEST).await).unwrap();
    assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
    let (exchange, remarks) = relaying.exchange().await;
    assert!(exchange.failure().is_some_and(|failure| failure.kind == FailureKind::Timeout), "{exchange:?}");
    assert!(remarks.iter().any(|remark| remark.contains("504")), "{remarks:?}");
}

#[tokio::test]
async fn what_is_under_way_when_the_relay_stops_still_ends() {
    let server = slow_server(Duration::from_millis(500)).await;
    let relaying = Relaying::to(server).await;
    let mut waiting = relaying.connect().await;
    let mut idle = relaying.connect().await;
    waiting.write_all(REQUEST).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let address = relaying.relay.address();
    let Relaying { relay, mut events } = relaying;
    drop(relay);
    let mut answer = Vec::new();
    let _ = waiting.read_to_end(&mut answer).await;
    assert_eq!(answer, ANSWER);
    let _ = idle.read_to_end(&mut answer).await;
    let event = next_event(&mut events).await;
    assert!(matches!(&event, RelayEvent::Exchange(relayed) if relayed.exchange.answer().is_some()), "{event:?}");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn what_is_captured_goes_nowhere() {
    let destination = Destination::Nowhere { status: 202, body: "{\"ok\":true}".into() };
    let options = RelayOptions { recorded_as: "https://acme.example".into(), passes_others: false, ..options(destination) };
    let mut relaying = Relaying::start(options).await;
    let answer = talk(
        &relaying,
        b"POST /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
    )
    .await;
    let text = String::from_utf8(answer).unwrap();
    assert!(
        text.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n") && text.ends_with("{\"ok\":true}"),
        "{text}"
    );
    let (exchange, remarks) = relaying.exchange().await;
    assert_eq!((exchange.sent.url.as_str(), status(&exchange)), ("https://acme.example/a", Some(202)));
    assert!(remarks[0].contains("not passed on"), "{remarks:?}");
    let refused = String::from_utf8(talk(&relaying, b"CONNECT h.example:443 HTTP/1.1\r\n\r\n").await).unwrap();
    assert!(refused.starts_with("HTTP/1.1 403 "), "{refused}");
    assert!(matches!(relaying.event().await, RelayEvent::Refused { .. }));
}

#[tokio::test]
async fn tunnels_pass_through_and_tokens_are_asked_for() {
    let server = serve_bytes(ANSWER).await;
    let mut relaying = Relaying::to(server).await;
    let mut stream = relaying.connect().await;
    stream.write_all(format!("CONNECT {server} HTTP/1.1\r\nHost: {server}\r\n\r\n").as_bytes()).await.unwrap();
    let (head, _) = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, ANSWER);
    assert!(matches!(relaying.event().await, RelayEvent::PassedBy { .. }));

    let options = RelayOptions { token: Some("t0ken".into()), ..options(Destination::Server(format!("http://{server}"))) };
    let mut relaying = Relaying::start(options).await;
    assert!(talk(&relaying, b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n").await.starts_with(b"HTTP/1.1 404 "));
    assert!(matches!(relaying.event().await, RelayEvent::Refused { .. }));
    assert_eq!(talk(&relaying, b"GET /t0ken/a HTTP/1.1\r\nHost: h\r\n\r\n").await, ANSWER);
    assert!(relaying.exchange().await.0.sent.url.ends_with("/a"));
}

#[tokio::test]
async fn idle_and_slow_clients_hold_nobody_up() {
    let server = serve_bytes(ANSWER).await;
    let mut relaying = Relaying::to(server).await;
    let mut idle = Vec::new();
    for number in 0..400 {
        let mut stream = relaying.connect().await;
        if number % 4 == 0 {
            stream.write_all(b"POST / HTTP/1.1\r\nA: ").await.unwrap();
        }
        idle.push(stream);
    }
    assert_eq!(talk(&relaying, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await, ANSWER);
    relaying.exchange().await;
}
