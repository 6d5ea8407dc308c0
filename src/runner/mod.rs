//! Suites: what is to be sent and what has to come of it, done unattended for any number of rows, with reports.
//!
//! `suite` reads the file, `rows` the data, `plan` puts both and the profile together and checks them. `run` does the rows, `step` the
//! steps of one, `journal` notes what was done. `result` is what came of it, `report` writes that down.

mod came;
pub mod expectation;
pub mod files;
pub mod gate;
pub mod generate;
pub mod hurl;
pub mod job;
pub mod journal;
pub mod k6;
pub mod load;
pub mod locust;
pub mod matrix;
pub mod news;
pub mod pace;
pub mod pattern;
pub mod plan;
pub mod planned_row;
mod profile_variables;
pub mod random;
pub mod report;
pub mod result;
pub mod rows;
pub mod run;
pub mod running;
mod step;
pub mod suite;
pub mod suite_schema;
pub mod template;
mod turns;
pub mod units;
pub mod write_suite;
