//! Sending over real sockets on the loopback: what goes on the wire, and what is made of whatever comes back.

#![allow(clippy::unwrap_used, reason = "a helper of a test that fails is a test that fails")]

mod answers;
mod early;
mod failures;
mod files;
mod proxies;
mod support;
mod tls;
mod wire;
