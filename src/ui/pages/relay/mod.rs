//! The relay: what another system sends, passed on, checked and explained as it comes.

pub mod command;
pub mod line;
mod logic;
pub mod state;
pub mod view;
