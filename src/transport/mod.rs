//! Sends requests and uploads. The only user of reqwest.
//!
//! A GET or HEAD without a body goes through reqwest. Everything else goes through hyper over a connection of our own, for two
//! reasons: with reqwest most answers that come before an upload is over are lost to a broken pipe, and reqwest refuses an answer
//! whose head is malformed without showing its bytes, after a POST that may have been carried out. A GET whose answer reqwest cannot
//! read is asked once more through hyper; nothing else is tried twice. Both engines use one TLS configuration and the same proxies,
//! follow no redirect, send no `Referer` and keep no connection.
//!
//! An address goes out as it was typed as far as HTTP allows: empty and dotted segments, percent-encodings and quotes stay; spaces
//! and other bytes that no request line can hold are percent-encoded, and what follows `#` stays here.

mod answer;
mod answer_head;
mod answer_stream;
mod connect;
mod counting_stream;
mod deferred_write_error;
mod desktop_proxy;
mod engine;
mod error;
mod failure;
mod file;
pub mod health;
mod hyper_engine;
mod progress;
mod proxy;
pub mod relay;
mod request_head;
mod reqwest_engine;
mod send;
mod spool;
mod tls;

pub use error::SendError;
pub use file::{LARGEST_READ, inspect_file, read_regular};
pub use progress::Progress;
pub use proxy::{secrets as proxy_secrets, words as proxy_words};
pub use send::send;
