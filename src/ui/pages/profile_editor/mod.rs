//! Everything that a profile holds, and making one.

pub mod command;
mod logic;
pub mod state;
pub mod view;
