//! What comes in and goes out.

pub mod case;
pub mod curl;
pub mod har;
pub mod http;
pub mod imported;
pub mod log;
pub mod postman;
pub mod recognise;
