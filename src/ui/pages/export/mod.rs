//! Everything that a request can be written as.

pub mod command;
mod logic;
pub(in crate::ui) mod source;
mod suite;
pub mod view;
