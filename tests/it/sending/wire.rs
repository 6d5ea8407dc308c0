//! What goes on the wire.

use centerpost::model::Request;
use centerpost::model::multipart::{Multipart, Part, PartContent, SendContent};
use centerpost::model::request::{Body, Secrets};
use centerpost::transport::{SendError, inspect_file};
use sha2::{Digest as _, Sha256};

use super::support::*;

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn field(name: &str, text: &str) -> Part<SendContent> {
    Part { name: name.into(), filename: None, content_type: None, headers: Vec::new(), content: PartContent::Bytes(text.into()) }
}

#[tokio::test]
async fn what_is_shown_is_what_goes_out() {
    let (address, seen) = serve_recording().await;
    let extra = pairs(&[("X-Run", "7"), ("x-run", "8"), ("Accept", "application/json"), ("Authorization", "Bearer t")]);
    let large = format!("\"{}\"", "é".repeat(50_000));
    let multipart = Multipart::new([7; 12], vec![field("a \"b\"\r\nc", "1"), field("ü", "")]);
    for request in [
        Request::post_json(url(address), "{\"a\":\"ü\"}", &extra),
        Request::post_json(url(address), "", &[]),
        Request::post_json(url(address), &large, &extra),
        Request::post_json(format!("http://{address}"), "{}", &[]),
        Request::post_multipart(url(address), multipart, &extra),
        Request { method: "GET".into(), url: url(address), ..Request::default() },
        Request { method: "PURGE".into(), url: url(address), ..Request::default() },
        Request { headers: pairs(&[("Host", "other.example"), ("User-Agent", "mine")]), ..json(address) },
    ] {
        assert_eq!(answer(&request).await.status, 200);
        let sent = String::from_utf8(seen.lock().unwrap().pop().unwrap()).unwrap();
        assert_eq!(sent, request.wire_text(Secrets::Shown));
    }
}

#[tokio::test]
async fn an_address_goes_out_as_typed() {
    let (address, seen) = serve_recording().await;
    for (typed, expected) in [
        ("/api//x?apiKey=a%2fb", "/api//x?apiKey=a%2fb"),
        ("/a/../b/./c", "/a/../b/./c"),
        ("/a/%2e%2E/b", "/a/%2e%2E/b"),
        ("/x?q='a'&b=[1]&c=a+b", "/x?q='a'&b=[1]&c=a+b"),
        ("/a b?c d", "/a%20b?c%20d"),
        ("?only=query", "/?only=query"),
        ("/é#top", "/%C3%A9"),
        ("//", "//"),
    ] {
        for mut request in [json(address), form(address)] {
            request.url = format!("http://{address}{typed}");
            assert_eq!(answer(&request).await.status, 200, "{typed}");
            let sent = String::from_utf8(seen.lock().unwrap().pop().unwrap()).unwrap();
            assert_eq!(sent.split(' ').nth(1), Some(expected), "{typed}");
        }
    }
}

#[tokio::test]
async fn user_information_becomes_a_header() {
    let (address, seen) = serve_recording().await;
    for mut request in [json(address), form(address)] {
        request.url = format!("http://Aladdin:open%20sesame@{address}/x");
        answer(&request).await;
        let sent = String::from_utf8(seen.lock().unwrap().pop().unwrap()).unwrap();
        assert!(sent.contains(&format!("Host: {address}\r\n")), "{sent}");
        assert!(sent.contains("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"), "{sent}");
        assert!(!sent.contains('@'), "{sent}");
    }
}

#[tokio::test]
async fn files_travel_byte_for_byte_with_hostile_names() {
    let folder = tempfile::tempdir().unwrap();
    let content: Vec<u8> = (0..700_001_u32).map(|at| (at % 251) as u8).collect();
    std::fs::write(folder.path().join("big"), &content).unwrap();
    std::fs::write(folder.path().join("empty"), "").unwrap();
    let part = |name: &str, filename: &str, file: &str| Part {
        name: name.into(),
        filename: Some(filename.into()),
        content_type: Some("application/octet-stream\r\nX-Evil: 1".into()),
        headers: Vec::new(),
        content: PartContent::File(inspect_file(&folder.path().join(file)).unwrap()),
    };
    let parts = vec![
        part("log", "q\"uo\\te.txt", "big"),
        field("note", "hi"),
        part("a\r\nX-Evil: 1", "日本 🎉\r\n\r\n--.png", "empty"),
        part("last", "100%.bin", "big"),
    ];
    let (address, seen) = serve_recording().await;
    let request = Request::post_multipart(url(address), Multipart::new([7; 12], parts), &[]);
    let exchange = exchange(&request).await;

    let wire = seen.lock().unwrap().pop().unwrap();
    let at = wire.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    let body = &wire[at..];
    let line = "------CenterpostFormBoundary070707070707070707070707";
    let kind = "Content-Type: application/octet-stream  X-Evil: 1\r\n\r\n";
    let disposition = "Content-Disposition: form-data; name=";
    let expected = [
        format!("{line}\r\n{disposition}\"log\"; filename=\"q%22uo\\te.txt\"\r\n{kind}").as_bytes(),
        &content,
        format!("\r\n{line}\r\n{disposition}\"note\"\r\n\r\nhi").as_bytes(),
        format!("\r\n{line}\r\n{disposition}\"a%0D%0AX-Evil: 1\"; filename=\"日本 🎉%0D%0A%0D%0A--.png\"\r\n{kind}").as_bytes(),
        format!("\r\n{line}\r\n{disposition}\"last\"; filename=\"100%.bin\"\r\n{kind}").as_bytes(),
        &content,
        format!("\r\n{line}--\r\n").as_bytes(),
    ]
    .concat();
    assert!(body == expected, "the body differs");
    let head = String::from_utf8_lossy(&wire[..at]);
    assert_eq!(content_length(&head), expected.len());
    assert_eq!(exchange.body_bytes_sent, expected.len() as u64);

    let hash = |bytes: &[u8]| Some(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let hashes: Vec<_> = exchange.sent.parts.unwrap().into_iter().map(|part| part.content.sha256).collect();
    assert_eq!(hashes, [hash(&content), hash(b"hi"), hash(b""), hash(&content)]);
}

#[tokio::test]
async fn what_cannot_be_sent_is_named() {
    let address = closed_port().await;
    let with = |change: &dyn Fn(&mut Request)| {
        let mut request = json(address);
        change(&mut request);
        request
    };
    let cases = [
        (with(&|request| request.headers.push(("X Y".into(), "1".into()))), "X Y"),
        (with(&|request| request.headers.push(("X-Note".into(), format!("{KEY}\n2")))), "X-Note"),
        (with(&|request| request.method = "PO ST".into()), "PO ST"),
        (with(&|request| request.method.clear()), "method"),
        (with(&|request| request.url = format!("acme.example/x?apiKey={KEY}")), "https://"),
        (with(&|request| request.url = format!("ftp://acme.example/x?apiKey={KEY}")), "http"),
        (with(&|request| request.url = format!("http://acme.example:70000/x?apiKey={KEY}")), "port"),
        (with(&|request| request.url.clear()), "address"),
    ];
    for (request, expected) in cases {
        let large = Request { body: Body::Bytes(vec![b'1'; 100_000]), ..request.clone() };
        for request in [request, large] {
            let error = send(&request, &network()).await.unwrap_err();
            assert!(matches!(error, SendError::Unsendable(_)), "{error:?}");
            assert!(error.to_string().contains(expected), "{error}");
            assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_redirect_is_shown_and_not_followed() {
    let (elsewhere, seen) = serve_recording().await;
    for status in [301, 302, 303, 307, 308] {
        let address =
            serve_bytes(format!("HTTP/1.1 {status} Moved\r\nLocation: http://{elsewhere}/login\r\nContent-Length: 0\r\n\r\n"))
                .await;
        for (engine, request) in engines(address) {
            let answer = answer(&request).await;
            assert_eq!(answer.status, status, "{engine}");
            assert_eq!(answer.header("location"), Some(format!("http://{elsewhere}/login").as_str()));
        }
    }
    assert!(seen.lock().unwrap().is_empty(), "the key was sent on");
}
