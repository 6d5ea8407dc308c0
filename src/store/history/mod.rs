//! Every exchange that was made, in an SQLite database that several windows and command lines use at once.
//!
//! ```text
//! history.db       the database, with its -wal and -shm while it is open
//! history.lock     held shared by everybody who has the database open
//! bodies/NAME.zst  bodies that are too large for it, compressed
//! ```
//!
//! No secret is in any of them: a reference such as `{{k-8f3a0c}}` stands in its place.

mod bodies;
mod database;
mod detail;
mod keep;
mod numbers;
mod pages;
mod query;
mod read;
mod rows;
mod salvage;
mod schema;
mod sqlite;
mod words;
mod write;

pub use database::History;
pub(super) use salvage::{checkpoint, lock_alone};
pub use write::Write;
