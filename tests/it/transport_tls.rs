//! Certificates: what is refused and how it is said, what is trusted by a CA file, what is taken all the same.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::support::connections::{Authority, serve_tls};
use centerpost::model::exchange::FailureKind;
use centerpost::model::settings::Proxy;
use centerpost::model::{Exchange, Network, Request};
use centerpost::transport::{self, Progress, SendError};
use rcgen::{CertificateParams, date_time_ymd};
use tokio_util::sync::CancellationToken;

/// A TLS server that answers every request with 200, its certificate made by `change`.
async fn serve(authority: &Authority, name: &str, change: impl FnOnce(&mut CertificateParams)) -> SocketAddr {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    change(&mut params);
    serve_tls(authority.certificate(&params), b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await
}

/// One small request and one that goes out as an upload does: the two ways must agree.
fn requests(addr: SocketAddr) -> [Request; 2] {
    [10, 200_000]
        .map(|size| Request::post_json(format!("https://localhost:{}/?apiKey=SECRETcanary", addr.port()), &"x".repeat(size), &[]))
}

fn network(ca_file: Option<PathBuf>) -> Network {
    Network { proxy: Proxy::Direct, ca_file, idle_timeout: Duration::from_secs(5), ..Network::default() }
}

async fn send(request: &Request, network: &Network) -> Result<Exchange, SendError> {
    transport::send(request, network, &Progress::default(), &CancellationToken::new()).await
}

async fn refused(addr: SocketAddr, network: &Network, words: &[&str]) {
    for request in requests(addr) {
        let exchange = send(&request, network).await.unwrap();
        let failure = exchange.failure().unwrap();
        assert_eq!(failure.kind, FailureKind::Tls, "{failure:?}");
        let message = failure.message.to_lowercase();
        assert!(words.iter().any(|word| message.contains(word)), "{message}");
        assert!(!format!("{failure:?}").contains("SECRETcanary"));
    }
}

#[tokio::test]
async fn an_unknown_issuer_is_refused_and_a_ca_file_trusts_it() {
    let authority = Authority::new("Ours");
    let addr = serve(&authority, "localhost", |_| {}).await;
    refused(addr, &network(None), &["unknownissuer", "unknown issuer"]).await;
    for request in requests(addr) {
        let exchange = send(&request, &network(Some(authority.file()))).await.unwrap();
        assert!(exchange.answer().is_some_and(centerpost::model::Answer::has_success_status), "{:?}", exchange.failure());
    }
}

#[tokio::test]
async fn dates_and_names_are_checked() {
    let authority = Authority::new("Ours");
    let trusted = network(Some(authority.file()));
    let expired = serve(&authority, "localhost", |params| {
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
    })
    .await;
    refused(expired, &trusted, &["expired"]).await;
    let other = serve(&authority, "other.example", |_| {}).await;
    refused(other, &trusted, &["not valid for name", "notvalidforname"]).await;
}

#[tokio::test]
async fn invalid_certificates_are_taken_when_asked_for() {
    let authority = Authority::new("Ours");
    let addr = serve(&authority, "other.example", |_| {}).await;
    for request in requests(addr) {
        let exchange = send(&request, &Network { accept_invalid_certificates: true, ..network(None) }).await.unwrap();
        assert!(exchange.answer().is_some_and(centerpost::model::Answer::has_success_status), "{:?}", exchange.failure());
    }
}

#[tokio::test]
async fn a_ca_file_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "nothing").unwrap();
    for file in [empty, folder.path().join("missing.pem")] {
        for request in requests("127.0.0.1:9".parse().unwrap()) {
            let error = send(&request, &network(Some(file.clone()))).await.unwrap_err();
            assert!(matches!(error, SendError::Setting(_)) && error.to_string().contains(&file.display().to_string()), "{error}");
        }
    }
}
