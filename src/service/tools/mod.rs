//! Tools that look for the cause of a failure by sending requests, to the sandbox twin or to the server.

pub mod bisect;
pub mod health;
pub mod lines;
pub mod probe;
pub mod rehearse;
mod twin;
