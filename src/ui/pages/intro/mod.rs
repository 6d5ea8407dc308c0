//! What an External Source is, for somebody who has not met one, and failures to try out.

pub mod command;
mod logic;
pub mod sample;
pub mod view;
