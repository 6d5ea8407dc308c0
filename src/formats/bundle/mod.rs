//! Support bundles: one zip that says what was tried, what came back and why, with nothing secret in it.
//!
//! [`seal`](seal::seal) takes the secrets out of exchanges, profiles and causes before anything is written, so that every file of the
//! bundle is made of values that hold none. [`pack`] writes the files and looks for the secrets once more.

mod contents;
mod files;
mod read;
mod report;
mod seal;
mod suspects;
#[cfg(test)]
mod tests;

pub use contents::{BUNDLE_FORMAT, Contents, Evidence, MOST_EXCHANGES};
pub use files::{Packed, pack, preview_report};
pub use read::{Bundle, BundleError, is_zip, read};
pub use seal::{Replaced, Sealed, seal};
pub use suspects::Suspect;
