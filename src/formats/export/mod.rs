//! Requests written down for other tools and languages.
//!
//! Each writer gets a [`Script`]: requests whose texts are [`Template`]s, with a variable in the place of each secret.

pub mod curl;
pub mod har;
pub mod http;
pub mod hurl;
mod link;
pub mod postman;
mod shells;
pub mod snippets;
mod template;
mod tool;
mod written;

pub use template::{Call, CallPart, Piece, Script, Template, Variable, environment_name};
pub use tool::Tool;
pub use written::Written;
