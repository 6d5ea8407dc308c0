//! Sending over real sockets on the loopback: what goes on the wire, and what is made of whatever comes back.

mod answers;
mod early;
mod failures;
mod files;
mod hostile;
mod proxies;
mod receivers;
mod support;
mod tls;
mod wire;
