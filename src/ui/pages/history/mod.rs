//! Every exchange that was made: found, opened, compared and sent again.

pub mod command;
mod logic;
mod recall;
pub mod state;
pub mod view;
