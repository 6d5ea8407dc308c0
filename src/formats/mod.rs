//! What comes in and goes out.

pub mod case;
pub mod curl;
pub mod http;
pub mod imported;
