//! What comes in: whatever is pasted, opened or dropped.

pub mod curl;
pub mod har;
pub mod http;
pub mod imported;
pub mod log;
pub mod postman;
pub mod recognise;
