//! Plain data and rules: profile, endpoint, payload, request, exchange. No I/O, no async, no clock.

pub mod address;
pub mod attachment;
pub mod body_view;
pub mod case;
pub mod compare;
pub mod contract;
pub mod correlation;
pub mod draft;
pub mod drafts;
pub mod endpoint;
pub mod example;
pub mod exchange;
pub mod headers;
pub mod hex;
pub mod history;
pub mod imported;
pub mod json_rows;
pub mod json_text;
pub mod judgement;
pub mod mapping;
pub mod multipart;
pub mod profile;
pub mod request;
pub mod request_record;
pub mod request_spec;
pub mod secrets;
pub mod settings;
pub mod status;
pub mod text_rows;
pub mod unseen;

pub use address::Address;
pub use case::{Case, Earlier};
pub use draft::Draft;
pub use drafts::Drafts;
pub use endpoint::Endpoint;
pub use exchange::{Answer, Exchange, Outcome};
pub use imported::Imported;
pub use judgement::Judgement;
pub use profile::Profile;

pub use request::Request;
pub use request_record::{NotRecorded, RequestRecord};
pub use request_spec::RequestSpec;
pub use secrets::{Redaction, Secret};
pub use settings::{Network, Settings};
