//! A text that must not be shown by accident.

use std::fmt;

use zeroize::Zeroize as _;

/// What is shown in a secret's place. Its length says nothing of the secret's.
pub const MASK: &str = "••••";

/// A key that is shorter than this is not a key, and hiding each of its occurrences would only make a text unreadable.
pub const SHORTEST_SECRET: usize = 4;

/// An API key, a password or the like. `Debug` and `Display` print [`MASK`], it has no
/// `Serialize`, and its memory is wiped when it is dropped.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret(String);

impl Secret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Whoever calls this answers for where it goes.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The text itself, to be edited in place by a masked input.
    pub fn reveal_mut(&mut self) -> &mut String {
        &mut self.0
    }

    /// Whether there is nothing to hide: the key is not known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_a_mask() {
        let secret = Secret::new("3f0c9a71d2");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "•••• •••• Some(••••)");
        assert_eq!(secret.reveal(), "3f0c9a71d2");
    }
}
