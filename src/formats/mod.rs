//! What comes in and goes out.

pub mod bundle;
pub mod case;
pub mod contract;
pub mod document;
pub mod export;
pub mod import;
