//! The rules, one file a family. A rule looks at a case and returns the causes that it sees.

mod address_list;
pub(crate) mod api_key;
pub(crate) mod auth;
pub(crate) mod encoding;
pub(crate) mod endpoint;
mod envelope;
pub(crate) mod fields;
pub(crate) mod iis;
pub(crate) mod intercepted;
mod json_syntax;
mod own_refusal;
mod printed;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod transport;
mod unencoded;
pub(crate) mod upload;
