//! Centerpost sends to, explains and rehearses Centercode's External Sources.
//!
//! Folders of `src` are floors: each may use those below it, never one above. `ui` stands on `jobs`, `jobs` and `cli` on
//! `service`, that on `transport`, `store`, `sandbox` and `formats`, these on `diagnosis`, and all on `model`. What `transport` and all above it do, `logging` writes down.
//!
//! # Open what somebody sent
//!
//! ```
//! use centerpost::formats::import::{self, Hints, ImportError, SourceKind};
//!
//! let pasted = br#"curl https://acme.centercode.com/api/v1/projects/beta1/feedback/log -d '{"summary": "Crash"}'"#;
//! let opened = import::open(pasted, &Hints::default())?;
//! assert_eq!(opened.kind, SourceKind::CurlBash);
//! assert_eq!(opened.imported.requests[0].url, "https://acme.centercode.com/api/v1/projects/beta1/feedback/log");
//! # Ok::<(), ImportError>(())
//! ```
//!
//! # Explain what failed
//!
//! ```
//! use centerpost::diagnosis;
//! use centerpost::formats::case::{self, CaseError};
//!
//! let case = case::read(r#"{
//!     "format": "centerpost.case/1",
//!     "profile": {"base_url": "https://acme.centercode.com", "project_key": "beta1", "source_key": "log", "fields": []},
//!     "request": {"method": "POST", "url": "https://acme.centercode.com/api/v1/projects/beta1/feedback/logs?apiKey=k"},
//!     "response": {"status": 404, "body": "{\"status\":404}"}
//! }"#)?;
//! let causes = diagnosis::diagnose(&case);
//! assert_eq!(causes[0].id.to_string(), "endpoint.source-key-mismatch");
//! # Ok::<(), CaseError>(())
//! ```

pub mod cli;
pub mod diagnosis;
pub mod formats;
pub mod jobs;
pub mod logging;
pub mod model;
pub mod runner;
pub mod sandbox;
pub mod service;
pub mod store;
pub mod transport;
pub mod ui;
