//! What a run tells as it goes.

use super::result::{RowResult, StepResult};
use crate::service::order::DeliveryProgress;

/// What a run tells of a row as it goes.
pub enum RowNews<'a> {
    /// A step begins: the row's number, the step's index, and the counters of what it sends.
    Begun(usize, usize, &'a DeliveryProgress),
    /// A step is over: the row's number, and what came of it.
    Done(usize, &'a StepResult),
    /// The row is over.
    Over(&'a RowResult),
}
