//! Sends requests and uploads. The only user of reqwest.
//!
//! Small requests go through reqwest. Multipart and large ones go through hyper over a connection of our own, because
//! with reqwest most answers that come before the upload is over are lost to a broken pipe. Both use one TLS configuration
//! and the same proxies, follow no redirect, send no `Referer`, keep no connection and try nothing twice: a POST that failed may
//! have been carried out.
//!
//! An address goes out as it was typed as far as HTTP allows: empty and dotted segments, percent-encodings and quotes stay; spaces
//! and other bytes that no request line can hold are percent-encoded, and what follows `#` stays here.

mod answer;
mod connect;
mod counting_stream;
mod deferred_write_error;
mod engine;
mod error;
mod failure;
mod file;
pub mod health;
mod progress;
mod proxy;
mod request_head;
mod reqwest_engine;
mod send;
mod spool;
mod tls;
mod upload_engine;

pub use error::SendError;
pub use file::inspect_file;
pub use progress::Progress;
pub use send::send;
