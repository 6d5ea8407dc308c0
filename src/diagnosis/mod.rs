//! Profile and exchange in, causes out. Pure: no clock, no disk, no network.
//!
//! One rule serves two moments: the rules that explain a failure are those that warn before sending.

pub mod cause;

pub use cause::{Basis, Cause, Fact, Mend, Place};

use crate::model::Case;

/// The causes of a case, best first. A success yields one cause with the id `none`.
pub fn diagnose(case: &Case) -> Vec<Cause> {
    let _ = case;
    Vec::new()
}

/// What would go wrong if this were sent; the case has neither answer nor failure. Empty when nothing is wrong.
pub fn preflight(case: &Case) -> Vec<Cause> {
    let _ = case;
    Vec::new()
}
