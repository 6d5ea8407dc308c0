//! A relay: what comes in is passed on byte for byte, what comes back is passed back byte for byte, and both are recorded beside it.
//!
//! The head of a request is read only as far as its framing wants it. Its request line changes where it names a whole URL, its `Host`
//! is the target's, and what was meant for a proxy is left out. Everything else goes on as it came: the other headers in their order
//! and case, chunks as they were cut, `Expect`, interim answers, early answers, and an end without an answer.

mod capture;
mod connection;
mod event;
mod framing;
mod head;
mod listener;
mod options;
mod pump;
mod recorded;
mod shared;
mod tls;
mod upstream;
mod wire;

pub use event::{RelayEvent, RelayEvents, RelayStep, RelayedExchange};
pub use listener::Relay;
pub use options::{Destination, RelayError, RelayOptions, RelayTls, Rewrite};
