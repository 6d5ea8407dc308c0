//! Everything that a profile holds, and making one.

pub mod command;
mod groups;
mod logic;
mod pasted;
pub mod state;
pub mod view;
