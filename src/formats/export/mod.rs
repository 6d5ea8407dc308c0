//! Requests written down for other tools and languages.
//!
//! Each writer gets a [`Script`]: requests whose texts are [`Template`]s, with a variable in the place of each secret.

pub mod curl;
pub mod har;
pub mod http;
pub mod hurl;
pub mod postman;
mod shells;
pub mod snippets;
mod template;
mod tool;

pub use template::{Call, CallPart, Piece, Script, Template, Variable, environment_name};
pub use tool::Tool;

/// A text for a remark, which must stay on its line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What a file is called by whoever sends it without a name of its own: the end of its path.
fn own_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// What a writer made of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: String,
    /// A second file that belongs to it, such as a Postman environment: its name's ending and its text.
    pub companion: Option<(String, String)>,
    /// What the reader had better know, such as what this tool cannot say; sentences without a full stop and without secrets.
    pub notes: Vec<String>,
}
