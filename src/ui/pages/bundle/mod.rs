//! A support bundle: what it would hold, looked through before it is saved.

pub mod command;
mod logic;
pub mod state;
pub mod view;
