//! What is wrong: tools that ask the twin or the server.

pub mod command;
mod logic;
pub(in crate::ui) mod runs;
pub mod state;
pub mod view;
