//! What somebody else wrote down: one place to paste or drop it, what was found in it, and what can be done with that.

pub mod command;
mod logic;
pub mod state;
pub mod view;
