//! One row of a plan.

use serde_json::{Map, Value};

use super::suite::Step;

/// One row.
#[derive(Clone, Debug, Default)]
pub struct PlannedRow {
    /// Its number, from 1.
    pub number: usize,
    /// What tells it from others.
    pub label: String,
    /// Its values by their columns.
    pub values: Map<String, Value>,
    /// Its own steps, where it has some; those of the suite otherwise.
    pub steps: Option<Vec<Step>>,
}
