//! Every exchange that was made: found, opened, compared and sent again.

pub mod command;
mod logic;
pub mod state;
pub mod view;
