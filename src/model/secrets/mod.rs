//! Secrets: the type that holds one, the forms in which one travels, the names that tell of one, and what hides them.

pub mod body_values;
pub mod collect;
pub mod email;
pub mod finder;
mod first_pairs;
pub mod forms;
mod found_before;
pub mod header_values;
pub mod mask;
pub mod masker;
pub mod names;
pub mod own_names;
pub mod placeholder;
pub mod redact;
mod rows;
mod search;
pub mod secret;
mod spellings;
pub mod url_values;
mod view;
mod views;

pub use redact::Redaction;
pub use secret::Secret;
