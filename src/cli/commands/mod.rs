//! One file for each command: what can be typed, and what it does.

pub(in crate::cli) mod about;
pub(in crate::cli) mod bisect;
pub(in crate::cli) mod bundle;
pub(in crate::cli) mod check;
pub(in crate::cli) mod demo;
pub(in crate::cli) mod diagnose;
pub(in crate::cli) mod doctor;
pub(in crate::cli) mod explain;
pub(in crate::cli) mod export;
pub(in crate::cli) mod history;
pub(in crate::cli) mod import;
pub(in crate::cli) mod keys;
pub(in crate::cli) mod open;
pub(in crate::cli) mod probe;
pub(in crate::cli) mod profiles;
pub(in crate::cli) mod rehearse;
pub(in crate::cli) mod relay;
pub(in crate::cli) mod replay;
pub(in crate::cli) mod run;
pub(in crate::cli) mod sandbox;
pub(in crate::cli) mod send;
pub(in crate::cli) mod upload;
pub(in crate::cli) mod watch;
