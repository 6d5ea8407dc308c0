//! What came back, why, and what became of the files.

pub(in crate::ui) mod cause_text;
pub mod command;
mod logic;
pub mod recorded;
mod save_body;
pub mod shown;
pub(in crate::ui) mod sign;
pub mod state;
pub mod view;
