//! The pages of the window, each with its state, its commands, its view and its logic.

pub mod bundle;
pub mod compose;
pub mod diagnostics;
pub mod export;
pub mod history;
pub mod import;
pub mod profile_editor;
pub mod relay;
pub mod response;
pub mod sandbox;
pub mod settings;
