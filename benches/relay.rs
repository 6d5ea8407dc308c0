//! What the relay adds to a request: the median of many over a connection that is kept, beside the same requests sent directly, in turns.
//!
//! ```text
//! cargo bench --bench relay
//! ```
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot be made says so")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use centerpost::model::Network;
use centerpost::model::settings::Proxy;
use centerpost::transport::relay::{Destination, Relay, RelayOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Requests each way.
const REQUESTS: usize = 2000;
/// Connections that ask for nothing meanwhile.
const IDLE: usize = 1000;

const ANSWER: &[u8] = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"id\":4711}";

/// A server that answers each request of a connection at once.
async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    address
}

async fn answer(mut stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let mut read = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut piece).await {
        read.extend_from_slice(&piece[..count]);
        // Each request ends with the only brace that closes one.
        if read.ends_with(b"}") {
            read.clear();
            if stream.write_all(ANSWER).await.is_err() {
                return;
            }
        }
    }
}

/// A connection that asks again and again.
struct Client {
    stream: TcpStream,
    request: Vec<u8>,
}

impl Client {
    async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let body = r#"{"summary": "Crash on load", "severity": "Major"}"#;
        let request = format!(
            "POST /api/v1/projects/p/feedback/s?apiKey=k HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        Self { stream, request: request.into_bytes() }
    }

    async fn ask(&mut self) -> Duration {
        let begun = Instant::now();
        self.stream.write_all(&self.request).await.unwrap();
        let mut answer = [0; ANSWER.len()];
        self.stream.read_exact(&mut answer).await.unwrap();
        begun.elapsed()
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

async fn in_turns(direct: SocketAddr, relayed: SocketAddr) -> (Duration, Duration) {
    let (mut direct, mut relayed) = (Client::to(direct).await, Client::to(relayed).await);
    let (mut of_direct, mut of_relayed) = (Vec::new(), Vec::new());
    for _ in 0..REQUESTS {
        of_direct.push(direct.ask().await);
        of_relayed.push(relayed.ask().await);
    }
    (median(of_direct), median(of_relayed))
}

#[tokio::main]
async fn main() {
    let server = serve().await;
    let options = RelayOptions {
        listen: "127.0.0.1:0".parse().unwrap(),
        destination: Destination::Server(format!("http://{server}")),
        recorded_as: String::new(),
        token: None,
        tls: None,
        rewrite: None,
        passes_others: false,
        network: Network { proxy: Proxy::Direct, ..Network::default() },
    };
    let (relay, mut events) = Relay::start(options).await.unwrap();
    tokio::spawn(async move { while !events.next(64).await.is_empty() {} });
    let tell = |what: &str, (direct, relayed): (Duration, Duration)| {
        let added = relayed.saturating_sub(direct);
        let ratio = relayed.as_secs_f64() / direct.as_secs_f64();
        println!("{what:<28} direct {direct:>9.1?}, through the relay {relayed:>9.1?}: {added:.1?} more, {ratio:.2} times");
    };
    tell("one connection", in_turns(server, relay.address()).await);
    let mut idle = Vec::with_capacity(IDLE);
    for _ in 0..IDLE {
        idle.push(TcpStream::connect(relay.address()).await.unwrap());
    }
    // One that sends its head a byte at a time.
    let mut slow = TcpStream::connect(relay.address()).await.unwrap();
    tokio::spawn(async move {
        for byte in b"POST /slow HTTP/1.1\r\nHost: h\r\nX-Slow: ".iter().chain(std::iter::repeat(&b'a')) {
            if slow.write_all(&[*byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    tell("beside 1,000 idle and a slow", in_turns(server, relay.address()).await);
    drop(idle);
}
