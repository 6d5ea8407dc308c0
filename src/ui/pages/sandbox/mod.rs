//! The sandbox: what it plays, how it misbehaves, and what it received.

pub mod command;
mod logic;
pub mod state;
pub mod view;
