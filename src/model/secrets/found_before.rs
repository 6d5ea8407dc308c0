//! What was found in the texts that were looked through last.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

/// A longer text is looked through each time.
const LONGEST: usize = 256;

/// So many texts are remembered. It is more than a few exchanges have.
const MOST: usize = 512;

/// Remembers short texts: most names, headers and addresses of an exchange are those of the one before.
pub(super) struct FoundBefore<T> {
    /// By the hashes of the texts.
    texts: Mutex<HashMap<u64, Found<T>>>,
    hasher: RandomState,
}

struct Found<T> {
    /// It may be a secret itself.
    text: Zeroizing<Vec<u8>>,
    matches: Vec<T>,
}

impl<T> Default for FoundBefore<T> {
    fn default() -> Self {
        Self { texts: Mutex::default(), hasher: RandomState::default() }
    }
}

impl<T: Clone> FoundBefore<T> {
    /// What was found in this text, or what `find` finds.
    pub(super) fn or(&self, text: &[u8], find: impl FnOnce() -> Vec<T>) -> Vec<T> {
        if text.len() > LONGEST {
            return find();
        }
        let hash = self.hasher.hash_one(text);
        let texts = || self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = texts().get(&hash).filter(|before| before.text.as_slice() == text) {
            return before.matches.clone();
        }
        let matches = find();
        let found = Found { text: Zeroizing::new(text.to_vec()), matches: matches.clone() };
        let mut texts = texts();
        if texts.len() >= MOST {
            // Those that come again are soon there again.
            texts.clear();
        }
        texts.insert(hash, found);
        matches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_looked_through_once_and_a_long_one_each_time() {
        let before = FoundBefore::default();
        let found = vec!["a match"];
        for length in [LONGEST, LONGEST + 1] {
            let text = vec![b'x'; length];
            assert_eq!(before.or(&text, || found.clone()), found);
            let again = before.or(&text, Vec::new);
            assert_eq!(again == found, length == LONGEST);
        }
    }

    #[test]
    fn not_more_are_remembered_than_there_is_room_for() {
        let before = FoundBefore::<u8>::default();
        (0..MOST * 3).for_each(|number| drop(before.or(number.to_string().as_bytes(), Vec::new)));
        assert!(before.texts.lock().unwrap().len() <= MOST);
    }
}
