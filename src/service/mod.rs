//! What both faces do: prepare a request, confirm it, send it, record and explain what came of it, and the tools that look for a fault.
//!
//! Nothing here asks, draws or prints. Whoever calls passes what is to happen on each event.

pub mod deliver;
pub mod evidence;
pub mod prepare;
pub mod record;
pub mod tools;
