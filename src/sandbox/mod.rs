//! The embedded server: a twin of the External Source that a profile describes, on 127.0.0.1 alone.
//!
//! A request goes through `serve` (connections), `handle` (what is asked, and the fault), `receive` (the body, never held if it is
//! a file) and `answer` (the rules of External Sources).

mod answer;
mod body;
mod connection;
mod example;
mod fault;
mod handle;
mod log_entry;
mod misbehave;
mod options;
mod receive;
mod reply;
mod serve;
mod server;
mod shape;
mod state;

pub use example::{example_payload, example_profile};
pub use fault::Fault;
pub use log_entry::LogEntry;
pub use options::Options;
pub use server::{Sandbox, StartError};
pub use shape::Shape;
