//! API keys and other secrets: in the system's keyring, or in a file under a passphrase, or in memory for this session.
//!
//! Files hold a reference in a secret's place, such as `k-8f3a0c…`; the history resolves the same references.

mod file;
mod key_store;
mod keyring;
mod pieces;
mod seal;

pub use key_store::{KeyPlace, Keys};
pub(super) use seal::holds_key;
