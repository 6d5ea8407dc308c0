//! Centerpost sends to, explains and rehearses Centercode's External Sources.
//!
//! Folders of `src` are floors: each may use those below it, never one above. `ui` stands on `jobs`, `jobs` and `cli` on `service`,
//! that on `transport`, `store`, `sandbox` and `formats`, these on `diagnosis`, and all on `model`.

pub mod cli;
pub mod diagnosis;
pub mod formats;
pub mod jobs;
pub mod model;
pub mod sandbox;
pub mod service;
pub mod store;
pub mod transport;
pub mod ui;
