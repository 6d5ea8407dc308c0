//! What a bundle is made of.

use crate::diagnosis::Cause;
use crate::model::{Exchange, Profile, Secret};

/// The `format` of a bundle that this version writes and reads.
pub const BUNDLE_FORMAT: &str = "centerpost.bundle/1";

/// The most exchanges that a bundle is made of. Each secret of each is looked for in all of them, and nobody reads more.
pub const MOST_EXCHANGES: usize = 200;

/// What a bundle is made of.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The exchanges in their order.
    pub exchanges: Vec<Evidence>,
    /// What the sender of the bundle has to say; may be empty.
    pub summary: String,
    /// Where it was made: names and values, such as the operating system.
    pub environment: Vec<(String, String)>,
    /// When it is made.
    pub made_at: jiff::Timestamp,
    /// Secrets that are known though no exchange shows them as such: every key that is saved.
    pub known: Vec<Secret>,
    /// Texts that are to be hidden because the user says so.
    pub marked: Vec<Secret>,
}

/// One exchange as evidence, with its secrets in clear.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What it was for, such as `Create a ticket`.
    pub label: String,
    /// What was sent and what came back.
    pub exchange: Exchange,
    /// Whether the exchange's times are known; those of a case that was imported are not.
    pub is_timed: bool,
    /// The profile that it was meant for.
    pub profile: Option<Profile>,
    /// Its causes, best first.
    pub causes: Vec<Cause>,
}
