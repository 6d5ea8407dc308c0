//! The command line: arguments, printing and exit codes. What it does, the floors below do.

mod app;
mod commands;
mod common_args;
mod confirm;
mod exit;
mod finding;
mod input;
mod named_value;
mod output;
mod payload;
mod progress;
mod runtime;
mod source;
mod target;
mod terminal;

pub use app::run;
