//! The log file: what the program did, for whoever has to find out why something failed. No line reaches it past the masker.
//!
//! Code anywhere above writes with the macros of `log`. [`start`] decides where that goes; without it, nowhere.

mod file;
mod known;

pub use file::{Wanted, file, start, want};
pub use known::{hide_known, learn, learn_for_now};
