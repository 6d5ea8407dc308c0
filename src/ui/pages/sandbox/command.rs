//! What the sandbox page asks for.

use crate::sandbox::{Fault, Shape};

/// One thing that is done with the sandbox.
#[derive(Clone, Copy, Debug)]
pub enum SandboxCommand {
    /// Let it answer in another shape.
    Shape(Shape),
    /// Give it a fault, or none.
    Fault(Option<Fault>),
    /// Start it, or start it again after it failed.
    Start,
}
