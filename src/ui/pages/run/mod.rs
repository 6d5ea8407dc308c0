//! Runs: a suite opened, checked, run, looked at row by row, and reported.

pub mod command;
mod logic;
pub mod series;
pub mod state;
pub mod view;
