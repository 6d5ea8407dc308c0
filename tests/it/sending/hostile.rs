//! Answers that are not made as HTTP wants them, and servers that do not speak it.

use std::time::Duration;

use centerpost::model::Network;
use centerpost::model::exchange::{FailureKind, Step};
use centerpost::model::settings::Proxy;
use tokio::io::AsyncWriteExt as _;

use super::support::*;

/// A head with these lines, and a body of two bytes.
fn created(lines: &str) -> Vec<u8> {
    format!("HTTP/1.1 201 Created\r\n{lines}Content-Length: 2\r\n\r\n{{}}").into_bytes()
}

#[tokio::test]
async fn malformed_answers_are_shown_with_what_is_odd() {
    let many: String = (0..101).map(|number| format!("X-{number}: y\r\n")).collect();
    let latin1 = [&b"HTTP/1.1 201 Created\r\nX-Name: caf\xe9\r\n"[..], b"Content-Length: 2\r\n\r\n{}"].concat();
    for (bytes, header, value, oddity) in [
        (created(&many), "x-100", "y", "102 headers"),
        (created("X-Long: one\r\n two\r\n"), "x-long", "one two", "second line"),
        (created("X-A : b\r\n"), "x-a", "b", "blank"),
        (created("X A: b\r\n"), "", "X A: b", "a name that HTTP"),
        (latin1, "x-name", "caf\u{e9}", "Latin-1"),
        (String::from_utf8(created("X-A: b\r\n")).unwrap().replace("\r\n", "\n").into_bytes(), "x-a", "b", "LF alone"),
        (created("Content-Length: 7\r\nX-A: b\r\n"), "x-a", "b", "contradict"),
        (b"HTTP/1.0 201 Created\r\nX-A: b\r\n\r\n{}".to_vec(), "x-a", "b", ""),
        ([b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(), created("X-A: b\r\n")].concat(), "x-a", "b", ""),
    ] {
        let address = serve_bytes(bytes).await;
        for (engine, request) in engines(address) {
            let answer = answer(&request).await;
            assert_eq!((answer.status, answer.text().as_ref()), (201, "{}"), "{engine} {header}");
            assert_eq!(answer.header(header), Some(value), "{engine} {:?}", answer.headers);
            assert!(!answer.is_cut_off && answer.body_trouble.is_none(), "{engine} {header}: {:?}", answer.body_trouble);
            match oddity {
                // Reqwest takes such line ends without a word.
                "LF alone" if engine == "get" => {}
                "" => assert_eq!(answer.oddities, Vec::<String>::new(), "{engine}"),
                _ => assert!(answer.oddities.iter().any(|found| found.contains(oddity)), "{engine} {:?}", answer.oddities),
            }
        }
    }
}

#[tokio::test]
async fn other_protocols_are_named() {
    for (bytes, expected) in [
        (&b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n"[..], "SSH server"),
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80", "HTTP/2"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "TLS"),
        (b"<html><body>no head</body></html>", "HTTP/0.9"),
    ] {
        let address = serve_bytes(bytes).await;
        for (engine, request) in engines(address) {
            let failure = failure(&request, &network()).await;
            assert_eq!(failure.kind, FailureKind::Protocol, "{engine} {expected}: {failure:?}");
            assert!(failure.message.contains(expected), "{engine} {expected}: {}", failure.message);
        }
    }
}

#[tokio::test]
async fn a_body_that_ends_early_is_cut_off_and_no_success() {
    for bytes in [
        &b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\":"[..],
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n{\"id\":\r\n",
    ] {
        let address = serve_bytes(bytes).await;
        for (engine, request) in engines(address) {
            let exchange = exchange(&request).await;
            let answer = exchange.answer().unwrap();
            assert!(answer.is_cut_off && answer.body_trouble.is_some(), "{engine}");
            assert_eq!(answer.text(), "{\"id\":", "{engine}");
            assert!(!exchange.answer().is_some_and(centerpost::model::Answer::has_success_status), "{engine}");
        }
    }
}

#[tokio::test]
async fn interim_answers_and_slow_bytes_keep_an_answer_alive() {
    let address = serve(|mut stream| async move {
        read_request(&mut stream).await;
        for _ in 0..6 {
            let _ = stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\n").await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" {
            let _ = stream.write_all(&[*byte]).await;
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    })
    .await;
    let impatient = Network { idle_timeout: Duration::from_millis(800), ..network() };
    for request in [json(address), form(address)] {
        let exchange = send(&request, &impatient).await.unwrap();
        assert_eq!(exchange.answer().map(|answer| answer.status), Some(200), "{:?}", exchange.failure());
    }
}

#[tokio::test]
async fn an_answer_that_drips_ends_at_the_limit() {
    let address = serve(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let limited = Network { answer_timeout: Duration::from_millis(700), ..network() };
    for (engine, request) in engines(address) {
        let exchange = send(&request, &limited).await.unwrap();
        let answer = exchange.answer().unwrap();
        assert!(answer.is_cut_off && !answer.body.is_empty(), "{engine}");
        assert!(answer.body_trouble.as_ref().unwrap().contains("0.7 s"), "{engine} {:?}", answer.body_trouble);
    }
    let silent = serve(|mut stream| async move {
        read_request(&mut stream).await;
        while stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    for request in [json(silent), form(silent)] {
        let failure = failure(&request, &limited).await;
        assert_eq!(failure.kind, FailureKind::Timeout, "{failure:?}");
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_with_its_status() {
    let proxy = serve_bytes(&b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"[..]).await;
    let through = Network { proxy: Proxy::Own(format!("http://{proxy}")), ..network() };
    let target = closed_port().await;
    for (engine, mut request) in engines(target).into_iter().filter(|(engine, _)| *engine != "get") {
        request.url = request.url.replace("http://127.0.0.1", "https://h.invalid");
        let failure = failure(&request, &through).await;
        assert_eq!((failure.kind, failure.step), (FailureKind::Proxy, Some(Step::Proxy)), "{engine}: {failure:?}");
        assert!(failure.message.contains("403"), "{engine}: {}", failure.message);
    }
}
