//! What comes in: whatever is pasted, opened or dropped, read by [`open`].

mod answer;
mod around;
mod captures;
mod collection;
pub mod curl;
mod cut_off;
mod error;
mod failure;
mod fences;
mod gaps;
pub mod har;
pub mod http;
pub mod hurl;
mod kind;
mod link;
pub mod log;
mod lookalike;
mod mail;
mod open;
pub mod postman;
mod prefixed;
mod program;
mod recorded;
mod recording;
mod second_prompt;
mod session;
mod table;
pub(crate) mod text;
pub mod to_json;
mod variables;
mod wrapped;

pub use error::ImportError;
pub use kind::{SourceKind, recognise};
pub use link::DRAFT_LINK;
pub use open::{BareBody, Hints, Opened, environment, open};
pub use text::utf8;
