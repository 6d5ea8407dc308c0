//! The form: to whom, what, and the button that sends it.

pub mod command;
mod fixes;
mod logic;
pub(in crate::ui) mod progress;
pub(in crate::ui) mod refresh;
pub mod state;
pub mod undo;
pub mod view;
