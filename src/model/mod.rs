//! Plain data and rules: profile, endpoint, payload, request, exchange. No I/O, no async, no clock.

pub mod address;
pub mod attachment;
pub mod body_view;
pub mod case;
pub mod compare;
pub mod contract;
pub mod correlation;
pub mod draft;
pub mod email;
pub mod endpoint;
pub mod example;
pub mod exchange;
pub mod history;
pub mod imported;
pub mod json_rows;
pub mod mapping;
pub mod masking;
pub mod multipart;
pub mod multipart_read;
pub mod profile;
pub mod redact;
pub mod request;
pub mod secret;
pub mod settings;
pub mod text_rows;

pub use address::Address;
pub use case::{Case, Earlier};
pub use draft::Draft;
pub use endpoint::Endpoint;
pub use exchange::{Answer, Exchange};
pub use imported::{Imported, ImportedRequest};
pub use profile::Profile;
pub use redact::Redaction;
pub use request::Request;
pub use secret::Secret;
pub use settings::{Network, Settings};
