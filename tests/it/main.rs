//! Every test that uses the program from outside, in one binary: one module for each subject.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod architecture;
mod canary;
mod check;
mod circles;
mod cli;
mod contract;
mod crash;
mod curl_differential;
mod diagnosis;
mod diagnosis_cases;
mod diagnosis_invariants;
mod diagnosis_properties;
mod exports;
mod finding;
mod history;
mod history_cli;
mod history_processes;
mod import;
mod keyring;
mod keys;
mod out_cli;
mod recorder;
mod replay;
mod round_trip;
mod sandbox;
mod sending;
mod store;
mod store_shared;
mod store_trouble;
mod support;
mod transport;
mod transport_tls;
mod twin;
mod ui_app;
mod ui_editor;
mod ui_finding;
mod ui_history;
mod ui_import;
mod ui_looks;
mod ui_privacy;
mod ui_response;
mod ui_shared;
mod ui_shell;
mod window;
