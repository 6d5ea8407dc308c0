//! What comes in and goes out.

pub mod anything;
pub mod bundle;
pub mod case;
pub mod contract;
pub mod document;
pub mod export;
mod http_text;
pub mod import;
pub mod pasted;
