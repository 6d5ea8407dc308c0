//! Raw servers, and the shortest way to a request.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use centerpost::model::exchange::NetworkFailure;
use centerpost::model::multipart::{Multipart, Part, PartContent, SendContent};
use centerpost::model::request::Body;
use centerpost::model::settings::Proxy;
use centerpost::model::{Answer, Exchange, Network, Request};
use centerpost::transport::{self, Progress, SendError, inspect_file};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::CancellationToken;

pub use crate::support::connections::{content_length, read_head, read_request, serve, serve_at, serve_bytes};

/// Stands in every address and must come out nowhere.
pub const KEY: &str = "CANARY3f0c9a71d2";

/// Time limits that a test only reaches when something hangs.
pub fn network() -> Network {
    Network {
        connect_timeout: Duration::from_secs(20),
        idle_timeout: Duration::from_secs(20),
        answer_timeout: Duration::from_secs(60),
        proxy: Proxy::Direct,
        ca_file: None,
        accept_invalid_certificates: false,
        answer_limit: 1 << 20,
        spool_folder: None,
    }
}

pub fn url(address: SocketAddr) -> String {
    format!("http://{address}/api/v1/projects/p/feedback/s?apiKey={KEY}")
}

pub fn json(address: SocketAddr) -> Request {
    Request::post_json(url(address), "{\"a\":1}", &[])
}

/// The same address through the engine that uploads.
pub fn form(address: SocketAddr) -> Request {
    upload_of(url(address), PartContent::Bytes(b"content".to_vec()))
}

pub fn upload_of(url: String, content: SendContent) -> Request {
    let part = Part {
        name: "log".into(),
        filename: Some("crash.dmp".into()),
        content_type: Some("application/octet-stream".into()),
        headers: Vec::new(),
        content,
    };
    Request::post_multipart(url, Multipart::new([7; 12], vec![part]), &[])
}

pub fn upload_file(url: String, path: &Path) -> Request {
    upload_of(url, PartContent::File(inspect_file(path).unwrap()))
}

/// A request for each engine, and a small body beside an upload: what holds for one has to hold for the others.
pub fn engines(address: SocketAddr) -> [(&'static str, Request); 3] {
    let get = Request { method: "GET".into(), url: url(address), headers: Vec::new(), body: Body::None };
    [("get", get), ("json", json(address)), ("form", form(address))]
}

pub async fn send(request: &Request, network: &Network) -> Result<Exchange, SendError> {
    transport::send(request, network, &Progress::default(), &CancellationToken::new()).await
}

pub async fn exchange(request: &Request) -> Exchange {
    send(request, &network()).await.unwrap()
}

pub async fn answer(request: &Request) -> Answer {
    let exchange = exchange(request).await;
    exchange.answer().cloned().unwrap_or_else(|| panic!("no answer: {:?}", exchange.failure()))
}

pub async fn failure(request: &Request, network: &Network) -> NetworkFailure {
    let exchange = send(request, network).await.unwrap();
    let failure = exchange.failure().cloned().unwrap_or_else(|| panic!("an answer: {:?}", exchange.answer()));
    assert!(!format!("{failure:?}").contains(KEY), "{failure:?}");
    failure
}

/// Answers 200 and keeps what came.
pub async fn serve_recording() -> (SocketAddr, Arc<Mutex<Vec<Vec<u8>>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let record = seen.clone();
    let address = serve(move |mut stream| {
        let record = record.clone();
        async move {
            let request = read_request(&mut stream).await;
            record.lock().unwrap().push(request);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
        }
    })
    .await;
    (address, seen)
}

/// Sees that a server took what `what` sent.
pub fn assert_taken(exchange: &Exchange, what: &str) {
    assert!(exchange.answer().is_some_and(Answer::has_success_status), "{what}: {:?}", exchange.failure());
}

/// A listener whose connections take in little that nobody has read yet.
pub fn listen_with_little_room() -> TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(64 * 1024).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket.listen(8).unwrap()
}

/// A port that nobody listens at.
pub async fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}
