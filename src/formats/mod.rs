//! What comes in and goes out.

pub mod anything;
pub mod bundle;
pub mod case;
pub mod contract;
pub mod curl;
pub mod document;
pub mod export;
pub mod har;
pub mod http;
mod http_text;
pub mod imported;
pub mod log;
pub mod pasted;
pub mod postman;
pub mod recognise;
