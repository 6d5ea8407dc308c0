//! The relay over real sockets: what is passed on, what is passed back, and what is recorded of it.

mod command;
mod wire;

use std::net::SocketAddr;
use std::time::Duration;

use centerpost::model::exchange::Outcome;
use centerpost::model::settings::Proxy;
use centerpost::model::{Exchange, Network};
use centerpost::transport::relay::{Destination, Relay, RelayEvent, RelayEvents, RelayOptions, RelayStep};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A relay, and what it tells.
struct Relaying {
    relay: Relay,
    events: RelayEvents,
}

impl Relaying {
    async fn to(server: SocketAddr) -> Self {
        Self::start(options(Destination::Server(format!("http://{server}")))).await
    }

    async fn start(options: RelayOptions) -> Self {
        let (relay, events) = Relay::start(options).await.unwrap();
        Self { relay, events }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.relay.address()).await.unwrap()
    }

    async fn event(&mut self) -> RelayEvent {
        next_event(&mut self.events).await
    }

    async fn exchange(&mut self) -> (Exchange, Vec<String>) {
        match self.event().await {
            RelayEvent::Exchange(relayed) => (relayed.exchange, relayed.remarks),
            other => panic!("{other:?}"),
        }
    }
}

/// The next thing that is over.
async fn next_event(events: &mut RelayEvents) -> RelayEvent {
    loop {
        let next = tokio::time::timeout(Duration::from_secs(20), events.next(1)).await;
        if let RelayStep::Over(event) = next.expect("an event in time").remove(0) {
            return event;
        }
    }
}

fn options(destination: Destination) -> RelayOptions {
    RelayOptions {
        listen: "127.0.0.1:0".parse().unwrap(),
        destination,
        recorded_as: String::new(),
        token: None,
        tls: None,
        rewrite: None,
        passes_others: true,
        network: Network { proxy: Proxy::Direct, ..Network::default() },
    }
}

/// Sends bytes and reads until the other side ends.
async fn talk(relaying: &Relaying, bytes: &[u8]) -> Vec<u8> {
    let mut stream = relaying.connect().await;
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

fn status(exchange: &Exchange) -> Option<u16> {
    exchange.answer().map(|answer| answer.status)
}

fn failure(exchange: &Exchange) -> String {
    match &exchange.outcome {
        Some(Outcome::Failure(failure)) => failure.message.clone(),
        other => panic!("{other:?}"),
    }
}
