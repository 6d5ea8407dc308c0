//! The rules, one file a family. A rule looks at a case and returns the causes that it sees.

pub(crate) mod api_key;
pub(crate) mod auth;
pub(crate) mod encoding;
pub(crate) mod endpoint;
pub(crate) mod fields;
pub(crate) mod iis;
pub(crate) mod intercepted;
mod json_syntax;
mod printed;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod transport;
mod unencoded;
pub(crate) mod upload;
