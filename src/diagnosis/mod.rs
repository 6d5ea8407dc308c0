//! Profile and exchange in, causes out. Pure: no clock, no disk, no network.
//!
//! The same rules warn before a request is sent and explain a failure afterwards. `rules` has one file a family; `diagnose` runs
//! them over a `RuleContext`, and `rank` puts the causes in the order that the answer makes likely.

mod answer_fields;
mod answer_hints;
mod answer_text;
mod basis;
pub mod cause;
mod cause_id;
mod certainty;
pub mod check;
pub mod compare;
mod context;
mod diagnose;
mod error_numbers;
mod fallback;
mod form_text;
mod history;
mod html;
mod mask;
mod other_product;
mod phrases;
mod rank;
mod recorded;
mod repair;
mod rules;
mod stand_ins;
mod text;
mod told_failure;
mod told_status;

pub use basis::Basis;
pub use cause::{Cause, Fact, FactPlace, Fix};
pub use cause_id::CauseId;
pub use certainty::{Certainty, Confidence};
pub use check::{CheckPart, CheckRow, CheckStatus, check};
pub use compare::{Agreement, Comparison, Difference, compare};
pub use diagnose::{diagnose, preflight};
pub use history::WARNED;
pub use rules::transport::{kind_in_other_language, kind_of_error};
pub use told_status::told as told_status;
