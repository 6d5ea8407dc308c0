//! The settings: how to reach servers, how uploads go, how the window looks, where things are kept.

mod about;
pub mod command;
mod key_storage;
mod logic;
mod parts;
mod profiles_folder;
pub mod state;
pub mod view;
