//! The relay: what another system sends, passed on, checked and explained as it comes.

pub mod command;
mod logic;
pub mod state;
pub mod view;
