//! What comes in and goes out.

pub mod case;
mod http_text;
pub mod pasted;
