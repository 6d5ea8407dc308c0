//! Certificates: which are taken, which are not, and what is said.

use std::net::SocketAddr;

use centerpost::model::exchange::{FailureKind, Step};
use centerpost::model::multipart::PartContent;
use centerpost::model::request::Body;
use centerpost::model::{Network, Request};
use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::support::*;
use crate::support::connections::{Authority, Identity, acceptor, serve_tls};

fn trusting(authority: &Authority) -> Network {
    Network { ca_file: Some(authority.file()), ..network() }
}

fn named(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

fn expired() -> CertificateParams {
    let mut params = named("127.0.0.1");
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2021, 2, 3);
    params
}

fn self_signed() -> Identity {
    let key = KeyPair::generate().unwrap();
    (named("127.0.0.1").self_signed(&key).unwrap().der().clone(), key)
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A server whose certificate the returned settings trust.
pub async fn serve_trusted() -> (SocketAddr, Network, Authority) {
    let authority = Authority::new("Ours");
    let address = serve_tls(authority.certificate(&named("127.0.0.1")), OK).await;
    (address, trusting(&authority), authority)
}

pub fn https(address: SocketAddr) -> [(&'static str, Request); 3] {
    let url = format!("https://{address}/x?apiKey={KEY}");
    let form = upload_of(url.clone(), PartContent::Bytes(b"content".to_vec()));
    let get = Request { method: "GET".into(), url: url.clone(), headers: Vec::new(), body: Body::None };
    [("get", get), ("json", Request::post_json(url, "{}", &[])), ("form", form)]
}

#[tokio::test]
async fn the_ca_file_is_trusted() {
    let (address, network, _folder) = serve_trusted().await;
    for (engine, request) in https(address) {
        let exchange = send(&request, &network).await.unwrap();
        assert_taken(&exchange, engine);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_said_in_full() {
    let authority = Authority::new("Ours");
    let stranger = Authority::new("Stranger");
    for (identity, expected) in [
        (self_signed(), &["invalid peer certificate", "UnknownIssuer"][..]),
        (stranger.certificate(&named("127.0.0.1")), &["invalid peer certificate", "UnknownIssuer"]),
        (authority.certificate(&expired()), &["expired", "1612310400"]),
        (authority.certificate(&named("other.example")), &["not valid for name", "127.0.0.1", "other.example"]),
    ] {
        let address = serve_tls(identity, OK).await;
        for (engine, request) in https(address) {
            let failure = failure(&request, &trusting(&authority)).await;
            assert_eq!((failure.kind, failure.step), (FailureKind::Tls, Some(Step::Tls)), "{engine}: {failure:?}");
            assert_eq!(failure.peer, Some(address.to_string()), "{engine}");
            for words in expected {
                assert!(failure.message.contains(words), "{engine}: {failure:?}");
            }
        }
    }
}

#[tokio::test]
async fn any_certificate_is_taken_when_the_user_says_so() {
    let authority = Authority::new("Ours");
    let lenient = Network { accept_invalid_certificates: true, ..network() };
    for identity in [self_signed(), authority.certificate(&expired()), authority.certificate(&named("other.example"))] {
        let address = serve_tls(identity, OK).await;
        for (engine, request) in https(address) {
            let exchange = send(&request, &lenient).await.unwrap();
            assert_taken(&exchange, engine);
        }
    }
}

#[tokio::test]
async fn plain_http_where_tls_was_expected_is_a_tls_failure() {
    let address = serve(|mut stream| async move {
        let _ = stream.read_u8().await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
        // Waits for the client to close: what it has not read would be lost otherwise.
        while stream.read_u8().await.is_ok() {}
    })
    .await;
    for (engine, request) in https(address) {
        let failure = failure(&request, &network()).await;
        assert_eq!((failure.kind, failure.step), (FailureKind::Tls, Some(Step::Tls)), "{engine}: {failure:?}");
        assert!(failure.message.contains("InvalidContentType"), "{engine}: {failure:?}");
    }
}

#[tokio::test]
async fn a_ca_file_that_cannot_be_used_is_a_setting_to_mend() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    for content in [None, Some("no certificate"), Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")] {
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        for (engine, request) in https(closed_port().await) {
            let error = send(&request, &Network { ca_file: Some(path.clone()), ..network() }).await.unwrap_err();
            assert!(matches!(error, centerpost::transport::SendError::Setting(_)), "{engine}: {error:?}");
            assert!(error.to_string().contains("CA file"), "{engine}: {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_early_refusal_is_shown_through_tls_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.bin");
    std::fs::File::create(&path).unwrap().set_len(24 << 20).unwrap();
    let authority = Authority::new("Ours");
    let acceptor = acceptor(authority.certificate(&named("127.0.0.1")));
    let address = serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            // Else the answer waits behind the handshake's last bytes, and closing throws it away.
            stream.set_nodelay(true).unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            read_head(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno").await;
            let _ = stream.flush().await;
        }
    })
    .await;
    let request = upload_file(format!("https://{address}/x?apiKey={KEY}"), &path);
    for run in 0..20 {
        let exchange = send(&request, &trusting(&authority)).await.unwrap();
        let status = exchange.answer().map(|answer| (answer.status, answer.early));
        assert_eq!(status, Some((413, true)), "{run}: {:?}", exchange.failure());
    }
}
