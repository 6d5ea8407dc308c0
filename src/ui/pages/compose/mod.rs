//! The form: to whom, what, and the button that sends it.

pub mod command;
pub mod compose_tab;
mod deliver;
pub mod draft_id;
pub mod drafts;
mod existing;
mod fixes;
mod logic;
mod look;
pub(in crate::ui) mod progress;
pub(in crate::ui) mod refresh;
pub mod state;
mod tabs;
pub mod undo;
pub mod view;
